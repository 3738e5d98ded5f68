"""A second interpreter of formulas, in exact fractions, written from the language's description alone.

It is slow and plain on purpose. Beside each value it keeps the largest magnitude met on the way, which is
what rounding errors are measured against, and whether doubles reach the value without rounding. Where
doubles cannot be expected to decide (a comparison of nearly equal figures, a sum that nearly cancels) it
raises `TooCloseError`: such draws are left out of random tests and have tests of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from transfer_calc.language.nodes import (
    Aggregate,
    Arithmetic,
    Call,
    Comparison,
    Conditional,
    Convert,
    Literal,
    Logic,
    Lookup,
    Name,
    Negative,
    Not,
    Number,
    Schedule,
)

FIFTY = Context(prec=50)
CANCELS = Fraction(1, 1000)
NEAR = Fraction(1, 10**6)


class UndefinedError(Exception):
    """The formula has no value for this county."""


class TooCloseError(Exception):
    """Doubles cannot be expected to decide."""


class RefusedError(Exception):
    """A figure of all counties fails for one of them: the whole calculation is refused."""


@dataclass(frozen=True)
class Value:
    figure: Fraction
    magnitude: Fraction
    exact: bool = True


@dataclass
class Land:
    """Counties and parameters as plain Python: what each reading is given."""

    codes: list[str]
    columns: dict[str, list[float]]
    truths: dict[str, list[bool]] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    by_group: dict[str, tuple[str, dict[str, float]]] = field(default_factory=dict)
    singles: dict[str, float] = field(default_factory=dict)
    tables: dict[str, dict[tuple[str, ...], float]] = field(default_factory=dict)
    schedules: dict[str, tuple[list[float], list[float], str]] = field(default_factory=dict)
    by_prefix: frozenset[str] = frozenset()


def given(figure):
    number = Fraction(figure)
    return Value(number, abs(number))


def computed(figure, *parts):
    """A value made from others by one operation that doubles round correctly."""
    magnitude = max([abs(figure), *(part.magnitude for part in parts)])
    try:
        reached = Fraction(float(figure)) == figure
    except OverflowError:
        raise TooCloseError from None
    return Value(figure, magnitude, reached and all(part.exact for part in parts))


def inexact(figure, *parts):
    value = computed(figure, *parts)
    return Value(value.figure, value.magnitude, exact=False)


def added(values):
    total = sum((value.figure for value in values), Fraction(0))
    result = computed(total, *values)
    if not all(value.exact for value in values) or not result.exact:
        largest = max((abs(value.figure) for value in values), default=Fraction(0))
        if abs(total) < CANCELS * largest:
            raise TooCloseError
    return result


def negative(value):
    return Value(-value.figure, value.magnitude, value.exact)


def divided(left, right):
    if right.figure == 0:
        raise UndefinedError
    return computed(left.figure / right.figure, left, right)


def times(left, right):
    return computed(left.figure * right.figure, left, right)


def order(left, right):
    """-1, 0 or 1."""
    apart = left.figure - right.figure
    sure = left.exact and right.exact
    if (apart == 0 and not sure) or (
        apart != 0 and abs(apart) < NEAR * max(abs(left.figure), abs(right.figure))
    ):
        raise TooCloseError
    return (apart > 0) - (apart < 0)


def transcendental(function, value):
    """ln, exp or sqrt to 50 digits."""
    number = FIFTY.divide(Decimal(value.figure.numerator), Decimal(value.figure.denominator))
    match function:
        case "ln":
            if value.figure <= 0:
                raise UndefinedError
            if abs(value.figure - 1) < Fraction(1, 100) and not value.exact:
                raise TooCloseError
            result = FIFTY.ln(number)
        case "sqrt":
            if value.figure < 0:
                raise UndefinedError
            result = FIFTY.sqrt(number)
        case _:
            if abs(value.figure) > 50:
                raise TooCloseError
            result = FIFTY.exp(number)
    return inexact(Fraction(result), value)


def rounded(value, digits):
    """Half away from zero on the shortest decimal of the double."""
    if value.exact:
        decimal = Decimal(repr(float(value.figure)))
    else:
        scaled = abs(value.figure) * 10**digits
        if abs(scaled % 1 - Fraction(1, 2)) < NEAR * max(1, scaled):
            raise TooCloseError
        decimal = FIFTY.divide(Decimal(value.figure.numerator), Decimal(value.figure.denominator))
    step = Decimal(1).scaleb(-digits)
    return inexact(Fraction(decimal.quantize(step, rounding=ROUND_HALF_UP, context=Context(prec=80))), value)


def whole(function, value):
    below = Fraction(value.figure.numerator // value.figure.denominator)
    near = min(value.figure - below, below + 1 - value.figure)
    if near < NEAR * max(1, abs(value.figure)) and not (value.exact and near == 0):
        raise TooCloseError
    up = function == "ceil" and below != value.figure
    return computed(below + up, value)


class Exact:
    """The formulas of one land."""

    def __init__(self, land):
        self.land = land

    def all_rows(self):
        return range(len(self.land.codes))

    def value(self, node, row):
        """A number as a `Value`, a yes or no, or a text."""
        land = self.land
        match node:
            case Number(text=text):
                return given(Fraction(text))
            case Literal(text=text):
                return text
            case Name(name=name):
                return self.name(name, row)
            case Negative(operand=operand):
                return negative(self.value(operand, row))
            case Arithmetic(operator=operator, left=left, right=right):
                first, second = self.value(left, row), self.value(right, row)
                match operator:
                    case "+":
                        return added([first, second])
                    case "-":
                        return added([first, negative(second)])
                    case "*":
                        return times(first, second)
                    case _:
                        return divided(first, second)
            case Comparison(operator=operator, left=left, right=right):
                first, second = self.value(left, row), self.value(right, row)
                if isinstance(first, str):
                    return (first == second) == (operator == "==")
                sign = order(first, second)
                return {
                    "<": sign < 0,
                    "<=": sign <= 0,
                    ">": sign > 0,
                    ">=": sign >= 0,
                    "==": sign == 0,
                    "!=": sign != 0,
                }[operator]
            case Logic(operator=operator, operands=operands):
                truths = [self.value(operand, row) for operand in operands]
                return all(truths) if operator == "and" else any(truths)
            case Not(operand=operand):
                return not self.value(operand, row)
            case Conditional(test=test, yes=yes, no=no):
                return self.value(yes if self.value(test, row) else no, row)
            case Call():
                return self.call(node, row)
            case Aggregate():
                return self.aggregate(node, row)
            case Lookup(table=table, keys=keys):
                texts = tuple(
                    key.text if isinstance(key, Number) else self.key(self.value(key, row)) for key in keys
                )
                if table in land.by_prefix:
                    fitting = [key for key in land.tables[table] if texts[0].startswith(key[0])]
                    texts = max(fitting, key=lambda key: len(key[0]), default=texts)
                if texts not in land.tables[table]:
                    raise UndefinedError
                return given(land.tables[table][texts])
            case Schedule():
                return self.schedule(node, row)
            case Convert(operand=operand, numerator=numerator, denominator=denominator):
                return divided(times(self.value(operand, row), given(numerator)), given(denominator))
        raise AssertionError(node)

    def key(self, value):
        if isinstance(value, str):
            return value
        if not value.exact:
            raise TooCloseError
        return f"{float(value.figure):.15g}"

    def name(self, name, row):
        land = self.land
        if name in land.singles:
            return given(land.singles[name])
        if name in land.truths:
            return land.truths[name][row]
        if name in land.groups:
            return land.groups[name][row]
        if name in land.by_group:
            group, figures = land.by_group[name]
            return given(figures[land.groups[group][row]])
        return given(land.columns[name][row])

    def call(self, node, row):
        if node.function == "round":
            return rounded(self.value(node.arguments[0], row), int(node.arguments[1].text))
        values = [self.value(argument, row) for argument in node.arguments]
        match node.function:
            case "min" | "max":
                return self.pick(node.function, values)
            case "clip":
                return self.pick("min", [self.pick("max", values[:2]), values[2]])
            case "abs":
                return Value(abs(values[0].figure), values[0].magnitude, values[0].exact)
            case "floor" | "ceil":
                return whole(node.function, values[0])
        return transcendental(node.function, values[0])

    def pick(self, function, values):
        # Continuous where two are equal: no margin is needed.
        chosen = (min if function == "min" else max)(value.figure for value in values)
        magnitude = max(value.magnitude for value in values)
        return Value(chosen, magnitude, all(value.exact for value in values))

    def aggregate(self, node, row):
        land = self.land
        try:
            part = [other for other in self.all_rows() if node.where is None or self.value(node.where, other)]
            columns = [{other: self.value(argument, other) for other in part} for argument in node.arguments]
        except UndefinedError:
            raise RefusedError from None
        if node.by is not None:
            labels = land.groups[node.by]
            part = [other for other in part if labels[other] == labels[row]]
        values = [[column[other] for other in part] for column in columns]
        options = dict(node.options)
        size = given(len(part))
        match node.function:
            case "count":
                return size
            case "total":
                return added(values[0])
            case "mean":
                return divided(added(values[0]), size)
            case "weighted_mean":
                products = [times(*pair) for pair in zip(*values, strict=True)]
                return divided(added(products), added(values[1]))
            case "largest" | "smallest":
                if not part:
                    raise UndefinedError
                return self.pick("max" if node.function == "largest" else "min", values[0])
            case "std":
                return self.spread(values[0], options["kind"])
        if row not in part:
            raise UndefinedError
        mine = columns[0][row]
        match node.function:
            case "share":
                return divided(mine, added(values[0]))
            case "standardize":
                mean = divided(added(values[0]), size)
                return divided(added([mine, negative(mean)]), self.spread(values[0], options["kind"]))
        return self.rank(row, part, columns[0], options)

    def spread(self, values, kind):
        size = len(values)
        freedom = size - (kind == "sample")
        if freedom < 1:
            raise UndefinedError
        mean = divided(added(values), given(size))
        apart = [value.figure - mean.figure for value in values]
        largest = max(abs(value.figure) for value in values)
        if not any(apart) and not mean.exact:
            raise TooCloseError
        if any(apart) and max(map(abs, apart)) < CANCELS * largest:
            raise TooCloseError
        squares = sum((figure * figure for figure in apart), Fraction(0))
        root = transcendental("sqrt", Value(squares / freedom, max(map(abs, apart)), exact=squares == 0))
        exact = not any(apart)
        return Value(root.figure, max(root.figure, largest), exact)

    def rank(self, row, part, column, options):
        sign = 1 if options["order"] == "ascending" else -1
        better = equal = earlier = 0
        for other in part:
            if other == row:
                continue
            decided = sign * order(column[other], column[row])
            better += decided < 0
            equal += decided == 0
            earlier += decided == 0 and self.land.codes[other] < self.land.codes[row]
        place = Fraction(1 + better)
        match options["ties"]:
            case "average":
                place += Fraction(equal, 2)
            case "code":
                place += earlier
        return given(place)

    def schedule(self, node, row):
        starts, rates, inclusive = self.land.schedules[node.table]
        value = self.value(node.value, row)
        if node.function == "graduated":
            parts = []
            for start, end, rate in zip(starts, [*starts[1:], None], rates, strict=True):
                upto = value.figure if end is None else min(value.figure, Fraction(end))
                within = max(upto - Fraction(start), Fraction(0))
                parts.append(inexact(within * Fraction(rate), value, given(rate), given(start)))
            total = sum((part.figure for part in parts), Fraction(0))
            return inexact(total, *parts)
        found = None
        for start, rate in zip(starts, rates, strict=True):
            sign = order(value, given(start))
            if sign > 0 or (sign == 0 and inclusive == "from"):
                found = rate
        if found is None:
            raise UndefinedError
        return given(found)
