"""The command: an allocation printed, as JSON, as a workbook; a refusal that writes nothing."""

import json
import subprocess
import sys

import pytest
import typer
from budgets import INPUTS, counties
from builders import write_workbook
from paths import ROOT

from transfer_calc.cli.allocating import allocate
from transfer_calc.cli.speak import Speaker

FILE = """\
title: {zh: 试算, en: Trial}
inputs:
  prefecture: {zh: 市州, en: Prefecture, kind: group}
  formula_grant: {zh: 公式数, en: By formula, unit: 万元}
pool: {amount: "200", unit: 万元, spend: exact}
target: formula_grant
objective: least_deviation
constraints:
  - {kind: group, by: prefecture, which: 庆阳市, min: "120"}
settle: {unit: 元}
"""


@pytest.fixture
def files(tmp_path):
    budget = tmp_path / "trial.yaml"
    budget.write_text(FILE, encoding="utf-8")
    frame = counties([50, 50, 100], prefecture=["庆阳市", "庆阳市", "兰州市"])
    frame = frame.drop(columns=[name for name in INPUTS if name not in ("prefecture", "formula_grant")])
    table = write_workbook(tmp_path / "table.xlsx", 数据=[list(frame.columns), *frame.to_numpy().tolist()])
    return budget, table


def run(budget, table, out=None, **options):
    given = {"pool": None, "parameters": {}, "route": None, "form": None} | options
    allocate(budget, table, out, Speaker("zh"), **given)


def test_it_prints_amounts_and_constraints_in_words(files, capsys):
    run(*files)
    said = capsys.readouterr().out
    assert "800,000" in said
    assert "庆阳市的最低数每提高 1 万元" in said


def test_json_holds_rows_constraints_and_proof(files, capsys):
    run(*files, form="json", pool="220")
    told = json.loads(capsys.readouterr().out)
    assert sum(row["allocation"] for row in told["rows"]) == 2_200_000
    assert len(told["certificate"]) == 3


def test_the_routes_agree(files, capsys):
    values = []
    for route in ("highs", "pulp"):
        run(*files, form="json", route=route)
        told = json.loads(capsys.readouterr().out)
        assert told["route"] == route
        values.append(told["objective"][0]["value"])
    assert values == pytest.approx([40, 40])


def test_a_conflict_ends_with_one_and_writes_nothing(files, tmp_path, capsys):
    budget, table = files
    budget.write_text(FILE.replace('"120"', '"320"'), encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(typer.Exit) as ended:
        run(budget, table, tmp_path / "out.xlsx", form="json")
    assert ended.value.exit_code == 1
    said = capsys.readouterr()
    assert "未写出任何结果" in said.err
    assert json.loads(said.out)["rows"] == []
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(("out", "route"), [("out.csv", None), ("table.xlsx", None), ("out.xlsx", "guess")])
def test_misuse_ends_with_two(files, tmp_path, out, route):
    with pytest.raises(typer.Exit) as ended:
        run(*files, tmp_path / out, route=route)
    assert ended.value.exit_code == 2


def test_what_a_solver_prints_does_not_get_into_the_json(files):
    code = (
        "import sys; from pathlib import Path; from transfer_calc.cli.allocating import allocate;"
        "from transfer_calc.cli.speak import Speaker;"
        "allocate(Path(sys.argv[1]), Path(sys.argv[2]), None, Speaker('zh'), pool=None, parameters={}, route='highs',"
        "form='json')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, files)], capture_output=True, encoding="utf-8", check=True,
        env={**__import__("os").environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert len(json.loads(done.stdout)["rows"]) == 3


def test_the_package_itself_imports_no_solver():
    code = "import sys, transfer_calc, transfer_calc.cli.app; print([m for m in ('scipy','highspy','pulp') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"


def test_a_model_of_least_squares_is_a_slip_of_the_command(tmp_path):
    budget, table = ROOT / "examples/budgets/gansu.yaml", ROOT / "examples/gansu-gap-demo.xlsx"
    arguments = ["allocate", budget, table, "--model", tmp_path / "x.lp", "--lang", "en"]
    done = subprocess.run(
        [sys.executable, "-m", "transfer_calc", *map(str, arguments)],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "least squares is no linear model" in done.stderr
