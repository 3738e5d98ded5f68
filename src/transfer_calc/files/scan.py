"""One pass over the XML of a sheet, while it is unpacked, before calamine sees it.

Excel, WPS, LibreOffice and the libraries write the cells of a sheet alike. A row of that form, without
errors and with all values, is taken in by one expression; any other row of that form is looked at cell by
cell. A sheet in another form, such as with prefixes or without addresses, goes through a parser, which is
ten times slower and finds the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from xml.sax.saxutils import unescape

from transfer_calc.files.address import column_number
from transfer_calc.files.package import OddXml, Package, Part, odd
from transfer_calc.files.scan_parsed import scan_parsed
from transfer_calc.files.tally import MAX_CELLS, Formula, Tally
from transfer_calc.files.xml_parts import LONG_TAG, check_start
from transfer_calc.issues import Place

_MAX_HEAD = 1 << 20
_MAX_ROW = 1 << 23

# The pieces of a row. Possessive (`*+`): what does not match at once never will. No group captures within
# such a piece: Python before 3.11.8 may give the wrong one.
_ATTRIBUTES = rb"[^<>']{0,600}+"
_ROW_START = rb'\s*+<row r="(\d{1,7}+)"(' + _ATTRIBUTES + rb")>"
# A value that begins with # is an error, and nan is none; an entity in a number is read by some as its end.
_PLAIN_VALUE = rb"(?:<f[ />][^<]*+(?:</f>)?+)?+<v>[+-]?+[^<&#nN][^<&]*+</v></c>"
_PLAIN_TEXT = rb"<is><t[^<>]{0,40}+>[^<]*+</t></is></c>"

_ROW = re.compile(_ROW_START + rb"\s*+")
_ROW_END = re.compile(rb"</row>\s*+")
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7}+)"(' + _ATTRIBUTES + rb")>"
    rb"(?:(?<=/>)|\s*+"
    rb"(?:<f(?=[\s/>])(" + _ATTRIBUTES + rb")>(?:(?<=/>)|([^<]*+)</f>))?\s*+"
    rb"(?:<v(?:\s[^<>]{0,40}+)?+>(?:(?<=/>)()|([^<]*+)</v>)|(<is>(?:(?!</is>|</c>).)*+</is>))?\s*+"
    rb"</c>)\s*+",
    re.DOTALL,
)
_KIND = re.compile(rb'\st="([^"]*)"')
_SHARED = re.compile(rb'\ssi="([^"]*)"')
_TRUE = re.compile(rb'\shidden="(?:1|true)"')
_COLUMN = re.compile(rb"<col\s([^<>]*)>")
_SPAN = re.compile(rb'\b(min|max)="(\d+)"')
_MERGED = re.compile(rb'<mergeCell ref="([^"]*)"')
_ODD_MARKUP = re.compile(rb"<[!?]")


class _NotPlainError(Exception):
    """The sheet is written in another form."""


def scan_sheet(package: Package, part: Part, name: str, room: int = MAX_CELLS) -> Tally:
    """The facts of a sheet.

    Args:
        package: The workbook.
        part: The sheet.
        name: Its name, for messages.
        room: The number of cells that it may have.

    Raises:
        DataError: If it is too large (TC822–TC824), holds errors that cannot be named later (TC833, TC834),
            or cannot be read with certainty (TC816, TC817, TC826).
    """
    place = Place(file=package.place.file, sheet=name)
    try:
        try:
            tally = _Scan(package, part, Tally(place, room)).run()
        except _NotPlainError:
            tally = scan_parsed(package, part, Tally(place, room))
    except OddXml as error:
        raise odd(package, part, error.detail) from None
    tally.finish()
    return tally


class _Scan:
    """The way through a sheet of the usual form: head, rows, tail."""

    def __init__(self, package: Package, part: Part, tally: Tally) -> None:
        self.package = package
        self.part = part
        self.tally = tally
        self.plain_row, self.plain_cells = _plain(0)

    def run(self) -> Tally:
        pieces = self.package.stream(self.part)
        rest = self._head(pieces)
        rest = self._rows(rest, pieces)
        self._tail(rest, pieces)
        return self.tally

    def _head(self, pieces: Iterator[bytes]) -> bytes:
        """Read up to the rows; gives what follows."""
        data = next(pieces, b"")
        check_start(self.package, self.part, data)
        while (end := data.find(b"<sheetData")) < 0 or len(data) < end + 12:
            piece = next(pieces, b"")
            if not piece or len(data) > _MAX_HEAD:
                raise _NotPlainError
            data += piece
        head = data[:end]
        if b"<!" in head or b"'" in head or LONG_TAG.search(head):
            raise _NotPlainError
        for attributes in _COLUMN.findall(head):
            span = dict(_SPAN.findall(attributes))
            if _TRUE.search(b" " + attributes) and len(span) == 2:
                self.tally.hide_columns(int(span[b"min"]), int(span[b"max"]))
        if data.startswith(b"<sheetData/>", end):
            return b"</sheetData>" + data[end + 12 :]
        if not data.startswith(b"<sheetData>", end):
            raise _NotPlainError
        return data[end + 11 :]

    def _rows(self, data: bytes, pieces: Iterator[bytes]) -> bytes:
        """Read the rows; gives what follows them."""
        while True:
            end = data.find(b"</sheetData>")
            # Where the end has not come yet, the last row may be cut.
            whole = end if end >= 0 else max(data.rfind(b"<row "), 0)
            position = self._whole_rows(data, whole)
            if end >= 0:
                return data[end:]
            data = data[position:]
            piece = next(pieces, b"")
            if not piece or len(data) > _MAX_ROW:
                raise _NotPlainError
            data += piece

    def _whole_rows(self, data: bytes, end: int) -> int:
        position, tally = 0, self.tally
        while position < end:
            row = self.plain_row.match(data, position, end)
            if row is None:
                position = self._row(data, position, end)
                continue
            number = int(row[1])
            tally.row(number, hidden=bool(row[2]) and _TRUE.search(row[2]) is not None)
            self._count(data, row, number)
            position = row.end()
        return position

    def _count(self, data: bytes, cells: re.Match[bytes], row: int) -> None:
        """Count plain cells where one has a value: only then it has an end tag. Their columns are known."""
        if data.find(b"</c>", cells.start(), cells.end()) >= 0:
            self.tally.reach(row, 1)
            self.tally.shown = row

    def _row(self, data: bytes, position: int, end: int) -> int:
        """Read one row cell by cell; gives where it ends."""
        row = _ROW.match(data, position, end)
        if row is None:
            if data[position:end].isspace():
                return end
            raise _NotPlainError
        self.tally.row(int(row[1]), hidden=_TRUE.search(row[2]) is not None)
        position = row.end()
        if row[2].endswith(b"/"):
            return position
        columns = self.tally.columns
        while True:
            plain = self.plain_cells.match(data, position, end)
            if plain is not None and plain[1] == row[1]:
                self._count(data, plain, int(row[1]))
                position = plain.end()
                continue
            cell = _CELL.match(data, position, end)
            if cell is None:
                break
            self._cell(cell, row[1])
            position = cell.end()
        if self.tally.columns > columns:
            self.plain_row, self.plain_cells = _plain(self.tally.columns)
        closed = _ROW_END.match(data, position, end)
        if closed is None:
            raise _NotPlainError
        return closed.end()

    def _cell(self, cell: re.Match[bytes], row: bytes) -> None:
        letters, digits, attributes, of_formula, formula, empty, value, inline = cell.groups()
        if digits != row:
            raise OddXml("单元格的地址与所在的行不符", "the address of a cell is not in its row")
        kind = _KIND.search(attributes) if attributes else None
        t = "" if kind is None else kind[1].decode("ascii", "replace")
        text = "" if empty is not None else None if value is None else _text(value)
        if value is not None and b"&" in value and t != "str":
            raise OddXml("数值里有转义字符", "a figure is written with an entity")
        written = None
        if of_formula is not None:
            shared = _SHARED.search(of_formula) if of_formula else None
            group = "" if shared is None else shared[1].decode("ascii", "replace")
            written = Formula(_text(formula or b""), group)
        column = column_number(letters.decode())
        self.tally.cell(int(digits), column, t, written, text, inline=inline is not None)

    def _tail(self, data: bytes, pieces: Iterator[bytes]) -> None:
        """Read what follows the rows."""
        while True:
            last = data.rfind(b"<")
            whole = data[: max(last, 0)]
            self._tail_piece(whole)
            data = data[len(whole) :]
            piece = next(pieces, b"")
            if not piece:
                self._tail_piece(data)
                return
            if len(data) > _MAX_ROW:
                raise _NotPlainError
            data += piece

    def _tail_piece(self, data: bytes) -> None:
        merged = _MERGED.findall(data)
        if _ODD_MARKUP.search(data) or b"<sheetData" in data or data.count(b"<mergeCell ") != len(merged):
            raise _NotPlainError
        for reference in merged:
            self.tally.merge(reference.decode("ascii", "replace"))


def _text(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace")
    return unescape(text, {"&quot;": '"', "&apos;": "'"}) if "&" in text else text


@cache
def _plain(columns: int) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Two expressions for cells in the first columns none of which calamine would leave blank.

    A whole row, with its number and attributes as groups 1 and 2; and cells in a row, with the number of
    the row in the first address as group 1. The addresses that follow repeat that number.
    """
    letters = _columns_up_to(columns)
    rest = _ATTRIBUTES + rb">(?:" + _PLAIN_VALUE + rb"|" + _PLAIN_TEXT + rb"|(?<=/>))\s*+"
    blank = rb'<c r="[A-Z]{1,3}\1"' + _ATTRIBUTES + rb"(?<=/)>\s*+"
    cells = rb'(?:<c r="' + letters + rb'\1"' + rest + rb"|" + blank + rb")*+"
    row = _ROW_START + rb"(?:(?<=/>)|\s*+" + cells + rb"</row>)\s*+"
    return re.compile(row), re.compile(rb'<c r="' + letters + rb'(\d{1,7}+)"' + rest + cells)


def _columns_up_to(columns: int) -> bytes:
    """An expression for the letters of the first columns, such as `(?:[A-Z]|A[A-N])` for 40."""
    if columns <= 26:
        return b"[A-%c]" % (64 + columns) if columns else b"(?!)"
    first, second = divmod(columns - 1, 26)
    pairs = [b"%c[A-%c]" % (64 + first, 65 + second)]
    if first > 1:
        pairs.append(b"[A-%c][A-Z]" % (63 + first))
    return b"(?:[A-Z]|" + b"|".join(pairs) + b")"
