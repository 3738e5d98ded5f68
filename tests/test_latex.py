r"""The LaTeX reading: worked by hand, and never a change of meaning.

In the tables a name is written with its text only: `a` stands for `\text{a}`.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from test_readings import LETTERS, arithmetic, exact

from transfer_calc.language.latex import latex
from transfer_calc.language.nodes import Arithmetic, Convert, Name, Number
from transfer_calc.language.parse import parse

SMALL = settings(max_examples=200, deadline=None, derandomize=True)


def short(text, lang="en"):
    """The reading, with single letters in place of `\text{letter}` and plain parentheses."""
    node = parse(text) if isinstance(text, str) else text
    written = re.sub(r"\\text\{([a-z])\}", r"\1", latex(node, str, lang=lang))
    return written.replace(r"\left(", "(").replace(r"\right)", ")")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("a - (b - c)", "a - (b - c)"),
        ("a - b - c", "a - b - c"),
        ("a - (b + c)", "a - (b + c)"),
        ("a + (b - c)", "a + b - c"),
        ("a / (b * c)", r"\frac{a}{b \times c}"),
        ("a / b * c", r"\frac{a}{b} \times c"),
        ("a * (b / c)", r"a \times \frac{b}{c}"),
        ("a / b / c", r"\frac{\frac{a}{b}}{c}"),
        ("a / (b / c)", r"\frac{a}{\frac{b}{c}}"),
        ("(a + b) / (c - d)", r"\frac{a + b}{c - d}"),
        ("-(a + b)", "-(a + b)"),
        ("-(a * b)", r"-a \times b"),
        ("-a + b", "-a + b"),
        ("a * (b + c)", r"a \times (b + c)"),
        ("(a - b) * c", r"(a - b) \times c"),
        ("a - -b", "a - (-b)"),
        ("a * -b", r"a \times (-b)"),
        ("a - -b * c", r"a - (-b \times c)"),
        ("--a", "-(-a)"),
        ("a + b < c", "a + b < c"),
        ("a <= b", r"a \leq b"),
        ("a >= b", r"a \geq b"),
        ("a != b", r"a \neq b"),
        ("a == b", "a = b"),
        ("a < b < c", r"a < b\text{ and }b < c"),
        ("a and (b or c)", r"a\text{ and }(b\text{ or }c)"),
        ("a and b or c", r"(a\text{ and }b)\text{ or }c"),
        ("not (a > b)", r"\text{not }(a > b)"),
        ("not a and b", r"\text{not }a\text{ and }b"),
    ],
)
def test_operators(formula, expected):
    assert short(formula) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("a if b else c", r"\begin{cases} a & \text{if }b \\ c & \text{otherwise} \end{cases}"),
        (
            "a if b else (c if d else e)",
            r"\begin{cases} a & \text{if }b \\ c & \text{otherwise if }d \\ e & \text{otherwise} \end{cases}",
        ),
        (
            "(a if b else c) if d else e",
            r"\begin{cases} (\begin{cases} a & \text{if }b \\ c & \text{otherwise} \end{cases}) & \text{if }d \\ e & \text{otherwise} \end{cases}",
        ),
        ("(a if b else c) + 1", r"(\begin{cases} a & \text{if }b \\ c & \text{otherwise} \end{cases}) + 1"),
        ("a if b else c + 1", r"\begin{cases} a & \text{if }b \\ c + 1 & \text{otherwise} \end{cases}"),
        (
            "max(a if b else c, d)",
            r"\max((\begin{cases} a & \text{if }b \\ c & \text{otherwise} \end{cases}),\ d)",
        ),
    ],
)
def test_conditionals(formula, expected):
    assert short(formula) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("max(a - b, 0)", r"\max(a - b,\ 0)"),
        ("min(a, b, c) * d", r"\min(a,\ b,\ c) \times d"),
        ("clip(a, b, c)", r"\min(\max(a,\ b),\ c)"),
        ("abs(a - b)", r"\left|a - b\right|"),
        ("round(a * b, 2)", r"\text{round}_{2}(a \times b)"),
        ("floor(a)", r"\left\lfloor a\right\rfloor"),
        ("ceil(a)", r"\left\lceil a\right\rceil"),
        ("ln(a) + exp(b)", r"\ln(a) + \exp(b)"),
        ("sqrt(a + b)", r"\sqrt{a + b}"),
        ("t[k]", r"t\left[k\right]"),
        ('t["east", k]', r"t\left[\text{“east”},\ k\right]"),
        ("brackets(a + b, s)", r"\text{bracket}_{s}(a + b)"),
        ("graduated(a, s) * b", r"\text{by brackets}_{s}(a) \times b"),
    ],
)
def test_functions_of_one_county(formula, expected):
    assert short(formula) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("total(a)", r"\sum a"),
        ("p / total(a)", r"\frac{p}{\sum a}"),
        ("total(a * b)", r"\sum a \times b"),
        ("total(a) * b", r"(\sum a) \times b"),
        ("total(a - b)", r"\sum (a - b)"),
        ("total(-a)", r"\sum (-a)"),
        ("total(a) + b", r"(\sum a) + b"),
        ("total(a) <= b", r"\sum a \leq b"),
        ("total(a, by=g)", r"\sum_{\text{same }g} a"),
        ("total(a, by=g, where=b > c)", r"\sum_{\text{same }g,\ b > c} a"),
        ("mean(a - b, where=c)", r"\overline{a - b}_{c}"),
        ("mean(a) * b", r"\overline{a} \times b"),
        ("weighted_mean(a, b + c)", r"\frac{\sum a \times (b + c)}{\sum (b + c)}"),
        ("count()", r"\text{count}_{\text{all}}"),
        ("count(where=a)", r"\text{count}_{a}"),
        ("largest(a)", r"\max_{\text{all}}(a)"),
        ("smallest(a, by=g)", r"\min_{\text{same }g}(a)"),
        ('std(a, kind="population")', r"\sigma(a)"),
        ('std(a, kind="sample", by=g)', r"s_{\text{same }g}(a)"),
        ("share(a, by=g)", r"\frac{a}{\sum_{\text{same }g} a}"),
        ('standardize(a, kind="population", where=b)', r"\frac{a - \overline{a}_{b}}{\sigma_{b}(a)}"),
        (
            'rank(a, order="descending", ties="code", where=b)',
            r"\text{rank}_{\text{highest first},\ \text{ties in order of code},\ b}(a)",
        ),
        ("share(share(a))", r"\text{share}(\frac{a}{\sum a})"),
    ],
)
def test_functions_of_many_counties(formula, expected):
    assert short(formula) == expected


def test_nested_shares_do_not_grow_without_end():
    assert len(latex(parse("share(" * 60 + "a" + ")" * 60), str)) < 3_000


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Convert(Name("a"), 10_000, 1, "x", "y"), r"a \times 10000\,(x \to y)"),
        (Convert(Name("a"), 1, 100, "x", "y"), r"a \times \frac{1}{100}\,(x \to y)"),
        (Convert(parse("a + b"), 3, 7, "x", "y"), r"(a + b) \times \frac{3}{7}\,(x \to y)"),
        (
            Arithmetic("*", Name("b"), Convert(Name("a"), 10, 1, "x", "y")),
            r"b \times (a \times 10\,(x \to y))",
        ),
        (Arithmetic("-", Name("b"), Convert(Name("a"), 10, 1, "x", "y")), r"b - a \times 10\,(x \to y)"),
    ],
)
def test_changes_of_unit(node, expected):
    assert short(node) == expected


def test_words_are_spoken_in_the_language_asked_for():
    assert latex(parse("甲 if 乙 or not 丙 else 丁"), str) == (
        r"\begin{cases} \text{甲} & \text{若 }\text{乙}\text{ 或 }\text{非 }\text{丙}"
        r" \\ \text{丁} & \text{否则} \end{cases}"
    )
    assert latex(parse("total(甲, by=市州)"), str) == r"\sum_{\text{同一}\text{市州}} \text{甲}"
    assert latex(Convert(Name("甲"), 10_000, 1, "万元", "元"), str) == (
        r"\text{甲} \times 10000\,(\text{万元} \to \text{元})"
    )


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("gap_ratio", r"\text{gap}\_\text{ratio}"),
        ("50% & more", r"\text{50}\%\text{ }\&\text{ more}"),
        ("#1 $", r"\#\text{1 }\$"),
        ("{a}", r"\{\text{a}\}"),
        ("a~b^c", r"\text{a}{\sim}\text{b}{\wedge}\text{c}"),
        (r"\input{x}", r"\backslash \text{input}\{\text{x}\}"),
        ("two\n\nlines", r"\text{two lines}"),
    ],
)
def test_no_label_can_break_out_of_its_text(label, expected):
    assert latex(Name("a"), lambda _name: label) == expected


@SMALL
@given(arithmetic())
def test_mathematics_has_the_value_of_the_formula(node):
    text = re.sub(r"\\text\{([a-z])\}", r"\1", latex(node, str))
    for sign, python in [
        (r"\left(", "("),
        (r"\right)", ")"),
        (r"\times", "*"),
        (r"\frac{", "(("),
        ("}{", ")/("),
        ("}", "))"),
    ]:
        text = text.replace(sign, python)
    assert eval(text, {"__builtins__": {}}, dict(LETTERS)) == exact(node)  # noqa: S307


def test_a_number_stays_as_it_was_written():
    assert latex(Number("0.50"), str) == "0.50"
