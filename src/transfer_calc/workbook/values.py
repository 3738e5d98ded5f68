"""The workbook of a table too long for live formulas: values, written row by row in little memory."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from transfer_calc.calculation.result import ALLOCATION, Result
from transfer_calc.units import plain
from transfer_calc.workbook.exact import exact
from transfer_calc.workbook.live.checks import CHECKS
from transfer_calc.workbook.live.columns import FIRST
from transfer_calc.workbook.live.desk import Desk
from transfer_calc.workbook.live.inputs import DATA, heading, write_entered, write_parameters
from transfer_calc.workbook.live.results import RESULTS
from transfer_calc.workbook.live.singles import SHEET
from transfer_calc.workbook.live.steps import STEPS
from transfer_calc.workbook.sheets import SheetWriter

Column = tuple[str, Any, Any]
"""A heading, one figure a unit, a style."""


def write_values(writer: SheetWriter, result: Result) -> None:
    """Write every sheet of figures as values."""
    method, styles, panel = result.method, writer.styles, result.panel
    title, file = method.title.zh, method.file
    keys: list[Column] = [("代码", panel.codes, styles.text), (file.recipients.zh, panel.names, styles.text)]

    def styled(label: str, unit: str, values: Any) -> Column:
        kind = values.dtype.kind
        style = {"U": styles.text, "b": styles.flag, "i": styles.paid}.get(kind)
        return heading(label, unit), values, style or (styles.ratio if unit == "1" else styles.number)

    shown = [name for name, values in panel.columns.items() if file.columns[name].kind == "group"]
    given = {
        name: styled(file.columns[name].zh, plain(file.columns[name].unit), values)
        for name, values in panel.columns.items()
    }
    steps = [
        styled(method.label(name).zh, result.units[name], values) for name, values in result.columns.items()
    ]
    pays = file.pays
    wanted = [] if pays is None else [pays.entitlement, pays.amount]
    names = [name for name in dict.fromkeys(wanted) if name is not None and name in result.columns]
    results = [styled(method.label(name).zh, result.units[name], result.columns[name]) for name in names]
    if result.payment is not None:
        label = result.label(ALLOCATION).zh
        results.append(styled(label, result.units[ALLOCATION], result.payment.allocation))
    write_rows(
        writer, RESULTS, f"{title}：分配结果", [*keys, *(given[name] for name in shown), *(results or steps)]
    )
    write_rows(writer, DATA, f"{title}：输入数据", [*keys, *given.values()])
    write_parameters(Desk(writer, result), live=False)
    write_rows(writer, STEPS, f"{title}：逐步计算", [*keys, *steps])
    sheet, row = writer.sheet(SHEET, f"{title}：全体一个数的量", (38, 22, 12))
    writer.heads(sheet, row, ("名称", "数值", "单位"))
    lines = [
        (method.label(name).zh, float(value), "" if result.units[name] == "1" else result.units[name])
        for name, value in result.scalars.items()
    ]
    writer.lines(sheet, row + 1, lines, (styles.wrapped, styles.plain, styles.wrapped))
    sheet, row = writer.sheet(CHECKS, f"{title}：校验", (36, 12, 90))
    writer.heads(sheet, row, ("项目", "结论", "说明"))
    said = [
        (check.title.zh, "不适用" if check.passed is None else "符合", check.detail.zh)
        for check in result.checks
    ]
    writer.lines(sheet, row + 1, said)
    write_entered(Desk(writer, result))


def write_rows(writer: SheetWriter, name: str, title: str, columns: Sequence[Column]) -> None:
    """A sheet of columns, written row by row: texts as texts, a yes as 1, what is no number left blank."""
    sheet, _ = writer.sheet(name, title, [11, 24, *[17] * (len(columns) - 2)])
    writer.heads(sheet, FIRST - 2, [head for head, _, _ in columns], 46)
    sheet.freeze_panes(FIRST - 1, 2)
    cells = [_cells(sheet, values) for _, values, _ in columns]
    writes = [write for write, _ in cells]
    styles = [style for _, _, style in columns]
    plan = list(zip(range(len(columns)), writes, styles, strict=True))
    for row, line in enumerate(zip(*(values for _, values in cells), strict=True), start=FIRST - 1):
        for value, (column, write, style) in zip(line, plan, strict=True):
            if value is not None:
                write(row, column, value, style)
            else:
                sheet.write_blank(row, column, None, style)


def _cells(sheet: Any, values: Any) -> tuple[Any, Sequence[Any]]:
    """How the cells of a column are written, and what."""
    array = np.asarray(values)
    if array.dtype.kind == "U":
        return sheet.write_string, array.tolist()
    if array.dtype.kind == "b":
        return sheet.write_number, array.astype(int).tolist()
    if array.dtype.kind == "i":
        return sheet.write_number, array.tolist()
    return sheet.write_number, [exact(value) if math.isfinite(value) else None for value in array.tolist()]
