"""Pieces taken over by `uses`: renamed, with their openings filled, their titles filled in."""

from __future__ import annotations

import pytest

from transfer_calc.issues import MethodError
from transfer_calc.method.load import load
from transfer_calc.text import Text

PIECE = """\
id: test/piece
kind: shared
title: {zh: 份额, en: Shares}
law: {document: null, title: {zh: 测试, en: Test}, in_force: {from: 2020-01-01}}
recipients: {zh: 县, en: county}
inputs:
  factor: {zh: 因素, en: Factor}
  weight: {zh: 权重, en: Weight, level: all}
choices:
  way: {zh: 口径, en: Way, evidence: assumed, note: {zh: 两种, en: two}, options: {sum: {zh: 和, en: sum}, top: {zh: 最大, en: top}}}
steps:
  weighted:
    zh: "{factor}占比乘{weight}"
    en: "{factor} share by {weight}"
    unit: "1"
    choice: way
    formula:
      sum: weight * share(factor)
      top: weight * factor / largest(factor)
    cite: 一
    evidence: derived
conditions:
  at_most_one: {zh: "{weight}不大于1", en: "{weight} is at most 1", formula: weight <= 1, cite: 一, evidence: derived}
"""

METHOD = """\
id: test/method
title: {zh: 办法, en: Method}
law: {document: null, title: {zh: 测试, en: Test}, in_force: {from: 2020-01-01}}
recipients: {zh: 县, en: county}
uses:
  - {id: test/piece, take: [weighted, at_most_one], as: {factor: people, weight: people_weight, weighted: by_people, way: manner}}
inputs:
  people: {zh: 人口, en: Population, unit: "1"}
parameters:
  people_weight: {zh: 人口权重, en: Weight of population, unit: "1", evidence: unpublished, cite: 一}
steps:
  amount: {zh: 金额, en: Amount, unit: 万元, formula: pool * by_people, cite: 二, evidence: derived}
pays: {amount: amount, pool: {unit: 万元}, settle: {unit: 元}}
"""


def loaded(folder, method=METHOD, piece=PIECE):
    (folder / "piece.yaml").write_text(piece, encoding="utf-8")
    (folder / "method.yaml").write_text(method, encoding="utf-8")
    return load(folder / "method.yaml", lambda _name: folder / "piece.yaml")


def codes(folder, method=METHOD, piece=PIECE):
    with pytest.raises(MethodError) as refused:
        loaded(folder, method, piece)
    return [found.code for found in refused.value.issues]


def test_a_piece_is_taken_over_under_the_names_of_the_method(tmp_path):
    method = loaded(tmp_path)
    assert list(method.file.steps) == ["amount", "by_people"]
    assert method.file.steps["by_people"].formula["sum"] == "people_weight * share(people)"
    assert method.file.steps["by_people"].choice == "manner"
    assert list(method.file.choices) == ["manner"]
    assert list(method.file.inputs) == ["people"]


def test_the_titles_of_a_piece_name_what_fills_its_openings(tmp_path):
    method = loaded(tmp_path)
    assert method.label("by_people") == Text("人口占比乘人口权重", "Population share by Weight of population")
    assert method.label("at_most_one").zh == "人口权重不大于1"


def test_a_renamed_piece_computes_as_if_it_were_written_out(tmp_path):
    from transfer_calc import Panel, calculate

    method = loaded(tmp_path)
    panel = Panel.from_columns({"code": ["a", "b"], "people": ["3", "1"]}, method)
    result = calculate(method, panel, pool=100, parameters={"people_weight": "1", "manner": "sum"})
    assert result.table["amount"].tolist() == [75, 25]


def test_a_parameter_may_fill_an_opening(tmp_path):
    assert "people_weight" not in loaded(tmp_path).file.inputs


def test_the_pool_may_fill_an_opening(tmp_path):
    method = METHOD.replace("weight: people_weight", "weight: pool").replace(
        "weighted, at_most_one", "weighted"
    )
    method = method.replace("formula: pool * by_people", "formula: by_people")
    merged = loaded(tmp_path, method, PIECE.replace('unit: "1"', "unit: 万元"))
    assert merged.file.steps["by_people"].formula["sum"] == "pool * share(people)"
    assert merged.label("by_people").zh == "人口占比乘资金总额"


def test_an_opening_that_nothing_fills_becomes_an_input(tmp_path):
    method = METHOD.replace("factor: people, ", "")
    assert list(loaded(tmp_path, method).file.inputs) == ["people", "factor"]


def test_a_text_in_a_formula_is_not_renamed(tmp_path):
    piece = (
        PIECE.replace("sum: weight * share(factor)", 'sum: weight if kind == "factor" else 0')
        .replace(
            "  factor: {zh: 因素, en: Factor}",
            "  factor: {zh: 因素, en: Factor}\n  kind: {zh: 类, en: Kind, kind: text}",
        )
        .replace("top: weight * factor / largest(factor)", 'top: weight if kind == "a" else 0')
    )
    formula = loaded(tmp_path, piece=piece).file.steps["by_people"].formula["sum"]
    assert formula == 'people_weight if kind == "factor" else 0'


def test_the_name_of_an_option_is_not_renamed(tmp_path):
    piece = (
        PIECE.replace("weight * share(factor)", "weight * share(factor, where=where)")
        .replace(
            "  factor: {zh: 因素, en: Factor}",
            "  factor: {zh: 因素, en: Factor}\n  where: {zh: 参加, en: In, kind: flag}",
        )
        .replace("weight * factor / largest(factor)", "weight * factor / largest(factor, where=where)")
    )
    method = METHOD.replace("way: manner", "way: manner, where: taking_part")
    assert loaded(tmp_path, method, piece).file.steps["by_people"].formula["sum"] == (
        "people_weight * share(people, where=taking_part)"
    )


def test_a_rename_of_something_that_the_piece_does_not_have_is_refused(tmp_path):
    assert codes(tmp_path, METHOD.replace("way: manner", "no_such: manner")) == ["TC117"]


def test_a_rename_onto_a_taken_name_is_refused(tmp_path):
    assert codes(tmp_path, METHOD.replace("weighted: by_people", "weighted: people")) == ["TC116"]


def test_a_step_brings_the_conditions_that_it_requires(tmp_path):
    piece = PIECE.replace("    choice: way\n", "    choice: way\n    requires: [at_most_one]\n")
    method = loaded(tmp_path, METHOD.replace("weighted, at_most_one", "weighted"), piece)
    assert list(method.file.conditions) == ["at_most_one"]


def test_a_requirement_that_is_no_condition_is_refused(tmp_path):
    piece = PIECE.replace("    choice: way\n", "    choice: way\n    requires: [factor]\n")
    assert "TC105" in codes(tmp_path, piece=piece)


def test_two_files_of_one_name_both_have_their_hash(tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/method.yaml").write_text(PIECE, encoding="utf-8")
    (tmp_path / "method.yaml").write_text(METHOD, encoding="utf-8")
    method = load(tmp_path / "method.yaml", lambda _name: tmp_path / "shared/method.yaml")
    assert set(method.hashes) == {"test/method", "test/piece"}
    assert len(set(method.hashes.values())) == 2
