"""The county table of one calculation: codes, names and one checked column for each input of the method."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.issues import Collector, DataError, Issue, Place, UsageError, issue
from transfer_calc.method.load import Method
from transfer_calc.panel.beside import (
    ENTERED_SHEETS,
    PARAMETER_SHEETS,
    EnteredAmount,
    Given,
    read_entered,
    read_parameters,
)
from transfer_calc.panel.cells import column_letter, is_blank, is_total, text_of
from transfer_calc.panel.column import read_column
from transfer_calc.files.book import Book, Sheet, read_book
from transfer_calc.panel.heading import CODE, NAME, count_matches, labels_of, match, stated_unit

if TYPE_CHECKING:
    import pandas as pd

HEADER_ROWS = 20
_DATA_SHEETS = ("数据", "data")
_GB2260 = re.compile(r"[1-9]\d{5}")
_MADE_UP = re.compile("演示数据|虚构数据|模拟数据|编造数据")


@dataclass(frozen=True)
class Panel:
    """A county table, matched to a method.

    Attributes:
        codes: Unit codes as text, one a row.
        names: Unit names.
        columns: One array an input: numbers, truths or texts.
        issues: Everything wrong with the table; a calculation refuses a panel with errors.
        given: What the workbook says about the run.
        entered: Amounts set by hand.
        places: For each input, the place of its column; with `rows` it gives the cell of a figure.
        rows: The sheet row of each unit.
        file: The file read, and its SHA-256; empty for a DataFrame.
    """

    codes: NDArray[np.str_]
    names: NDArray[np.str_]
    columns: Mapping[str, NDArray[Any]]
    issues: tuple[Issue, ...] = ()
    given: Given = field(default_factory=Given)
    entered: tuple[EnteredAmount, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    rows: tuple[int, ...] = ()
    file: str = ""
    sha256: str = ""

    def __len__(self) -> int:
        return len(self.codes)

    def __repr__(self) -> str:
        errors = sum(1 for found in self.issues if found.severity == "error")
        return f"Panel({len(self)} units, {len(self.columns)} columns, {errors} errors)"

    def place(self, row: int, name: str | None = None) -> Place:
        """The place of a unit's figure: its cell where it came from a file."""
        code, unit_name = str(self.codes[row]), str(self.names[row])
        column = self.places.get(name or "")
        if column is None or column.cell is None or not self.rows:
            return Place(code=code, unit_name=unit_name, name=name)
        return Place(
            file=column.file,
            sheet=column.sheet,
            cell=f"{column.cell}{self.rows[row]}",
            code=code,
            unit_name=unit_name,
        )

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, method: Method, *, notice: str | None = None) -> Panel:
        """Make a panel from a DataFrame whose columns carry input names, labels or aliases.

        Args:
            frame: One row a unit; the codes in a column such as `code` or 代码, or in the index.
            method: The method whose inputs are wanted.
            notice: A remark that every output must carry, such as 演示数据; by default that of
                `frame.attrs["notice"]`.

        Returns:
            The panel, with `issues` for all that is wrong.

        Raises:
            UsageError: If it is no DataFrame.
        """
        if not hasattr(frame, "iloc"):
            raise UsageError(f"from_frame takes a DataFrame, not {type(frame).__name__}")
        remark = notice or frame.attrs.get("notice")
        labels = labels_of(method.file)
        if not count_matches(list(frame.columns), labels):
            frame = frame.rename_axis(CODE).reset_index()
        columns = [frame.iloc[:, position].to_numpy() for position in range(frame.shape[1])]
        panel = _build([*frame.columns], columns, None, method, Collector())
        return panel if remark is None else replace(panel, given=Given(notice=remark))

    @classmethod
    def from_columns(cls, columns: Mapping[str, Sequence[Any] | NDArray[Any]], method: Method) -> Panel:
        """Make a panel from lists or arrays by heading.

        Raises:
            UsageError: If they differ in length.
        """
        if len({len(column) for column in columns.values()}) > 1:
            raise UsageError("the columns differ in length")
        return _build([*columns], [*columns.values()], None, method, Collector())


def read_panel(path: str | Path, method: Method) -> Panel:
    """Read a county table.

    Args:
        path: `.xlsx`, or `.csv` in UTF-8 or GB18030. A workbook may hold the sheets 参数 and 录入数.
        method: The method whose inputs are wanted.

    Returns:
        The panel; `issues` lists every problem found, by cell.

    Raises:
        DataError: If the file cannot be read at all, or no table is found in it.
    """
    if not isinstance(path, (str, Path)):
        raise UsageError(f"read_panel takes a path, not {type(path).__name__}; see Panel.from_frame")
    book = read_book(Path(path))
    problems = Collector()
    found = _find_table(book, method)
    if found is None:
        place = Place(file=book.path.name)
        raise DataError([issue("TC211", place, rows=HEADER_ROWS, code="代码")])
    sheet, header = found
    given, entered = _beside(book, method, problems)
    titles = [str(cell).strip() for row in sheet.rows[:header] for cell in row]
    remarks = [*titles, *(str(cell).strip() for other in _aside(book) for row in other.rows for cell in row)]
    made_up = next((remark.lstrip("# ") for remark in remarks if _MADE_UP.search(remark)), None)
    if made_up is not None and (given.notice is None or not _MADE_UP.search(given.notice)):
        # A remark of the sheet 参数 stands beside what the table says of itself, never in its place.
        notice = made_up if given.notice is None else f"{made_up}；{given.notice}"
        given = Given(given.values, given.on, notice, given.places)
    return _from_sheet(book, sheet, header, method, problems, given, entered)


def _beside(book: Book, method: Method, problems: Collector) -> tuple[Given, tuple[EnteredAmount, ...]]:
    parameters, entered = book.sheet(*PARAMETER_SHEETS), book.sheet(*ENTERED_SHEETS)
    file = book.path.name
    given = Given() if parameters is None else read_parameters(parameters, file, method.file, problems)
    amounts = () if entered is None else read_entered(entered, file, method.file, problems)
    return given, amounts


def _aside(book: Book) -> list[Sheet]:
    """The sheets that explain: what they say of the data holds for the data."""
    return [sheet for sheet in book.sheets if sheet.name.strip().lower() in ("说明", "notes", "readme")]


def _find_table(book: Book, method: Method) -> tuple[Sheet, int] | None:
    """The sheet and row whose headings match best; a sheet called 数据 goes first."""
    labels = labels_of(method.file)
    named = book.sheet(*_DATA_SHEETS)
    aside = (*PARAMETER_SHEETS, *ENTERED_SHEETS)
    sheets = [named] if named is not None else [s for s in book.sheets if s.name.strip().lower() not in aside]
    best: tuple[int, Sheet, int] | None = None
    for sheet in sheets:
        for number, row in enumerate(sheet.rows[:HEADER_ROWS]):
            matches = count_matches(row, labels)
            if matches and (best is None or matches > best[0]):
                best = (matches, sheet, number)
    return None if best is None else best[1:]


def _from_sheet(
    book: Book,
    sheet: Sheet,
    header: int,
    method: Method,
    problems: Collector,
    given: Given,
    entered: tuple[EnteredAmount, ...],
) -> Panel:
    headings = sheet.rows[header]
    numbered = [
        (header + 2 + offset, row)
        for offset, row in enumerate(sheet.rows[header + 1 :])
        if not all(is_blank(cell) for cell in row)
    ]
    columns = [
        [row[position] if position < len(row) else None for _, row in numbered]
        for position in range(len(headings))
    ]
    stated = stated_unit([str(cell) for row in sheet.rows[:header] for cell in row if cell is not None])
    origin = _Origin(
        book.path.name, sheet.name or None, header + 1, [number for number, _ in numbered], stated
    )
    panel = _build(headings, columns, origin, method, problems)
    return Panel(
        panel.codes, panel.names, panel.columns, panel.issues, given, entered,
        panel.places, panel.rows, book.path.name, book.sha256,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a table stands in a file."""

    file: str
    sheet: str | None
    header: int
    rows: Sequence[int]
    stated_unit: str | None

    def heading(self, position: int) -> Place:
        return Place(file=self.file, sheet=self.sheet, cell=f"{column_letter(position)}{self.header}")

    def column(self, position: int) -> Place:
        return Place(file=self.file, sheet=self.sheet, cell=column_letter(position))


def _build(
    headings: Sequence[Any],
    columns: Sequence[Any],
    origin: _Origin | None,
    method: Method,
    problems: Collector,
) -> Panel:
    places = [
        Place(name=text_of(head)) if origin is None else origin.heading(i) for i, head in enumerate(headings)
    ]
    whole = Place() if origin is None else Place(file=origin.file, sheet=origin.sheet)
    stated = None if origin is None else origin.stated_unit
    heading = match(headings, method.file, problems, places, whole, stated)
    positions = heading.positions
    if CODE not in positions:
        return Panel(np.empty(0, dtype=str), np.empty(0, dtype=str), {}, tuple(problems.issues))
    raw_codes = columns[positions[CODE]]
    raw_names = columns[positions[NAME]] if NAME in positions else raw_codes
    kept = _rows_of_units(raw_codes, raw_names, origin, positions[CODE], problems)
    if kept.size == 0:
        problems.add("TC209", whole)
    codes = np.asarray([text_of(raw_codes[row]) for row in kept], dtype=str)
    names = np.asarray([str(raw_names[row]).strip() for row in kept], dtype=str)
    rows = tuple(origin.rows[row] for row in kept) if origin is not None else ()
    column_places = {
        name: Place(name=name) if origin is None else origin.column(position)
        for name, position in positions.items()
    }
    bare = Panel(codes, names, {}, places=column_places, rows=rows)
    _check_codes(bare, method, problems)
    read = {}
    for name, entry in method.file.columns.items():
        if name in positions:
            cells = columns[positions[name]]
            picked = cells[kept] if isinstance(cells, np.ndarray) else [cells[row] for row in kept]
            read[name] = read_column(picked, name, entry, bare.place, problems)
    return Panel(codes, names, read, tuple(problems.issues), places=column_places, rows=rows)


def _rows_of_units(
    codes: Sequence[Any], names: Sequence[Any], origin: _Origin | None, column: int, problems: Collector
) -> NDArray[np.intp]:
    kept = []
    for row, (code, name) in enumerate(zip(codes, names, strict=True)):
        cell = None if origin is None else f"{column_letter(column)}{origin.rows[row]}"
        place = Place(cell=cell) if origin is None else Place(file=origin.file, sheet=origin.sheet, cell=cell)
        if is_total(code) or is_total(name):
            problems.add("TC208", place, value=text_of(code) if is_total(code) else text_of(name))
        elif is_blank(code):
            problems.add("TC217", place)
        else:
            kept.append(row)
    return np.asarray(kept, dtype=np.intp)


def _check_codes(panel: Panel, method: Method, problems: Collector) -> None:
    first: dict[str, int] = {}
    six_digits = method.file.recipients.code == "GB/T 2260"
    of_counties = method.file.recipients.tier == "county"
    of_provinces = method.file.recipients.tier == "province"
    for row, code in enumerate(panel.codes.tolist()):
        if code in first:
            place = panel.place(first[code], CODE).cell or f"{first[code] + 1}"
            problems.add("TC206", panel.place(row, CODE), value=code, first=place)
        elif six_digits and not _GB2260.fullmatch(code):
            problems.add("TC207", panel.place(row, CODE), value=code)
        elif of_counties and _GB2260.fullmatch(code) and code.endswith("00"):
            problems.add("TC221", panel.place(row, CODE), value=code)
        elif of_provinces and _GB2260.fullmatch(code) and not code.endswith("00"):
            problems.add("TC219", panel.place(row, CODE), value=code)
        first.setdefault(code, row)
