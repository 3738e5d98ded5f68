"""XML by byte positions: a part is read once for where things stand, and then spliced.

Nothing is parsed and written anew. Namespaces, prefixes, the order of attributes and everything that we do
not know stay as they were, byte for byte. The guard has refused every part that is not in UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat
from xml.sax.saxutils import escape

_TAG = re.compile(rb"</?[^\s/>]+(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
_ATTRIBUTE = re.compile(rb"\s+([^\s=/>]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class PartError(Exception):
    """A part that cannot be read, or that tries what no workbook needs."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes from `start` to `end` to be replaced; where both are equal, an insertion."""

    start: int
    end: int
    new: bytes


@dataclass(slots=True)
class Element:
    """An element and where it stands.

    Attributes:
        name: Without its prefix.
        attributes: By name as written.
        depth: 0 for the root.
        start: Of the opening tag.
        inside: After the opening tag.
        inside_end: Before the closing tag; equal to `inside` where the tag closes itself.
        end: After the element.
        children: In order.
    """

    name: str
    attributes: dict[str, str]
    depth: int
    start: int
    inside: int
    inside_end: int = 0
    end: int = 0
    children: list[Element] = field(default_factory=list)

    def child(self, name: str) -> Element | None:
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> list[Element]:
        return [child for child in self.children if child.name == name]


def new_parser() -> expat.XMLParserType:
    """A parser that refuses document types and entities."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> NoReturn:
        raise PartError("DTD")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def parse(parser: expat.XMLParserType, data: bytes) -> None:
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise PartError(str(error)) from None


def read_tree(data: bytes) -> Element:
    """The elements of a small part. A sheet has too many for this; see `mark_sheet`."""
    parser = new_parser()
    path: list[Element] = []
    roots: list[Element] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        at = parser.CurrentByteIndex
        element = Element(local(name), attributes, len(path), at, tag_end(data, at))
        (path[-1].children if path else roots).append(element)
        path.append(element)

    def end(_: str) -> None:
        element = path.pop()
        if closes_itself(data, element.inside):
            element.inside_end = element.end = element.inside
        else:
            element.inside_end = parser.CurrentByteIndex
            element.end = tag_end(data, element.inside_end)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parse(parser, data)
    return roots[0]


def local(name: str) -> str:
    return name.rpartition(":")[2]


def prefix_of(data: bytes, root: Element) -> str:
    """The prefix of the root, with its colon; ours go under the same."""
    name = data[root.start + 1 : root.inside].split(None, 1)[0].rstrip(b"/>").decode()
    return name[: name.rindex(":") + 1] if ":" in name else ""


def tag_end(data: bytes, start: int) -> int:
    """The position after a tag."""
    found = _TAG.match(data, start)
    if found is None:
        raise PartError(f"no tag at byte {start}")
    return found.end()


def closes_itself(data: bytes, after_tag: int) -> bool:
    return data[after_tag - 2 : after_tag] == b"/>"


def opened(tag: bytes) -> bytes:
    """A tag that closes itself, as one that is open."""
    return tag[:-2].rstrip() + b">" if tag.endswith(b"/>") else tag


def with_attribute(tag: bytes, name: str, value: str | None) -> bytes:
    """A tag with an attribute set, or with `None` taken out; the others stay as they are."""
    written = b"" if value is None else f' {name}="{value}"'.encode()
    for found in _ATTRIBUTE.finditer(tag):
        if found[1] == name.encode():
            return tag[: found.start()] + written + tag[found.end() :]
    end = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return tag[:end].rstrip() + written + tag[end:]


def splice(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with every edit made; insertions at one place keep their order."""
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda each: each.start):
        pieces += [data[at : edit.start], edit.new]
        at = edit.end
    pieces.append(data[at:])
    return b"".join(pieces)


def append(data: bytes, parent: Element, new: bytes) -> Edit:
    """An edit that puts something at the end of an element, opening it where it closed itself."""
    if not closes_itself(data, parent.inside):
        return Edit(parent.inside_end, parent.inside_end, new)
    tag = data[parent.start : parent.inside]
    name = tag[1:].split(None, 1)[0].rstrip(b"/>")
    return Edit(parent.start, parent.inside, opened(tag) + new + b"</" + name + b">")


def text_in_xml(text: str) -> str:
    """A text as it may stand in an element: escaped, without the signs that XML does not know."""
    return escape(_NOT_IN_XML.sub(" ", text))
