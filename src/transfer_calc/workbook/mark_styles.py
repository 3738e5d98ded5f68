"""The styles of a workbook with more fills: a marked cell keeps all of its format but the fill."""

from __future__ import annotations

from transfer_calc.issues import Severity
from transfer_calc.workbook.mark_xml import (
    Edit,
    Element,
    append,
    closes_itself,
    prefix_of,
    read_tree,
    splice,
    with_attribute,
)

FILLS: dict[Severity, str] = {"error": "FFFFC7CE", "warning": "FFFFCC99", "note": "FFD9E8F6"}
"""Light red, light orange, light blue."""

MINIMAL = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    b"</styleSheet>"
)
"""The styles of a workbook that has none."""


class MarkStyles:
    """The styles part, and the formats added to it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.root = read_tree(data)
        self.prefix = prefix_of(data, self.root)
        fills, formats = self.root.child("fills"), self.root.child("cellXfs")
        self.fills: Element | None = fills
        self.formats: Element | None = formats if formats is not None and formats.children else None
        self.fill_of: dict[Severity, int] = {}
        self.format_of: dict[tuple[int, Severity], int] = {}
        self.new_formats: list[bytes] = []

    def marked(self, style: int, severity: Severity) -> int:
        """The format like `style` with the fill of a severity. Where a file has no formats there is none."""
        if self.fills is None or self.formats is None:
            return style
        known = self.format_of.get((style, severity))
        if known is not None:
            return known
        formats = self.formats.children
        own = formats[style if style < len(formats) else 0]
        fill = self.fill_of.setdefault(severity, len(self.fills.children) + len(self.fill_of))
        tag = with_attribute(self.data[own.start : own.inside], "fillId", str(fill))
        tag = with_attribute(tag, "applyFill", "1")
        self.new_formats.append(tag + self.data[own.inside : own.end])
        number = len(formats) + len(self.new_formats) - 1
        self.format_of[style, severity] = number
        return number

    def written(self) -> bytes:
        """The part with what was added."""
        if self.fills is None or self.formats is None:
            return self.data
        fills = [self._fill(FILLS[severity]) for severity in self.fill_of]
        edits = self._longer(self.fills, fills) + self._longer(self.formats, self.new_formats)
        return splice(self.data, edits)

    def _fill(self, colour: str) -> bytes:
        p = self.prefix
        return (
            f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{colour}"/>'
            f'<{p}bgColor indexed="64"/></{p}patternFill></{p}fill>'
        ).encode()

    def _longer(self, parent: Element, new: list[bytes]) -> list[Edit]:
        """Append children and count them, where they were counted."""
        if not new:
            return []
        end = append(self.data, parent, b"".join(new))
        if "count" not in parent.attributes or closes_itself(self.data, parent.inside):
            return [end]
        tag = self.data[parent.start : parent.inside]
        counted = with_attribute(tag, "count", str(len(parent.children) + len(new)))
        return [Edit(parent.start, parent.inside, counted), end]
