"""Files as they are honestly written: read whole, with what calamine hides put back, however the XML is spelled."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import fuzz_files
import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from paths import ROOT

from transfer_calc import DataError
from transfer_calc.files import package, read_book, scan, scan_parsed
from transfer_calc.files.address import column_letter

sys.path.insert(0, str(ROOT / "tests" / "hostile"))
import pieces

ERRORS = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"]


def write(folder, content, name="a.xlsx"):
    path = folder / name
    path.write_bytes(content)
    return path


def read_sheet(folder, rows, **around):
    """The sheet made of some rows of XML."""
    return read_book(write(folder, pieces.with_sheet(rows, **around))).sheets[0]


def refused(path):
    """The one issue of a file that is not read."""
    with pytest.raises(DataError) as caught:
        read_book(path)
    (found,) = caught.value.issues
    return found


# --- what calamine hides ----------------------------------------------------------------------------


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_cell_keeps_its_text_and_its_place(tmp_path, error):
    sheet = read_sheet(tmp_path, f'<row r="2"><c r="B2"><v>1</v></c><c r="C2" t="e"><v>{error}</v></c></row>')
    assert sheet.rows[1] == ["", 1.0, error]
    assert sheet.valueless == {(1, 2)}


def test_an_error_that_calamine_cannot_read_is_refused_by_its_cell(tmp_path):
    rows = '<row r="2"><c r="B2" t="e"><v>#SPILL!</v></c><c r="C2" t="e"><v>#CALC!</v></c></row>'
    with pytest.raises(DataError) as caught:
        read_sheet(tmp_path, rows)
    assert [(found.code, found.place.cell) for found in caught.value.issues] == [
        ("TC833", "B2"),
        ("TC833", "C2"),
    ]


def test_a_text_that_looks_like_an_error_stays_a_text(tmp_path):
    sheet = read_sheet(
        tmp_path, '<row r="1"><c r="A1" t="str"><v>#N/A</v></c><c r="B1" t="str"><v>nan</v></c></row>'
    )
    assert sheet.rows == [["#N/A", "nan"]]
    assert (0, 0) not in sheet.valueless


@pytest.mark.parametrize(
    "cell", ["<f>A1+1</f>", "<f>A1+1</f><v></v>", "<f>A1+1</f><v/>", "<f>A1+1</f>\n<v />"]
)
def test_a_formula_without_a_value_shows_its_text(tmp_path, cell):
    sheet = read_sheet(tmp_path, f'<row r="1"><c r="A1"><v>1</v></c><c r="B1">{cell}</c></row>')
    assert sheet.rows == [[1.0, "=A1+1"]]
    assert sheet.valueless == {(0, 1)}


def test_a_formula_that_gave_an_empty_text_is_blank_and_one_that_cannot_is_not(tmp_path):
    empty = '<row r="1"><c r="A1" t="str"><f>IF(B1=0,"",B1)</f><v></v></c><c r="B1" t="str"><f>C1*2</f><v></v></c></row>'
    assert read_sheet(tmp_path, empty).rows == [["", "=C1*2"]]


def test_equal_formulas_are_told_cell_by_cell_as_openpyxl_does(tmp_path):
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><f t="shared" {more}</c></row>'
        for n, more in ((1, 'ref="B1:B3" si="0">A1*$C$1&lt;2</f>'), (2, 'si="0"/>'), (3, 'si="0"/>'))
    )
    path = write(tmp_path, pieces.with_sheet(rows))
    by_openpyxl = [row[1].value for row in openpyxl.load_workbook(path)["数据"].iter_rows()]
    assert [row[1] for row in read_book(path).sheets[0].rows] == by_openpyxl
    assert by_openpyxl[2] == "=A3*$C$1<2"


@pytest.mark.parametrize("value", ["NaN", "nan", "-nan"])
def test_a_number_that_is_none_is_never_taken_for_a_blank(tmp_path, value):
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>{value}</v></c></row>'
    assert read_sheet(tmp_path, rows).rows == [[1.0], [value]]


def test_what_openpyxl_writes_and_calamine_hides_is_all_put_back(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in range(1, 30):
        sheet.append([row, f"=A{row}*2", "#REF!" if row % 3 else "文", None, row / 7])
    book.save(tmp_path / "a.xlsx")
    formulas = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    wanted = [[cell.value for cell in row] for row in formulas.iter_rows()]
    found = read_book(tmp_path / "a.xlsx").sheets[0].rows
    assert [[cell if cell != "" else None for cell in row] for row in found] == wanted


# --- what a sheet shows beside its cells -------------------------------------------------------------


def test_hidden_rows_and_columns_merged_ranges_and_tabs_are_told(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["标题"])
    sheet.append([1, 2, 3])
    sheet.append([4, 5, 6])
    sheet.merge_cells("A1:C1")
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet.column_dimensions.group("E", "G", hidden=True)
    book.create_sheet("藏").sheet_state = "hidden"
    book.create_sheet("深藏").sheet_state = "veryHidden"
    book.create_chartsheet("图")
    book.save(tmp_path / "a.xlsx")
    first, *others = read_book(tmp_path / "a.xlsx").sheets
    assert first.hidden_rows == {3}
    assert first.hidden_columns == {1, 4, 5, 6}
    assert first.merged == ((0, 0, 0, 2),)
    assert [(sheet.name, sheet.visible) for sheet in others] == [("藏", False), ("深藏", False), ("图", True)]


def test_rows_and_cells_that_have_only_a_format_do_not_count(tmp_path):
    far = '<row r="1048576" ht="20" hidden="1"/>'
    formats = '<row r="900000"><c r="A900000" s="0"/><c r="XFD900000" s="0"></c></row>'
    assert read_sheet(tmp_path, pieces.ROWS + formats + far).rows == [["代码", 5.0]]


def test_the_limit_on_cells_holds_for_all_sheets_together(tmp_path):
    names = ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"]
    corner = '<row r="150000"><c r="AN150000"><v>1</v></c></row>'
    sheets = '<sheet name="甲" sheetId="1" r:id="rId1"/><sheet name="乙" sheetId="2" r:id="rId2"/>'
    relations = [(f"rId{n + 1}", "worksheet", f"worksheets/sheet{n + 1}.xml") for n in range(2)]
    changes = {name: pieces.sheet_xml(corner) for name in names} | {
        pieces.WORKBOOK: pieces.workbook_xml(sheets),
        pieces.WORKBOOK_RELATIONS: pieces.relations_xml(*relations),
    }
    found = refused(write(tmp_path, pieces.workbook(changes)))
    assert (found.code, found.place.sheet, found.place.cell) == ("TC824", "乙", "AN150000")


@pytest.mark.parametrize("columns", [1, 2, 26, 27, 40, 52, 53, 78, 676, 677, 702])
def test_the_columns_of_a_plain_row_are_known_exactly(columns):
    within = re.compile(scan._columns_up_to(columns))
    letters = [column_letter(position) for position in range(702)]
    assert [letter for letter in letters if within.fullmatch(letter.encode())] == letters[:columns]


def test_a_sheet_as_wide_as_allowed_is_read_whole(tmp_path):
    cells = "".join(f'<c r="{column_letter(n)}{{0}}"><v>{n}</v></c>' for n in range(702))
    rows = "".join(f'<row r="{n}">{cells.replace("{0}", str(n))}</row>' for n in (1, 2, 3))
    assert read_sheet(tmp_path, rows).rows == [[float(n) for n in range(702)]] * 3


def test_an_odd_sheet_too_long_for_the_parser_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(scan_parsed, "MAX_PARSED_SHEET", 100)
    path = write(tmp_path, pieces.workbook({pieces.SHEET: prefixed(pieces.sheet_xml(pieces.ROWS))}))
    assert refused(path).code == "TC826"


# --- one content, many spellings ----------------------------------------------------------------------

NUMBERS = st.sampled_from(["0", "5", "-1.5", "1E+20", "0.1", "12345678.9"])
CELL = st.one_of(
    st.none(),
    st.tuples(st.just("number"), NUMBERS),
    st.tuples(st.just("shared"), st.integers(0, 2)),
    st.tuples(st.just("inline"), st.sampled_from(["甲", "a b", "", "1"])),
    st.tuples(st.just("error"), st.sampled_from(ERRORS)),
    st.tuples(st.just("formula"), st.sampled_from(["A1+1", "SUM(B1:B9)"])),
    st.tuples(st.just("computed"), NUMBERS),
    st.tuples(st.just("blank"), st.just("")),
)
ROW = st.tuples(st.lists(CELL, max_size=5), st.booleans())
TEXTS = ["代码", "#N/A", "nan"]


def cell_xml(kind, value):
    """The attributes and the inside of a cell."""
    return {
        "number": ("", f"<v>{value}</v>"),
        "shared": (' t="s"', f"<v>{value}</v>"),
        "inline": (' t="inlineStr"', f"<is><t>{value}</t></is>"),
        "error": (' t="e"', f"<v>{value}</v>"),
        "formula": ("", f"<f>{value}</f>"),
        "computed": ("", f"<f>A1*2</f><v>{value}</v>"),
        "blank": (' s="0"', ""),
    }[kind]


def shown(kind, value):
    """What a reader has to give for a cell."""
    if kind in ("number", "computed"):
        return float(value)
    return {"shared": lambda: TEXTS[value], "formula": lambda: f"={value}", "blank": lambda: ""}.get(
        kind, lambda: value
    )()


def sheet_of(rows):
    """The usual XML of rows of cells."""
    lines = []
    for number, (cells, hidden) in enumerate(rows, start=1):
        inside = "".join(
            f'<c r="{"ABCDE"[column]}{number}"{cell_xml(*cell)[0]}>{cell_xml(*cell)[1]}</c>'
            for column, cell in enumerate(cells)
            if cell is not None
        )
        lines.append(
            f'<row r="{number}"{" hidden=" + chr(34) + "1" + chr(34) if hidden else ""}>{inside}</row>'
        )
    return pieces.sheet_xml(
        "".join(lines), after='<mergeCells count="1"><mergeCell ref="B2:C3"/></mergeCells>'
    )


def prefixed(xml):
    return re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", xml).replace("xmlns=", "xmlns:x=")


def single_quotes(xml):
    return xml.replace('"', "'")


def spread(xml):
    """With line ends between the tags of rows and cells."""
    return re.sub(r"(</?(?:row|c)\b[^>]*>)(?=<(?:row|c|/row|/sheetData))", "\\1\n  ", xml)


def short_blanks(xml):
    return re.sub(r"<(c [^>]*)></c>", r"<\1/>", xml)


SPELLINGS = [prefixed, single_quotes, spread, short_blanks]


@given(st.lists(ROW, max_size=6))
@settings(max_examples=60, deadline=None)
def test_every_spelling_of_a_sheet_is_read_alike_and_as_it_was_meant(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("spelled")
    strings = pieces.strings_xml(*TEXTS)
    usual = sheet_of(rows)
    plain = pieces.workbook({pieces.SHEET: usual, pieces.STRINGS: strings})
    first = read_book(write(folder, plain)).sheets[0]
    for number, (cells, _) in enumerate(rows):
        for column, cell in enumerate(cells):
            row = first.rows[number] if number < len(first.rows) else []
            found = row[column] if column < len(row) else ""
            assert found == ("" if cell is None else shown(*cell))
    assert first.hidden_rows == {number for number, (_, hidden) in enumerate(rows, start=1) if hidden}
    assert first.merged == ((1, 1, 2, 2),)
    for spell in SPELLINGS:
        texts = prefixed(strings) if spell is prefixed else strings
        other = pieces.workbook({pieces.SHEET: spell(usual), pieces.STRINGS: texts})
        assert read_book(write(folder, other)).sheets[0] == first, spell.__name__


def test_only_other_spellings_need_the_parser(tmp_path, monkeypatch):
    """The usual ones are scanned ten times faster; a table of 100,000 rows is read by nobody else."""
    parsed = []
    slow = scan.scan_parsed
    monkeypatch.setattr(scan, "scan_parsed", lambda *given: parsed.append(1) or slow(*given))
    rows = sheet_of([([("number", "5"), ("error", "#N/A"), ("inline", "甲"), ("computed", "1")], True)])
    for spell, count in ((str, 0), (spread, 0), (short_blanks, 0), (prefixed, 1), (single_quotes, 2)):
        read_book(write(tmp_path, pieces.workbook({pieces.SHEET: spell(rows)})))
        assert len(parsed) == count, spell.__name__


def test_cells_without_addresses_are_counted(tmp_path):
    rows = "<row><c><v>1</v></c><c><f>A1</f></c></row><row><c/><c><v>2</v></c></row>"
    assert read_sheet(tmp_path, rows).rows == [[1.0, "=A1"], ["", 2.0]]


@pytest.mark.parametrize("size", [200, 211, 997])
def test_where_the_stream_is_cut_changes_nothing(tmp_path, monkeypatch, size):
    rows = [
        ([("number", "5"), ("error", "#N/A"), ("inline", "甲"), ("formula", "A1")], row % 3 == 0)
        for row in range(60)
    ]
    content = pieces.packed(pieces.honest() | {pieces.SHEET: sheet_of(rows)}, zipfile.ZIP_STORED)
    whole = read_book(write(tmp_path, content)).sheets
    monkeypatch.setattr(package, "_PIECE", size)
    assert read_book(write(tmp_path, content)).sheets == whole
    assert len(whole[0].valueless) == 120


@pytest.mark.parametrize("size", [197, 198, 199])
def test_a_document_type_is_seen_wherever_the_stream_is_cut(tmp_path, monkeypatch, size):
    monkeypatch.setattr(package, "_PIECE", size)
    for encoding in ("utf-8", "utf-16-le"):
        hidden = f"<!--{'-' * 189}--><!DOCTYPE a>".encode(encoding)
        content = pieces.packed(pieces.honest() | {"docProps/app.xml": hidden}, zipfile.ZIP_STORED)
        assert refused(write(tmp_path, content)).code == "TC816"


# --- files of other programs --------------------------------------------------------------------------


def cells_of(path):
    """The cells by sheet as openpyxl reads them, blanks as empty texts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, data_only=True)
    return {
        sheet.title: [["" if cell.value is None else cell.value for cell in row] for row in sheet.iter_rows()]
        for sheet in book
    }


def in_full(sheet):
    """The cells of a sheet, and whole numbers as openpyxl gives them."""
    return [
        [
            "" if cell is None else int(cell) if isinstance(cell, float) and cell.is_integer() else cell
            for cell in row
        ]
        for row in sheet.rows
    ]


@pytest.mark.parametrize("name", ["gansu-demo.xlsx", "gansu-gap-demo.xlsx"])
def test_the_examples_are_read_as_openpyxl_reads_them(name):
    path = ROOT / "examples" / name
    assert {sheet.name: in_full(sheet) for sheet in read_book(path).sheets} == cells_of(path)


@pytest.mark.parametrize("constant", [False, True])
def test_a_workbook_of_xlsxwriter_is_read_as_openpyxl_reads_it(tmp_path, constant):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path, {"constant_memory": constant})
    sheet = book.add_worksheet("数据")
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for row in range(40):
        sheet.write_string(row, 0, f"<城关区> & {row % 7}")
        sheet.write_number(row, 1, row / 3, bold)
        sheet.write_formula(row, 2, "=B1*2", bold, row)
        sheet.write_blank(row, 3, None, bold)
        sheet.write_boolean(row, 4, row % 2 == 0)
        sheet.write_datetime(row, 5, dt.datetime(2024, 1, 2, 3, 4), day)  # noqa: DTZ001 — a cell has no zone
        sheet.write_rich_string(row, 6, "甲", bold, "乙", "丙")
    book.close()
    assert in_full(read_book(path).sheets[0]) == cells_of(path)["数据"]


@pytest.mark.external("soffice")
def test_a_workbook_saved_by_libreoffice_is_read_as_before(tmp_path):
    source = ROOT / "examples" / "gansu-demo.xlsx"
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
            "--convert-to", "xlsx", "--outdir", str(tmp_path), str(source),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    saved, before = read_book(tmp_path / source.name), read_book(source)
    assert [in_full(sheet) for sheet in saved.sheets] == [in_full(sheet) for sheet in before.sheets]


class Stream(io.RawIOBase):
    """Takes bytes in and cannot go back, as a network connection."""

    def __init__(self):
        self.content = b""

    def writable(self):
        return True

    def write(self, data):
        self.content += bytes(data)
        return len(data)


def streamed():
    """As servers write it: sizes stand behind each part and not before it."""
    out = Stream()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in pieces.honest().items():
            archive.writestr(name, text)
    return out.content


def with_long_sizes():
    """As Apache POI writes it: sizes in the form for 4 GB and more; and folders as members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/", "")
        for name, text in pieces.honest().items():
            with archive.open(name, "w", force_zip64=True) as part:
                part.write(text.encode())
        archive.writestr("xl/media/图片1.png", b"")
    return out.getvalue()


@pytest.mark.parametrize("build", [streamed, with_long_sizes])
def test_other_forms_of_zip_are_read(tmp_path, build):
    assert read_book(write(tmp_path, build())).sheets[0].rows == [["代码", 5.0]]


def test_an_honest_file_of_the_same_figure_everywhere_is_no_bomb(tmp_path):
    path = tmp_path / "same.xlsx"
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    for row in range(3_000):
        sheet.write_string(row, 0, "根据均衡性转移支付办法的规定，" * 50)
        for column in range(1, 20):
            sheet.write_number(row, column, 1)
    book.close()
    assert len(read_book(path).sheets[0].rows) == 3_000


def test_openpyxl_parses_with_defusedxml():
    assert openpyxl.DEFUSEDXML is True


# --- the file itself ------------------------------------------------------------------------------------


def test_the_hash_is_that_of_the_file_and_nothing_holds_it_open(tmp_path):
    path = write(tmp_path, pieces.workbook())
    assert read_book(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    path.rename(tmp_path / "b.xlsx")
    (tmp_path / "b.xlsx").unlink()


def test_a_file_that_may_not_be_read_may_be_open_in_excel(tmp_path, monkeypatch):
    def locked(*_given):
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path, pieces.workbook())
    monkeypatch.setattr(Path, "open", locked)
    found = refused(path)
    assert found.code == "TC212"
    assert "正被 Excel、WPS 占用" in found.message.zh


class Fake:
    """calamine with a fault."""

    def __init__(self, fault):
        self.fault = fault
        self.sheet_names = ["数据"]

    def from_filelike(self, _file):
        return self

    def get_sheet_by_index(self, _index):
        if isinstance(self.fault, BaseException):
            raise self.fault
        return self

    def to_python(self, **_options):
        return self.fault


class PanicException(BaseException):
    """As a fault in Rust arrives."""


@pytest.mark.parametrize("fault", [PanicException("index out of bounds"), OSError("no"), MemoryError(), []])
def test_a_fault_in_calamine_becomes_an_issue(tmp_path, monkeypatch, fault):
    monkeypatch.setattr("python_calamine.CalamineWorkbook", Fake(fault))
    assert refused(write(tmp_path, pieces.workbook())).code == "TC831"


def test_a_row_that_calamine_passes_over_is_missed(tmp_path, monkeypatch):
    rows = pieces.ROWS + '<row r="2"><c r="A2"><v>1</v></c></row>'
    monkeypatch.setattr("python_calamine.CalamineWorkbook", Fake([["代码", 5.0]]))
    assert refused(write(tmp_path, pieces.with_sheet(rows))).code == "TC831"


def test_an_interruption_is_no_fault_of_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr("python_calamine.CalamineWorkbook", Fake(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        read_book(write(tmp_path, pieces.workbook()))


# --- CSV --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["a.csv", "a.txt"])
def test_the_unicode_text_of_excel_is_read(tmp_path, encoding, name):
    mark = "" if encoding == "utf-16" else "\ufeff"
    text = f'{mark}代码\t名称\t数\r\n620102\t"城关区, ""西"""\t1,5\r\n'
    rows = read_book(write(tmp_path, text.encode(encoding), name)).sheets[0].rows
    assert rows == [["代码", "名称", "数"], ["620102", '城关区, "西"', "1,5"]]


def test_a_tab_within_a_cell_of_utf_8_parts_nothing(tmp_path):
    path = write(tmp_path, "代码,名\t称\r\n620102,城关区\r\n".encode(), "a.csv")
    assert read_book(path).sheets[0].rows == [["代码", "名\t称"], ["620102", "城关区"]]


def test_utf_16_with_commas_is_read_by_its_commas(tmp_path):
    path = write(tmp_path, "代码,名称\r\n620102,城\t关\r\n".encode("utf-16"), "a.csv")
    assert read_book(path).sheets[0].rows == [["代码", "名称"], ["620102", "城\t关"]]


def test_a_text_file_in_another_encoding_is_not_guessed_at(tmp_path):
    assert refused(write(tmp_path, "代码\t名称\r\n".encode(), "a.txt")).code == "TC212"


def test_a_csv_file_that_ends_in_a_long_quote_is_refused_with_its_line(tmp_path):
    found = refused(write(tmp_path, b"a,b\n1," + b"x" * 1_000_001 + b"\n", "a.csv"))
    assert (found.code, found.place.line) == ("TC829", 2)


def test_a_csv_file_may_be_empty_of_rows(tmp_path):
    assert read_book(write(tmp_path, b"\r\n\r\n", "a.csv")).sheets[0].rows == [[], []]


# --- files changed at random --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seeds():
    return fuzz_files.seeds()


@pytest.mark.parametrize("start", range(0, 150, 25))
def test_a_file_changed_at_random_ends_in_a_book_or_in_issues(tmp_path, seeds, start):
    ends = [fuzz_files.outcome(number, seeds, tmp_path) for number in range(start, start + 25)]
    assert all(end == "book" or end.startswith("TC") for end in ends)
    assert "book" in ends
    assert len(set(ends)) > 3


def test_the_same_number_is_the_same_file(seeds):
    assert fuzz_files.mutated(7, seeds) == fuzz_files.mutated(7, fuzz_files.seeds())


def test_every_seed_is_read_before_it_is_changed(tmp_path, seeds):
    for number, (suffix, content) in enumerate(seeds):
        assert read_book(write(tmp_path, content, f"{number}{suffix}")).sheets
