"""Two versions of a law are compared: what a finance bureau must know, and nothing that is no change."""

from __future__ import annotations

import json
import re

import pytest
from builders import TINY, command, write_method
from paths import ROOT

from transfer_calc.cli.differences import print_differences, record
from transfer_calc.cli.speak import Speaker
from transfer_calc.method.diff import diff
from transfer_calc.method.library import load_method, shelf

WHOLE = """\
id: test/whole
title: {zh: 大办法, en: Whole method}
about: {zh: 测试用, en: For tests}
law:
  document: 测〔2020〕1号
  title: {zh: 测试办法, en: Test measures}
  issuer: {zh: 某局, en: Some bureau}
  issued: 2019-12-01
  in_force: {from: 2020-01-01, until: 2030-12-31}
  url: https://www.gov.cn/a
recipients: {zh: 县, en: county, code: GB/T 2260, tier: county}
inputs:
  city: {zh: 市, en: City, kind: group, allowed: [甲市, 乙市], note: {zh: 地级市, en: prefecture}}
  kind: {zh: 类别, en: Kind, kind: text}
  people: {zh: 人口, en: People, unit: 人, min: "1", max: "99999999", missing: "2", aliases: [常住人口]}
  fund: {zh: 基金, en: Fund, unit: 万元}
parameters:
  rate: {zh: 比例, en: Rate, unit: "1", min: "0", max: "1", evidence: official, cite: 第一条, values: {2020-01-01: "0.5"}}
  per_head:
    zh: 人均标准
    en: Standard per head
    unit: 元/人
    evidence: quoted
    values:
      2020-01-01: {value: "20", cite: 第二条}
      2022-01-01: {value: "30", cite: 第三条, evidence: derived, until: 2029-12-31, note: {zh: 两年一调, en: Every two years}}
  secret: {zh: 权重, en: Weight, unit: "1", evidence: unpublished, cite: 第七条}
choices:
  way:
    zh: 口径
    en: Way
    evidence: assumed
    cite: 第九条
    options:
      wide: {zh: 宽, en: wide}
      narrow: {zh: 窄, en: narrow}
    default: wide
tables:
  borne: {zh: 分担, en: Share, unit: "1", keys: [{zh: 类别, en: kind}], evidence: official, cite: 附件一, values: {2020-01-01: {rows: {a: "0.8", b: "0.6"}}}}
  twice: {zh: 两键, en: Two keys, unit: "1", keys: [{zh: 类别, en: kind}, {zh: 市, en: city}], evidence: official, cite: 附件二, values: {2020-01-01: {rows: {a: {甲市: "1", 乙市: "2"}}}}}
schedules:
  steps_of: {zh: 分档, en: Brackets, unit: "1", of: 万元, inclusive: from, evidence: official, cite: 第八条, values: {2020-01-01: {brackets: [{from: "0", rate: "0.1"}, {from: "50", rate: "0.2"}]}}}
conditions:
  enough: {zh: 有人口, en: There are people, formula: "people > 0", evidence: assumed, cite: 第五条}
steps:
  base: {zh: 基数, en: Base, unit: 万元, evidence: official, cite: 第三条, formula: "people * per_head"}
  need:
    zh: 需求
    en: Need
    unit: 万元
    evidence: official
    cite: 第四条
    choice: way
    formula:
      wide: base * rate * secret
      narrow: base * borne[kind] * twice[kind, city] * brackets(fund, steps_of)
  grant:
    zh: 补助
    en: Grant
    unit: 万元
    evidence: official
    cite: 第六条
    when: {way: wide}
    solve:
      claim: need
      total: pool
      floor: 0 * need
      cap: pool
      multiplier: {name: factor, zh: 系数, en: Factor}
pays:
  amount: grant
  entitlement: need
  pool: {unit: 万元}
  settle: {unit: 元}
promises: [sums_to_pool, within_bounds]
"""


def write(folder, name, text, *changes):
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def found(folder, *changes, text=TINY):
    """What differs when some texts of a method are replaced."""
    old = load_method(write(folder, "old.yaml", text))
    return diff(old, load_method(write(folder, "new.yaml", text, *changes)))


def short(changes):
    return [
        (change.section, change.name, change.field or change.kind, change.before, change.after)
        for change in changes
    ]


def printed(folder, capsys, *changes, lang="zh", text=TINY):
    old = load_method(write(folder, "old.yaml", text))
    new = load_method(write(folder, "new.yaml", text, *changes))
    print_differences(old, new, diff(old, new), Speaker(lang))
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


# --- nothing changed ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(shelf()))
def test_a_method_does_not_differ_from_itself(name):
    method = load_method(name)
    assert diff(method, method) == ()


@pytest.mark.parametrize(
    "same",
    [
        ('"cost * rate"', '"cost*rate"'),
        ('"cost * rate"', '"(cost) * rate"'),
        ('"cost * rate"', '"cost\\n  * rate"'),
        ('{2020-01-01: "0.5"}', '{2020-01-01: "0.50"}'),
        ('{2020-01-01: "0.5"}', '{2020-01-01: {value: "0.5"}}'),
        ('evidence: official, cite: 第一条, values: {2020-01-01: "0.5"}', 'evidence: assumed, values: {2020-01-01: {value: "0.5", evidence: official, cite: 第一条}}'),
        ("id: test/tiny", "id: test/tiny-2025"),
        ("unit: 元}", "unit: 1 元}"),
    ],
    ids=["spaces", "brackets", "a new line", "a last nought", "a value written out", "a ground written out", "the id", "a unit written out"],
)  # fmt: skip
def test_what_means_the_same_is_no_change(tmp_path, same):
    assert found(tmp_path, same) == ()


def test_the_order_of_entries_is_no_change(tmp_path):
    people = '  people: {zh: 人口, en: People, unit: 人, min: "1", max: "99999999", missing: "2", aliases: [常住人口]}\n'
    fund = "  fund: {zh: 基金, en: Fund, unit: 万元}\n"
    assert found(tmp_path, (people + fund, fund + people), text=WHOLE) == ()


# --- figures of law ----------------------------------------------------------------------------------


def test_an_amended_figure_is_told_with_its_day_before_and_after(tmp_path):
    changes = found(tmp_path, ('"0.5"', '"0.6"'))
    assert short(changes) == [("parameters", "rate", "values.2020-01-01", "0.5", "0.6")]
    assert changes[0].what.zh == "数值（2020-01-01 起）"
    assert changes[0].label.en == "Rate"


def test_a_figure_added_from_a_later_day_is_told_against_the_one_it_replaces(tmp_path):
    changes = found(tmp_path, ('{2020-01-01: "0.5"}', '{2020-01-01: "0.5", 2025-01-01: "0.6"}'))
    assert short(changes) == [("parameters", "rate", "values.2025-01-01", "0.5", "0.6")]


def test_a_figure_that_stays_is_not_told_again_though_its_day_is_written_again(tmp_path):
    assert found(tmp_path, ('{2020-01-01: "0.5"}', '{2020-01-01: "0.5", 2025-01-01: "0.5"}')) == ()


def test_a_difference_that_lasts_is_told_on_its_first_day_only(tmp_path):
    changes = found(tmp_path, ('{2020-01-01: "0.5"}', '{2020-01-01: "0.6", 2025-01-01: "0.6"}'))
    assert [change.field for change in changes] == ["values.2020-01-01"]


def test_a_law_that_came_later_is_compared_from_its_first_day(tmp_path):
    changes = found(tmp_path, ("in_force: {from: 2020-01-01}", "in_force: {from: 2025-01-01}"), ('{2020-01-01: "0.5"}', '{2025-01-01: "0.6"}'))  # fmt: skip
    assert short(changes) == [
        ("head", "law.in_force.from", "law.in_force.from", "2020-01-01", "2025-01-01"),
        ("parameters", "rate", "values.2025-01-01", "0.5", "0.6"),
    ]


def test_a_figure_that_ends_leaves_a_gap_from_the_day_after(tmp_path):
    changes = found(tmp_path, ('{2020-01-01: "0.5"}', '{2020-01-01: {value: "0.5", until: 2024-12-31}}'))
    assert short(changes) == [("parameters", "rate", "values.2025-01-01", "0.5", None)]


def test_a_figure_that_no_longer_ends_is_told_from_the_day_after_with_its_ground(tmp_path):
    changes = found(tmp_path, ("until: 2029-12-31, ", ""), text=WHOLE)
    assert short(changes)[:3] == [
        ("parameters", "per_head", "values.2030-01-01", None, "30 元/人"),
        ("parameters", "per_head", "values.2030-01-01.cite", None, "第三条"),
        ("parameters", "per_head", "values.2030-01-01.evidence", None, "derived"),
    ]


def test_an_unpublished_figure_that_was_published_is_told_with_its_ground(tmp_path):
    new = 'secret: {zh: 权重, en: Weight, unit: "1", evidence: official, cite: 第七条, values: {2020-01-01: "0.3"}}'
    changes = found(tmp_path, ('secret: {zh: 权重, en: Weight, unit: "1", evidence: unpublished, cite: 第七条}', new), text=WHOLE)  # fmt: skip
    assert [(change.field, change.after) for change in changes] == [
        ("values.2020-01-01", "0.3"), ("values.2020-01-01.evidence", "official"),
    ]  # fmt: skip
    assert changes[0].before.zh == "未公布"
    assert changes[1].before == "unpublished"


def test_a_figure_that_is_no_longer_published_is_told(tmp_path):
    old = 'evidence: official, cite: 第一条, values: {2020-01-01: "0.5"}'
    changes = found(tmp_path, (old, "evidence: unpublished, cite: 第一条"))
    assert changes[0].before == "0.5"
    assert changes[0].after.en == "unpublished"
    assert (changes[1].before, changes[1].after) == ("official", "unpublished")


def test_only_the_rows_that_changed_are_told(tmp_path):
    changes = found(tmp_path, ('{a: "0.8", b: "0.6"}', '{a: "0.8", b: "0.7", c: "0.1"}'), text=WHOLE)
    assert short(changes) == [
        ("tables", "borne", "values.2020-01-01.b", "0.6", "0.7"),
        ("tables", "borne", "values.2020-01-01.c", None, "0.1"),
    ]


def test_rows_from_a_new_day_are_told_against_the_rows_before(tmp_path):
    rows = '{2020-01-01: {rows: {a: "0.8", b: "0.6"}}'
    changes = found(
        tmp_path, (rows, rows + ', 2024-01-01: {rows: {a: "0.8", b: "0.5"}, cite: 附件三}'), text=WHOLE
    )
    assert short(changes) == [
        ("tables", "borne", "values.2024-01-01.b", "0.6", "0.5"),
        ("tables", "borne", "values.2024-01-01.cite", "附件一", "附件三"),
    ]


def test_a_table_that_begins_later_is_one_change(tmp_path):
    changes = found(tmp_path, ("{2020-01-01: {rows: {a: {", "{2021-01-01: {rows: {a: {"), text=WHOLE)
    assert [(change.field, change.before.zh, change.after) for change in changes] == [("values.2020-01-01", "2 个数", None)]  # fmt: skip


# --- formulas ----------------------------------------------------------------------------------------


def test_a_changed_formula_is_told_as_written_and_in_words(tmp_path):
    (change,) = found(tmp_path, ('"cost * rate"', '"cost * rate + cost"'))
    assert (change.section, change.name, change.field) == ("steps", "need", "formula")
    assert (change.before, change.after) == ("cost * rate", "cost * rate + cost")
    assert (change.before_words.zh, change.after_words.zh) == ("成本 × 比例", "成本 × 比例 + 成本")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("cost - (cost - cost * rate)", "cost - cost - cost * rate"),
        ("max(cost, 0)", "max(0, cost)"),
        ("cost if cost > 0 else 0", "cost if cost >= 0 else 0"),
        ("cost * round(rate, 1)", "cost * round(rate, 2)"),
    ],
)
def test_formulas_that_look_alike_and_are_not_the_same_differ(tmp_path, before, after):
    old = load_method(write(tmp_path, "old.yaml", TINY, ("cost * rate", before)))
    new = load_method(write(tmp_path, "new.yaml", TINY, ("cost * rate", after)))
    assert short(diff(old, new)) == [("steps", "need", "formula", before, after)]


def test_a_formula_that_became_a_division_is_told_part_by_part(tmp_path):
    changes = found(
        tmp_path, ('formula: "need / population"}', "solve: {claim: need, total: pool}}"), ("万元/人", "万元")
    )
    assert {(change.field, change.before, change.after) for change in changes} == {
        ("unit", "万元/人", "万元"),
        ("formula", "need / population", None),
        ("solve.claim", None, "need"),
        ("solve.total", None, "pool"),
    }


# --- added, removed, renamed -------------------------------------------------------------------------


def test_a_removed_input_is_told_with_what_read_it(tmp_path):
    population = '  population: {zh: 常住人口, en: Population, unit: 人, min: "0"}\n'
    per_head = '  per_head:\n    {zh: 人均需求, en: Need per head, unit: 万元/人, evidence: official, cite: 第三条, formula: "need / population"}\n'  # fmt: skip
    changes = found(tmp_path, (population, ""), (per_head, ""))
    assert short(changes) == [
        ("inputs", "population", "removed", "人", None),
        ("steps", "per_head", "removed", "need / population", None),
    ]


def test_a_renamed_step_is_told_once_and_not_where_it_is_read(tmp_path):
    changes = found(
        tmp_path,
        ("  need:\n", "  demand:\n"),
        ('"need / population"', '"demand / population"'),
        ("claim: need", "claim: demand"),
    )
    assert short(changes) == [("steps", "demand", "renamed", "need", "demand")]


def test_what_changed_in_a_renamed_step_is_told_too(tmp_path):
    changes = found(
        tmp_path,
        ("  need:\n", "  demand:\n"),
        ('"cost * rate"', '"cost + cost * rate"'),
        ('"need / population"', '"demand / population"'),
        ("claim: need", "claim: demand"),
    )
    assert [change.field or change.kind for change in changes] == ["renamed", "formula"]


def test_a_renamed_table_schedule_group_choice_and_multiplier_are_no_change_of_what_reads_them(tmp_path):
    text = WHOLE.replace("base * rate * secret", "base * rate * share(base, by=city)")
    new = text
    for name in ("borne", "steps_of", "city", "way", "factor", "twice"):
        new = re.sub(rf"(?<![\w/])(?<!en: ){name}\b(?!}})", f"{name}_2", new)
    changes = diff(
        load_method(write(tmp_path, "old.yaml", text)), load_method(write(tmp_path, "new.yaml", new))
    )
    assert {(change.section, change.before, change.after) for change in changes} == {
        ("inputs", "city", "city_2"),
        ("choices", "way", "way_2"),
        ("tables", "borne", "borne_2"),
        ("tables", "twice", "twice_2"),
        ("schedules", "steps_of", "steps_of_2"),
        ("steps", "factor", "factor_2"),
    }


def test_two_entries_with_one_title_are_not_taken_for_a_rename(tmp_path):
    cost = "  cost: {zh: 成本, en: Cost, unit: 万元}\n"
    first, second = cost.replace("cost:", "cost_1:"), cost.replace("cost:", "cost_2:")
    changes = found(tmp_path, (cost, first + second), ('"cost * rate"', '"(cost_1 + cost_2) * rate"'))
    assert [(change.name, change.kind) for change in changes] == [
        ("cost_1", "added"), ("cost_2", "added"), ("cost", "removed"), ("need", "changed"),
    ]  # fmt: skip


# --- every part of the file --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "section", "field", "before", "after"),
    [
        ("测〔2020〕1号", "测〔2025〕1号", "head", "law.document", "测〔2020〕1号", "测〔2025〕1号"),
        ("issued: 2019-12-01", "issued: 2019-12-02", "head", "law.issued", "2019-12-01", "2019-12-02"),
        (", until: 2030-12-31", "", "head", "law.in_force.until", "2030-12-31", None),
        ("https://www.gov.cn/a", "https://www.gov.cn/b", "head", "law.url", "https://www.gov.cn/a", "https://www.gov.cn/b"),
        ("tier: county}", "tier: other}", "head", "recipients.tier", "county", "other"),
        ("code: GB/T 2260", "code: any", "head", "recipients.code", "GB/T 2260", "any"),
        ("unit: 人, min", "unit: 万人, min", "inputs", "unit", "人", "万人"),
        ('min: "1"', 'min: "0"', "inputs", "min", "1", "0"),
        ('max: "99999999"', 'max: "9"', "inputs", "max", "99999999", "9"),
        (', missing: "2"', "", "inputs", "missing", "2", None),
        ("aliases: [常住人口]", "aliases: [户籍人口]", "inputs", "aliases", "常住人口", "户籍人口"),
        ("allowed: [甲市, 乙市]", "allowed: [甲市]", "inputs", "allowed", "甲市, 乙市", "甲市"),
        ("kind: group, allowed", "kind: text, allowed", "inputs", "kind", "group", "text"),
        ("fund: {zh: 基金, en: Fund, unit: 万元", "fund: {zh: 基金, en: Fund, level: all, unit: 万元", "inputs", "level", "county", "all"),
        ('min: "0", max: "1"', 'min: "0"', "parameters", "max", "1", None),
        ("cite: 第二条", "cite: 第二十条", "parameters", "values.2020-01-01.cite", "第二条", "第二十条"),
        (", evidence: derived", "", "parameters", "values.2022-01-01.evidence", "derived", "quoted"),
        ("evidence: unpublished, cite: 第七条", "evidence: unpublished, cite: 第八条", "parameters", "cite", "第七条", "第八条"),
        ("default: wide", "default: narrow", "choices", "default", "wide", "narrow"),
        ("    default: wide\n", "", "choices", "default", "wide", None),
        ("cite: 第九条", "cite: 第十条", "choices", "cite", "第九条", "第十条"),
        ('{甲市: "1", 乙市: "2"}', '{甲市: "1", 乙市: "3"}', "tables", "values.2020-01-01.a, 乙市", "2", "3"),
        ('unit: "1", keys: [{zh: 类别, en: kind}],', 'unit: "1", match: prefix, keys: [{zh: 类别, en: kind}],', "tables", "match", "exact", "prefix"),
        ("inclusive: from", "inclusive: to", "schedules", "inclusive", "from", "to"),
        ('rate: "0.2"', 'rate: "0.3"', "schedules", "values.2020-01-01.50", "0.2", "0.3"),
        ("cite: 第八条", "cite: 第八十条", "schedules", "values.2020-01-01.cite", "第八条", "第八十条"),
        ("people > 0", "people >= 0", "conditions", "formula", "people > 0", "people >= 0"),
        ("cite: 第五条", "cite: 第五十条", "conditions", "cite", "第五条", "第五十条"),
        ("base * rate * secret", "base * rate", "steps", "formula.wide", "base * rate * secret", "base * rate"),
        ("    when: {way: wide}\n", "", "steps", "when.way", "wide", None),
        ("floor: 0 * need", "floor: need", "steps", "solve.floor", "0 * need", "need"),
        ("      cap: pool\n", "", "steps", "solve.cap", "pool", None),
        ("cite: 第六条", "cite: 第六十条", "steps", "cite", "第六条", "第六十条"),
        ("entitlement: need", "entitlement: base", "pays", "entitlement", "need", "base"),
        ("settle: {unit: 元}", "settle: {unit: 万元}", "pays", "settle.unit", "元", "万元"),
        ("sums_to_pool, within_bounds", "sums_to_pool", "promises", "", "within_bounds", None),
    ],
)  # fmt: skip
def test_a_change_anywhere_in_the_file_is_found(tmp_path, old, new, section, field, before, after):
    (change,) = found(tmp_path, (old, new), text=WHOLE)
    assert (change.section, change.field, change.before, change.after) == (section, field, before, after)
    assert change.what.zh != change.field


@pytest.mark.parametrize(
    "words",
    ["大办法", "测试用", "测试办法", "某局", "zh: 县,", "地级市", "zh: 基金", "zh: 人均标准", "两年一调", "zh: 宽", "zh: 分担", "zh: 分档",
     "zh: 有人口", "zh: 基数", "zh: 系数"],
)  # fmt: skip
def test_changed_words_are_found(tmp_path, words):
    (change,) = found(
        tmp_path, (words, words.rstrip(",") + "新" + ("," if words.endswith(",") else "")), text=WHOLE
    )
    assert change.after.zh == change.before.zh + "新"


def test_another_piece_taken_from_a_shared_file_is_found(tmp_path, monkeypatch):
    piece = write(tmp_path, "piece.yaml", TINY.replace("id: test/tiny", "id: test/piece\nkind: shared"))
    monkeypatch.setattr("transfer_calc.method.library.shelf", lambda: {"test/piece": piece})
    user = TINY[: TINY.index("inputs:")].replace("tiny", "user") + "uses: [{id: test/piece, take: [need]}]\n"
    changes = found(tmp_path, ("take: [need]", "take: [need, per_head]"), text=user)
    assert short(changes) == [
        ("uses", "test/piece", "take", "need", "need, per_head"),
        ("inputs", "population", "added", None, "人"),
        ("steps", "per_head", "added", None, "need / population"),
    ]


PIECE = """\
id: test/piece
kind: shared
title: {zh: 件, en: Piece}
law: {document: null, title: {zh: 测试, en: Test}, in_force: {from: 2020-01-01}}
recipients: {zh: 县, en: county}
inputs:
  base: {zh: 基数, en: Base, unit: 万元}
  factor: {zh: 因素, en: Factor, level: all}
steps:
  taken: {zh: 引用数, en: Taken, unit: 万元, formula: base * factor, cite: 一, evidence: derived}
"""

USER = TINY.replace(
    "inputs:",
    """uses:
  - {id: test/piece, take: [taken], as: {base: cost, factor: rate}}
inputs:""",
)


def users(folder, monkeypatch, *changes):
    piece = write(folder, "piece.yaml", PIECE)
    monkeypatch.setattr("transfer_calc.method.library.shelf", lambda: {"test/piece": piece})
    return short(found(folder, *changes, text=USER))


def test_a_renamed_parameter_that_fills_an_opening_is_told_once(tmp_path, monkeypatch):
    changes = users(
        tmp_path, monkeypatch, ("factor: rate}", "factor: quota}"), ("  rate: {", "  quota: {"),
        ('"cost * rate"', '"cost * quota"'),
    )  # fmt: skip
    assert changes == [("parameters", "quota", "renamed", "rate", "quota")]


def test_an_opening_filled_by_something_else_is_told(tmp_path, monkeypatch):
    changes = users(
        tmp_path, monkeypatch, ("factor: rate}", "factor: other}"),
        ("  rate: {", '  other: {zh: 另一比例, en: Other, unit: "1", evidence: unpublished, cite: 一}\n  rate: {'),
    )  # fmt: skip
    assert changes[0] == (
        "uses", "test/piece", "take", "taken (base = cost, factor = rate)", "taken (base = cost, factor = other)",
    )  # fmt: skip


def test_a_renamed_piece_that_is_taken_is_told_once(tmp_path, monkeypatch):
    changes = users(tmp_path, monkeypatch, ("factor: rate}", "factor: rate, taken: mine}"))
    assert changes == [("steps", "mine", "renamed", "taken", "mine")]


# --- read aloud --------------------------------------------------------------------------------------


def test_the_differences_are_printed_by_section_before_and_after(tmp_path, capsys):
    lines = printed(
        tmp_path,
        capsys,
        ('"0.5"', '"0.6"'),
        ("claim: need", "claim: cost"),
        ("evidence: official\n", "evidence: derived\n"),
    )
    assert lines == [
        "旧：小办法 test/tiny old.yaml — 2020-01-01 起施行",
        "新：小办法 test/tiny new.yaml — 2020-01-01 起施行",
        "共 3 处不同",
        "",
        "参数",
        "比例 rate 数值（2020-01-01 起） 0.5 → 0.6",
        "",
        "步骤",
        "补助 grant 分配依据 need → cost",
        "读作 需求 → 成本",
        "依据等级 原文 → 推算",
    ]


def test_the_differences_are_printed_in_english(tmp_path, capsys):
    lines = printed(tmp_path, capsys, ("promises: [sums_to_pool]", "promises: [sums_to_pool, non_negative]"), ('"0.5"', '"0.6"'), lang="en")  # fmt: skip
    assert lines[2:] == [
        "2 differences",
        "",
        "Parameters",
        "Rate rate value from 2020-01-01 0.5 → 0.6",
        "",
        "Promises",
        "no allocation is negative added",
    ]


def test_a_long_text_goes_on_in_the_next_line(tmp_path, capsys):
    text = "很长的说明，" * 60
    note = ("cite: 第二条,", f"cite: 第二条, note: {{zh: {text}。, en: long}},")
    old, new = (
        load_method(write(tmp_path, "old.yaml", TINY)),
        load_method(write(tmp_path, "new.yaml", TINY, note)),
    )
    print_differences(old, new, diff(old, new), Speaker("zh"))
    lines = capsys.readouterr().out.splitlines()
    assert max(sum(2 if ord(sign) > 0x2E80 else 1 for sign in line.rstrip()) for line in lines) < 160
    assert "".join(line.strip() for line in lines).count("很长的说明") == 60


def test_where_nothing_differs_it_says_so(tmp_path, capsys):
    assert printed(tmp_path, capsys)[-1] == "两个办法没有不同。"
    assert printed(tmp_path, capsys, lang="en")[-1] == "The two methods do not differ."


def test_a_title_changed_in_the_other_language_only_shows_that_language(tmp_path, capsys):
    assert "补助 grant 标题 Grant → Transfer" in printed(tmp_path, capsys, ("en: Grant", "en: Transfer"))


def test_a_row_called_evidence_is_a_figure_and_no_grade(tmp_path, capsys):
    text = WHOLE.replace('b: "0.6"', 'evidence: "0.6"')
    lines = printed(tmp_path, capsys, ('"0.6"', '"0.7"'), text=text)
    assert "分担 borne 「evidence」行（2020-01-01 起） 0.6 → 0.7" in lines


def test_json_has_every_difference_and_names_both_files(tmp_path):
    old = load_method(write_method(tmp_path))
    new = load_method(write(tmp_path, "new.yaml", TINY, ('"cost * rate"', '"cost"')))
    answer = json.loads(json.dumps(record(old, new, diff(old, new), "en")))
    assert (answer["old"]["file"], answer["new"]["file"]) == ("tiny.yaml", "new.yaml")
    assert answer["old"]["sha256"] != answer["new"]["sha256"]
    assert answer["changes"] == [
        {
            "section": "steps", "name": "need", "title": "Need", "kind": "changed", "field": "formula",
            "what": "formula", "before": "cost * rate", "after": "cost",
            "before_words": "Cost × Rate", "after_words": "Cost",
        }
    ]  # fmt: skip


# --- the command -------------------------------------------------------------------------------------


def test_the_command_prints_the_differences_and_exits_with_0_either_way(tmp_path):
    old, new = write_method(tmp_path), write(tmp_path, "new.yaml", TINY, ('"0.5"', '"0.6"'))
    differing, same = command("diff", old, new), command("diff", old, old)
    assert (differing.exit_code, same.exit_code) == (0, 0), differing.output
    assert "0.5 → 0.6" in differing.stdout
    assert "没有不同" in same.stdout


def test_the_command_gives_json(tmp_path):
    old, new = write_method(tmp_path), write(tmp_path, "new.yaml", TINY, ('"0.5"', '"0.6"'))
    answer = json.loads(command("diff", old, new, "--format", "json").stdout)
    assert [change["field"] for change in answer["changes"]] == ["values.2020-01-01"]
    assert json.loads(command("diff", old, old, "--format", "json").stdout)["changes"] == []


def test_the_command_refuses_an_unknown_method_with_2_and_a_faulty_file_with_1(tmp_path):
    good, bad = write_method(tmp_path), write(tmp_path, "bad.yaml", TINY, ("cost * rate", "cost * nothing"))
    unknown = command("diff", good, "cn/no/such-method")
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert "TC101" in unknown.stderr
    faulty = command("diff", bad, good)
    assert (faulty.exit_code, faulty.stdout) == (1, "")


# --- the page ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "lang"), [("compare-two-versions.md", "en"), ("compare-two-versions.zh.md", "zh")]
)
def test_the_page_shows_what_is_printed(name, lang, tmp_path, capsys):
    page = (ROOT / "docs/how-to" / name).read_text(encoding="utf-8")
    blocks = dict(re.findall(r"^```(\w+)\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE))
    old, new = blocks["yaml"], blocks["yaml"]
    for was, now in re.findall(r"^-(.*)\n\+(.*)$", blocks["diff"], flags=re.MULTILINE):
        assert new.splitlines().count(was) == 1, was
        new = new.replace(f"{was}\n", f"{now}\n")
    before = load_method(write(tmp_path, "village-roads-2024.yaml", old))
    after = load_method(write(tmp_path, "village-roads-2026.yaml", new))
    print_differences(before, after, diff(before, after), Speaker(lang))
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines == blocks["text"].splitlines()[1:]


def test_both_pages_have_the_same_files_and_changes():
    pages = [
        (ROOT / "docs/how-to" / f"compare-two-versions{lang}.md").read_text(encoding="utf-8")
        for lang in ("", ".zh")
    ]
    english, chinese = (
        re.findall(r"^```(yaml|diff)\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE) for page in pages
    )
    assert english == chinese
