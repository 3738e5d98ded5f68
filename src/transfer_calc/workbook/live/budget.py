"""The live sheets of a budget: data, the method of its target, its own figures, plan, settlement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from transfer_calc.allocation.problem import LeastSquares
from transfer_calc.budget.answer import Allocation
from transfer_calc.budget.parts import MethodTarget, Pots
from transfer_calc.budget.prepare import TARGET
from transfer_calc.budget.titles import title_of
from transfer_calc.budget.wanted import LAST_YEAR
from transfer_calc.calculation.result import Result
from transfer_calc.language.excel_addresses import Reference
from transfer_calc.method.model import POOL
from transfer_calc.rounding import exact_sum
from transfer_calc.units import plain, ratio
from transfer_calc.workbook.live import checks, inputs, settling, singles, steps
from transfer_calc.workbook.live.columns import FIRST, ColumnSheet
from transfer_calc.workbook.live.desk import Desk, is_truth
from transfer_calc.workbook.live.plan import PLAN, ROWS, Planned, write_plan
from transfer_calc.workbook.live.results import RESULTS, SIGNATURES
from transfer_calc.workbook.live.settling import Amounts, Settled, scaled, write_settlement
from transfer_calc.workbook.live.singles import Singles
from transfer_calc.workbook.sheets import SheetWriter

OWN = "方案计算"
_CLOSING = "budget_recipients"
"""The step that stands for the amounts, which no formula gives."""


def budget_tabs(allocation: Allocation) -> list[str]:
    """The live sheets in the order of their tabs."""
    own, target = _own(allocation), allocation.built.figures.result
    groups = set(steps.groups(own)) | (set(steps.groups(target)) if target is not None else set())
    found = [inputs.DATA, inputs.PARAMETERS, *([steps.STEPS] if target is not None else []), OWN, PLAN, ROWS]
    found += [settling.SETTLEMENT] if allocation.built.layout.plain else []
    found += [singles.SHEET, *(f"分组{at + 1}" for at in range(len(groups)))]
    if target is not None and (target.settings.tables or target.settings.schedules):
        found.append(inputs.TABLES)
    return found


def _own(allocation: Allocation) -> Result:
    """The budget's own figures as a result that nothing is paid of."""
    figures = allocation.built.figures
    method, computed = figures.prepared.method, figures.computed
    return Result(method, figures.panel, figures.settings, computed, None, (), {}, (), ())


def write_budget(writer: SheetWriter, allocation: Allocation) -> None:
    """Write the live sheets, the result and the checks of a budget."""
    own, target = _own(allocation), allocation.built.figures.result
    desk = Desk(writer, own)
    reading = allocation.built.figures.prepared.reading.file
    given = {name: values for name, values in own.panel.columns.items() if name in reading.columns}
    inputs.write_data(desk, reading.columns, given)
    other = None if target is None else _beside(desk, target)
    inputs.write_parameters(desk, *([] if other is None else [other]))
    if other is not None:
        inputs.write_tables(other)
    desk.singles = Singles(writer, desk.names, f"{desk.title}：全体一个数的量")
    if other is not None:
        other.singles = desk.singles
        _write_target(desk, other)
    steps.open_steps(desk, OWN)
    _take(desk, other, allocation)
    desk.prepare(steps.all_formulas(own))
    for step in own.settings.steps:
        if step.name != _CLOSING:
            steps.write_step(desk, step, {})
    planned = write_plan(desk, allocation)
    settled = _settle(desk, allocation, planned)
    shown = _results(desk, allocation, planned, settled)
    _checks(desk, allocation, planned, settled, shown, given)
    desk.close()


def _beside(desk: Desk, target: Result) -> Desk:
    """The desk of the target's method, on the same data and with the same names."""
    other = Desk(desk.writer, target)
    other.names, other.data = desk.names, desk.data
    other.constants, other.factors = desk.constants, desk.factors
    other.group_places, other.group_sheets = desk.group_places, desk.group_sheets
    other.figures.update(desk.figures)
    return other


def _write_target(desk: Desk, other: Desk) -> None:
    """Every step of the target's method."""
    pays, own = other.method.file.pays, desk.method.file.pays
    if pays is not None and pays.pool is not None and own is not None and own.pool is not None:
        factor = ratio(own.pool.unit, pays.pool.unit)
        other.figures[POOL] = desk.figures[POOL]
        if factor != 1 and other.result.settings.pool is not None:
            line, label = desk.singles.spare(), f"{pays.pool.zh}（{plain(pays.pool.unit)}）"
            value = float(other.result.settings.pool)
            text = scaled(desk, desk.figures[POOL].cell, factor)
            desk.singles.write(line, label, text, value, desk.writer.styles.number)
            other.figures[POOL] = desk.singles.reference(line, label)
    steps.open_steps(other)
    other.prepare(steps.all_formulas(other.result))
    steps.write_steps(other, {})
    other.steps.print_wide()


def _take(desk: Desk, other: Desk | None, allocation: Allocation) -> None:
    """What the budget takes from the target's method, as columns of its own."""
    written = allocation.budget.target
    if other is None or not isinstance(written, MethodTarget):
        return
    taken = dict(written.take) | ({TARGET: written.step} if written.step is not None else {})
    for name, step in taken.items():
        entry = desk.method.file.inputs[name]
        column = desk.steps.place(inputs.heading(entry.zh, plain(entry.unit)), above=other.method.id)
        text = steps.seen_by_unit(other, step)
        if name == TARGET:
            text = scaled(desk, text, ratio(other.method.file.steps[step].unit, allocation.budget.pool.unit))
        values = desk.result.panel.columns[name]
        style = desk.writer.styles.centred if is_truth(values) else desk.style_of(plain(entry.unit))
        desk.steps.formulas(column, text, values, style)
        desk.figures[name] = desk.steps.reference(column)


def _settle(desk: Desk, allocation: Allocation, planned: Planned) -> Settled | None:
    """The settlement; with several pots there is more than one amount a recipient, and none is written."""
    if not allocation.built.layout.plain:
        return None
    budget, problem = allocation.budget, allocation.problem
    factor = ratio(budget.pool.unit, budget.settle.unit)
    total = int(allocation.settled.sum())
    text = scaled(desk, desk.figures[POOL].cell, factor)
    if float(allocation.pool) * float(factor) != total:
        text = f"ROUND({scaled(desk, f'SUM({planned.amount.column})', factor)},0)"
    exact = allocation.solution.amounts * float(factor)
    amounts = Amounts(
        planned.amount, exact, factor, allocation.settle_unit, text, total, allocation.settled,
        planned.floor, planned.cap,
        problem.lower * float(factor), np.minimum(problem.upper, 9e300) * float(factor),
    )  # fmt: skip
    return write_settlement(desk, amounts)


def _results(desk: Desk, allocation: Allocation, planned: Planned, settled: Settled | None) -> Reference:
    """The sheet 结果: linked to the plan, with what holds each in words; gives the column of what is paid."""
    styles, panel, writer = desk.writer.styles, allocation.panel, desk.writer
    sheet = ColumnSheet(writer, RESULTS, f"{desk.title}：分配结果", desk.rows)
    sheet.values(sheet.place("代码", width=11), panel.codes, styles.text)
    sheet.values(sheet.place(desk.recipients, width=24), panel.names, styles.text)
    sums: list[tuple[int, float, Any]] = []

    def link(name: str, place: Reference | None, values: Any, style: Any, *, width: float = 18) -> Reference:
        column = sheet.place(title_of(name, allocation, "zh"), width=width)
        if place is None:
            sheet.values(column, values, style)
        else:
            sheet.formulas(column, place.cell, values, style)
        if values.dtype.kind in "fi":
            total = int(values.sum()) if values.dtype.kind == "i" else exact_sum(values)
            sums.append((column, total, styles.sum_whole if style is styles.paid else styles.sum_number))
        return sheet.reference(column)

    for name, entry in allocation.budget.inputs.items():
        if entry.kind == "group" and name in panel.columns:
            column = sheet.place(entry.zh, width=22)
            sheet.formulas(column, desk.figures[name].cell, panel.columns[name], styles.text)
    plain_layout = allocation.built.layout.plain
    target = last = None
    if allocation.built.target is not None:
        place = desk.figures.get(TARGET) if plain_layout else None
        target = link("target", place, allocation.built.target, styles.number)
    if allocation.built.last_year is not None:
        last = link("last_year", desk.figures.get(LAST_YEAR), allocation.built.last_year, styles.number)
    amount = planned.amount if plain_layout else None
    link("amount", amount, allocation.by_recipient, styles.number)
    for name, values in allocation.by_pot().items():
        link(name, None, values, styles.paid)
    paid = link(
        "allocation",
        None if settled is None else settled.allocation,
        allocation.settled,
        styles.paid,
        width=20,
    )
    factor = ratio(allocation.budget.settle.unit, allocation.budget.pool.unit)
    for name, values in allocation.changes().items():
        before = last if name == "change" else target
        assert before is not None
        column = sheet.place(title_of(name, allocation, "zh"))
        sheet.formulas(column, f"{scaled(desk, paid.cell, factor)}-{before.cell}", values, styles.number)
        sums.append((column, exact_sum(values), styles.sum_number))
    held = sheet.place(title_of("binds", allocation, "zh") + "（求解时）", width=40)
    sheet.values(held, allocation.binds("zh"), styles.wrapped)
    sheet.sums(sums, sheet.next)
    sheet.sheet.autofilter(FIRST - 2, 0, sheet.last - 1, sheet.next - 1)
    state = f'IF({checks.PASSED}=0,"校验全部符合","校验有不符，见 校验 表，本结果不能使用")'
    sheet.sheet.write_formula(FIRST - 3, 0, "=" + state, styles.muted, "校验全部符合")
    sheet.sheet.write_string(sheet.last + 2, 0, SIGNATURES, styles.signature)
    return paid


def _checks(
    desk: Desk,
    allocation: Allocation,
    planned: Planned,
    settled: Settled | None,
    shown: Reference,
    given: Mapping[str, Any],
) -> None:
    """The sheet 校验."""
    sheet = checks.Checks(desk)
    reading = allocation.built.figures.prepared.reading.file
    checks.of_data(desk, sheet, reading.columns, given)
    again = "不为0时方案不再守住约束，要重新求解。"
    if planned.rows:
        sheet.add(
            "不符合的约束", planned.broken, 0, f"{planned.rows} 条，合计、界限和余量见 约束核对 表。{again}"
        )
    if planned.loose is not None and isinstance(allocation.stages[-1].aims[-1].arrays, LeastSquares):
        detail = "有影子价格的约束应当正好触及；不为0时影子价格已经过时，要重新求解。"
        sheet.add("有价格而没有触及的约束", planned.loose, 0, detail)
    close = desk.constants["约束容差"]
    for place, title, text in (
        (planned.floor, "低于下限的个数", "SUMPRODUCT(--({amount}<{bound}-{close}))"),
        (planned.cap, "高于上限的个数", "SUMPRODUCT(--({amount}>{bound}+{close}))"),
    ):
        formula = text.format(amount=planned.amount.column, bound=place.column, close=close)
        sheet.add(title, formula, 0, "见 方案 表。")
    if settled is not None:
        checks.of_settlement(sheet, settled, shown, allocation.settle_unit, {})
        checks.changed_since(sheet, settled)
    sheet.remark("最优性", "符合", f"{allocation.certificate_said.zh}（写出时由程序核对，见 最优性证明 表）")
    if isinstance(allocation.budget.pool, Pots):
        sheet.remark(
            "多笔资金", "不适用", "每个地区从几笔资金各得多少见 方案 表；结算由程序处理，分配数是数值。"
        )
    sheet.close()
