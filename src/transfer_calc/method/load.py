"""Loading a method: file → checked content → plan, with the shared pieces it uses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from transfer_calc.issues import Collector, MethodError
from transfer_calc.language.nodes import names
from transfer_calc.language.parse import parse
from transfer_calc.method.form import path_of, said
from transfer_calc.method.model import MethodFile, Step
from transfer_calc.method.plan import Plan, make_plan
from transfer_calc.method.yaml_file import YamlFile, read_yaml
from transfer_calc.text import Text

Finder = Callable[[str], Path]

_SECTIONS = ("inputs", "parameters", "choices", "tables", "schedules", "steps")


@dataclass(frozen=True)
class Method:
    """A legal rule set, loaded and checked.

    Attributes:
        file: What the file says, with the shared pieces merged in.
        plan: Its steps, ready to compute.
        path: Where it was read.
        hashes: SHA-256 of the file and of every shared file it uses, by name.
        origins: For each name taken from a shared file, the id of that file.
    """

    file: MethodFile
    plan: Plan
    path: Path
    hashes: Mapping[str, str]
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.file.id

    @property
    def title(self) -> Text:
        return Text(self.file.title.zh, self.file.title.en)

    def label(self, name: str) -> Text:
        """The title of an input, parameter, choice, table, step, multiplier, or of the pool."""
        file = self.file
        for section in (file.inputs, file.parameters, file.steps, file.choices, file.tables, file.schedules):
            entry = section.get(name)
            if entry is not None:
                return Text(entry.zh, entry.en)
        for step in file.steps.values():
            if (
                step.solve is not None
                and step.solve.multiplier is not None
                and step.solve.multiplier.name == name
            ):
                return Text(step.solve.multiplier.zh, step.solve.multiplier.en)
        if name == "pool" and file.pays is not None and file.pays.pool is not None:
            return Text(file.pays.pool.zh, file.pays.pool.en)
        return Text(name, name)

    def __repr__(self) -> str:
        return f"Method({self.id!r}, {len(self.file.inputs)} inputs, {len(self.file.steps)} steps)"


def load(path: Path, find: Finder) -> Method:
    """Load a method file.

    Args:
        path: The file.
        find: Gives the path of a shared file by its id, for `uses`.

    Raises:
        MethodError: With every problem found, by file and line.
    """
    source = read_yaml(path)
    own = read_model(source, MethodFile)
    merged, origins, hashes = _with_shared(own, source, find)
    plan = make_plan(merged, source)
    return Method(merged, plan, path, {path.name: digest(path)} | hashes, origins)


def digest(path: Path) -> str:
    """SHA-256 of a file, with line ends as on Linux, so that a checkout on Windows has the same."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def read_model(source: YamlFile, model: type[Any], code: str = "TC104") -> Any:
    """Validate a file's content; pydantic's errors become issues with their lines."""
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        problems = Collector()
        seen: set[tuple[object, ...]] = set()
        for found in error.errors():
            path, detail = path_of(found["loc"], source.data), said(dict(found))
            if (path, detail) in seen:
                continue
            seen.add((path, detail))
            shown = ".".join(str(part) for part in path) or source.path.name
            if code != "TC104":
                detail = Text(f"{shown}：{detail.zh}", f"{shown}: {detail.en}")
            problems.add(code, source.place(*path), path=shown, detail=detail)
        raise MethodError(problems.issues) from None


def _with_shared(
    own: MethodFile, source: YamlFile, find: Finder
) -> tuple[MethodFile, dict[str, str], dict[str, str]]:
    """Merge in what `uses` takes, and what that needs in turn.

    A piece's inputs are its openings: where the method has an input or a step of the same name, that one
    is read; else the input is taken along. Any other name that both define is a conflict.
    """
    content = {section: dict(getattr(own, section)) for section in _SECTIONS}
    origins: dict[str, str] = {}
    hashes: dict[str, str] = {}
    problems = Collector()
    for position, use in enumerate(own.uses):
        place = source.place("uses", position)
        path = find(use.id)
        shared_source = read_yaml(path)
        piece: MethodFile = read_model(shared_source, MethodFile)
        hashes[path.name] = digest(path)
        known = {name: section for section in _SECTIONS for name in getattr(piece, section)}
        waiting = list(use.take)
        while waiting:
            name = waiting.pop()
            section = known.get(name)
            if section is None:
                problems.add("TC117", place, name=use.id, item=name, known="、".join(known))
                continue
            if origins.get(name) == use.id:
                continue
            holder = next((held for held in _SECTIONS if name in content[held]), None)
            if holder is not None:
                if section != "inputs" or holder not in ("inputs", "steps"):
                    problems.add("TC116", place, name=name, first=holder, second=use.id)
                continue
            entry = getattr(piece, section)[name]
            content[section][name] = entry
            origins[name] = use.id
            if isinstance(entry, Step):
                waiting.extend(needed for needed in _needs(entry) if needed in known)
    if problems.errors:
        raise MethodError(problems.issues)
    if own.kind == "method" and not content["steps"]:
        problems.add("TC104", source.place(), path="steps", detail=Text("缺少步骤", "there are no steps"))
        raise MethodError(problems.issues)
    # Not validated again: every part already was, in its own file.
    return own.model_copy(update=content), origins, hashes


def _needs(step: Step) -> set[str]:
    texts: list[str | None] = []
    if step.solve is not None:
        texts = [step.solve.claim, step.solve.total, step.solve.floor, step.solve.cap]
    elif isinstance(step.formula, dict):
        texts = list(step.formula.values())
    else:
        texts = [step.formula]
    needed = set(step.when) | ({step.choice} if step.choice else set())
    for text in texts:
        if text is not None:
            needed |= names(parse(text))
    return needed
