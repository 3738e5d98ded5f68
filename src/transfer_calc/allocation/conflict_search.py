"""The smallest set of constraints that cannot hold together, and the cheapest way out, by HiGHS.

One linear model whose rows may be missed at a price of 1 says whether there is an answer at all, and its
shadow prices already name few rows and bounds that exclude one another (a Farkas certificate). HiGHS reduces
these to an irreducible set; a last pass drops every constraint once and solves again, so that the promise
does not rest on HiGHS's word.

Recipients with the same coefficients in every row, and bounds by the same constraints, are one variable
here, with the sum of their bounds: that changes nothing about what can hold, and 100,000 counties become a
few dozen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import block_array, csr_array, diags_array, eye_array

from transfer_calc.allocation.conflict_parts import (
    Loosening,
    Part,
    Positions,
    bounds_loosening,
    bounds_parts,
    row_loosening,
    row_part,
)
from transfer_calc.allocation.feasibility import Model, least_cost, loaded
from transfer_calc.allocation.problem import Problem
from transfer_calc.allocation.vectors import Floats

MISSED = 1e-8
"""Missed by less, in mean amounts, a row counts as kept."""
_NOTHING = 1e-9
_MOST_REDUCED = 2_000
"""Up to so many rows HiGHS reduces a conflict; beyond, the dropping of constraints alone."""


@dataclass(frozen=True)
class Scaled:
    """The hard rows and the bounds of a problem, of order one.

    Attributes:
        model: Rows divided by their largest coefficient, amounts by `unit`; no cost.
        row: The position of each row in the problem.
        size: The largest coefficient of each row.
        unit: What 1 stands for, a power of two near the mean amount.
        of: The variable of the model for each of the problem.
        floor_by: The constraint that set each floor, −1 for none.
        cap_by: Likewise for the caps.
    """

    model: Model
    row: Positions
    size: Floats
    unit: float
    of: Positions
    floor_by: Positions
    cap_by: Positions


@dataclass(frozen=True)
class Members:
    """What is in a set: rows of the scaled model by side, floors and caps by variable."""

    least: NDArray[np.bool_]
    most: NDArray[np.bool_]
    floor: NDArray[np.bool_]
    cap: NDArray[np.bool_]


def scaled(problem: Problem, *, condensed: bool = True) -> Scaled:
    """The arrays for HiGHS; `condensed` takes recipients together that nothing tells apart."""
    matrix = csr_array(problem.matrix, copy=True)
    matrix.eliminate_zeros()
    at = np.flatnonzero(np.isinf(problem.row_price))
    matrix = csr_array(matrix[at])
    size = np.ones(at.size)
    filled = np.diff(matrix.indptr) > 0
    if filled.any():
        size[filled] = np.maximum.reduceat(np.abs(matrix.data), matrix.indptr[:-1][filled])
    of, first = _alike(problem, matrix) if condensed else (np.arange(problem.size), np.arange(problem.size))
    unit = _order(problem, first.size)
    model = Model(
        csr_array(diags_array(1 / size) @ matrix[:, first]),
        problem.row_lower[at] / size / unit,
        problem.row_upper[at] / size / unit,
        np.bincount(of, weights=problem.lower, minlength=first.size) / unit,
        np.bincount(of, weights=problem.upper, minlength=first.size) / unit,
        np.zeros(first.size),
    )
    return Scaled(model, at, size, unit, of, problem.floor_by[first], problem.cap_by[first])


def _alike(problem: Problem, matrix: csr_array) -> tuple[Positions, Positions]:
    """Which recipients nothing tells apart: the group of each, and the first of each group."""
    # Two columns with one random projection are the same column.
    column = matrix.T @ np.random.default_rng(1).uniform(0.5, 1.5, matrix.shape[0])
    crossed = np.where(problem.lower > problem.upper, np.arange(problem.size), -1)
    keys = np.stack([column, problem.floor_by, problem.cap_by, crossed, np.isfinite(problem.upper)], axis=1)
    _, first, of = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return np.asarray(of).reshape(-1), first


def _order(problem: Problem, count: int) -> float:
    pot = abs(problem.pool) if np.isfinite(problem.pool) else 0.0
    mean = max(pot, float(np.abs(problem.lower).sum())) / max(count, 1)
    return 2.0 ** int(np.frexp(mean)[1]) if mean > 0 else 1.0


def everything(parts: Scaled) -> Members:
    """All rows, and all bounds that a constraint set; the plain 0 is kept by everybody and no member."""
    model = parts.model
    return Members(
        np.isfinite(model.row_lower),
        np.isfinite(model.row_upper),
        (parts.floor_by >= 0) | (model.lower > 0),
        np.isfinite(model.upper),
    )


def only(model: Model, members: Members) -> Model:
    """The model with nothing but the members; amounts stay at 0 or above where their floor is let go."""
    return replace(
        model,
        row_lower=np.where(members.least, model.row_lower, -np.inf),
        row_upper=np.where(members.most, model.row_upper, np.inf),
        lower=np.where(members.floor, model.lower, np.minimum(model.lower, 0.0)),
        upper=np.where(members.cap, model.upper, np.inf),
    )


def certificate(model: Model) -> Members | None:
    """Rows and bounds that exclude one another; `None` where everything can hold."""
    held = np.flatnonzero(np.isfinite(model.row_lower) | np.isfinite(model.row_upper))
    rows, columns = held.size, model.cost.size
    each = eye_array(rows, format="csr")
    missing = Model(
        csr_array(block_array([[csr_array(model.matrix[held]), each, -each]], format="csr")),
        model.row_lower[held],
        model.row_upper[held],
        np.concatenate([model.lower, np.zeros(2 * rows)]),
        np.concatenate([model.upper, np.full(2 * rows, np.inf)]),
        np.concatenate([np.zeros(columns), np.ones(2 * rows)]),
    )
    highs = loaded(missing)
    highs.run()
    solution = highs.getSolution()
    value = np.asarray(solution.col_value)
    if value[columns:].sum() <= MISSED:
        return None
    price, cost = np.zeros(model.row_lower.size), np.asarray(solution.col_dual)[:columns]
    price[held] = solution.row_dual
    return Members(price > _NOTHING, price < -_NOTHING, cost > _NOTHING, cost < -_NOTHING)


def irreducible(problem: Problem, parts: Scaled, unit: str) -> tuple[Part, ...] | None:
    """The smallest conflict as parts; `None` where there is none.

    Without any one of the parts (a row, or the floors or caps of one constraint) the others can hold.
    """
    model = parts.model
    found = certificate(model)
    if found is None:
        return None
    members = _both(found, everything(parts))
    if certificate(only(model, members)) is None:
        members = everything(parts)
    members = _reduced_by_highs(model, members)
    for item in _items(parts, members):
        without = _without(parts, members, item)
        if without is None:
            continue
        smaller = certificate(only(model, without))
        if smaller is not None:
            members = without
            tighter = _both(smaller, without)
            if certificate(only(model, tighter)) is not None:
                members = tighter
    return _as_parts(problem, parts, members, unit)


def _both(one: Members, other: Members) -> Members:
    return Members(
        one.least & other.least, one.most & other.most, one.floor & other.floor, one.cap & other.cap
    )


def _reduced_by_highs(model: Model, members: Members) -> Members:
    """The set after HiGHS's own reduction, where it offers one that is right."""
    import highspy  # noqa: PLC0415 — only where a conflict is looked for

    part = only(model, members)
    held_rows = np.flatnonzero(members.least | members.most)
    if not 0 < held_rows.size <= _MOST_REDUCED:
        return members
    matrix = csr_array(part.matrix[held_rows])
    used = np.unique(matrix.indices)
    small = Model(
        csr_array(matrix[:, used]),
        part.row_lower[held_rows],
        part.row_upper[held_rows],
        part.lower[used],
        part.upper[used],
        np.zeros(used.size),
    )
    highs = loaded(small)
    if not hasattr(highs, "getIis"):
        return members
    kinds = highspy.IisStrategy.__members__
    if "kIisStrategyIrreducible" not in kinds:
        return members
    highs.setOptionValue(
        "iis_strategy", int(kinds["kIisStrategyFromLp"]) + int(kinds["kIisStrategyIrreducible"])
    )
    _, iis = highs.getIis()
    if not iis.valid_ or not len(iis.row_index_):
        return members
    least, most, floor, cap = (
        np.zeros_like(one) for one in (members.least, members.most, members.floor, members.cap)
    )
    low, high = (highspy.IisBoundStatus.kIisBoundStatusLower, highspy.IisBoundStatus.kIisBoundStatusUpper)
    both = highspy.IisBoundStatus.kIisBoundStatusBoxed
    for at, bound in zip(held_rows[np.asarray(iis.row_index_)], iis.row_bound_, strict=True):
        least[at], most[at] = bound in (int(low), int(both)), bound in (int(high), int(both))
    if len(iis.col_index_):
        for at, bound in zip(used[np.asarray(iis.col_index_)], iis.col_bound_, strict=True):
            floor[at], cap[at] = bound in (int(low), int(both)), bound in (int(high), int(both))
    reduced = _both(Members(least, most, floor, cap), members)
    return reduced if certificate(only(model, reduced)) is not None else members


Item = tuple[Literal["row", "floor", "cap"], int]


def _items(parts: Scaled, members: Members) -> list[Item]:
    """What can be dropped as one: a row, or the floors or caps that one constraint set."""
    items: list[Item] = [("row", int(row)) for row in np.flatnonzero(members.least | members.most)]
    items += [("floor", int(one)) for one in np.unique(parts.floor_by[members.floor])]
    items += [("cap", int(one)) for one in np.unique(parts.cap_by[members.cap])]
    return items


def _without(parts: Scaled, members: Members, item: Item) -> Members | None:
    """The set without an item; `None` where an earlier pass has dropped it already."""
    kind, which = item
    if kind == "row":
        if not (members.least[which] or members.most[which]):
            return None
        others = np.arange(members.least.size) != which
        return replace(members, least=members.least & others, most=members.most & others)
    owner, held = (parts.floor_by, members.floor) if kind == "floor" else (parts.cap_by, members.cap)
    if not (held & (owner == which)).any():
        return None
    kept = held & (owner != which)
    return replace(members, floor=kept) if kind == "floor" else replace(members, cap=kept)


def _as_parts(problem: Problem, parts: Scaled, members: Members, unit: str) -> tuple[Part, ...]:
    found = []
    for row in np.flatnonzero(members.least | members.most).tolist():
        side: Literal["least", "most"] = "least" if members.least[row] else "most"
        found.append(row_part(problem, int(parts.row[row]), side, unit))
    floors = np.flatnonzero(members.floor[parts.of] & (problem.lower > 0))
    found += bounds_parts(problem, "floors", floors, unit)
    found += bounds_parts(problem, "caps", np.flatnonzero(members.cap[parts.of]), unit)
    return tuple(found)


def cheapest(problem: Problem, parts: Scaled, unit: str) -> tuple[Loosening, ...]:
    """Limits moved by the least money in all so that everything can hold; the pot only where it must be."""
    found = relaxed(problem, parts, everything(parts), unit, pot=False)
    return found or relaxed(problem, parts, everything(parts), unit, pot=True)


def relaxed(problem: Problem, parts: Scaled, soft: Members, unit: str, *, pot: bool) -> tuple[Loosening, ...]:
    """HiGHS's feasibility relaxation with some limits soft and all others kept.

    Returns:
        What was moved; nothing where keeping the others leaves no answer.
    """
    import highspy  # noqa: PLC0415 — only where a conflict is looked for

    model = _uncrossed(parts.model, soft)
    if model is None:
        return ()
    highs = loaded(model)
    at_pot = parts.row == problem.pool_row
    rows = (soft.least | soft.most) & (~at_pot | pot)
    status = highs.feasibilityRelaxation(
        1.0,
        1.0,
        1.0,
        np.where(soft.floor, 1.0, -1.0),
        np.where(soft.cap, 1.0, -1.0),
        np.where(rows, 1.0, -1.0),
    )
    amounts = np.asarray(highs.getSolution().col_value, dtype=np.float64)
    if status == highspy.HighsStatus.kError or amounts.size != model.cost.size:
        return ()
    return _moves(problem, parts, soft, rows, amounts, unit)


def _uncrossed(model: Model, soft: Members) -> Model | None:
    """Floors above caps, which HiGHS refuses, as bounds that cost the same; `None` where neither is soft.

    Between the cap and the floor above it every amount costs the same, floor less cap; outside each unit
    costs one unit more. That is what the two bounds changed round say, but for the constant.
    """
    crossed = model.lower > model.upper
    if (crossed & ~soft.floor & ~soft.cap).any():
        return None
    return replace(
        model,
        lower=np.where(crossed & soft.floor, model.upper, model.lower),
        upper=np.where(crossed & soft.cap, model.lower, model.upper),
    )


def _moves(
    problem: Problem, parts: Scaled, soft: Members, rows: NDArray[np.bool_], amounts: Floats, unit: str
) -> tuple[Loosening, ...]:
    """What an answer outside some limits asks to be moved; nothing if it breaks a limit that is kept."""
    model = parts.model
    value = model.matrix @ amounts
    below, above = model.row_lower - value, value - model.row_upper
    short, over = model.lower - amounts, amounts - model.upper
    kept = (np.maximum(below, above)[~rows], short[~soft.floor], over[~soft.cap])
    if any((one > MISSED).any() for one in kept):
        return ()
    money = parts.size * parts.unit
    found = [
        row_loosening(problem, int(parts.row[row]), _tidy(-below[row] * money[row]), unit)
        for row in np.flatnonzero(rows & (below > MISSED))
    ]
    found += [
        row_loosening(problem, int(parts.row[row]), _tidy(above[row] * money[row]), unit)
        for row in np.flatnonzero(rows & (above > MISSED))
    ]
    for kind, owner, moved in (
        ("floors", problem.floor_by, -_spread(parts, np.where(soft.floor, short, 0.0), problem.lower)),
        ("caps", problem.cap_by, _spread(parts, np.where(soft.cap, over, 0.0), problem.upper)),
    ):
        for constraint in np.unique(owner[moved != 0]).tolist():
            one = np.where(owner == constraint, moved, 0.0)
            found.append(
                bounds_loosening(problem, "floors" if kind == "floors" else "caps", constraint, one, unit)
            )
    return tuple(found)


def _spread(parts: Scaled, missed: Floats, bounds: Floats) -> Floats:
    """What the recipients of a group give together, each in proportion to its bound."""
    money = np.asarray([_tidy(amount * parts.unit) if amount > MISSED else 0.0 for amount in missed])
    size = np.where(np.isfinite(bounds), np.maximum(bounds, 0.0), 0.0)
    together = np.bincount(parts.of, weights=size, minlength=missed.size)[parts.of]
    count = np.bincount(parts.of, minlength=missed.size)[parts.of]
    share = np.where(together > 0, size / np.where(together > 0, together, 1.0), 1.0 / count)
    spread: Floats = money[parts.of] * share
    return spread


def _tidy(amount: float) -> float:
    """Ten digits: what lies behind them is the solver's."""
    return float(f"{amount:.10g}")


def soft_part(parts: Scaled, part: Part) -> Members:
    """A set in which one part alone may give way."""
    rows = parts.row == part.row if part.kind == "row" else np.zeros(parts.row.size, dtype=np.bool_)
    none = np.zeros(parts.model.cost.size, dtype=np.bool_)
    variables = none.copy()
    variables[parts.of[part.variables]] = True
    return Members(
        rows, rows, variables if part.kind == "floors" else none, variables if part.kind == "caps" else none
    )


def most_recipients_needed(problem: Problem, parts: Scaled) -> int | None:
    """The fewest recipients with which minimum awards and everything else hold, `None` where none do."""
    model, size = parts.model, problem.size
    top = np.minimum(problem.upper, problem.pool) / parts.unit
    least = np.zeros(size) if problem.least_if_any is None else problem.least_if_any / parts.unit
    each = eye_array(size, format="csr")
    matrix = block_array(
        [[model.matrix, None], [each, -diags_array(top)], [each, -diags_array(least)]], format="csr"
    )
    endless = np.full(size, np.inf)
    solution = least_cost(
        Model(
            csr_array(matrix),
            np.concatenate([model.row_lower, -endless, np.zeros(size)]),
            np.concatenate([model.row_upper, np.zeros(size), endless]),
            np.concatenate([model.lower, np.zeros(size)]),
            np.concatenate([model.upper, np.ones(size)]),
            np.concatenate([np.zeros(size), np.ones(size)]),
            np.arange(2 * size) >= size,
        )
    )
    return None if solution.values is None else int(np.rint(solution.values[size:]).sum())
