"""The reference of the budget file says all of it, and what its matrix promises is so."""

from __future__ import annotations

import json
import re
import sys
from typing import get_args

import numpy as np
import pandas as pd
import pytest
import yaml
from paths import ROOT

sys.path.insert(0, str(ROOT / "docs"))

from budget_pages import LETTERS, budget_pages, budget_schemas, meaning, page_name
from budget_words import COUNTS_AS, EXAMPLES, FIELDS, PARTS, SECTIONS

from transfer_calc.allocation.supported import KINDS as HARDNESS
from transfer_calc.allocation.supported import OBJECTIVES as AIMS
from transfer_calc.allocation.supported import SUPPORTED, kind_of
from transfer_calc.budget import Budget, constraints, objectives, parts
from transfer_calc.budget.kinds import KINDS, OBJECTIVES
from transfer_calc.budget.matching import Matching
from transfer_calc.issues import AllocationError
from transfer_calc.method.yaml_file import read_yaml
from transfer_calc.text import LANGUAGES

BUDGETS = sorted((ROOT / "examples/budgets").glob("*.yaml"))
FORMS = {
    form.model_fields["kind"].annotation.__args__[0]: form
    for union in (constraints.AnyConstraint, objectives.AnyObjective)
    for form in get_args(get_args(union)[0])
} | {"pool": parts.Pool, "pots": parts.Pots, "matching": Matching}


@pytest.fixture(scope="module")
def pages():
    return {path.name: text for path, text in budget_pages().items()}


# --- the page ----------------------------------------------------------------------------------------


def test_the_pages_are_up_to_date(pages):
    for name, text in pages.items():
        assert (ROOT / "docs/reference" / name).read_text(encoding="utf-8") == text


def test_every_objective_and_constraint_of_the_form_is_described():
    assert set(FORMS) == {*KINDS, *OBJECTIVES} == set(EXAMPLES) - {"own"}


@pytest.mark.parametrize("kind", sorted(FORMS))
def test_every_field_of_the_form_stands_on_the_page_with_its_meaning(kind, pages):
    fields = set(FORMS[kind].model_fields) - {"kind"} - ({"title"} if kind == "matching" else set())
    described = {**KINDS, **OBJECTIVES}[kind]
    assert set(described.fields) == fields
    for lang in LANGUAGES:
        section = pages[page_name(lang)].split(f"`{kind}`\n\n", 1)[1].split("\n##", 1)[0]
        assert described.latex in section
        for name in fields:
            assert f"| `{name}` | {meaning(kind, name)[lang]} |" in section


def test_no_meaning_is_written_for_a_field_that_there_is_not():
    known = {name for kind in (*KINDS.values(), *OBJECTIVES.values()) for name in kind.fields}
    assert {name.rsplit(".", maxsplit=1)[-1] for name in FIELDS} == known


def test_every_section_of_the_file_is_described():
    assert set(SECTIONS) == set(Budget.model_fields)
    forms = {
        "parameters": parts.Parameter,
        "figures": parts.Derived,
        "target": parts.MethodTarget,
        "settle": parts.Settle,
    }
    assert {name: set(fields) for name, (_, fields) in PARTS.items()} == {
        name: set(form.model_fields) for name, form in forms.items()
    }


def test_both_pages_have_the_same_headings_formulas_and_examples(pages):
    def shape(text):
        return (
            [line.split()[0] for line in text.splitlines() if line.startswith("#")],
            re.findall(r"^```\w+\n.*?^```$", text, flags=re.DOTALL | re.MULTILINE),
            text.count("\n| "),
        )

    assert shape(pages["budgets.md"]) == shape(pages["budgets.zh.md"])
    assert pages["budgets.md"].splitlines()[0] == "[中文](budgets.zh.md)"
    assert pages["budgets.zh.md"].splitlines()[0] == "[English](budgets.md)"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_matrix_on_the_page_is_what_the_engine_supports(lang, pages):
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in pages[page_name(lang)].splitlines()
        if line.startswith("| **")
    ]
    routes = {letter: route for route, letter in LETTERS.items()}
    assert len(rows) == len(HARDNESS) == 6
    for (kind, title), (head, *cells) in zip(HARDNESS.items(), rows, strict=True):
        assert head.startswith(f"**{title[lang]}**: ")
        found = [tuple(routes[one] for one in cell.split(", ") if one != "—") for cell in cells]
        assert found == [SUPPORTED[aim][kind] for aim in AIMS]


# --- the schema --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", BUDGETS, ids=lambda path: path.stem)
def test_every_example_fits_the_schema_for_editors(path):
    jsonschema = pytest.importorskip("jsonschema")
    schemas = {where.name: json.loads(text) for where, text in budget_schemas().items()}
    # As an editor reads it: `on` is a word, dates are texts.
    data = json.loads(json.dumps(read_yaml(path).data, default=str))
    schema = schemas["matching.schema.json" if "supporters" in data else "budget.schema.json"]
    jsonschema.Draft202012Validator(schema).validate(data)
    wrong = {**data, "settle": "no"} if "settle" in data else {**data, "least": "no"}
    assert not jsonschema.Draft202012Validator(schema).is_valid(wrong)


# --- what the matrix promises ------------------------------------------------------------------------

INPUTS = yaml.safe_load("""
prefecture: {zh: 市州, en: Prefecture, kind: group}
tier: {zh: 级次, en: Tier, kind: group}
old_base: {zh: 革命老区, en: Old base, kind: flag}
border: {zh: 边境, en: Border, kind: flag}
formula: {zh: 测算, en: Formula, unit: 万元}
last_year: {zh: 上年数, en: Last year, unit: 万元}
population: {zh: 人口, en: Population, unit: 人}
basic_need: {zh: 三保需求, en: Basic need, unit: 万元}
own: {zh: 自有财力, en: Own resources, unit: 万元}
one_each: {zh: 甲, en: A, unit: 元/人}
two_each: {zh: 乙, en: B, unit: 元/人}
""")
TABLE = pd.DataFrame(
    {
        "prefecture": ["庆阳市", "庆阳市", "定西市", "定西市", "兰州市", "兰州市"],
        "tier": ["县级", "县级", "县级", "县级", "省级", "省级"],
        "old_base": [True, True, True, False, True, False],
        "border": [False, True, True, True, False, True],
        "formula": [300.0, 250, 220, 180, 120, 130],
        "last_year": [200.0, 190, 190, 160, 130, 110],
        "population": [20_000.0, 20_000, 10_000, 10_000, 30_000, 30_000],
        "basic_need": [900.0, 800, 600, 450, 700, 500],
        "own": [500.0, 480, 350, 250, 600, 450],
        "one_each": [100.0] * 6,
        "two_each": [90.0] * 6,
    },
    index=pd.Index(["620101", "620102", "620103", "620104", "620105", "620106"], name="code"),
)
POT = {"amount": "1000", "unit": "万元", "spend": "exact"}
CROSSED = yaml.safe_load(
    """
- {kind: group, where: old_base, min: "200", name: {zh: 甲, en: a}}
- {kind: group, where: border, min: "200", name: {zh: 乙, en: b}}
"""
)
PRICED = yaml.safe_load(
    '- {kind: group, by: prefecture, which: 兰州市, max: "100", price: "5", name: {zh: 丙, en: c}}'
)
WITH_PRICE = [{"kind": "floor", "of": "last_year", "times": "0.97", "price": "5"}]


def written(kind):
    found = yaml.safe_load(EXAMPLES[kind])
    return found if isinstance(found, list) else [found]


LIMITED = {name: written(name) for name in KINDS if name not in {"pool", "pots", "matching"}}
ROWS = {
    **{("pot", name): LIMITED[name] for name in ("floor", "cap", "phase_in")},
    ("pot", "pool"): [],
    **{("groups", name): LIMITED[name] for name in ("group", "pattern")},
    **{("rows", name): LIMITED[name] for name in ("no_overtaking", "equal_treatment", "ceiling")},
    ("rows", "crossed"): CROSSED,
    ("priced", "group"): PRICED,
    ("priced", "floor"): WITH_PRICE,
    **{("whole", name): LIMITED[name] for name in ("minimum_award", "at_most_recipients")},
}
OBJECTIVE = {
    "least_squares": {"kind": "least_squares", "relative": True},
    "least_deviation": {"kind": "least_deviation"},
    "greatest_coverage": {"kind": "greatest_coverage", "own": "own", "need": "basic_need"},
    "range": written("least_disparity")[0]["objective"],
    "mean_deviation": {**written("least_disparity")[0]["objective"], "measure": "mean_deviation"},
    "least_cost": {"kind": "least_cost", "own": "own", "need": "basic_need", "coverage": "0.6"},
}


def budget(aim, limits):
    # The least cost is asked of a pot that need not be paid out.
    pool = {**POT, "spend": "at_most", "amount": "2000"} if aim == "least_cost" else POT
    return Budget.model_validate(
        {
            "inputs": INPUTS,
            "pool": pool,
            "target": "formula",
            "objective": OBJECTIVE[aim],
            "constraints": limits,
            "settle": {"unit": "0.0001 万元"},
        }
    )


def names_of_the_row(kind):
    return set(re.findall(r"`(\w+)`", COUNTS_AS[kind].en))


def test_every_constraint_stands_in_the_row_of_the_matrix_that_it_counts_as():
    for kind, name in ROWS:
        if name in KINDS and kind != "priced":
            assert name in names_of_the_row(kind), (kind, name)
    said = set().union(*(names_of_the_row(kind) for kind in HARDNESS))
    assert set(KINDS) - {"matching"} <= said


@pytest.mark.parametrize(("kind", "name"), ROWS, ids=str)
def test_a_constraint_counts_as_the_page_says(kind, name):
    answer = budget("least_deviation", ROWS[kind, name]).solve(TABLE)
    # A ceiling has no rows before an answer breaks it.
    assert kind_of(answer.problem) == kind or name == "ceiling"


def test_pots_count_as_groups():
    several = {
        "inputs": INPUTS, **yaml.safe_load(EXAMPLES["pots"]), "objective": "least_squares", "settle": {"unit": "元"},
    }  # fmt: skip
    answer = Budget.model_validate(several).solve(TABLE)
    assert kind_of(answer.problem) == "groups"
    assert answer.settled.sum() == 5_000_000


@pytest.mark.parametrize("aim", AIMS)
@pytest.mark.parametrize(("kind", "name"), ROWS, ids=str)
def test_every_route_of_the_matrix_answers_and_all_agree(kind, name, aim):
    asked = budget(aim, ROWS[kind, name])
    if aim == "least_cost" and (kind, name) == ("pot", "phase_in"):
        asked = budget(aim, ROWS["pot", "cap"])
    routes = SUPPORTED[aim][kind]
    values = []
    for route in routes:
        if route == "closed_form" and aim == "mean_deviation" and kind != "pot":
            continue
        answer = asked.solve(TABLE, route=route)
        assert answer.route == route
        values.append(answer.stages[-1].solution.value)
    assert np.ptp(values or [0.0]) <= 1e-6 * max([1.0, *map(abs, values)])
    if name == "ceiling":
        return  # with the level of the poorest fixed a ceiling is a bound, which every route can answer
    for route in set(LETTERS) - set(routes):
        with pytest.raises(AllocationError) as caught:
            asked.solve(TABLE, route=route)
        assert {found.code for found in caught.value.issues} <= {"TC525", "TC526", "TC527"}


@pytest.mark.parametrize("aim", AIMS)
def test_a_function_of_ones_own_is_taken_where_the_matrix_says(aim):
    names = {}
    exec(EXAMPLES["own"].split("\n\n")[0], names)  # noqa: S102 — our own text
    table = TABLE.rename(index={"620103": "620121", "620104": "620122"})
    asked = budget(aim, [])
    # A function that only adds rows is taken wherever PuLP takes rows; the matrix speaks of new variables.
    if "pulp" not in SUPPORTED[aim]["rows"]:
        with pytest.raises(AllocationError) as caught:
            asked.solve(table, extend=names["pair_gets_the_same"])
        assert {found.code for found in caught.value.issues} <= {"TC525", "TC527"}
        return
    answer = asked.solve(table, extend=names["pair_gets_the_same"])
    assert answer.amounts["620121"] == pytest.approx(answer.amounts["620122"], abs=1e-6)
