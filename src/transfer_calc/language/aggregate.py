"""The functions that look at many counties: totals, means, ranks.

A figure that cannot exist (the mean of nobody) is nan here and becomes an issue where it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.language.nodes import Aggregate
from transfer_calc.language.world import Array, Grouping, Value, World
from transfer_calc.rounding import exact_sum

Floats = NDArray[np.float64]

PER_COUNTY = frozenset({"rank", "share", "standardize"})
"""Those that give one figure a county; the others give one for all, or one for each group."""


def compute(node: Aggregate, arguments: list[Array], where: Array | None, world: World) -> Value:
    """Compute an aggregate over all units, or over those of each group of `node.by`.

    Args:
        node: The aggregate.
        arguments: Its values, one column each.
        where: Which units take part; `None` for all.
        world: For the groups and the order of codes.

    Returns:
        One figure, an array of one a group, or a column (see `PER_COUNTY`).
    """
    taking_part = np.ones(world.rows, dtype=bool) if where is None else np.broadcast_to(where, (world.rows,))
    grouping = None if node.by is None else world.groups[node.by]
    members = _members(grouping, taking_part)
    columns = [
        np.broadcast_to(np.asarray(argument, dtype=np.float64), (world.rows,)) for argument in arguments
    ]
    options = dict(node.options)
    if node.function in PER_COUNTY:
        out = np.full(world.rows, np.nan)
        for rows in members:
            values = columns[0][rows]
            match node.function:
                case "rank":
                    out[rows] = _rank(values, world.order[rows], options)
                case "share":
                    out[rows] = _share(values)
                case _:
                    spread = _std(values, options["kind"])
                    out[rows] = (values - _mean(values)) / spread if spread else np.nan
        return out
    reduce = _REDUCERS[node.function]
    counts = [int(np.count_nonzero(taking_part[rows])) for rows in members]
    figures = [
        reduce([column[rows] for column in columns], count, options)
        for rows, count in zip(members, counts, strict=True)
    ]
    return np.float64(figures[0]) if grouping is None else np.asarray(figures, dtype=np.float64)


def _members(grouping: Grouping | None, taking_part: Array) -> list[Any]:
    """The rows of each group that take part."""
    if grouping is None:
        return [slice(None) if taking_part.all() else np.flatnonzero(taking_part)]
    bounds = grouping.bounds
    groups: list[Any] = [grouping.order[bounds[i] : bounds[i + 1]] for i in range(len(grouping.labels))]
    return groups if taking_part.all() else [group[taking_part[group]] for group in groups]


def _mean(values: Floats) -> float:
    return exact_sum(values) / values.size if values.size else np.nan


def _std(values: Floats, kind: str) -> float:
    freedom = values.size - (1 if kind == "sample" else 0)
    if freedom < 1:
        return np.nan
    apart = values - _mean(values)
    return float(np.sqrt(exact_sum(apart * apart) / freedom))


def _share(values: Floats) -> Floats:
    whole = exact_sum(values)
    return values / whole if whole else np.full(values.shape, np.nan)


def _weighted_mean(values: Floats, weights: Floats) -> float:
    whole = exact_sum(weights)
    return exact_sum(values * weights) / whole if whole else np.nan


def _rank(values: Floats, codes: Array, options: dict[str, str]) -> Floats:
    keys = -values if options["order"] == "descending" else values
    order = np.lexsort((codes, keys))
    ranks = np.empty(values.size)
    ranks[order] = np.arange(1, values.size + 1)
    if options["ties"] == "code":
        return ranks
    _, first, inverse, counts = np.unique(
        keys[order], return_index=True, return_inverse=True, return_counts=True
    )
    start = first + 1.0
    shared = start if options["ties"] == "same" else start + (counts - 1) / 2
    out = np.empty(values.size)
    out[order] = shared[inverse.reshape(-1)]
    return out


_REDUCERS: dict[str, Callable[[list[Floats], int, dict[str, str]], float]] = {
    "total": lambda columns, _count, _options: exact_sum(columns[0]),
    "count": lambda _columns, count, _options: float(count),
    "mean": lambda columns, _count, _options: _mean(columns[0]),
    "weighted_mean": lambda columns, _count, _options: _weighted_mean(columns[0], columns[1]),
    "largest": lambda columns, count, _options: float(columns[0].max()) if count else np.nan,
    "smallest": lambda columns, count, _options: float(columns[0].min()) if count else np.nan,
    "std": lambda columns, _count, options: _std(columns[0], options["kind"]),
}
