"""Whole units under rows of any kind: a search over the totals of counties that the rows cannot tell apart.

Counties with the same coefficients in every row are one class: the rows see only the sum of their units, and
inside the class the largest remainder is the best division. So a pot of 100,000 counties with prefecture
rows and a share is a search over a few dozen whole numbers, and it is exact: whole amounts are found
whenever there are any. Where rows name single counties (no overtaking), each is its own class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import block_array, csr_array, diags_array, eye_array

from transfer_calc.allocation.feasibility import Cheapest, Model, least_cost
from transfer_calc.allocation.settlement import Integers, _largest_remainder
from transfer_calc.allocation.vectors import Floats

Positions = NDArray[np.intp]

MOST_CLASSES = 1_000
"""Up to so many classes the search is made; beyond, single moves only."""
_STEPS = 4
_FARTHEST = 1e7
_WIDER = 5e-7


@dataclass(frozen=True)
class Rows:
    """Hard rows in whole units, each divided by its largest coefficient.

    Attributes:
        matrix: One line a row.
        lower: Least values.
        upper: Greatest values.
    """

    matrix: csr_array
    lower: Floats
    upper: Floats

    def excess(self, units: Integers) -> Floats:
        """By how much each row is broken: positive above, negative below, 0 within a millionth of a unit."""
        amounts = units.astype(np.float64)
        value = self.matrix @ amounts
        doubt = 1e-6 + 8 * np.finfo(float).eps * (abs(self.matrix) @ np.abs(amounts))
        found = np.maximum(value - self.upper, 0.0) - np.maximum(self.lower - value, 0.0)
        return np.where(np.abs(found) > doubt, found, 0.0)


@dataclass(frozen=True)
class Searched:
    """Units, and whether it is proved that rows which they break are kept by no whole units at all."""

    units: Integers
    proved: bool


@dataclass(frozen=True)
class _Classes:
    of: Positions
    members: list[Positions]
    rows: csr_array
    value: Floats
    total: Floats
    down: Floats
    up: Floats
    cost_up: Floats
    cost_down: Floats


def settle_classes(
    exact: Floats, least: Floats, most: Floats, places: Positions, rows: Rows, start: Integers
) -> Searched | None:
    """Whole units that keep the rows, or break them by as little as possible in all.

    Args:
        exact: Amounts in units, shape (n,).
        least: Least whole units.
        most: Greatest whole units.
        places: The place of each county where remainders are equal; the search goes by it, so that the order
            of the counties does not matter.
        rows: The rows; the total is kept anyway.
        start: Units with the right total inside the bounds.

    Returns:
        What was found; `None` where there are more than `MOST_CLASSES` classes.
    """
    order = np.argsort(places)
    sorted_rows = _in_order(rows, order)
    classes = _classes(exact[order], least[order], most[order], sorted_rows, start[order])
    if classes is None:
        return None
    lower, upper = sorted_rows.lower - classes.value, sorted_rows.upper - classes.value
    first = _moved(classes, lower, upper)
    moved = first.values
    if moved is None:
        short = _shortest(classes, lower, upper)
        moved = _moved(classes, lower - short, upper + short).values
    if moved is None:
        return Searched(start, first.ended)
    totals = (classes.total + moved).astype(np.int64)
    units = np.empty(exact.size, dtype=np.int64)
    for total, members in zip(totals.tolist(), classes.members, strict=True):
        at = order[members]
        units[at] = (
            total if at.size == 1 else _largest_remainder(exact[at], total, least[at], most[at], places[at])
        )
    return Searched(units, first.ended)


def _in_order(rows: Rows, order: Positions) -> Rows:
    matrix = csr_array(rows.matrix[:, order])
    matrix.sort_indices()
    spans = list(zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True))
    place = sorted(
        range(len(spans)),
        key=lambda row: (
            matrix.indices[slice(*spans[row])].tolist(),
            matrix.data[slice(*spans[row])].tolist(),
            rows.lower[row],
            rows.upper[row],
        ),
    )
    return Rows(csr_array(matrix[place]), rows.lower[place], rows.upper[place])


def _classes(exact: Floats, least: Floats, most: Floats, rows: Rows, start: Integers) -> _Classes | None:
    # Two columns with one random projection are the same column.
    weight = np.random.default_rng(1).uniform(0.5, 1.5, rows.matrix.shape[0])
    _, first, of = np.unique(rows.matrix.T @ weight, return_index=True, return_inverse=True)
    if first.size > MOST_CLASSES:
        return None
    rank = np.argsort(np.argsort(first))
    of, first = rank[of], np.sort(first)
    order = np.argsort(of, kind="stable")
    members = np.split(order, np.searchsorted(of[order], np.arange(1, first.size)))
    amounts = start.astype(np.float64)
    sums = [np.bincount(of, weights=column, minlength=first.size) for column in (amounts, least, most)]
    gain = exact - amounts
    up = [_cheapest((1 - 2 * gain[at])[amounts[at] < most[at]]) for at in members]
    down = [_cheapest((1 + 2 * gain[at])[amounts[at] > least[at]]) for at in members]
    tie = 1e-5 * np.arange(first.size)[:, None] / first.size
    cost_up, cost_down = np.asarray(up) + tie, np.asarray(down) + tie
    # Up and down at once must never pay.
    cost_down = np.maximum(cost_down, -cost_up[:, :1])
    return _Classes(
        of=of,
        members=members,
        rows=csr_array(rows.matrix[:, first]),
        value=rows.matrix @ amounts,
        total=np.asarray(sums[0], dtype=np.float64),
        down=np.minimum(sums[0] - sums[1], _FARTHEST),
        up=np.minimum(sums[2] - sums[0], _FARTHEST),
        cost_up=cost_up,
        cost_down=cost_down,
    )


def _cheapest(costs: Floats) -> Floats:
    """What the next units cost, a rising line: the first few one by one, the rest at one price."""
    known = np.sort(costs)[:_STEPS]
    last = float(known[-1]) if known.size else 1.0
    return np.concatenate([known, last + 2.0 * np.arange(1, _STEPS + 2 - known.size)])


def _moved(classes: _Classes, lower: Floats, upper: Floats) -> Cheapest:
    """By how many units each class total changes at the least cost."""
    count, steps = classes.total.size, _STEPS + 1
    each = eye_array(count, format="csr")
    starts = np.arange(0, count * steps + 1, steps)
    spread = csr_array((np.ones(count * steps), np.arange(count * steps), starts))
    matrix = block_array(
        [
            [classes.rows, None, None],
            [csr_array(np.ones((1, count))), None, None],
            [each, -spread, spread],
        ],
        format="csr",
    )
    single = np.tile(np.append(np.ones(_STEPS), np.inf), count)
    solution = least_cost(
        Model(
            matrix,
            np.concatenate([lower - _WIDER, np.zeros(count + 1)]),
            np.concatenate([upper + _WIDER, np.zeros(count + 1)]),
            np.concatenate([-classes.down, np.zeros(2 * count * steps)]),
            np.concatenate([classes.up, single, single]),
            np.concatenate([np.zeros(count), classes.cost_up.ravel(), classes.cost_down.ravel()]),
            np.arange(count + 2 * count * steps) < count,
        )
    )
    changes = None if solution.values is None else np.rint(solution.values[:count])
    return Cheapest(changes, solution.ended)


def _shortest(classes: _Classes, lower: Floats, upper: Floats) -> Floats:
    """By how much rows must give way for whole amounts to exist, the least in all."""
    rows, count = classes.rows.shape
    each = diags_array(np.ones(rows), format="csr")
    matrix = block_array(
        [[classes.rows, each, -each], [csr_array(np.ones((1, count))), None, None]], format="csr"
    )
    # Staying at the start breaks the rows by so much: a first answer that is always there.
    below, above = np.maximum(lower, 0.0), np.maximum(-upper, 0.0)
    stay = np.concatenate([np.zeros(count), below, above])
    solution = least_cost(
        Model(
            matrix,
            np.append(lower, 0.0),
            np.append(upper, 0.0),
            np.concatenate([-classes.down, np.zeros(2 * rows)]),
            np.concatenate([classes.up, np.full(2 * rows, np.inf)]),
            np.concatenate([np.zeros(count), np.ones(2 * rows)]),
            np.arange(count + 2 * rows) < count,
        ),
        stay,
    )
    found = stay if solution.values is None else solution.values
    value = classes.rows @ np.rint(found[:count])
    short: Floats = np.maximum(np.maximum(lower - value, value - upper), 0.0)
    return short
