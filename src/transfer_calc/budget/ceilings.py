"""Ceilings on the ratio of richest to poorest: as bounds at one level, or as pairs that show the rest.

All pairs would be n² rows. Where the objective is a deviation from the target, the least resources per head
are the only unknown: with that level given, the ceiling is a floor and a cap for each, and the best value is
convex in the level, with a slope that the prices of these bounds add up to. Elsewhere pairs are added: what
holds for some is a weaker demand than what holds for all, so an answer that meets all is the best one, and a
conflict with some of them is a conflict.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import bmat, csr_array

from transfer_calc.allocation.feasibility import Model, least_cost
from transfer_calc.allocation.problem import Problem, Solution
from transfer_calc.budget.layout import Layout
from transfer_calc.budget.rows import Rows

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

SLACK = 1e-7
"""By how much a ceiling may be missed, relative to the greatest resources per head: a solver's tolerance."""


@dataclass(frozen=True)
class Ratio:
    """A ceiling on richest to poorest: `(own + x) / size` of one at most `ratio` times that of another.

    Attributes:
        owner: Its constraint.
        own: Own resources of each recipient.
        size: Heads of each recipient.
        ratio: The greatest ratio.
        among: Whom it compares.
    """

    owner: int
    own: Floats
    size: Floats
    ratio: float
    among: Positions


def imply(ceiling: Ratio, pool: float, rows: Rows) -> None:
    """Bounds that hold in every plan which keeps a ceiling.

    The richest is no poorer than the richest is at its floor, so nobody may be below that divided by the
    ratio. The poorest is no richer than the level to which the whole pot could raise everybody, so nobody may
    be above the ratio times that.
    """
    layout = rows.layout
    lower = np.asarray(layout.sums(rows.lower), dtype=np.float64)[ceiling.among]
    upper = np.full(layout.size, 0.0)
    upper[layout.recipient] = rows.upper
    own, size = ceiling.own[ceiling.among], ceiling.size[ceiling.among]
    if not own.size:
        return
    richest = float(((own + lower) / size).max())
    least = np.full(layout.size, -np.inf)
    least[ceiling.among] = richest / ceiling.ratio * size - own
    rows.raise_lower(ceiling.owner, least[layout.recipient])
    spare = pool - float(rows.lower.sum())
    if spare < 0:
        return  # the floors alone exceed the pot, and are reported as that
    raised = np.maximum(lower, least[ceiling.among])
    poorest = min(
        _level((own + raised) / size, size, spare), float(((own + upper[ceiling.among]) / size).min())
    )
    most = np.full(layout.size, np.inf)
    most[ceiling.among] = ceiling.ratio * poorest * size - own
    # A hair above, so that rounding cannot make floor and cap cross where they meet.
    most += SLACK * 1e-3 * np.abs(most)
    rows.cut_upper(ceiling.owner, most[layout.recipient])


def _level(heads: Floats, size: Floats, spare: float) -> float:
    """The level to which an amount raises those who are below it."""
    order = np.argsort(heads, kind="stable")
    sizes, below = np.cumsum(size[order]), np.cumsum((heads * size)[order])
    levels = (spare + below) / sizes
    # The level among the k poorest is right where it does not reach the next one.
    nexts = np.append(heads[order][1:], np.inf)
    return float(levels[np.argmax(levels <= nexts)])


def bounded(ceiling: Ratio, problem: Problem, layout: Layout, level: float) -> Problem:
    """The problem with everybody between a level and the ratio times that level."""
    here = np.zeros(layout.size, dtype=bool)
    here[ceiling.among] = True
    mine = here[layout.recipient]
    own, size = ceiling.own[layout.recipient], ceiling.size[layout.recipient]
    least = np.where(mine, level * size - own, -np.inf)
    most = np.where(mine, ceiling.ratio * level * size - own, np.inf)
    raised, cut = least > problem.lower, most < problem.upper
    lower, upper = np.where(raised, least, problem.lower), np.where(cut, most, problem.upper)
    # Where the two meet, rounding may not make them cross.
    crossed = (lower > upper) & (lower - upper <= SLACK * np.abs(lower))
    return replace(
        problem,
        lower=lower,
        upper=np.where(crossed, lower, upper),
        floor_by=np.where(raised, ceiling.owner, problem.floor_by),
        cap_by=np.where(cut, ceiling.owner, problem.cap_by),
    )


def slope(ceiling: Ratio, problem: Problem, layout: Layout, solution: Solution) -> float:
    """What the objective gains or loses by one unit more of the level."""
    size, price = ceiling.size[layout.recipient], solution.bound_price
    close = 1e-9 * float(np.abs(solution.amounts).max(initial=1.0))
    low = (problem.floor_by == ceiling.owner) & (solution.amounts - problem.lower <= close) & (price > 0)
    high = (problem.cap_by == ceiling.owner) & (problem.upper - solution.amounts <= close) & (price < 0)
    return float((size * price)[low].sum() + ceiling.ratio * (size * price)[high].sum())


def level_range(ceiling: Ratio, problem: Problem, layout: Layout) -> tuple[float, float] | None:
    """The least and the greatest level with which all hard rows can hold, by two linear programs.

    Returns:
        `None` where there is no such level.
    """
    hard = np.flatnonzero(np.isinf(problem.row_price))
    at = np.flatnonzero(np.isin(layout.recipient, ceiling.among))
    own, size = ceiling.own[layout.recipient[at]], ceiling.size[layout.recipient[at]]
    unit = max(problem.pool / max(problem.size, 1), 1e-300)
    heads = float(size.mean())
    count = np.arange(at.size)
    each = csr_array((np.ones(at.size), (count, at)), shape=(at.size, problem.size))
    column = (size / heads)[:, np.newaxis]
    matrix = bmat(
        [
            [problem.matrix[hard], csr_array((hard.size, 1))],
            [each, csr_array(-column)],
            [each, csr_array(-ceiling.ratio * column)],
        ],
        format="csr",
    )
    free = np.full(at.size, np.inf)
    limits = (
        np.concatenate([problem.row_lower[hard], -own, -free]) / unit,
        np.concatenate([problem.row_upper[hard], free, -own]) / unit,
        np.append(problem.lower / unit, -np.inf),
        np.append(problem.upper / unit, np.inf),
    )
    found = []
    for sign in (1.0, -1.0):
        cost = np.zeros(problem.size + 1)
        cost[-1] = sign
        answer = least_cost(Model(csr_array(matrix), *limits, cost)).values
        if answer is None:
            return None
        found.append(float(answer[-1]) * unit / heads)
    return found[0], found[1]


def resources(ceiling: Ratio, layout: Layout, amounts: Any) -> Floats:
    """Resources per head after transfer of everybody whom a ceiling compares."""
    total = np.asarray(layout.sums(np.asarray(amounts)), dtype=np.float64)
    found: Floats = ((ceiling.own + total) / ceiling.size)[ceiling.among]
    return found


def broken_pairs(ceiling: Ratio, layout: Layout, amounts: Floats) -> list[tuple[int, int]]:
    """Pairs of a rich and a poor one that break a ceiling: the extremes against all, and rank by rank."""
    heads = resources(ceiling, layout, amounts)
    allowed = SLACK * float(np.abs(heads).max(initial=0.0))
    order = np.argsort(heads, kind="stable")
    rich = order[::-1][heads[order[::-1]] > ceiling.ratio * heads[order[0]] + allowed]
    poor = order[ceiling.ratio * heads[order] < heads[order[-1]] - allowed]
    if not rich.size or not poor.size:
        return []
    shorter = min(rich.size, poor.size)
    pairs = [*zip(rich[:shorter], poor[:shorter], strict=True)]
    pairs += [(one, poor[0]) for one in rich] + [(rich[0], one) for one in poor]
    found = dict.fromkeys(
        (int(ceiling.among[one]), int(ceiling.among[other]))
        for one, other in pairs
        if heads[one] > ceiling.ratio * heads[other] + allowed
    )
    return list(found)
