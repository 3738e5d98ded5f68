"""Exact conversion between units of one kind: 分, 元, 万元, 亿元; 吨, 万吨; a currency with itself."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from transfer_calc.issues import MethodError, Place, issue

_PREFIXES = {
    "亿": Decimal(100_000_000),
    "百万": Decimal(1_000_000),
    "万": Decimal(10_000),
    "千": Decimal(1_000),
    "百": Decimal(100),
}
_OF_ANOTHER = {"角": ("元", Decimal("0.1")), "分": ("元", Decimal("0.01")), "千克": ("吨", Decimal("0.001"))}
_WRITTEN = re.compile(r"(?P<count>\d+(?:\.\d+)?)?\s*(?P<unit>.+)")


def split(unit: str) -> tuple[Decimal, str]:
    """A unit as a multiple of its base: `万元` is 10,000 元, `100 元` is 100 元."""
    written = _WRITTEN.fullmatch(unit.strip())
    if written is None or unit.strip() == "1":
        return Decimal(1), unit.strip()
    factor = Decimal(written["count"] or 1)
    base = written["unit"].strip()
    if base in _OF_ANOTHER:
        base, part = _OF_ANOTHER[base]
        return factor * part, base
    for prefix, size in _PREFIXES.items():
        if base.startswith(prefix) and len(base) > len(prefix):
            return factor * size, base[len(prefix) :]
    return factor, base


def ratio(unit: str, to: str, place: Place | None = None) -> Decimal:
    """How many of `to` one `unit` holds, exactly: `ratio("万元", "元")` is 10,000.

    Raises:
        MethodError: If the two are not of one kind (TC120).
    """
    size, base = split(unit)
    other_size, other_base = split(to)
    if base != other_base:
        raise MethodError([issue("TC120", place, unit=unit, to=to)])
    return size / other_size


def in_units(amount: Decimal, unit: str, to: str) -> Fraction:
    """An amount in another unit, without any rounding."""
    return Fraction(amount) * Fraction(ratio(unit, to))


def plain(unit: str) -> str:
    """A unit without a leading 1: `1 元` is written 元."""
    return re.sub(r"^1\s+", "", unit.strip())
