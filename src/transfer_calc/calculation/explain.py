"""Why a county gets a figure: the steps, clauses, parameters and cells that it came from.

Only what decided for this county is followed: of a conditional one branch, of an aggregate the county's
own part. Figures of steps are read from the result; parts of a formula are computed for this one row.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, TypeAlias

import numpy as np

from transfer_calc.allocation.settlement import DECIMALS
from transfer_calc.calculation.result import ALLOCATION, Result
from transfer_calc.calculation.settings import ORIGINS, ActiveStep, Origin
from transfer_calc.issues import Place, UsageError
from transfer_calc.language import aggregate
from transfer_calc.language.check import COUNTY
from transfer_calc.language.evaluate import evaluate, fill_where, read, strictly
from transfer_calc.language.nodes import NODE_KINDS, Aggregate, Conditional, Expression, Lookup, Name, Schedule, names
from transfer_calc.language.world import Array
from transfer_calc.method.model import POOL, Evidence, Words
from transfer_calc.method.plan import SOLVE_PARTS
from transfer_calc.report import Figure, figure_text, formula_text
from transfer_calc.rounding import round_half_up
from transfer_calc.text import Text
from transfer_calc.units import plain

Kind: TypeAlias = Literal[
    "allocation", "step", "solve", "aggregate", "input", "parameter", "table", "pool", "multiplier", "entered"
]
Part: TypeAlias = Expression | str
"""What a formula reads: a name, or an aggregate, a look-up or a bracket reading inside it."""

_BESIDE = {"standardize": ("mean", "std"), "std": ("mean",), "share": ("total",)}
"""Further figures without which an aggregate's own cannot be followed."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing to know about a figure; `report.explanation` has the words for each `key`."""

    key: str
    value: Figure | None = None
    unit: str = "1"
    text: str = ""
    words: Text | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as written, and with the figures of this county in it; `part` is that of a solve step."""

    part: str
    text: str
    inserted: Text
    node: Expression


@dataclass(frozen=True, slots=True)
class Subject:
    """What is explained: the county, the method, the date, and the labels of all names in formulas."""

    code: str
    unit_name: str
    method: str
    title: Text
    document: Text
    on: dt.date
    notice: str | None
    labels: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Explanation:
    """One figure and what it came from.

    Attributes:
        name: Its name in the method; of an aggregate or look-up its formula.
        kind: What it is.
        value: The figure for this county, `None` where it has none of its own.
        formulas: None for what is given, one for a step, up to four for a solve step.
        since: From when the step or the value has been in force.
        evidence: Its own grade.
        weakest: The weakest grade on the way, which `because` has.
        place: The cell that it was read from, such as `数据!E31`.
        again: It has been explained further up; nothing of that is repeated.
        subject: Of the topmost figure only.
    """

    name: str
    title: Text
    kind: Kind
    value: Figure | None
    unit: str
    formulas: tuple[Formula, ...] = ()
    facts: tuple[Fact, ...] = ()
    cite: str | None = None
    document: Text | None = None
    since: dt.date | None = None
    evidence: Evidence | None = None
    weakest: Evidence | None = None
    because: str | None = None
    place: str | None = None
    again: bool = False
    children: tuple[Explanation, ...] = ()
    subject: Subject | None = field(default=None, repr=False)


class UnknownError(UsageError):
    """There is no such county or no such figure; `text` says so in both languages."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


def explain(result: Result, code: str, figure: str) -> Explanation:
    """Explain one figure of one county.

    Args:
        result: The run.
        code: The code of the county.
        figure: A step, multiplier, input, parameter, `pool` or `allocation`, by its name or its title.

    Returns:
        The figure with all that it came from below it; each name is expanded where it is first read.

    Raises:
        UsageError: If the table has no such county, or the run no such figure (`UnknownError`).
    """
    rows = np.flatnonzero(result.panel.codes == code)
    if rows.size != 1:
        known = dict(zip(result.panel.codes.tolist(), result.panel.names.tolist(), strict=True))
        by_name = [own for own, called in known.items() if called == code]
        near = by_name or difflib.get_close_matches(code, known, n=3, cutoff=0.5)
        listed = "、".join(f"{own} {known[own]}" for own in near) or "—"
        raise UnknownError(
            Text(f"表中没有代码 {code}；相近的有：{listed}", f"there is no unit {code} in the table; near: {listed}")
        )
    return _Explainer(result, int(rows[0])).explain(_figure_named(result, figure))


def _figure_named(result: Result, figure: str) -> str:
    settings, world = result.settings, result.computed.world
    known = [*result.columns, *result.scalars, *result.panel.columns, *settings.parameters]
    known += ([ALLOCATION] if result.payment is not None else []) + ([POOL] if POOL in world.single else [])
    titles = [(title, name) for name in known for title in (result.label(name).zh, result.label(name).en)]
    named = {name for title, name in titles if title == figure}
    if figure in known:
        return figure
    if len(named) == 1:
        return named.pop()
    near = difflib.get_close_matches(figure, [*known, *dict(titles)], n=3, cutoff=0.4) or known
    listed = "、".join(near)
    raise UnknownError(
        Text(f"这次计算没有「{figure}」；相近的有：{listed}", f"this run has no figure “{figure}”; near: {listed}")
    )


@dataclass
class _Seen:
    """What a formula read on the way that this county took."""

    parts: list[Part] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    def take(self, other: _Seen) -> None:
        self.parts += other.parts
        self.facts += other.facts


@dataclass
class _Draft:
    part: Part
    told: Explanation
    below: list[_Draft] = field(default_factory=list)
    done: Explanation | None = None


class _Row:
    """One county's figures: names looked up, parts of formulas computed."""

    def __init__(self, result: Result, row: int) -> None:
        self.result, self.row = result, row
        # With room for figures of aggregates, each computed once.
        self.world = replace(result.computed.world, single=dict(result.computed.world.single))
        self.kept: dict[Expression, str] = {}
        self.behind: dict[Expression, tuple[list[Array], Array]] = {}

    def figure(self, name: str) -> Figure:
        """The figure of a name for this county."""
        if name == ALLOCATION and self.result.payment is not None:
            return int(self.result.payment.allocation[self.row])
        return self.value(Name(name))

    def value(self, node: Expression) -> Figure:
        with strictly():
            found = read(node, self.world, COUNTY)(slice(self.row, self.row + 1))
        plain_value: Figure = np.asarray(found).reshape(-1)[0].item()
        return plain_value

    def number(self, node: Expression) -> float:
        return float(self.value(node))

    def settle(self, node: Expression, seen: _Seen) -> Expression:
        """The formula as it is for this county: conditionals decided, aggregates and look-ups known."""
        if isinstance(node, Conditional):
            tested = _Seen()
            test = self.settle(node.test, tested)
            holds = bool(self.value(test))
            branch = self.settle(node.yes if holds else node.no, seen)
            seen.facts.append(Fact("condition", holds, text=formula_text(node.test), words=self.inserted(test)))
            seen.take(tested)
            return branch
        if isinstance(node, (Aggregate, Lookup, Schedule)):
            seen.parts.append(node)
            return Name(self.known(node))
        if isinstance(node, Name):
            seen.parts.append(node.name)
            return node
        return self.rebuilt(node, seen)

    def rebuilt(self, node: Any, seen: _Seen) -> Any:
        changed: dict[str, Any] = {}
        for each in fields(node):
            inner = getattr(node, each.name)
            if isinstance(inner, NODE_KINDS):
                changed[each.name] = self.settle(inner, seen)
            elif isinstance(inner, tuple) and inner and isinstance(inner[0], NODE_KINDS):
                changed[each.name] = tuple(self.settle(part, seen) for part in inner)
        return replace(node, **changed) if changed else node

    def known(self, node: Expression) -> str:
        """The name under which the figure of an aggregate or look-up stands ready."""
        if node not in self.kept:
            figure = self.aggregated(node) if isinstance(node, Aggregate) else self.value(node)
            self.kept[node] = f"§{len(self.kept)}"
            self.world.single[self.kept[node]] = np.float64(figure)
        return self.kept[node]

    def aggregated(self, node: Aggregate) -> float:
        columns, where = self.across(node)
        with strictly():
            found = aggregate.compute(node, columns, where, self.world)
        if node.function in aggregate.PER_COUNTY:
            return float(found[self.row])
        return float(found if node.by is None else found[self.world.groups[node.by].codes[self.row]])

    def across(self, node: Aggregate) -> tuple[list[Array], Array]:
        """The arguments of an aggregate for all units, and which of them take part."""
        if node not in self.behind:
            world = self.world
            where = np.ones(world.rows, dtype=bool)
            if node.where is not None:
                where = np.asarray(evaluate(node.where, world, COUNTY))
            columns = [
                np.asarray(evaluate(part, world, COUNTY) if where.all() else fill_where(part, world, where))
                for part in node.arguments
            ]
            self.behind[node] = (columns, where)
        return self.behind[node]

    def inserted(self, node: Expression) -> Text:
        def said(lang: str) -> str:
            return formula_text(node, lambda name: figure_text(self.figure(name), lang, grouped=False))

        return Text(said("zh"), said("en"))
