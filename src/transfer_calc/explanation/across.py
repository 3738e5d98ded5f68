"""Figures that came from many counties, or from a table: the whole, and this county in it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from transfer_calc.explanation.row import Seen, noted
from transfer_calc.explanation.tree import Explanation, Fact, Formula, Part
from transfer_calc.language import aggregate
from transfer_calc.language.functions import FUNCTIONS
from transfer_calc.language.nodes import (
    Aggregate,
    Lookup,
    Name,
    Number,
    Schedule,
)
from transfer_calc.language.reading import strictly
from transfer_calc.language.world import Array
from transfer_calc.language.written import figure_text, formula_text
from transfer_calc.text import Text
from transfer_calc.units import plain

if TYPE_CHECKING:
    from transfer_calc.explanation.tell import Teller

_BESIDE = {"standardize": ("mean", "std"), "std": ("mean",), "share": ("total",)}
"""Further figures without which an aggregate's own cannot be followed."""


def tell_aggregate(teller: Teller, node: Aggregate) -> tuple[Explanation, list[Part]]:
    columns, where, found = teller.across(node)
    about, seen, inside = FUNCTIONS[node.function].about, Seen(), bool(where[teller.row])
    first = node.arguments[0] if node.arguments else None
    label = teller.result.label(first.name) if isinstance(first, Name) else None
    title = Text(f"{label.zh}：{about.zh}", f"{label.en}: {about.en}") if label is not None else about
    unit = teller.unit(first.name) if isinstance(first, Name) else ""
    value = teller.own(node, found)
    if inside:
        # Outside its condition the argument may have no value at all.
        for argument in node.arguments:
            teller.settle(argument, seen)
    seen.parts += [node.by] if node.by is not None else []
    facts = [teller.group(node.by)] if node.by is not None else []
    if node.where is not None:
        teller.settle(node.where, seen)
        facts.append(Fact("takes_part", inside))
    members = where if node.by is None else where & _among(teller, node.by)
    facts.append(Fact("units", int(np.count_nonzero(members))))
    for function in _BESIDE.get(node.function, ()):
        beside = replace(node, function=function, options=node.options if function == "std" else ())
        with strictly():
            further = aggregate.compute(beside, columns, where, teller.world)
        facts.append(Fact(function, teller.own(beside, further), unit))
    if inside and columns:
        facts.append(Fact("own", float(columns[0][teller.row]), unit))
        if node.function == "total" and value != 0:
            facts.append(Fact("share", float(columns[0][teller.row]) / value))
        if node.function == "weighted_mean":
            facts.append(Fact("weight", float(columns[1][teller.row])))
        if node.function == "rank":
            facts += _neighbours(teller, node, np.flatnonzero(members), columns[0], found, unit)
    shown = "1" if node.function in (*aggregate.PER_COUNTY, "count") else unit
    text = formula_text(node)
    formula = Formula("", text, Text("", ""), node)
    told = Explanation(text, title, "aggregate", value, shown, (formula,), (*facts, *seen.facts))
    return told, seen.parts


def _among(teller: Teller, group: str) -> Array:
    codes = teller.world.groups[group].codes
    same: Array = codes == codes[teller.row]
    return same


def _neighbours(
    teller: Teller, node: Aggregate, rows: Array, values: Array, ranks: Array, unit: str
) -> list[Fact]:
    """The county before and the one after this in the order of a rank."""
    descending = dict(node.options)["order"] == "descending"
    keys = -values[rows] if descending else values[rows]
    order = rows[np.lexsort((teller.world.order[rows], keys))].tolist()
    at, panel = order.index(teller.row), teller.result.panel
    found = []
    for key, position in (("above", at - 1), ("below", at + 1)):
        if 0 <= position < len(order):
            other = order[position]
            place = f"{ranks[other]:g}"
            text = f"{panel.codes[other]} {panel.names[other]}"
            words = Text(f"第 {place} 名", f"rank {place}")
            found.append(Fact(key, float(values[other]), unit, text, words))
    return found


def tell_table(teller: Teller, node: Lookup | Schedule) -> tuple[Explanation, list[Part]]:
    file, seen = teller.method.file, Seen()
    value = teller.figure(teller.known(node))
    cite, grade = teller.settings.sources[node.table]
    table = file.tables[node.table] if isinstance(node, Lookup) else file.schedules[node.table]
    if isinstance(node, Lookup):
        settled: Lookup | Schedule = replace(node, keys=tuple(teller.settle(key, seen) for key in node.keys))
        words = file.tables[node.table].keys
        for key, called in zip(node.keys, words, strict=True):
            text = key.text if isinstance(key, Number) else teller.value(key)
            said = text if isinstance(text, str) else f"{text:.15g}"
            seen.facts.append(Fact("key", said, words=Text(called.zh, called.en)))
    else:
        settled = replace(node, value=teller.settle(node.value, seen))
        seen.facts += _brackets(teller, node, float(teller.value(settled.value)))
    text, unit = formula_text(node), plain(table.unit)
    if isinstance(node, Schedule) and node.function == "graduated":
        unit = _graduated_unit(teller, node)
    since = max((start for start in table.values if start <= teller.settings.on), default=None)
    told = Explanation(
        text, teller.result.label(node.table), "table", value, unit,
        (Formula("", text, teller.inserted(settled), node),), (*seen.facts, *noted(table.note)),
        cite, teller.document_of(node.table), since, grade,
    )  # fmt: skip
    return told, seen.parts


def _graduated_unit(teller: Teller, node: Schedule) -> str:
    """The unit of a sum over brackets: that of the value, where the rates are plain numbers."""
    schedule = teller.method.file.schedules[node.table]
    return plain(schedule.of) if plain(schedule.unit) == "1" else ""


def _brackets(teller: Teller, node: Schedule, value: float) -> list[Fact]:
    """The bracket a value falls in, or the brackets that it runs through."""
    schedule, unit = teller.world.schedules[node.table], teller.method.file.schedules[node.table]
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
        ends = f"{from_}{figure_text(low, 'en')}, {figure_text(high, 'en')}{')' if math.isinf(high) else to}"
        amount = None if node.function == "brackets" else (min(value, high) - low) * rate
        words = Text(f"数值 {figure_text(rate, 'zh')}", f"rate {figure_text(rate, 'en')}")
        found.append(Fact("bracket", amount, _graduated_unit(teller, node), ends, words))
    return found
