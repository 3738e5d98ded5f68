"""The sheet 计算: every step as a column of formulas, in the order of the law."""

from __future__ import annotations

from typing import Any

import numpy as np

from transfer_calc.calculation.result import Result
from transfer_calc.calculation.settings import ActiveStep
from transfer_calc.language.check import ALL, COUNTY
from transfer_calc.language.nodes import Aggregate, Expression, walk
from transfer_calc.units import plain
from transfer_calc.workbook.live.columns import ColumnSheet, column_of
from transfer_calc.workbook.live.desk import ByHand, Desk, is_truth
from transfer_calc.workbook.live.inputs import heading
from transfer_calc.workbook.live.solving import Solved, write_solve

STEPS = "计算"


def open_steps(desk: Desk, name: str = STEPS) -> None:
    """The sheets of steps: that of the units, and one for each column that groups them."""
    panel, styles = desk.result.panel, desk.writer.styles
    sheet = desk.steps = ColumnSheet(desk.writer, name, f"{desk.title}：逐步计算", desk.rows)
    sheet.values(sheet.place("代码", width=11), panel.codes, styles.text)
    sheet.values(sheet.place(desk.method.file.recipients.zh, width=24), panel.names, styles.text)
    for group in groups(desk.result):
        if group not in desk.group_sheets:
            desk.add_group_sheet(group)


def groups(result: Result) -> list[str]:
    """The columns that the figures of some step are grouped by."""
    settings = result.settings
    nodes = [node for formula in all_formulas(result) for node in walk(formula)]
    found = [node.by for node in nodes if isinstance(node, Aggregate) and node.by is not None]
    found += [
        str(step.planned.shape.level.group)
        for step in settings.steps
        if step.planned.shape.level.kind == "group"
    ]
    return sorted(set(found))


def all_formulas(result: Result) -> list[Expression]:
    """Every formula of the run, conditions included."""
    settings = result.settings
    found: list[Expression] = [held.formula for held in settings.conditions]
    for step in settings.steps:
        found += [step.formula] if step.formula is not None else []
        found += step.solve.formulas() if step.solve is not None else []
    return found


def write_steps(desk: Desk, by_hand: ByHand) -> list[Solved]:
    """Every step in its place; gives what was divided, for the checks."""
    solved = []
    for step in desk.result.settings.steps:
        if step.solve is not None:
            solved.append(write_solve(desk, step, by_hand))
        else:
            write_step(desk, step, by_hand)
    return solved


def write_step(desk: Desk, step: ActiveStep, by_hand: ByHand) -> None:
    """A step that is a formula: a column of units or groups, or a single figure."""
    assert step.formula is not None
    written = desk.method.file.steps[step.name]
    level, unit = step.planned.shape.level, plain(written.unit)
    formula = desk.formula(step.formula, level, step.name)
    if level == ALL:
        line = desk.singles.spare()
        value = desk.world.single[step.name]
        note = "" if written.note is None else written.note.zh
        style = desk.writer.styles.plain
        desk.singles.write(
            line, written.zh, formula.text, value, style,
            unit="" if unit == "1" else unit, cite=written.cite or "", note=note,
        )  # fmt: skip
        desk.figures[step.name] = desk.singles.reference(line, written.zh)
        return
    sheet = desk.sheet_of(level)
    column = sheet.place(heading(written.zh, unit), above=written.cite or "")
    desk.figures[step.name] = sheet.reference(column)
    values = _values(desk, step)
    style = desk.writer.styles.centred if is_truth(values) else desk.style_of(unit)
    style = desk.writer.styles.text if values.dtype.kind == "U" else style
    sheet.formulas(column, formula.text, values, style)
    if level == COUNTY:
        desk.enter(step.name, column, values, by_hand)


def seen_by_unit(desk: Desk, name: str) -> str:
    """A figure as a formula in the row of a unit: its own, that of its group, or the one for all."""
    place = desk.figures[name]
    if name not in desk.world.by_group:
        return place.cell
    group = desk.group_places[desk.world.by_group[name][0]]
    if group.exact:
        return f"LOOKUP(1,0/EXACT({group.key.column},{group.member.cell}),{place.column})"
    return f"INDEX({place.column},MATCH({group.member.cell},{group.key.column},0))"


def _values(desk: Desk, step: ActiveStep) -> Any:
    world, name = desk.world, step.name
    if name in world.by_group:
        return np.asarray(world.by_group[name][1])
    if name in world.columns:
        return world.columns[name]
    grouping = world.groups[name]
    return column_of(np.asarray(grouping.labels)[grouping.codes], desk.rows)
