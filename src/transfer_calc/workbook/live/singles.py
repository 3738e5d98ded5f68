"""The sheet 总量: figures that are one for all, each in a line with its unit, clause and check."""

from __future__ import annotations

from typing import Any

from transfer_calc.language.excel_addresses import Reference
from transfer_calc.workbook.exact import exact
from transfer_calc.workbook.live.columns import FIRST, cached
from transfer_calc.workbook.live.names import Names
from transfer_calc.workbook.sheets import SheetWriter

SHEET = "总量"
_HEADS = ("名称", "数值", "单位", "条款", "校核（应为0）", "说明")


class Singles:
    """The sheet of single figures."""

    def __init__(self, writer: SheetWriter, names: Names, title: str) -> None:
        self.writer = writer
        self.names = names
        self.sheet, _ = writer.sheet(SHEET, title, (38, 22, 12, 24, 16, 60))
        writer.heads(self.sheet, FIRST - 2, _HEADS)
        self.sheet.freeze_panes(FIRST - 1, 1)
        self.next = FIRST

    def spare(self) -> int:
        """The number of the next free line."""
        self.next += 1
        return self.next - 1

    def reference(self, line: int, name: str | None = None) -> Reference:
        """The cell of a figure: by a name, or where it stands."""
        place = f"{SHEET}!$B${line}"
        return Reference(place, place) if name is None else self.names.define(name, place)

    def write(
        self,
        line: int,
        label: str,
        text: str,
        value: Any,
        style: Any,
        *,
        unit: str = "",
        cite: str = "",
        note: str = "",
        helper: bool = False,
    ) -> None:
        """A line with its formula, and what it gives."""
        self._words(line, label, unit, cite, note, helper=helper)
        self.sheet.write_formula(line - 1, 1, "=" + text, style, cached(value))

    def number(
        self, line: int, label: str, value: float, *, unit: str = "", cite: str = "", note: str = ""
    ) -> None:
        """A line with a plain number: a solved multiplier, a factor between units."""
        self._words(line, label, unit, cite, note)
        self.sheet.write_number(line - 1, 1, exact(value), self.writer.styles.plain)

    def _words(self, line: int, label: str, unit: str, cite: str, note: str, *, helper: bool = False) -> None:
        styles = self.writer.styles
        texts = (label, "", unit, cite, "", note)
        kinds = [styles.muted if helper else styles.wrapped] * 6
        kinds[2] = kinds[2] if helper else styles.centred
        self.writer.lines(self.sheet, line - 1, [texts], kinds)
        if helper:
            self.sheet.set_row(line - 1, None, None, {"level": 1})

    def constant(self, label: str, value: float, note: str, name: str) -> Reference:
        """A number that no law fixes, in a cell of its own: a factor between units, a precision."""
        line = self.spare()
        self.number(line, label, value, note=note)
        return self.reference(line, name)

    def check(self, line: int, text: str, value: float) -> str:
        """A figure beside a line that must be 0, red where it is not; gives its place."""
        row, styles = line - 1, self.writer.styles
        self.sheet.write_formula(row, 4, "=" + text, styles.number, value)
        self.sheet.conditional_format(
            row, 4, row, 4, {"type": "cell", "criteria": "!=", "value": 0, "format": styles.alarm}
        )
        return f"{SHEET}!$E${line}"
