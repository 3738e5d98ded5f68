"""Proportional division: against exact fractions, against a second solver, and by its properties."""

from __future__ import annotations

from math import fsum, inf, nan

import numpy as np
import pandas as pd
import pulp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import divide

from transfer_calc.allocation import AllocationError, proportional
from transfer_calc.issues import UsageError

SMALL = settings(max_examples=80, deadline=None, derandomize=True)


@st.composite
def pots(draw, caps=True):
    """A pool with claims, floors and caps between which it can be divided."""
    count = draw(st.integers(1, 8))
    claims = [draw(st.sampled_from([0.0, 1.0, 2.0]) | st.integers(0, 10**8).map(lambda cents: cents / 100))
              for _ in range(count)]  # fmt: skip
    floors = [draw(st.just(0) | st.integers(0, 1000)) for _ in range(count)]
    widths = [draw(st.just(inf) | st.integers(0, 1000)) if caps else inf for _ in range(count)]
    room = sum(min(width, 3000) for claim, width in zip(claims, widths, strict=True) if claim)
    pool = sum(floors) + draw(st.just(0) | st.just(room) | st.integers(0, room))
    return (
        float(pool),
        claims,
        [float(floor) for floor in floors],
        [float(floor + width) for floor, width in zip(floors, widths, strict=True)],
    )


def amounts_of(pool, claims, floors, caps):
    return proportional(pool, claims, floor=floors, cap=caps).amounts


def refused(*args, **kwargs):
    with pytest.raises(AllocationError) as caught:
        proportional(*args, **kwargs)
    return [(found.code, found.place.code) for found in caught.value.issues]


def near(pool):
    return 1e-9 * max(1.0, pool)


# --- by hand -------------------------------------------------------------------------------------------


def test_a_pool_is_divided_in_proportion():
    division = proportional(100, [1, 3, 4])
    assert division.amounts == [12.5, 37.5, 50.0]
    assert division.multiplier == 12.5
    assert division.binding == ["", "", ""]


def test_a_floor_is_paid_by_those_above_theirs():
    # 100 by 1 : 3 : 6 with at least 20 each: 20, and 80 by 3 : 6.
    division = proportional(90, [1, 2, 6], floor=20)
    assert division.amounts == pytest.approx([20, 20, 50], rel=1e-12)
    assert division.binding == ["floor", "floor", ""]
    assert division.multiplier == pytest.approx(50 / 6)


def test_what_a_cap_holds_back_goes_to_the_others():
    division = proportional(100, [1, 1, 8], cap=[inf, inf, 40])
    assert division.amounts == [30, 30, 40]
    assert division.binding == ["", "", "cap"]
    assert division.multiplier == 30


def test_a_county_without_a_claim_gets_its_floor():
    assert proportional(10, [0, 0, 2], floor=[3, 0, 0]).amounts == [3, 0, 7]


def test_an_empty_pool_is_divided_into_nothing():
    assert proportional(0, [1, 2]).amounts == [0, 0]
    assert proportional(0, []).amounts == []


def test_the_multiplier_is_the_smallest_that_closes_the_pool():
    # Both are at their caps from 5 on.
    assert proportional(15, [1, 2], cap=[5, 10]).multiplier == 5
    assert proportional(15, [1, 2], cap=[5, 10]).binding == ["cap", "cap"]
    assert proportional(15, [1, 2], floor=[5, 10]).multiplier == 0


# --- against exact fractions ---------------------------------------------------------------------------


def test_the_reference_solves_a_case_worked_out_by_hand():
    # 1 : 2 : 3 : 4 for 100, at least 15, at most 30: 15, 22, 30, 33 → cap 30 → 15, 25, 30, 30.
    amounts, multiplier = divide(100, [1, 2, 3, 4], [15] * 4, [30] * 4)
    assert amounts == [15, 25, 30, 30]
    assert multiplier * 2 == 25


@SMALL
@given(pots())
def test_the_amounts_are_those_of_exact_fractions(pot):
    division = proportional(pot[0], pot[1], floor=pot[2], cap=pot[3])
    amounts, multiplier = divide(*pot)
    for found, exact in zip(division.amounts, amounts, strict=True):
        assert abs(found - float(exact)) <= near(pot[0])
    assert division.multiplier == pytest.approx(float(multiplier), rel=1e-9, abs=1e-300)


@SMALL
@given(pots())
def test_the_amounts_add_up_and_keep_their_bounds(pot):
    pool, _, floors, caps = pot
    amounts = amounts_of(*pot)
    assert abs(fsum(amounts) - pool) <= 1e-9 * pool
    assert all(low <= amount <= high for low, amount, high in zip(floors, amounts, caps, strict=True))


@SMALL
@given(pots())
def test_what_binds_is_what_the_amount_equals(pot):
    pool, claims, floors, caps = pot
    division = proportional(pool, claims, floor=floors, cap=caps)
    for binds, amount, claim, low, high in zip(
        division.binding, division.amounts, claims, floors, caps, strict=True
    ):
        assert binds in ("", "floor", "cap")
        assert amount == {"": amount, "floor": low, "cap": high}[binds]
        if not binds:
            assert amount == pytest.approx(division.multiplier * claim, rel=1e-12)


# --- against a second solver ---------------------------------------------------------------------------


def solved_by_linear_programming(pool, claims, floors):
    """Maximise the least amount per unit of claim: x_i ≥ k c_i, x_i ≥ floor_i, Σ x = pool."""
    problem = pulp.LpProblem("division", pulp.LpMaximize)
    variable = getattr(problem, "add_variable", pulp.LpVariable)
    least = variable("k", lowBound=0)
    amounts = [variable(f"x{row}", lowBound=floor) for row, floor in enumerate(floors)]
    problem += least
    problem += pulp.lpSum(amounts) == pool
    for amount, claim in zip(amounts, claims, strict=True):
        problem += amount >= claim * least
    problem.solve(pulp.HiGHS(msg=False))
    return pulp.value(least), [pulp.value(amount) for amount in amounts]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(0, 40)), min_size=1, max_size=7), st.integers(1, 500)
)
def test_a_linear_program_finds_the_same_division(rows, above):
    claims, floors = [float(claim) for claim, _ in rows], [float(floor) for _, floor in rows]
    pool = sum(floors) + above
    division = proportional(pool, claims, floor=floors)
    multiplier, amounts = solved_by_linear_programming(pool, claims, floors)
    assert division.multiplier == pytest.approx(multiplier, rel=1e-6)
    assert division.amounts == pytest.approx(amounts, rel=1e-6, abs=1e-6)


# --- properties ----------------------------------------------------------------------------------------


@SMALL
@given(pots(), st.data())
def test_a_larger_claim_never_gets_less(pot, data):
    pool, claims, floors, caps = pot
    before = amounts_of(*pot)
    row = data.draw(st.integers(0, len(claims) - 1))
    more = [*claims]
    more[row] += data.draw(st.integers(1, 10**6))
    after = amounts_of(pool, more, floors, caps)
    assert after[row] >= before[row] - near(pool)
    assert all(
        new <= old + near(pool) for at, (new, old) in enumerate(zip(after, before, strict=True)) if at != row
    )


@SMALL
@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=8).filter(any))
def test_the_larger_of_two_claims_gets_no_less(claims):
    amounts = proportional(1000, claims).amounts
    assert sorted(amounts) == [amount for _, amount in sorted(zip(claims, amounts, strict=True))]


@SMALL
@given(pots(caps=False), st.integers(1, 10**5))
def test_a_larger_pool_gives_nobody_less(pot, more):
    pool, claims, floors, caps = pot
    if not any(claims):
        return
    for small, large in zip(amounts_of(*pot), amounts_of(pool + more, claims, floors, caps), strict=True):
        assert large >= small - near(pool + more)


@SMALL
@given(pots(), st.sampled_from([1e-4, 0.01, 3.0, 1e4, 1e8]))
def test_the_unit_of_the_claims_does_not_matter(pot, scale):
    pool, claims, floors, caps = pot
    scaled = amounts_of(pool, [claim * scale for claim in claims], floors, caps)
    assert scaled == pytest.approx(amounts_of(*pot), rel=1e-9, abs=near(pool))


@SMALL
@given(pots(), st.sampled_from([1e-4, 0.01, 3.0, 1e4, 1e8]))
def test_the_unit_of_the_money_does_not_matter(pot, scale):
    pool, claims, floors, caps = pot
    scaled = amounts_of(
        fsum([pool]) * scale, claims, [low * scale for low in floors], [high * scale for high in caps]
    )
    expected = [amount * scale for amount in amounts_of(*pot)]
    assert scaled == pytest.approx(expected, rel=1e-9, abs=near(pool) * scale)


@SMALL
@given(pots(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(pot, random):
    pool, *columns = pot
    order = list(range(len(columns[0])))
    random.shuffle(order)
    before = amounts_of(*pot)
    assert amounts_of(pool, *([column[row] for row in order] for column in columns)) == [
        before[row] for row in order
    ]


@SMALL
@given(pots(), st.data())
def test_equal_counties_get_equal_amounts(pot, data):
    pool, *columns = pot
    row = data.draw(st.integers(0, len(columns[0]) - 1))
    claims, floors, caps = ([*column, column[row]] for column in columns)
    amounts = amounts_of(pool + floors[row], claims, floors, caps)
    assert amounts[row] == amounts[-1]


@SMALL
@given(pots(), st.data())
def test_dividing_again_what_some_got_among_them_changes_nothing(pot, data):
    _, *columns = pot
    amounts = amounts_of(*pot)
    some = data.draw(st.sets(st.integers(0, len(amounts) - 1), min_size=1).map(sorted))
    theirs = [amounts[row] for row in some]
    again = amounts_of(fsum(theirs), *([column[row] for row in some] for column in columns))
    assert again == pytest.approx(theirs, rel=1e-9, abs=near(pot[0]))


def test_rounding_errors_of_the_bounds_do_not_refuse_a_pool_that_equals_them():
    floors = [0.1] * 10
    for pool in (sum(floors), 1.0):  # 0.9999999999999999 and 1
        assert proportional(pool, [1] * 10, floor=floors).amounts == floors
        assert proportional(pool, [1] * 10, cap=floors).amounts == pytest.approx(floors, rel=1e-12)


@pytest.mark.parametrize(
    ("pool", "claims"),
    [(1.0, [5e-324, 0.0]), (1.0, [5e-324, 1e-320]), (1e308, [1e308, 1e308]), (3e-320, [1.0, 2.0])],
)
def test_claims_at_the_ends_of_the_doubles_close_the_pool_or_are_refused(pool, claims):
    try:
        amounts = proportional(pool, claims).amounts
    except AllocationError:
        return
    assert fsum(amounts) == pytest.approx(pool, rel=1e-9)


# --- kind in, kind out ---------------------------------------------------------------------------------


def test_a_list_gives_a_list_and_an_array_an_array():
    assert type(proportional(4, [1, 3]).amounts) is list
    division = proportional(4, np.array([1.0, 3.0]))
    assert type(division.amounts) is np.ndarray
    assert division.amounts.tolist() == [1, 3]
    assert division.binding.tolist() == ["", ""]


def test_a_series_gives_a_series_with_its_labels():
    division = proportional(4, pd.Series([1, 3], index=["620102", "620103"]))
    pd.testing.assert_series_equal(division.amounts, pd.Series([1.0, 3.0], index=["620102", "620103"]))
    assert division.binding.to_dict() == {"620102": "", "620103": ""}


def test_bounds_with_labels_in_another_order_are_aligned():
    claim = pd.Series([1.0, 1.0, 1.0], index=["a", "b", "c"])
    floor = pd.Series([50.0, 0.0, 0.0], index=["c", "b", "a"])
    cap = pd.Series([10.0, 90.0, 90.0], index=["b", "c", "a"])
    assert proportional(90, claim, floor=floor, cap=cap).amounts.to_dict() == {"a": 30, "b": 10, "c": 50}


def test_one_figure_stands_for_every_county():
    assert proportional(10, [1, 9], floor=2).amounts == [2, 8]
    assert proportional(10, [1, 9], cap=6.0).amounts == [4, 6]


def test_inputs_are_left_as_they_were():
    claim, floor = np.array([1.0, 1.0]), np.array([6.0, 0.0])
    proportional(10, claim, floor=floor)
    assert claim.tolist() == [1, 1]
    assert floor.tolist() == [6, 0]


def test_vectors_of_different_length_are_wrong_usage():
    with pytest.raises(UsageError):
        proportional(10, [1, 2], floor=[1, 2, 3])


def test_labels_that_differ_are_wrong_usage():
    claim = pd.Series([1.0, 2.0], index=["a", "b"])
    with pytest.raises(UsageError):
        proportional(10, claim, floor=pd.Series([0.0, 1.0], index=["a", "c"]))


def test_labels_that_stand_twice_cannot_be_aligned():
    claim = pd.Series([1.0, 1.0, 1.0], index=["a", "b", "a"])
    floor = pd.Series([1.0, 2.0, 3.0], index=["a", "a", "b"])
    with pytest.raises(UsageError):
        proportional(10, claim, floor=floor)


# --- refusals ------------------------------------------------------------------------------------------


def test_floors_above_the_pool_are_refused():
    assert refused(10, [1, 1], floor=[6, 5]) == [("TC501", None)]


def test_floors_above_the_pool_by_a_cent_in_a_billion_are_refused():
    assert refused(1_000_000_000, [1, 1], floor=[500_000_000, 500_000_000.01]) == [("TC501", None)]


def test_caps_below_the_pool_are_refused():
    assert refused(10, [1, 1], cap=[4, 5]) == [("TC502", None)]


def test_the_cap_of_a_county_without_a_claim_takes_nothing_up():
    assert refused(10, [1, 0], cap=[4, 100]) == [("TC502", None)]


def test_a_pool_without_any_claim_is_refused():
    assert refused(10, [0, 0]) == [("TC503", None)]
    assert refused(10, []) == [("TC503", None)]


def test_a_floor_above_its_cap_names_the_county():
    assert refused(10, pd.Series([1, 1], index=["x", "y"]), floor=[0, 5], cap=[9, 4]) == [("TC504", "y")]


def test_a_negative_claim_names_the_county():
    assert refused(10, pd.Series([1.0, -2.0], index=["620102", "620103"])) == [("TC505", "620103")]
    assert refused(10, [3, 1, -1e-9]) == [("TC505", "2")]


@pytest.mark.parametrize("figure", [nan, inf, -inf])
def test_a_figure_that_is_no_number_names_the_county(figure):
    claim = pd.Series([1.0, 1.0], index=["x", "y"])
    assert refused(10, pd.Series([1.0, figure], index=["x", "y"])) == [("TC506", "y")]
    assert refused(10, claim, floor=[figure, 0]) == [("TC506", "x")]
    assert refused(figure, claim) == [("TC506", None)]


def test_a_cap_that_is_no_number_names_the_county():
    assert refused(10, [1, 1], cap=[inf, nan]) == [("TC506", "1")]


def test_a_negative_pool_is_refused():
    assert refused(-1, [1, 1]) == [("TC507", None)]


def test_every_problem_is_named_at_once():
    found = refused(10, [-1, 1, 1], floor=[0, 5, 0], cap=[9, 4, 9])
    assert found == [("TC505", "0"), ("TC504", "1")]
    assert refused(nan, [nan, 1], floor=[0, nan]) == [("TC506", "0"), ("TC506", "1"), ("TC506", None)]


def test_twenty_counties_are_named_and_the_rest_counted():
    with pytest.raises(AllocationError) as caught:
        proportional(10, [-1.0] * 25)
    issues = caught.value.issues
    assert [found.code for found in issues] == ["TC505"] * 20 + ["TC407"]
    assert [found.place.code for found in issues[:20]] == [str(row) for row in range(20)]
    assert issues[-1].message.en.startswith("5 ")
