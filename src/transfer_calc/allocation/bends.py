"""Exact arithmetic for rules whose sum rises along straight pieces: where it bends, how far a piece goes.

A rule of division pays more as its one figure (a level, an award, a multiplier) rises, and does so along a
straight line between two bends. Once the piece that holds the pool is known, the figure is one division.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from transfer_calc.allocation.vectors import Floats
from transfer_calc.rounding import exact_sum

_EPS = float(np.finfo(float).eps)
_SPLIT = 2.0**27 + 1


def last_bend(paid: Floats, pool: float, exactly: Callable[[int], float]) -> int:
    """The last bend at which no more than the pool is paid.

    Prefix sums, which carry rounding errors, say between which bends it lies; exact sums decide there.

    Args:
        paid: What is paid at each bend, rising from 0, each step not negative and added to the sum before.
        pool: Not negative.
        exactly: What is paid at a bend, rounded once.
    """
    doubt = 8 * (len(paid) + 4) * _EPS
    left = max(int(np.searchsorted(paid * (1 + doubt), pool, side="right")) - 1, 0)
    right = max(int(np.searchsorted(paid * (1 - doubt), pool, side="right")) - 1, left)
    while left < right:
        middle = (left + right + 1) // 2
        if exactly(middle) <= pool:
            left = middle
        else:
            right = middle - 1
    return left


def is_below(values: Floats, limit: float) -> bool:
    """Whether the exact sum of the values is below a limit; the plain sum decides where it is clear."""
    plain = float(np.sum(values))
    doubt = len(values) * _EPS * float(np.sum(np.abs(values)))
    if abs(plain - limit) > doubt:
        return plain < limit
    return exact_sum(values) < limit


def closes(amounts: Floats, pool: float) -> bool:
    """Whether amounts add up to the pool, to 1e-12 of it (and to the least of all normal doubles)."""
    return abs(exact_sum(amounts) - pool) <= 1e-12 * pool + float(np.finfo(float).tiny)


def product(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """The product of doubles as two doubles, the second one the rounding error of the first.

    Dekker, A floating-point technique for extending the available precision, Numerische Mathematik 18 (1971).
    """
    near = a * b
    a_high, b_high = _upper_half(a), _upper_half(b)
    a_low, b_low = a - a_high, b - b_high
    return near, ((a_high * b_high - near) + a_high * b_low + a_low * b_high) + a_low * b_low


def ratio(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """The ratio of doubles as two doubles, the second one what the first is short of."""
    near = a / b
    back, error = product(near, b)
    return near, ((a - back) - error) / b


def ends_of_equals(near: Floats, far: Floats) -> NDArray[np.intp]:
    """The last position of each group of equal figures in sorted ones."""
    change = (near[1:] != near[:-1]) | (far[1:] != far[:-1])
    return np.flatnonzero(np.append(change, True))


def size_of(values: Floats) -> int:
    """The exponent that brings the largest of the values to the size of 1; a power of two rounds nothing."""
    return int(np.frexp(np.abs(values).max(initial=0.0))[1])


def _upper_half(values: Floats) -> Floats:
    large: Floats = _SPLIT * values
    return large - (large - values)
