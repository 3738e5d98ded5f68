"""Random formulas, and the land that they are computed on."""

from __future__ import annotations

from functools import cache

from exact import Land
from hypothesis import strategies as st

from transfer_calc.language.nodes import (
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
)

# Figures with ties, zeros, negatives, bracket edges and decimals that have no exact double.
LAND = Land(
    codes=["620102", "620103", "620104", "620202", "620302", "620321", "620402", "620403"],
    columns={
        "甲": [120.5, 0.0, -37.25, 120.5, 8.1, 1000.0, 64.0, 2.675],
        "乙": [3.0, 7.5, 0.0, 0.1, 250.0, -12.0, 3.0, 99.9],
        "丙": [1.0, 2.0, 2.0, 1.0, 3.0, 2.0, 1.0, 3.0],
        "丁": [0.35, 0.72, 0.9, 0.11, 0.5, 0.285, 0.6, 0.44],
    },
    truths={"特": [True, False, True, True, False, False, False, True]},
    groups={
        "市": ["兰州", "兰州", "兰州", "金昌", "金昌", "金昌", "金昌", "白银"],
        "类": ["A", "a", "A", "b*", "b1", "01", "1", "A"],
    },
    by_group={
        "市数": ("市", {"兰州": 15.5, "金昌": 40.0, "白银": -3.0}),
        "类数": ("类", {"A": 1.5, "a": 2.5, "b*": 3.5, "b1": 4.5, "01": 5.5, "1": 6.5}),
    },
    singles={"比": 0.45, "额": 5000.0, "零": 0.0, "底": 0.011},
    tables={
        "系数": {("兰州",): 1.1, ("金昌",): 0.85, ("1",): 2.0, ("2",): 4.0},
        "难表": {("A",): 1.2, ("a",): 0.7, ("b*",): 2.2, ("01",): 9.0, ("1",): 3.5},
        "双表": {
            ("兰州", "1"): 1.0,
            ("兰州", "2"): 2.5,
            ("金昌", "1"): 3.25,
            ("金昌", "2"): 0.1,
            ("金昌", "3"): 7.0,
        },
        # Not in order of length: the longest key that fits applies wherever it stands.
        "区划": {("21",): 3.0, ("2102",): 4.5, ("2",): 0.25, ("兰",): 1.5, ("a",): 7.0, ("1",): 6.0},
    },
    by_prefix=frozenset({"区划"}),
    schedules={
        "自": ([0.0, 3.0, 64.0, 500.0], [0.03, 0.1, 0.2, 0.25], "from"),
        "至": ([0.0, 3.0, 64.0, 500.0], [0.9, 0.6, 0.5, 0.1], "to"),
    },
)
COUNTY_NAMES = st.sampled_from([Name(name) for name in LAND.columns])
NAMES = st.sampled_from([Name(name) for name in (*LAND.columns, *LAND.by_group, *LAND.singles)])
GROUPS = st.sampled_from(sorted(LAND.groups))
DIGITS = st.sampled_from([Number(text) for text in "0123"])
OPTIONS = {
    "std": st.sampled_from([(("kind", "population"),), (("kind", "sample"),)]),
    "standardize": st.sampled_from([(("kind", "population"),), (("kind", "sample"),)]),
    "rank": st.tuples(
        st.sampled_from(["ascending", "descending"]), st.sampled_from(["same", "average", "code"])
    ).map(lambda chosen: (("order", chosen[0]), ("ties", chosen[1]))),
}
AGGREGATES = (
    "total", "mean", "weighted_mean", "count", "largest", "smallest", "std", "rank", "share", "standardize",
)  # fmt: skip
CONVERSIONS = ((10_000, 1, "万元", "元"), (1, 10_000, "元", "万元"), (100_000_000, 10_000, "亿元", "万元"))


@cache
def truths(depth):
    compared = st.builds(
        Comparison, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), COUNTY_NAMES, numbers(depth - 1)
    )
    texts = st.builds(
        Comparison,
        st.sampled_from(["==", "!="]),
        st.just(Name("类")),
        st.sampled_from([Literal(text) for text in ("A", "b*", "1", '"')]),
    )
    simple = st.one_of(compared, texts, st.just(Name("特")))
    if depth <= 1:
        return simple
    below = truths(depth - 1)
    logic = st.builds(Logic, st.sampled_from(["and", "or"]), st.tuples(below, below))
    return st.one_of(simple, logic, st.builds(Not, below))


@cache
def county_numbers(depth):
    """Figures of the county level, as an aggregate wants them."""
    if depth <= 0:
        return COUNTY_NAMES
    mixed = st.builds(Arithmetic, st.sampled_from("+-*/"), COUNTY_NAMES, numbers(depth - 1))
    return st.one_of(COUNTY_NAMES, mixed)


@cache
@st.composite
def aggregates(draw, depth):
    function = draw(st.sampled_from(AGGREGATES))
    where = draw(st.one_of(st.none(), truths(min(depth, 2)))) if function != "count" else draw(truths(2))
    by = draw(st.one_of(st.none(), GROUPS))
    values = {"count": 0, "weighted_mean": 2}.get(function, 1)
    arguments = tuple(draw(county_numbers(depth - 1)) for _ in range(values))
    options = draw(OPTIONS[function]) if function in OPTIONS else ()
    return Aggregate(function, arguments, by, where, options)


@cache
@st.composite
def lookups(draw):
    table = draw(st.sampled_from(sorted(LAND.tables)))
    if table == "系数":
        return Lookup(table, (draw(st.sampled_from([Name("市"), Name("丙"), Number("1"), Literal("金昌")])),))
    if table == "难表":
        return Lookup(table, (draw(st.sampled_from([Name("类"), Literal("a"), Name("丙")])),))
    if table == "区划":
        keys = [Name("丙"), Name("市"), Name("类"), Literal("210203"), Literal("21"), Number("21")]
        return Lookup(table, (draw(st.sampled_from(keys)),))
    return Lookup(table, (Name("市"), draw(st.sampled_from([Name("丙"), Number("2")]))))


@cache
def numbers(depth):
    if depth <= 0:
        return st.one_of(NAMES, NAMES, st.sampled_from([Number("0"), Number("1")]))
    below = numbers(depth - 1)
    return st.one_of(
        NAMES,
        st.builds(Negative, below),
        st.builds(Arithmetic, st.sampled_from("+-*/"), below, below),
        st.builds(Arithmetic, st.sampled_from("+-*/"), below, below),
        st.builds(Conditional, truths(depth), below, below),
        st.builds(Conditional, truths(depth), below, below),
        st.builds(Call, st.sampled_from(["min", "max"]), st.lists(below, min_size=2, max_size=3).map(tuple)),
        st.builds(Call, st.just("clip"), st.tuples(below, below, below)),
        st.builds(Call, st.sampled_from(["abs", "floor", "ceil", "ln", "exp", "sqrt"]), st.tuples(below)),
        st.builds(Call, st.just("round"), st.tuples(below, DIGITS)),
        aggregates(depth),
        aggregates(depth),
        lookups(),
        st.builds(Schedule, st.sampled_from(["brackets", "graduated"]), below, st.sampled_from(["自", "至"])),
        st.builds(lambda operand, chosen: Convert(operand, *chosen), below, st.sampled_from(CONVERSIONS)),
    )


def is_of_county(node, scope):
    from transfer_calc.issues import MethodError
    from transfer_calc.language.check import COUNTY, check

    try:
        return check(node, scope).level == COUNTY
    except MethodError:
        return False
