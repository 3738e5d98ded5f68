"""The formulas of a budget as the steps of a method in memory: checked, with their units, before any table.

So a budget reads its table, checks its units and names its problems exactly as a method does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transfer_calc.budget.model import Budget
from transfer_calc.budget.parts import MethodTarget
from transfer_calc.budget.wanted import Wanted, wanted
from transfer_calc.issues import Collector, MethodError
from transfer_calc.language.check import ALL, COUNTY, Level, Shape
from transfer_calc.method.library import load_method
from transfer_calc.method.load import Method
from transfer_calc.method.model import (
    Input,
    MethodFile,
    Parameter,
    Step,
    Words,
)
from transfer_calc.method.plan import Plan, make_plan
from transfer_calc.method.yaml_file import YamlFile
from transfer_calc.text import Text
from transfer_calc.units import measure, ratio

Floats = NDArray[np.float64]

TARGET = "target"
_NOTE = Words(zh="预算方案自己的计算", en="The budget's own figure")


@dataclass(frozen=True)
class Prepared:
    """A budget whose formulas are in order.

    Attributes:
        budget: The budget.
        method: Its figures as the steps of a method.
        reading: What the table is read with: its own inputs, and those of the method behind the target.
        target: That method, where there is one.
    """

    budget: Budget
    method: Method
    reading: Method
    target: Method | None


def prepare(budget: Budget) -> Prepared:
    """Check the formulas of a budget.

    Raises:
        MethodError: With every problem, by the line of the budget's file.
    """
    problems = Collector()
    target = None
    if isinstance(budget.target, MethodTarget):
        with problems.catching(MethodError):
            target = _target_method(budget, budget.target)
    taken = {} if target is None else _taken(budget, target)
    asked = wanted(budget, {name: entry.unit for name, entry in taken.items() if entry.kind == "number"})
    lines = dict(budget.source.lines)
    for each in asked:
        where = next(
            (each.path[:end] for end in range(len(each.path), 0, -1) if each.path[:end] in lines), ()
        )
        if where:
            lines["steps", each.name] = lines["steps", each.name, "formula"] = lines[where]
    for name in budget.figures:
        if ("figures", name) in lines:
            lines["steps", name] = lines["figures", name]
    file = _file(budget, asked, taken)
    source = YamlFile(budget.source.path, {}, lines)
    plan = None
    with problems.catching(MethodError):
        plan = make_plan(file, source)
    if plan is not None:
        _check_levels(asked, plan, source, problems)
    _check_columns(budget, source, problems)
    if target is not None:
        _check_names(budget, target, source, problems)
    if problems.errors or plan is None:
        raise MethodError(problems.issues)
    path = budget.source.path
    method = Method(file, plan, path, {} if budget.sha256 is None else {path.name: budget.sha256})
    return Prepared(budget, method, replace(method, file=_reading_file(file, target, taken)), target)


def _target_method(budget: Budget, written: MethodTarget) -> Method:
    beside = budget.source.path.parent / written.method
    name = beside if written.method.endswith((".yaml", ".yml")) and beside.is_file() else written.method
    method = load_method(name, written.on)
    problems = Collector()
    for step in written.steps:
        shape = method.plan.shapes.get(step)
        fits = step in method.file.steps and shape is not None and shape.kind != "text"
        if fits and step == written.step:
            fits = shape == Shape("number", COUNTY)
        if not fits:
            problems.add("TC551", budget.source.place("target", "step"), step=step, method=method.id)
    if problems.errors:
        raise MethodError(problems.issues)
    if written.step is not None:
        place = budget.source.place("target", "step")
        ratio(method.file.steps[written.step].unit, budget.pool.unit, place)
    return method


def _taken(budget: Budget, target: Method) -> dict[str, Input]:
    """The target, and what else is taken from its method, as columns of the budget."""
    written = budget.target
    assert isinstance(written, MethodTarget)
    found = {}
    if written.step is not None:
        found[TARGET] = Input.model_validate({"zh": "测算数", "en": "Target", "unit": budget.pool.unit})
    for name, step in written.take.items():
        entry, label = target.file.steps[step], target.label(step)
        kind = "flag" if target.plan.shapes[step].kind == "truth" else "number"
        unit = entry.unit if kind == "number" else "1"
        found[name] = Input.model_validate({"zh": label.zh, "en": label.en, "unit": unit, "kind": kind})
    return found


def _file(budget: Budget, asked: tuple[Wanted, ...], taken: Mapping[str, Input]) -> MethodFile:
    """The budget as the file of a method, which nothing of is paid."""
    note: dict[str, Any] = {"evidence": "assumed", "note": _NOTE}
    inputs = {**budget.inputs, **taken}
    parameters = {
        name: _parameter(each.zh, each.en, each.unit, each.cite) for name, each in budget.parameters.items()
    }
    steps = {
        name: Step(zh=each.zh, en=each.en, unit=each.unit, formula=each.formula, **note)
        for name, each in budget.figures.items()
    }
    for each in asked:
        steps[each.name] = Step(
            zh=each.label.zh, en=each.label.en, unit=each.unit, formula=each.formula, **note
        )
        if each.times is not None:
            zh, en = f"{each.label.zh}的倍数", f"{each.label.en}: times"
            parameters[each.times[0]] = _parameter(zh, en, each.times[1], None)
    # The paid step of a method closes its pot; here the solver does, and the step only stands for it.
    closing = "budget_recipients"
    steps[closing] = Step(
        zh="领受地区", en="Recipients", unit=budget.pool.unit, formula=_zero(inputs), **note
    )
    pays = {"amount": closing, "pool": {"unit": budget.pool.unit}, "settle": {"unit": budget.settle.unit}}
    law = {"document": None, "title": budget.title, "in_force": {"from": dt.date(1900, 1, 1)}}
    return MethodFile.model_validate(
        {
            "id": "budget", "title": budget.title, "law": law, "recipients": budget.recipients,
            "inputs": inputs, "parameters": parameters, "steps": steps, "pays": pays,
        }
    )  # fmt: skip


def _parameter(zh: str, en: str, unit: str, cite: str | None) -> Parameter:
    return Parameter.model_validate(
        {"zh": zh, "en": en, "unit": unit, "cite": cite, "evidence": "unpublished"}
    )


def _zero(inputs: Mapping[str, Input]) -> str:
    """A formula that is 0 for each recipient: it stands for the amounts, which no formula gives."""
    for name, entry in inputs.items():
        if entry.level == "county":
            test = {"number": f"{name} == 0", "flag": name}.get(entry.kind, f"{name} == ''")
            return f"0 if {test} else 0"
    return "0"


def _reading_file(file: MethodFile, target: Method | None, taken: Mapping[str, Input]) -> MethodFile:
    """What the table is read with; the sheet 参数 may also give what the target's method asks."""
    inputs = {name: entry for name, entry in file.inputs.items() if name not in taken}
    if target is None:
        return file.model_copy(update={"inputs": inputs})
    other = target.file
    return file.model_copy(
        update={
            "inputs": {**other.inputs, **inputs},
            "parameters": {**other.parameters, **file.parameters},
            "choices": dict(other.choices),
        }
    )


def _check_names(budget: Budget, target: Method, source: YamlFile, problems: Collector) -> None:
    """A name that both the budget and the method of its target have must mean the same column."""
    for name, own in budget.inputs.items():
        other = target.file.inputs.get(name)
        same = other is not None and (other.kind, measure(other.unit), other.level) == (
            own.kind, measure(own.unit), own.level,
        )  # fmt: skip
        if other is not None and not same:
            problems.add("TC552", source.place("inputs", name), name=name, method=target.id)
    assert isinstance(budget.target, MethodTarget)
    used = {*budget.inputs, *budget.parameters, *budget.figures}
    for name in budget.target.take:
        if name in used or name == TARGET:
            problems.add("TC552", source.place("target", "take", name), name=name, method=target.id)
    for name in (*budget.parameters, *budget.figures):
        if name in target.file.inputs or name in target.file.parameters or name in target.file.choices:
            place = source.place("parameters" if name in budget.parameters else "figures", name)
            problems.add("TC552", place, name=name, method=target.id)


def _check_levels(asked: tuple[Wanted, ...], plan: Plan, source: YamlFile, problems: Collector) -> None:
    """A condition must give yes or no, an amount a number at a level that its place allows."""
    for each in asked:
        shape = plan.shapes.get(each.name)
        if shape is None:
            continue
        place = source.place("steps", each.name, name=each.label.zh)
        if shape.kind != each.kind:
            wanted_kind = Text("是或否", "a yes or no") if each.kind == "truth" else Text("数字", "a number")
            problems.add("TC553", place, formula=each.formula, wanted=wanted_kind)
        elif each.group is not None and shape.level not in (ALL, COUNTY, Level("group", each.group)):
            said = Text(f"每个「{each.group}」一个数", f"one figure for each {each.group}")
            problems.add("TC553", place, formula=each.formula, wanted=said)


def _check_columns(budget: Budget, source: YamlFile, problems: Collector) -> None:
    """Group columns and columns of equal treatment must be there."""
    groups = [name for name, entry in budget.inputs.items() if entry.kind in ("group", "text")]
    known = [*(name for name, entry in budget.inputs.items() if entry.level == "county"), *budget.figures]
    for position, each in enumerate(budget.constraints):
        by = getattr(each, "by", None)
        if by is not None and by not in groups:
            place = source.place("constraints", position, "by")
            problems.add("TC105", place, name=by, near="、".join(groups) or "—")
        for column in getattr(each, "columns", ()):
            if column not in known:
                place = source.place("constraints", position, "columns")
                problems.add("TC105", place, name=column, near="、".join(known) or "—")
