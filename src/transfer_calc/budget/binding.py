"""What holds each recipient, and how far each constraint is from being broken: read off the amounts alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from transfer_calc.allocation.problem import Problem, Solution

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

COMPARING = frozenset({"overtaking", "equal", "ceiling"})
"""Kinds that compare recipients with one another: many rows of one meaning."""


@dataclass(frozen=True)
class Binding:
    """Bounds and rows against the amounts of an answer."""

    problem: Problem
    solution: Solution

    @cached_property
    def close(self) -> float:
        """Amounts that differ by less than this are equal: a tenth of a millionth of the mean amount."""
        amounts = np.abs(self.solution.amounts)
        return 1e-7 * float(amounts.mean()) + 1e-12 if amounts.size else 1e-12

    @cached_property
    def at_floor(self) -> Truths:
        """Who stands at a floor that a constraint set; at the plain 0, `floor_by` is −1."""
        gap = self.solution.amounts - self.problem.lower
        return np.asarray(gap <= self.close + 1e-9 * np.abs(self.problem.lower))

    @cached_property
    def at_cap(self) -> Truths:
        with np.errstate(invalid="ignore"):
            gap = self.problem.upper - self.solution.amounts
            return np.asarray(
                gap <= self.close + 1e-9 * np.abs(np.nan_to_num(self.problem.upper, posinf=0.0))
            )

    @cached_property
    def sums(self) -> Floats:
        """What each row adds up to."""
        return np.asarray(self.problem.matrix @ self.solution.amounts, dtype=np.float64)

    @cached_property
    def row_scale(self) -> Floats:
        """What counts as nothing, row by row."""
        matrix = self.problem.matrix
        size = abs(matrix) @ np.abs(self.solution.amounts)
        return self.close + 1e-8 * np.asarray(size, dtype=np.float64)

    @cached_property
    def at_least(self) -> Truths:
        """Rows that stand at their least value, or below it at a price."""
        return np.asarray(self.sums - self.problem.row_lower <= self.row_scale)

    @cached_property
    def at_most(self) -> Truths:
        return np.asarray(self.problem.row_upper - self.sums <= self.row_scale)

    @cached_property
    def slack(self) -> Floats:
        """How far each row is from the nearer of its limits; below 0 where it is broken."""
        with np.errstate(invalid="ignore"):
            return np.minimum(self.sums - self.problem.row_lower, self.problem.row_upper - self.sums)

    def owners(self) -> list[list[int]]:
        """For each variable the constraints that hold it: its floor or cap, and rows that bind on it."""
        problem = self.problem
        held: list[list[int]] = [[] for _ in range(problem.size)]
        for at in np.flatnonzero(self.at_floor & (problem.floor_by >= 0)).tolist():
            held[at].append(int(problem.floor_by[at]))
        for at in np.flatnonzero(self.at_cap & (problem.cap_by >= 0)).tolist():
            if int(problem.cap_by[at]) not in held[at]:
                held[at].append(int(problem.cap_by[at]))
        pots = {number for number, each in enumerate(problem.constraints) if each.kind == "pool"}
        binding = self.at_least | self.at_most
        for row in np.flatnonzero(binding).tolist():
            owner = int(problem.row_of[row])
            price = self.solution.row_price[row]
            if owner in pots or (np.isfinite(price) and price == 0):
                continue
            span = slice(problem.matrix.indptr[row], problem.matrix.indptr[row + 1])
            for at in problem.matrix.indices[span].tolist():
                if owner not in held[at]:
                    held[at].append(owner)
        return held
