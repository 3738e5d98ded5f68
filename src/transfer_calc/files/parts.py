"""What a workbook consists of: its sheets and where they lie, and nothing that runs, links or hides."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from transfer_calc.files.package import Package, Part, odd
from transfer_calc.files.xml_parts import MAX_PARSED, elements
from transfer_calc.issues import Collector, DataError, issue
from transfer_calc.text import Text

CONTENT_TYPES = "[Content_Types].xml"
WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"

# Parts that make another kind of file of the zip.
_OTHER_KINDS = {
    "xl/workbook.bin": Text("Excel 二进制工作簿（.xlsb）", "an Excel binary workbook (.xlsb)"),
    "content.xml": Text("OpenDocument 文件（如 .ods）", "an OpenDocument file (such as .ods)"),
    "word/document.xml": Text("Word 文档", "a Word document"),
    "ppt/presentation.xml": Text("PowerPoint 文稿", "a PowerPoint presentation"),
}
# What is refused, by the names of parts, by their content types and by the kinds of their relationships.
_MACROS = ("vbaproject", "macrosheet", "macroenabled")
_LINKS = ("externallink",)
_OBJECTS = ("xl/embeddings/", "oleobject", "relationships/package")
_CONTROLS = ("xl/activex/", "activex", "relationships/control")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it; one that is no table, such as a chart, has no part."""

    name: str
    part: Part | None
    visible: bool


def list_sheets(package: Package) -> tuple[SheetPart, ...]:
    """The sheets in the order of their tabs.

    Raises:
        DataError: If parts are missing (TC815), or there is something in the workbook that is never read
            from it (TC818–TC821).
    """
    kinds = _content_types(package)
    _refuse_foreign(package, kinds)
    workbook, relations = package.find(WORKBOOK), package.find(_RELATIONS)
    if workbook is None or relations is None:
        for name, what in _OTHER_KINDS.items():
            if package.find(name) is not None:
                raise DataError([issue("TC804", package.place, suffix=".xlsx", what=what)])
        raise _missing(package, WORKBOOK if workbook is None else _RELATIONS)
    targets = {
        entry.get("Id", ""): (entry.get("Type", ""), entry.get("Target", ""))
        for _, entry in elements(package, relations, "Relationship")
        if entry.get("TargetMode") != "External"
    }
    sheets = []
    used: set[str] = set()
    for _, entry in elements(package, workbook, "sheet"):
        name = entry.get("name", "")
        key = next((value for key, value in entry.items() if key.endswith("relationships}id")), "")
        kind, target = targets.get(key, ("", ""))
        visible = entry.get("state", "visible") == "visible"
        if not kind:
            raise _missing(package, name)
        if not kind.endswith("/worksheet"):
            sheets.append(SheetPart(name, None, visible))
            continue
        path = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/").lower()
        part = package.find(path)
        if part is None or path in used:
            raise _missing(package, f"{name}（{path}）")
        used.add(path)
        sheets.append(SheetPart(name, part, visible))
    if not used:
        raise _missing(package, "xl/worksheets/")
    return tuple(sheets)


def _missing(package: Package, part: str) -> DataError:
    return DataError([issue("TC815", package.place, part=part[:120])])


def _content_types(package: Package) -> list[str]:
    part = package.find(CONTENT_TYPES)
    if part is None:
        raise _missing(package, CONTENT_TYPES)
    return [entry.get("ContentType", "") for _, entry in elements(package, part, "Default", "Override")]


def _refuse_foreign(package: Package, kinds: list[str]) -> None:
    """Refuse macros, links to other workbooks, embedded objects and controls, and name all that there are."""
    signs = [*package.parts, *kinds]
    relations = [part for name, part in package.parts.items() if name.endswith(".rels")]
    if sum(part.size for part in relations) > MAX_PARSED:
        raise odd(package, relations[0], Text("关系太多", "there are too many relationships"))
    for part in relations:
        signs += [entry.get("Type", "") for _, entry in elements(package, part, "Relationship")]
    text = "\n".join(signs).lower()
    problems = Collector()
    if any(sign in text for sign in _LINKS):
        problems.add("TC818", package.place)
    if any(sign in text for sign in _MACROS):
        problems.add("TC819", package.place)
    if any(sign in text for sign in _CONTROLS):
        problems.add("TC821", package.place)
    elif any(sign in text for sign in _OBJECTS):
        problems.add("TC820", package.place)
    if problems.issues:
        raise DataError(problems)
