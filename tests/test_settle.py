"""Settlement: against an exact largest remainder, and by its properties."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from math import inf, nan
from time import perf_counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import largest_remainder, unit_by_unit

from transfer_calc.allocation import AllocationError, settle
from transfer_calc.issues import UsageError

SMALL = settings(max_examples=100, deadline=None, derandomize=True)
MILLION = 10**6


@st.composite
def exact_amounts(draw, least=-20 * MILLION, most=20 * MILLION):
    """Amounts as whole millionths which add up to a whole number, and that number."""
    parts = st.integers(least, most) | st.integers(-5, 5).map(lambda halves: halves * MILLION // 2)
    amounts = draw(st.lists(parts, min_size=1, max_size=9))
    total = sum(amounts) // MILLION
    amounts[0] -= sum(amounts) - total * MILLION
    return amounts, total


def doubles(millionths):
    return [part / MILLION for part in millionths]


def refused(*args, **kwargs):
    with pytest.raises(AllocationError) as caught:
        settle(*args, **kwargs)
    return [(found.code, found.place.code) for found in caught.value.issues]


# --- by hand -------------------------------------------------------------------------------------------


def test_the_largest_remainders_get_the_units_left_over():
    assert settle([1.3, 2.3, 3.4], 7).tolist() == [1, 2, 4]
    assert settle([1.6, 2.7, 3.7], 8).tolist() == [1, 3, 4]


def test_whole_amounts_stay_as_they_are():
    assert settle([3, 0, 4], 7).tolist() == [3, 0, 4]


def test_equal_remainders_go_by_code_and_not_by_row():
    assert settle([0.5, 0.5, 0.5, 0.5], 2, ties=["d", "a", "c", "b"]).tolist() == [0, 1, 0, 1]
    assert settle(pd.Series([0.5, 0.5], index=["620103", "620102"]), 1).to_dict() == {
        "620103": 0,
        "620102": 1,
    }


def test_equal_remainders_without_codes_go_by_row():
    assert settle([0.5, 0.5, 0.5, 0.5], 2).tolist() == [1, 1, 0, 0]


def test_a_billionth_below_a_whole_number_counts_as_that_number():
    assert settle([28.999999999, 71.000000001], 100).tolist() == [29, 71]
    # Neither as a bound does it cut a unit off or put one on.
    assert settle([28.999999999, 1.000000001], 30, cap=[28.999999999, 9]).tolist() == [29, 1]
    assert settle([29.000000001, 0.999999999], 30, floor=[29.000000001, 0]).tolist() == [29, 1]


def test_remainders_that_differ_by_a_billionth_are_equal_and_go_by_code():
    assert settle([0.5000000001, 0.4999999999], 1, ties=["b", "a"]).tolist() == [0, 1]


def test_remainders_that_differ_by_a_millionth_are_not_equal():
    assert settle([0.500001, 0.499999], 1, ties=["b", "a"]).tolist() == [1, 0]


def test_what_some_pay_others_receive():
    assert settle([-0.5, 0.5], 0).tolist() == [0, 0]
    assert settle([-2.4, 1.2, 1.2], 0).tolist() == [-2, 1, 1]
    assert settle([-3.6, -1.2, 4.8], 0).tolist() == [-4, -1, 5]


@pytest.mark.parametrize("unit", ["0.01", 0.01, Decimal("0.01")])
def test_yuan_are_settled_to_fen(unit):
    assert settle([0.105, 0.105, 0.79], "1.00", unit=unit).tolist() == [11, 10, 79]
    # 0.29 / 0.01 is 28.999999999999996 in doubles.
    assert settle([0.29, 0.57], "0.86", unit=unit).tolist() == [29, 57]


def test_amounts_are_settled_to_hundreds():
    assert settle([149.0, 151.0, 200.0], 500, unit=100).tolist() == [1, 2, 2]


@pytest.mark.parametrize("total", [7, "7", "7.00", Decimal(7), 7.0, np.int64(7), np.float64(7.0)])
def test_the_total_may_be_any_kind_of_number(total):
    assert settle([3.5, 3.5], total).tolist() == [4, 3]


def test_bounds_are_kept_to_the_unit():
    assert settle([2.5, 2.5, 5], 10, cap=[2.5, 9, 9]).tolist() == [2, 3, 5]
    assert settle([2.5, 2.5, 5], 10, floor=[0, 2.5, 0]).tolist() == [2, 3, 5]


def test_a_bound_may_move_an_amount_by_more_than_a_unit():
    # The floor lifts the first by 4; the others give them up.
    assert settle([1, 4.5, 4.5], 10, floor=[5, 0, 0], ties="abc").tolist()[0] == 5
    assert settle([8, 1, 1], 10, cap=[4, 9, 9]).tolist() == [4, 3, 3]


def test_a_county_lifted_by_its_floor_gets_no_more_while_another_is_nearer_its_amount():
    # Four at their caps lose 0.6 each; two units are left for the first (2.1, lifted to 3) and the last
    # (4.5). The last at 6 is 1.5 above its amount; the first at 4 would be 1.9 above.
    amounts, caps = [2.1, 10.6, 10.6, 10.6, 10.6, 4.5], [inf, 10.6, 10.6, 10.6, 10.6, inf]
    assert settle(amounts, 49, floor=[2.1, 0, 0, 0, 0, 0], cap=caps).tolist() == [3, 10, 10, 10, 10, 6]


def test_of_equal_remainders_those_at_their_caps_are_passed_over():
    assert settle([0.5, 0.5, 0.5, 0.5], 2, cap=[0, 9, 9, 9]).tolist() == [0, 1, 1, 0]


def test_units_are_taken_back_from_the_smallest_remainders_above_their_floor():
    # Two are lifted from 0.5 to 1, which costs one unit.
    assert settle([0.5, 0.5, 2.3, 3.2, 3.5], 10, floor=[1, 1, 0, 0, 0]).tolist() == [1, 1, 2, 3, 3]
    assert settle([0.5, 0.5, 2.0, 2.0], 5, floor=[1, 1, 0, 0], ties="dcba").tolist() == [1, 1, 2, 1]
    # 28.999999999 has the remainder 0 of 29, not 0.999999999 above 28.
    amounts = [28.999999999, 0.5, 0.5, 5.000000001]
    assert settle(amounts, 35, floor=[0, 1, 1, 0], ties="dcba").tolist() == [29, 1, 1, 4]


def test_floors_that_are_no_whole_units_cost_the_others():
    assert settle([0.2] * 5 + [9.0], 10, floor=0.2).tolist() == [1, 1, 1, 1, 1, 5]


def test_raising_the_pool_can_lower_one_county_by_a_unit():
    """The price of the largest remainder (the Alabama paradox): documented, and shown here."""

    def divided(pool, claims):
        return settle([pool * claim / sum(claims) for claim in claims], pool).tolist()

    assert divided(3, [1, 3, 3]) == [1, 1, 1]
    assert divided(4, [1, 3, 3]) == [0, 2, 2]
    assert divided(10, [6, 6, 2]) == [4, 4, 2]
    assert divided(11, [6, 6, 2]) == [5, 5, 1]


# --- against the exact method --------------------------------------------------------------------------


def test_the_reference_solves_a_case_worked_out_by_hand():
    assert largest_remainder([1.25, -0.75, 2.5], 3, "abc") == [1, -1, 3]
    assert largest_remainder([0.5, 0.5], 1, "ba") == [0, 1]
    assert largest_remainder([28.9999999, 1.0000001], 30, "ab") == [29, 1]
    assert unit_by_unit([0.5, 2.5, 5], 8, "abc", [1, 0, 0], [9, 2, 9]) == [1, 2, 5]
    assert unit_by_unit([2.5, 2.5, 4], 9, "abc", [0, 0, 0], [2, 2, 9]) == [2, 2, 5]


@SMALL
@given(exact_amounts(), st.randoms(use_true_random=False))
def test_the_units_are_those_of_the_exact_method(case, random):
    amounts, total = case
    codes = [f"6201{row:02}" for row in range(len(amounts))]
    random.shuffle(codes)
    assert settle(doubles(amounts), total, ties=codes).tolist() == largest_remainder(
        doubles(amounts), total, codes
    )


@SMALL
@given(exact_amounts())
def test_the_units_add_up_exactly_and_each_is_within_one_of_its_amount(case):
    amounts, total = case
    units = settle(doubles(amounts), total).tolist()
    assert sum(units) == total
    assert all(abs(unit * MILLION - part) < MILLION for unit, part in zip(units, amounts, strict=True))


@SMALL
@given(exact_amounts(least=0, most=10**9 * MILLION))
def test_large_amounts_add_up_exactly_too(case):
    amounts, total = case
    units = settle(doubles(amounts), total)
    assert units.dtype == np.int64
    assert sum(units.tolist()) == total


@SMALL
@given(exact_amounts(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(case, random):
    amounts, total = case
    codes = [f"6201{row:02}" for row in range(len(amounts))]
    before = dict(zip(codes, settle(doubles(amounts), total, ties=codes).tolist(), strict=True))
    rows = list(zip(codes, doubles(amounts), strict=True))
    random.shuffle(rows)
    after = settle([amount for _, amount in rows], total, ties=[code for code, _ in rows]).tolist()
    assert dict(zip([code for code, _ in rows], after, strict=True)) == before


@SMALL
@given(exact_amounts())
def test_a_larger_amount_never_gets_fewer_units_and_equal_ones_differ_by_one_at_most(case):
    amounts, total = case
    units = settle(doubles(amounts), total).tolist()
    pairs = sorted(zip(amounts, units, strict=True))
    for (smaller, few), (larger, many) in pairwise(pairs):
        assert few <= many if smaller < larger else abs(few - many) <= 1


@SMALL
@given(exact_amounts(), st.sampled_from(["100", "10000", "0.01"]))
def test_the_unit_of_the_money_does_not_matter(case, unit):
    amounts, total = case
    scaled = [float(Decimal(part) * Decimal(unit) / MILLION) for part in amounts]
    units = settle(scaled, Decimal(unit) * total, unit=unit).tolist()
    assert units == settle(doubles(amounts), total).tolist()


@SMALL
@given(exact_amounts())
def test_settling_what_is_settled_changes_nothing(case):
    amounts, total = case
    units = settle(doubles(amounts), total)
    assert settle(units, total).tolist() == units.tolist()


@SMALL
@given(exact_amounts(least=0), st.data())
def test_units_go_one_by_one_to_whoever_is_owed_most_or_the_total_lies_outside_the_bounds(case, data):
    amounts, total = case
    # Bounds in quarters of a unit, at most 3 units away; always with a whole number between them.
    lows = [part // MILLION - data.draw(st.integers(-8, 12)) / 4 for part in amounts]
    highs = [low + data.draw(st.integers(4, 20)) / 4 for low in lows]
    least, most = sum(-int(-low // 1) for low in lows), sum(int(high // 1) for high in highs)
    if least <= total <= most:
        codes = data.draw(st.permutations([f"6201{row:02}" for row in range(len(amounts))]))
        units = settle(doubles(amounts), total, floor=lows, cap=highs, ties=codes).tolist()
        assert sum(units) == total
        assert all(low <= unit <= high for low, unit, high in zip(lows, units, highs, strict=True))
        assert units == unit_by_unit(doubles(amounts), total, codes, lows, highs)
    else:
        assert refused(doubles(amounts), total, floor=lows, cap=highs) == [("TC510", None)]


@SMALL
@given(exact_amounts(), st.data())
def test_inside_whole_bounds_each_stays_within_one_unit_of_its_amount(case, data):
    amounts, total = case
    lows = [part // MILLION - data.draw(st.sampled_from([0, 0, 1, 9])) for part in amounts]
    highs = [-(-part // MILLION) + data.draw(st.sampled_from([0, 0, 1, 9])) for part in amounts]
    units = settle(doubles(amounts), total, floor=lows, cap=highs).tolist()
    assert sum(units) == total
    assert all(low <= unit <= high for low, unit, high in zip(lows, units, highs, strict=True))
    assert all(abs(unit * MILLION - part) < MILLION for unit, part in zip(units, amounts, strict=True))


def test_bounds_far_from_the_amounts_are_settled_at_once():
    start = perf_counter()
    assert settle([2e5, 2e5], 400_000, floor=[3e5, 0]).tolist() == [300_000, 100_000]
    assert refused([2e5, 2e5], 400_000, floor=[6e5, 0]) == [("TC510", None)]
    assert perf_counter() - start < 0.3


def test_bounds_far_from_very_large_amounts_are_settled_too():
    trillion = 10**12
    units = settle([1e12] * 80, 80 * trillion, floor=[1.9e12] * 40 + [0] * 40).tolist()
    assert units == [19 * trillion // 10] * 40 + [trillion // 10] * 40


# --- kind in, kind out ---------------------------------------------------------------------------------


def test_a_list_or_an_array_gives_an_array_of_whole_numbers():
    for amounts in ([1.5, 1.5], np.array([1.5, 1.5]), (1.5, 1.5)):
        units = settle(amounts, 3)
        assert type(units) is np.ndarray
        assert units.dtype == np.int64
    assert settle([], 0).tolist() == []


def test_a_series_gives_a_series_with_its_labels():
    units = settle(pd.Series([1.5, 1.5], index=["b", "a"]), 3)
    pd.testing.assert_series_equal(units, pd.Series([1, 2], index=["b", "a"], dtype="int64"))


def test_bounds_with_labels_in_another_order_are_aligned():
    amounts = pd.Series([2.5, 2.5, 5.0], index=["a", "b", "c"])
    cap = pd.Series([9.0, 2.5, 9.0], index=["c", "a", "b"])
    assert settle(amounts, 10, cap=cap).to_dict() == {"a": 2, "b": 3, "c": 5}


def test_vectors_of_different_length_are_wrong_usage():
    with pytest.raises(UsageError):
        settle([1, 2], 3, floor=[0, 0, 0])
    with pytest.raises(UsageError):
        settle([1, 2], 3, ties=["a"])


@pytest.mark.parametrize("unit", [0, -1, "x", nan])
def test_a_unit_must_be_a_number_above_zero(unit):
    with pytest.raises(UsageError):
        settle([1, 2], 3, unit=unit)


def test_a_total_that_is_no_number_is_wrong_usage():
    with pytest.raises(UsageError):
        settle([1, 2], "three")


# --- refusals ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("figure", [nan, inf, -inf])
def test_an_amount_that_is_no_number_names_the_county(figure):
    assert refused(pd.Series([1.0, figure], index=["x", "y"]), 1)[0] == ("TC506", "y")


def test_a_bound_that_is_no_number_names_the_county():
    assert refused([1.0, 2.0], 3, floor=[nan, 0]) == [("TC506", "0")]
    assert refused([1.0, 2.0], 3, cap=[9, nan]) == [("TC506", "1")]


def test_amounts_that_do_not_add_up_are_refused():
    assert refused([1.0, 2.0], 4) == [("TC508", None)]
    assert refused([1.0, 2.0], -3) == [("TC508", None)]


def test_bounds_without_a_whole_unit_between_them_name_the_county():
    amounts = pd.Series([2.5, 2.5], index=["x", "y"])
    assert refused(amounts, 5, floor=[0, 2.2], cap=[9, 2.8]) == [("TC509", "y")]
    assert refused([1.0, 2.0], 3, floor=[3, 0], cap=[2, 9]) == [("TC509", "0")]


def test_bounds_that_leave_no_way_to_the_total_are_refused():
    assert refused([1.5, 1.5], 3, cap=1) == [("TC510", None)]
    assert refused([1.5, 1.5], 3, floor=2) == [("TC510", None)]


@pytest.mark.parametrize(("floor", "cap"), [(inf, None), (None, -inf), (1e300, None), (None, -1e300)])
def test_bounds_beyond_all_whole_numbers_are_refused(floor, cap):
    with pytest.raises(AllocationError):
        settle([1.0, 2.0], 3, floor=floor, cap=cap)


@pytest.mark.parametrize(
    ("total", "unit"), [("10.005", "0.01"), (150, 100), (2.5, 1), ("NaN", 1), ("Infinity", 1)]
)
def test_a_total_that_is_no_whole_number_of_units_is_refused(total, unit):
    assert refused([5.0, 5.0], total, unit=unit) == [("TC511", None)]


def test_amounts_too_large_for_whole_units_name_the_county():
    assert refused(pd.Series([1e17, 1.0], index=["x", "y"]), 10**17 + 1) == [("TC512", "x")]
    assert refused([1.0, -1e17], 1) == [("TC512", "1")]
    assert refused([1e14], 10**14, unit="0.001") == [("TC512", "0")]
