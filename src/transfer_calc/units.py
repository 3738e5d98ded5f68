"""Units of measure: what a unit is made of, and the exact ratio of one to another.

The units are our own, defined below for pint from an empty registry: every unit that is not here is a
question to the author of a method, never a guess. All factors are fractions, so 15 亩 are 1 公顷 exactly.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from transfer_calc.issues import MethodError, Place, issue

DEFINITIONS = """
百- = 100
千- = 1000
万- = 10000
百万- = 1000000
千万- = 10000000
亿- = 100000000
百分之一 = 1/100
千分之一 = 1/1000
元 = [money]
角 = 1/10 * 元
分 = 1/100 * 元
人 = [person]
户 = [household]
年 = [time]
月 = 1/12 * 年
日 = [day]
米 = [length]
公里 = 1000 * 米
平方米 = 米 ** 2
平方公里 = 1000000 * 平方米
公顷 = 10000 * 平方米
亩 = 1/15 * 公顷
立方米 = 米 ** 3
升 = 1/1000 * 立方米
克 = [mass]
毫克 = 1/1000 * 克
公斤 = 1000 * 克
吨 = 1000000 * 克
千瓦时 = [energy]
吨标准煤 = [standard_coal]
摄氏度 = [temperature_difference]
"""

COUNTED = (
    "人次",
    "个",
    "所",
    "台",
    "辆",
    "件",
    "头",
    "只",
    "床",
    "班",
    "次",
    "项",
    "AUD",
    "USD",
    "EUR",
    "BRL",
    "GBP",
    "JPY",
)
"""Things that are only counted, and foreign currencies: each is of its own kind and converts to nothing."""

SPELLINGS = {
    "%": "百分之一", "‰": "千分之一", "mg": "毫克", "g": "克", "kg": "千克", "t": "吨", "L": "升", "l": "升",
    "m": "米", "km": "公里", "m2": "平方米", "km2": "平方公里", "m3": "立方米", "ha": "公顷", "kWh": "千瓦时",
    "℃": "摄氏度", "°C": "摄氏度", "CNY": "元", "天": "日",
    "美元": "USD", "欧元": "EUR", "英镑": "GBP", "日元": "JPY", "澳元": "AUD",
}  # fmt: skip
_TOKEN = re.compile(r"°C|[A-Za-z]+[23]?|[%‰℃]|[\u4e00-\u9fff]+")
_ALLOWED = re.compile(r"[A-Za-z0-9%‰℃°\u4e00-\u9fff*/()\s]{1,40}")
_COUNT = re.compile(r"(?P<count>\d+(?:\.\d+)?)\s*(?P<unit>[^\d].*)")


@dataclass(frozen=True, slots=True)
class Measure:
    """What a unit is made of.

    Attributes:
        text: The unit as it is written.
        factor: Its size in base units.
        kind: The base kinds with their powers, sorted; empty for a plain number.
    """

    text: str
    factor: Fraction
    kind: tuple[tuple[str, Fraction], ...]

    def power(self, exponent: Fraction) -> tuple[tuple[str, Fraction], ...]:
        return tuple((name, power * exponent) for name, power in self.kind)


PLAIN = Measure("1", Fraction(1), ())


@cache
def _registry() -> Any:
    import pint  # noqa: PLC0415 — only where a method is loaded

    registry: Any = pint.UnitRegistry(None, non_int_type=Fraction)
    for line in DEFINITIONS.strip().splitlines():
        registry.define(line)
    for name in COUNTED:
        registry.define(f"{name} = [{name}]")
    return registry


@cache
def measure(unit: str) -> Measure:
    """Read a unit, such as `万元`, `元/人`, `mg/L`, `万m³` or `100 元`.

    Raises:
        MethodError: If it is not known (TC123).
    """
    text = plain(unit)
    if text in ("", "1"):
        return PLAIN
    written = unicodedata.normalize("NFKC", text).replace("·", "*").replace("℃", "°C")
    count = _COUNT.fullmatch(written)
    factor = Fraction(1)
    if count is not None:
        factor, written = Fraction(count["count"]), count["unit"]
    written = _TOKEN.sub(_spelled, written)
    if not _ALLOWED.fullmatch(written):
        raise MethodError([issue("TC123", unit=unit)])
    try:
        registry = _registry()
        base = registry.Quantity(Fraction(1), registry.parse_units(written)).to_base_units()
    except Exception:  # noqa: BLE001 — pint raises its own errors, Python's, and those of its tokenizer
        raise MethodError([issue("TC123", unit=unit)]) from None
    kind = tuple(sorted((name.strip("[]"), Fraction(power)) for name, power in base.dimensionality.items()))
    return Measure(text, factor * Fraction(base.magnitude), kind)


def _spelled(token: re.Match[str]) -> str:
    """A token by the registry's name: a prefix may stand before a spelling, as in 万m3."""
    text = token[0]
    return SPELLINGS.get(text, text)


def is_unit(text: str) -> bool:
    """Whether a text is a unit at all (and not a remark such as 2023年)."""
    if any(char.isdigit() for char in unicodedata.normalize("NFKC", text).replace("2", "").replace("3", "")):
        return False
    try:
        return measure(text) is not None
    except MethodError:
        return False


def ratio(unit: str, to: str, place: Place | None = None) -> Fraction:
    """How many of `to` one `unit` holds, exactly: `ratio("万元", "元")` is 10,000.

    Raises:
        MethodError: If the two are not of one kind (TC120), or one is not known (TC123).
    """
    one, other = measure(unit), measure(to)
    if one.kind != other.kind:
        raise MethodError([issue("TC120", place, unit=unit, to=to)])
    return one.factor / other.factor


def plain(unit: str) -> str:
    """A unit without a leading 1: `1 元` is written 元."""
    return re.sub(r"^1\s+", "", unit.strip())
