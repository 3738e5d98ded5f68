"""Who has an amount: one variable a recipient, with several pots one for each pot it may receive from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from transfer_calc.budget.figures import Figures
from transfer_calc.budget.parts import Pots
from transfer_calc.budget.wanted import pot_of

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]


@dataclass(frozen=True)
class Layout:
    """The variables of a problem.

    Attributes:
        size: Number of recipients.
        recipient: The recipient of each variable.
        pot: The pot of each variable.
        pots: How many pots there are.
    """

    size: int
    recipient: Positions
    pot: Positions
    pots: int

    @cached_property
    def plain(self) -> bool:
        """Whether variables and recipients are the same."""
        return self.pots == 1

    @cached_property
    def single(self) -> bool:
        """Whether nobody has more than one variable."""
        return self.plain or bool(np.bincount(self.recipient, minlength=self.size).max(initial=0) <= 1)

    @cached_property
    def totals(self) -> csr_array:
        """What each recipient gets: shape (recipients, variables)."""
        count = self.recipient.size
        return csr_array((np.ones(count), (self.recipient, np.arange(count))), shape=(self.size, count))

    def spread(self, matrix: csr_array, pot: int | None = None) -> csr_array:
        """Rows over recipients as rows over variables, of all pots or of one."""
        if self.plain:
            return matrix
        totals = self.totals
        if pot is not None:
            totals = csr_array(totals * (self.pot == pot)[np.newaxis, :])
        return csr_array(matrix @ totals)

    def sums(self, amounts: NDArray[np.generic]) -> NDArray[np.generic]:
        """Amounts of variables added up by recipient, integers as integers."""
        if self.plain:
            return amounts
        found = np.zeros(self.size, dtype=amounts.dtype)
        np.add.at(found, self.recipient, amounts)
        return found


def layout_of(figures: Figures) -> Layout:
    """The variables of a budget for its table.

    With `overlap: higher` a recipient has only the pot whose target is greatest (equals: the first listed).
    """
    pool = figures.prepared.budget.pool
    everybody = np.arange(figures.size, dtype=np.intp)
    if not isinstance(pool, Pots):
        return Layout(figures.size, everybody, np.zeros(figures.size, dtype=np.intp), 1)
    eligible = np.stack([figures.truths(pot_of(pot.id, "eligible")) for pot in pool.pots])
    if pool.overlap == "higher":
        targets = np.stack([figures.numbers(pot_of(pot.id, "target")) for pot in pool.pots])
        best = np.argmax(np.where(eligible, targets, -np.inf), axis=0)
        eligible &= np.arange(len(pool.pots))[:, np.newaxis] == best[np.newaxis, :]
    pots, recipients = np.nonzero(eligible)
    return Layout(figures.size, recipients.astype(np.intp), pots.astype(np.intp), len(pool.pots))


def targets_of(figures: Figures, layout: Layout) -> Floats:
    """The target of each variable."""
    pool = figures.prepared.budget.pool
    if not isinstance(pool, Pots):
        assert figures.target is not None
        return figures.target
    targets = np.stack([figures.numbers(pot_of(pot.id, "target")) for pot in pool.pots])
    found: Floats = targets[layout.pot, layout.recipient]
    return found
