"""Units of measure: exact ratios, spellings, refusals at load, conversions that every reading shows."""

from __future__ import annotations

from fractions import Fraction

import pytest

from transfer_calc import MethodError
from transfer_calc.language.dimension import fit
from transfer_calc.language.nodes import Convert, walk
from transfer_calc.language.parse import parse
from transfer_calc.units import is_unit, measure, ratio

UNITS = {
    "income": "元",
    "grant": "万元",
    "pot": "亿元",
    "people": "人",
    "land": "平方公里",
    "field": "亩",
    "load": "mg/L",
    "flow": "万立方米",
    "share": "1",
    "percent": "%",
    "warm": "摄氏度",
    "standard": "元/人",
    "rate": "元/吨",
    "rate.of": "吨",
    "tier_share": "1",
}


@pytest.mark.parametrize(
    ("unit", "to", "expected"),
    [
        ("亿元", "万元", 10_000),
        ("万元", "分", 1_000_000),
        ("1 元", "元", 1),
        ("100 元", "元", 100),
        ("平方公里", "公顷", 100),
        ("公顷", "亩", 15),
        ("吨", "千克", 1000),
        ("km²", "平方公里", 1),
        ("万m³", "立方米", 10_000),
        ("mg/L", "吨/万立方米", Fraction(1, 100)),
        ("元/人", "万元/万人", 1),
        ("%", "1", Fraction(1, 100)),
    ],
)
def test_one_unit_holds_another_exactly(unit, to, expected):
    assert ratio(unit, to) == expected
    assert ratio(to, unit) == 1 / Fraction(expected)


@pytest.mark.parametrize("unit", ["斤两", "元元", "foo", "元+人", "__import__", "元" * 60, "2023年度"])
def test_an_unknown_unit_is_refused(unit):
    with pytest.raises(MethodError, match="TC123"):
        measure(unit)


def test_a_remark_is_no_unit():
    assert not is_unit("2023年")
    assert not is_unit("决算数")
    assert is_unit("万元")


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("income + people", "income", "people"),
        ("max(grant, land)", "grant", "land"),
        ("grant > people", "grant", "people"),
        ("grant if share > 0 else people", "grant", "people"),
        ("grant + 1", "grant", "1"),
        ("grant / people + grant", "grant", "grant"),
        ("ln(income)", "income", "ln"),
        ("brackets(people, rate)", "people", "rate"),
        ("share + warm", "share", "warm"),
    ],
)
def test_units_that_do_not_fit_are_refused_naming_both(text, left, right):
    with pytest.raises(MethodError) as caught:
        fit(parse(text), "万元", UNITS)
    (found,) = caught.value.issues
    assert found.code == "TC122"
    for said in (found.message.zh, found.message.en):
        assert left in said
        assert right in said


@pytest.mark.parametrize(
    ("text", "unit", "conversions"),
    [
        ("income + income", "元", []),
        ("income + 0", "元", []),
        ("max(grant - pot, 0)", "万元", [(10_000, 1)]),
        ("income", "万元", [(1, 10_000)]),
        ("standard * people", "万元", [(1, 10_000)]),
        ("load * flow", "吨", [(1, 100)]),
        ("field / land", "1", [(1, 1500)]),
        ("percent * grant", "万元", [(1, 100)]),
        ("brackets(load * flow, rate) * load * flow", "元", [(1, 100), (1, 100)]),
        ("graduated(load * flow, rate)", "元", [(1, 100)]),
        ("0 * grant", "万元", []),
        ("total(income) / total(people) * people", "元", []),
        ("share(grant) * pot", "亿元", []),
        ("sqrt(grant * grant)", "万元", []),
        ("tier_share[3] * grant", "元", [(10_000, 1)]),
        ("count(where=grant > 0) * grant", "万元", []),
        ("ln(grant / income)", "1", [(10_000, 1)]),
    ],
)
def test_units_that_fit_are_converted_once_and_visibly(text, unit, conversions):
    fitted = fit(parse(text), unit, UNITS)
    found = [(part.numerator, part.denominator) for part in walk(fitted) if isinstance(part, Convert)]
    assert sorted(found) == sorted(conversions)


def test_the_converted_figure_is_the_figure(tmp_path):
    from transfer_calc import Panel, calculate, load_method

    path = tmp_path / "river.yaml"
    path.write_text(
        """
id: test/river
title: {zh: 演示, en: made up}
law: {document: null, title: {zh: 演示数据, en: made up}, in_force: {from: 2020-01-01}}
recipients: {zh: 断面, en: section}
inputs:
  load: {zh: 浓度, en: concentration, unit: mg/L}
  flow: {zh: 水量, en: flow, unit: 万m³}
parameters:
  price: {zh: 单价, en: price, unit: 元/吨, cite: 演示, evidence: assumed, values: {2020-01-01: "50000"}}
steps:
  mass: {zh: 总量, en: mass, unit: 吨, formula: load * flow, cite: 演示, evidence: assumed}
  due: {zh: 金额, en: due, unit: 万元, formula: mass * price, cite: 演示, evidence: assumed}
""",
        encoding="utf-8",
    )
    method = load_method(path)
    panel = Panel.from_columns({"code": ["1"], "load": [2], "flow": [300]}, method)
    table = calculate(method, panel, on="2024-01-01").table
    # 2 mg/L × 3,000,000 m³ = 6,000,000 g = 6 t; at 50,000 元 a tonne 300,000 元 = 30 万元.
    assert table[["mass", "due"]].to_numpy().tolist() == [[6.0, 30.0]]
