"""What a sheet holds, cell by cell as a scan finds them: how far it goes, and where no value is.

calamine makes one block out of all cells of a sheet. So how far they go is counted before it starts, and a
cell that it would leave blank though it is not is kept with its text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from transfer_calc.files.address import column_letter, column_number
from transfer_calc.files.package import OddXml
from transfer_calc.issues import DataError, Issue, Place, issue

MAX_ROWS = 200_000
MAX_COLUMNS = 702  # ZZ
# Of all sheets together, blank ones between others too: calamine and Python need some 100 bytes for each.
MAX_CELLS = 10_000_000
MAX_VALUELESS = 100_000
MAX_MERGED = 100_000
_NAMED = 20

# Others, such as #SPILL!, make calamine refuse the whole sheet without saying where they stand.
_KNOWN_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")


class Formula(NamedTuple):
    """A formula as a cell holds it; of a group of equal ones only the first has a text."""

    text: str
    shared: str = ""


@dataclass(slots=True)
class Tally:
    """Collects the facts of one sheet; rows and columns count from 1.

    Attributes:
        place: The sheet.
        room: The number of cells that it may have.
        rows: The last row with a value, and `columns` the last column.
        shown: The last row with a value that calamine has to show as well.
    """

    place: Place
    room: int = MAX_CELLS
    rows: int = 0
    columns: int = 0
    shown: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    valueless: dict[tuple[int, int], str] = field(default_factory=dict)
    _unknown: list[Issue] = field(default_factory=list)
    _shared: dict[str, tuple[str, str]] = field(default_factory=dict)
    _row: int = 0

    def row(self, number: int, *, hidden: bool) -> None:
        """The next row; calamine relies on their order."""
        if number <= self._row:
            raise OddXml("行的顺序有误", "its rows are out of order")
        self._row = number
        if hidden and number <= MAX_ROWS:
            self.hidden_rows.add(number)

    def reach(self, row: int, column: int) -> None:
        """Count a cell that is not blank.

        Raises:
            DataError: If there are too many rows, columns or cells (TC822–TC824).
        """
        if row <= self.rows and column <= self.columns:
            return
        self.rows = max(self.rows, row)
        self.columns = max(self.columns, column)
        if row > MAX_ROWS or column > MAX_COLUMNS or self.rows * self.columns > self.room:
            raise DataError([self._too_far(row, column)])

    def _too_far(self, row: int, column: int) -> Issue:
        place = self._at(row, column)
        if row > MAX_ROWS:
            return issue("TC822", place, limit=f"{MAX_ROWS:,}")
        if column > MAX_COLUMNS:
            return issue("TC823", place, limit=MAX_COLUMNS, letter=column_letter(MAX_COLUMNS - 1))
        return issue("TC824", place, limit=f"{MAX_CELLS:,}")

    def cell(
        self, row: int, column: int, kind: str, formula: Formula | None, value: str | None, *, inline: bool
    ) -> None:
        """Take in one cell.

        Args:
            row: Its row.
            column: Its column.
            kind: Its type `t`, empty where there is none.
            formula: What it computes.
            value: The text of its value; `None` where it has none, not even an empty one.
            inline: Whether it holds a text of its own.
        """
        if formula is None and value is None and not inline:
            return  # only a format
        self.reach(row, column)
        if inline != (kind == "inlineStr") or (inline and value is not None):
            raise OddXml("单元格的类型与内容不符", "the type of a cell does not fit its content")
        if formula is not None and formula.shared and formula.text:
            self._shared[formula.shared] = (formula.text, _address(row, column))
        text = self._instead(row, column, kind, formula, value)
        if text is None:
            if row > self.shown and (value or inline):
                self.shown = row
        elif len(self.valueless) >= MAX_VALUELESS:
            raise DataError([issue("TC834", self.place, limit=f"{MAX_VALUELESS:,}")])
        else:
            self.valueless[row - 1, column - 1] = text

    def _instead(
        self, row: int, column: int, kind: str, formula: Formula | None, value: str | None
    ) -> str | None:
        """The text to show for a cell without a usable value."""
        if kind == "e" and value:
            if value not in _KNOWN_ERRORS and len(self._unknown) < _NAMED:
                self._unknown.append(issue("TC833", self._at(row, column), value=value[:40]))
            return value
        if value:
            # calamine takes these three letters for a number that is none, some versions in a text as well.
            return value if kind in ("", "n", "str") and value.strip("+-").lower() == "nan" else None
        if kind == "b":
            raise OddXml("是非值单元格没有值", "a cell of type Boolean has no value")
        if formula is None:
            return None
        written = self._written(formula, row, column)
        # A formula may give the empty text, as =IF(B2="","",B2) does; then it has a value, and it is blank.
        return None if kind == "str" and value == "" and '""' in written else written

    def _written(self, formula: Formula, row: int, column: int) -> str:
        if formula.text or formula.shared not in self._shared:
            return f"={formula.text}"
        text, first = self._shared[formula.shared]
        from openpyxl.formula.translate import Translator  # noqa: PLC0415 — only where there is such a formula

        try:
            return str(Translator(f"={text}", first).translate_formula(_address(row, column)))
        except Exception:  # noqa: BLE001 — a formula that openpyxl cannot move is shown as it stands
            return f"={text}"

    def merge(self, reference: str) -> None:
        """A merged range, such as `A1:C1`."""
        corners = [_ADDRESS.fullmatch(corner) for corner in reference.split(":")]
        first, last = corners[0], corners[-1]
        if len(corners) > 2 or first is None or last is None:
            raise OddXml("合并单元格的范围有误", "a merged range is not written as one")
        if len(self.merged) >= MAX_MERGED:
            raise OddXml("合并单元格太多", "there are too many merged ranges")
        top, left = int(first[2]) - 1, column_number(first[1]) - 1
        self.merged.append((top, left, int(last[2]) - 1, column_number(last[1]) - 1))

    def hide_columns(self, first: int, last: int) -> None:
        self.hidden_columns.update(range(max(first, 1) - 1, min(last, MAX_COLUMNS)))

    def finish(self) -> None:
        """Refuse error values that calamine does not know (TC833)."""
        if self._unknown:
            raise DataError(self._unknown)

    def _at(self, row: int, column: int) -> Place:
        return Place(file=self.place.file, sheet=self.place.sheet, cell=_address(row, column))


def _address(row: int, column: int) -> str:
    return f"{column_letter(column - 1)}{row}"
