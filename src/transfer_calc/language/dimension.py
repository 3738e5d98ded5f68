"""The units of a formula: refused where they cannot be, converted where they can.

Runs once, when a method is loaded. Where two operands are of one kind but of different size (元 and
万元), a `Convert` node is put in, so that every reading shows the conversion. A literal 0 takes any unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from math import isqrt
from typing import NoReturn, assert_never

from transfer_calc.issues import MethodError, Place, issue
from transfer_calc.language.describe import described
from transfer_calc.language.nodes import (
    Aggregate,
    Arithmetic,
    Call,
    Comparison,
    Conditional,
    Convert,
    Expression,
    Literal,
    Logic,
    Lookup,
    Name,
    Negative,
    Not,
    Number,
    Schedule,
)
from transfer_calc.text import Text
from transfer_calc.units import PLAIN, Measure, measure

Measured = tuple[Expression, Measure | None]
"""A formula with its unit; `None` is the unit of 0, which fits all, and of truths and texts."""


def fit(node: Expression, unit: str, units: Mapping[str, str], place: Place | None = None) -> Expression:
    """Check the units of a formula and bring it into a declared unit.

    Args:
        node: A formula whose names, kinds and levels are in order.
        unit: The unit of the step.
        units: The unit of every name, table and rate; of a schedule's value under `name.of`.
        place: For messages.

    Returns:
        The formula with its conversions.

    Raises:
        MethodError: If units do not fit together (TC122), naming both operands; or are not known (TC123).
    """
    fitter = _Fitter(units, place or Place())
    inner, found = fitter.of(node)
    if found is None:
        return inner
    wanted = measure(unit)
    if found.kind != wanted.kind:
        fitter.fail(node, found, Text("本步声明的单位", "the unit declared for the step"), wanted)
    return fitter.convert(inner, found, wanted)


class _Fitter:
    def __init__(self, units: Mapping[str, str], place: Place) -> None:
        self.units = units
        self.place = place

    def fail(self, left: Expression, one: Measure, right: Expression | Text, other: Measure) -> NoReturn:
        second = right if isinstance(right, Text) else Text(described(right), described(right))
        details = {"left": described(left), "one": one.text, "right": second, "other": other.text}
        raise MethodError([issue("TC122", self.place, **details)])

    def convert(self, node: Expression, found: Measure, wanted: Measure) -> Expression:
        if found.factor == wanted.factor:
            return node
        change = found.factor / wanted.factor
        return Convert(node, change.numerator, change.denominator, found.text, wanted.text)

    def alike(self, *nodes: Expression) -> tuple[list[Expression], Measure | None]:
        """Operands that must be of one kind, all in the unit of the first that has one."""
        pairs = [(node, *self.of(node)) for node in nodes]
        first = next(((node, unit) for node, _, unit in pairs if unit is not None), None)
        if first is None:
            return [inner for _, inner, _ in pairs], None
        leader, wanted = first
        fitted = []
        for node, inner, unit in pairs:
            if unit is not None and unit.kind != wanted.kind:
                self.fail(leader, wanted, node, unit)
            fitted.append(inner if unit is None else self.convert(inner, unit, wanted))
        return fitted, wanted

    def of(self, node: Expression) -> Measured:
        match node:
            case Number(text=text):
                return node, None if float(text) == 0 else PLAIN
            case Literal() | Convert():
                return node, None
            case Name(name=name):
                declared = self.units.get(name)
                return node, None if declared is None else measure(declared)
            case Negative(operand=operand):
                inner, unit = self.of(operand)
                return replace(node, operand=inner), unit
            case Not(operand=operand):
                return replace(node, operand=self.of(operand)[0]), None
            case Arithmetic(operator=operator) if operator in "+-":
                (left, right), unit = self.alike(node.left, node.right)
                return replace(node, left=left, right=right), unit
            case Arithmetic():
                return self.product(node)
            case Comparison():
                (left, right), _ = self.alike(node.left, node.right)
                return replace(node, left=left, right=right), None
            case Logic(operands=operands):
                return replace(node, operands=tuple(self.of(operand)[0] for operand in operands)), None
            case Conditional():
                (yes, no), unit = self.alike(node.yes, node.no)
                return replace(node, test=self.of(node.test)[0], yes=yes, no=no), unit
            case Call():
                return self.call(node)
            case Aggregate():
                return self.aggregate(node)
            case Lookup(table=table):
                return node, measure(self.units[table])
            case Schedule():
                return self.schedule(node)
            case _:
                assert_never(node)

    def product(self, node: Arithmetic) -> Measured:
        left, one = self.of(node.left)
        right, other = self.of(node.right)
        inner = replace(node, left=left, right=right)
        if one is None and (node.operator == "*" or other is None):
            return inner, None
        if other is None:
            return inner, None if node.operator == "*" else one
        sign = Fraction(1) if node.operator == "*" else Fraction(-1)
        if one is None:
            return inner, None  # 0 divided by something is 0, in any unit
        return inner, _combined(one, other, sign)

    def call(self, node: Call) -> Measured:
        match node.function:
            case "min" | "max" | "clip":
                fitted, unit = self.alike(*node.arguments)
                return replace(node, arguments=tuple(fitted)), unit
            case "abs" | "floor" | "ceil" | "round":
                inner, unit = self.of(node.arguments[0])
                return replace(node, arguments=(inner, *node.arguments[1:])), unit
            case "sqrt":
                inner, unit = self.of(node.arguments[0])
                root = None if unit is None else _root(unit)
                return replace(node, arguments=(inner,)), root
            case _:
                inner, unit = self.of(node.arguments[0])
                if unit is not None and unit.kind:
                    self.fail(
                        node.arguments[0],
                        unit,
                        Text(f"{node.function} 的值", f"what {node.function} takes"),
                        PLAIN,
                    )
                fitted_one = inner if unit is None else self.convert(inner, unit, PLAIN)
                return replace(node, arguments=(fitted_one,)), PLAIN

    def aggregate(self, node: Aggregate) -> Measured:
        pairs = [self.of(argument) for argument in node.arguments]
        where = None if node.where is None else self.of(node.where)[0]
        inner = replace(node, arguments=tuple(pair[0] for pair in pairs), where=where)
        if node.function in ("count", "rank", "share", "standardize"):
            return inner, PLAIN
        return inner, pairs[0][1]

    def schedule(self, node: Schedule) -> Measured:
        inner, unit = self.of(node.value)
        of, rate = measure(self.units[f"{node.table}.of"]), measure(self.units[node.table])
        if unit is not None:
            if unit.kind != of.kind:
                self.fail(
                    node.value, unit, Text(f"「{node.table}」的档次", f"the brackets of “{node.table}”"), of
                )
            inner = self.convert(inner, unit, of)
        found = replace(node, value=inner)
        return found, rate if node.function == "brackets" else _combined(of, rate, Fraction(1))


def _combined(one: Measure, other: Measure, sign: Fraction) -> Measure:
    powers = dict(one.kind)
    for name, power in other.power(sign):
        powers[name] = powers.get(name, Fraction(0)) + power
    kind = tuple(sorted((name, power) for name, power in powers.items() if power))
    factor = one.factor * other.factor if sign > 0 else one.factor / other.factor
    return Measure(_text(one.text, other.text, "×" if sign > 0 else "/"), factor, kind)


def _text(one: str, other: str, operator: str) -> str:
    """A readable name for a unit made of two: 元/人 × 人 is 元."""
    if other == "1":
        return one
    if operator == "×" and one == "1":
        return other
    if operator == "×" and one.endswith(f"/{other}"):
        return one.removesuffix(f"/{other}")
    if operator == "×" and other.endswith(f"/{one}"):
        return other.removesuffix(f"/{one}")
    if operator == "/" and one == other:
        return "1"
    right = f"({other})" if operator == "/" and ("/" in other or "×" in other) else other
    return f"{one}{operator}{right}"


def _root(unit: Measure) -> Measure:
    """The square root of a unit; its size must be a square, or the root has no exact size."""
    if unit.factor == 1:
        return Measure(f"√{unit.text}" if unit.kind else "1", Fraction(1), unit.power(Fraction(1, 2)))
    up, down = isqrt(unit.factor.numerator), isqrt(unit.factor.denominator)
    if up * up != unit.factor.numerator or down * down != unit.factor.denominator:
        raise MethodError([issue("TC123", unit=f"√{unit.text}")])
    return Measure(f"√{unit.text}", Fraction(up, down), unit.power(Fraction(1, 2)))
