"""What stands beside the table: the sheets 参数 (pool, date, parameters) and 录入数 (entered amounts)."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from transfer_calc.files.address import column_letter
from transfer_calc.files.book import Sheet, read_book
from transfer_calc.issues import Collector, DataError, Place, UsageError
from transfer_calc.method.model import POOL, Choice, Input, MethodFile, Parameter
from transfer_calc.panel.cells import date_of, decimal_of, is_blank, serial_date, text_of
from transfer_calc.panel.heading import plain_label
from transfer_calc.panel.stated import for_kind, stated_units
from transfer_calc.text import Text
from transfer_calc.units import plain

PARAMETER_SHEETS = ("参数", "parameters")
ENTERED_SHEETS = ("录入数", "entered")
NOTICE = "notice"
_USUAL_DATE = re.compile(r"\d{4}[-/.年]\s*\d")
_DATE_LABELS = ("计算日期", "日期", "on", "date")
_POOL_LABELS = ("资金总额", "pool")
_NOTICE_LABELS = ("声明", "notice")
_COLUMNS = {
    "name": ("名称", "参数", "项目", "name", "parameter"),
    "value": ("数值", "取值", "值", "value"),
    "unit": ("单位", "unit"),
    "code": ("代码", "区划代码", "code"),
    "step": ("步骤", "项目", "step"),
    "reason": ("理由", "原因", "reason"),
    "author": ("录入人", "经办人", "author"),
}


@dataclass(frozen=True, slots=True)
class EnteredAmount:
    """An amount that somebody set by hand instead of the formula, with who and why.

    `value` may be given as a `Decimal`, an int, a decimal text or a float; it is kept as a `Decimal`.
    """

    code: str
    step: str
    value: Decimal
    reason: str
    author: str
    place: Place = field(default=Place(), compare=False)

    def __post_init__(self) -> None:
        exact = decimal_of(self.value)
        if exact is None:
            raise UsageError(f"the entered amount {self.value!r} is not a number")
        object.__setattr__(self, "value", exact)


@dataclass(frozen=True, slots=True)
class Given:
    """What the workbook itself says about the run; the command line overrides it.

    Attributes:
        values: Pool, parameters and choices by name, as the cells have them.
        on: The date of the calculation.
        notice: A remark that every output must carry, such as 演示数据.
        places: The cell of each value.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    on: dt.date | None = None
    notice: str | None = None
    places: Mapping[str, Place] = field(default_factory=dict)


def read_parameters(sheet: Sheet, file: str, method: MethodFile, problems: Collector) -> Given:
    """Read the sheet 参数: columns 名称, 数值, 单位; the order and other columns do not matter."""
    found = _table(sheet, ("name", "value"))
    if found is None:
        if any(not is_blank(cell) for row in sheet.rows for cell in row):
            problems.add("TC220", Place(file=file, sheet=sheet.name))
        return Given()
    columns, rows = found
    known = _known(method)
    units = _units(method)
    above = sheet.rows[: rows[0][0] - 2] if rows else []
    stated = stated_units([str(cell).strip() for row in above for cell in row if not is_blank(cell)])
    values: dict[str, Any] = {}
    places: dict[str, Place] = {}
    on: dt.date | None = None
    notice: str | None = None
    for number, row in rows:
        label, value = _cell(row, columns["name"]), _cell(row, columns["value"])
        if is_blank(label) or is_blank(value):
            continue
        place = Place(file=file, sheet=sheet.name, cell=f"{column_letter(columns['value'])}{number}")
        name = known.get(plain_label(label))
        if name is None:
            near = difflib.get_close_matches(plain_label(label), known, n=3, cutoff=0.4)
            problems.add("TC305", place, name=text_of(label), near="、".join(near) or "—")
        elif name == NOTICE:
            notice = str(value).strip()
        elif name == "on":
            on = _read_date(value, place, problems)
        elif name in values:
            problems.add("TC315", place, name=text_of(label))
        else:
            values[name], places[name] = value, place
            unit = text_of(_cell(row, columns["unit"])) if "unit" in columns else ""
            unit = unit or for_kind(stated, units.get(name, "1")) or ""
            if unit and name in units and not _is(unit, units[name]):
                wanted = Text("纯数（单位留空）", "a plain number (no unit)")
                due = wanted if units[name] == "1" else units[name]
                problems.add("TC314", place, name=text_of(label), found=unit, wanted=due)
    return Given(values, on, notice, places)


def _read_date(cell: Any, place: Place, problems: Collector) -> dt.date | None:
    """The date in a cell; a form that is not that of a date cell or of ISO 8601 is noted."""
    day, serial = date_of(cell), serial_date(cell)
    if day is None and serial is None:
        problems.add("TC313", place, value=text_of(cell))
    elif day is None or (isinstance(cell, str) and not _USUAL_DATE.match(text_of(cell))):
        problems.add("TC239", place, value=text_of(cell), day=day or serial)
    elif not isinstance(cell, (str, dt.date)):
        problems.add("TC239", place, value=text_of(cell), day=day)
    return day or serial


def _is(found: str, wanted: str) -> bool:
    """Whether a unit beside a value is that of the method, in any spelling."""
    if wanted == "1":
        return plain_label(found) in ("1", "纯数", "-", "—", "无")
    return plain_label(found) == plain_label(wanted)


def _known(method: MethodFile) -> dict[str, str]:
    known = {plain_label(label): "on" for label in _DATE_LABELS}
    known |= {plain_label(label): NOTICE for label in _NOTICE_LABELS}
    pool = None if method.pays is None else method.pays.pool
    for label in _POOL_LABELS if pool is None else (*_POOL_LABELS, pool.zh, pool.en):
        known[plain_label(label)] = POOL
    labelled: Mapping[str, Parameter | Choice | Input] = {
        **method.parameters,
        **method.choices,
        **method.figures,
    }
    for name, entry in labelled.items():
        for label in (name, entry.zh, entry.en):
            known[plain_label(label)] = name
    return known


def _units(method: MethodFile) -> dict[str, str]:
    figures: Mapping[str, Parameter | Input] = {**method.parameters, **method.figures}
    units = {name: plain(entry.unit) for name, entry in figures.items()}
    if method.pays is not None and method.pays.pool is not None:
        units[POOL] = plain(method.pays.pool.unit)
    return units


def read_entered(
    sheet: Sheet, file: str, method: MethodFile, problems: Collector
) -> tuple[EnteredAmount, ...]:
    """Read the sheet 录入数: columns 代码, 步骤, 数值, 理由, 录入人; all five are needed in every row."""
    wanted = ("code", "step", "value", "reason", "author")
    found = _table(sheet, wanted)
    if found is None:
        if any(not is_blank(cell) for row in sheet.rows for cell in row):
            detail = Text("表头不全", "the headings are not complete")
            problems.add("TC216", Place(file=file, sheet=sheet.name), detail=detail)
        return ()
    columns, rows = found
    steps = {
        plain_label(label): name for name, step in method.steps.items() for label in (name, step.zh, step.en)
    }
    entered = []
    for number, row in rows:
        cells = {key: _cell(row, columns[key]) for key in wanted}
        if all(is_blank(cell) for cell in cells.values()):
            continue

        def place(key: str, number: int = number) -> Place:
            return Place(file=file, sheet=sheet.name, cell=f"{column_letter(columns[key])}{number}")

        blank = [key for key in wanted if is_blank(cells[key])]
        value = decimal_of(cells["value"])
        step = steps.get(plain_label(cells["step"]))
        for key in blank:
            detail = Text(f"「{_COLUMNS[key][0]}」为空", f"“{key}” is blank")
            problems.add("TC216", place(key), detail=detail)
        if "value" not in blank and value is None:
            said = text_of(cells["value"])
            problems.add(
                "TC216", place("value"), detail=Text(f"「{said}」不是数字", f"“{said}” is not a number")
            )
        if "step" not in blank and step is None:
            said = text_of(cells["step"])
            problems.add("TC216", place("step"), detail=Text(f"办法没有步骤「{said}」", f"no step “{said}”"))
        if not blank and value is not None and step is not None:
            texts = (text_of(cells["reason"]), text_of(cells["author"]))
            entered.append(EnteredAmount(text_of(cells["code"]), step, value, *texts, place("value")))
    return tuple(entered)


def read_entered_file(path: Path, method: MethodFile) -> tuple[EnteredAmount, ...]:
    """Read entered amounts from a file of their own: a CSV, or a workbook with a sheet 录入数.

    Raises:
        DataError: With every problem found.
    """
    book = read_book(path)
    problems = Collector()
    sheet = book.sheet(*ENTERED_SHEETS) or (book.sheets[0] if book.sheets else None)
    entered = () if sheet is None else read_entered(sheet, path.name, method, problems)
    if problems.errors:
        raise DataError(problems.issues)
    return entered


def _table(sheet: Sheet, wanted: Sequence[str]) -> tuple[dict[str, int], list[tuple[int, list[Any]]]] | None:
    """Find the heading row that has the wanted columns, and the numbered rows below it."""
    for start, row in enumerate(sheet.rows[:20]):
        columns: dict[str, int] = {}
        for position, cell in enumerate(row):
            for key, labels in _COLUMNS.items():
                if plain_label(cell) in labels and key not in columns:
                    if key == "name" and "step" in wanted:
                        continue
                    if key == "step" and "step" not in wanted:
                        continue
                    columns[key] = position
        if all(key in columns for key in wanted):
            below = [(start + 2 + offset, line) for offset, line in enumerate(sheet.rows[start + 1 :])]
            return columns, below
    return None


def _cell(row: Sequence[Any], position: int) -> Any:
    return row[position] if position < len(row) else None
