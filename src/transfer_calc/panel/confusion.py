"""Figures that look as if they were given in another unit: 元 for 万元, 公顷 for 平方公里.

All comparisons are of logarithms, against medians and their median deviation, so that neither the
mistake itself nor one very large county moves the yardstick.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from transfer_calc.method.model import Input
from transfer_calc.text import Text
from transfer_calc.units import measure, plain, ratio

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

CONFUSABLE = (
    ("元", "千元", "万元", "亿元"),
    ("平方公里", "公顷", "亩", "平方米", "万亩"),
    ("人", "万人"),
    ("户", "万户"),
    ("公里", "米"),
    ("立方米", "万立方米", "亿立方米"),
    ("吨", "公斤", "万吨"),
    ("1", "%"),
)
"""Units of one kind in which one and the same figure is reported."""

FEWEST = 8
"""Units that a comparison needs; below that a median says little."""

OUTSIDE = 4.0
"""How many times the usual spread a figure must be away to be asked about."""

ALL = Text("全表中位数", "the median of the table")
GROUP = Text("同组地区中位数", "the median of its group")
PER_PERSON = Text("按人均面积中位数推算的数", "what the median area per person gives")

_TELLING = 1.9
"""Orders of magnitude from which a shift is no difference between two counties; ten times can be one."""

_LARGE = 2.9
"""Orders of magnitude from which a shift stands out whatever the figure was: 1,000 and more."""

_NEAR_LARGE, _NEAR = 1.0, 0.5
"""How near to a shift a figure must be, beside figures that differ by themselves."""

_NEAR_BY_YEAR = 0.2
"""The same beside the figure of the year before: within 60 %."""

_NEAR_BY_COLUMN = 0.15
"""The same for the median of a whole column: within 40 %."""

_NEAR_BY_OTHERS = 0.8
"""The same for a column of money beside the other ones: within a factor of about 6."""

_ALIKE = 1.5
"""Columns of money agree where their medians lie within this: a factor of about 30."""

_NOISE = 1.4826
"""The median absolute deviation of normal noise of size one is its inverse."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A unit a figure may have been given in, and the orders of magnitude by which it is then off."""

    unit: str
    orders: float


@dataclass(frozen=True, slots=True)
class Suspect:
    """A figure that may be in another unit: whose it is, and how many times the yardstick."""

    row: int
    shift: Shift
    times: float
    against: Text


@cache
def shifts(unit: str) -> tuple[Shift, ...]:
    """The units that may be meant instead of a unit."""
    kind = measure(unit).kind
    # A group holds units of one kind; that of % is a plain number.
    return tuple(
        Shift(other, -math.log10(ratio(other, unit)))
        for group in CONFUSABLE
        if measure(group[0]).kind == kind and plain(unit) in group
        for other in group
        if ratio(other, unit) != 1
    )


class Groups:
    """The rows of each group, and which groups are wide enough to hold a figure that stands out."""

    def __init__(self, groups: NDArray[np.str_]) -> None:
        self.order = np.argsort(groups, kind="stable")
        first = np.ones(groups.size, dtype=bool)
        first[1:] = groups[self.order][1:] != groups[self.order][:-1]
        self.starts = np.flatnonzero(first)

    def wider_than(self, logs: Floats, range_: float) -> Iterator[Rows]:
        """The rows with a figure of each group whose figures lie further apart than that."""
        if not self.starts.size:
            return
        ordered = logs[self.order]
        apart = np.fmax.reduceat(ordered, self.starts) - np.fmin.reduceat(ordered, self.starts)
        ends = [*self.starts[1:], ordered.size]
        for group in np.flatnonzero(apart > range_).tolist():
            rows = self.order[self.starts[group] : ends[group]]
            rows = rows[np.isfinite(logs[rows])]
            if rows.size >= FEWEST:
                yield rows


def suspects(
    values: Floats, unit: str, groups: Groups | None = None, people: Floats | None = None
) -> list[Suspect]:
    """The figures of a column that are off by a confusable factor, and in order without it.

    Args:
        values: The column.
        unit: Its unit.
        groups: One with at least eight figures is a yardstick of its own.
        people: For an area, the population; it is the yardstick where that makes areas spread less.
    """
    wanted = [shift for shift in shifts(plain(unit)) if abs(shift.orders) > _TELLING]
    logs, per_person = _log(values), False
    if people is not None:
        beside = logs - _log(people)
        per_person = _spread(beside) < _spread(logs)
        logs = beside if per_person else logs
    known = np.flatnonzero(np.isfinite(logs))
    if not wanted or known.size < FEWEST:
        return []
    # A group of eight can look much alike by chance: the whole column's spread is the least that counts.
    spread = _spread(logs)
    found = dict(_off(logs, known, wanted, spread, PER_PERSON if per_person else ALL))
    least = max(OUTSIDE * spread, min(abs(shift.orders) - _near(shift) for shift in wanted))
    for rows in () if groups is None else groups.wider_than(logs, least):
        own = max(spread, _spread(logs[rows]))
        found = dict(_off(logs, rows, wanted, own, PER_PERSON if per_person else GROUP)) | found
    return [found[row] for row in sorted(found)]


def _near(shift: Shift) -> float:
    return _NEAR_LARGE if abs(shift.orders) > _LARGE else _NEAR


def _off(
    logs: Floats, rows: Rows, wanted: Sequence[Shift], spread: float, against: Text
) -> Iterator[tuple[int, Suspect]]:
    """The rows that are far outside, by about a shift, and inside without it."""
    away = logs[rows] - np.median(logs[rows])
    usual = away[np.abs(away) <= OUTSIDE * spread]
    for at in np.flatnonzero(np.abs(away) > OUTSIDE * spread).tolist():
        nearest = min(wanted, key=lambda shift: abs(away[at] - shift.orders))
        left = away[at] - nearest.orders
        if abs(left) <= _near(nearest) and usual.min() - spread <= left <= usual.max() + spread:
            row = int(rows[at])
            yield row, Suspect(row, nearest, 10 ** float(away[at]), against)


def whole_shift(before: Floats, now: Floats, unit: str) -> tuple[Shift, float] | None:
    """The unit a whole column may be in, against what it was before, and how many times that it is."""
    logs = changes(before, now)
    # One county may have grown tenfold; three all alike have not.
    if int(np.isfinite(logs).sum()) < 3 or _spread(logs) > 2 * _NEAR_BY_COLUMN:
        return None
    centre = _median(logs)
    near = (shift for shift in shifts(plain(unit)) if abs(centre - shift.orders) <= _NEAR_BY_COLUMN)
    found = next(near, None)
    return None if found is None else (found, 10**centre)


def suspects_by_year(before: Floats, now: Floats, unit: str, against: Text) -> list[Suspect]:
    """The figures that changed by a confusable factor against the year before, while the others did not."""
    logs = changes(before, now)
    if int(np.isfinite(logs).sum()) < FEWEST:
        return []
    away = logs - _median(logs)
    found = {}
    for shift in shifts(plain(unit)):
        far = (np.abs(away) > OUTSIDE * _spread(logs)) & (np.abs(away - shift.orders) <= _NEAR_BY_YEAR)
        for row in np.flatnonzero(far).tolist():
            found[row] = Suspect(row, shift, 10 ** float(logs[row]), against)
    return [found[row] for row in sorted(found)]


def changes(before: Floats, now: Floats) -> Floats:
    """The change of each figure as a logarithm; nan where one of the two is not positive."""
    return _log(now) - _log(before)


def odd_columns(
    columns: Mapping[str, Floats], entries: Mapping[str, Input]
) -> dict[str, tuple[Shift, float]]:
    """The column of money that is off by a confusable factor, where all the others agree.

    Two to seven others agree where their medians lie close together; of more the spread is robust.
    """
    medians = {}
    for name, values in columns.items():
        logs = _log(values)
        if int(np.isfinite(logs).sum()) >= FEWEST:
            medians[name] = _median(logs) + math.log10(measure(entries[name].unit).factor)
    found = {}
    for name, median in medians.items():
        others = np.asarray([each for other, each in medians.items() if other != name])
        if others.size < 2:  # of two columns nobody knows which is wrong
            continue
        away = median - _median(others)
        robust = others.size >= FEWEST and abs(away) > OUTSIDE * _spread(others)
        if robust or float(np.ptp(others)) <= _ALIKE:
            for shift in shifts(plain(entries[name].unit)):
                if abs(shift.orders) > _LARGE and abs(away - shift.orders) <= _NEAR_BY_OTHERS:
                    found[name] = shift, 10**away
    return found if len(found) == 1 else {}


def _log(values: Floats) -> Floats:
    """Logarithms to base 10; nan for what is not positive, or beyond every double."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((values > 0) & np.isfinite(values), np.log10(values), np.nan)


def _median(values: Floats) -> float:
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if finite.size else math.nan


def _spread(values: Floats) -> float:
    """The size of the noise around the median, in orders of magnitude; never quite nothing."""
    deviation = _median(np.abs(values - _median(values)))
    return max(_NOISE * deviation, 0.01) if math.isfinite(deviation) else math.inf
