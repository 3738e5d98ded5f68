"""Which rows are units, and which are totals, column or serial numbers, repeated headings or remarks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.issues import Collector
from transfer_calc.method.model import MethodFile
from transfer_calc.panel.cells import is_blank, is_total, number_of, text_of
from transfer_calc.panel.codes import GB2260, code_of
from transfer_calc.panel.forms import is_no_data, tidy
from transfer_calc.panel.heading import CODE, NAME, plain_label
from transfer_calc.panel.notes import Notes
from transfer_calc.panel.table import Table
from transfer_calc.text import Text

NUMBERING = Text("是栏次行", "column numbers")
SERIAL = Text("只有序号，没有内容", "a serial number and nothing else")
REPEATED = Text("是重复的表头", "the headings again")
REMARK = Text("是说明文字", "a remark")

_FOOTNOTE = re.compile(
    r"(?:备?注|说明|备注|附注)\s*\d*\s*[:、.]|(?:填表|制表|填报|编制|审核|复核|经办|负责|联系)(?:人|单位|电话|日期)?\s*:"
    r"|(?:单位|财务|部门)?负责人|(?:资料|数据)来源|[*※]|(?:notes?|sources?|prepared by|checked by)\b",
    re.IGNORECASE,
)
_MAY_BE_TOTAL = re.compile(r"计|全省|全国|全市|全\s|total|sum", re.IGNORECASE)
_INDEX = re.compile(r"\(?(\d{1,3}|[A-Z])\)?(?:栏|列)?(?:=[\dA-Z+\-*/×÷().%]+)?")
_STEMS = frozenset({"栏次", "行次", "栏目", "序号", "甲", "乙", "丙", "丁", "戊", "-", "—", "--"})
_FEWEST = 3
"""Columns that a row of column numbers has at least; 1, 2 could be figures."""


@dataclass(frozen=True, slots=True)
class Total:
    """A row that states a total: its position in the table, its code, and the word for it."""

    row: int
    code: str
    word: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of units, as positions in the table, and the totals that were set aside."""

    units: NDArray[np.intp]
    totals: tuple[Total, ...]


def sort_rows(
    table: Table, positions: Mapping[str, int], method: MethodFile, problems: Collector, notes: Notes
) -> Rows:
    """Tell units from other rows; what is set aside is noted, what is doubtful is refused."""
    return _Sorter(table, positions, method, problems, notes).sort()


class _Sorter:
    """One pass over the rows. Most of them are plainly units, and cost one look."""

    def __init__(
        self,
        table: Table,
        positions: Mapping[str, int],
        method: MethodFile,
        problems: Collector,
        notes: Notes,
    ) -> None:
        self.table, self.method, self.problems, self.notes = table, method, problems, notes
        self.code, self.name = positions[CODE], positions.get(NAME)
        inputs = {name: entry for name, entry in method.columns.items() if name in positions}
        self.figures = [positions[name] for name, entry in inputs.items() if entry.kind in ("number", "flag")]
        words = {positions[name] for name, entry in inputs.items() if entry.kind in ("text", "group")}
        mapped = {*positions.values()}
        first = min(self.figures, default=len(table.columns))
        # A word such as 合计 may stand in a column of its own, left of the figures.
        before = [each for each in range(first) if each not in mapped]
        self.titles = [each for each in (self.code, self.name) if each is not None]
        self.words = [*self.titles, *sorted(words), *before]
        self.totals: list[Total] = []

    def sort(self) -> Rows:
        codes = self.table.columns[self.code]
        kept = []
        columns = [self.table.columns[each] for each in self.words[1:]]
        for row, cell in enumerate(codes):
            plain = isinstance(cell, str) and GB2260.fullmatch(cell) is not None
            if (plain and not any(_hints(column[row]) for column in columns)) or self._is_unit(row):
                kept.append(row)
        return Rows(np.asarray(kept, dtype=np.intp), tuple(self.totals))

    def _is_unit(self, row: int) -> bool:
        word = next((cell for cell in self._cells(row, self.words) if is_total(cell)), None)
        if word is not None:
            self._total(row, text_of(word))
            return False
        kind = self._other(row)
        if kind is not None:
            self.notes.add("TC232", self._place(row), kind=kind)
            return False
        if is_blank(self._cell(row, self.code)):
            self.problems.add("TC217", self.table.cell(row, self.code))
            return False
        return True

    def _total(self, row: int, word: str) -> None:
        cell = self._cell(row, self.code)
        code = "" if is_total(cell) else code_of(cell)
        place = self.table.cell(row, self.code)
        recipients = self.method.recipients
        if recipients.code == "GB/T 2260":
            prefecture = code.endswith("00") and recipients.tier != "province"
            unclear = GB2260.fullmatch(code) is not None and not prefecture
        else:
            unclear = bool(code)
        if unclear:
            self.problems.add("TC208", place, value=word)
            return
        self.totals.append(Total(row, code if GB2260.fullmatch(code) else "", word))
        self.notes.add("TC231", self._place(row), word)

    def _other(self, row: int) -> Text | None:
        """What a row is that is neither a unit nor a total."""
        cells = [cell for cell in self._cells(row, range(len(self.table.columns))) if not is_blank(cell)]
        first = cells[0] if cells else None
        if plain_label(self._cell(row, self.code)) == plain_label(self.table.heads[self.code].parts[-1]):
            return REPEATED
        if (
            self.table.origin is not None and row < 2 and _numbered(cells, self.name is not None)
        ):  # right below the headings
            return NUMBERING
        empty = not any(self._filled(row))
        if isinstance(first, str) and _FOOTNOTE.match(tidy(first)) and not any(self._numbers(row)):
            return REMARK
        if not empty:
            return None
        if all(is_blank(cell) for cell in self._cells(row, self.titles)):
            only_numbers = all(number_of(cell) is not None for cell in cells)
            return SERIAL if only_numbers else REMARK
        code = text_of(self._cell(row, self.code))
        nameless = self.name is None or is_blank(self._cell(row, self.name))
        six_digits = self.method.recipients.code == "GB/T 2260"
        return REMARK if six_digits and nameless and code and not re.search(r"\d", code) else None

    def _filled(self, row: int) -> Iterator[bool]:
        return (not is_blank(cell) and not is_no_data(cell) for cell in self._cells(row, self.figures))

    def _numbers(self, row: int) -> Iterator[bool]:
        return (number_of(cell) is not None for cell in self._cells(row, self.figures))

    def _cell(self, row: int, position: int) -> Any:
        return self.table.columns[position][row]

    def _cells(self, row: int, positions: Sequence[int]) -> Iterator[Any]:
        return (self.table.columns[position][row] for position in positions)

    def _place(self, row: int) -> Any:
        """The first cell of a row that is not blank, which is where a person looks for it."""
        filled = (each for each in range(len(self.table.columns)) if not is_blank(self._cell(row, each)))
        return self.table.cell(row, next(filled, self.code))


def _hints(cell: Any) -> bool:
    return isinstance(cell, str) and _MAY_BE_TOTAL.search(cell) is not None


def _numbered(cells: Sequence[Any], named: bool) -> bool:  # noqa: FBT001 — whether the table has names
    """Whether cells number the columns: 1 2 3, 栏次 1 2, 甲 乙 1 2, (1) (2) 3=1-2."""
    texts = [tidy(text_of(cell)) for cell in cells]
    stems = 0
    while stems < len(texts) and texts[stems] in _STEMS:
        stems += 1
    found = [_INDEX.fullmatch(text.replace(" ", "")) for text in texts[stems:]]
    marks = [each[1] for each in found if each is not None]
    if len(marks) < len(found) or not marks:
        return False
    steps = [int(mark) if mark.isdigit() else ord(mark) - 64 for mark in marks]
    in_order = steps[0] == 1 and all(after == step + 1 for step, after in pairwise(steps))
    return in_order and (stems > 0 or (len(steps) >= _FEWEST and named))
