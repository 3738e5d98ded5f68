"""The reading as written: a formula in its own language, with its names or with its figures put in."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

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

Figure: TypeAlias = bool | int | float | Decimal | str

YES, NO = Text("是", "yes"), Text("否", "no")

_ATOM, _SIGN, _PRODUCT, _SUM, _COMPARISON, _NOT, _AND, _OR, _IF = 9, 8, 7, 6, 5, 4, 3, 2, 1


def figure_text(value: Figure, lang: str, *, grouped: bool = True) -> str:
    """A figure as people read it: twelve digits, of a large one six decimals.

    Args:
        value: A truth, a number or a text.
        lang: `zh` or `en`, for yes and no.
        grouped: Whether thousands are set apart; inside a formula their commas would be misread.
    """
    if isinstance(value, bool):
        return (YES if value else NO)[lang]
    if isinstance(value, str):
        return value
    comma = "," if grouped else ""
    if isinstance(value, (int, Decimal)):
        return f"{value:{comma}}" if isinstance(value, int) else f"{value:{comma}f}"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if abs(value) < 1_000_000:
        return f"{value + 0.0:{comma}.12g}"
    # Twelve digits would end before the millionths that settlement looks at.
    return f"{value:{comma}.6f}".rstrip("0").rstrip(".")


def formula_text(node: Expression, name: Callable[[str], str] = str) -> str:
    """A formula in its own language, each name given by `name`: the name itself, or its figure."""
    return _Writer(name).write(node)[0]


class _Writer:
    def __init__(self, name: Callable[[str], str]) -> None:
        self.name = name

    def write(self, node: Expression) -> tuple[str, int]:
        """The text of a node, and how strongly it holds together."""
        match node:
            case Number(text=text):
                return text, _ATOM
            case Literal(text=text):
                return f'"{text}"', _ATOM
            case Name(name=name):
                text = self.name(name)
                # A negative figure in the place of a name needs brackets like any other sign.
                return text, _SUM if text.startswith("-") else _ATOM
            case Negative(operand=operand):
                return f"-{self.within(operand, _SIGN)}", _SIGN
            case Not(operand=operand):
                return f"not {self.within(operand, _NOT)}", _NOT
            case Arithmetic(operator=operator, left=left, right=right):
                own = _SUM if operator in "+-" else _PRODUCT
                return f"{self.within(left, own)} {operator} {self.within(right, own + 1)}", own
            case Comparison(operator=operator, left=left, right=right):
                sides = (self.within(side, _COMPARISON + 1) for side in (left, right))
                return f" {operator} ".join(sides), _COMPARISON
            case Logic(operator=operator, operands=operands):
                own = _AND if operator == "and" else _OR
                return f" {operator} ".join(self.within(part, own + 1) for part in operands), own
            case Conditional(test=test, yes=yes, no=no):
                first, second = self.within(yes, _OR), self.within(test, _OR)
                return f"{first} if {second} else {self.within(no, _IF)}", _IF
            case Convert(operand=operand, numerator=numerator, denominator=denominator):
                times = "" if numerator == 1 else f" * {numerator}"
                over = "" if denominator == 1 else f" / {denominator}"
                return f"{self.within(operand, _PRODUCT)}{times}{over}", _PRODUCT
            case Lookup(table=table, keys=keys):
                return f"{table}[{', '.join(self.write(key)[0] for key in keys)}]", _ATOM
            case Schedule(function=function, value=value, table=table):
                return f"{function}({self.write(value)[0]}, {table})", _ATOM
            case Call(function=function, arguments=arguments):
                return f"{function}({', '.join(self.write(part)[0] for part in arguments)})", _ATOM
            case Aggregate():
                return self.aggregate(node), _ATOM

    def aggregate(self, node: Aggregate) -> str:
        parts = [self.write(argument)[0] for argument in node.arguments]
        parts += [f"by={node.by}"] if node.by is not None else []
        parts += [f"where={self.write(node.where)[0]}"] if node.where is not None else []
        parts += [f'{key}="{value}"' for key, value in node.options]
        return f"{node.function}({', '.join(parts)})"

    def within(self, node: Expression, least: int) -> str:
        text, own = self.write(node)
        return text if own >= least else f"({text})"
