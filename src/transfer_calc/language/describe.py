"""A part of a formula in a few words, for messages."""

from __future__ import annotations

from transfer_calc.language.nodes import (
    Aggregate,
    Arithmetic,
    Call,
    Expression,
    Literal,
    Lookup,
    Name,
    Number,
    Schedule,
)


def described(node: Expression) -> str:
    """The part, its inside left out where it is long."""
    match node:
        case Name(name=name):
            return f"「{name}」"
        case Literal(text=text):
            return f'"{text}"'
        case Number(text=text):
            return text
        case Call(function=function) | Aggregate(function=function) | Schedule(function=function):
            return f"{function}(…)"
        case Lookup(table=table):
            return f"{table}[…]"
        case Arithmetic(operator=operator, left=left, right=right):
            return f"{described(left)} {operator} {described(right)}"
        case _:
            return "(…)"
