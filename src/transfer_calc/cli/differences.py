"""What differs between two methods, for reading aloud in a meeting, or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from transfer_calc.calculation.evidence import EVIDENCE
from transfer_calc.calculation.promises import PROMISES
from transfer_calc.cli.printing import console, plain_table
from transfer_calc.cli.speak import Speaker
from transfer_calc.method.diff import Change, Section
from transfer_calc.method.diff_facts import Said
from transfer_calc.method.load import Method
from transfer_calc.text import Text

_SECTIONS: dict[Section, Text] = {
    "head": Text("办法", "Method"),
    "uses": Text("引用的共用件", "Shared pieces"),
    "inputs": Text("输入", "Inputs"),
    "parameters": Text("参数", "Parameters"),
    "choices": Text("选项", "Choices"),
    "tables": Text("查找表", "Tables"),
    "schedules": Text("分档表", "Schedules"),
    "conditions": Text("条件", "Conditions"),
    "steps": Text("步骤", "Steps"),
    "pays": Text("支付", "Payment"),
    "promises": Text("承诺", "Promises"),
}

_NOTHING = Text("（无）", "(none)")
_GRADES: dict[str, Text] = dict(EVIDENCE.items())
_PROMISES: dict[str, Text] = dict(PROMISES.items())

_LONG = 90
"""Signs from which “before → after” stands on two lines."""

_WORDS: dict[tuple[str, str], Text] = {
    ("kind", "number"): Text("数", "number"),
    ("kind", "flag"): Text("是否", "yes or no"),
    ("kind", "text"): Text("文字", "text"),
    ("kind", "group"): Text("分组", "group"),
    ("level", "county"): Text("每个地区一个数", "each unit"),
    ("level", "all"): Text("全体一个数", "all together"),
    ("match", "exact"): Text("完全相同", "exact"),
    ("match", "prefix"): Text("按开头", "by its beginning"),
    ("inclusive", "from"): Text("上一档", "the bracket that it begins"),
    ("inclusive", "to"): Text("下一档", "the bracket that it ends"),
    ("recipients.tier", "province"): Text("省级", "province"),
    ("recipients.tier", "county"): Text("县级", "county"),
    ("recipients.tier", "other"): Text("其他", "other"),
    ("recipients.code", "any"): Text("不限", "any"),
}
"""What the words of a method file mean, by field."""


def print_differences(old: Method, new: Method, changes: Sequence[Change], speaker: Speaker) -> None:
    """The two methods, and section by section what was and what is."""
    lang, out = speaker.lang, console()
    for word, method in ((Text("旧", "old"), old), (Text("新", "new"), new)):
        law = method.file.law
        since = Text(f"{law.in_force.from_} 起施行", f"in force from {law.in_force.from_}")
        parts = [method.title[lang], method.id, method.path.name, law.document or "—", since[lang]]
        out.print(f"{word[lang]}{_colon(lang)}{'  '.join(parts)}")
    if not changes:
        out.print(Text("两个办法没有不同。", "The two methods do not differ.")[lang])
        return
    out.print(Text(f"共 {len(changes)} 处不同", f"{len(changes)} differences")[lang])
    for section, found in groupby(changes, key=lambda change: change.section):
        out.print()
        out.print(_SECTIONS[section][lang], style="bold")
        table = plain_table(["", "", ""], whole=())
        table.show_header = False
        last = ""
        for change in found:
            item, last = ("" if change.name == last else _item(change, lang)), change.name
            for row in _rows(change, lang):
                table.add_row(f"  {item}", *row)
                item = ""
        out.print(table)


def record(old: Method, new: Method, changes: Sequence[Change], lang: str) -> dict[str, Any]:
    """The differences for JSON."""
    return {
        "old": _method_record(old),
        "new": _method_record(new),
        "changes": [
            {
                "section": change.section,
                "name": change.name,
                "title": _label(change)[lang],
                "kind": change.kind,
                "field": change.field,
                "what": change.what[lang],
                "before": _plain(change.before, lang),
                "after": _plain(change.after, lang),
                "before_words": _plain(change.before_words, lang),
                "after_words": _plain(change.after_words, lang),
            }
            for change in changes
        ],
    }


def _method_record(method: Method) -> dict[str, str]:
    return {"id": method.id, "file": method.path.name, "sha256": method.hashes[method.id]}


def _rows(change: Change, lang: str) -> list[tuple[str, str]]:
    """What changed, and “before → after”; a formula once more in words."""
    what = "" if change.what == change.label else change.what[lang]
    if change.section == "promises":
        return [(what, "")]
    rows = [
        (what, _arrow(change, _said(change, change.before, lang), _said(change, change.after, lang), lang))
    ]
    if change.before_words is not None or change.after_words is not None:
        spoken = _arrow(change, _plain(change.before_words, lang), _plain(change.after_words, lang), lang)
        rows.append((Text("读作", "in words")[lang], spoken))
    return rows


def _arrow(change: Change, before: str | None, after: str | None, lang: str) -> str:
    if change.kind in ("added", "removed"):
        return before or after or ""
    was, now = before or _NOTHING[lang], after or _NOTHING[lang]
    return f"{was}{' ' if len(was) + len(now) < _LONG else chr(10)}→ {now}"


def _item(change: Change, lang: str) -> str:
    label = _label(change)[lang]
    plain_entry = change.section in ("head", "pays", "promises") or label == change.name
    return label if plain_entry else f"{label} {change.name}"


def _label(change: Change) -> Text:
    return _PROMISES[change.name] if change.section == "promises" else change.label


def _said(change: Change, said: Said, lang: str) -> str | None:
    if isinstance(said, Text):
        other = change.after if said is change.before else change.before
        if isinstance(other, Text) and other != said and other[lang] == said[lang]:
            # Only the other language changed; it is shown, or nothing would be seen.
            return said["en" if lang == "zh" else "zh"]
        return said[lang]
    if said is None:
        return None
    if change.field.rpartition(".")[2] == "evidence":
        known = _GRADES.get(said)
    else:
        known = _WORDS.get((change.field or "kind", said))
    return said if known is None else known[lang]


def _plain(said: Said, lang: str) -> str | None:
    return said[lang] if isinstance(said, Text) else said


def _colon(lang: str) -> str:
    return "：" if lang == "zh" else ": "
