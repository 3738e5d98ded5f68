"""A workbook as plain cells: what stands in each, and what its formula says; without loading its looks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transfer_calc.files.address import column_letter


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its value, and its formula if it has one (with `=`)."""

    value: Any
    formula: str | None = None


Cells = dict[tuple[int, int], Cell]
"""The cells of a sheet that are not blank, by row and column from 1."""


def read_cells(path: Path) -> dict[str, Cells]:
    """Every sheet of a workbook; the guard must have seen the file before."""
    from openpyxl import load_workbook  # noqa: PLC0415 — only where a workbook is audited

    found: dict[str, Cells] = {}
    book = load_workbook(path, read_only=True)
    for sheet in book.worksheets:
        cells: Cells = {}
        sheet.reset_dimensions()
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is None or cell.value == "":
                    continue
                # An array formula comes as an object with its text.
                formula = str(getattr(cell.value, "text", cell.value)) if cell.data_type == "f" else None
                cells[cell.row, cell.column] = Cell(None if formula else cell.value, formula)
        found[sheet.title] = cells
    book.close()
    book = load_workbook(path, read_only=True, data_only=True)
    for sheet in book.worksheets:
        cells = found[sheet.title]
        sheet.reset_dimensions()
        for row in sheet.iter_rows():
            for cell in row:
                at = (getattr(cell, "row", 0), getattr(cell, "column", 0))
                if at in cells and cells[at].formula is not None:
                    cells[at] = Cell(cell.value, cells[at].formula)
    book.close()
    return found


def read_names(path: Path) -> dict[str, str]:
    """The defined names of a workbook and what they stand for; those of programs themselves left out."""
    from openpyxl import load_workbook  # noqa: PLC0415 — only where a workbook is audited

    book = load_workbook(path, read_only=True)
    found = {name: str(each.attr_text) for name, each in book.defined_names.items()}
    book.close()
    return {name: text for name, text in found.items() if not name.startswith("_xlnm")}


def address(at: tuple[int, int]) -> str:
    """A place as the sheet names it: row 5, column 3 is C5."""
    return f"{column_letter(at[1] - 1)}{at[0]}"


def agree(one: Any, other: Any, loose: float = 0.0) -> bool:
    """Whether two values are the same: figures to a billionth of their size and a hundredth of a yuan.

    Args:
        one: A value.
        other: Another.
        loose: How far figures may be apart besides.
    """
    if isinstance(one, bool) or isinstance(other, bool):
        return one in (0, 1) and other in (0, 1) and bool(one) == bool(other)
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        size = max(abs(one), abs(other))
        # A millionth of 万元 is a cent; below twelve digits, and about 0, nothing computed in doubles agrees.
        return abs(one - other) <= max(min(1e-9 * size, 1e-6), 1e-12 * size, loose, 1e-9)
    if one in (None, "") and other in (None, ""):
        return True
    return bool(one == other)
