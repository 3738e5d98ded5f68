"""What differs between two methods, such as a law before and after its amendment.

Two methods are compared by what they mean: formulas as parsed, numbers as numbers, figures of law by the
days on which they are in force, and a new name for the same thing once, not wherever it is read. The id
is not compared: two versions of a law have two. Where one came into force after the other, figures of law
are compared from that day on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from transfer_calc.method.diff_facts import FIELDS, Said, Side, differing, facts, field_title
from transfer_calc.method.diff_figures import dated_changes, dated_text
from transfer_calc.method.load import Method
from transfer_calc.method.model import Parameter, ScheduleOf, TableOf, Use
from transfer_calc.text import Text
from transfer_calc.units import plain

Section: TypeAlias = Literal[
    "head", "uses", "inputs", "parameters", "choices", "tables", "schedules", "conditions", "steps",
    "pays", "promises",
]  # fmt: skip
Kind: TypeAlias = Literal["added", "removed", "renamed", "changed"]

_NAMED: tuple[Section, ...] = (
    "inputs", "parameters", "choices", "tables", "schedules", "conditions", "steps",
)  # fmt: skip

_KINDS: dict[Kind, Text] = {
    "added": Text("新增", "added"),
    "removed": Text("删除", "removed"),
    "renamed": Text("改名", "renamed"),
    "changed": Text("修改", "changed"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes:
        section: Where in the method.
        name: The entry, by its new name; in the head and in `pays`, the field.
        label: What the entry is called now, or was called if it is gone.
        kind: Whether the entry itself is `added`, `removed` or `renamed`, or something in it `changed`.
        field: What changed in it, as the method file calls it, such as `unit`, `formula.sample` or
            `values.2025-01-01`; empty where the entry itself was added, removed or renamed.
        what: The same in words.
        before: What stood there; `None` where nothing did. A grade stays the word of the file.
        after: What stands there now.
        before_words: Of a formula, what it said, as a sentence.
        after_words: The same for what stands there now.
    """

    section: Section
    name: str
    label: Text
    kind: Kind
    field: str
    what: Text
    before: Said
    after: Said
    before_words: Text | None = None
    after_words: Text | None = None


def diff(old: Method, new: Method) -> tuple[Change, ...]:
    """Compare two methods.

    Args:
        old: The method before.
        new: The method after.

    Returns:
        Every difference in the order of the file: what is new or changed as the new method has it, then
        what is gone. Empty where both say the same.
    """
    pairs = {section: _pairs(getattr(old.file, section), getattr(new.file, section)) for section in _NAMED}
    renames = {was: now for found in pairs.values() for was, now in found.items() if was != now}
    renames |= _multipliers(old, new, pairs["steps"])
    before, after = Side(old, renames), Side(new)
    changes = [*_whole("head", _head(old), _head(new), before, after), *_pieces(old, new, renames)]
    for section in _NAMED:
        changes += _section(section, pairs[section], before, after)
    changes += _whole("pays", old.file.pays, new.file.pays, before, after)
    changes += _promises(old, new)
    return tuple(changes)


def _pairs(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """Old name → new name, for what stands in both; a name gone and a name come with one title are a pair."""
    gone = [name for name in old if name not in new]
    come = [name for name in new if name not in old]
    pairs = {name: name for name in old if name in new}
    for name in gone:
        title = old[name].zh
        alike = [other for other in come if new[other].zh == title]
        if len(alike) == 1 and sum(1 for other in gone if old[other].zh == title) == 1:
            pairs[name] = alike[0]
    return pairs


def _multipliers(old: Method, new: Method, steps: Mapping[str, str]) -> dict[str, str]:
    """The multipliers with a new name under the same title."""
    found = {}
    for was, now in steps.items():
        first, second = old.file.steps[was].solve, new.file.steps[now].solve
        if first is None or second is None or first.multiplier is None or second.multiplier is None:
            continue
        if first.multiplier.name != second.multiplier.name and first.multiplier.zh == second.multiplier.zh:
            found[first.multiplier.name] = second.multiplier.name
    return found


def _head(method: Method) -> dict[str, Any]:
    file = method.file
    return {"title": file.title, "about": file.about, "kind": file.kind, "law": file.law,
            "recipients": file.recipients}  # fmt: skip


def _whole(section: Section, old: Any, new: Any, before: Side, after: Side) -> Iterator[Change]:
    """The changes of a section that is one entry: each field stands for itself."""
    for path, first, second in differing(facts(old, before), facts(new, after)):
        title = field_title(path)
        yield Change(section, path, title, "changed", path, title, first.said, second.said)


def _entire(
    section: Section, name: str, label: Text, before: Said, after: Said, words: Text | None = None
) -> Change:
    """An entry that came or went as a whole."""
    kind: Kind = "added" if before is None else "removed"
    was, now = (None, words) if before is None else (words, None)
    return Change(section, name, label, kind, "", _KINDS[kind], before, after, was, now)


def _pieces(old: Method, new: Method, renames: Mapping[str, str]) -> Iterator[Change]:
    """The shared pieces that are taken over, file by file."""
    gone, come = list(old.file.uses), list[Use]()
    for use in new.file.uses:
        same = next((former for former in gone if _same_use(former, use, renames)), None)
        if same is None:
            come.append(use)
        else:
            gone.remove(same)
    for use in come:
        label, said = Text(use.id, use.id), _use_text(use)
        former = next((each for each in gone if each.id == use.id), None)
        if former is None:
            yield _entire("uses", use.id, label, None, said)
        else:
            gone.remove(former)
            yield Change("uses", use.id, label, "changed", "take", FIELDS["take"], _use_text(former), said)
    yield from (_entire("uses", use.id, Text(use.id, use.id), _use_text(use), None) for use in gone)


def _same_use(old: Use, new: Use, renames: Mapping[str, str]) -> bool:
    """Whether both take the same under the same names; a name that is new for the same thing is the same."""
    if old.id != new.id or set(old.take) != set(new.take):
        return False
    named = {*old.take, *old.as_, *new.as_}
    former = {name: old.as_.get(name, name) for name in named}
    return all(new.as_.get(name, name) == renames.get(own, own) for name, own in former.items())


def _use_text(use: Use) -> str:
    renamed = sorted(f"{was} = {now}" for was, now in use.as_.items())
    return ", ".join(sorted(use.take)) + (f" ({', '.join(renamed)})" if renamed else "")


def _promises(old: Method, new: Method) -> Iterator[Change]:
    before, after = old.file.promises, new.file.promises
    come = [(name, None, name) for name in after if name not in before]
    gone = [(name, name, None) for name in before if name not in after]
    yield from (_entire("promises", name, Text(name, name), was, now) for name, was, now in (*come, *gone))


def _section(section: Section, pairs: Mapping[str, str], before: Side, after: Side) -> Iterator[Change]:
    former = {now: was for was, now in pairs.items()}
    start = _start(before.method, after.method)
    for name, new in after.entries(section).items():
        label = Text(new.zh, new.en)
        if name not in former:
            yield _entire(section, name, label, None, *_summary(new, after))
            continue
        if former[name] != name:
            yield Change(section, name, label, "renamed", "", _KINDS["renamed"], former[name], name)
        old = before.entries(section)[former[name]]
        for path, first, second in differing(facts(old, before), facts(new, after)):
            yield Change(section, name, label, "changed", path, field_title(path), first.said, second.said,
                         first.words, second.words)  # fmt: skip
        if isinstance(new, (Parameter, TableOf, ScheduleOf)):
            for path, what, was, now in dated_changes(old, new, start):
                yield Change(section, name, label, "changed", path, what, was, now)
    for name, old in before.entries(section).items():
        if name not in pairs:
            said, words = _summary(old, before)
            yield _entire(section, name, Text(old.zh, old.en), said, None, words)


def _start(old: Method, new: Method) -> dt.date | None:
    """The day from which dated figures are compared, where one law came into force after the other."""
    first, second = old.file.law.in_force.from_, new.file.law.in_force.from_
    return None if first == second else max(first, second)


def _summary(entry: Any, side: Side) -> tuple[Said, Text | None]:
    """An entry that stands on one side only, in a few words; of a formula also the sentence."""
    stated = facts(entry, side)
    formulas = {path: fact for path, fact in stated.items() if fact.words is not None}
    if formulas:
        said = "; ".join(
            f"{'' if path == 'formula' else path.rpartition('.')[2] + ': '}{fact.said}"
            for path, fact in formulas.items()
        )
        return said, formulas["formula"].words if "formula" in formulas else None
    if isinstance(entry, (Parameter, TableOf, ScheduleOf)):
        return dated_text(entry), None
    options = [path.partition(".")[2] for path in stated if path.startswith("options.")]
    if options:
        return ", ".join(options), None
    return plain(entry.unit) if entry.kind == "number" else entry.kind, None
