"""A division by one multiplier as formulas: no goal seek, whatever parameter is changed.

`amount = MIN(MAX(multiplier × claim, floor), cap)`. As the multiplier rises, the sum bends where a county
leaves its floor or reaches its cap. Each county's two bends and the sum at each of them stand in columns; the
last bend at which the pot is not used up is found by MAX; the rest is one division. It is the way of
`allocation.proportion`, written out. Above `LIVE_ROWS` counties, where every bend would be compared with
every county, the multiplier is a plain number with the same check beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.calculation.settings import ActiveStep
from transfer_calc.language.check import ALL, COUNTY
from transfer_calc.language.excel_addresses import Reference
from transfer_calc.language.nodes import Expression, Name
from transfer_calc.units import plain
from transfer_calc.workbook.live.desk import ByHand, Desk
from transfer_calc.workbook.live.inputs import heading

LIVE_ROWS = 1000
_HUGE = 9e300
_CLOSE = 1e-12

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Solved:
    """A division as it stands in the workbook.

    Attributes:
        step: Its step.
        check: The place of what is left of the pot, which must be 0.
        floor: The least amounts, `None` without.
        cap: The greatest amounts, `None` without.
        own: The formula of a unit's share before floor and cap.
        share: What it gives.
    """

    step: str
    check: str
    floor: Reference | None
    cap: Reference | None
    own: str
    share: Floats


def write_solve(desk: Desk, step: ActiveStep, by_hand: ByHand) -> Solved:
    """The columns of a division: claim, floor, cap, bends, amount; its multiplier on 总量."""
    plan, written = step.solve, desk.method.file.steps[step.name]
    assert plan is not None
    unit = plain(written.unit)
    rows = {row: cell for (name, row), cell in by_hand.items() if name == step.name}
    amounts = desk.world.columns[step.name]
    bounds = desk.result.computed.bounds[step.name]
    claim, claims = _part(desk, plan.claim, f"{written.zh}：分配依据", unit)
    floor = cap = None
    if plan.floor is not None or rows:
        floor = _bound(desk, plan.floor, bounds[0], heading(f"{written.zh}：下限", unit), rows, "0")
    if plan.cap is not None or rows:
        cap = _bound(desk, plan.cap, bounds[1], heading(f"{written.zh}：上限", unit), rows, None)
    pot, whole = _total(desk, step, plan.total)
    if floor is None and cap is None:
        text: str | None = f"IF(SUM({claim.column})>0,{pot}/SUM({claim.column}),0)"
    elif desk.rows <= LIVE_ROWS:
        multiplier = _Multiplier(desk, written.zh, pot, whole, claim, claims)
        text = multiplier.by_bends(floor, bounds[0], cap, bounds[1])
    else:
        text = None
    value = float(desk.result.computed.divisions[step.name].multiplier)
    line, cell = _multiplier_cell(desk, step, text, value)
    column = desk.steps.place(heading(written.zh, unit), above=written.cite or "")
    desk.figures[step.name] = desk.steps.reference(column)
    text = own = f"{cell}*{claim.cell}"
    text = text if floor is None else f"MAX({text},{floor.cell})"
    text = text if cap is None else f"MIN({text},{cap.cell})"
    desk.steps.formulas(column, text, amounts, desk.style_of(unit))
    desk.enter(step.name, column, amounts, by_hand)
    place = desk.figures[step.name].column
    check = desk.singles.check(line, f"ROUND(SUM({place})-{pot},4)", 0)
    return Solved(step.name, check, floor, cap, own, value * claims)


def _total(desk: Desk, step: ActiveStep, node: Expression) -> tuple[str, float]:
    """What is divided, in a named cell of its own."""
    written = desk.method.file.steps[step.name]
    formula, value = desk.formula(node, ALL, f"{step.name}_total"), float(desk.value(node, ALL))
    line, unit = desk.singles.spare(), plain(written.unit)
    style = desk.writer.styles.number
    desk.singles.write(line, f"{written.zh}：分配总额", formula.text, value, style, unit=unit)
    return desk.singles.reference(line, f"{written.zh}_总额").cell, value


def _multiplier_cell(desk: Desk, step: ActiveStep, text: str | None, value: float) -> tuple[int, str]:
    """The named cell of the multiplier: its formula, or the number that was solved for; and its line."""
    written = desk.method.file.steps[step.name]
    label, unit, cite = f"{written.zh}：系数", "1", written.cite or ""
    multiplier = None if written.solve is None else written.solve.multiplier
    if multiplier is not None:
        label, unit = multiplier.zh, plain(multiplier.unit)
    line, unit = desk.singles.spare(), "" if unit == "1" else unit
    if text is None:
        note = "求解得出的数；改动数据或参数后右边不为0的，要重新运行。"
        desk.singles.number(line, label, value, unit=unit, cite=cite, note=note)
    else:
        desk.singles.write(line, label, text, value, desk.writer.styles.plain, unit=unit, cite=cite)
    place = desk.singles.reference(line, label)
    if multiplier is not None:
        desk.figures[multiplier.name] = place
    return line, place.cell


def _part(desk: Desk, node: Expression, label: str, unit: str) -> tuple[Reference, Floats]:
    """A column of a formula: itself where it is the name of one."""
    values = np.asarray(desk.value(node, COUNTY), dtype=np.float64)
    if isinstance(node, Name) and desk.addresses().scope.values[node.name].level == COUNTY:
        return desk.figures[node.name], values
    formula = desk.formula(node, COUNTY, label)
    column = desk.steps.place(heading(label, unit))
    desk.steps.formulas(column, formula.text, values, desk.writer.styles.plain)
    return desk.steps.reference(column), values


def _bound(
    desk: Desk, node: Expression | None, values: Any, title: str, rows: dict[int, str], without: str | None
) -> Reference:
    """A floor or a cap; where an amount was entered, that amount is both."""
    shown = np.where(np.isfinite(values), values, _HUGE)
    own = not rows and isinstance(node, Name)
    if own and isinstance(node, Name) and desk.addresses().scope.values[node.name].level == COUNTY:
        return desk.figures[node.name]
    if node is not None:
        text = desk.formula(node, COUNTY, title).text
    else:
        text = without if without is not None else _huge(desk)
    column = desk.steps.place(title)
    style = desk.writer.styles.number
    desk.steps.formulas(column, text, shown, style)
    for row, cell in rows.items():
        desk.steps.formula(column, row, cell, shown[row], desk.writer.styles.by_hand)
    return desk.steps.reference(column)


def _huge(desk: Desk) -> str:
    return desk.constant("没有上限时的上限", _HUGE, "比任何金额都大的数。", "无上限")


@dataclass
class _Multiplier:
    """The multiplier from the bends."""

    desk: Desk
    label: str
    pot: str
    whole: float
    claim: Reference
    claims: Floats

    def column(self, what: str, text: str, values: Any) -> Reference:
        steps = self.desk.steps
        column = steps.spare()
        steps.head(column, f"辅助：{self.label}，{what}", helper=True)
        steps.formulas(column, text, values, self.desk.writer.styles.plain)
        return steps.reference(column)

    def single(self, what: str, text: str, value: float) -> str:
        singles = self.desk.singles
        line = singles.spare()
        style = self.desk.writer.styles.plain
        singles.write(line, f"辅助：{self.label}，{what}", text, value, style, helper=True)
        return singles.reference(line).cell

    def by_bends(self, floor: Reference | None, lows: Any, cap: Reference | None, highs: Any) -> str:
        """The formula of the multiplier; everything that it is built on is written first."""
        names, claims = self.desk.names, self.claims
        low = np.zeros(claims.size) if lows is None else np.maximum(lows, 0.0)
        high = np.full(claims.size, _HUGE) if highs is None else np.where(np.isfinite(highs), highs, _HUGE)
        given = names.define(f"{self.label}_依据", self.claim.column).cell
        lowest = None if floor is None else names.define(f"{self.label}_下限", floor.column).cell
        highest = None if cap is None else names.define(f"{self.label}_上限", cap.column).cell
        close = self.desk.constant("比较总额的精度", _CLOSE, "相差不到总额的这个比例，算相等。", "精度")
        due = self.single(
            "比较用的总额", f"{self.pot}-ABS({self.pot})*{close}", self.whole - abs(self.whole) * _CLOSE
        )
        limit = self.whole - abs(self.whole) * _CLOSE

        def paid(at: Floats) -> Floats:
            return np.asarray([np.minimum(np.maximum(x * claims, low), high).sum() for x in at])

        def bend(what: str, bound: Reference, values: Floats) -> tuple[Reference, Floats, Reference, Floats]:
            safe = np.where(claims > 0, claims, 1.0)
            bends = np.where(claims > 0, np.minimum(values / safe, _HUGE), 0.0)
            text = f"IF({self.claim.cell}>0,MAX({bound.cell},0)/{self.claim.cell},0)"
            at = self.column(f"{what}的系数", text, bends)
            # Every product is cut by itself: a yes times an amount is the amount, a no is nothing.
            product = f"{at.cell}*{given}"
            parts = [
                f"{product}" if lowest is None else f"{lowest}+({product}>{lowest})*({product}-{lowest})"
            ]
            if highest is not None:
                parts.append(f"-({product}>{highest})*({product}-{highest})")
            with np.errstate(over="ignore"):
                sums = paid(bends)
            total = self.column(f"{what}时的合计", f"SUMPRODUCT({''.join(parts)})", sums)
            used = self.column(
                f"{what}在用尽之前", f"IF({total.cell}<{due},{at.cell},0)", np.where(sums < limit, bends, 0.0)
            )
            return at, bends, used, np.where(sums < limit, bends, 0.0)

        starts = bend("离开下限", floor, low) if floor is not None else None
        ends = bend("到达上限", cap, high) if cap is not None else None
        used = [part for part in (starts, ends) if part is not None]
        here = max(float(part[3].max(initial=0.0)) for part in used)
        last = self.single("最后一个折点", f"MAX({','.join(part[2].column for part in used)})", here)
        free_text, free = [f"{self.claim.cell}>0"], claims > 0
        if starts is not None:
            free_text.append(f"{starts[0].cell}<={last}")
            free = free & (starts[1] <= here)
        capped = np.zeros(claims.size, dtype=bool)
        if ends is not None:
            free_text.append(f"{ends[0].cell}>{last}")
            free = free & (ends[1] > here)
            capped = (claims > 0) & (ends[1] <= here)
        rising = self.column(
            "随系数变动的依据",
            f"IF(AND({','.join(free_text)}),{self.claim.cell},0)",
            np.where(free, claims, 0.0),
        )
        fixed_at, fixed = self._fixed(floor, low, cap, high, ends, last, capped, free, rising)
        rest = self.single(
            "留给变动部分", f"{self.pot}-SUM({fixed_at.column})", self.whole - float(fixed.sum())
        )
        moving = self.single("变动的依据合计", f"SUM({rising.column})", float(claims[free].sum()))
        return f"IF({moving}>0,{rest}/{moving},{last})"

    def _fixed(
        self, floor: Reference | None, low: Floats, cap: Reference | None, high: Floats,
        ends: Any, last: str, capped: Any, free: Any, rising: Reference,
    ) -> tuple[Reference, Floats]:  # fmt: skip
        """What the others get: their floor, or their cap where they have reached it."""
        at_floor = "0" if floor is None else f"MAX({floor.cell},0)"
        values = np.where(free, 0.0, np.where(capped, high, np.minimum(low, high)))
        if cap is None or ends is None:
            return self.column("不变动的金额", f"IF({rising.cell}>0,0,{at_floor})", values), values
        reached = self.column("已到上限", f"AND({self.claim.cell}>0,{ends[0].cell}<={last})", capped)
        stuck = self.column(
            "停住时的金额", f"IF({reached.cell},{cap.cell},MIN({at_floor},{cap.cell}))",
            np.where(capped, high, np.minimum(low, high)),
        )  # fmt: skip
        return self.column("不变动的金额", f"IF({rising.cell}>0,0,{stuck.cell})", values), values
