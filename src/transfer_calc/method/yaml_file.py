"""YAML read safely: duplicate keys refused, aliases refused, and the line of every entry remembered."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

import yaml

from transfer_calc.issues import Collector, MethodError, Place, issue
from transfer_calc.text import Text

MAX_BYTES = 2_000_000
MAX_DEPTH = 30

Path_: TypeAlias = tuple[str | int, ...]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_FLOAT = re.compile(r"[+-]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?")
_ALIAS = "aliases (*name) are not allowed: write the entry out"
_WORDS = {
    _ALIAS: Text("不允许引用别名（*name），请把内容写全", _ALIAS),
    "nested too deeply": Text("嵌套太深", "nested too deeply"),
    "a key must be a plain text": Text("键要是普通文字", "a key must be a plain text"),
    "could not find expected ':'": Text("缺少冒号", "could not find expected ':'"),
    "mapping values are not allowed here": Text(
        "这里不能有冒号：检查缩进和引号", "mapping values are not allowed here"
    ),
}
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The content of a file, and the line of each of its entries."""

    path: Path
    data: Any
    lines: Mapping[Path_, int]

    def place(self, *where: str | int, name: str | None = None) -> Place:
        """The place of an entry, or of the nearest entry around it."""
        path: Path_ = where
        while path and path not in self.lines:
            path = path[:-1]
        return Place(file=self.path.name, line=self.lines.get(path), name=name)


def read_yaml(path: Path) -> YamlFile:
    """Read a file.

    Raises:
        MethodError: If it cannot be read, is no YAML, repeats a key, uses aliases, or is too large.
    """
    place = Place(file=path.name)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            too_large = Text(f"{size} 字节，上限 {MAX_BYTES}", f"{size} bytes, limit {MAX_BYTES}")
            raise MethodError([issue("TC121", place, detail=too_large)])
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MethodError([issue("TC102", place, detail=str(error))]) from None
    if (depth := _depth(text)) > MAX_DEPTH:
        too_deep = Text(f"嵌套 {depth} 层", f"nested {depth} deep")
        raise MethodError([issue("TC121", place, detail=too_deep)])
    loader = _Loader(text)
    reader = _Reader(path)
    try:
        _refuse_aliases(text)
        root = loader.get_single_node()
        data = None if root is None else reader.plain(root, ())
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        here = Place(file=path.name, line=None if mark is None else mark.line + 1)
        problem = getattr(error, "problem", None) or str(error)
        detail = _WORDS.get(problem, Text(problem, problem))
        raise MethodError([issue("TC102", here, detail=detail)]) from None
    finally:
        loader.dispose()
    if reader.problems.errors:
        raise MethodError(reader.problems.issues)
    return YamlFile(path, data, reader.lines)


def _refuse_aliases(text: str) -> None:
    """An alias can stand for a thousand others; an entry that is written out stands for itself."""
    if "*" not in text:
        return
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            mark: Any = event.start_mark
            raise yaml.MarkedYAMLError(problem=_ALIAS, problem_mark=mark)


def _depth(text: str) -> int:
    """How deep flow brackets nest; YAML's own parser recurses on them."""
    deepest = depth = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def plain_scalar(node: yaml.ScalarNode) -> Any:
    """What a plain entry means: null, true, false, a date, a number, else the text itself.

    YAML 1.1 also reads on, off, yes and no as truths; here they are words.
    """
    text: str = node.value
    if node.style in ("'", '"', "|", ">"):
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _DATE.fullmatch(text):
        return dt.date.fromisoformat(text)
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


class _Reader:
    """Turns composed nodes into plain data, noting lines and refusing what could surprise a reader."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lines: dict[Path_, int] = {}
        self.problems = Collector()

    def refuse(self, node: yaml.Node, detail: str) -> NoReturn:
        raise yaml.MarkedYAMLError(problem=detail, problem_mark=node.start_mark)

    def plain(self, node: yaml.Node, path: Path_) -> Any:
        if len(path) > MAX_DEPTH:
            self.refuse(node, "nested too deeply")
        self.lines.setdefault(path, node.start_mark.line + 1)
        match node:
            case yaml.MappingNode():
                return self.mapping(node, path)
            case yaml.SequenceNode():
                return [self.plain(item, (*path, position)) for position, item in enumerate(node.value)]
            case yaml.ScalarNode():
                return plain_scalar(node)
        self.refuse(node, "this is no plain entry")

    def mapping(self, node: yaml.MappingNode, path: Path_) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or key_node.value == "<<":
                self.refuse(key_node, "a key must be a plain text")
            key = plain_scalar(key_node)
            line = key_node.start_mark.line + 1
            where = (*path, str(key))
            if key in found:
                self.problems.add(
                    "TC103", Place(file=self.file.name, line=line), key=key, first=self.lines[where]
                )
                continue
            self.lines[where] = line
            found[key] = self.plain(value_node, where)
        return found
