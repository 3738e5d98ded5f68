"""The texts that the sheets of a workbook share.

They are few in the file and many in the memory: each cell that uses one gets a copy. A text of a megabyte
used by a million cells is a bomb that no limit on sizes sees.
"""

from __future__ import annotations

import re
from functools import cache

from transfer_calc.files.package import Package, Part, odd
from transfer_calc.files.tally import Tally
from transfer_calc.files.xml_parts import plain_xml
from transfer_calc.issues import DataError, issue
from transfer_calc.text import Text

MAX_STRINGS = 1_000_000
# Excel allows 32,767 characters in a cell; each may have a format of its own.
_MAX_LENGTH = 4_000_000
MAX_COPIED = 400_000_000

_END = re.compile(rb"</[\w.-]+:si>")
_USED = re.compile(rb"\st=[\"']s[\"'][^<>]*>\s*<(?:[\w.-]+:)?v(?:\s[^<>]*)?>(\d{1,7})</")
_BEFORE = 1_024


def string_lengths(package: Package, part: Part) -> list[int]:
    """The length of each shared text, with its markup.

    Raises:
        DataError: If there are too many or too long ones (TC825), or they cannot be read with certainty
            (TC816, TC817, TC826).
    """
    lengths: list[int] = []
    rest, end = b"", b"</si>"
    for piece in plain_xml(package, part):
        data = rest + piece
        prefixed = None if end in data else _END.search(data)
        if prefixed is not None:
            end = prefixed[0]
        if _empty(end).search(data):
            raise odd(package, part, Text("有空的文本项", "it holds an empty entry"))
        *texts, rest = data.split(end)
        lengths += map(len, texts)
        if len(lengths) > MAX_STRINGS or max(len(rest), *map(len, texts), 0) > _MAX_LENGTH:
            raise DataError([issue("TC825", package.place)])
    return lengths


@cache
def _empty(end: bytes) -> re.Pattern[bytes]:
    """An entry without a text: some versions of calamine pass over it, and take the next one for it."""
    return re.compile(b"<" + re.escape(end[2:-1]) + rb"\s*+(?:/>|>\s*+</)")


def check_copies(package: Package, lengths: list[int], sheets: list[tuple[Part, Tally]]) -> None:
    """Refuse a workbook whose cells would hold too much text (TC825)."""
    longest = max(lengths, default=0)
    total = 0
    for part, tally in sheets:
        most = longest * tally.rows * tally.columns
        # Seldom needed: the cells are counted only where they could hold too much.
        total += most if total + most <= MAX_COPIED else _copied(package, part, lengths)
        if total > MAX_COPIED:
            raise DataError([issue("TC825", package.place)])


def _copied(package: Package, part: Part, lengths: list[int]) -> int:
    total = 0
    rest = b""
    for piece in package.stream(part):
        data = rest + piece
        used = [int(index) for index in _USED.findall(data)]
        total += sum(lengths[index] for index in used if index < len(lengths))
        rest = _rest(data)
    return total


def _rest(data: bytes) -> bytes:
    """What may be the beginning of a cell that goes on in the next piece."""
    start = max(data.rfind(b"<c "), data.rfind(b":c "), 0)
    return data[start:][:_BEFORE] if b"</" not in data[start:] else b""
