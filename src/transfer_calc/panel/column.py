"""One column of the table: cells become numbers, truths or texts, and every bad cell is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.issues import Collector, Place
from transfer_calc.method.model import Input
from transfer_calc.panel.cells import flag_of, is_blank, text_of, without_spaces
from transfer_calc.panel.codes import SPACES
from transfer_calc.panel.forms import AS_TEXT, PLAIN, Reading, is_no_data, read_number
from transfer_calc.panel.notes import Notes
from transfer_calc.text import Text
from transfer_calc.units import plain

# A column of a CSV file: plain numbers and blanks. Possessive, as a column is long.
_PLAIN_COLUMN = re.compile(rf"(?:{PLAIN})?(?:\n(?:{PLAIN})?)*+", re.ASCII)

PlaceOf = Callable[[int, str], Place]


@dataclass(frozen=True, slots=True)
class Context:
    """Where the issues of a column go.

    Attributes:
        place: Gives the place of a unit's cell.
        problems: Takes one issue for each bad cell.
        notes: Gathers what was written in another form.
        typed: Whether cells have types, so that a number stored as text is worth a note.
    """

    place: PlaceOf
    problems: Collector
    notes: Notes
    typed: bool


def read_column(cells: Sequence[Any] | NDArray[Any], name: str, entry: Input, at: Context) -> NDArray[Any]:
    """Read the cells of one input, one a unit.

    Returns:
        Doubles (nan where a cell is bad), truths, or texts.
    """
    if entry.kind == "number":
        values = _numbers(cells, name, entry, at)
        _check_range(values, name, entry, at)
        return values
    if entry.kind == "flag":
        return _flags(cells, name, entry, at)
    return _texts(cells, name, entry, at)


def _numbers(
    cells: Sequence[Any] | NDArray[Any], name: str, entry: Input, at: Context
) -> NDArray[np.float64]:
    values, others = _plain_numbers(cells, typed=at.typed)
    blank = np.isnan(values)
    blank[others] = False
    for row in np.flatnonzero(blank).tolist():
        values[row] = _blank(row, name, entry, at)
    unit = plain(entry.unit)
    for row in others:
        cell = cells[row]
        values[row] = (
            _blank(row, name, entry, at) if is_blank(cell) else _other(cell, row, name, entry, unit, at)
        )
    for row in np.flatnonzero(np.isinf(values)).tolist():
        at.problems.add("TC218", at.place(row, name), column=entry.zh, value=values[row])
    return values


def _plain_numbers(
    cells: Sequence[Any] | NDArray[Any], *, typed: bool
) -> tuple[NDArray[np.float64], list[int]]:
    """The cells that are numbers already, all at once, and the rows of all others (nan)."""
    if isinstance(cells, np.ndarray) and cells.dtype.kind in "fiu":
        return cells.astype(np.float64), []
    kinds = set(map(type, cells))
    if kinds <= {float, int}:
        try:
            return np.asarray(cells, dtype=np.float64), []
        except OverflowError:
            pass  # an integer beyond every double is for the slow way, which names it
    if kinds == {str} and not typed and _PLAIN_COLUMN.fullmatch("\n".join(cells)):
        return np.asarray([cell or "nan" for cell in cells], dtype=np.float64), []
    plain_ones = [cell if type(cell) is float else np.nan for cell in cells]
    return np.asarray(plain_ones), [row for row, cell in enumerate(cells) if type(cell) is not float]


def _blank(row: int, name: str, entry: Input, at: Context) -> float:
    if entry.missing is not None:
        return float(entry.missing)
    at.problems.add("TC203", at.place(row, name), column=entry.zh)
    return float("nan")


def _other(cell: Any, row: int, name: str, entry: Input, unit: str, at: Context) -> float:
    """A cell that is neither blank nor a plain number."""
    found = read_number(cell, unit)
    if found.no_data:
        return _without_data(text_of(cell), row, name, entry, at)
    if found.fault is not None:
        said = str(cell).upper() if isinstance(cell, bool) else text_of(cell)[:40]
        gaps = {"unit": _named(unit)} if found.fault in ("TC227", "TC228") else {}
        at.problems.add(found.fault, at.place(row, name), column=entry.zh, value=said, **gaps)
        return float("nan")
    assert found.value is not None
    _note(cell, found, row, name, entry, at)
    return found.value


def _named(unit: str) -> Text:
    return Text("纯数", "a plain number") if unit == "1" else Text(unit, unit)


def _note(cell: Any, found: Reading, row: int, name: str, entry: Input, at: Context) -> None:
    # A number beyond every double is an issue of its own.
    if found.form is None or found.value is None or not np.isfinite(found.value):
        return
    column, read = Text(entry.zh, entry.en), f"{found.value:.12g}"
    if found.unit is not None:
        wanted = _named(plain(entry.unit))
        at.notes.add("TC229", at.place(row, name), cell, read, column=column, unit=wanted)
    elif at.typed or found.form is not AS_TEXT:
        at.notes.add("TC224", at.place(row, name), cell, read, column=column, form=found.form)


def _without_data(said: str, row: int, name: str, entry: Input, at: Context) -> float:
    if entry.missing is None:
        at.problems.add("TC226", at.place(row, name), column=entry.zh, value=said)
        return float("nan")
    filled = Text("否" if entry.missing == 0 else "是", "no" if entry.missing == 0 else "yes")
    read = filled if entry.kind == "flag" else f"{entry.missing.normalize():f}"
    column = Text(entry.zh, entry.en)
    at.notes.add("TC225", at.place(row, name), said, column=column, read_as=read)
    return float(entry.missing)


def _check_range(values: NDArray[np.float64], name: str, entry: Input, at: Context) -> None:
    for code, limit, bad in (
        ("TC204", entry.min, None if entry.min is None else values < float(entry.min)),
        ("TC205", entry.max, None if entry.max is None else values > float(entry.max)),
    ):
        if bad is not None:
            for row in np.flatnonzero(bad).tolist():
                at.problems.add(
                    code, at.place(row, name), column=entry.zh, limit=limit, value=f"{values[row]:.12g}"
                )


def _flags(cells: Sequence[Any] | NDArray[Any], name: str, entry: Input, at: Context) -> NDArray[np.bool_]:
    values = np.zeros(len(cells), dtype=bool)
    known = {cell: flag_of(cell) for cell in {each for each in cells if isinstance(each, str)}}
    for row, raw in enumerate(cells):
        cell = raw.item() if isinstance(raw, np.generic) else raw
        flag = known[cell] if isinstance(cell, str) else flag_of(cell)
        if flag is not None:
            values[row] = flag
        elif is_blank(cell) and entry.missing is not None:
            values[row] = entry.missing != 0
        elif is_blank(cell):
            at.problems.add("TC203", at.place(row, name), column=entry.zh)
        elif is_no_data(cell):
            values[row] = _without_data(text_of(cell), row, name, entry, at) > 0
        else:
            at.problems.add("TC214", at.place(row, name), column=entry.zh, value=text_of(cell)[:40])
    return values


def _texts(cells: Sequence[Any] | NDArray[Any], name: str, entry: Input, at: Context) -> NDArray[np.str_]:
    texts = []
    known = {cell: text_of(cell) for cell in {each for each in cells if isinstance(each, str)}}
    for row, cell in enumerate(cells):
        as_written = known[cell] if isinstance(cell, str) else text_of(cell)
        text = without_spaces(as_written)
        texts.append(text)
        if not text:
            at.problems.add("TC203", at.place(row, name), column=entry.zh)
        elif entry.allowed and text not in entry.allowed:
            allowed = "、".join(entry.allowed)
            at.problems.add("TC215", at.place(row, name), column=entry.zh, value=text[:40], allowed=allowed)
        if text != as_written:
            column = Text(entry.zh, entry.en)
            at.notes.add("TC233", at.place(row, name), read=text, column=column, form=SPACES)
    return np.asarray(texts, dtype=str)
