"""The input template: it holds what a method needs, it guides the clerk, and filled in it runs as it is."""

from __future__ import annotations

import datetime as dt
import shlex
import zipfile
from collections import Counter

import openpyxl
import pytest
from builders import command, write_method
from paths import ROOT

from transfer_calc import DataError, calculate, load_method, read_panel
from transfer_calc.calculation.calculate import attempt
from transfer_calc.divisions import Division, Unit, load_division
from transfer_calc.method.library import shelf
from transfer_calc.panel.heading import plain_label
from transfer_calc.workbook.template import write_template
from transfer_calc.workbook.template_data import fits_a_rule
from transfer_calc.workbook.template_fields import fields_of
from transfer_calc.workbook.template_words import heading

HEAD = 3
"""The row of the headings."""

METHODS = [name for name in shelf() if not name.startswith("cn/shared/")]


def units(*codes):
    return Division("演示名单", tuple(Unit(code, f"地区{code}") for code in codes))


def fill(path, data=None, figures=None):
    """Write figures into a template: `{heading: {code: value}}` and `{name on 参数: value}`."""
    book = openpyxl.load_workbook(path)
    sheet = book["数据"]
    columns = {plain_label(cell.value).partition("(")[0]: cell.column for cell in sheet[HEAD]}
    rows = {sheet.cell(row, 1).value: row for row in range(HEAD + 1, sheet.max_row + 1)}
    for label, values in (data or {}).items():
        for code, value in values.items():
            sheet.cell(rows[code], columns[plain_label(label)]).value = value
    sheet = book["参数"]
    names = {sheet.cell(row, 1).value: row for row in range(HEAD + 1, sheet.max_row + 1)}
    for name, value in (figures or {}).items():
        sheet.cell(names[name], 2).value = value
    book.save(path)
    return path


def by_code(codes, values):
    return dict(zip(codes, values, strict=True))


def from_demo(demo, path, headings):
    """Fill a template with the figures of a demo workbook, found by heading."""
    sheet = openpyxl.load_workbook(demo)["数据"]
    given = {plain_label(cell.value).partition("(")[0]: cell.column for cell in sheet[2]}
    rows = range(3, sheet.max_row + 1)
    codes = [sheet.cell(row, 1).value for row in rows]
    parameters = openpyxl.load_workbook(demo)["参数"]
    figures = {
        parameters.cell(row, 1).value: parameters.cell(row, 2).value
        for row in range(2, parameters.max_row + 1)
    }
    data = {
        label: by_code(codes, [sheet.cell(row, given[plain_label(label)]).value for row in rows])
        for label in headings
    }
    return fill(path, data, figures)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    method = load_method("cn/model/equalization-county")
    path = tmp_path_factory.mktemp("county") / "模板.xlsx"
    return write_template(method, path, "gansu"), openpyxl.load_workbook(path)


# --- Filled in, it runs -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["cn/model/equalization-county", "cn/model/equalization-gap"])
def test_filled_with_the_demo_figures_it_gives_the_result_of_the_demo(name, tmp_path):
    demo = ROOT / "examples" / ("gansu-demo.xlsx" if name.endswith("county") else "gansu-gap-demo.xlsx")
    method = load_method(name)
    template = write_template(method, tmp_path / "模板.xlsx", "甘肃")
    headings = [column.entry.zh for column in template.fields.columns]
    from_demo(demo, template.path, headings)
    filled, original = (
        calculate(method, read_panel(template.path, method)),
        calculate(method, read_panel(demo, method)),
    )
    assert filled.issues == ()
    assert filled.table.drop(columns="name").equals(original.table.drop(columns="name"))
    assert "演示数据" in filled.notice


def test_filled_with_a_hand_worked_case_the_central_method_gives_its_amounts(tmp_path):
    # The first case of cn/central/equalization-2022, worked by hand in its case file.
    method = load_method("cn/central/equalization-2022")
    template = write_template(method, tmp_path / "模板.xlsx", units("A", "B", "C", "D"), on="2022-06-01")
    fill(
        template.path,
        {
            "标准财政支出": by_code("ABCD", [1000, 800, 1500, 600]),
            "标准财政收入": by_code("ABCD", [600, 300, 1600, 150]),
            "基本公共服务必保支出": by_code("ABCD", [520, 330, 900, 210]),
        },
        {
            "均衡性转移支付总额": 650, "统一系数权重": 1, "困难程度系数权重": 0, "标准差口径": "总体标准差",
            "标准化的参照范围": "有缺口的地区", "收口方式": method.file.choices["closing"].options["none"].zh,
            "声明": "演示数据",
        },
    )  # fmt: skip
    result = calculate(method, read_panel(template.path, method))
    assert result.columns["transfer"].round(4).tolist() == [192.5926, 240.7407, 0, 216.6667]


def test_filled_for_2018_the_chishui_method_gives_what_was_paid(tmp_path):
    # Published by the Ministry of Finance on 2019-12-10: Guizhou and Sichuan paid Yunnan 2,000 万元 each.
    method = load_method("cn/rivers/chishui")
    template = write_template(
        method, tmp_path / "模板.xlsx", units("530000", "520000", "510000"), on="2018-12-31"
    )
    result = calculate(method, read_panel(template.path, method))
    assert result.payment.allocation.tolist() == [4000, -2000, -2000]
    assert result.issues == ()


def test_a_figure_for_the_whole_run_is_filled_in_on_the_sheet_of_parameters(tmp_path):
    # Class III moves 50 million to Ningxia by the agreement; the class is made up (演示数据).
    method = load_method("cn/rivers/gansu-ningxia")
    template = write_template(method, tmp_path / "模板.xlsx", units("620000", "640000"), on="2024-12-31")
    (figure,) = template.fields.figures
    fill(template.path, {}, {figure.entry.zh: 3})
    result = calculate(method, read_panel(template.path, method))
    assert result.payment.allocation.tolist() == [-5000, 5000]
    assert result.settings.parameters[figure.name].origin == "workbook"


def test_a_value_of_law_is_shown_and_is_not_taken_for_the_users(tmp_path):
    method = load_method("cn/rivers/chishui")
    template = write_template(
        method, tmp_path / "模板.xlsx", units("530000", "520000", "510000"), on="2018-12-31"
    )
    shown = {
        row[0].value: row[3].value
        for row in openpyxl.load_workbook(template.path)["参数"].iter_rows(min_row=4)
    }
    settings = calculate(method, read_panel(template.path, method)).settings
    for law in template.fields.of_law:
        assert shown[law.entry.zh] == float(law.value)
        assert settings.parameters[law.name].origin == "method"
    assert settings.parameters["fund"].value == 20000  # 万元 in 2018, as the case file has it


# --- Every method has a template ----------------------------------------------------------------------


@pytest.mark.parametrize("name", METHODS)
def test_an_unfilled_template_has_blank_cells_and_no_other_problem(name, tmp_path):
    method = load_method(name)
    codes = ["110000", "120000"] if method.file.recipients.tier == "province" else ["620102", "620103"]
    template = write_template(method, tmp_path / "模板.xlsx", units(*codes))
    panel = read_panel(template.path, method)
    assert panel.codes.tolist() == codes
    needed = [column.name for column in template.fields.columns if column.entry.missing is None]
    blank = Counter(found.place.cell.rstrip("0123456789") for found in panel.issues)
    assert {found.code for found in panel.issues} <= {"TC203"}
    assert len(blank) == len(needed)
    assert set(blank.values()) <= {2}
    assert panel.given.values.keys() <= method.file.choices.keys()
    assert panel.given.notice is None
    # Beside the table only what nobody has given yet; chishui wants three provinces (TC408).
    _, issues = attempt(method, panel)
    assert {found.code for found in issues} <= {"TC203", "TC301", "TC306", "TC309", "TC310", "TC319", "TC408"}
    only_rules_that_excel_takes(template.path)


def only_rules_that_excel_takes(path):
    for sheet in openpyxl.load_workbook(path):
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.promptTitle or "") <= 32
            assert len(rule.errorTitle or "") <= 32
            assert len(rule.prompt or "") <= 255
            assert len(rule.error or "") <= 255
            assert len(rule.formula1) <= 255 + 2


def test_an_english_template_is_read_as_well(tmp_path):
    method = load_method("cn/model/equalization-gap")
    template = write_template(method, tmp_path / "t.xlsx", "gansu", lang="en")
    panel = read_panel(template.path, method)
    assert {found.code for found in panel.issues} == {"TC203"}
    assert openpyxl.load_workbook(template.path)["数据"]["C3"].value == "Prefecture"


# --- What stands in it --------------------------------------------------------------------------------


def test_it_has_the_three_sheets_and_opens_at_the_data(county):
    _, book = county
    assert book.sheetnames == ["说明", "数据", "参数"]
    assert book.active.title == "数据"


def test_the_units_of_the_list_are_filled_in_with_prefecture_and_zone(county):
    _, book = county
    sheet = book["数据"]
    rows = [[cell.value for cell in row[:4]] for row in sheet.iter_rows(min_row=HEAD + 1, max_row=HEAD + 88)]
    assert rows[0] == ["620102", "城关区", "兰州市", "否"]
    assert ["620171", "兰州新区", "兰州市", "是"] in rows
    assert len(rows) == len({row[0] for row in rows}) == 88
    assert sheet.cell(HEAD + 1, 1).number_format == "@"


def test_without_a_list_there_are_fifty_rows_to_fill(tmp_path):
    template = write_template(load_method("cn/model/equalization-gap"), tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(template.path)["数据"]
    assert sheet.max_row == HEAD + 50
    assert sheet.cell(HEAD + 50, 1).fill.fgColor.rgb == "FFFFF7CC"


def test_cells_to_fill_are_yellow_and_open_and_the_rest_is_locked_without_a_password(county):
    template, book = county
    sheet = book["数据"]
    first_figure = 3 + sum(column.entry.kind == "group" for column in template.fields.columns)
    cell = sheet.cell(HEAD + 1, first_figure + 2)
    assert cell.fill.fgColor.rgb == "FFFFF7CC"
    assert not cell.protection.locked
    assert sheet.cell(HEAD, 1).protection.locked
    for each in (sheet, book["参数"]):
        assert each.protection.sheet
        assert each.protection.password is None
        assert not each.protection.formatColumns  # False: this is allowed
        assert not each.protection.autoFilter
        assert not each.protection.sort
    value = {row[0].value: row[1] for row in book["参数"].iter_rows(min_row=HEAD + 1)}
    assert not value["资金总额"].protection.locked
    law = {law.entry.zh for law in template.fields.of_law}
    assert law
    assert all(value[label].protection.locked for label in law)


def test_a_number_has_its_bounds_with_messages_in_chinese(county):
    _, book = county
    rules = {rule.promptTitle: rule for rule in book["数据"].data_validations.dataValidation}
    assert (rules["取暖期"].type, rules["取暖期"].operator) == ("decimal", None)  # None: between
    assert (rules["取暖期"].formula1, rules["取暖期"].formula2) == ("0", "12")
    assert rules["取暖期"].prompt == "单位：月；在 0 和 12 之间；空着不等于 0，确为零填 0"
    assert rules["取暖期"].error.startswith("只能填数字")
    assert rules["民族自治地方"].formula1 == '"是,否"'
    assert rules["区划代码"].type == "textLength"


def test_the_allowed_texts_of_a_column_are_a_drop_down(tmp_path):
    template = write_template(load_method("cn/factors/free-opening-2011"), tmp_path / "t.xlsx")
    rules = openpyxl.load_workbook(template.path)["数据"].data_validations.dataValidation
    assert '"东部,中部,西部"' in [rule.formula1 for rule in rules]


def test_a_list_too_long_for_a_rule_stands_on_a_sheet(tmp_path):
    long = [f"第{number}类地区，名称很长很长很长" for number in range(20)]
    assert not fits_a_rule(long)
    assert not fits_a_rule(["甲,乙", "丙"])
    assert fits_a_rule(["甲、乙", "丙"])
    change = (
        "  population: {zh",
        f"  kind_of_area: {{zh: 地区类别, en: Kind of area, kind: group, allowed: [{', '.join(long)}]}}\n  population: {{zh",
    )
    template = write_template(load_method(write_method(tmp_path, change)), tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(template.path)
    (source,) = [
        rule.formula1 for rule in book["数据"].data_validations.dataValidation if rule.type == "list"
    ]
    sheet, _, area = source.partition("!")
    assert sheet == "'说明'"
    assert [row[0].value for row in book["说明"][area.replace("$", "")]] == long


def test_a_column_of_last_year_stands_right_of_this_year():
    rivers = [column.entry.zh for column in fields_of(load_method("cn/rivers/qilian"), None, None).columns]
    assert rivers.index("上年氨氮年均浓度") == rivers.index("氨氮年均浓度") + 1
    urban = [
        column.entry.zh
        for column in fields_of(load_method("cn/central/urbanisation-2022"), None, None).columns
    ]
    start = urban.index("本年跨省落户人口")
    assert urban[start : start + 3] == ["本年跨省落户人口", "上年跨省落户人口", "前年跨省落户人口"]


def test_groups_stand_behind_the_name_and_the_rest_as_in_the_method(county):
    template, book = county
    heads = [cell.value for cell in book["数据"][HEAD]]
    assert heads[:5] == ["代码", "名称", "市州", "功能区", "民族自治地方"]
    assert heads[5] == "常住人口\n（人）"
    method = [name for name in template.fields.file.columns if name != "must_fund"]
    assert [column.name for column in template.fields.columns] == method


def test_headings_notes_panes_filter_and_print(county):
    _, book = county
    sheet = book["数据"]
    assert "人口规模系数" in sheet["F3"].comment.text
    assert sheet.freeze_panes == "C4"
    assert sheet.auto_filter.ref == "A3:AO101"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.page_setup.fitToHeight == 0
    assert "第 &P 页 共 &N 页" in sheet.oddFooter.center.text
    with zipfile.ZipFile(county[0].path) as archive:
        assert b'<ignoredError sqref="A4:A101" numberStoredAsText="1"/>' in archive.read(
            "xl/worksheets/sheet2.xml"
        )


def test_the_cover_says_what_the_method_is_what_a_blank_means_and_where_the_list_is_from(county):
    _, book = county
    said = "\n".join(str(cell.value) for row in book["说明"].iter_rows() for cell in row if cell.value)
    for text in (
        "参考模型（参照财预〔2022〕58号的结构）",
        "2022-04-13 起",
        "空着不等于 0",
        "黄格：要填",
        "国家统计局",
    ):
        assert text in said


# --- Choices and dates --------------------------------------------------------------------------------


def test_a_default_is_filled_in_and_said_and_an_open_choice_is_not(county):
    _, book = county
    rows = {row[0].value: row for row in book["参数"].iter_rows(min_row=HEAD + 1)}
    assert rows["成本差异"][1].value == "计入"
    assert "缺省「计入」" in rows["成本差异"][6].value
    assert rows["标准差口径"][1].value is None
    assert "用不到" in rows["标准差口径"][6].value
    rules = {rule.promptTitle: rule.formula1 for rule in book["参数"].data_validations.dataValidation}
    assert rules["成本差异"] == '"计入,不计"'


def test_a_choice_that_was_made_leaves_needless_columns_and_figures_out():
    method = load_method("cn/model/equalization-county")
    every = fields_of(method, None, None)
    none = fields_of(method, {"cost_differences": "none"}, None)
    harder = fields_of(method, {"转移支付系数": "加困难程度"}, None)
    assert "altitude_sensitivity" not in {figure.name for figure in none.figures}
    assert len(none.figures) < len(every.figures)
    assert "must_fund" in {column.name for column in harder.columns}
    assert "must_fund" in {column.name for column in every.left_out}


def test_a_column_under_an_open_choice_says_when_it_is_needed(tmp_path):
    method = load_method("cn/central/income-tax-2022")
    template = write_template(method, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(template.path)["数据"]
    notes = {cell.value.partition("\n")[0]: cell for cell in sheet[HEAD] if cell.comment}
    assert notes["就业人数"].comment.text.startswith("仅在「税基的合成」选「平均工资乘就业人数」时需要")
    assert notes["就业人数"].font.italic
    chosen = write_template(method, tmp_path / "u.xlsx", choices={"base_form": "given"})
    heads = [cell.value.partition("\n")[0] for cell in openpyxl.load_workbook(chosen.path)["数据"][HEAD]]
    assert "就业人数" not in heads
    assert "工资薪金税基" in heads


@pytest.mark.parametrize(("choices", "code"), [({"zones": "some"}, "TC311"), ({"zone": "included"}, "TC305")])
def test_a_choice_that_is_none_is_refused(choices, code, tmp_path):
    with pytest.raises(DataError, match=code):
        write_template(load_method("cn/model/equalization-gap"), tmp_path / "t.xlsx", choices=choices)
    assert list(tmp_path.iterdir()) == []


def test_of_a_method_no_longer_in_force_the_last_day_is_filled_in(tmp_path):
    method = load_method("cn/central/ecology-2017")
    template = write_template(method, tmp_path / "t.xlsx")
    assert read_panel(template.path, method).given.on == dt.date(2019, 5, 8) == method.file.law.in_force.until
    with pytest.raises(DataError, match="TC118"):
        write_template(method, tmp_path / "t.xlsx", on="2024-01-01")


# --- Lists that do not fit ----------------------------------------------------------------------------


def test_a_city_without_counties_is_left_out_and_named(tmp_path):
    template = write_template(load_method("cn/model/equalization-gap"), tmp_path / "t.xlsx", "guangdong")
    (note,) = template.issues
    assert (note.code, note.severity) == ("TC843", "note")
    assert "441900 东莞市、442000 中山市" in note.message.zh
    assert len(template.units) == len(load_division("guangdong").units) - 2


@pytest.mark.parametrize(
    ("name", "given"), [("cn/factors/water-2022", "gansu"), ("cn/model/equalization-gap", "china")]
)
def test_a_list_of_the_wrong_tier_is_refused(name, given, tmp_path):
    with pytest.raises(DataError, match="TC842"):
        write_template(load_method(name), tmp_path / "t.xlsx", given)


def test_groups_of_ones_own_list_are_filled_in(tmp_path):
    own = Division(
        "演示", (Unit("620102", "甲", {"困难程度档次": "3"}), Unit("620103", "乙", {"困难程度档次": "5"}))
    )
    template = write_template(load_method("cn/model/staged-sharing"), tmp_path / "t.xlsx", own)
    sheet = openpyxl.load_workbook(template.path)["数据"]
    assert [sheet.cell(HEAD + 1 + row, 3).value for row in range(2)] == ["3", "5"]


def test_a_unit_that_the_reader_would_misread_stands_in_the_note(monkeypatch):
    method = load_method("cn/model/equalization-gap")
    column = fields_of(method, None, None).columns[2]
    assert heading(column, method.file, "zh") == "标准财政支出（万元）"
    monkeypatch.setattr("transfer_calc.workbook.template_words.written_unit", lambda _: "元")
    assert heading(column, method.file, "zh") == "标准财政支出"


# --- The command --------------------------------------------------------------------------------------


def test_the_command_writes_it_and_the_commands_it_names_run_as_typed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = command("template", "cn/rivers/chishui", "--on", "2018-12-31", "-o", "填报 表.xlsx")
    assert said.exit_code == 0, said.output
    assert "已写出 填报 表.xlsx" in said.stdout
    sheet = openpyxl.load_workbook("填报 表.xlsx")["数据"]
    book = sheet.parent
    for row, code in enumerate(("530000", "520000", "510000"), start=HEAD + 1):
        book["数据"].cell(row, 1).value = code
        book["数据"].cell(row, 2).value = code
    book.save("填报 表.xlsx")
    typed = [cell.value for cell in book["说明"]["B"] if str(cell.value).startswith("transfer-calc ")]
    assert [line.split()[1] for line in typed] == ["check", "run"]
    for line in typed:
        done = command(*shlex.split(line)[1:])
        assert done.exit_code == 0, done.output
    assert {path.name for path in tmp_path.iterdir()} == {
        "填报 表.xlsx",
        "填报 表-标注.xlsx",
        "填报 表-结果.xlsx",
    }


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (["-o", "t.csv"], 2, "要以 .xlsx 结尾"),
        (["-o", "t.xlsx", "--set", "rate=3"], 2, "--set 只用于选项：zones、hold_harmless"),
        (["-o", "t.xlsx", "--units", "nowhere"], 1, "TC840"),
        (["-o", "no/t.xlsx"], 1, "TC902"),
    ],
)
def test_the_command_refuses_what_cannot_be(arguments, exit_code, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = command("template", "cn/model/equalization-gap", *arguments)
    assert done.exit_code == exit_code
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_equal_templates_have_equal_bytes(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    method = load_method("cn/model/equalization-gap")
    for name in ("a.xlsx", "b.xlsx"):
        write_template(method, tmp_path / name, "gansu", on="2026-01-01")
    first, second = (openpyxl.load_workbook(tmp_path / name) for name in ("a.xlsx", "b.xlsx"))
    assert [s.title for s in first] == [s.title for s in second]
    with zipfile.ZipFile(tmp_path / "a.xlsx") as one, zipfile.ZipFile(tmp_path / "b.xlsx") as other:
        different = [name for name in one.namelist() if one.read(name) != other.read(name)]
    # Only the file names in the commands on the cover.
    assert different == ["xl/sharedStrings.xml"]
