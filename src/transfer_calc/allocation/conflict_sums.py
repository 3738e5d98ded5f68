"""Conflicts that sums alone show, in one pass over the arrays, before any solver is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from transfer_calc.allocation.conflict_parts import (
    Part,
    Positions,
    bounds_parts,
    money,
    row_name,
    row_part,
    unit_of,
)
from transfer_calc.allocation.problem import Problem
from transfer_calc.allocation.vectors import Floats
from transfer_calc.allocation.whole import setters
from transfer_calc.issues import Place
from transfer_calc.rounding import exact_sum
from transfer_calc.text import Text


@dataclass(frozen=True)
class Finding:
    """Constraints that cannot hold together: without any one of them, the others can.

    Attributes:
        code: The code of the issue.
        parts: The constraints with their amounts.
        excess: By how much they miss one another, `nan` where that is no one amount.
        place: The recipient, where there is only one.
    """

    code: str
    parts: tuple[Part, ...]
    excess: float
    place: Place


def sum_findings(problem: Problem, unit: str) -> list[Finding]:
    """All conflicts between a recipient's bounds, a row and bounds, or the pot and groups apart."""
    found = _crossed(problem, unit)
    if found:
        return found
    hard = np.flatnonzero(np.isinf(problem.row_price))
    least, most = _reach(problem)
    for row in hard.tolist():
        found += _against_bounds(problem, row, "most", least[row], most[row], unit)
        found += _against_bounds(problem, row, "least", least[row], most[row], unit)
    return found or _empty_shares(problem, hard, unit) or _groups_apart(problem, hard, unit)


def _crossed(problem: Problem, unit: str) -> list[Finding]:
    found = []
    for at in np.flatnonzero(problem.lower > problem.upper):
        one = np.asarray([at], dtype=np.intp)
        parts = bounds_parts(problem, "floors", one, unit) + bounds_parts(problem, "caps", one, unit)
        excess = float(problem.lower[at] - problem.upper[at])
        found.append(Finding("TC535", tuple(parts), excess, Place(code=problem.labels[at])))
    return found


def _reach(problem: Problem) -> tuple[Floats, Floats]:
    """The least and the greatest value that each row can take inside the bounds."""
    matrix = csr_array(problem.matrix)
    positive, negative = matrix.copy(), matrix.copy()
    positive.data, negative.data = np.maximum(matrix.data, 0.0), np.minimum(matrix.data, 0.0)
    positive.eliminate_zeros()
    negative.eliminate_zeros()
    low, high = problem.lower, problem.upper
    return positive @ low + negative @ high, positive @ high + negative @ low


def _against_bounds(
    problem: Problem, row: int, side: Literal["least", "most"], least: float, most: float, unit: str
) -> list[Finding]:
    limit = float(problem.row_upper[row] if side == "most" else problem.row_lower[row])
    if not (least > limit if side == "most" else most < limit):
        return []
    members, data = _row(problem, row)
    # Which bound counts: for a value too large the floors of positive coefficients and the caps of negative
    # ones; for one too small the other way round.
    at_floor = data > 0 if side == "most" else data < 0
    terms = data * np.where(at_floor, problem.lower[members], problem.upper[members])
    reached = exact_sum(terms)
    excess = reached - limit if side == "most" else limit - reached
    slack = 4 * np.finfo(float).eps * max(exact_sum(np.abs(terms)), abs(limit))
    if excess <= slack:
        return []
    if not members.size:
        return [Finding("TC540", (row_part(problem, row, side, unit),), excess, Place())]
    needed = _needed(problem, members, data, at_floor, excess - slack)
    floors, caps = members[needed & at_floor], members[needed & ~at_floor]
    parts = [row_part(problem, row, side, unit)]
    parts += bounds_parts(problem, "floors", floors, unit) + bounds_parts(problem, "caps", caps, unit)
    return [Finding(_code(problem, row, side, data), tuple(parts), excess, Place())]


def _needed(
    problem: Problem, members: Positions, data: Floats, at_floor: NDArray[np.bool_], excess: float
) -> NDArray[np.bool_]:
    """Whose bounds are needed for the conflict: constraints whose floors the excess can spare are left out.

    A floor let go becomes 0, which everybody keeps; a cap let go has no end, so caps are all needed.
    """
    needed = np.where(at_floor, problem.lower[members] > 0, True)
    weight = np.where(at_floor, np.abs(data) * problem.lower[members], 0.0)
    owners = problem.floor_by[members]
    shares = sorted(
        (exact_sum(weight[at_floor & (owners == one)]), int(one)) for one in np.unique(owners[at_floor])
    )
    for share, owner in shares:
        if share < excess:
            excess -= share
            needed &= ~(at_floor & (owners == owner))
    return np.asarray(needed)


def _code(problem: Problem, row: int, side: Literal["least", "most"], data: Floats) -> str:
    if (data < 0).any():
        return "TC542"
    if row == problem.pool_row:
        return "TC536" if side == "most" else "TC537"
    return "TC538" if side == "most" else "TC539"


def _empty_shares(problem: Problem, hard: Positions, unit: str) -> list[Finding]:
    """A share of a group without members: every coefficient is that of the others."""
    least_pot = float(problem.row_lower[problem.pool_row])
    found = []
    for row in hard.tolist():
        members, data = _row(problem, row)
        everybody = members.size == problem.size and data.min() == data.max() < 0
        if everybody and least_pot > 0 and data[0] * least_pot < problem.row_lower[row]:
            parts = (
                row_part(problem, row, "least", unit),
                row_part(problem, problem.pool_row, "least", unit),
            )
            found.append(
                Finding("TC540", parts, float(problem.row_lower[row] - data[0] * least_pot), Place())
            )
    return found


def _groups_apart(problem: Problem, hard: Positions, unit: str) -> list[Finding]:
    """Minima of groups without common members above the pot, or maxima below it."""
    pot_members, pot_data = _row(problem, problem.pool_row)
    if pot_members.size != problem.size or (pot_data != 1).any():
        return []
    found = []
    sides: tuple[Literal["least", "most"], ...] = ("least", "most")
    for side in sides:
        pot = float((problem.row_upper if side == "least" else problem.row_lower)[problem.pool_row])
        bounds = problem.lower if side == "least" else problem.upper
        limits = problem.row_lower if side == "least" else problem.row_upper
        sign = 1.0 if side == "least" else -1.0
        gains = []
        for row in hard.tolist():
            members, data = _row(problem, row)
            if row == problem.pool_row or not members.size or (data != 1).any() or np.isinf(limits[row]):
                continue
            gain = sign * (float(limits[row]) - exact_sum(bounds[members]))
            if gain > 0:
                gains.append((-gain, row))
        free = np.ones(problem.size, dtype=np.bool_)
        chosen = []
        for _, row in sorted(gains):
            members, _ = _row(problem, row)
            if free[members].all():
                free[members] = False
                chosen.append(row)
        reached = exact_sum(np.append(limits[chosen], bounds[free]))
        excess = sign * (reached - pot)
        if not chosen or not excess > 4 * np.finfo(float).eps * abs(pot):
            continue
        rows, rest = _spared(problem, chosen, np.flatnonzero(free), excess, side)
        parts = [row_part(problem, problem.pool_row, "most" if side == "least" else "least", unit)]
        parts += [row_part(problem, row, side, unit) for row in rows]
        parts += bounds_parts(problem, "floors" if side == "least" else "caps", rest, unit)
        found.append(Finding("TC541" if side == "least" else "TC542", tuple(parts), excess, Place()))
    return found


def _spared(
    problem: Problem, rows: list[int], rest: Positions, excess: float, side: Literal["least", "most"]
) -> tuple[list[int], Positions]:
    """Without the minima, and the floors by constraint, that the excess can spare."""
    if side == "most":
        return sorted(rows), rest
    kept_rows, kept = [], problem.lower[rest] > 0
    items = [(float(problem.row_lower[row]), 0, row) for row in rows]
    owners = problem.floor_by[rest]
    items += [(exact_sum(problem.lower[rest[owners == one]]), 1, int(one)) for one in np.unique(owners)]
    for share, kind, item in sorted(items):
        if share < excess * (1 - 1e-12):
            excess -= share
            kept &= (owners != item) if kind == 1 else True
        elif kind == 0:
            kept_rows.append(item)
    return sorted(kept_rows), rest[kept]


def _row(problem: Problem, row: int) -> tuple[Positions, Floats]:
    span = slice(problem.matrix.indptr[row], problem.matrix.indptr[row + 1])
    data = problem.matrix.data[span]
    return problem.matrix.indices[span][data != 0].astype(np.intp), data[data != 0]


def crossed_details(problem: Problem, finding: Finding, unit: str) -> dict[str, object]:
    """What TC535 says of the recipient whose floor is above the cap."""
    at = int(finding.parts[0].variables[0])
    return {
        "floor": money(float(problem.lower[at]), unit),
        "cap": money(float(problem.upper[at]), unit),
        "who": setters(problem, at),
    }


def empty_details(problem: Problem, finding: Finding, unit: str) -> dict[str, object]:
    """What TC540 says of the constraint that holds for nobody."""
    row = finding.parts[0].row
    amount = money(finding.parts[0].amount, unit_of(problem, row, unit))
    share = len(finding.parts) > 1
    name = row_name(problem, row)
    return {
        "name": Text(name.zh.strip("「」"), name.en.strip("“”")),
        "amount": Text("一定比例", "a share") if share else Text(f" {amount}", amount),
    }
