"""A table as it was handed over: headings, columns of raw cells, and where each of them stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from transfer_calc.files.address import column_letter
from transfer_calc.issues import Place
from transfer_calc.panel.cells import text_of


@dataclass(frozen=True, slots=True)
class Head:
    """The heading of a column.

    Attributes:
        parts: Its texts from top to bottom; one, where the heading has one row.
        unit: The unit that a row of units below gives it.
        row: The row of its lowest text, as the sheet numbers it; 0 for a DataFrame.
    """

    parts: tuple[Any, ...]
    unit: str | None = None
    row: int = 0

    @property
    def text(self) -> str:
        """The whole heading as a message shows it."""
        return "／".join(text_of(part) for part in self.parts)  # the stroke of a Chinese text


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a table stands in a file.

    Attributes:
        file: Its name.
        sheet: The sheet, `None` for a CSV file.
        rows: The number of each row, as the sheet shows it.
        left: The sheet columns before the first one of the table.
        stated_units: The units stated for the whole of it, above or below.
        hidden_rows: Numbers of hidden rows.
        hidden_columns: Positions of hidden columns in the sheet.
    """

    file: str
    sheet: str | None
    rows: Sequence[int]
    left: int = 0
    stated_units: tuple[str, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    @property
    def typed(self) -> bool:
        """Whether its cells have types: in a CSV file every number is a text."""
        return self.sheet is not None


@dataclass(frozen=True, slots=True)
class Table:
    """A table: one heading and one sequence of cells a column."""

    heads: Sequence[Head]
    columns: Sequence[Sequence[Any] | NDArray[Any]]
    origin: Origin | None = None
    merged: Sequence[tuple[int, int, int]] = field(default=())
    """Cells merged downwards: column, first and last row, all as positions in the table."""

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    @property
    def whole(self) -> Place:
        return Place() if self.origin is None else Place(file=self.origin.file, sheet=self.origin.sheet)

    def letter(self, position: int) -> str:
        return column_letter(position + (0 if self.origin is None else self.origin.left))

    def heading(self, position: int) -> Place:
        """The place of a heading."""
        head = self.heads[position]
        if self.origin is None:
            return Place(name=head.text)
        return Place(
            file=self.origin.file, sheet=self.origin.sheet, cell=f"{self.letter(position)}{head.row}"
        )

    def column(self, position: int, name: str) -> Place:
        """The place of a column: its letter, without a row."""
        if self.origin is None:
            return Place(name=name)
        return Place(file=self.origin.file, sheet=self.origin.sheet, cell=self.letter(position))

    def cell(self, row: int, position: int) -> Place:
        """The place of a cell."""
        if self.origin is None:
            return Place()
        address = f"{self.letter(position)}{self.origin.rows[row]}"
        return Place(file=self.origin.file, sheet=self.origin.sheet, cell=address)
