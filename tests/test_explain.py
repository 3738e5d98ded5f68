"""Explanations: hand-checked ones, and one of every figure that the shipped methods give."""

from __future__ import annotations

import json
import re
import unicodedata
from decimal import Decimal

import openpyxl
import pytest
from builders import command, county_columns
from paths import ROOT

import transfer_calc as tc
from transfer_calc.calculation.calculate import calculate
from transfer_calc.calculation.verify import _panel as panel_of
from transfer_calc.explanation import to_depth
from transfer_calc.language.written import figure_text, formula_text
from transfer_calc.method.cases import load_cases
from transfer_calc.report.explanation import as_dict, as_html, as_latex, as_text, render

METHOD = """\
id: test/explained
title: {zh: 全部, en: All}
law:
  document: 测〔2020〕1号
  title: {zh: 测试, en: Test}
  in_force: {from: 2020-01-01}
recipients: {zh: 县, en: county}
inputs:
  region: {zh: 地区, en: Region, kind: group}
  terrain: {zh: 地形, en: Terrain, kind: text}
  poor: {zh: 困难县, en: Poor, kind: flag}
  people: {zh: 人口, en: People, unit: 人, min: "0"}
  cost: {zh: 成本, en: Cost, unit: 万元}
  spare: {zh: 备用数, en: Spare figure, unit: 万元}
parameters:
  rate: {zh: 比例, en: Rate, unit: "1", evidence: official, cite: 第一条, values: {2020-01-01: "0.5", 2022-01-01: "0.6"}}
  guess: {zh: 估计数, en: Guess, unit: "1", evidence: unpublished, note: {zh: 未公布。, en: Not published.}}
choices:
  style:
    {zh: 口径, en: Style, evidence: assumed, cite: 第二条, options: {plain: {zh: 甲法, en: first}, other: {zh: 乙法, en: second}}, default: plain}
tables:
  factor:
    zh: 地形系数
    en: Terrain factor
    unit: "1"
    keys: [{zh: 地形, en: Terrain}]
    evidence: quoted
    cite: 附表一
    values:
      2020-01-01: {rows: {平原: "1", 山区: "1.5"}}
schedules:
  tiers:
    zh: 分档
    en: Tiers
    unit: "1"
    of: 人
    inclusive: from
    evidence: derived
    cite: 附表二
    values:
      2020-01-01: {brackets: [{from: "0", rate: "0.1"}, {from: "100", rate: "0.2"}, {from: "1000", rate: "0.3"}]}
steps:
  weighted: {zh: 加权成本, en: Weighted cost, unit: 万元, evidence: official, cite: 第三条, formula: "cost * factor[terrain] * rate"}
  need: {zh: 需求, en: Need, unit: 万元, evidence: official, cite: 第四条, formula: "weighted if poor and people > 0 else spare"}
  place: {zh: 名次, en: Place, unit: "1", evidence: official, cite: 第五条, formula: 'rank(need, order="descending", ties="code")'}
  part: {zh: 地区占比, en: Part, unit: "1", evidence: official, cite: 第六条, formula: "need / total(need, by=region)"}
  poor_part: {zh: 困难县占比, en: Poor part, unit: "1", evidence: official, cite: 第七条, formula: "total(need, where=poor) / total(need)"}
  tier: {zh: 档次, en: Tier, unit: "1", evidence: official, cite: 第八条, formula: "brackets(people, tiers)"}
  sum_tiers: {zh: 累计, en: Graduated, unit: 人, evidence: official, cite: 第九条, formula: "graduated(people, tiers)"}
  styled: {zh: 选定数, en: Styled, unit: 万元, evidence: official, cite: 第十条, choice: style, formula: {plain: "need * guess", other: "spare * guess"}}
  grant:
    zh: 补助
    en: Grant
    unit: 万元
    evidence: official
    cite: 第十一条
    solve: {claim: need, total: pool, floor: styled, multiplier: {name: factor_of_grant, zh: 分配系数, en: Factor}}
pays:
  amount: grant
  pool: {unit: 万元}
  settle: {unit: 元}
"""
MODEL = "cn/model/equalization-gap"


@pytest.fixture(scope="module")
def gansu(demo, county_method):
    return tc.calculate(county_method, tc.read_panel(demo, county_method))


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Four counties A to D. need: A 100·1·0.6 = 60, B 200·1.5·0.6 = 180, C (not poor) spare 30, D 400·1.5·0.6 = 360."""
    path = tmp_path_factory.mktemp("method") / "explained.yaml"
    path.write_text(METHOD, encoding="utf-8")
    method = tc.load_method(path)
    columns = {
        "code": list("ABCD"), "name": ["甲县", "乙县", "丙县", "丁县"],
        "region": ["东", "东", "西", "西"], "terrain": ["平原", "山区", "平原", "山区"],
        "poor": ["是", "是", "否", "是"], "people": [50, 100, 1500, 200],
        "cost": [100, 200, 300, 400], "spare": [1, 2, 30, 4],
    }  # fmt: skip
    panel = tc.Panel.from_columns(columns, method)
    by_hand = tc.EnteredAmount("D", "grant", "99", "会议纪要第3号", "李某")
    return tc.calculate(
        method, panel, pool="400", on="2023-01-01", parameters={"guess": "0.2"}, entered=[by_hand]
    )


def nodes(explanation):
    """Every figure of an explanation, in the order of reading."""
    found, waiting = [], [explanation]
    while waiting:
        here = waiting.pop()
        found.append(here)
        waiting.extend(reversed(here.children))
    return found


def node(explanation, name):
    return next(found for found in nodes(explanation) if found.name == name and not found.again)


def facts(explanation):
    return {fact.key: fact.value if fact.value is not None else fact.text for fact in explanation.facts}


def test_the_demo_county_is_explained_down_to_its_cells(gansu, demo):
    told = gansu.explain("620522", "allocation")
    book = openpyxl.load_workbook(demo, data_only=True)
    given = [found for found in nodes(told) if found.place]
    assert {found.name for found in given} == {
        "standard_expenditure", "standard_revenue", "last_year", "functional_zone", "pool",
    }  # fmt: skip
    for found in given:
        sheet, cell = found.place.split("!")
        value = book[sheet][cell].value
        assert value == (found.value if found.name != "functional_zone" else "否"), found.place
    row = node(told, "last_year").place.removeprefix("数据!G")
    assert book["数据"][f"A{row}"].value == "620522"
    assert node(told, "pool").place == "参数!B2"
    assert node(told, "pool").value == Decimal(4_500_000)
    assert told.value == 612_652_476
    assert told.unit == "元"


def test_the_numbers_put_in_give_the_figure(gansu):
    told = gansu.explain("620522", "transfer")
    gap = node(told, "gap")
    assert gap.formulas[0].text == "max(standard_expenditure - standard_revenue, 0) if takes_part else 0"
    assert gap.formulas[0].inserted.zh == "max(306974 - 201547, 0)"
    assert gap.value == 306974 - 201547 == 105427
    said = facts(told)
    assert said["claim"] == 105427
    assert said["floor"] == 58176
    assert said["total"] == 4_500_000
    assert said["binds"] == "none"
    assert told.value == pytest.approx(105427 * said["multiplier"], rel=1e-12)
    assert node(told, "coefficient_with_floors").value == said["multiplier"]


def test_a_binding_floor_is_said(gansu):
    rows = [i for i, bound in enumerate(gansu.computed.divisions["transfer"].binding) if bound == "floor"]
    code = gansu.panel.codes[rows[0]]
    told = gansu.explain(code, "transfer")
    assert facts(told)["binds"] == "floor"
    assert told.value == facts(told)["floor"] > facts(told)["proportional"]
    assert "保底生效" in as_text(told, "zh")
    assert "the floor binds" in as_text(told, "en")


def test_a_binding_cap_is_said(tmp_path):
    text = METHOD.replace("floor: styled", "cap: styled")
    path = tmp_path / "capped.yaml"
    path.write_text(text, encoding="utf-8")
    method = tc.load_method(path)
    panel = tc.Panel.from_columns(
        {"code": ["A", "B"], "region": ["东", "东"], "terrain": ["平原", "平原"], "poor": ["是", "是"],
         "people": [1, 1], "cost": [100, 300], "spare": [7, 1000]}, method,
    )  # fmt: skip
    # need 60 and 180, caps 0.1 · 7 = 0.7 and 0.1 · 1000 = 100; of 50 A gets its cap, B the rest.
    parameters = {"guess": "0.1", "style": "other"}
    result = tc.calculate(method, panel, pool="50", on="2023-01-01", parameters=parameters)
    told = result.explain("A", "grant")
    assert facts(told)["binds"] == "cap"
    assert told.value == pytest.approx(0.7)
    assert "封顶生效" in as_text(told, "zh")
    assert facts(result.explain("B", "grant"))["binds"] == "none"


def test_the_branch_not_taken_is_absent(own):
    taken = node(own.explain("B", "need"), "need")
    names = {found.name for found in nodes(own.explain("B", "need"))}
    assert {"weighted", "poor", "people", "cost", "rate"} <= names
    assert "spare" not in names
    assert ("condition", True) in [(fact.key, fact.value) for fact in taken.facts]
    other = own.explain("C", "need")
    assert [found.name for found in nodes(other)] == ["need", "spare", "poor", "people"]
    condition = other.facts[0]
    assert (condition.value, condition.text) == (False, "poor and people > 0")
    assert condition.words.zh == "否 and 1500 > 0"
    assert condition.words.en == "no and 1500 > 0"


def test_an_aggregate_shows_the_countys_part(own):
    first, second = own.explain("B", "poor_part").children
    assert own.explain("B", "poor_part").formulas[0].inserted.zh == "600 / 630"
    assert (first.name, first.value, first.unit) == ("total(need, where=poor)", 600, "万元")
    assert facts(first) == {"takes_part": True, "units": 3, "own": 180, "share": pytest.approx(0.3)}
    assert (second.value, facts(second)["share"]) == (630, pytest.approx(180 / 630))
    outside = own.explain("C", "poor_part").children[0]
    assert facts(outside) == {"takes_part": False, "units": 3}
    assert [found.name for found in outside.children] == ["poor"]


def test_a_group_aggregate_is_that_of_the_countys_group(own):
    total = node(own.explain("D", "part"), "total(need, by=region)")
    assert total.value == 30 + 360
    assert facts(total) == {"group": "西", "units": 2, "own": 360, "share": pytest.approx(360 / 390)}
    assert [found.name for found in total.children] == ["need", "region"]


@pytest.mark.parametrize(
    ("code", "rank", "above", "below"),
    [
        ("D", 1, None, ("B 乙县", 180)),
        ("A", 3, ("B 乙县", 180), ("C 丙县", 30)),
        ("C", 4, ("A 甲县", 60), None),
    ],
)
def test_a_rank_shows_its_neighbours(own, code, rank, above, below):
    told = own.explain(code, "place").children[0]
    assert told.value == rank
    found = {fact.key: (fact.text, fact.value) for fact in told.facts}
    assert found.get("above") == above
    assert found.get("below") == below


def test_a_look_up_shows_key_and_row(own):
    table = node(own.explain("B", "weighted"), "factor[terrain]")
    assert (table.kind, table.value, table.cite, table.evidence) == ("table", 1.5, "附表一", "quoted")
    assert facts(table) == {"key": "山区"}
    assert table.formulas[0].inserted.zh == 'factor["山区"]'
    assert str(table.since) == "2020-01-01"
    assert own.explain("B", "weighted").formulas[0].inserted.zh == "200 * 1.5 * 0.6"


def test_a_bracket_is_shown_and_a_sum_over_brackets_bracket_by_bracket(own):
    # 100 stands at a bound, which belongs to the bracket that begins there.
    tier = own.explain("B", "tier").children[0]
    assert [fact.text for fact in tier.facts if fact.key == "bracket"] == ["[100, 1,000)"]
    # 1500 people: 100·0.1 + 900·0.2 + 500·0.3 = 10 + 180 + 150.
    parts = own.explain("C", "sum_tiers").children[0]
    assert [fact.value for fact in parts.facts if fact.key == "bracket"] == [10, 180, 150]
    assert (parts.value, parts.unit) == (340, "人")


def test_an_entered_amount_shows_reason_and_author_and_stops(own):
    told = own.explain("D", "allocation")
    entered = told.children[0]
    assert (entered.kind, entered.value, entered.children) == ("entered", Decimal(99), ())
    assert facts(entered) == {"reason": "会议纪要第3号", "author": "李某"}
    assert (told.evidence, told.cite) == ("user-given", None)
    assert "会议纪要第3号" in as_text(told, "zh")


def test_the_choice_is_shown(own, gansu):
    styled = node(own.explain("A", "grant"), "styled")
    assert facts(styled)["choice"] == "plain"
    assert styled.formulas[0].text == "need * guess"
    assert styled.facts[0].words.zh == "口径：甲法（办法）"
    guaranteed = gansu.explain("620522", "guaranteed")
    assert guaranteed.facts[0].words.zh == "保底：不低于上年（工作簿 参数!B4）"


def test_the_weakest_grade_and_what_has_it(own):
    told = own.explain("A", "weighted")
    assert (told.evidence, told.weakest, told.because) == ("official", "quoted", "factor")
    assert "沿途最弱：转引（地形系数 factor）" in as_html(told, "zh")
    granted = own.explain("A", "allocation")
    assert (granted.evidence, granted.weakest, granted.because) == ("official", "user-given", "guess")


def test_a_parameter_says_since_when_and_from_where(own):
    rate = own.explain("A", "rate")
    assert (rate.kind, rate.value, rate.cite, str(rate.since)) == (
        "parameter",
        Decimal("0.6"),
        "第一条",
        "2022-01-01",
    )
    assert rate.document.zh == "测〔2020〕1号"
    guess = own.explain("A", "guess")
    assert (guess.evidence, facts(guess)["origin"]) == ("user-given", "argument")


def test_the_odd_unit_of_settlement_is_shown(own):
    # 301 万元 for needs of 60, 180 and 30: 668,888.9 元, 2,006,666.7 元, 334,444.4 元; two odd 元.
    said = {code: facts(own.explain(code, "allocation")) for code in "ABC"}
    assert {code: (each["whole"], each["odd_unit"]) for code, each in said.items()} == {
        "A": (668_888, 1), "B": (2_006_666, 1), "C": (334_444, 0),
    }  # fmt: skip
    assert said["A"]["remainder"] == pytest.approx(0.888889)
    assert "分到尾差 1 元" in as_text(own.explain("A", "allocation"), "zh")


def test_a_floor_that_is_no_whole_unit_is_not_taken_for_an_odd_unit(tmp_path):
    path = tmp_path / "floor.yaml"
    path.write_text(METHOD.replace("settle: {unit: 元}", "settle: {unit: 万元}"), encoding="utf-8")
    method = tc.load_method(path)
    panel = tc.Panel.from_columns(
        {"code": ["A", "B"], "region": ["东", "东"], "terrain": ["平原", "平原"], "poor": ["是", "否"],
         "people": [1, 1], "cost": [101, 0], "spare": [0, 1000]}, method,
    )  # fmt: skip
    # A needs 60.6 and is given at least 0.5 of it, 30.3: in whole 万元 that is 31.
    result = tc.calculate(method, panel, pool="531", on="2023-01-01", parameters={"guess": "0.5"})
    said = facts(result.explain("A", "allocation"))
    assert (said["whole"], said["bounded"], said["odd_unit"]) == (30, 31, 0)


def test_a_name_is_expanded_once_and_referred_to_after(gansu):
    told = gansu.explain("620522", "allocation")
    uses = [found for found in nodes(told) if found.name == "takes_part"]
    assert [found.again for found in uses] == [False, True]
    assert (uses[1].children, uses[1].formulas) == ((), ())
    text = as_text(told, "zh")
    number = re.search(r"\[(\d+)\] 是否参与分配", text).group(1)
    assert f"见上 [{number}]" in text


def test_a_multiplier_is_explained_by_its_step(own):
    told = own.explain("A", "factor_of_grant")
    assert (told.kind, told.value) == ("multiplier", own.scalars["factor_of_grant"])
    assert told.children[0].name == "grant"


def test_figures_answer_to_their_titles(gansu):
    assert gansu.explain("620522", "应补助额").name == "transfer"
    assert gansu.explain("620522", "Standard gap").name == "gap"


@pytest.mark.parametrize(
    ("code", "figure", "said"),
    [
        ("620529", "transfer", r"62052\d 武山县"),
        ("秦安", "transfer", "620522 秦安县"),
        ("泰安县", "transfer", "620522 秦安县"),
        ("620522", "tranfser", "transfer"),
    ],
)
def test_what_is_not_known_is_refused_with_near_misses(gansu, code, figure, said):
    with pytest.raises(tc.UsageError, match=said):
        gansu.explain(code, figure)


def test_a_unit_answers_to_its_name_where_it_alone_has_it(gansu):
    assert gansu.explain("秦安县", "gap") == gansu.explain("620522", "gap")


def test_a_name_that_two_units_have_is_refused_with_both_codes(county_method):
    panel = tc.Panel.from_columns(county_columns(名称=["同名县", "同名县"]), county_method)
    result = tc.calculate(county_method, panel, pool="100", on="2024-01-01")
    with pytest.raises(tc.UsageError, match=r"620102 同名县, 620103 同名县"):
        result.explain("同名县", "gap")


def test_a_depth_names_with_its_value_what_lies_deeper(own):
    told = to_depth(own.explain("B", "need"), 0)
    assert told.children == ()
    assert [(fact.text, fact.value, fact.unit) for fact in told.facts if fact.key == "cut"] == [
        ("weighted", 180, "万元"), ("poor", True, "1"), ("people", 100, "人"),
    ]  # fmt: skip
    assert "不再展开：加权成本 weighted = 180 万元" in as_text(told, "zh")
    deeper = to_depth(own.explain("B", "need"), 1)
    assert [child.name for child in deeper.children] == ["weighted", "poor", "people"]
    assert facts(deeper.children[0])["cut"] == Decimal("0.6")
    assert "cut" not in facts(deeper)


def test_a_depth_that_is_deep_enough_changes_nothing(gansu):
    told = gansu.explain("620522", "allocation")
    assert to_depth(told, 20) == told


def test_a_figure_first_told_too_deep_is_told_where_it_is_first_mentioned(tmp_path):
    # “top” reads “deep”, which reads “base”, and then “base” itself.
    text = (
        METHOD[: METHOD.index("steps:")]
        + """steps:
  deep: {zh: 深, en: Deep, unit: 万元, evidence: official, cite: 一, formula: "base * 1"}
  base: {zh: 基数, en: Base, unit: 万元, evidence: official, cite: 一, formula: "cost * rate"}
  top: {zh: 顶, en: Top, unit: 万元, evidence: official, cite: 一, formula: "deep + base"}
"""
    )
    path = tmp_path / "depth.yaml"
    path.write_text(text, encoding="utf-8")
    method = tc.load_method(path)
    columns = {"code": ["A"], "region": ["东"], "terrain": ["平原"], "poor": ["是"], "people": [1], "cost": [10],
               "spare": [3]}  # fmt: skip
    panel = tc.Panel.from_columns(columns, method)
    whole = tc.calculate(method, panel, on="2023-01-01", parameters={"guess": "1"}).explain("A", "top")
    assert [(child.name, child.again) for child in whole.children] == [("deep", False), ("base", True)]
    told = to_depth(whole, 1)
    assert [(child.name, child.again) for child in told.children] == [("deep", False), ("base", False)]
    assert told.children[1].formulas[0].text == "cost * rate"
    assert "见上" not in as_text(told, "zh")


def test_a_step_is_read_as_a_sentence_beside_its_formula(own):
    told = own.explain("B", "weighted")
    for said in (as_text(told, "zh"), as_html(told, "zh")):
        assert "读作：成本 × (地形对应的地形系数) × 比例" in said
    for said in (as_text(told, "en"), as_html(told, "en")):
        assert "in words: Cost × (the Terrain factor for Terrain) × Rate" in said
    assert as_text(told, "zh").count("读作") == 1


def test_a_step_from_a_shared_piece_names_the_law_of_the_piece():
    method = tc.load_method("cn/model/equalization-county")
    result = tc.calculate(method, tc.read_panel(ROOT / "examples/gansu-demo.xlsx", method))
    told = node(result.explain("620522", "allocation"), "general_index")
    assert told.document.zh.endswith("（cn/shared/standard-spending）")
    told = result.explain("620522", "raw_cost_index")
    assert told.document.zh == "财预〔2022〕58号（cn/shared/cost-index）"
    assert told.document.en == "财预〔2022〕58号 (cn/shared/cost-index)"


def test_a_switched_off_step_is_no_figure():
    method = tc.load_method("cn/central/equalization-2022")
    case = next(case for case in load_cases(method.path, method.id) if case.id == "uniform-coefficient")
    result = calculate(
        method,
        panel_of(method, case, method.path.parent),
        pool=case.pool,
        on=case.on,
        parameters=case.parameters,
    )
    for figure in ("closed_transfer", "closing_factor", "allocation"):
        with pytest.raises(tc.UsageError, match=figure):
            result.explain("A", figure)


def test_a_long_chain_of_steps_needs_no_deep_stack(tmp_path):
    steps = "".join(
        f'  s{i}: {{zh: 步{i}, en: step {i}, unit: 万元, evidence: official, cite: 一, formula: "s{i - 1} + cost"}}\n'
        for i in range(1, 1200)
    )
    text = METHOD[: METHOD.index("steps:")] + "steps:\n"
    text += '  s0: {zh: 步0, en: step 0, unit: 万元, evidence: official, cite: 一, formula: "cost"}\n' + steps
    path = tmp_path / "chain.yaml"
    path.write_text(text, encoding="utf-8")
    method = tc.load_method(path)
    columns = {
        "code": ["A"],
        "region": ["东"],
        "terrain": ["平原"],
        "poor": ["是"],
        "people": [1],
        "cost": [2],
        "spare": [3],
    }
    result = tc.calculate(
        method, tc.Panel.from_columns(columns, method), on="2023-01-01", parameters={"guess": "1"}
    )
    told = result.explain("A", "s1199")
    assert told.value == 2400
    assert len(nodes(told)) == 2400
    for tell in (as_text, as_html, as_latex):
        assert "s0" in tell(told, "zh")


def results():
    """Every run that the repository ships: the demo, and all cases that have a result."""
    method = tc.load_method(MODEL)
    yield "gansu", tc.calculate(method, tc.read_panel(ROOT / "examples/gansu-gap-demo.xlsx", method))
    victoria = tc.load_method("intl/victoria-2024")
    table = tc.read_panel(ROOT / "formulas/intl/victoria-2024.csv", victoria)
    yield "victoria", tc.calculate(victoria, table, pool="580790947", on="2024-07-01")
    for name in ("cn/central/equalization-2022", MODEL, "intl/victoria-2024"):
        method = tc.load_method(name)
        for case in load_cases(method.path, method.id):
            if case.refused is None:
                entered = [
                    tc.EnteredAmount(e.code, e.step, e.value, e.reason, e.author) for e in case.entered
                ]
                yield f"{name} {case.id}", tc.calculate(
                    method, panel_of(method, case, method.path.parent), pool=case.pool, on=case.on,
                    parameters=case.parameters, entered=entered,
                )  # fmt: skip


@pytest.mark.parametrize(("name", "result"), [pytest.param(*each, id=each[0]) for each in results()])
def test_every_figure_of_every_county_is_explained_in_every_form(name, result):
    paid = None if result.payment is None else result.payment.allocation.tolist()
    figures = {figure: values.tolist() for figure, values in result.columns.items()}
    figures |= {figure: [value] * len(result.panel) for figure, value in result.scalars.items()}
    figures |= {} if paid is None else {"allocation": paid}
    for row, code in enumerate(result.panel.codes.tolist()):
        for figure, values in figures.items():
            told = result.explain(code, figure)
            assert told.value == values[row] or float(told.value) == values[row], (name, code, figure)
            for lang in ("zh", "en") if row == 0 else ("zh",):
                text, page, tex = as_text(told, lang), as_html(told, lang), as_latex(told, lang)
                record = json.loads(render(told, "json", lang))
                assert record["method"] == result.method.id
                for said in (text, page, tex):
                    assert result.method.id in said
                    assert said.count("\n") > 4
                    assert not result.notice or "演示数据" in said
                assert record["notice"] == result.notice
                assert record["figure"]["value"] == pytest.approx(float(values[row]), rel=1e-15, abs=0)
                assert page.count("<details") == page.count("</details>") == len(nodes(told))


def test_text_keeps_to_eighty_columns(gansu, own):
    for told in (
        gansu.explain("620522", "allocation"),
        own.explain("B", "allocation"),
        own.explain("C", "place"),
    ):
        for lang in ("zh", "en"):
            for line in as_text(told, lang).splitlines():
                width = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)
                assert width <= 80, line
                assert line == line.rstrip()


def test_html_and_latex_are_harmless():
    method = tc.load_method(MODEL)
    columns = {
        "代码": ["620102"], "名称": ["<script>&\\input{x}"], "市州": ["兰州市"], "功能区": ["否"],
        "标准财政支出": ["30"], "标准财政收入": ["20"], "上年转移支付": ["1"],
    }  # fmt: skip
    result = tc.calculate(method, tc.Panel.from_columns(columns, method), pool="2", on="2024-01-01")
    told = result.explain("620102", "allocation")
    assert "<script" not in as_html(told, "zh")
    assert "&lt;script&gt;&amp;" in as_html(told, "zh")
    assert "\\input" not in as_latex(told, "zh")
    assert "\\textbackslash{}input\\{x\\}" in as_latex(told, "zh")
    assert "transfer\\_" not in as_html(told, "zh")


def test_the_dictionary_holds_the_tree(own):
    record = as_dict(own.explain("B", "weighted"), "en")
    assert (record["code"], record["unit_name"], record["document"]) == ("B", "乙县", "测〔2020〕1号")
    figure = record["figure"]
    assert [below["name"] for below in figure["below"]] == ["cost", "factor[terrain]", "rate"]
    assert figure["formulas"] == [
        {"part": "", "formula": "cost * factor[terrain] * rate", "inserted": "200 * 1.5 * 0.6"}
    ]
    assert figure["way"] == {"weakest": "quoted", "because": "factor"}
    assert figure["below"][2]["value"] == 0.6


@pytest.mark.parametrize(
    ("formula", "values", "written"),
    [
        ("a - (b - c)", {"a": 1.0, "b": -2.0, "c": 3.0}, "1 - (-2 - 3)"),
        ("a - b", {"a": -1.0, "b": -2.0}, "-1 - (-2)"),
        ("a * (b + c) / c", {"a": -1.5, "b": 2.0, "c": 4.0}, "(-1.5) * (2 + 4) / 4"),
        (
            "-a if not (a > b and b > c) else b",
            {"a": 1.0, "b": 2.0, "c": 0.25},
            "-1 if not (1 > 2 and 2 > 0.25) else 2",
        ),
    ],
)
def test_formulas_are_written_with_figures_so_that_they_still_say_the_same(formula, values, written):
    from transfer_calc.language.parse import parse

    text = formula_text(parse(formula), lambda name: figure_text(values[name], "zh", grouped=False))
    assert text == written
    assert formula_text(parse(formula)) == formula
    python = eval(written)  # noqa: S307 — the formulas above
    assert python == eval(formula, dict(values))  # noqa: S307


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "是"), (0.0, "0"), (-0.0, "0"), (1e15, "1,000,000,000,000,000"), (612652476.064873, "612,652,476.064873"),
        (0.1 + 0.2, "0.3"), (1.114814814814815, "1.11481481481"), (Decimal("4500000"), "4,500,000"),
        (Decimal("1E+3"), "1,000"), (float("inf"), "∞"), ("东", "东"),
    ],
)  # fmt: skip
def test_figures_are_written_for_people(value, text):
    assert figure_text(value, "zh") == text


@pytest.mark.parametrize("output", ["text", "html", "latex", "json"])
def test_the_command_explains_in_every_form(demo, output):
    done = command("explain", MODEL, demo, "--unit", "620522", "--figure", "transfer", "--format", output)
    assert done.exit_code == 0, done.output
    assert "演示数据" in done.stdout
    assert MODEL in done.stdout
    if output == "json":
        assert json.loads(done.stdout)["figure"]["value"] == pytest.approx(61265.2476064873)


def test_the_command_takes_a_name_and_a_depth(demo):
    done = command("explain", MODEL, demo, "--unit", "秦安县", "--figure", "allocation", "--depth", "1")
    assert done.exit_code == 0, done.output
    assert "不再展开：标准财政收支缺口 gap = 105,427 万元" in done.stdout
    assert "standard_revenue" not in done.stdout


def test_the_command_takes_the_settings_of_run(demo, tmp_path):
    entered = tmp_path / "entered.csv"
    entered.write_text("代码,步骤,数值,理由,录入人\n620522,应补助额,60000,会议纪要,李某\n", encoding="utf-8")
    done = command(
        "explain", MODEL, demo, "--unit", "620522", "--figure", "transfer", "--pool", "5000000",
        "--on", "2025-06-01", "--set", "hold_harmless=none", "--entered", entered,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "2025-06-01" in done.stdout
    assert "60,000 万元（录入数，entered.csv!C2）" in done.stdout
    assert "会议纪要" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--unit", "999999", "--figure", "transfer"], 2, "999999"),
        (["--unit", "秦安", "--figure", "transfer"], 2, "620522 秦安县"),
        (["--unit", "620522", "--figure", "transfer", "--depth", "-1"], 2, ""),
        (["--unit", "620522", "--figure", "tranfser"], 2, "transfer"),
        (["--unit", "620522"], 2, ""),
        (["--unit", "620522", "--figure", "transfer", "--pool", "1000"], 1, "TC501"),
        (["--unit", "620522", "--figure", "transfer", "--set", "nonsense"], 2, "TC901"),
    ],
)
def test_the_command_refuses(demo, arguments, code, said):
    done = command("explain", MODEL, demo, *arguments)
    assert done.exit_code == code
    assert said in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(("page", "lang"), [("explain-a-figure.md", "en"), ("explain-a-figure.zh.md", "zh")])
def test_the_page_shows_what_the_command_prints(demo, page, lang):
    text = (ROOT / "docs/how-to" / page).read_text(encoding="utf-8")
    shown = re.search(r"```\n(.*?)```", text, flags=re.DOTALL).group(1)
    assert "--unit 620522 --figure allocation" in text
    method = tc.load_method(MODEL)
    told = tc.calculate(method, tc.read_panel(demo, method)).explain("620522", "allocation")
    assert shown == as_text(told, lang)


def test_an_explanation_shows_itself_in_a_notebook(demo, county_method):
    from transfer_calc import calculate, read_panel

    shown = calculate(county_method, read_panel(demo, county_method)).explain("620522", "gap")._repr_html_()
    assert "标准财政收支缺口" in shown
    assert "演示数据" in shown
    assert "<script" not in shown
