"""Conditions, figures for the whole run, tables read by prefix, and values asked for only where used."""

from __future__ import annotations

import openpyxl
import pytest
from builders import command, line_of, write_method

from transfer_calc import Panel, calculate, load_method, read_panel
from transfer_calc.calculation.calculate import attempt
from transfer_calc.issues import IssuesError, MethodError

COLUMNS = {"code": ["620102", "620121"], "population": ["100", "300"], "cost": ["10", "20"]}


def answer(folder, *changes, columns=None, **settings):
    method = load_method(write_method(folder, *changes))
    panel = Panel.from_columns(columns or COLUMNS, method)
    return attempt(method, panel, on="2024-01-01", pool=settings.pop("pool", 100), parameters=settings)


def codes(outcome):
    return [found.code for found in outcome[1]]


CONDITION = (
    "pays:\n",
    (
        "conditions:\n"
        "  cheap: {zh: 成本不高, en: Cost is low, formula: cost <= pool * share(population), cite: 第五条, evidence: derived}\n"
        "pays:\n"
    ),
)


def test_a_condition_that_holds_stands_among_the_checks(tmp_path):
    result, _ = answer(tmp_path, CONDITION)
    check = result.checks[0]
    assert (check.name, check.title.zh, check.passed) == ("cheap", "成本不高", True)


def test_a_condition_that_does_not_hold_names_each_unit_and_there_is_no_result(tmp_path):
    outcome = answer(tmp_path, CONDITION, pool=32)
    assert outcome[0] is None
    assert [(found.code, found.place.code) for found in outcome[1]] == [("TC408", "620102")]
    assert "成本不高" in outcome[1][0].message.zh
    assert "第五条" in outcome[1][0].message.zh


def test_a_condition_for_all_is_reported_once(tmp_path):
    two = (
        "pays:\n",
        "conditions:\n  few: {zh: 至多一个, en: One at most, formula: count() <= 1, cite: 一, evidence: derived}\npays:\n",
    )
    outcome = answer(tmp_path, two)
    assert [(found.code, found.place.code) for found in outcome[1]] == [("TC408", None)]


def test_a_condition_is_a_yes_or_no(tmp_path):
    number = (
        "pays:\n",
        "conditions:\n  odd: {zh: 数, en: A number, formula: count(), cite: 一, evidence: derived}\npays:\n",
    )
    with pytest.raises(MethodError) as refused:
        load_method(write_method(tmp_path, number))
    assert [found.code for found in refused.value.issues] == ["TC113"]


def test_a_condition_under_a_choice_is_checked_only_there(tmp_path):
    choices = (
        "parameters:\n",
        (
            "choices:\n"
            "  strict: {zh: 从严, en: Strict, evidence: assumed, cite: 一, default: no_, "
            "options: {yes_: {zh: 是, en: yes}, no_: {zh: 否, en: no}}}\n"
            "parameters:\n"
        ),
    )
    condition = (
        "pays:\n",
        (
            "conditions:\n"
            "  few: {zh: 至多一个, en: One at most, formula: count() <= 1, when: {strict: yes_}, cite: 一, evidence: derived}\n"
            "pays:\n"
        ),
    )
    assert codes(answer(tmp_path, choices, condition)) == []
    assert codes(answer(tmp_path, choices, condition, strict="yes_")) == ["TC408"]


FIGURE = (
    "  cost: {zh: 成本",
    '  level_of_prices: {zh: 物价系数, en: Price level, level: all, min: "0"}\n  cost: {zh: 成本',
)
USED = ('"cost * rate"', '"cost * rate * level_of_prices"')


def test_a_figure_for_all_is_given_like_a_parameter_and_has_no_grade(tmp_path):
    result, _ = answer(tmp_path, FIGURE, USED, level_of_prices="2")
    assert result.table["need"].tolist() == [10, 20]
    assert result.grades["need"].weakest == "official"


def test_a_figure_for_all_that_is_not_given_is_asked_for(tmp_path):
    assert codes(answer(tmp_path, FIGURE, USED)) == ["TC319"]


def test_a_figure_for_all_keeps_its_limits(tmp_path):
    assert codes(answer(tmp_path, FIGURE, USED, level_of_prices="-1")) == ["TC308"]


def test_a_figure_for_all_may_be_given_by_its_title_on_the_sheet_of_parameters(tmp_path):
    method = load_method(write_method(tmp_path, FIGURE, USED))
    book = openpyxl.Workbook()
    sheet = book.active
    for row in zip(*([head, *cells] for head, cells in COLUMNS.items()), strict=True):
        sheet.append(row)
    beside = book.create_sheet("参数")
    for row in (["名称", "数值"], ["物价系数", 2], ["资金总额", 100], ["计算日期", "2024-01-01"]):
        beside.append(row)
    book.save(tmp_path / "t.xlsx")
    result = calculate(method, read_panel(tmp_path / "t.xlsx", method))
    assert result.table["need"].tolist() == [10, 20]
    told = result.explain("620102", "need")
    assert [
        (part.name, part.kind, part.place) for part in told.children if part.name == "level_of_prices"
    ] == [("level_of_prices", "input", "参数!B2")]


def test_a_flag_for_all_decides_a_branch(tmp_path):
    flag = (
        "  cost: {zh: 成本",
        "  wet: {zh: 丰水年, en: Wet year, kind: flag, level: all}\n  cost: {zh: 成本",
    )
    used = ('"cost * rate"', '"cost if wet else cost * rate"')
    assert answer(tmp_path, flag, used, wet="是")[0].table["need"].tolist() == [10, 20]
    assert answer(tmp_path, flag, used, wet="否")[0].table["need"].tolist() == [5, 10]
    assert codes(answer(tmp_path, flag, used, wet="也许")) == ["TC214"]


def test_a_flag_for_all_left_out_means_what_the_method_says(tmp_path):
    flag = (
        "  cost: {zh: 成本",
        '  wet: {zh: 丰水年, en: Wet year, kind: flag, level: all, missing: "0"}\n  cost: {zh: 成本',
    )
    used = ('"cost * rate"', '"cost if wet else cost * rate"')
    assert answer(tmp_path, flag, used)[0].table["need"].tolist() == [5, 10]


def test_a_text_cannot_be_a_figure_for_all(tmp_path):
    text = ("  cost: {zh: 成本", "  kind_of: {zh: 类, en: Kind, kind: text, level: all}\n  cost: {zh: 成本")
    with pytest.raises(MethodError) as refused:
        load_method(write_method(tmp_path, text))
    assert [found.code for found in refused.value.issues] == ["TC104"]


PREFIX = (
    "steps:\n",
    (
        "tables:\n"
        "  factor:\n"
        "    {zh: 系数, en: Factor, unit: '1', keys: [{zh: 代码, en: code}], match: prefix, cite: 一, evidence: official,\n"
        "     values: {2020-01-01: {rows: {'62': '1', '6201': '2', '620121': '3'}}}}\n"
        "steps:\n"
    ),
)
BY_CODE = ('"cost * rate"', '"cost * factor[code]"')


def test_the_longest_key_that_a_code_begins_with_applies(tmp_path):
    columns = {
        "code": ["620102", "620121", "620402"],
        "population": ["1", "1", "1"],
        "cost": ["10", "10", "10"],
    }
    result, _ = answer(tmp_path, PREFIX, BY_CODE, columns=columns)
    assert result.table["need"].tolist() == [20, 30, 10]


def test_a_code_that_no_key_begins_is_named(tmp_path):
    columns = {"code": ["620102", "630102"], "population": ["1", "1"], "cost": ["10", "10"]}
    outcome = answer(tmp_path, PREFIX, BY_CODE, columns=columns)
    assert [(found.code, found.place.code) for found in outcome[1]] == [("TC404", "630102")]


def test_a_figure_that_came_by_the_code_can_be_explained(tmp_path):
    result, _ = answer(tmp_path, PREFIX, BY_CODE)
    told = result.explain("620121", "need")
    table = next(part for part in told.children if part.kind == "table")
    assert table.value == 3
    assert [part.value for part in table.children] == ["620121"]


def test_the_code_can_be_read_only_where_codes_are_those_of_the_standard(tmp_path):
    with pytest.raises(MethodError) as refused:
        load_method(write_method(tmp_path, PREFIX, BY_CODE, ("code: GB/T 2260, tier: county", "code: any")))
    assert [found.code for found in refused.value.issues] == ["TC105"]


UNPUBLISHED = (
    "  rate: {",
    "  other_rate: {zh: 其他比例, en: Other rate, unit: '1', evidence: unpublished, cite: 一}\n  rate: {",
)


def branch(limit):
    return ('"cost * rate"', f'"cost * (rate if cost <= {limit} else other_rate)"')


LIMIT = ("  rate: {", ("  limit: {zh: 界, en: Limit, unit: 万元, evidence: official, cite: 一, values: {2020-01-01: '10'}}\n"
         "  other_rate: {zh: 其他比例, en: Other rate, unit: '1', evidence: unpublished, cite: 一}\n  rate: {"))  # fmt: skip


def test_an_unpublished_value_is_asked_for_only_where_a_unit_needs_it(tmp_path):
    low = COLUMNS | {"cost": ["10", "5"]}
    result, _ = answer(tmp_path, LIMIT, branch("limit"), columns=low)
    assert result.table["need"].tolist() == [5, 2.5]
    assert codes(answer(tmp_path, LIMIT, branch("limit"))) == ["TC306"]
    given, _ = answer(tmp_path, LIMIT, branch("limit"), other_rate="1")
    assert given.table["need"].tolist() == [5, 20]


def test_a_missing_value_that_many_units_need_is_one_problem(tmp_path):
    many = {"code": [f"62{n:04d}" for n in range(1, 60)], "population": ["1"] * 59, "cost": ["20"] * 59}
    assert codes(answer(tmp_path, LIMIT, branch("limit"), columns=many)) == ["TC306"]


def test_a_value_that_is_needed_anyway_is_asked_for_before_anything_is_computed(tmp_path):
    always = ('"cost * rate"', '"cost * other_rate / population * population"')
    outcome = answer(tmp_path, UNPUBLISHED, always, columns=COLUMNS | {"population": ["0", "0"]})
    assert codes(outcome) == ["TC306"]


def test_a_condition_shows_in_the_description_of_a_method(tmp_path):
    path = write_method(tmp_path, CONDITION)
    shown = command("show", str(path), "--lang", "zh").stdout
    assert "成本不高" in shown
    assert "cost <= pool * share(population)" in shown


def test_a_pot_of_water_is_divided_to_the_unit(tmp_path):
    water = (
        ("cost: {zh: 成本, en: Cost, unit: 万元}", "cost: {zh: 灌溉面积, en: Irrigated area, unit: 亩}"),
        ("{zh: 需求, en: Need, unit: 万元,", "{zh: 需求, en: Need, unit: 亩,"),
        (
            "{zh: 人均需求, en: Need per head, unit: 万元/人,",
            "{zh: 人均需求, en: Need per head, unit: 亩/人,",
        ),
        ("    en: Grant\n    unit: 万元", "    en: Grant\n    unit: 万立方米"),
        ("pool: {unit: 万元}", "pool: {unit: 万立方米}"),
        ("settle: {unit: 元}", "settle: {unit: 立方米}"),
    )
    result, _ = answer(tmp_path, *water, pool=1)
    assert result.table["allocation"].tolist() == [3333, 6667]


@pytest.mark.parametrize("flag", [True, False])
def test_a_figure_for_all_stands_in_the_workbook(tmp_path, flag):
    setting = (
        "  cost: {zh: 成本",
        "  wet: {zh: 丰水年, en: Wet year, kind: flag, level: all}\n  cost: {zh: 成本",
    )
    result, _ = answer(tmp_path, setting, ('"cost * rate"', '"cost if wet else cost * rate"'), wet=flag)
    result.to_excel(tmp_path / "o.xlsx")
    cells = {
        row[0].value: row[1].value for row in openpyxl.load_workbook(tmp_path / "o.xlsx")["参数"].iter_rows()
    }
    assert cells["丰水年"] == int(flag)


def test_a_faulty_condition_names_its_line(tmp_path):
    path = write_method(
        tmp_path,
        (
            "pays:\n",
            "conditions:\n  odd: {zh: 甲, en: A, formula: nobody > 0, cite: 一, evidence: derived}\npays:\n",
        ),
    )
    with pytest.raises(IssuesError) as refused:
        load_method(path)
    assert [(found.code, found.place.line) for found in refused.value.issues] == [
        ("TC105", line_of(path, "nobody"))
    ]


BY_CHOICE = (
    (
        "parameters:\n",
        (
            "choices:\n"
            "  way: {zh: 口径, en: Way, evidence: assumed, cite: 一, default: plain, "
            "options: {plain: {zh: 不计, en: plain}, with_snow: {zh: 计雪, en: with snow}}}\n"
            "parameters:\n"
        ),
    ),
    (
        "  cost: {zh: 成本",
        "  snow: {zh: 积雪, en: Snow, when: {way: with_snow}}\n  cost: {zh: 成本",
    ),
    ('formula: "cost * rate"', 'choice: way, formula: {plain: "cost * rate", with_snow: "cost * snow"}'),
)


def test_a_column_under_a_choice_is_needed_only_there(tmp_path):
    assert answer(tmp_path, *BY_CHOICE)[0].table["need"].tolist() == [5, 10]
    outcome = answer(tmp_path, *BY_CHOICE, way="with_snow")
    assert codes(outcome) == ["TC222"]
    assert "口径" in outcome[1][0].message.zh
    columns = COLUMNS | {"积雪": ["2", "3"]}
    assert answer(tmp_path, *BY_CHOICE, columns=columns, way="计雪")[0].table["need"].tolist() == [20, 60]


def test_a_column_under_an_unknown_choice_is_refused(tmp_path):
    with pytest.raises(MethodError) as refused:
        load_method(write_method(tmp_path, (BY_CHOICE[1][0], BY_CHOICE[1][1])))
    assert [found.code for found in refused.value.issues] == ["TC105"]


def test_a_percentage_is_a_share_where_a_plain_number_is_wanted(tmp_path):
    assert answer(tmp_path, rate="50%")[0].table["need"].tolist() == [5, 10]
    assert answer(tmp_path, rate="0.5")[0].table["need"].tolist() == [5, 10]


def test_a_unit_beside_a_plain_number_on_the_sheet_of_parameters_is_refused(tmp_path):
    method = load_method(write_method(tmp_path))
    book = openpyxl.Workbook()
    for row in zip(*([head, *cells] for head, cells in COLUMNS.items()), strict=True):
        book.active.append(row)
    beside = book.create_sheet("参数")
    for row in (["名称", "数值", "单位"], ["比例", 50, "%"], ["资金总额", 100, "万元"]):
        beside.append(row)
    book.save(tmp_path / "t.xlsx")
    issues = read_panel(tmp_path / "t.xlsx", method).issues
    assert [each.code for each in issues if each.severity != "note"] == ["TC314"]


def test_an_option_may_be_named_by_a_title_with_chinese_punctuation(tmp_path):
    choices = (
        "parameters:\n",
        (
            "choices:\n"
            "  way: {zh: 口径, en: Way, evidence: assumed, cite: 一, "
            "options: {one: {zh: 都计，取较高（甲）, en: one}, two: {zh: 不计, en: two}}}\n"
            "parameters:\n"
        ),
    )
    by_way = ('formula: "cost * rate"', 'choice: way, formula: {one: "cost * rate", two: cost}')
    assert answer(tmp_path, choices, by_way, way="都计，取较高（甲）")[0].table["need"].tolist() == [5, 10]


def test_a_bracket_that_is_no_known_unit_is_named(tmp_path):
    method = load_method(write_method(tmp_path))

    def warned(heading):
        columns = {"code": COLUMNS["code"], "population": COLUMNS["population"], heading: COLUMNS["cost"]}
        return [each.code for each in Panel.from_columns(columns, method).issues]

    assert warned("成本（两）") == ["TC223"]
    assert warned("成本（2023年）") == []
    assert warned("成本（万元）") == []
    assert warned("成本（亿元）") == ["TC213"]


def test_a_condition_on_settings_alone_is_told_before_anything_is_computed(tmp_path):
    upside_down = (
        "pays:\n",
        (
            "conditions:\n"
            "  low: {zh: 比例不大, en: The rate is small, formula: rate <= 1, cite: 一, evidence: derived}\n"
            "pays:\n"
        ),
    )
    outcome = answer(tmp_path, upside_down, columns=COLUMNS | {"population": ["0", "0"]}, rate="2")
    assert codes(outcome) == ["TC408"]
    assert "2 <= 1" in outcome[1][0].message.zh


def test_every_value_that_some_unit_needs_is_asked_for_at_once(tmp_path):
    two = (
        "  rate: {",
        (
            "  low_rate: {zh: 低档比例, en: Low rate, unit: '1', evidence: unpublished, cite: 一}\n"
            "  high_rate: {zh: 高档比例, en: High rate, unit: '1', evidence: unpublished, cite: 一}\n"
            "  rate: {"
        ),
    )
    used = ('"cost * rate"', '"cost * (low_rate if population <= mean(population) else high_rate)"')
    outcome = answer(tmp_path, two, used, columns=COLUMNS | {"population": ["1", "9"]})
    assert [(each.code, each.place.code) for each in outcome[1]] == [("TC306", "620102"), ("TC306", "620121")]
