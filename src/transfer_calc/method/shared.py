"""Pieces of law that several methods share, merged into a method under its own names.

A piece's inputs are its openings: where the method has an input, a step or a parameter of that name, that
one is read; else the input is taken along. Any other name that both define is a conflict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from transfer_calc.issues import Collector, MethodError
from transfer_calc.language.nodes import names
from transfer_calc.language.parse import parse
from transfer_calc.method.model import POOL, Condition, Input, MethodFile, PoolOf, Solve, Step, Use
from transfer_calc.method.yaml_file import YamlFile, read_yaml
from transfer_calc.text import Text

Finder = Callable[[str], Path]

SECTIONS = ("inputs", "parameters", "choices", "tables", "schedules", "steps", "conditions")
_FILLING = ("inputs", "steps", "parameters")

_WORDS = re.compile(r""""[^"]*"|'[^']*'|[^\W\d]\w*(?!\w)(?!\s*=[^=])""")
"""A quoted text, or a name that is not the keyword of an option."""

_OPENING = re.compile(r"\{(\w+)\}")


def with_shared(
    own: MethodFile, source: YamlFile, find: Finder, read: Callable[[YamlFile], MethodFile]
) -> tuple[MethodFile, dict[str, str], dict[str, Path]]:
    """Merge in what `uses` takes, and what that needs in turn.

    Returns:
        The whole method; for each name taken over, the id of its file; the files by id.

    Raises:
        MethodError: With every piece that is missing or whose name is taken.
    """
    content = {section: dict(getattr(own, section)) for section in SECTIONS}
    has_pool = own.pays is not None and own.pays.pool is not None
    origins: dict[str, str] = {}
    pieces: dict[str, Path] = {}
    problems = Collector()
    for position, use in enumerate(own.uses):
        place = source.place("uses", position)
        path = find(use.id)
        piece = read(read_yaml(path))
        pieces[use.id] = path
        known = {name: section for section in SECTIONS for name in getattr(piece, section)}
        multipliers = _multipliers(piece)
        for name in sorted(set(use.as_) - known.keys() - multipliers):
            problems.add("TC117", place, name=use.id, item=name, known="、".join(known))
        for name in (name for name in use.take if name not in known):
            problems.add("TC117", place, name=use.id, item=name, known="、".join(known))
        wanted = _with_needs(use.take, piece, known)
        # In the order of the piece, so that a method is the same on every run.
        for name, section in ((name, section) for name, section in known.items() if name in wanted):
            own_name = use.as_.get(name, name)
            holder = next((held for held in SECTIONS if own_name in content[held]), None)
            if section == "inputs" and own_name == POOL and has_pool:
                continue
            entry = _renamed(getattr(piece, section)[name], use.as_)
            if use.when and isinstance(entry, (Step, Condition, Input)):
                entry = entry.model_copy(update={"when": {**use.when, **entry.when}})
            if holder is None:
                content[section][own_name] = entry
                origins[own_name] = use.id
                continue
            filled = section == "inputs" and holder in _FILLING
            same_again = origins.get(own_name) == use.id and _alike(content[holder][own_name], entry)
            if not (filled or same_again):
                problems.add("TC116", place, name=own_name, first=holder, second=use.id)
        _fill_titles(content, origins, use, own.pays.pool if own.pays is not None else None)
    if problems.errors:
        raise MethodError(problems.issues)
    if own.kind == "method" and not content["steps"]:
        problems.add("TC104", source.place(), path="steps", detail=Text("缺少步骤", "there are no steps"))
        raise MethodError(problems.issues)
    # Not validated again: every part already was, in its own file.
    return own.model_copy(update=content), origins, pieces


def _with_needs(take: Iterable[str], piece: MethodFile, known: Mapping[str, str]) -> set[str]:
    """What is taken, and what that reads in the piece, in turn."""
    waiting = [name for name in take if name in known]
    wanted: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in wanted:
            continue
        wanted.add(name)
        written = getattr(piece, known[name])[name]
        needed: Iterable[str] = ()
        if isinstance(written, (Step, Condition)):
            needed = _needs(written)
        elif isinstance(written, Input):
            needed = written.when
        waiting.extend(other for other in needed if other in known)
    return wanted


def _alike(held: Any, again: Any) -> bool:
    """Whether a piece that is used twice brings the same thing again; titles may be filled in by now."""
    titles = {"zh": "", "en": ""}
    return bool(held.model_copy(update=titles) == again.model_copy(update=titles))


def _multipliers(piece: MethodFile) -> set[str]:
    solves = [step.solve for step in piece.steps.values() if step.solve is not None]
    return {solve.multiplier.name for solve in solves if solve.multiplier is not None}


def _formulas(entry: Step | Condition) -> list[str]:
    if isinstance(entry, Condition):
        return [entry.formula]
    if entry.solve is not None:
        parts = (entry.solve.claim, entry.solve.total, entry.solve.floor, entry.solve.cap)
        return [part for part in parts if part is not None]
    if isinstance(entry.formula, dict):
        return list(entry.formula.values())
    return [str(entry.formula)]


def _needs(entry: Step | Condition) -> set[str]:
    needed = set(entry.when)
    if isinstance(entry, Step):
        needed |= {*entry.requires, *([entry.choice] if entry.choice else [])}
    return needed.union(*(names(parse(text)) for text in _formulas(entry)))


def _renamed(entry: Any, other: Mapping[str, str]) -> Any:
    """An entry of a piece with the method's own names in its formulas."""
    if isinstance(entry, Input) and entry.when:
        return entry.model_copy(
            update={"when": {other.get(name, name): option for name, option in entry.when.items()}}
        )
    if not other or not isinstance(entry, (Step, Condition)):
        return entry

    def text(formula: str | None) -> str | None:
        if formula is None:
            return None
        return _WORDS.sub(lambda found: other.get(found[0], found[0]), formula)

    change: dict[str, Any] = {"when": {other.get(name, name): option for name, option in entry.when.items()}}
    if isinstance(entry, Condition) or isinstance(entry.formula, str):
        change["formula"] = text(str(entry.formula))
    elif isinstance(entry.formula, dict):
        change["formula"] = {option: text(formula) for option, formula in entry.formula.items()}
    if isinstance(entry, Step):
        change["requires"] = tuple(other.get(name, name) for name in entry.requires)
        change["choice"] = other.get(entry.choice, entry.choice) if entry.choice else None
        change["solve"] = None if entry.solve is None else _renamed_solve(entry.solve, text, other)
    return entry.model_copy(update=change)


def _renamed_solve(solve: Solve, text: Callable[[str | None], str | None], other: Mapping[str, str]) -> Solve:
    parts: dict[str, Any] = {key: text(getattr(solve, key)) for key in ("claim", "total", "floor", "cap")}
    multiplier = solve.multiplier
    if multiplier is not None:
        multiplier = multiplier.model_copy(update={"name": other.get(multiplier.name, multiplier.name)})
    return solve.model_copy(update=parts | {"multiplier": multiplier})


def _fill_titles(
    content: dict[str, dict[str, Any]], origins: Mapping[str, str], use: Use, pool: PoolOf | None
) -> None:
    """In titles and units of a piece, `{opening}` stands for the title and unit of what fills the opening."""
    held = {name: entry for section in SECTIONS for name, entry in content[section].items()}
    if pool is not None:
        held[POOL] = pool

    def filled(text: str, key: str) -> str:
        def of(found: re.Match[str]) -> str:
            entry = held.get(use.as_.get(found[1], found[1]))
            return found[0] if entry is None else _unit(entry) if key == "unit" else str(getattr(entry, key))

        return _OPENING.sub(of, text)

    for section in SECTIONS:
        for name, entry in content[section].items():
            if origins.get(name) == use.id:
                content[section][name] = told = _with_words(entry, filled)
                solve = getattr(told, "solve", None)
                if solve is not None and solve.multiplier is not None:
                    solve = solve.model_copy(update={"multiplier": _with_words(solve.multiplier, filled)})
                    content[section][name] = told.model_copy(update={"solve": solve})


def _with_words(entry: Any, filled: Callable[[str, str], str]) -> Any:
    keys = [key for key in ("zh", "en", "unit") if hasattr(entry, key)]
    return entry.model_copy(update={key: filled(getattr(entry, key), key) for key in keys})


def _unit(entry: Any) -> str:
    unit = str(getattr(entry, "unit", "1"))
    return f"({unit})" if "/" in unit or "*" in unit else unit


def on_its_own(piece: MethodFile) -> MethodFile:
    """A shared piece with its openings filled by its own inputs, so that it can be shown alone."""
    content = {section: dict(getattr(piece, section)) for section in SECTIONS}
    own = {name: piece.id for section in SECTIONS for name in content[section]}
    _fill_titles(content, own, Use(id=piece.id, take=tuple(own)), None)
    return piece.model_copy(update=content)
