"""Closed forms where only the pot and the bounds hold: every free recipient stands at one common level.

`x = clip(base + slope · s, lower, upper)` and the level `s` closes the pot. The sum is a rising, piecewise
linear function of the level; Newton's steps inside a bracket end on the one straight piece that holds the
pot, where the level is a single division.
"""

from __future__ import annotations

import math

import numpy as np

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

STEPS = 200


class NoLevelError(ArithmeticError):
    """No level brings the sum to the total: the bounds do not allow it."""


def fill(base: Floats, slope: Floats, lower: Floats, upper: Floats, total: float) -> tuple[Floats, float]:
    """Amounts `clip(base + slope · level, lower, upper)` that add up to a total, and the level.

    Args:
        base: Amounts at level 0.
        slope: Rise of each amount with the level, not negative.
        lower: Least amounts.
        upper: Greatest amounts, `inf` allowed.
        total: What the amounts shall add up to.

    Raises:
        NoLevelError: If the lower bounds exceed the total or the upper bounds stay below it.
    """
    least, most = float(np.sum(lower)), float(np.sum(upper))
    slack = 1e-12 * (abs(total) + float(np.abs(lower).sum()))
    if least > total + slack or most < total - slack:
        raise NoLevelError
    rising = slope > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        starts = np.where(rising, (lower - base) / slope, 0.0)
        ends = np.where(rising, (upper - base) / slope, 0.0)
    low = float(starts.min(initial=0.0))
    finite = ends[np.isfinite(ends)]
    high = max(float(finite.max(initial=0.0)), float(starts.max(initial=0.0)))
    if not np.isfinite(ends).all():
        open_ended = ~np.isfinite(ends)
        high = max(high, (total - least) / float(slope[open_ended].sum()) + high + 1.0)
        while _paid(base, slope, lower, upper, high) < total:
            high = 2 * abs(high) + 1
    level = 0.5 * (low + high) if not low <= 0.0 <= high else 0.0
    for _ in range(STEPS):
        amounts = np.clip(base + slope * level, lower, upper)
        excess = float(amounts.sum()) - total
        if abs(excess) <= 1e-15 * abs(total):
            break
        if excess > 0:
            high = min(high, level)
        else:
            low = max(low, level)
        free = (starts < level) & (level < ends) if excess > 0 else (starts <= level) & (level < ends)
        grade = float(slope[free].sum())
        step = level - excess / grade if grade > 0 else math.inf
        new = step if low < step < high else 0.5 * (low + high)
        if new == level or high - low <= 4e-16 * max(abs(low), abs(high)):
            break
        level = new
    return np.clip(base + slope * level, lower, upper), level


def _paid(base: Floats, slope: Floats, lower: Floats, upper: Floats, level: float) -> float:
    return float(np.clip(base + slope * level, lower, upper).sum())


def only_the_pot(problem: Problem) -> bool:
    """Whether nothing holds beside the bounds and one hard row that sums all amounts."""
    matrix = problem.matrix
    return bool(
        matrix.shape[0] == 1
        and not problem.is_integer
        and matrix.nnz == problem.size
        and (matrix.data == 1.0).all()
        and math.isinf(problem.row_price[0])
    )


def closed_form(problem: Problem, objective: Objective) -> tuple[Floats, Floats]:
    """The answer where only the pot and the bounds hold.

    Returns:
        The amounts and the price of the pot's row (what one unit more in the pot adds to the objective).

    Raises:
        NoLevelError: If the bounds do not let the pot be paid out.
    """
    match objective:
        case LeastSquares(target=target, weight=weight):
            amounts, level = _within_pot(problem, target, 1.0 / weight)
            return amounts, np.array([level])
        case LeastDeviation(target=target, weight=weight):
            return _deviation(problem, target, weight)
        case LeastDisparity(own=own, size=size, measure="mean_deviation"):
            return _mean_deviation(problem, own, size)
        case LeastDisparity(own=own, size=size):
            return _range(problem, own, size)
        case GreatestCoverage(own=own, need=need):
            return _coverage(problem, own, need)
        case LeastCost():
            return _cost(problem)


def _wanted(problem: Problem, free_total: float) -> float:
    """The total paid out, given what would be paid out if the pot did not bind."""
    return min(max(free_total, float(problem.row_lower[0])), problem.pool)


def _within_pot(problem: Problem, base: Floats, slope: Floats) -> tuple[Floats, float]:
    free = np.clip(base, problem.lower, problem.upper)
    total = _wanted(problem, float(free.sum()))
    if total == float(free.sum()):
        return free, 0.0
    return fill(base, slope, problem.lower, problem.upper, total)


def _deviation(problem: Problem, target: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """The lightest weights move first; within one weight all move by the same step."""
    lower, upper = problem.lower, problem.upper
    start = np.clip(target, lower, upper)
    total = _wanted(problem, float(start.sum()))
    rest = total - float(start.sum())
    if rest == 0:
        return start, np.zeros(1)
    room = upper - start if rest > 0 else start - lower
    amounts, price = start.copy(), 0.0
    for one in np.unique(weight):
        here = weight == one
        available = float(room[here].sum())
        price = math.copysign(one, rest)
        if available < abs(rest):
            amounts[here] = upper[here] if rest > 0 else lower[here]
            rest -= math.copysign(available, rest)
            continue
        goal = float(start[here].sum()) + rest
        amounts[here], _ = fill(start[here], np.ones(int(here.sum())), lower[here], upper[here], goal)
        return amounts, np.array([price])
    if abs(rest) > 1e-12 * (abs(total) + float(np.abs(lower).sum())):
        raise NoLevelError
    return amounts, np.array([price])


def _cost(problem: Problem) -> tuple[Floats, Floats]:
    least = float(problem.lower.sum())
    total = _wanted(problem, least)
    if total == least:
        return problem.lower.copy(), np.zeros(1)
    # Any division of what the pot adds is a least one; equal steps treat equals equally.
    amounts, _ = fill(problem.lower, np.ones(problem.size), problem.lower, problem.upper, total)
    return amounts, np.array([math.copysign(1.0, total - least)])


def _coverage(problem: Problem, own: Floats, need: Floats) -> tuple[Floats, Floats]:
    total = min(problem.pool, float(problem.upper.sum()))
    if total < problem.row_lower[0] - 1e-12 * abs(problem.row_lower[0]):
        raise NoLevelError
    amounts, _ = fill(-own, need, problem.lower, problem.upper, total)
    coverage = (own + amounts) / need
    lowest = coverage.min()
    at_least = coverage <= lowest * (1 + 1e-12)
    # One unit more raises the least covered only where none of them is held by a cap.
    blocked = (at_least & (amounts >= problem.upper)).any() or total < problem.pool
    return amounts, np.array([0.0 if blocked else 1.0 / float(need[at_least].sum())])


def _range(problem: Problem, own: Floats, size: Floats) -> tuple[Floats, Floats]:
    lower, upper = problem.lower, problem.upper
    total = min(problem.pool, float(upper.sum()))
    if total < problem.row_lower[0] - 1e-12 * abs(problem.row_lower[0]):
        raise NoLevelError
    amounts, level = fill(-own, size, lower, upper, total)
    highest_floor = float(((own + lower) / size).max())
    lowest_cap = float(((own + upper) / size).min())
    # Above both ends every unit paid out only widens the range; the pot need not be spent.
    best = max(highest_floor, lowest_cap)
    if level > best:
        spent = max(_paid(-own, size, lower, upper, best), float(problem.row_lower[0]))
        if spent < total:
            total = spent
            amounts, level = fill(-own, size, lower, upper, total)
    price = 0.0
    free = (amounts > lower) & (amounts < upper)
    binds = problem.row_lower[0] == problem.row_upper[0] or total in {problem.pool, problem.row_lower[0]}
    if binds and free.any():
        grade = 1.0 / float(size[free].sum())
        price = grade if level > best else -grade if level < min(highest_floor, lowest_cap) else 0.0
    return amounts, np.array([price])


def _mean_deviation(problem: Problem, own: Floats, size: Floats) -> tuple[Floats, Floats]:
    """With the pot paid out exactly the mean is fixed, and the level that fills is a least one."""
    total_size = math.fsum(size)
    mean = (math.fsum(own) + problem.pool) / total_size
    return _deviation(problem, size * mean - own, np.full(problem.size, 1.0 / total_size))


def row_prices(problem: Problem, objective: Objective, amounts: Floats, price: Floats) -> Floats:
    """Prices for the rows of the objective's linear model, as they change its minimum.

    They prove the closed form: the recipients at the common level share the price of one unit of it.
    """
    match objective:
        case GreatestCoverage():
            return first_level(problem, objective, amounts, price)
        case LeastDisparity(own=own, size=size, measure="range"):
            each = (own + amounts) / size
            raised, lowered = _ends(problem, objective, amounts, each, float(price[0]))
            return np.concatenate([price, -raised, lowered])
        case _:
            return price


def first_level(problem: Problem, objective: GreatestCoverage, amounts: Floats, nested: Floats) -> Floats:
    """Row prices of the first level, from those of the nested filling.

    The least covered stand at a cap of their own, or in the smallest group that holds them down. One unit
    more for that group raises them all together; groups inside it that are held up keep what they have.
    """
    own, need = objective.own, objective.need
    coverage = (own + amounts) / need
    lowest = float(coverage.min())
    least = coverage <= lowest + 1e-10 * max(abs(lowest), float(np.abs(coverage).mean()))
    capped = np.flatnonzero(least & (amounts >= problem.upper))
    rows, share = np.zeros(problem.matrix.shape[0]), np.zeros(problem.size)
    if len(capped):
        share[capped[0]] = 1.0 / need[capped[0]]
        return np.concatenate([rows, share])
    matrix = problem.matrix
    above = _groups_above(problem, int(np.flatnonzero(least)[0]))
    typical = 1e-9 * float(np.abs(nested).max(initial=0.0))
    holding = [row for row in above if nested[row] < -typical]
    top = holding[0] if holding else problem.pool_row
    inside = np.zeros(problem.size, dtype=bool)
    inside[matrix.indices[matrix.indptr[top] : matrix.indptr[top + 1]]] = True
    for row in np.argsort(-np.diff(matrix.indptr), kind="stable"):
        members = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        if row != top and nested[row] > typical and len(members) and inside[members].all():
            inside[members] = False
            rows[row] = 1.0 / matrix.data[matrix.indptr[row]]
    raised = least & inside
    price = 1.0 / float(need[raised].sum()) if raised.any() else 0.0
    rows *= price
    rows[top] = -price / matrix.data[matrix.indptr[top]]
    share[raised] = price
    return np.concatenate([rows, share])


def _groups_above(problem: Problem, one: int) -> list[int]:
    """The rows that hold a recipient, the smallest group first."""
    matrix = problem.matrix
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))[matrix.indices == one]
    sizes = np.diff(matrix.indptr)[rows]
    return [int(row) for row in rows[np.argsort(sizes, kind="stable")]]


def _ends(
    problem: Problem, objective: LeastDisparity, amounts: Floats, each: Floats, price: float
) -> tuple[Floats, Floats]:
    n, size = problem.size, objective.size
    free = (amounts > problem.lower) & (amounts < problem.upper)
    shared = np.where(free, 1.0 / float(size[free].sum()), 0.0) if free.any() else np.zeros(n)
    top, bottom = int(each.argmax()), int(each.argmin())
    single_top, single_bottom = np.zeros(n), np.zeros(n)
    single_top[top], single_bottom[bottom] = 1.0 / size[top], 1.0 / size[bottom]
    level = free.any() and each[top] == each[bottom]
    raised = shared if price > 0 or level else single_top
    lowered = shared if price < 0 or level else single_bottom
    return raised, lowered
