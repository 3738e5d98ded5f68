"""One county in a formula: what it reads there, the branches it takes, the figures it puts in."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from transfer_calc.calculation.result import ALLOCATION, Result
from transfer_calc.explanation.tree import Fact, Part
from transfer_calc.issues import Place
from transfer_calc.language import aggregate
from transfer_calc.language.check import COUNTY
from transfer_calc.language.nodes import (
    NODE_KINDS,
    Aggregate,
    Conditional,
    Convert,
    Expression,
    Lookup,
    Name,
    Schedule,
)
from transfer_calc.language.reading import column, read, strictly
from transfer_calc.language.world import Array, Value
from transfer_calc.language.written import Figure, figure_text, formula_text
from transfer_calc.method.model import Words
from transfer_calc.text import Text
from transfer_calc.units import plain


@dataclass
class Seen:
    """What a formula read on the way that this county took."""

    parts: list[Part] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


class Row:
    """One county's figures: names looked up, parts of formulas computed."""

    def __init__(self, result: Result, row: int) -> None:
        self.result, self.row = result, row
        # A copy with room for the figures of aggregates and look-ups, each computed once.
        self.world = replace(result.computed.world, single=dict(result.computed.world.single))
        self.kept: dict[Expression, str] = {}
        self.behind: dict[Aggregate, tuple[list[Array], Array, Value]] = {}

    def figure(self, name: str) -> Figure:
        """The figure of a name for this county."""
        if name == ALLOCATION and self.result.payment is not None:
            return int(self.result.payment.allocation[self.row])
        return self.value(Name(name))

    def value(self, node: Expression) -> Figure:
        """The figure of a formula for this county."""
        with strictly():
            found = read(node, self.world, COUNTY)(slice(self.row, self.row + 1))
        figure: Figure = np.asarray(found).reshape(-1)[0].item()
        return figure

    def settle(self, node: Expression, seen: Seen) -> Expression:
        """The formula as it is for this county: conditionals decided, aggregates and look-ups known."""
        match node:
            case Conditional():
                tested = Seen()
                test = self.settle(node.test, tested)
                holds = bool(self.value(test))
                said = Fact("condition", holds, text=formula_text(node.test), words=self.inserted(test))
                seen.facts += [said, *tested.facts]
                branch = self.settle(node.yes if holds else node.no, seen)
                seen.parts += tested.parts
                return branch
            case Aggregate() | Lookup() | Schedule():
                seen.parts.append(node)
                return Name(self.known(node))
            case Name(name=name):
                seen.parts.append(name)
            case Convert(unit=unit, to=to):
                seen.facts.append(Fact("convert", text=f"{plain(unit)} → {plain(to)}"))
        return self.rebuilt(node, seen)

    def rebuilt(self, node: Expression, seen: Seen) -> Expression:
        """A node with its operands settled, of whatever kind it is."""
        changed: dict[str, Any] = {}
        for each in fields(node):
            inner: Any = getattr(node, each.name)
            if type(inner) in NODE_KINDS:
                changed[each.name] = self.settle(inner, seen)
            elif isinstance(inner, tuple) and inner and type(inner[0]) in NODE_KINDS:
                changed[each.name] = tuple(self.settle(part, seen) for part in inner)
        return replace(node, **changed) if changed else node

    def known(self, node: Expression) -> str:
        """The name under which the figure of an aggregate or look-up stands ready."""
        if node not in self.kept:
            figure = self.own(node, self.across(node)[2]) if isinstance(node, Aggregate) else self.value(node)
            self.kept[node] = f"§{len(self.kept)}"
            self.world.single[self.kept[node]] = np.float64(figure)
        return self.kept[node]

    def own(self, node: Aggregate, found: Value) -> float:
        """This county's figure among those of an aggregate."""
        if node.function in aggregate.PER_COUNTY:
            return float(found[self.row])
        return float(found if node.by is None else found[self.world.groups[node.by].codes[self.row]])

    def across(self, node: Aggregate) -> tuple[list[Array], Array, Value]:
        """The arguments of an aggregate for all units, which of them take part, and its figures."""
        if node not in self.behind:
            where = np.ones(self.world.rows, dtype=bool)
            if node.where is not None:
                where = np.asarray(column(node.where, self.world))
            part = None if where.all() else where
            columns = [column(argument, self.world, part) for argument in node.arguments]
            with strictly():
                self.behind[node] = (columns, where, aggregate.compute(node, columns, where, self.world))
        return self.behind[node]

    def inserted(self, node: Expression) -> Text:
        """A settled formula with the county's figures in the place of the names."""

        def said(name: str, lang: str) -> str:
            figure = self.figure(name)
            return f'"{figure}"' if isinstance(figure, str) else figure_text(figure, lang, grouped=False)

        return Text(
            formula_text(node, lambda name: said(name, "zh")),
            formula_text(node, lambda name: said(name, "en")),
        )


def noted(note: Words | None) -> list[Fact]:
    return [] if note is None else [Fact("note", words=Text(note.zh, note.en))]


def cell_of(place: Place | None) -> str | None:
    """The cell of a figure, `数据!E31`; of a table without sheets by the name of its file."""
    if place is None or place.cell is None:
        return None
    home = place.sheet or place.file
    return f"{home}!{place.cell}" if home else place.cell
