"""Rows and bounds of a problem, gathered constraint by constraint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from transfer_calc.allocation.problem import Constraint, Problem
from transfer_calc.budget.layout import Layout

Floats = NDArray[np.float64]


@dataclass
class Rows:
    """What has been gathered so far.

    Attributes:
        layout: The variables.
        constraints: In order; a constraint's number is its place here.
        lower: Least amount of each variable, and the constraint that set it, −1 for the plain 0.
        upper: Greatest amount, and the constraint that set it, −1 without one.
    """

    layout: Layout
    constraints: list[Constraint] = field(default_factory=list)
    lower: Floats = field(init=False)
    upper: Floats = field(init=False)
    floor_by: NDArray[np.intp] = field(init=False)
    cap_by: NDArray[np.intp] = field(init=False)
    blocks: list[csr_array] = field(default_factory=list)
    lows: list[Floats] = field(default_factory=list)
    highs: list[Floats] = field(default_factory=list)
    owners: list[NDArray[np.intp]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        count = self.layout.recipient.size
        self.lower, self.upper = np.zeros(count), np.full(count, np.inf)
        self.floor_by, self.cap_by = np.full(count, -1, dtype=np.intp), np.full(count, -1, dtype=np.intp)

    def constraint(self, constraint: Constraint) -> int:
        """Take a constraint in; gives its number."""
        self.constraints.append(constraint)
        return len(self.constraints) - 1

    def raise_lower(self, owner: int, least: Floats) -> None:
        """Bounds from below, one a variable; `-inf` for none. The highest stands."""
        higher = least > self.lower
        self.lower[higher] = least[higher]
        self.floor_by[higher] = owner

    def cut_upper(self, owner: int, most: Floats) -> None:
        """Bounds from above, one a variable; `inf` for none. The lowest stands."""
        below = most < self.upper
        self.upper[below] = most[below]
        self.cap_by[below] = owner

    def add(
        self, owner: int, matrix: csr_array, low: Floats, high: Floats, labels: Sequence[str] | None = None
    ) -> None:
        """Rows over variables."""
        count = matrix.shape[0]
        self.blocks.append(matrix)
        self.lows.append(low)
        self.highs.append(high)
        self.owners.append(np.full(count, owner, dtype=np.intp))
        self.labels.extend([""] * count if labels is None else labels)

    def problem(
        self, labels: tuple[str, ...], least_if_any: Floats | None, most_recipients: int | None
    ) -> Problem:
        """The gathered problem; the first row is that of the pot."""
        return Problem(
            labels=labels,
            lower=self.lower,
            upper=self.upper,
            floor_by=self.floor_by,
            cap_by=self.cap_by,
            constraints=tuple(self.constraints),
            matrix=csr_array(vstack(self.blocks, format="csr")),
            row_lower=np.concatenate(self.lows),
            row_upper=np.concatenate(self.highs),
            row_of=np.concatenate(self.owners),
            row_label=tuple(self.labels),
            pool_row=0,
            least_if_any=least_if_any,
            most_recipients=most_recipients,
        )


def picked(
    rows: NDArray[np.intp], columns: NDArray[np.intp], values: Floats, shape: tuple[int, int]
) -> csr_array:
    """A sparse matrix from its entries; `values` may be one figure for all."""
    entries = np.broadcast_to(np.asarray(values, dtype=np.float64), rows.shape)
    return csr_array((entries, (rows, columns)), shape=shape)


def chain(order: NDArray[np.intp], scale: Floats, links: NDArray[np.bool_], size: int) -> csr_array:
    """One row a link between neighbours of an order: the later's amount a head less the earlier's.

    Each row is multiplied by the smaller of the two sizes, so that its entries are 1 and at most 1.

    Args:
        order: Recipients in order.
        scale: Heads of each recipient.
        links: Which neighbours are linked, shape (len(order) − 1,).
        size: Number of recipients.
    """
    earlier, later = order[:-1][links], order[1:][links]
    smaller = np.minimum(scale[earlier], scale[later])
    count = np.arange(earlier.size, dtype=np.intp)
    return picked(
        np.concatenate([count, count]),
        np.concatenate([later, earlier]),
        np.concatenate([smaller / scale[later], -smaller / scale[earlier]]),
        (earlier.size, size),
    )
