"""Files that are no workbooks, zips built to do harm, and parts that do not belong into a workbook."""

from __future__ import annotations

import zipfile
import zlib

import pieces
from listing import hostile, several
from pieces import (
    CONTENT_TYPES,
    SHEET,
    STRINGS,
    WORKBOOK,
    WORKBOOK_RELATIONS,
    compound,
    honest,
    packed,
    patched,
    relations_xml,
    repeated,
    sheet_xml,
    strings_xml,
    types_xml,
    workbook,
    workbook_xml,
)

# --- what kind of file ------------------------------------------------------------------------------

several("TC801", {"too large": bytes})
several("TC802", {"encrypted": lambda: compound("EncryptionInfo", "EncryptedPackage")})
several("TC802", {"encrypted as xls": lambda: compound("EncryptionInfo", "EncryptedPackage")}, ".xls")
several("TC803", {"old format": lambda: compound("Workbook")}, ".xls")
several("TC803", {"old format renamed": lambda: compound("Workbook")})
HTML = "<html><body><table><tr><td>代码</td></tr></table></body></html>".encode()
several("TC804", {"html as xls": lambda: HTML, "new format as xls": workbook}, ".xls")
several(
    "TC804",
    {
        "html renamed": lambda: b"\xef\xbb\xbf\r\n" + HTML,
        "csv renamed": lambda: "代码,名称\r\n620102,城关区\r\n".encode("gb18030"),
        "pdf renamed": lambda: b"%PDF-1.7\n",
        "random bytes": lambda: bytes(range(255, -1, -1)) * 40,
        "program before the zip": lambda: b"MZ" + bytes(200) + workbook(),
        "binary workbook": lambda: packed(honest() | {WORKBOOK: None, "xl/workbook.bin": b"\x83\x01\0"}),
        "opendocument": lambda: packed(honest() | {WORKBOOK: None, "content.xml": "<office/>"}),
    },
)
several("TC804", {"workbook as csv": workbook, "old format as csv": lambda: compound("Workbook")}, ".csv")
several("TC804", {"table of 2003": lambda: b"<?xml version='1.0'?><Workbook/>"}, ".xls")
several("TC819", {"macro suffix": workbook}, ".xlsm")
several("TC827", {"lock file": lambda: b"\x0a" + b"user".ljust(164)})
several("TC830", {"empty file": bytes})
several("TC832", {"folder": bytes})

# --- the zip ----------------------------------------------------------------------------------------


def wrong_local_name():
    content = workbook()
    return content.replace(SHEET.encode(), SHEET.encode().upper(), 1)


several(
    "TC805",
    {
        "truncated": lambda: workbook()[:-300],
        "bytes behind the directory": lambda: workbook() + bytes(9),
        "remark announced and missing": lambda: workbook()[:-2] + b"\x09\0",
        "directory overwritten": lambda: workbook().replace(b"PK\x01\x02", b"PK\x01\x09"),
        "two names for one part": wrong_local_name,
    },
)
several("TC806", {"encrypted part": lambda: patched(workbook(), SHEET, flags=1)})
several("TC807", {"3000 members": lambda: workbook({f"xl/media/{n}.png": b"" for n in range(3000)})})


@hostile("doubled member", "TC808")
def doubled():
    name = "xl/worksheets/sheet2.xml"
    return workbook({name: sheet_xml("")}).replace(name.encode(), SHEET.encode())


@hostile("doubled but for case", "TC808")
def doubled_case():
    return workbook({SHEET.upper(): sheet_xml("")})


def named(name):
    """A workbook with a part of a name that no zip program would write."""
    return lambda: workbook({"x" * len(name): "<a/>"}).replace(b"x" * len(name), name.encode())


several(
    "TC809",
    {
        "path traversal": named("../../evil.xml"),
        "path traversal within": named("xl/../../evil.xml"),
        "absolute path": named("/etc/cron.d/evil"),
        "drive letter": named("C:/evil/evil.xml"),
        "backslash": named("..\\..\\evil.xml"),
    },
)
several(
    "TC810",
    {
        "declares 500 MB": lambda: patched(workbook(), SHEET, size=500_000_000),
        "declares 900 MB in three": lambda: patched(
            patched(patched(workbook(), SHEET, size=300_000_000), STRINGS, size=300_000_000),
            WORKBOOK,
            size=300_000_000,
        ),
    },
)
several(
    "TC811",
    {
        "flat bomb": lambda: workbook({SHEET: repeated(bytes(1 << 20), 60)}),
        "bomb beside the sheets": lambda: workbook({"docProps/app.xml": repeated(b" " * (1 << 20), 30)}),
        "bomb of many parts": lambda: workbook(
            {f"xl/theme/theme{n}.xml": repeated(b" " * (1 << 20), 3) for n in range(10)}
        ),
    },
)


@hostile("shared bytes", "TC812")
def shared_bytes():
    """Two entries of the directory for the bytes of one part."""
    content = workbook({"xl/worksheets/sheet2.xml": sheet_xml("")})
    first, second = pieces.central(content, SHEET), pieces.central(content, "xl/worksheets/sheet2.xml")
    return content[: second + 42] + content[first + 42 : first + 46] + content[second + 46 :]


@hostile("part within a part", "TC812")
def nested():
    """The second part lies within the first, header and all, as in the bombs that unpack one kernel often."""
    inner = packed({SHEET: sheet_xml(pieces.ROWS)}, zipfile.ZIP_STORED)
    inner = inner[: inner.index(b"PK\x01\x02")]
    content = packed({"a.xml": inner, SHEET: sheet_xml(pieces.ROWS)}, zipfile.ZIP_STORED)
    entry = pieces.central(content, SHEET)
    return (
        content[: entry + 42] + content.index(b"PK\x03\x04", 4).to_bytes(4, "little") + content[entry + 46 :]
    )


def bytes_behind_stream():
    xml = sheet_xml(pieces.ROWS).encode()
    content = packed(honest() | {SHEET: zlib.compress(xml, wbits=-15) + b"more"}, zipfile.ZIP_STORED)
    return patched(content, SHEET, method=8, size=len(xml), crc=zlib.crc32(xml))


def damaged_stream():
    content = bytearray(workbook())
    start = content.index(SHEET.encode()) + len(SHEET)
    content[start : start + 8] = b"\xff" * 8
    return bytes(content)


several(
    "TC813",
    {
        "declares too little": lambda: patched(workbook(), SHEET, size=20),
        "declares too much": lambda: patched(workbook(), SHEET, size=20_000),
        "bomb that declares 1 kB": lambda: patched(
            workbook({SHEET: repeated(bytes(1 << 20), 20)}), SHEET, size=1_000
        ),
        "stream cut short": lambda: patched(workbook(), SHEET, packed=30),
        "bytes behind the stream": bytes_behind_stream,
        "bad checksum": lambda: patched(workbook(), SHEET, crc=1),
        "damaged stream": damaged_stream,
    },
)
several(
    "TC814",
    {
        "bzip2": lambda: packed(honest(), zipfile.ZIP_BZIP2),
        "lzma": lambda: packed(honest(), zipfile.ZIP_LZMA),
        "unknown method": lambda: patched(workbook(), SHEET, method=97),
    },
)

# --- the parts --------------------------------------------------------------------------------------

TWICE = '<sheet name="数据" sheetId="1" r:id="rId1"/><sheet name="又" sheetId="2" r:id="rId1"/>'
several(
    "TC815",
    {
        "no content types": lambda: workbook({CONTENT_TYPES: None}),
        "no workbook part": lambda: workbook({WORKBOOK: None}),
        "no relationships": lambda: workbook({WORKBOOK_RELATIONS: None}),
        "no sheet part": lambda: workbook({SHEET: None}),
        "no sheets": lambda: workbook({WORKBOOK: workbook_xml("")}),
        "dangling relationship": lambda: workbook({WORKBOOK: workbook_xml().replace("rId1", "rId9")}),
        "two sheets in one part": lambda: workbook({WORKBOOK: workbook_xml(TWICE)}),
    },
)
LAUGHS = '<!DOCTYPE z [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
XXE = '<!DOCTYPE z [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
PLAIN_DTD = "<!DOCTYPE worksheet>"


def with_dtd(encoding):
    text = sheet_xml(pieces.ROWS, head="<?xml version='1.0'?>" + PLAIN_DTD)
    return lambda: workbook({SHEET: text.encode(encoding)})


several(
    "TC816",
    {
        "external entity": lambda: workbook(
            {SHEET: sheet_xml('<row r="1"><c r="A1" t="str"><v>&x;</v></c></row>', head=XXE)}
        ),
        "billion laughs": lambda: workbook({STRINGS: LAUGHS + "]>" + strings_xml("&i;").partition("\n")[2]}),
        "quadratic blow-up": lambda: workbook(
            {WORKBOOK: f'<!DOCTYPE z [<!ENTITY a "{"ha" * 50_000}">]><z>{"&a;" * 50_000}</z>'}
        ),
        "document type in the types": lambda: workbook({CONTENT_TYPES: XXE + types_xml().partition("\n")[2]}),
        "document type in a drawing": lambda: workbook({"xl/drawings/drawing1.xml": XXE + "<a/>"}),
        "document type in UTF-16": with_dtd("utf-16"),
        "document type in UTF-16LE": with_dtd("utf-16-le"),
        "document type in UTF-16BE": with_dtd("utf-16-be"),
        "document type in UTF-32": with_dtd("utf-32"),
        "document type after a long remark": lambda: workbook(
            {"docProps/core.xml": b"<!--" + b"-- " * 300_000 + b"-->" + XXE.encode() + b"<a/>"}
        ),
    },
)
several(
    "TC817",
    {
        "sheet in UTF-16": lambda: workbook({SHEET: sheet_xml(pieces.ROWS, head="").encode("utf-16")}),
        "sheet in UTF-16BE": lambda: workbook({SHEET: sheet_xml(pieces.ROWS, head="").encode("utf-16-be")}),
        "texts in GB2312": lambda: workbook(
            {STRINGS: strings_xml("代码").replace("UTF-8", "GB2312").encode("gb2312")}
        ),
        "sheet in UTF-7": lambda: workbook({SHEET: sheet_xml(pieces.ROWS).replace("UTF-8", "UTF-7")}),
        "zip as a sheet": lambda: workbook({SHEET: workbook()}),
    },
)
several(
    "TC818",
    {
        "external link": lambda: workbook({"xl/externalLinks/externalLink1.xml": "<externalLink/>"}),
        "external link elsewhere": lambda: workbook(
            {"xl/_rels/x.xml.rels": relations_xml(("rId1", "externalLinkPath", "file:///evil.xlsx"))}
        ),
    },
)
MACRO = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
MACRO_TYPE = f'<Override PartName="/x" ContentType="{MACRO}"/>'
several(
    "TC819",
    {
        "macro": lambda: workbook({"xl/vbaProject.bin": compound("VBA")}),
        "macro by content type": lambda: workbook({CONTENT_TYPES: types_xml(MACRO_TYPE)}),
        "macro sheet": lambda: workbook({"xl/macrosheets/sheet1.xml": "<a/>"}),
    },
)
several("TC820", {"embedded object": lambda: workbook({"xl/embeddings/oleObject1.bin": compound("Ole")})})
several("TC820", {"embedded package": lambda: workbook({"xl/embeddings/Book1.xlsx": workbook()})})
several("TC821", {"ActiveX control": lambda: workbook({"xl/activeX/activeX1.xml": "<ax/>"})})
