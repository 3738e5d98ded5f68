"""Sheets as every workbook has them: title, notice, headings, lines of text, columns of figures.

Text is always written as text: nothing that stands in a cell of the input can become a formula here.
"""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.files.address import column_letter
from transfer_calc.issues import DataError, Place, issue
from transfer_calc.manifest import written_at
from transfer_calc.text import Text
from transfer_calc.workbook.styles import Styles, make_styles


def write_book(
    path: Path, title: str, notice: str | None, write: Callable[[Any], None], *, row_by_row: bool = False
) -> None:
    """Write a workbook whole or not at all: beside its place, and then moved there.

    Args:
        path: The file.
        title: Of the document.
        notice: A remark that every sheet carries.
        write: Fills the open `xlsxwriter.Workbook`.
        row_by_row: Whether `write` goes down every sheet row by row; then only a row is kept in memory.

    Raises:
        DataError: If it cannot be written (TC902).
    """
    import xlsxwriter  # noqa: PLC0415 — only where a workbook is written

    if not path.parent.is_dir():
        missing = Text(f"文件夹 {path.parent} 不存在", f"there is no folder {path.parent}")
        raise DataError([issue("TC902", Place(file=path.name), detail=missing)])
    # Not by `tempfile`: its files can be read by their owner alone, and a result is for colleagues.
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.part")
    try:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        options["constant_memory"] = row_by_row
        book = xlsxwriter.Workbook(str(temporary), options)
        book.set_properties({"title": title, "comments": notice or "", "created": written_at()})
        write(book)
        book.close()
        temporary.replace(path)
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise DataError([issue("TC902", Place(file=path.name), detail=detail)]) from None
    finally:
        # Whatever stopped it, an interrupted person included, no half of a file stays behind.
        with contextlib.suppress(OSError):
            temporary.unlink()


class SheetWriter:
    """Writes sheets of one look."""

    def __init__(self, book: Any, footer: str, notice: str | None) -> None:
        self.book = book
        self.footer = footer
        self.notice = notice
        self.styles: Styles = make_styles(book)
        self.widths: Sequence[float] = ()
        self.opened: dict[str, Any] = {}

    def open(self, names: Iterable[str]) -> None:
        """Make sheets in the order of their tabs; they can then be written in any order."""
        for name in names:
            self.opened[name] = self.book.add_worksheet(name)

    def sheet(self, name: str, title: str, widths: Sequence[float]) -> tuple[Any, int]:
        """A sheet with its title and notice; gives the row for the headings."""
        sheet = self.opened.pop(name) if name in self.opened else self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        footer = self.footer[:60].replace("&", "&&")
        sheet.set_footer(
            "&L" + footer + "&C第 &P 页 共 &N 页&R" + (self.notice or "")[:60].replace("&", "&&")
        )
        self.widths = widths
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, title, self.styles.title)
        sheet.set_row(0, 24)
        row = 1
        if self.notice:
            sheet.write_string(row, 0, self.notice, self.styles.notice)
            row += 1
        return sheet, row

    def heads(self, sheet: Any, row: int, titles: Iterable[str], height: float = 32) -> None:
        for column, title in enumerate(titles):
            sheet.write_string(row, column, title, self.styles.head)
        sheet.set_row(row, height)
        sheet.repeat_rows(row)

    def lines(
        self, sheet: Any, row: int, lines: Iterable[Sequence[Any]], styles: Sequence[Any] | None = None
    ) -> int:
        """Lines of texts and figures; gives the row after them."""
        for line in lines:
            for column, cell in enumerate(line):
                style = None if styles is None else styles[column]
                if isinstance(cell, str):
                    sheet.write_string(row, column, cell, style or self.styles.wrapped)
                elif cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
                    sheet.write_blank(row, column, None, style or self.styles.wrapped)
                else:
                    sheet.write_number(row, column, cell, style or self.styles.number)
            # Not every program fits the height of a row to wrapped text by itself.
            deepest = max(
                (
                    lines_needed(cell, width)
                    for cell, width in zip(line, self.widths, strict=False)
                    if isinstance(cell, str)
                ),
                default=1,
            )
            if deepest > 1:
                sheet.set_row(row, 15 * deepest)
            row += 1
        return row

    def columns(self, sheet: Any, row: int, columns: Sequence[tuple[Any, Any]]) -> None:
        """Columns of figures, truths or texts, each with its style; what is no finite number stays blank."""
        for column, (values, style) in enumerate(columns):
            for offset, value in enumerate(list(values.tolist() if hasattr(values, "tolist") else values)):
                if isinstance(value, bool):
                    sheet.write_string(row + offset, column, "是" if value else "否", self.styles.text)
                elif isinstance(value, str):
                    sheet.write_string(row + offset, column, value, style)
                elif math.isfinite(value):
                    sheet.write_number(row + offset, column, value, style)
                else:
                    sheet.write_blank(row + offset, column, None, style)

    def sums(
        self, sheet: Any, row: int, first: int, columns: Sequence[tuple[Any, Any]], summed: Sequence[int]
    ) -> None:
        """A row of live sums below columns; the others stay blank."""
        sheet.write_string(row, 0, "合计", self.styles.sum_text)
        for column, (values, _) in enumerate(columns[1:], start=1):
            if column in summed:
                letter = column_letter(column)
                total = _total(np.asarray(values))
                sheet.write_formula(
                    row, column, f"=SUM({letter}{first + 1}:{letter}{row})", self.styles.sum_whole, total
                )
            else:
                sheet.write_blank(row, column, None, self.styles.sum_text)


def _total(values: NDArray[Any]) -> int | float:
    return int(values.sum()) if values.dtype.kind == "i" else float(np.nansum(values))


def lines_needed(text: str, width: float) -> int:
    """How many lines a text needs in a column; a Chinese character is as wide as two others."""
    return math.ceil(sum(2 if ord(char) > 0x2E80 else 1 for char in text) / max(width - 2, 1)) or 1


def write_note(sheet: Any, row: int, column: int, note: str) -> None:
    """A cell note in a box large enough for its text."""
    lines = sum(lines_needed(line, 36) for line in note.split("\n"))
    look = {"author": "transfer-calc", "width": 270, "height": 18 * lines + 14, "font_size": 9}
    sheet.write_comment(row, column, note, look)
