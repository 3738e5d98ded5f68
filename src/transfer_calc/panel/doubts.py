"""Doubts: figures that are valid, and that a finance person would ask about all the same."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping

import numpy as np

from transfer_calc.issues import Collector, Issue, Place
from transfer_calc.method.load import Method
from transfer_calc.method.model import Input
from transfer_calc.panel import confusion
from transfer_calc.panel.changes import KINDS, Change
from transfer_calc.panel.confusion import FEWEST, Floats, Shift, Suspect
from transfer_calc.panel.heading import CODE
from transfer_calc.panel.notes import SHOWN
from transfer_calc.panel.panel import Panel
from transfer_calc.text import Text
from transfer_calc.units import measure, plain, ratio

JUMP = 0.3
"""How far a figure may change beside the others before that is a doubt."""

_BEFORE = ("上年", "去年", "上一年")
_LAST_YEAR = Text("上年", "last year's figure")
_COLUMNS = Text("其他资金列中位数", "the median of the other columns of money")


def doubts(
    panel: Panel,
    method: Method,
    last: Panel | None = None,
    changes: Iterable[Change] | None = None,
    on: dt.date | None = None,
) -> tuple[Issue, ...]:
    """Ask about figures that may be in another unit, that jumped, or whose county has changed.

    Args:
        panel: The table.
        method: The method it was read with.
        last: Last year's table, read with the same method.
        changes: What became of codes, from `load_changes`.
        on: The date of the calculation; by default that of the workbook. Without one, changes of any
            date count.

    Returns:
        Warnings, by column and row. A total that does not match is told by reading already.
    """
    problems = Collector()
    entries = {
        name: entry
        for name, entry in method.file.columns.items()
        if entry.kind == "number" and name in panel.columns
    }
    columns: dict[str, Floats] = {name: panel.columns[name].astype(np.float64) for name in entries}
    before = {} if last is None else _matched(panel, last, entries)
    whole = _whole_columns(panel, columns, before, entries, problems)
    groups = _groups(panel, method)
    people = _people(columns, entries)
    for name, entry in entries.items():
        asked: set[int] = set()
        if name in before and name not in whole:
            found = confusion.suspects_by_year(before[name], columns[name], entry.unit, _LAST_YEAR)
            asked |= _ask(found, panel, name, entry, columns[name], problems)
        yardstick = people if measure(entry.unit).kind == measure("平方公里").kind else None
        found = confusion.suspects(columns[name], entry.unit, groups, yardstick)
        found = [each for each in found if each.row not in asked]
        asked |= _ask(found, panel, name, entry, columns[name], problems)
        if name in before and name not in whole:
            _jumps(panel, name, entry, before[name], columns[name], asked, problems)
    if last is not None:
        _gone(panel, last, problems)
    _recoded(panel, changes or (), on or panel.given.on, problems)
    return tuple(problems.issues)


def _matched(panel: Panel, last: Panel, entries: Mapping[str, Input]) -> dict[str, Floats]:
    """Last year's figures in the order of this year's units; nan for a unit that was not there."""
    rows = {code: row for row, code in enumerate(last.codes.tolist())}
    order = [rows.get(code, -1) for code in panel.codes.tolist()]
    found = {}
    for name in entries:
        if name in last.columns and len(last):
            values = last.columns[name].astype(np.float64)[order]
            found[name] = np.where(np.asarray(order) < 0, np.nan, values)
    return found


def _groups(panel: Panel, method: Method) -> confusion.Groups | None:
    """The groups of the first column of groups, such as the prefectures."""
    names = (name for name, entry in method.file.columns.items() if entry.kind == "group")
    columns = (panel.columns[name] for name in names if name in panel.columns)
    first = next(columns, None)
    return None if first is None else confusion.Groups(first)


def _people(columns: Mapping[str, Floats], entries: Mapping[str, Input]) -> Floats | None:
    """The number of people, which areas go with: population where there is one."""
    counted = [name for name, entry in entries.items() if measure(entry.unit).kind == measure("人").kind]
    name = "population" if "population" in counted else next(iter(counted), None)
    return None if name is None else columns[name]


def _whole_columns(
    panel: Panel,
    columns: Mapping[str, Floats],
    before: Mapping[str, Floats],
    entries: Mapping[str, Input],
    problems: Collector,
) -> set[str]:
    """Ask about columns that are in another unit as a whole; the names of these."""
    found: dict[str, tuple[Shift, float, Text]] = {}
    for name, entry in entries.items():
        own = _own_last_year(name, entries)
        yardsticks = [(before[name], _LAST_YEAR)] if name in before else []
        if own is not None:
            yardsticks.append((columns[own], Text(entries[own].zh, entries[own].en)))
        for values, against in yardsticks:
            off = confusion.whole_shift(values, columns[name], entry.unit)
            if off is not None:
                found.setdefault(name, (*off, against))
    kind = measure("元").kind
    money = {name: columns[name] for name in columns if measure(entries[name].unit).kind == kind}
    for name, (shift, times) in confusion.odd_columns(money, entries).items():
        found.setdefault(name, (shift, times, _COLUMNS))
    for name, (shift, times, against) in found.items():
        entry = entries[name]
        problems.add(
            "TC246", panel.headings.get(name, Place(name=name)),
            column=Text(entry.zh, entry.en), against=against, times=_times(times),
            unit=_unit(shift.unit), wanted=_unit(plain(entry.unit)),
        )  # fmt: skip
    return set(found)


def _own_last_year(name: str, entries: Mapping[str, Input]) -> str | None:
    """The input of the method that is last year's figure of another: 上年缺口 for 缺口."""
    labels = {entry.zh: other for other, entry in entries.items()}
    found = (labels.get(word + entries[name].zh) for word in _BEFORE)
    own = next((each for each in found if each is not None), None)
    return own if own is None or measure(entries[own].unit) == measure(entries[name].unit) else None


def _ask(
    found: list[Suspect], panel: Panel, name: str, entry: Input, values: Floats, problems: Collector
) -> set[int]:
    """Ask about single figures; the rows asked about."""
    wanted = plain(entry.unit)
    for each in found:
        value = float(values[each.row])
        problems.add(
            "TC245",
            panel.place(each.row, name),
            column=Text(entry.zh, entry.en),
            value=f"{value:,.12g}",
            against=each.against,
            times=_times(each.times),
            unit=_unit(each.shift.unit),
            corrected=f"{value * float(ratio(each.shift.unit, wanted)):,.12g}",
            wanted=_unit(wanted),
        )
    return {each.row for each in found}


def _unit(unit: str) -> Text:
    return Text("纯数", "a plain number") if unit == "1" else Text(unit, unit)


def _times(times: float) -> Text:
    """How many times something is, to two or three digits: 9,900 倍, 1/10,200."""
    digits = 1 - math.floor(math.log10(times if times >= 1 else 1 / times))
    if times >= 1:
        said = f"{round(times, digits):,.12g}"
        return Text(f" {said} 倍", f"{said} times")
    said = f"1/{round(1 / times, digits):,.12g}"
    return Text(f" {said}", said)


def _jumps(
    panel: Panel,
    name: str,
    entry: Input,
    before: Floats,
    now: Floats,
    asked: set[int],
    problems: Collector,
) -> None:
    """Ask about figures whose change stands out: by its size, and among the changes of the others."""
    logs = confusion.changes(before, now) * math.log(10)
    known = np.isfinite(logs)
    if int(known.sum()) < FEWEST:
        return
    usual = float(np.median(logs[known]))
    away = logs - usual
    spread = _spread_of_changes(away[known])
    far = known & (np.abs(away) > 5 * spread) & (np.abs(np.expm1(away)) > JUMP)
    # A figure that is gone is the largest of all jumps, and has no logarithm.
    gone = (before > 0) & (now == 0) & (float(np.mean(before[before >= 0] > 0)) > 0.9) & (known.mean() > 0.9)
    for row in np.flatnonzero(far | gone).tolist():
        if row not in asked:
            change = now[row] / before[row] - 1
            problems.add(
                "TC247",
                panel.place(row, name),
                column=Text(entry.zh, entry.en),
                before=f"{before[row]:,.12g}",
                value=f"{now[row]:,.12g}",
                change=f"{change:+.1%}",
                usual=f"{math.expm1(usual):+.1%}",
            )


def _spread_of_changes(away: Floats) -> float:
    """The size of usual changes: the larger of two robust measures, and more where there are few units."""
    by_median = 1.4826 * float(np.median(np.abs(away)))
    low, high = np.quantile(away, [0.2, 0.8])
    return max(by_median, float(high - low) / 1.683, 0.01) * (1 + 1 / math.sqrt(away.size))


def _gone(panel: Panel, last: Panel, problems: Collector) -> None:
    """Ask about units that are in one of the two tables only."""
    here, there = panel.codes.tolist(), last.codes.tolist()
    for code, one, other, names in (
        ("TC248", there, set(here), dict(zip(there, last.names.tolist(), strict=True))),
        ("TC251", here, set(there), dict(zip(here, panel.names.tolist(), strict=True))),
    ):
        alone = [each for each in one if each not in other]
        if alone:
            shown = "、".join(f"{each} {names[each]}" for each in alone[:SHOWN])
            more = Text(" 等" if len(alone) > SHOWN else "", ", …" if len(alone) > SHOWN else "")
            units = Text(shown + more.zh, shown.replace("、", ", ") + more.en)
            problems.add(code, Place(file=panel.file or None), count=len(alone), units=units)


def _recoded(panel: Panel, changes: Iterable[Change], on: dt.date | None, problems: Collector) -> None:
    rows = {code: row for row, code in enumerate(panel.codes.tolist())}
    for change in changes:
        if change.old in rows and (on is None or change.on <= on):
            place = panel.place(rows[change.old], CODE)
            new = "、".join(change.new)
            became = Text(f"，现为 {new}", f"; now {', '.join(change.new)}") if new else Text("", "")
            problems.add(
                "TC249", place, value=change.old, day=change.on, kind=KINDS[change.kind], new=became,
                basis=change.basis,
            )  # fmt: skip
