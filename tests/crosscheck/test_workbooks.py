"""Written workbooks recalculated by LibreOffice: same figures on the same cells, and still an audit's match.

The everyday run takes the demos, budgets, and one case of some methods; with `TRANSFER_CALC_ALL_WORKBOOKS=1`
(`make campaign`) every case of every method is written, recalculated and audited.
"""

from __future__ import annotations

import os
import shutil

import openpyxl
import pytest
from libreoffice import recalculate_all
from paths import ROOT
from recalculated import compare

from transfer_calc import calculate, load_method, read_panel
from transfer_calc.budget import load_budget
from transfer_calc.calculation.calculate import attempt
from transfer_calc.calculation.verify import _panel
from transfer_calc.method.cases import load_cases
from transfer_calc.method.library import shelf
from transfer_calc.panel.beside import EnteredAmount
from transfer_calc.workbook.audit import audit

pytestmark = pytest.mark.external("soffice")

ALL = os.environ.get("TRANSFER_CALC_ALL_WORKBOOKS") == "1"
# Two stages of division, ranks, brackets, look-ups by prefix, groups, texts, a sum of zero, values that nobody gave.
SOME = (
    "intl/victoria-2024", "cn/central/equalization-2022", "cn/central/resource-cities-2012", "cn/rivers/chishui",
    "cn/rivers/zhoukou", "cn/authority/operating-funds", "cn/model/staged-sharing", "cn/model/ecology-county",
    "cn/model/county-guarantee", "cn/factors/housing-2024", "cn/hubei/ecology-2023", "cn/model/warning",
)  # fmt: skip


def results(name, most):
    """The results of the first cases of a method that have one."""
    method, found = load_method(name), 0
    for case in load_cases(method.path, method.id):
        entered = [EnteredAmount(e.code, e.step, e.value, e.reason, e.author) for e in case.entered]
        panel = _panel(method, case, method.path.parent)
        result, _ = attempt(
            method, panel, pool=case.pool, on=case.on, parameters=case.parameters, entered=entered
        )
        if result is not None:
            yield case.id, result
            found += 1
            if found == most:
                return


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    paths = []

    def write(name, result):
        paths.append(folder / f"{name.replace('/', '_')}.xlsx")
        result.to_excel(paths[-1])

    for name in [name for name in shelf() if "/shared/" not in name] if ALL else SOME:
        for case, result in results(name, 1000 if ALL else 1):
            write(f"{name}__{case}", result)
    for name, table in (
        ("cn/model/equalization-gap", "gansu-gap-demo"),
        ("cn/model/equalization-county", "gansu-demo"),
    ):
        method = load_method(name)
        panel = read_panel(ROOT / f"examples/{table}.xlsx", method)
        write(table, calculate(method, panel))
    by_hand = EnteredAmount("620522", "transfer", 50000, "省政府专题会议", "演示录入人")
    gap = load_method("cn/model/equalization-gap")
    panel = read_panel(ROOT / "examples/gansu-gap-demo.xlsx", gap)
    write("by-hand", calculate(gap, panel, entered=[by_hand]))
    budgets = ROOT / "examples/budgets"
    # Not the states of FUNDEB: amounts of 10¹¹ cents leave doubles no millionths to rank remainders by.
    for name, table in (
        ("gansu", ROOT / "examples/gansu-gap-demo.xlsx"),
        ("victoria", ROOT / "formulas/intl/victoria-2024.csv"),
    ):
        shutil.copy(budgets / f"{name}.yaml", folder)
        write(f"budget-{name}", load_budget(folder / f"{name}.yaml").solve(table))
    return paths


def test_every_formula_recalculates_to_the_value_written_beside_it(written, tmp_path):
    found = compare(written, tmp_path)
    assert sum(count for count, _ in found.values()) > 20_000
    assert {path.stem: different for path, (_, different) in found.items() if different} == {}


def test_workbooks_that_libreoffice_saved_still_audit(written, tmp_path):
    chosen = (
        written
        if ALL
        else [path for path in written if path.stem in ("gansu-gap-demo", "by-hand", "budget-gansu")]
    )
    saved = recalculate_all(chosen, tmp_path)
    for path in chosen:
        for budget in path.parent.glob("*.yaml"):
            shutil.copy(budget, saved)
        result = audit(saved / path.name)
        assert result.same, (path.stem, [found.line("en") for found in result.issues])


@pytest.mark.parametrize("limit", [1000, 10])
def test_after_a_change_of_parameters_and_data_libreoffice_pays_what_the_program_pays(
    limit, tmp_path, monkeypatch
):
    """With a live multiplier; and with a solved one, whose check then says that the pot does not close."""
    from transfer_calc.workbook.live import solving

    monkeypatch.setattr(solving, "LIVE_ROWS", limit)
    method = load_method("cn/model/equalization-county")
    source = ROOT / "examples/gansu-demo.xlsx"
    calculate(method, read_panel(source, method)).to_excel(tmp_path / "result.xlsx")
    book = openpyxl.load_workbook(tmp_path / "result.xlsx")
    changes = {"资金总额": 5_123_456, "人口规模敏感度": 0.11, "成本系数上限": 1.4}
    for row in book["参数"].iter_rows(min_row=4):
        if row[0].value in changes:
            row[1].value = changes[row[0].value]
    heads = {cell.value: cell.column for cell in book["数据"][4]}
    wages, last = heads["工资总额（万元）"], heads["上年转移支付（万元）"]
    book["数据"].cell(9, wages).value = 777_777.77
    book["数据"].cell(40, last).value = 99_999
    book.save(tmp_path / "changed.xlsx")
    saved = openpyxl.load_workbook(
        recalculate_all([tmp_path / "changed.xlsx"], tmp_path) / "changed.xlsx", data_only=True
    )

    given = openpyxl.load_workbook(source)
    for row in given["参数"].iter_rows():
        if row[0].value in changes:
            row[1].value = changes[row[0].value]
    sheet = given["数据"]
    place = {str(cell.value): cell.column for row in sheet.iter_rows(max_row=5) for cell in row if cell.value}
    codes = {str(row[0].value): row[0].row for row in sheet.iter_rows()}
    sheet.cell(codes[saved["数据"]["A9"].value], place["工资总额（万元）"]).value = 777_777.77
    sheet.cell(codes[saved["数据"]["A40"].value], place["上年转移支付（万元）"]).value = 99_999
    given.save(tmp_path / "given.xlsx")
    due = calculate(method, read_panel(tmp_path / "given.xlsx", method))

    results = saved["结果"]
    column = next(cell.column for cell in results[4] if str(cell.value).startswith("分配数"))
    paid = {results.cell(row, 1).value: results.cell(row, column).value for row in range(5, 93)}
    if limit == 1000:
        assert paid == due.table["allocation"].to_dict()
        assert saved["校验"]["B4"].value == 0
        assert saved["结果"]["A3"].value == "校验全部符合"
    else:
        assert sum(paid.values()) != 51_234_560_000
        assert saved["校验"]["B4"].value > 0
        assert saved["结果"]["A3"].value == "校验有不符，见 校验 表，本结果不能使用"
