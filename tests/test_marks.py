"""Marks in a copy of the workbook: the cells with problems, and not one byte more; and the command `check`."""

from __future__ import annotations

import json
import shutil
import subprocess
import warnings
import zipfile

import openpyxl
import pytest
import xlsxwriter
from builders import change_cells, command
from openpyxl.comments import Comment

from transfer_calc import DataError
from transfer_calc.cli.checking import closing, print_problems
from transfer_calc.cli.speak import Speaker
from transfer_calc.issues import Place, issue
from transfer_calc.workbook.mark import mark
from transfer_calc.workbook.mark_sheet import cell_of, top_left
from transfer_calc.workbook.mark_styles import FILLS
from transfer_calc.workbook.mark_xml import PartError, read_tree, splice, with_attribute

RED, ORANGE, BLUE = (FILLS[severity] for severity in ("error", "warning", "note"))


def blank(cell, sheet="数据", file=None):
    return issue("TC203", Place(file=file, sheet=sheet, cell=cell), column="收入")


def doubtful(cell, sheet="数据"):
    return issue("TC223", Place(sheet=sheet, cell=cell), column="收入", remark="里", wanted="万元")


def write_source(path):
    """A workbook of many parts: formulas with saved values, a chart, rules, notes, merged cells, protection."""
    book = xlsxwriter.Workbook(str(path))
    money = book.add_format({"num_format": "#,##0.00", "bold": True, "border": 1})
    sheet = book.add_worksheet("数据")
    sheet.write_row(0, 0, ["代码", "名称", "收入", "两倍"], money)
    for row in range(1, 30):
        sheet.write_string(row, 0, str(620100 + row))
        sheet.write_string(row, 1, f"县{row} <&>")
        sheet.write_number(row, 2, row * 1.5, money)
        sheet.write_formula(row, 3, f"=C{row + 1}*2", money, row * 3.0)
    sheet.set_column("J:J", 12, book.add_format({"italic": True}))
    sheet.merge_range("F3:G5", "合并")
    sheet.data_validation("C2:C30", {"validate": "decimal", "criteria": ">=", "value": 0})
    sheet.conditional_format("C2:C30", {"type": "data_bar"})
    sheet.write_comment("C3", "原有的批注")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=数据!$C$2:$C$9"})
    sheet.insert_chart("L2", chart)
    sheet.autofilter("A1:D30")
    sheet.freeze_panes(1, 2)
    sheet.protect("")
    other = book.add_worksheet("参数")
    other.write_row(0, 0, ["名称", "数值"])
    other.add_table("D1:E4")
    book.add_worksheet("空表")
    book.close()
    return path


def write_by_openpyxl(path):
    book = openpyxl.Workbook()
    book.active.title = "数据"
    for row in range(1, 31):
        book.active.append([str(620100 + row), f"县{row}", row * 1.5, f"=C{row}*2"])
    book.active["C3"].comment = Comment("原有的批注", "某人")
    book.active.merge_cells("F3:G5")
    for name in ("参数", "空表"):
        book.create_sheet(name)
    book.save(path)
    return path


def write_by_libreoffice(path):
    folder = path.parent / "made"
    folder.mkdir()
    convert(write_source(folder / path.name), "xlsx:Calc MS Excel 2007 XML", path.parent)
    return path


def convert(source, kind, folder):
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
            "--convert-to", kind, "--outdir", str(folder), str(source),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip


SOURCES = [
    pytest.param(write_source, id="xlsxwriter"),
    pytest.param(write_by_openpyxl, id="openpyxl"),
    pytest.param(write_by_libreoffice, id="LibreOffice", marks=pytest.mark.external("soffice")),
]


@pytest.fixture(scope="module", params=SOURCES)
def source(request, tmp_path_factory):
    """A workbook as each of three programs writes it."""
    return request.param(tmp_path_factory.mktemp("source") / "表.xlsx")


ISSUES = [
    blank("C3"),
    doubtful("C3"),
    doubtful("B4"),
    issue("TC407", Place(sheet="数据", cell="D5"), count=3),
    blank("G4"),
    blank("J3"),
    blank("B2000"),
    blank("A9", "参数"),
    issue("TC209", Place(sheet="空表")),
    issue("TC301", unit="万元"),
]
MARKED = {
    "数据": {"A1": RED, "C3": RED, "B4": ORANGE, "D5": RED, "F3": RED, "J3": RED, "B2000": RED},
    "参数": {"A9": RED},
    "空表": {"A1": RED},
}


def load(path, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl does not know of the files of others
        return openpyxl.load_workbook(path, **options)


def parts(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# --- The copy ----------------------------------------------------------------------------------------


def test_the_marked_cells_are_coloured_and_say_what_is_wrong(source, tmp_path):
    assert mark(source, ISSUES, tmp_path / "标注.xlsx") == 9
    book = load(tmp_path / "标注.xlsx")
    for name, cells in MARKED.items():
        for address, colour in cells.items():
            cell = book[name][address]
            assert cell.fill.fgColor.rgb == colour, address
            assert "TC" in cell.comment.text, address
    said = book["数据"]["C3"].comment.text
    assert said.startswith("原有的批注\n\n【错误】TC203 「收入」为空\n→ 空格不等于 0")
    assert "【提醒】TC223" in said
    assert "TC301" in book["数据"]["A1"].comment.text


def test_every_other_cell_keeps_value_format_and_note(source, tmp_path):
    mark(source, ISSUES, tmp_path / "标注.xlsx")

    def look(cell):
        return [
            repr(getattr(cell, name))
            for name in ("font", "number_format", "border", "alignment", "protection")
        ]

    for values_only in (False, True):
        before, after = (
            load(source, data_only=values_only),
            load(tmp_path / "标注.xlsx", data_only=values_only),
        )
        for sheet in before:
            for row in sheet.iter_rows():
                for cell in row:
                    copy = after[sheet.title][cell.coordinate]
                    assert copy.value == cell.value
                    if cell.coordinate in MARKED[sheet.title]:
                        # An empty cell takes on the format that its column had given it.
                        assert cell.value is None or look(copy) == look(cell)
                    else:
                        assert look(copy) == look(cell)
                        assert repr(copy.fill) == repr(cell.fill)
                        assert (copy.comment and copy.comment.text) == (cell.comment and cell.comment.text)


def test_every_part_without_a_mark_is_the_same_to_the_byte(source, tmp_path):
    mark(source, [blank("C5"), doubtful("B4")], tmp_path / "标注.xlsx")
    before, after = parts(source), parts(tmp_path / "标注.xlsx")
    assert list(after)[: len(before)] == list(before)
    changed = {name for name, data in before.items() if after[name] != data}
    assert not {name for name in changed if "sheet2" in name or "sheet3" in name or "chart" in name}
    allowed = ("sheet1.xml", "styles.xml", "omment", ".vml", "Content_Types")
    assert all(any(part in name for part in allowed) for name in changed)
    # In the sheet itself only the style of a cell is another.
    sheet = "xl/worksheets/sheet1.xml"
    assert abs(len(after[sheet]) - len(before[sheet])) < 20


@pytest.mark.external("soffice")
def test_libreoffice_opens_the_copy_and_has_the_notes(source, tmp_path):
    mark(source, ISSUES, tmp_path / "标注.xlsx")
    folder = tmp_path / "again"
    folder.mkdir()
    convert(tmp_path / "标注.xlsx", "xlsx:Calc MS Excel 2007 XML", folder)
    book = load(folder / "标注.xlsx")
    found = {
        sheet.title: {c.coordinate for row in sheet.iter_rows() for c in row if c.comment} for sheet in book
    }
    assert found == {name: set(cells) for name, cells in MARKED.items()}


@pytest.mark.external("soffice")
def test_libreoffice_prints_the_copy(tmp_path):
    mark(write_source(tmp_path / "表.xlsx"), ISSUES, tmp_path / "标注.xlsx")
    convert(tmp_path / "标注.xlsx", "pdf", tmp_path)
    assert (tmp_path / "标注.pdf").read_bytes().startswith(b"%PDF")


def test_protection_rules_chart_and_filter_are_still_there(tmp_path):
    mark(write_source(tmp_path / "表.xlsx"), ISSUES, tmp_path / "标注.xlsx")
    sheet = load(tmp_path / "标注.xlsx")["数据"]
    assert sheet.protection.sheet
    assert sheet.auto_filter.ref == "A1:D30"
    assert sheet.freeze_panes == "C2"
    assert [rule.type for rule in sheet.data_validations.dataValidation] == ["decimal"]
    assert len(sheet._charts) == 1
    assert sheet.conditional_formatting


def test_the_boxes_of_old_and_new_notes_have_ids_of_their_own(tmp_path):
    mark(write_source(tmp_path / "表.xlsx"), ISSUES, tmp_path / "标注.xlsx")
    found = parts(tmp_path / "标注.xlsx")
    ids = [
        shape.attributes["id"]
        for name, data in found.items()
        if name.endswith(".vml")
        for shape in read_tree(data).all("shape")
    ]
    assert len(ids) == len(set(ids)) == 1 + 8
    assert b"<legacyDrawing " in found["xl/worksheets/sheet2.xml"].partition(b"<tableParts")[0]


def test_marking_a_marked_copy_adds_below(tmp_path):
    write_source(tmp_path / "表.xlsx")
    mark(tmp_path / "表.xlsx", [blank("C5")], tmp_path / "一.xlsx")
    mark(tmp_path / "一.xlsx", [doubtful("C5"), blank("C6")], tmp_path / "二.xlsx")
    sheet = load(tmp_path / "二.xlsx")["数据"]
    first, _, second = sheet["C5"].comment.text.partition("\n\n")
    assert "TC203" in first
    assert "TC223" in second
    assert sheet["C5"].fill.fgColor.rgb == ORANGE
    assert sheet["C6"].fill.fgColor.rgb == RED


def test_the_worst_problem_gives_the_colour_and_a_note_alone_is_blue(tmp_path):
    write_source(tmp_path / "表.xlsx")
    note = issue("TC843", Place(sheet="数据", cell="C7"), units="x")
    mark(
        tmp_path / "表.xlsx",
        [note, issue("TC843", Place(sheet="数据", cell="C8"), units="x"), blank("C8")],
        tmp_path / "标.xlsx",
    )
    sheet = load(tmp_path / "标.xlsx")["数据"]
    assert sheet["C7"].fill.fgColor.rgb == BLUE
    assert sheet["C8"].fill.fgColor.rgb == RED


def test_a_problem_of_another_file_goes_to_the_first_cell_with_its_place(tmp_path):
    write_source(tmp_path / "表.xlsx")
    mark(tmp_path / "表.xlsx", [blank("C9", "录入数", file="录入.xlsx")], tmp_path / "标.xlsx")
    sheet = load(tmp_path / "标.xlsx")["数据"]
    assert "录入.xlsx 录入数!C9" in sheet["A1"].comment.text
    assert sheet["C9"].comment is None


def test_many_problems_without_a_cell_are_counted_and_the_note_stays_short(tmp_path):
    write_source(tmp_path / "表.xlsx")
    mark(tmp_path / "表.xlsx", [issue("TC209", Place(sheet="空表"))] * 400, tmp_path / "标.xlsx")
    assert load(tmp_path / "标.xlsx")["空表"]["A1"].comment.text.endswith("另有 380 个问题，见检查的输出")


def test_two_thousand_marks_on_three_thousand_rows(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "大.xlsx"))
    sheet = book.add_worksheet("数据")
    for row in range(3000):
        sheet.write_row(row, 0, range(row, row + 20))
    book.close()
    issues = [blank(f"{chr(65 + n % 20)}{n + 2}") for n in range(2000)]
    assert mark(tmp_path / "大.xlsx", issues, tmp_path / "标.xlsx") == 2000
    sheet = load(tmp_path / "标.xlsx")["数据"]
    assert all(sheet[found.place.cell].fill.fgColor.rgb == RED for found in issues)
    # One format for all of them, and ids beyond the first 1,024.
    assert parts(tmp_path / "标.xlsx")["xl/styles.xml"].count(b"<xf ") == 3
    assert b'data="1,2"' in parts(tmp_path / "标.xlsx")["xl/drawings/vmlDrawing1.vml"]


# --- Files that others write otherwise ---------------------------------------------------------------


def rewritten(source, target, **changes):
    """A workbook with the text of some parts changed: `{"xl/workbook.xml": function}`; `None` takes one out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            change = changes.get(name, lambda data: data)
            if change is not None:
                new.writestr(name, change(old.read(name)))
    return target


def small(path, rows):
    """A workbook whose first sheet has these rows as XML."""
    book = openpyxl.Workbook()
    book.active.title = "数据"
    book.active["A1"] = "代码"
    book.save(path.with_name("roh.xlsx"))

    def change(data):
        before, _, rest = data.partition(b"<sheetData>")
        return before + rows + rest.partition(b"</sheetData>")[2]

    return rewritten(path.with_name("roh.xlsx"), path, **{"xl/worksheets/sheet1.xml": change})


def inline(address, text):
    where = f' r="{address}"' if address else ""
    return f'<c{where} t="inlineStr"><is><t>{text}</t></is></c>'


@pytest.mark.parametrize(
    "rows",
    [
        "<sheetData/>",
        "<sheetData></sheetData>",
        '<sheetData><row r="2"/></sheetData>',
        '<sheetData><row r="1" spans="1:1"/><row r="7"><c r="A7"/></row></sheetData>',
        f"<sheetData><row>{inline('', '一')}{inline('', '二')}</row><row>{inline('', '三')}</row></sheetData>",
        f"<sheetData><row r='2' spans='2:3'>{inline('B2', 'x')}{inline('D2', 'y')}</row></sheetData>",
        f'<sheetData><row r="2" s="0" customFormat="1">{inline("C2", "x")}</row></sheetData>',
    ],
)
def test_cells_are_put_in_their_order_wherever_rows_are_missing(rows, tmp_path):
    source = small(tmp_path / "表.xlsx", rows.encode())
    cells = ["A1", "C2", "B2", "E2", "A3", "B7", "D9"]
    mark(source, [blank(cell) for cell in cells], tmp_path / "标.xlsx")
    sheet = load(tmp_path / "标.xlsx")["数据"]
    assert [cell for cell in cells if sheet[cell].fill.fgColor.rgb != RED] == []
    before = {
        c.coordinate: c.value for row in load(source)["数据"].iter_rows() for c in row if c.value is not None
    }
    after = {c.coordinate: c.value for row in sheet.iter_rows() for c in row if c.value is not None}
    assert after == before
    tree = read_tree(parts(tmp_path / "标.xlsx")["xl/worksheets/sheet1.xml"]).child("sheetData")
    numbers = [int(row.attributes["r"]) for row in tree.children if "r" in row.attributes]
    assert numbers == sorted(set(numbers))
    for row in tree.children:
        columns = [cell_of(cell.attributes["r"])[1] for cell in row.children if "r" in cell.attributes]
        assert columns == sorted(set(columns))


def with_prefix(data):
    """The sheet as some programs write it, every element with a prefix."""
    text = data.decode().replace('xmlns="http', 'xmlns:x="http')
    for name in ("worksheet", "sheetData", "row", "c", "is", "t", "v", "dimension", "sheetViews", "sheetView", "selection",
                 "sheetFormatPr", "pageMargins", "sheetPr", "outlinePr", "pageSetUpPr"):  # fmt: skip
        text = (
            text.replace(f"<{name} ", f"<x:{name} ")
            .replace(f"<{name}>", f"<x:{name}>")
            .replace(f"</{name}>", f"</x:{name}>")
        )
    return text.encode()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(with_prefix, id="prefix"),
        pytest.param(lambda data: b"\xef\xbb\xbf" + data, id="byte order mark"),
        pytest.param(lambda data: data.replace(b"<sheetData>", b"\n  <sheetData >\n"), id="spaces"),
    ],
)
def test_a_sheet_in_another_dress_is_marked_as_well(change, tmp_path):
    first = small(
        tmp_path / "a.xlsx", f'<sheetData><row r="2">{inline("B2", "值 &lt;")}</row></sheetData>'.encode()
    )
    source = rewritten(first, tmp_path / "表.xlsx", **{"xl/worksheets/sheet1.xml": change})
    mark(source, [blank("B2"), blank("C2"), blank("A4")], tmp_path / "标.xlsx")
    sheet = load(tmp_path / "标.xlsx")["数据"]
    assert sheet["B2"].value == "值 <"
    assert {sheet[cell].fill.fgColor.rgb for cell in ("B2", "C2", "A4")} == {RED}
    assert "TC203" in sheet["C2"].comment.text


def test_a_workbook_without_styles_gets_some(tmp_path):
    first = small(
        tmp_path / "a.xlsx", f'<sheetData><row r="2">{inline("B2", "x")}</row></sheetData>'.encode()
    )

    def without(data):
        return b"".join(
            piece for piece in data.replace(b"><", b">\n<").splitlines(True) if b"styles" not in piece
        )

    source = rewritten(
        first, tmp_path / "表.xlsx",
        **{"xl/styles.xml": None, "xl/_rels/workbook.xml.rels": without, "[Content_Types].xml": without},
    )  # fmt: skip
    mark(source, [blank("B2")], tmp_path / "标.xlsx")
    assert load(tmp_path / "标.xlsx")["数据"]["B2"].fill.fgColor.rgb == RED


def test_a_mark_outside_makes_the_range_in_use_larger_and_spans_are_dropped(tmp_path):
    rows = f'<sheetData><row r="2" spans="2:2">{inline("B2", "x")}</row></sheetData>'.encode()
    source = small(tmp_path / "表.xlsx", rows)
    mark(source, [blank("D2"), blank("A9")], tmp_path / "标.xlsx")
    sheet = parts(tmp_path / "标.xlsx")["xl/worksheets/sheet1.xml"]
    assert b'<dimension ref="A1:D9"' in sheet
    assert b"spans" not in sheet


# --- The pieces --------------------------------------------------------------------------------------


def test_an_attribute_is_set_where_it_stands_or_added_or_taken_out():
    assert with_attribute(b'<c r="A1" s=\'3\' t="s"/>', "s", "7") == b'<c r="A1" s="7" t="s"/>'
    assert with_attribute(b'<c r="A1"/>', "s", "7") == b'<c r="A1" s="7"/>'
    assert with_attribute(b'<row r="1" spans="1:2">', "spans", None) == b'<row r="1">'
    assert with_attribute(b'<x a="s=&quot;1"  s = "2">', "s", "3") == b'<x a="s=&quot;1" s="3">'


def test_a_merged_range_is_marked_at_its_first_cell():
    data = b'<mergeCells count="1"><mergeCell ref="B2:D4"/></mergeCells>'
    assert top_left(data, [(3, 3), (2, 2), (5, 3), (3, 1)]) == {
        (3, 3): (2, 2),
        (2, 2): (2, 2),
        (5, 3): (5, 3),
        (3, 1): (3, 1),
    }


@pytest.mark.parametrize(
    ("address", "cell"),
    [
        ("A1", (1, 1)),
        ("$XFD$1048576", (1048576, 16384)),
        ("XFE1", None),
        ("A0", None),
        ("A", None),
        ("A1:B2", None),
    ],
)
def test_an_address_is_one_cell_or_none(address, cell):
    assert cell_of(address) == cell


def test_a_document_type_is_refused():
    with pytest.raises(PartError):
        read_tree(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')


def test_splicing_keeps_the_order_of_insertions():
    from transfer_calc.workbook.mark_xml import Edit

    assert splice(b"abc", [Edit(2, 2, b"1"), Edit(0, 1, b"A"), Edit(2, 2, b"2")]) == b"Ab12c"


# --- What cannot be ----------------------------------------------------------------------------------


def test_the_source_is_never_written_over(tmp_path):
    source = write_source(tmp_path / "表.xlsx")
    before = source.read_bytes()
    with pytest.raises(DataError, match="TC845"):
        mark(source, ISSUES, tmp_path / "." / "表.xlsx")
    with pytest.raises(DataError, match="TC846"):
        mark(source, ISSUES, tmp_path / "标.xls")
    with pytest.raises(DataError, match="TC902"):
        mark(source, ISSUES, tmp_path / "no" / "标.xlsx")
    (tmp_path / "标.xlsx").mkdir()
    with pytest.raises(DataError, match="TC902"):
        mark(source, ISSUES, tmp_path / "标.xlsx")
    assert source.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"表.xlsx", "标.xlsx"}


def test_a_part_that_cannot_be_read_is_said_and_nothing_is_left_behind(tmp_path):
    source = rewritten(
        write_source(tmp_path / "a.xlsx"), tmp_path / "表.xlsx", **{"xl/comments1.xml": lambda _: b"<no"}
    )
    with pytest.raises(DataError, match="TC844"):
        mark(source, ISSUES, tmp_path / "标.xlsx")
    assert {path.name for path in tmp_path.iterdir()} == {"a.xlsx", "表.xlsx"}


# --- A text file -------------------------------------------------------------------------------------


def test_a_csv_file_becomes_a_workbook_with_marks(tmp_path):
    path = tmp_path / "表.csv"
    path.write_text("代码,名称,收入\n620102,=1+1,12.50\n007,乙,\n", encoding="utf-8")
    found = [issue("TC203", Place(file="表.csv", cell="C3"), column="收入"), issue("TC301", unit="万元")]
    assert mark(path, found, tmp_path / "标.xlsx") == 2
    sheet = load(tmp_path / "标.xlsx").active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["代码", "名称", "收入"], [620102, "=1+1", 12.5], ["007", "乙", None],
    ]  # fmt: skip
    assert sheet["B2"].data_type == "s"
    assert sheet["C3"].fill.fgColor.rgb == RED
    assert "TC301" in sheet["A1"].comment.text
    assert "TC203" in sheet["C3"].comment.text


# --- The command -------------------------------------------------------------------------------------


def faulty(demo, folder):
    return change_cells(
        demo, folder / "表.xlsx", {"数据!E3": None, "数据!E4": None, "数据!F9": "暂无", "参数!B2": None}
    )


def test_check_names_every_problem_by_cell_and_marks_the_copy(demo, tmp_path):
    source = faulty(demo, tmp_path)
    said = command("check", "cn/model/equalization-gap", source, "--mark", tmp_path / "标.xlsx")
    assert said.exit_code == 1
    lines = said.stdout.splitlines()
    assert lines[0].startswith("错误（4）")
    assert lines[1].startswith("  TC301 没有给出资金总额")
    assert lines[2].startswith("  TC203 表.xlsx 数据!E3:E4（2 处）：「标准财政支出」为空")
    assert lines[3].startswith("  TC202 表.xlsx 数据!F9（")
    assert lines[-1].startswith("4 个错误，")
    assert lines[-1].endswith(f"；标注已写入 {tmp_path / '标.xlsx'}")
    book = load(tmp_path / "标.xlsx")
    assert {book["数据"][cell].fill.fgColor.rgb for cell in ("A1", "E3", "E4", "F9")} == {RED}


def test_check_of_a_sound_table_ends_well_and_writes_no_result(demo, tmp_path):
    said = command("check", "cn/model/equalization-gap", demo)
    assert said.exit_code == 0
    assert said.stdout.splitlines()[-1].startswith("0 个错误，")
    assert list(tmp_path.iterdir()) == []


def test_a_pool_from_the_command_line_counts(demo, tmp_path):
    source = change_cells(demo, tmp_path / "表.xlsx", {"参数!B2": None})
    assert command("check", "cn/model/equalization-gap", source).exit_code == 1
    assert command("check", "cn/model/equalization-gap", source, "--pool", "4500000").exit_code == 0


def test_check_as_json_lists_every_problem_by_itself(demo, tmp_path):
    said = command("check", "cn/model/equalization-gap", faulty(demo, tmp_path), "--format", "json")
    assert said.exit_code == 1
    found = json.loads(said.stdout)
    assert (found["errors"], found["marked"]) == (4, None)
    assert [(each["code"], each["cell"]) for each in found["issues"][:4]] == [
        ("TC301", None), ("TC203", "E3"), ("TC203", "E4"), ("TC202", "F9"),
    ]  # fmt: skip


def test_a_file_that_cannot_be_read_gets_no_copy_and_this_is_said(tmp_path):
    (tmp_path / "表.xlsx").write_bytes(b"no workbook")
    said = command("check", "cn/model/equalization-gap", tmp_path / "表.xlsx", "--mark", tmp_path / "标.xlsx")
    assert said.exit_code == 1
    assert "没有写出标注的副本" in said.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"表.xlsx"}


def test_the_copy_may_be_no_input(demo, tmp_path):
    shutil.copy(demo, tmp_path / "表.xlsx")
    said = command("check", "cn/model/equalization-gap", tmp_path / "表.xlsx", "--mark", tmp_path / "表.xlsx")
    assert said.exit_code == 2


def test_last_years_table_is_compared(demo, tmp_path):
    source = change_cells(demo, tmp_path / "表.xlsx", {"数据!E3": 999_999})
    alone = command("check", "cn/model/equalization-gap", source)
    said = command("check", "cn/model/equalization-gap", source, "--last", demo)
    assert "E3" not in alone.stdout
    assert "数据!E3" in said.stdout
    assert said.exit_code == 0


def test_a_range_of_another_sheet_is_checked(demo, tmp_path):
    book = openpyxl.load_workbook(demo)
    book["数据"].title = "县表"
    book.save(tmp_path / "表.xlsx")
    said = command(
        "check", "cn/model/equalization-gap", tmp_path / "表.xlsx", "--sheet", "县表", "--range", "A2:G20"
    )
    assert said.exit_code == 0, said.stdout
    wrong = command("check", "cn/model/equalization-gap", tmp_path / "表.xlsx", "--sheet", "没有")
    assert wrong.exit_code == 1
    assert "没有工作表「没有」" in wrong.stdout


def test_problems_stand_by_severity_sheet_and_cell(capsys):
    found = [
        doubtful("B4"), blank("C10"), blank("C9", "乙表"), blank("C9"), blank("D2"), blank("C11"), blank("C13"),
        issue("TC407", count=1),
    ]  # fmt: skip
    print_problems(found, Speaker("en"))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "errors (7)"
    assert lines[1].startswith("  TC407 1 more")
    assert lines[2].startswith("  TC203 乙表!C9: ")
    assert lines[3].startswith("  TC203 数据!C9:C11、C13、D2 (5 cells): ")
    assert lines[4] == "warnings (1)"
    assert closing(found, None, "en") == "7 errors, 1 warning, 0 notes"
