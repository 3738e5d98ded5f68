"""From a method file to a plan: every formula read, every name, level and kind checked, the order found.

All problems of a file are found in one pass; each names the line of its formula.
"""

from __future__ import annotations

import graphlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from transfer_calc.issues import Collector, MethodError
from transfer_calc.language.check import ALL, COUNTY, Scope, Shape, ValueKind, check, join
from transfer_calc.language.dimension import fit
from transfer_calc.language.nodes import Expression, names
from transfer_calc.language.parse import parse
from transfer_calc.method.model import CODE, POOL, Condition, Input, MethodFile, Solve, Step
from transfer_calc.method.yaml_file import YamlFile
from transfer_calc.text import Text
from transfer_calc.units import PLAIN, measure, ratio

_KINDS: dict[str, ValueKind] = {"number": "number", "flag": "truth", "text": "text", "group": "text"}
SOLVE_PARTS = ("claim", "total", "floor", "cap")


@dataclass(frozen=True, slots=True)
class PlannedSolve:
    """The four formulas of a solve step."""

    claim: Expression
    total: Expression
    floor: Expression | None
    cap: Expression | None
    multiplier: str | None

    def formulas(self) -> list[Expression]:
        return [part for part in (self.claim, self.total, self.floor, self.cap) if part is not None]


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step ready to compute.

    Attributes:
        name: Its name in the method.
        formulas: The formula of each option of its choice; under `""` where it has no choice.
        solve: Its solve, instead of formulas.
        shape: Kind and level of its figures.
        reads: Every name it needs, in whichever reading.
    """

    name: str
    formulas: Mapping[str, Expression]
    solve: PlannedSolve | None
    shape: Shape
    reads: frozenset[str]


@dataclass(frozen=True, slots=True)
class PlannedCondition:
    """A condition ready to be checked; `shape` is a yes or no at any level."""

    name: str
    formula: Expression
    shape: Shape


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a method in an order in which each can be computed, and its conditions."""

    steps: tuple[PlannedStep, ...]
    shapes: Mapping[str, Shape]
    conditions: tuple[PlannedCondition, ...] = ()

    def step(self, name: str) -> PlannedStep:
        return next(step for step in self.steps if step.name == name)


def make_plan(method: MethodFile, source: YamlFile) -> Plan:
    """Check a method and put its steps in order.

    Args:
        method: The file's content, shared pieces merged in.
        source: For the lines of messages.

    Raises:
        MethodError: With all problems found.
    """
    planner = _Planner(method, source)
    planner.check_names()
    names_clear = not planner.problems.errors
    planner.read_formulas()
    if not names_clear:
        # With a name that means two things, what else is found may be about the wrong one.
        raise MethodError(planner.problems.issues)
    plan = planner.plan()
    if planner.problems.errors:
        raise MethodError(planner.problems.issues)
    return plan


class _Planner:
    def __init__(self, method: MethodFile, source: YamlFile) -> None:
        self.method = method
        self.source = source
        self.problems = Collector()
        self.formulas: dict[str, dict[str, Expression]] = {}
        self.solves: dict[str, PlannedSolve] = {}
        self.multipliers = {
            step.solve.multiplier.name: name
            for name, step in method.steps.items()
            if step.solve is not None and step.solve.multiplier is not None
        }
        self.units = _units(method)

    def check_names(self) -> None:
        method, seen = self.method, dict[str, str]()
        sections: dict[str, Iterable[str]] = {
            "inputs": method.inputs,
            "parameters": method.parameters,
            "choices": method.choices,
            "tables": method.tables,
            "schedules": method.schedules,
            "steps": method.steps,
            "conditions": method.conditions,
        }
        for section, entries in sections.items():
            for name in entries:
                if name in seen:
                    place = self.source.place(section, name)
                    self.problems.add("TC116", place, name=name, first=seen[name], second=section)
                seen.setdefault(name, section)
        for name, solved_by in self.multipliers.items():
            if name in seen:
                place = self.source.place("steps", solved_by, "solve", "multiplier")
                self.problems.add("TC116", place, name=name, first=seen[name], second="multiplier")
        for name, step in method.steps.items():
            self.check_switches(name, step)
            for required in step.requires:
                if required not in method.conditions:
                    place = self.source.place("steps", name, "requires")
                    self.problems.add("TC105", place, name=required, near="、".join(method.conditions) or "—")
        for name, condition in method.conditions.items():
            self.check_switches(name, condition)
        for name, entry in method.inputs.items():
            self.check_switches(name, entry)
        if method.pays is not None:
            for key, wanted in (("amount", method.pays.amount), ("entitlement", method.pays.entitlement)):
                if wanted is not None and wanted not in method.steps:
                    place = self.source.place("pays", key)
                    self.problems.add("TC105", place, name=wanted, near="、".join(method.steps) or "—")

    def check_switches(self, name: str, step: Step | Condition | Input) -> None:
        asked = dict(step.when)
        section = {Step: "steps", Condition: "conditions", Input: "inputs"}[type(step)]
        wanted: list[tuple[str, Iterable[str]]] = [(choice, [option]) for choice, option in asked.items()]
        if isinstance(step, Step) and step.choice is not None and isinstance(step.formula, dict):
            wanted.append((step.choice, step.formula))
            known = self.method.choices.get(step.choice)
            if known is not None and set(known.options) - set(step.formula):
                missing = "、".join(sorted(set(known.options) - set(step.formula)))
                detail = Text(f"缺少选项 {missing} 的公式", f"no formula for option {missing}")
                self.problems.add(
                    "TC104", self.source.place("steps", name), path=f"steps.{name}", detail=detail
                )
        for choice, options in wanted:
            place = self.source.place(section, name)
            if choice not in self.method.choices:
                self.problems.add("TC105", place, name=choice, near="、".join(self.method.choices) or "—")
                continue
            listed = self.method.choices[choice].options
            for option in options:
                if option not in listed:
                    self.problems.add("TC311", place, name=choice, value=option, options="、".join(listed))

    def read_formulas(self) -> None:
        for name, step in self.method.steps.items():
            with self.problems.catching():
                if step.solve is not None:
                    self.solves[name] = self.read_solve(name, step.solve)
                    continue
                texts = step.formula if isinstance(step.formula, dict) else {"": str(step.formula)}
                self.formulas[name] = {
                    option: parse(text, self.source.place("steps", name, "formula", option, name=name))
                    for option, text in texts.items()
                }

    def read_solve(self, name: str, solve: Solve) -> PlannedSolve:
        def part(key: str, text: str) -> Expression:
            return parse(text, self.source.place("steps", name, "solve", key, name=name))

        return PlannedSolve(
            part("claim", solve.claim),
            part("total", solve.total),
            None if solve.floor is None else part("floor", solve.floor),
            None if solve.cap is None else part("cap", solve.cap),
            None if solve.multiplier is None else solve.multiplier.name,
        )

    def reads(self, name: str) -> frozenset[str]:
        if name in self.solves:
            return frozenset().union(*(names(part) for part in self.solves[name].formulas()))
        # A formula that could not be read is an issue already; the others are still looked at.
        return frozenset().union(*(names(formula) for formula in self.formulas.get(name, {}).values()))

    def plan(self) -> Plan:
        graph = {name: self.needs(name) for name in self.method.steps}
        try:
            order = tuple(graphlib.TopologicalSorter(graph).static_order())
        except graphlib.CycleError as error:
            cycle = " → ".join(reversed(error.args[1]))
            self.problems.add("TC106", self.source.place("steps", error.args[1][0]), cycle=cycle)
            return Plan((), {})
        # Among steps that are ready, the order of the file is the order of the law.
        order = tuple(sorted(order, key=_depths(order, graph, list(self.method.steps))))
        shapes = self.given_shapes()
        steps = []
        broken = {name for name in order if name not in self.formulas and name not in self.solves}
        for name in order:
            if name in broken or self.needs(name) & broken:
                broken.add(name)
                continue
            before = len(self.problems.issues)
            with self.problems.catching():
                shapes[name] = self.shape(name, shapes)
                self.fit_units(name)
                solve = self.solves.get(name)
                if solve is not None and solve.multiplier is not None:
                    shapes[solve.multiplier] = Shape("number", ALL)
                formulas = self.formulas.get(name, {})
                steps.append(PlannedStep(name, formulas, solve, shapes[name], self.reads(name)))
            if len(self.problems.issues) > before:
                broken.add(name)
        self.check_payment(shapes)
        return Plan(tuple(steps), shapes, self.conditions(shapes, broken))

    def conditions(self, shapes: Mapping[str, Shape], broken: set[str]) -> tuple[PlannedCondition, ...]:
        """The conditions, checked like steps; one on a step that could not be read is left alone."""
        scope, planned = scope_of(self.method, shapes), []
        for name, condition in self.method.conditions.items():
            place = self.source.place("conditions", name, "formula", name=name)
            with self.problems.catching():
                formula = parse(condition.formula, place)
                if names(formula) & broken:
                    continue
                shape = check(formula, scope, place)
                if shape.kind != "truth":
                    detail = Text("条件应得出是或否", "a condition gives a yes or no")
                    self.problems.add("TC113", place, detail=detail)
                planned.append(PlannedCondition(name, fit(formula, "1", self.units, place), shape))
        return tuple(planned)

    def needs(self, name: str) -> set[str]:
        """The steps that a step reads, its multipliers by the step that solves them."""
        read = self.reads(name)
        return {step for step in self.method.steps if step in read} | {
            step for multiplier, step in self.multipliers.items() if multiplier in read
        }

    def given_shapes(self) -> dict[str, Shape]:
        method = self.method
        shapes = {name: Shape(_KINDS[entry.kind], COUNTY) for name, entry in method.columns.items()}
        shapes |= {name: Shape(_KINDS[entry.kind], ALL) for name, entry in method.figures.items()}
        if method.recipients.code == "GB/T 2260":
            shapes[CODE] = Shape("text", COUNTY)
        shapes |= {name: Shape("number", ALL) for name in method.parameters}
        if method.pays is not None and method.pays.pool is not None:
            shapes[POOL] = Shape("number", ALL)
        return shapes

    def shape(self, name: str, shapes: Mapping[str, Shape]) -> Shape:
        scope = scope_of(self.method, shapes)
        if name in self.solves:
            return self.solve_shape(name, scope)
        found: Shape | None = None
        for option, formula in self.formulas[name].items():
            place = self.source.place("steps", name, "formula", option, name=name)
            shape = check(formula, scope, place)
            if found is not None and shape.kind != found.kind:
                detail = Text("各选项的公式类型不一", "the options differ in kind")
                self.problems.add("TC107", place, detail=detail)
            # One option may give one figure for all where another gives one a county.
            found = shape if found is None else Shape(shape.kind, join(found.level, shape.level))
        if found is None:  # pragma: no cover — the model refuses a step without formulas
            raise AssertionError(name)
        return found

    def solve_shape(self, name: str, scope: Scope) -> Shape:
        solve = self.solves[name]
        for key in SOLVE_PARTS:
            formula: Expression | None = getattr(solve, key)
            if formula is None:
                continue
            place = self.source.place("steps", name, "solve", key, name=name)
            shape = check(formula, scope, place)
            if shape.kind != "number":
                self.problems.add("TC113", place, detail=Text(f"{key} 应为数字", f"{key} should be a number"))
            elif key == "claim" and shape.level != COUNTY:
                self.problems.add(
                    "TC107", place, detail=Text("claim 要逐个地区", "claim is one for each county")
                )
            elif key == "total" and shape.level != ALL:
                self.problems.add(
                    "TC107", place, detail=Text("total 是全体一个数", "total is one figure for all")
                )
        return Shape("number", COUNTY)

    def fit_units(self, name: str) -> None:
        """Check the units of a step's formulas and put the conversions in."""
        written = self.method.steps[name]

        def fitted(formula: Expression, unit: str | None, *where: str) -> Expression:
            place = self.source.place("steps", name, *where, name=name)
            return fit(formula, unit or written.unit, self.units, place)

        solve = self.solves.get(name)
        if solve is None:
            self.formulas[name] = {
                option: fitted(formula, None, "formula", option)
                for option, formula in self.formulas[name].items()
            }
            return
        multiplier = None if written.solve is None else written.solve.multiplier
        claim_unit = written.unit
        if multiplier is not None and measure(multiplier.unit) != PLAIN:
            # The multiplier turns the claim into the step's unit, so the claim's unit follows from both.
            claim_unit = f"{written.unit}/({multiplier.unit})"
        self.solves[name] = replace(
            solve,
            claim=fitted(solve.claim, claim_unit, "solve", "claim") if multiplier else solve.claim,
            total=fitted(solve.total, None, "solve", "total"),
            floor=None if solve.floor is None else fitted(solve.floor, None, "solve", "floor"),
            cap=None if solve.cap is None else fitted(solve.cap, None, "solve", "cap"),
        )

    def check_payment(self, shapes: Mapping[str, Shape]) -> None:
        pays = self.method.pays
        if pays is None or pays.amount not in shapes:
            return
        if shapes[pays.amount] != Shape("number", COUNTY):
            detail = Text("支付的步骤要逐个地区", "the step that is paid is one for each county")
            self.problems.add("TC107", self.source.place("pays", "amount"), detail=detail)
        with self.problems.catching():
            ratio(self.method.steps[pays.amount].unit, pays.settle.unit, self.source.place("pays", "settle"))
            if pays.pool is not None:
                ratio(pays.pool.unit, pays.settle.unit, self.source.place("pays", "pool"))


def scope_of(method: MethodFile, shapes: Mapping[str, Shape]) -> Scope:
    """The names that the formulas of a method may use, with the kinds and levels known so far."""
    return Scope(
        shapes,
        {name: len(table.keys) for name, table in method.tables.items()},
        frozenset(method.schedules),
        frozenset(name for name, entry in method.inputs.items() if entry.kind == "group"),
    )


def _units(method: MethodFile) -> dict[str, str]:
    """The unit of every number a formula can name."""
    units = {name: entry.unit for name, entry in method.inputs.items() if entry.kind == "number"}
    units |= {name: entry.unit for name, entry in method.parameters.items()}
    units |= {name: entry.unit for name, entry in method.tables.items()}
    for name, schedule in method.schedules.items():
        units |= {name: schedule.unit, f"{name}.of": schedule.of}
    for name, step in method.steps.items():
        units[name] = step.unit
        if step.solve is not None and step.solve.multiplier is not None:
            units[step.solve.multiplier.name] = step.solve.multiplier.unit
    if method.pays is not None and method.pays.pool is not None:
        units[POOL] = method.pays.pool.unit
    return units


def _depths(
    order: tuple[str, ...], graph: Mapping[str, set[str]], written: list[str]
) -> Callable[[str], tuple[int, int]]:
    """Sort key: a step as early as it is written, but after all that it needs."""
    place: dict[str, tuple[int, int]] = {}
    for position, name in enumerate(order):
        own = written.index(name)
        place[name] = (max([own, *(place[need][0] for need in graph[name])]), position)
    return place.__getitem__
