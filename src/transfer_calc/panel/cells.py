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
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00(?::00)?)?")
_EIGHT_DIGITS = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_ONES = "一二三四五六七八九"
_IN_WORDS = re.compile(f"([〇○零{_ONES}]{{4}})年([{_ONES}十]{{1,3}})月([{_ONES}十]{{1,3}})日")
_NUMERALS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"○": 0, "零": 0}
_DAY_ZERO, _FIRST_DAY, _LAST_DAY = dt.date(1899, 12, 30), dt.date(1990, 1, 1), dt.date(2100, 12, 31)
_YES = frozenset({"是", "1", "true", "yes", "y", "√"})
_NO = frozenset({"否", "0", "false", "no", "n", "×"})
_TOTAL_ENDS = ("合计", "小计", "总计", "共计")
_TOTALS = frozenset(
    {*_TOTAL_ENDS, "全省", "全国", "全市", "全省合计", "全国合计", "total", "subtotal", "sum"}
)
_PADDING = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000]+(?=[\u4e00-\u9fff])")


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
    """The date in a cell: a date cell, 2024-07-01, 2024年7月1日, 二〇二四年七月一日 or 20240701."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = text_of(cell)
    if "年" in text:
        text = re.sub(r"\s", "", text)
    words = _IN_WORDS.fullmatch(text)
    if words is not None:
        year = "".join(str(_NUMERALS[char]) for char in words[1])
        return _day(year, _numeral(words[2]), _numeral(words[3]))
    found = _DATE.fullmatch(text) or _EIGHT_DIGITS.fullmatch(text)
    return None if found is None else _day(*found.groups())


def _day(year: Any, month: Any, day: Any) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _numeral(text: str) -> int:
    """A number of a month or a day in words: 十二, 三十一; 0 where it is none."""
    tens, ten, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return 0
    if not ten:
        return _NUMERALS[text]
    return 10 * (_NUMERALS[tens] if tens else 1) + (_NUMERALS[ones] if ones else 0)


def serial_date(cell: Any) -> dt.date | None:
    """The date behind the number that Excel shows where a date lost its format: 45292 is 2024-01-01.

    A number counts as a date only between 1990 and 2100.
    """
    number = number_of(cell)
    if number is None or not number.is_integer():
        return None
    day = _DAY_ZERO + dt.timedelta(days=number) if abs(number) < 100_000 else _DAY_ZERO
    return day if _FIRST_DAY <= day <= _LAST_DAY else None


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
    return not cell.strip() if isinstance(cell, str) else is_missing(cell)


def is_total(cell: Any) -> bool:
    """Whether a code or a name says that its row is a total."""
    return total_of(cell) is not None


def total_of(cell: Any) -> str | None:
    """What a total is of: 兰州市 for 兰州市小计, nothing for 合计 and 全省; `None` for what is no total."""
    text = re.sub(r"[\s:]", "", text_of(cell)).lower()
    if text in _TOTALS:
        return ""
    return text[:-2] if text.endswith(_TOTAL_ENDS) else None


def without_spaces(text: str) -> str:
    """A text without the spaces that pad Chinese characters: 秦　安　县 is 秦安县, New South Wales stays."""
    return _PADDING.sub("", text) if " " in text or "\u3000" in text else text
