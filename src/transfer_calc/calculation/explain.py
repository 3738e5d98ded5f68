"""Why a county gets a figure: the steps, clauses, parameters and cells that it came from.

Only what decided for this county is followed: of a conditional one branch, of an aggregate the county's
own part. Figures of steps are read from the result; parts of a formula are computed for this one row.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, TypeAlias

import numpy as np

from transfer_calc.allocation.settlement import DECIMALS
from transfer_calc.calculation.result import ALLOCATION, Result
from transfer_calc.calculation.settings import ORIGINS, ActiveStep
from transfer_calc.issues import Place, UsageError
from transfer_calc.language import aggregate
from transfer_calc.language.check import COUNTY
from transfer_calc.language.functions import FUNCTIONS
from transfer_calc.language.nodes import (
    NODE_KINDS,
    Aggregate,
    Conditional,
    Convert,
    Expression,
    Lookup,
    Name,
    Number,
    Schedule,
    names,
)
from transfer_calc.language.reading import column, read, strictly
from transfer_calc.language.world import Array, Value
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
        unit: Its unit; 1 for a plain number, empty where the parts of a formula leave it open.
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
            Text(
                f"表中没有代码 {code}；相近的有：{listed}",
                f"there is no unit {code} in the table; near: {listed}",
            )
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
        Text(
            f"这次计算没有「{figure}」；相近的有：{listed}",
            f"this run has no figure “{figure}”; near: {listed}",
        )
    )


@dataclass
class _Seen:
    """What a formula read on the way that this county took."""

    parts: list[Part] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


@dataclass
class _Draft:
    """A figure in the making: told, with the drafts of what stands below it."""

    part: Part
    told: Explanation | None = None
    below: list[_Draft] = field(default_factory=list)


class _Row:
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

    def settle(self, node: Expression, seen: _Seen) -> Expression:
        """The formula as it is for this county: conditionals decided, aggregates and look-ups known."""
        match node:
            case Conditional():
                tested = _Seen()
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

    def rebuilt(self, node: Expression, seen: _Seen) -> Expression:
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


class _Explainer(_Row):
    """Tells one figure after the other, each where it is first read."""

    def __init__(self, result: Result, row: int) -> None:
        super().__init__(result, row)
        self.method, self.settings = result.method, result.settings
        self.steps = {step.name: step for step in self.settings.steps}
        self.solved_by = {
            step.solve.multiplier: step.name
            for step in self.settings.steps
            if step.solve is not None and step.solve.multiplier is not None
        }
        code = str(result.panel.codes[row])
        self.entered = {amount.step: amount for amount in result.entered if amount.code == code}
        law = self.method.file.law
        self.document = Text(law.document or law.title.zh, law.document or law.title.en)
        self.told: dict[Part, Explanation] = {}

    def explain(self, name: str) -> Explanation:
        # By a stack and not by recursion: a chain of steps may be longer than Python's own stack.
        root = _Draft(name)
        waiting, order = [root], list[_Draft]()
        while waiting:
            draft = waiting.pop()
            order.append(draft)
            first = self.told.get(draft.part)
            if first is not None:
                draft.told = replace(first, formulas=(), facts=(), again=True)
                continue
            draft.told, parts = self.tell(draft.part)
            self.told[draft.part] = draft.told
            draft.below = [_Draft(part) for part in dict.fromkeys(parts)]
            waiting += reversed(draft.below)
        for draft in reversed(order):
            assert draft.told is not None
            below = tuple(child.told for child in draft.below if child.told is not None)
            draft.told = replace(draft.told, children=below)
        assert root.told is not None
        return replace(root.told, subject=self.subject())

    def subject(self) -> Subject:
        panel, labels = self.result.panel, dict[str, Text]()
        for told in self.told.values():
            formulas = frozenset().union(*(names(formula.node) for formula in told.formulas))
            for name in sorted(formulas | ({told.because} if told.because is not None else set())):
                labels[name] = self.result.label(name)
        return Subject(
            str(panel.codes[self.row]), str(panel.names[self.row]), self.method.id, self.method.title,
            self.document, self.settings.on, self.result.notice, labels,
        )  # fmt: skip

    def tell(self, part: Part) -> tuple[Explanation, list[Part]]:
        """A figure without what stands below it, and the parts that belong there."""
        match part:
            case Aggregate():
                return self.tell_aggregate(part)
            case Lookup() | Schedule():
                return self.tell_table(part)
        assert isinstance(part, str)
        if part == ALLOCATION and self.result.payment is not None:
            return self.tell_allocation()
        if part in self.entered:
            return self.tell_entered(part), []
        if part in self.steps:
            return self.tell_step(self.steps[part])
        if part in self.solved_by:
            solve = self.solved_by[part]
            solved = Fact("solved_by", text=solve, words=self.result.label(solve))
            told = replace(self.bare(part, "multiplier", self.unit(part)), facts=(solved,))
            return told, [] if solve in self.told else [solve]
        return self.tell_given(part), []

    def bare(self, name: str, kind: Kind, unit: str) -> Explanation:
        """What every named figure has, the grade of a step among it."""
        told = Explanation(name, self.result.label(name), kind, self.figure(name), plain(unit))
        pays = self.method.file.pays
        step = pays.amount if kind == "allocation" and pays is not None else self.solved_by.get(name, name)
        if step not in self.steps:
            return told
        grade = self.result.grades[step]
        return replace(
            told, cite=self.method.file.steps[step].cite, since=self.method.file.law.in_force.from_,
            document=self.document_of(step),
            evidence=grade.own, weakest=grade.weakest, because=grade.because,
        )  # fmt: skip

    def document_of(self, name: str) -> Text:
        """The document that a citation belongs to; of a shared piece the id of its file stands for it."""
        shared = self.method.origins.get(name)
        return self.document if shared is None else Text(shared, shared)

    def unit(self, name: str) -> str:
        """The unit of a named number; 1 where it has none."""
        file = self.method.file
        given = file.inputs.get(name) or file.parameters.get(name)
        if given is not None:
            return plain(given.unit)
        if name == POOL and file.pays is not None and file.pays.pool is not None:
            return plain(file.pays.pool.unit)
        return self.result.units.get(name, "1")

    def tell_allocation(self) -> tuple[Explanation, list[Part]]:
        payment, pays = self.result.payment, self.method.file.pays
        assert payment is not None
        assert pays is not None
        unit, paid = payment.unit, int(payment.allocation[self.row])
        exact = float(payment.exact[self.row])
        rounded = float(round_half_up(np.asarray(exact), DECIMALS))
        whole, (least, most) = math.floor(rounded), self.whole_bounds()
        base = int(min(max(whole, least), most))
        facts = [Fact("exact", exact, unit), Fact("whole", whole, unit)]
        facts += [Fact("bounded", base, unit)] if base != whole else []
        facts.append(Fact("remainder", round(rounded - base, DECIMALS), unit))
        facts += [Fact("odd_unit", paid - base, unit), Fact("paid_total", payment.total, unit)]
        told = replace(self.bare(ALLOCATION, "allocation", unit), facts=tuple(facts))
        return self.decided(told) if pays.amount in self.entered else told, [pays.amount]

    def whole_bounds(self) -> tuple[float, float]:
        """The whole units between which settlement may move this county, as `payment` has them."""
        payment = self.result.payment
        assert payment is not None
        bounds = [
            unbounded if bound is None else float(round_half_up(np.asarray(bound[self.row]), DECIMALS))
            for bound, unbounded in ((payment.floor, -math.inf), (payment.cap, math.inf))
        ]
        low, high = (float(np.ceil(bounds[0])), float(np.floor(bounds[1])))
        return (low, high) if low <= high else (float(np.floor(bounds[0])), float(np.ceil(bounds[1])))

    def tell_entered(self, name: str) -> Explanation:
        amount = self.entered[name]
        facts = (Fact("reason", text=amount.reason), Fact("author", text=amount.author))
        told = self.decided(self.bare(name, "entered", self.unit(name)))
        return replace(told, value=amount.value, facts=facts, place=_cell(amount.place))

    def decided(self, told: Explanation) -> Explanation:
        """What somebody decided rests on no clause."""
        return replace(
            told, cite=None, document=None, since=None, evidence="user-given", weakest=None, because=None
        )

    def tell_step(self, step: ActiveStep) -> tuple[Explanation, list[Part]]:
        written, seen = self.method.file.steps[step.name], _Seen()
        level = step.planned.shape.level
        seen.facts += [self.chosen(name) for name in (written.choice, *written.when) if name is not None]
        seen.facts += [self.group(level.group)] if level.group is not None else []
        if step.formula is not None:
            text = written.formula
            if isinstance(text, dict):
                text = text[self.settings.choices[str(written.choice)].option]
            formulas = [self.formula("", str(text), step.formula, seen)[0]]
        else:
            formulas = self.divided(step, seen)
        told = self.bare(step.name, "step" if step.solve is None else "solve", self.unit(step.name))
        # Floor and cap often ask the same condition.
        facts = tuple(dict.fromkeys((*seen.facts, *_noted(written.note))))
        return replace(told, formulas=tuple(formulas), facts=facts), seen.parts

    def formula(self, part: str, text: str, node: Expression, seen: _Seen) -> tuple[Formula, Figure]:
        settled = self.settle(node, seen)
        return Formula(part, " ".join(text.split()), self.inserted(settled), node), self.value(settled)

    def divided(self, step: ActiveStep, seen: _Seen) -> list[Formula]:
        """The four formulas of a solve step, with what they came to and which of them decided."""
        plan, written = step.solve, self.method.file.steps[step.name].solve
        assert plan is not None
        assert written is not None
        formulas, claim, unit = [], 0.0, self.unit(step.name)
        for part in SOLVE_PARTS:
            node: Expression | None = getattr(plan, part)
            if node is None:
                continue
            formula, value = self.formula(part, getattr(written, part), node, seen)
            formulas.append(formula)
            if part == "claim":
                claim = float(value)
                plain_multiplier = plan.multiplier is not None and self.unit(plan.multiplier) == "1"
                named = self.unit(node.name) if isinstance(node, Name) else ""
                # A claim times a plain number is an amount, so the claim was brought into its unit.
                claimed = unit if plain_multiplier else named
            seen.facts.append(Fact(part, value, claimed if part == "claim" else unit))
        division = self.result.computed.divisions[step.name]
        multiplier = float(division.multiplier)
        of = plan.multiplier or ""
        seen.facts.append(Fact("multiplier", multiplier, self.unit(of), text=of))
        seen.facts.append(Fact("proportional", multiplier * claim, unit))
        seen.facts.append(Fact("binds", str(division.binding[self.row]) or "none"))
        seen.parts += [plan.multiplier] if plan.multiplier is not None else []
        return formulas

    def chosen(self, name: str) -> Fact:
        """The reading that was chosen, by whom, and where that is written."""
        chosen, choice = self.settings.choices[name], self.method.file.choices[name]
        option, origin = choice.options[chosen.option], ORIGINS[chosen.origin]
        place = self.result.panel.given.places.get(name) if chosen.origin == "workbook" else None
        cell = f" {_cell(place)}" if _cell(place) else ""
        zh = f"{choice.zh}：{option.zh}（{origin.zh}{cell}）"
        return Fact("choice", chosen.option, words=Text(zh, f"{choice.en}: {option.en} ({origin.en}{cell})"))

    def group(self, name: str) -> Fact:
        return Fact("group", str(self.figure(name)), text=name, words=self.result.label(name))

    def tell_given(self, name: str) -> Explanation:
        """The pool, a parameter, or the cell of an input."""
        given, file = self.result.panel.given, self.method.file
        setting = self.settings.parameters.get(name)
        if name != POOL and setting is None:
            told = self.bare(name, "input", self.unit(name))
            place = _cell(self.result.panel.place(self.row, name))
            return replace(told, place=place, facts=tuple(_noted(file.inputs[name].note)))
        told = self.bare(name, "pool" if setting is None else "parameter", self.unit(name))
        origin = self.settings.pool_origin if setting is None else setting.origin
        place = _cell(given.places.get(name)) if origin == "workbook" else None
        facts = [] if origin is None else [Fact("origin", origin, words=ORIGINS[origin])]
        if setting is None:
            value = told.value if self.settings.pool is None else self.settings.pool
            return replace(told, value=value, place=place, facts=tuple(facts))
        return replace(
            told, value=setting.value, place=place, cite=setting.cite, since=setting.since,
            document=None if setting.since is None else self.document_of(name), evidence=setting.evidence,
            facts=(*facts, *_noted(file.parameters[name].note)),
        )  # fmt: skip

    def tell_aggregate(self, node: Aggregate) -> tuple[Explanation, list[Part]]:
        columns, where, found = self.across(node)
        about, seen, inside = FUNCTIONS[node.function].about, _Seen(), bool(where[self.row])
        first = node.arguments[0] if node.arguments else None
        label = self.result.label(first.name) if isinstance(first, Name) else None
        title = Text(f"{label.zh}：{about.zh}", f"{label.en}: {about.en}") if label is not None else about
        unit = self.unit(first.name) if isinstance(first, Name) else ""
        value = self.own(node, found)
        if inside:
            # Outside its condition the argument may have no value at all.
            for argument in node.arguments:
                self.settle(argument, seen)
        seen.parts += [node.by] if node.by is not None else []
        facts = [self.group(node.by)] if node.by is not None else []
        if node.where is not None:
            self.settle(node.where, seen)
            facts.append(Fact("takes_part", inside))
        members = where if node.by is None else where & self.among(node.by)
        facts.append(Fact("units", int(np.count_nonzero(members))))
        for function in _BESIDE.get(node.function, ()):
            beside = replace(node, function=function, options=node.options if function == "std" else ())
            with strictly():
                further = aggregate.compute(beside, columns, where, self.world)
            facts.append(Fact(function, self.own(beside, further), unit))
        if inside and columns:
            facts.append(Fact("own", float(columns[0][self.row]), unit))
            if node.function == "total" and value != 0:
                facts.append(Fact("share", float(columns[0][self.row]) / value))
            if node.function == "weighted_mean":
                facts.append(Fact("weight", float(columns[1][self.row])))
            if node.function == "rank":
                facts += self.neighbours(node, np.flatnonzero(members), columns[0], found, unit)
        shown = "1" if node.function in (*aggregate.PER_COUNTY, "count") else unit
        text = formula_text(node)
        formula = Formula("", text, Text("", ""), node)
        told = Explanation(text, title, "aggregate", value, shown, (formula,), (*facts, *seen.facts))
        return told, seen.parts

    def among(self, group: str) -> Array:
        codes = self.world.groups[group].codes
        same: Array = codes == codes[self.row]
        return same

    def neighbours(self, node: Aggregate, rows: Array, values: Array, ranks: Array, unit: str) -> list[Fact]:
        """The county before and the one after this in the order of a rank."""
        descending = dict(node.options)["order"] == "descending"
        keys = -values[rows] if descending else values[rows]
        order = rows[np.lexsort((self.world.order[rows], keys))].tolist()
        at, panel = order.index(self.row), self.result.panel
        found = []
        for key, position in (("above", at - 1), ("below", at + 1)):
            if 0 <= position < len(order):
                other = order[position]
                place = f"{ranks[other]:g}"
                text = f"{panel.codes[other]} {panel.names[other]}"
                words = Text(f"第 {place} 名", f"rank {place}")
                found.append(Fact(key, float(values[other]), unit, text, words))
        return found

    def tell_table(self, node: Lookup | Schedule) -> tuple[Explanation, list[Part]]:
        file, seen = self.method.file, _Seen()
        value = self.figure(self.known(node))
        cite, grade = self.settings.sources[node.table]
        table = file.tables[node.table] if isinstance(node, Lookup) else file.schedules[node.table]
        if isinstance(node, Lookup):
            settled: Lookup | Schedule = replace(
                node, keys=tuple(self.settle(key, seen) for key in node.keys)
            )
            words = file.tables[node.table].keys
            for key, called in zip(node.keys, words, strict=True):
                text = key.text if isinstance(key, Number) else self.value(key)
                said = text if isinstance(text, str) else f"{text:.15g}"
                seen.facts.append(Fact("key", said, words=Text(called.zh, called.en)))
        else:
            settled = replace(node, value=self.settle(node.value, seen))
            seen.facts += self.brackets(node, float(self.value(settled.value)))
        text, unit = formula_text(node), plain(table.unit)
        if isinstance(node, Schedule) and node.function == "graduated":
            unit = self.graduated_unit(node)
        since = max((start for start in table.values if start <= self.settings.on), default=None)
        told = Explanation(
            text, self.result.label(node.table), "table", value, unit,
            (Formula("", text, self.inserted(settled), node),), (*seen.facts, *_noted(table.note)),
            cite, self.document_of(node.table), since, grade,
        )  # fmt: skip
        return told, seen.parts

    def graduated_unit(self, node: Schedule) -> str:
        """The unit of a sum over brackets: that of the value, where the rates are plain numbers."""
        schedule = self.method.file.schedules[node.table]
        return plain(schedule.of) if plain(schedule.unit) == "1" else ""

    def brackets(self, node: Schedule, value: float) -> list[Fact]:
        """The bracket a value falls in, or the brackets that it runs through."""
        schedule, unit = self.world.schedules[node.table], self.method.file.schedules[node.table]
        upper = [*schedule.starts[1:].tolist(), math.inf]
        from_, to = ("[", ")") if schedule.inclusive == "from" else ("(", "]")
        found = [Fact("looked_up", value, plain(unit.of))]
        if node.function == "brackets":
            side: Literal["left", "right"] = "right" if schedule.inclusive == "from" else "left"
            hit = int(np.searchsorted(schedule.starts, value, side=side)) - 1
            through = [hit]
        else:
            through = [i for i, start in enumerate(schedule.starts.tolist()) if value > start]
        for i in through:
            low, high, rate = float(schedule.starts[i]), upper[i], float(schedule.rates[i])
            ends = (
                f"{from_}{figure_text(low, 'en')}, {figure_text(high, 'en')}{')' if math.isinf(high) else to}"
            )
            amount = None if node.function == "brackets" else (min(value, high) - low) * rate
            words = Text(f"数值 {figure_text(rate, 'zh')}", f"rate {figure_text(rate, 'en')}")
            found.append(Fact("bracket", amount, self.graduated_unit(node), ends, words))
        return found


def _noted(note: Words | None) -> list[Fact]:
    return [] if note is None else [Fact("note", words=Text(note.zh, note.en))]


def _cell(place: Place | None) -> str | None:
    """The cell of a figure, `数据!E31`; of a table without sheets by the name of its file."""
    if place is None or place.cell is None:
        return None
    home = place.sheet or place.file
    return f"{home}!{place.cell}" if home else place.cell
