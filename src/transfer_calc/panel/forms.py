"""Numbers in the forms in which people write them: １２３, 1,234, （12.3）, 12.5%, 3.5亿元, —.

What is certain is read, and the form is told; what is not certain is refused with the code of the reason.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from transfer_calc.issues import MethodError
from transfer_calc.panel.cells import date_of, number_of
from transfer_calc.text import Text
from transfer_calc.units import is_unit, measure, plain, ratio

LONGEST = 60
"""Characters of a number; a longer text is no number that a person wrote."""

AS_TEXT = Text("有以文本存放的数字", "numbers stored as text")
_APOSTROPHE = Text("前有撇号", "an apostrophe before the number")
_FULL_WIDTH = Text("有全角字符", "full-width characters")
_SPACES = Text("的数字中有空格", "spaces in numbers")
_THOUSANDS = Text("有千位分隔符", "thousands separators")
_BRACKETS = Text("用括号表示负数", "brackets for minus")
_PERCENT = Text("有百分数", "percentages")

_DASHES = ("-", "--", "---", "—", "——", "–", "―", "─", "──", "━", "/", "\\", "...", "......")
NO_DATA = frozenset({*_DASHES, "无", "无数据", "不适用", "n/a", "na", "n.a.", "nil", "none", "null"})
"""Marks that say, in their plain form, that there is no figure. 暂无 is none: there will be one."""

_MULTIPLIERS = {"千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
_PREFIXES = ("百", "千", "万", "亿")
_OWN_NAMES = ("千瓦时",)
PLAIN = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_PLAIN = re.compile(PLAIN, re.ASCII)
_WRITTEN = re.compile(
    r"(?P<sign>[+-]?) ?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d{1,3}(?: \d{3})+(?:\.\d*)?|\d+\.?\d*|\.\d+)"
    r" ?(?P<rest>[A-Za-z%‰℃°\u4e00-\u9fff][A-Za-z%‰℃°\u4e00-\u9fff/23 ]{0,15})?",
    re.ASCII,
)
_NO_DIGITS = ("<super>", "<sub>", "<circle>", "<fraction>", "<square>")
"""Signs that become digits in a plain form: 12② is twelve with a footnote, not 122."""

_MINUS = "\u2212"
_INVISIBLE = {ord(char): None for char in "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says of a number.

    Attributes:
        value: The number in the unit of its column, `None` where there is none.
        form: The form it was written in, `None` for a plain number.
        unit: The unit it was written in and converted from.
        fault: The code of the issue where it is no number, or none that is certain.
        no_data: Whether the cell says that there is no figure.
    """

    value: float | None = None
    form: Text | None = None
    unit: str | None = None
    fault: str | None = None
    no_data: bool = False


_TEXT, _DATE = Reading(fault="TC202"), Reading(fault="TC230")
_AMBIGUOUS, _OTHER_UNIT = Reading(fault="TC227"), Reading(fault="TC228")


def tidy(text: str) -> str:
    """A text with full-width forms made plain, invisible characters dropped, and single plain spaces."""
    usual = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).replace(_MINUS, "-")
    return " ".join(usual.split())


def is_no_data(cell: Any) -> bool:
    """Whether a cell says in some way that there is no figure."""
    return isinstance(cell, str) and len(cell) <= LONGEST and tidy(cell).lower() in NO_DATA


def read_number(cell: Any, unit: str = "1") -> Reading:
    """Read a cell as a number in a unit.

    A blank cell is for the caller: here it is a text that is no number.
    """
    if isinstance(cell, (dt.date, dt.time, dt.timedelta, np.datetime64, np.timedelta64)):
        return _DATE
    if not isinstance(cell, str):
        number = number_of(cell.item() if isinstance(cell, np.generic) else cell)
        return _TEXT if number is None else Reading(number)
    if len(cell) > LONGEST or any(unicodedata.decomposition(char).startswith(_NO_DIGITS) for char in cell):
        return _TEXT
    if _PLAIN.fullmatch(cell):
        return Reading(float(cell), AS_TEXT)
    return _read_text(cell, plain(unit))


def _read_text(cell: str, unit: str) -> Reading:
    text = tidy(cell)
    if text.lower() in NO_DATA:
        return Reading(no_data=True)
    form = _FULL_WIDTH if _wide(cell) else _SPACES if text != cell else AS_TEXT
    # An apostrophe marks a text in Excel; typed twice, or in a CSV file, it is seen.
    if text[:1] in ("'", "‘", "’", "`"):  # the apostrophes of Chinese keyboards
        text, form = text[1:].strip(), _APOSTROPHE
    if _PLAIN.fullmatch(text):
        return Reading(float(text), form)
    negative = text.startswith("(") and text.endswith(")")
    found = _WRITTEN.fullmatch(text[1:-1].strip() if negative else text)
    if found is None or (negative and found["sign"]):
        return _TEXT if date_of(text) is None else _DATE
    digits = found["digits"].replace(",", "").replace(" ", "")
    if "," in found["digits"]:
        form = _THOUSANDS
    elif " " in found["digits"]:
        form = _SPACES
    exact = Fraction(Decimal(digits)) * (-1 if negative or found["sign"] == "-" else 1)
    if found["rest"] is None:
        return Reading(float(exact), _BRACKETS if negative else form)
    return _with_unit(exact, found["rest"].replace(" ", ""), unit, form)


def _wide(cell: str) -> bool:
    """Whether a text has full-width characters; a space is none, however wide."""
    usual = unicodedata.normalize
    return any(usual("NFKC", char) != char and not char.isspace() for char in cell) or _MINUS in cell


def _with_unit(exact: Fraction, rest: str, unit: str, form: Text) -> Reading:
    """A number with something behind it: 万 and 亿 by themselves, a percent sign, or a unit."""
    if rest in _MULTIPLIERS:
        return Reading(float(exact * _MULTIPLIERS[rest]), form, unit=rest) if _is_base(unit) else _AMBIGUOUS
    factor = _factor(rest, unit)
    if factor is None:
        return _OTHER_UNIT if _known(rest) else _TEXT
    value = float(exact * factor)
    return Reading(value, _PERCENT) if rest in ("%", "‰") else Reading(value, form, unit=rest)


def _is_base(unit: str) -> bool:
    """Whether a unit is one thing: 元, 人 or a plain number, where 1.2万 can only be 12,000 of them."""
    if unit == "1" or unit.startswith(_OWN_NAMES):
        return True
    return bool(measure(unit).kind) and not unit.startswith(_PREFIXES) and not unit[0].isdigit()


@lru_cache(maxsize=1024)
def _known(unit: str) -> bool:
    return is_unit(unit)


@lru_cache(maxsize=1024)
def _factor(unit: str, to: str) -> Fraction | None:
    """How many of one unit another holds; `None` where they are not of one kind, or one is not known."""
    try:
        return ratio(unit, to) if _known(unit) else None
    except MethodError:
        return None
