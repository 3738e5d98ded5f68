"""Two or three counties, worked by hand: every objective and form of constraint, with its prices."""

import numpy as np
import pytest
from engine_problems import problem_of
from numpy.testing import assert_allclose

from transfer_calc.allocation.problem import (
    GreatestCoverage,
    LeastCost,
    LeastDeviation,
    LeastDisparity,
    LeastSquares,
)
from transfer_calc.allocation.solving import InfeasibleError, solve

ONES = np.ones(3)
TARGET = np.array([30.0, 60.0, 30.0])
SQUARES = LeastSquares(TARGET, ONES)
LINEAR = ["closed_form", "highs", "pulp"]


@pytest.mark.parametrize("route", ["closed_form", "highs"])
def test_a_pot_thirty_short_takes_ten_from_each(route):
    answer = solve(problem_of(90, [0, 0, 0]), SQUARES, route)
    assert_allclose(answer.amounts, [20, 50, 20], rtol=1e-9)
    assert_allclose(answer.value, 150, rtol=1e-9)
    assert_allclose(answer.row_price, [-10], rtol=1e-7)
    assert_allclose(answer.bound_price, 0, atol=1e-9)


@pytest.mark.parametrize("route", ["closed_form", "highs"])
def test_a_floor_is_paid_by_the_others_and_has_its_price(route):
    answer = solve(problem_of(90, [25, 0, 0]), SQUARES, route)
    assert_allclose(answer.amounts, [25, 47.5, 17.5], rtol=1e-9)
    assert_allclose(answer.bound_price, [7.5, 0, 0], rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("route", ["closed_form", "highs"])
def test_a_group_minimum_lifts_the_group_to_a_level_of_its_own(route):
    rows = [("group", [1, 1, 0], 80, np.inf)]
    answer = solve(problem_of(90, [0, 0, 0], rows=rows), SQUARES, route)
    assert_allclose(answer.amounts, [25, 55, 10], rtol=1e-9)
    assert_allclose(answer.row_price, [-20, 15], rtol=1e-7)


@pytest.mark.parametrize("route", ["closed_form", "highs"])
def test_a_share_of_the_pot_is_a_row_like_any_other(route):
    rows = [("share", [1, 0, 0], 0.3 * 90, np.inf)]
    answer = solve(problem_of(90, [0, 0, 0], rows=rows), SQUARES, route)
    assert_allclose(answer.amounts, [27, 46.5, 16.5], rtol=1e-9)
    assert_allclose(answer.row_price, [-13.5, 10.5], rtol=1e-7)


def test_a_row_with_a_price_is_given_up_at_its_price():
    rows = [("group", [1, 1, 0], 80, np.inf, 6.0)]
    answer = solve(problem_of(90, [0, 0, 0], rows=rows), SQUARES)
    assert_allclose(answer.amounts, [22, 52, 16], rtol=1e-9)
    assert_allclose(answer.broken, [0, -6], atol=1e-9)
    assert_allclose(answer.value, 198, rtol=1e-9)
    assert_allclose(answer.row_price, [-14, 6], rtol=1e-9)


def test_a_row_whose_price_is_high_is_kept():
    rows = [("group", [1, 1, 0], 80, np.inf, 16.0)]
    answer = solve(problem_of(90, [0, 0, 0], rows=rows), SQUARES)
    assert_allclose(answer.amounts, [25, 55, 10], rtol=1e-9)
    assert_allclose(answer.broken, 0, atol=1e-9)


@pytest.mark.parametrize("route", ["closed_form", "highs"])
@pytest.mark.parametrize("least", [-np.inf, 0.0])
def test_no_overtaking_and_equal_treatment_meet_in_the_middle(route, least):
    rows = [("order", [1, -1], least, 0.0)]
    objective = LeastSquares(np.array([50.0, 30.0]), np.ones(2))
    answer = solve(problem_of(80, [0, 0], rows=rows), objective, route)
    assert_allclose(answer.amounts, [40, 40], rtol=1e-9)
    assert_allclose(answer.row_price[1], -10, rtol=1e-7)


@pytest.mark.parametrize("route", ["closed_form", "highs"])
def test_the_richest_gets_at_most_twice_the_poorest(route):
    rows = [("ceiling", [1, -2], -np.inf, 0.0)]
    objective = LeastSquares(np.array([90.0, 30.0]), np.ones(2))
    answer = solve(problem_of(120, [0, 0], rows=rows), objective, route)
    assert_allclose(answer.amounts, [80, 40], rtol=1e-9)


@pytest.mark.parametrize("route", LINEAR)
def test_the_lightest_weight_gives_first(route):
    objective = LeastDeviation(TARGET, np.array([1.0, 2.0, 3.0]))
    answer = solve(problem_of(90, [5, 0, 0]), objective, route)
    assert_allclose(answer.amounts, [5, 55, 30], rtol=1e-9)
    assert_allclose(answer.value, 35, rtol=1e-9)
    assert_allclose(answer.row_price, [-2], rtol=1e-9)
    assert_allclose(answer.bound_price, [1, 0, 0], atol=1e-9)


@pytest.mark.parametrize("route", ["highs", "pulp"])
def test_a_priced_group_minimum_is_broken_where_keeping_it_costs_more(route):
    objective = LeastDeviation(np.array([30.0, 60.0]), np.array([1.0, 1.0]))
    kept = problem_of(90, [0, 0], rows=[("group", [1, 0], 50, np.inf, 3.0)])
    answer = solve(kept, objective, route)
    assert_allclose(answer.amounts, [50, 40], rtol=1e-9)
    assert_allclose(answer.row_price[1], 2, rtol=1e-9)
    broken = problem_of(90, [0, 0], rows=[("group", [1, 0], 50, np.inf, 1.5)])
    answer = solve(broken, objective, route)
    assert_allclose(answer.amounts, [30, 60], rtol=1e-9)
    assert_allclose(answer.broken, [0, -20], rtol=1e-9)
    assert_allclose(answer.value, 30, rtol=1e-9)


@pytest.mark.parametrize("route", LINEAR)
def test_equal_coverage_divides_by_need(route):
    answer = solve(problem_of(30, [0, 0, 0]), GreatestCoverage(0 * ONES, np.array([10.0, 20, 30])), route)
    assert_allclose(answer.amounts, [5, 10, 15], rtol=1e-9)
    assert_allclose(answer.value, 0.5, rtol=1e-9)
    assert_allclose(answer.row_price, [1 / 60], rtol=1e-9)


@pytest.mark.parametrize("route", LINEAR)
def test_a_capped_county_does_not_end_the_filling_of_the_others(route):
    coverage = GreatestCoverage(0 * ONES, np.array([10.0, 20, 30]))
    answer = solve(problem_of(30, [0, 0, 0], [99, 99, 9]), coverage, route)
    assert_allclose(answer.amounts, [7, 14, 9], rtol=1e-9)
    assert_allclose(answer.levels, [0.7, 0.7, 0.3], rtol=1e-9)
    assert_allclose(answer.value, 0.3, rtol=1e-9)
    assert_allclose(answer.row_price, [0], atol=1e-9)
    assert_allclose(answer.bound_price, [0, 0, 1 / 30], atol=1e-9)


@pytest.mark.parametrize("route", LINEAR)
def test_a_group_minimum_nests_the_filling(route):
    rows = [("group", [0, 0, 1], 20, np.inf)]
    coverage = GreatestCoverage(0 * ONES, np.array([10.0, 20, 30]))
    answer = solve(problem_of(30, [0, 0, 0], rows=rows), coverage, route)
    assert_allclose(answer.amounts, [10 / 3, 20 / 3, 20], rtol=1e-9)
    assert_allclose(answer.row_price, [1 / 30, -1 / 30], rtol=1e-9)


@pytest.mark.parametrize("route", LINEAR)
def test_least_range_raises_the_poorest_per_head(route):
    spread = LeastDisparity(np.array([10.0, 0.0]), np.ones(2), "range")
    answer = solve(problem_of(4, [0, 0]), spread, route)
    assert_allclose(answer.amounts, [0, 4], atol=1e-9)
    assert_allclose(answer.value, 6, rtol=1e-9)
    assert_allclose(answer.row_price, [-1], rtol=1e-9)


@pytest.mark.parametrize("route", LINEAR)
def test_least_range_leaves_a_pot_that_only_widens_it(route):
    spread = LeastDisparity(np.array([10.0, 0.0]), np.ones(2), "range")
    answer = solve(problem_of(100, [0, 0], [50, 20], exact=False), spread, route)
    assert_allclose(answer.value, 0, atol=1e-7)


@pytest.mark.parametrize("route", LINEAR)
def test_mean_deviation_is_weighted_by_heads(route):
    deviation = LeastDisparity(np.array([30.0, 0.0]), np.array([1.0, 2.0]), "mean_deviation")
    answer = solve(problem_of(12, [0, 0]), deviation, route)
    # The mean is 14 a head; 16 above it and 2 · 8 below it, over 3 heads.
    assert_allclose(answer.amounts, [0, 12], atol=1e-9)
    assert_allclose(answer.value, 32 / 3, rtol=1e-9)
    # With a pot of 13: mean 43/3, (47/3 + 2 · 47/6) / 3 = 94/9.
    assert_allclose(answer.row_price, [94 / 9 - 32 / 3], rtol=1e-9)


@pytest.mark.parametrize("route", LINEAR)
def test_least_cost_pays_what_the_coverage_asks_and_no_more(route):
    cost = LeastCost(np.array([2.0, 5.0, 9.0]), np.array([10.0, 20.0, 10.0]), 0.5)
    answer = solve(problem_of(100, [0, 0, 1], exact=False), cost, route)
    assert_allclose(answer.amounts, [3, 5, 1], rtol=1e-9)
    assert_allclose(answer.value, 9, rtol=1e-9)
    assert_allclose(answer.bound_price, [1, 1, 1], rtol=1e-9)


@pytest.mark.parametrize("route", ["highs", "pulp"])
def test_a_minimum_award_is_all_or_nothing(route):
    problem = problem_of(50, [0, 0, 0], [40, 40, 40], least_if_any=np.array([20.0, 20.0, 20.0]))
    answer = solve(problem, LeastDeviation(np.array([18.0, 30.0, 2.0]), ONES), route)
    assert_allclose(answer.amounts, [20, 30, 0], atol=1e-6)
    assert_allclose(answer.value, 4, rtol=1e-6)
    assert np.isnan(answer.row_price).all()


@pytest.mark.parametrize("route", ["highs", "pulp"])
def test_at_most_one_recipient_gets_the_whole_pot(route):
    problem = problem_of(50, [0, 0, 0], [40, 60, 60], most_recipients=1)
    answer = solve(problem, LeastDeviation(np.array([30.0, 5.0, 15.0]), ONES), route)
    assert_allclose(answer.amounts, [0, 0, 50], atol=1e-6)


def test_the_first_objective_is_held_and_the_second_decides_the_rest():
    target = np.array([30.0, 60.0])
    answer = solve(
        problem_of(60, [0, 0]), [LeastDeviation(target, np.ones(2)), LeastSquares(target, np.ones(2))]
    )
    assert_allclose(answer.amounts, [15, 45], rtol=1e-9)
    assert_allclose(answer.reached, [30, 225], rtol=1e-9)


def test_gaps_are_covered_first_and_the_formula_divides_the_rest():
    covered = GreatestCoverage(np.zeros(2), np.full(2, 10.0), enough=1.0)
    answer = solve(problem_of(30, [0, 0]), [covered, LeastSquares(np.array([25.0, 5.0]), np.ones(2))])
    assert_allclose(answer.amounts, [20, 10], rtol=1e-9)
    assert_allclose(answer.held, [False, True])


def test_the_least_range_is_held_while_the_formula_is_followed():
    spread = LeastDisparity(np.array([10.0, 0.0, 0.0]), ONES, "range")
    answer = solve(problem_of(4, [0, 0, 0]), [spread, LeastSquares(np.array([0.0, 1.0, 3.0]), ONES)])
    assert_allclose(answer.amounts, [0, 2, 2], atol=1e-9)


@pytest.mark.parametrize("objective", [
    SQUARES, LeastDeviation(TARGET, ONES), GreatestCoverage(0 * ONES, TARGET),
    LeastDisparity(0 * ONES, ONES, "range"), LeastDisparity(0 * ONES, ONES, "mean_deviation"),
    LeastCost(0 * ONES, TARGET, 0.1),
], ids=lambda one: type(one).__name__)  # fmt: skip
@pytest.mark.parametrize("problem", [
    problem_of(90, [40, 40, 40]), problem_of(90, [0, 0, 0], [20, 20, 20]),
    problem_of(90, [0, 0, 0], rows=[("group", [1, 1, 0], 100, np.inf)]),
    problem_of(90, [0, 0, 0], rows=[("a", [1, 1, 0], 60, np.inf), ("b", [0, 1, 1], 60, np.inf), ("c", [0, 1, 0], -np.inf, 20)]),
], ids=["floors", "caps", "group", "together"])  # fmt: skip
def test_what_cannot_be_met_is_never_answered_with_numbers(problem, objective):
    with pytest.raises(InfeasibleError) as caught:
        solve(problem, objective)
    assert caught.value.issues[0].code == "TC531"
    assert caught.value.problem.size == 3


def test_a_coverage_beyond_the_caps_is_infeasible_and_named_as_a_floor():
    with pytest.raises(InfeasibleError) as caught:
        solve(problem_of(90, [0, 0, 0], [20, 90, 90], exact=False), LeastCost(0 * ONES, TARGET, 0.9))
    problem = caught.value.problem
    assert problem.constraints[problem.floor_by[0]].name.zh == "保障水平不低于0.9"
