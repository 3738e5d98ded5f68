"""Rules of division once more, in exact fractions and without any of the library's code.

Each is written as a person would do it: guess, see whom the guess does not fit, take them out, guess again.
"""

from __future__ import annotations

from fractions import Fraction


def levelled_up(pool, owns, sizes):
    """Exact top-ups and the level: as long as somebody stands above the level, leave the highest out."""
    owns, sizes = [Fraction(own) for own in owns], [Fraction(size) for size in sizes]
    rows = sorted(range(len(owns)), key=lambda row: owns[row] / sizes[row])
    have, heads = Fraction(pool) + sum(owns), sum(sizes)
    while have / heads < owns[rows[-1]] / sizes[rows[-1]]:
        out = rows.pop()
        have, heads = have - owns[out], heads - sizes[out]
    level = have / heads
    return [max(Fraction(0), level * size - own) for own, size in zip(owns, sizes, strict=True)], level


def equally_awarded(pool, claims):
    """Exact equal awards: whoever claims no more than an equal part is paid first."""
    claims = [Fraction(claim) for claim in claims]
    amounts, rest = dict.fromkeys(range(len(claims)), Fraction(0)), Fraction(pool)
    queue = sorted(amounts, key=lambda row: claims[row])
    for place, row in enumerate(queue):
        amounts[row] = min(claims[row], rest / (len(queue) - place))
        rest -= amounts[row]
    return [amounts[row] for row in range(len(claims))]


def equally_lost(pool, claims):
    """Exact equal losses: what is short is an equal award of losses."""
    claims = [Fraction(claim) for claim in claims]
    losses = equally_awarded(sum(claims) - Fraction(pool), claims)
    return [claim - loss for claim, loss in zip(claims, losses, strict=True)]


def by_the_talmud(pool, claims):
    """Exact: equal awards on half of the claims, what is beyond half as equal losses on the other half."""
    halves = [Fraction(claim) / 2 for claim in claims]
    first = min(Fraction(pool), sum(halves))
    lower = equally_awarded(first, halves)
    upper = equally_lost(Fraction(pool) - first, halves)
    return [low + high for low, high in zip(lower, upper, strict=True)]


def contested_garment(pool, one, other):
    """Two on one garment: each concedes what is beyond the own claim, the rest is halved (Baba Metzia 2a)."""
    conceded_to_one, conceded_to_other = max(pool - other, 0), max(pool - one, 0)
    contested = pool - conceded_to_one - conceded_to_other
    return conceded_to_one + contested / 2, conceded_to_other + contested / 2
