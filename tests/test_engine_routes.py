"""Routes: what is refused by name, what a solver may not get away with, and the PuLP model for users."""

from dataclasses import replace

import numpy as np
import pytest
from engine_problems import drawn, problem_of
from numpy.testing import assert_allclose

from transfer_calc.allocation import routes
from transfer_calc.allocation.highs import Outcome
from transfer_calc.allocation.linear import formulate
from transfer_calc.allocation.problem import GreatestCoverage, LeastCost, LeastDeviation, LeastSquares
from transfer_calc.allocation.pulp_route import build, export
from transfer_calc.allocation.solving import solve
from transfer_calc.allocation.supported import KINDS, OBJECTIVES, SUPPORTED
from transfer_calc.issues import AllocationError, UsageError

ONES, TARGET = np.ones(3), np.array([30.0, 60.0, 30.0])
DEVIATION, SQUARES = LeastDeviation(TARGET, ONES), LeastSquares(TARGET, ONES)
PLAIN = problem_of(90, [0, 0, 0], rows=[("甲市 minimum", [1, 1, 0], 80, np.inf)])


def code_of(*arguments, **more):
    with pytest.raises(AllocationError) as caught:
        solve(*arguments, **more)
    return caught.value.issues[0].code


def test_pairs_that_are_not_supported_are_refused_by_name():
    whole = replace(PLAIN, most_recipients=2)
    assert code_of(PLAIN, SQUARES, "pulp") == "TC525"
    assert code_of(whole, SQUARES) == "TC526"
    assert code_of(whole, GreatestCoverage(0 * ONES, TARGET)) == "TC527"
    assert code_of(PLAIN, DEVIATION, "closed_form") == "TC527"
    assert code_of(PLAIN, [SQUARES, DEVIATION]) == "TC534"


def test_a_need_of_zero_is_refused_by_county():
    with pytest.raises(AllocationError) as caught:
        solve(PLAIN, GreatestCoverage(0 * ONES, np.array([1.0, 0.0, 1.0])))
    (found,) = caught.value.issues
    assert (found.code, found.place.code) == ("TC533", "620001")


def test_the_matrix_of_support_names_every_objective_and_kind():
    assert set(SUPPORTED) == set(OBJECTIVES)
    assert all(set(kinds) == set(KINDS) for kinds in SUPPORTED.values())


def test_whatever_the_matrix_promises_is_solved():
    problems = {
        "pot": problem_of(90, [0, 0, 0], [90, 90, 90]), "groups": PLAIN,
        "rows": problem_of(90, [0, 0, 0], rows=[("order", [1, -1, 0], -np.inf, 0)]),
        "priced": problem_of(90, [0, 0, 0], rows=[("group", [1, 1, 0], 80, np.inf, 1e-3)]),
        "whole": replace(problem_of(90, [0, 0, 0], [90, 90, 90]), most_recipients=2),
    }  # fmt: skip
    from transfer_calc.allocation.problem import LeastDisparity

    made = {
        "least_squares": SQUARES, "least_deviation": DEVIATION,
        "greatest_coverage": GreatestCoverage(0 * ONES, TARGET), "range": LeastDisparity(TARGET, ONES, "range"),
        "mean_deviation": LeastDisparity(TARGET, ONES, "mean_deviation"),
        "least_cost": LeastCost(0 * ONES, TARGET, 0.0),
    }  # fmt: skip
    for name, kinds in SUPPORTED.items():
        for kind, promised in kinds.items():
            for route in promised if kind != "own" else ():
                assert solve(problems[kind], made[name], route).route == route


@pytest.mark.parametrize(("values", "code"), [([0.0] * 6, "TC528"), ([40.0, 0, 0, 0, 60, 10], "TC529")])
def test_a_solver_that_says_optimal_is_not_believed(monkeypatch, values, code):
    # Compact columns, up and down from the target: the first misses the pot, the second is not the best.
    class Liar:
        def __init__(self, **_):
            pass

        def __call__(self, linear):
            return Outcome("optimal", np.array(values), np.zeros(len(linear.row_lower)), np.nan, "Optimal")

    monkeypatch.setattr(routes, "Highs", Liar)
    assert code_of(problem_of(90, [0, 0, 0]), DEVIATION, "highs") == code


def test_a_user_adds_a_constraint_and_it_holds():
    def extend(model, amounts):
        model.addConstraint(amounts["620000"] + amounts["620002"] >= 45, "both_ends")

    answer = solve(PLAIN, DEVIATION, extend=extend)
    assert answer.route == "pulp"
    assert_allclose(answer.amounts[0] + answer.amounts[2], 45, atol=1e-7)
    assert len(answer.row_price) == len(PLAIN.row_lower)


def test_a_user_adds_a_yes_or_no_of_their_own():
    def extend(model, amounts):
        first = model.add_variable("first", 0, 1, "Integer")
        model.addConstraint(amounts["620000"] >= 50 * first, "a")
        model.addConstraint(amounts["620001"] >= 75 - 75 * first, "b")

    answer = solve(problem_of(120, [0, 0, 0], [200, 200, 200]), DEVIATION, extend=extend)
    assert_allclose(answer.value, 30, rtol=1e-6)
    assert answer.amounts[1] >= 75 - 1e-6


def test_a_user_may_not_change_the_objective():
    def extend(model, amounts):
        model.setObjective(amounts["620000"] + 0)

    with pytest.raises(UsageError):
        solve(PLAIN, DEVIATION, extend=extend)
    with pytest.raises(UsageError):
        solve(PLAIN, DEVIATION, "highs", extend=lambda _model, _amounts: None)


def test_the_model_is_written_with_names_that_say_what_they_are(tmp_path):
    built = build(PLAIN, formulate(PLAIN, DEVIATION))
    text = export(built, tmp_path / "model.lp").read_text(encoding="utf-8")
    assert "pot" in text
    assert "minimum" in text
    assert "up_620001" in text
    assert text.isascii()
    assert built.names["minimum"].zh == "甲市 minimum"
    assert export(built, tmp_path / "model.mps").stat().st_size > 100
    with pytest.raises(UsageError):
        export(built, tmp_path / "model.txt")


def test_an_exported_model_read_by_highs_has_the_same_optimum(tmp_path):
    import highspy

    problem, target = drawn(np.random.default_rng(2), 20, groups=3)
    objective = LeastDeviation(target, np.ones(20))
    linear = formulate(problem, objective)
    path = export(build(problem, linear), tmp_path / "model.mps")
    solver = highspy.Highs.__base__()
    solver.setOptionValue("output_flag", False)
    solver.readModel(str(path))
    solver.run()
    value = linear.constant + solver.getObjectiveValue() / linear.cost_unit
    assert_allclose(value, solve(problem, objective).value, rtol=1e-6)
