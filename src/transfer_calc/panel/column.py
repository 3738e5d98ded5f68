"""One column of the table: cells become numbers, truths or texts, and every bad cell is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.issues import Collector, Place
from transfer_calc.method.model import Input
from transfer_calc.panel.cells import flag_of, is_blank, number_of, text_of

PlaceOf = Callable[[int, str], Place]


def read_column(
    cells: Sequence[Any] | NDArray[Any], name: str, entry: Input, place: PlaceOf, problems: Collector
) -> NDArray[Any]:
    """Read the cells of one input.

    Args:
        cells: One a unit.
        name: The input's name.
        entry: What the method says of it.
        place: Gives the place of a unit's cell.
        problems: Takes one issue for each bad cell.

    Returns:
        Doubles (nan where a cell is bad), truths, or texts.
    """
    if entry.kind == "number":
        values = _numbers(cells, name, entry, place, problems)
        _check_range(values, name, entry, place, problems)
        return values
    if entry.kind == "flag":
        return _flags(cells, name, entry, place, problems)
    return _texts(cells, name, entry, place, problems)


def _numbers(
    cells: Sequence[Any] | NDArray[Any], name: str, entry: Input, place: PlaceOf, problems: Collector
) -> NDArray[np.float64]:
    if isinstance(cells, np.ndarray) and cells.dtype.kind in "fiu":
        values = cells.astype(np.float64)
        blanks = np.flatnonzero(np.isnan(values)).tolist()
    else:
        values = np.full(len(cells), np.nan)
        blanks = []
        for row, cell in enumerate(cells):
            if is_blank(cell):
                blanks.append(row)
                continue
            number = number_of(cell)
            if number is None:
                problems.add("TC202", place(row, name), column=entry.zh, value=text_of(cell)[:40])
            else:
                values[row] = number
    for row in blanks:
        if entry.missing is None:
            problems.add("TC203", place(row, name), column=entry.zh)
        else:
            values[row] = float(entry.missing)
    for row in np.flatnonzero(np.isinf(values)).tolist():
        problems.add("TC218", place(row, name), column=entry.zh, value=values[row])
    return values


def _check_range(
    values: NDArray[np.float64], name: str, entry: Input, place: PlaceOf, problems: Collector
) -> None:
    for code, limit, bad in (
        ("TC204", entry.min, None if entry.min is None else values < float(entry.min)),
        ("TC205", entry.max, None if entry.max is None else values > float(entry.max)),
    ):
        if bad is not None:
            for row in np.flatnonzero(bad).tolist():
                problems.add(
                    code, place(row, name), column=entry.zh, limit=limit, value=f"{values[row]:.12g}"
                )


def _flags(
    cells: Sequence[Any] | NDArray[Any], name: str, entry: Input, place: PlaceOf, problems: Collector
) -> NDArray[np.bool_]:
    values = np.zeros(len(cells), dtype=bool)
    for row, cell in enumerate(cells):
        flag = flag_of(cell.item() if isinstance(cell, np.generic) else cell)
        if is_blank(cell) and entry.missing is not None:
            values[row] = entry.missing != 0
        elif is_blank(cell):
            problems.add("TC203", place(row, name), column=entry.zh)
        elif flag is None:
            problems.add("TC214", place(row, name), column=entry.zh, value=text_of(cell)[:40])
        else:
            values[row] = flag
    return values


def _texts(
    cells: Sequence[Any] | NDArray[Any], name: str, entry: Input, place: PlaceOf, problems: Collector
) -> NDArray[np.str_]:
    texts = [text_of(cell) for cell in cells]
    for row, text in enumerate(texts):
        if not text:
            problems.add("TC203", place(row, name), column=entry.zh)
        elif entry.allowed and text not in entry.allowed:
            allowed = "、".join(entry.allowed)
            problems.add("TC215", place(row, name), column=entry.zh, value=text[:40], allowed=allowed)
    return np.asarray(texts, dtype=str)
