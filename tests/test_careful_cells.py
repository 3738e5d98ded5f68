"""Cells in the forms in which people write them: read where certain and noted, refused where not."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import attempt_columns, change_cells, county_columns, refusal, write_method, write_workbook

from transfer_calc import Panel, load_method, read_panel
from transfer_calc.calculation.calculate import attempt
from transfer_calc.panel.cells import date_of, serial_date
from transfer_calc.panel.forms import read_number

NUMBER = "标准财政支出"


@pytest.fixture
def tiny(tmp_path):
    return load_method(write_method(tmp_path))


def tiny_panel(method, folder, *cells, heading="成本"):
    """A workbook with one county for each cell of the column 成本 (万元), read."""
    rows = [[f"{620101 + row}", 1, cell] for row, cell in enumerate(cells)]
    return read_panel(write_workbook(folder / "t.xlsx", 数据=[["代码", "常住人口", heading], *rows]), method)


def said(panel, code):
    (found,) = [issue for issue in panel.issues if issue.code == code]
    return found


# --- numbers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "unit", "value"),
    [
        ("１２３４．５", "万元", 1234.5),
        ("－５", "万元", -5),
        ("−5", "万元", -5),
        ("1,234.50", "万元", 1234.5),
        ("１，２３４，５６７", "万元", 1234567),
        ("（12.3）", "万元", -12.3),
        ("(1,234)", "万元", -1234),
        ("\u3000１２\u3000", "万元", 12),
        ("\xa012.5 ", "万元", 12.5),
        ("12 345.6", "万元", 12345.6),
        ("- 5", "万元", -5),
        ("'123", "万元", 123),
        ("12\u200b3", "万元", 123),
        ("12.5%", "1", 0.125),
        ("12.5％", "%", 12.5),
        ("3‰", "1", 0.003),
        ("3‰", "%", 0.3),
        ("1.2万", "元", 12000),
        ("1.2万", "人", 12000),
        ("0.3万", "平方公里", 3000),
        ("1.2亿", "1", 120000000),
        ("5 千", "户", 5000),
        ("3.5亿元", "万元", 35000),
        ("3.5 亿元", "元", 350000000),
        ("（2亿元）", "万元", -20000),
        ("350万元", "万元", 350),
        ("5万人", "人", 50000),
        ("5万人", "万人", 5),
        ("120公顷", "平方公里", 1.2),
        ("1500亩", "平方公里", 1),
        ("15 m2", "平方米", 15),
        ("0.1万元/人", "元/人", 1000),
        ("1.2万", "千瓦时", 12000),
    ],
)
def test_a_certain_form_is_read_in_the_unit_of_its_column(cell, unit, value):
    found = read_number(cell, unit)
    assert found.value == value
    assert found.fault is None
    assert found.form is not None


def test_a_conversion_is_exact():
    """0.07 亿元 is 700 万元; doubles would say 700.0000000000001."""
    assert 0.07 * 10_000 != 700
    assert read_number("0.07亿元", "万元").value == 700


@pytest.mark.parametrize(
    ("cell", "unit", "code"),
    [
        ("1.2万", "万元", "TC227"),
        ("3亿", "亿元", "TC227"),
        ("3亿", "万元", "TC227"),
        ("1.2万", "万人", "TC227"),
        ("1.2万", "%", "TC227"),
        ("5万人", "万元", "TC228"),
        ("12.5%", "万元", "TC228"),
        ("12.5%", "元/人", "TC228"),
        ("5人次", "人", "TC228"),
        ("3个", "1", "TC228"),
        (dt.date(2024, 1, 2), "万元", "TC230"),
        (dt.datetime(2024, 1, 2, 3, tzinfo=dt.UTC), "万元", "TC230"),
        (dt.time(1, 2), "万元", "TC230"),
        ("2024-07-01", "万元", "TC230"),
        ("2024年7月1日", "万元", "TC230"),
        (True, "万元", "TC202"),
        ("142,60", "万元", "TC202"),
        ("1,2345", "万元", "TC202"),
        ("1 2", "万元", "TC202"),
        ("1.2.3", "万元", "TC202"),
        ("(-3)", "万元", "TC202"),
        ("约5万", "元", "TC202"),
        ("5万元左右", "万元", "TC202"),
        ("1万2", "人", "TC202"),
        ("暂无", "万元", "TC202"),
        ("1_000", "万元", "TC202"),
        ("1e999999999万", "元", "TC202"),
        ("inf", "万元", "TC202"),
        ("٣", "万元", "TC202"),
        ("#DIV/0!", "万元", "TC202"),
        ("9" * 70, "万元", "TC202"),
    ],
)
def test_what_is_not_certain_is_refused(cell, unit, code):
    found = read_number(cell, unit)
    assert found.fault == code
    assert found.value is None


@pytest.mark.parametrize(
    "mark",
    ["—", "–", "-", "--", "——", "－", "／", "/", "无", "n/a", "N/A", "…", "……", " — ", "null", "不适用"],
)
def test_a_mark_for_no_data_is_no_zero(tiny, tmp_path, mark):
    found = said(tiny_panel(tiny, tmp_path, 5, mark), "TC226")
    assert found.severity == "error"
    assert found.place.cell == "C3"
    assert "没有数据不等于 0" in found.hint.zh


def test_a_mark_for_no_data_is_filled_where_the_method_says_what_a_blank_means(tmp_path):
    method = load_method(write_method(tmp_path, ("cost: {", 'cost: {missing: "7", ')))
    panel = tiny_panel(method, tmp_path, 5, "—", "无", None)
    assert panel.columns["cost"].tolist() == [5, 7, 7, 7]
    found = said(panel, "TC225")
    assert found.severity == "note"
    assert "有 2 格写着没有数据，按办法规定计为 7：C3「—」、C4「无」" in found.message.zh


def test_forms_are_noted_once_a_column_and_kind_with_at_most_five_cells(tiny, tmp_path):
    panel = tiny_panel(tiny, tmp_path, "（1）", *[f"（{number}.5）" for number in range(6)], "1,000", 9)
    assert panel.columns["cost"].tolist() == [-1, -0.5, -1.5, -2.5, -3.5, -4.5, -5.5, 1000, 9]
    brackets, thousands = panel.issues
    assert {brackets.severity, thousands.severity} == {"note"}
    assert "「成本」用括号表示负数，已按数字读，共 7 格：C2「（1）」= -1、C3" in brackets.message.zh
    assert "C6" in brackets.message.zh
    assert "C7" not in brackets.message.zh
    assert brackets.place.cell == "C2"
    assert "有千位分隔符，已按数字读，共 1 格：C9「1,000」= 1000" in thousands.message.zh
    assert (thousands.place.cell, thousands.place.code) == ("C9", "620108")


def test_a_converted_unit_is_noted(tiny, tmp_path):
    panel = tiny_panel(tiny, tmp_path, "3.5亿元")
    assert panel.columns["cost"].tolist() == [35000]
    assert "已换算成万元：C2「3.5亿元」= 35000" in said(panel, "TC229").message.zh
    assert "converted to 万元: C2 “3.5亿元” = 35000" in said(panel, "TC229").message.en


def test_a_number_stored_as_text_is_noted_in_a_workbook_and_not_in_a_csv(tiny, tmp_path):
    assert "有以文本存放的数字" in said(tiny_panel(tiny, tmp_path, "12.5"), "TC224").message.zh
    path = tmp_path / "t.csv"
    path.write_text("代码,常住人口,成本\n620102,1,12.5\n", encoding="utf-8")
    assert not read_panel(path, tiny).issues


def test_plain_cells_make_no_note(tiny, tmp_path):
    assert not tiny_panel(tiny, tmp_path, 5, 6.5, -3, 0).issues


def test_a_data_frame_with_other_forms_is_noted_by_code(county_method):
    panel = Panel.from_columns(county_columns(**{NUMBER: ["１００", 200]}), county_method)
    assert panel.columns["standard_expenditure"].tolist() == [100, 200]
    assert "620102「１００」= 100" in said(panel, "TC224").message.zh


def test_a_boolean_in_a_number_column_is_refused(county_method):
    found = refusal(attempt_columns(county_method, county_columns(**{NUMBER: [True, 200]})))
    assert found.code == "TC202"
    assert "TRUE" in found.message.zh


# --- flags, texts, codes ------------------------------------------------------------------------------


def test_a_dash_in_a_column_of_yes_and_no_is_no_no(county_method):
    found = refusal(attempt_columns(county_method, county_columns(功能区=["—", "否"])))
    assert found.code == "TC226"


def test_spaces_that_pad_a_group_make_no_second_group(county_method):
    panel = Panel.from_columns(county_columns(市州=["兰 州\u3000市", "兰州市"]), county_method)
    assert set(panel.columns["prefecture"].tolist()) == {"兰州市"}
    assert "「市州」中有空格或全角字符，已去掉，共 1 格：620102 = 兰州市" in said(panel, "TC233").message.zh


@pytest.mark.parametrize("cell", ["620 102", "６２０１０２", "\u3000620102 ", "'620102", "62 01 02"])
def test_a_code_in_another_form_is_read_and_noted(tiny, tmp_path, cell):
    path = write_workbook(tmp_path / "t.xlsx", 数据=[["代码", "常住人口", "成本"], [cell, 1, 5]])
    panel = read_panel(path, tiny)
    assert panel.codes.tolist() == ["620102"]
    assert "A2 = 620102" in said(panel, "TC233").message.zh


def test_codes_stored_as_numbers_are_noted_once(tiny, tmp_path):
    rows = [[620102 + row, 1, 5] for row in range(7)]
    panel = read_panel(write_workbook(tmp_path / "t.xlsx", 数据=[["代码", "常住人口", "成本"], *rows]), tiny)
    assert panel.codes.tolist() == [str(620102 + row) for row in range(7)]
    assert "「代码」以数字存放，已按文本读，共 7 格：A2 = 620102" in said(panel, "TC233").message.zh


def test_a_padded_name_is_put_in_order_and_an_english_one_left(demo, tmp_path, county_method):
    path = change_cells(demo, tmp_path / "t.xlsx", {"数据!C3": "城　关 区", "数据!C4": "New Town"})
    panel = read_panel(path, county_method)
    assert panel.names[:2].tolist() == ["城关区", "New Town"]
    assert "C3 = 城关区" in said(panel, "TC233").message.zh


# --- dates --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024年7月1日", dt.date(2024, 7, 1)),
        ("2024 年 7 月 1 日", dt.date(2024, 7, 1)),
        ("二〇二四年七月一日", dt.date(2024, 7, 1)),
        ("二○二四年十二月三十一日", dt.date(2024, 12, 31)),
        ("二零二四年十月二十日", dt.date(2024, 10, 20)),
        ("二〇二四年十一月十五日", dt.date(2024, 11, 15)),
        ("2024.7.1", dt.date(2024, 7, 1)),
        ("２０２４／７／１", dt.date(2024, 7, 1)),
        ("20240701", dt.date(2024, 7, 1)),
        (20240701.0, dt.date(2024, 7, 1)),
        ("2024-07-01 00:00:00", dt.date(2024, 7, 1)),
        (dt.datetime(2024, 7, 1, 9, tzinfo=dt.UTC), dt.date(2024, 7, 1)),
    ],
)
def test_a_date_is_read_in_every_usual_form(cell, day):
    assert date_of(cell) == day


@pytest.mark.parametrize(
    "cell",
    [
        "2024年13月1日",
        "二〇二四年七月",
        "二〇二四年十三月一日",
        "二〇二四年七月三十二日",
        "20241301",
        "2024",
        "七月一日",
        45292.0,
    ],
)
def test_what_is_no_date_is_none(cell):
    assert date_of(cell) is None


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (45292.0, dt.date(2024, 1, 1)),
        ("45292", dt.date(2024, 1, 1)),
        (32874, dt.date(1990, 1, 1)),
        (32873, None),
        (73415, dt.date(2100, 12, 31)),
        (73416, None),
        (45292.5, None),
        (1e300, None),
        ("不详", None),
        (True, None),
    ],
)
def test_a_serial_number_is_a_date_between_1990_and_2100(cell, day):
    """45292 is 2024-01-01 in Excel: 1 is 1900-01-01, and Excel counts a 29 February 1900 that never was."""
    assert serial_date(cell) == day


@pytest.mark.parametrize("cell", [46204, "二〇二六年七月一日", "20260701", 20260701])
def test_a_date_of_the_parameter_sheet_in_another_form_is_noted(demo, tmp_path, county_method, cell):
    panel = read_panel(change_cells(demo, tmp_path / "t.xlsx", {"参数!B3": cell}), county_method)
    assert panel.given.on == dt.date(2026, 7, 1)
    found = said(panel, "TC239")
    assert (found.place.sheet, found.place.cell) == ("参数", "B3")
    assert "读作 2026-07-01" in found.message.zh


@pytest.mark.parametrize("cell", [dt.date(2026, 7, 1), "2026-07-01", "2026年7月1日", "2026/7/1"])
def test_a_usual_date_makes_no_note(demo, tmp_path, county_method, cell):
    panel = read_panel(change_cells(demo, tmp_path / "t.xlsx", {"参数!B3": cell}), county_method)
    assert panel.given.on == dt.date(2026, 7, 1)
    assert not panel.issues


def test_notes_do_not_stop_a_calculation(demo, tmp_path, county_method):
    path = change_cells(demo, tmp_path / "t.xlsx", {"数据!E3": "１４２，６０６"})
    result, issues = attempt(county_method, read_panel(path, county_method))
    assert result is not None
    assert [found.severity for found in issues] == ["note"]
    assert result.panel.columns["standard_expenditure"][0] == 142606


@pytest.mark.parametrize("cell", ["12②", "12²", "3½", "①", "12₂"])
def test_a_footnote_mark_is_no_digit(cell):
    assert read_number(cell, "万元").fault == "TC202"
