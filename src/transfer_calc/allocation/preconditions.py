"""What is wrong with a pot before anything is solved: each problem with a code of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from transfer_calc.allocation.problem import GreatestCoverage, LeastDisparity, Objective, Problem
from transfer_calc.allocation.settlement import DECIMALS, _decimal
from transfer_calc.allocation.vectors import MOST_NAMED, Floats
from transfer_calc.issues import Collector, Issue, Place, issue
from transfer_calc.rounding import round_half_up
from transfer_calc.text import Text


def empty_group(name: Text, amount: Text) -> Issue:
    """A total, share, minimum or maximum of a group without members (TC540)."""
    return issue("TC540", name=name, amount=amount)


def needs_not_above_zero(need: Floats, labels: Sequence[str]) -> tuple[Issue, ...]:
    """Recipients whose need is zero, negative or no number (TC544): no coverage can be told for them."""
    return _named(np.flatnonzero(~(need > 0)), labels, "TC544", lambda row: {"value": f"{need[row]:.12g}"})


def caps_below_unit(upper: Floats, unit: Any, labels: Sequence[str]) -> tuple[Issue, ...]:
    """Caps above zero that are below one settle unit (TC545, a warning): such a recipient gets nothing."""
    whole = np.floor(round_half_up(np.asarray(upper, dtype=np.float64) / float(_decimal(unit)), DECIMALS))
    return _named(
        np.flatnonzero((upper > 0) & (whole < 1)),
        labels,
        "TC545",
        lambda row: {"cap": f"{upper[row]:.12g}", "unit": str(unit)},
    )


def unlimited(problem: Problem, objective: Objective) -> Issue | None:
    """The issue of an objective that can grow without end (TC543), `None` where everything is limited.

    Only coverage and disparity gain by more money; all else pays for it.
    """
    if not isinstance(objective, GreatestCoverage | LeastDisparity):
        return None
    hard = np.isinf(problem.row_price)
    matrix = problem.matrix
    held = np.isfinite(problem.upper)
    for row in np.flatnonzero(hard):
        span = slice(matrix.indptr[row], matrix.indptr[row + 1])
        data, members = matrix.data[span], matrix.indices[span]
        if (np.isfinite(problem.row_upper[row]) and (data >= 0).all()) or (
            np.isfinite(problem.row_lower[row]) and (data <= 0).all()
        ):
            held[members[data != 0]] = True
    free = np.flatnonzero(~held)
    if not free.size or (isinstance(objective, LeastDisparity) and np.isfinite(problem.pool)):
        return None
    labels = [problem.labels[row] for row in free[:3]]
    more = free.size - len(labels)
    return issue(
        "TC543",
        what=Text(
            "、".join(labels) + (f" 等 {free.size} 个地区" if more else ""),
            ", ".join(labels) + (f" and {more} more" if more else ""),
        ),
    )


def _named(positions: Any, labels: Sequence[str], code: str, details: Any) -> tuple[Issue, ...]:
    problems = Collector()
    for row in positions[:MOST_NAMED].tolist():
        problems.add(code, Place(code=labels[row]), **details(row))
    if len(positions) > MOST_NAMED:
        problems.add("TC407", count=len(positions) - MOST_NAMED)
    return tuple(problems)
