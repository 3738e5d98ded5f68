"""Bad method files: each is refused with the code, the line, and words that tell what to do."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from builders import attempt_columns, command, line_of, refusal, write_method

from transfer_calc import MethodError, load_method

NEED = 'formula: "cost * rate"'


def refused(path):
    """Every issue with which a method file is refused."""
    with pytest.raises(MethodError) as caught:
        load_method(path)
    return caught.value.issues


def only(path):
    issues = refused(path)
    assert len(issues) == 1, [found.line("en") for found in issues]
    return issues[0]


def need(formula):
    return NEED, f"formula: {formula!r}"


def extra_step(name, formula, unit="1"):
    text = f'  {name}: {{zh: {name}, en: {name}, unit: "{unit}", evidence: official, cite: 第五条, formula: "{formula}"}}\n'
    return "  grant:\n", f"{text}  grant:\n"


def test_the_method_that_the_other_tests_break_is_in_order(tmp_path):
    result, issues = attempt_columns(
        load_method(write_method(tmp_path)),
        {"code": ["620102", "620103"], "常住人口": [1, 2], "成本": [10, 30]},
    )
    assert not issues
    assert result.payment.allocation.tolist() == [250_000, 750_000]


# --- formulas ---------------------------------------------------------------------------------------


def test_an_unknown_name_is_given_with_its_line_and_the_near_miss(tmp_path):
    path = write_method(tmp_path, need("cots * rate"))
    found = only(path)
    assert found.code == "TC105"
    assert "「cots」没有定义" in found.message.zh
    assert "cost" in found.hint.zh
    assert (found.place.file, found.place.line, found.place.name) == (
        "tiny.yaml",
        line_of(path, "cots"),
        "need",
    )


def test_an_unknown_group_column_is_an_unknown_name(tmp_path):
    found = only(write_method(tmp_path, need("total(cost, by=region)")))
    assert found.code == "TC105"
    assert "「region」" in found.message.zh


def test_a_number_of_law_may_not_stand_inside_a_formula(tmp_path):
    path = write_method(tmp_path, need("cost * 0.55"))
    found = only(path)
    assert found.code == "TC115"
    assert "0.55" in found.message.zh
    assert "带文号的参数" in found.hint.zh
    assert (found.place.line, found.place.name) == (line_of(path, "0.55"), "need")


def test_a_cycle_names_its_steps_in_the_order_in_which_they_use_each_other(tmp_path):
    found = only(write_method(tmp_path, need("cost * weight"), extra_step("weight", "per_head")))
    assert found.code == "TC106"
    cycle = re.search(r"循环：(.+)", found.message.zh)[1].split(" → ")
    assert cycle[0] == cycle[-1]
    uses = {"need": "weight", "weight": "per_head", "per_head": "need"}
    assert set(cycle) == set(uses)
    assert all(uses[one] == other for one, other in pairwise(cycle))


def test_a_step_that_uses_itself_is_a_cycle(tmp_path):
    found = only(write_method(tmp_path, need("need + cost")))
    assert found.code == "TC106"
    assert "need → need" in found.message.zh


@pytest.mark.parametrize(
    ("changes", "said", "where"),
    [
        (
            [need("total(total(cost))")],
            "total(…) 要逐个地区的量，total(…) 却是全体一个数",
            "total(total(cost))",
        ),
        ([("total: pool", "total: need")], "total 是全体一个数", "total: need"),
        ([("claim: need", "claim: total(need)")], "claim 要逐个地区", "claim: total(need)"),
        (
            [extra_step("whole", "total(cost)", "万元"), ("amount: grant", "amount: whole")],
            "支付的步骤要逐个地区",
            "amount: whole",
        ),
    ],
    ids=["a total of a total", "a total per county", "a claim for all", "a payment for all"],
)
def test_a_wrong_level_is_refused_with_its_line(tmp_path, changes, said, where):
    path = write_method(tmp_path, *changes)
    found = only(path)
    assert found.code == "TC107"
    assert said in found.message.zh
    assert "total(…, by=组)" in found.hint.zh
    assert found.place.line == line_of(path, where)


@pytest.mark.parametrize(
    ("formula", "code", "said", "advised"),
    [
        ("cost *", "TC108", "cost *", "docs/reference/language"),
        ("cost ** rate", "TC110", "乘方", "docs/reference/language"),
        ("totl(cost)", "TC111", "totl", "total"),
        ("round(cost)", "TC112", "round", "round(x, digits)"),
        ("cost and rate", "TC113", "应为是或否，却是数字", ""),
        ("cost × rate", "TC114", "U+00D7", "半角"),
        ("cost ＊ rate", "TC114", "U+FF0A", "请写成「*」"),
    ],
)
def test_a_formula_outside_the_language_is_refused(tmp_path, formula, code, said, advised):
    found = only(write_method(tmp_path, need(formula)))
    assert found.code == code
    assert said in found.message.zh
    assert advised in found.hint.zh


def test_division_by_zero_names_the_county_the_step_and_the_denominator(tmp_path):
    method = load_method(write_method(tmp_path))
    table = {"代码": ["620102", "620103"], "名称": ["甲县", "乙县"], "常住人口": [1, 0], "成本": [10, 30]}
    found = refusal(attempt_columns(method, table))
    assert found.code == "TC401"
    assert "步骤「人均需求」除以零" in found.message.zh
    assert "常住人口" in found.message.zh
    assert (found.place.code, found.place.unit_name, found.place.name) == ("620103", "乙县", "per_head")


# --- the file ---------------------------------------------------------------------------------------


def test_a_duplicate_key_is_refused_with_both_lines(tmp_path):
    second = "  cost: {zh: 又一成本, en: Another cost, unit: 万元}\n"
    path = write_method(tmp_path, ("parameters:\n", f"{second}parameters:\n"))
    found = only(path)
    assert found.code == "TC103"
    assert "「cost」重复" in found.message.zh
    assert f"第 {line_of(path, 'en: Cost,')} 行" in found.message.zh
    assert found.place.line == line_of(path, "又一成本")


def test_a_yaml_alias_is_refused_with_its_line(tmp_path):
    path = write_method(
        tmp_path, ("  cost: {", "  cost: &same {"), ("parameters:\n", "  other: *same\nparameters:\n")
    )
    found = only(path)
    assert found.code == "TC102"
    assert "别名" in found.message.zh
    assert "aliases" in found.message.en
    assert found.place.line == line_of(path, "other:")


@pytest.mark.parametrize(
    ("quoted", "bare", "path"),
    [
        ('unit: 人, min: "0"', "unit: 人, min: 0", "inputs.population.min"),
        ('2020-01-01: "0.5"', "2020-01-01: 0.5", "parameters.rate.values.2020-01-01"),
    ],
)
def test_an_unquoted_number_is_refused_with_its_line(tmp_path, quoted, bare, path):
    file = write_method(tmp_path, (quoted, bare))
    issues = refused(file)
    assert {found.code for found in issues} == {"TC104"}
    assert f"「{path}」" in issues[0].message.zh
    assert "quoted" in issues[0].message.en
    assert {found.place.line for found in issues} == {line_of(file, bare)}


@pytest.mark.parametrize(
    ("cited", "path", "said"),
    [
        (", cite: 第二条", "steps.need", "the step"),
        (", cite: 第一条", "parameters.rate", "the value of 2020-01-01"),
    ],
)
def test_a_missing_citation_is_refused(tmp_path, cited, path, said):
    file = write_method(tmp_path, (cited, ""))
    found = only(file)
    assert found.code == "TC104"
    assert f"「{path}」" in found.message.zh
    assert "cite" in found.message.zh
    assert f"{said} needs cite" in found.message.en
    assert found.place.line == line_of(file, f"  {path.split('.')[1]}:")


def test_an_assumption_without_its_reason_is_refused(tmp_path):
    found = only(write_method(tmp_path, ("evidence: official, cite: 第二条", "evidence: assumed")))
    assert found.code == "TC104"
    assert "note" in found.message.zh


@pytest.mark.parametrize(
    "changes",
    [
        [('min: "0"', "min: 0")],
        [('2020-01-01: "0.5"', "2020-01-01: 0.5")],
        [(", cite: 第二条", "")],
        [("  cost: {", "  cost: &same {"), ("parameters:\n", "  other: *same\nparameters:\n")],
    ],
    ids=["unquoted number", "unquoted value", "missing citation", "alias"],
)
def test_a_chinese_message_says_in_chinese_what_is_wrong(tmp_path, changes):
    for found in refused(write_method(tmp_path, *changes)):
        detail = found.message.zh.split("：", 1)[1]
        assert re.search(r"[\u4e00-\u9fff]", detail), detail
        assert not re.search(r"[a-z]+ [a-z]+ [a-z]+", detail), detail


@pytest.mark.parametrize(
    ("old", "new", "path", "said"),
    [
        ("pays:\n  amount: grant\n", "pays:\n", "pays.amount", "缺少这一项"),
        ("  settle: {unit: 元}\n", "  settle: {unit: 元, tie: code}\n", "pays.settle.tie", "没有这一项"),
    ],
)
def test_a_missing_or_unknown_entry_is_named(tmp_path, old, new, path, said):
    found = only(write_method(tmp_path, (old, new)))
    assert found.code == "TC104"
    assert f"「{path}」" in found.message.zh
    assert said in found.message.zh


def test_a_name_with_two_meanings_is_refused(tmp_path):
    found = only(write_method(tmp_path, extra_step("cost", "population")))
    assert found.code == "TC116"
    assert "「cost」用了两次：inputs 和 steps" in found.message.zh


def test_broken_yaml_is_refused_with_its_line(tmp_path):
    path = write_method(tmp_path, ("  rate: {zh: 比例", "  rate: {zh: [比例"))
    found = only(path)
    assert found.code == "TC102"
    assert found.place.line == line_of(path, "[比例")


def test_several_problems_of_a_method_are_reported_in_one_pass(tmp_path):
    path = write_method(
        tmp_path,
        need("cots * rate"),
        extra_step("more", "cost * 7"),
        ("      claim: need\n      total: pool", "      claim: cost\n      total: cost"),
    )
    by_line = {(found.code, found.place.line) for found in refused(path)}
    assert by_line == {
        ("TC105", line_of(path, "cots")),
        ("TC115", line_of(path, "cost * 7")),
        ("TC107", line_of(path, "      total: cost")),
    }


def test_a_formula_that_cannot_be_read_does_not_hide_the_problems_of_the_others(tmp_path):
    path = write_method(tmp_path, need("cost *"), extra_step("more", "cost * 7"))
    assert {found.code for found in refused(path)} == {"TC108", "TC115"}


# --- asking for a method ----------------------------------------------------------------------------


def test_an_unknown_method_is_a_slip_of_the_command_and_near_ids_are_shown(tmp_path, demo):
    out = tmp_path / "out.xlsx"
    said = command("run", "cn/model/equalisation-gap", demo, "-o", out)
    assert said.exit_code == 2
    assert "TC101" in said.stderr
    assert "相近的有：cn/model/equalization-gap" in said.stderr
    assert not out.exists()


def test_a_faulty_method_file_stops_the_command_with_1(tmp_path, demo):
    out = tmp_path / "out.xlsx"
    said = command("run", write_method(tmp_path, need("cots")), demo, "-o", out)
    assert said.exit_code == 1
    assert "TC105 tiny.yaml:" in said.stderr
    assert not out.exists()


def test_a_date_before_the_law_is_refused_when_loading():
    with pytest.raises(MethodError) as caught:
        load_method("cn/model/equalization-gap", on="2022-04-12")
    (found,) = caught.value.issues
    assert found.code == "TC118"
    assert "2022-04-12" in found.message.zh
    assert "2022-04-13" in found.hint.zh
    assert load_method("cn/model/equalization-gap", on="2022-04-13").id == "cn/model/equalization-gap"


def test_a_date_that_is_none_is_an_issue_and_no_traceback():
    with pytest.raises(MethodError) as caught:
        load_method("cn/model/equalization-gap", on="2024-13-01")
    assert [found.code for found in caught.value.issues] == ["TC313"]
