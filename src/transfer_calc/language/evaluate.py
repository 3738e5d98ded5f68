"""A formula computed for every row of its level, or the rows for which it cannot be."""

from __future__ import annotations

import numpy as np

from transfer_calc.language.check import COUNTY, Level
from transfer_calc.language.faults import faulty
from transfer_calc.language.nodes import Expression
from transfer_calc.language.reading import InnerError, column, read, strictly
from transfer_calc.language.world import Value, World


def evaluate(node: Expression, world: World, level: Level) -> Value:
    """Compute a formula for every row of its level.

    Raises:
        FaultyError: With the rows for which it has no value.
    """
    try:
        if level == COUNTY:
            return column(node, world)
        with strictly():
            value = read(node, world, level)(slice(None))
    except (FloatingPointError, InnerError) as error:
        raise faulty(error, node, world, level) from None
    if level.kind == "group" and np.ndim(value) == 0:
        return np.full(len(world.groups[str(level.group)].labels), value)
    return value
