"""The definitions once more, in exact fractions and without any of the library's code.

Slow and plain on purpose: what the fast code must agree with.
"""

from __future__ import annotations

from fractions import Fraction
from math import inf


def divide(pool, claims, floors=None, caps=None):
    """Exact amounts and the smallest multiplier k with Σ clip(k × claim, floor, cap) = pool.

    Each county's amount is flat at its floor, rises with slope `claim`, and is flat again at its cap. One
    sweep over all these turning points, smallest first, finds where the sum reaches the pool.
    """
    count = len(claims)
    pool, claims = Fraction(pool), [Fraction(claim) for claim in claims]
    floors = [Fraction(floor) for floor in floors or [0] * count]
    caps = [None if cap == inf else Fraction(cap) for cap in caps or [inf] * count]
    turns = []
    for claim, floor, cap in zip(claims, floors, caps, strict=True):
        if claim > 0:
            turns.append((floor / claim, claim))
            if cap is not None:
                turns.append((cap / claim, -claim))
    reached, slope, paid = Fraction(0), Fraction(0), sum(floors)
    for turn, change in sorted(turns):
        if paid == pool:
            break
        after = paid + slope * (turn - reached)
        if after >= pool:
            reached += (pool - paid) / slope
            paid = pool
            break
        reached, paid, slope = turn, after, slope + change
    if paid != pool:
        reached += (pool - paid) / slope
    amounts = [
        max(floor, reached * claim) if cap is None else min(max(floor, reached * claim), cap)
        for claim, floor, cap in zip(claims, floors, caps, strict=True)
    ]
    return amounts, reached


def half_away_from_zero(number, digits):
    """A decimal text, or the shortest decimal of a double, as a whole number of 10^-digits."""
    shifted = Fraction(str(number)) * 10**digits
    size = (abs(shifted) + Fraction(1, 2)) // 1
    return int(size if shifted >= 0 else -size)


def largest_remainder(amounts, total, codes):
    """Whole units by the method of Hamilton: all get their whole part, the largest remainders one more."""
    millionths = [half_away_from_zero(amount, 6) for amount in amounts]
    units = [part // 10**6 for part in millionths]
    queue = sorted(range(len(units)), key=lambda row: (-(millionths[row] % 10**6), codes[row]))
    for row in queue[: total - sum(units)]:
        units[row] += 1
    assert sum(units) == total
    return units


def unit_by_unit(amounts, total, codes, floors, caps):
    """Largest remainder inside bounds, one unit at a time.

    All start at their whole part, moved inside the bounds. Then one unit after the other goes to the county
    that is furthest below its amount and may still rise, or is taken from the one furthest above its amount
    that may still fall; of equals the smaller code comes first.
    """
    millionths = [half_away_from_zero(amount, 6) for amount in amounts]
    least = [-(-Fraction(str(floor)) // 1) for floor in floors]
    most = [Fraction(str(cap)) // 1 for cap in caps]
    units = [
        min(max(part // 10**6, low), high) for part, low, high in zip(millionths, least, most, strict=True)
    ]
    while sum(units) != total:
        step = 1 if sum(units) < total else -1
        able = [row for row, unit in enumerate(units) if unit != (most if step > 0 else least)[row]]
        row = min(able, key=lambda row: (-step * (millionths[row] - units[row] * 10**6), codes[row]))
        units[row] += step
    return units
