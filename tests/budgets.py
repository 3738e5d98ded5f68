"""Small budgets for tests: counties with a target, last year's amount, heads, need and own resources."""

from __future__ import annotations

import pandas as pd

from transfer_calc.budget import Budget
from transfer_calc.issues import IssuesError

INPUTS = {
    "prefecture": {"zh": "市州", "en": "Prefecture", "kind": "group"},
    "ethnic": {"zh": "民族县", "en": "Ethnic county", "kind": "flag"},
    "population": {"zh": "人口", "en": "Population", "unit": "人", "min": "0"},
    "formula_grant": {"zh": "公式数", "en": "By formula", "unit": "万元"},
    "before": {"zh": "上年", "en": "Last year's grant", "unit": "万元"},
    "need": {"zh": "需求", "en": "Need", "unit": "万元"},
    "own": {"zh": "自有财力", "en": "Own resources", "unit": "万元"},
}


def counties(target, **columns):
    """A table of counties; what is not given is the same for all."""
    size = len(target)
    given = {
        "code": [f"62010{number}" for number in range(1, size + 1)],
        "name": list("甲乙丙丁戊己"[:size]),
        "prefecture": ["兰州市"] * size,
        "ethnic": ["否"] * size,
        "population": [10_000] * size,
        "before": target,
        "need": [100] * size,
        "own": [0] * size,
    }
    return pd.DataFrame(given | {"formula_grant": target} | columns)


def budget(pool=None, *constraints, objective="least_squares", spend="exact", settle="元", **more):
    """A budget over these columns."""
    fields = {
        "inputs": INPUTS,
        "pool": {"amount": pool, "unit": "万元", "spend": spend},
        "target": "formula_grant",
        "last_year": "before",
        "objective": objective,
        "constraints": list(constraints),
        "settle": {"unit": settle},
    }
    return Budget.model_validate(fields | more)


def refused(act):
    """The codes of the issues that stand in the way."""
    try:
        act()
    except IssuesError as error:
        return [found.code for found in error.issues]
    raise AssertionError("there was an answer")


def issues_of(act):
    """The issues themselves."""
    try:
        act()
    except IssuesError as error:
        return list(error.issues)
    raise AssertionError("there was an answer")
