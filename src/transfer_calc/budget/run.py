"""Solving a built budget: its objectives in order, ceilings added where an answer breaks them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from transfer_calc.allocation.conflict import explain_conflict
from transfer_calc.allocation.problem import (
    Constraint,
    GreatestCoverage,
    LeastDeviation,
    LeastSquares,
    Problem,
    Route,
    Solution,
)
from transfer_calc.allocation.solving import InfeasibleError, solve
from transfer_calc.budget.build import Aim, Built
from transfer_calc.budget.ceilings import SLACK, Ratio, bounded, broken_pairs, level_range, resources, slope
from transfer_calc.budget.rows import picked
from transfer_calc.issues import AllocationError, Issue, issue
from transfer_calc.text import Text
from transfer_calc.units import plain

Floats = NDArray[np.float64]
Extend = Callable[..., None] | None

MOST_ROUNDS = 200


@dataclass(frozen=True)
class Stage:
    """One solve: the objectives it took in order, the problem with all its rows, and the answer."""

    aims: tuple[Aim, ...]
    problem: Problem
    solution: Solution

    @property
    def reached(self) -> tuple[float, ...]:
        """The value of each objective, in order."""
        return self.solution.reached or (self.solution.value,)


def run(built: Built, route: Route | None, extend: Extend) -> tuple[Stage, ...]:
    """Solve in order; coverage that counts only up to a point is then held as a floor.

    Raises:
        AllocationError: Where no allocation keeps the constraints, with what conflicts.
    """
    problem, stages = built.problem, list[Stage]()
    for aims in _stages(built.aims):
        stage = _at_best_level(aims, problem, built, route, extend)
        stage = stage or _with_ceilings(aims, problem, built, route, extend)
        stages.append(stage)
        last = aims[-1]
        if last.up_to is not None:
            problem = _held(stage, last)
    return tuple(stages)


def _stages(aims: Sequence[Aim]) -> list[tuple[Aim, ...]]:
    found: list[list[Aim]] = [[]]
    for aim in aims:
        found[-1].append(aim)
        if aim.up_to is not None:
            found.append([])
    return [tuple(each) for each in found if each]


def _held(stage: Stage, aim: Aim) -> Problem:
    """What was covered, up to the point where it stops to count, as floors of the next stage.

    The lexicographic optimum cut off at a coverage is the optimum of the coverage cut off there, and it is
    the only one: so these floors hold exactly what was reached.
    """
    coverage, problem, amounts = aim.arrays, stage.problem, stage.solution.amounts
    assert isinstance(coverage, GreatestCoverage)
    assert aim.up_to is not None
    least = np.clip(aim.up_to * coverage.need - coverage.own, None, amounts)
    share = f"{aim.up_to * 100:.10g}%"
    name = Text(f"先保障到{share}", f"coverage up to {share} first")
    higher = least > problem.lower
    return replace(
        problem,
        lower=np.where(higher, least, problem.lower),
        floor_by=np.where(higher, len(problem.constraints), problem.floor_by),
        constraints=(*problem.constraints, Constraint(name, None, None, "floor")),
    )


def _at_best_level(
    aims: tuple[Aim, ...], problem: Problem, built: Built, route: Route | None, extend: Extend
) -> Stage | None:
    """With one ceiling and a deviation as objective: the best level of the poorest, by its slope.

    Returns:
        `None` where this way is not open: other objectives, several ceilings, or no level at all.
    """
    deviates = len(aims) == 1 and isinstance(aims[0].arrays, (LeastSquares, LeastDeviation))
    layout = built.layout
    if len(built.ceilings) != 1 or not deviates or problem.is_integer or not layout.single:
        return None
    ceiling = built.ceilings[0]
    limits = level_range(ceiling, problem, layout)
    if limits is None:
        return None

    def at(level: float) -> tuple[Stage, float] | None:
        inside = bounded(ceiling, problem, layout, level)
        try:
            solution = solve(inside, [aims[0].arrays], route=route, extend=extend)
        except InfeasibleError:
            return None
        return Stage(aims, inside, solution), slope(ceiling, inside, layout, solution)

    low, high = limits
    inward = SLACK * 1e-2 * max(abs(low), abs(high))
    first, last = at(low) or at(low + inward), at(high) or at(high - inward)
    if first is None or last is None:
        middle = at((low + high) / 2)
        return None if middle is None else middle[0]
    if first[1] >= 0:
        return first[0]
    if last[1] <= 0:
        return last[0]
    return _between(at, (low, *first), (high, *last))


_Point: TypeAlias = tuple[float, Stage, float]


def _between(at: Callable[[float], tuple[Stage, float] | None], first: _Point, last: _Point) -> Stage:
    """Where the slope changes its sign: along the chord, and by halves where that is slow."""
    low, high = first, last
    best = min(first, last, key=lambda point: abs(point[2]))
    for step in range(MOST_ROUNDS):
        chord = low[0] - low[2] * (high[0] - low[0]) / (high[2] - low[2])
        level = chord if step % 3 != 2 and low[0] < chord < high[0] else (low[0] + high[0]) / 2
        found = None if high[0] - low[0] <= 1e-13 * abs(high[0]) else at(level)
        if found is None:
            break
        point = (level, *found)
        best = min(best, point, key=lambda one: abs(one[2]))
        if abs(point[2]) <= 1e-11 * (abs(first[2]) + abs(last[2])):
            break
        low, high = (point, high) if point[2] < 0 else (low, point)
    return min(low, high, best, key=lambda one: one[1].solution.value)[1]


def _with_ceilings(
    aims: tuple[Aim, ...], problem: Problem, built: Built, route: Route | None, extend: Extend
) -> Stage:
    """Solve; where the richest has too much against the poorest, add the pairs that show it and solve again.

    What holds for some pairs is a weaker demand than what holds for all. So an answer that meets all of them
    is the best one, and a conflict with some of them is a conflict.
    """
    arrays = [aim.arrays for aim in aims]
    known: set[tuple[int, int, int]] = set()
    for _ in range(MOST_ROUNDS):
        solution = _solved(problem, arrays, built, route, extend)
        added = False
        for ceiling in built.ceilings:
            pairs = [
                pair
                for pair in broken_pairs(ceiling, built.layout, solution.amounts)
                if (ceiling.owner, *pair) not in known
            ]
            if pairs:
                known |= {(ceiling.owner, *pair) for pair in pairs}
                problem = _with_pairs(problem, ceiling, pairs, built)
                added = True
        if not added:
            _check_ceilings(problem, built, solution)
            return Stage(aims, problem, solution)
    name = problem.constraints[built.ceilings[0].owner].name
    raise AllocationError([issue("TC557", name=name, rounds=MOST_ROUNDS)])


def _with_pairs(problem: Problem, ceiling: Ratio, pairs: Sequence[tuple[int, int]], built: Built) -> Problem:
    """Rows `(own_i + x_i) / size_i ≤ ratio · (own_j + x_j) / size_j`, times the smaller of the two sizes."""
    rich, poor = np.asarray([pair[0] for pair in pairs]), np.asarray([pair[1] for pair in pairs])
    smaller = np.minimum(ceiling.size[rich], ceiling.size[poor])
    one, other = smaller / ceiling.size[rich], ceiling.ratio * smaller / ceiling.size[poor]
    count = np.arange(len(pairs), dtype=np.intp)
    matrix = picked(
        np.concatenate([count, count]), np.concatenate([rich, poor]), np.concatenate([one, -other]),
        (len(pairs), built.layout.size),
    )  # fmt: skip
    codes = built.figures.panel.codes
    return replace(
        problem,
        matrix=csr_array(vstack([problem.matrix, built.layout.spread(matrix)], format="csr")),
        row_lower=np.append(problem.row_lower, np.full(len(pairs), -np.inf)),
        row_upper=np.append(problem.row_upper, other * ceiling.own[poor] - one * ceiling.own[rich]),
        row_of=np.append(problem.row_of, np.full(len(pairs), ceiling.owner)),
        row_label=(*problem.row_label, *(f"{codes[first]}–{codes[second]}" for first, second in pairs)),
    )


def _check_ceilings(problem: Problem, built: Built, solution: Solution) -> None:
    """The pairs that were added are held only as well as the solver holds its rows."""
    for ceiling in built.ceilings:
        heads = resources(ceiling, built.layout, solution.amounts)
        if heads.size and heads.max() > ceiling.ratio * heads.min() + 1e-5 * abs(heads.max()):
            name = problem.constraints[ceiling.owner].name
            raise AllocationError([issue("TC557", name=name, rounds=MOST_ROUNDS)])


def _solved(
    problem: Problem, objectives: list[Any], built: Built, route: Route | None, extend: Extend
) -> Solution:
    unit = plain(built.figures.prepared.budget.pool.unit)
    try:
        return solve(problem, objectives, route=route, extend=extend)
    except InfeasibleError as error:
        conflict = explain_conflict(error.problem, unit)
        issues = (issue("TC558"),) if conflict is None else conflict.issues
        raise AllocationError([at_home(found, built, problem) for found in issues]) from None
    except AllocationError as error:
        raise AllocationError([at_home(found, built, problem) for found in error.issues]) from None


def at_home(found: Issue, built: Built, problem: Problem) -> Issue:
    """An issue with the cell and the name of the recipient instead of the label of a variable."""
    code = found.place.code
    if code is None or code not in problem.labels:
        return found
    row = int(built.layout.recipient[problem.labels.index(code)])
    return replace(found, place=replace(built.figures.panel.place(row), name=found.place.name))
