"""Sums and roundings that do not depend on luck: the order of the rows, or the binary form of 2.675."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LANES = 4096


def exact_sum(values: Floats) -> float:
    """The sum of doubles, rounded once, so that shuffled rows give the same total.

    Small arrays go through `math.fsum`. Larger ones are added in lanes, the error of every addition
    kept (TwoSum: Knuth, The Art of Computer Programming 2, §4.2.2) and added with its own error kept, which
    computes as if with three times the digits; what stands in the lanes then goes through `math.fsum`.

    Args:
        values: One axis, any length; nan and infinities give nan or infinity.

    Returns:
        The sum, 0.0 for no values.
    """
    flat = np.ascontiguousarray(values, dtype=np.float64).reshape(-1)
    if flat.size <= 2 * _LANES:
        return _fsum(flat, flat.tolist())
    whole = flat.size - flat.size % _LANES
    sums, errors, rest = flat[:_LANES].copy(), np.zeros(_LANES), np.zeros(_LANES)
    spare, moved, lost, again = (np.empty(_LANES) for _ in range(4))

    def add(to: Floats, value: Floats, lost: Floats) -> Floats:
        """`to + value` into the spare lane, with what the rounding lost in `lost`."""
        np.add(to, value, out=spare)
        np.subtract(spare, to, out=moved)
        np.subtract(spare, moved, out=lost)
        np.subtract(to, lost, out=lost)
        np.subtract(value, moved, out=moved)
        lost += moved
        return spare

    with np.errstate(invalid="ignore", over="ignore"):
        for row in flat[_LANES:whole].reshape(-1, _LANES):
            sums, spare = add(sums, row, lost), sums
            errors, spare = add(errors, lost, again), errors
            rest += again
    return _fsum(flat, [*sums.tolist(), *errors.tolist(), *rest.tolist(), *flat[whole:].tolist()])


def _fsum(values: Floats, parts: list[float]) -> float:
    try:
        return math.fsum(parts)
    except (OverflowError, ValueError):
        # Infinities of both signs, or a sum beyond all doubles: numpy says nan or infinity.
        with np.errstate(invalid="ignore", over="ignore"):
            return float(np.sum(values))


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
