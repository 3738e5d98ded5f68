"""Why a county gets a figure: the steps, clauses, parameters and cells that it came from.

Only what decided for this county is followed: of a conditional one branch, of an aggregate the county's
own part. Figures of steps are read from the result; parts of a formula are computed for this one row.
"""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass, field, replace

import numpy as np

from transfer_calc.allocation.settlement import DECIMALS
from transfer_calc.calculation.result import ALLOCATION, Result
from transfer_calc.calculation.settings import ORIGINS, ActiveStep
from transfer_calc.explanation.across import tell_aggregate, tell_table
from transfer_calc.explanation.row import Row, Seen, cell_of, noted
from transfer_calc.explanation.tree import Explanation, Fact, Formula, Kind, Part, Subject, UnknownError
from transfer_calc.language.nodes import (
    Aggregate,
    Expression,
    Lookup,
    Name,
    Schedule,
    names,
)
from transfer_calc.language.written import Figure
from transfer_calc.method.library import law_of, shelf
from transfer_calc.method.model import CODE, POOL
from transfer_calc.method.plan import SOLVE_PARTS
from transfer_calc.rounding import round_half_up
from transfer_calc.text import Text
from transfer_calc.units import plain

_NEAR = 3
"""How many near misses are named."""


def explain(result: Result, code: str, figure: str) -> Explanation:
    """Explain one figure of one county.

    Args:
        result: The run.
        code: The code of the county, or its name where no other county has it.
        figure: A step, multiplier, input, parameter, `pool` or `allocation`, by its name or its title.

    Returns:
        The figure with all that it came from below it; each name is expanded where it is first read.

    Raises:
        UsageError: If the table has no such county, or the run no such figure (`UnknownError`).
    """
    return Teller(result, _row_named(result, code.strip())).explain(_figure_named(result, figure))


def _row_named(result: Result, unit: str) -> int:
    """The row of a county by its code, or by a name that it alone has."""
    rows = np.flatnonzero(result.panel.codes == unit)
    rows = rows if rows.size else np.flatnonzero(result.panel.names == unit)
    if rows.size == 1:
        return int(rows[0])
    known = dict(zip(result.panel.codes.tolist(), result.panel.names.tolist(), strict=True))
    if rows.size:
        listed = [f"{code} {known[code]}" for code in result.panel.codes[rows].tolist()]
        raise UnknownError(
            Text(
                f"有 {rows.size} 个地区叫 {unit}，请写代码：{'、'.join(listed)}",
                f"{rows.size} units are called {unit}; give the code: {', '.join(listed)}",
            )
        )
    near = [code for code, name in known.items() if unit and (unit in name or name in unit)][:_NEAR]
    near = near or difflib.get_close_matches(unit, known, n=_NEAR, cutoff=0.5)
    codes = {name: code for code, name in known.items()}
    near = near or [codes[name] for name in difflib.get_close_matches(unit, codes, n=_NEAR, cutoff=0.4)]
    listed = [f"{code} {known[code]}" for code in near] or ["—"]
    raise UnknownError(
        Text(
            f"表中没有代码或名称为 {unit} 的地区；相近的有：{'、'.join(listed)}",
            f"the table has no unit with the code or name {unit}; near: {', '.join(listed)}",
        )
    )


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
    raise UnknownError(
        Text(
            f"这次计算没有「{figure}」；相近的有：{'、'.join(near)}",
            f"this run has no figure “{figure}”; near: {', '.join(near)}",
        )
    )


@dataclass
class _Draft:
    """A figure in the making: told, with the drafts of what stands below it."""

    part: Part
    told: Explanation | None = None
    below: list[_Draft] = field(default_factory=list)


class Teller(Row):
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
                return tell_aggregate(self, part)
            case Lookup() | Schedule():
                return tell_table(self, part)
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
        """The document that a citation belongs to; of a shared piece its own, with the id of its file."""
        shared = self.method.origins.get(name)
        if shared is None:
            return self.document
        if shared not in shelf():
            return Text(shared, shared)
        law = law_of(shared)
        return Text(f"{law.zh}（{shared}）", f"{law.en} ({shared})")

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
        return replace(told, value=amount.value, facts=facts, place=cell_of(amount.place))

    def decided(self, told: Explanation) -> Explanation:
        """What somebody decided rests on no clause."""
        return replace(
            told, cite=None, document=None, since=None, evidence="user-given", weakest=None, because=None
        )

    def tell_step(self, step: ActiveStep) -> tuple[Explanation, list[Part]]:
        written, seen = self.method.file.steps[step.name], Seen()
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
        facts = tuple(dict.fromkeys((*seen.facts, *noted(written.note))))
        return replace(told, formulas=tuple(formulas), facts=facts), seen.parts

    def formula(self, part: str, text: str, node: Expression, seen: Seen) -> tuple[Formula, Figure]:
        settled = self.settle(node, seen)
        return Formula(part, " ".join(text.split()), self.inserted(settled), node), self.value(settled)

    def divided(self, step: ActiveStep, seen: Seen) -> list[Formula]:
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
        cell = f" {cell_of(place)}" if cell_of(place) else ""
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
            place = cell_of(self.result.panel.place(self.row, name))
            note = None if name == CODE else file.inputs[name].note
            return replace(told, place=place, facts=tuple(noted(note)))
        kind: Kind = "pool" if setting is None else "input" if name in file.inputs else "parameter"
        told = self.bare(name, kind, self.unit(name))
        origin = self.settings.pool_origin if setting is None else setting.origin
        place = cell_of(given.places.get(name)) if origin == "workbook" else None
        facts = [] if origin is None else [Fact("origin", origin, words=ORIGINS[origin])]
        if setting is None:
            value = told.value if self.settings.pool is None else self.settings.pool
            return replace(told, value=value, place=place, facts=tuple(facts))
        return replace(
            told, value=setting.value, place=place, cite=setting.cite, since=setting.since,
            document=None if setting.since is None else self.document_of(name), evidence=setting.evidence,
            facts=(*facts, *noted((file.inputs.get(name) or file.parameters[name]).note)),
        )  # fmt: skip
