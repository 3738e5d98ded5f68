"""Tables as bureaus lay them out: several heading rows, totals, hidden rows, remarks, several sheets, a layout given."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import county_columns, write_workbook

from transfer_calc import DataError, Panel, load_method, read_panel
from transfer_calc.files.book import Book, Sheet
from transfer_calc.panel.layout import Layout, load_layout, remember, remembered

HEADS = ["代码", "市州", "名称", "功能区", "标准财政支出", "标准财政收入", "上年转移支付"]
LANZHOU = [
    ["620102", "兰州市", "城关区", "否", 100, 50, 10],
    ["620103", "兰州市", "七里河区", "否", 200, 60, 20],
]
TIANSHUI = [["620522", "天水市", "秦安县", "否", 400, 70, 30]]
COUNTIES = [*LANZHOU, *TIANSHUI]


@pytest.fixture
def read(monkeypatch, county_method, tmp_path):
    """Read sheets made by hand, as if they had come from a workbook."""

    def panel(*sheets, layout=None, method=county_method):
        book = Book(tmp_path / "table.xlsx", "0" * 64, sheets)
        monkeypatch.setattr("transfer_calc.panel.panel.read_book", lambda _: book)
        return read_panel(tmp_path / "table.xlsx", method, layout)

    return panel


def sheet(*rows, name="数据", **more):
    return Sheet(name, [list(row) for row in rows], **more)


def codes(panel):
    return [found.code for found in panel.issues]


def said(panel, code):
    (found,) = [issue for issue in panel.issues if issue.code == code]
    return found


def test_the_table_that_the_other_tests_change_is_in_order(read):
    panel = read(sheet(HEADS, *COUNTIES))
    assert not panel.issues
    assert panel.codes.tolist() == ["620102", "620103", "620522"]


# --- totals -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (None, "合计"),
        ("合计", None),
        (None, "合 计"),
        (None, "总计："),
        ("620000", "甘肃省合计"),
        (None, "全省"),
        ("—", "合计"),
        (None, "Total"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_total_row_is_left_out_and_noted(read, code, name, first):
    total = [code, None, name, None, 700, 180, 60]
    rows = [total, *COUNTIES] if first else [*COUNTIES, total]
    panel = read(sheet(HEADS, *rows))
    assert panel.codes.tolist() == ["620102", "620103", "620522"]
    assert codes(panel) == ["TC231"]
    assert panel.issues[0].severity == "note"
    assert (name or code).strip("：") in panel.issues[0].message.zh
    assert panel.place(0, "standard_expenditure").cell == ("E3" if first else "E2")


def test_a_total_that_is_not_the_sum_is_named_with_both_figures(read):
    panel = read(sheet(HEADS, *COUNTIES, [None, None, "合计", None, 710, 180, 60]))
    found = said(panel, "TC244")
    assert found.severity == "warning"
    assert found.place.cell == "E5"
    assert "「标准财政支出」写的是 710，所含 3 个地区相加是 700，相差 +10" in found.message.zh


@pytest.mark.parametrize(
    ("code", "group", "name"),
    [
        ("620100", None, "小计"),
        (None, None, "兰州市小计"),
        (None, "兰州市", "小计"),
        (None, None, "兰州小计"),
        (None, None, "小计"),
    ],
)
def test_a_subtotal_is_compared_with_its_own_units(read, code, group, name):
    """Right at 300, the sum of 兰州市; wrong by 5 below it, wherever the other rows stand."""

    def subtotal(figure):
        return [code, group, name, None, figure, 110, 30]

    assert codes(read(sheet(HEADS, *LANZHOU, subtotal(300), *TIANSHUI))) == ["TC231"]
    found = said(read(sheet(HEADS, *LANZHOU, subtotal(305), *TIANSHUI)), "TC244")
    assert "所含 2 个地区相加是 300，相差 +5" in found.message.zh


def test_a_subtotal_may_stand_above_its_units(read):
    rows = [
        [None, None, "小计", None, 300, 110, 30],
        *LANZHOU,
        [None, None, "小计", None, 400, 70, 30],
        *TIANSHUI,
        [None, None, "合计", None, 700, 180, 60],
    ]
    assert codes(read(sheet(HEADS, *rows))) == ["TC231"]


def test_a_total_in_a_column_of_its_own_is_seen(read):
    rows = [[number, *row] for number, row in enumerate(COUNTIES, start=1)]
    panel = read(sheet(["序号", *HEADS], *rows, ["合计", None, None, None, None, 701, 180, 60]))
    assert len(panel) == 3
    assert said(panel, "TC244").place.cell == "F5"


def test_a_total_of_rounded_figures_is_right_to_its_last_decimal(read):
    rows = [[code, group, name, zone, 100.04, 50, 10] for code, group, name, zone, *_ in COUNTIES]
    assert codes(read(sheet(HEADS, *rows, [None, None, "合计", None, 300.1, 150, 30]))) == ["TC231"]
    assert "TC244" in codes(read(sheet(HEADS, *rows, [None, None, "合计", None, 300.2, 150, 30])))


def test_rates_and_averages_of_a_total_row_are_not_compared(read):
    method = load_method("cn/model/equalization-county")
    figures = {
        name: entry
        for name, entry in method.file.columns.items()
        if entry.kind == "number" and not entry.when
    }
    heads = ["代码", "市州", "民族自治地方", "功能区", *(entry.zh for entry in figures.values())]
    counties = [
        ["620102", "兰州市", "否", "否", *[3] * len(figures)],
        ["620103", "兰州市", "否", "否", *[5] * len(figures)],
    ]
    # 平均海拔 and 取暖期 as averages, 艰苦边远地区类别 as nonsense, all others as sums.
    total = ["合计", None, None, None]
    averages = {"altitude": 4, "heating_months": 4, "distance": 4, "hardship_class": 6}
    total += [averages.get(name, 8) for name in figures]
    assert codes(read(sheet(heads, *counties, total), method=method)) == ["TC231"]


def test_a_total_without_figures_or_with_words_is_left_out_all_the_same(read):
    panel = read(sheet(HEADS, *COUNTIES, [None, None, "合计", None, "—", None, "见附表"]))
    assert codes(panel) == ["TC231"]


def test_a_total_with_the_code_of_a_county_is_refused(read):
    found = said(read(sheet(HEADS, *COUNTIES, ["620523", "天水市", "合计", "否", 1, 1, 1])), "TC208")
    assert (found.severity, found.place.cell) == ("error", "A5")


def test_a_total_with_the_code_of_a_province_is_refused_where_provinces_receive():
    method = load_method("cn/central/equalization-2022")
    table = {
        "代码": ["620000", "630000"],
        "名称": ["甘肃省", "合计"],
        "标准财政支出": [9, 9],
        "标准财政收入": [5, 5],
        "must_fund": [4, 4],
    }
    assert "TC208" in codes(Panel.from_columns(table, method))


def test_a_total_in_a_data_frame_is_left_out_too(county_method):
    columns = {name: [*cells, cells[0]] for name, cells in county_columns().items()}
    columns |= {
        "代码": ["620102", "620103", None],
        "名称": ["甲县", "乙县", "合计"],
        "标准财政支出": [100, 200, 300],
    }
    panel = Panel.from_columns(
        columns | {"标准财政收入": [50, 50, 100], "上年转移支付": [0, 0, 0]}, county_method
    )
    assert len(panel) == 2
    assert codes(panel) == ["TC231"]


# --- other rows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        [1, 2, 3, 4, 5, 6, 7],
        ["甲", "乙", "丙", "丁", 1, 2, 3],
        ["栏次", None, None, None, 1, 2, 3],
        ["（1）", "（2）", "（3）", "（4）", "（5）", "（6）", "（7）"],
        ["甲", "乙", "丙", "丁", "1", "2", "3=1-2"],
        ["A", "B", "C", "D", "E", "F", "G=E-F"],
    ],
)
def test_a_row_of_column_numbers_is_left_out(read, row):
    panel = read(sheet(HEADS, row, *COUNTIES))
    assert len(panel) == 3
    assert codes(panel) == ["TC232"]
    assert "栏次" in panel.issues[0].message.zh
    assert panel.issues[0].place.cell == "A2"


def test_a_county_that_is_no_column_number_stays(read):
    panel = read(sheet(HEADS, ["620111", "兰州市", "红古区", "否", 1, 2, 3], *COUNTIES))
    assert len(panel) == 4
    assert not panel.issues


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["注：本表由各县填报。"], "说明"),
        (["注1：数据为预算数"], "说明"),
        (["填表人：张三", None, None, "审核：李四", None, "日期：2026年1月5日"], "说明"),
        (["单位负责人：王五"], "说明"),
        (["数据来源：年鉴"], "说明"),
        (["* 含新区"], "说明"),
        (["本表一式两份"], "说明"),
        (HEADS, "表头"),
    ],
)
def test_a_remark_or_repeated_heading_is_left_out(read, row, kind):
    panel = read(sheet(HEADS, *COUNTIES, row))
    assert len(panel) == 3
    assert codes(panel) == ["TC232"]
    assert kind in panel.issues[0].message.zh
    assert panel.issues[0].place.cell == "A5"


def test_a_row_with_a_serial_number_only_is_left_out(read):
    rows = [[number, *row] for number, row in enumerate(COUNTIES, start=1)]
    panel = read(sheet(["序号", *HEADS], *rows, [4], [5]))
    assert len(panel) == 3
    assert "有 2 行只有序号" in said(panel, "TC232").message.zh


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ([None, "天水市", "甘谷县", "否", 1, 2, 3], "TC217"),
        ([None, None, "甘谷县", None, None, None, None], "TC217"),
        (["62052", None, None, None, None, None, None], "TC207"),
        (["注：", None, None, "否", 1, 2, 3], "TC207"),
    ],
)
def test_a_row_that_may_be_a_county_is_never_left_out(read, row, code):
    assert code in codes(read(sheet(HEADS, *COUNTIES, row)))


def test_in_a_method_with_codes_of_any_kind_a_row_of_figures_stays(read):
    """Codes 1, 2, 3 of some list are codes, not column numbers."""
    method = load_method("intl/victoria-2024")
    assert method.file.recipients.code == "any"
    inputs = list(method.file.columns)
    panel = read(sheet(["code", *inputs], range(1, len(inputs) + 2)), method=method)
    assert panel.codes.tolist() == ["1"]


# --- hidden and merged ----------------------------------------------------------------------------------


def test_a_hidden_county_is_read_and_asked_about(read):
    panel = read(sheet(HEADS, *COUNTIES, hidden_rows=frozenset({2, 4, 9})))
    found = said(panel, "TC241")
    assert len(panel) == 3
    assert found.severity == "warning"
    assert "第 2、4 行" in found.message.zh


def test_a_hidden_total_is_of_no_account(read):
    rows = [*COUNTIES, [None, None, "合计", None, 700, 180, 60]]
    assert codes(read(sheet(HEADS, *rows, hidden_rows=frozenset({5})))) == ["TC231"]


def test_a_hidden_column_in_use_is_noted_and_another_is_not(read):
    assert not read(sheet([*HEADS, "备注"], *COUNTIES, hidden_columns=frozenset({7}))).issues
    found = said(read(sheet(HEADS, *COUNTIES, hidden_columns=frozenset({5}))), "TC242")
    assert found.severity == "note"
    assert "F（标准财政收入）" in found.message.zh


def test_a_hidden_sheet_is_asked_about(read):
    assert said(read(sheet(HEADS, *COUNTIES, visible=False)), "TC243").severity == "warning"


def test_a_group_merged_downwards_stands_in_each_row(read):
    rows = [LANZHOU[0], ["620103", None, *LANZHOU[1][2:]], *TIANSHUI]
    panel = read(sheet(HEADS, *rows, merged=((1, 1, 2, 1),)))
    assert panel.columns["prefecture"].tolist() == ["兰州市", "兰州市", "天水市"]
    assert "B2「兰州市」" in said(panel, "TC233").message.zh


def test_a_figure_merged_downwards_is_one_countys_and_the_others_are_blank(read):
    rows = [LANZHOU[0], [*LANZHOU[1][:4], None, *LANZHOU[1][5:]], *TIANSHUI]
    found = said(read(sheet(HEADS, *rows, merged=((1, 4, 2, 4),))), "TC203")
    assert found.place.cell == "E3"


# --- headings -------------------------------------------------------------------------------------------

TITLE = ["2026年测算表", None, None, None, None, None, None]
UPPER = ["代码", "市州", "名称", "功能区", "标准财政", None, "上年"]
LOWER = [None, None, None, None, "支出", "收入", "转移支付"]
MERGED = ((0, 0, 0, 6), (1, 4, 1, 5), *((1, column, 2, column) for column in range(4)))


def test_two_heading_rows_with_merged_titles_are_joined_and_noted(read):
    panel = read(sheet(TITLE, UPPER, LOWER, *COUNTIES, merged=MERGED))
    assert panel.columns["standard_revenue"].tolist() == [50, 60, 70]
    assert panel.columns["last_year"].tolist() == [10, 20, 30]
    assert panel.place(2, "last_year").cell == "G6"
    assert panel.headings["standard_revenue"].cell == "F3"
    found = said(panel, "TC234")
    assert found.severity == "note"
    assert "第 2–3 行" in found.message.zh
    assert "G3「上年／转移支付」" in found.message.zh


def test_a_row_of_units_below_the_headings_counts_as_units(read):
    units = [None, None, None, None, "（万元）", "亿元", "单位：万元"]
    panel = read(sheet(HEADS, units, *COUNTIES))
    assert codes(panel) == ["TC213", "TC234"]
    assert panel.issues[0].place.cell == "F1"
    assert "「亿元」，办法要求「万元」" in panel.issues[0].message.zh
    assert len(panel) == 3


def test_headings_on_two_rows_that_share_no_column_are_noted_too(read):
    upper = [*HEADS[:4], None, None, None]
    lower = [None, None, None, None, *HEADS[4:]]
    panel = read(sheet(upper, lower, *COUNTIES))
    assert codes(panel) == ["TC234"]
    assert panel.headings["code"].cell == "A1"
    assert panel.headings["last_year"].cell == "G2"


def test_three_heading_rows_with_units(read):
    units = [None, None, None, None, "万元", "万元", "万元"]
    panel = read(sheet(TITLE, UPPER, LOWER, units, *COUNTIES, merged=MERGED))
    assert codes(panel) == ["TC234"]
    assert "第 2–4 行" in panel.issues[0].message.zh


def test_the_unit_of_an_upper_heading_holds_for_the_columns_below(read):
    upper = [*UPPER[:4], "标准财政（亿元）", None, "上年（万元）"]
    assert codes(read(sheet(TITLE, upper, LOWER, *COUNTIES, merged=MERGED)))[:2] == ["TC213", "TC213"]


def test_two_years_under_two_titles_are_two_columns_for_one_input(read):
    upper = ["代码", "市州", "名称", "功能区", "2025年", "2026年", None, None]
    lower = [None, None, None, None, "标准财政支出", "标准财政支出", "标准财政收入", "上年转移支付"]
    rows = [[*row[:4], row[4], *row[4:]] for row in COUNTIES]
    assert "TC210" in codes(read(sheet(upper, lower, *rows)))


def test_a_title_merged_over_the_whole_table_is_no_heading(read):
    assert not read(sheet(TITLE, HEADS, *COUNTIES, merged=((0, 0, 0, 6),))).issues


def test_a_line_break_in_a_heading_does_not_matter(read):
    heads = [*HEADS[:4], "标准财政\n支出\n（万元）", *HEADS[5:]]
    assert not read(sheet(heads, *COUNTIES)).issues


# --- sheets ---------------------------------------------------------------------------------------------


def test_a_sheet_found_by_content_is_noted_where_there_are_several(read):
    cover = sheet(["封面"], name="封面")
    panel = read(cover, sheet(HEADS, *COUNTIES, name="2026年测算"))
    assert "「2026年测算」；未读：封面" in said(panel, "TC235").message.zh
    assert not read(sheet(HEADS, *COUNTIES, name="2026年测算"), sheet(["名称", "数值"], name="参数")).issues


def test_two_sheets_that_fit_equally_well_are_refused(read):
    with pytest.raises(DataError) as caught:
        read(sheet(HEADS, *COUNTIES, name="2025年"), sheet(HEADS, *COUNTIES, name="2026年"))
    (found,) = caught.value.issues
    assert found.code == "TC236"
    assert "2025年、2026年" in found.message.zh
    assert "sheet: 表名" in found.hint.zh


def test_a_sheet_that_fits_less_well_is_no_rival(read):
    other = sheet(HEADS[:5], *[row[:5] for row in COUNTIES], name="2025年")
    assert codes(read(other, sheet(HEADS, *COUNTIES, name="2026年"))) == ["TC235"]


def test_a_hidden_sheet_is_no_rival_of_a_visible_one(read):
    hidden = sheet(HEADS, *COUNTIES, name="2025年", visible=False)
    panel = read(hidden, sheet(HEADS, *TIANSHUI, name="2026年"))
    assert len(panel) == 1


def test_the_sheet_called_data_goes_first_unless_it_has_no_table(read):
    data, other = sheet(HEADS, *TIANSHUI), sheet(HEADS, *COUNTIES, name="2025年")
    assert len(read(other, data)) == 1
    assert len(read(other, sheet(["空"]))) == 3


# --- a layout given by the user ---------------------------------------------------------------------------

OWN = ["区划", "市州", "县名", "功能区", "标准支出(万元)", "标准财政收入", "上年转移支付", "标准财政支出"]
OWN_ROWS = [[*row, 999] for row in COUNTIES]
MEANT = {"区划": "code", "县名": "名称", "标准支出(万元)": "standard_expenditure", "标准财政支出": ""}


def test_headings_of_the_bureau_are_read_as_the_layout_says(read):
    panel = read(sheet(OWN, *OWN_ROWS), layout=Layout(columns=MEANT))
    assert not panel.issues
    assert panel.columns["standard_expenditure"].tolist() == [100, 200, 400]
    assert panel.names.tolist() == ["城关区", "七里河区", "秦安县"]


def test_a_column_left_alone_makes_room_and_one_that_is_not_clashes(read):
    meant = {head: name for head, name in MEANT.items() if name}
    assert codes(read(sheet(OWN, *OWN_ROWS), layout=Layout(columns=meant))) == ["TC210"]


def test_the_unit_in_a_mapped_heading_is_still_compared(read):
    heads = ["标准支出(亿元)" if head == "标准支出(万元)" else head for head in OWN]
    layout = Layout(columns=MEANT | {"标准支出(亿元)": "标准财政支出"})
    assert codes(read(sheet(heads, *OWN_ROWS), layout=layout)) == ["TC254", "TC213"]


def test_a_sheet_and_a_range_are_cut_out_and_places_stay_those_of_the_sheet(read):
    rows = [
        ["单位：万元"],
        [],
        [None, *HEADS, "电话"],
        *([None, *row, 1] for row in COUNTIES),
        [None, "620199", *[1] * 7],
    ]
    panel = read(sheet(["x"]), sheet(*rows, name="2026年测算"), layout=Layout("2026年测算", "B3:H6"))
    assert [(each.code, "第 7 行" in each.message.zh) for each in panel.issues] == [("TC253", True)]
    assert len(panel) == 3
    assert panel.place(0, "standard_expenditure").cell == "F4"
    assert panel.headings["code"].cell == "B3"
    assert panel.place(0, "code").sheet == "2026年测算"


@pytest.mark.parametrize(
    "titles",
    [
        ["单位：人、元"], ["单位：户，元"], ["人口单位：人　金额单位：元"], ["单位（元）"], ["单位:人民币（元）"],
        ["单位 元"], ["金额：元"], ["单位", "元"], ["金额单位：", "元"],
    ],
)  # fmt: skip
def test_a_unit_stated_above_the_table_is_found_however_it_is_written(titles, read):
    assert codes(read(sheet(titles, HEADS, *COUNTIES))) == ["TC213"] * 3


def test_a_unit_stated_below_the_table_is_found(read):
    found = codes(read(sheet(HEADS, *COUNTIES, ["单位：元"])))
    assert [code for code in found if code != "TC232"] == ["TC213"] * 3


def test_a_stated_unit_that_nobody_knows_is_asked_about_and_an_office_is_none(read):
    assert codes(read(sheet(["单位：豪"], HEADS, *COUNTIES))) == ["TC252"]
    assert codes(read(sheet(["填报单位：城关区财政局"], HEADS, *COUNTIES))) == []


def test_headings_of_a_layout_that_the_table_has_not_are_named(read):
    panel = read(sheet(HEADS, *COUNTIES), layout=Layout(columns={"不存在的表头": "standard_expenditure"}))
    assert [(each.code, "不存在的表头" in each.message.zh) for each in panel.issues] == [("TC254", True)]


def test_the_unit_above_a_range_still_holds(read):
    rows = [["单位：亿元"], HEADS, *COUNTIES]
    assert codes(read(sheet(*rows), layout=Layout(cells="A2:G5"))) == ["TC213"] * 3


@pytest.mark.parametrize(
    ("layout", "said_zh"),
    [
        (Layout("2027年"), "没有工作表「2027年」，有：数据、参数"),
        (Layout("数据", "J1:Z9"), "区域 J1:Z9 在工作表「数据」的数据之外"),
        (Layout("数据", "A50:G99"), "在工作表「数据」的数据之外"),
        (Layout("数据", "B4"), "要写成 B4:K95 的样子"),
        (Layout("数据", "G5:A1"), "要写成 B4:K95 的样子"),
    ],
)
def test_a_layout_that_does_not_fit_is_refused(read, layout, said_zh):
    with pytest.raises(DataError) as caught:
        read(sheet(HEADS, *COUNTIES), sheet([], name="参数"), layout=layout)
    (found,) = caught.value.issues
    assert found.code == "TC237"
    assert said_zh in found.message.zh


def test_an_unknown_input_of_a_layout_names_the_near_ones_and_its_line(read, tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text("sheet: 数据\ncolumns:\n  标准支出(万元): standard_expenditur\n", encoding="utf-8")
    found = said(read(sheet(HEADS, *COUNTIES), layout=load_layout(path)), "TC237")
    assert "没有输入「standard_expenditur」，相近的：standard_expenditure" in found.message.zh
    assert (found.place.file, found.place.line) == ("own.yaml", 3)


LAYOUT = """\
sheet: 2026年测算
range: B4:K95
columns:
  "标准支出(万元)": standard_expenditure
  备注: ''
  电话:
"""


def test_a_layout_file_is_read(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(LAYOUT, encoding="utf-8")
    wanted = {"标准支出(万元)": "standard_expenditure", "备注": "", "电话": ""}
    assert load_layout(path) == Layout("2026年测算", "B4:K95", wanted)


@pytest.mark.parametrize(
    ("text", "line", "said_zh"),
    [
        ("sheets: 数据\n", 1, "没有「sheets」这一项，可写：sheet"),
        ("sheet: 数据\nrange: B4\n", 2, "区域「B4」要写成 B4:K95 的样子"),
        ("range: 5\n", 1, "区域「5」"),
        ("columns: [a]\n", 1, "表头: 输入名"),
        ("columns:\n  标准支出: [a, b]\n", 2, "「标准支出」要对应一个输入名"),
        ("- a\n", 1, "键: 值"),
        ("columns: {a: b\n", 2, "不是有效的 YAML"),
        ("columns: &a {x: *a}\n", 1, "别名"),
    ],
)
def test_a_bad_layout_file_is_refused_by_line(tmp_path, text, line, said_zh):
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_layout(path)
    (found,) = caught.value.issues
    assert found.code == "TC237"
    assert said_zh in found.message.zh
    assert "办法" not in found.message.zh
    assert found.place.line == line


def test_a_heading_that_stands_twice_in_a_layout_is_refused(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text("columns:\n  a: code\n  a: name\n", encoding="utf-8")
    with pytest.raises(DataError, match="TC103"):
        load_layout(path)


def test_a_layout_is_remembered_beside_the_workbook_and_used_with_a_note(tmp_path, county_method):
    path = write_workbook(tmp_path / "测算.xlsx", 测算2026=[OWN, *OWN_ROWS], 测算2025=[OWN, *OWN_ROWS])
    layout = Layout("测算2026", "A1:H4", MEANT)
    assert remembered(path) is None
    file = remember(path, layout)
    assert file == tmp_path / "测算.columns.yaml"
    assert remembered(path) == layout
    assert sorted(each.name for each in tmp_path.iterdir()) == ["测算.columns.yaml", "测算.xlsx"]
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert "标准支出(万元): standard_expenditure" in text
    panel = read_panel(path, county_method)
    assert codes(panel) == ["TC238"]
    assert "测算.columns.yaml" in panel.issues[0].message.zh
    assert panel.columns["standard_expenditure"].tolist() == [100, 200, 400]


def test_a_layout_given_goes_before_one_remembered(tmp_path, county_method):
    path = write_workbook(tmp_path / "t.xlsx", 甲=[HEADS, *COUNTIES], 乙=[HEADS, *TIANSHUI])
    remember(path, Layout("甲"))
    panel = read_panel(path, county_method, Layout("乙"))
    assert len(panel) == 1
    assert not panel.issues


@pytest.mark.parametrize("name", ["2026", "on", "2026-01-01", "null", "是: 否", "#1", "it's"])
def test_odd_names_survive_being_remembered(tmp_path, name):
    layout = Layout(name, None, {name: "", "b": "code"})
    remember(tmp_path / "t.xlsx", layout)
    assert remembered(tmp_path / "t.xlsx") == layout


def test_what_cannot_be_written_leaves_what_was_remembered(tmp_path, monkeypatch):
    remember(tmp_path / "t.xlsx", Layout("甲"))

    def fail(*_):
        raise OSError

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError):
        remember(tmp_path / "t.xlsx", Layout("乙"))
    assert remembered(tmp_path / "t.xlsx") == Layout("甲")
    assert [each.name for each in tmp_path.iterdir()] == ["t.columns.yaml"]
