"""The routes: each takes a problem and an objective and finds amounts and row prices, not yet checked."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from transfer_calc.allocation import checking
from transfer_calc.allocation.coverage import as_squares, by_programs
from transfer_calc.allocation.filling import NoLevelError, closed_form, first_level, only_the_pot, row_prices
from transfer_calc.allocation.highs import Highs, Outcome, quadratic
from transfer_calc.allocation.linear import Linear, around_the_mean, formulate, mean_is_fixed, money_unit
from transfer_calc.allocation.newton import NoPointError, NotConvergedError, least_squares
from transfer_calc.allocation.problem import (
    Floats,
    GreatestCoverage,
    LeastDeviation,
    LeastDisparity,
    LeastSquares,
    Objective,
    Problem,
    Route,
)
from transfer_calc.allocation.pulp_route import Built, Extend, build, solve_built
from transfer_calc.allocation.supported import QUADRATIC_LIMIT
from transfer_calc.issues import AllocationError, issue


class InfeasibleError(AllocationError):
    """No allocation meets all the constraints; `problem` is what cannot be met, for those who explain it."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__([issue("TC531")])


@dataclass(frozen=True)
class Answer:
    """What a route found, before it is checked."""

    amounts: Floats
    price: Floats
    linear: Linear | None = None
    values: Floats | None = None
    levels: Floats | None = None
    proved: float = math.nan


@dataclass(frozen=True)
class Way:
    """How linear models are to be solved."""

    route: Route
    extend: Extend | None
    solver: Any
    seconds: float | None


def answer_of(problem: Problem, objective: Objective, way: Way) -> Answer:
    if way.route == "closed_form":
        return _by_closed_form(problem, objective)
    if isinstance(objective, LeastSquares):
        return _by_quadratic(problem, objective)
    linear = formulate(problem, objective)
    solve_one = _Programs(problem, way)
    if isinstance(objective, GreatestCoverage):
        found = by_programs(problem, objective, linear, solve_one)
        if isinstance(found, Outcome):
            _refuse(problem, found)
            raise AssertionError  # noqa: TRY004 - unreachable: an outcome here is never an optimum
        return Answer(found.amounts, found.first.row_price, linear, found.first.values, found.levels)
    outcome = solve_one(linear)
    _refuse(problem, outcome)
    linear = solve_one.linear
    amounts = np.clip(linear.amounts(outcome.values), problem.lower, problem.upper)
    if linear.integer is not None:
        amounts = _clean(problem, linear, outcome, amounts)
    return Answer(amounts, outcome.row_price, linear, outcome.values, proved=outcome.bound)


class _Programs:
    """Solves linear models on one route; after a PuLP model `linear` includes what the user added."""

    def __init__(self, problem: Problem, way: Way) -> None:
        self._problem, self._way = problem, way
        self._highs = Highs(seconds=way.seconds) if way.route == "highs" else None
        self.linear: Linear

    def __call__(self, linear: Linear) -> Outcome:
        self.linear = linear
        if self._highs is not None:
            return self._highs(linear)
        built: Built = build(self._problem, linear, self._way.extend)
        self.linear = built.linear
        unit = money_unit(self._problem)
        return solve_built(built, unit, solver=self._way.solver, seconds=self._way.seconds)


def _refuse(problem: Problem, outcome: Outcome) -> None:
    if outcome.status == "infeasible":
        raise InfeasibleError(problem)
    if outcome.status == "unbounded":
        raise AllocationError([issue("TC532")])
    if outcome.status == "stopped":
        raise AllocationError([issue("TC530", said=outcome.said)])


def _clean(problem: Problem, linear: Linear, outcome: Outcome, amounts: Floats) -> Floats:
    """With the whole numbers fixed the rest is a linear program, whose answer is exact; a search's is not."""
    assert linear.integer is not None
    fixed = np.round(outcome.values)
    lower = np.where(linear.integer, fixed, linear.lower)
    upper = np.where(linear.integer, fixed, linear.upper)
    again = Highs()(replace(linear, lower=lower, upper=upper, integer=None))
    if again.status != "optimal":
        return amounts
    return np.clip(linear.amounts(again.values), problem.lower, problem.upper)


def _by_closed_form(problem: Problem, objective: Objective) -> Answer:
    if only_the_pot(problem) and not has_open_mean(problem, objective):
        try:
            amounts, price = closed_form(problem, objective)
        except NoLevelError:
            raise InfeasibleError(problem) from None
        if isinstance(objective, LeastSquares):
            return Answer(amounts, price)
        levels = None
        if isinstance(objective, GreatestCoverage):
            levels = (objective.own + amounts) / objective.need
        linear = formulate(problem, objective)
        return Answer(amounts, row_prices(problem, objective, amounts, price), linear, None, levels)
    if isinstance(objective, GreatestCoverage):
        amounts, nested = _squares(problem, as_squares(problem, objective))
        levels = (objective.own + amounts) / objective.need
        price = first_level(problem, objective, amounts, nested)
        return Answer(amounts, price, formulate(problem, objective), None, levels)
    assert isinstance(objective, LeastSquares)
    amounts, price = _squares(problem, objective)
    return Answer(amounts, price)


def _squares(problem: Problem, objective: LeastSquares) -> tuple[Floats, Floats]:
    try:
        return least_squares(problem, objective)
    except NoPointError:
        raise InfeasibleError(problem) from None
    except NotConvergedError:
        raise AllocationError([issue("TC530", said="Newton")]) from None


def _by_quadratic(problem: Problem, objective: LeastSquares) -> Answer:
    """HiGHS's quadratic solver on figures of the order of one."""
    assert problem.size <= QUADRATIC_LIMIT
    unit, mean = money_unit(problem), float(objective.weight.mean())
    bounds = (problem.lower, problem.upper, problem.row_lower, problem.row_upper)
    lower, upper, low, high = (one / unit for one in bounds)
    said, values, price = quadratic(
        objective.target / unit, objective.weight / mean, problem.matrix, (lower, upper, low, high)
    )
    if said == "Infeasible":
        raise InfeasibleError(problem)
    if said != "Optimal":
        raise AllocationError([issue("TC530", said=said)])
    amounts = np.clip(values * unit, problem.lower, problem.upper)
    return Answer(amounts, price * unit * mean)


def has_open_mean(problem: Problem, objective: Objective) -> bool:
    return (
        isinstance(objective, LeastDisparity)
        and objective.measure == "mean_deviation"
        and not mean_is_fixed(problem)
    )


def bound_price(problem: Problem, objective: Objective, answer: Answer) -> Floats:
    """What one unit more of the bound that holds a variable adds to the value; 0 for a free one."""
    amounts, n = answer.amounts, problem.size
    close = checking.CLOSE * money_unit(problem)
    at_lower, at_upper = amounts <= problem.lower + close, amounts >= problem.upper - close
    if answer.linear is None:
        assert isinstance(objective, LeastSquares)
        lift = problem.matrix.T @ answer.price
        inner = objective.weight * (amounts - objective.target) - lift
        steep, flat = inner, inner
        sign = 1.0
    else:
        linear = answer.linear
        lift = (linear.matrix.T @ answer.price)[:n]
        sign = linear.sign
        if linear.start is not None:
            # At the target itself the objective has a kink: any slope between both sides is one.
            weight = linear.cost[:n]
            target = objective.target if isinstance(objective, LeastDeviation) else linear.start
            steep = np.where(amounts >= target, weight, -weight) - lift
            flat = np.where(amounts > target, weight, -weight) - lift
        else:
            steep = flat = linear.cost[:n] - lift
    nearest = np.where(flat > 0, flat, np.where(steep < 0, steep, 0.0))
    signed = np.where(
        at_lower & at_upper,
        nearest,
        np.where(at_lower, np.maximum(nearest, 0), np.where(at_upper, np.minimum(nearest, 0), 0)),
    )
    return sign * signed + 0.0


def mean_price(problem: Problem, objective: LeastDisparity, answer: Answer) -> float:
    """What a unit more in the pot adds to the mean deviation by moving the mean itself."""
    assert answer.linear is not None
    same = around_the_mean(problem, objective)
    lift = (answer.linear.matrix.T @ answer.price)[: problem.size]
    weight, off = same.weight, answer.amounts - same.target
    close = checking.CLOSE * money_unit(problem)
    at_target = np.clip(lift, -weight, weight)
    slope = np.where(off > close, weight, np.where(off < -close, -weight, at_target))
    return -float(np.sum(slope * objective.size)) / float(objective.size.sum())
