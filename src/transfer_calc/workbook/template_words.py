"""What a template says: headings that the reader understands, and the notes and rules of each cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from transfer_calc.method.load import Method
from transfer_calc.method.model import Choice, Input, MethodFile, Parameter, Words
from transfer_calc.panel.heading import CODE, NAME, labels_of, plain_label, written_unit
from transfer_calc.text import Text
from transfer_calc.units import plain
from transfer_calc.workbook.template_fields import Column, Figure, When

_MANY = 4


def heading(column: Column, file: MethodFile, lang: str) -> str:
    """The heading that the reader understands: in this language, else in the other, else the name."""
    entry, labels = column.entry, labels_of(file)
    own = (entry.zh, entry.en) if lang == "zh" else (entry.en, entry.zh)
    label = next((each for each in own if labels[plain_label(each)] == column.name), column.name)
    return f"{label}（{column.unit}）" if _in_heading(column.unit) else label


def _in_heading(unit: str) -> bool:
    """Whether the reader takes a unit in a heading for that very unit; else it stands in the note alone."""
    read = written_unit(plain_label(unit))
    return unit != "1" and read is not None and plain_label(read) == plain_label(unit)


def in_two_lines(heading: str) -> str:
    """A heading with its unit on a line of its own; the reader skips line breaks."""
    return re.sub(r"(?=（[^（）]*）$)", "\n", heading)


def first_headings(file: MethodFile, lang: str) -> tuple[str, str]:
    """The headings of code and name; no input of the method may have taken them."""
    labels = labels_of(file)
    recipients = file.recipients.zh if lang == "zh" else file.recipients.en
    codes = ("代码", "区划代码", CODE) if lang == "zh" else (CODE, "代码")
    titles = ("名称", recipients, NAME) if lang == "zh" else (NAME, recipients, "名称")
    return (
        next(label for label in codes if labels.get(plain_label(label)) == CODE),
        next(label for label in titles if labels.get(plain_label(label)) == NAME),
    )


def label_of(name: str, file: MethodFile, lang: str) -> str:
    """The title of a figure or choice as the sheet 参数 has it; the name where two have the same title."""
    entries: Mapping[str, Parameter | Choice | Input] = {
        **file.parameters, **file.choices, **file.figures,
    }  # fmt: skip
    entry = entries[name]
    label = entry.zh if lang == "zh" else entry.en
    same = [
        other
        for other, each in entries.items()
        if plain_label(label) in (plain_label(other), plain_label(each.zh), plain_label(each.en))
    ]
    return label if same == [name] else name


def option_of(choice: Choice, option: str, lang: str) -> str:
    """The title of an option; its key where another option has the same title."""
    titles = [each.zh if lang == "zh" else each.en for each in choice.options.values()]
    entry = choice.options[option]
    title = entry.zh if lang == "zh" else entry.en
    return title if titles.count(title) == 1 else option


def only_where(under: Sequence[When], file: MethodFile) -> Text | None:
    """仅在…时需要; `None` where it is needed in any case."""
    if not under or frozenset() in under:
        return None

    named = {name for when in under for name, _ in when}

    def said(lang: str) -> str:
        if len(named) == 1:
            return _chosen([option for when in under for _, option in when], min(named), file, lang)
        both, either = (Text("且", " and ")[lang], Text("，或", ", or ")[lang])
        return either.join(
            both.join(_chosen([option], name, file, lang) for name, option in sorted(when)) for when in under
        )

    return Text(f"仅在{said('zh')}时需要", f"Needed only where {said('en')}")


def _chosen(options: Sequence[str], name: str, file: MethodFile, lang: str) -> str:
    """「保底」选「不低于上年」, or with several options of the one choice."""
    titles = [option_of(file.choices[name], option, lang) for option in options]
    label = label_of(name, file, lang)
    if lang == "zh":
        return f"「{label}」选" + "或".join(f"「{title}」" for title in titles)
    return f"“{label}” is " + " or ".join(f"“{title}”" for title in titles)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a cell takes, as Excel checks it and as its message says it."""

    low: Decimal | None
    high: Decimal | None
    said: Text


def rule_of(entry: Input | Parameter) -> Rule:
    """The rule of a number: its unit, its bounds, and what a blank means."""
    unit = plain(entry.unit)
    parts = [] if unit in ("1", "%") else [_unit(unit)]
    return Rule(entry.min, entry.max, joined([*parts, *_bounds(entry), blank_of(entry)]))


def _unit(unit: str) -> Text:
    return Text(f"单位：{unit}", f"unit: {unit}")


def _bounds(entry: Input | Parameter) -> list[Text]:
    low, high = entry.min, entry.max
    said = []
    if plain(entry.unit) == "%":
        said.append(Text("8% 填 8，不带百分号", "for 8% enter 8 without the sign"))
    if low is not None and high is not None:
        said.append(Text(f"在 {low} 和 {high} 之间", f"between {low} and {high}"))
    elif low is not None:
        said.append(Text(f"不小于 {low}", f"not below {low}"))
    elif high is not None:
        said.append(Text(f"不大于 {high}", f"not above {high}"))
    return said


def blank_of(entry: Input | Parameter) -> Text:
    """What a blank means."""
    missing = entry.missing if isinstance(entry, Input) else None
    if missing is None:
        return Text("空着不等于 0，确为零填 0", "a blank is not 0; enter 0 only if it is zero")
    if isinstance(entry, Input) and entry.kind == "flag":
        return Text(
            f"空着作「{'是' if missing else '否'}」", f"a blank counts as {'yes' if missing else 'no'}"
        )
    return Text(f"空着作 {missing}", f"a blank counts as {missing}")


def column_note(column: Column, method: Method) -> Text:
    """The note of a heading: when the column is needed, what it is, what goes into it, where it is used."""
    entry = column.entry
    parts = [only_where(column.under, method.file), _words(entry.note)]
    if column.unit != "1" and not _in_heading(column.unit):
        parts.append(_unit(column.unit))
    if entry.kind == "number":
        parts += _bounds(entry)
    elif entry.kind == "flag":
        parts.append(Text("填 是 或 否", "yes or no"))
    elif entry.allowed:
        parts.append(Text("可填：" + "、".join(entry.allowed), "one of: " + ", ".join(entry.allowed)))
    else:
        parts.append(Text("填文字，相同的为一组", "a text; rows with the same form a group"))
    parts += [None if entry.missing is None else blank_of(entry), _used_in(column.name, method)]
    return joined(parts)


def figure_note(figure: Figure, method: Method) -> Text:
    """What is said beside a figure that the user gives."""
    entry = figure.entry
    parts = [only_where(figure.under, method.file), _words(entry.note), *_bounds(entry)]
    if isinstance(entry, Input) and entry.missing is not None:
        parts.append(blank_of(entry))
    if figure.branch_only:
        only = "只有部分情形用到，用不到时可以空着", "used in some cases only: blank where none occurs"
        parts.append(Text(*only))
    return joined(parts)


def listed(texts: Sequence[str], lang: str) -> str:
    """Several titles in one line."""
    return ("、" if lang == "zh" else ", ").join(texts)


def joined(parts: Iterable[Text | None]) -> Text:
    """Several remarks as one."""
    said = [part for part in parts if part is not None]
    return Text("；".join(part.zh for part in said), "; ".join(part.en for part in said))


def _words(words: Words | None) -> Text | None:
    return None if words is None else Text(words.zh.rstrip("。"), words.en.rstrip("."))


def _used_in(name: str, method: Method) -> Text | None:
    """The first steps that read a column, each with its article."""
    steps = [step.name for step in method.plan.steps if name in step.reads]
    if not steps:
        return None

    def said(lang: str) -> list[str]:
        found = []
        for step in steps[:_MANY]:
            cite = method.file.steps[step].cite
            found.append(method.label(step)[lang] + (f"（{cite}）" if cite else ""))
        return found

    more = len(steps) > _MANY
    return Text(
        "用于：" + "、".join(said("zh")) + ("等" if more else ""),
        "used in: " + ", ".join(said("en")) + (", …" if more else ""),
    )


def options_of(choice: Choice, lang: str) -> list[str]:
    """The titles of a choice's options, as its drop-down has them."""
    return [option_of(choice, option, lang) for option in choice.options]
