"""The Excel reading: a formula of the language as formulas of a workbook that anyone can follow.

Only functions that Excel 2010, WPS and LibreOffice share; no array formulas, no nested IF, and no number
of the law inside a formula. What is conditional within a condition, too long, or needed as a
whole column becomes a helper with a place of its own. A helper whose rows could fail where its value is not
wanted is guarded: it is computed only on the rows of its branch, as in the other readings.
"""

from __future__ import annotations

from transfer_calc.language.check import Level
from transfer_calc.language.excel_addresses import Addresses, ExcelFormula
from transfer_calc.language.excel_aggregates import own_level, write_aggregate
from transfer_calc.language.excel_helpers import ADDED, COMPARED, MULTIPLIED, HelperWriter, Piece, Spot
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

_WIDE = 6
"""Operands of one AND, OR, MIN or MAX; more are taken together in groups."""

_OPERATORS = {"+": ADDED, "-": ADDED, "*": MULTIPLIED, "/": MULTIPLIED}
_COMPARISONS = {"==": "=", "!=": "<>"}
_FUNCTIONS = {"min": "MIN", "max": "MAX", "abs": "ABS", "ln": "LN", "exp": "EXP", "sqrt": "SQRT"}


def write(node: Expression, addresses: Addresses, level: Level, name: str) -> ExcelFormula:
    """Write a formula for the rows of a level.

    Args:
        node: A checked formula.
        addresses: Where everything stands.
        level: Of the cell or column that the formula is written into.
        name: What it computes; helpers are called `name·1`, `name·2`, ….
    """
    return _Writer(addresses).formula(node, level, name)


class _Writer(HelperWriter):
    def text(self, node: Expression, spot: Spot) -> Piece:
        match node:
            case Number(text=text):
                return Piece(text, plain=True)
            case Literal(text=text):
                return Piece(_quoted(text), plain=True)
            case Name(name=name):
                own = self.addresses.scope.values[name].level
                return self.seen(self.addresses.figures[name], own, spot.level)
            case Negative(operand=operand):
                return Piece(self.fit(spot.room, [(operand, spot)], "-{}".format, MULTIPLIED), ADDED)
            case Arithmetic(operator=operator, left=left, right=right):
                return self.arithmetic(operator, left, right, spot)
            case Comparison():
                return self.comparison(node, spot)
            case Logic():
                return self.logic(node, spot)
            case Not(operand=operand):
                return self.together((operand,), spot, "NOT({})".format)
            case Conditional():
                return self.conditional(node, spot)
            case Call():
                return self.call(node, spot)
            case Aggregate():
                own = own_level(node)
                if own == spot.level:
                    return Piece(write_aggregate(node, self), MULTIPLIED)
                return self.seen(self.helper(node, own, None), own, spot.level)
            case Lookup():
                return self.lookup(node, spot)
            case Schedule():
                return self.schedule(node, spot)
            case Convert():
                return self.convert(node, spot)

    def arithmetic(self, operator: str, left: Expression, right: Expression, spot: Spot) -> Piece:
        strength = _OPERATORS[operator]
        # On the right, brackets stay: a-(b-c); a+(b+c), which rounds its own way; a-(-b), to be read.
        parts = [(left, spot), (right, spot)]
        return Piece(
            self.fit(spot.room, parts, f"{{}}{operator}{{}}".format, strength, strength + 1), strength
        )

    def comparison(self, node: Comparison, spot: Spot) -> Piece:
        parts = [(node.left, spot), (node.right, spot)]
        if self.kind(node.left) == "text":
            same = self.fit(spot.room - len("NOT()"), parts, "EXACT({},{})".format)
            return Piece(same if node.operator == "==" else f"NOT({same})")
        sign = _COMPARISONS.get(node.operator, node.operator)
        return Piece(self.fit(spot.room, parts, f"{{}}{sign}{{}}".format, COMPARED + 1), COMPARED)

    def logic(self, node: Logic, spot: Spot) -> Piece:
        many = len(node.operands) > _WIDE
        operands = (
            tuple(Logic(node.operator, group) for group in _groups(node.operands)) if many else node.operands
        )
        return self.together(operands, spot, lambda *texts: f"{node.operator.upper()}({','.join(texts)})")

    def call(self, node: Call, spot: Spot) -> Piece:
        match node.function:
            case "round":
                return self.together(node.arguments, spot, "ROUND({},{})".format)
            case "clip":
                return self.together(node.arguments, spot, "MIN(MAX({},{}),{})".format)
            case "floor":
                return self.together(node.arguments, spot, "INT({})".format)
            case "ceil":
                # INT goes down for negative numbers too, so its mirror image goes up.
                parts = [(node.arguments[0], spot)]
                return Piece(self.fit(spot.room, parts, "-INT(-{})".format, MULTIPLIED), ADDED)
        arguments = node.arguments
        if len(arguments) > _WIDE:
            arguments = tuple(Call(node.function, group) for group in _groups(arguments))
        return self.together(
            arguments, spot, lambda *texts: f"{_FUNCTIONS[node.function]}({','.join(texts)})"
        )

    def lookup(self, node: Lookup, spot: Spot) -> Piece:
        table = self.addresses.tables[node.table]
        keys = [self.key(key, spot) for key in node.keys]
        if table.by_prefix:
            (key,), (place,) = keys, table.keys
            return Piece(f"LOOKUP(1,0/EXACT(LEFT({key},LEN({place})),{place}),{table.figures})")
        if len(keys) == 1 and not table.exact:
            return Piece(f"INDEX({table.figures},MATCH({keys[0]},{table.keys[0]},0))")
        same = "*".join(f"EXACT({place},{key})" for place, key in zip(table.keys, keys, strict=True))
        same = same if len(keys) == 1 else f"({same})"
        # 0 divided by yes is 0 and by no an error, which LOOKUP passes over: no such key is #N/A.
        return Piece(f"LOOKUP(1,0/{same},{table.figures})")

    def key(self, key: Expression, spot: Spot) -> str:
        if isinstance(key, Number):
            return _quoted(key.text)
        if self.kind(key) == "text":
            piece = self.text(key, spot)
            return piece.text if piece.plain else self.cell(key, spot).text
        return f'{self.cell(key, spot).text}&""'

    def schedule(self, node: Schedule, spot: Spot) -> Piece:
        schedule = self.addresses.schedules[node.table]
        value = self.cell(node.value, spot).text
        starts = schedule.starts
        if node.function == "graduated":
            return Piece(f"SUMPRODUCT(({value}>{starts})*({value}-{starts})*{schedule.rises})")
        if schedule.inclusive == "from":
            return Piece(f"LOOKUP({value},{starts},{schedule.rates})")
        # Below the first start there is no bracket: dividing by no (0) says so.
        place = f"SUMPRODUCT(--({starts}<{value}))"
        return Piece(f"INDEX({schedule.rates},{place})/(MIN({starts})<{value})", MULTIPLIED)

    def convert(self, node: Convert, spot: Spot) -> Piece:
        factors = self.addresses.factors
        steps = f"*{factors[node.numerator]}" if node.numerator != 1 or node.denominator == 1 else ""
        steps += f"/{factors[node.denominator]}" if node.denominator != 1 else ""
        text = self.fit(spot.room, [(node.operand, spot)], lambda operand: operand + steps, MULTIPLIED)
        return Piece(text, MULTIPLIED)


def _groups(nodes: tuple[Expression, ...]) -> list[tuple[Expression, ...]]:
    """Split into at most `_WIDE` groups of nearly the same size, none of one node only."""
    size = max(2, -(-len(nodes) // _WIDE))
    groups = [nodes[start : start + size] for start in range(0, len(nodes), size)]
    if len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
