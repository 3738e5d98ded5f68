"""Proportional division between floors and caps: one multiplier for everybody, found exactly.

`amount = clip(multiplier × claim, floor, cap)` with the amounts adding up to the pool. The sum is a
rising, piecewise linear function of the multiplier, which bends where a county reaches a floor or a
cap. A binary search over the sorted bends finds the one straight piece that holds the pool, and on that
piece the multiplier is a single division: no iteration, no tolerance.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from transfer_calc.allocation.bends import closes, is_below
from transfer_calc.allocation.vectors import (
    CLAIM,
    Division,
    Floats,
    Shape,
    Vector,
    check_claims,
    check_pool,
    column,
    report,
    shape_of,
    stop_if_any,
)
from transfer_calc.issues import AllocationError, Collector, issue
from transfer_calc.rounding import exact_sum
from transfer_calc.text import Text

FLOOR, CAP = Text("下限", "floor"), Text("上限", "cap")


def proportional(pool: float, claim: Vector, *, floor: Any = None, cap: Any = None) -> Division:
    """Divide a pool in proportion to a claim, with floors and caps.

    Args:
        pool: The amount to divide, not negative.
        claim: One figure a county, not negative; a county without a claim gets its floor.
        floor: Least amounts, in the unit of the pool: a vector, one figure for all, or `None` for 0.
        cap: Greatest amounts, likewise; `None` for no cap.

    Returns:
        The amounts, the multiplier (the smallest one that closes the pool) and what binds.

    Raises:
        AllocationError: If the pool cannot be divided so: floors above the pool (TC501), caps below it
            (TC502), nothing to divide by (TC503), a floor above a cap (TC504), a negative claim (TC505)
            or pool (TC507), or a figure that is no number (TC506). Every problem is named.
        UsageError: If the vectors differ in length or labels.
    """
    problems = Collector()
    shape = shape_of(claim)
    claims = column(claim, shape, CLAIM, problems)
    lows = column(0.0 if floor is None else floor, shape, FLOOR, problems)
    highs = column(math.inf if cap is None else cap, shape, CAP, problems, infinite=True)
    check_pool(pool, problems)
    stop_if_any(problems)
    _check(float(pool), claims, lows, highs, shape, problems)
    stop_if_any(problems)
    # Claims are brought to the size of 1, so that no ratio leaves the range of doubles; by a power of two,
    # which rounds nothing.
    scale = 2.0 ** (math.frexp(float(claims.max(initial=0.0)))[1] - 1)
    with np.errstate(over="ignore", invalid="ignore"):
        multiplier = _multiplier(float(pool), claims / scale, lows, highs)
        share = multiplier * (claims / scale)
        amounts = np.minimum(np.maximum(share, lows), highs)
        multiplier /= scale
    if not closes(amounts, pool):
        raise AllocationError([issue("TC512", value=f"{pool:.12g}")])
    binding = np.where(share <= lows, np.where(lows > 0, "floor", ""), np.where(share >= highs, "cap", ""))
    binding = np.where((lows == highs) & (binding == ""), "floor", binding)
    return Division(shape.restore(amounts), multiplier, shape.restore(binding))


def _check(
    pool: float, claims: Floats, lows: Floats, highs: Floats, shape: Shape, problems: Collector
) -> None:
    check_claims(claims, shape, problems)
    report(
        problems,
        "TC504",
        np.flatnonzero(lows > highs),
        shape,
        FLOOR.zh,
        lambda i: {"floor": f"{lows[i]:.12g}", "cap": f"{highs[i]:.12g}"},
    )
    if problems.errors:
        return
    floors = exact_sum(np.minimum(np.maximum(lows, 0.0 * claims), highs))
    able = np.where(claims > 0, highs, np.minimum(np.maximum(lows, 0.0), highs))
    caps = math.inf if np.isinf(able).any() else exact_sum(able)
    # A pool equal to the floors must pass although both carry rounding errors of their own.
    slack = 4 * np.finfo(float).eps * max(abs(floors), pool)
    if floors > pool + slack:
        problems.add("TC501", floors=f"{floors:.12g}", pool=f"{pool:.12g}", excess=f"{floors - pool:.12g}")
    elif caps < pool - slack:
        if not (claims > 0).any():
            problems.add("TC503", pool=f"{pool - floors:.12g}")
        else:
            problems.add("TC502", caps=f"{caps:.12g}", pool=f"{pool:.12g}", excess=f"{pool - caps:.12g}")


def _multiplier(pool: float, claims: Floats, lows: Floats, highs: Floats) -> float:
    active = claims > 0
    rising, low, high = claims[active], lows[active], highs[active]
    rest = pool - exact_sum(np.minimum(np.maximum(lows[~active], 0.0), highs[~active]))
    with np.errstate(over="ignore"):
        starts, ends = np.maximum(low, 0.0) / rising, np.maximum(high, 0.0) / rising
    bends = np.unique(np.concatenate([[0.0], starts, ends[np.isfinite(ends)]]))

    def pays_less(multiplier: float) -> bool:
        return is_below(np.minimum(np.maximum(multiplier * rising, low), high), rest)

    # The last bend at which the pool is not yet used up; past the last one only uncapped claims rise.
    left, right = 0, len(bends) - 1
    if not pays_less(float(bends[0])):
        return float(bends[0])
    while left < right:
        middle = (left + right + 1) // 2
        if pays_less(float(bends[middle])):
            left = middle
        else:
            right = middle - 1
    here = float(bends[left])
    free = (starts <= here) & (ends > here)
    if not free.any():
        return float(bends[min(left + 1, len(bends) - 1)])
    fixed = np.where(starts > here, low, high)[~free]
    return (rest - exact_sum(fixed)) / exact_sum(rising[free])
