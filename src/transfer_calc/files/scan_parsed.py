"""The same pass by a parser, for sheets that are not written in the usual form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from transfer_calc.files.address import column_number
from transfer_calc.files.package import OddXml, Package, Part
from transfer_calc.files.tally import Formula, Tally
from transfer_calc.files.xml_parts import Depth, local, parse

MAX_PARSED_SHEET = 64_000_000

_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")
# What a parser understands and calamine does not always: remarks and instructions between the cells, and
# entities in a value.
_ODD = re.compile(rb"<[!?]|<(?:[\w.-]+:)?v(?:\s[^<>]*)?>[^<]*&")
_BEFORE = 1 << 16


def scan_parsed(package: Package, part: Part, tally: Tally) -> Tally:
    """The facts of a sheet in any form that XML allows.

    Raises:
        DataError: As `scan_sheet` does.
    """
    parse(package, part, _Cells(tally), MAX_PARSED_SHEET, _without_odd_markup)
    return tally


def _without_odd_markup(pieces: Iterator[bytes]) -> Iterator[bytes]:
    before, begun = b"", False
    for piece in pieces:
        data = before + piece
        begins = 0 if begun else data.find(b"sheetData")
        if begins >= 0:
            begun = True
            if _ODD.search(data, begins):
                raise OddXml("有注释或转义字符", "it holds remarks or entities")
        before = data[max(data.rfind(b"<"), 0) :][:_BEFORE]
        yield piece


class _Cells(Depth):
    """Follows the rows and cells as calamine counts them where they have no addresses."""

    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self.tally = tally
        self.inside = False
        self.done = False
        self.row = self.column = 0
        self.cell: tuple[int, int, str] | None = None
        self.shared = ""
        self.formula: str | None = None
        self.value: str | None = None
        self.inline = False
        self.text: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        super().start(tag, attributes)
        name = local(tag)
        if self.cell is not None:
            self._in_cell(name, attributes)
        elif name == "sheetData":
            if self.done:
                raise OddXml("有两处单元格数据", "it holds the cells twice")
            self.inside = True
        elif self.inside and name == "row":
            self.row = _number(attributes.get("r", str(self.row + 1)))
            self.column = 0
            self.tally.row(self.row, hidden=attributes.get("hidden") in ("1", "true"))
        elif self.inside and name == "c":
            self._open(attributes)
        elif not self.inside and name == "col" and attributes.get("hidden") in ("1", "true"):
            self.tally.hide_columns(_number(attributes.get("min", "")), _number(attributes.get("max", "")))
        elif self.done and name == "mergeCell":
            self.tally.merge(attributes.get("ref", ""))

    def _open(self, attributes: dict[str, str]) -> None:
        address = attributes.get("r")
        self.column += 1
        if address is not None:
            found = _ADDRESS.fullmatch(address)
            if found is None or int(found[2]) != self.row:
                raise OddXml("单元格的地址与所在的行不符", "the address of a cell is not in its row")
            self.column = column_number(found[1])
        self.cell = (self.row, self.column, attributes.get("t", ""))
        self.formula = self.value = None
        self.shared, self.inline = "", False

    def _in_cell(self, name: str, attributes: dict[str, str]) -> None:
        """What stands in a cell: a formula, then a value, or a text of its own."""
        if self.text is not None and (self.inline or name not in ("f", "v", "is")):
            if not self.inline:
                raise OddXml("单元格里有别的标记", "there is other markup in a cell")
            return
        if name == "f" and self.formula is None and self.value is None:
            self.formula, self.shared = "", attributes.get("si", "")
        elif name == "v" and self.value is None:
            self.value = ""
        elif name == "is" and self.value is None and not self.inline:
            self.inline = True
        else:
            raise OddXml("单元格里有别的标记", "there is other markup in a cell")
        self.text = []

    def data(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def end(self, tag: str) -> None:
        super().end(tag)
        name = local(tag)
        if self.text is not None and name in ("f", "v", "is"):
            text, self.text = "".join(self.text), None
            if name == "f":
                self.formula = text
            elif name == "v":
                self.value = text
        elif name == "c" and self.cell is not None:
            row, column, kind = self.cell
            formula = None if self.formula is None else Formula(self.formula, self.shared)
            self.tally.cell(row, column, kind, formula, self.value, inline=self.inline)
            self.cell = None
        elif name == "sheetData" and self.inside:
            self.inside, self.done = False, True


def _number(text: str) -> int:
    if not re.fullmatch(r"\d{1,7}", text):
        raise OddXml("行号或列号有误", "the number of a row or column is not one")
    return int(text)
