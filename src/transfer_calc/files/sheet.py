"""What a file is after reading: sheets of cells, and what a sheet shows beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


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
        valueless: Cells that hold no value but an error (`#DIV/0!`) or a formula never computed; in `rows`
            stands that text. As row and column (from 0).
    """

    name: str
    rows: list[list[Any]]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    visible: bool = True
    valueless: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Book:
    """A file and its sheets. A CSV file has one, without a name."""

    path: Path
    sha256: str
    sheets: tuple[Sheet, ...]

    def sheet(self, *names: str) -> Sheet | None:
        """The first sheet with one of these names."""
        return next((sheet for sheet in self.sheets if sheet.name.strip().lower() in names), None)
