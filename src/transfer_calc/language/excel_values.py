"""The values of helpers, by numpy: what stands in a cell before anybody recalculates the workbook."""

from __future__ import annotations

import contextlib

import numpy as np
from numpy.typing import NDArray

from transfer_calc.language.check import ALL, COUNTY, Level
from transfer_calc.language.evaluate import evaluate
from transfer_calc.language.excel_addresses import Counted, Meaning
from transfer_calc.language.faults import FaultyError
from transfer_calc.language.nodes import Conditional, Expression, Number
from transfer_calc.language.reading import InnerError, read, strictly
from transfer_calc.language.world import Value, World

MISSING = "#N/A"
"""What a cell shows that reads a figure nobody gave."""


def value_of(meaning: Meaning, world: World, level: Level) -> Value:
    """What a helper shows: one figure, one a group, or one a county."""
    if isinstance(meaning, Counted):
        return _how_many(meaning, world)
    try:
        return evaluate(meaning, world, level)
    except FaultyError:
        return _where_it_can(meaning, world, level)


def _where_it_can(node: Expression, world: World, level: Level) -> Value:
    """Row by row, with an error where there is no value: a branch that nobody takes may have none."""
    if level == ALL:
        return MISSING
    rows = world.rows if level == COUNTY else len(world.groups[str(level.group)].labels)
    reading = read(node, world, level)
    found = np.full(rows, MISSING, dtype=object)
    for row in range(rows):
        with contextlib.suppress(FloatingPointError, InnerError), strictly():
            found[row] = np.broadcast_to(reading(np.asarray([row])), (1,))[0].item()
    return found


def _how_many(counted: Counted, world: World) -> NDArray[np.float64]:
    ranking = counted.ranking
    options = dict(ranking.options)
    values = np.asarray(_shown(ranking.arguments[0], ranking.where, world), dtype=np.float64)
    part = np.ones(world.rows, dtype=bool)
    if ranking.where is not None:
        part = np.broadcast_to(evaluate(ranking.where, world, COUNTY), (world.rows,)).astype(bool)
    if options["order"] == "ascending":
        values = -values
    groups = np.zeros(world.rows, dtype=np.intp) if ranking.by is None else world.groups[ranking.by].codes
    found = np.zeros(world.rows)
    for group in np.unique(groups).tolist():
        mine = np.flatnonzero(groups == group)
        among = mine[part[mine]]
        ordered = np.sort(values[among])
        if counted.relation == "better":
            found[mine] = among.size - np.searchsorted(ordered, values[mine], side="right")
        elif counted.relation == "at_least":
            found[mine] = among.size - np.searchsorted(ordered, values[mine], side="left")
        else:
            found[mine] = _tied_before(values, world.order, mine, among)
    return found


def _tied_before(
    values: NDArray[np.float64],
    order: NDArray[np.intp],
    mine: NDArray[np.intp],
    among: NDArray[np.intp],
) -> list[int]:
    """How many of `among` have the same value and a smaller code."""
    places: dict[float, list[int]] = {}
    for row in among.tolist():
        places.setdefault(float(values[row]), []).append(int(order[row]))
    return [sum(place < order[row] for place in places.get(float(values[row]), ())) for row in mine.tolist()]


def _shown(node: Expression, where: Expression | None, world: World) -> Value:
    if where is not None:
        node = Conditional(where, node, Number("0"))
    return np.broadcast_to(evaluate(node, world, COUNTY), (world.rows,))
