"""Helpers of the Excel reading: what stands in a cell of its own, on which rows, and under which guard."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace

from transfer_calc.language.check import ALL, COUNTY, Level, check
from transfer_calc.language.excel_addresses import (
    ROW,
    Addresses,
    Counted,
    ExcelFormula,
    Helper,
    Meaning,
    Reference,
)
from transfer_calc.language.excel_aggregates import own_level
from transfer_calc.language.nodes import (
    Aggregate,
    Arithmetic,
    Call,
    Comparison,
    Conditional,
    Expression,
    Lookup,
    Name,
    Not,
    Number,
    Schedule,
    walk,
)

LIMIT = 120
"""Characters of a formula. One function over long ranges can exceed it: there is nothing left to cut."""

# How strongly a piece of text holds together. A leading minus counts as a sum, so that a-(-b) keeps its
# brackets; Excel lets it bind tightest, which gives the same value wherever there are no powers.
COMPARED, ADDED, MULTIPLIED, WHOLE = 1, 2, 3, 4
# Helpers get their places at the end, when it is known which are needed; until then they are tokens.
_TOKEN = re.compile("([\ue001\ue002])([0-9]+)\ue003")
_NEVER = Comparison("<", Number("0"), Number("0"))
_CELL_WIDTH, _COLUMN_WIDTH = "数据!$AB1234", "数据!$AB$5:$AB$1234"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a formula as text, and how strongly it holds together."""

    text: str
    strength: int = WHOLE
    plain: bool = False  # a reference or a number: no shorter as a helper


class Guard:
    """A yes/no cell that says on which rows a branch is computed; made when first asked for.

    `test` is the condition that the cell shows.
    """

    def __init__(self, test: Expression, make: Callable[[], str]) -> None:
        self.test = test
        self._make = make
        self._cell: str | None = None

    def cell(self) -> str:
        if self._cell is None:
            self._cell = self._make()
        return self._cell


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a text will stand: rows of a level, perhaps inside an IF, perhaps only on guarded rows."""

    level: Level
    room: int = LIMIT
    inside_if: bool = False
    guard: Guard | None = None


@dataclass(frozen=True, slots=True)
class _Draft:
    level: Level
    text: str
    node: Expression | None
    meaning: Meaning


def may_fail(node: Expression) -> bool:
    """Whether a formula may have no value for a row."""
    return any(
        isinstance(part, (Aggregate, Lookup, Schedule))
        or (isinstance(part, Arithmetic) and part.operator == "/")
        or (isinstance(part, Call) and part.function in ("ln", "sqrt", "exp"))
        for part in walk(node)
    )


class HelperWriter(ABC):
    """Writes formulas part by part and moves parts into helpers; `text` says how a node is written."""

    def __init__(self, addresses: Addresses) -> None:
        self.addresses = addresses
        self.drafts: list[_Draft] = []
        self.known: dict[tuple[object, ...], Reference] = {}
        self.guards: dict[Expression, Guard] = {}

    # The whole formula, and its helpers

    def formula(self, node: Expression, level: Level, name: str) -> ExcelFormula:
        text = self.text(node, Spot(level)).text
        places: dict[int, Reference] = {}
        helpers: list[Helper] = []

        def place(match: re.Match[str]) -> str:
            number = int(match[2])
            if number not in places:
                draft = self.drafts[number]
                settled = _TOKEN.sub(place, draft.text)
                own = f"{name}·{len(helpers) + 1}"
                places[number] = self.addresses.reserve(own, draft.level)
                helpers.append(Helper(own, draft.level, settled, draft.node, draft.meaning))
            return places[number].cell if match[1] == "\ue001" else places[number].column

        return ExcelFormula(_TOKEN.sub(place, text), tuple(helpers))

    def add(
        self, level: Level, text: str, node: Expression | None, meaning: Meaning | None = None
    ) -> Reference:
        said = node if meaning is None else meaning
        assert said is not None
        self.drafts.append(_Draft(level, text, node, said))
        number = len(self.drafts) - 1
        return Reference(f"\ue001{number}\ue003", f"\ue002{number}\ue003")

    def helper(self, node: Expression, level: Level, guard: Guard | None) -> Reference:
        """A helper for a part of a formula, computed where its guard says so if it may fail elsewhere."""
        if not may_fail(node):
            guard = None
        key = ("helper", node, level, guard)
        if key not in self.known:
            if guard is None:
                text = self.text(node, Spot(level)).text
            elif isinstance(node, Conditional):
                text = self.guarded_conditional(node, level, guard)
            else:
                return self.held(node, level, guard)
            self.known[key] = self.add(level, text, node, self.under(node, guard))
        return self.known[key]

    def under(self, node: Expression, guard: Guard | None) -> Expression:
        """What a helper shows: the node where its guard says yes, 0 (or no) elsewhere."""
        if guard is None:
            return node
        return Conditional(guard.test, node, _NEVER if self.kind(node) == "truth" else Number("0"))

    def held(self, node: Expression, level: Level, guard: Guard) -> Reference:
        """A helper that is 0 (or no) where its guard says no."""
        key = ("held", node, level, guard)
        if key not in self.known:
            nothing = "FALSE" if self.kind(node) == "truth" else "0"
            frame = f"IF({guard.cell()},,{nothing})"
            inner = self.text(node, Spot(level, LIMIT - _width(frame), inside_if=True, guard=guard))
            text = f"IF({guard.cell()},{inner.text},{nothing})"
            self.known[key] = self.add(level, text, node, self.under(node, guard))
        return self.known[key]

    # For aggregates

    def column(self, node: Expression, where: Expression | None) -> Reference:
        """A whole column of a formula: itself if it is a name, else a helper; 0 outside `where`."""
        if where is not None:
            guard = self.guards.setdefault(where, Guard(where, lambda: self.taking_part(where).cell))
            return self.held(node, COUNTY, guard)
        if isinstance(node, Name) and self.addresses.scope.values[node.name].level == COUNTY:
            return self.addresses.figures[node.name]
        return self.helper(node, COUNTY, None)

    def taking_part(self, where: Expression) -> Reference:
        """A column of 1 and 0."""
        key = ("part", where)
        if key not in self.known:
            test = self.text(where, Spot(COUNTY, LIMIT - len("IF(,1,0)"), inside_if=True))
            part = Conditional(where, Number("1"), Number("0"))
            self.known[key] = self.add(COUNTY, f"IF({test.text},1,0)", where, part)
        return self.known[key]

    def aside(self, text: str, meaning: Counted) -> str:
        """A cell in the row of a county for a part of an aggregate that would make it too long."""
        key = ("aside", text)
        if key not in self.known:
            self.known[key] = self.add(COUNTY, text, None, meaning)
        return self.known[key].cell

    def figure(self, node: Aggregate, level: Level) -> str:
        """An aggregate's figure as seen from a row of `level`."""
        own = own_level(node)
        return self.seen(self.helper(node, own, None), own, level).text

    # Conditions

    def conditional(self, node: Conditional, spot: Spot) -> Piece:
        if spot.inside_if:
            return self.cell(node, spot)
        # Helpers of a branch are guarded by the test, which then has a cell of its own.
        held = spot.guard if may_fail(node.test) else None
        chosen = Guard(self.under(node.test, held), lambda: self.cell(node.test, spot).text)
        other = Guard(Not(chosen.test), lambda: self.opposite(chosen, spot.level))
        spots = (
            replace(spot, inside_if=True),
            replace(spot, inside_if=True, guard=chosen),
            replace(spot, inside_if=True, guard=other),
        )
        parts = (node.test, node.yes, node.no)
        return Piece(self.fit(spot.room, list(zip(parts, spots, strict=True)), "IF({},{},{})".format))

    def opposite(self, truth: Guard, level: Level, within: Guard | None = None) -> str:
        cell = truth.cell()
        key = ("opposite", cell, None if within is None else within.cell())
        if key not in self.known:
            text = f"NOT({cell})" if within is None else f"AND({within.cell()},NOT({cell}))"
            self.known[key] = self.add(level, text, None, self.under(Not(truth.test), within))
        return self.known[key].cell

    def guarded_conditional(self, node: Conditional, level: Level, guard: Guard) -> str:
        """Each branch that may fail gets a yes/no of its own, no in both outside the guard."""
        chosen = self.held(node.test, level, guard).cell
        yes_guard = Guard(self.under(node.test, guard), lambda: chosen)
        other = self.opposite(yes_guard, level, guard)
        no_guard = Guard(self.under(Not(yes_guard.test), guard), lambda: other)
        if not may_fail(node.no):
            test, first, second = chosen, (node.yes, yes_guard), (node.no, None)
        elif not may_fail(node.yes):
            test, first, second = other, (node.no, no_guard), (node.yes, None)
        else:
            value = self.held(node.yes, level, yes_guard).cell
            inner = self.text(node.no, Spot(level, LIMIT - 30, inside_if=True, guard=no_guard))
            return f"IF({other},{inner.text},{value})"
        parts = [(part, Spot(level, inside_if=True, guard=its_guard)) for part, its_guard in (first, second)]
        return self.fit(LIMIT - 20, parts, lambda *texts: f"IF({','.join((test, *texts))})")

    # Parts of a text

    def fit(
        self,
        room: int,
        parts: list[tuple[Expression, Spot]],
        compose: Callable[..., str],
        *strengths: int,
    ) -> str:
        """Put parts together; while that is too long, the longest of them moves into a helper.

        A part that holds together less strongly than asked for (the last strength is for all that follow)
        is put in brackets.
        """
        pieces = [self.text(part, spot) for part, spot in parts]
        asked = [*strengths, *[strengths[-1] if strengths else 0] * len(parts)][: len(parts)]
        while True:
            texts = [
                f"({piece.text})" if piece.strength < strength else piece.text
                for piece, strength in zip(pieces, asked, strict=True)
            ]
            whole: str = compose(*texts)
            long = [index for index, piece in enumerate(pieces) if not piece.plain]
            if _width(whole) <= room or not long:
                return whole
            longest = max(long, key=lambda index: _width(pieces[index].text))
            pieces[longest] = self.cell(*parts[longest])

    def together(self, parts: tuple[Expression, ...], spot: Spot, compose: Callable[..., str]) -> Piece:
        return Piece(self.fit(spot.room, [(part, spot) for part in parts], compose))

    def cell(self, node: Expression, spot: Spot) -> Piece:
        """A part as a plain reference."""
        if isinstance(node, Name):
            piece = self.text(node, spot)
            if piece.plain:
                return piece
        level = ALL if self.level(node) == ALL and spot.guard is None else spot.level
        return Piece(self.helper(node, level, spot.guard).cell, plain=True)

    def seen(self, figure: Reference, own: Level, level: Level) -> Piece:
        """A figure of one level in a row of the same or a finer one."""
        if own in (ALL, level):
            return Piece(figure.cell, plain=True)
        group = self.addresses.groups[str(own.group)]
        key, keys = group.member.cell, group.key.column
        if group.exact:
            return Piece(f"LOOKUP(1,0/EXACT({keys},{key}),{figure.column})")
        return Piece(f"INDEX({figure.column},MATCH({key},{keys},0))")

    def level(self, node: Expression) -> Level:
        return check(node, self.addresses.scope).level

    def kind(self, node: Expression) -> str:
        return check(node, self.addresses.scope).kind

    @abstractmethod
    def text(self, node: Expression, spot: Spot) -> Piece:
        """A node as it stands in a formula."""


def _width(text: str) -> int:
    """Length with helpers at their places, and with the sign `=`."""
    return (
        1
        + len(_TOKEN.sub(lambda match: _CELL_WIDTH if match[1] == "\ue001" else _COLUMN_WIDTH, text))
        + 3 * text.count(ROW)
    )
