"""The figures of law of two versions of an entry, compared by the days on which they are in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from transfer_calc.method.diff_facts import FIELDS, GROUND, Said
from transfer_calc.method.model import DatedBrackets, Parameter, Rows, ScheduleOf, Value
from transfer_calc.text import Text
from transfer_calc.units import plain

_UNPUBLISHED = Text("未公布", "unpublished")


@dataclass(frozen=True, slots=True)
class _Standing:
    """What an entry says on one day: its figures (by row or bracket; `""` for a parameter) and its ground."""

    figures: Mapping[str, Decimal]
    ground: Mapping[str, Said]


def dated_changes(old: Any, new: Any, start: dt.date | None) -> Iterator[tuple[str, Text, Said, Said]]:
    """The differences of dated figures: field, words, before, after.

    On each day on which either side begins or ceases to say something, what is in force on the one is
    held against what is in force on the other. A difference that lasts is told on its first day only.
    """
    last = (_Standing({}, {}), _Standing({}, {}))
    for day in _days(old, new, start):
        now = (_in_force(old, day), _in_force(new, day))
        figures, former = ([side.figures for side in sides] for sides in (now, last))
        if all(figures):
            for key in dict.fromkeys((*figures[1], *figures[0])):
                was, is_ = (side.get(key) for side in figures)
                if was != is_ and [was, is_] != [side.get(key) for side in former]:
                    path = f"values.{day}.{key}" if key else f"values.{day}"
                    yield path, _figure_title(new, day, key), _one(was, old.unit), _one(is_, new.unit)
        elif any(figures) and figures != former:
            yield f"values.{day}", _figure_title(new, day, ""), _all(now[0], old), _all(now[1], new)
        for name in (*GROUND, "note"):
            ground = [side.ground.get(name) for side in now]
            # Where the figure is gone, so is its ground; that needs no line of its own.
            if (
                now[1].ground
                and ground[0] != ground[1]
                and ground != [side.ground.get(name) for side in last]
            ):
                since = Text("", "") if day is None else Text(f"（{day} 起）", f" from {day}")
                words = Text(FIELDS[name].zh + since.zh, FIELDS[name].en + since.en)
                yield name if day is None else f"values.{day}.{name}", words, ground[0], ground[1]
        last = now


def _days(old: Any, new: Any, start: dt.date | None) -> list[dt.date] | list[None]:
    """The days on which something may change; one without a date where there are no figures at all."""
    dated = (*old.values.values(), *new.values.values())
    ends = [until for each in dated if (until := getattr(each, "until", None)) is not None]
    days = {*old.values, *new.values, *(end + dt.timedelta(days=1) for end in ends)}
    if days and start is not None:
        days = {start, *(day for day in days if day > start)}
    return sorted(days) or [None]


def _in_force(entry: Any, day: dt.date | None) -> _Standing:
    if not entry.values:
        return _Standing({}, {"cite": entry.cite, "evidence": entry.evidence})
    started = [since for since in entry.values if day is not None and since <= day]
    dated = entry.values[max(started)] if started else None
    until = getattr(dated, "until", None)
    if dated is None or (until is not None and day is not None and until < day):
        return _Standing({}, {})
    ground: dict[str, Said] = {name: getattr(dated, name, None) or getattr(entry, name) for name in GROUND}
    note = getattr(dated, "note", None)
    return _Standing(_figures(dated), ground | {"note": None if note is None else Text(note.zh, note.en)})


def dated_text(entry: Any) -> Text:
    """All that an entry says, on one line: its figure, or how many it has, by day."""
    said = [(day, _all(_in_force(entry, day), entry)) for day in sorted(entry.values)]
    texts = [(day, text if isinstance(text, Text) else Text(str(text), str(text))) for day, text in said]
    zh, en = ("; ".join(f"{day}: {text[lang]}" for day, text in texts) for lang in ("zh", "en"))
    return Text(zh, en) if texts else _UNPUBLISHED


def _figures(dated: Any) -> dict[str, Decimal]:
    match dated:
        case Decimal():
            return {"": dated}
        case Value():
            return {"": dated.value}
        case DatedBrackets():
            return {f"{bracket.from_.normalize():f}": bracket.rate for bracket in dated.brackets}
        case Rows():
            return {
                key if second is None else f"{key}, {second}": figure
                for key, row in dated.rows.items()
                for second, figure in (row.items() if isinstance(row, dict) else [(None, row)])
            }
    raise AssertionError(dated)


def _figure_title(entry: Any, day: dt.date | None, key: str) -> Text:
    match entry:
        case Parameter():
            return Text(f"数值（{day} 起）", f"value from {day}")
        case ScheduleOf() if key:
            return Text(f"{key} 起的一档（{day} 起）", f"bracket starting at {key}, from {day}")
        case ScheduleOf():
            return Text(f"各档（{day} 起）", f"brackets from {day}")
        case _ if key:
            return Text(f"「{key}」行（{day} 起）", f"row {key}, from {day}")
    return Text(f"各行（{day} 起）", f"rows from {day}")


def _one(figure: Decimal | None, unit: str) -> str | None:
    if figure is None:
        return None
    return f"{figure:f}" if plain(unit) == "1" else f"{figure:f} {plain(unit)}"


def _all(standing: _Standing, entry: Any) -> Said:
    """All figures in force: the figure of a parameter, the number of rows or brackets else."""
    if not standing.figures:
        return None if entry.values else _UNPUBLISHED
    if isinstance(entry, Parameter):
        return _one(standing.figures[""], entry.unit)
    count = len(standing.figures)
    if isinstance(entry, ScheduleOf):
        return Text(f"{count} 档", f"{count} brackets")
    return Text(f"{count} 个数", f"{count} figures")
