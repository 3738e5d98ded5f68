"""The formula language: what it reads, what it refuses, which levels it finds, what it computes."""

from __future__ import annotations

from fractions import Fraction
from math import fsum, sqrt
from time import perf_counter

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from reference import half_away_from_zero

from transfer_calc.issues import MethodError, Place
from transfer_calc.language.check import ALL, COUNTY, Level, Scope, Shape, check
from transfer_calc.language.evaluate import evaluate
from transfer_calc.language.faults import FaultyError
from transfer_calc.language.functions import FUNCTIONS
from transfer_calc.language.nodes import (
    NODE_KINDS,
    Aggregate,
    Arithmetic,
    Call,
    Comparison,
    Conditional,
    Convert,
    Literal,
    Logic,
    Lookup,
    Name,
    Negative,
    Not,
    Number,
    Schedule,
    names,
    walk,
)
from transfer_calc.language.parse import parse
from transfer_calc.language.world import Brackets, Grouping, Table, World
from transfer_calc.rounding import exact_sum, round_half_up

SMALL = settings(max_examples=100, deadline=None, derandomize=True)
A, B, C, D = (Name(letter) for letter in "abcd")
BLOCK_EDGES = (0, 16_383, 16_384, 32_767, 32_768, 39_999)
BY_PREFECTURE = Level("group", "prefecture")


def world(codes=None, groups=None, **columns):
    size = len(next(iter([*columns.values(), *(groups or {}).values()])))
    return World(
        codes=np.array(codes or [f"{row:06}" for row in range(size)]),
        columns={name: np.array(values) for name, values in columns.items()},
        groups={name: Grouping.of(np.array(values)) for name, values in (groups or {}).items()},
    )


def county(text, here=None, **columns):
    """The figures of a formula, one a county."""
    return evaluate(parse(text), here or world(**columns), COUNTY).tolist()


def one(text, **singles):
    """The figure of a formula on single figures."""
    here = World(codes=np.array(["620102"]), single={name: np.float64(x) for name, x in singles.items()})
    return evaluate(parse(text), here, ALL)


def refusal(text):
    with pytest.raises(MethodError) as caught:
        parse(text, Place(name="步骤"))
    (found,) = caught.value.issues
    assert found.place.name == "步骤"
    return found


def faults(text, here=None, level=COUNTY, **columns):
    with pytest.raises(FaultyError) as caught:
        evaluate(parse(text), here or world(**columns), level)
    return [(found.row, found.code, found.node) for found in caught.value.faults]


# --- reading -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("a + b * c", Arithmetic("+", A, Arithmetic("*", B, C))),
        ("(a + b) * c", Arithmetic("*", Arithmetic("+", A, B), C)),
        ("a - b - c", Arithmetic("-", Arithmetic("-", A, B), C)),
        ("a / b / c", Arithmetic("/", Arithmetic("/", A, B), C)),
        ("a / b * c", Arithmetic("*", Arithmetic("/", A, B), C)),
        ("-a * b", Arithmetic("*", Negative(A), B)),
        ("a - -b", Arithmetic("-", A, Negative(B))),
        ("not a == b", Not(Comparison("==", A, B))),
        ("a or b and c", Logic("or", (A, Logic("and", (B, C))))),
        ("not a and b", Logic("and", (Not(A), B))),
        ("a and b and c", Logic("and", (A, B, C))),
        ("a + b < c", Comparison("<", Arithmetic("+", A, B), C)),
        ("a < b <= c", Logic("and", (Comparison("<", A, B), Comparison("<=", B, C)))),
        ("a if b else c + d", Conditional(B, A, Arithmetic("+", C, D))),
        ("a if b else c if d else 0", Conditional(B, A, Conditional(D, C, Number("0")))),
        ("max(a, b)", Call("max", (A, B))),
        ("t[a]", Lookup("t", (A,))),
        ("t[a, '2']", Lookup("t", (A, Literal("2")))),
        ("graduated(a, s)", Schedule("graduated", A, "s")),
        ("total(a, by=g, where=b > c)", Aggregate("total", (A,), "g", Comparison(">", B, C))),
        (
            'rank(a, ties="code", order="ascending")',
            Aggregate("rank", (A,), options=(("order", "ascending"), ("ties", "code"))),
        ),
        ("  a\t+ 1\n", Arithmetic("+", A, Number("1"))),
        ("常住人口 / 总人口", Arithmetic("/", Name("常住人口"), Name("总人口"))),
        ("0.150 * a", Arithmetic("*", Number("0.150"), A)),
        ("t[3]", Lookup("t", (Number("3"),))),
    ],
)
def test_a_formula_is_read_by_the_rules_of_school_arithmetic(text, nodes):
    assert parse(text) == nodes


def test_a_formula_over_several_lines_is_read_like_one_on_one_line():
    assert parse("(10 +\n 25 * a)") == parse("(10 + 25 * a)")
    assert parse("max(人口,\n 10)") == parse("max(人口, 10)")


def test_a_span_says_where_a_part_stands():
    formula = parse("a + max(b, 10)")
    assert [(part.span, part) for part in walk(formula)][2:] == [
        ((4, 14), Call("max", (B, Number("10")))),
        ((8, 9), B),
        ((11, 13), Number("10")),
    ]


def test_the_names_of_a_formula_are_all_it_reads():
    text = 'total(a * t["1"], by=g, where=b > 0) + brackets(c, s)'
    assert names(parse(text)) == {"a", "t", "g", "b", "c", "s"}


def test_every_kind_of_node_but_a_change_of_unit_can_be_written():
    text = 'not (a < 1 and -max(b, t["x"]) == total(c)) and (brackets(a, s) + 1 if b else 0) > 1'
    assert {type(part) for part in walk(parse(text))} == set(NODE_KINDS) - {
        Convert
    }  # nobody writes a conversion


# --- refusing ------------------------------------------------------------------------------------------

HOSTILE = {
    "attribute": ("a.b", "TC110"),
    "attribute of a constant": ("(0).real", "TC110"),
    "way to the builtins": ("().__class__.__bases__[0].__subclasses__()", "TC110"),
    "call of an attribute": ("a.b(c)", "TC110"),
    "import by hand": ("__import__('os').system('true')", "TC110"),
    "dunder name": ("__builtins__ + a", "TC110"),
    "dunder table": ("__dict__['a']", "TC110"),
    "dunder group": ("total(a, by=__g__)", "TC110"),
    "dunder schedule": ("brackets(a, __s__)", "TC110"),
    "dunder call": ("__import__('os')", "TC111"),
    "unknown call": ("eval('a')", "TC111"),
    "open": ("open('/etc/passwd')", "TC111"),
    "getattr": ("getattr(a, 'b')", "TC111"),
    "misspelt call": ("totl(a)", "TC111"),
    "call of a call": ("max(a, b)(c)", "TC110"),
    "lambda": ("lambda: a", "TC110"),
    "list comprehension": ("[a for a in b]", "TC110"),
    "generator": ("total(a for a in b)", "TC110"),
    "set comprehension": ("{a for a in b}", "TC110"),
    "dictionary comprehension": ("{a: a for a in b}", "TC110"),
    "f-string": ("f'{a}'", "TC110"),
    "f-string with format": ("f'{a:>1000000000}'", "TC110"),
    "walrus": ("(a := b)", "TC110"),
    "star arguments": ("max(*a, b)", "TC110"),
    "double star arguments": ("total(a, **b)", "TC110"),
    "power": ("a ** b", "TC110"),
    "tower of powers": ("9 ** 9 ** 9 ** 9", "TC110"),
    "remainder": ("a % b", "TC110"),
    "whole division": ("a // b", "TC110"),
    "matrix product": ("a @ b", "TC110"),
    "bit operation": ("a << b", "TC110"),
    "complement": ("~a", "TC110"),
    "leading plus": ("+a", "TC110"),
    "True": ("True", "TC110"),
    "False": ("a if False else b", "TC110"),
    "None": ("None", "TC110"),
    "ellipsis": ("...", "TC110"),
    "bytes": ("b'a'", "TC110"),
    "complex": ("1j", "TC110"),
    "hex": ("0x10", "TC110"),
    "octal": ("0o17", "TC110"),
    "binary": ("0b11", "TC110"),
    "exponent": ("1e3", "TC110"),
    "underscored number": ("1_000", "TC110"),
    "is": ("a is b", "TC110"),
    "is not": ("a is not b", "TC110"),
    "in": ("a in b", "TC110"),
    "not in": ("a < b not in c", "TC110"),
    "list": ("[a, b]", "TC110"),
    "tuple": ("a, b", "TC110"),
    "dictionary": ("{'a': b}", "TC110"),
    "set": ("{a, b}", "TC110"),
    "slice": ("t[a:b]", "TC110"),
    "index of a call": ("max(a, b)[c]", "TC110"),
    "await": ("await a", "TC110"),
    "yield": ("(yield a)", "TC110"),
    "empty": ("", "TC108"),
    "blank": (" \n ", "TC108"),
    "no operator": ("a b", "TC108"),
    "one equals sign": ("a = b", "TC108"),
    "two statements": ("a; b", "TC108"),
    "import": ("import os", "TC108"),
    "no else": ("a if b", "TC108"),
    "open parenthesis": ("(a", "TC108"),
    "three keys": ("t[a, b, c]", "TC108"),
    "no key": ("t[()]", "TC108"),
    "leading zero": ("010", "TC108"),
    "huge whole number in a text": ("9" * 1_990 + " b", "TC108"),
    "20,000 signs": ("-" * 20_000 + "a", "TC109"),
    "1,900 signs": ("-" * 1_900 + "a", "TC109"),
    "1,900 signs with blanks": ("- " * 950 + "a", "TC109"),
    "490 times not": ("not " * 490 + "a", "TC109"),
    "300 parentheses": ("(" * 300 + "a" + ")" * 300, "TC109"),
    "300 open parentheses": ("(" * 300, "TC109"),
    "300 brackets": ("t[" * 300 + "a" + "]" * 300, "TC109"),
    "300 calls": ("abs(" * 300 + "a" + ")" * 300, "TC109"),
    "chain of 600 sums": ("a" + "+a" * 600, "TC109"),
    "chain of 300 conditions": ("a if b else " * 160 + "a", "TC109"),
    "500 values": ("max(" + "a," * 500 + "a)", "TC109"),
    "1 MB": ("a+" * 500_000 + "a", "TC109"),
    "1 MB of quotes": ("'" * 1_000_000, "TC109"),
    "chain of attributes": ("a" + ".a" * 900, "TC110"),
    "chain of attributes as an option": ("total(a, kind=a" + ".a" * 900 + ")", "TC110 or TC112"),
    "chain of sums as an option": ("total(a, kind=a" + "+a" * 900 + ")", "TC109 or TC112"),
    "full-width parentheses": ("（a）", "TC114"),
    "full-width plus": ("a＋b", "TC114"),
    "full-width digit": ("１", "TC114"),
    "full-width letter": ("ａ", "TC114"),
    "times sign": ("a × b", "TC114"),
    "minus sign": ("a − b", "TC114"),
    "Chinese comma": ("max(a，b)", "TC114"),
    "typographic quotes": ("t[“a”]", "TC114"),
    "Kangxi radical": ("\u2f08口", "TC114"),
    "compatibility ideograph": ("\uf900", "TC114"),
    "long s": ("ma\u017fs", "TC114"),
    "superscript": ("a²", "TC114"),
    "no-break space": ("a\u00a0+ b", "TC114"),
    "ideographic space": ("a\u3000+ b", "TC114"),
    "zero-width space": ("a\u200b", "TC114"),
    "direction mark": ("a\u202e", "TC114"),
    "byte order mark": ("\ufeffa", "TC114"),
    "null byte": ("a\x00", "TC114"),
    "form feed": ("a\x0c+ b", "TC114"),
    "lone surrogate": ("\ud800", "TC114"),
    "emoji": ("😀", "TC114"),
}


@pytest.mark.parametrize(("text", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_formula_is_refused_by_its_code_and_at_once(text, code):
    times = []
    for _ in range(3):
        start = perf_counter()
        assert refusal(text).code in code.split(" or ")
        times.append(perf_counter() - start)
    assert min(times) < 0.1


@pytest.mark.parametrize(
    ("text", "said"),
    [("a＋b", "+"), ("（a", "("), ("\u2f08口", "人"), ("１", "1"), ("max(a，b)", ",")],
)
def test_a_sign_that_looks_like_another_is_refused_with_the_one_to_write(text, said):
    assert said in refusal(text).hint.zh
    assert said in refusal(text).hint.en


@pytest.mark.parametrize(
    "text",
    [
        "max(a)",
        "abs(a, b)",
        "clip(a, b)",
        "round(a)",
        "total()",
        "total(a, b)",
        "count(a)",
        "weighted_mean(a)",
        "max(a, b, by=g)",
        "total(a, by='g')",
        "total(a, by=a + b)",
        "total(a, only=b)",
        "std(a)",
        "std(a, kind='other')",
        "std(a, kind=population)",
        "rank(a, order='descending')",
        "rank(a, ties='same')",
        "rank(a, order='down', ties='same')",
        "brackets(a, 's')",
        "brackets(a, a + b)",
        "graduated(a)",
        "brackets(a, s, by=g)",
    ],
)
def test_a_function_called_wrongly_is_refused_with_its_usage(text):
    found = refusal(text)
    function = text.split("(")[0]
    assert found.code == "TC112"
    assert FUNCTIONS[function].usage in found.hint.en


def test_an_unknown_function_is_refused_with_the_near_ones():
    assert "total" in refusal("totl(a)").hint.en


def test_a_comment_in_a_formula_is_refused():
    # It would be hidden from whoever reads the method, and `a # + b` is not a + b.
    assert refusal("a # + b").code in ("TC108", "TC110", "TC114")


REFUSALS = [f"TC{code}" for code in range(108, 115)]
PIECES = [
    *"ab()[]+-*/<>=!,.:#@%&|^~{}'\"\\ 0１（人⼈",
    "max(",
    "total(",
    " if ",
    " else ",
    " and ",
    "not ",
    "f'",
]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(max_size=30))
@example("(人 +\n 10)")
def test_any_text_is_either_a_formula_or_refused_by_a_code(text):
    try:
        parts = walk(parse(text))
    except MethodError as error:
        parts, codes = [], [found.code for found in error.issues]
    else:
        codes = REFUSALS[:1]
    assert all(type(part) in NODE_KINDS for part in parts)
    assert len(codes) == 1
    assert codes[0] in REFUSALS


# --- checking: kinds and levels ------------------------------------------------------------------------

SCOPE = Scope(
    values={
        "gap": Shape("number", COUNTY),
        "population": Shape("number", COUNTY),
        "border": Shape("truth", COUNTY),
        "tier": Shape("text", COUNTY),
        "prefecture": Shape("text", COUNTY),
        "zone": Shape("text", COUNTY),
        "pool": Shape("number", ALL),
        "mean_gap": Shape("number", BY_PREFECTURE),
        "zone_gap": Shape("number", Level("group", "zone")),
        "mode": Shape("text", ALL),
    },
    tables={"ratio": 1, "rate": 2},
    schedules=frozenset({"relief"}),
    groups=frozenset({"prefecture", "zone"}),
)


@pytest.mark.parametrize(
    ("text", "kind", "level"),
    [
        ("1", "number", ALL),
        ("pool + 1", "number", ALL),
        ("gap * pool", "number", COUNTY),
        ("pool / total(gap)", "number", ALL),
        ("total(gap, by=prefecture)", "number", BY_PREFECTURE),
        ("total(gap, by=prefecture) / pool", "number", BY_PREFECTURE),
        ("mean_gap + total(gap, by=prefecture)", "number", BY_PREFECTURE),
        ("mean_gap * gap", "number", COUNTY),
        ("mean_gap + zone_gap", "number", COUNTY),
        ("mean_gap + total(gap, by=zone)", "number", COUNTY),
        ("count(by=zone, where=border)", "number", Level("group", "zone")),
        ("total(gap * mean_gap)", "number", ALL),
        ("weighted_mean(gap, population)", "number", ALL),
        ("weighted_mean(gap, 1)", "number", ALL),
        ('rank(gap, order="ascending", ties="same", by=zone)', "number", COUNTY),
        ("share(gap)", "number", COUNTY),
        ('std(gap, kind="sample")', "number", ALL),
        ("gap > mean_gap", "truth", COUNTY),
        ("pool > 0", "truth", ALL),
        ('mode == "x" and mean_gap > 0', "truth", BY_PREFECTURE),
        ("not border", "truth", COUNTY),
        ('tier == "1"', "truth", COUNTY),
        ("0 < gap <= 1", "truth", COUNTY),
        ("1 if border else 0", "number", COUNTY),
        ("mean_gap if pool > 0 else 0", "number", BY_PREFECTURE),
        ('"x" if border else "y"', "text", COUNTY),
        ("max(pool, mean_gap, gap)", "number", COUNTY),
        ("round(pool, 2)", "number", ALL),
        ("ratio[tier]", "number", COUNTY),
        ('ratio["1"]', "number", ALL),
        ("ratio[3]", "number", ALL),
        ("rate[tier, mode]", "number", COUNTY),
        ("brackets(pool, relief)", "number", ALL),
        ("graduated(gap, relief)", "number", COUNTY),
    ],
)
def test_kind_and_level_are_found_without_computing(text, kind, level):
    assert check(parse(text), SCOPE) == Shape(kind, level)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("gapp", "TC105"),
        ("total(gap, by=tier)", "TC105"),
        ("wealth[tier]", "TC105"),
        ("brackets(gap, ratio)", "TC105"),
        ("inf", "TC105"),
        ("mean(total(gap))", "TC107"),
        ("total(pool)", "TC107"),
        ("total(mean_gap)", "TC107"),
        ("weighted_mean(pool, gap)", "TC107"),
        ("total(gap, where=pool > 0)", "TC107"),
        ("round(gap, 13)", "TC112"),
        ("round(gap, pool)", "TC112"),
        ("round(gap, -1)", "TC112"),
        ("border + 1", "TC113"),
        ("border == 1", "TC113"),
        ("border == border", "TC113"),
        ("tier == 1", "TC113"),
        ('tier < "1"', "TC113"),
        ('gap + "1"', "TC113"),
        ("gap and border", "TC113"),
        ("not gap", "TC113"),
        ("1 if gap else 0", "TC113"),
        ('1 if border else "x"', "TC113"),
        ("max(gap, tier)", "TC113"),
        ("total(border)", "TC113"),
        ("total(gap, where=gap)", "TC113"),
        ("ratio", "TC113"),
        ("relief", "TC113"),
        ("ratio[tier, mode]", "TC113"),
        ("rate[tier]", "TC113"),
        ("ratio[border]", "TC113"),
        ("gap * 0.5", "TC115"),
        ("gap + 2", "TC115"),
        ("gap * 1.0", "TC115"),
        ("00", "TC115"),
    ],
)
def test_what_cannot_be_computed_is_refused_before(text, code):
    with pytest.raises(MethodError) as caught:
        check(parse(text), SCOPE, Place(name="步骤"))
    assert [(found.code, found.place.name) for found in caught.value.issues] == [(code, "步骤")]


def test_an_unknown_name_is_refused_with_the_near_ones():
    with pytest.raises(MethodError) as caught:
        check(parse("populaton / pool"), SCOPE)
    assert "population" in caught.value.issues[0].hint.en


# --- computing county by county ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b * c", 14),
        ("(a + b) * c", 20),
        ("a - b - c", -5),
        ("c / a / a", 1),
        ("c / a * b", 6),
        ("-a * b", -6),
        ("a - -b", 5),
        ("max(a, b, c)", 4),
        ("min(c, b, a)", 2),
        ("abs(a - c)", 2),
        ("clip(a, b, c)", 3),
        ("clip(c, a, b)", 3),
        ("clip(b, a, c)", 3),
        ("floor(-b / a)", -2),
        ("ceil(-b / a)", -1),
        ("sqrt(c)", 2),
        ("ln(exp(a))", 2),
        ("a if a < b < c else 0", 2),
        ("a if a < c < b else 0", 0),
        ("1 if a == 2 or b == 9 and c == 9 else 0", 1),
        ("1 if not a == b and c >= 4 != 5 else 0", 1),
        ("1 if a > b else 0 if b > c else c", 4),
    ],
)
def test_a_figure_is_the_one_worked_out_by_hand(text, expected):
    assert one(text, a=2, b=3, c=4) == pytest.approx(expected, rel=1e-15)
    assert county(text, a=[2.0], b=[3.0], c=[4.0]) == [pytest.approx(expected, rel=1e-15)]


@pytest.mark.parametrize(
    ("number", "digits", "expected"),
    [
        (2.675, 2, 2.68),
        (-2.675, 2, -2.68),
        (0.285, 2, 0.29),
        (1.005, 2, 1.01),
        (1.115, 2, 1.12),
        (2.5, 0, 3),
        (-2.5, 0, -3),
        (-0.5, 0, -1),
        (0.5, 0, 1),
        (2.4999999999999996, 0, 2),
        (2.6749999999999994, 2, 2.67),
        (-0.4, 0, 0),
        (1234567.8905, 3, 1234567.891),
        (4503599627370495.5, 0, 4503599627370496),
        (0.000000000001, 12, 0.000000000001),
    ],
)
def test_rounding_goes_half_up_on_the_decimal_as_written(number, digits, expected):
    assert county(f"round(a, {digits})", a=[number]) == [expected]


@SMALL
@given(
    st.integers(-(10**12), 10**12).map(lambda thousandths: thousandths / 1000)
    | st.integers(-(10**9), 10**9).map(lambda halves: halves / 2000)
    | st.floats(-1e15, 1e15),
    st.integers(0, 6),
)
def test_rounding_is_that_of_exact_fractions(number, digits):
    found = round_half_up(np.array([number]), digits)[0]
    assert found == float(Fraction(half_away_from_zero(repr(number), digits), 10**digits))


@pytest.mark.parametrize(
    ("up", "down", "expected"), [(10_000, 1, 30_000), (1, 10_000, 0.0003), (1_000, 10_000, 0.3)]
)
def test_a_change_of_unit_is_exact_up_to_its_last_rounding(up, down, expected):
    assert evaluate(Convert(A, up, down, "x", "y"), world(a=[3.0]), COUNTY).tolist() == [expected]


def test_texts_are_compared_as_a_whole():
    here = world(groups={"tier": ["一", "一类", "二"]}, a=[1.0, 2.0, 3.0])
    assert county('a if tier == "一" else 0', here) == [1, 0, 0]
    assert county('a if tier != "一" else 0', here) == [0, 2, 3]
    here.single["mode"] = "二"
    assert county('a if mode == "二" else 0', here) == [1, 2, 3]
    assert county("a if mode == tier else 0", here) == [0, 0, 3]


# --- conditionals --------------------------------------------------------------------------------------


def test_a_branch_is_computed_on_its_own_counties_only():
    assert county("a / b if b > 0 else 0", a=[6.0, 5.0, 4.0], b=[3.0, 0.0, 2.0]) == [2, 0, 2]
    assert county("0 if b == 0 else a / b", a=[6.0, 5.0], b=[0.0, 0.0]) == [0, 0]
    assert county("sqrt(a) if a >= 0 else sqrt(-a)", a=[4.0, -9.0]) == [2, 3]
    assert county("ln(a) if a > 0 else -1", a=[1.0, 0.0]) == [0, -1]


def test_a_branch_within_a_branch_is_computed_on_its_own_counties_only():
    text = "(a / b if b != 0 else a / c) if c != 0 else (a / b if b != 0 else -1)"
    assert county(text, a=[6.0, 6.0, 6.0, 6.0], b=[3.0, 0.0, 2.0, 0.0], c=[1.0, 2.0, 0.0, 0.0]) == [
        2,
        3,
        3,
        -1,
    ]


def test_a_branch_is_computed_on_its_own_groups_only():
    here = world(groups={"prefecture": ["x", "x", "y", "y"]}, a=[1.0, 2.0, 3.0, 5.0], b=[0.0, 0.0, 2.0, 2.0])
    text = "total(a, by=prefecture) / total(b, by=prefecture) if total(b, by=prefecture) > 0 else -1"
    assert evaluate(parse(text), here, BY_PREFECTURE).tolist() == [-1, 2]
    assert county(text, here) == [-1, -1, 2, 2]


def test_a_branch_is_computed_for_all_only_when_it_is_taken():
    assert one("a / b if b > 0 else 0", a=1, b=0) == 0


def test_a_look_up_in_the_other_branch_is_no_error():
    here = world(groups={"tier": ["1", "9"]}, a=[1.0, 2.0])
    here.tables["t"] = Table("t", {("1",): 0.5})
    assert county('a * t[tier] if tier == "1" else 0', here) == [0.5, 0]


def test_a_mean_of_nobody_in_the_other_branch_is_no_error():
    assert county("mean(a, where=a > 9) if a > 9 else a", a=[1.0, 2.0]) == [1, 2]


def test_and_and_or_compute_both_sides():
    assert faults("1 if b > 0 and a / b > 1 else 0", a=[1.0, 1.0], b=[1.0, 0.0]) == [(1, "TC401", B)]


def test_a_text_chosen_by_a_condition_is_never_cut_short():
    rows = np.arange(40_000)
    here = world(a=np.where(rows < 20_000, 1.0, -1.0))
    chosen = evaluate(parse('"低" if a > 0 else "中高收入"'), here, COUNTY)
    assert {str(text) for text in chosen} == {"低", "中高收入"}
    assert [str(chosen[row]) for row in (0, 19_999, 20_000, 39_999)] == ["低", "低", "中高收入", "中高收入"]


# --- functions over many -------------------------------------------------------------------------------

EIGHT = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("total(a)", 40),
        ("mean(a)", 5),
        ("count()", 8),
        ("count(where=a > 4)", 4),
        ("largest(a)", 9),
        ("smallest(a)", 2),
        ('std(a, kind="population")', 2),
        ('std(a, kind="sample")', sqrt(32 / 7)),
        ("weighted_mean(a, b)", (2 * 3 + 9) / 4),
        ("weighted_mean(a, 1)", 5),
        ("total(a, where=a > 4)", 26),
        ("mean(a, where=a != 4)", 28 / 5),
        ("smallest(a, where=a > 4)", 5),
        ("total(a, where=a > 99)", 0),
        ("count(where=a > 99)", 0),
    ],
)
def test_a_figure_over_all_is_the_one_worked_out_by_hand(text, expected):
    here = world(a=EIGHT, b=[3.0, 0, 0, 0, 0, 0, 0, 1.0])
    assert evaluate(parse(text), here, ALL) == pytest.approx(expected, rel=1e-15)
    assert county(text, here) == [pytest.approx(expected, rel=1e-15)] * 8


def test_by_works_within_each_group_and_where_leaves_counties_out():
    here = world(groups={"prefecture": ["y", "x", "y", "x"]}, a=[1.0, 2.0, 3.0, 5.0], b=[1.0, 1.0, 0.0, 1.0])
    assert evaluate(parse("total(a, by=prefecture)"), here, BY_PREFECTURE).tolist() == [7, 4]
    assert evaluate(parse("count(by=prefecture)"), here, BY_PREFECTURE).tolist() == [2, 2]
    assert evaluate(parse("mean(a, by=prefecture, where=b > 0)"), here, BY_PREFECTURE).tolist() == [3.5, 1]
    assert evaluate(parse("1 + 1"), here, BY_PREFECTURE).tolist() == [2, 2]
    assert county("a / total(a, by=prefecture)", here) == [1 / 4, 2 / 7, 3 / 4, 5 / 7]
    assert county("share(a, by=prefecture)", here) == [1 / 4, 2 / 7, 3 / 4, 5 / 7]
    assert county("share(a, where=b > 0) if b > 0 else 0", here) == [1 / 8, 2 / 8, 0, 5 / 8]
    # a within each prefecture less the largest of all: an aggregate of an aggregate by group.
    assert county("total(a - mean(a, by=prefecture), where=b > 0)", here) == [-1] * 4


def test_figures_of_two_group_columns_meet_at_the_county():
    here = world(
        groups={"prefecture": ["x", "x", "y", "y"], "zone": ["p", "q", "p", "q"]}, a=[1.0, 2.0, 4.0, 8.0]
    )
    assert county("total(a, by=prefecture) + total(a, by=zone)", here) == [8, 13, 17, 22]


def test_a_figure_of_each_group_is_handed_to_its_counties():
    here = world(groups={"prefecture": ["y", "x", "y"]}, a=[1.0, 2.0, 3.0])
    here.by_group["need"] = ("prefecture", np.array([10.0, 20.0]))
    assert county("a * need", here) == [20, 20, 60]
    assert evaluate(parse("need + 1"), here, BY_PREFECTURE).tolist() == [11, 21]


def test_standardised_figures_are_those_worked_out_by_hand():
    found = county('standardize(a, kind="population")', a=EIGHT)
    assert found == pytest.approx([-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2], abs=1e-15)


@pytest.mark.parametrize(
    ("order", "ties", "expected"),
    [
        ("descending", "same", [1, 4, 1, 3]),
        ("descending", "average", [1.5, 4, 1.5, 3]),
        ("descending", "code", [2, 4, 1, 3]),
        ("ascending", "same", [3, 1, 3, 2]),
        ("ascending", "average", [3.5, 1, 3.5, 2]),
        ("ascending", "code", [4, 1, 3, 2]),
    ],
)
def test_equal_figures_share_a_rank_or_go_by_code(order, ties, expected):
    here = world(codes=["620105", "620104", "620102", "620103"], a=[5.0, 1.0, 5.0, 3.0])
    assert county(f'rank(a, order="{order}", ties="{ties}")', here) == expected


def test_ranks_are_counted_within_each_group_and_without_those_left_out():
    here = world(groups={"prefecture": ["x", "y", "x", "y"]}, a=[1.0, 2.0, 3.0, 2.0])
    assert county('rank(a, order="descending", ties="same", by=prefecture)', here) == [2, 1, 1, 1]
    text = 'rank(a, order="descending", ties="same", where=a < 3) if a < 3 else 0'
    assert county(text, here) == [3, 1, 0, 1]


@SMALL
@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=12),
    st.sampled_from(["ascending", "descending"]),
    st.sampled_from(["same", "average", "code"]),
    st.randoms(use_true_random=False),
)
def test_ranks_are_those_of_counting_and_do_not_depend_on_the_order_of_rows(figures, order, ties, random):
    rows = list(enumerate(figures))
    random.shuffle(rows)
    here = world(codes=[f"{code:06}" for code, _ in rows], a=[float(figure) for _, figure in rows])
    found = county(f'rank(a, order="{order}", ties="{ties}")', here)
    sign = 1 if order == "ascending" else -1
    for (code, figure), rank in zip(rows, found, strict=True):
        before = sum(sign * other < sign * figure for other in figures)
        equal = figures.count(figure)
        place = sum(other == figure for other in figures[:code])
        assert rank == before + {"same": 1, "average": (equal + 1) / 2, "code": place + 1}[ties]


# --- tables and schedules ------------------------------------------------------------------------------


def test_a_table_is_looked_up_by_one_key():
    here = world(groups={"tier": ["1", "甲", "1"]}, a=[3.0, 2.5, 3.0])
    here.tables["t"] = Table("t", {("1",): 0.1, ("甲",): 0.2, ("3",): 0.3, ("2.5",): 0.4})
    assert county("t[tier]", here) == [0.1, 0.2, 0.1]
    assert county("t['甲'] + 0", here) == [0.2] * 3
    assert county("t[3] + 0", here) == [0.3] * 3
    assert county("t[a]", here) == [0.3, 0.4, 0.3]


def test_a_table_is_looked_up_by_two_keys_in_their_order():
    here = world(groups={"tier": ["1", "2", "1"], "kind": ["x", "x", "y"]})
    here.tables["t"] = Table(
        "t", {("1", "x"): 1.0, ("2", "x"): 2.0, ("1", "y"): 3.0, ("2", "y"): 4.0, ("x", "1"): 99.0}
    )
    here.single["mode"] = "y"
    assert county("t[tier, kind]", here) == [1, 2, 3]
    assert county("t[tier, mode]", here) == [3, 4, 3]
    assert county("t['2', kind]", here) == [2, 2, 4]
    assert evaluate(parse("t[2, 'y']"), here, ALL) == 4


def with_relief(inclusive, values, starts=(0.0, 50.0, 100.0)):
    here = world(a=values)
    here.schedules["relief"] = Brackets("relief", np.array(starts), np.array([0.1, 0.2, 0.3]), inclusive)
    return here


@pytest.mark.parametrize(
    ("inclusive", "values", "rates"),
    [
        ("from", [0.0, 49.99, 50.0, 99.99, 100.0, 1e9], [0.1, 0.1, 0.2, 0.2, 0.3, 0.3]),
        ("to", [0.01, 50.0, 50.01, 100.0, 100.01, 1e9], [0.1, 0.1, 0.2, 0.2, 0.3, 0.3]),
    ],
)
def test_a_figure_equal_to_a_limit_belongs_where_the_law_says(inclusive, values, rates):
    assert county("brackets(a, relief)", with_relief(inclusive, values)) == rates


@pytest.mark.parametrize("inclusive", ["from", "to"])
def test_each_part_of_a_figure_counts_at_the_rate_of_its_own_bracket(inclusive):
    here = with_relief(inclusive, [-5.0, 0.0, 50.0, 80.0, 100.0, 250.0])
    # 80: 50 × 0.1 + 30 × 0.2. 250: 50 × 0.1 + 50 × 0.2 + 150 × 0.3.
    assert county("graduated(a, relief)", here) == pytest.approx([0, 0, 5, 11, 15, 60], rel=1e-14)
    # What lies below the first bracket counts nothing: 10 × 0.1 + 50 × 0.2 for 110.
    here = with_relief(inclusive, [30.0, 50.0, 110.0], starts=(40.0, 50.0, 200.0))
    assert county("graduated(a, relief)", here) == pytest.approx([0, 1, 13], rel=1e-14)


def test_a_figure_in_no_bracket_is_a_fault():
    below = Schedule("brackets", A, "relief")
    assert faults("brackets(a, relief)", with_relief("from", [0.0, -0.01])) == [(1, "TC404", below)]
    assert faults("brackets(a, relief)", with_relief("to", [0.0, 0.01])) == [(0, "TC404", below)]


# --- faults --------------------------------------------------------------------------------------------


def test_a_division_by_zero_names_its_counties_and_the_denominator():
    assert faults("a / b + 1", a=[1.0, 0.0, 2.0], b=[0.0, 0.0, 1.0]) == [(0, "TC401", B), (1, "TC401", B)]
    assert faults("1 / (a - b)", a=[1.0, 2.0], b=[0.0, 2.0]) == [(1, "TC401", Arithmetic("-", A, B))]


def test_what_is_not_a_number_and_what_is_too_large_have_their_own_codes():
    assert faults("sqrt(a)", a=[1.0, -1.0]) == [(1, "TC402", Call("sqrt", (A,)))]
    assert faults("ln(a)", a=[0.0, 1.0]) == [(0, "TC402", Call("ln", (A,)))]
    assert faults("exp(a)", a=[1.0, 1000.0]) == [(1, "TC403", Call("exp", (A,)))]
    assert faults("a * a", a=[1e200, 1.0]) == [(0, "TC403", Arithmetic("*", A, A))]
    assert faults("a / b", a=[1e300], b=[1e-300]) == [(0, "TC403", Arithmetic("/", A, B))]


def test_a_missing_key_names_its_county_and_the_key():
    here = world(groups={"tier": ["1", "9"], "kind": ["x", "x"]})
    here.tables["t"] = Table("t", {("1", "x"): 1.0})
    with pytest.raises(FaultyError) as caught:
        evaluate(parse("t[tier, kind]"), here, COUNTY)
    (found,) = caught.value.faults
    assert (found.row, found.code) == (1, "TC404")
    assert dict(found.details) == {"table": "t", "key": "9/x", "known": "1/x"}


@pytest.mark.parametrize(
    "text",
    [
        "mean(a, where=a > 9)",
        "largest(a, where=a > 9)",
        "smallest(a, where=a > 9)",
        "weighted_mean(a, a - a)",
        'std(a, kind="sample", where=a == 1)',
    ],
)
def test_a_figure_of_nobody_is_a_fault(text):
    assert [code for _, code, _ in faults(text, world(a=[1.0, 2.0]), ALL)] == ["TC405"]


@pytest.mark.parametrize("text", ["share(a - a)", 'standardize(a - a, kind="population")'])
def test_a_figure_of_each_county_that_cannot_exist_is_a_fault_of_each(text):
    assert [(row, code) for row, code, _ in faults(text, a=[1.0, 2.0])] == [(0, "TC405"), (1, "TC405")]


def test_a_rank_of_a_county_left_out_is_a_fault_of_that_county():
    found = faults('rank(a, order="ascending", ties="same", where=a > 1)', a=[1.0, 2.0])
    assert [(row, code) for row, code, _ in found] == [(0, "TC405")]


def test_a_fault_of_a_group_names_the_group():
    here = world(groups={"prefecture": ["y", "x", "y"]}, a=[1.0, 2.0, 3.0], b=[1.0, 0.0, 0.0])
    found = faults("total(a, by=prefecture) / total(b, by=prefecture)", here, BY_PREFECTURE)
    assert found == [(0, "TC401", Aggregate("total", (B,), "prefecture"))]


def test_a_fault_within_an_aggregate_names_its_counties():
    here = world(a=[1.0, 2.0], b=[1.0, 0.0])
    assert faults("total(a / b)", here, ALL) == [(1, "TC401", B)]


def test_a_fault_of_all_names_no_county():
    here = world(a=[1.0, -1.0])
    assert faults("1 / total(a)", here, ALL) == [(None, "TC401", Aggregate("total", (A,)))]


def test_a_fault_names_the_branch_that_was_taken():
    # Row 0 takes the root of -1; that b is 0 there does not matter.
    text = "sqrt(a) if c > 0 else a / b"
    found = faults(text, a=[-1.0, 1.0], b=[0.0, 1.0], c=[1.0, 0.0])
    assert found == [(0, "TC402", Call("sqrt", (A,)))]


def test_a_fault_in_the_second_branch_is_not_blamed_on_the_first():
    found = faults("a / b if c > 0 else ln(a)", a=[-1.0, 1.0], b=[0.0, 1.0], c=[0.0, 1.0])
    assert found == [(0, "TC402", Call("ln", (A,)))]


def test_faults_are_found_in_every_block_of_rows():
    divisor = np.ones(40_000)
    divisor[list(BLOCK_EDGES)] = 0
    found = faults("a / b", a=np.ones(40_000), b=divisor)
    assert found == [(row, "TC401", B) for row in BLOCK_EDGES]


def test_twenty_faults_are_named_and_the_rest_counted():
    divisor = np.ones(1_000)
    divisor[::40] = 0
    with pytest.raises(FaultyError) as caught:
        evaluate(parse("1 / b"), world(b=divisor), COUNTY)
    assert [found.row for found in caught.value.faults] == list(range(0, 800, 40))
    assert caught.value.more == 5


# --- many rows -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many():
    """40,000 counties, more than two blocks, as plain numpy columns."""
    random = np.random.default_rng(20240701)
    return {
        "need": random.lognormal(8, 1, 40_000),
        "revenue": random.lognormal(7.5, 1.2, 40_000),
        "population": np.where(random.random(40_000) < 0.01, 0.0, random.integers(1, 10**6, 40_000)),
        "prefecture": random.choice(["620100", "620200", "620300"], 40_000),
    }


def test_a_formula_over_40_000_rows_is_plain_numpy(many):
    here = world(groups={"prefecture": many["prefecture"]}, **{k: many[k] for k in ("need", "revenue")})
    here.single["rate"] = np.float64(0.35)
    found = evaluate(parse("max(need - revenue, 0) * rate + clip(need, 100, 5000) / 3"), here, COUNTY)
    gap = np.where(many["need"] > many["revenue"], many["need"] - many["revenue"], 0)
    assert found.shape == (40_000,)
    assert np.array_equal(found, gap * 0.35 + np.clip(many["need"], 100, 5000) / 3)


def test_totals_over_40_000_rows_are_plain_sums(many):
    here = world(groups={"prefecture": many["prefecture"]}, need=many["need"])
    assert evaluate(parse("total(need)"), here, ALL) == fsum(many["need"])
    expected = [fsum(many["need"][many["prefecture"] == code]) for code in ("620100", "620200", "620300")]
    assert evaluate(parse("total(need, by=prefecture)"), here, BY_PREFECTURE).tolist() == expected


def test_a_conditional_over_40_000_rows_computes_each_branch_on_its_own_rows(many):
    here = world(need=many["need"], population=many["population"])
    found = evaluate(parse("need / population if population > 0 else -need"), here, COUNTY)
    inhabited = many["population"] > 0
    assert 0 < (~inhabited).sum() < 1_000
    assert np.array_equal(found[inhabited], many["need"][inhabited] / many["population"][inhabited])
    assert np.array_equal(found[~inhabited], -many["need"][~inhabited])


def test_a_county_without_rows_has_no_figures():
    assert county("a + 1", a=np.empty(0)) == []


# --- sums ----------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    st.lists(st.integers(-(10**14), 10**14).map(lambda cents: cents / 100), min_size=1, max_size=40),
    st.sampled_from([7, 4_096, 4_097, 8_192, 8_193, 12_288, 20_001]),
    st.integers(0, 2**32 - 1),
)
def test_a_sum_is_rounded_once_and_independent_of_the_order(some, size, seed):
    random = np.random.default_rng(seed)
    values = random.choice(some, size)
    expected = fsum(values)
    assert exact_sum(values) == expected
    assert exact_sum(random.permutation(values)) == expected
    assert exact_sum(np.sort(values)[::-1]) == expected


@pytest.mark.parametrize("spread", [0, 4, 8, 20])
def test_a_sum_that_cancels_out_is_exact(spread):
    random = np.random.default_rng(spread)
    values = random.standard_normal(20_000) * 10.0 ** random.integers(-spread, spread + 1, 20_000)
    values = random.permutation(np.concatenate([values, -values, [1.0, 1e-9]]))
    assert exact_sum(values) == 1.000000001


def test_a_sum_of_nothing_is_zero_and_a_sum_of_no_number_is_none():
    assert exact_sum(np.empty(0)) == 0
    assert np.isnan(exact_sum(np.array([1.0, np.nan])))
    assert exact_sum(np.array([1.0, np.inf])) == np.inf
    assert np.isnan(exact_sum(np.array([np.inf, -np.inf])))


def test_a_sum_does_not_change_its_values():
    values = np.arange(20_000.0)
    assert exact_sum(values) == 199_990_000
    assert np.array_equal(values, np.arange(20_000.0))
    assert exact_sum(values[::2]) == 99_990_000
