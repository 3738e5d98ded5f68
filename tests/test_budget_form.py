"""The form of a budget: its file, its formulas, its table, and what is refused with which words."""

import re
import typing

import pytest
from budgets import budget, counties, issues_of, refused
from builders import write_method, write_workbook
from pydantic import ValidationError

from transfer_calc.budget import Budget, load_budget
from transfer_calc.budget.constraints import AnyConstraint, Base
from transfer_calc.budget.kinds import COMMON, KINDS, OBJECTIVES, PRICED
from transfer_calc.budget.objectives import AnyObjective

FILE = """\
title: {zh: 试算, en: Trial}
recipients: {zh: 县, en: county, code: GB/T 2260, tier: county}
inputs:
  prefecture: {zh: 市州, en: Prefecture, kind: group}
  population: {zh: 人口, en: Population, unit: 人}
  formula_grant: {zh: 公式数, en: By formula, unit: 万元}
parameters:
  keep: {zh: 保底比例, en: Keep, value: "0.9"}
pool: {amount: "100", unit: 万元, spend: exact}
target: formula_grant
objective: least_squares
constraints:
  - {kind: floor, of: formula_grant * keep, cite: 第五条}
  - {kind: group, by: prefecture, which: 兰州市, min: "40"}
settle: {unit: 元}
"""
ROWS = [
    ["代码", "名称", "市州", "人口", "公式数（万元）"],
    ["620102", "甲县", "兰州市", 1000, 60],
    ["620103", "乙县", "庆阳市", 1000, 50],
]


def written(folder, *changes):
    text = FILE
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = folder / "trial.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def table(folder, *changes, **sheets):
    rows = [list(row) for row in ROWS]
    for row, column, value in changes:
        rows[row][column] = value
    return write_workbook(folder / "table.xlsx", 数据=rows, **sheets)


def only_issue(act):
    found = issues_of(act)
    assert len(found) == 1, [one.line("en") for one in found]
    return found[0]


def test_a_file_and_a_workbook_give_an_allocation(tmp_path):
    answer = load_budget(written(tmp_path)).solve(table(tmp_path))
    assert answer.settled.tolist() == [550_000, 450_000]


def test_the_workbook_overrides_the_file_and_the_call_overrides_both(tmp_path):
    plan = load_budget(written(tmp_path))
    given = table(tmp_path, 参数=[["名称", "数值"], ["资金总额", 110], ["保底比例", 0.5]])
    answer = plan.solve(given)
    assert answer.pool == 110
    assert float(answer.parameters["keep"].value) == 0.5
    assert plan.solve(given, pool="104").pool == 104
    assert float(plan.solve(given, parameters={"keep": "0.8"}).parameters["keep"].value) == 0.8


def test_a_number_without_quotes_is_refused_by_its_line(tmp_path):
    path = written(tmp_path, ('amount: "100"', "amount: 100"))
    found = only_issue(lambda: load_budget(path))
    assert found.code == "TC550"
    assert found.place.line == 9
    assert "带引号" in found.message.zh


def test_in_python_numbers_are_numbers():
    assert float(budget(100.5).pool.amount) == 100.5


def test_an_entry_that_does_not_exist_is_refused(tmp_path):
    path = written(tmp_path, ("by: prefecture, which", "buy: prefecture, which"))
    found = issues_of(lambda: load_budget(path))
    assert {one.code for one in found} == {"TC550"}
    assert {one.place.line for one in found} == {14}


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("formula_grant * keep", "formula_grant * keeep", "TC105", 13),
        ("formula_grant * keep", "population * keep", "TC122", 13),
        ("formula_grant * keep", "formula_grant > 0", "TC553", 13),
        ("by: prefecture, which", "by: population, which", "TC105", 14),
        ("target: formula_grant", "target: no_such_column", "TC105", 10),
    ],
)
def test_a_formula_at_fault_is_named_by_its_line(tmp_path, old, new, code, line):
    path = written(tmp_path, (old, new))
    found = only_issue(lambda: load_budget(path).solve(table(tmp_path)))
    assert (found.code, found.place.line) == (code, line)


def test_bad_cells_are_all_named_at_once(tmp_path):
    given = table(tmp_path, (1, 3, "很多"), (2, 4, None))
    found = issues_of(lambda: load_budget(written(tmp_path)).solve(given))
    assert [(one.code, one.place.cell) for one in found] == [("TC202", "D2"), ("TC203", "E3")]


def test_a_missing_column_of_the_objective_is_named(tmp_path):
    rows = [row[:4] for row in ROWS]
    given = write_workbook(tmp_path / "table.xlsx", 数据=rows)
    found = only_issue(lambda: load_budget(written(tmp_path)).solve(given))
    assert found.code == "TC201"
    assert "公式数" in found.message.zh


def test_an_empty_group_is_named_by_its_line(tmp_path):
    path = written(tmp_path, ("which: 兰州市", "which: 天水市"))
    found = only_issue(lambda: load_budget(path).solve(table(tmp_path)))
    assert (found.code, found.place.line) == ("TC540", 14)
    assert "天水市" in found.message.zh


def test_a_condition_that_nobody_meets_is_an_empty_group():
    group = {"kind": "group", "where": "ethnic", "min": 5}
    assert refused(lambda: budget(100, group).solve(counties([50, 50]))) == ["TC540"]


def test_a_need_of_zero_is_named_by_its_county():
    objective = {"kind": "greatest_coverage", "own": "own", "need": "need"}
    found = only_issue(lambda: budget(100, objective=objective).solve(counties([50, 50], need=[100, 0])))
    assert (found.code, found.place.code) == ("TC544", "620102")


def test_a_floor_above_a_cap_names_the_county_and_both_constraints():
    floor = {"kind": "floor", "amount": 60, "name": {"zh": "保底六十", "en": "floor of 60"}}
    cap = {"kind": "cap", "amount": 40, "where": "ethnic", "name": {"zh": "封顶四十", "en": "cap of 40"}}
    frame = counties([50, 50], ethnic=["否", "是"])
    found = issues_of(lambda: budget(100, floor, cap).solve(frame))
    assert [one.code for one in found] == ["TC535"]
    assert (found[0].place.code, found[0].place.unit_name) == ("620102", "乙")
    assert "保底六十" in found[0].message.zh
    assert "封顶四十" in found[0].message.zh


def test_floors_above_the_pot_are_a_conflict_with_its_amount_and_no_numbers():
    floor = {
        "kind": "floor",
        "of": "before",
        "times": "0.9",
        "name": {"zh": "不低于上年九成", "en": "hold harmless"},
    }
    found = only_issue(lambda: budget(100, floor).solve(counties([50, 50], before=[60, 60])))
    assert found.code == "TC536"
    assert "不低于上年九成" in found.message.zh
    assert "8 万元" in found.message.zh  # 54 + 54 − 100


def test_a_prefecture_minimum_that_its_caps_do_not_allow_is_named():
    constraints = (
        {"kind": "group", "by": "prefecture", "which": "庆阳市", "min": 39},
        {"kind": "cap", "of": "before"},
    )
    frame = counties([50, 20, 10], before=[80, 20, 10], prefecture=["兰州市", "庆阳市", "庆阳市"])
    found = only_issue(lambda: budget(80, *constraints).solve(frame))
    assert found.code == "TC539"
    assert "庆阳市" in found.message.zh
    assert "9 万元" in found.message.zh


def test_a_cap_below_the_settled_unit_is_a_warning():
    answer = budget(100, {"kind": "cap", "amount": "0.4", "where": "ethnic"}, settle="万元").solve(
        counties([50, 50, 50], ethnic=["是", "否", "否"])
    )
    assert "TC545" in [found.code for found in answer.issues]
    assert answer.settled.tolist() == [0, 50, 50]


@pytest.mark.parametrize(
    "fields",
    [
        {"objective": {"kind": "least_cost", "own": "own", "need": "need", "coverage": 1}},
        {"objective": {"kind": "greatest_coverage", "own": "own", "need": "need", "up_to": 1}},
        {"target": None},
        {"constraints": [{"kind": "floor"}]},
        {"constraints": [{"kind": "floor", "amount": 1, "hard": False}]},
        {"constraints": [{"kind": "floor", "amount": 1, "hard": True, "price": 1}]},
        {"constraints": [{"kind": "group", "by": "prefecture"}]},
        {"constraints": [{"kind": "group", "min": 1}]},
        {"constraints": [{"kind": "floor", "amount": 1, "pot": "none"}]},
        {"constraints": [{"kind": "ceiling", "own": "own", "size": "population", "ratio": "0.5"}]},
        {
            "constraints": [
                {
                    "kind": "phase_in",
                    "last_year": "before",
                    "year": 3,
                    "years": 2,
                    "start": "last_year_amount",
                }
            ]
        },
    ],
)
def test_what_cannot_be_meant_is_refused_when_it_is_written(fields):
    with pytest.raises(ValidationError):
        budget(100, **fields)


def test_a_step_that_the_method_lacks_is_named(tmp_path):
    target = {"method": str(write_method(tmp_path)), "step": "rate"}
    assert refused(lambda: budget(100, target=target).solve(counties([1, 2]))) == ["TC551"]


def test_a_name_that_means_something_else_in_the_method_is_refused(tmp_path):
    target = {"method": str(write_method(tmp_path)), "step": "need"}
    parameters = {"cost": {"zh": "成本", "en": "Cost", "value": 1}}
    assert "TC552" in refused(
        lambda: budget(100, target=target, parameters=parameters).solve(counties([1, 2]))
    )


def test_the_table_of_kinds_has_every_objective_and_constraint_with_all_its_fields():
    for union, listed in ((AnyConstraint, KINDS), (AnyObjective, OBJECTIVES)):
        for model in typing.get_args(typing.get_args(union)[0]):
            kind = typing.get_args(model.model_fields["kind"].annotation)[0]
            assert set(listed[kind].fields) == set(model.model_fields) - {"kind"}, kind
            assert listed[kind].priced == ("price" in model.model_fields), kind
    assert set(COMMON) == set(Base.model_fields)
    assert set(PRICED) == {*COMMON, "hard", "price"}


def test_every_kind_has_its_formula_and_words_in_both_languages():
    for kind in (*KINDS.values(), *OBJECTIVES.values()):
        assert kind.latex.count("{") == kind.latex.count("}"), kind.kind
        assert kind.latex.count(r"\bigl") == kind.latex.count(r"\bigr"), kind.kind
        assert re.search("[\u4e00-\u9fff]", kind.about.zh), kind.kind
        assert not re.search("[\u4e00-\u9fff]", kind.title.en), kind.kind


def test_a_budget_cannot_be_changed():
    plan = budget(100)
    with pytest.raises(ValidationError):
        plan.title = None
    assert isinstance(plan, Budget)
