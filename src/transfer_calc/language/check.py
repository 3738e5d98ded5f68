"""What a formula gives, found without computing it: its kind of value and its level.

A figure has one of three levels: one for `all`, one for each `group` (of one group column), or one
for each `county`. Mixing lifts to the finer level; two different group columns meet at the county.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal as OneOf
from typing import NoReturn, TypeAlias

from transfer_calc.issues import MethodError, Place, issue
from transfer_calc.language.describe import described
from transfer_calc.language.functions import FUNCTIONS
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

ValueKind: TypeAlias = OneOf["number", "truth", "text"]

_KIND_NAMES = {
    "number": Text("数字", "a number"),
    "truth": Text("是或否", "a yes or no"),
    "text": Text("文字", "a text"),
}


@dataclass(frozen=True, slots=True)
class Level:
    """How many figures there are: `all`, `group` (then `group` names the column), or `county`."""

    kind: OneOf["all", "group", "county"]
    group: str | None = None

    def __str__(self) -> str:
        return f"group {self.group}" if self.kind == "group" else self.kind


ALL = Level("all")
COUNTY = Level("county")


@dataclass(frozen=True, slots=True)
class Shape:
    """The kind of value and the level of a figure."""

    kind: ValueKind
    level: Level


@dataclass(frozen=True, slots=True)
class Scope:
    """The names a formula may use.

    Attributes:
        values: Inputs, parameters, steps, multipliers and the pool.
        tables: Look-up tables, with their number of keys.
        schedules: Bracket tables.
        groups: Group columns, for `by=`.
    """

    values: Mapping[str, Shape]
    tables: Mapping[str, int]
    schedules: frozenset[str]
    groups: frozenset[str]

    def known(self) -> list[str]:
        return [*self.values, *self.tables, *self.schedules]


def join(left: Level, right: Level) -> Level:
    """The level of a figure made from two."""
    if right in (left, ALL):
        return left
    return right if left == ALL else COUNTY


def check(formula: Expression, scope: Scope, place: Place | None = None) -> Shape:
    """Infer kind and level of a formula.

    Raises:
        MethodError: One issue: an unknown name (TC105), a wrong level (TC107), a wrong kind (TC113),
            or a number that belongs into a cited parameter (TC115).
    """
    return _Checker(scope, place or Place()).shape(formula)


class _Checker:
    def __init__(self, scope: Scope, place: Place) -> None:
        self.scope = scope
        self.place = place

    def fail(self, code: str, **details: object) -> NoReturn:
        raise MethodError([issue(code, self.place, **details)])

    def shape(self, node: Expression) -> Shape:
        match node:
            case Number(text=text):
                if text not in ("0", "1"):
                    self.fail("TC115", number=text)
                return Shape("number", ALL)
            case Literal():
                return Shape("text", ALL)
            case Name(name=name):
                return self.named(name)
            case Negative(operand=operand):
                return Shape("number", self.number(operand))
            case Arithmetic(left=left, right=right):
                return Shape("number", join(self.number(left), self.number(right)))
            case Comparison():
                return self.comparison(node)
            case Logic(operands=operands):
                level = ALL
                for operand in operands:
                    level = join(level, self.of_kind(operand, "truth"))
                return Shape("truth", level)
            case Not(operand=operand):
                return Shape("truth", self.of_kind(operand, "truth"))
            case Conditional():
                return self.conditional(node)
            case Call():
                return self.call(node)
            case Aggregate():
                return self.aggregate(node)
            case Lookup():
                return self.lookup(node)
            case Convert(operand=operand):
                return Shape("number", self.number(operand))
            case Schedule(value=value, table=table):
                if table not in self.scope.schedules:
                    self.unknown(table, self.scope.schedules)
                return Shape("number", self.number(value))

    def named(self, name: str) -> Shape:
        shape = self.scope.values.get(name)
        if shape is None:
            if name in self.scope.tables or name in self.scope.schedules:
                detail = Text(
                    f"表「{name}」要带键，如 {name}[档]", f"the table “{name}” needs a key: {name}[key]"
                )
                self.fail("TC113", detail=detail)
            self.unknown(name, self.scope.values)
        return shape

    def unknown(self, name: str, known: object) -> NoReturn:
        listed = list(known) if isinstance(known, (Mapping, frozenset)) else []
        near = difflib.get_close_matches(name, listed, n=3, cutoff=0.5) or sorted(listed)[:8]
        self.fail("TC105", name=name, near="、".join(near) or "—")

    def of_kind(self, node: Expression, kind: ValueKind) -> Level:
        shape = self.shape(node)
        if shape.kind != kind:
            said = described(node)
            wanted, found = _KIND_NAMES[kind], _KIND_NAMES[shape.kind]
            detail = Text(
                f"{said} 应为{wanted.zh}，却是{found.zh}", f"{said} should be {wanted.en} but is {found.en}"
            )
            self.fail("TC113", detail=detail)
        return shape.level

    def number(self, node: Expression) -> Level:
        return self.of_kind(node, "number")

    def comparison(self, node: Comparison) -> Shape:
        left, right = self.shape(node.left), self.shape(node.right)
        orders = node.operator not in ("==", "!=")
        if left.kind != right.kind or left.kind == "truth" or (orders and left.kind == "text"):
            detail = Text(
                f"{described(node.left)} 与 {described(node.right)} 不能用 {node.operator} 比较",
                f"{described(node.left)} and {described(node.right)} cannot be compared by {node.operator}",
            )
            self.fail("TC113", detail=detail)
        return Shape("truth", join(left.level, right.level))

    def conditional(self, node: Conditional) -> Shape:
        level = self.of_kind(node.test, "truth")
        yes, no = self.shape(node.yes), self.shape(node.no)
        if yes.kind != no.kind:
            detail = Text(
                f"条件两边不同类：{described(node.yes)}、{described(node.no)}",
                f"the two branches differ in kind: {described(node.yes)}, {described(node.no)}",
            )
            self.fail("TC113", detail=detail)
        return Shape(yes.kind, join(level, join(yes.level, no.level)))

    def call(self, node: Call) -> Shape:
        if node.function == "round":
            value, digits = node.arguments
            if not (isinstance(digits, Number) and digits.text.isdigit() and int(digits.text) <= 12):
                detail = Text("位数要直接写成 0 到 12 的整数", "digits is a whole number from 0 to 12")
                self.fail("TC112", name="round", detail=detail, usage=FUNCTIONS["round"].usage)
            return Shape("number", self.number(value))
        level = ALL
        for argument in node.arguments:
            level = join(level, self.number(argument))
        return Shape("number", level)

    def aggregate(self, node: Aggregate) -> Shape:
        function = FUNCTIONS[node.function]
        for argument in node.arguments:
            level = self.number(argument)
            if level != COUNTY and not (node.function == "weighted_mean" and argument is node.arguments[1]):
                detail = Text(
                    f"{node.function}(…) 要逐个地区的量，{described(argument)} 却是"
                    + ("全体一个数" if level == ALL else f"每个「{level.group}」一个数"),
                    f"{node.function}(…) needs one figure a county, but {described(argument)} is one for "
                    + ("all" if level == ALL else f"each {level.group}"),
                )
                self.fail("TC107", detail=detail)
        if node.where is not None and self.of_kind(node.where, "truth") != COUNTY:
            detail = Text("where 条件要逐个地区", "the where condition must be one for each county")
            self.fail("TC107", detail=detail)
        if node.by is not None and node.by not in self.scope.groups:
            self.unknown(node.by, self.scope.groups)
        if function.result == "county":
            return Shape("number", COUNTY)
        return Shape("number", ALL if node.by is None else Level("group", node.by))

    def lookup(self, node: Lookup) -> Shape:
        expected = self.scope.tables.get(node.table)
        if expected is None:
            self.unknown(node.table, self.scope.tables)
        if expected != len(node.keys):
            detail = Text(
                f"表「{node.table}」有 {expected} 个键，这里给了 {len(node.keys)} 个",
                f"the table “{node.table}” has {expected} keys, here are {len(node.keys)}",
            )
            self.fail("TC113", detail=detail)
        level = ALL
        for key in node.keys:
            # A key that is a number is allowed: tier 3 is looked up as "3".
            if isinstance(key, Number):
                continue
            shape = self.shape(key)
            if shape.kind == "truth":
                self.of_kind(key, "text")
            level = join(level, shape.level)
        return Shape("number", level)
