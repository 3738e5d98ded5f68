"""The result workbook: what stands in it, that it is the same each time, and that others can open it."""

from __future__ import annotations

import subprocess

import openpyxl
import pytest

from transfer_calc import DataError, EnteredAmount, calculate, read_panel


@pytest.fixture(scope="module")
def result(demo, county_method):
    by_hand = EnteredAmount("620522", "transfer", 50000, "=1+1 省政府专题会议", "演示录入人")
    return calculate(county_method, read_panel(demo, county_method), entered=[by_hand])


def test_every_sheet_carries_the_notice(result, tmp_path):
    result.to_excel(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames == ["说明", "结果", "计算", "数据", "参数", "校验", "依据", "录入数", "运行记录"]
    for sheet in book:
        assert sheet["A2"].value.startswith("演示数据")


def test_entered_amounts_are_shown_with_reason_and_author_as_text(result, tmp_path):
    result.to_excel(tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["录入数"]
    row = [cell.value for cell in sheet[4]]
    assert row == ["620522", "秦安县", "应补助额", 50000, "万元", "=1+1 省政府专题会议", "演示录入人"]
    assert sheet["F4"].data_type == "s"


def test_the_only_formulas_are_sums(result, tmp_path):
    result.to_excel(tmp_path / "out.xlsx")
    formulas = {
        (sheet.title, cell.value)
        for sheet in openpyxl.load_workbook(tmp_path / "out.xlsx")
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    assert formulas
    assert all(sheet == "结果" and text.startswith("=SUM(") for sheet, text in formulas)


def test_equal_runs_write_equal_bytes(result, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    result.to_excel(tmp_path / "a.xlsx")
    result.to_excel(tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_file_that_cannot_be_written_leaves_nothing_behind(result, tmp_path):
    (tmp_path / "out.xlsx").mkdir()
    with pytest.raises(DataError, match="TC902"):
        result.to_excel(tmp_path / "out.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["out.xlsx"]


@pytest.mark.external("soffice")
def test_libreoffice_opens_it_and_adds_up_the_same_sum(result, tmp_path):
    result.to_excel(tmp_path / "out.xlsx")
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
            "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2",
            "--outdir", str(tmp_path), str(tmp_path / "out.xlsx"),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    text = next(tmp_path.glob("out*.csv")).read_text(encoding="utf-8")
    last = [line for line in text.splitlines() if line.startswith("合计")]
    assert last[0].split(",")[-1] == "45000000000"
