"""A CSV file as a workbook with marks: a text file has no room for colours and notes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from transfer_calc.issues import Severity
from transfer_calc.workbook.mark_sheet import Cell
from transfer_calc.workbook.mark_styles import FILLS
from transfer_calc.workbook.sheets import write_book, write_note

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?")
"""A text that is the same again when it has been a number; 001 and a long code are not."""


def write_table(
    rows: Sequence[Sequence[Any]], marks: Mapping[Cell, Severity], notes: Mapping[Cell, str], target: Path
) -> None:
    """Write the cells as they stand, each as a number where it is plainly one, else as text."""

    def write(book: Any) -> None:
        sheet = book.add_worksheet("数据")
        styles = {
            severity: book.add_format({"bg_color": f"#{colour[2:]}"}) for severity, colour in FILLS.items()
        }
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                mark = marks.get((row + 1, column + 1))
                style = None if mark is None else styles[mark]
                text = str(cell)
                if _NUMBER.fullmatch(text):
                    sheet.write_number(row, column, float(text), style)
                elif text:
                    sheet.write_string(row, column, text, style)
        for (row, column), mark in marks.items():
            here = rows[row - 1] if row <= len(rows) else []
            if column > len(here) or not str(here[column - 1]):
                sheet.write_blank(row - 1, column - 1, None, styles[mark])
        for (row, column), note in notes.items():
            write_note(sheet, row - 1, column - 1, note)

    write_book(target, target.stem, None, write)
