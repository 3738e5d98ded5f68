"""What a run is computed with: date, pool, parameters, choices, tables; each with its origin."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np

from transfer_calc.issues import Collector, Place
from transfer_calc.language.nodes import Expression, names, surely
from transfer_calc.language.world import Brackets, Table
from transfer_calc.method.load import Method
from transfer_calc.method.model import POOL, Choice, Evidence, Input, Parameter, Sourced, Value
from transfer_calc.method.plan import PlannedCondition, PlannedSolve, PlannedStep
from transfer_calc.panel.beside import Given
from transfer_calc.panel.cells import date_of, decimal_of, flag_of, text_of
from transfer_calc.text import Text
from transfer_calc.units import plain, ratio

Origin: TypeAlias = Literal["method", "workbook", "argument", "today"]

ORIGINS: dict[Origin, Text] = {
    "method": Text("办法", "method"),
    "workbook": Text("工作簿", "workbook"),
    "argument": Text("命令行或调用参数", "command line or call"),
    "today": Text("当天", "today"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One figure the run was computed with.

    Attributes:
        name: A parameter, or an input that is one figure for the whole run.
        value: A number; for a flag, yes or no.
        unit: Its unit.
        origin: Who gave it.
        evidence: Its grade; data has none.
        cite: Article of the law.
        since: The date from which the value of law applies.
    """

    name: str
    value: Decimal | bool
    unit: str
    origin: Origin
    evidence: Evidence | None
    cite: str | None = None
    since: dt.date | None = None

    @property
    def said(self) -> str:
        """The value as a clerk writes it."""
        return ("是" if self.value else "否") if isinstance(self.value, bool) else str(self.value)


@dataclass(frozen=True, slots=True)
class Chosen:
    """One reading that the run was computed with."""

    name: str
    option: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class ActiveStep:
    """A step under the choices made: one formula, or one solve."""

    planned: PlannedStep
    formula: Expression | None
    solve: PlannedSolve | None
    reads: frozenset[str]

    @property
    def name(self) -> str:
        return self.planned.name


@dataclass(frozen=True)
class Settings:
    """Everything that decides a result besides the table.

    Attributes:
        on: The date; the values in force on it are used.
        pool: The amount to divide in the method's pool unit, `None` without a pot.
        parameters: Those that the active steps read, and the inputs that are one figure for the run.
        choices: All choices of the method.
        steps: The active steps in order.
        conditions: The active conditions.
        unset: Parameters without a value that only a branch of a conditional reads; the issue that taking
            that branch is.
        tables: The look-up tables in force that they read.
        schedules: The bracket tables likewise.
        sources: Citation and grade of each table and schedule in force.
    """

    on: dt.date
    on_origin: Origin
    pool: Decimal | None
    pool_origin: Origin | None
    parameters: Mapping[str, Setting]
    choices: Mapping[str, Chosen]
    steps: tuple[ActiveStep, ...]
    tables: Mapping[str, Table]
    schedules: Mapping[str, Brackets]
    sources: Mapping[str, tuple[str | None, Evidence]]
    conditions: tuple[PlannedCondition, ...] = ()
    unset: Mapping[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)

    @cached_property
    def read(self) -> frozenset[str]:
        """Every name that the active steps and conditions read."""
        formulas = (names(held.formula) for held in self.conditions)
        return frozenset().union(*(step.reads for step in self.steps), *formulas)

    def is_active(self, name: str) -> bool:
        return any(step.name == name for step in self.steps)


def settle_settings(
    method: Method,
    given: Given,
    *,
    pool: Any,
    on: dt.date | str | None,
    parameters: Mapping[str, Any],
    problems: Collector,
) -> Settings:
    """Bring the arguments, the workbook's sheet 参数 and the method together, in this order of strength.

    All that is wrong goes into `problems`; where there are errors, the settings are not for use.
    """
    day, day_origin = _date(on, given, problems)
    period = method.file.law.in_force
    if not period.holds(day):
        until = f" – {period.until}" if period.until else " –"
        problems.add("TC118", name=method.id, on=day, period=f"{period.from_}{until}")
    parameters = _by_name(method, parameters)
    supplied = {name: (value, "workbook") for name, value in given.values.items()}
    supplied |= {name: (value, "argument") for name, value in parameters.items()}
    _known(method, parameters, problems)
    choices = _choices(method, supplied, given, problems)
    steps, off = _active(method, choices, problems)
    conditions = _conditions(method, choices, off)
    read = frozenset().union(*(step.reads for step in steps), *(names(held.formula) for held in conditions))
    pays = method.file.pays
    needed = POOL in read or (pays is not None and any(step.name == pays.amount for step in steps))
    amount, pool_origin = _pool(method, pool, given, problems, needed=needed)
    needed_anyway = _surely(steps, conditions)
    figures: dict[str, Setting] = {}
    unset: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for name, parameter in method.file.parameters.items():
        if name in read or name in supplied:
            setting = _parameter(name, parameter, supplied, day, problems, given)
            if isinstance(setting, Setting):
                figures[name] = setting
            elif setting is not None and name in needed_anyway:
                problems.add(setting[0], **setting[1])
            elif setting is not None:
                unset[name] = setting
    figures |= {
        name: setting
        for name, entry in method.file.figures.items()
        if name in read or name in supplied
        if (setting := _figure(name, entry, supplied, problems, given)) is not None
    }
    tables, schedules, sources = _tables(method, read, day, problems)
    return Settings(
        day, day_origin, amount, pool_origin, figures, choices, steps, tables, schedules, sources, conditions,
        unset,
    )  # fmt: skip


def _surely(steps: Iterable[ActiveStep], conditions: Iterable[PlannedCondition]) -> frozenset[str]:
    """The names that are read whichever branches the recipients take."""
    formulas = [held.formula for held in conditions]
    for step in steps:
        formulas += [step.formula] if step.formula is not None else []
        formulas += step.solve.formulas() if step.solve is not None else []
    return frozenset().union(*(surely(formula) for formula in formulas))


def _date(on: dt.date | str | None, given: Given, problems: Collector) -> tuple[dt.date, Origin]:
    if isinstance(on, str):
        day = date_of(on)
        if day is not None:
            return day, "argument"
        problems.add("TC313", value=on)
    elif isinstance(on, dt.datetime):
        return on.date(), "argument"
    elif isinstance(on, dt.date):
        return on, "argument"
    elif on is not None:
        problems.add("TC313", value=on)
    if given.on is not None:
        return given.on, "workbook"
    return dt.datetime.now(tz=dt.UTC).astimezone().date(), "today"


def _by_name(method: Method, given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters and choices under their names, though they were given by a title."""
    titles: dict[str, str] = {}
    for name in (*method.file.parameters, *method.file.choices, *method.file.figures):
        label = method.label(name)
        titles |= {text_of(label.zh): name, text_of(label.en): name}
    return {titles.get(text_of(key), key): value for key, value in given.items()}


def _known(method: Method, parameters: Mapping[str, Any], problems: Collector) -> None:
    known = [*method.file.parameters, *method.file.choices, *method.file.figures]
    for name in parameters:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or known
            problems.add("TC305", name=name, near="、".join(near) or "—")


def _choices(
    method: Method, supplied: Mapping[str, Any], given: Given, problems: Collector
) -> dict[str, Chosen]:
    chosen: dict[str, Chosen] = {}
    for name, choice in method.file.choices.items():
        if name in supplied:
            value, origin = supplied[name]
            said = text_of(value)
            by_label = {
                text_of(label): key
                for key, option in choice.options.items()
                for label in (key, option.zh, option.en)
            }
            if said in by_label:
                chosen[name] = Chosen(name, by_label[said], origin)
            else:
                place = given.places.get(name, Place()) if origin == "workbook" else Place()
                problems.add("TC311", place, name=name, value=said, options=_options(choice))
        elif choice.default is not None:
            chosen[name] = Chosen(name, choice.default, "method")
    for name, choice in method.file.choices.items():
        if name not in chosen and name not in supplied and _matters(name, method, chosen):
            label = Text(choice.zh, choice.en)
            problems.add("TC310", name=name, label=label, options=_options(choice))
    return chosen


def _options(choice: Choice) -> Text:
    return Text(
        "、".join(f"{key}（{option.zh}）" for key, option in choice.options.items()),
        ", ".join(f"{key} ({option.en})" for key, option in choice.options.items()),
    )


def _matters(name: str, method: Method, chosen: Mapping[str, Chosen]) -> bool:
    """Whether anything that the other choices leave on answers to a choice."""

    def left_on(when: Mapping[str, str]) -> bool:
        return _holds({choice: option for choice, option in when.items() if choice in chosen}, chosen)

    file = method.file
    switched = [entry.when for entry in file.steps.values()]
    switched += [entry.when for entry in file.conditions.values()]
    switched += [entry.when for entry in file.inputs.values()]
    return any(name in when and left_on(when) for when in switched) or any(
        step.choice == name and left_on(step.when) for step in file.steps.values()
    )


def _holds(when: Mapping[str, str], choices: Mapping[str, Chosen]) -> bool:
    return all(name in choices and choices[name].option == option for name, option in when.items())


def _conditions(method: Method, choices: Mapping[str, Chosen], off: set[str]) -> tuple[PlannedCondition, ...]:
    """The conditions to check: not those on a step that a choice switched off."""
    return tuple(
        condition
        for condition in method.plan.conditions
        if _holds(method.file.conditions[condition.name].when, choices) and not names(condition.formula) & off
    )


def _active(
    method: Method, choices: Mapping[str, Chosen], problems: Collector
) -> tuple[tuple[ActiveStep, ...], set[str]]:
    """The steps that are on, and the names of those that are off."""
    steps: list[ActiveStep] = []
    off: set[str] = set()
    for planned in method.plan.steps:
        step = method.file.steps[planned.name]
        if not _holds(step.when, choices):
            off.add(planned.name)
            if planned.solve is not None and planned.solve.multiplier is not None:
                off.add(planned.solve.multiplier)
            continue
        if planned.solve is not None:
            steps.append(ActiveStep(planned, None, planned.solve, planned.reads))
            continue
        option = (
            "" if step.choice is None else (choices[step.choice].option if step.choice in choices else None)
        )
        if option is None:
            continue  # the choice itself is already an issue
        formula = planned.formulas[option]
        steps.append(ActiveStep(planned, formula, None, names(formula)))
    for active in steps:
        for needed in sorted(active.reads & off):
            problems.add(
                "TC316", Place(name=active.name), step=method.label(active.name), needed=method.label(needed)
            )
    return tuple(steps), off


def _pool(
    method: Method, pool: Any, given: Given, problems: Collector, *, needed: bool
) -> tuple[Decimal | None, Origin | None]:
    pays = method.file.pays
    value, origin = pool, "argument"
    place = Place()
    if value is None and POOL in given.values:
        value, origin, place = given.values[POOL], "workbook", given.places[POOL]
    if pays is None or pays.pool is None:
        if value is not None:
            problems.add("TC312", place, value=text_of(value))
        return None, None
    if value is None:
        if needed:
            problems.add("TC301", unit=plain(pays.pool.unit))
        return None, None
    amount = decimal_of(value)
    if amount is None:
        problems.add("TC302", place, value=text_of(value) or str(value))
        return None, None
    if amount < 0:
        problems.add("TC303", place, value=text_of(value))
        return None, None
    if (Fraction(amount) * ratio(pays.pool.unit, pays.settle.unit)).denominator != 1:
        problems.add(
            "TC304", place, value=text_of(value), unit=plain(pays.pool.unit), settle=plain(pays.settle.unit)
        )
    return amount, "argument" if origin == "argument" else "workbook"


def _figure(
    name: str, entry: Input, supplied: Mapping[str, Any], problems: Collector, given: Given
) -> Setting | None:
    """An input that is one figure for the whole run: data, which no law fixes and which has no grade."""
    unit, label = plain(entry.unit), Text(entry.zh, entry.en)
    if name not in supplied:
        if entry.missing is None:
            problems.add("TC319", name=name, label=label)
            return None
        left_out = entry.missing != 0 if entry.kind == "flag" else entry.missing
        return Setting(name, left_out, unit, "method", None)
    said, origin = supplied[name]
    place = given.places.get(name, Place()) if origin == "workbook" else Place()
    value = flag_of(said) if entry.kind == "flag" else _amount(said, unit)
    if value is None:
        code = "TC214" if entry.kind == "flag" else "TC307"
        problems.add(code, place, column=entry.zh, name=name, value=text_of(said))
        return None
    if isinstance(value, Decimal):
        _within(name, value, entry, place, problems)
    return Setting(name, value, unit, origin, None)


def _amount(said: Any, unit: str) -> Decimal | None:
    """A number as written; 8% is 0.08 where a plain number is wanted, and 8 where % is the unit."""
    text = text_of(said)
    if text.endswith("%") and unit in ("1", "%"):
        value = decimal_of(text.removesuffix("%").strip())
        return value if value is None or unit == "%" else value / 100
    return decimal_of(said)


def _within(name: str, value: Decimal, limits: Input | Parameter, place: Place, problems: Collector) -> None:
    low, high = limits.min, limits.max
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = {"low": "−∞" if low is None else low, "high": "∞" if high is None else high}
        problems.add("TC308", place, name=name, value=value, **bounds)


def _parameter(
    name: str,
    parameter: Parameter,
    supplied: Mapping[str, Any],
    day: dt.date,
    problems: Collector,
    given: Given,
) -> Setting | tuple[str, Mapping[str, Any]] | None:
    """The value of a parameter; the issue that there is none; `None` where that is reported already."""
    unit = plain(parameter.unit)
    label = Text(parameter.zh, parameter.en)
    if name in supplied:
        said, origin = supplied[name]
        place = given.places.get(name, Place()) if origin == "workbook" else Place()
        value = _amount(said, unit)
        if value is None:
            problems.add("TC307", place, name=name, value=text_of(said))
            return None
        _within(name, value, parameter, place, problems)
        return Setting(name, value, unit, origin, "user-given")
    if not parameter.values:
        return "TC306", {"name": name, "label": label}
    since = _in_force(parameter.values, day)
    if since is None:
        known = "、".join(str(start) for start in sorted(parameter.values))
        return "TC309", {"name": name, "label": label, "on": day, "known": known}
    entry = parameter.values[since]
    if isinstance(entry, Value):
        cite, grade = entry.cite or parameter.cite, entry.evidence or parameter.evidence
        return Setting(name, entry.value, unit, "method", grade or "assumed", cite, since)
    return Setting(name, entry, unit, "method", parameter.evidence or "assumed", parameter.cite, since)


_Entry = TypeVar("_Entry")


def _in_force(values: Mapping[dt.date, Any], day: dt.date) -> dt.date | None:
    """The start of the entry in force on a day; a gap between two entries is a gap."""
    started = [start for start in values if start <= day]
    if not started:
        return None
    until = getattr(values[max(started)], "until", None)
    return None if until is not None and until < day else max(started)


def _tables(
    method: Method, read: frozenset[str], day: dt.date, problems: Collector
) -> tuple[dict[str, Table], dict[str, Brackets], dict[str, tuple[str | None, Evidence]]]:
    tables: dict[str, Table] = {}
    schedules: dict[str, Brackets] = {}
    sources: dict[str, tuple[str | None, Evidence]] = {}

    def current(
        name: str, zh: str, en: str, values: Mapping[dt.date, _Entry], whole: Sourced
    ) -> _Entry | None:
        since = _in_force(values, day)
        if since is None:
            known = "、".join(str(start) for start in sorted(values))
            problems.add("TC309", name=name, label=Text(zh, en), on=day, known=known)
            return None
        entry = values[since]
        own = entry if isinstance(entry, Sourced) else whole
        sources[name] = (own.cite or whole.cite, own.evidence or whole.evidence or "assumed")
        return entry

    for name, table in method.file.tables.items():
        if name in read and (rows := current(name, table.zh, table.en, table.values, table)) is not None:
            figures: dict[tuple[str, ...], float] = {}
            for key, row in rows.rows.items():
                if isinstance(row, dict):
                    figures |= {(key, second): float(figure) for second, figure in row.items()}
                else:
                    figures[(key,)] = float(row)
            tables[name] = Table(name, figures, by_prefix=table.match == "prefix")
    for name, schedule in method.file.schedules.items():
        if (
            name in read
            and (dated := current(name, schedule.zh, schedule.en, schedule.values, schedule)) is not None
        ):
            starts = np.asarray([float(bracket.from_) for bracket in dated.brackets])
            rates = np.asarray([float(bracket.rate) for bracket in dated.brackets])
            schedules[name] = Brackets(name, starts, rates, schedule.inclusive)
    return tables, schedules, sources
