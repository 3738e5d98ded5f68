"""Bad tables: each problem is refused with its code, its cell and words that tell what to do."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import openpyxl
import openpyxl.chart
import pandas as pd
import pytest
from builders import (
    attempt_columns,
    change_cells,
    county_columns,
    refusal,
    refused_run,
    write_method,
    write_workbook,
)

from transfer_calc import (
    DataError,
    Panel,
    UsageError,
    calculate,
    load_method,
    read_panel,
)
from transfer_calc.calculation.calculate import attempt

COUNTY = "cn/model/equalization-gap"
PROVINCE = "cn/central/equalization-2022"
NUMBER = "标准财政支出"


@pytest.fixture
def tiny(tmp_path):
    return load_method(write_method(tmp_path))


@pytest.fixture
def demo_with(demo, tmp_path, county_method):
    """The one issue that the demo workbook has after a change of its cells."""

    def read(**cells):
        path = change_cells(
            demo, tmp_path / "changed.xlsx", {f"数据!{cell}": value for cell, value in cells.items()}
        )
        return refusal(attempt(county_method, read_panel(path, county_method)))

    return read


def test_the_table_that_the_other_tests_break_is_in_order(county_method):
    result, issues = attempt_columns(county_method, county_columns())
    assert not issues
    assert result.payment.allocation.tolist() == [250_000, 750_000]


# --- columns ----------------------------------------------------------------------------------------


def test_a_missing_column_names_the_near_miss(tiny):
    table = {"代码": ["620102"], "名称": ["甲县"], "常住人囗": [1], "成本": [10]}
    found = refusal(attempt_columns(tiny, table))
    assert found.code == "TC201"
    assert "缺少列「常住人口（人）」" in found.message.zh
    assert "表中的「常住人囗」是否应为「常住人口」" in found.hint.zh


def test_a_missing_column_without_a_near_miss_lists_the_unused_ones(tiny):
    found = refusal(attempt_columns(tiny, {"代码": ["620102"], "名称": ["甲县"], "成本": [10], "电话": [1]}))
    assert found.code == "TC201"
    assert "电话" in found.hint.zh


def test_a_column_that_stands_twice_names_both_cells(demo_with):
    found = demo_with(H2="标准财政支出")
    assert found.code == "TC210"
    assert "「标准财政支出」出现了两次：E2 和 H2" in found.message.zh
    assert found.place.cell == "H2"


@pytest.mark.parametrize("unit", ["元", "亿元", "千元", "单位：元", "人", "美元"])
def test_a_wrong_unit_in_a_heading_is_refused(demo_with, unit):
    found = demo_with(E2=f"标准财政支出（{unit}）")
    assert found.code == "TC213"
    assert f"的单位写的是「{unit.removeprefix('单位：')}」，办法要求「万元」" in found.message.zh
    assert "换算" in found.hint.zh
    assert (found.place.sheet, found.place.cell) == ("数据", "E2")


def test_a_remark_in_a_heading_is_no_unit(demo, tmp_path, county_method):
    path = change_cells(demo, tmp_path / "changed.xlsx", {"数据!E2": "标准财政支出（2025年）"})
    assert not read_panel(path, county_method).issues


# --- cells ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value", "code", "said"),
    [
        ("E3", "暂无", "TC202", "「标准财政支出」应为数字，这里是文字「暂无」"),
        ("E3", "12%", "TC228", "「标准财政支出」的单位是万元，「12%」写的是另一类单位"),
        ("E3", "142,60", "TC202", "这里是文字「142,60」"),
        ("E3", True, "TC202", "「标准财政支出」应为数字，这里是文字「TRUE」"),
        ("E3", dt.date(2026, 1, 2), "TC230", "「标准财政支出」应为数字，这里是日期 2026-01-02"),
        ("E3", "—", "TC226", "「标准财政支出」写着「—」，表示没有数据"),
        ("E3", "1.2万", "TC227", "「1.2万」说不清是多少：「标准财政支出」的单位已是万元"),
        ("E3", "5万人", "TC228", "「5万人」写的是另一类单位"),
        ("E3", None, "TC203", "「标准财政支出」为空"),
        ("E3", "  ", "TC203", "「标准财政支出」为空"),
        ("E3", -5, "TC204", "「标准财政支出」不能小于 0，这里是 -5"),
        ("E3", "1e999", "TC218", "「标准财政支出」的数值不是有限数"),
        ("D3", "也许", "TC214", "「功能区」应为是或否，这里是「也许」"),
        ("B3", None, "TC203", "「市州」为空"),
    ],
)
def test_a_bad_cell_is_named_by_its_address_and_county(demo_with, cell, value, code, said):
    found = demo_with(**{cell: value})
    assert found.code == code
    assert said in found.message.zh
    assert (found.place.sheet, found.place.cell) == ("数据", cell)
    assert (found.place.code, found.place.unit_name) == ("620102", "城关区")


@pytest.mark.parametrize(
    "cells",
    [[None, 200], [float("nan"), 200], [Decimal("NaN"), 200], pd.array([None, 200], dtype="Int64")],
    ids=["None", "nan", "Decimal NaN", "nullable integer"],
)
def test_a_blank_in_a_data_frame_is_a_blank_and_no_zero(county_method, cells):
    frame = pd.DataFrame(county_columns()).assign(**{NUMBER: cells})
    found = refusal(
        attempt(county_method, Panel.from_frame(frame, county_method), pool="100", on="2024-01-01")
    )
    assert found.code == "TC203"
    assert "空格不等于 0" in found.hint.zh
    assert found.place.code == "620102"


def test_a_number_too_large_for_a_double_is_an_issue_and_no_traceback(county_method):
    found = refusal(attempt_columns(county_method, county_columns(**{NUMBER: [10**400, 200]})))
    assert found.code == "TC218"


def test_an_error_cell_of_excel_is_never_read_as_a_blank_that_means_zero(tmp_path):
    """`#DIV/0!` in a column where a blank means 0 would otherwise become a figure."""
    method = load_method(write_method(tmp_path, ("cost: {", 'cost: {missing: "0", ')))
    path = write_workbook(
        tmp_path / "error.xlsx",
        数据=[["代码", "常住人口", "成本"], ["620102", 1, 5], ["620103", 1, "#DIV/0!"]],
    )
    book = openpyxl.load_workbook(path)
    assert book["数据"]["C3"].data_type == "e"
    issues = read_panel(path, method).issues
    assert [(found.code, found.place.cell) for found in issues] == [("TC202", "C3")]


def test_a_formula_without_a_saved_value_is_never_read_as_a_blank_that_means_zero(tmp_path):
    """A program that writes formulas without computing them leaves cells that hold no value yet."""
    method = load_method(write_method(tmp_path, ("cost: {", 'cost: {missing: "0", ')))
    path = write_workbook(
        tmp_path / "formula.xlsx", 数据=[["代码", "常住人口", "成本"], ["620102", 1, "=B2*7"]]
    )
    assert [found.place.cell for found in read_panel(path, method).issues] == ["C2"]


def test_an_error_cell_is_found_beside_a_sheet_that_is_only_a_chart(demo, tmp_path, county_method):
    path = change_cells(demo, tmp_path / "chart.xlsx", {"数据!E3": "#DIV/0!"})
    book = openpyxl.load_workbook(path)
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(book["数据"], min_col=5, min_row=3, max_row=5))
    book.create_chartsheet("图").add_chart(chart)
    book.save(path)
    found = refusal(attempt(county_method, read_panel(path, county_method)))
    assert (found.code, found.place.cell) == ("TC202", "E3")


def test_columns_of_different_lengths_are_a_usage_error(county_method):
    with pytest.raises(UsageError):
        Panel.from_columns(county_columns(**{NUMBER: [100]}), county_method)


# --- rows -------------------------------------------------------------------------------------------


def test_a_code_that_stands_twice_names_both_cells(demo_with):
    found = demo_with(A7="620105")
    assert found.code == "TC206"
    assert "代码 620105 重复，第一次出现在 A6" in found.message.zh
    assert found.place.cell == "A7"


@pytest.mark.parametrize("code", ["62010", "6201021", "06201O", "甘肃", "020102", "620102.5"])
def test_a_malformed_code_is_named(demo_with, code):
    found = demo_with(A3=code)
    assert found.code == "TC207"
    assert f"「{code}」不是六位行政区划代码" in found.message.zh
    assert found.place.cell == "A3"


def test_a_blank_code_is_named(demo_with):
    found = demo_with(A3=None)
    assert found.code == "TC217"
    assert (found.place.sheet, found.place.cell) == ("数据", "A3")


@pytest.mark.parametrize(("code", "name"), [("620199", "合计"), ("620199", "兰州市小计")])
def test_a_total_with_the_code_of_a_county_is_refused(demo_with, code, name):
    found = demo_with(A90=code, C90=name)
    assert found.code == "TC208"
    assert name in found.message.zh
    assert "重复计算" in found.hint.zh
    assert found.place.cell == "A90"


def test_a_county_code_in_a_method_for_provinces_is_refused_with_the_way_out():
    method = load_method(PROVINCE)
    table = {
        "代码": ["620000", "620522"],
        "名称": ["甘肃省", "秦安县"],
        "标准财政支出": [9, 9],
        "标准财政收入": [5, 5],
    }
    table["基本公共服务必保支出"] = [4, 4]
    chosen = {"weight_pool": "1", "weight_difficulty": "0", "deviation": "sample", "reference": "everyone"}
    found = refusal(attempt_columns(method, table, parameters=chosen))
    assert found.code == "TC219"
    assert "620522 是县级代码" in found.message.zh
    assert "cn/model/equalization-county" in found.hint.zh
    assert found.place.code == "620522"


def test_a_table_without_rows_is_refused(county_method):
    found = refusal(attempt_columns(county_method, {key: [] for key in county_columns()}))
    assert found.code == "TC209"


# --- files ------------------------------------------------------------------------------------------


def csv_bytes(encoding):
    columns = county_columns()
    lines = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    return "\r\n".join(lines).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_read_in_each_encoding(tmp_path, county_method, encoding):
    path = tmp_path / "table.csv"
    path.write_bytes(csv_bytes(encoding))
    panel = read_panel(path, county_method)
    assert not panel.issues
    assert panel.names.tolist() == ["甲县", "乙县"]
    assert calculate(county_method, panel, pool=100).payment.allocation.tolist() == [250_000, 750_000]


@pytest.mark.parametrize(
    ("file", "content", "code", "said"),
    [
        ("absent.xlsx", None, "TC212", "无法读取文件"),
        ("garbage.xlsx", b"no zip", "TC804", "内容与扩展名 .xlsx 不符"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "TC803", "旧格式的工作簿"),
        ("neither.csv", b"\xff\xff\xfe", "TC212", "既不是 UTF-8 也不是 GB18030"),
        ("quote.csv", '代码,"名称\n'.encode(), "TC212", "无法读取文件"),
    ],
)
def test_an_unreadable_file_is_refused(tmp_path, file, content, code, said):
    if content is not None:
        (tmp_path / file).write_bytes(content)
    stderr = refused_run(tmp_path, COUNTY, tmp_path / file)
    assert f"{code} {file}：" in stderr
    assert said in stderr
    assert ".xlsx" in stderr


def test_a_file_without_a_heading_row_is_refused(tmp_path, county_method):
    path = write_workbook(tmp_path / "bare.xlsx", 数据=[["620102", 1], ["620103", 2]])
    with pytest.raises(DataError) as caught:
        read_panel(path, county_method)
    (found,) = caught.value.issues
    assert found.code == "TC211"
    assert "「代码」列" in found.hint.zh


@pytest.mark.parametrize(
    "heading",
    [
        "标准财政支出(亿)",
        "标准财政支出（2026年预算，亿元）",
        "标准财政支出（人民币元）",
        "标准财政支出（单位:元）",
    ],
)
def test_a_unit_in_any_spelling_is_seen(county_method, heading):
    columns = county_columns()
    columns = {heading if "标准财政支出" in name else name: cells for name, cells in columns.items()}
    assert "TC213" in {found.code for found in Panel.from_columns(columns, county_method).issues}


@pytest.mark.parametrize("title", ["金额单位：人民币元", "（亿元）", "单位:亿元"])
def test_a_unit_above_the_table_holds_for_its_columns(county_method, tmp_path, title):
    path = tmp_path / "t.csv"
    heads = "代码,市州,功能区,标准财政支出,标准财政收入,上年转移支付"
    path.write_text(f"{title}\n{heads}\n620102,兰州市,否,900,600,0\n", encoding="utf-8")
    found = [issue.code for issue in read_panel(path, county_method).issues]
    assert found == ["TC213"] * 3


def test_a_prefecture_is_no_county(county_method):
    columns = county_columns()
    columns = {
        name: [*cells, "620100" if name in ("代码", "code") else cells[0]] for name, cells in columns.items()
    }
    assert "TC221" in {found.code for found in Panel.from_columns(columns, county_method).issues}


@pytest.mark.parametrize("title", ["甘肃省2026年测算表（演示数据）", "虚构数据，仅供试用"])
def test_a_remark_that_data_are_made_up_is_never_lost(county_method, tmp_path, title):
    path = tmp_path / "t.csv"
    heads = "代码,市州,功能区,标准财政支出,标准财政收入,上年转移支付"
    path.write_text(f"{title}\n{heads}\n620102,兰州市,否,900,600,0\n", encoding="utf-8")
    assert title in read_panel(path, county_method).given.notice
