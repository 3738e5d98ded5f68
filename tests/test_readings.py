"""Every reading of a formula has an answer for every kind of node, and fails loudly for others."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st

from transfer_calc.language.check import COUNTY, Scope, Shape
from transfer_calc.language.evaluate import evaluate
from transfer_calc.language.latex import latex
from transfer_calc.language.nodes import (
    NODE_KINDS,
    Arithmetic,
    Convert,
    Literal,
    Name,
    Negative,
    Number,
)
from transfer_calc.language.parse import parse
from transfer_calc.language.prose import prose
from transfer_calc.language.world import Brackets, Grouping, Table, World
from transfer_calc.text import Text

WORLD = World(
    codes=np.array(["620102", "620103", "620104"]),
    columns={
        "a": np.array([1.0, 2.0, 3.0]),
        "b": np.array([4.0, 4.0, 2.0]),
        "c": np.array([True, False, True]),
    },
    groups={"prefecture": Grouping.of(np.array(["east", "east", "west"]))},
    tables={"t": Table("t", {("east",): 1.0, ("west",): 2.0})},
    schedules={"s": Brackets("s", np.array([0.0, 2.0]), np.array([0.1, 0.2]), "from")},
)

# One expression of each kind of node, with its figures worked by hand.
SAMPLES = {
    Number("1"): [1, 1, 1],
    Literal("east"): ["east"] * 3,
    Name("a"): [1, 2, 3],
    parse("-a"): [-1, -2, -3],
    parse("a + b"): [5, 6, 5],
    parse("a >= b"): [False, False, True],
    parse("c and a < b"): [True, False, False],
    parse("not c"): [False, True, False],
    parse("a if c else b"): [1, 4, 3],
    parse("max(a, b)"): [4, 4, 3],
    parse("total(a, by=prefecture, where=c)"): [1, 1, 3],
    parse("t[prefecture]"): [1, 1, 2],
    parse("brackets(a, s)"): [0.1, 0.2, 0.2],
    Convert(Name("a"), 10_000, 1, "万元", "元"): [10_000, 20_000, 30_000],
}


def read_by_numpy(node):
    figures = np.broadcast_to(evaluate(node, WORLD, COUNTY), (3,)).tolist()
    assert figures == SAMPLES.get(node), node
    return str(figures)


def read_as_prose(node):
    said = prose(node, lambda name: Text(name, name))
    assert said.zh
    return said.en


def read_by_excel(node):
    """On a sheet where every name stands in a column of its own; what Excel makes of it, others test."""
    excel = pytest.importorskip("transfer_calc.language.excel")
    from transfer_calc.language.excel_addresses import (
        ROW,
        Addresses,
        GroupPlace,
        Reference,
        SchedulePlace,
        TablePlace,
    )

    def column(letter):
        return Reference(f"${letter}{ROW}", f"${letter}$5:${letter}$7")

    kinds = {"a": "number", "b": "number", "c": "truth", "prefecture": "text"}
    addresses = Addresses(
        scope=Scope(
            values={name: Shape(kind, COUNTY) for name, kind in kinds.items()},
            tables={"t": 1},
            schedules=frozenset({"s"}),
            groups=frozenset({"prefecture"}),
        ),
        figures={name: column(letter) for name, letter in zip(kinds, "ABCD", strict=True)},
        codes=column("Z"),
        reserve=lambda name, level: Reference(f"{name}@{level}", f"{name}@{level}"),
        groups={"prefecture": GroupPlace(column("D"), column("K"))},
        tables={"t": TablePlace(("$M$1:$M$2",), "$N$1:$N$2")},
        schedules={"s": SchedulePlace("$P$1:$P$2", "$Q$1:$Q$2", "$R$1:$R$2", "from")},
        factors={10_000: "in_10000"},
    )
    return excel.write(node, addresses, COUNTY, "x").at(5).removeprefix("=")


# A further reading is one further line: from a node to a text that is not empty.
READINGS = {
    "numpy": read_by_numpy,
    "excel": read_by_excel,
    "latex": lambda node: latex(node, str),
    "prose": read_as_prose,
}


def test_there_is_one_sample_of_every_kind():
    assert [type(node) for node in SAMPLES] == list(NODE_KINDS)


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("node", SAMPLES, ids=lambda node: type(node).__name__)
def test_every_kind_of_node_has_every_reading(node, reading):
    assert READINGS[reading](node)


@dataclass(frozen=True)
class Power:
    """A kind of node that the language does not have."""


@pytest.mark.parametrize("reading", ["latex", "prose"])
def test_an_unknown_kind_of_node_fails_loudly(reading):
    with pytest.raises(AssertionError, match="Power"):
        READINGS[reading](Negative(Power()))


# For the readings that write arithmetic: any tree, and its exact value.

LETTERS = {"a": Fraction(2), "b": Fraction(-3), "c": Fraction(5, 7)}


def arithmetic():
    leaves = st.sampled_from(sorted(LETTERS)).map(Name)
    return st.recursive(
        leaves,
        lambda below: st.one_of(
            below.map(Negative),
            st.builds(Arithmetic, st.sampled_from("+-*/"), below, below),
        ),
        max_leaves=8,
    )


def exact(node):
    """The value of a tree; trees that divide by zero are passed over."""
    match node:
        case Name(name=name):
            return LETTERS[name]
        case Negative(operand=operand):
            return -exact(operand)
        case Arithmetic(operator=operator, left=left, right=right):
            first, second = exact(left), exact(right)
            assume(operator != "/" or second != 0)
            return {
                "+": lambda: first + second,
                "-": lambda: first - second,
                "*": lambda: first * second,
                "/": lambda: first / second,
            }[operator]()
    raise AssertionError(node)
