"""The table of a matching: one row a county, its present supporters, and a column of costs a supporter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.files.address import column_letter
from transfer_calc.files.book import read_book
from transfer_calc.issues import Collector, DataError, Place, UsageError, issue
from transfer_calc.panel.cells import is_blank, number_of, text_of
from transfer_calc.panel.heading import _CODE_LABELS, _NAME_LABELS, plain_label
from transfer_calc.panel.panel import _MADE_UP, HEADER_ROWS
from transfer_calc.text import Text

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """Counties with costs, nan where a pair cannot be, and present pairs; shape (counties, supporters)."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    cost: Floats
    existing: NDArray[np.bool_]
    notice: str | None


@dataclass(frozen=True)
class _Cells:
    """Headings and rows as they were given, and where they stand."""

    heads: Sequence[Any]
    rows: Sequence[Sequence[Any]]
    file: str | None = None
    sheet: str | None = None
    numbers: Sequence[int] = field(default=())
    notice: str | None = None

    def cell(self, row: int, column: int | None) -> Any:
        cells = self.rows[row]
        return cells[column] if column is not None and column < len(cells) else None

    def place(self, row: int, column: int, code: str) -> Place:
        address = f"{column_letter(column)}{self.numbers[row]}" if self.numbers else None
        return Place(file=self.file, sheet=self.sheet, cell=address, code=code)

    @property
    def whole(self) -> Place:
        return Place(file=self.file, sheet=self.sheet)


def read_table(table: Any, supporters: Sequence[Sequence[str]], present: str | None) -> Table:
    """Read the table of a matching.

    Args:
        table: A DataFrame, or the path of a workbook or CSV file.
        supporters: For each supporter the headings its costs may have; the first is the one to ask for.
        present: The heading of the present supporters, `None` without.

    Raises:
        DataError: With every bad cell (TC562), or TC211 where there is no table.
        UsageError: If it is neither a DataFrame nor a path.
    """
    cells = _cells(table)
    problems = Collector()
    code, name = find(cells.heads, _CODE_LABELS), find(cells.heads, _NAME_LABELS)
    assert code is not None
    columns = [find(cells.heads, labels) for labels in supporters]
    now = None if present is None else find(cells.heads, (present,))
    wanted = [labels[0] for labels, column in zip(supporters, columns, strict=True) if column is None]
    for heading in (*wanted, *([present] if present is not None and now is None else [])):
        problems.add("TC562", cells.whole, detail=Text(f"缺少列「{heading}」", f"no column “{heading}”"))
    if not cells.rows:
        problems.add("TC209", cells.whole)
    _stop(problems)
    codes = tuple(text_of(cells.cell(row, code)) for row in range(len(cells.rows)))
    names = tuple(text_of(cells.cell(row, name)) or codes[row] for row in range(len(codes)))
    _check_codes(codes, cells, code, problems)
    cost = np.full((len(codes), len(supporters)), np.nan)
    existing = np.zeros(cost.shape, dtype=bool)
    known = {plain_label(label): at for at, labels in enumerate(supporters) for label in labels}
    for row, county in enumerate(codes):
        for at, column in enumerate(columns):
            if column is not None and not is_blank(cells.cell(row, column)):
                cost[row, at] = _cost(cells.cell(row, column), cells.place(row, column, county), problems)
        for label in filter(
            None, map(str.strip, text_of(cells.cell(row, now)).replace(",", "、").split("、"))
        ):
            if plain_label(label) in known:
                existing[row, known[plain_label(label)]] = True
            else:
                said = Text(f"没有支援方「{label}」", f"no supporter “{label}”")
                problems.add("TC562", cells.place(row, now or 0, county), detail=said)
    _stop(problems)
    return Table(codes, names, cost, existing, cells.notice)


def find(heads: Sequence[Any], labels: Sequence[str]) -> int | None:
    """The column under one of some headings."""
    known = {plain_label(label) for label in labels}
    return next((at for at, head in enumerate(heads) if plain_label(head) in known), None)


def _cells(table: Any) -> _Cells:
    if isinstance(table, (str, Path)):
        book = read_book(Path(table))
        data = book.sheet("数据", "data") or book.sheets[0]
        found = (at for at, row in enumerate(data.rows[:HEADER_ROWS]) if find(row, _CODE_LABELS) is not None)
        header = next(found, None)
        if header is None:
            raise DataError([issue("TC211", Place(file=book.path.name), rows=HEADER_ROWS, code="代码")])
        below = enumerate(data.rows[header + 1 :], start=header + 2)
        numbered = [(number, row) for number, row in below if not all(map(is_blank, row))]
        above = [text_of(cell) for row in data.rows[:header] for cell in row]
        notice = next((text for text in above if _MADE_UP.search(text)), None)
        numbers, rows = [number for number, _ in numbered], [row for _, row in numbered]
        return _Cells(data.rows[header], rows, book.path.name, data.name or None, numbers, notice)
    if not hasattr(table, "iloc"):
        raise UsageError(f"a matching takes a DataFrame or a path, not {type(table).__name__}")
    notice = table.attrs.get("notice")
    if find(list(table.columns), _CODE_LABELS) is None:
        table = table.rename_axis("code").reset_index()
    return _Cells(list(table.columns), table.astype(object).to_numpy().tolist(), notice=notice)


def _check_codes(codes: Sequence[str], cells: _Cells, column: int, problems: Collector) -> None:
    first: dict[str, int] = {}
    for row, code in enumerate(codes):
        if code and code in first:
            place = cells.place(first[code], column, code).cell or f"{first[code] + 1}"
            problems.add("TC206", cells.place(row, column, code), value=code, first=place)
        elif not code:
            problems.add("TC217", cells.place(row, column, code))
        first.setdefault(code, row)


def _cost(cell: Any, place: Place, problems: Collector) -> float:
    value = number_of(cell)
    if value is not None and np.isfinite(value) and value >= 0:
        return value
    said = text_of(cell)
    problems.add("TC562", place, detail=Text(f"费用「{said}」不是非负数", f"the cost “{said}” is no amount"))
    return float("nan")


def _stop(problems: Collector) -> None:
    if problems.errors:
        raise DataError(problems.issues)
