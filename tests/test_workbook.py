"""The result workbook: every figure a formula, nothing hidden in one, the same bytes each time."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile

import openpyxl
import pytest
from paths import ROOT

from transfer_calc import DataError, EnteredAmount, calculate, load_method, read_panel

SHEETS = ["说明", "结果", "数据", "参数", "计算", "结算", "总量", "校验", "录入数", "依据", "运行记录"]
# What Excel 2010, WPS and LibreOffice share, and what the workbook may use.
FUNCTIONS = {
    "ABS", "AND", "AVERAGE", "COLUMNS", "COUNT", "COUNTIF", "EXACT", "IF", "INDEX", "INT", "ISERROR", "LEFT",
    "LEN", "LN", "EXP", "LOOKUP", "MATCH", "MAX", "MIN", "N", "NA", "NOT", "OR", "RANK", "REPT", "ROUND",
    "ROWS", "SIGN", "SQRT", "SUM", "SUMIF", "SUMPRODUCT",
}  # fmt: skip


@pytest.fixture(scope="module")
def result(demo, county_method):
    by_hand = EnteredAmount("620522", "transfer", 50000, "=1+1 省政府专题会议", "演示录入人")
    return calculate(county_method, read_panel(demo, county_method), entered=[by_hand])


@pytest.fixture(scope="module")
def book(result, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "out.xlsx"
    result.to_excel(path)
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """The reference model with everything on: cost indices, difficulty, limits of growth, a reward."""
    method = load_method("cn/model/equalization-county")
    panel = read_panel(ROOT / "examples/gansu-demo.xlsx", method)
    path = tmp_path_factory.mktemp("large") / "out.xlsx"
    calculate(method, panel).to_excel(path)
    return openpyxl.load_workbook(path)


def formulas(book):
    return [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def test_every_sheet_carries_the_notice(book):
    assert book.sheetnames == SHEETS
    for sheet in book:
        assert sheet["A2"].value.startswith("演示数据")


def test_every_figure_of_a_unit_is_a_formula_that_starts_from_the_yellow_cells(book):
    for name in ("计算", "结算", "结果"):
        sheet = book[name]
        heads = {cell.column: cell.value for cell in sheet[4]}
        for row in sheet.iter_rows(min_row=5, max_row=92, min_col=3):
            for cell in row:
                if heads[cell.column].startswith(("写出时", "代码次序")):
                    continue
                assert cell.data_type == "f", (name, cell.coordinate)
    assert all(cell.data_type == "n" for row in book["数据"].iter_rows(5, 92, 5) for cell in row)


def test_all_units_have_the_same_formula_in_a_column(book):
    for name in ("计算", "结算", "结果"):
        for column in book[name].iter_cols(min_row=5, max_row=92, min_col=3):
            texts = {re.sub(r"(?<=[A-Z])\d+\b", "#", str(c.value)) for c in column if c.data_type == "f"}
            texts = {text for text in texts if not text.startswith("=录入数!")}
            assert len(texts) <= 1, (name, texts)


@pytest.mark.parametrize("which", ["book", "large"])
def test_no_number_but_0_and_1_and_digits_of_rounding_stands_in_a_formula(which, request):
    for sheet, cell, text in formulas(request.getfixturevalue(which)):
        bare = re.sub(r'"[^"]*"', "", text)
        bare = re.sub(r"[\w一-鿿]+!", "", bare)
        bare = re.sub(r",\d\)", ")", bare) if "ROUND(" in bare else bare
        numbers = re.findall(r"(?<![\w$.一-鿿])\d+(?:\.\d+)?(?![\w一-鿿])", bare)
        assert set(numbers) <= {"0", "1"}, (sheet, cell, text)


@pytest.mark.parametrize("which", ["book", "large"])
def test_formulas_use_old_functions_only_and_never_an_if_within_an_if(which, request):
    for sheet, cell, text in formulas(request.getfixturevalue(which)):
        used = set(re.findall(r"([A-Z]+)\(", re.sub(r'"[^"]*"', "", text)))
        assert used <= FUNCTIONS, (sheet, cell, text)
        assert len(re.findall(r"(?<![A-Z])IF\(", text)) <= 1, (sheet, cell, text)


def test_an_entered_amount_stands_in_place_of_the_formula_and_its_reason_stays_text(book):
    sheet = book["录入数"]
    row = [cell.value for cell in sheet[4]]
    assert row == ["620522", "秦安县", "应补助额", 50000, "万元", "=1+1 省政府专题会议", "演示录入人"]
    assert sheet["F4"].data_type == "s"
    paid = [c for row in book["计算"].iter_rows(5, 92) for c in row if c.value == "=录入数!$D$4"]
    assert {cell.row for cell in paid} == {next(c.row for c in book["数据"]["A"] if c.value == "620522")}


def test_parameters_have_a_named_cell_each_and_the_multiplier_one_with_its_check(book):
    names = book.defined_names
    pool = names["资金总额"].attr_text
    assert book["参数"][pool.partition("!")[2].replace("$", "")].value == 4_500_000
    sheet, cell = names["转移支付系数_保底后"].attr_text.split("!")
    assert sheet == "总量"
    row = book["总量"][cell.replace("$", "")].row
    assert book["总量"][f"E{row}"].value.startswith("=ROUND(SUM(计算!")
    rules = [str(ranges.sqref) for ranges in book["总量"].conditional_formatting]
    assert f"E{row}" in rules


def test_only_inputs_are_unlocked_and_every_sheet_is_protected(book):
    assert all(sheet.protection.sheet for sheet in book)
    unlocked = {
        sheet.title for sheet in book for row in sheet.iter_rows() for c in row if not c.protection.locked
    }
    assert unlocked == {"数据", "参数", "录入数"}
    assert book["数据"]["E5"].fill.fgColor.rgb == "FFFFF7CC"
    assert book["结果"]["E5"].protection.locked


def test_text_that_looks_like_a_formula_stays_text(county_method, tmp_path):
    from transfer_calc import Panel

    columns = {
        "code": ["620102", "620103", "620104"],
        "name": ["=1+1", "+SUM(A1)", "@演示"],
        "prefecture": ["-2", '=HYPERLINK("http://x")', "http://x"],
        "functional_zone": [False, False, False],
        "standard_expenditure": [10, 20, 30],
        "standard_revenue": [1, 2, 3],
        "last_year": [0, 0, 0],
    }  # fmt: skip
    result = calculate(county_method, Panel.from_columns(columns, county_method), pool="10")
    result.to_excel(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    for sheet in ("数据", "计算", "结算"):
        assert [book[sheet][f"B{row}"].data_type for row in (5, 6, 7)] == ["s"] * 3
    assert [book["数据"][f"C{row}"].value for row in (5, 6, 7)] == columns["prefecture"]
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        assert not [name for name in archive.namelist() if "hyperlink" in name.lower()]
        assert not any(b"<hyperlink" in archive.read(name) for name in archive.namelist())


def test_inputs_are_written_to_the_last_bit():
    from transfer_calc.workbook.exact import exact

    for value in (0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308, 92000.0, -2.5):
        assert float(f"{exact(value):.16G}") == value


def test_equal_runs_write_equal_bytes(result, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    result.to_excel(tmp_path / "a.xlsx")
    result.to_excel(tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_equal_runs_of_two_processes_write_equal_bytes(demo, tmp_path):
    files = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        command = [sys.executable, "-m", "transfer_calc", "run", "cn/model/equalization-gap", str(demo),
                   "-o", "out.xlsx"]  # fmt: skip
        environment = {"SOURCE_DATE_EPOCH": "1767225600", "PYTHONHASHSEED": seed, "PATH": ""}
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
        files.append((folder / "out.xlsx").read_bytes())
    assert files[0] == files[1]


def test_a_file_that_cannot_be_written_leaves_nothing_behind(result, tmp_path):
    (tmp_path / "out.xlsx").mkdir()
    with pytest.raises(DataError, match="TC902"):
        result.to_excel(tmp_path / "out.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["out.xlsx"]


def test_an_interrupted_run_leaves_nothing_behind(result, tmp_path, monkeypatch):
    from transfer_calc.workbook.live import checks

    def stop(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(checks, "write_checks", stop)
    with pytest.raises(KeyboardInterrupt):
        result.to_excel(tmp_path / "out.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_table_too_long_for_formulas_is_written_as_values_that_say_so(result, tmp_path, monkeypatch):
    from transfer_calc.workbook import write

    monkeypatch.setattr(write, "LIVE_ROWS", 50)
    result.to_excel(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert formulas(book) == []
    said = [row[1].value for row in book["说明"].iter_rows(min_row=3) if row[0].value == "公式"]
    assert "写的是数值，不是公式" in said[0]
    paid = [row[-1].value for row in book["结果"].iter_rows(5, 92)]
    assert paid == result.payment.allocation.tolist()


def test_where_two_programs_could_pay_the_last_unit_to_different_counties_the_column_holds_values():
    import numpy as np

    from transfer_calc.workbook.live.settling import _too_close

    large = np.array([4e11 + 0.5, 4e11 + 0.50001, 4e11])
    assert _too_close(large, np.array([0.5, 0.50001, 0.0]), 1)
    assert not _too_close(large, np.array([0.5, 0.50001, 0.0]), 2)
    assert not _too_close(large, np.array([0.5, 0.5, 0.0]), 1)
    assert not _too_close(np.array([9e8, 8e8]), np.array([0.6, 0.4]), 1)
