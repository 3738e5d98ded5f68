"""Budgets solved: every objective and constraint on figures that can be checked by hand."""

import numpy as np
import pandas as pd
import pytest
from budgets import INPUTS, budget, counties, refused
from builders import write_method, write_workbook
from paths import ROOT

import transfer_calc as tc
from transfer_calc.budget import Budget


def amounts(answer):
    return pytest.approx(answer.by_recipient.tolist(), abs=1e-5)


# --- objectives ---------------------------------------------------------------------------------


def test_least_squares_takes_the_same_amount_from_everybody():
    assert amounts(budget(60).solve(counties([50, 30, 10]))) == [40, 20, 0.0]


def test_relative_least_squares_takes_the_same_percentage():
    answer = budget(90, objective={"kind": "least_squares", "relative": True}).solve(counties([50, 30, 20]))
    assert amounts(answer) == [45, 27, 18]


def test_weights_decide_who_moves():
    frame = counties([50, 50], population=[10_000, 30_000])
    answer = budget(60, objective={"kind": "least_squares", "weights": "population"}).solve(frame)
    # Forty less, in the inverse ratio of the weights: 30 and 10.
    assert amounts(answer) == [20, 40]


def test_a_relative_target_of_zero_gets_its_floor_alone():
    answer = budget(
        90, {"kind": "floor", "amount": 6}, objective={"kind": "least_squares", "relative": True}
    ).solve(counties([50, 50, 0]))
    assert amounts(answer) == [42, 42, 6]


def test_least_deviation_moves_few():
    answer = budget(100, {"kind": "cap", "of": "before"}, objective="least_deviation").solve(
        counties([60, 30, 10], before=[40, 100, 10])
    )
    assert answer.by_recipient[0] == pytest.approx(40)
    assert answer.solution.value == pytest.approx(40)  # 20 below, and 20 more for the only one with room
    assert amounts(answer) == [40, 50, 10]


def test_coverage_raises_the_least_covered_first():
    answer = budget(90, objective={"kind": "greatest_coverage", "own": "own", "need": "need"}).solve(
        counties([0, 0, 0], own=[10, 40, 90], need=[100, 100, 100])
    )
    # 10 and 40 are raised to a common 70; 90 stays above it.
    assert amounts(answer) == [60, 30, 0]


def test_coverage_up_to_a_point_leaves_the_rest_to_the_next_objective():
    answer = budget(
        100,
        objective=[
            {"kind": "greatest_coverage", "own": "own", "need": "need", "up_to": "0.5"},
            "least_squares",
        ],
    ).solve(counties([0, 60, 60], own=[10, 40, 90]))
    # First 40 and 10 to half the need; then the nearest to the formula with these floors: 40 + 30 + 30.
    assert amounts(answer) == [40, 30, 30]
    assert "先保障到50%" in answer.table_in("zh")["binds"].iloc[0]


def test_least_disparity_levels_what_is_left_per_head():
    answer = budget(
        60, objective={"kind": "least_disparity", "own": "own", "size": "population", "measure": "range"}
    ).solve(counties([0, 0], own=[10, 50], population=[10_000, 20_000]))
    # (10 + x) per one and (50 + y) per two heads: both at 40 a unit of heads.
    assert amounts(answer) == [30, 30]


def test_least_cost_spends_no_more_than_the_coverage_asks():
    answer = budget(
        100,
        objective={"kind": "least_cost", "own": "own", "need": "need", "coverage": "0.8"},
        spend="at_most",
    ).solve(counties([0, 0, 0], own=[50, 90, 60]))
    assert amounts(answer) == [30, 0, 20]
    assert answer.settled.tolist() == [300_000, 0, 200_000]


def test_least_cost_pays_the_odd_unit_that_the_coverage_needs():
    frame = counties([0, 0, 0], own=[50, 50, 50], need=[100.00005] * 3)
    objective = {"kind": "least_cost", "own": "own", "need": "need", "coverage": "1"}
    answer = budget(200, objective=objective, spend="at_most").solve(frame)
    assert answer.settled.tolist() == [500_001] * 3


# --- floors, caps, groups ------------------------------------------------------------------------


def test_a_floor_is_a_share_of_last_year():
    answer = budget(
        200,
        {"kind": "floor", "of": "before", "times": "0.97"},
        objective={"kind": "least_squares", "relative": True},
    ).solve(counties([100, 100], before=[120, 60]))
    assert amounts(answer) == [116.4, 83.6]


def test_an_amount_per_head_is_converted_into_the_unit_of_the_pot():
    floor = {"kind": "floor", "of": "population", "times": 50, "unit": "元/人"}
    answer = budget(100, floor).solve(counties([100, 0], population=[10_000, 2_000]))
    assert amounts(answer) == [90, 10]  # 2,000 人 × 50 元 = 10 万元


def test_a_condition_says_whom_a_cap_holds_for():
    answer = budget(100, {"kind": "cap", "amount": 20, "where": "not ethnic"}).solve(
        counties([50, 50], ethnic=["是", "否"])
    )
    assert amounts(answer) == [80, 20]


def test_a_prefecture_has_a_minimum():
    answer = budget(200, {"kind": "group", "by": "prefecture", "which": "兰州市", "min": 120}).solve(
        counties([50, 50, 100], prefecture=["兰州市", "兰州市", "庆阳市"])
    )
    assert amounts(answer) == [60, 60, 80]


def test_every_prefecture_keeps_a_part_of_what_its_counties_had():
    parameters = {"keep": {"zh": "保留", "en": "Keep", "value": "0.9"}}
    answer = budget(
        100, {"kind": "group", "by": "prefecture", "min": "before * keep"}, parameters=parameters
    ).solve(counties([100, 0, 0], prefecture=["兰州市", "庆阳市", "庆阳市"], before=[60, 20, 20]))
    # 庆阳市 keeps 36, in equal parts: nothing tells its two counties apart.
    assert amounts(answer) == [64, 18, 18]


@pytest.mark.parametrize("spend", ["exact", "at_most"])
def test_ethnic_counties_have_a_share_of_what_is_paid(spend):
    answer = budget(100, {"kind": "group", "where": "ethnic", "min_share": "0.4"}, spend=spend).solve(
        counties([80, 20], ethnic=["否", "是"])
    )
    paid = answer.by_recipient
    assert paid[1] / paid.sum() == pytest.approx(0.4)
    if spend == "exact":
        assert amounts(answer) == [60, 40]


def test_the_pattern_of_shares_moves_only_within_its_band():
    answer = budget(
        100, {"kind": "pattern", "by": "prefecture", "last_year": "before", "band": "0.05"}
    ).solve(counties([80, 20], prefecture=["省本级", "市县"], before=[30, 30]))
    assert amounts(answer) == [55, 45]


def test_a_priced_floor_gives_way_where_it_costs_less():
    # Least deviation moves a unit for 2 (one up, one down): a price of 1 is not worth it, 3 is.
    def paid(price):
        floor = {"kind": "floor", "amount": 40, "where": "ethnic", "price": price}
        return budget(100, floor, objective="least_deviation").solve(counties([70, 30], ethnic=["否", "是"]))

    assert amounts(paid(1)) == [70, 30]
    assert amounts(paid(3)) == [60, 40]
    assert "突破了 10" in " ".join(paid(1).constraints_in("zh")["words"])


# --- one against another ------------------------------------------------------------------------


def test_less_need_per_head_never_gets_more_per_head():
    answer = budget(60, {"kind": "no_overtaking", "need": "need", "size": "population"}).solve(
        counties([30, 20, 10], need=[100, 200, 300])
    )
    # The order of the targets is upside down; the nearest plan in the right order is the mean.
    assert amounts(answer) == [20, 20, 20]


def test_equal_need_per_head_gets_equal_amounts_per_head():
    answer = budget(60, {"kind": "no_overtaking", "need": "need", "size": "population"}).solve(
        counties([20, 40], need=[100, 200], population=[10_000, 20_000])
    )
    assert answer.by_recipient[1] == pytest.approx(2 * answer.by_recipient[0])


def test_equals_in_the_listed_columns_get_equal_amounts():
    answer = budget(60, {"kind": "equal_treatment", "columns": ["prefecture", "ethnic"]}).solve(
        counties([10, 30, 20], ethnic=["是", "是", "否"])
    )
    assert amounts(answer) == [20, 20, 20]


def test_the_richest_has_at_most_twice_the_poorest():
    answer = budget(100, {"kind": "ceiling", "own": "own", "size": "population", "ratio": 2}).solve(
        counties([80, 15, 5])
    )
    # x1 = 2·x2 = 2·x3; the multipliers 8.75 and 13.75 are positive, so this is the nearest plan.
    assert amounts(answer) == [50, 25, 25]


def test_a_ceiling_holds_among_many_and_the_plan_is_the_best_of_them():
    rng = np.random.default_rng(7)
    target, own = rng.uniform(0, 100, 60), rng.uniform(0, 1, 60)
    frame = pd.DataFrame({
        "code": [f"{620100 + number}" for number in range(1, 61)], "population": rng.integers(5_000, 50_000, 60),
        "formula_grant": target, "own": own,
    })  # fmt: skip
    inputs = {name: INPUTS[name] for name in ("population", "formula_grant", "own")}
    fields = {"inputs": inputs, "last_year": None}
    answer = budget(
        3000, {"kind": "ceiling", "own": "own", "size": "population", "ratio": 3}, **fields
    ).solve(frame)
    heads = (own + answer.by_recipient) / frame["population"].to_numpy()
    assert heads.max() <= 3 * heads.min() * (1 + 1e-6)
    proof = answer.certificate
    assert proof["left"].abs().max() < 1e-6 * proof["pull"].abs().max()
    # At the best level the floors' pulls and the caps' pulls, each times its heads, are in balance.
    pull = proof["bound"] * frame["population"].to_numpy() * np.where(proof["bound"] < 0, 3, 1)
    mine = np.isclose(heads, heads.min(), rtol=1e-6) | np.isclose(heads, heads.max(), rtol=1e-6)
    assert abs(pull[mine].sum()) < 1e-6 * pull[mine].abs().sum()


# --- years, pots, whole decisions ----------------------------------------------------------------


def test_the_phase_in_goes_a_quarter_of_the_way_each_year():
    phase = {"kind": "phase_in", "last_year": "before", "year": 1, "years": 4, "start": "last_year_amount"}
    answer = budget(200, phase).solve(counties([140, 60], before=[100, 100]))
    assert amounts(answer) == [110, 90]
    path = answer.path
    assert path["year_2"].tolist() == pytest.approx([120, 80])
    assert path["year_4"].tolist() == pytest.approx([140, 60])


def test_the_phase_in_may_start_at_last_years_share_of_this_years_pot():
    phase = {"kind": "phase_in", "last_year": "before", "year": 1, "years": 2, "start": "last_year_share"}
    answer = budget(200, phase).solve(counties([140, 60], before=[50, 50]))
    assert amounts(answer) == [120, 80]


POTS = [
    {"id": "old_area", "name": {"zh": "老区", "en": "Old areas"}, "amount": 30, "target": "formula_grant"},
    {
        "id": "border",
        "name": {"zh": "边境", "en": "Border"},
        "amount": 20,
        "target": "before",
        "eligible": "ethnic",
    },
]


def pots(overlap, *constraints, objective="least_squares"):
    return Budget.model_validate({
        "inputs": INPUTS, "pool": {"unit": "万元", "overlap": overlap, "pots": POTS}, "objective": objective,
        "constraints": list(constraints), "settle": {"unit": "元"},
    })  # fmt: skip


def test_with_several_pots_each_recipient_has_the_higher_one_alone():
    frame = counties([10, 20, 20], before=[15, 5, 90], ethnic=["是", "是", "否"])
    answer = pots("higher").solve(frame)
    table = answer.table
    # The third would have more from the border pot, but is not eligible; the first has more there.
    assert table["allocation_border"].tolist() == [200_000, 0, 0]
    assert table["allocation_old_area"].tolist() == [0, 150_000, 150_000]
    assert answer.settled.sum() == 500_000


def test_pots_may_also_add_up():
    frame = counties([10, 20], before=[15, 5], ethnic=["是", "是"])
    answer = pots("together").solve(frame)
    # 30 of 30 and 20 of 20: every pot pays its own formula.
    assert amounts(answer) == [25, 25]


def test_a_floor_over_pots_that_add_up_is_one_over_their_sum():
    frame = counties([10, 20], before=[15, 5], ethnic=["是", "是"])
    floor = {"kind": "floor", "amount": 30, "where": "formula_grant > before"}
    answer = pots("together", floor).solve(frame)
    assert amounts(answer) == [20, 30]


def test_a_floor_for_somebody_without_a_pot_is_refused_by_name():
    frame = counties([10, 20], before=[15, 5], ethnic=["是", "否"])
    only_border = [POTS[1] | {"target": "before"}, POTS[1] | {"id": "other", "name": {"zh": "乙", "en": "B"}}]
    plan = Budget.model_validate({
        "inputs": INPUTS, "pool": {"unit": "万元", "overlap": "higher", "pots": only_border},
        "objective": "least_squares", "constraints": [{"kind": "floor", "amount": 5}], "settle": {"unit": "元"},
    })  # fmt: skip
    assert "TC555" in refused(lambda: plan.solve(frame))


def test_an_award_is_nothing_or_at_least_the_minimum():
    answer = budget(100, {"kind": "minimum_award", "amount": 10}, objective="least_deviation").solve(
        counties([3, 50, 47])
    )
    # 0 for the first costs 3 + 3, 10 would cost 7 + 7.
    assert answer.settled[0] == 0
    assert answer.solution.value == pytest.approx(6)


def test_at_most_so_many_receive_anything():
    answer = budget(100, {"kind": "at_most_recipients", "count": 2}, objective="least_deviation").solve(
        counties([20, 45, 35])
    )
    assert (answer.settled > 0).sum() == 2
    assert answer.settled[0] == 0
    assert answer.solution.value == pytest.approx(40)


def test_whole_decisions_do_not_go_with_least_squares():
    codes = refused(lambda: budget(100, {"kind": "minimum_award", "amount": 10}).solve(counties([3, 50, 47])))
    assert codes
    assert all(code.startswith("TC52") for code in codes)


# --- targets ------------------------------------------------------------------------------------


def test_victoria_through_a_budget_is_victoria_through_its_method():
    method = tc.load_method("intl/victoria-2024")
    frame = pd.read_csv(ROOT / "formulas" / "intl/victoria-2024.csv")
    expected = tc.calculate(method, tc.Panel.from_frame(frame, method), pool="580790947", on="2024-07-01")
    last_year = {"zh": "上年初始补助", "en": "Last year's initial grant", "unit": "AUD", "min": "0"}
    bound = "least if at_minimum else {} * last_year_initial"
    plan = Budget.model_validate({
        "inputs": {"last_year_initial": last_year},
        "parameters": {"up": {"zh": "上限", "en": "Up", "value": "1.10"}, "down": {"zh": "下限", "en": "Down", "value": "1.02"}},
        "pool": {"amount": "580790947", "unit": "AUD", "spend": "exact"},
        "target": {
            "method": "intl/victoria-2024", "on": "2024-07-01", "formula": "max(raw, 0)",
            "take": {"raw": "raw_grant", "at_minimum": "on_minimum", "least": "minimum_grant"},
        },
        "objective": {"kind": "least_squares", "relative": True},
        "constraints": [
            {"kind": "floor", "of": bound.format("down")}, {"kind": "cap", "of": bound.format("up")},
        ],
        "settle": {"unit": "AUD"},
    })  # fmt: skip
    answer = plan.solve(frame)
    assert answer.by_recipient == pytest.approx(expected.columns["grant"], abs=1e-6)
    assert answer.settled.tolist() == expected.payment.allocation.tolist()
    # Every free council stands at the same multiplier: the method's coefficient less one.
    levels = answer.multipliers
    assert levels["spread"].max() < 1e-12
    assert levels["min"].iloc[0] == pytest.approx(expected.scalars["coefficient"] - 1, abs=1e-12)


def test_the_target_may_be_a_step_of_a_method_file(tmp_path):
    path = write_method(tmp_path)
    table = pd.DataFrame({
        "code": ["620102", "620103"], "name": ["甲", "乙"], "population": [1000, 1000], "cost": [100, 300],
    })  # fmt: skip
    plan = Budget.model_validate({
        "pool": {"amount": 180, "unit": "万元", "spend": "exact"}, "target": {"method": str(path), "step": "need"},
        "objective": "least_squares", "settle": {"unit": "元"},
    })  # fmt: skip
    answer = plan.solve(table)
    assert answer.table["target"].tolist() == [50, 150]  # half the cost
    assert amounts(answer) == [40, 140]


# --- what must always hold ------------------------------------------------------------------------


def test_the_order_of_the_rows_changes_nothing():
    frame = counties([31, 17, 29, 23.5], prefecture=["兰州市", "庆阳市", "兰州市", "庆阳市"])
    plan = budget("90.0001", {"kind": "group", "by": "prefecture", "min": 41})
    one, other = plan.solve(frame), plan.solve(frame.iloc[[2, 0, 3, 1]])
    assert one.allocation.to_dict() == other.allocation.to_dict()
    assert one.settled.sum() == 900_001


def test_whole_units_keep_the_minimum_of_a_prefecture():
    plan = budget(
        "100", {"kind": "group", "by": "prefecture", "which": "庆阳市", "min": "50.5"}, settle="万元"
    )
    answer = plan.solve(counties([40, 35, 25], prefecture=["兰州市", "庆阳市", "庆阳市"]))
    assert answer.settled.sum() == 100
    assert answer.settled[1:].sum() >= 51


def test_three_equals_that_no_whole_unit_serves_are_told():
    plan = budget("100", {"kind": "equal_treatment", "columns": ["prefecture"]}, settle="万元")
    answer = plan.solve(counties([10, 20, 30]))
    assert sorted(answer.settled.tolist()) == [33, 33, 34]
    assert "TC547" in [found.code for found in answer.issues]


def test_the_user_adds_a_constraint_of_their_own_to_the_pulp_model():
    def extend(model, variables):
        model.addConstraint(variables["620101"] >= 60, "first_of_all")

    answer = budget(100, objective="least_deviation").solve(counties([50, 50]), extend=extend)
    assert answer.route == "pulp"
    assert amounts(answer) == [60, 40]


def test_entered_amounts_are_not_overlooked(tmp_path):
    frame = counties([50, 50])
    entered = [["代码", "步骤", "数值", "理由", "录入人"], ["620101", "测算数", 70, "核定", "张"]]
    path = write_workbook(
        tmp_path / "table.xlsx", 数据=[list(frame.columns), *frame.to_numpy().tolist()], 录入数=entered
    )
    assert refused(lambda: budget(100).solve(path)) == ["TC216"]
