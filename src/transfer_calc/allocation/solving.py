"""Solve a fixed pot under constraints: choose the route, take the objectives in order, check the answer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from transfer_calc.allocation import checking
from transfer_calc.allocation.holding import crossed, hold, required, spend_exactly
from transfer_calc.allocation.linear import Linear, formulate, money_unit
from transfer_calc.allocation.problem import (
    Floats,
    GreatestCoverage,
    LeastDeviation,
    LeastDisparity,
    LeastSquares,
    Objective,
    Problem,
    Route,
    Solution,
)
from transfer_calc.allocation.pulp_route import Extend, own_rows
from transfer_calc.allocation.routes import (
    Answer,
    InfeasibleError,
    Way,
    answer_of,
    bound_price,
    has_open_mean,
    mean_price,
)
from transfer_calc.allocation.supported import refuse_unsupported
from transfer_calc.issues import AllocationError, Issue, Place, UsageError, issue
from transfer_calc.text import Text


def solve(
    problem: Problem,
    objectives: Objective | Sequence[Objective],
    route: Route | None = None,
    extend: Extend | None = None,
    *,
    solver: Any = None,
    seconds: float | None = None,
) -> Solution:
    """Find the best allocation and prove it.

    Args:
        problem: The feasible set.
        objectives: One, or several in order: each holds what the ones before it have reached.
        route: `closed_form`, `highs` or `pulp`; `None` takes the first that supports the pair.
        extend: A function that receives the PuLP model and the amounts by label and adds constraints.
        solver: A PuLP solver for the PuLP route, `None` for HiGHS.
        seconds: A time limit for each model that a solver gets.

    Returns:
        The checked answer. Amounts in the unit of the pot, prices in the unit of the last objective.

    Raises:
        InfeasibleError: If nothing meets all constraints.
        AllocationError: If the pair is not supported (TC525 to TC527), the objective has no end (TC532), its
            figures are no good (TC533), or the answer does not pass the check (TC528 to TC530).
        UsageError: If no objective is given, or `extend` is used with another route than PuLP.
    """
    order = list(objectives) if isinstance(objectives, Sequence) else [objectives]
    if not order:
        raise UsageError("at least one objective is needed")
    if extend is not None and route not in {None, "pulp"}:
        raise UsageError("extend receives a PuLP model: use route='pulp'")
    whole, later = problem, extend
    if extend is not None:
        joined = own_rows(problem, extend)
        if joined is not None:
            whole, later = joined, None
        route = "pulp"
    for objective in order:
        _check_figures(whole, objective)
    if later is not None and len(order) > 1:
        raise AllocationError([issue("TC534", detail=_OWN_VARIABLES)])
    if any(isinstance(one, LeastSquares) for one in order[:-1]):
        raise AllocationError([issue("TC534", detail=_SQUARES_LAST)])
    if whole.is_integer and len(order) > 1:
        raise AllocationError([issue("TC534", detail=_WHOLE_ALONE)])
    return _in_order(whole, problem, order, Way(route or "closed_form", later, solver, seconds), route)


_OWN_VARIABLES = Text(
    "extend 增加了自己的变量，只能有一个目标",
    "extend adds variables of its own, so there can be only one objective",
)
_SQUARES_LAST = Text(
    "最小二乘只有一个最优解，后面的目标不起作用，应放在最后",
    "least squares has one best answer, which leaves nothing to later objectives; it comes last",
)
_WHOLE_ALONE = Text(
    "有取整约束时只能有一个目标", "with whole-number constraints there can be only one objective"
)


def _in_order(
    whole: Problem, original: Problem, order: list[Objective], way: Way, forced: Route | None
) -> Solution:
    current, reached = whole, []
    for place, objective in enumerate(order):
        current = required(current, objective)
        if crossed(current):
            raise InfeasibleError(current)
        current = replace(current, upper=np.maximum(current.lower, current.upper))
        way = replace(
            way, route=refuse_unsupported(current, objective, forced, extended=way.extend is not None)
        )
        answer = answer_of(current, objective, way)
        value, gap = _prove(current, objective, answer)
        reached.append(value)
        if place == len(order) - 1:
            break
        if has_open_mean(current, objective):
            current = spend_exactly(current, answer.amounts)
            answer = answer_of(current, objective, replace(way, route="highs"))
        linear, price = _with_linear(current, objective, answer)
        current = hold(current, objective, answer.amounts, linear, price)
    return _solution(current, whole, original, objective, answer, way.route, reached, gap)


def _with_linear(problem: Problem, objective: Objective, answer: Answer) -> tuple[Linear | None, Floats]:
    if isinstance(objective, GreatestCoverage):
        return None, answer.price
    return answer.linear or formulate(problem, objective), answer.price


def _check_figures(problem: Problem, objective: Objective) -> None:
    """Weights, needs and sizes must be usable; every county that is not is named."""
    weight, need, size = Text("权重", "weight"), Text("需求", "need"), Text("规模", "size")
    found: list[Issue] = []

    def require(figures: Floats, what: Text, *, zero: bool = False) -> None:
        bad = ~(np.isfinite(figures) & ((figures >= 0) if zero else (figures > 0)))
        found.extend(
            issue("TC533", Place(code=problem.labels[one]), what=what, value=f"{figures[one]:.12g}")
            for one in np.flatnonzero(bad)[:20]
        )

    match objective:
        case LeastSquares():
            require(objective.weight, weight)
        case LeastDeviation():
            require(objective.weight, weight, zero=True)
        case LeastDisparity():
            require(objective.size, size)
        case GreatestCoverage():
            require(objective.need, need)
        case _:
            pass
    if found:
        raise AllocationError(found)


def _prove(problem: Problem, objective: Objective, answer: Answer) -> tuple[float, float]:
    """Check the amounts, compute the value again and bound it by the prices."""
    checking.check_amounts(problem, answer.amounts)
    value = checking.measure(problem, objective, answer.amounts)
    size = checking.typical(problem, objective)
    if isinstance(objective, LeastSquares):
        bound = checking.squares_bound(problem, objective, answer.price)
    else:
        assert answer.linear is not None
        if answer.linear.integer is not None:
            if math.isnan(answer.proved):
                return value, math.nan
            bound = answer.linear.sign * answer.proved
        else:
            values = answer.values
            if values is None:
                values = np.zeros(len(answer.linear.cost))
                values[-1] = value
            bound = checking.linear_bound(problem, answer.linear, values, answer.price)
    gap = checking.relative_gap(value, bound, size)
    if not problem.is_integer:
        checking.check_gap(gap, value, bound)
    return value, gap


def _solution(
    current: Problem,
    whole: Problem,
    original: Problem,
    objective: Objective,
    answer: Answer,
    route: Route,
    reached: list[float],
    gap: float,
) -> Solution:
    rows = original.matrix.shape[0]
    amounts = answer.amounts
    nothing = len(answer.price) == 0
    sign = answer.linear.sign if answer.linear is not None else 1.0
    own = np.full(rows, np.nan) if nothing else sign * answer.price[:rows]
    if isinstance(objective, LeastDisparity) and answer.linear and answer.linear.start is not None:
        own[current.pool_row] += mean_price(current, objective, answer) if not nothing else 0.0
    bound = np.full(original.size, np.nan) if nothing else bound_price(current, objective, answer)
    close = checking.CLOSE * money_unit(whole)
    raised = (current.lower > whole.lower + close) & (amounts <= current.lower + close)
    lowered = (current.upper < whole.upper - close) & (amounts >= current.upper - close)
    at_own = (amounts <= whole.lower + close) | (amounts >= whole.upper - close)
    return Solution(
        amounts=amounts,
        value=reached[-1],
        route=route,
        row_price=own,
        bound_price=bound,
        broken=np.where(np.isfinite(original.row_price), checking.broken_by(original, amounts), 0.0),
        gap=gap,
        levels=answer.levels,
        reached=tuple(reached),
        held=(raised | lowered) & ~at_own if len(reached) > 1 else None,
    )


__all__ = ["InfeasibleError", "solve"]
