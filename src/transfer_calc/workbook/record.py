"""The sheet 运行记录: what was run on what; and beside it the hashes by which a changed cell is found."""

from __future__ import annotations

from collections.abc import Sequence

from transfer_calc.manifest import Entry, fingerprints
from transfer_calc.panel.panel import Panel
from transfer_calc.workbook.sheets import SheetWriter

RUN = "运行记录"
HEADS = ("项目", "内容")
FINGERPRINT_HEADS = ("数据摘要", "代码或列", "摘要")
_FINGERPRINTS = 3
"""The first column of the hashes, beside the page that is printed."""


def write_run(writer: SheetWriter, title: str, entries: Sequence[Entry], panel: Panel) -> None:
    """Write the run record of a workbook."""
    sheet, row = writer.sheet(RUN, title, (40, 100, 3, 10, 24, 20))
    styles = writer.styles
    marks = fingerprints(panel)
    writer.heads(sheet, row, HEADS)
    for column, text in enumerate(FINGERPRINT_HEADS, start=_FINGERPRINTS):
        sheet.write_string(row, column, text, styles.helper_head)
    for at in range(max(len(entries), len(marks))):
        line = row + 1 + at
        if at < len(entries):
            entry = entries[at]
            writer.lines(sheet, line, [(entry.title.zh, entry.value)])
        if at < len(marks):
            for column, text in enumerate(marks[at], start=_FINGERPRINTS):
                sheet.write_string(line, column, text, styles.muted)
    sheet.print_area(0, 0, row + len(entries), 1)
