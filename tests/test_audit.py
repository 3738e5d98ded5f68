"""The audit: a workbook that nobody touched is the same; whatever was touched is named by its cell."""

from __future__ import annotations

import json
import subprocess
import sys

import openpyxl
import pytest
from paths import ROOT

from transfer_calc import DataError, calculate, load_method, read_panel
from transfer_calc.workbook.audit import audit


@pytest.fixture(scope="module")
def table(demo, tmp_path_factory):
    """The first units of the demo, so that each audit is quick."""
    path = tmp_path_factory.mktemp("table") / "table.xlsx"
    book = openpyxl.load_workbook(demo)
    sheet = book["数据"]
    sheet.delete_rows(15, sheet.max_row)
    book.save(path)
    return path


@pytest.fixture(scope="module")
def written(table, county_method, tmp_path_factory):
    path = tmp_path_factory.mktemp("written") / "result.xlsx"
    calculate(county_method, read_panel(table, county_method)).to_excel(path)
    return path


@pytest.fixture
def changed(written, tmp_path):
    """A way to change cells and save as Excel does, as far as openpyxl can: formulas without values."""

    def change(cells, also=None):
        book = openpyxl.load_workbook(written)
        for place, value in cells.items():
            sheet, cell = place.split("!")
            book[sheet][cell] = value
        if also is not None:
            also(book)
        path = tmp_path / "returned.xlsx"
        book.save(path)
        return audit(path)

    return change


def found(result):
    """Codes and cells of all differences."""
    return {
        (each.code, f"{each.place.sheet}!{each.place.cell}" if each.place.cell else each.place.sheet)
        for each in result.issues
        if each.severity == "error"
    }


def test_an_untouched_workbook_is_the_same_to_the_last_bit(written):
    result = audit(written)
    assert result.same
    assert result.issues == ()
    assert result.recorded == result.recomputed
    assert result.units == 12
    assert result.formulas > 300


def test_a_workbook_that_another_program_saved_without_values_is_the_same_and_says_so(changed):
    result = changed({})
    assert result.same
    assert {each.code for each in result.issues} == {"TC858"}


def test_a_constant_over_a_formula_is_named_with_the_formula_that_belongs_there(changed):
    result = changed({"计算!E10": 123})
    assert found(result) == {("TC852", "计算!E10")}
    (issue,) = [each for each in result.issues if each.code == "TC852"]
    assert "计算!" in issue.message.zh
    assert "123" in issue.message.zh


def test_a_changed_formula_is_named(changed):
    assert found(changed({"结算!C7": "=ROUND(计算!$J7*换算_10000,5)"})) == {("TC853", "结算!C7")}


def test_changed_data_is_named_though_everything_recomputes_to_it(changed):
    assert found(changed({"数据!E9": 100_000})) == {("TC862", "数据!E9")}
    assert found(changed({"数据!E9": 100_000, "数据!F9": 1})) == {("TC862", "数据!E9"), ("TC862", "数据!F9")}


def test_changes_in_several_rows_and_columns_are_named_by_row_and_accuse_no_single_cell(changed):
    result = changed({"数据!E9": 100_000, "数据!F12": 1})
    assert found(result) == {("TC872", "数据!A9"), ("TC872", "数据!A12")}
    assert all("E、F 列" in each.message.zh for each in result.issues if each.code == "TC872")


def test_a_name_that_stands_for_another_cell_is_named_though_no_formula_changed(changed):
    def repoint(book):
        book.defined_names["转移支付系数_保底后"].attr_text = "参数!$B$5"

    result = changed({}, also=repoint)
    assert [each.place.name for each in result.issues if each.code == "TC871"] == ["转移支付系数_保底后"]
    assert not result.same


def test_the_signature_line_may_be_signed(changed):
    signed = "编制：演示甲　复核：演示乙　负责人：演示丙　日期：2026-11-28"
    line = {"结果!A19": signed, "结果!E19": "（签章）"}
    assert changed(line).same


def test_a_number_turned_into_text_is_told_apart_and_an_array_formula_is_shown(changed):
    from openpyxl.worksheet.formula import ArrayFormula

    result = changed({"结算!I5": "1", "计算!D7": ArrayFormula("D7", "=SUM(数据!E7:F7)")})
    said = {each.code: each.message.zh for each in result.issues if each.severity == "error"}
    assert "现在是「1（文本）」" in said["TC855"]
    assert "=SUM(数据!E7:F7)" in said["TC853"]


def test_a_changed_parameter_is_named_with_both_values(changed):
    result = changed({"参数!B5": 4_400_000})
    (issue,) = [each for each in result.issues if each.severity == "error"]
    assert issue.code == "TC863"
    assert "4500000 万元" in issue.message.zh
    assert "4400000 万元" in issue.message.zh


def test_a_removed_row_is_named_by_its_code(changed):
    codes = found(changed({}, also=lambda book: book["数据"].delete_rows(10)))
    assert ("TC861", "数据") in codes


def test_an_added_row_is_named_by_its_code(changed):
    def add(book):
        sheet = book["数据"]
        for column in range(1, 8):
            sheet.cell(17, column, sheet.cell(16, column).value)
        sheet["A17"] = "629999"

    assert ("TC860", "数据!A17") in found(changed({}, also=add))


def test_a_removed_sheet_and_an_added_remark_are_named(changed):
    def spoil(book):
        del book["校验"]
        book.create_sheet("备注")["A1"] = "演示"
        book["结果"]["M3"] = "请多给一点"

    result = changed({}, also=spoil)
    assert ("TC856", "校验") in found(result)
    assert ("TC857", "结果!M3") in found(result)
    assert "TC867" in {each.code for each in result.issues}


def test_data_that_no_longer_computes_is_refused_with_its_reason(changed):
    result = changed({"数据!E9": "缺"})
    assert not result.same
    assert {"TC859", "TC202"} <= {each.code for each in result.issues}
    assert result.recomputed == ""


def test_a_workbook_of_another_kind_is_refused(demo):
    with pytest.raises(DataError, match="TC850"):
        audit(demo)


def test_a_method_file_that_changed_since_is_named(tmp_path):
    source = load_method("cn/model/equalization-gap").path.read_text(encoding="utf-8")
    own = tmp_path / "own-gap.yaml"
    own.write_text(source.replace("id: cn/model/equalization-gap", "id: own-gap"), encoding="utf-8")
    method = load_method(own)
    panel = read_panel(ROOT / "examples/gansu-gap-demo.xlsx", method)
    calculate(method, panel).to_excel(tmp_path / "result.xlsx")
    assert audit(tmp_path / "result.xlsx").same
    own.write_text(own.read_text(encoding="utf-8") + "\n# 改过\n", encoding="utf-8")
    assert found(audit(tmp_path / "result.xlsx")) == {("TC851", "运行记录")}


def test_a_value_given_on_the_command_line_is_in_the_workbook_and_audits(table, county_method, tmp_path):
    panel = read_panel(table, county_method)
    result = calculate(
        county_method, panel, pool="4000000", parameters={"hold_harmless": "none"}, on="2025-07-01"
    )
    result.to_excel(tmp_path / "result.xlsx")
    assert audit(tmp_path / "result.xlsx").same


def test_amounts_set_by_hand_are_part_of_the_audit(table, county_method, tmp_path):
    from transfer_calc import EnteredAmount

    by_hand = EnteredAmount("620103", "transfer", 150000, "省政府专题会议", "演示录入人")
    panel = read_panel(table, county_method)
    calculate(county_method, panel, entered=[by_hand]).to_excel(tmp_path / "result.xlsx")
    assert audit(tmp_path / "result.xlsx").same
    book = openpyxl.load_workbook(tmp_path / "result.xlsx")
    book["录入数"]["F4"] = "别的理由"
    book.save(tmp_path / "result.xlsx")
    assert ("TC863", "运行记录") in found(audit(tmp_path / "result.xlsx"))


def test_a_workbook_of_values_audits_too(table, county_method, tmp_path, monkeypatch):
    from transfer_calc.workbook import write

    monkeypatch.setattr(write, "LIVE_ROWS", 5)
    calculate(county_method, read_panel(table, county_method)).to_excel(tmp_path / "result.xlsx")
    assert audit(tmp_path / "result.xlsx").same
    book = openpyxl.load_workbook(tmp_path / "result.xlsx")
    book["结果"]["F9"] = 1
    book.save(tmp_path / "result.xlsx")
    assert found(audit(tmp_path / "result.xlsx")) == {("TC855", "结果!F9")}


def test_a_budget_audits_with_its_file_beside_it_and_its_prices_are_compared(tmp_path):
    from transfer_calc.budget import load_budget

    source = ROOT / "examples/budgets/gansu.yaml"
    (tmp_path / "gansu.yaml").write_bytes(source.read_bytes())
    allocation = load_budget(tmp_path / "gansu.yaml").solve(ROOT / "examples/gansu-gap-demo.xlsx")
    allocation.to_excel(tmp_path / "plan.xlsx")
    assert audit(tmp_path / "plan.xlsx").same
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    book["约束核对"]["G5"] = 0
    book.save(tmp_path / "plan.xlsx")
    assert found(audit(tmp_path / "plan.xlsx")) == {("TC855", "约束核对!G5")}
    (tmp_path / "gansu.yaml").unlink()
    with pytest.raises(DataError, match="TC869"):
        audit(tmp_path / "plan.xlsx")


def test_the_command_says_the_same_and_ends_with_1_where_something_differs(written, tmp_path):
    def run(path, *more):
        command = [sys.executable, "-m", "transfer_calc", "audit", str(path), *more]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)

    good = run(written, "--lang", "zh")
    assert good.returncode == 0
    assert good.stdout.startswith("一致：12 个地区")
    book = openpyxl.load_workbook(written)
    book["结果"]["G5"] = 7
    book.save(tmp_path / "bad.xlsx")
    bad = run(tmp_path / "bad.xlsx", "--format", "json")
    assert bad.returncode == 1
    said = json.loads(bad.stdout)
    assert said["same"] is False
    assert [each["cell"] for each in said["issues"] if each["severity"] == "error"] == ["G5"]
