"""The steps computed in order, element-wise ones together in blocks of rows that stay in the cache."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.allocation import AllocationError, Division, proportional
from transfer_calc.calculation.settings import ActiveStep, Settings
from transfer_calc.issues import Collector, Issue, Place
from transfer_calc.language.check import ALL, COUNTY, Level
from transfer_calc.language.evaluate import evaluate
from transfer_calc.language.faults import Fault, FaultyError, faulty
from transfer_calc.language.nodes import Aggregate, Comparison, names, walk
from transfer_calc.language.reading import InnerError, read_into, strictly
from transfer_calc.language.world import Grouping, World
from transfer_calc.method.load import Method
from transfer_calc.method.model import CODE, POOL
from transfer_calc.method.plan import PlannedCondition
from transfer_calc.panel.panel import Panel
from transfer_calc.text import Text
from transfer_calc.units import plain

_AMOUNTS = frozenset({"TC501", "TC502", "TC503", "TC504"})
"""Issues of a division that name amounts, in the unit of the step."""


@dataclass
class Computed:
    """The figures of all steps.

    Attributes:
        world: Every figure, inputs included.
        divisions: The outcome of each solve step.
        bounds: Floor and cap of each solve step, where it has them.
    """

    world: World
    divisions: dict[str, Division] = field(default_factory=dict)
    bounds: dict[str, tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]] = field(
        default_factory=dict
    )


def make_world(panel: Panel, settings: Settings) -> World:
    """The inputs and parameters as the formulas see them."""
    world = World(
        panel.codes,
        unset=settings.unset,
        tables=dict(settings.tables),
        schedules=dict(settings.schedules),
    )
    for name, values in panel.columns.items():
        if values.dtype.kind == "U":
            world.groups[name] = Grouping.of(values)
        else:
            world.columns[name] = values
    for name, setting in settings.parameters.items():
        flag = isinstance(setting.value, bool)
        world.single[name] = np.bool_(setting.value) if flag else np.float64(setting.value)
    if CODE in settings.read:
        world.groups[CODE] = Grouping.of(panel.codes)
    if settings.pool is not None:
        world.single[POOL] = np.float64(settings.pool)
    return world


def compute_steps(
    method: Method,
    panel: Panel,
    settings: Settings,
    entered: Mapping[str, Mapping[int, float]],
    problems: Collector,
) -> Computed:
    """Compute every active step.

    Args:
        method: For labels in messages.
        panel: The table.
        settings: Parameters, choices and the steps to compute.
        entered: For each step, the rows whose figure was set by hand, and that figure.
        problems: Takes one issue for each county and step without a value.

    Returns:
        The figures; incomplete where `problems` has errors.
    """
    computed = Computed(make_world(panel, settings))
    runner = _Runner(method, panel, computed, entered, problems, settings.conditions)
    # What only settings decide is looked at first: a band upside down need not be told county by county.
    before = len(problems.errors)
    runner.hold(early=True)
    if len(problems.errors) > before:
        return runner.computed
    for step in settings.steps:
        runner.take(step)
    runner.flush()
    runner.hold(early=False)
    return runner.computed


class _Runner:
    def __init__(
        self,
        method: Method,
        panel: Panel,
        computed: Computed,
        entered: Mapping[str, Mapping[int, float]],
        problems: Collector,
        conditions: Sequence[PlannedCondition],
    ) -> None:
        self.method = method
        self.conditions = conditions
        self.panel = panel
        self.computed = computed
        self.world = computed.world
        self.entered = entered
        self.problems = problems
        self.waiting: list[ActiveStep] = []
        self.dead: set[str] = set()
        self.asked_for: set[object] = set()
        self.stepped = {step.name for step in method.plan.steps}

    def take(self, step: ActiveStep) -> None:
        """Compute a step, or let it wait for its block-wise turn with its neighbours."""
        multiplier = None if step.solve is None else step.solve.multiplier
        if step.reads & self.dead:
            # What depends on a failed figure is not reported again.
            self.dead |= {step.name} | ({multiplier} if multiplier else set())
            return
        together = step.formula is not None and step.planned.shape.level == COUNTY
        together = together and step.planned.shape.kind != "text"
        looked_at = _aggregated(step) if together else step.reads
        if looked_at & {waiting.name for waiting in self.waiting}:
            self.flush()
            if step.reads & self.dead:
                self.take(step)
                return
        if not together:
            self.alone(step)
            return
        self.waiting.append(step)
        if step.name in self.entered:
            self.flush()

    def flush(self) -> None:
        """Compute the waiting steps, block by block."""
        steps, self.waiting = self.waiting, []
        running = []
        for step in steps:
            kind = np.bool_ if step.planned.shape.kind == "truth" else np.float64
            self.world.columns[step.name] = np.empty(self.world.rows, dtype=kind)
            assert step.formula is not None
            running.append((step, read_into(step.formula, self.world)))
        for block in self.world.blocks():
            with strictly():
                for step, compute in running:
                    if step.name in self.dead or step.reads & self.dead:
                        self.dead.add(step.name)
                        continue
                    try:
                        compute(block, self.world.columns[step.name][block])
                    except (FloatingPointError, InnerError) as error:
                        assert step.formula is not None
                        found = faulty(error, step.formula, self.world, COUNTY)
                        self.failed(step.name, COUNTY, found.faults, found.more)
        for step in steps:
            self.enter(step.name)

    def alone(self, step: ActiveStep) -> None:
        """Compute a step that is not element-wise: one figure, one a group, a text, or a division."""
        try:
            if step.solve is not None:
                self.solve(step)
                return
            assert step.formula is not None
            level, kind = step.planned.shape.level, step.planned.shape.kind
            value = evaluate(step.formula, self.world, level)
        except FaultyError as error:
            self.failed(step.name, level, error.faults, error.more)
            return
        if level.kind == "all":
            self.world.single[step.name] = value
        elif level.kind == "group":
            self.world.by_group[step.name] = (str(level.group), value)
        elif kind == "text":
            self.world.groups[step.name] = Grouping.of(np.broadcast_to(value, (self.world.rows,)))
        else:  # pragma: no cover — element-wise steps wait for flush()
            self.world.columns[step.name] = value

    def solve(self, step: ActiveStep) -> None:
        plan = step.solve
        assert plan is not None

        def column(part: Any) -> NDArray[np.float64]:
            return np.array(
                np.broadcast_to(evaluate(part, self.world, COUNTY), (self.world.rows,)), dtype=np.float64
            )

        claim = column(plan.claim)
        total = float(evaluate(plan.total, self.world, ALL))
        floor = None if plan.floor is None else column(plan.floor)
        cap = None if plan.cap is None else column(plan.cap)
        by_hand = self.entered.get(step.name, {})
        if by_hand:
            floor = np.zeros(claim.size) if floor is None else floor
            cap = np.full(claim.size, np.inf) if cap is None else cap
            for row, amount in by_hand.items():
                floor[row] = cap[row] = amount
        try:
            division = proportional(total, claim, floor=floor, cap=cap)
        except AllocationError as error:
            self.problems.extend(self.named(found, step) for found in error.issues)
            self.dead |= {step.name} | ({plan.multiplier} if plan.multiplier else set())
            return
        self.world.columns[step.name] = division.amounts
        if plan.multiplier is not None:
            self.world.single[plan.multiplier] = np.float64(division.multiplier)
        self.computed.divisions[step.name] = division
        self.computed.bounds[step.name] = (floor, cap)

    def hold(self, *, early: bool) -> None:
        """Check the conditions; one that does not hold names the units, or stands for all.

        Early ones are those on parameters and single inputs alone.
        """
        for condition in self.conditions:
            read = names(condition.formula)
            if read & self.dead or early != (read <= self.world.single.keys() - self.stepped):
                continue
            level, written = condition.shape.level, self.method.file.conditions[condition.name]
            try:
                kept = evaluate(condition.formula, self.world, level)
            except FaultyError as error:
                self.failed(condition.name, level, error.faults, error.more)
                continue
            if np.all(kept):
                continue
            said = {
                "condition": self.method.label(condition.name),
                "detail": self.sides(condition, written.cite),
            }
            if level == COUNTY:
                rows = np.flatnonzero(~np.broadcast_to(kept, (self.world.rows,))).tolist()
                for row in rows:
                    self.problems.add("TC408", self.panel.place(row, None), **said)
            elif level.group is not None:
                labels = self.world.groups[level.group].labels
                for group in (labels[i] for i in np.flatnonzero(~np.asarray(kept))):
                    self.problems.add("TC408", Place(unit_name=group, name=condition.name), **said)
            else:
                self.problems.add("TC408", Place(name=condition.name), **said)

    def sides(self, condition: PlannedCondition, cite: str | None) -> Text:
        """What stands on the two sides of a condition that is one for all, and its article."""
        figures, formula = "", condition.formula
        if isinstance(formula, Comparison) and condition.shape.level == ALL:
            left, right = (float(evaluate(side, self.world, ALL)) for side in (formula.left, formula.right))
            figures = f"{left:.12g} {formula.operator} {right:.12g}"
        parts = [part for part in (figures, cite) if part]
        return Text(f"（{'；'.join(parts)}）", f" ({'; '.join(parts)})") if parts else Text("", "")

    def enter(self, name: str) -> None:
        """Put the amounts set by hand in the place of the formula's."""
        for row, amount in self.entered.get(name, {}).items():
            self.world.columns[name][row] = amount

    def named(self, found: Issue, step: ActiveStep) -> Issue:
        """An issue of the division with the county and the step instead of a row number."""
        place = found.place
        row = int(place.code) if place.code is not None and place.code.isdigit() else None
        own = Place(name=step.name) if row is None else self.panel.place(row, None)
        where = Place(code=own.code, unit_name=own.unit_name, name=step.name)
        message = found.message
        if found.code in _AMOUNTS:
            unit = plain(self.method.file.steps[step.name].unit)
            message = Text(f"{message.zh}（{unit}）", f"{message.en} ({unit})")
        return Issue(found.code, found.severity, where, message, found.hint)

    def failed(self, name: str, level: Level, faults: Sequence[Fault], more: int) -> None:
        self.dead.add(name)
        label = self.method.label(name)
        for fault in faults:
            where = Place(name=name)
            if fault.row is not None and level == COUNTY:
                own = self.panel.place(fault.row, None)
                where = Place(code=own.code, unit_name=own.unit_name, name=name)
            if fault.code in ("TC306", "TC309"):
                # A figure for all that is not there is one problem, however many units ask for it.
                asked = dict(fault.details)
                if asked["name"] not in self.asked_for:
                    self.asked_for.add(asked["name"])
                    place = Place(code=where.code, unit_name=where.unit_name)
                    self.problems.add(fault.code, place, **asked)
                continue
            details: dict[str, object] = {"step": label, "detail": _said(self.method, fault)}
            details |= dict(fault.details)
            self.problems.add(fault.code, where, **details)
        if more and faults[0].code not in ("TC306", "TC309"):
            self.problems.add("TC407", Place(name=name), count=more)


def _aggregated(step: ActiveStep) -> frozenset[str]:
    """The names that a formula looks at across counties."""
    assert step.formula is not None
    found: set[str] = set()
    for node in walk(step.formula):
        if isinstance(node, Aggregate):
            found |= names(node)
    return frozenset(found)


def _said(method: Method, fault: Fault) -> str:
    """The failing part of a formula, its names by their labels."""
    found = [method.label(name).zh for name in sorted(names(fault.node))]
    return "、".join(found) if found else "—"
