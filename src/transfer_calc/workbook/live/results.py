"""The sheet 结果: what goes out, a line a unit, linked to the sheets that it was computed on."""

from __future__ import annotations

from typing import Any

import numpy as np

from transfer_calc.calculation.result import ALLOCATION
from transfer_calc.language.excel_addresses import Reference
from transfer_calc.units import measure, plain, ratio
from transfer_calc.workbook.live.columns import FIRST, ColumnSheet
from transfer_calc.workbook.live.desk import Desk
from transfer_calc.workbook.live.inputs import heading
from transfer_calc.workbook.live.settling import Settled
from transfer_calc.workbook.live.solving import Solved
from transfer_calc.workbook.live.steps import seen_by_unit

RESULTS = "结果"
SIGNATURES = "编制：　　　　　　　　复核：　　　　　　　　负责人：　　　　　　　　日期：　　　　　　"
LAST_YEAR = "last_year"


def write_results(desk: Desk, settled: Settled | None, solved: list[Solved], passed: str) -> Reference | None:
    """The sheet of results; gives the column of what is paid, if anything is.

    Args:
        desk: The workbook.
        settled: The settlement, if there is one.
        solved: The divisions, for who is held at a floor or a cap.
        passed: The cell that counts what is wrong.
    """
    result, method, styles = desk.result, desk.method, desk.writer.styles
    pays = method.file.pays
    sheet = ColumnSheet(desk.writer, RESULTS, f"{desk.title}：分配结果", desk.rows)
    sheet.values(sheet.place("代码", width=11), result.panel.codes, styles.text)
    sheet.values(sheet.place(method.file.recipients.zh, width=24), result.panel.names, styles.text)
    for name in [name for name in desk.group_places if method.file.columns[name].kind == "group"]:
        _link(desk, sheet, name, method.label(name).zh, result.panel.columns[name], styles.text)
    wanted = [] if pays is None else [pays.entitlement, pays.amount]
    names = [name for name in dict.fromkeys(wanted) if name is not None and name in result.columns]
    sums: list[tuple[int, float, Any]] = []
    for name in names or [name for name, values in result.columns.items() if values.dtype.kind == "f"]:
        values, unit = result.columns[name], result.units[name]
        column = _link(desk, sheet, name, heading(method.label(name).zh, unit), values, desk.style_of(unit))
        if unit != "1":
            sums.append((column, float(np.nansum(values)), styles.sum_number))
    if pays is not None:
        _held(desk, sheet, next((each for each in solved if each.step == pays.amount), None))
    paid = None
    if settled is not None and result.payment is not None:
        column = sheet.place(heading(result.label(ALLOCATION).zh, result.units[ALLOCATION]), width=20)
        sheet.formulas(column, settled.allocation.cell, result.payment.allocation, styles.paid)
        sums.append((column, result.payment.total, styles.sum_whole))
        paid = sheet.reference(column)
        sums += _against_last_year(desk, sheet, paid)
    sheet.sums(sums, sheet.next)
    sheet.sheet.autofilter(FIRST - 2, 0, sheet.last - 1, sheet.next - 1)
    state = f'IF({passed}=0,"校验全部符合","校验有不符，见 校验 表，本结果不能使用")'
    sheet.sheet.write_formula(FIRST - 3, 0, "=" + state, styles.muted, "校验全部符合")
    sheet.sheet.write_string(sheet.last + 2, 0, SIGNATURES, styles.signature)
    return paid


def _link(desk: Desk, sheet: ColumnSheet, name: str, title: str, values: Any, style: Any) -> int:
    """A column that shows a figure of another sheet; a group's or a total's figure in every row."""
    column = sheet.place(title, width=22 if values.dtype.kind == "U" else 18)
    text = seen_by_unit(desk, name)
    sheet.formulas(column, text, values, desk.writer.styles.centred if values.dtype == np.bool_ else style)
    return column


def _held(desk: Desk, sheet: ColumnSheet, solved: Solved | None) -> None:
    """Who is held up by a floor, and who is cut by a cap."""
    if solved is None or (solved.floor is None and solved.cap is None):
        return
    low, high = desk.result.computed.bounds[solved.step]
    share = solved.share
    parts, floors, caps = [], np.zeros(desk.rows, dtype=bool), np.zeros(desk.rows, dtype=bool)
    if solved.floor is not None and low is not None:
        parts.append(f'REPT("保底",AND({solved.floor.cell}>0,{solved.own}<={solved.floor.cell}))')
        floors = (low > 0) & (share <= low)
    if solved.cap is not None and high is not None:
        parts.append(f'REPT("封顶",{solved.own}>={solved.cap.cell})')
        caps = share >= high
    said = [
        ("保底" if low_ else "") + ("封顶" if high_ else "") for low_, high_ in zip(floors, caps, strict=True)
    ]
    sheet.formulas(sheet.place("受限", width=9), "&".join(parts), said, desk.writer.styles.centred)


def _against_last_year(desk: Desk, sheet: ColumnSheet, paid: Reference) -> list[tuple[int, float, Any]]:
    """Last year's amount and the change, where the method has one in money of the same kind."""
    method, result, styles = desk.method, desk.result, desk.writer.styles
    pays, payment = method.file.pays, result.payment
    entry = method.file.columns.get(LAST_YEAR)
    if entry is None or pays is None or payment is None or LAST_YEAR not in result.panel.columns:
        return []
    if measure(entry.unit).kind != measure(pays.settle.unit).kind:
        return []
    values, unit = result.panel.columns[LAST_YEAR], plain(entry.unit)
    before = _link(desk, sheet, LAST_YEAR, heading(entry.zh, unit), values, styles.number)
    factor = ratio(entry.unit, pays.settle.unit)
    text = paid.cell
    text += f"/{desk.factor(factor.numerator)}" if factor.numerator != 1 else ""
    text += f"*{desk.factor(factor.denominator)}" if factor.denominator != 1 else ""
    change = payment.allocation / factor.numerator * factor.denominator - values
    column = sheet.place(heading("比上年增减", unit))
    sheet.formulas(column, f"{text}-{desk.figures[LAST_YEAR].cell}", change, styles.number)
    return [
        (before, float(values.sum()), styles.sum_number),
        (column, float(change.sum()), styles.sum_number),
    ]
