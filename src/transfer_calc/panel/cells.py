"""What a cell says: a number, a yes or no, a code, a date. Anything doubtful is refused, never guessed."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from decimal import Decimal
from typing import Any

import numpy as np

_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_YES = frozenset({"是", "1", "true", "yes", "y", "√"})
_NO = frozenset({"否", "0", "false", "no", "n", "×"})
_TOTALS = frozenset(
    {"合计", "总计", "小计", "共计", "全省", "全省合计", "全国合计", "total", "subtotal", "sum"}
)


def text_of(cell: Any) -> str:
    """The text of a cell: full-width forms made plain, spaces at the ends removed, 620102.0 as 620102."""
    if is_missing(cell):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unicodedata.normalize("NFKC", str(cell)).strip()


def number_of(cell: Any) -> float | None:
    """The number in a cell, `None` for a text that is not plainly one.

    A text counts as a number in the forms 1234.5, 1,234.5 and their full-width spellings.
    """
    if isinstance(cell, (bool, dt.date, dt.time, dt.timedelta)):
        return None
    if isinstance(cell, (int, float, Decimal)):
        try:
            return float(cell)
        except OverflowError:
            return math.inf
    text = text_of(cell)
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    return float(text) if _PLAIN.fullmatch(text) else None


def flag_of(cell: Any) -> bool | None:
    """Yes or no, `None` for anything else."""
    if isinstance(cell, bool):
        return cell
    text = text_of(cell).lower()
    return True if text in _YES else False if text in _NO else None


def date_of(cell: Any) -> dt.date | None:
    """The date in a cell: a date cell, 2024-07-01 or 2024年7月1日."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    found = _DATE.fullmatch(text_of(cell))
    if found is None:
        return None
    try:
        return dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def decimal_of(cell: Any) -> Decimal | None:
    """The exact decimal in a cell or an argument; a float counts by its shortest decimal."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, Decimal):
        return cell if cell.is_finite() else None
    # A workbook stores 4500000 as 4500000.0; text_of drops the tail.
    text = repr(float(cell)) if isinstance(cell, float) and not float(cell).is_integer() else text_of(cell)
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    # Decimal itself would also take 1_000, Infinity and nan.
    return Decimal(text) if _PLAIN.fullmatch(text) else None


def is_missing(cell: Any) -> bool:
    """Whether a cell holds nothing: `None`, nan of any kind, or what pandas puts for nothing."""
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(cell, (float, Decimal, np.floating)) and bool(cell != cell)  # noqa: PLR0124 — only nan differs from itself


def is_blank(cell: Any) -> bool:
    return is_missing(cell) or text_of(cell) == ""


def is_total(cell: Any) -> bool:
    """Whether a code or a name says that its row is a total."""
    text = re.sub(r"[\s:]", "", text_of(cell)).lower()
    return text in _TOTALS or text.endswith(("合计", "小计", "总计", "共计"))


def column_letter(position: int) -> str:
    """The letter of a spreadsheet column, 0 for A."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
