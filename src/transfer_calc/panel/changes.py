"""Changes of codes that the user knows of: counties merged, split or recoded, each with its source.

No table of changes is shipped: which code became which, and when, is for a document to say.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from transfer_calc.files.address import column_letter
from transfer_calc.files.book import Sheet, read_book
from transfer_calc.issues import Collector, DataError, Place, issue
from transfer_calc.panel.block import HEADER_ROWS
from transfer_calc.panel.cells import date_of, is_blank, serial_date, text_of
from transfer_calc.panel.codes import GB2260, code_of
from transfer_calc.panel.heading import plain_label
from transfer_calc.text import Text

KINDS = {
    "merged": Text("合并", "merged"),
    "split": Text("拆分", "split"),
    "recoded": Text("改码", "given another code"),
    "abolished": Text("撤销", "abolished"),
}
"""What can happen to a code."""

_HEADS = {
    "old": ("旧代码", "原代码", "old_code", "old"),
    "new": ("新代码", "现代码", "new_code", "new"),
    "on": ("日期", "生效日期", "date"),
    "kind": ("类型", "变更类型", "kind", "type"),
    "basis": ("依据", "文件", "basis", "source"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a code.

    Attributes:
        old: The code that is no longer used.
        new: Its successors; none where it was abolished.
        on: From which day.
        kind: A key of `KINDS`.
        basis: The document that says so.
        place: The row it stands in.
    """

    old: str
    new: tuple[str, ...]
    on: dt.date
    kind: str
    basis: str
    place: Place = field(default=Place(), compare=False)


def load_changes(path: str | Path) -> tuple[Change, ...]:
    """Read a table of changes: a CSV file or a workbook with 旧代码, 新代码, 日期, 类型 and 依据.

    Several successors stand in one cell, with 、 between them.

    Raises:
        DataError: With every problem (TC250), by cell.
    """
    book = read_book(Path(path))
    problems = Collector()
    for sheet in book.sheets:
        found = _heads(sheet)
        if found is not None:
            header, columns = found
            read = [
                change
                for number, row in enumerate(sheet.rows[header + 1 :], start=header + 2)
                if not all(is_blank(cell) for cell in row)
                if (change := _change(row, number, columns, sheet, book.path.name, problems)) is not None
            ]
            if problems.errors:
                raise DataError(problems.issues)
            return tuple(read)
    wanted = "、".join(labels[0] for labels in _HEADS.values())
    detail = Text(f"找不到表头，要有：{wanted}", f"no headings found; it needs: {wanted}")
    raise DataError([issue("TC250", Place(file=book.path.name), detail=detail)])


def _heads(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    for number, row in enumerate(sheet.rows[:HEADER_ROWS]):
        labels = [plain_label(cell) for cell in row]
        columns = {
            key: labels.index(label) for key, known in _HEADS.items() for label in known if label in labels
        }
        if len(columns) == len(_HEADS):
            return number, columns
    return None


def _change(
    row: Sequence[Any], number: int, columns: dict[str, int], sheet: Sheet, file: str, problems: Collector
) -> Change | None:
    cells = {key: row[at] if at < len(row) else None for key, at in columns.items()}

    def place(key: str) -> Place:
        return Place(file=file, sheet=sheet.name or None, cell=f"{column_letter(columns[key])}{number}")

    before = len(problems.issues)

    def wrong(key: str, zh: str, en: str) -> None:
        problems.add("TC250", place(key), detail=Text(zh, en))

    old = code_of(cells["old"])
    new = tuple(filter(None, (code_of(part) for part in re.split(r"[、,;；/\s]+", code_of(cells["new"])))))
    for key, code in (("old", old), *(("new", code) for code in new)):
        if not GB2260.fullmatch(code):
            wrong(key, f"「{code}」不是六位行政区划代码", f"“{code}” is not a six-digit code")
    on = date_of(cells["on"]) or serial_date(cells["on"])
    if on is None:
        said = text_of(cells["on"])
        wrong("on", f"日期「{said}」无法识别", f"the date “{said}” cannot be read")
    said = text_of(cells["kind"]).lower()
    kind = next((key for key, label in KINDS.items() if said in (key, label.zh, label.en)), None)
    if kind is None:
        listed = "、".join(label.zh for label in KINDS.values())
        wrong("kind", f"类型「{said}」应为：{listed}", f"the kind “{said}” must be one of: {listed}")
    elif kind != "abolished" and not new:
        wrong("new", "要写出新代码", "the new code is missing")
    if is_blank(cells["basis"]):
        wrong("basis", "要写出依据（文件名或文号）", "the basis is missing: a document or its number")
    if len(problems.issues) > before or on is None or kind is None:
        return None
    return Change(old, new, on, kind, str(cells["basis"]).strip(), place("old"))
