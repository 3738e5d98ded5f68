"""What the parts of a live workbook share: the result, the sheets, and where every figure stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from transfer_calc.calculation.result import Result
from transfer_calc.language.check import ALL, COUNTY, Level
from transfer_calc.language.evaluate import evaluate
from transfer_calc.language.excel import write
from transfer_calc.language.excel_addresses import (
    Addresses,
    Counted,
    ExcelFormula,
    GroupPlace,
    Helper,
    Reference,
    SchedulePlace,
    TablePlace,
    needs_exact,
)
from transfer_calc.language.excel_values import value_of
from transfer_calc.language.nodes import Convert, Expression, walk
from transfer_calc.language.world import World
from transfer_calc.language.written import formula_text
from transfer_calc.method.plan import scope_of
from transfer_calc.workbook.live.columns import ColumnSheet, column_of
from transfer_calc.workbook.live.names import Names
from transfer_calc.workbook.live.singles import Singles
from transfer_calc.workbook.sheets import SheetWriter

_HEADING = 60


ByHand = Mapping[tuple[str, int], str]
"""The cell of each amount that was set by hand, by step and row."""


class Desk:
    """The workbook of one result while it is written."""

    def __init__(self, writer: SheetWriter, result: Result) -> None:
        self.writer = writer
        self.result = result
        self.method = result.method
        self.world: World = result.computed.world
        self.rows = len(result.panel)
        self.names = Names(writer.book)
        self.figures: dict[str, Reference] = {}
        self.group_places: dict[str, GroupPlace] = {}
        self.group_sheets: dict[str, ColumnSheet] = {}
        self.tables: dict[str, TablePlace] = {}
        self.schedules: dict[str, SchedulePlace] = {}
        self.factors: dict[int, str] = {}
        self.constants: dict[str, str] = {}
        self.reserved: list[int] = []
        self.data: ColumnSheet
        self.steps: ColumnSheet
        self.singles: Singles

    @property
    def title(self) -> str:
        return self.method.title.zh

    @property
    def recipients(self) -> str:
        return self.method.file.recipients.zh

    def addresses(self) -> Addresses:
        """Where everything stands; steps are added to the same tables as they are written."""
        return Addresses(
            scope_of(self.method.file, self.method.plan.shapes),
            self.figures,
            self.data.reference(0),
            self.reserve,
            self.group_places,
            self.tables,
            self.schedules,
            self.factors,
        )

    def reserve(self, _name: str, level: Level) -> Reference:
        """A place for a helper; its heading and formulas follow in `helper`."""
        if level == ALL:
            self.reserved.append(self.singles.spare())
            return self.singles.reference(self.reserved[-1])
        sheet = self.sheet_of(level)
        self.reserved.append(sheet.spare())
        return sheet.reference(self.reserved[-1])

    def sheet_of(self, level: Level) -> ColumnSheet:
        return self.steps if level == COUNTY else self.group_sheets[str(level.group)]

    def add_group_sheet(self, group: str) -> None:
        """A sheet for the figures of the groups of a column."""
        labels = self.world.groups[group].labels
        name = f"分组{len(self.group_sheets) + 1}"
        label = self.method.label(group).zh
        sheet = ColumnSheet(self.writer, name, f"{self.title}：按{label}", len(labels))
        sheet.values(sheet.place(label, width=26), labels, self.writer.styles.text)
        self.group_sheets[group] = sheet
        member = self.group_places[group].member
        self.group_places[group] = GroupPlace(member, sheet.reference(0), needs_exact(labels))

    def prepare(self, nodes: list[Expression]) -> None:
        """Name the factors between units that the formulas need."""
        numbers = {
            number
            for node in nodes
            for part in walk(node)
            if isinstance(part, Convert)
            for number in (part.numerator, part.denominator)
        }
        for number in sorted(numbers):
            self.factor(number)

    def factor(self, number: int) -> str:
        """The named cell of a factor between units."""
        if number not in self.factors:
            name, label = f"换算_{number}", f"单位换算 {number:,}"
            self.factors[number] = self.constant(label, number, "单位之间的换算倍数。", name)
        return self.factors[number]

    def constant(self, label: str, value: float, note: str, name: str) -> str:
        """The named cell of a number that no law fixes; made when first asked for."""
        if name not in self.constants:
            self.constants[name] = self.singles.constant(label, value, note, name).cell
        return self.constants[name]

    def formula(self, node: Expression, level: Level, name: str) -> ExcelFormula:
        """A formula in Excel's language; the helpers that it is built on are written at once."""
        self.reserved = []
        found = write(node, self.addresses(), level, name)
        for helper, at in zip(found.helpers, self.reserved, strict=True):
            self.helper(helper, at)
        return found

    def helper(self, helper: Helper, at: int) -> None:
        """Write a helper in the place that was reserved for it."""
        value = value_of(helper.meaning, self.world, helper.level)
        if isinstance(helper.meaning, Counted):
            heading = "辅助：排名计数"
        elif helper.node is None:
            heading = "辅助：是否计算"
        else:
            said = formula_text(helper.node, lambda name: self.method.label(name).zh)
            heading = f"辅助：{said if len(said) <= _HEADING else said[: _HEADING - 1] + '…'}"
        style = self.writer.styles.plain
        if helper.level == ALL:
            self.singles.write(at, heading, helper.text, value, style, helper=True)
            return
        sheet = self.sheet_of(helper.level)
        sheet.head(at, heading, helper=True)
        sheet.formulas(at, helper.text, column_of(value, sheet.rows), style)

    def enter(self, name: str, column: int, values: Any, by_hand: ByHand) -> None:
        """Amounts set by hand stand in the place of the formula's, in another colour."""
        for (step, row), cell in by_hand.items():
            if step == name:
                self.steps.formula(column, row, cell, values[row], self.writer.styles.by_hand)

    def value(self, node: Expression, level: Level) -> Any:
        """What a formula gives in this run."""
        value = evaluate(node, self.world, level)
        return value if level == ALL else column_of(value, self.rows)

    def close(self) -> None:
        """Protect the sheets: yellow cells can be changed, all looked at, nothing breaks by accident."""
        allowed = dict.fromkeys(("format_columns", "format_rows", "sort", "autofilter"), True)
        for sheet in self.writer.book.worksheets():
            sheet.protect("", allowed)

    def style_of(self, unit: str) -> Any:
        styles = self.writer.styles
        return styles.ratio if unit in ("1", "") else styles.number


def is_truth(values: Any) -> bool:
    return np.asarray(values).dtype == np.bool_
