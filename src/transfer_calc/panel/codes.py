"""The codes and names of the units: read in every usual form, and checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from transfer_calc.issues import Collector
from transfer_calc.method.model import Recipients
from transfer_calc.panel.cells import is_blank, text_of, without_spaces
from transfer_calc.panel.forms import tidy
from transfer_calc.panel.heading import CODE
from transfer_calc.panel.notes import Notes
from transfer_calc.panel.table import Table
from transfer_calc.text import Text

if TYPE_CHECKING:
    from transfer_calc.panel.panel import Panel

GB2260 = re.compile(r"[1-9]\d{5}", re.ASCII)
CODE_COLUMN = Text("代码", "code")
NAME_COLUMN = Text("名称", "name")
AS_NUMBERS = Text("以数字存放，已按文本读", "stored as numbers, read as text")
SPACES = Text("中有空格或全角字符，已去掉", "spaces or full-width characters taken out")


def code_of(cell: Any) -> str:
    """The code in a cell: 620102.0, ６２０１０２, 620 102 and '620102 are all 620102."""
    if not isinstance(cell, str):
        return text_of(cell)
    if GB2260.fullmatch(cell):
        return cell
    text = tidy(cell)
    digits = text.removeprefix("'").replace(" ", "")
    return digits if digits.isdecimal() else text


def name_of(cell: Any) -> str:
    """The name in a cell, without the spaces that pad it."""
    return "" if is_blank(cell) else without_spaces(str(cell).strip())


def read_codes(table: Table, rows: Sequence[int], column: int, notes: Notes, *, from_file: bool) -> list[str]:
    """The codes of the units; in a file, what was no plain text is noted."""
    cells = table.columns[column]
    codes = []
    for row in rows:
        cell = cells[row]
        code = code_of(cell)
        codes.append(code)
        if cell is code or not from_file or cell == code:
            continue
        form = SPACES if isinstance(cell, str) else AS_NUMBERS
        notes.add("TC233", table.cell(row, column), read=code, column=CODE_COLUMN, form=form)
    return codes


def read_names(
    table: Table, rows: Sequence[int], column: int, codes: Sequence[str], notes: Notes
) -> list[str]:
    """The names of the units; a unit without one goes by its code."""
    cells = table.columns[column]
    names = []
    for row, code in zip(rows, codes, strict=True):
        cell = cells[row]
        name = name_of(cell)
        names.append(name or code)
        if isinstance(cell, str) and len(name) < len(cell.strip()) and table.origin is not None:
            notes.add("TC233", table.cell(row, column), read=name, column=NAME_COLUMN, form=SPACES)
    return names


def may_be_unit(code: str, recipients: Recipients) -> bool:
    """Whether a unit of the method can have this code."""
    if recipients.code != "GB/T 2260":
        return bool(code)
    return GB2260.fullmatch(code) is not None and not is_above(code, recipients)


def is_above(code: str, recipients: Recipients) -> bool:
    """Whether a code is that of a province or prefecture, where the units are counties."""
    return recipients.tier == "county" and GB2260.fullmatch(code) is not None and code.endswith("00")


def check_codes(panel: Panel, recipients: Recipients, problems: Collector) -> None:
    """Report codes that stand twice, are malformed, or are of another tier."""
    first: dict[str, int] = {}
    six_digits = recipients.code == "GB/T 2260"
    for row, code in enumerate(panel.codes.tolist()):
        if code in first:
            place = panel.place(first[code], CODE).cell or f"{first[code] + 1}"
            problems.add("TC206", panel.place(row, CODE), value=code, first=place)
        elif six_digits and not GB2260.fullmatch(code):
            problems.add("TC207", panel.place(row, CODE), value=code)
        elif is_above(code, recipients):
            problems.add("TC221", panel.place(row, CODE), value=code)
        elif recipients.tier == "province" and GB2260.fullmatch(code) and not code.endswith("00"):
            problems.add("TC219", panel.place(row, CODE), value=code)
        first.setdefault(code, row)
