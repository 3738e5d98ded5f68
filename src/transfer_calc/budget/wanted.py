"""The formulas that a budget asks for, each with the name, the unit and the kind its place wants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from transfer_calc.budget.constraints import (
    Cap,
    Ceiling,
    EqualTreatment,
    Floor,
    Group,
    MinimumAward,
    NoOvertaking,
    Pattern,
    PhaseIn,
)
from transfer_calc.budget.model import Budget
from transfer_calc.budget.objectives import Deviation, GreatestCoverage, LeastCost, LeastDisparity
from transfer_calc.budget.parts import MethodTarget, Pots
from transfer_calc.issues import MethodError, Place
from transfer_calc.language.dimension import _Fitter
from transfer_calc.language.parse import parse
from transfer_calc.method.model import POOL
from transfer_calc.text import Text

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A formula of a budget under the name by which its figures are found.

    Attributes:
        name: `budget_1_of`: the first constraint's `of`.
        formula: As written.
        unit: What it is computed in.
        label: What a message calls it.
        path: Where it stands in the file.
        kind: A number, or a yes or no.
        group: For an amount of a group: its column; the figure is one for all, for each group, or for each
            recipient and then added up.
        times: A factor: its name, its unit, its value.
    """

    name: str
    formula: str
    unit: str
    label: Text
    path: Path_
    kind: Literal["number", "truth"] = "number"
    group: str | None = None
    times: tuple[str, str, Decimal] | None = None


def name_of(position: int, part: str) -> str:
    """The name of a part of a constraint, counted from 0."""
    return f"budget_{position + 1}_{part}"


def aim_of(position: int, part: str) -> str:
    """The name of a part of an objective, counted from 0."""
    return f"budget_aim_{position + 1}_{part}"


def pot_of(identity: str, part: str) -> str:
    """The name of a part of a pot."""
    return f"budget_pot_{identity}_{part}"


LAST_YEAR = "budget_last_year"


def wanted(budget: Budget, taken: Mapping[str, str] | None = None) -> tuple[Wanted, ...]:
    """Every formula of a budget; `taken` are the units of figures that come from a method."""
    units = {name: entry.unit for name, entry in budget.inputs.items() if entry.kind == "number"}
    units |= {name: parameter.unit for name, parameter in budget.parameters.items()}
    units |= {name: figure.unit for name, figure in budget.figures.items()}
    units |= {POOL: budget.pool.unit, "target": budget.pool.unit, **(taken or {})}
    return (*_of_pots(budget), *_of_aims(budget, units), *_of_constraints(budget, units))


def _of_pots(budget: Budget) -> Iterator[Wanted]:
    unit = budget.pool.unit
    known = {*budget.inputs, *budget.figures, *budget.parameters}
    if isinstance(budget.target, str) and not (budget.target.strip() == "target" and "target" in known):
        yield Wanted("target", budget.target, unit, Text("测算数", "Target"), ("target",))
    if isinstance(budget.target, MethodTarget) and budget.target.formula is not None:
        label = Text("测算数", "Target")
        yield Wanted("target", budget.target.formula, unit, label, ("target", "formula"))
    if budget.last_year is not None:
        label = Text("上年数", "Last year")
        yield Wanted(LAST_YEAR, budget.last_year, unit, label, ("last_year",))
    if isinstance(budget.pool, Pots):
        for position, pot in enumerate(budget.pool.pots):
            path: Path_ = ("pool", "pots", position)
            if pot.eligible is not None:
                label = Text(f"「{pot.name.zh}」的条件", f"who may receive from “{pot.name.en}”")
                yield Wanted(
                    pot_of(pot.id, "eligible"), pot.eligible, "1", label, (*path, "eligible"), "truth"
                )
            if pot.target is not None:
                label = Text(f"「{pot.name.zh}」测算数", f"target of “{pot.name.en}”")
                yield Wanted(pot_of(pot.id, "target"), pot.target, unit, label, (*path, "target"))


def _of_aims(budget: Budget, units: Mapping[str, str]) -> Iterator[Wanted]:
    unit = budget.pool.unit
    for position, aim in enumerate(budget.objective):
        path: Path_ = ("objective", position) if len(budget.objective) > 1 else ("objective",)

        def one(
            part: str, formula: str, unit: str, zh: str, en: str, at: int = position, where: Path_ = path
        ) -> Wanted:
            label = Text(f"目标的{zh}", f"the objective's {en}")
            return Wanted(aim_of(at, part), formula, unit, label, (*where, part))

        if isinstance(aim, Deviation) and aim.weights is not None:
            yield one("weights", aim.weights, _natural(aim.weights, units), "权重", "weights")
        if isinstance(aim, (GreatestCoverage, LeastDisparity, LeastCost)):
            yield one("own", aim.own, unit, "自有财力", "own resources")
        if isinstance(aim, (GreatestCoverage, LeastCost)):
            yield one("need", aim.need, unit, "需求", "need")
        if isinstance(aim, LeastDisparity):
            yield one("size", aim.size, _natural(aim.size, units), "人数", "size")


def _of_constraints(budget: Budget, units: Mapping[str, str]) -> Iterator[Wanted]:
    unit = budget.pool.unit
    for position, each in enumerate(budget.constraints):
        path: Path_ = ("constraints", position)
        zh, en = (f"第{position + 1}条约束", f"constraint {position + 1}")
        if each.name is not None:
            zh, en = f"约束「{each.name.zh}」", f"constraint “{each.name.en}”"

        def one(
            part: str, formula: str, unit: str, kind: Literal["number", "truth"] = "number",
            group: str | None = None, at: int = position, where: Path_ = path, zh: str = zh, en: str = en,
        ) -> Wanted:  # fmt: skip
            label = Text(f"{zh}的 {part}", f"{part} of {en}")
            return Wanted(name_of(at, part), formula, unit, label, (*where, part), kind, group)

        condition = getattr(each, "where", None)
        if condition is not None:
            yield one("where", condition, "1", "truth")
        match each:
            case Floor() | Cap():
                if each.of is not None:
                    yield _scaled(one("of", each.of, unit), each, position)
            case Group():
                for part in ("total", "min", "max"):
                    formula = getattr(each, part)
                    if isinstance(formula, str):
                        yield one(part, formula, unit, group=each.by or "")
            case Pattern() | PhaseIn():
                yield one("last_year", each.last_year, unit)
            case NoOvertaking():
                yield one("need", each.need, _natural(each.need, units))
            case Ceiling():
                yield one("own", each.own, unit)
            case EqualTreatment() | MinimumAward():
                pass
        size = getattr(each, "size", None)
        if size is not None:
            yield one("size", size, _natural(size, units))


def _scaled(found: Wanted, each: Floor | Cap, position: int) -> Wanted:
    """A column times a factor, the factor as a parameter with its unit."""
    if each.times is None:
        return found
    name = name_of(position, "times")
    return Wanted(
        found.name, f"({found.formula}) * {name}", found.unit, found.label, found.path,
        times=(name, each.unit, each.times),
    )  # fmt: skip


def _natural(formula: str, units: Mapping[str, str]) -> str:
    """The unit that a formula has by itself; where it cannot be read, its own issue comes later."""
    try:
        found = _Fitter(units, Place()).of(parse(formula))[1]
    except MethodError:
        return "1"
    return "1" if found is None else found.text.replace("×", "*")
