"""A workbook as the package of parts that it is: every part is copied as it stands, unless we changed it."""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass
from typing import IO
from xml.sax.saxutils import quoteattr

from transfer_calc.workbook.mark_xml import Element, PartError, append, prefix_of, read_tree, splice

_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_TYPES = "[Content_Types].xml"
_NO_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of a part to another; `part` is the other's name in the package."""

    id: str
    kind: str
    part: str


class Package:
    """The parts of an open workbook, and what we changed of them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.changed: dict[str, bytes] = {}
        # Names of parts do not differ by capitals.
        self.names = {name.lower(): name for name in archive.namelist()}

    def has(self, name: str) -> bool:
        return name.lower() in self.names

    def read(self, name: str) -> bytes:
        if not self.has(name):
            raise PartError(name)
        own = self.names[name.lower()]
        return self.changed[own] if own in self.changed else self.archive.read(own)

    def write(self, name: str, data: bytes) -> None:
        own = self.names.setdefault(name.lower(), name)
        self.changed[own] = data

    def free_name(self, pattern: str) -> str:
        """The first name of a pattern such as `xl/comments{}.xml` that no part has."""
        number = 1
        while self.has(pattern.format(number)):
            number += 1
        return pattern.format(number)

    def relations(self, part: str) -> list[Relation]:
        """The relations of a part, `""` for those of the package; links outwards are left out."""
        name = _relations_name(part)
        if not self.has(name):
            return []
        return [
            Relation(
                element.attributes.get("Id", ""),
                element.attributes.get("Type", "").rpartition("/")[2],
                _resolved(part, element.attributes.get("Target", "")),
            )
            for element in read_tree(self.read(name)).all("Relationship")
            if element.attributes.get("TargetMode") != "External"
        ]

    def related(self, part: str, kind: str) -> str | None:
        """The first part that a part has in this relation."""
        found = (relation.part for relation in self.relations(part) if relation.kind == kind)
        return next((name for name in found if self.has(name)), None)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation; gives its id."""
        name = _relations_name(part)
        data = self.read(name) if self.has(name) else _NO_RELATIONS
        root = read_tree(data)
        taken = {element.attributes.get("Id", "").lower() for element in root.children}
        number = len(taken) + 1
        while f"rid{number}" in taken:
            number += 1
        where = posixpath.relpath(target, posixpath.dirname(part))
        new = (
            f'<{prefix_of(data, root)}Relationship Id="rId{number}" '
            f'Type="{self.relation_space()}/{kind}" Target={quoteattr(where)}/>'
        )
        self.write(name, splice(data, [append(data, root, new.encode())]))
        return f"rId{number}"

    def relation_space(self) -> str:
        """The namespace of relations: that of strict files differs."""
        main = self.read(self.workbook())
        return _STRICT if _STRICT.encode() in main[:4000] else _TRANSITIONAL

    def declare(self, part: str, content_type: str, *, by_ending: bool = False) -> None:
        """Say what a part holds; `by_ending` for all parts of its ending."""
        data = self.read(_TYPES)
        root = read_tree(data)
        ending = part.rpartition(".")[2]
        if by_ending and any(
            element.attributes.get("Extension", "").lower() == ending for element in root.all("Default")
        ):
            return
        prefix = prefix_of(data, root)
        new = f'<{prefix}Override PartName="/{part}" ContentType="{content_type}"/>'
        if by_ending:
            new = f'<{prefix}Default Extension="{ending}" ContentType="{content_type}"/>'
        self.write(_TYPES, splice(data, [append(data, root, new.encode())]))

    def workbook(self) -> str:
        """The name of the main part."""
        found = self.related("", "officeDocument")
        if found is None:
            raise PartError("workbook.xml")
        return found

    def sheets(self) -> dict[str, str]:
        """The part of each worksheet by the name on its tab; sheets that are charts have no cells."""
        main = self.workbook()
        parts = {relation.id: relation for relation in self.relations(main)}
        listed = read_tree(self.read(main)).child("sheets")
        found: dict[str, str] = {}
        for element in [] if listed is None else listed.children:
            relation = parts.get(_relation_id(element))
            if relation is not None and relation.kind == "worksheet" and self.has(relation.part):
                found[element.attributes.get("name", "")] = relation.part
        return found

    def save(self, target: IO[bytes]) -> None:
        """Write the package: parts in their order, what is new at the end."""
        new = dict(self.changed)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
            for info in self.archive.infolist():
                data = new.pop(info.filename) if info.filename in new else self.archive.read(info)
                same = zipfile.ZipInfo(info.filename, info.date_time)
                same.compress_type, same.external_attr = info.compress_type, info.external_attr
                out.writestr(same, data)
            for name, data in new.items():
                out.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)


def _relation_id(element: Element) -> str:
    return next((value for name, value in element.attributes.items() if name.endswith(":id")), "")


def _relations_name(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolved(part: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
