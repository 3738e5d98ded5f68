"""Sheets too large, cells that two readers understand in two ways, and CSV files that are none."""

from __future__ import annotations

import pieces
from listing import several
from pieces import (
    SHEET,
    STRINGS,
    WORKBOOK,
    repeated,
    sheet_xml,
    strings_xml,
    with_sheet,
    workbook,
    workbook_xml,
)
from zips import HTML

# --- the cells --------------------------------------------------------------------------------------


def many_rows():
    yield sheet_xml("").partition("</sheetData>")[0].encode()
    for start in range(1, 1_000_001, 10_000):
        numbers = range(start, start + 10_000)
        yield "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in numbers).encode()
    yield b"</sheetData></worksheet>"


def letters(number):
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def stray(cell):
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return lambda: with_sheet(pieces.ROWS + f'<row r="{row}"><c r="{cell}"><v>1</v></c></row>')


WIDE = "".join(f'<c r="{letters(n)}1"><v>1</v></c>' for n in range(1, 16_385))
PREFIXED = (
    f'<x:worksheet xmlns:x="{pieces.MAIN}"><x:sheetData><x:row r="7"><x:c r="B1048576"><x:v>1</x:v></x:c>'
    "</x:row></x:sheetData></x:worksheet>"
)
several("TC822", {"1M rows": lambda: workbook({SHEET: many_rows()}), "stray cell": stray("XFD1048576")})
BESIDE = '<row r="1048576"><c r="A1048576" s="0"></c><c r="B1048576"><v>1</v></c></row>'
several("TC822", {"stray cell beside a format": lambda: with_sheet(pieces.ROWS + BESIDE)})
several("TC823", {"16384 columns": lambda: with_sheet(f'<row r="1">{WIDE}</row>')})
several("TC823", {"stray cell to the right": stray("XFD9")})
several("TC824", {"stray cell within the limits": stray("ZZ199999")})


def many_texts():
    yield strings_xml().partition("</sst>")[0].encode()
    yield from repeated("".join(f"<si><t>{n}</t></si>" for n in range(10_000)).encode(), 101)
    yield b"</sst>"


USED = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 5_001))
several(
    "TC825",
    {
        "1M shared texts": lambda: workbook({STRINGS: many_texts()}),
        "one text of 6 MB": lambda: workbook({STRINGS: strings_xml("".join(map(str, range(1_000_000))))}),
        "one text in 5000 cells": lambda: workbook(
            {STRINGS: strings_xml("ha" * 50_000), SHEET: sheet_xml(USED)}
        ),
    },
)
MERGED = '<mergeCell ref="A1:B1"/>'
DEEP = "<a>" * 100_000 + "</a>" * 100_000


def cell(inside, attributes=""):
    return lambda: with_sheet(f'<row r="1"><c r="A1"{attributes}>{inside}</c></row>')


several(
    "TC826",
    {
        "deep nesting in the workbook": lambda: workbook({WORKBOOK: workbook_xml(before=DEEP)}),
        "deep nesting in a sheet": lambda: with_sheet(f'<row r="1">{DEEP}</row>'),
        "rows out of order": lambda: with_sheet('<row r="7"><c r="A7"><v>1</v></c></row>' + pieces.ROWS),
        "cell of another row": lambda: with_sheet('<row r="7"><c r="A1048576"><v>1</v></c></row>'),
        "cell of another row with prefix": lambda: workbook({SHEET: PREFIXED}),
        "remark within a figure": cell("<v>1<!-- -->2</v>"),
        "CDATA as a figure": cell("<v><![CDATA[12]]></v>"),
        "entity within a figure": cell("<v>1&#50;</v>"),
        "formula after the value": cell("<v>12</v><f>6+6</f>"),
        "text where a value should be": cell("<v>12</v>", ' t="inlineStr"'),
        "other markup in a cell": cell("<v>12</v><extLst/>"),
        "Boolean without a value": cell("<v></v>", ' t="b"'),
        "row without a number": lambda: workbook({SHEET: PREFIXED.replace('r="7"', 'r="x"')}),
        "merged range of three corners": lambda: with_sheet("", after='<mergeCell ref="A1:B1:C1"/>'),
        "unclosed sheet": lambda: workbook({SHEET: sheet_xml(pieces.ROWS).replace("</row>", "")}),
        "sheet without an end": lambda: workbook(
            {SHEET: sheet_xml(pieces.ROWS).partition("</sheetData>")[0]}
        ),
        "cells twice": lambda: with_sheet(pieces.ROWS, after="<sheetData/>"),
        "20000 attributes": cell("<v>1</v>", "".join(f' a{n}="1"' for n in range(20_000))),
        "empty shared text": lambda: workbook({STRINGS: strings_xml("甲").replace("</sst>", "<si/></sst>")}),
        "100001 merged ranges": lambda: with_sheet("", after=f"<mergeCells>{MERGED * 100_001}</mergeCells>"),
    },
)
several(
    "TC831",
    {
        "shared text out of range": cell("<v>99</v>", ' t="s"'),
        "unknown type of cell": cell("<v>99</v>", ' t="zz"'),
        "unknown state of a sheet": lambda: workbook(
            {WORKBOOK: workbook_xml().replace("sheetId", 'state="x" sheetId')}
        ),
    },
)
several("TC833", {"error that calamine does not know": cell("<v>#SPILL!</v>", ' t="e"')})
UNSAVED = "".join(
    f'<row r="{n}">{"".join(f"""<c r="{column}{n}"><f>1</f></c>""" for column in "ABCDEFGHIJ")}</row>'
    for n in range(1, 10_002)
)
several("TC834", {"100010 formulas without values": lambda: with_sheet(UNSAVED)})

# --- CSV --------------------------------------------------------------------------------------------

several(
    "TC212",
    {
        "csv in no encoding": lambda: b"\xff\xff\xfe",
        "csv with an open quote": '代码,"名称\n'.encode,
        "half of a UTF-16 file": lambda: "代码\t名称".encode("utf-16")[:-1],
    },
    ".csv",
)
several("TC804", {"html as csv": lambda: HTML}, ".csv")
several("TC822", {"csv of 1M rows": lambda: b"1,2\n" * 1_000_000}, ".csv")
several("TC823", {"csv of 16384 columns": lambda: b"1," * 16_383 + b"1\n"}, ".csv")
several("TC828", {"csv with NUL": lambda: b"code,name\n620102,\0\n"}, ".csv")
several(
    "TC829",
    {
        "csv of one line": lambda: b"1," * 1_000_000,
        "csv with a huge cell": lambda: b'"' + b"x\n" * 100_000 + b'"\n',
    },
    ".csv",
)
