"""A workbook as its zip holds it: named parts, each unpacked as a stream that is checked while it runs.

Nothing here trusts what the zip says of a part. A stream that is longer, shorter or other than declared
ends in a refusal, and no more of it than a piece is ever held.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from transfer_calc.issues import DataError, Place, issue
from transfer_calc.text import Text

STORED, DEFLATED = 0, 8
_PACKED_PIECE = 1 << 16
_PIECE = 1 << 20


class OddXml(Exception):  # noqa: N818 — no fault of the program: it becomes an issue
    """XML that two readers could understand in two ways. The detail says how."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.detail = Text(zh, en)


@dataclass(frozen=True, slots=True)
class Part:
    """One member of the zip.

    Attributes:
        name: As written in the zip.
        method: How it is packed: `STORED` or `DEFLATED`.
        start: Where its packed bytes begin in the file.
        packed: Their number.
        size: The number of bytes it says it unpacks to.
        crc: The checksum it says they have.
    """

    name: str
    method: int
    start: int
    packed: int
    size: int
    crc: int


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of a workbook by their names in lower case: names of parts differ by more than case."""

    content: bytes
    parts: dict[str, Part]
    place: Place

    def find(self, name: str) -> Part | None:
        return self.parts.get(name.lower())

    def stream(self, part: Part) -> Iterator[bytes]:
        """The unpacked bytes of a part, piece by piece.

        Raises:
            DataError: If they are not what the zip declares (TC813).
        """
        size = crc = 0
        for piece in self._stored(part) if part.method == STORED else self._inflated(part):
            size += len(piece)
            if size > part.size:
                raise self._lies(part)
            crc = zlib.crc32(piece, crc)
            yield piece
        if size != part.size or crc != part.crc:
            raise self._lies(part)

    def _stored(self, part: Part) -> Iterator[bytes]:
        end = part.start + part.packed
        for start in range(part.start, end, _PIECE):
            yield self.content[start : min(start + _PIECE, end)]

    def _inflated(self, part: Part) -> Iterator[bytes]:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        position, end, waiting = part.start, part.start + part.packed, b""
        while not inflate.eof:
            if not waiting:
                if position == end:
                    raise self._lies(part)
                waiting = self.content[position : min(position + _PACKED_PIECE, end)]
                position += len(waiting)
            try:
                # Without the limit a bomb would come out in one piece.
                piece = inflate.decompress(waiting, _PIECE)
            except zlib.error:
                raise self._lies(part) from None
            waiting = inflate.unconsumed_tail
            if piece:
                yield piece
        if inflate.unused_data or position != end:
            raise self._lies(part)

    def _lies(self, part: Part) -> DataError:
        return DataError([issue("TC813", self.place, part=part.name)])


def odd(package: Package, part: Part, detail: Text) -> DataError:
    return DataError([issue("TC826", package.place, part=part.name, detail=detail)])
