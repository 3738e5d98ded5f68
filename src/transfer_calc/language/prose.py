"""The prose reading: a formula as a sentence, in Chinese and in English, to be read aloud.

A method is agreed upon by people who do not read formulas. What they hear must be what is computed,
so a phrase inside a larger expression is put in parentheses wherever a listener could take it to
reach further than it does; a bare name needs none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, assert_never

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


def prose(node: Expression, label: Callable[[str], Text]) -> Text:
    """Say a formula in both languages.

    Args:
        node: The formula.
        label: What a name is called.
    """
    return _Speaker(label).read(node).text


class _Hold(IntEnum):
    """How tightly the words of a piece hold together, loosest first."""

    PHRASE = 0  # “a, but not below b”, “if …, then …”: it takes in all that stands around it
    LOGIC = 1
    NOT = 2
    COMPARISON = 3
    OF = 4  # “the total of a”: a sign behind it would be heard as part of a
    SUM = 5
    PRODUCT = 6
    ATOM = 7


class _Said(NamedTuple):
    text: Text
    hold: _Hold


class _Operator(NamedTuple):
    """A sign, how tightly it and its left operand hold, and how tightly the right operand must."""

    sign: str
    hold: _Hold
    right: _Hold


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A phrase with places for its parts, and how tightly those parts must hold together."""

    zh: str
    en: str
    hold: _Hold
    need: _Hold

    def fill(self, parts: Sequence[Text]) -> _Said:
        zh = self.zh.format(*(part.zh for part in parts))
        return _Said(Text(zh, self.en.format(*(part.en for part in parts))), self.hold)


_MINUS = "−"
_ARITHMETIC = {
    # a − (b − c) and a ÷ (b × c) keep their parentheses; a + (b − c) is a + b − c.
    "+": _Operator("+", _Hold.SUM, _Hold.SUM),
    "-": _Operator(_MINUS, _Hold.SUM, _Hold.PRODUCT),
    "*": _Operator("×", _Hold.PRODUCT, _Hold.PRODUCT),
    "/": _Operator("÷", _Hold.PRODUCT, _Hold.ATOM),
}
_COMPARISONS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
_LOGIC = {"and": Text("且", "and"), "or": Text("或", "or")}
_NOT = _Pattern("非{}", "not {}", _Hold.NOT, _Hold.ATOM)


def _phrase(zh: str, en: str) -> _Pattern:
    """A remark behind a comma: sums may stand before it as they are."""
    return _Pattern(zh, en, _Hold.PHRASE, _Hold.OF)


def _among(zh: str, en: str) -> _Pattern:
    """A phrase with “a and b”, where “the total of a and b” would be heard as one total."""
    return _Pattern(zh, en, _Hold.PHRASE, _Hold.SUM)


def _of(zh: str, en: str) -> _Pattern:
    """Something of a value: the value is a name, or stands in parentheses."""
    return _Pattern(zh, en, _Hold.OF, _Hold.ATOM)


_CALLS = {
    "clip": _among("{}，限于 {} 与 {} 之间", "{}, kept between {} and {}"),
    "floor": _phrase("{}，向下取整", "{}, rounded down to a whole number"),
    "ceil": _phrase("{}，向上取整", "{}, rounded up to a whole number"),
    "abs": _of("{}的绝对值", "the absolute value of {}"),
    "ln": _of("{}的自然对数", "the natural logarithm of {}"),
    "exp": _of("e 的 {} 次方", "e to the power of {}"),
    "sqrt": _of("{}的平方根", "the square root of {}"),
}
# With a plain number, a bound; else a choice, of two or of more.
_BOUNDS = {
    "min": _phrase("{}，不大于 {}", "{}, but not above {}"),
    "max": _phrase("{}，不小于 {}", "{}, but not below {}"),
}
_CHOICES = {
    ("min", True): _among("{} 中较小的一个", "the smaller of {}"),
    ("max", True): _among("{} 中较大的一个", "the greater of {}"),
    ("min", False): _among("{} 中最小的一个", "the least of {}"),
    ("max", False): _among("{} 中最大的一个", "the greatest of {}"),
}
_ROUND = {
    "0": _phrase("{}，四舍五入到整数", "{}, rounded half up to a whole number"),
    "1": _phrase("{}，四舍五入到 1 位小数", "{}, rounded half up to 1 decimal place"),
}
_ROUND_TO = _phrase("{}，四舍五入到 {} 位小数", "{}, rounded half up to {} decimal places")
_AGGREGATES = {
    "total": _of("{}合计", "the total of {}"),
    "mean": _of("{}的平均值", "the mean of {}"),
    "weighted_mean": _of("{}按{}加权的平均值", "the mean of {} weighted by {}"),
    "count": _of("个数", "the number of units"),
    "largest": _of("{}的最大值", "the largest value of {}"),
    "smallest": _of("{}的最小值", "the smallest value of {}"),
    "std": _of("{}的标准差", "the standard deviation of {}"),
    "rank": _of("{}的名次", "the rank of {}"),
    "share": _of("{}占合计的比重", "the share of {} in its total"),
    "standardize": _of("{}的标准化值", "the standardized value of {}"),
}
_SCHEDULES = {
    "brackets": _of("{0}所在档的{1}", "the {1} of the bracket that {0} falls in"),
    "graduated": _of("{0}按{1}分档累计", "the sum of {0} bracket by bracket at {1}"),
}
_LOOKUP = _of("{1}对应的{0}", "the {0} for {1}")
_BY = _Pattern("按{}", "by {}", _Hold.PHRASE, _Hold.ATOM)
_WHERE = _Pattern("仅计 {}", "only where {}", _Hold.PHRASE, _Hold.LOGIC)
_OPTIONS = {
    ("order", "ascending"): Text("由低到高", "lowest first"),
    ("order", "descending"): Text("由高到低", "highest first"),
    ("ties", "same"): Text("并列者同取最前名次", "ties share the first place"),
    ("ties", "average"): Text("并列者取平均名次", "ties share the average place"),
    ("ties", "code"): Text("并列者按代码先后", "ties in order of code"),
    ("kind", "population"): Text("按总体计", "population formula"),
    ("kind", "sample"): Text("按样本计", "sample formula"),
}
# The remark is part of the name before it, as in a table heading, so names that bear it stay atoms.
_CONVERT = _Pattern("{}（换算为{}）", "{} (converted to {})", _Hold.ATOM, _Hold.ATOM)


class _Speaker:
    def __init__(self, label: Callable[[str], Text]) -> None:
        self.label = label

    def read(self, node: Expression) -> _Said:
        match node:
            case Number(text=text):
                return _Said(Text(text, text), _Hold.ATOM)
            case Literal(text=text):
                return _Said(Text(f"“{text}”", f"“{text}”"), _Hold.ATOM)
            case Name(name=name):
                return _Said(self.label(name), _Hold.ATOM)
            case Negative(operand=operand):
                inner = self.behind(operand, _Hold.PRODUCT)
                return _Said(Text(_MINUS + inner.zh, _MINUS + inner.en), _Hold.PRODUCT)
            case Arithmetic(operator=operator, left=left, right=right):
                rule = _ARITHMETIC[operator]
                sides = self.inside(left, rule.hold), self.behind(right, rule.right)
                return _Said(_joined(f" {rule.sign} ", *sides), rule.hold)
            case Comparison(operator=operator, left=left, right=right):
                sides = self.inside(left, _Hold.OF), self.inside(right, _Hold.OF)
                return _Said(_joined(f" {_COMPARISONS[operator]} ", *sides), _Hold.COMPARISON)
            case Logic(operator=operator, operands=operands):
                # “and” within “or” gets parentheses too: the ear knows no precedence between them.
                word = _LOGIC[operator]
                parts = [self.inside(operand, _Hold.NOT) for operand in operands]
                return _Said(
                    Text(
                        f" {word.zh} ".join(part.zh for part in parts),
                        f" {word.en} ".join(part.en for part in parts),
                    ),
                    _Hold.LOGIC,
                )
            case Not(operand=operand):
                return self.say(_NOT, operand)
            case Conditional():
                return self.conditional(node)
            case Call():
                return self.call(node)
            case Aggregate():
                return self.aggregate(node)
            case Lookup(table=table, keys=keys):
                found = _listed([self.inside(key, _Hold.ATOM) for key in keys], Text("与", "and"))
                return _LOOKUP.fill([self.label(table), found])
            case Schedule(function=function, value=value, table=table):
                return _SCHEDULES[function].fill([self.inside(value, _Hold.ATOM), self.label(table)])
            case Convert(operand=operand, to=to):
                return _CONVERT.fill([self.inside(operand, _CONVERT.need), Text(to, to)])
            case _:
                assert_never(node)

    def inside(self, node: Expression, need: _Hold) -> Text:
        """A part, in parentheses unless it holds together as tightly as its place needs."""
        text, hold = self.read(node)
        return text if hold >= need else _bracketed(text)

    def behind(self, node: Expression, need: _Hold) -> Text:
        """A part behind another sign: `a − −b` cannot be read."""
        text = self.inside(node, need)
        return _bracketed(text) if text.zh.startswith(_MINUS) else text

    def say(self, pattern: _Pattern, *parts: Expression) -> _Said:
        return pattern.fill([self.inside(part, pattern.need) for part in parts])

    def conditional(self, node: Conditional) -> _Said:
        zh, en = "", ""
        here: Expression = node
        while isinstance(here, Conditional):
            test, yes = self.inside(here.test, _Hold.LOGIC), self.inside(here.yes, _Hold.LOGIC)
            zh += f"若 {test.zh}，则 {yes.zh}，否则"
            en += f"if {test.en}, then {yes.en}, otherwise "
            here = here.no
        last = self.inside(here, _Hold.LOGIC)
        return _Said(Text(f"{zh} {last.zh}", en + last.en), _Hold.PHRASE)

    def call(self, node: Call) -> _Said:
        match node:
            case Call(function="round", arguments=(value, Number(text=digits))) if digits in _ROUND:
                return self.say(_ROUND[digits], value)
            case Call(function="round", arguments=arguments):
                return self.say(_ROUND_TO, *arguments)
            case Call(function="min" | "max" as function, arguments=(value, Number() as bound)):
                return self.say(_BOUNDS[function], value, bound)
            case Call(function="min" | "max" as function, arguments=(Number() as bound, value)):
                return self.say(_BOUNDS[function], value, bound)
            case Call(function="min" | "max" as function, arguments=arguments):
                pattern = _CHOICES[function, len(arguments) == 2]
                parts = [self.inside(argument, pattern.need) for argument in arguments]
                return pattern.fill([_listed(parts, Text(" 与 ", "and"))])
            case _:
                return self.say(_CALLS[node.function], *node.arguments)

    def aggregate(self, node: Aggregate) -> _Said:
        said = self.say(_AGGREGATES[node.function], *node.arguments).text
        remarks = [_OPTIONS[option] for option in node.options]
        if node.by is not None:
            remarks.append(_BY.fill([self.label(node.by)]).text)
        if node.where is not None:
            remarks.append(self.say(_WHERE, node.where).text)
        if not remarks:
            return _Said(said, _Hold.OF)
        zh, en = "，".join(remark.zh for remark in remarks), ", ".join(remark.en for remark in remarks)
        return _Said(Text(f"{said.zh}（{zh}）", f"{said.en} ({en})"), _Hold.OF)


def _bracketed(text: Text) -> Text:
    return Text(f"({text.zh})", f"({text.en})")


def _joined(sign: str, left: Text, right: Text) -> Text:
    return Text(f"{left.zh}{sign}{right.zh}", f"{left.en}{sign}{right.en}")


def _listed(parts: list[Text], last: Text) -> Text:
    """`a、b 与 c`, `a, b and c`."""
    *most, end = parts
    if not most:
        return end
    zh = "、".join(part.zh for part in most)
    return Text(f"{zh}{last.zh}{end.zh}", f"{', '.join(part.en for part in most)} {last.en} {end.en}")
