"""Rules for a pool that is smaller than the claims on it: equal awards, equal losses, and the Talmud's.

The two equal rules go back to Maimonides; the third is Aumann and Maschler, Game theoretic analysis of a
bankruptcy problem from the Talmud, Journal of Economic Theory 36 (1985). A survey: Thomson, Axiomatic and
game-theoretic analysis of bankruptcy and taxation problems, Mathematical Social Sciences 45 (2003).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transfer_calc.allocation.bends import closes, ends_of_equals, last_bend
from transfer_calc.allocation.levels import raise_lowest
from transfer_calc.allocation.vectors import (
    CLAIM,
    Division,
    Floats,
    Shape,
    Vector,
    check_claims,
    check_pool,
    column,
    shape_of,
    stop_if_any,
)
from transfer_calc.issues import AllocationError, Collector, issue
from transfer_calc.rounding import exact_sum


def equal_awards(pool: float, claim: Vector) -> Division:
    """Give all the same award, but nobody more than the claim: amount = min(claim, award), Σ amount = pool.

    Args:
        pool: The amount to divide, not negative and not above the claims together.
        claim: One figure a county, in the unit of the pool, not negative.

    Returns:
        The amounts; `.multiplier` is the common award (the smallest one that closes the pool); `.binding`
        is `"cap"` for those whose claim is met.

    Raises:
        AllocationError: If the pool is above the claims together (TC520) or negative (TC507), a claim is
            negative (TC505), or a figure is no number (TC506) or too large (TC512). Every problem is named.
        UsageError: If the claim is no vector.
    """
    shape, claims = _checked(pool, claim)
    award = _common_award(float(pool), claims)
    return _answer(pool, shape, np.minimum(claims, award), award, np.where(claims <= award, "cap", ""))


def equal_losses(pool: float, claim: Vector) -> Division:
    """Take the same loss off all claims, down to 0: amount = max(0, claim − loss), Σ amount = pool.

    Args:
        pool: As for `equal_awards`.
        claim: Likewise.

    Returns:
        The amounts; `.multiplier` is the common loss (the smallest one that closes the pool); `.binding` is
        `"floor"` for those whose claim is no greater than the loss, who get 0.

    Raises:
        AllocationError: As `equal_awards`.
        UsageError: Likewise.
    """
    shape, claims = _checked(pool, claim)
    # To lose from the top what all lose alike is to raise the lowest of −claim to the level −loss.
    amounts, level, _ = raise_lowest(float(pool), -claims, np.ones(shape.size))
    loss = max(0.0, -level)
    return _answer(pool, shape, np.minimum(amounts, claims), loss, np.where(claims <= loss, "floor", ""))


def talmud(pool: float, claim: Vector) -> Division:
    """Halve the claims: up to half of them all awards are equal, beyond that all losses are.

    With h = claim / 2: amount = min(h, λ) where the pool is at most Σ h, else amount = claim − min(h, λ).

    Args:
        pool: As for `equal_awards`.
        claim: Likewise.

    Returns:
        The amounts; `.multiplier` is λ, the common figure on half-claims: the common award where the pool is
        at most half of the claims, else the common loss (the smallest one that closes the pool either way);
        `.binding` names those who get exactly half of their claim because it is no greater than λ: `"cap"`
        in the first case, `"floor"` in the second.

    Raises:
        AllocationError: As `equal_awards`.
        UsageError: Likewise.
    """
    shape, claims = _checked(pool, claim)
    halves = claims / 2
    awarding = pool <= exact_sum(halves)
    left = float(pool) if awarding else max(0.0, exact_sum(np.append(claims, -float(pool))))
    common = _common_award(left, halves)
    part = np.minimum(halves, common)
    binding = np.where(halves <= common, "cap" if awarding else "floor", "")
    return _answer(pool, shape, part if awarding else claims - part, common, binding)


def _checked(pool: float, claim: Vector) -> tuple[Shape, Floats]:
    problems = Collector()
    shape = shape_of(claim)
    claims = column(claim, shape, CLAIM, problems)
    check_pool(pool, problems)
    check_claims(claims, shape, problems)
    stop_if_any(problems)
    together = exact_sum(claims)
    # A pool equal to the claims must pass although both carry rounding errors of their own.
    if pool > together + 4 * np.finfo(float).eps * pool:
        problems.add(
            "TC520", pool=f"{pool:.12g}", claims=f"{together:.12g}", excess=f"{pool - together:.12g}"
        )
    stop_if_any(problems)
    return shape, claims


def _common_award(pool: float, claims: Floats) -> float:
    """The smallest award with Σ min(claim, award) = pool; the largest claim where the pool is all claims."""
    rising = np.append(0.0, np.sort(claims))
    ends = ends_of_equals(rising, rising)
    bends = rising[ends]
    above = len(rising) - 1 - ends
    with np.errstate(over="ignore"):
        paid = np.concatenate([[0.0], np.cumsum(np.diff(bends) * above[:-1])])
    bend = last_bend(paid, pool, lambda at: exact_sum(np.minimum(claims, bends[at])))
    here = float(bends[bend])
    if not above[bend]:
        return here
    return max(here, exact_sum(np.append(-rising[: ends[bend] + 1], pool)) / float(above[bend]))


def _answer(pool: float, shape: Shape, amounts: Floats, figure: float, binding: NDArray[np.str_]) -> Division:
    if not closes(amounts, pool):
        raise AllocationError([issue("TC512", value=f"{pool:.12g}")])
    return Division(shape.restore(amounts), figure, shape.restore(binding))
