"""Units stated for a whole table: 单位：万元 above it or below it, once or one for each kind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from transfer_calc.units import is_unit, measure

_ALIASES = {"亿": "亿元", "万": "万元", "千": "千元"}
_SAYS = re.compile(r"单位|金额|人民币")
_APART = re.compile(r"单位|金额|货币|计量|人民币|人口|[\s:,、;()|]+")
_ALONE = re.compile(r"\((.+)\)")
# 填报单位：某局 names an office; 单位：豪 can only be a measure that nobody knows.
_MEASURE = re.compile(r"(?:金额|货币|计量)?单位\s*[:(]?\s*(?P<what>[^\s:()]{1,4})\)?")


def stated_units(texts: Sequence[str]) -> tuple[str, ...]:
    """The units that texts beside a table state for it, in the order in which they stand there.

    One may stand in a cell of its own behind 单位.
    """
    found: list[str] = []
    waiting = False
    for text in (unicodedata.normalize("NFKC", each).strip() for each in texts):
        alone = _ALONE.fullmatch(text)
        if _SAYS.search(text) or waiting or alone is not None:
            found += _units(text)
        waiting = re.fullmatch(r"(?:金额|货币|计量)?单位\s*:?", text) is not None
    return tuple(dict.fromkeys(found))


def _units(text: str) -> list[str]:
    tokens = [token for token in _APART.split(text) if token]
    named = [_ALIASES.get(token, token) for token in tokens]
    whole = [token for token in named if is_unit(token)]
    return whole or [part for token in named for part in token.split("/") if is_unit(part)]


def not_understood(texts: Sequence[str]) -> str | None:
    """A text that states a unit which nobody knows; `None` where all is clear."""
    for text in texts:
        plain = unicodedata.normalize("NFKC", text).strip()
        said = _MEASURE.fullmatch(plain)
        if said is not None and not _units(plain):
            return text
    return None


def for_kind(stated: Sequence[str], unit: str) -> str | None:
    """The stated unit that is of the kind of a column's; its own where that is among them."""
    of_kind = [each for each in stated if measure(each).kind == measure(unit).kind]
    same = [each for each in of_kind if measure(each).factor == measure(unit).factor]
    return next(iter([*same, *of_kind]), None)
