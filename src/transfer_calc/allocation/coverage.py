"""Lexicographic max–min of coverage: raise the least covered as far as it goes, then the next, and so on.

Where all rows are sums over groups that lie inside each other or apart (laminar), the answer is one nested
filling, and it is the least-squares point of coverages weighted by need (Fujishige, Lexicographically optimal
base of a polymatroid with respect to a weight vector, 1980). In general one linear program follows
another: each fixes those that stand at the level and cannot rise, because their price is not 0 or their
cap is reached.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from transfer_calc.allocation.highs import Outcome
from transfer_calc.allocation.linear import Block, Linear
from transfer_calc.allocation.problem import Floats, GreatestCoverage, LeastSquares, Problem

STUCK = 1e-9
"""Prices of coverage add up to 1; a share above this says that the county cannot rise."""
SAME = 1e-9
ROOM = (1e-11, 1e-10, 1e-9, 1e-8)
"""Parts of a typical amount by which held levels give way where rounding makes them contradict each other."""


@dataclass(frozen=True)
class Levels:
    """Amounts with the level of each and, of the first program, the outcome."""

    amounts: Floats
    levels: Floats
    first: Outcome


def is_laminar(problem: Problem) -> bool:
    """Whether every row is a plain sum over a group, and any two groups lie inside each other or apart."""
    matrix = problem.matrix
    if problem.is_integer or np.isfinite(problem.row_price).any():
        return False
    sizes = np.diff(matrix.indptr)
    group = np.full(problem.size, -1)
    for row in np.argsort(-sizes, kind="stable"):
        begin, end = matrix.indptr[row], matrix.indptr[row + 1]
        if begin == end:
            continue
        members = matrix.indices[begin:end]
        if (matrix.data[begin:end] != matrix.data[begin]).any() or matrix.data[begin] <= 0:
            return False
        if (group[members] != group[members[0]]).any():
            return False
        group[members] = row
    return True


def as_squares(problem: Problem, objective: GreatestCoverage) -> LeastSquares:
    """The least-squares objective with the same answer under laminar rows.

    Its target lies above every coverage that can be reached, so that a pot that may be left over is spent.
    """
    own, need = objective.own, objective.need
    rest = max(problem.pool - float(problem.lower.sum()), 0.0)
    least = float(need.min())
    high = float(((own + problem.lower) / need).max()) + (rest / least if np.isfinite(rest) else 0.0)
    exact = problem.row_lower[problem.pool_row] == problem.row_upper[problem.pool_row]
    # With an exact pot over all the height of the target does not matter, and a low one is more precise.
    high = _filling_level(problem, objective) if exact else high
    return LeastSquares(high * need - own, 1.0 / need)


def _filling_level(problem: Problem, objective: GreatestCoverage) -> float:
    return (problem.pool + float(objective.own.sum())) / float(objective.need.sum())


def by_programs(
    problem: Problem, objective: GreatestCoverage, linear: Linear, solve: Callable[[Linear], Outcome]
) -> Levels | Outcome:
    """Successive linear programs.

    Args:
        problem: The feasible set.
        objective: Own means and needs.
        linear: The model of the first level: amounts, then the level; a row of coverage for each recipient.
        solve: What solves a linear model.

    Returns:
        Amounts and levels, or the outcome of the first program that has no optimum.
    """
    n, own, need = problem.size, objective.own, objective.need
    level_at, given = n, len(linear.row_lower)
    linear = _with_fines(linear)
    cover = slice(linear.rows, linear.rows + n)
    current, open_ = linear, np.ones(n, dtype=bool)
    first: Outcome | None = None
    lower, row_lower = linear.lower.copy(), linear.row_lower.copy()
    levels = np.zeros(n)
    caps, stride = (own + problem.upper) / need, 1
    while open_.any():
        jump = None
        if stride > 1 and first is not None:
            jump = _jump(problem, current, (caps, open_, stride), solve)
            stride = 2 * stride if jump else 1
        if jump:
            current, outcome, at = jump
            lower, row_lower = current.lower.copy(), current.row_lower.copy()
            levels[at], open_[at] = caps[at], False
        else:
            outcome = solve(current)
        if outcome.status != "optimal" and first is not None:
            outcome = _with_room(problem, current, solve)
        if outcome.status != "optimal":
            # What was feasible for the first level is so for the later ones: rounding is at fault.
            return outcome if first is None else replace(outcome, status="stopped")
        if first is None:
            first = replace(outcome, row_price=outcome.row_price[:given])
            current = _hold_fines(linear, outcome)
            lower, row_lower = current.lower.copy(), current.row_lower.copy()
        level = float(outcome.values[level_at])
        share = np.abs(outcome.row_price[cover]) * need
        capped = caps <= level + SAME * max(1.0, abs(level))
        fixed = open_ & ((share > STUCK * share[open_].sum()) | capped)
        if not fixed.any():
            fixed = open_.copy()
        levels[fixed] = np.minimum(level, caps[fixed])
        open_ &= ~fixed
        stride = max(stride, 2) if (capped | ~fixed).all() else 1
        held = levels * need - own
        lower[:n] = np.where(fixed, np.clip(held, problem.lower, problem.upper), lower[:n])
        row_lower[cover] = np.where(open_, -own, -np.inf)
        current = replace(current, lower=lower.copy(), row_lower=row_lower.copy())
    assert first is not None
    # The last lower bounds are the answer itself, up to those whose floor stands above their level.
    amounts = outcome.values[:n]
    return Levels(amounts, (own + amounts) / need, first)


def _jump(
    problem: Problem,
    current: Linear,
    state: tuple[Floats, NDArray[np.bool_], int],
    solve: Callable[[Linear], Outcome],
) -> tuple[Linear, Outcome, NDArray[np.intp]] | None:
    """Several at their caps at once: right where all fit and nobody else stays below the highest of them."""
    caps, open_, stride = state
    at = np.flatnonzero(open_)
    at = at[np.argsort(caps[at], kind="stable")][:stride]
    if len(at) == int(open_.sum()) or not np.isfinite(caps[at]).all():
        return None
    lower, row_lower = current.lower.copy(), current.row_lower.copy()
    lower[at] = problem.upper[at]
    row_lower[current.rows + at] = -np.inf
    trial = replace(current, lower=lower, row_lower=row_lower)
    outcome = solve(trial)
    if outcome.status != "optimal" or outcome.values[problem.size] < caps[at].max():
        return None
    return trial, outcome, at


def _with_room(problem: Problem, linear: Linear, solve: Callable[[Linear], Outcome]) -> Outcome:
    n = problem.size
    outcome = Outcome("stopped", np.empty(0), np.empty(0), np.nan, "")
    for room in ROOM:
        lower = linear.lower.copy()
        lower[:n] = np.maximum(lower[:n] - room * linear.column_unit[:n], problem.lower)
        outcome = solve(replace(linear, lower=lower))
        if outcome.status == "optimal":
            break
    return outcome


def _with_fines(linear: Linear) -> Linear:
    """One more row, which sums the prices of what is broken; it is open until the first level is known."""
    priced = np.concatenate([linear.above[linear.above >= 0], linear.below[linear.below >= 0]])
    if not len(priced):
        return linear
    row = sparse.csr_array(
        (linear.cost[priced], (np.zeros(len(priced), dtype=int), priced)), shape=(1, len(linear.cost))
    )
    return replace(
        linear,
        matrix=sparse.csr_array(sparse.vstack([linear.matrix, row], format="csr")),
        row_lower=np.append(linear.row_lower, -np.inf),
        row_upper=np.append(linear.row_upper, np.inf),
        row_blocks=(*linear.row_blocks, Block("fines", np.array([-1]))),
    )


def _hold_fines(linear: Linear, first: Outcome) -> Linear:
    """The later levels pay together no more for what is broken than the first."""
    priced = np.concatenate([linear.above[linear.above >= 0], linear.below[linear.below >= 0]])
    if not len(priced):
        return linear
    high, cost = linear.row_upper.copy(), linear.cost.copy()
    high[-1] = float(cost[priced] @ first.values[priced])
    cost[priced] = 0.0
    return replace(linear, row_upper=high, cost=cost)
