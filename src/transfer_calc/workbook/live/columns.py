"""Sheets of columns: a row for each unit (or group), headings above; and the sheet of single figures.

On every sheet of units a unit stands in the same row, so that a formula reads across sheets without looking
anything up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.files.address import column_letter
from transfer_calc.language.excel_addresses import ROW, Reference
from transfer_calc.workbook.exact import exact
from transfer_calc.workbook.sheets import SheetWriter

FIRST = 5
"""The row of the first unit, as the sheet counts: below title, notice, clauses and headings."""

_WIDE = 16

UNDEFINED = "#DIV/0!"
"""What stands where a figure is not defined and nobody uses it: a mean over no county."""


class ColumnSheet:
    """A sheet of columns of one level."""

    def __init__(self, writer: SheetWriter, name: str, title: str, rows: int) -> None:
        self.writer = writer
        self.name = name
        self.rows = rows
        self.next = 0
        self.sheet, _ = writer.sheet(name, title, ())
        # XlsxWriter searches each formula for 29 functions younger than 2010. Ours has none of them, and
        # without the search a workbook takes half the time.
        self.sheet._prepare_formula = _as_it_stands  # noqa: SLF001 — there is no option for it
        self.sheet.set_row(FIRST - 3, 15)
        self.sheet.set_row(FIRST - 2, 46)
        self.sheet.repeat_rows(FIRST - 2)
        self.sheet.freeze_panes(FIRST - 1, 2)

    def print_wide(self) -> None:
        """A sheet of many columns goes over several pages, codes and names on each, instead of shrinking."""
        if self.next > _WIDE:
            self.sheet.set_print_scale(70)
            self.sheet.repeat_columns(0, 1)
            self.sheet.print_across()

    @property
    def last(self) -> int:
        """The row of the last unit, as the sheet counts."""
        return FIRST + self.rows - 1

    def spare(self) -> int:
        """The next free column; its heading comes later."""
        self.next += 1
        return self.next - 1

    def place(self, heading: str, *, above: str = "", width: float = 17) -> int:
        """The next free column, with its heading and a word above it."""
        column = self.spare()
        self.head(column, heading, above=above, width=width)
        return column

    def head(
        self, column: int, heading: str, *, above: str = "", width: float = 17, helper: bool = False
    ) -> None:
        """The heading of a column; those of helpers are grey, and can be folded away."""
        styles = self.writer.styles
        self.sheet.set_column(column, column, width, None, {"level": 1} if helper else {})
        self.sheet.write_string(FIRST - 2, column, heading, styles.helper_head if helper else styles.head)
        if above:
            self.sheet.write_string(FIRST - 3, column, above, styles.muted)

    def reference(self, column: int) -> Reference:
        """The cell in a row left open, and the whole column."""
        letter = column_letter(column)
        return Reference(
            f"{self.name}!${letter}{ROW}", f"{self.name}!${letter}${FIRST}:${letter}${self.last}"
        )

    def values(self, column: int, values: Any, style: Any) -> None:
        """Write what is given: texts as texts, a yes as 1 and a no as 0."""
        sheet = self.sheet
        for row, value in enumerate(_listed(values), start=FIRST - 1):
            if isinstance(value, str):
                sheet.write_string(row, column, value, style)
            else:
                sheet.write_number(row, column, exact(float(value)), style)

    def formulas(self, column: int, text: str, values: Any, style: Any) -> None:
        """Write one formula down the column, with what it gives; `text` has no `=` and `ROW` left open."""
        parts = text.split(ROW)
        write = self.sheet.write_formula
        for row, value in enumerate(_listed(values), start=FIRST):
            write(row - 1, column, "=" + str(row).join(parts), style, cached(value))

    def formula(self, column: int, row: int, text: str, value: Any, style: Any) -> None:
        """Write another formula in the row of one unit (from 0)."""
        number = FIRST + row
        self.sheet.write_formula(
            number - 1, column, "=" + text.replace(ROW, str(number)), style, cached(value)
        )

    def sums(self, columns: Iterable[tuple[int, float, Any]], blank: int) -> None:
        """A row of live sums below the units; `blank` columns get its look."""
        row, styles = self.last, self.writer.styles
        for column in range(blank):
            self.sheet.write_blank(row, column, None, styles.sum_text)
        self.sheet.write_string(row, 0, "合计", styles.sum_text)
        for column, total, style in columns:
            letter = column_letter(column)
            self.sheet.write_formula(
                row, column, f"=SUM({letter}{FIRST}:{letter}{self.last})", style, cached(total)
            )


def _as_it_stands(formula: str, *_options: Any) -> str:
    return formula.removeprefix("=")


def _listed(values: Any) -> Sequence[Any]:
    listed: Sequence[Any] = values.tolist() if isinstance(values, np.ndarray) else list(values)
    return listed


def cached(value: Any) -> Any:
    """A value as it stands beside a formula; what is not defined is the error that Excel would show."""
    if isinstance(value, (np.generic, np.ndarray)):
        value = value.item()
    if isinstance(value, float):
        return value if np.isfinite(value) else UNDEFINED
    return value


def column_of(values: Any, rows: int) -> NDArray[Any]:
    """One figure for all, or one a unit, as a column."""
    return np.broadcast_to(np.asarray(values), (rows,))
