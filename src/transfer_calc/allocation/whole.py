"""Exact amounts of a pot with rows become whole settle units that keep every bound and every hard row.

Three steps, each only where the one before leaves a row broken: the largest remainder over all counties;
the largest remainder inside the groups whose rows it broke; a search over the totals of the counties that the
rows cannot tell apart. Where no whole units keep a row (three counties treated alike, a pot that three does
not divide), it is kept as nearly as can be, and named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from transfer_calc.allocation.problem import Problem
from transfer_calc.allocation.settlement import DECIMALS, Integers, _decimal, settle
from transfer_calc.allocation.vectors import MOST_NAMED, Floats
from transfer_calc.allocation.whole_groups import Group, settle_groups
from transfer_calc.allocation.whole_moves import settle_by_moves
from transfer_calc.allocation.whole_search import Rows, settle_classes
from transfer_calc.issues import AllocationError, Collector, Issue, Place, UsageError
from transfer_calc.rounding import round_half_up
from transfer_calc.text import Text

Way = Literal["largest_remainder", "groups", "search", "moves"]


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A row that the whole units do not keep.

    Attributes:
        row: Its position in the problem.
        excess: By how much it is broken, in the unit of the row: positive above, negative below.
        units: The same in whole settle units, at least 1.
    """

    row: int
    excess: float
    units: int


@dataclass(frozen=True)
class WholeAmounts:
    """Settled amounts.

    Attributes:
        units: Whole settle units of each variable, Σ exact.
        way: The step that found them.
        relaxed: Hard rows that are not kept to the unit; empty as a rule.
        issues: Warnings: relaxed rows (TC547; TC549 where whole amounts may exist that were not
            found) and bounds (TC546).
    """

    units: Integers
    way: Way
    relaxed: tuple[Relaxed, ...] = ()
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True)
class _Prepared:
    """The hard rows in units; `sums` are those that limit a plain sum, with whole limits."""

    rows: Rows
    position: NDArray[np.intp]
    scale: Floats
    sums: NDArray[np.bool_]


def settle_rows(
    problem: Problem, amounts: Any, total_units: int, unit: Any, ties: Sequence[str] | None = None
) -> WholeAmounts:
    """Settle amounts to whole units inside floors, caps and hard rows.

    Floors are rounded up and caps down. Where no whole unit lies between the two, both neighbours are
    allowed and the county is named (TC546). An amount differs from its exact one by less than a unit, unless
    a bound that is no whole unit or a row forces more. Priced rows are not kept to the unit.

    Args:
        problem: The feasible set, in the unit of the amounts.
        amounts: Amounts that keep it, shape (n,).
        total_units: What they add up to, in settle units.
        unit: The settle unit in the unit of the amounts: `"0.0001"` settles 万元 to 元.
        ties: What decides between equal remainders, smallest first; the labels by default.

    Returns:
        The units, and what could not be kept.

    Raises:
        AllocationError: If the amounts do not add up to the total (TC508), the bounds leave no way to it
            (TC510) or an amount is too large (TC512).
        UsageError: If the amounts are not one for each variable.
    """
    size = float(_decimal(unit))
    exact = np.asarray(amounts, dtype=np.float64) / size
    if exact.shape != (problem.size,):
        raise UsageError(f"{exact.size} amounts for {problem.size} variables")
    names = list(problem.labels) if ties is None else [str(tie) for tie in ties]
    least, most, outside = _bounds(problem, exact, size)
    try:
        units = settle(exact, int(total_units), floor=least, cap=most, ties=names)
    except AllocationError as error:
        if {found.code for found in error.issues} != {"TC510"}:
            raise
        # Bounds rounded inwards leave no way to the total; rounded outwards they do.
        least, most, outside = _bounds(problem, exact, size, outwards=True)
        units = settle(exact, int(total_units), floor=least, cap=most, ties=names)
    exact = round_half_up(exact, DECIMALS)
    prepared = _rows(problem, size)
    places = np.empty(exact.size, dtype=np.intp)
    places[np.argsort(np.asarray(names, dtype=str), kind="stable")] = np.arange(exact.size)
    units, way, proved = _kept(exact, int(total_units), least, most, places, prepared, units)
    relaxed = _relaxed(problem, prepared, units, size)
    return WholeAmounts(units, way, relaxed, _issues(problem, units, size, outside, relaxed, proved=proved))


def _kept(
    exact: Floats,
    total: int,
    least: Floats,
    most: Floats,
    places: NDArray[np.intp],
    prepared: _Prepared,
    units: Integers,
) -> tuple[Integers, Way, bool]:
    """Units that keep the rows, by the first step that does; and whether what they break must be broken."""
    rows = prepared.rows
    broken = rows.excess(units) != 0
    if not broken.any():
        return units, "largest_remainder", True
    held = np.zeros(broken.size, dtype=np.bool_)
    while (broken & prepared.sums & ~held).any():
        held |= broken & prepared.sums
        groups = [_group(rows, row) for row in np.flatnonzero(held).tolist()]
        grouped = settle_groups(exact, total, least, most, places, groups)
        if grouped is None:
            break
        units = grouped
        broken = rows.excess(units) != 0
        if not broken.any():
            return units, "groups", True
    searched = settle_classes(exact, least, most, places, rows, units)
    if searched is not None:
        return searched.units, "search", searched.proved
    return settle_by_moves(exact, least, most, places, rows, units), "moves", False


def _bounds(
    problem: Problem, exact: Floats, size: float, *, outwards: bool = False
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Whole bounds, and where they had to be rounded outwards."""
    lower, upper = (
        round_half_up(problem.lower / size, DECIMALS),
        round_half_up(problem.upper / size, DECIMALS),
    )
    if problem.is_integer:
        # Who is chosen stays chosen, and nobody else is added.
        chosen = exact > 1e-6
        upper = np.where(chosen, upper, np.minimum(upper, np.maximum(lower, 0.0)))
        if problem.least_if_any is not None:
            any_award = round_half_up(problem.least_if_any / size, DECIMALS)
            lower = np.where(chosen, np.maximum(lower, any_award), lower)
    outside = np.ceil(lower) > np.floor(upper)
    if outwards:
        outside = outside | (lower != np.floor(lower)) | (upper != np.floor(upper))
    least = np.where(outside, np.floor(lower), np.ceil(lower))
    most = np.where(outside, np.ceil(upper), np.floor(upper))
    return least, most, outside


def _rows(problem: Problem, size: float) -> _Prepared:
    """The hard rows in units; the row over everything that fixes the total is left to the total."""
    matrix = csr_array(problem.matrix, copy=True)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    filled = np.diff(matrix.indptr)
    starts = matrix.indptr[:-1][filled > 0]
    largest, smallest = np.ones(filled.size), np.ones(filled.size)
    if starts.size:
        largest[filled > 0] = np.maximum.reduceat(matrix.data, starts)
        smallest[filled > 0] = np.minimum.reduceat(matrix.data, starts)
    plain = (largest == smallest) & (filled > 0)
    scale = np.where(plain, largest, np.maximum(np.abs(largest), np.abs(smallest)))
    pot = np.arange(filled.size) == problem.pool_row
    hard = (filled > 0) & np.isinf(problem.row_price) & ~(pot & plain & (filled == problem.size))
    at = np.flatnonzero(hard)
    lower, upper = _in_units(problem, at, scale[at] * size)
    sums = plain[at]
    least, most = np.where(sums, np.ceil(lower), lower), np.where(sums, np.floor(upper), upper)
    none_between = least > most
    least, most = np.where(none_between, np.floor(lower), least), np.where(none_between, np.ceil(upper), most)
    return _Prepared(
        Rows(csr_array(diags_array(1 / scale[at]) @ matrix[at]), least, most), at, scale[at], sums
    )


def _in_units(problem: Problem, at: NDArray[np.intp], scale: Floats) -> tuple[Floats, Floats]:
    """Limits of rows divided by their scale, to six decimals; a negative scale turns them round."""
    one, other = (
        round_half_up(limit[at] / scale, DECIMALS) for limit in (problem.row_lower, problem.row_upper)
    )
    return np.minimum(one, other), np.maximum(one, other)


def _group(rows: Rows, row: int) -> Group:
    members = rows.matrix.indices[rows.matrix.indptr[row] : rows.matrix.indptr[row + 1]]
    return Group(members.astype(np.intp), float(rows.lower[row]), float(rows.upper[row]))


def _relaxed(problem: Problem, prepared: _Prepared, units: Integers, size: float) -> tuple[Relaxed, ...]:
    """The rows as they were asked for, against the units."""
    at = prepared.position
    lower, upper = _in_units(problem, at, prepared.scale * size)
    asked = Rows(prepared.rows.matrix, lower, upper)
    excess = asked.excess(units)
    return tuple(
        Relaxed(
            int(at[row]),
            float(excess[row] * prepared.scale[row] * size),
            max(int(np.ceil(abs(excess[row]) - 1e-6)), 1),
        )
        for row in np.flatnonzero(excess)
    )


def _issues(
    problem: Problem,
    units: Integers,
    size: float,
    outside: NDArray[np.bool_],
    relaxed: Sequence[Relaxed],
    *,
    proved: bool,
) -> tuple[Issue, ...]:
    problems = Collector()
    given = units * size
    slack = 1e-6 * size
    crossed = outside & ((given < problem.lower - slack) | (given > problem.upper + slack))
    for row in np.flatnonzero(crossed)[:MOST_NAMED]:
        problems.add(
            "TC546",
            Place(code=problem.labels[row]),
            floor=f"{problem.lower[row]:.12g}",
            cap=f"{problem.upper[row]:.12g}",
            who=setters(problem, int(row)),
            paid=f"{given[row]:.12g}",
        )
    if int(crossed.sum()) > MOST_NAMED:
        problems.add("TC407", count=int(crossed.sum()) - MOST_NAMED)
    for one in relaxed[:MOST_NAMED]:
        constraint = problem.constraints[problem.row_of[one.row]]
        label = problem.row_label[one.row]
        problems.add(
            "TC547" if proved else "TC549",
            Place(name=label or None),
            name=constraint.name,
            units=Text("一个", "one settle unit")
            if one.units == 1
            else Text(f" {one.units} 个", f"{one.units} settle units"),
        )
    if len(relaxed) > MOST_NAMED:
        problems.add("TC407", count=len(relaxed) - MOST_NAMED)
    return tuple(problems)


def setters(problem: Problem, variable: int) -> Text:
    """Who set the floor and the cap of a variable, as far as anybody did."""
    found = [
        problem.constraints[by].name
        for by in (int(problem.floor_by[variable]), int(problem.cap_by[variable]))
        if by >= 0
    ]
    names = list(dict.fromkeys(found))
    return Text("、".join(f"「{name.zh}」" for name in names), " and ".join(f"“{name.en}”" for name in names))
