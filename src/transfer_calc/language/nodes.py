"""The nodes of a formula: what it says, and nothing of how it is computed, printed or explained.

Every reading (numpy, and later Excel, LaTeX, prose) is a function over this closed union.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias, get_args

Span: TypeAlias = tuple[int, int]
NO_SPAN: Span = (0, 0)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written; `text` keeps its exact decimal."""

    text: str
    span: Span = field(default=NO_SPAN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Literal:
    """A quoted text: the key of a look-up, or a value that a group column is compared with."""

    text: str
    span: Span = field(default=NO_SPAN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """An input, a parameter, a step, a multiplier or the pool."""

    name: str
    span: Span = field(default=NO_SPAN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Negative:
    """`-operand`."""

    operand: Expression
    span: Span = field(default=NO_SPAN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left + right`, and likewise `-`, `*`, `/`."""

    operator: str
    left: Expression
    right: Expression
    span: Span = field(default=NO_SPAN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left < right`, and likewise `<=`, `>`, `>=`, `==`, `!=`."""

    operator: str
    left: Expression
    right: Expression
    span: Span = field(default=NO_SPAN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """`a and b and …`, or `a or b or …`."""

    operator: str
    operands: tuple[Expression, ...]
    span: Span = field(default=NO_SPAN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    """`not operand`."""

    operand: Expression
    span: Span = field(default=NO_SPAN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Conditional:
    """`yes if test else no`; each branch is computed on its own rows only."""

    test: Expression
    yes: Expression
    no: Expression
    span: Span = field(default=NO_SPAN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of one county's values, such as `max(a, b)`."""

    function: str
    arguments: tuple[Expression, ...]
    span: Span = field(default=NO_SPAN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A function of many counties, such as `total(gap, by=prefecture, where=eligible)`."""

    function: str
    arguments: tuple[Expression, ...]
    by: str | None = None
    where: Expression | None = None
    options: tuple[tuple[str, str], ...] = ()
    span: Span = field(default=NO_SPAN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Lookup:
    """`table[key]` or `table[first, second]`."""

    table: str
    keys: tuple[Expression, ...]
    span: Span = field(default=NO_SPAN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Schedule:
    """`brackets(value, schedule)`, the rate of a value, or `graduated(…)`, the sum over brackets."""

    function: str
    value: Expression
    table: str
    span: Span = field(default=NO_SPAN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Convert:
    """A change of unit that the checker put in: `operand × numerator / denominator`, `unit` becoming `to`.

    Nobody writes it; every reading shows it.
    """

    operand: Expression
    numerator: int
    denominator: int
    unit: str
    to: str
    span: Span = field(default=NO_SPAN, compare=False, repr=False)


Expression: TypeAlias = (
    Number
    | Literal
    | Name
    | Negative
    | Arithmetic
    | Comparison
    | Logic
    | Not
    | Conditional
    | Call
    | Aggregate
    | Lookup
    | Schedule
    | Convert
)

NODE_KINDS: tuple[type, ...] = get_args(Expression)


def children(node: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside a node, in the order they are written."""
    match node:
        case Number() | Literal() | Name():
            return ()
        case Negative(operand=operand) | Not(operand=operand) | Convert(operand=operand):
            return (operand,)
        case Arithmetic(left=left, right=right) | Comparison(left=left, right=right):
            return (left, right)
        case Logic(operands=operands):
            return operands
        case Conditional(test=test, yes=yes, no=no):
            return (yes, test, no)
        case Call(arguments=arguments):
            return arguments
        case Aggregate(arguments=arguments, where=where):
            return arguments if where is None else (*arguments, where)
        case Lookup(keys=keys):
            return keys
        case Schedule(value=value):
            return (value,)


def walk(node: Expression) -> list[Expression]:
    """The node and everything below it, without recursion."""
    found: list[Expression] = []
    waiting = [node]
    while waiting:
        here = waiting.pop()
        found.append(here)
        waiting.extend(reversed(children(here)))
    return found


def surely(node: Expression) -> frozenset[str]:
    """The names that a formula reads whichever branches are taken."""
    if isinstance(node, Conditional):
        return surely(node.test)
    own = frozenset({node.name}) if isinstance(node, Name) else frozenset()
    return own.union(*(surely(child) for child in children(node)))


def names(node: Expression) -> frozenset[str]:
    """Every name a formula reads: values, tables, schedules and group columns."""
    found: set[str] = set()
    for here in walk(node):
        match here:
            case Name(name=name):
                found.add(name)
            case Lookup(table=table) | Schedule(table=table):
                found.add(table)
            case Aggregate(by=str(group)):
                found.add(group)
            case _:
                pass
    return frozenset(found)
