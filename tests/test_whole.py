"""Settlement with rows: by hand, and against every whole vector of small pots."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from math import inf

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array

from transfer_calc.allocation import AllocationError, settle
from transfer_calc.allocation.problem import Constraint, Problem
from transfer_calc.allocation.whole import settle_rows
from transfer_calc.allocation.whole_groups import Group, settle_groups
from transfer_calc.allocation.whole_moves import settle_by_moves
from transfer_calc.allocation.whole_search import Rows, settle_classes
from transfer_calc.issues import UsageError
from transfer_calc.text import Text

SMALL = settings(max_examples=120, deadline=None, derandomize=True)


def pot(total, rows, limits, lower=0.0, upper=inf, *, names=None, prices=None, labels=None, **more):
    """A problem with the pot as its first row; each row is a list of coefficients with (least, most)."""
    count = len(rows[0]) if rows else len(np.atleast_1d(lower))
    matrix = csr_array(np.asarray([[1.0] * count, *rows], dtype=np.float64))
    limits = [(total, total), *limits]
    names = names or [f"约束{position}" for position in range(len(limits))]
    prices = prices or [None] * len(limits)
    return Problem(
        labels=tuple(labels or (f"{position:06d}" for position in range(count))),
        lower=np.broadcast_to(np.asarray(lower, dtype=np.float64), (count,)).copy(),
        upper=np.broadcast_to(np.asarray(upper, dtype=np.float64), (count,)).copy(),
        floor_by=np.full(count, -1),
        cap_by=np.full(count, -1),
        constraints=tuple(
            Constraint(Text(name, name), price=price) for name, price in zip(names, prices, strict=True)
        ),
        matrix=matrix,
        row_lower=np.asarray([low for low, _ in limits], dtype=np.float64),
        row_upper=np.asarray([high for _, high in limits], dtype=np.float64),
        row_of=np.arange(len(limits)),
        row_label=("",) * len(limits),
        pool_row=0,
        **more,
    )


# --- by hand -------------------------------------------------------------------------------------------


def test_without_rows_it_is_the_largest_remainder():
    amounts = [1.6, 2.7, 3.7]
    whole = settle_rows(pot(8, [], [], [0, 0, 0]), amounts, 8, 1)
    assert whole.units.tolist() == settle(amounts, 8).tolist() == [1, 3, 4]
    assert whole.way == "largest_remainder"


def test_remainders_inside_a_group_decide_who_of_it_gets_its_unit():
    # The first two stand at their minimum of 5; by remainders alone counties 0 and 2 get the units left over.
    amounts = [2.4, 2.6, 2.7, 2.3]
    whole = settle_rows(pot(10, [[1, 1, 0, 0]], [(5, inf)], [0] * 4), amounts, 10, 1)
    assert whole.units.tolist() == [2, 3, 3, 2]


def test_a_maximum_sends_the_unit_outside_the_group():
    # Remainders .4 .4 .4 .3 .5: two units, one to .5 and one to the first .4, which the maximum of 3 forbids.
    amounts = [1.4, 1.4, 0.2, 3.3, 3.7]
    assert settle(amounts, 10).tolist() == [2, 1, 0, 3, 4]
    amounts = [1.45, 1.45, 0.1, 3.4, 3.6]
    assert settle(amounts, 10).tolist() == [2, 1, 0, 3, 4]
    amounts = [0.6, 0.6, 0.8, 4.5, 3.5]
    assert settle(amounts, 10).tolist() == [1, 1, 1, 4, 3]
    whole = settle_rows(pot(10, [[1, 1, 1, 0, 0]], [(-inf, 2)], [0] * 5), amounts, 10, 1)
    assert whole.units.tolist() == [1, 0, 1, 5, 3]
    assert whole.way == "groups"


def test_many_small_remainders_of_a_group_do_not_take_its_minimum_away():
    # The group is at its minimum of 6; the four units left over all go to the larger remainders outside.
    amounts = [1.2] * 5 + [1.3] * 10
    plain = settle(amounts, 19)
    assert plain[:5].sum() == 5
    problem = pot(19, [[1] * 5 + [0] * 10], [(6, inf)], [0] * 15)
    whole = settle_rows(problem, amounts, 19, 1)
    assert whole.way == "groups"
    # By code: the first of the group, and the first three outside.
    assert whole.units.tolist() == [2, 1, 1, 1, 1, 2, 2, 2] + [1] * 7


def test_groups_inside_groups_are_kept_together():
    amounts = [1.2] * 5 + [1.3] * 10
    inner, outer = [1] * 5 + [0] * 10, [1] * 10 + [0] * 5
    problem = pot(19, [inner, outer], [(6, inf), (-inf, 12.5)], [0] * 15)
    whole = settle_rows(problem, amounts, 19, 1)
    assert whole.units[:5].sum() == 6
    assert whole.units[:10].sum() <= 12
    assert not whole.relaxed


def test_a_share_is_kept_across_prefectures():
    # 民族县 (1, 3) get at least 30 %: 3 of 10; plain remainders would leave them with 2.
    amounts = [1.4, 3.4, 1.6, 3.6]
    ethnic = [0.7, -0.3, 0.7, -0.3]
    rows, limits = [ethnic, [1, 1, 0, 0]], [(0, inf), (4, inf)]
    whole = settle_rows(pot(10, rows, limits, [0] * 4), amounts, 10, 1)
    assert whole.units.sum() == 10
    assert whole.units[[0, 2]].sum() >= 3
    assert whole.units[[0, 1]].sum() >= 4
    assert not whole.relaxed


def test_three_counties_treated_alike_and_a_pot_of_ten_are_named_with_one_unit():
    alike = settle_rows(
        pot(
            10,
            [[1, -1, 0], [0, 1, -1]],
            [(0, 0), (0, 0)],
            [0] * 3,
            names=["资金", "同等对待一", "同等对待二"],
        ),
        [10 / 3] * 3,
        10,
        1,
    )
    assert alike.units.tolist() == [4, 3, 3]
    assert [(one.row, one.units) for one in alike.relaxed] == [(1, 1)]
    found = alike.issues[0]
    assert (found.code, found.severity) == ("TC547", "warning")
    assert "「同等对待一」" in found.message.zh
    assert "一个单位" in found.message.zh
    assert "one settle unit" in found.message.en


def test_an_equation_over_half_a_unit_is_kept_within_one():
    whole = settle_rows(pot(10, [[1, 1, 0, 0]], [(4.5, 4.5)], [0] * 4), [2.25, 2.25, 2.75, 2.75], 10, 1)
    assert whole.units[:2].sum() in (4, 5)
    assert [(one.row, one.units, abs(one.excess)) for one in whole.relaxed] == [(1, 1, 0.5)]


def test_a_row_written_with_minus_signs_is_the_same_row():
    amounts = [1.2] * 5 + [1.3] * 10
    one = settle_rows(pot(19, [[2] * 5 + [0] * 10], [(12, inf)], [0] * 15), amounts, 19, 1)
    other = settle_rows(pot(19, [[-1] * 5 + [0] * 10], [(-inf, -6)], [0] * 15), amounts, 19, 1)
    assert one.units.tolist() == other.units.tolist()
    assert one.units[:5].sum() == 6


def test_a_broken_row_with_minus_signs_tells_its_excess_in_its_own_unit():
    whole = settle_rows(pot(10, [[-2, -2, 0, 0]], [(-9, -9)], [0] * 4), [2.25, 2.25, 2.75, 2.75], 10, 1)
    assert abs(whole.relaxed[0].excess) == 1.0
    side = -2.0 * whole.units[:2].sum() + 9
    assert whole.relaxed[0].excess == side


def test_the_settle_unit_converts_amounts_bounds_and_rows():
    # 万元 settled to 元: 0.00006 万元 are 0.6 元.
    problem = pot(1, [[1, 1, 0]], [(0.5001, inf)], [0.2, 0, 0], [1, 0.3001, 1])
    whole = settle_rows(problem, [0.20006, 0.30004, 0.4999], 10_000, "0.0001")
    assert whole.units.tolist() == [2001, 3000, 4999]
    assert settle_rows(problem, [0.20006, 0.30004, 0.4999], 10_000, Decimal("0.0001")).units.sum() == 10_000


def test_floors_are_rounded_up_and_caps_down():
    whole = settle_rows(pot(10, [], [], [1.2, 0, 0], [9, 3.7, 9]), [1.2, 3.7, 5.1], 10, 1)
    assert whole.units.tolist() == [2, 3, 5]
    assert not whole.issues


def test_a_county_without_a_whole_unit_between_its_bounds_is_named():
    whole = settle_rows(pot(10, [], [], [3.11, 0, 0], [3.11, 9, 9]), [3.11, 3.0, 3.89], 10, 1)
    assert whole.units.tolist() == [3, 3, 4]
    assert [(found.code, found.place.code) for found in whole.issues] == [("TC546", "000000")]


def test_floors_that_cost_too_much_when_rounded_up_are_kept_within_one_unit_and_named():
    # Five floors of 0.2: rounded up they cost 5 of a pot of 1.
    whole = settle_rows(pot(1, [], [], [0.2] * 5), [0.2] * 5, 1, 1)
    assert whole.units.tolist() == [1, 0, 0, 0, 0]
    assert {found.code for found in whole.issues} == {"TC546"}


def test_a_priced_row_does_not_move_a_unit():
    problem = pot(10, [[1, 1, 0, 0]], [(5, inf)], [0] * 4, prices=[None, 0.5])
    amounts = [2.4, 2.4, 2.6, 2.6]
    assert settle_rows(problem, amounts, 10, 1).units.tolist() == settle(amounts, 10).tolist()


def test_who_gets_nothing_still_gets_nothing_and_a_minimum_award_stays_one():
    problem = pot(10, [], [], [0] * 4, [9] * 4, least_if_any=np.asarray([2.5] * 4), most_recipients=3)
    whole = settle_rows(problem, [0.0, 2.5, 3.6, 3.9], 10, 1)
    assert whole.units.tolist() == [0, 3, 3, 4]


def test_amounts_that_do_not_add_up_are_refused():
    with pytest.raises(AllocationError) as caught:
        settle_rows(pot(10, [], [], [0] * 2), [3.0, 4.0], 10, 1)
    assert [found.code for found in caught.value.issues] == ["TC508"]
    with pytest.raises(UsageError):
        settle_rows(pot(10, [], [], [0] * 2), [3.0], 10, 1)


def test_large_sums_in_fen_keep_a_share_exactly():
    # 450 亿元 in 分 among 86 counties, a third for 20 of them.
    random = np.random.default_rng(3)
    weights = random.uniform(1, 9, 86)
    member = np.arange(86) < 20
    total = 4_500_000_000_001
    amounts = (
        np.where(member, weights / weights[member].sum() / 3, weights / weights[~member].sum() * 2 / 3)
        * total
    )
    amounts[-1] += total - amounts.sum()
    row = np.where(member, 1 - 1 / 3, -1 / 3)
    whole = settle_rows(pot(total, [row.tolist()], [(0, inf)], [0] * 86), amounts, total, 1)
    assert int(whole.units.sum()) == total
    # Two thirds of what the members get, less one third of the others': in whole thirds.
    assert 2 * int(whole.units[member].sum()) >= int(whole.units[~member].sum())
    assert np.abs(whole.units - amounts).max() < 1 + 1e-3


def test_a_group_around_another_gets_at_least_what_the_inner_one_must_have():
    # Inner 5 × 1.04 = 5.2, at least 6; by remainders the two units left over would go to the .36 outside.
    exact = np.asarray([1.04] * 5 + [1.36] * 5)
    inner, outer = Group(np.arange(5), 6, inf), Group(np.arange(5), -inf, 20)
    units = settle_groups(exact, 12, np.zeros(10), np.full(10, inf), np.arange(10), [outer, inner])
    assert units.tolist() == [2, 1, 1, 1, 1, 2, 1, 1, 1, 1]


def test_one_unit_to_a_county_of_two_groups_is_better_than_two_units():
    # Groups 0–4 and 0, 5–8 stand at their minima of 6; by remainders all five units go outside (.32).
    amounts = [1.2] * 9 + [1.32] * 10
    one, other = [1] * 5 + [0] * 14, [1] + [0] * 4 + [1] * 4 + [0] * 10
    whole = settle_rows(pot(24, [one, other], [(6, inf), (6, inf)], [0] * 19), amounts, 24, 1)
    assert whole.way == "search"
    assert whole.units.tolist() == [2] + [1] * 8 + [2] * 4 + [1] * 6


def test_the_search_gives_the_unit_to_the_larger_remainder():
    # The first four must have 5, one more than at the start; .4 comes before .1. Equals keep the unit by code.
    exact = np.asarray([1.1, 1.1, 1.4, 1.4, 2.5, 2.5])
    matrix = csr_array(np.asarray([[1.0, 1, 1, 1, 0, 0], [1.0, 1, 0, 0, 0, 0]]))
    rows = Rows(matrix, np.asarray([5.0, -inf]), np.asarray([inf, 10.0]))
    start = np.asarray([1, 1, 1, 1, 3, 3])
    found = settle_classes(exact, np.zeros(6), np.full(6, inf), np.arange(6), rows, start)
    assert found.units.tolist() == [1, 1, 2, 1, 3, 2]


# --- by their properties -------------------------------------------------------------------------------


@st.composite
def small_pots(draw, kinds=("group", "share", "pair")):
    """A pot of up to five counties with rows that some real amounts keep, and such amounts."""
    count = draw(st.integers(2, 5))
    total = draw(st.integers(1, 9))
    rows, limits = [], []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(kinds))
        members = draw(st.lists(st.booleans(), min_size=count, max_size=count))
        side = draw(st.sampled_from(["least", "most", "equal"]))
        if kind == "group":
            row, limit = [float(one) for one in members], draw(st.integers(0, 2 * total)) / 2
        elif kind == "share":
            share = draw(st.integers(1, 9)) / 10
            row, limit = [float(one) - share for one in members], 0.0
        else:
            one, other = draw(st.integers(1, 4)), draw(st.integers(1, 4))
            row, limit = [1.0 / one, -1.0 / other, *[0.0] * (count - 2)], 0.0
        rows.append(row)
        limits.append((limit if side != "most" else -inf, limit if side != "least" else inf))
    lower = draw(st.lists(st.integers(0, 2), min_size=count, max_size=count))
    upper = [low + draw(st.integers(1, 6)) for low in lower]
    target = np.asarray(draw(st.lists(st.integers(0, 90), min_size=count, max_size=count))) / 10
    problem = pot(total, rows, limits, lower, upper)
    amounts = nearest(problem, target)
    assume(amounts is not None)
    return problem, amounts, total


def nearest(problem, target):
    """Amounts that keep everything at the least Σ |x − target|, by scipy's own solver."""
    count = problem.size
    matrix = np.hstack([problem.matrix.toarray(), np.zeros((problem.matrix.shape[0], count))])
    above, below = np.isfinite(problem.row_upper), np.isfinite(problem.row_lower)
    each = np.eye(count)
    found = linprog(
        np.append(np.zeros(count), np.ones(count)),
        np.vstack([matrix[above], -matrix[below], np.hstack([each, -each]), np.hstack([-each, -each])]),
        np.concatenate([problem.row_upper[above], -problem.row_lower[below], target, -target]),
        bounds=[*zip(problem.lower, problem.upper, strict=True), *[(0, None)] * count],
    )
    return found.x[:count] if found.status == 0 else None


def every_whole_answer(problem, total):
    """All whole vectors inside the bounds with the sum, that keep the rows."""
    spans = [range(int(low), int(high) + 1) for low, high in zip(problem.lower, problem.upper, strict=True)]
    matrix = problem.matrix.toarray()
    answers = []
    for units in product(*spans):
        if sum(units) == total:
            value = matrix @ np.asarray(units, dtype=float)
            if (value >= problem.row_lower - 1e-9).all() and (value <= problem.row_upper + 1e-9).all():
                answers.append(units)
    return answers


@SMALL
@given(small_pots())
def test_whole_units_keep_everything_whenever_any_do(given_pot):
    problem, amounts, total = given_pot
    answers = every_whole_answer(problem, total)
    whole = settle_rows(problem, amounts, total, 1)
    units = whole.units.tolist()
    assert sum(units) == total
    assert (whole.units >= problem.lower).all()
    assert (whole.units <= problem.upper).all()
    if answers:
        assert tuple(units) in answers
        assert not whole.relaxed
    else:
        assert whole.relaxed
        assert {found.code for found in whole.issues} == {"TC547"}


@SMALL
@given(
    st.lists(st.integers(0, 50), min_size=6, max_size=12),
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=3, max_size=3),
)
def test_whole_limits_of_groups_inside_groups_leave_everybody_within_a_unit(tenths, slack):
    amounts = np.asarray(tenths) / 10
    amounts[-1] += np.ceil(amounts.sum()) - amounts.sum()
    total = round(amounts.sum())
    rows, limits = [], []
    for size, (below, above) in zip((2, 4, 6), slack, strict=True):
        rows.append([float(position < size) for position in range(amounts.size)])
        together = round(float(amounts[:size].sum()), 9)
        limits.append((np.floor(together) - below, np.ceil(together) + above))
    problem = pot(total, rows, limits, np.floor(amounts), np.ceil(amounts) + 1)
    whole = settle_rows(problem, amounts, total, 1)
    assert whole.way in ("largest_remainder", "groups")
    assert not whole.relaxed
    assert np.abs(whole.units - amounts).max() < 1 - 1e-9


@SMALL
@given(small_pots(), st.randoms(use_true_random=False))
def test_the_order_of_the_counties_does_not_matter(given_pot, random):
    problem, amounts, total = given_pot
    order = list(range(problem.size))
    random.shuffle(order)
    turned = pot(
        total,
        problem.matrix.toarray()[1:, order].tolist(),
        list(zip(problem.row_lower[1:], problem.row_upper[1:], strict=True)),
        problem.lower[order],
        problem.upper[order],
        labels=[problem.labels[position] for position in order],
    )
    one = settle_rows(problem, amounts, total, 1).units
    other = settle_rows(turned, amounts[order], total, 1).units
    assert one[order].tolist() == other.tolist()


@SMALL
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), min_size=4, max_size=12),
    st.integers(0, 2),
)
def test_equals_differ_by_one_unit_at_most(kinds, tight):
    group = np.asarray([kind for kind, _ in kinds])
    amounts = np.asarray([tenths // 10 * 10 + 3 for _, tenths in kinds]) / 10
    total = int(np.ceil(amounts.sum()))
    amounts = amounts + (total - amounts.sum()) / amounts.size
    rows = [(group == one).astype(float).tolist() for one in range(3)]
    limits = [
        (np.floor(amounts[group == one].sum()), inf) if one <= tight else (-inf, inf) for one in range(3)
    ]
    whole = settle_rows(pot(total, rows, limits, [0] * len(kinds)), amounts, total, 1)
    assert not whole.relaxed
    for one in range(len(kinds)):
        alike = (group == group[one]) & (amounts == amounts[one])
        assert np.ptp(whole.units[alike]) <= 1
    assert np.abs(whole.units - amounts).max() < 1 + 1e-9


# --- rows that name very many counties singly ----------------------------------------------------------


def test_single_moves_bring_back_an_order_that_rounding_broke():
    # 1,000 counties; none may get more than the next one. Equal amounts of 2.5 round to 2 and 3 by code.
    count = 1_000
    exact = np.full(count, 2.5)
    start = np.where(np.arange(count) % 2 == 0, 3, 2).astype(np.int64)
    at = np.arange(count - 1)
    matrix = csr_array(
        (np.tile([1.0, -1.0], count - 1), (np.repeat(at, 2), np.stack([at, at + 1], axis=1).ravel())),
        shape=(count - 1, count),
    )
    rows = Rows(matrix, np.full(count - 1, -inf), np.zeros(count - 1))
    units = settle_by_moves(exact, np.zeros(count), np.full(count, inf), np.arange(count), rows, start)
    assert units.sum() == start.sum()
    assert np.abs(rows.excess(units)).sum() < np.abs(rows.excess(start)).sum()


def test_beyond_the_search_rows_that_stay_broken_are_reported():
    count = 1_501
    at = np.arange(count - 1)
    matrix = csr_array(
        (
            np.concatenate([np.ones(count), np.tile([1.0, -1.0], count - 1)]),
            (
                np.concatenate([np.zeros(count, dtype=int), 1 + np.repeat(at, 2)]),
                np.concatenate([np.arange(count), np.stack([at, at + 1], axis=1).ravel()]),
            ),
        ),
        shape=(count, count),
    )
    names = (Constraint(Text("资金", "pot")), Constraint(Text("同等对待", "alike")))
    problem = Problem(
        labels=tuple(f"{row:06d}" for row in range(count)),
        lower=np.zeros(count),
        upper=np.full(count, inf),
        floor_by=np.full(count, -1),
        cap_by=np.full(count, -1),
        constraints=names,
        matrix=matrix,
        row_lower=np.append(count + 1.0, np.zeros(count - 1)),
        row_upper=np.append(count + 1.0, np.zeros(count - 1)),
        row_of=np.append(0, np.ones(count - 1, dtype=int)),
        row_label=("",) * count,
        pool_row=0,
    )
    whole = settle_rows(problem, np.full(count, (count + 1) / count), count + 1, 1)
    assert whole.way == "moves"
    assert whole.units.sum() == count + 1
    assert whole.relaxed
    assert all(one.units == 1 for one in whole.relaxed)
    # One county gets 2 and all others 1. The search was not made, so it is not called impossible.
    assert {found.code for found in whole.issues} <= {"TC549", "TC407"}
    assert whole.issues[0].code == "TC549"
