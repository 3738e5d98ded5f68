r"""The LaTeX reading: a formula as mathematics, for papers, method sheets and web pages.

It keeps to what pdflatex and xelatex (with amsmath) and MathJax all understand. It must mean what
the formula means: every place says how tightly a part has to hold together there, and a part that
does not gets parentheses. Fraction bars, roots and brackets hold their inside together without.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
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
    walk,
)
from transfer_calc.text import Text


def latex(node: Expression, label: Callable[[str], str], *, lang: str = "zh") -> str:
    r"""Write a formula as mathematics, to stand between `\(` and `\)`; HTML escapes its `<` and `&`.

    Args:
        node: The formula.
        label: What a name is called; any text, its special characters are escaped here.
        lang: The language of the few words that mathematics has no sign for, such as “otherwise”.
    """
    return _Writer(label, lang).read(node).text


class _Hold(IntEnum):
    """How tightly the parts of a written piece hold together, loosest first."""

    CASES = 0  # a brace on the left, and nothing on the right to say where it ends
    LOGIC = 1
    NOT = 2
    COMPARISON = 3
    BIG = 4  # behind a ∑, whose reach readers disagree about
    SUM = 5
    CONVERSION = 6  # a product with a remark behind it, which belongs to all of it
    PRODUCT = 7
    ATOM = 8


class _Written(NamedTuple):
    text: str
    hold: _Hold


class _Operator(NamedTuple):
    """A sign, how tightly it and its left operand hold, and how tightly the right operand must."""

    sign: str
    hold: _Hold
    right: _Hold


# Division is not here: a fraction bar holds both of its sides together.
_ARITHMETIC = {
    "+": _Operator("+", _Hold.SUM, _Hold.SUM),
    # a - (b - c) keeps its parentheses; a + (b - c) is a + b - c.
    "-": _Operator("-", _Hold.SUM, _Hold.CONVERSION),
    "*": _Operator(r"\times", _Hold.PRODUCT, _Hold.PRODUCT),
}
_COMPARISONS = {"<": "<", "<=": r"\leq", ">": ">", ">=": r"\geq", "==": "=", "!=": r"\neq"}

# What stands before and behind the values of a function of one unit.
_CALLS = {
    "min": (r"\min\left(", r"\right)"),
    "max": (r"\max\left(", r"\right)"),
    "abs": (r"\left|", r"\right|"),
    "floor": (r"\left\lfloor ", r"\right\rfloor"),
    "ceil": (r"\left\lceil ", r"\right\rceil"),
    "ln": (r"\ln\left(", r"\right)"),
    "exp": (r"\exp\left(", r"\right)"),
    "sqrt": (r"\sqrt{", "}"),
}
_SIGNS = {"largest": r"\max", "smallest": r"\min", "population": r"\sigma", "sample": "s"}
_WORDS = {
    "and": Text("且", "and"),
    "or": Text("或", "or"),
    "not": Text("非", "not"),
    "if": Text("若", "if"),
    "else if": Text("否则若", "otherwise if"),
    "else": Text("否则", "otherwise"),
    "same": Text("同一", "same "),
    "all": Text("全部", "all"),
    "count": Text("个数", "count"),
    "round": Text("四舍五入", "round"),
    "rank": Text("名次", "rank"),
    "share": Text("比重", "share"),
    "standardize": Text("标准化", "standardized"),
    "weighted_mean": Text("加权平均", "weighted mean"),
    "brackets": Text("所在档", "bracket"),
    "graduated": Text("分档累计", "by brackets"),
}
_OPTIONS = {
    ("order", "ascending"): Text("由低到高", "lowest first"),
    ("order", "descending"): Text("由高到低", "highest first"),
    ("ties", "same"): Text("并列同名次", "ties share the first place"),
    ("ties", "average"): Text("并列取平均名次", "ties share the average place"),
    ("ties", "code"): Text("并列按代码", "ties in order of code"),
    ("kind", "population"): Text("按总体计", "population formula"),
    ("kind", "sample"): Text("按样本计", "sample formula"),
}
# MathJax shows a backslash inside \text as it is, so these stand between two pieces of \text.
_SPECIAL = {char: f"\\{char}" for char in "_%&#${}"} | {
    "~": r"{\sim}",
    "^": r"{\wedge}",
    "\\": r"\backslash ",
}


class _Writer:
    def __init__(self, label: Callable[[str], str], lang: str) -> None:
        self.label = label
        self.lang = lang

    def read(self, node: Expression) -> _Written:
        match node:
            case Number(text=text):
                return _Written(text, _Hold.ATOM)
            case Literal(text=text):
                return _Written(_text(f"“{text}”"), _Hold.ATOM)
            case Name(name=name):
                return _Written(self.name(name), _Hold.ATOM)
            case Negative(operand=operand):
                return _Written(f"-{self.behind(operand, _Hold.PRODUCT)}", _Hold.PRODUCT)
            case Arithmetic():
                return self.arithmetic(node)
            case Comparison(operator=operator, left=left, right=right):
                sides = self.inside(left, _Hold.BIG), self.inside(right, _Hold.BIG)
                return _Written(f" {_COMPARISONS[operator]} ".join(sides), _Hold.COMPARISON)
            case Logic(operator=operator, operands=operands):
                parts = [self.inside(operand, _Hold.NOT) for operand in operands]
                return _Written(self.word(operator, " {} ").join(parts), _Hold.LOGIC)
            case Not(operand=operand):
                return _Written(self.word("not", "{} ") + self.inside(operand, _Hold.ATOM), _Hold.NOT)
            case Conditional():
                return self.conditional(node)
            case Call():
                return self.call(node)
            case Aggregate():
                return self.aggregate(node)
            case Lookup(table=table, keys=keys):
                return _Written(f"{self.name(table)}\\left[{self.listed(keys)}\\right]", _Hold.ATOM)
            case Schedule(function=function, value=value, table=table):
                return self.named(self.word(function), self.name(table), (value,))
            case Convert():
                return self.convert(node)
            case _:
                assert_never(node)

    def inside(self, node: Expression, need: _Hold) -> str:
        """A part, in parentheses unless it holds together as tightly as its place needs."""
        text, hold = self.read(node)
        return text if hold >= need else _bracketed(text)

    def behind(self, node: Expression, need: _Hold) -> str:
        """A part behind another sign, where `a - -b` is no mathematics."""
        text = self.inside(node, need)
        return _bracketed(text) if text.startswith("-") else text

    def listed(self, parts: tuple[Expression, ...]) -> str:
        """Parts between commas; a lone one may be anything."""
        need = _Hold.CASES if len(parts) == 1 else _Hold.LOGIC
        return r",\ ".join(self.inside(part, need) for part in parts)

    def name(self, name: str) -> str:
        return _text(self.label(name))

    def word(self, word: str, around: str = "{}") -> str:
        return _text(around.format(_WORDS[word][self.lang]))

    def named(self, function: str, below: str, arguments: tuple[Expression, ...]) -> _Written:
        """A function that has no sign of its own: a word, what it goes by, its values."""
        values = rf"\left({self.listed(arguments)}\right)" if arguments else ""
        return _Written(f"{function}{_subscript(below)}{values}", _Hold.ATOM)

    def arithmetic(self, node: Arithmetic) -> _Written:
        if node.operator == "/":
            return _Written(_fraction(self.read(node.left).text, self.read(node.right).text), _Hold.ATOM)
        operator = _ARITHMETIC[node.operator]
        left, right = self.inside(node.left, operator.hold), self.behind(node.right, operator.right)
        return _Written(f"{left} {operator.sign} {right}", operator.hold)

    def conditional(self, node: Conditional) -> _Written:
        rows: list[str] = []
        here: Expression = node
        while isinstance(here, Conditional):
            yes, test = self.inside(here.yes, _Hold.LOGIC), self.inside(here.test, _Hold.LOGIC)
            rows.append(f"{yes} & {self.word('else if' if rows else 'if', '{} ')}{test}")
            here = here.no
        rows.append(f"{self.inside(here, _Hold.LOGIC)} & {self.word('else')}")
        lines = r" \\ ".join(rows)
        return _Written(rf"\begin{{cases}} {lines} \end{{cases}}", _Hold.CASES)

    def call(self, node: Call) -> _Written:
        match node:
            case Call(function="round", arguments=(value, digits)):
                return self.named(self.word("round"), self.read(digits).text, (value,))
            case Call(function="clip", arguments=(value, low, high)):
                return self.read(Call("min", (Call("max", (value, low)), high)))
            case _:
                before, after = _CALLS[node.function]
                return _Written(f"{before}{self.listed(node.arguments)}{after}", _Hold.ATOM)

    def aggregate(self, node: Aggregate) -> _Written:
        among = self.among(node)
        match node.function:
            case "total":
                # It takes in a product: ∑ a × b is the sum of products, (∑ a) × b another figure.
                inner = self.behind(node.arguments[0], _Hold.CONVERSION)
                return _Written(rf"\sum{_subscript(among)} {inner}", _Hold.BIG)
            case "mean":
                inner = self.read(node.arguments[0]).text
                return _Written(rf"\overline{{{inner}}}{_subscript(among)}", _Hold.ATOM)
            case "largest" | "smallest" | "count":
                # Never without a subscript: max(x) would be the greatest of one value.
                sign = _SIGNS.get(node.function) or self.word(node.function)
                return self.named(sign, among or self.word("all"), node.arguments)
            case "std":
                return self.named(_SIGNS[dict(node.options)["kind"]], among, node.arguments)
            case _:
                if written_out := _written_out(node):
                    return self.read(written_out)
                options = [_text(_OPTIONS[option][self.lang]) for option in node.options]
                among = r",\ ".join([*options, among] if among else options)
                return self.named(self.word(node.function), among, node.arguments)

    def among(self, node: Aggregate) -> str:
        """Which units take part: those of the same group, those that meet a condition."""
        parts = [] if node.by is None else [self.word("same") + self.name(node.by)]
        if node.where is not None:
            parts.append(self.inside(node.where, _Hold.LOGIC))
        return r",\ ".join(parts)

    def convert(self, node: Convert) -> _Written:
        factor = str(node.numerator)
        if node.denominator != 1:
            factor = _fraction(factor, str(node.denominator))
        text = rf"{self.inside(node.operand, _Hold.PRODUCT)} \times {factor}"
        remark = rf"({_text(node.unit)} \to {_text(node.to)})"
        return _Written(rf"{text}\,{remark}", _Hold.CONVERSION)


def _written_out(node: Aggregate) -> Expression | None:
    """What a share, a score or a weighted mean is made of; `None` where a word says it better."""
    if any(isinstance(part, Aggregate) for part in walk(node)[1:]):
        return None  # writing out repeats the value: shares of shares would grow without end
    value = node.arguments[0]
    match node.function:
        case "share":
            return Arithmetic("/", value, replace(node, function="total"))
        case "standardize":
            mean = replace(node, function="mean", options=())
            return Arithmetic("/", Arithmetic("-", value, mean), replace(node, function="std"))
        case "weighted_mean":
            weight = node.arguments[1]
            weighed = replace(node, function="total", arguments=(Arithmetic("*", value, weight),))
            return Arithmetic("/", weighed, replace(node, function="total", arguments=(weight,)))
        case _:
            return None


def _bracketed(text: str) -> str:
    return rf"\left({text}\right)"


def _fraction(over: str, under: str) -> str:
    return rf"\frac{{{over}}}{{{under}}}"


def _subscript(text: str) -> str:
    return f"_{{{text}}}" if text else ""


def _text(text: str) -> str:
    r"""Words within mathematics: `\text{…}`, special characters set between the pieces."""
    pieces = re.split(r"([_%&#${}~^\\])", re.sub(r"\s+", " ", text))
    return "".join(_SPECIAL.get(piece, rf"\text{{{piece}}}") for piece in pieces if piece)
