"""Rows broken by rounding, repaired one unit at a time: for pots whose rows name very many counties singly.

A unit goes from one county to another wherever that brings the worst broken row nearer and breaks no other by
more; of such moves the one that leaves the exact amounts least. It is fast, and it may stop short of an
answer that exists: the caller checks the rows, and reports those that are still broken.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from transfer_calc.allocation.settlement import Integers
from transfer_calc.allocation.vectors import Floats
from transfer_calc.allocation.whole_search import Rows

Positions = NDArray[np.intp]

MOST_MOVES = 2_000
_TRIED = 6


def settle_by_moves(
    exact: Floats, least: Floats, most: Floats, places: Positions, rows: Rows, start: Integers
) -> Integers:
    """Whole units with the total of `start`, nearer to the rows or as near.

    Args:
        exact: Amounts in units, shape (n,).
        least: Least whole units.
        most: Greatest whole units.
        places: The place of each county where moves cost the same.
        rows: The rows.
        start: Units with the right total inside the bounds.
    """
    units = start.copy()
    columns = csc_array(rows.matrix)
    excess = rows.excess(units)
    stuck = np.zeros(excess.size, dtype=np.bool_)
    for _ in range(MOST_MOVES):
        worst = int(np.argmax(np.where(stuck, 0.0, np.abs(excess))))
        if stuck[worst] or excess[worst] == 0:
            break
        wanted = -np.sign(excess[worst]) * rows.matrix[[worst]].toarray().ravel()
        cost = np.asarray(exact - units)
        ups = _first(1 - 2 * cost, wanted, units < most, places)
        downs = _first(1 + 2 * cost, -wanted, units > least, places)
        moves = [pair for pair in product(ups, downs) if wanted[pair[0]] > wanted[pair[1]]]
        moves.sort(key=lambda pair: (round(cost[pair[1]] - cost[pair[0]], 9), *places[list(pair)].tolist()))
        stuck[worst] = not any(_made(units, excess, columns, rows, pair) for pair in moves)
        if not stuck[worst]:
            stuck[:] = False
    return units


def _first(cost: Floats, wanted: Floats, able: NDArray[np.bool_], places: Positions) -> list[int]:
    """The cheapest counties among those that help the row, and among those that it does not name."""
    chosen: list[int] = []
    for kind in (wanted > 0, wanted == 0):
        at = np.flatnonzero(kind & able)
        if at.size > _TRIED:
            bar = np.partition(cost[at], _TRIED - 1)[_TRIED - 1]
            at = at[cost[at] <= bar]
        chosen += at[np.lexsort((places[at], cost[at]))][:_TRIED].tolist()
    return chosen


def _made(units: Integers, excess: Floats, columns: csc_array, rows: Rows, pair: tuple[int, int]) -> bool:
    """Make a move where the rows it touches are broken by less after it."""
    up, down = pair
    touched = np.unique(np.concatenate([_rows_of(columns, up), _rows_of(columns, down)]))
    units[up] += 1
    units[down] -= 1
    part = Rows(rows.matrix[touched], rows.lower[touched], rows.upper[touched]).excess(units)
    if np.abs(part).sum() < np.abs(excess[touched]).sum() - 1e-9:
        excess[touched] = part
        return True
    units[up] -= 1
    units[down] += 1
    return False


def _rows_of(columns: csc_array, column: int) -> Positions:
    found: Positions = columns.indices[columns.indptr[column] : columns.indptr[column + 1]]
    return found
