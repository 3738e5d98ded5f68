"""Loading a method: file → checked content → plan, with the shared pieces it uses."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from transfer_calc.issues import Collector, MethodError
from transfer_calc.method.form import path_of, said
from transfer_calc.method.model import CODE, MethodFile
from transfer_calc.method.plan import Plan, make_plan
from transfer_calc.method.shared import Finder, on_its_own, with_shared
from transfer_calc.method.yaml_file import YamlFile, read_yaml
from transfer_calc.text import Text


@dataclass(frozen=True)
class Method:
    """A legal rule set, loaded and checked.

    Attributes:
        file: What the file says, with the shared pieces merged in.
        plan: Its steps, ready to compute.
        path: Where it was read.
        hashes: SHA-256 of the file and of every shared file it uses, by id.
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
        for section in (
            file.inputs, file.parameters, file.steps, file.choices, file.tables, file.schedules,
            file.conditions,
        ):  # fmt: skip
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
        if name == CODE:
            return Text("地区代码", "Code")
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
    own = on_its_own(own) if own.kind == "shared" else own
    merged, origins, pieces = with_shared(own, source, find, lambda piece: read_model(piece, MethodFile))
    plan = make_plan(merged, source)
    # By id, as two files may have the same name: cn/gansu/staged-sharing uses cn/shared/staged-sharing.
    hashes = {own.id: digest(path)} | {used: digest(piece) for used, piece in pieces.items()}
    return Method(merged, plan, path, hashes, origins)


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
