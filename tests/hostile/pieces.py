"""The pieces hostile files are made of: a small honest workbook, zips with wrong headers, old containers."""

from __future__ import annotations

import io
import struct
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
WORKBOOK = "xl/workbook.xml"
WORKBOOK_RELATIONS = "xl/_rels/workbook.xml.rels"
CONTENT_TYPES = "[Content_Types].xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def sheet_xml(rows, before="", after="", head=_HEAD):
    return f'{head}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def strings_xml(*texts):
    return f'{_HEAD}<sst xmlns="{MAIN}">' + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>"


def relations_xml(*entries):
    """Relationships as (id, kind, target)."""
    lines = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for key, kind, target in entries
    )
    return f'{_HEAD}<Relationships xmlns="{RELATIONS}">{lines}</Relationships>'


def types_xml(extra=""):
    return (
        f'{_HEAD}<Types xmlns="{TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        f"{extra}</Types>"
    )


def workbook_xml(sheets='<sheet name="数据" sheetId="1" r:id="rId1"/>', before=""):
    return f'{_HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{before}<sheets>{sheets}</sheets></workbook>'


ROWS = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>5</v></c></row>'


def honest():
    """The parts of a small workbook that is read; 演示数据."""
    return {
        CONTENT_TYPES: types_xml(),
        "_rels/.rels": relations_xml(("rId1", "officeDocument", "xl/workbook.xml")),
        WORKBOOK: workbook_xml(),
        WORKBOOK_RELATIONS: relations_xml(
            ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "sharedStrings", "sharedStrings.xml")
        ),
        SHEET: sheet_xml(ROWS),
        STRINGS: strings_xml("代码"),
    }


def packed(parts, method=zipfile.ZIP_DEFLATED):
    """A zip of parts: texts, bytes, iterators of bytes for what is too large to hold, `None` for none."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=6) as archive:
        for name, content in parts.items():
            if content is None:
                continue
            if isinstance(content, (str, bytes)):
                archive.writestr(name, content)
                continue
            with archive.open(name, "w") as part:
                for piece in content:
                    part.write(piece)
    return out.getvalue()


def workbook(changes=None):
    """The honest workbook with some parts changed, added or (`None`) left out."""
    return packed(honest() | (changes or {}))


def with_sheet(rows, **around):
    return workbook({SHEET: sheet_xml(rows, **around)})


def repeated(piece, count):
    """A piece many times over, as an iterator."""
    return (piece for _ in range(count))


def central(content, name):
    """Where the entry of a part begins in the directory of a zip."""
    position = content.index(b"PK\x01\x02")
    while True:
        length, extra, comment = struct.unpack_from("<3H", content, position + 28)
        if content[position + 46 : position + 46 + length] == name.encode():
            return position
        position = content.index(b"PK\x01\x02", position + 46 + length + extra + comment)


def patched(content, name, **fields):
    """A zip with some fields of a part's entries changed, in the directory and in the part's own header."""
    places = {"flags": (8, 6, "<H"), "method": (10, 8, "<H"), "crc": (16, 14, "<L"),
              "packed": (20, 18, "<L"), "size": (24, 22, "<L")}  # fmt: skip
    out = bytearray(content)
    entry = central(content, name)
    (header,) = struct.unpack_from("<L", content, entry + 42)
    for field, value in fields.items():
        in_directory, in_header, form = places[field]
        struct.pack_into(form, out, entry + in_directory, value)
        struct.pack_into(form, out, header + in_header, value)
    return bytes(out)


def compound(*streams):
    """A compound file (OLE2) with streams of 4,096 bytes: header, one sector of allocation, one of names."""
    end, free, special = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    sectors = 8 * len(streams)
    header = struct.pack(
        "<8s16x5H6xL LLL LLLLL", bytes.fromhex("d0cf11e0a1b11ae1"),
        0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0,
    )  # fmt: skip
    header += struct.pack("<L", 0) + struct.pack("<L", free) * 108
    chain = [special, end]
    for stream in range(len(streams)):
        first = 2 + 8 * stream
        chain += [*range(first + 1, first + 8), end]
    allocation = struct.pack("<128L", *(chain + [free] * (128 - len(chain))))

    def entry(name, kind, child, start, size, right=free):
        encoded = (name + "\0").encode("utf-16-le")
        return struct.pack("<64sHBBLLL16xL16xLLL", encoded, len(encoded), kind, 1, free, right, child, 0,
                           start, size, 0)  # fmt: skip

    names = entry("Root Entry", 5, 1, end, 0)
    for number, stream in enumerate(streams):
        right = number + 2 if number + 1 < len(streams) else free
        names += entry(stream, 2, free, 2 + 8 * number, 4096, right)
    names = names.ljust(512, b"\0")
    return header.ljust(512, b"\0") + allocation + names + b"\x09\x08" * (256 * sectors)
