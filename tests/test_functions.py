"""The examples of the function table, computed: what the language reference says is what happens."""

from __future__ import annotations

import numpy as np
import pytest

from transfer_calc.language.check import COUNTY, Scope, Shape, check
from transfer_calc.language.evaluate import evaluate
from transfer_calc.language.functions import EXAMPLE_BRACKETS, EXAMPLE_COLUMNS, FUNCTIONS
from transfer_calc.language.parse import parse
from transfer_calc.language.world import Brackets, Grouping, World

STARTS, RATES = (np.array(column) for column in zip(*EXAMPLE_BRACKETS, strict=True))
SCOPE = Scope(
    {"x": Shape("number", COUNTY), "y": Shape("number", COUNTY), "area": Shape("text", COUNTY)},
    {},
    frozenset({"award"}),
    frozenset({"area"}),
)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)
def test_the_example_of_a_function_gives_its_figures(function):
    text, expected = function.example
    assert f"{function.name}(" in text
    world = World(
        np.array(["1", "2", "3", "4"]),
        columns={name: np.array(EXAMPLE_COLUMNS[name]) for name in ("x", "y")},
        groups={"area": Grouping.of(np.array(EXAMPLE_COLUMNS["area"]))},
        schedules={"award": Brackets("award", STARTS, RATES, "from")},
    )
    node = parse(text)
    level = check(node, SCOPE).level
    found = evaluate(node, world, level)
    if level.kind == "group":
        found = found[world.groups["area"].codes]
    assert np.broadcast_to(found, (4,)).tolist() == pytest.approx(list(expected), rel=1e-15)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)
def test_a_function_is_described_in_both_languages(function):
    for text in (function.about, function.units, function.errors):
        assert text.zh
        assert text.en
