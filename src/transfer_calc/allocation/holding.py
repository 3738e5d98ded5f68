"""Holding a reached objective while the next one is taken: what remains is the set of its best points.

For a linear objective complementary slackness describes that set exactly, with any optimal prices: a variable
with a reduced cost stays at its bound, a row with a price stays binding, and everything else stays free. So
no value has to be held with a tolerance.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy import sparse

from transfer_calc.allocation.linear import Linear, around_the_mean, mean_is_fixed
from transfer_calc.allocation.problem import (
    Constraint,
    Floats,
    GreatestCoverage,
    LeastCost,
    LeastDeviation,
    LeastDisparity,
    Objective,
    Problem,
)
from transfer_calc.text import Text

ZERO = 1e-8
"""Prices below this part of a typical one are rounding."""


def required(problem: Problem, objective: Objective) -> Problem:
    """The feasible set with what the objective itself demands: a coverage to be reached is a floor."""
    if not isinstance(objective, LeastCost):
        return problem
    wanted = objective.coverage * objective.need - objective.own
    raised = wanted > problem.lower
    share = f"{objective.coverage:.12g}"
    demand = Constraint(Text(f"保障水平不低于{share}", f"coverage of at least {share}"), kind="floor")
    return replace(
        problem,
        lower=np.maximum(problem.lower, wanted),
        floor_by=np.where(raised, len(problem.constraints), problem.floor_by),
        constraints=(*problem.constraints, demand),
    )


def crossed(problem: Problem) -> bool:
    """Whether a floor stands above a cap by more than rounding."""
    size = np.maximum(np.abs(problem.lower), 1.0)
    return bool((problem.lower > problem.upper + 1e-12 * size).any())


def hold(
    problem: Problem, objective: Objective, amounts: Floats, linear: Linear | None, price: Floats
) -> Problem:
    """The best points of an objective as a problem.

    Args:
        problem: The feasible set it was reached on.
        objective: Any but `LeastSquares`, whose best point is the only one.
        amounts: An optimal point.
        linear: The linear model, `None` for max–min.
        price: The row prices of that model, as they change its minimum.
    """
    if isinstance(objective, GreatestCoverage):
        return _hold_coverage(problem, objective, amounts)
    assert linear is not None
    narrowed = _hold_rows(problem, price[: linear.rows])
    lift = linear.matrix.T @ price
    match objective:
        case LeastDeviation(target=target, weight=weight):
            return _hold_deviation(narrowed, amounts, target, weight, lift[: problem.size])
        case LeastDisparity(measure="mean_deviation") if mean_is_fixed(problem):
            same = around_the_mean(problem, objective)
            lift = lift[: problem.size]
            return _hold_deviation(narrowed, amounts, same.target, same.weight, lift)
        case LeastDisparity(measure="range"):
            reduced = -lift[: problem.size]
            ends = price[linear.rows : linear.rows + 2 * problem.size]
            scale = 1.0 / float(objective.size.sum())
            fixed = _fix(narrowed, amounts, np.abs(reduced) > ZERO * scale)
            return _hold_range(fixed, objective, amounts, ends)
        case LeastCost():
            return _fix(narrowed, amounts, np.abs(1.0 - lift[: problem.size]) > ZERO)
        case _:
            raise TypeError("this objective cannot be held")


def spend_exactly(problem: Problem, amounts: Floats) -> Problem:
    """The same with the pot paid out as it was, no more and no less."""
    low, high = problem.row_lower.copy(), problem.row_upper.copy()
    low[problem.pool_row] = high[problem.pool_row] = float((problem.matrix @ amounts)[problem.pool_row])
    return replace(problem, row_lower=low, row_upper=high)


def _fix(problem: Problem, amounts: Floats, fixed: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Problem:
    return replace(
        problem,
        lower=np.where(fixed, amounts, problem.lower),
        upper=np.where(fixed, amounts, problem.upper),
    )


def _hold_coverage(problem: Problem, objective: GreatestCoverage, amounts: Floats) -> Problem:
    if math.isinf(objective.enough):
        return replace(_all_hard(problem, amounts), lower=amounts, upper=amounts)
    counted = np.minimum((objective.own + amounts) / objective.need, objective.enough)
    least = np.minimum(counted * objective.need - objective.own, amounts)
    return replace(_all_hard(problem, amounts), lower=np.maximum(problem.lower, least))


def _all_hard(problem: Problem, amounts: Floats) -> Problem:
    """Rows with a price are broken as far as they were, and no further."""
    priced = np.isfinite(problem.row_price)
    if not priced.any():
        return problem
    sums = problem.matrix @ amounts
    low = np.where(priced, np.minimum(problem.row_lower, sums), problem.row_lower)
    high = np.where(priced, np.maximum(problem.row_upper, sums), problem.row_upper)
    hard = tuple(replace(one, price=None) for one in problem.constraints)
    return replace(problem, row_lower=low, row_upper=high, constraints=hard)


def _hold_rows(problem: Problem, price: Floats) -> Problem:
    typical = float(np.abs(price).max(initial=0.0))
    up, down = price > ZERO * typical, price < -ZERO * typical
    ceiling = problem.row_price
    spent = np.isfinite(ceiling) & (np.abs(price) >= ceiling * (1 - ZERO))
    low = np.where(down & ~spent, problem.row_upper, problem.row_lower)
    low = np.where(up & spent, -np.inf, np.where(down & spent, problem.row_upper, low))
    high = np.where(up & ~spent, problem.row_lower, problem.row_upper)
    high = np.where(down & spent, np.inf, np.where(up & spent, problem.row_lower, high))
    hard = tuple(replace(one, price=None) for one in problem.constraints)
    return replace(problem, row_lower=low, row_upper=high, constraints=hard)


def _hold_deviation(
    problem: Problem, amounts: Floats, target: Floats, weight: Floats, lift: Floats
) -> Problem:
    """Between the weights the target itself is best; at a weight one side is free; beyond it the bound is."""
    nearest = np.clip(target, problem.lower, problem.upper)
    slack = ZERO * (float(weight.mean()) or 1.0)
    above, below = lift > weight + slack, lift < -weight - slack
    up, down = ~above & (lift >= weight - slack), ~below & (lift <= slack - weight)
    lower = np.where(above, problem.upper, np.where(down, problem.lower, nearest))
    upper = np.where(below, problem.lower, np.where(up, problem.upper, nearest))
    # What the answer is must stay possible, whatever was rounded.
    return replace(problem, lower=np.minimum(lower, amounts), upper=np.maximum(upper, amounts))


def _hold_range(problem: Problem, objective: LeastDisparity, amounts: Floats, ends: Floats) -> Problem:
    """Nobody above the highest, nobody below the lowest; who stands at an end moves with the others there."""
    n, own, size = problem.size, objective.own, objective.size
    held = Constraint(Text("已达到的极差", "the spread already reached"), kind="held")
    result = replace(problem, constraints=(*problem.constraints, held))
    each = (own + amounts) / size
    for share, sign in ((-ends[:n], 1.0), (ends[n:], -1.0)):
        leader = int(np.argmax(share))
        at_end = share > ZERO * share[leader]
        end = float(each[leader])
        if problem.lower[leader] == problem.upper[leader]:
            limit = size * end - own
            if sign > 0:
                result = replace(result, upper=np.maximum(np.minimum(result.upper, limit), amounts))
            else:
                result = replace(result, lower=np.minimum(np.maximum(result.lower, limit), amounts))
            continue
        others = np.delete(np.arange(n), leader)
        k = np.arange(n - 1)
        ratio = size[others] / size[leader]
        rows = sparse.csr_array(
            (
                np.concatenate([np.ones(n - 1), -ratio]),
                (np.concatenate([k, k]), np.concatenate([others, np.full(n - 1, leader)])),
            ),
            shape=(n - 1, n),
        )
        limit = ratio * own[leader] - own[others]
        tied = at_end[others]
        open_low = np.where(tied, limit, -np.inf)
        open_high = np.where(tied, limit, np.inf)
        low, high = (open_low, limit) if sign > 0 else (limit, open_high)
        result = _with_rows(result, rows, low, high, len(result.constraints) - 1)
    return result


def _with_rows(problem: Problem, rows: sparse.csr_array, low: Floats, high: Floats, of: int) -> Problem:
    count = rows.shape[0]
    return replace(
        problem,
        matrix=sparse.csr_array(sparse.vstack([problem.matrix, rows], format="csr")),
        row_lower=np.concatenate([problem.row_lower, low]),
        row_upper=np.concatenate([problem.row_upper, high]),
        row_of=np.concatenate([problem.row_of, np.full(count, of)]),
        row_label=problem.row_label + ("",) * count,
    )
