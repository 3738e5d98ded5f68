"""Workbooks: guard, scan, calamine, and then what calamine leaves blank though it is not."""

from __future__ import annotations

import io
from typing import Any

from transfer_calc.files.guard import open_package
from transfer_calc.files.package import Package
from transfer_calc.files.parts import SheetPart, list_sheets
from transfer_calc.files.scan import scan_sheet
from transfer_calc.files.sheet import Sheet
from transfer_calc.files.strings import check_copies, string_lengths
from transfer_calc.files.tally import MAX_CELLS, Tally
from transfer_calc.files.xml_parts import plain_xml, without_dtd
from transfer_calc.issues import DataError, Place, issue
from transfer_calc.text import Text

_XML = (".xml", ".rels", ".vml")
_STRINGS, _STYLES = "xl/sharedstrings.xml", "xl/styles.xml"


def read_sheets(content: bytes, place: Place) -> tuple[Sheet, ...]:
    """The sheets of a workbook.

    Raises:
        DataError: If it is dangerous, damaged or too large, or not read with certainty (TC802–TC834).
    """
    package = open_package(content, place)
    sheets = list_sheets(package)
    tallies = _scan(package, sheets)
    values = _values(content, sheets, place)
    return tuple(
        Sheet(listed.name, rows, visible=listed.visible)
        if tally is None
        else _sheet(listed, tally, rows, place)
        for listed, tally, rows in zip(sheets, tallies, values, strict=True)
    )


def _scan(package: Package, sheets: tuple[SheetPart, ...]) -> list[Tally | None]:
    """Every part is unpacked once, to its end: only then is its size known."""
    lengths: list[int] = []
    listed = {sheet.part.name.lower() for sheet in sheets if sheet.part is not None}
    for name, part in package.parts.items():
        if name in listed:
            continue
        if name == _STRINGS:
            lengths = string_lengths(package, part)
            continue
        pieces = plain_xml if name == _STYLES else without_dtd if name.endswith(_XML) else Package.stream
        for _ in pieces(package, part):
            pass
    tallies: list[Tally | None] = []
    scanned = []
    room = MAX_CELLS
    for sheet in sheets:
        if sheet.part is None:
            tallies.append(None)
            continue
        tally = scan_sheet(package, sheet.part, sheet.name, room)
        room -= tally.rows * tally.columns
        tallies.append(tally)
        scanned.append((sheet.part, tally))
    check_copies(package, lengths, scanned)
    return tallies


def _values(content: bytes, sheets: tuple[SheetPart, ...], place: Place) -> list[list[list[Any]]]:
    """The cells of all sheets, as calamine reads them."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 — only where a workbook is read

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if book.sheet_names != [sheet.name for sheet in sheets]:
            detail: object = Text("工作表名称无法确定", "the names of its sheets are not certain")
        else:
            return [
                [] if sheet.part is None else book.get_sheet_by_index(number).to_python(skip_empty_area=False)
                for number, sheet in enumerate(sheets)
            ]
    except BaseException as error:
        # A fault inside calamine arrives as a PanicException, which is no Exception.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        detail = str(error)[:200]
    raise DataError([issue("TC831", place, detail=detail)])


def _sheet(listed: SheetPart, tally: Tally, rows: list[list[Any]], place: Place) -> Sheet:
    if len(rows) < tally.shown:
        detail = Text(f"工作表「{listed.name}」两次读取的结果不一致", f"two readings of {listed.name} differ")
        raise DataError([issue("TC831", place, detail=detail)])
    for (row, column), text in tally.valueless.items():
        _put(rows, row, column, text)
    return Sheet(
        listed.name,
        rows,
        frozenset(tally.hidden_rows),
        frozenset(tally.hidden_columns),
        tuple(tally.merged),
        listed.visible,
        frozenset(tally.valueless),
    )


def _put(rows: list[list[Any]], row: int, column: int, text: str) -> None:
    while len(rows) <= row:
        rows.append([])
    cells = rows[row]
    cells.extend([""] * (column + 1 - len(cells)))
    cells[column] = text
