"""The county table of one calculation: codes, names and one checked column for each input of the method."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.files.book import Book, read_book
from transfer_calc.issues import Collector, Issue, Place, UsageError
from transfer_calc.method.load import Method
from transfer_calc.panel.beside import (
    ENTERED_SHEETS,
    PARAMETER_SHEETS,
    EnteredAmount,
    Given,
    read_entered,
    read_parameters,
)
from transfer_calc.panel.block import HEADER_ROWS
from transfer_calc.panel.build import build
from transfer_calc.panel.finding import EXPLAINING_SHEETS, find_table
from transfer_calc.panel.heading import CODE, count_matches, labels_of
from transfer_calc.panel.layout import Layout, check_heads, layout_file, own_labels, remembered
from transfer_calc.panel.notes import Notes
from transfer_calc.panel.table import Head, Table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HEADER_ROWS", "Panel", "read_panel"]

_MADE_UP = re.compile("演示数据|虚构数据|模拟数据|编造数据")


@dataclass(frozen=True)
class Panel:
    """A county table, matched to a method.

    Attributes:
        codes: Unit codes as text, one a row.
        names: Unit names.
        columns: One array an input: numbers, truths or texts.
        issues: Everything wrong with the table, and notes of what was read in another form; a calculation
            refuses a panel with errors.
        given: What the workbook says about the run.
        entered: Amounts set by hand.
        places: For each input, the place of its column; with `rows` it gives the cell of a figure.
        rows: The sheet row of each unit.
        file: The file read, and its SHA-256; empty for a DataFrame.
        headings: For each input, the place of its heading.
    """

    codes: NDArray[np.str_]
    names: NDArray[np.str_]
    columns: Mapping[str, NDArray[Any]]
    issues: tuple[Issue, ...] = ()
    given: Given = field(default_factory=Given)
    entered: tuple[EnteredAmount, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    rows: tuple[int, ...] = ()
    file: str = ""
    sha256: str = ""
    headings: Mapping[str, Place] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.codes)

    def __repr__(self) -> str:
        errors = sum(1 for found in self.issues if found.severity == "error")
        return f"Panel({len(self)} units, {len(self.columns)} columns, {errors} errors)"

    def place(self, row: int, name: str | None = None) -> Place:
        """The place of a unit's figure: its cell where it came from a file."""
        code, unit_name = str(self.codes[row]), str(self.names[row])
        column = self.places.get(name or "")
        if column is None or column.cell is None or not self.rows:
            return Place(code=code, unit_name=unit_name, name=name)
        return Place(
            file=column.file,
            sheet=column.sheet,
            cell=f"{column.cell}{self.rows[row]}",
            code=code,
            unit_name=unit_name,
        )

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, method: Method, *, notice: str | None = None) -> Panel:
        """Make a panel from a DataFrame whose columns carry input names, labels or aliases.

        Args:
            frame: One row a unit; the codes in a column such as `code` or 代码, or in the index.
            method: The method whose inputs are wanted.
            notice: A remark that every output must carry, such as 演示数据; by default that of
                `frame.attrs["notice"]`.

        Returns:
            The panel, with `issues` for all that is wrong.

        Raises:
            UsageError: If it is no DataFrame.
        """
        if not hasattr(frame, "iloc"):
            raise UsageError(f"from_frame takes a DataFrame, not {type(frame).__name__}")
        remark = notice or frame.attrs.get("notice")
        labels = labels_of(method.file)
        if not count_matches(list(frame.columns), labels):
            frame = frame.rename_axis(CODE).reset_index()
        columns = [frame.iloc[:, position].to_numpy() for position in range(frame.shape[1])]
        table = Table([Head((head,)) for head in frame.columns], columns)
        panel = build(table, method, Collector(), Notes())
        return panel if remark is None else replace(panel, given=Given(notice=remark))

    @classmethod
    def from_columns(cls, columns: Mapping[str, Sequence[Any] | NDArray[Any]], method: Method) -> Panel:
        """Make a panel from lists or arrays by heading.

        Raises:
            UsageError: If they differ in length.
        """
        if len({len(column) for column in columns.values()}) > 1:
            raise UsageError("the columns differ in length")
        table = Table([Head((head,)) for head in columns], [*columns.values()])
        return build(table, method, Collector(), Notes())


def read_panel(path: str | Path, method: Method, layout: Layout | None = None) -> Panel:
    """Read a county table.

    Args:
        path: `.xlsx`, or `.csv` in UTF-8 or GB18030. A workbook may hold the sheets 参数 and 录入数.
        method: The method whose inputs are wanted.
        layout: Where the table stands and what its headings mean; by default what is remembered beside the
            workbook, else both are found by content.

    Returns:
        The panel; `issues` lists every problem found, by cell, and notes of what was read in another form.

    Raises:
        DataError: If the file cannot be read at all, no table is found in it, or the layout does not fit.
    """
    if not isinstance(path, (str, Path)):
        raise UsageError(f"read_panel takes a path, not {type(path).__name__}; see Panel.from_frame")
    path = Path(path)
    problems, notes = Collector(), Notes()
    if layout is None:
        layout = remembered(path)
        if layout is not None:
            problems.add("TC238", Place(file=path.name), layout=layout_file(path).name, said=layout.said)
    layout = layout or Layout()
    book = read_book(path)
    own = own_labels(layout, method.file, problems)
    found = find_table(book, labels_of(method.file) | own, layout, problems, notes)
    given, entered = _beside(book, method, problems)
    check_heads(layout, found.table, problems)
    panel = build(found.table, method, problems, notes, own)
    given = _with_notice(given, [*found.titles, *_explanations(book)])
    return replace(panel, given=given, entered=entered, file=book.path.name, sha256=book.sha256)


def _with_notice(given: Given, remarks: Sequence[str]) -> Given:
    """What the workbook says of the run, with the remark that its data are made up."""
    made_up = next((remark.lstrip("# ") for remark in remarks if _MADE_UP.search(remark)), None)
    if made_up is None or (given.notice is not None and _MADE_UP.search(given.notice)):
        return given
    # A remark of the sheet 参数 stands beside what the table says of itself, never in its place.
    return replace(given, notice=made_up if given.notice is None else f"{made_up}；{given.notice}")


def _beside(book: Book, method: Method, problems: Collector) -> tuple[Given, tuple[EnteredAmount, ...]]:
    parameters, entered = book.sheet(*PARAMETER_SHEETS), book.sheet(*ENTERED_SHEETS)
    file = book.path.name
    given = Given() if parameters is None else read_parameters(parameters, file, method.file, problems)
    amounts = () if entered is None else read_entered(entered, file, method.file, problems)
    return given, amounts


def _explanations(book: Book) -> list[str]:
    """The texts of the sheets that explain: what they say of the data holds for the data."""
    aside = [sheet for sheet in book.sheets if sheet.name.strip().lower() in EXPLAINING_SHEETS]
    return [str(cell).strip() for sheet in aside for row in sheet.rows for cell in row]
