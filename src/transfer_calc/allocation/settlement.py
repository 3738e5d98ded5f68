"""Settlement: exact amounts become whole units of money whose sum is the total, by largest remainder.

Each amount is first rounded to six decimals of the unit, so that 28.999999999 is 29 for every
reading of it, and then cut down to a whole number inside its bounds. The units left over go one each to
the largest remainders; equal remainders by `ties`, the county code. Remainders are compared as whole
millionths, never as doubles.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.allocation.vectors import Floats, Shape, Vector, column, report, shape_of, stop_if_any
from transfer_calc.issues import AllocationError, Collector, UsageError, issue
from transfer_calc.rounding import exact_sum, round_half_up
from transfer_calc.text import Text

DECIMALS = 6
_MILLION = 1_000_000
_LARGEST = 2.0**52
_FARTHEST = 2e12
_DEEPEST = -(2**62)

Integers = NDArray[np.int64]


def settle(
    amounts: Vector,
    total: Any,
    *,
    unit: Any = 1,
    floor: Any = None,
    cap: Any = None,
    ties: Sequence[str] | None = None,
) -> Any:
    """Round amounts to whole units that add up to the total exactly.

    Args:
        amounts: Amounts that add up to the total but for rounding; negative ones are allowed.
        total: Their exact sum: an int, a decimal text or a `Decimal`, a whole number of units.
        unit: The smallest amount paid, in the unit of the amounts (0.01 settles yuan to fen).
        floor: Least amounts, a vector or one figure; `None` for none.
        cap: Greatest amounts, likewise.
        ties: What decides between equal remainders, smallest first: the county codes. Labels of a
            Series serve by default, else the order of the rows.

    Returns:
        `int64` numbers of units with Σ = total / unit: a Series for a Series, else an array.

    Raises:
        AllocationError: If the amounts do not add up to the total (TC508), no whole unit lies between
            a floor and a cap (TC509), the bounds leave no way to the total (TC510), the total is no
            whole number of units (TC511), or an amount is too large (TC512).
        UsageError: If vectors differ in length.
    """
    problems = Collector()
    shape = shape_of(amounts)
    whole = _whole_units(total, unit)
    size = float(_decimal(unit))
    exact = column(amounts, shape, Text("金额", "amount"), problems) / size
    lows = (
        column(-math.inf if floor is None else floor, shape, Text("下限", "floor"), problems, infinite=True)
        / size
    )
    highs = (
        column(math.inf if cap is None else cap, shape, Text("上限", "cap"), problems, infinite=True) / size
    )
    report(
        problems,
        "TC512",
        np.flatnonzero(np.abs(exact) > _LARGEST),
        shape,
        "",
        lambda i: {"value": f"{exact[i]:.12g}"},
    )
    stop_if_any(problems)
    exact = round_half_up(exact, DECIMALS)
    least, most = np.ceil(round_half_up(lows, DECIMALS)), np.floor(round_half_up(highs, DECIMALS))
    report(
        problems,
        "TC509",
        np.flatnonzero(least > most),
        shape,
        "",
        lambda i: {"floor": f"{lows[i] * size:.12g}", "cap": f"{highs[i] * size:.12g}"},
    )
    far = (least > _FARTHEST + exact) | (most < exact - _FARTHEST)
    report(
        problems,
        "TC512",
        np.flatnonzero(far),
        shape,
        "",
        lambda i: {"value": f"{lows[i]:.12g}, {highs[i]:.12g}"},
    )
    together = exact_sum(exact)
    if abs(together - whole) > 0.5 + 1e-9 * abs(whole):
        problems.add("TC508", sum=f"{together * size:.15g}", total=str(total))
    stop_if_any(problems)
    units = _largest_remainder(exact, whole, least, most, _tie_order(ties, shape))
    return units if shape.labels is None else shape.restore(units)


def _decimal(value: Any) -> Decimal:
    try:
        return Decimal(repr(float(value)) if isinstance(value, float) else str(value))
    except InvalidOperation:
        raise UsageError(f"{value!r} is not a decimal number") from None


def _whole_units(total: Any, unit: Any) -> int:
    if not (_decimal(unit).is_finite() and _decimal(unit) > 0):
        raise UsageError("the unit of settlement must be greater than 0")
    if not _decimal(total).is_finite():
        raise AllocationError([issue("TC511", total=str(total), unit=str(unit))])
    units = Fraction(_decimal(total)) / Fraction(_decimal(unit))
    if units.denominator != 1:
        raise AllocationError([issue("TC511", total=str(total), unit=str(unit))])
    return int(units)


def _tie_order(ties: Sequence[str] | None, shape: Shape) -> NDArray[np.intp]:
    """The place of each row when equal remainders are put in order."""
    if ties is None:
        order = shape.order
    elif len(ties) != shape.size:
        raise UsageError(f"ties: {len(ties)} values for {shape.size} counties")
    else:
        order = np.argsort(np.asarray([str(tie) for tie in ties], dtype=str), kind="stable")
    places = np.empty(shape.size, dtype=np.intp)
    places[order] = np.arange(shape.size)
    return places


def _largest_remainder(
    exact: Floats, total: int, least: Floats, most: Floats, tie_order: NDArray[np.intp]
) -> Integers:
    """Hand out what is left over, a unit at a time to the largest remainder; equals by `tie_order`.

    The order of a million single units is found at once: the remainder that the last unit goes to is
    searched by halving, everybody above it gets what brings them down to it.
    """
    base = np.minimum(np.maximum(np.floor(exact), least), most)
    units = base.astype(np.int64)
    rest = total - int(units.sum())
    if rest == 0:
        return units
    # How far the whole number is from the exact amount in millionths: who is next to get or give a unit.
    sign = 1 if rest > 0 else -1
    owed = sign * np.rint((exact - base) * _MILLION).astype(np.int64)
    room = np.minimum(np.abs((most if rest > 0 else least) - base), abs(rest)).astype(np.int64)
    if int(room.sum()) < abs(rest):
        raise AllocationError([issue("TC510", rest=rest)])

    def handed_out(level: int) -> Integers:
        """Units that go to remainders above a level."""
        return np.clip(-((level - owed) // _MILLION), 0, room)

    low, high = max(int(owed.min()) - _MILLION * (abs(rest) + 1), _DEEPEST), int(owed.max())
    if int(handed_out(low).sum()) < abs(rest):
        raise AllocationError([issue("TC512", value=rest)])
    while low < high:
        middle = (low + high) // 2
        if int(handed_out(middle).sum()) <= abs(rest):
            high = middle
        else:
            low = middle + 1
    given = handed_out(high)
    equal = np.flatnonzero((owed - given * _MILLION == high) & (given < room))
    short = abs(rest) - int(given.sum())
    given[equal[np.argsort(tie_order[equal], kind="stable")[:short]]] += 1
    return units + sign * given
