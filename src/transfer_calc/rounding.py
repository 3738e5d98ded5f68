"""Sums and roundings that do not depend on luck: the order of the rows, or the binary form of 2.675."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_DIRECT = 4096


def exact_sum(values: Floats) -> float:
    """The sum of doubles, rounded once, so that shuffled rows give the same total.

    Small arrays go through `math.fsum`. Larger ones are added pairwise with the error of every
    addition kept (TwoSum: Knuth, The Art of Computer Programming 2, §4.2.2), and the few thousand sums
    and errors that remain again through `math.fsum`.

    Args:
        values: One axis, any length; nan and infinities give nan or infinity.

    Returns:
        The sum, 0.0 for no values.
    """
    sums = np.ascontiguousarray(values, dtype=np.float64)
    errors: list[float] = []
    with np.errstate(invalid="ignore", over="ignore"):
        while sums.size > _DIRECT:
            half = sums.size // 2
            odd = sums[2 * half :]
            left, right = sums[:half], sums[half : 2 * half]
            together = left + right
            moved = together - left
            lost = (left - (together - moved)) + (right - moved)
            errors.append(float(lost.sum()))
            sums = np.concatenate([together, odd]) if odd.size else together
    try:
        return math.fsum([*sums.tolist(), *errors])
    except (OverflowError, ValueError):
        return float(np.sum(sums))


def round_half_up(values: Floats, digits: int) -> Floats:
    """Round half away from zero on the shortest decimal of each value, as Excel and the law mean it.

    2.675 is rounded to 2.68, although its double lies below.

    Args:
        values: Any shape.
        digits: Digits after the point, 0 or more.

    Returns:
        Doubles of the same shape.
    """
    scale = 10.0**digits
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = np.abs(values) * scale
        nearest = np.floor(scaled + 0.5)
        # Where the scaled value is close to a tie, or so large that scaling itself loses digits, the
        # doubles cannot decide; the decimal does.
        unsure = (np.abs(scaled - np.floor(scaled) - 0.5) <= scaled * 1e-15 + 1e-9) | (scaled > 2.0**50)
    # Adding 0.0 turns a negative zero into a plain one.
    result: Floats = np.asarray(np.copysign(nearest / scale, values) + 0.0)
    if unsure.any():
        flat, doubt = result.reshape(-1), np.flatnonzero(unsure)
        source = np.asarray(values, dtype=np.float64).reshape(-1)
        for position in doubt:
            flat[position] = round_decimal(float(source[position]), digits)
    return result


def round_decimal(value: float, digits: int) -> float:
    """Round one double half away from zero on its shortest decimal."""
    if not math.isfinite(value) or abs(value) >= 2.0**53:
        return value
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))
