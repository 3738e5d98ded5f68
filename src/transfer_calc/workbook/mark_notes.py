"""The notes of a sheet: a part with the texts, and a drawing with the box of each.

A cell that has a note keeps it, and ours is added below. The drawing may hold other things, such as
buttons, and is not always well-formed; boxes are put before its end and nothing in it is read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from transfer_calc.workbook.mark_sheet import Cell, address_of, cell_of
from transfer_calc.workbook.mark_xml import (
    Edit,
    Element,
    PartError,
    append,
    prefix_of,
    read_tree,
    splice,
    text_in_xml,
)

AUTHOR = "transfer-calc"

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
NO_NOTES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<comments xmlns="{_MAIN}"><authors></authors><commentList></commentList></comments>'
).encode()

_SPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
NO_BOXES = (
    "<xml "
    + " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())
    + '>\n<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data=""/></o:shapelayout>\n</xml>'
).encode()
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_IDS_A_BLOCK = 1024
_CHARACTERS_A_LINE = 44
_LAST_COLUMN, _LAST_ROW = 16383, 1048575


def with_notes(data: bytes, notes: Mapping[Cell, str]) -> tuple[bytes, list[Cell]]:
    """The part of the texts with ours; and the cells that had no note and need a box."""
    root = read_tree(data)
    authors, listed = root.child("authors"), root.child("commentList")
    if authors is None or listed is None:
        raise PartError("comments")
    prefix = prefix_of(data, root)
    there = {cell_of(element.attributes.get("ref", "")): element for element in listed.all("comment")}
    edits = [append(data, authors, f"<{prefix}author>{AUTHOR}</{prefix}author>".encode())]
    author = len(authors.all("author"))
    new, without_box = [], []
    for cell, text in sorted(notes.items()):
        if cell in there:
            edits += _added(data, there[cell], text, prefix)
            continue
        without_box.append(cell)
        new.append(
            f'<{prefix}comment ref="{address_of(cell)}" authorId="{author}" shapeId="0"><{prefix}text>'
            f"{_run(text, prefix)}</{prefix}text></{prefix}comment>"
        )
    edits.append(append(data, listed, "".join(new).encode()))
    return splice(data, edits), without_box


def _run(text: str, prefix: str) -> str:
    return f'<{prefix}r><{prefix}t xml:space="preserve">{text_in_xml(text)}</{prefix}t></{prefix}r>'


def _added(data: bytes, comment: Element, text: str, prefix: str) -> list[Edit]:
    """Our text below the text that is there: its plain text becomes a run, and ours is the next."""
    written = comment.child("text")
    if written is None:
        return [append(data, comment, f"<{prefix}text>{_run(text, prefix)}</{prefix}text>".encode())]
    ours = _run("\n\n" + text, prefix).encode()
    plain = written.child("t")
    behind = [child for child in written.children if child.name in ("rPh", "phoneticPr")]
    at = behind[0].start if behind else written.inside_end
    end = Edit(at, at, ours) if behind else append(data, written, ours)
    if plain is None:
        return [end]
    as_run = f"<{prefix}r>".encode() + data[plain.start : plain.end] + f"</{prefix}r>".encode()
    return [Edit(plain.start, plain.end, as_run), end]


def with_boxes(data: bytes, notes: Mapping[Cell, str], first_block: int) -> bytes:
    """The drawing with a box for each note.

    Args:
        data: The drawing.
        notes: The text by cell; a box is as high as its text.
        first_block: The first block of 1,024 ids that no drawing of the workbook uses.
    """
    end = data.rfind(b"</xml")
    if end < 0:
        raise PartError("vmlDrawing")
    spaces = "".join(
        f' xmlns:{prefix}="{space}"'
        for prefix, space in _SPACES.items()
        if f'xmlns:{prefix}="{space}"'.encode() not in data[: data.find(b">")]
    )
    shapes = [] if b'id="_x0000_t202"' in data else [_in_spaces(_SHAPE_TYPE, spaces)]
    for number, (cell, text) in enumerate(sorted(notes.items()), start=1):
        block, rest = divmod(number, _IDS_A_BLOCK)
        shapes.append(_in_spaces(_box(cell, text, (first_block + block) * _IDS_A_BLOCK + rest), spaces))
    blocks = ",".join(str(first_block + n) for n in range(1 + len(notes) // _IDS_A_BLOCK))
    return _with_blocks(data[:end], blocks) + "\n".join([*shapes, ""]).encode() + data[end:]


def last_block(data: bytes) -> int:
    """The last block of ids that a drawing uses."""
    listed = [
        int(n)
        for found in re.findall(rb"<\w+:idmap[^>]*data=\"([0-9,]*)\"", data)
        for n in found.split(b",")
        if n
    ]
    used = [int(n) // _IDS_A_BLOCK for n in re.findall(rb"_x0000_s([0-9]+)\"", data)]
    return max([0, *listed, *used])


def _with_blocks(data: bytes, blocks: str) -> bytes:
    def longer(found: re.Match[bytes]) -> bytes:
        joined = ",".join(filter(None, [found[2].decode(), blocks]))
        return found[1] + joined.encode() + found[3]

    return re.sub(rb"(<\w+:idmap[^>]*data=\")([0-9,]*)(\")", longer, data, count=1)


def _in_spaces(shape: str, spaces: str) -> str:
    """A shape that declares the namespaces which the drawing does not."""
    return re.sub(r"(?<=^<v:shape)(type)?", lambda found: found[0] + spaces, shape, count=1)


def _box(cell: Cell, text: str, number: int) -> str:
    row, column = cell[0] - 1, cell[1] - 1
    lines = sum(math.ceil(max(_wide(line), 1) / _CHARACTERS_A_LINE) for line in text.split("\n"))
    left, top = min(column + 1, _LAST_COLUMN - 4), max(row - 1, 0)
    bottom = min(top + max(4, lines + 1), _LAST_ROW)
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" '
        "style='position:absolute;margin-left:60pt;margin-top:2pt;width:240pt;height:72pt;z-index:1;"
        'visibility:hidden\' fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        "<v:textbox style='mso-direction-alt:auto'><div style='text-align:left'></div></v:textbox>"
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{left}, 15, {top}, 4, {left + 4}, 15, {bottom}, 4</x:Anchor>"
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )


def _wide(text: str) -> int:
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text)
