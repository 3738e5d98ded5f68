"""The cells of a sheet with other styles: changed where they stand; missing ones are put in their order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from transfer_calc.files.address import column_letter
from transfer_calc.issues import Severity
from transfer_calc.workbook.mark_xml import (
    Edit,
    PartError,
    closes_itself,
    local,
    new_parser,
    opened,
    parse,
    splice,
    tag_end,
    with_attribute,
)

Cell: TypeAlias = tuple[int, int]
"""Row and column, both from 1."""

StyleOf: TypeAlias = Callable[[int, Severity], int]

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]+)")
_MERGED = re.compile(rb"<(?:[\w.-]+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z]+[0-9]+):([A-Z]+[0-9]+)[\"']")
_AFTER_DRAWING = frozenset(
    {
        "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts",
        "extLst",
    }
)  # fmt: skip
"""What stands behind the element `legacyDrawing`, in the order of the format."""


def cell_of(address: str) -> Cell | None:
    """`D17` as row 17, column 4; `None` for what is no single cell."""
    found = _CELL.fullmatch(address)
    if found is None:
        return None
    column = 0
    for letter in found[1].upper():
        column = 26 * column + ord(letter) - 64
    return (int(found[2]), column) if int(found[2]) and column <= 16384 and int(found[2]) <= 1048576 else None


def address_of(cell: Cell) -> str:
    return f"{column_letter(cell[1] - 1)}{cell[0]}"


def top_left(data: bytes, cells: Iterable[Cell]) -> dict[Cell, Cell]:
    """For each cell where its mark goes: the first cell of a merged range, which alone is seen."""
    ranges = []
    for found in _MERGED.finditer(data):
        first, last = cell_of(found[1].decode()), cell_of(found[2].decode())
        if first is not None and last is not None:
            ranges.append((first, last))
    moved = {}
    for cell in cells:
        inside = (first for first, last in ranges if first <= cell and _within(cell, first, last))
        moved[cell] = next(inside, cell)
    return moved


def _within(cell: Cell, first: Cell, last: Cell) -> bool:
    return first[0] <= cell[0] <= last[0] and first[1] <= cell[1] <= last[1]


class SheetEditor:
    """Finds in one pass where the marked cells of a sheet stand."""

    def __init__(self, data: bytes, marks: Mapping[Cell, Severity], style_of: StyleOf) -> None:
        self.data, self.marks, self.style_of = data, marks, style_of
        self.edits: list[Edit] = []
        self.drawing: str | None = None
        self.rows: dict[int, list[int]] = {}
        for row, column in sorted(marks, reverse=True):
            self.rows.setdefault(row, []).append(column)
        self.pending = sorted(self.rows, reverse=True)
        self.column_styles: list[tuple[int, int, int]] = []
        self.prefix, self.root_tag, self.behind = "", b"", 0
        self.row = self.column = self.row_start = self.row_style = 0
        self.row_opened = False
        self.wanted: list[int] | None = None
        self.depth = 0
        self._read()

    def _read(self) -> None:
        parser = new_parser()

        def start(name: str, attributes: dict[str, str]) -> None:
            self.depth += 1
            if self.wanted is not None and self.depth == 4:
                self._cell(attributes, parser.CurrentByteIndex)
            elif self.depth < 4:
                self._outer(local(name), name, attributes, parser.CurrentByteIndex)

        def end(name: str) -> None:
            self.depth -= 1
            if self.depth < 3:
                self._end(local(name), parser.CurrentByteIndex)

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parse(parser, self.data)

    def _outer(self, name: str, written: str, attributes: dict[str, str], at: int) -> None:
        if self.depth == 1:
            self.prefix = written[: written.rfind(":") + 1]
            self.root_tag = self.data[at : tag_end(self.data, at)]
            if name != "worksheet":
                raise PartError(name)
        elif self.depth == 2:
            self._part(name, attributes, at)
        elif name == "col":
            style = int(attributes.get("style", 0))
            self.column_styles.append((int(attributes["min"]), int(attributes["max"]), style))
        elif name == "row":
            self._row(attributes, at)

    def _part(self, name: str, attributes: dict[str, str], at: int) -> None:
        if name == "dimension":
            self._dimension(attributes.get("ref", ""), at)
        elif name == "legacyDrawing":
            self.drawing = next((value for key, value in attributes.items() if key.endswith(":id")), None)
        elif name in _AFTER_DRAWING and not self.behind:
            self.behind = at
        elif name == "sheetData":
            self.row = 0

    def _dimension(self, written: str, at: int) -> None:
        """The range in use is a promise to readers; marks outside it make it larger."""
        corners = [cell_of(part) for part in written.split(":")]
        known = [corner for corner in corners if corner is not None]
        if not known:
            return
        cells = [*known, *self.marks]
        first = (min(row for row, _ in cells), min(column for _, column in cells))
        last = (max(row for row, _ in cells), max(column for _, column in cells))
        if (known[0], known[-1]) != (first, last):
            end = tag_end(self.data, at)
            tag = with_attribute(self.data[at:end], "ref", f"{address_of(first)}:{address_of(last)}")
            self.edits.append(Edit(at, end, tag))

    def _row(self, attributes: dict[str, str], at: int) -> None:
        self.row = int(attributes.get("r", self.row + 1))
        self.column, self.row_start, self.row_opened = 0, at, False
        self._missing_rows(self.row, at)
        self.wanted = None
        if self.pending and self.pending[-1] == self.row:
            self.pending.pop()
            self.wanted = self.rows[self.row]
            own = attributes.get("customFormat") in ("1", "true")
            self.row_style = int(attributes.get("s", 0)) if own else -1

    def _cell(self, attributes: dict[str, str], at: int) -> None:
        if not self.wanted:
            return
        place = cell_of(attributes.get("r", ""))
        self.column = self.column + 1 if place is None else place[1]
        before = []
        while self.wanted and self.wanted[-1] < self.column:
            before.append(self.wanted.pop())
        if before:
            self._insert(before, at)
        if self.wanted and self.wanted[-1] == self.column:
            self.wanted.pop()
            end = tag_end(self.data, at)
            style = self.style_of(int(attributes.get("s", 0)), self.marks[self.row, self.column])
            self.edits.append(Edit(at, end, with_attribute(self.data[at:end], "s", str(style))))

    def _end(self, name: str, at: int) -> None:
        if self.depth == 2 and name == "row" and self.wanted:
            self._insert(self.wanted[::-1], at)
        if self.depth == 2:
            self.wanted = None
        if self.depth == 1 and name == "sheetData":
            self._rest(at)
        if self.depth == 0 and not self.behind:
            self.behind = at

    def _insert(self, columns: list[int], at: int) -> None:
        """Put cells into the row that is open, before `at`; its spans no longer hold."""
        new = self._cells(self.row, columns, self.row_style)
        end = tag_end(self.data, self.row_start)
        tag = with_attribute(self.data[self.row_start : end], "spans", None)
        if closes_itself(self.data, end):
            whole = opened(tag) + new + f"</{self.prefix}row>".encode()
            self.edits.append(Edit(self.row_start, end, whole))
            return
        if not self.row_opened:
            self.row_opened = True
            self.edits.append(Edit(self.row_start, end, tag))
        self.edits.append(Edit(at, at, new))

    def _cells(self, row: int, columns: Iterable[int], row_style: int) -> bytes:
        """Empty cells, each with the style that its row or column gave it."""
        written = []
        for column in columns:
            style = row_style if row_style >= 0 else self._column_style(column)
            marked = self.style_of(style, self.marks[row, column])
            written.append(f'<{self.prefix}c r="{address_of((row, column))}" s="{marked}"/>')
        return "".join(written).encode()

    def _column_style(self, column: int) -> int:
        return next((style for low, high, style in self.column_styles if low <= column <= high), 0)

    def _missing_rows(self, before: int, at: int) -> None:
        new = []
        while self.pending and self.pending[-1] < before:
            row = self.pending.pop()
            cells = self._cells(row, self.rows[row][::-1], -1).decode()
            new.append(f'<{self.prefix}row r="{row}">{cells}</{self.prefix}row>')
        if new:
            self.edits.append(Edit(at, at, "".join(new).encode()))

    def _rest(self, at: int) -> None:
        """The rows behind the last, before the end of the cells."""
        if not self.pending:
            return
        start = self.data.rfind(b"<", 0, at)
        if closes_itself(self.data, at) and local(_name(self.data[start:at])) == "sheetData":
            edits, self.edits = self.edits, []
            self._missing_rows(1 << 30, 0)
            tag = opened(self.data[start:at])
            whole = tag + self.edits[0].new + f"</{self.prefix}sheetData>".encode()
            self.edits = [*edits, Edit(start, at, whole)]
        else:
            self._missing_rows(1 << 30, at)

    def written(self, drawing: bytes | None) -> bytes:
        """The sheet with its marks, and with the element of its notes where it had none."""
        edits = list(self.edits)
        if drawing is not None:
            edits.append(Edit(self.behind, self.behind, drawing))
        return splice(self.data, edits)


def _name(tag: bytes) -> str:
    return tag[1:].split(None, 1)[0].rstrip(b"/>").decode()
