"""What a run is computed with: date, pool, parameters, choices, tables; each with its origin."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np

from transfer_calc.issues import Collector, Place
from transfer_calc.language.nodes import Expression, names
from transfer_calc.language.world import Brackets, Table
from transfer_calc.method.load import Method
from transfer_calc.method.model import POOL, Evidence, Parameter, Sourced, Value
from transfer_calc.method.plan import PlannedSolve, PlannedStep
from transfer_calc.panel.beside import Given
from transfer_calc.panel.cells import decimal_of, text_of
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
    """One figure the run was computed with."""

    name: str
    value: Decimal
    unit: str
    origin: Origin
    evidence: Evidence
    cite: str | None = None
    since: dt.date | None = None


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
        parameters: Those that the active steps read.
        choices: All choices of the method.
        steps: The active steps in order.
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
    steps = _active(method, choices, problems)
    read = frozenset().union(*(step.reads for step in steps)) if steps else frozenset()
    pays = method.file.pays
    needed = POOL in read or (pays is not None and any(step.name == pays.amount for step in steps))
    amount, pool_origin = _pool(method, pool, given, problems, needed=needed)
    figures = {
        name: setting
        for name, parameter in method.file.parameters.items()
        if name in read or name in supplied
        if (setting := _parameter(name, parameter, supplied, day, problems, given)) is not None
    }
    tables, schedules, sources = _tables(method, read, day, problems)
    return Settings(day, day_origin, amount, pool_origin, figures, choices, steps, tables, schedules, sources)


def _date(on: dt.date | str | None, given: Given, problems: Collector) -> tuple[dt.date, Origin]:
    if isinstance(on, str):
        try:
            return dt.date.fromisoformat(on), "argument"
        except ValueError:
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
    for name in (*method.file.parameters, *method.file.choices):
        label = method.label(name)
        titles |= {label.zh: name, label.en: name}
    return {titles.get(key, key): value for key, value in given.items()}


def _known(method: Method, parameters: Mapping[str, Any], problems: Collector) -> None:
    known = [*method.file.parameters, *method.file.choices]
    for name in parameters:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or known
            problems.add("TC305", name=name, near="、".join(near) or "—")


def _choices(
    method: Method, supplied: Mapping[str, Any], given: Given, problems: Collector
) -> dict[str, Chosen]:
    chosen: dict[str, Chosen] = {}
    for name, choice in method.file.choices.items():
        options = Text(
            "、".join(f"{key}（{option.zh}）" for key, option in choice.options.items()),
            ", ".join(f"{key} ({option.en})" for key, option in choice.options.items()),
        )
        if name in supplied:
            value, origin = supplied[name]
            said = text_of(value)
            by_label = {
                label: key for key, option in choice.options.items() for label in (key, option.zh, option.en)
            }
            if said in by_label:
                chosen[name] = Chosen(name, by_label[said], origin)
            else:
                place = given.places.get(name, Place()) if origin == "workbook" else Place()
                problems.add("TC311", place, name=name, value=said, options=options)
        elif choice.default is not None:
            chosen[name] = Chosen(name, choice.default, "method")
        else:
            problems.add("TC310", name=name, label=Text(choice.zh, choice.en), options=options)
    return chosen


def _active(method: Method, choices: Mapping[str, Chosen], problems: Collector) -> tuple[ActiveStep, ...]:
    steps: list[ActiveStep] = []
    off: set[str] = set()
    for planned in method.plan.steps:
        step = method.file.steps[planned.name]
        if not all(name in choices and choices[name].option == option for name, option in step.when.items()):
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
    return tuple(steps)


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


def _parameter(
    name: str,
    parameter: Parameter,
    supplied: Mapping[str, Any],
    day: dt.date,
    problems: Collector,
    given: Given,
) -> Setting | None:
    unit = plain(parameter.unit)
    label = Text(parameter.zh, parameter.en)
    if name in supplied:
        said, origin = supplied[name]
        place = given.places.get(name, Place()) if origin == "workbook" else Place()
        value = decimal_of(said)
        if value is None:
            problems.add("TC307", place, name=name, value=text_of(said))
            return None
        low, high = parameter.min, parameter.max
        if (low is not None and value < low) or (high is not None and value > high):
            bounds = {"low": "−∞" if low is None else low, "high": "∞" if high is None else high}
            problems.add("TC308", place, name=name, value=value, **bounds)
        return Setting(name, value, unit, origin, "user-given")
    if not parameter.values:
        problems.add("TC306", name=name, label=label)
        return None
    since = _in_force(parameter.values, day)
    if since is None:
        known = "、".join(str(start) for start in sorted(parameter.values))
        problems.add("TC309", name=name, label=label, on=day, known=known)
        return None
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
            tables[name] = Table(name, figures)
    for name, schedule in method.file.schedules.items():
        if (
            name in read
            and (dated := current(name, schedule.zh, schedule.en, schedule.values, schedule)) is not None
        ):
            starts = np.asarray([float(bracket.from_) for bracket in dated.brackets])
            rates = np.asarray([float(bracket.rate) for bracket in dated.brackets])
            schedules[name] = Brackets(name, starts, rates, schedule.inclusive)
    return tables, schedules, sources
