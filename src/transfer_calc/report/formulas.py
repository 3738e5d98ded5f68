"""Every formula of a method in its readings: as written, as a sentence, as mathematics, as Excel has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from transfer_calc.files.address import column_letter
from transfer_calc.language.check import ALL, COUNTY, Level
from transfer_calc.language.excel import write
from transfer_calc.language.excel_addresses import (
    ROW,
    Addresses,
    GroupPlace,
    Reference,
    SchedulePlace,
    TablePlace,
)
from transfer_calc.language.latex import latex
from transfer_calc.language.nodes import Convert, Expression, walk
from transfer_calc.language.prose import prose
from transfer_calc.method.load import Method
from transfer_calc.method.model import CODE
from transfer_calc.method.plan import PlannedStep, scope_of
from transfer_calc.text import Text

FIRST_ROW, LAST_ROW = 5, 92
"""The rows of the counties in the formulas shown: 88 of them, below a title and headings."""


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula of a step.

    Attributes:
        step: The step.
        part: `formula`, or `claim`, `total`, `floor`, `cap` of a solve.
        option: The option it belongs to, `""` without a choice.
        node: The formula, conversions of units in it.
        level: Its level.
    """

    step: str
    part: str
    option: str
    node: Expression
    level: Level


def formulas(method: Method) -> Iterator[Formula]:
    """All formulas of a method in the order of its plan."""
    for planned in method.plan.steps:
        for option, node in planned.formulas.items():
            yield Formula(planned.name, "formula", option, node, planned.shape.level)
        if planned.solve is not None:
            for part in ("claim", "total", "floor", "cap"):
                node = getattr(planned.solve, part)
                if node is not None:
                    yield Formula(planned.name, part, "", node, ALL if part == "total" else COUNTY)


def in_prose(formula: Formula, method: Method) -> Text:
    """The formula as a sentence in both languages."""
    return prose(formula.node, method.label)


def in_latex(formula: Formula, method: Method, lang: str) -> str:
    """The formula as mathematics, names by their labels."""
    return latex(formula.node, lambda name: method.label(name)[lang], lang=lang)


def in_excel(formula: Formula, method: Method) -> list[str]:
    """The formula as Excel has it in the first row of the counties; helpers it is built on come first.

    Inputs stand on the sheet 数据 and steps on 计算, each in a column of its own; parameters, single
    figures and factors of conversion are named cells.
    """
    places = _Places(method)
    written = write(formula.node, places.addresses(), formula.level, formula.step)
    row = None if formula.level == ALL else FIRST_ROW
    lines = [f"{helper.name}: {helper.at(FIRST_ROW)}" for helper in written.helpers]
    return [*lines, written.at(row)]


class _Places:
    """Where the figures of a method stand in a workbook laid out column by column."""

    def __init__(self, method: Method) -> None:
        self.method = method
        self.helpers = 0

    def reference(self, sheet: str, position: int) -> Reference:
        letter = column_letter(position)
        return Reference(f"{sheet}!${letter}{ROW}", f"{sheet}!${letter}${FIRST_ROW}:${letter}${LAST_ROW}")

    def addresses(self) -> Addresses:
        file = self.method.file
        figures: dict[str, Reference] = {}
        groups: dict[str, GroupPlace] = {}
        figures[CODE] = self.reference("数据", 0)
        for position, (name, entry) in enumerate(file.columns.items(), start=2):
            figures[name] = self.reference("数据", position)
            if entry.kind in ("group", "text"):
                groups[name] = GroupPlace(figures[name], self.reference(name, 0))
        for name in (*file.parameters, *file.figures, "pool"):
            figures[name] = Reference(name, name)
        for position, planned in enumerate(self.method.plan.steps, start=2):
            figures[planned.name] = self.of_step(planned, position)
            if planned.solve is not None and planned.solve.multiplier is not None:
                figures[planned.solve.multiplier] = Reference(
                    planned.solve.multiplier, planned.solve.multiplier
                )
        tables = {
            name: TablePlace(
                tuple(f"{name}_{key + 1}" for key in range(len(table.keys))),
                name,
                False,
                table.match == "prefix",
            )
            for name, table in file.tables.items()
        }
        schedules = {
            name: SchedulePlace(f"{name}_from", f"{name}_rate", f"{name}_rise", schedule.inclusive)
            for name, schedule in file.schedules.items()
        }
        numbers = {
            number
            for formula in formulas(self.method)
            for part in walk(formula.node)
            if isinstance(part, Convert)
            for number in (part.numerator, part.denominator)
        }
        return Addresses(
            scope_of(file, self.method.plan.shapes),
            figures,
            self.reference("数据", 0),
            self.reserve,
            groups,
            tables,
            schedules,
            {number: f"factor_{number}" for number in numbers},
        )

    def of_step(self, planned: PlannedStep, position: int) -> Reference:
        level = planned.shape.level
        if level == ALL:
            return Reference(planned.name, planned.name)
        return self.reference("计算" if level == COUNTY else str(level.group), position)

    def reserve(self, name: str, level: Level) -> Reference:
        self.helpers += 1
        if level == ALL:
            return Reference(name, name)
        return self.reference("辅助" if level == COUNTY else str(level.group), self.helpers + 1)


Reading = Callable[[Formula], list[str]]


def reading(method: Method, kind: str, lang: str) -> Reading:
    """One of the readings, by name: `prose`, `latex` or `excel`."""
    if kind == "prose":
        return lambda formula: [in_prose(formula, method)[lang]]
    if kind == "latex":
        return lambda formula: [in_latex(formula, method, lang)]
    return lambda formula: in_excel(formula, method)
