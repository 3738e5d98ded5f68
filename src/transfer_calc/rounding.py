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

    Small arrays go through `math.fsum`. Larger ones are added in lanes, the error of every addition kept
    (TwoSum: Knuth, The Art of Computer Programming 2, §4.2.2). What that leaves open is far below the last
    digit; where it could still decide the rounding (after cancellation, say), `math.fsum` decides.

    Args:
        values: One axis, any length; nan and infinities give nan or infinity.

    Returns:
        The sum, 0.0 for no values.
    """
    flat = np.ascontiguousarray(values, dtype=np.float64).reshape(-1)
    if flat.size > 2 * _LANES:
        parts, doubt = _in_lanes(flat)
        if math.isfinite(doubt):
            low, high = math.fsum([*parts, -doubt]), math.fsum([*parts, doubt])
            if low == high:
                return low
    try:
        return math.fsum(flat.tolist())
    except (OverflowError, ValueError):
        # Infinities of both signs, or a sum beyond all doubles: numpy says nan or infinity.
        with np.errstate(invalid="ignore", over="ignore"):
            return float(np.sum(flat))


def _in_lanes(flat: Floats) -> tuple[list[float], float]:
    """Figures with the same sum as the values, but for a doubt that is given as well."""
    whole = flat.size - flat.size % _LANES
    rows = flat[_LANES:whole].reshape(-1, _LANES)
    sums, errors = flat[:_LANES].copy(), np.zeros(_LANES)
    spare, moved, lost = np.empty(_LANES), np.empty(_LANES), np.empty(_LANES)
    with np.errstate(invalid="ignore", over="ignore"):
        for row in rows:
            np.add(sums, row, out=spare)
            np.subtract(spare, sums, out=moved)
            np.subtract(spare, moved, out=lost)
            np.subtract(sums, lost, out=lost)
            errors += lost
            np.subtract(row, moved, out=lost)
            errors += lost
            sums, spare = spare, sums
        largest = float(max(flat.max(), -flat.min()))
        if not (np.isfinite(sums).all() and np.isfinite(errors).all()):
            return [], math.inf
    # A partial sum is at most n·largest, its error ε times that; adding n such errors errs n·ε times more.
    count = len(rows) + 1.0
    doubt = 4 * count**3 * np.finfo(float).eps ** 2 * largest * _LANES
    return [*sums.tolist(), *errors.tolist(), *flat[whole:].tolist()], doubt


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
