"""Files as plain sheets of cells: `.xlsx` by calamine, `.csv` in UTF-8 or GB18030."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transfer_calc.issues import DataError, Place, issue
from transfer_calc.text import Text

MAX_BYTES = 50_000_000

# An error cell, or a formula without a saved value.
_HIDDEN = re.compile(rb't="e"|</f>\s*(?:<v\s*/>|<v></v>)?\s*</c>|<f[^>]*/>\s*</c>')


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its rows from the first one on, short rows not padded.

    Attributes:
        name: As on the tab; empty for a CSV file.
        rows: The cells.
        hidden_rows: Numbers of hidden rows, as the sheet shows them (from 1).
        hidden_columns: Positions of hidden columns (from 0).
        merged: Merged ranges as first row, first column, last row, last column (from 0).
        visible: Whether the tab is shown.
    """

    name: str
    rows: list[list[Any]]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Book:
    """A file and its sheets. A CSV file has one, without a name."""

    path: Path
    sha256: str
    sheets: tuple[Sheet, ...]

    def sheet(self, *names: str) -> Sheet | None:
        """The first sheet with one of these names."""
        return next((sheet for sheet in self.sheets if sheet.name.strip().lower() in names), None)


def read_book(path: Path) -> Book:
    """Read a workbook or a CSV file.

    Raises:
        DataError: If there is no such file, or it is neither (TC212).
    """
    place = Place(file=path.name)

    def fail(detail: Text | str) -> DataError:
        return DataError([issue("TC212", place, detail=detail)])

    try:
        content = path.read_bytes()
    except OSError as error:
        raise fail(error.strerror or str(error)) from None
    if len(content) > MAX_BYTES:
        raise fail(Text(f"超过 {MAX_BYTES // 1_000_000} MB", f"over {MAX_BYTES // 1_000_000} MB"))
    suffix = path.suffix.lower()
    sha256 = hashlib.sha256(content).hexdigest()
    if suffix == ".csv":
        return Book(path, sha256, (Sheet("", _csv_rows(content, fail)),))
    if suffix in (".xlsx", ".xlsm"):
        return Book(path, sha256, _sheets(content, fail))
    raise fail(Text(f"不支持 {suffix or '没有扩展名的'} 文件", f"{suffix or 'no suffix'} is not supported"))


def _csv_rows(content: bytes, fail: Any) -> list[list[Any]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise fail(Text("既不是 UTF-8 也不是 GB18030", "neither UTF-8 nor GB18030"))
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
    except csv.Error as error:
        raise fail(str(error)) from None


def _sheets(content: bytes, fail: Any) -> tuple[Sheet, ...]:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 — only where a workbook is read

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = tuple(
            Sheet(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in book.sheet_names
        )
    except (CalamineError, OSError, ValueError) as error:
        raise fail(str(error)) from None
    _show_errors(content, sheets)
    return sheets


def _show_errors(content: bytes, sheets: tuple[Sheet, ...]) -> None:
    """Put back what calamine leaves blank though the cell is not: `#DIV/0!`, and formulas never computed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [
            name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")
        ]
        if not any(_HIDDEN.search(archive.read(name)) for name in names):
            return
    from openpyxl import load_workbook  # noqa: PLC0415 — only where there is such a cell

    values = load_workbook(io.BytesIO(content), data_only=True, read_only=True)
    formulas = load_workbook(io.BytesIO(content), read_only=True)
    in_both = {sheet.title for sheet in values.worksheets}
    for sheet in sheets:
        if sheet.name not in in_both:
            continue
        pairs = zip(values[sheet.name].iter_rows(), formulas[sheet.name].iter_rows(), strict=True)
        for row, (shown, written) in enumerate(pairs):
            for column, (value, formula) in enumerate(zip(shown, written, strict=True)):
                never = formula.data_type == "f" and value.value is None
                if value.data_type == "e" or never:
                    _put(sheet, row, column, str(formula.value if never else value.value))
    values.close()
    formulas.close()


def _put(sheet: Sheet, row: int, column: int, text: str) -> None:
    while len(sheet.rows) <= row:
        sheet.rows.append([])
    cells = sheet.rows[row]
    cells.extend([None] * (column + 1 - len(cells)))
    cells[column] = text
