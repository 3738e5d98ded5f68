"""The budgets under examples/: against published figures, against the method, and against hand work."""

from __future__ import annotations

import csv
import itertools
from math import fsum

import pandas as pd
import pytest
from paths import CASES, ROOT

from transfer_calc import calculate, load_method, read_panel
from transfer_calc.budget import load_budget
from transfer_calc.budget.matching import load_matching
from transfer_calc.issues import AllocationError
from transfer_calc.method.yaml_file import read_yaml

BUDGETS = ROOT / "examples/budgets"
COUNCILS = ROOT / "formulas/intl/victoria-2024.csv"
GANSU = ROOT / "examples/gansu-gap-demo.xlsx"
TWO_AND_ONE = ("临夏回族自治州", "甘南藏族自治州")


def solved(name, table):
    return load_budget(BUDGETS / name).solve(table)


def read(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@pytest.mark.parametrize("path", sorted(BUDGETS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_budget_under_examples_loads(path):
    load = load_matching if "supporters" in read_yaml(path).data else load_budget
    assert load(path).title.zh


# --- Victoria ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def victoria():
    return solved("victoria.yaml", COUNCILS)


@pytest.fixture(scope="module")
def by_the_method():
    method = load_method("intl/victoria-2024")
    return calculate(method, read_panel(COUNCILS, method), pool="580790947", on="2024-07-01").table


def test_victoria_as_a_budget_pays_what_the_method_pays(victoria, by_the_method):
    assert len(by_the_method) == 79
    assert victoria.allocation.to_dict() == by_the_method["allocation"].to_dict()
    assert (victoria.amounts - by_the_method["grant"]).abs().max() < 1e-5


def test_the_first_stage_of_victoria_is_the_published_one(by_the_method):
    stage = solved("victoria-stage-1.yaml", COUNCILS)
    published = {row["code"]: float(row["published_stage1"]) for row in read(COUNCILS)}
    # The report prints whole dollars of its own coefficient: the greatest difference is 0.60.
    assert (stage.amounts - pd.Series(published)).abs().max() < 1
    assert (stage.amounts - by_the_method["grant_stage1"]).abs().max() < 1e-5


@pytest.mark.parametrize(
    ("name", "coefficient", "free"),
    [("victoria-stage-1.yaml", 0.16792422654, 61), ("victoria.yaml", None, 57)],
)
def test_every_free_council_of_victoria_stands_at_the_published_coefficient(name, coefficient, free):
    answer = solved(name, COUNCILS)
    (line,) = answer.multipliers.itertuples()
    # x = k·t for the free ones, so weight × (x − t) = k − 1 for all of them.
    assert line.recipients == free
    assert line.spread < 1e-9
    if coefficient is not None:
        assert line.max + 1 == pytest.approx(coefficient, abs=5e-9)


# --- FUNDEB ------------------------------------------------------------------------------------------


def test_the_state_funds_of_fundeb_reach_the_published_level():
    answer = solved("fundeb-states.yaml", BUDGETS / "fundeb-states.csv")
    rows = read(BUDGETS / "fundeb-states.csv")
    published = pd.Series({row["code"]: float(row["published_top_up"]) for row in rows})
    assert len(rows) == 27
    assert answer.stages[0].reached[0] == pytest.approx(5_361.4296, abs=5e-5)
    assert (answer.amounts > 0).sum() == 10
    assert (answer.amounts - published).abs().max() <= 0.13
    assert answer.allocation.sum() == 2_415_328_704_707


def test_the_table_of_the_state_funds_is_the_published_one():
    def figures(path, key, top_up):
        return {
            row[key]: tuple(float(row[name]) for name in ("own", "enrolment", top_up)) for row in read(path)
        }

    tested = figures(ROOT / "tests/data/fundeb-2024-states.csv", "uf", "top_up")
    assert figures(BUDGETS / "fundeb-states.csv", "code", "published_top_up") == tested


def test_the_school_networks_of_fundeb_reach_the_published_level():
    folder = CASES / "fundeb-2024"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there (set TRANSFER_CALC_CASES)")
    weights = {row["etapa"]: float(row["peso_vaat"]) for row in read(folder / "input_weights.csv")}
    pupils = {row["ibge"]: row for row in read(folder / "input_enrolments_by_stage.csv")}
    entities = read(folder / "input_entities.csv")
    assert len(entities) == 5_595
    able = [row for row in entities if row["inabilitados_vaat"] == "False"]
    enrolment = [
        float(row["nse"]) * fsum(float(pupils[row["ibge"]][stage]) * each for stage, each in weights.items())
        for row in able
    ]
    frame = pd.DataFrame(
        {"own": [float(row["recursos_vaat"]) for row in able], "enrolment": enrolment},
        index=pd.Index([row["ibge"] for row in able], name="code"),
    )
    answer = load_budget(BUDGETS / "fundeb-networks.yaml").solve(frame)
    published = {
        row["ibge"]: float(row["complemento_vaat"]) for row in read(folder / "published_output_entities.csv")
    }
    assert answer.stages[0].reached[0] == pytest.approx(8_420.9572, abs=5e-5)
    assert (answer.amounts > 0).sum() == 2_172
    assert (answer.amounts - pd.Series(published)[answer.amounts.index]).abs().max() <= 0.01
    assert answer.allocation.sum() == 1_811_496_528_562


# --- Gansu -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gansu():
    return solved("gansu.yaml", GANSU)


@pytest.fixture(scope="module")
def prefectures():
    return pd.Series(
        {row["代码"]: row["市州"] for row in read(ROOT / "src/transfer_calc/divisions/gansu.csv")}
    )


def test_the_gansu_budget_pays_out_all_and_keeps_every_limit_to_the_yuan(gansu, prefectures):
    paid, last_year = gansu.allocation, gansu.table["last_year"]
    assert gansu.notice.startswith("演示数据")
    assert paid.sum() == 45_000_000_000
    assert (paid >= 10_000 * last_year).all()
    assert (paid <= 12_000 * last_year + 1e-3).all()
    totals = paid.groupby(prefectures).sum()
    assert totals["庆阳市"] >= 3_950_000_000
    assert totals["定西市"] >= 3_450_000_000
    assert totals[list(TWO_AND_ONE)].sum() + paid["620623"] >= 9_000_000_000


def test_free_counties_of_the_gansu_budget_are_cut_by_one_percentage(gansu):
    table = gansu.table
    free = table[table["binds"] == ""]
    # The price of the pot is that percentage: 1 − amount / target.
    cut = 1 - free["amount"] / free["target"]
    assert len(free) > 20
    assert cut.max() - cut.min() < 1e-9
    assert cut.mean() == pytest.approx(0.0510207, abs=1e-6)


def test_the_infeasible_gansu_budget_is_answered_with_the_two_demands_and_the_shortfall(prefectures):
    with pytest.raises(AllocationError) as caught:
        solved("gansu-infeasible.yaml", GANSU)
    # By hand: 1.2 × last year of 两州一县 against 22 % of 4,500,000.
    method = load_method("cn/model/equalization-gap")
    panel = read_panel(GANSU, method)
    last_year = pd.Series(panel.columns["last_year"], index=panel.codes)
    members = prefectures[last_year.index].isin(TWO_AND_ONE) | (last_year.index == "620623")
    short = 990_000 - 1.2 * last_year[members].sum()
    assert short == pytest.approx(27_072, abs=1e-6)
    (found,) = caught.value.issues
    for lang, demand, limit in (
        ("zh", "两州一县占比不低于22%", "增幅上限"),
        ("en", "两州一县 have 22 %", "limit of growth"),
    ):
        line = found.line(lang)
        assert demand in line
        assert limit in line
        assert "27,072 万元" in line


def test_either_loosening_that_the_refusal_names_makes_the_budget_possible():
    budget = load_budget(BUDGETS / "gansu-infeasible.yaml")
    # 22 % less 27,072 of 4,500,000.
    share = budget.constraints[-1].model_copy(update={"min_share": "0.213984"})
    lower = budget.model_copy(update={"constraints": (*budget.constraints[:-1], share)})
    assert lower.solve(GANSU).allocation.sum() == 45_000_000_000
    assert budget.solve(GANSU, parameters={"growth": "0.24"}).allocation.sum() == 45_000_000_000


# --- matching ----------------------------------------------------------------------------------------


def test_no_other_matching_of_the_example_is_cheaper():
    pairing = load_matching(BUDGETS / "matching.yaml").solve(BUDGETS / "matching.csv")
    matching = pairing.matching
    rows = [dict(zip(("code", "name", "was", *(one.name.zh for one in matching.supporters)), line, strict=True))
            for line in csv.reader((BUDGETS / "matching.csv").read_text(encoding="utf-8").splitlines()[2:])]  # fmt: skip
    names = [one.name.zh for one in matching.supporters]
    room = {one.name.zh: one.capacity for one in matching.supporters}

    def price(plan):
        if any(plan.count(name) > room[name] for name in names):
            return None
        costs = [row[name] for row, name in zip(rows, plan, strict=True)]
        if not all(costs):
            return None
        broken = sum(bool(row["was"]) and row["was"] != name for row, name in zip(rows, plan, strict=True))
        return sum(map(float, costs)) + 20 * broken

    plans = itertools.product(names, repeat=len(rows))
    least = min(value for value in map(price, plans) if value is not None)
    assert least == pairing.value == pytest.approx(pairing.bound) == 467
    assert (pairing.kept, pairing.broken) == (5, 2)
    assert pairing.notice.startswith("演示数据")
