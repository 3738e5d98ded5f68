"""Levelling up: against FUNDEB as published, against exact fractions, and by its properties."""

from __future__ import annotations

import csv
from fractions import Fraction
from math import fsum, inf, nan, nextafter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paths import CASES, ROOT
from rules_reference import levelled_up

from transfer_calc.allocation import AllocationError, level_up
from transfer_calc.issues import UsageError

SMALL = settings(max_examples=80, deadline=None, derandomize=True)
MAGNITUDES = st.sampled_from([1e-9, 1e-4, 1.0, 1e4, 1e9, 1e15])


@st.composite
def figures(draw, low):
    return draw(st.integers(low, 1000)) * draw(MAGNITUDES)


@st.composite
def towns(draw):
    """A pool with own figures and sizes; magnitudes are mixed, equal and nearly equal levels are common."""
    count = draw(st.integers(1, 8))
    levels = [
        draw(st.sampled_from([1.0, nextafter(1.0, 2), 1.0 + 2**-40]) | figures(-1000)) for _ in range(count)
    ]
    sizes = [draw(st.sampled_from([1.0, 3.0, 0.1]) | figures(1)) for _ in range(count)]
    own = [level * size for level, size in zip(levels, sizes, strict=True)]
    return draw(st.just(0.0) | figures(1)), own, sizes


def near(pool, own):
    """1e-12 of the pool, or what two doubles cannot tell apart in the largest own figure."""
    return 1e-12 * pool + 1e-29 * max(abs(figure) for figure in own)


def refused(*args):
    with pytest.raises(AllocationError) as caught:
        level_up(*args)
    return [(found.code, found.place.code) for found in caught.value.issues]


# --- FUNDEB 2024, as published ---------------------------------------------------------------------------


def read(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def test_the_27_state_funds_of_fundeb_reach_the_published_level():
    states = read(ROOT / "tests/data/fundeb-2024-states.csv")
    published = [float(state["top_up"]) for state in states]
    division = level_up(
        24_153_287_047.07,
        [float(state["own"]) for state in states],
        [float(state["enrolment"]) for state in states],
    )
    assert len(states) == 27
    assert division.multiplier == pytest.approx(5_361.4296, abs=5e-5)
    assert division.binding.count("") == sum(amount > 0 for amount in division.amounts) == 10
    assert max(abs(a - b) for a, b in zip(division.amounts, published, strict=True)) <= 0.13


def networks():
    """Own figures, sizes and published top-ups of the networks that qualify, by code."""
    folder = CASES / "fundeb-2024"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there (set TRANSFER_CALC_CASES)")
    weights = {row["etapa"]: float(row["peso_vaat"]) for row in read(folder / "input_weights.csv")}
    pupils = {row["ibge"]: row for row in read(folder / "input_enrolments_by_stage.csv")}
    published = {
        row["ibge"]: float(row["complemento_vaat"]) for row in read(folder / "published_output_entities.csv")
    }
    entities = read(folder / "input_entities.csv")
    assert len(entities) == 5_595
    able = [row for row in entities if row["inabilitados_vaat"] == "False"]
    codes = [row["ibge"] for row in able]
    sizes = [
        float(row["nse"])
        * fsum(float(pupils[row["ibge"]][stage]) * weight for stage, weight in weights.items())
        for row in able
    ]
    own = pd.Series([float(row["recursos_vaat"]) for row in able], index=codes)
    return own, pd.Series(sizes, index=codes), pd.Series(published)[codes]


def test_the_networks_of_fundeb_reach_the_published_level():
    own, sizes, published = networks()
    division = level_up(18_114_965_285.62, own, sizes)
    assert division.multiplier == pytest.approx(8_420.9572, abs=5e-5)
    assert (division.amounts > 0).sum() == (division.binding == "").sum() == 2_172
    assert (division.amounts - published).abs().max() <= 0.01


# --- by hand -------------------------------------------------------------------------------------------


def test_the_poorest_are_raised_to_one_level():
    # Per head 0, 5 and 10: 10 raises the first two to 7.5.
    division = level_up(10, [0, 5, 20], [1, 1, 2])
    assert division.amounts == [7.5, 2.5, 0]
    assert division.multiplier == 7.5
    assert division.binding == ["", "", "floor"]


def test_a_pool_that_raises_all_leaves_all_at_one_level():
    # 2 + 3 + 15 = 20 for 1 + 2 + 1 heads: 5 a head.
    division = level_up(10, [2, 8, 0], [1, 2, 1])
    assert division.amounts == [3, 2, 5]
    assert division.multiplier == 5


def test_an_empty_pool_stands_at_the_lowest_level():
    division = level_up(0, [4, 1, 2], [1, 1, 2])
    assert division.amounts == [0, 0, 0]
    assert division.multiplier == 1
    assert division.binding == ["floor", "", ""]
    assert level_up(0, [], []).amounts == []


def test_counties_at_one_level_share_by_size():
    assert level_up(6, [10, 20], [1, 2]).amounts == [2, 4]
    assert level_up(6, [0, 0, 0], 1).amounts == [2, 2, 2]


def test_a_debt_is_filled_first():
    assert level_up(10, [-6, 0], [1, 1]).amounts == [8, 2]


def test_a_pool_that_just_reaches_a_level_puts_its_county_there():
    division = level_up(3, [0, 3, 9], [1, 1, 1])
    assert division.amounts == [3, 0, 0]
    assert division.binding == ["", "", "floor"]


def test_a_last_digit_of_a_large_figure_is_a_difference():
    # 10^12 and its next double are 0.0001220703125 apart: half of that all goes to the lower one.
    large = 1e12
    half = (nextafter(large, inf) - large) / 2
    assert level_up(half, [large, nextafter(large, inf)], [1, 1]).amounts == [half, 0]
    assert level_up(half * 4, [large, nextafter(large, inf)], [1, 1]).amounts == [3 * half, half]


# --- against exact fractions ---------------------------------------------------------------------------


def test_the_reference_solves_a_case_worked_out_by_hand():
    assert levelled_up(10, [0, 5, 20], [1, 1, 2]) == ([Fraction(15, 2), Fraction(5, 2), 0], Fraction(15, 2))


@SMALL
@given(towns())
def test_the_top_ups_are_those_of_exact_fractions(town):
    pool, own, _ = town
    division = level_up(*town)
    amounts, level = levelled_up(*town)
    for found, exact in zip(division.amounts, amounts, strict=True):
        assert abs(Fraction(found) - exact) <= near(pool, own)
    assert abs(Fraction(division.multiplier) - level) <= Fraction(1, 10**15) * abs(level)


def test_two_thousand_made_up_counties_agree_with_exact_fractions():
    random = np.random.default_rng(5)
    own, sizes = random.lognormal(8, 1, 2000), random.lognormal(3, 1, 2000)
    for pool in (1e-6, 1.0, float(own.sum()) / 10, float(own.sum()) * 10):
        amounts, level = levelled_up(pool, own, sizes)
        division = level_up(pool, own, sizes)
        assert (
            max(abs(Fraction(a) - b) for a, b in zip(division.amounts, amounts, strict=True)) <= 1e-12 * pool
        )
        assert division.multiplier == pytest.approx(float(level), rel=1e-15)


def test_a_small_pool_on_large_and_nearly_equal_figures_agrees_with_exact_fractions():
    # One double of an own figure of 10^12 is worth more than the pool.
    random = np.random.default_rng(3)
    sizes = random.lognormal(10, 1, 60)
    own = 1e12 / sizes.max() * sizes
    for pool in (1e-5, 1e-4):
        amounts, _ = levelled_up(pool, own, sizes)
        assert 2 < sum(amount > 0 for amount in amounts) < 60
        division = level_up(pool, own, sizes)
        assert (
            max(abs(Fraction(a) - b) for a, b in zip(division.amounts, amounts, strict=True)) <= 1e-12 * pool
        )


# --- properties ----------------------------------------------------------------------------------------


@SMALL
@given(towns())
def test_the_top_ups_add_up_and_take_nothing_away(town):
    amounts = level_up(*town).amounts
    assert abs(fsum(amounts) - town[0]) <= 1e-12 * town[0]
    assert min(amounts) >= 0


@SMALL
@given(towns())
def test_all_raised_stand_at_the_level_and_the_others_above_it(town):
    _, own, sizes = town
    division = level_up(*town)
    for amount, mine, size, binds in zip(division.amounts, own, sizes, division.binding, strict=True):
        after, level = Fraction(amount) + Fraction(mine), Fraction(division.multiplier) * Fraction(size)
        slack = 1e-15 * (abs(level) + abs(mine) + amount)
        if binds:
            assert amount == 0
            assert after >= level - slack
        else:
            assert abs(after - level) <= slack


@SMALL
@given(towns(), st.data())
def test_equal_counties_get_equal_top_ups(town, data):
    pool, own, sizes = town
    row = data.draw(st.integers(0, len(own) - 1))
    amounts = level_up(pool, [*own, own[row]], [*sizes, sizes[row]]).amounts
    assert amounts[row] == amounts[-1]


@SMALL
@given(towns(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(town, random):
    pool, own, sizes = town
    order = list(range(len(own)))
    random.shuffle(order)
    before = level_up(*town)
    after = level_up(pool, [own[row] for row in order], [sizes[row] for row in order])
    assert after.amounts == [before.amounts[row] for row in order]
    assert after.multiplier == before.multiplier


@SMALL
@given(towns(), st.data())
def test_resolving_for_a_part_changes_nothing(town, data):
    pool, own, sizes = town
    amounts = level_up(*town).amounts
    some = data.draw(st.sets(st.integers(0, len(own) - 1), min_size=1).map(sorted))
    theirs = [amounts[row] for row in some]
    again = level_up(fsum(theirs), [own[row] for row in some], [sizes[row] for row in some]).amounts
    assert again == pytest.approx(theirs, rel=0, abs=near(pool, own))


@SMALL
@given(towns(), figures(1))
def test_a_larger_pool_gives_nobody_less(town, more):
    pool, own, sizes = town
    for small, large in zip(level_up(*town).amounts, level_up(pool + more, own, sizes).amounts, strict=True):
        assert large >= small - near(pool + more, own)


@SMALL
@given(towns(), st.data(), figures(1))
def test_who_has_more_gets_no_more_and_who_is_larger_no_less(town, data, more):
    pool, own, sizes = town
    row = data.draw(st.integers(0, len(own) - 1))
    before = level_up(*town).amounts[row]
    richer, larger = [*own], [*sizes]
    richer[row] += more
    larger[row] += more
    assert level_up(pool, richer, sizes).amounts[row] <= before + near(pool, richer)
    if own[row] >= 0:
        assert level_up(pool, own, larger).amounts[row] >= before - near(pool, own)


@SMALL
@given(towns(), st.integers(0, 1000).map(lambda part: part / 1000))
def test_the_pool_may_be_given_out_in_two_steps(town, part):
    pool, own, sizes = town
    first = level_up(part * pool, own, sizes).amounts
    raised = [mine + amount for mine, amount in zip(own, first, strict=True)]
    second = level_up(pool - part * pool, raised, sizes).amounts
    both = [one + two for one, two in zip(first, second, strict=True)]
    # What is raised is rounded to its own last digit.
    slack = 1e-12 * pool + 1e-15 * len(own) * max(abs(mine) for mine in raised)
    assert both == pytest.approx(level_up(*town).amounts, rel=0, abs=slack)


def test_splitting_a_county_changes_nothing_for_the_others():
    assert level_up(10, [0, 6, 20], [1, 2, 2]).amounts == pytest.approx([16 / 3, 14 / 3, 0])
    assert level_up(10, [0, 3, 3, 20], [1, 1, 1, 2]).amounts == pytest.approx([16 / 3, 7 / 3, 7 / 3, 0])


@SMALL
@given(towns(), st.sampled_from([2.0**-30, 0.25, 2.0**40]), st.sampled_from([2.0**-20, 8.0]))
def test_the_units_of_money_and_size_do_not_matter(town, money, heads):
    pool, own, sizes = town
    division = level_up(*town)
    scaled = level_up(pool * money, [mine * money for mine in own], [size * heads for size in sizes])
    assert scaled.amounts == [amount * money for amount in division.amounts]
    assert scaled.multiplier == division.multiplier * money / heads


# --- kind in, kind out, refusals -----------------------------------------------------------------------


def test_a_series_gives_a_series_and_sizes_are_aligned_by_label():
    own = pd.Series([0.0, 5.0], index=["620102", "620103"])
    division = level_up(4, own, pd.Series([1.0, 3.0], index=["620103", "620102"]))
    pd.testing.assert_series_equal(division.amounts, pd.Series([4.0, 0.0], index=own.index))
    assert division.binding.to_dict() == {"620102": "", "620103": "floor"}


def test_an_array_gives_an_array_and_is_left_as_it_was():
    own = np.array([3.0, 1.0])
    division = level_up(1, own, np.array([1.0, 1.0]))
    assert division.amounts.tolist() == [0, 1]
    assert own.tolist() == [3, 1]


def test_vectors_that_do_not_match_are_wrong_usage():
    with pytest.raises(UsageError):
        level_up(1, [1, 2], [1, 2, 3])
    with pytest.raises(UsageError):
        level_up(1, pd.Series([1.0], index=["a"]), pd.Series([1.0], index=["b"]))


def test_a_size_of_nothing_names_the_county():
    own = pd.Series([1.0, 1.0, 1.0], index=["x", "y", "z"])
    assert refused(1, own, [0, 1, -2]) == [("TC521", "x"), ("TC521", "z")]


def test_a_figure_that_is_no_number_is_named():
    assert refused(1, [1, nan], [1, inf]) == [("TC506", "1"), ("TC506", "1")]
    assert refused(nan, [1], [1]) == [("TC506", None)]
    assert refused(-1, [1], [1]) == [("TC507", None)]


def test_a_pool_for_nobody_is_refused():
    assert refused(1, [], []) == [("TC503", None)]


@pytest.mark.parametrize(
    ("pool", "own", "sizes"),
    [
        (1e308, [1e308, 1e308], [1, 1]),
        (5e-324, [0, 1], [1, 1]),
        (1, [1, 0], [5e-324, 1e308]),
        (1e308, [1e308], [1e-300]),
    ],
)
def test_figures_at_the_ends_of_the_doubles_close_the_pool_or_are_refused(pool, own, sizes):
    try:
        amounts = level_up(pool, own, sizes).amounts
    except AllocationError as error:
        found = {one.code for one in error.issues}
    else:
        found = {"TC512"} if fsum(amounts) == pytest.approx(pool, rel=1e-12) else set(amounts)
    assert found == {"TC512"}
