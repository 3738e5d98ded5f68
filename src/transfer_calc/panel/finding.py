"""The table in a book: which sheet, which rows are its headings, and its columns of raw cells."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from transfer_calc.files.book import Book, Sheet
from transfer_calc.issues import Collector, DataError, Place, issue
from transfer_calc.panel.beside import ENTERED_SHEETS, PARAMETER_SHEETS
from transfer_calc.panel.block import HEADER_ROWS, Block, Grid, find_block, note_block
from transfer_calc.panel.cells import is_blank
from transfer_calc.panel.layout import Layout, chosen_sheet, cut
from transfer_calc.panel.notes import Notes
from transfer_calc.panel.stated import not_understood, stated_units
from transfer_calc.panel.table import Origin, Table

_DATA_SHEETS = ("数据", "data")
EXPLAINING_SHEETS = ("说明", "notes", "readme")


@dataclass(frozen=True, slots=True)
class Found:
    """A table, and what stands above it on its sheet."""

    table: Table
    titles: Sequence[str]


def find_table(
    book: Book, labels: Mapping[str, str], layout: Layout, problems: Collector, notes: Notes
) -> Found:
    """Find the table of a book: where the layout says, on a sheet called 数据, or by its headings.

    Raises:
        DataError: If there is none (TC211), two fit equally well (TC236), or the layout is wrong (TC237).
    """
    grid, block = _choose(book, labels, layout, problems)
    sheet = grid.sheet
    place = Place(file=book.path.name, sheet=sheet.name or None)
    if not sheet.visible:
        problems.add("TC243", place, sheet=sheet.name)

    note_block(grid, block, labels, place, notes)
    above = sheet.rows[: grid.top + block.top]
    titles = [str(cell).strip() for row in above for cell in row if not is_blank(cell)]
    aside = [*titles, *_remarks_below(grid, block)]
    unclear = not_understood(aside)
    if unclear is not None:
        problems.add("TC252", place, text=unclear)
    if layout.cells is not None:
        _check_below(grid, place, layout.cells, problems)
    return Found(_table(book, grid, block, stated_units(aside)), titles)


def _remarks_below(grid: Grid, block: Block) -> list[str]:
    """Texts that stand alone in their rows below the headings: notes to the table, 单位：元 among them."""
    found = []
    for row in grid.rows[block.bottom + 1 :]:
        # Only the first cell of a row is looked at in a long table.
        first = next((cell for cell in row if cell is not None and cell != ""), None)
        if not isinstance(first, str) or "单位" not in first:
            continue
        texts = [cell for cell in row if not is_blank(cell)]
        if len(texts) <= 2:
            found += [str(text).strip() for text in texts]
    return found


def _check_below(grid: Grid, place: Place, cells: str, problems: Collector) -> None:
    """Warn where the sheet goes on right below a range: rows may have been added since it was named."""
    after = grid.top + len(grid.rows)
    width = max((len(row) for row in grid.rows), default=0)
    rest = grid.sheet.rows[after : after + 1]
    below = [cell for row in rest for cell in row[grid.left : grid.left + width] if not is_blank(cell)]
    if len(below) > 2:
        problems.add("TC253", place, cells=cells, row=after + 1)


def _choose(book: Book, labels: Mapping[str, str], layout: Layout, problems: Collector) -> tuple[Grid, Block]:
    file = Place(file=book.path.name)
    chosen = chosen_sheet(layout, book) or book.sheet(*_DATA_SHEETS)
    if chosen is not None:
        grid = cut(chosen, layout.cells, layout.place("range"))
        block = find_block(grid, labels)
        if block is not None:
            return grid, block
    aside = (*PARAMETER_SHEETS, *ENTERED_SHEETS, *EXPLAINING_SHEETS)
    others = (
        [] if layout.sheet is not None else [s for s in book.sheets if s.name.strip().lower() not in aside]
    )
    found = list(_blocks(others, labels, layout))
    # What nobody sees is taken only where nothing else fits.
    found = [each for each in found if each[0].sheet.visible] or found
    most = max((block.count for _, block in found), default=0)
    best = [each for each in found if each[1].count == most]
    if not best:
        raise DataError([issue("TC211", file, rows=HEADER_ROWS, code="代码")])
    if len(best) > 1:
        listed = "、".join(grid.sheet.name for grid, _ in best)
        raise DataError([issue("TC236", file, sheets=listed)])
    grid, block = best[0]
    if len(others) > 1:
        left = "、".join(sheet.name for sheet in others if sheet is not grid.sheet)
        problems.add(
            "TC235", Place(file=file.file, sheet=grid.sheet.name), sheet=grid.sheet.name, others=left
        )
    return grid, block


def _blocks(sheets: Sequence[Sheet], labels: Mapping[str, str], layout: Layout) -> Any:
    for sheet in sheets:
        try:
            grid = cut(sheet, layout.cells, layout.place("range"))
        except DataError:
            if len(sheets) == 1:
                raise
            continue  # the range lies outside this sheet; it may lie in another
        block = find_block(grid, labels)
        if block is not None:
            yield grid, block


def _table(book: Book, grid: Grid, block: Block, units: tuple[str, ...]) -> Table:
    first = block.bottom + 1
    numbered = [
        (grid.top + number, row)
        for number, row in enumerate(grid.rows[first:], start=first + 1)
        if not all(is_blank(cell) for cell in row)
    ]
    numbers, rows = [number for number, _ in numbered], [row for _, row in numbered]
    width = len(block.heads)
    if any(len(row) < width for row in rows):
        rows = [row if len(row) >= width else [*row, *[None] * (width - len(row))] for row in rows]
    columns = [list(map(itemgetter(position), rows)) for position in range(width)]
    sheet = grid.sheet
    origin = Origin(
        book.path.name, sheet.name or None, numbers, grid.left, units, sheet.hidden_rows, sheet.hidden_columns
    )
    merged = []
    for top, left, bottom, _ in grid.merged():
        # Positions count only rows that are not blank; the last row of a merged range may be.
        start = bisect_left(numbers, grid.top + top + 1)
        end = bisect_right(numbers, grid.top + bottom + 1) - 1
        if top > block.bottom and left < width and start < end:
            merged.append((left, start, end))
    return Table(block.heads, columns, origin, merged)
