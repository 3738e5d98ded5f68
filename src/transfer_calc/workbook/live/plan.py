"""The sheet 方案 of a budget: target, floor, cap and amount of each variable, and what every row adds up to.

With least squares the answer is `amount = MIN(MAX(target + prices of its rows ÷ weight, floor), cap)`: the
prices stand in one named cell each, and everything else follows from them. Any other objective is solved by a
search; its amounts are numbers, and the sums beside them tell whether they still keep every row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.allocation.problem import LeastSquares
from transfer_calc.budget.answer import Allocation
from transfer_calc.budget.constraints import Cap, Floor
from transfer_calc.budget.objectives import Deviation
from transfer_calc.budget.parts import Pots
from transfer_calc.budget.prepare import TARGET
from transfer_calc.budget.titles import title_of
from transfer_calc.budget.wanted import aim_of, name_of
from transfer_calc.files.address import column_letter
from transfer_calc.language.excel_addresses import Reference
from transfer_calc.method.model import POOL
from transfer_calc.workbook.exact import exact
from transfer_calc.workbook.live.columns import FIRST, ColumnSheet
from transfer_calc.workbook.live.desk import Desk

PLAN, ROWS = "方案", "约束核对"
MOST_ROWS = 40
"""Rows of the problem that have columns of their own; a chain of pairs has as many rows as counties."""

_HUGE = 9e300
_ROW_HEADS = (
    "约束",
    "依据",
    "合计",
    "不低于",
    "不超过",
    "余量",
    "影子价格",
    "是否起作用",
    "价格与余量（应为0）",
)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Planned:
    """The plan as it stands in the workbook.

    Attributes:
        amount: The exact amounts.
        floor: Least amounts.
        cap: Greatest amounts.
        live: Whether the amounts are formulas.
        broken: A formula that counts the rows that are not kept.
        loose: A formula that counts the rows with a price that have something left; `None` without prices.
        rows: How many rows are checked.
    """

    amount: Reference
    floor: Reference
    cap: Reference
    live: bool
    broken: str
    loose: str | None
    rows: int


def write_plan(desk: Desk, allocation: Allocation) -> Planned:
    """Write the sheets 方案 and 约束核对."""
    return _Plan(desk, allocation).write()


class _Plan:
    def __init__(self, desk: Desk, allocation: Allocation) -> None:
        self.desk = desk
        self.allocation = allocation
        self.problem = allocation.problem
        self.plain = allocation.built.layout.plain
        self.styles = desk.writer.styles
        title = f"{desk.title}：分配方案"
        self.sheet = ColumnSheet(desk.writer, PLAN, title, self.problem.size)

    def write(self) -> Planned:
        allocation, sheet, styles = self.allocation, self.sheet, self.styles
        labels = list(self.problem.labels)
        names = [allocation.variable_name(at) for at in range(self.problem.size)]
        sheet.values(sheet.place("代码", width=11), labels, styles.text)
        sheet.values(sheet.place(self.desk.recipients, width=24), names, styles.text)
        aim = allocation.stages[-1].aims[-1].arrays
        target = self.target(getattr(aim, "target", None))
        floor = self.bound(Floor, "下限", self.problem.lower, [])
        none = self.without_target(target, floor)
        cap = self.bound(
            Cap, "上限", np.where(np.isfinite(self.problem.upper), self.problem.upper, _HUGE), none
        )
        rows = _Rows(self)
        amount, live = None, False
        if isinstance(aim, LeastSquares) and target is not None and self.plain and rows.told:
            amount = self.by_prices(aim, target, floor, cap, rows)
            live = amount is not None
        if amount is None:
            amount = self.values(
                title_of("amount", allocation, "zh"), allocation.solution.amounts, styles.number
            )
        broken, loose = rows.write(amount)
        money = styles.sum_number
        sheet.sums([(self.column_of(amount), float(allocation.solution.amounts.sum()), money)], sheet.next)
        sheet.print_wide()
        return Planned(amount, floor, cap, live, broken, loose, rows.count)

    def values(self, heading: str, values: Any, style: Any) -> Reference:
        column = self.sheet.place(heading)
        self.sheet.values(column, values, style)
        return self.sheet.reference(column)

    def formulas(self, heading: str, text: str, values: Any, style: Any = None) -> Reference:
        column = self.sheet.place(heading)
        self.sheet.formulas(column, text, values, style or self.styles.number)
        return self.sheet.reference(column)

    def column_of(self, place: Reference) -> int:
        return next(at for at in range(self.sheet.next) if self.sheet.reference(at) == place)

    def target(self, values: Floats | None) -> Reference | None:
        """The target of each: linked where there is one variable a recipient, else as it was."""
        if values is None:
            return None
        heading = title_of("target", self.allocation, "zh")
        own = self.desk.figures.get(TARGET)
        if self.plain and own is not None:
            return self.formulas(heading, own.cell, values)
        return self.values(heading, values, self.styles.number)

    def without_target(self, target: Reference | None, floor: Reference) -> list[tuple[str, Floats]]:
        """With relative deviations a target of 0 gets its floor alone: a cap that no constraint names."""
        aim = self.allocation.stages[-1].aims[-1]
        relative = isinstance(aim.written, Deviation) and aim.written.relative
        if target is None or not self.plain or not relative:
            return []
        values = np.where(getattr(aim.arrays, "target") == 0, self.problem.lower, _HUGE)  # noqa: B009 — not every aim has one
        label = "测算数为零的只给下限"
        place = self.formulas(label, f"IF({target.cell}=0,{floor.cell},{self.huge()})", values)
        return [(place.cell, values)]

    def huge(self) -> str:
        return self.desk.constant("没有上限时的上限", _HUGE, "比任何金额都大的数。", "无上限")

    def bound(
        self, kind: type[Floor | Cap], heading: str, values: Floats, more: list[tuple[str, Floats]]
    ) -> Reference:
        """Floors or caps as formulas of the constraints that set them, where those are all that do."""
        texts, parts = [text for text, _ in more], [part for _, part in more]
        low = kind is Floor
        nothing = 0.0 if low else _HUGE
        constraints = self.allocation.budget.constraints if self.plain else ()
        for position, each in enumerate(constraints):
            if isinstance(each, kind) and each.price is None:
                found = self.part(position, each, nothing)
                if found is not None:
                    texts.append(found[0])
                    parts.append(found[1])
        computed = np.full(self.problem.size, nothing)
        for part in parts:
            computed = np.maximum(computed, part) if low else np.minimum(computed, part)
        title = f"{heading}（{self.allocation.unit}）"
        shown = np.minimum(values, _HUGE)
        if not self.plain or not np.allclose(computed, shown, rtol=1e-12, atol=1e-12):
            return self.values(f"{title}，由程序求出", shown, self.styles.number)
        huge = "0" if low else self.huge()
        text = f"{'MAX' if low else 'MIN'}({','.join([*texts, huge])})" if texts else huge
        return self.formulas(title, text, shown)

    def part(self, position: int, each: Floor | Cap, nothing: float) -> tuple[str, Floats] | None:
        """One floor or cap in a column of its own."""
        desk, figures = self.desk, self.allocation.built.figures
        name = "" if each.name is None else each.name.zh
        label = name or f"第{position + 1}条约束"
        if each.amount is not None:
            text = desk.constant(label, float(each.amount), "预算方案给出的金额。", label)
            values = np.full(self.problem.size, float(each.amount))
        else:
            text, values = (
                desk.figures[name_of(position, "of")].cell,
                figures.numbers(name_of(position, "of")),
            )
        where = name_of(position, "where")
        if figures.has(where):
            huge = (
                "0"
                if nothing == 0
                else desk.constant("没有上限时的上限", _HUGE, "比任何金额都大的数。", "无上限")
            )
            text = f"IF({desk.figures[where].cell},{text},{huge})"
            values = np.where(figures.truths(where), values, nothing)
        return self.formulas(label, text, values).cell, values

    def by_prices(
        self, aim: LeastSquares, target: Reference, floor: Reference, cap: Reference, rows: _Rows
    ) -> Reference | None:
        """The amounts from the prices of the rows; `None` where that does not give this plan."""
        if not self.allocation.proves or np.isnan(self.allocation.solution.row_price).any():
            return None
        problem, solution = self.problem, self.allocation.solution
        pull = np.asarray(problem.matrix.T @ solution.row_price, dtype=np.float64)
        amounts = np.minimum(np.maximum(aim.target + pull / aim.weight, problem.lower), problem.upper)
        size = float(np.abs(solution.amounts).mean())
        if not np.allclose(amounts, solution.amounts, rtol=1e-10, atol=1e-10 * size):
            return None
        weight = self.weight(aim, target)
        text = f"SUMPRODUCT({rows.prices_here()},{rows.coefficients_here()})"
        force = self.formulas("所在约束的价格之和", text, pull, self.styles.plain)
        text = f"MIN(MAX({target.cell}+{force.cell}/{weight.cell},{floor.cell}),{cap.cell})"
        return self.formulas(title_of("amount", self.allocation, "zh"), text, solution.amounts)

    def weight(self, aim: LeastSquares, target: Reference) -> Reference:
        """The weight of each deviation: given, one over the target, or 1."""
        written = self.allocation.stages[-1].aims[-1].written
        assert isinstance(written, Deviation)
        position = list(self.allocation.budget.objective).index(written)
        text = "1"
        if written.relative:
            text = f"IF({target.cell}>0,1/{target.cell},1)"
        elif written.weights is not None:
            text = self.desk.figures[aim_of(position, "weights")].cell
        return self.formulas("权重", text, aim.weight, self.styles.plain)


class _Rows:
    """The rows of the problem: a column of coefficients each, and a line with sum, limits and price."""

    def __init__(self, plan: _Plan) -> None:
        self.plan = plan
        problem = plan.problem
        self.told = len(problem.row_lower) <= MOST_ROWS
        self.count = len(problem.row_lower) if self.told else 0
        self.titles = [self.title(row) for row in range(self.count)]
        self.columns: list[Reference] = []
        self.first = plan.sheet.next
        matrix = problem.matrix.toarray() if self.told else np.empty((0, problem.size))
        for row in range(self.count):
            column = plan.sheet.spare()
            plan.sheet.head(column, f"系数：{self.titles[row]}", helper=True, width=14)
            plan.sheet.values(column, matrix[row], plan.styles.plain)
            self.columns.append(plan.sheet.reference(column))
            price = float(plan.allocation.solution.row_price[row])
            if np.isfinite(price):
                plan.sheet.sheet.write_formula(
                    FIRST - 3, column, f"={ROWS}!$G${self.line(row)}", plan.styles.helper_price, price
                )

    def title(self, row: int) -> str:
        problem = self.plan.problem
        name, label = problem.constraints[problem.row_of[row]].name.zh, problem.row_label[row]
        return name if not label or label in name else f"{name} {label}"

    def line(self, row: int) -> int:
        return FIRST + row

    def span(self, row: str) -> str:
        last = self.first + self.count - 1
        return f"{PLAN}!${column_letter(self.first)}{row}:${column_letter(last)}{row}"

    def prices_here(self) -> str:
        return self.span(f"${FIRST - 2}")

    def coefficients_here(self) -> str:
        return self.span("\ue000")

    def write(self, amount: Reference) -> tuple[str, str | None]:
        """The sheet 约束核对; gives how many rows are broken, and how many prices have no reason."""
        plan, problem, solution = self.plan, self.plan.problem, self.plan.allocation.solution
        desk, styles = plan.desk, plan.styles
        sheet, _ = desk.writer.sheet(ROWS, f"{desk.title}：约束核对", (44, 22, 20, 20, 20, 18, 22, 12, 18))
        desk.writer.heads(sheet, FIRST - 2, _ROW_HEADS)
        sheet.freeze_panes(FIRST - 1, 1)
        close = desk.constant("约束的容差", self.close(), "合计与界限相差不到这个数，算触及。", "约束容差")
        sums = plan.allocation.binding.sums
        for row in range(self.count):
            constraint = problem.constraints[problem.row_of[row]]
            low, high = float(problem.row_lower[row]), float(problem.row_upper[row])
            line, at = self.line(row), self.line(row) - 1
            desk.writer.lines(sheet, at, [(self.titles[row], constraint.cite or "")])
            text = f"=SUMPRODUCT({self.columns[row].column},{amount.column})"
            sheet.write_formula(at, 2, text, styles.number, float(sums[row]))
            self.limit(sheet, at, 3, low, constraint.kind)
            self.limit(sheet, at, 4, high, constraint.kind)
            parts = [f"C{line}-D{line}"] if np.isfinite(low) else []
            parts += [f"E{line}-C{line}"] if np.isfinite(high) else []
            # An infinite limit leaves an infinite distance, which the smaller one beats.
            slack = min(sums[row] - low, high - sums[row])
            digits = self.digits(sums[row])
            text = f"=ROUND(MIN({','.join(parts)}),{digits})"
            sheet.write_formula(at, 5, text, styles.number, float(np.round(slack, digits)) + 0.0)
            price = float(solution.row_price[row])
            if np.isfinite(price):
                sheet.write_number(at, 6, exact(price), styles.plain)
                desk.names.define(f"价格_{self.titles[row]}", f"{ROWS}!$G${line}")
            else:
                sheet.write_string(at, 6, "—", styles.centred)
            said = f'=IF(F{line}<=约束容差,"起作用","未触及")'
            sheet.write_formula(at, 7, said, styles.centred, "起作用" if slack <= self.close() else "未触及")
            loose = bool(np.isfinite(price) and price != 0 and abs(slack) > self.close())
            text = f"=IF(AND(N(G{line})<>0,ABS(F{line})>约束容差),1,0)"
            sheet.write_formula(at, 8, text, styles.plain, int(loose))
        if not self.count:
            sheet.write_string(FIRST - 1, 0, "约束的行数太多，不逐行列出；见 约束 表。", styles.muted)
            return "0", None
        last = self.line(self.count - 1)
        red = {"type": "cell", "criteria": "<", "value": "=-约束容差", "format": styles.alarm}
        sheet.conditional_format(FIRST - 1, 5, last - 1, 5, red)
        red = {"type": "cell", "criteria": "!=", "value": 0, "format": styles.alarm}
        sheet.conditional_format(FIRST - 1, 8, last - 1, 8, red)
        hard = [f"({ROWS}!$F${self.line(row)}<-{close})" for row in range(self.count)
                if problem.constraints[problem.row_of[row]].price is None]  # fmt: skip
        broken = f"SUMPRODUCT(--({ROWS}!$F${FIRST}:$F${last}<-{close}))"
        if len(hard) < self.count:
            broken = "+".join(hard) if hard else "0"
        priced = np.isfinite(solution.row_price[: self.count]).all()
        return broken, f"SUM({ROWS}!$I${FIRST}:$I${last})" if priced else None

    def close(self) -> float:
        return float(f"{float(self.plan.allocation.binding.row_scale.max(initial=1e-9)):.1g}")

    def digits(self, size: float) -> int:
        """Digits of a slack that doubles can know: twelve of the sum that it is the rest of."""
        return int(np.clip(12 - np.ceil(np.log10(max(abs(size), 1.0))), 0, 6))

    def limit(self, sheet: Any, at: int, column: int, value: float, kind: str) -> None:
        """A limit of a row: the pot is linked, the others are what the budget says."""
        styles = self.plan.styles
        if not np.isfinite(value):
            sheet.write_string(at, column, "—", styles.centred)
        elif kind == "pool" and not isinstance(self.plan.allocation.budget.pool, Pots):
            sheet.write_formula(at, column, f"={self.plan.desk.figures[POOL].cell}", styles.number, value)
        else:
            sheet.write_number(at, column, exact(value), styles.number)
