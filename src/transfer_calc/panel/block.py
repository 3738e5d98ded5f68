"""The headings of a table: one row, or up to three with merged titles and a row of units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from transfer_calc.files.address import column_letter
from transfer_calc.files.book import Sheet
from transfer_calc.issues import Place
from transfer_calc.panel.cells import is_blank
from transfer_calc.panel.heading import CODE, count_meanings, meaning, plain_label, written_unit
from transfer_calc.panel.notes import Notes
from transfer_calc.panel.table import Head
from transfer_calc.units import is_unit

HEADER_ROWS = 20
"""Within how many rows from the top the headings must end."""

DEEPEST = 3
"""Rows that a heading may have."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The part of a sheet that is looked at: all of it, or the range that the user named.

    Attributes:
        sheet: The sheet.
        rows: Its rows, cut to the range.
        top: The sheet rows above the range.
        left: The sheet columns before it.
    """

    sheet: Sheet
    rows: Sequence[Sequence[Any]]
    top: int = 0
    left: int = 0

    def merged(self) -> list[tuple[int, int, int, int]]:
        """The merged ranges that begin in the grid, as positions in it."""
        moved = [
            (first - self.top, start - self.left, last - self.top, end - self.left)
            for first, start, last, end in self.sheet.merged
        ]
        return sorted(each for each in moved if each[0] >= 0 and each[1] >= 0)


@dataclass(frozen=True, slots=True)
class Block:
    """Where the headings stand in a grid, from 0, and how many columns they name."""

    top: int
    bottom: int
    heads: tuple[Head, ...]
    count: int


def find_block(grid: Grid, labels: Mapping[str, str]) -> Block | None:
    """The rows whose headings name the most columns; of equal ones the fewest and highest.

    A row of units below counts as part of the headings.
    """
    # Every cell of the first rows is looked at up to nine times.
    cells = [[_Cell(cell, labels) for cell in row] for row in _filled(grid)]
    tails = tuple({label[-2:] for label, meant in labels.items() if meant == CODE})
    of_code = [any(tail in cell.label for cell in row for tail in tails) for row in cells]
    best: tuple[tuple[int, int, int, int], Block] | None = None
    for bottom in range(len(cells)):
        for height in range(1, min(DEEPEST, bottom + 1) + 1):
            top = bottom - height + 1
            if not any(of_code[top : bottom + 1]):
                continue
            heads = _heads(cells[top : bottom + 1], grid.top + top)
            count = count_meanings(heads, labels)
            units = sum(head.unit is not None for head in heads)
            rank = (count, units, -height, -bottom)
            if count and (best is None or rank > best[0]):
                best = rank, Block(top, bottom, heads, count)
    return None if best is None else best[1]


class _Cell:
    """A cell of the heading rows, with its plain label."""

    __slots__ = ("blank", "known", "label", "text")

    def __init__(self, text: Any, labels: Mapping[str, str]) -> None:
        self.text = text
        self.label = "" if is_blank(text) else plain_label(text)
        self.blank = not self.label
        self.known = self.label in labels

    def unit(self) -> str | None:
        """The unit, where the cell says nothing else: （万元）, 万元, 单位:万元."""
        inner = self.label.removeprefix("(").removesuffix(")")
        if self.known or not inner or inner[0].isdigit():
            return None
        if inner.startswith(("单位", "金额单位")):
            return written_unit(inner)
        return inner if is_unit(inner) else None


def _heads(rows: Sequence[Sequence[_Cell]], above: int) -> tuple[Head, ...]:
    """The headings of some rows; `above` says how many sheet rows stand above the first of them."""
    heads = []
    for position in range(max(map(len, rows))):
        found = [
            (number, row[position])
            for number, row in enumerate(rows, start=above + 1)
            if position < len(row) and not row[position].blank
        ]
        unit = None
        if len(found) > 1:
            unit = found[-1][1].unit()
            found = found if unit is None else found[:-1]
        parts: list[Any] = []
        for _, cell in found:
            # A title merged downwards stands in each of its rows.
            if not parts or plain_label(parts[-1]) != cell.label:
                parts.append(cell.text)
        heads.append(Head(tuple(parts), unit, found[-1][0] if found else above + len(rows)))
    return tuple(heads)


def _filled(grid: Grid) -> list[list[Any]]:
    """The first rows, with merged titles written into all the cells they cover."""
    rows = [list(row) for row in islice(grid.rows, HEADER_ROWS)]
    for first, start, last, end in grid.merged():
        if first >= len(rows) or start >= len(rows[first]) or is_blank(rows[first][start]):
            continue
        for row in rows[first : last + 1]:
            row.extend([None] * (end + 1 - len(row)))
            row[start : end + 1] = [rows[first][start]] * (end + 1 - start)
    return rows


def note_block(grid: Grid, block: Block, labels: Mapping[str, str], sheet: Place, notes: Notes) -> None:
    """Note that the headings take several rows, and which columns got their name from more than one."""
    if block.bottom == block.top:
        return
    rows = f"{grid.top + block.top + 1}–{grid.top + block.bottom + 1}"
    used = [(at, head) for at, head in enumerate(block.heads) if meaning(head, labels)[0]]
    joined = [(at, head) for at, head in used if len(head.parts) > 1 or head.unit is not None]
    for at, head in joined or used:
        place = replace(sheet, cell=f"{column_letter(grid.left + at)}{head.row}")
        shown = head.text if head.unit is None else f"{head.text}（{head.unit}）"
        notes.add("TC234", place, shown, rows=rows)
