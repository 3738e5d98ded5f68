"""The numpy reading: a formula becomes a chain of closures over blocks of rows.

Arithmetic runs with numpy's errors raised: a division by zero stops the block, instead of letting an
infinity travel on. Who failed and why is found out afterwards, by `faults`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, TypeAlias
from typing import Literal as OneOf

import numpy as np

from transfer_calc.language import aggregate
from transfer_calc.language.check import COUNTY, Level
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
from transfer_calc.language.world import Array, Table, Value, World
from transfer_calc.rounding import round_half_up

Rows: TypeAlias = Any  # a slice, or an array of row numbers
Reading: TypeAlias = Callable[[Rows], Value]


class UndefinedError(FloatingPointError):
    """A figure is not defined for a row, though no arithmetic failed: no such key, nobody to average."""

    def __init__(self, code: str, **details: object) -> None:
        self.code = code
        self.details = details
        super().__init__(code)


class InnerError(Exception):
    """The value of an aggregate failed for some unit; which one is for `faults` to find.

    Not a `FloatingPointError`: a conditional may try its branches again row by row, but an aggregate
    looks at all its units whichever row asks.
    """

    def __init__(self, node: Expression, among: Array) -> None:
        self.node = node
        self.among = among
        super().__init__()


def strictly() -> np.errstate:
    """Numpy's arithmetic with every silent error made loud."""
    return np.errstate(divide="raise", invalid="raise", over="raise", under="ignore")


def read(node: Expression, world: World, level: Level) -> Reading:
    """Make the closure that computes a formula for some rows.

    Args:
        node: A checked formula.
        world: Its figures; read when the closure runs, so later steps may be added.
        level: What the rows are: units for `COUNTY`, groups for a group level, nothing for `ALL`.
    """
    return _Reader(world, level).read(node)


def read_into(node: Expression, world: World) -> Callable[[Rows, Array], None]:
    """Make the closure that computes a formula of the county level for some rows into a place of its own.

    Where the last operation is arithmetic it writes there directly, which saves a copy of every column.
    """
    reader = _Reader(world, COUNTY)
    if isinstance(node, Arithmetic):
        operation = _COMPUTE[node.operator]
        first, second = reader.read(node.left), reader.read(node.right)

        def compute(rows: Rows, out: Array) -> None:
            operation(first(rows), second(rows), out=out)

        return compute
    reading = reader.read(node)

    def copy(rows: Rows, out: Array) -> None:
        out[:] = reading(rows)

    return copy


def column(node: Expression, world: World, taking_part: Array | None = None) -> Array:
    """Compute a formula for every unit, block by block.

    Args:
        node: A checked formula of the county level.
        world: Its figures.
        taking_part: Which units to compute; the others are left at 0, and so cannot fail.

    Raises:
        InnerError: If it fails for a unit.
    """
    if isinstance(node, Name) and node.name in world.columns:
        return world.columns[node.name]
    reading = read(node, world, COUNTY)
    rows = np.arange(world.rows) if taking_part is None else np.flatnonzero(taking_part)
    try:
        with strictly():
            if taking_part is not None:
                out = np.zeros(world.rows)
                if rows.size:
                    out[rows] = reading(rows)
                return out
            blocks = world.blocks()
            parts = [np.broadcast_to(reading(block), (block.stop - block.start,)) for block in blocks]
    except FloatingPointError:
        raise InnerError(node, rows) from None
    # Joined and not filled in: the texts of a later block may be longer than those of the first.
    return np.concatenate(parts) if parts else np.empty(0)


_COMPARE: dict[str, Callable[[Value, Value], Value]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
_COMPUTE: dict[str, Callable[..., Value]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}
_EACH: dict[str, Callable[..., Value]] = {
    "abs": np.abs,
    "floor": np.floor,
    "ceil": np.ceil,
    "ln": np.log,
    "exp": np.exp,
    "sqrt": np.sqrt,
}


class _Reader:
    def __init__(self, world: World, level: Level) -> None:
        self.world = world
        self.level = level

    def read(self, node: Expression) -> Reading:
        match node:
            case Number(text=text):
                figure = np.float64(text)
                return lambda _rows: figure
            case Literal(text=text):
                return lambda _rows: text
            case Name(name=name):
                return self.name(name)
            case Negative(operand=operand):
                inner = self.read(operand)
                return lambda rows: np.negative(inner(rows))
            case Not(operand=operand):
                inner = self.read(operand)
                return lambda rows: np.logical_not(inner(rows))
            case Arithmetic(operator=operator, left=left, right=right):
                return self.both(_COMPUTE[operator], left, right)
            case Comparison(operator=operator, left=left, right=right):
                return self.both(_COMPARE[operator], left, right)
            case Logic(operator=operator, operands=operands):
                return self.logic(operator, [self.read(operand) for operand in operands])
            case Conditional():
                return self.conditional(node)
            case Call():
                return self.call(node)
            case Aggregate():
                return self.aggregate(node)
            case Lookup():
                return self.lookup(node)
            case Schedule():
                return self.schedule(node)
            case Convert():
                return self.convert(node)

    def both(
        self, operation: Callable[[Value, Value], Value], left: Expression, right: Expression
    ) -> Reading:
        first, second = self.read(left), self.read(right)
        return lambda rows: operation(first(rows), second(rows))

    def convert(self, node: Convert) -> Reading:
        inner = self.read(node.operand)
        # Whole numbers up to 10**15 are exact in doubles, their quotients are not: so two steps.
        up, down = np.float64(node.numerator), np.float64(node.denominator)
        if node.denominator == 1:
            return lambda rows: np.multiply(inner(rows), up)
        if node.numerator == 1:
            return lambda rows: np.divide(inner(rows), down)
        return lambda rows: np.divide(np.multiply(inner(rows), up), down)

    def name(self, name: str) -> Reading:
        world = self.world
        if name in world.unset:
            code, details = world.unset[name]

            def unset(_rows: Rows) -> Value:
                raise UndefinedError(code, **details)

            return unset
        if name in world.single:
            figure = world.single[name]
            return lambda _rows: figure
        if name in world.by_group:
            group, _ = world.by_group[name]
            return self.of_group(group, lambda: world.by_group[name][1], name)
        if name in world.groups and name not in world.columns:
            grouping = world.groups[name]
            labels = np.asarray(grouping.labels, dtype=str)
            return lambda rows: labels[grouping.codes[rows]]
        columns = world.columns
        return lambda rows: columns[name][rows]

    def of_group(self, group: str, figures: Callable[[], Array], what: str) -> Reading:
        """A figure of each group, handed to the units where the rows are units."""
        if self.level != COUNTY:
            return lambda rows: _defined(figures()[rows], what)
        codes = self.world.groups[group].codes
        return lambda rows: _defined(figures()[codes[rows]], what)

    def logic(self, operator: str, parts: list[Reading]) -> Reading:
        combine = np.logical_and if operator == "and" else np.logical_or
        return lambda rows: reduce(combine, [part(rows) for part in parts])

    def conditional(self, node: Conditional) -> Reading:
        test, yes, no = self.read(node.test), self.read(node.yes), self.read(node.no)

        def choose(rows: Rows) -> Value:
            decided = test(rows)
            if np.ndim(decided) == 0:
                return yes(rows) if decided else no(rows)
            if decided.all():
                return yes(rows)
            if not decided.any():
                return no(rows)
            try:
                # Both branches on all rows is fastest; where one of them fails, each gets its own.
                return np.where(decided, yes(rows), no(rows))
            except FloatingPointError:
                first = rows.start or 0 if isinstance(rows, slice) else 0
                numbers = first + np.arange(decided.size) if isinstance(rows, slice) else rows
                right, wrong = yes(numbers[decided]), no(numbers[~decided])
                out = np.empty(decided.shape, dtype=np.result_type(np.asarray(right), np.asarray(wrong)))
                out[decided] = right
                out[~decided] = wrong
                return out

        return choose

    def call(self, node: Call) -> Reading:
        if node.function == "round":
            inner = self.read(node.arguments[0])
            digits = node.arguments[1]
            places = int(digits.text) if isinstance(digits, Number) else 0
            return lambda rows: round_half_up(np.asarray(inner(rows), dtype=np.float64), places)[()]
        parts = [self.read(argument) for argument in node.arguments]
        if node.function in ("min", "max"):
            pick = np.minimum if node.function == "min" else np.maximum
            return lambda rows: reduce(pick, [part(rows) for part in parts])
        if node.function == "clip":
            value, low, high = parts
            return lambda rows: np.minimum(np.maximum(value(rows), low(rows)), high(rows))
        operation = _EACH[node.function]
        only = parts[0]
        return lambda rows: operation(only(rows))

    def aggregate(self, node: Aggregate) -> Reading:
        world = self.world
        kept: list[Value] = []

        def figure() -> Value:
            # Computed when first needed: an untaken branch must not fail for it.
            if not kept:
                where = None if node.where is None else np.asarray(column(node.where, world))
                part = None if where is None or where.all() else where
                arguments = [column(argument, world, part) for argument in node.arguments]
                with strictly():
                    kept.append(aggregate.compute(node, arguments, where, world))
            return kept[0]

        if node.function in aggregate.PER_COUNTY:
            return lambda rows: _defined(figure()[rows], node.function)
        if node.by is not None:
            return self.of_group(node.by, figure, node.function)
        return lambda _rows: _defined(figure(), node.function)

    def lookup(self, node: Lookup) -> Reading:
        table = self.world.tables[node.table]
        keys = [self.read_key(key) for key in node.keys]

        def look_up(rows: Rows) -> Value:
            texts = [key(rows) for key in keys]
            if all(np.ndim(text) == 0 for text in texts):
                return _found(table, tuple(str(text) for text in texts))
            wide = np.broadcast_arrays(*texts)
            distinct: dict[tuple[str, ...], float] = {}
            out = np.empty(wide[0].shape)
            for position, found in enumerate(zip(*(column.tolist() for column in wide), strict=True)):
                if found not in distinct:
                    distinct[found] = _found(table, found)
                out[position] = distinct[found]
            return out

        return look_up

    def read_key(self, key: Expression) -> Reading:
        if isinstance(key, Number):
            return lambda _rows: key.text
        inner = self.read(key)

        def as_text(rows: Rows) -> Value:
            value = np.asarray(inner(rows))
            if value.dtype.kind == "U":
                return value[()]
            # 3.0 is the key "3"; 2.5 is the key "2.5".
            texts = np.asarray([f"{figure:.15g}" for figure in value.reshape(-1)], dtype=str)
            return texts.reshape(value.shape)[()]

        return as_text

    def schedule(self, node: Schedule) -> Reading:
        brackets = self.world.schedules[node.table]
        inner = self.read(node.value)
        side: OneOf["left", "right"] = "right" if brackets.inclusive == "from" else "left"
        if node.function == "brackets":

            def rate(rows: Rows) -> Value:
                position = np.searchsorted(brackets.starts, inner(rows), side=side) - 1
                if np.any(position < 0):
                    raise UndefinedError(
                        "TC404", table=node.table, key="<", known=f"≥ {brackets.starts[0]:g}"
                    )
                return brackets.rates[position]

            return rate
        widths = np.append(np.diff(brackets.starts), np.inf)

        def over_brackets(rows: Rows) -> Value:
            value = inner(rows)
            parts = [
                np.minimum(np.maximum(value - start, 0.0), width) * rate
                for start, width, rate in zip(brackets.starts, widths, brackets.rates, strict=True)
            ]
            return reduce(np.add, parts)

        return over_brackets


def _found(table: Table, texts: tuple[str, ...]) -> float:
    key = table.key(texts)
    if key is None:
        known = "、".join(sorted({"/".join(known) for known in table.figures})[:12])
        raise UndefinedError("TC404", table=table.name, key="/".join(texts), known=known)
    return np.float64(table.figures[key])


def _defined(value: Value, what: str) -> Value:
    """A figure that an aggregate left undefined (nan) may not be used."""
    if np.isnan(value).any():
        raise UndefinedError("TC405", function=what)
    return value
