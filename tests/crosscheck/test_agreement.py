"""Three readings of the same formulas: numpy, exact fractions, and LibreOffice on the written workbook."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from drawing import LAND, is_of_county, numbers
from exact import Exact, RefusedError, TooCloseError, UndefinedError
from hypothesis import HealthCheck, Phase, given, settings
from libreoffice import Workbook, is_error, scope_of, world_of

from transfer_calc.language.check import COUNTY
from transfer_calc.language.evaluate import evaluate
from transfer_calc.language.faults import FaultyError
from transfer_calc.language.nodes import NODE_KINDS, Aggregate, Conditional, Name, Number, walk

ENOUGH = 1_000
PER_BOOK = 400
TOLERANCE = Fraction(1, 10**12)
ERROR = "error"
soffice = pytest.mark.external("soffice")


def by_numpy(node, world):
    """Row by row: a number, or `ERROR`."""
    try:
        return evaluate(node, world, COUNTY).tolist()
    except FaultyError:
        pass
    found = []
    for row in range(world.rows):
        # Only this row takes the branch; the others are not computed and cannot fail.
        world.columns["此行"] = np.arange(world.rows) == row
        try:
            found.append(float(evaluate(Conditional(Name("此行"), node, Number("0")), world, COUNTY)[row]))
        except FaultyError:
            found.append(ERROR)
    return found


def by_fractions(node, land):
    """Row by row: a `Value`, or `ERROR`; `None` where doubles cannot be expected to decide."""
    exact = Exact(land)
    found = []
    for row in exact.all_rows():
        try:
            found.append(exact.value(node, row))
        except UndefinedError:
            found.append(ERROR)
        except TooCloseError:
            found.append(None)
    return found


def apart(figure, value):
    """Difference relative to the largest magnitude inside the evaluation."""
    return abs(Fraction(figure) - value.figure) / max(value.magnitude, Fraction(1, 10**300))


@pytest.fixture(scope="module")
def drawn():
    """Distinct formulas of the county level, the same in every run, with their exact values."""
    found, scope = {}, scope_of(LAND)

    @settings(
        max_examples=6 * ENOUGH,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(numbers(3))
    def collect(node):
        if len(found) >= ENOUGH + 100 or node in found or not is_of_county(node, scope):
            return
        try:
            values = by_fractions(node, LAND)
        except RefusedError:
            return
        if any(value is not None for value in values):
            found[node] = values

    collect()
    return found


def test_drawn_formulas_reach_every_node_and_function(drawn):
    assert len(drawn) >= ENOUGH
    parts = [part for node in drawn for part in walk(node)]
    assert {type(part) for part in parts} == set(NODE_KINDS)
    functions = Counter(part.function for part in parts if isinstance(part, Aggregate))
    assert len(functions) == 10
    assert min(functions.values()) >= 10, functions


def test_numpy_agrees_with_fractions(drawn):
    world, worst = world_of(LAND), Fraction(0)
    for node, values in drawn.items():
        for row, (figure, value) in enumerate(zip(by_numpy(node, world), values, strict=True)):
            if value is None:
                continue
            assert (figure == ERROR) == (value == ERROR), (node, row, figure, value)
            if value != ERROR:
                worst = max(worst, apart(figure, value))
                assert apart(figure, value) <= TOLERANCE, (node, row, figure, float(value.figure))
    assert worst < Fraction(1, 10**14)


@soffice
def test_libreoffice_agrees_with_fractions(drawn, tmp_path):
    nodes, worst, cells, errors, different = list(drawn), Fraction(0), 0, 0, []
    for start in range(0, len(nodes), PER_BOOK):
        book = Workbook(tmp_path / f"book{start}.xlsx", LAND)
        chosen = {f"式{number}": node for number, node in enumerate(nodes[start : start + PER_BOOK])}
        texts = {name: book.add(name, node) for name, node in chosen.items()}
        found = book.values(tmp_path)
        for name, node in chosen.items():
            for row, (figure, value) in enumerate(zip(found[name], drawn[node], strict=True)):
                if value is None:
                    continue
                if is_error(figure) or value == ERROR:
                    errors += 1
                    right = is_error(figure) and value == ERROR
                else:
                    cells += 1
                    worst = max(worst, apart(figure, value))
                    right = apart(figure, value) <= TOLERANCE
                if not right:
                    shown = value if value == ERROR else float(value.figure)
                    different.append((row, figure, shown, texts[name], node))
    figures = f"{len(nodes)} formulas, {cells} figures, {errors} errors, worst {float(worst):.1e}"
    assert not different, "\n".join(map(str, different[:10]))
    assert cells >= 5 * ENOUGH, figures
    assert errors >= ENOUGH // 2, figures
