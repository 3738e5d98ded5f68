"""The XML of a workbook: no part with a document type, none in an encoding that only some readers know.

Two layers, because not every reader of a part goes through the second: a search of the bytes in all
encodings of Unicode, and defusedxml for what is parsed here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]

from transfer_calc.files.package import OddXml, Package, Part, odd
from transfer_calc.issues import DataError, issue
from transfer_calc.text import Text

MAX_DEPTH = 64
# A parser in Python takes 2 s for 16 MB. What lists the sheets of an honest workbook has seldom 1 MB.
MAX_PARSED = 16_000_000


# <!DOCTYPE and what stands in one; with zero bytes between the letters it is UTF-16 or UTF-32.
_DTD = re.compile(rb"<\0{0,3}!\0{0,3}[DdEe]")
_BEFORE = 16  # bytes of the piece before, so that nothing is cut
_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml\s([^>]*)\?>|[A-Za-z_!])")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([^\"']*)[\"']")
_READ_BY_ALL = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_MAX_TAG = 8_192
# Some readers compare each attribute of a tag with every other one.
LONG_TAG = re.compile(rb"<[^<>]{%d}" % _MAX_TAG)


def without_dtd(package: Package, part: Part) -> Iterator[bytes]:
    """The bytes of a part, piece by piece; a document type ends them (TC816)."""
    before = b""
    for piece in package.stream(part):
        if _DTD.search(before + piece[:_BEFORE]) or _DTD.search(piece):
            raise DataError([issue("TC816", package.place, part=part.name)])
        before = (before + piece)[-_BEFORE:]
        yield piece


def plain_xml(package: Package, part: Part) -> Iterator[bytes]:
    """The bytes of a part that is read as UTF-8, piece by piece; anything else ends them (TC817, TC826)."""
    before = b""
    for number, piece in enumerate(without_dtd(package, part)):
        if number == 0:
            check_start(package, part, piece)
        if LONG_TAG.search(before + piece[:_MAX_TAG]) or LONG_TAG.search(piece):
            raise odd(package, part, Text("有过长的标记", "a tag is too long"))
        before = (before + piece)[-_MAX_TAG:]
        yield piece


def check_start(package: Package, part: Part, piece: bytes) -> None:
    """Refuse XML that is not UTF-8 or says that it is not (TC817). Readers skip it, or guess."""
    if _DTD.search(piece):
        raise DataError([issue("TC816", package.place, part=part.name)])
    found = _START.match(piece)
    if found is None:
        raise DataError([issue("TC817", package.place, part=part.name)])
    declared = _ENCODING.search(found[1] or b"")
    if declared is not None and declared[1].lower() not in _READ_BY_ALL:
        raise DataError([issue("TC817", package.place, part=part.name)])


def parse(
    package: Package,
    part: Part,
    target: Any,
    limit: int = MAX_PARSED,
    look: Callable[[Iterator[bytes]], Iterator[bytes]] = iter,
) -> None:
    """Feed a part to a target with `start`, `end` and `data`, as `xml.etree` has them.

    Args:
        package: The workbook.
        part: The part.
        target: Takes in what the parser finds.
        limit: The number of bytes that the part may have.
        look: A last look at the bytes on their way to the parser.

    Raises:
        DataError: If it is too long, not well formed or written in an odd way (TC826), or holds a document
            type (TC816).
    """
    if part.size > limit:
        raise odd(package, part, Text("太长", "it is too long"))
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    try:
        for piece in look(plain_xml(package, part)):
            parser.feed(piece)
        parser.close()
    except DefusedXmlException:
        raise DataError([issue("TC816", package.place, part=part.name)]) from None
    except (ParseError, ValueError, LookupError):
        raise odd(package, part, Text("有语法错误", "it is not well formed")) from None
    except OddXml as error:
        raise odd(package, part, error.detail) from None


class Depth:
    """The base of a target: it refuses elements within elements without end."""

    def __init__(self) -> None:
        self.depth = 0

    def start(self, _tag: str, _attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise OddXml("嵌套太深", "its elements are nested too deep")

    def end(self, _tag: str) -> None:
        self.depth -= 1


class _Elements(Depth):
    def __init__(self, wanted: frozenset[str]) -> None:
        super().__init__()
        self.wanted = wanted
        self.found: list[tuple[str, dict[str, str]]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        super().start(tag, attributes)
        name = local(tag)
        if name in self.wanted:
            self.found.append((name, attributes))


def elements(package: Package, part: Part, *wanted: str) -> list[tuple[str, dict[str, str]]]:
    """The elements of some names in a part: name without namespace, and attributes."""
    target = _Elements(frozenset(wanted))
    parse(package, part, target)
    return target.found


def local(tag: str) -> str:
    """The name of an element without its namespace."""
    return tag.rpartition("}")[2]
