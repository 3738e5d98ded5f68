"""What a template asks for: the columns and the figures that a method needs under the choices made.

Nothing is asked that the choices switch off; what an open choice may need is asked with that condition.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from transfer_calc.calculation.settings import settle_settings
from transfer_calc.issues import Collector, DataError
from transfer_calc.language.nodes import names, surely
from transfer_calc.method.load import Method
from transfer_calc.method.model import Evidence, Input, MethodFile, Parameter, Period, Value
from transfer_calc.panel.beside import Given
from transfer_calc.units import plain

When: TypeAlias = frozenset[tuple[str, str]]
"""The open choices, each with the option, under which something is needed; empty where it always is."""

_NEVER_A_TEMPLATE_MATTER = ("TC301", "TC306", "TC309", "TC310", "TC316", "TC319")
_EARLIER, _THIS_YEAR = ("上年", "前年"), ("", "本年", "当年", "今年")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: a method's input, needed where one of `under` holds."""

    name: str
    entry: Input
    under: tuple[When, ...]

    @property
    def unit(self) -> str:
        return plain(self.entry.unit)


@dataclass(frozen=True, slots=True)
class Figure:
    """A single figure that the user gives: a parameter without a value, or an input that is one for all."""

    name: str
    entry: Parameter | Input
    under: tuple[When, ...]
    branch_only: bool = False

    @property
    def unit(self) -> str:
        return plain(self.entry.unit)


@dataclass(frozen=True, slots=True)
class OfLaw:
    """A parameter that the method itself gives on the day."""

    name: str
    entry: Parameter
    value: Decimal
    cite: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Fields:
    """Everything that a template of a method holds.

    Attributes:
        method: The method.
        day: The date whose values of law are shown.
        asked_day: The date to be written down, where one was asked for or today would not do.
        chosen: The option of each choice that was made, or has a default.
        made: The choices that were made by hand.
        idle: The choices that nothing answers to under the others.
        columns: In the order of the table.
        left_out: Columns that the choices make needless.
        figures: What the user must give beside the table.
        of_law: What the method gives.
    """

    method: Method
    day: dt.date
    asked_day: dt.date | None
    chosen: Mapping[str, str]
    made: frozenset[str]
    idle: frozenset[str]
    columns: tuple[Column, ...]
    left_out: tuple[Column, ...]
    figures: tuple[Figure, ...]
    of_law: tuple[OfLaw, ...]

    @property
    def file(self) -> MethodFile:
        return self.method.file


def fields_of(method: Method, choices: Mapping[str, str] | None, on: dt.date | str | None) -> Fields:
    """Find what a method needs.

    Args:
        method: The method.
        choices: Options of choices, by name or title.
        on: The date whose values count; today where it is not given and the method is in force.

    Raises:
        DataError: If a choice or the date is none of the method's.
    """
    asked = on
    today = dt.datetime.now(tz=dt.UTC).astimezone().date()
    if asked is None and not method.file.law.in_force.holds(today):
        asked = _nearest(method.file.law.in_force, today)
    problems = Collector()
    settings = settle_settings(
        method, Given(), pool=None, on=asked, parameters=dict(choices or {}), problems=problems
    )
    wrong = [found for found in problems if found.code not in _NEVER_A_TEMPLATE_MATTER]
    if wrong:
        raise DataError(wrong)
    chosen = {name: made.option for name, made in settings.choices.items()}
    columns = [
        Column(name, entry, _under([entry.when], chosen, method.file))
        for name, entry in method.file.columns.items()
    ]
    figures, of_law = _figures(method, chosen, settings.on)
    return Fields(
        method=method,
        day=settings.on,
        asked_day=None if asked is None else settings.on,
        chosen=chosen,
        made=frozenset(name for name, made in settings.choices.items() if made.origin == "argument"),
        idle=frozenset(name for name in method.file.choices if not _matters(name, method.file, chosen)),
        columns=tuple(in_order([column for column in columns if column.under])),
        left_out=tuple(column for column in columns if not column.under),
        figures=figures,
        of_law=of_law,
    )


def _nearest(period: Period, day: dt.date) -> dt.date:
    return period.from_ if day < period.from_ else period.until or day


def _under(
    whens: Iterable[Mapping[str, str]], chosen: Mapping[str, str], file: MethodFile
) -> tuple[When, ...]:
    """What is still open of some conditions; nothing where the choices rule them all out."""
    possible = [
        when for when in whens if all(chosen.get(name, option) == option for name, option in when.items())
    ]
    still_open = [
        frozenset((name, option) for name, option in when.items() if name not in chosen) for when in possible
    ]
    for name, choice in file.choices.items():
        if all(frozenset({(name, option)}) in still_open for option in choice.options):
            return (frozenset(),)
    wide = [when for when in still_open if not any(other < when for other in still_open)]
    return tuple(dict.fromkeys(wide))


def _whens(file: MethodFile) -> list[Mapping[str, str]]:
    """Under which choices each step, condition and input stands."""
    found: list[Mapping[str, str]] = [step.when for step in file.steps.values()]
    found += [condition.when for condition in file.conditions.values()]
    return found + [entry.when for entry in file.inputs.values()]


def _matters(name: str, file: MethodFile, chosen: Mapping[str, str]) -> bool:
    """Whether anything that the other choices leave on answers to a choice."""
    switched = [step.when for step in file.steps.values() if step.choice == name]
    switched += [
        {choice: option for choice, option in when.items() if choice != name}
        for when in _whens(file)
        if name in when
    ]
    return bool(_under(switched, chosen, file))


def _figures(
    method: Method, chosen: Mapping[str, str], day: dt.date
) -> tuple[tuple[Figure, ...], tuple[OfLaw, ...]]:
    whens, sure = _reads(method)
    figures: list[Figure] = []
    of_law: list[OfLaw] = []
    for name, entry in method.file.figures.items():
        if under := _under(whens.get(name, ()), chosen, method.file):
            figures.append(Figure(name, entry, under))
    for name, parameter in method.file.parameters.items():
        under = _under(whens.get(name, ()), chosen, method.file)
        found = value_on(parameter, day)
        if under and found is None:
            figures.append(Figure(name, parameter, under, name not in sure))
        elif under and found is not None:
            of_law.append(OfLaw(name, parameter, *found))
    return tuple(figures), tuple(of_law)


def _reads(method: Method) -> tuple[dict[str, list[Mapping[str, str]]], set[str]]:
    """For each name the conditions under which a step or condition reads it; and what no branch avoids."""
    found: dict[str, list[Mapping[str, str]]] = {}
    sure: set[str] = set()
    for planned in method.plan.steps:
        step = method.file.steps[planned.name]
        solve = [] if planned.solve is None else planned.solve.formulas()
        for option, formulas in [*((key, [one]) for key, one in planned.formulas.items()), ("", solve)]:
            when = (
                dict(step.when) if step.choice is None or not option else {**step.when, step.choice: option}
            )
            for formula in formulas:
                sure |= surely(formula)
                for name in names(formula):
                    found.setdefault(name, []).append(when)
    for planned_condition in method.plan.conditions:
        sure |= surely(planned_condition.formula)
        for name in names(planned_condition.formula):
            found.setdefault(name, []).append(method.file.conditions[planned_condition.name].when)
    return found, sure


def value_on(parameter: Parameter, day: dt.date) -> tuple[Decimal, str | None, Evidence] | None:
    """The value of law in force on a day, its article and its grade."""
    started = [start for start in parameter.values if start <= day]
    if not started:
        return None
    entry = parameter.values[max(started)]
    if not isinstance(entry, Value):
        return entry, parameter.cite, parameter.evidence or "assumed"
    if entry.until is not None and entry.until < day:
        return None
    return entry.value, entry.cite or parameter.cite, entry.evidence or parameter.evidence or "assumed"


def in_order(columns: Sequence[Column]) -> list[Column]:
    """Groups first, then the method's order; a figure of last year right beside that of this year."""
    by_label = {column.entry.zh: column.name for column in columns}
    known = {column.name: column for column in columns}
    beside: dict[str, list[Column]] = {}
    for column in columns:
        partner = _partner(column, by_label, known)
        if partner is not None and partner != column.name:
            beside.setdefault(partner, []).append(column)
    moved = {column.name for following in beside.values() for column in following}
    groups = [column for column in columns if column.entry.kind in ("group", "text")]
    others = [column for column in columns if column.entry.kind not in ("group", "text")]
    return [
        each
        for column in (*groups, *others)
        if column.name not in moved
        for each in (column, *beside.get(column.name, ()))
    ]


def _partner(column: Column, by_label: Mapping[str, str], known: Mapping[str, Column]) -> str | None:
    """The column of this year to a column of last year: by its label 上年X, or its name last_year_x."""
    label = column.entry.zh
    if label.startswith(_EARLIER):
        rest = label[len(_EARLIER[0]) :]
        return next((by_label[start + rest] for start in _THIS_YEAR if start + rest in by_label), None)
    for name in (column.name.removeprefix("last_year_"), column.name.removesuffix("_last_year")):
        if name != column.name and name in known:
            return name
    return None
