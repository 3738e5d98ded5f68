"""A workbook of many formulas, recalculated by LibreOffice; and the same figures for numpy.

Two traps are closed: every formula cell is written with a poisoned cached value, and the private profile
asks for recalculation on loading; a value that LibreOffice only copied would show.
"""

from __future__ import annotations

import subprocess

import numpy as np
import openpyxl
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from transfer_calc.language.check import ALL, COUNTY, Level, Scope, Shape
from transfer_calc.language.excel import write
from transfer_calc.language.excel_addresses import (
    ROW,
    Addresses,
    GroupPlace,
    Reference,
    SchedulePlace,
    TablePlace,
    needs_exact,
)
from transfer_calc.language.world import Brackets, Grouping, Table, World

POISON = -987654321
_FIRST = 3  # row of the first county, group or single figure
_BATCH = 40  # LibreOffice stops without a word after some ninety files in one call
_WIDEST = 900  # columns of a sheet

_SETTINGS = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def recalculate_all(sources, folder):
    """Load workbooks, recalculate everything, and save them; gives the folder of the results."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    target = folder / "recalculated"
    for start in range(0, len(sources), _BATCH):
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation={profile.as_uri()}",
                "--headless",
                "--convert-to",
                "xlsx:Calc MS Excel 2007 XML",
                "--outdir",
                str(target),
                *(str(source) for source in sources[start : start + _BATCH]),
            ],
            check=True,
            capture_output=True,
            timeout=300,
        )
    return target


def recalculate(source, folder):
    """Load a workbook, recalculate everything, and give its values by sheet."""
    return openpyxl.load_workbook(recalculate_all([source], folder) / source.name, data_only=True)


def scope_of(land):
    shapes = {name: Shape("number", COUNTY) for name in land.columns}
    shapes |= {name: Shape("truth", COUNTY) for name in land.truths}
    shapes |= {name: Shape("text", COUNTY) for name in land.groups}
    shapes |= {name: Shape("number", Level("group", group)) for name, (group, _) in land.by_group.items()}
    shapes |= {name: Shape("number", ALL) for name in land.singles}
    return Scope(
        shapes,
        {name: len(next(iter(table))) for name, table in land.tables.items()},
        frozenset(land.schedules),
        frozenset(land.groups),
    )


def world_of(land):
    """The same land for numpy."""
    world = World(codes=np.array(land.codes))
    world.columns |= {name: np.array(values) for name, values in (land.columns | land.truths).items()}
    world.groups |= {name: Grouping.of(np.array(texts)) for name, texts in land.groups.items()}
    for name, (group, figures) in land.by_group.items():
        world.by_group[name] = (group, np.array([figures[label] for label in world.groups[group].labels]))
    world.single |= {name: np.float64(value) for name, value in land.singles.items()}
    world.tables |= {
        name: Table(name, figures, name in land.by_prefix) for name, figures in land.tables.items()
    }
    for name, (starts, rates, inclusive) in land.schedules.items():
        world.schedules[name] = Brackets(name, np.array(starts), np.array(rates), inclusive)
    return world


def is_error(cell):
    return isinstance(cell, str) and cell.startswith("#")


class _Sheets:
    """Sheets of columns of one level; a further sheet is begun when one is full."""

    def __init__(self, book, title, rows):
        self.book, self.title, self.rows = book, title, rows
        self.sheets = []
        self.column = _WIDEST

    def place(self, heading):
        if self.column >= _WIDEST:
            name = f"{self.title}{len(self.sheets) + 1}"
            self.sheets.append(self.book.add_worksheet(name))
            self.column = 0
        sheet, column = self.sheets[-1], self.column
        self.column += 1
        sheet.write_string(0, column, heading)
        return sheet, column

    def reference(self, sheet, column):
        letters, title = xl_col_to_name(column), sheet.get_name()
        last = _FIRST + self.rows - 1
        if self.title == "单":
            single = f"{title}!${letters}${_FIRST}"
            return Reference(single, single)
        return Reference(f"{title}!${letters}{ROW}", f"{title}!${letters}${_FIRST}:${letters}${last}")


class Workbook:
    """A land on sheets, and formulas on it."""

    def __init__(self, path, land, factors=(10_000, 100_000_000)):
        self.path = path
        self.land = land
        self.book = xlsxwriter.Workbook(str(path))
        self.labels = {group: sorted(set(texts)) for group, texts in land.groups.items()}
        self.sheets = {COUNTY: _Sheets(self.book, "数据", len(land.codes)), ALL: _Sheets(self.book, "单", 1)}
        for group, labels in self.labels.items():
            self.sheets[Level("group", group)] = _Sheets(self.book, f"组{group}", len(labels))
        self.reserved = {}
        self.formulas = []
        figures = {
            name: self.fill(name, COUNTY, values) for name, values in (land.columns | land.truths).items()
        }
        groups = {}
        for group, texts in land.groups.items():
            member = self.fill(group, COUNTY, texts)
            key = self.fill(group, Level("group", group), self.labels[group])
            groups[group] = GroupPlace(member, key, needs_exact(self.labels[group]))
            figures[group] = member
        for name, (group, by_label) in land.by_group.items():
            values = [by_label[label] for label in self.labels[group]]
            figures[name] = self.fill(name, Level("group", group), values)
        for name, value in land.singles.items():
            figures[name] = self.named(name, value)
        self.addresses = Addresses(
            scope=scope_of(land),
            figures=figures,
            codes=self.fill("代码", COUNTY, land.codes),
            reserve=self.reserve,
            groups=groups,
            tables={name: self.table(name, table) for name, table in land.tables.items()},
            schedules={name: self.schedule(name, *parts) for name, parts in land.schedules.items()},
            factors={factor: self.named(f"换算_{factor}", factor).cell for factor in factors},
        )

    def reserve(self, name, level):
        self.reserved[name] = self.sheets[level].place(name)
        return self.sheets[level].reference(*self.reserved[name])

    def fill(self, name, level, values):
        sheet, column = self.sheets[level].place(name)
        for row, value in enumerate(values):
            self.put(sheet, row + _FIRST - 1, column, value)
        return self.sheets[level].reference(sheet, column)

    def put(self, sheet, row, column, value):
        match value:
            case bool():
                sheet.write_boolean(row, column, value)
            case str():
                sheet.write_string(row, column, value)
            case _:
                sheet.write_number(row, column, value)

    def named(self, name, value):
        cell = self.fill(name, ALL, [value]).cell
        self.book.define_name(f"参数_{name}", f"={cell}")
        return Reference(f"参数_{name}", f"参数_{name}")

    def ranges(self, name, rows):
        sheet = self.book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                self.put(sheet, number, column, value)
        return [
            f"{name}!${xl_col_to_name(column)}$1:${xl_col_to_name(column)}${len(rows)}"
            for column in range(len(rows[0]))
        ]

    def table(self, name, figures):
        by_prefix = name in self.land.by_prefix
        rows = [(*keys, figure) for keys, figure in figures.items()]
        rows = sorted(rows, key=lambda row: len(row[0])) if by_prefix else rows
        *keys, column = self.ranges(f"表{name}", rows)
        exact = any(needs_exact({key[place] for key in figures}) for place in range(len(keys)))
        return TablePlace(tuple(keys), column, exact, by_prefix)

    def schedule(self, name, starts, rates, inclusive):
        rows = list(zip(starts, rates, rates, strict=True))
        *ranges, rises = self.ranges(f"档{name}", rows)
        sheet = self.book.get_worksheet_by_name(f"档{name}")
        for row in range(1, len(rows)):
            sheet.write_formula(row, 2, f"=B{row + 1}-B{row}", None, POISON)
        return SchedulePlace(*ranges, rises, inclusive)

    def add(self, name, node, level=COUNTY):
        """Write a formula and its helpers, and give it back."""
        formula = write(node, self.addresses, level, name)
        self.reserve(name, level)
        for helper in formula.helpers:
            self.write(helper.name, helper.level, helper)
        self.write(name, level, formula)
        return formula

    def write(self, name, level, formula):
        sheet, column = self.reserved[name]
        for row in range(self.sheets[level].rows):
            sheet.write_formula(row + _FIRST - 1, column, formula.at(row + _FIRST), None, POISON)

    def values(self, folder):
        """Recalculate; the values of every reserved name, row by row."""
        self.book.close()
        sheets = {sheet.title: list(sheet.values) for sheet in recalculate(self.path, folder)}
        assert not any(POISON in row for rows in sheets.values() for row in rows), (
            "a cell was not recalculated"
        )
        rows = {name: self.rows_of(sheet) for name, (sheet, _) in self.reserved.items()}
        return {
            name: [sheets[sheet.get_name()][row + _FIRST - 1][column] for row in range(rows[name])]
            for name, (sheet, column) in self.reserved.items()
        }

    def rows_of(self, sheet):
        return next(group.rows for group in self.sheets.values() if sheet in group.sheets)
