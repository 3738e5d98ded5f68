"""What an entry of a method says, field by field, in a form that can be compared and shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeAlias

from transfer_calc.language.nodes import Aggregate, Lookup, Name, Schedule
from transfer_calc.language.parse import parse
from transfer_calc.language.prose import prose
from transfer_calc.method.load import Method
from transfer_calc.method.model import Parameter, Part, ScheduleOf, TableOf
from transfer_calc.text import Text
from transfer_calc.units import plain

Said: TypeAlias = Text | str | None

GROUND = ("cite", "evidence")
_SOLVED = ("claim", "total", "floor", "cap")
_LISTS_WITHOUT_ORDER = ("aliases", "allowed")

FIELDS: dict[str, Text] = {
    "title": Text("标题", "title"),
    "about": Text("说明", "about"),
    "kind": Text("类型", "kind"),
    "law.document": Text("文号", "document number"),
    "law.title": Text("文件名称", "title of the document"),
    "law.issuer": Text("发文机关", "issuer"),
    "law.issued": Text("发文日期", "issued"),
    "law.in_force.from": Text("施行日期", "in force from"),
    "law.in_force.until": Text("施行截止日期", "in force until"),
    "law.url": Text("网址", "address"),
    "recipients.title": Text("补助对象", "recipients"),
    "recipients.code": Text("代码规则", "kind of code"),
    "recipients.tier": Text("对象级次", "tier of the recipients"),
    "unit": Text("计量单位", "unit"),
    "level": Text("填报范围", "given for"),
    "aliases": Text("也认的表头", "other headings"),
    "min": Text("最小值", "least value"),
    "max": Text("最大值", "greatest value"),
    "allowed": Text("可填内容", "allowed values"),
    "missing": Text("空格按此数", "a blank means"),
    "note": Text("备注", "note"),
    "cite": Text("依据", "citation"),
    "evidence": Text("依据等级", "evidence"),
    "default": Text("缺省选项", "default"),
    "keys": Text("查表的键", "keys"),
    "match": Text("查表方式", "matching of the key"),
    "inclusive": Text("分界数归入", "which end belongs to a bracket"),
    "of": Text("分档数的单位", "unit of what is looked up"),
    "formula": Text("公式", "formula"),
    "choice": Text("公式所依选项", "choice that decides the formula"),
    "requires": Text("附带的条件", "conditions that come along"),
    "solve.claim": Text("分配依据", "claim"),
    "solve.total": Text("分配总额", "total"),
    "solve.floor": Text("下限（保底）", "floor"),
    "solve.cap": Text("上限（封顶）", "cap"),
    "solve.multiplier.name": Text("系数名称", "name of the multiplier"),
    "solve.multiplier.title": Text("系数标题", "title of the multiplier"),
    "solve.multiplier.unit": Text("系数单位", "unit of the multiplier"),
    "amount": Text("支付的步骤", "step that is paid"),
    "entitlement": Text("同列的测算步骤", "step shown as entitlement"),
    "pool.title": Text("资金总额的名称", "title of the pool"),
    "pool.unit": Text("资金总额的单位", "unit of the pool"),
    "settle.unit": Text("结算单位", "settle unit"),
    "take": Text("引用内容", "what is taken"),
    "settle.ties": Text("尾差次序", "order among equals"),
}


@dataclass(frozen=True)
class Side:
    """One of the two methods, and the names that its parts have in the new one."""

    method: Method
    renames: Mapping[str, str] = field(default_factory=dict)

    def name(self, name: str) -> str:
        return self.renames.get(name, name)

    def entries(self, section: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = getattr(self.method.file, section)
        return found


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that an entry says: `same` is what is compared, `said` what is shown."""

    said: Said
    same: object
    words: Text | None = None


_NOTHING = Fact(None, None)


def field_title(path: str) -> Text:
    """The words for a field; options and choices keep their names."""
    head, _, rest = path.partition(".")
    if path in FIELDS:
        return FIELDS[path]
    if head == "options":
        return Text(f"选项 {rest}", f"option {rest}")
    if head == "when":
        return Text(f"只在 {rest} 选定时", f"only where {rest} is")
    if head == "formula":
        return Text(f"公式（{rest}）", f"formula ({rest})")
    return Text(path, path)


def differing(old: Mapping[str, Fact], new: Mapping[str, Fact]) -> Iterator[tuple[str, Fact, Fact]]:
    """What is not the same: field, fact before, fact after; on what ground comes last."""
    for path in sorted({**new, **old}, key=(*GROUND, "note").__contains__):
        first, second = old.get(path, _NOTHING), new.get(path, _NOTHING)
        if first.same != second.same:
            yield path, first, second


def facts(entry: Any, side: Side) -> dict[str, Fact]:
    """What an entry says, field by field; its dated figures are left to `diff_figures`."""
    return dict(_leaves(entry, (), side))


def _leaves(value: Any, path: tuple[str, ...], side: Side) -> Iterator[tuple[str, Fact]]:
    match value:
        case None:
            return
        case Part():
            inner = {key.rstrip("_"): part for key, part in value}
            title = Text(inner.pop("zh"), inner.pop("en")) if "zh" in inner else None
            if title is not None:
                yield ".".join((*path, "title") if inner or not path else path), Fact(title, title)
            if isinstance(value, (Parameter, TableOf, ScheduleOf)):
                inner = {key: part for key, part in inner.items() if key not in ("values", *GROUND)}
            yield from _leaves(inner, path, side)
        case dict():
            for key, part in value.items():
                own = side.name(key) if path == ("when",) else str(key)
                yield from _leaves(part, (*path, own), side)
        case tuple() if not value:
            return
        case tuple() if isinstance(value[0], Part):
            words = Text("、".join(part.zh for part in value), ", ".join(part.en for part in value))
            yield ".".join(path), Fact(words, words)
        case tuple() if path == ("requires",):
            yield ".".join(path), Fact(", ".join(value), frozenset(map(side.name, value)))
        case tuple():
            same = frozenset(value) if path[-1] in _LISTS_WITHOUT_ORDER else value
            yield ".".join(path), Fact(", ".join(value), same)
        case str() if path[0] == "formula" or (path[0] == "solve" and path[-1] in _SOLVED):
            node = parse(value)
            said = " ".join(value.split())
            yield ".".join(path), Fact(said, _with_names(node, side), prose(node, side.method.label))
        case str() if path in (("choice",), ("amount",), ("entitlement",)):
            yield ".".join(path), Fact(value, side.name(value))
        case _:
            said = plain(value) if path[-1] == "unit" else str(value)
            yield ".".join(path), Fact(said, said if isinstance(value, str) else value)


def _with_names(part: Any, side: Side) -> Any:
    """A formula with the names of the new method, so that a rename is no change of what reads it."""
    if isinstance(part, tuple):
        return tuple(_with_names(each, side) for each in part)
    if not is_dataclass(part) or isinstance(part, type):
        return part
    inner = {each.name: _with_names(getattr(part, each.name), side) for each in fields(part) if each.compare}
    match part:
        case Name(name=name):
            inner["name"] = side.name(name)
        case Lookup(table=table) | Schedule(table=table):
            inner["table"] = side.name(table)
        case Aggregate(by=str(group)):
            inner["by"] = side.name(group)
    return replace(part, **inner)
