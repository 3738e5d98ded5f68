"""From a table of raw cells to checked columns: headings matched, rows sorted, cells read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.issues import Collector, Place
from transfer_calc.method.load import Method
from transfer_calc.method.model import Input
from transfer_calc.panel.cells import is_blank
from transfer_calc.panel.codes import check_codes, read_codes, read_names
from transfer_calc.panel.column import Context, read_column
from transfer_calc.panel.heading import CODE, NAME, match
from transfer_calc.panel.notes import SHOWN, Notes
from transfer_calc.panel.rows import sort_rows
from transfer_calc.panel.table import Origin, Table
from transfer_calc.panel.totals import check_totals
from transfer_calc.text import Text

if TYPE_CHECKING:
    from transfer_calc.panel.panel import Panel

MERGED = Text("有纵向合并的单元格，已填到每一行", "cells merged downwards, filled into each row")


def build(
    table: Table,
    method: Method,
    problems: Collector,
    notes: Notes,
    own: Mapping[str, str] | None = None,
) -> Panel:
    """Make a panel of a table; its issues are those of `problems`, the notes at the end.

    Args:
        table: The raw cells.
        method: Whose inputs are wanted.
        problems: Takes the issues; may hold some already.
        notes: Gathers what was read in another form.
        own: What the user says of headings.
    """
    from transfer_calc.panel.panel import Panel  # noqa: PLC0415 — a panel is built here and built from there

    positions = match(table, method.file, problems, own)
    if CODE not in positions:
        notes.report(problems)
        return Panel(np.empty(0, dtype=str), np.empty(0, dtype=str), {}, tuple(problems.issues))
    rows = sort_rows(table, positions, method.file, problems, notes)
    kept = rows.units.tolist()
    if not kept:
        problems.add("TC209", table.whole)
    codes = read_codes(table, kept, positions[CODE], notes, from_file=table.origin is not None)
    names = read_names(table, kept, positions.get(NAME, positions[CODE]), codes, notes)
    origin = table.origin
    bare = Panel(
        np.asarray(codes, dtype=str),
        np.asarray(names, dtype=str),
        {},
        places={name: table.column(position, name) for name, position in positions.items()},
        headings={name: table.heading(position) for name, position in positions.items()},
        rows=() if origin is None else tuple(origin.rows[row] for row in kept),
    )
    check_codes(bare, method.file.recipients, problems)
    columns = {}
    at = Context(bare.place, problems, notes, typed=origin is not None and origin.typed)
    for name, entry in method.file.columns.items():
        if name in positions:
            cells = _filled(table, positions[name], entry, notes)
            columns[name] = read_column(_picked(cells, kept), name, entry, at)
    check_totals(table, positions, rows, codes, columns, method.file, problems)
    if origin is not None:
        _hidden(origin, bare.rows, positions, table, problems)
    notes.report(problems)
    return Panel(
        bare.codes, bare.names, columns, tuple(problems.issues),
        places=bare.places, headings=bare.headings, rows=bare.rows,
    )  # fmt: skip


def _picked(cells: Sequence[Any] | NDArray[Any], rows: Sequence[int]) -> Sequence[Any] | NDArray[Any]:
    """The cells of some rows."""
    if len(rows) == len(cells):
        return cells
    if isinstance(cells, np.ndarray):
        return cells[list(rows)]
    return list(itemgetter(*rows)(cells)) if len(rows) > 1 else [cells[row] for row in rows]


def _filled(table: Table, position: int, entry: Input, notes: Notes) -> Sequence[Any] | NDArray[Any]:
    """The cells of a column; a text merged downwards over several rows stands in each of them."""
    cells = table.columns[position]
    merged = [each for each in table.merged if each[0] == position]
    if not merged or entry.kind not in ("text", "group"):
        return cells
    filled = list(cells)
    for _, first, last in merged:
        for row in range(first + 1, last + 1):
            if is_blank(filled[row]):
                filled[row] = filled[first]
        said = str(filled[first])
        notes.add("TC233", table.cell(first, position), said, column=Text(entry.zh, entry.en), form=MERGED)
    return filled


def _hidden(
    origin: Origin, rows: Sequence[int], positions: Mapping[str, int], table: Table, problems: Collector
) -> None:
    """Say what was read though nobody sees it."""
    hidden = [row for row in rows if row in origin.hidden_rows]
    if hidden:
        place = Place(
            file=origin.file, sheet=origin.sheet, cell=f"{table.letter(positions[CODE])}{hidden[0]}"
        )
        problems.add("TC241", place, count=len(hidden), rows=_ranges(hidden))
    columns = [each for each in sorted(positions.values()) if each + origin.left in origin.hidden_columns]
    if columns:
        shown = "、".join(f"{table.letter(each)}（{table.heads[each].text}）" for each in columns[:SHOWN])
        more = " …" if len(columns) > SHOWN else ""
        problems.add("TC242", table.heading(columns[0]), count=len(columns), columns=shown + more)


def _ranges(numbers: Sequence[int]) -> str:
    """Row numbers in short: 3、5–9; at most five of them."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = "、".join(str(first) if first == last else f"{first}–{last}" for first, last in runs[:SHOWN])
    return shown + (" …" if len(runs) > SHOWN else "")
