"""Levelling up: a fixed sum raises the poorest to one common level, found exactly.

FUNDEB (Brazil, Lei 14.113/2020 art. 5) is this rule; communication engineers call it water-filling. Sorted
by own/size, the cost of raising all below a county to its level adds up from non-negative steps; the pool
lies between two of these costs, and there the level is a single division.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transfer_calc.allocation.bends import closes, ends_of_equals, last_bend, product, ratio, size_of
from transfer_calc.allocation.vectors import (
    Division,
    Floats,
    Vector,
    check_pool,
    column,
    report,
    shape_of,
    stop_if_any,
)
from transfer_calc.issues import AllocationError, Collector, issue
from transfer_calc.rounding import exact_sum
from transfer_calc.text import Text

OWN, SIZE = Text("自有财力", "own"), Text("规模", "size")


def level_up(pool: float, own: Vector, size: Vector) -> Division:
    """Raise the lowest own/size to a common level: amount = max(0, level × size − own), Σ amount = pool.

    Args:
        pool: The amount to divide, not negative.
        own: What each county has before, in the unit of the pool; negative for a debt.
        size: Heads, weighted heads or need, above 0; one figure stands for all.

    Returns:
        The top-ups; `.multiplier` is the level, in units of the pool per unit of size (the lowest own/size
        where the pool is 0); `.binding` is `""` for those who stand at the level and `"floor"` for those
        above it, whose amount is 0.

    Raises:
        AllocationError: If a size is not above 0 (TC521), a pool is negative (TC507), there is nobody to pay
            it to (TC503), or a figure is no number (TC506) or too large (TC512). Every problem is named.
        UsageError: If the vectors differ in length or labels.
    """
    problems = Collector()
    shape = shape_of(own)
    owns = column(own, shape, OWN, problems)
    sizes = column(size, shape, SIZE, problems)
    check_pool(pool, problems)
    report(
        problems,
        "TC521",
        np.flatnonzero(sizes <= 0),
        shape,
        SIZE.zh,
        lambda i: {"value": f"{sizes[i]:.12g}"},
    )
    if not shape.size and pool > 0:
        problems.add("TC503", pool=f"{pool:.12g}")
    stop_if_any(problems)
    amounts, level, raised = raise_lowest(float(pool), owns, sizes)
    return Division(shape.restore(amounts), level, shape.restore(np.where(raised, "", "floor")))


def raise_lowest(pool: float, own: Floats, size: Floats) -> tuple[Floats, float, NDArray[np.bool_]]:
    """The top-ups, the level, and who stands at it. The figures are finite, pool ≥ 0 and size > 0.

    Raises:
        AllocationError: If a figure leaves the range of doubles (TC512).
    """
    if not len(own):
        return np.zeros(0), 0.0, np.zeros(0, dtype=bool)
    by, across = max(size_of(own), size_of(np.asarray([pool]))), size_of(size)
    amounts, raised = np.zeros(len(own)), np.zeros(len(own), dtype=bool)
    with np.errstate(all="ignore"):
        order, top_ups, level = _levelled(
            float(np.ldexp(pool, -by)), np.ldexp(own, -by), np.ldexp(size, -across)
        )
        amounts[order], raised[order] = np.ldexp(top_ups, by), True
        level = float(np.ldexp(level, by - across))
    if not (np.isfinite(level) and closes(amounts, pool)):
        raise AllocationError([issue("TC512", value=f"{pool:.12g}")])
    return amounts, level, raised


def _levelled(pool: float, own: Floats, size: Floats) -> tuple[NDArray[np.intp], Floats, float]:
    """Who is raised, by how much, and to which level."""
    near, far = ratio(own, size)
    order = np.argsort(near)
    if (np.diff(far[order])[np.diff(near[order]) == 0] < 0).any():
        order = np.lexsort((far, near))
    near, far, own, size = near[order], far[order], own[order], size[order]
    ends = ends_of_equals(near, far)
    steps = np.diff(near[ends]) + np.diff(far[ends])
    paid = np.concatenate([[0.0], np.cumsum(np.cumsum(size)[ends[:-1]] * steps)])

    def short_of(bend: int) -> Floats:
        """What those below a bend are short of its level: digits that a plain product would lose are kept."""
        last = ends[bend]
        needed, error = product(size[: last + 1], near[last : last + 1])
        short: Floats = (needed - own[: last + 1]) + (error + size[: last + 1] * far[last])
        short[ends[bend - 1] + 1 if bend else 0 :] = 0.0
        return np.maximum(short, 0.0)

    bend = last_bend(paid, pool, lambda at: exact_sum(short_of(at)))
    last = ends[bend]
    short = short_of(bend)
    above = max(exact_sum(np.append(-short, pool)), 0.0) / exact_sum(size[: last + 1])
    return order[: last + 1], short + above * size[: last + 1], float(near[last] + (far[last] + above))
