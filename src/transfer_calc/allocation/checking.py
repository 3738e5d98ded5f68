"""No solver's word is taken: bounds, rows, objective and duality gap are computed again from the amounts."""

from __future__ import annotations

import math

import numpy as np

from transfer_calc.allocation.linear import Linear, money_unit, reachable
from transfer_calc.allocation.problem import (
    Floats,
    GreatestCoverage,
    LeastCost,
    LeastDeviation,
    LeastDisparity,
    LeastSquares,
    Objective,
    Problem,
)
from transfer_calc.allocation.vectors import MOST_NAMED
from transfer_calc.issues import AllocationError, Issue, Place, issue

CLOSE = 1e-9
"""How far a bound or a hard row may be missed, as a part of the pot."""
GAP = 1e-7
"""The greatest relative gap between the objective and the best one that the prices prove possible."""


def money_in(problem: Problem) -> float:
    """The size of the pot, for comparing; for an empty pot the unit that a solver sees."""
    pool = abs(problem.pool) if math.isfinite(problem.pool) else 0.0
    return max(pool, float(np.abs(problem.lower).sum())) or money_unit(problem)


def broken_by(problem: Problem, amounts: Floats) -> Floats:
    """By how much each row is missed: positive above its upper, negative below its lower value."""
    sums = problem.matrix @ amounts
    missed: Floats = sums - np.clip(sums, problem.row_lower, problem.row_upper)
    return missed


def measure(problem: Problem, objective: Objective, amounts: Floats) -> float:
    """The objective computed from the amounts alone, the price of what is broken included."""
    price, missed = problem.row_price, np.abs(broken_by(problem, amounts))
    priced = np.isfinite(price)
    fine = float(price[priced] @ missed[priced])
    match objective:
        case LeastSquares(target=target, weight=weight):
            return 0.5 * float(weight @ (amounts - target) ** 2) + fine
        case LeastDeviation(target=target, weight=weight):
            return float(weight @ np.abs(amounts - target)) + fine
        case GreatestCoverage(own=own, need=need):
            return float(((own + amounts) / need).min()) - fine
        case LeastDisparity(own=own, size=size, measure="range"):
            each = (own + amounts) / size
            return float(each.max() - each.min()) + fine
        case LeastDisparity(own=own, size=size):
            mean = (float(own.sum()) + float(amounts.sum())) / float(size.sum())
            return float(np.abs(own + amounts - size * mean).sum()) / float(size.sum()) + fine
        case LeastCost():
            return float(amounts.sum()) + fine


def check_amounts(problem: Problem, amounts: Floats) -> None:
    """Check bounds, hard rows and whole-number conditions.

    Raises:
        AllocationError: TC528 for each bound or row that is missed, with the amount.
    """
    allowed = CLOSE * money_in(problem)
    off = np.maximum(problem.lower - amounts, amounts - problem.upper)
    found: list[Issue] = [
        issue("TC528", Place(code=problem.labels[one]), by=f"{off[one]:.12g}")
        for one in np.flatnonzero(~(off <= allowed))[:MOST_NAMED]
    ]
    missed = np.abs(broken_by(problem, amounts))
    heaviest = _greatest_entry(problem)
    wrong = ~(missed <= allowed * heaviest) & np.isinf(problem.row_price)
    for row in np.flatnonzero(wrong)[:MOST_NAMED]:
        name = problem.constraints[problem.row_of[row]].name
        label = problem.row_label[row]
        place = Place(name=f"{name.zh} {label}".strip())
        found.append(issue("TC528", place, by=f"{missed[row]:.12g}"))
    if problem.least_if_any is not None:
        least = problem.least_if_any
        between = (amounts > allowed) & (amounts < least - allowed)
        for one in np.flatnonzero(between)[:MOST_NAMED]:
            by = f"{min(amounts[one], least[one] - amounts[one]):.12g}"
            found.append(issue("TC528", Place(code=problem.labels[one]), by=by))
    if problem.most_recipients is not None:
        given = int((amounts > allowed).sum())
        if given > problem.most_recipients:
            found.append(issue("TC528", by=str(given - problem.most_recipients)))
    if found:
        raise AllocationError(found)


def _greatest_entry(problem: Problem) -> Floats:
    starts, filled = problem.matrix.indptr[:-1], np.diff(problem.matrix.indptr) > 0
    greatest = np.zeros(len(starts))
    if filled.any():
        greatest[filled] = np.maximum.reduceat(np.abs(problem.matrix.data), starts[filled])
    return greatest


def linear_bound(problem: Problem, linear: Linear, values: Floats, price: Floats) -> float:
    """The best objective that row prices prove possible, in natural units: weak duality, nothing else.

    A column without a bound of its own counts as bounded well beyond where it stands; that only keeps
    rounding in the prices from being multiplied by infinity.
    """
    clean = np.where(
        ((price > 0) & np.isinf(linear.row_lower)) | ((price < 0) & np.isinf(linear.row_upper)), 0.0, price
    )
    side = np.where(clean > 0, linear.row_lower, linear.row_upper)
    held = clean != 0
    bound = linear.constant + float(clean[held] @ side[held])
    rest = linear.cost - linear.matrix.T @ clean
    wide = 2.0 * np.abs(values) + 4.0 * linear.column_unit
    lower = np.where(np.isfinite(linear.lower), linear.lower, -wide)
    upper = np.where(np.isfinite(linear.upper), linear.upper, wide)
    first = slice(0, linear.size)
    offset = linear.start if linear.start is not None else 0.0
    upper[first] = np.minimum(linear.upper[first], np.maximum(reachable(problem) - offset, values[first]))
    upper = np.where(np.isfinite(upper), upper, wide)
    return linear.sign * (bound + float(np.minimum(rest * lower, rest * upper).sum()))


def squares_bound(problem: Problem, objective: LeastSquares, price: Floats) -> float:
    """The least value that row prices prove possible for least squares."""
    ceiling = problem.row_price
    clean = np.clip(price, -ceiling, ceiling)
    clean = np.where(
        ((clean > 0) & np.isinf(problem.row_lower)) | ((clean < 0) & np.isinf(problem.row_upper)), 0.0, clean
    )
    held = clean != 0
    side = np.where(clean > 0, problem.row_lower, problem.row_upper)
    lift = problem.matrix.T @ clean
    best = np.clip(objective.target + lift / objective.weight, problem.lower, problem.upper)
    off = best - objective.target
    inner = 0.5 * float(objective.weight @ off**2) - float(lift @ best)
    return inner + float(clean[held] @ side[held])


def relative_gap(value: float, bound: float, size: float) -> float:
    """The distance of value and bound as a part of the larger of the value and what rounding alone can do.

    Args:
        value: The objective of the answer.
        bound: The best one proved possible.
        size: The objective of an answer that is as far off as the pot is large.
    """
    return abs(value - bound) / max(abs(value), 1e-3 * abs(size), 1e-300)


def check_gap(gap: float, value: float, bound: float) -> None:
    """Refuse an answer that its own prices do not prove to be the best.

    Raises:
        AllocationError: TC529.
    """
    if not gap <= GAP:
        raise AllocationError(
            [issue("TC529", value=f"{value:.12g}", bound=f"{bound:.12g}", gap=f"{gap:.3g}")]
        )


def typical(problem: Problem, objective: Objective) -> float:
    """The order of the objective's value, for judging a gap where the value itself is 0."""
    mean = money_in(problem) / max(problem.size, 1)
    match objective:
        case LeastSquares(weight=weight):
            return 0.5 * float(weight.sum()) * mean**2
        case LeastDeviation(weight=weight):
            return float(weight.sum()) * mean
        case GreatestCoverage(need=need):
            return money_in(problem) / float(need.sum())
        case LeastDisparity(size=size):
            return money_in(problem) / float(size.sum())
        case LeastCost():
            return money_in(problem)
