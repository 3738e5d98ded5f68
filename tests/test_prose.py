"""The prose reading: worked by hand in both languages, and never a change of meaning."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from test_readings import LETTERS, arithmetic, exact

from transfer_calc.language.nodes import Arithmetic, Convert, Name
from transfer_calc.language.parse import parse
from transfer_calc.language.prose import prose
from transfer_calc.text import Text

SMALL = settings(max_examples=200, deadline=None, derandomize=True)
LABELS = {
    "standard_expenditure": Text("标准财政支出", "standard expenditure"),
    "standard_revenue": Text("标准财政收入", "standard revenue"),
    "gap": Text("标准财政收支缺口", "gap"),
    "pool": Text("资金总额", "pool"),
    "population": Text("常住人口", "population"),
    "prefecture": Text("市州", "prefecture"),
    "functional_zone": Text("功能区", "functional zone"),
    "rate": Text("补助比例", "subsidy rate"),
    "tier": Text("档次", "tier"),
    "province": Text("省份", "province"),
}


def said(text):
    node = parse(text) if isinstance(text, str) else text
    found = prose(node, lambda name: LABELS.get(name, Text(name, name)))
    return found.zh, found.en


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("a - (b - c)", "a − (b − c)"),
        ("a - b - c", "a − b − c"),
        ("a - (b + c)", "a − (b + c)"),
        ("a + (b - c)", "a + b − c"),
        ("a / (b * c)", "a ÷ (b × c)"),
        ("a / (b / c)", "a ÷ (b ÷ c)"),
        ("a / b * c", "a ÷ b × c"),
        ("a * (b / c)", "a × b ÷ c"),
        ("-(a + b)", "−(a + b)"),
        ("-(a * b)", "−a × b"),
        ("a * (b + c)", "a × (b + c)"),
        ("(a - b) * c", "(a − b) × c"),
        ("a - -b", "a − (−b)"),
        ("a - -b * c", "a − (−b × c)"),
        ("a + b <= c", "a + b ≤ c"),
        ("a >= b", "a ≥ b"),
        ("a != b", "a ≠ b"),
        ("a == b", "a = b"),
    ],
)
def test_signs_are_the_same_in_both_languages(formula, expected):
    assert said(formula) == (expected, expected)


@pytest.mark.parametrize(
    ("formula", "zh", "en"),
    [
        ("a < b < c", "a < b 且 b < c", "a < b and b < c"),
        ("a and (b or c)", "a 且 (b 或 c)", "a and (b or c)"),
        ("a and b or c", "(a 且 b) 或 c", "(a and b) or c"),
        ("not (a > b)", "非(a > b)", "not (a > b)"),
        ("a and not functional_zone", "a 且 非功能区", "a and not functional zone"),
        ("a if b else c", "若 b，则 a，否则 c", "if b, then a, otherwise c"),
        ("(a if b else c) + 1", "(若 b，则 a，否则 c) + 1", "(if b, then a, otherwise c) + 1"),
        ("a if b else c + 1", "若 b，则 a，否则 c + 1", "if b, then a, otherwise c + 1"),
        (
            "a if b else (c if d else e)",
            "若 b，则 a，否则若 d，则 c，否则 e",
            "if b, then a, otherwise if d, then c, otherwise e",
        ),
        (
            "(a if b else c) if d else e",
            "若 d，则 (若 b，则 a，否则 c)，否则 e",
            "if d, then (if b, then a, otherwise c), otherwise e",
        ),
        (
            "a if b else max(c, 0)",
            "若 b，则 a，否则 (c，不小于 0)",
            "if b, then a, otherwise (c, but not below 0)",
        ),
    ],
)
def test_conditions(formula, zh, en):
    assert said(formula) == (zh, en)


@pytest.mark.parametrize(
    ("formula", "zh", "en"),
    [
        (
            "max(standard_expenditure - standard_revenue, 0)",
            "标准财政支出 − 标准财政收入，不小于 0",
            "standard expenditure − standard revenue, but not below 0",
        ),
        ("max(0, a)", "a，不小于 0", "a, but not below 0"),
        ("min(a, 1)", "a，不大于 1", "a, but not above 1"),
        ("max(a - b, 0) * c", "(a − b，不小于 0) × c", "(a − b, but not below 0) × c"),
        ("min(max(a, 0), 1)", "(a，不小于 0)，不大于 1", "(a, but not below 0), but not above 1"),
        ("max(a, b + c)", "a 与 b + c 中较大的一个", "the greater of a and b + c"),
        ("min(a, b)", "a 与 b 中较小的一个", "the smaller of a and b"),
        ("max(a, b, 0)", "a、b 与 0 中最大的一个", "the greatest of a, b and 0"),
        ("min(a, b, c) + 1", "(a、b 与 c 中最小的一个) + 1", "(the least of a, b and c) + 1"),
        ("min(total(a), b)", "(a合计) 与 b 中较小的一个", "the smaller of (the total of a) and b"),
        ("clip(a, b, c)", "a，限于 b 与 c 之间", "a, kept between b and c"),
        ("round(a, 0)", "a，四舍五入到整数", "a, rounded half up to a whole number"),
        ("round(a, 1)", "a，四舍五入到 1 位小数", "a, rounded half up to 1 decimal place"),
        ("round(a * b, 2)", "a × b，四舍五入到 2 位小数", "a × b, rounded half up to 2 decimal places"),
        ("floor(a)", "a，向下取整", "a, rounded down to a whole number"),
        ("ceil(a)", "a，向上取整", "a, rounded up to a whole number"),
        ("abs(a - b)", "(a − b)的绝对值", "the absolute value of (a − b)"),
        ("ln(a) * b", "(a的自然对数) × b", "(the natural logarithm of a) × b"),
        ("exp(a)", "e 的 a 次方", "e to the power of a"),
        ("sqrt(a)", "a的平方根", "the square root of a"),
        ("rate[tier]", "档次对应的补助比例", "the subsidy rate for tier"),
        ('rate["东部", tier]', "“东部”与档次对应的补助比例", "the subsidy rate for “东部” and tier"),
        ("brackets(a, rate)", "a所在档的补助比例", "the subsidy rate of the bracket that a falls in"),
        ("graduated(a, rate)", "a按补助比例分档累计", "the sum of a bracket by bracket at subsidy rate"),
    ],
)
def test_functions_of_one_county(formula, zh, en):
    assert said(formula) == (zh, en)


@pytest.mark.parametrize(
    ("formula", "zh", "en"),
    [
        ("total(gap)", "标准财政收支缺口合计", "the total of gap"),
        ("pool / total(gap)", "资金总额 ÷ (标准财政收支缺口合计)", "pool ÷ (the total of gap)"),
        ("total(a - b)", "(a − b)合计", "the total of (a − b)"),
        ("total(a) <= pool", "a合计 ≤ 资金总额", "the total of a ≤ pool"),
        ("max(total(a), 0)", "a合计，不小于 0", "the total of a, but not below 0"),
        ("total(gap, by=prefecture)", "标准财政收支缺口合计（按市州）", "the total of gap (by prefecture)"),
        (
            "total(a, by=prefecture, where=b > 0 and c)",
            "a合计（按市州，仅计 b > 0 且 c）",
            "the total of a (by prefecture, only where b > 0 and c)",
        ),
        ("mean(a)", "a的平均值", "the mean of a"),
        (
            "weighted_mean(a, population)",
            "a按常住人口加权的平均值",
            "the mean of a weighted by population",
        ),
        ("count()", "个数", "the number of units"),
        ("count(where=a > 0)", "个数（仅计 a > 0）", "the number of units (only where a > 0)"),
        ("largest(a)", "a的最大值", "the largest value of a"),
        ("smallest(a)", "a的最小值", "the smallest value of a"),
        (
            'std(a, kind="sample")',
            "a的标准差（按样本计）",
            "the standard deviation of a (sample formula)",
        ),
        ("share(a)", "a占合计的比重", "the share of a in its total"),
        (
            'standardize(a, kind="population", where=b) * c',
            "(a的标准化值（按总体计，仅计 b）) × c",
            "(the standardized value of a (population formula, only where b)) × c",
        ),
        (
            'rank(a, order="descending", ties="same", by=prefecture)',
            "a的名次（由高到低，并列者同取最前名次，按市州）",
            "the rank of a (highest first, ties share the first place, by prefecture)",
        ),
    ],
)
def test_functions_of_many_counties(formula, zh, en):
    assert said(formula) == (zh, en)


@pytest.mark.parametrize(
    ("node", "zh", "en"),
    [
        (Convert(Name("a"), 1, 10_000, "元", "万元"), "a（换算为万元）", "a (converted to 万元)"),
        (
            Convert(parse("a + b"), 1, 10_000, "元", "万元"),
            "(a + b)（换算为万元）",
            "(a + b) (converted to 万元)",
        ),
        (
            Arithmetic("+", Name("b"), Convert(Name("a"), 10_000, 1, "万元", "元")),
            "b + a（换算为元）",
            "b + a (converted to 元)",
        ),
    ],
)
def test_changes_of_unit(node, zh, en):
    assert said(node) == (zh, en)


def test_braces_in_a_label_are_text():
    assert prose(parse("total(a)"), lambda _name: Text("{x}", "{0}")) == Text("{x}合计", "the total of {0}")


@SMALL
@given(arithmetic())
def test_what_is_said_has_the_value_of_the_formula(node):
    text = prose(node, lambda name: Text(name, name))
    assert text.zh == text.en
    python = text.en.translate(str.maketrans("−×÷", "-*/"))
    assert eval(python, {"__builtins__": {}}, dict(LETTERS)) == exact(node)  # noqa: S307
