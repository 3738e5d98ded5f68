"""Equal awards, equal losses and the Talmud: classical cases, exact fractions, and properties true and false."""

from __future__ import annotations

import doctest
from fractions import Fraction
from itertools import pairwise
from math import fsum, inf, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paths import ROOT
from rules_reference import by_the_talmud, contested_garment, equally_awarded, equally_lost

from transfer_calc.allocation import (
    AllocationError,
    equal_awards,
    equal_losses,
    proportional,
    settle,
    talmud,
)
from transfer_calc.allocation.bends import is_below
from transfer_calc.issues import UsageError

SMALL = settings(max_examples=50, deadline=None, derandomize=True)
REFERENCE = {equal_awards: equally_awarded, equal_losses: equally_lost, talmud: by_the_talmud}
each_rule = pytest.mark.parametrize("rule", REFERENCE, ids=lambda rule: rule.__name__)


@st.composite
def pots(draw, magnitudes=(1e-9, 1e-4, 1.0, 1e4, 1e9, 1e15)):
    """Claims of mixed magnitudes, equal ones among them, and a pool of at most all of them."""
    claim = st.sampled_from([0.0, 1.0, 2.0]) | st.builds(
        lambda figure, by: figure * by, st.integers(0, 1000), st.sampled_from(magnitudes)
    )
    claims = draw(st.lists(claim, min_size=1, max_size=8))
    part = draw(st.sampled_from([0.0, 0.5, 1.0]) | st.integers(1, 10**6).map(lambda part: part / 10**6))
    return min(draw(st.sampled_from([1.0, 1e-6])) * part * fsum(claims), fsum(claims)), claims


def refused(rule, *args):
    with pytest.raises(AllocationError) as caught:
        rule(*args)
    return [(found.code, found.place.code) for found in caught.value.issues]


# --- classical cases -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("estate", "amounts"), [(100, [100 / 3] * 3), (200, [50, 75, 75]), (300, [50, 100, 150])]
)
def test_the_three_widows_of_kethubot_93a(estate, amounts):
    assert talmud(estate, [100, 200, 300]).amounts == pytest.approx(amounts, rel=1e-15)


def test_the_contested_garment_of_baba_metzia_2a():
    # One says "all of it is mine", the other "half of it is mine".
    assert talmud(1, [1, 0.5]).amounts == [0.75, 0.25]
    # Both claim all: half each. One claims a third (Tosefta): a sixth.
    assert talmud(1, [1, 1]).amounts == [0.5, 0.5]
    assert talmud(1, [1, 1 / 3]).amounts == pytest.approx([5 / 6, 1 / 6], rel=1e-15)


@pytest.mark.parametrize(
    ("estate", "awards", "losses"),
    [
        (100, [100 / 3] * 3, [0, 0, 100]),
        (200, [200 / 3] * 3, [0, 50, 150]),
        (300, [100, 100, 100], [0, 100, 200]),
        (400, [100, 150, 150], [100 / 3, 400 / 3, 700 / 3]),
        (500, [100, 200, 200], [200 / 3, 500 / 3, 800 / 3]),
    ],
)
def test_equal_awards_and_equal_losses_on_the_widows_claims(estate, awards, losses):
    assert equal_awards(estate, [100, 200, 300]).amounts == pytest.approx(awards, rel=1e-15)
    assert equal_losses(estate, [100, 200, 300]).amounts == pytest.approx(losses, rel=1e-15)


def test_equal_awards_pay_small_claims_in_full():
    division = equal_awards(100, [10, 60, 80])
    assert division.amounts == [10, 45, 45]
    assert division.multiplier == 45
    assert division.binding == ["cap", "", ""]


def test_equal_losses_pay_small_claims_nothing():
    # 140 is claimed by the two large ones: each loses 20, and so would the small one, which has only 10.
    division = equal_losses(100, [10, 60, 80])
    assert division.amounts == [0, 40, 60]
    assert division.multiplier == 20
    assert division.binding == ["floor", "", ""]


def test_the_talmud_awards_equally_below_half_and_takes_equally_above():
    below, above = talmud(60, [20, 80, 100]), talmud(140, [20, 80, 100])
    assert (below.amounts, below.multiplier, below.binding) == ([10, 25, 25], 25, ["cap", "", ""])
    assert (above.amounts, above.multiplier, above.binding) == ([10, 55, 75], 25, ["floor", "", ""])


@each_rule
def test_nothing_is_divided_into_nothing(rule):
    assert rule(0, [3, 0, 5]).amounts == [0, 0, 0]
    assert rule(0, [0, 0]).amounts == [0, 0]
    assert rule(0, []).amounts == []


@each_rule
def test_all_claims_are_met_by_a_pool_of_all_claims(rule):
    assert rule(8, [3, 0, 5]).amounts == [3, 0, 5]
    # Added up in doubles these are 0.9999999999999999 and 0.6000000000000001: neither is refused.
    for claims, pool in (
        ([0.1] * 10, sum([0.1] * 10)),
        ([0.1] * 10, 1.0),
        ([0.1, 0.2, 0.3], 0.1 + 0.2 + 0.3),
    ):
        amounts = rule(pool, claims).amounts
        assert amounts == pytest.approx(claims, rel=1e-15)
        assert all(amount <= claim for amount, claim in zip(amounts, claims, strict=True))


def test_a_claim_equal_to_the_common_figure_is_held_by_its_bound():
    assert equal_awards(30, [10, 10, 20]).binding == ["cap", "cap", ""]
    assert equal_losses(30, [10, 20, 30]).binding == ["floor", "", ""]
    assert talmud(30, [20, 20, 40]).binding == ["cap", "cap", ""]
    assert talmud(50, [20, 20, 40]).binding == ["floor", "floor", ""]


def test_an_award_is_never_a_digit_below_the_claim_it_has_just_met():
    # In doubles 3 × 0.35 / 3 is 0.3499999999999999.
    division = equal_awards(4 * 0.35, [0.35, 1, 1, 1])
    assert division.amounts == [0.35] * 4
    assert division.binding == ["cap", "", "", ""]


def test_sums_are_compared_exactly_where_plain_ones_go_wrong():
    values = np.array([1e16, 1.0, -1e16])
    assert float(np.sum(values)) == 0
    assert not is_below(values, 0.5)
    assert is_below(values, 1.5)
    assert is_below(np.array([1.0, 2.0]), 4.0)


def test_the_figure_is_the_smallest_that_closes_the_pool():
    assert equal_awards(8, [3, 0, 5]).multiplier == 5
    assert equal_awards(0, [3, 0, 5]).multiplier == 0
    assert equal_losses(0, [3, 0, 5]).multiplier == 5
    assert equal_losses(8, [3, 0, 5]).multiplier == 0
    assert talmud(4, [3, 0, 5]).multiplier == 2.5
    assert talmud(8, [3, 0, 5]).multiplier == 0


# --- against exact fractions ---------------------------------------------------------------------------


def test_the_reference_solves_cases_worked_out_by_hand():
    assert equally_awarded(100, [10, 60, 80]) == [10, 45, 45]
    assert equally_lost(100, [10, 60, 80]) == [0, 40, 60]
    assert by_the_talmud(140, [20, 80, 100]) == [10, 55, 75]
    assert contested_garment(Fraction(1), 1, Fraction(1, 2)) == (Fraction(3, 4), Fraction(1, 4))


@each_rule
@SMALL
@given(pot=pots())
def test_the_amounts_are_those_of_exact_fractions(rule, pot):
    pool, claims = pot
    if pool > sum(Fraction(claim) for claim in claims):
        return  # by a last digit, which the reference does not forgive
    for found, exact in zip(rule(*pot).amounts, REFERENCE[rule](*pot), strict=True):
        assert abs(Fraction(found) - exact) <= 1e-15 * len(claims) * pool


@each_rule
def test_two_thousand_made_up_claims_agree_with_exact_fractions(rule):
    claims = np.random.default_rng(11).lognormal(8, 2, 2000)
    for part in (1e-9, 0.1, 0.5, 0.9, 1 - 1e-9):
        pool = part * fsum(claims)
        exact = REFERENCE[rule](pool, claims)
        assert (
            max(abs(Fraction(a) - b) for a, b in zip(rule(pool, claims).amounts, exact, strict=True))
            <= 1e-14 * pool
        )


# --- properties of all three ---------------------------------------------------------------------------


@each_rule
@SMALL
@given(pot=pots())
def test_the_amounts_add_up_and_lie_between_nothing_and_the_claim(rule, pot):
    pool, claims = pot
    amounts = rule(*pot).amounts
    assert abs(fsum(amounts) - pool) <= 1e-12 * pool
    assert all(0 <= amount <= claim for amount, claim in zip(amounts, claims, strict=True))


@each_rule
@SMALL
@given(pot=pots(), data=st.data())
def test_equal_claims_get_equal_amounts(rule, pot, data):
    pool, claims = pot
    row = data.draw(st.integers(0, len(claims) - 1))
    amounts = rule(pool, [*claims, claims[row]]).amounts
    assert amounts[row] == amounts[-1]


@each_rule
@SMALL
@given(pot=pots())
def test_the_larger_of_two_claims_gets_no_less_and_loses_no_less(rule, pot):
    pool, claims = pot
    rows = sorted(zip(claims, rule(*pot).amounts, strict=True))
    for (small, less), (large, more) in pairwise(rows):
        assert less <= more
        assert small - less <= large - more + 1e-15 * (large + pool)


@each_rule
@SMALL
@given(pot=pots(), data=st.data())
def test_a_larger_claim_never_gets_less_and_gives_the_others_no_more(rule, pot, data):
    pool, claims = pot
    row = data.draw(st.integers(0, len(claims) - 1))
    larger = [*claims]
    larger[row] += data.draw(st.sampled_from([1e-6, 1.0, 1e9]))
    before, after = rule(*pot).amounts, rule(pool, larger).amounts
    assert after[row] >= before[row] - 1e-12 * pool
    assert all(
        new <= old + 1e-12 * pool
        for at, (new, old) in enumerate(zip(after, before, strict=True))
        if at != row
    )


@each_rule
@SMALL
@given(pot=pots(), part=st.integers(0, 10**6).map(lambda part: part / 10**6))
def test_a_larger_pool_gives_nobody_less(rule, pot, part):
    pool, claims = pot
    small, large = rule(part * pool, claims).amounts, rule(pool, claims).amounts
    assert all(less <= more + 1e-12 * pool for less, more in zip(small, large, strict=True))


@each_rule
@SMALL
@given(pot=pots(), scale=st.sampled_from([1e-9, 0.01, 3.0, 1e4, 1e9]))
def test_the_unit_of_the_money_does_not_matter(rule, pot, scale):
    pool, claims = pot
    scaled = rule(pool * scale, [claim * scale for claim in claims]).amounts
    # A claim rounded anew moves by a last digit of its own, which may be large beside a small pool.
    slack = 1e-12 * pool * scale + 1e-15 * max(claims) * scale
    assert scaled == pytest.approx([amount * scale for amount in rule(*pot).amounts], rel=0, abs=slack)


@each_rule
@SMALL
@given(pot=pots(), random=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rule, pot, random):
    pool, claims = pot
    order = list(range(len(claims)))
    random.shuffle(order)
    before, after = rule(*pot), rule(pool, [claims[row] for row in order])
    assert after.amounts == [before.amounts[row] for row in order]
    assert after.multiplier == before.multiplier


@each_rule
@SMALL
@given(pot=pots(), data=st.data())
def test_resolving_for_a_part_changes_nothing(rule, pot, data):
    pool, claims = pot
    amounts = rule(*pot).amounts
    some = data.draw(st.sets(st.integers(0, len(claims) - 1), min_size=1).map(sorted))
    theirs = [amounts[row] for row in some]
    again = rule(fsum(theirs), [claims[row] for row in some]).amounts
    assert again == pytest.approx(theirs, rel=0, abs=1e-12 * pool)


# --- properties of one or two --------------------------------------------------------------------------


@SMALL
@given(pots())
def test_equal_awards_and_equal_losses_are_duals(pot):
    pool, claims = pot
    together = fsum(claims)
    losses = equal_losses(max(together - pool, 0), claims).amounts
    awards = [claim - loss for claim, loss in zip(claims, losses, strict=True)]
    assert equal_awards(*pot).amounts == pytest.approx(awards, rel=0, abs=1e-15 * together)


@SMALL
@given(pots())
def test_the_talmud_is_its_own_dual(pot):
    pool, claims = pot
    together = fsum(claims)
    losses = talmud(max(together - pool, 0), claims).amounts
    awards = [claim - loss for claim, loss in zip(claims, losses, strict=True)]
    assert talmud(*pot).amounts == pytest.approx(awards, rel=0, abs=1e-15 * together)


@SMALL
@given(pots(magnitudes=(1.0, 100.0)))
def test_the_talmud_divides_between_any_two_as_the_contested_garment(pot):
    # Aumann and Maschler's theorem: this holds for no other rule.
    amounts, claims = [Fraction(amount) for amount in talmud(*pot).amounts], pot[1]
    for one in range(len(claims)):
        for other in range(one):
            first, _ = contested_garment(
                amounts[one] + amounts[other], Fraction(claims[one]), Fraction(claims[other])
            )
            assert abs(first - amounts[one]) <= 1e-12 * pot[0]


@pytest.mark.parametrize("rule", [equal_awards, talmud], ids=lambda rule: rule.__name__)
@SMALL
@given(pot=pots())
def test_a_claim_beyond_the_pool_counts_as_the_pool(rule, pot):
    pool, claims = pot
    cut = [min(claim, pool) for claim in claims]
    assert rule(pool, cut).amounts == pytest.approx(rule(*pot).amounts, rel=0, abs=1e-12 * pool)


@SMALL
@given(pots(), st.floats(0, 1))
def test_equal_awards_and_equal_losses_may_be_given_out_in_two_steps(pot, part):
    pool, claims = pot
    for rule in (equal_awards, equal_losses):
        first = rule(part * pool, claims).amounts
        left = [claim - amount for claim, amount in zip(claims, first, strict=True)]
        second = rule(min(pool - part * pool, fsum(left)), left).amounts
        both = [one + two for one, two in zip(first, second, strict=True)]
        assert both == pytest.approx(rule(*pot).amounts, rel=0, abs=1e-12 * fsum(claims))


# --- properties that do not hold, as the reference page says -------------------------------------------


def test_a_larger_pool_can_lower_one_county_by_one_unit_after_settling():
    claims = [6, 6, 2]
    assert settle(proportional(10, claims).amounts, 10).tolist() == [4, 4, 2]
    assert settle(proportional(11, claims).amounts, 11).tolist() == [5, 5, 1]


def test_equal_counties_can_differ_by_one_unit_after_settling():
    assert settle(proportional(3, [1, 1]).amounts, 3, ties=["620103", "620102"]).tolist() == [1, 2]


def test_resolving_for_a_part_can_move_a_unit_after_settling():
    claims = [6, 6, 2]
    assert settle(proportional(10, claims).amounts, 10).tolist() == [4, 4, 2]
    assert settle(proportional(6, claims[1:]).amounts, 6).tolist() == [5, 1]


def test_equal_losses_and_proportion_do_count_claims_beyond_the_pool():
    assert equal_losses(10, [10, 20]).amounts == [0, 10]
    assert equal_losses(10, [10, 10]).amounts == [5, 5]
    assert proportional(9, [9, 18]).amounts == [3, 6]
    assert proportional(9, [9, 9]).amounts == [4.5, 4.5]


def test_splitting_a_county_changes_all_rules_but_proportion():
    assert proportional(6, [4, 8]).amounts == [2, 4]
    assert proportional(6, [4, 4, 4]).amounts == [2, 2, 2]
    assert equal_awards(6, [4, 8]).amounts == [3, 3]
    assert equal_awards(6, [4, 4, 4]).amounts == [2, 2, 2]
    assert equal_losses(6, [4, 8]).amounts == [1, 5]
    assert equal_losses(6, [4, 4, 4]).amounts == [2, 2, 2]
    assert talmud(4, [4, 8]).amounts == [2, 2]
    assert talmud(4, [4, 4, 4]).amounts == pytest.approx([4 / 3] * 3)


def test_equal_awards_and_equal_losses_are_not_their_own_duals():
    assert equal_awards(6, [2, 10]).amounts == [2, 4]
    assert equal_losses(6, [2, 10]).amounts == [0, 6]
    assert talmud(6, [2, 10]).amounts == [1, 5]


def test_the_talmud_cannot_be_given_out_in_two_steps():
    assert talmud(6, [4, 8]).amounts == [2, 4]
    assert talmud(4, [4, 8]).amounts == [2, 2]
    assert talmud(2, [2, 6]).amounts == [1, 1]  # the rest of 2 on the rest of the claims: 3 and 3


@pytest.mark.parametrize("page", ["allocation.md", "allocation.zh.md"])
def test_the_reference_page_shows_what_comes_out(page):
    found = doctest.testfile(str(ROOT / "docs/reference" / page), module_relative=False, encoding="utf-8")
    assert (found.failed, found.attempted) == (0, 4)


# --- kind in, kind out, refusals -----------------------------------------------------------------------


@each_rule
def test_each_kind_of_vector_comes_back(rule):
    assert type(rule(1, [1, 2]).amounts) is list
    assert type(rule(1, np.array([1, 2])).amounts) is np.ndarray
    division = rule(3, pd.Series([1, 2], index=["620102", "620103"]))
    assert division.amounts.to_dict() == {"620102": 1, "620103": 2}
    assert list(division.binding.index) == ["620102", "620103"]


@each_rule
def test_a_pool_above_the_claims_is_refused(rule):
    assert refused(rule, 3.01, [1, 2]) == [("TC520", None)]
    assert refused(rule, 1, [0, 0]) == [("TC520", None)]
    assert refused(rule, 1, []) == [("TC520", None)]


@each_rule
def test_figures_that_cannot_be_are_named(rule):
    assert refused(rule, 1, pd.Series([1, -2, 5], index=["x", "y", "z"])) == [("TC505", "y")]
    assert refused(rule, 1, [1, nan, inf]) == [("TC506", "1"), ("TC506", "2")]
    assert refused(rule, nan, [1]) == [("TC506", None)]
    assert refused(rule, -1, [1, -1]) == [("TC507", None), ("TC505", "1")]


@each_rule
def test_a_table_is_wrong_usage(rule):
    with pytest.raises(UsageError):
        rule(1, [[1, 2], [3, 4]])


@each_rule
@pytest.mark.parametrize(
    ("pool", "claims"), [(1e308, [1e308, 1e308]), (5e-324, [5e-324, 1]), (3e-320, [1e-320] * 4)]
)
def test_figures_at_the_ends_of_the_doubles_close_the_pool_or_are_refused(rule, pool, claims):
    try:
        amounts = rule(pool, claims).amounts
    except AllocationError as error:
        found = {one.code for one in error.issues}
    else:
        found = {"TC512"} if fsum(amounts) == pytest.approx(pool, rel=1e-12) else set(amounts)
    assert found == {"TC512"}
