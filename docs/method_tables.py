"""The data of a method as Markdown: what to fill in, parameters, choices, tables, brackets."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from transfer_calc.calculation.evidence import EVIDENCE
from transfer_calc.method.load import Method
from transfer_calc.method.model import (
    DatedBrackets,
    Evidence,
    Input,
    Parameter,
    Quoted,
    Rows,
    ScheduleOf,
    Sourced,
    TableOf,
    Value,
    Words,
)
from transfer_calc.text import Text
from transfer_calc.units import plain

LONG = 40
"""A table with more rows than this is folded."""

_KINDS = {
    "number": Text("数", "number"),
    "flag": Text("是或否", "yes or no"),
    "text": Text("文字", "text"),
    "group": Text("分组文字", "text that groups"),
}
_INPUT_HEADS = Text(
    "表头|名称|单位|类型|范围|空格表示|说明", "heading|name|unit|kind|limits|a blank means|note"
)
_NONE = "—"
_Dated = TypeVar("_Dated")


def said(text: str) -> str:
    """A text in which Markdown finds no mark of its own, but for `code`."""
    pieces = re.split(r"(`[^`]*`)", text)
    return "".join(
        piece if piece.startswith("`") and len(piece) > 1 else re.sub(r"([\\`*_<|~$])", r"\\\1", piece)
        for piece in pieces
    )


def words(text: Words | None, lang: str) -> str:
    """A text of the file in one language."""
    return "" if text is None else said(text.zh if lang == "zh" else text.en)


def code(name: str) -> str:
    """A name or a formula as it is written; a bar in it would end the cell."""
    return f"`{name}`".replace("|", "\\|")


def grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return [f"| {' | '.join(' '.join(cell.split()) or ' ' for cell in line)} |" for line in lines] + [""]


def unit_of(unit: str, lang: str) -> str:
    """A unit; `1` in words."""
    shown = plain(unit)
    return Text("纯数", "pure number")[lang] if shown == "1" else said(shown)


def colon(lang: str) -> str:
    return "：" if lang == "zh" else ": "


def number(value: Decimal) -> str:
    """A figure as it stands in the file, never with an exponent."""
    return format(value, "f")


def period(since: dt.date, until: dt.date | None) -> str:
    """A time in force."""
    return f"{since} –" + ("" if until is None else f" {until}")


def dated(values: Mapping[dt.date, _Dated]) -> Iterator[tuple[str, _Dated]]:
    """Each entry with the time in which it applies: to its last day, or until the next one takes over."""
    days = sorted(values)
    for since, following in zip(days, [*days[1:], None], strict=True):
        ends = [getattr(values[since], "until", None)]
        ends += [] if following is None else [following - dt.timedelta(days=1)]
        yield period(since, min((end for end in ends if end is not None), default=None)), values[since]


def grade(evidence: Evidence | None, lang: str) -> str:
    """The grade of a figure in words."""
    return EVIDENCE[evidence or "assumed"][lang]


def ground(own: Sourced, lang: str, other: Sourced | None = None) -> str:
    """Where something comes from and how sure that is; what it does not say itself, the other says for it."""
    cite = own.cite or (other.cite if other is not None else None)
    evidence = own.evidence or (other.evidence if other is not None else None)
    shown = grade(evidence, lang)
    if cite is None:
        return shown
    return Text(f"{said(cite)}（{shown}）", f"{said(cite)} ({shown})")[lang]


def limits(least: Quoted | None, most: Quoted | None) -> str:
    """Between what a figure lies."""
    if least is not None and most is not None:
        return f"{number(least)} – {number(most)}"
    if least is not None:
        return f"≥ {number(least)}"
    return _NONE if most is None else f"≤ {number(most)}"


def inputs(method: Method, lang: str) -> list[str]:
    """What the user fills in: the columns, the single figures, the amount to divide."""
    file, heads = method.file, _INPUT_HEADS[lang].split("|")
    lines = [Text("## 填什么", "## What to fill in")[lang], ""]
    lines += [(_row_text if file.kind == "method" else _openings_text)(method, lang), ""]
    if file.columns:
        blank = Text("拒绝", "refused")
        rows = (_input_row(name, entry, blank, method, lang) for name, entry in file.columns.items())
        lines += grid(heads, rows)
    if file.figures:
        must = Text("必须填写", "must be given")
        sheet = Text("填在「参数」表中（每项一个数）：", "On the sheet `参数`, one figure each:")
        lines += [sheet[lang], ""]
        rows = (_input_row(name, entry, must, method, lang) for name, entry in file.figures.items())
        lines += grid(heads, rows)
    if file.pays is not None and file.pays.pool is not None:
        pool = said(method.label("pool")[lang])
        unit = unit_of(file.pays.pool.unit, lang)
        pot = Text(
            f"要分的总额：{pool}（`pool`，{unit}），填在「参数」表中，或用 `--pool` 给出。",
            f"The amount to divide: {pool} (`pool`, {unit}), on the sheet `参数` or with `--pool`.",
        )
        lines += [pot[lang], ""]
    return lines


def _row_text(method: Method, lang: str) -> str:
    receiver = method.file.recipients
    national = receiver.code == "GB/T 2260"
    zh = f"数据表每行一个{said(receiver.zh)}，要有 `代码` 列"
    zh += "，填 GB/T 2260 的六位行政区划代码" if national else "，各行不同"
    en = f"One row of the table for each {said(receiver.en)}, with a column `代码`: "
    en += "the six-digit code of GB/T 2260" if national else "a code of its own for each row"
    more = Text("；还要有以下各列。", "; and these columns.") if method.file.columns else Text("。", ".")
    return Text(zh, en)[lang] + more[lang]


def _openings_text(_piece: Method, lang: str) -> str:
    return Text(
        "办法用自己的输入、步骤或参数填这些接口；没有填的，成为办法的输入。",
        "A method fills these openings with its own inputs, steps or parameters; what it does not fill becomes an input.",
    )[lang]


def _input_row(name: str, entry: Input, blank: Text, method: Method, lang: str) -> list[str]:
    heading = f"{said(entry.zh)} / {said(entry.en)}"
    if entry.aliases:
        also = "、".join(said(alias) for alias in entry.aliases)
        heading += Text(f"（也可写：{also}）", f" (also: {also})")[lang]
    missing = blank[lang]
    if entry.missing is not None:
        missing = number(entry.missing)
        if entry.kind == "flag":
            missing = Text("是", "yes")[lang] if entry.missing else Text("否", "no")[lang]
    unit = unit_of(entry.unit, lang) if entry.kind == "number" else _NONE
    limit = "、".join(said(value) for value in entry.allowed) or limits(entry.min, entry.max)
    note = " ".join(part for part in (_needed(entry, method, lang), words(entry.note, lang)) if part)
    return [heading, code(name), unit, _KINDS[entry.kind][lang], limit, missing, note]


def _needed(entry: Input, method: Method, lang: str) -> str:
    """Under which options an input is needed; what is always needed has no such remark."""
    if not entry.when:
        return ""
    zh = "、".join(f"「{chosen_option(name, key, method, 'zh')}」" for name, key in entry.when.items())
    en = " and ".join(f"“{chosen_option(name, key, method, 'en')}”" for name, key in entry.when.items())
    given = ", ".join(code(f"{name}={key}") for name, key in entry.when.items())
    return Text(f"只在选定{zh}（{given}）时需要。", f"Needed only under {en} ({given}).")[lang]


def chosen_option(name: str, option: str, method: Method, lang: str) -> str:
    """A choice and one of its options by their titles."""
    chosen = method.file.choices[name].options[option]
    title = said(chosen.zh if lang == "zh" else chosen.en)
    return f"{said(method.label(name)[lang])}{colon(lang)}{title}"


def parameters(method: Method, lang: str) -> list[str]:
    """The figures of the law, a row for each value."""
    if not method.file.parameters:
        return []
    heads = Text("参数|名称|单位|有效期|数值|依据|说明", "parameter|name|unit|in force|value|source|note")[
        lang
    ].split("|")
    rows = [row for name, entry in method.file.parameters.items() for row in _values(name, entry, lang)]
    return [Text("## 参数", "## Parameters")[lang], "", *grid(heads, rows)]


def _values(name: str, entry: Parameter, lang: str) -> list[list[str]]:
    start = [said(entry.zh if lang == "zh" else entry.en), code(name), unit_of(entry.unit, lang)]
    if not entry.values:
        must = Text("**未公布，须由使用者给出**", "**not published: must be given**")[lang]
        limit = limits(entry.min, entry.max)
        must += "" if limit == _NONE else Text(f"（{limit}）", f" ({limit})")[lang]
        return [[*start, _NONE, must, said(entry.cite or _NONE), words(entry.note, lang)]]
    rows = []
    for time, given in dated(entry.values):
        value = given if isinstance(given, Value) else Value.model_validate({"value": str(given)})
        note = words(value.note or entry.note, lang)
        rows.append([*start, time, number(value.value), ground(value, lang, entry), note])
    return rows


def choices(method: Method, lang: str) -> list[str]:
    """The declared readings, and which one applies where the user says nothing."""
    lines = [Text("## 选项", "## Choices")[lang], ""] if method.file.choices else []
    for name, choice in method.file.choices.items():
        lines += [f"### {said(choice.zh if lang == 'zh' else choice.en)}", ""]
        default = Text("没有缺省项：须由使用者选定。", "No default: the user must choose.")[lang]
        if choice.default is not None:
            default = Text(f"缺省：{code(choice.default)}。", f"Default: {code(choice.default)}.")[lang]
        lines += [f"{code(name)} · {ground(choice, lang)} · {default}", ""]
        lines += [words(choice.note, lang), ""] if choice.note is not None else []
        lines += [
            f"- {code(key)}{colon(lang)}{said(option.zh if lang == 'zh' else option.en)}"
            for key, option in choice.options.items()
        ] + [""]
    return lines


def tables(method: Method, lang: str) -> list[str]:
    """The look-up tables, each with all its dates."""
    file = method.file
    lines = (
        [Text("## 查值表与档次表", "## Tables and brackets")[lang], ""]
        if file.tables or file.schedules
        else []
    )
    for name, table in file.tables.items():
        lines += _head(name, table, lang)
        if table.match == "prefix":
            matched = Text("取开头相符的最长一项。", "The longest key that the text begins with is taken.")
            lines += [matched[lang], ""]
        for time, entry in dated(table.values):
            lines += _dated(time, entry, table, lang)
            lines += _folded(*_rows(table, entry, lang), lang)
    for name, schedule in file.schedules.items():
        lines += _head(name, schedule, lang)
        end = (
            Text("分界值属于由它开始的一档。", "A boundary belongs to the bracket that it begins.")
            if schedule.inclusive == "from"
            else Text("分界值属于到它为止的一档。", "A boundary belongs to the bracket that it ends.")
        )
        lines += [end[lang], ""]
        for time, brackets in dated(schedule.values):
            lines += _dated(time, brackets, schedule, lang)
            lines += _folded(*_brackets(schedule, brackets, lang), lang)
    return lines


def _head(name: str, entry: TableOf | ScheduleOf, lang: str) -> list[str]:
    title = said(entry.zh if lang == "zh" else entry.en)
    lines = [f"### {title}", "", f"{code(name)} · {unit_of(entry.unit, lang)}", ""]
    return lines + ([words(entry.note, lang), ""] if entry.note is not None else [])


def _dated(time: str, entry: Rows | DatedBrackets, of: Sourced, lang: str) -> list[str]:
    note = [words(entry.note, lang), ""] if entry.note is not None else []
    return [f"{time} · {ground(entry, lang, of)}", "", *note]


def _rows(table: TableOf, entry: Rows, lang: str) -> tuple[list[str], list[list[str]]]:
    keys = [words(key, lang) for key in table.keys]
    if len(keys) == 1:
        value = Text("数值", "value")[lang]
        return [*keys, value], [[said(key), number(Decimal(str(row)))] for key, row in entry.rows.items()]
    nested = {key: row for key, row in entry.rows.items() if isinstance(row, dict)}
    across = list(dict.fromkeys(second for row in nested.values() for second in row))
    return [f"{keys[0]} ＼ {keys[1]}", *(said(second) for second in across)], [
        [said(key), *(number(row[second]) if second in row else _NONE for second in across)]
        for key, row in nested.items()
    ]


def _brackets(schedule: ScheduleOf, entry: DatedBrackets, lang: str) -> tuple[list[str], list[list[str]]]:
    unit = unit_of(schedule.of, lang)
    heads = Text(f"自（{unit}）|至|数值", f"from ({unit})|to|rate")[lang].split("|")
    starts = [number(bracket.from_) for bracket in entry.brackets]
    return heads, [
        [start, end, number(bracket.rate)]
        for start, end, bracket in zip(starts, [*starts[1:], _NONE], entry.brackets, strict=True)
    ]


def _folded(heads: list[str], rows: list[list[str]], lang: str) -> list[str]:
    table = grid(heads, rows)
    if len(rows) <= LONG:
        return table
    count = Text(f"{len(rows)} 行", f"{len(rows)} rows")[lang]
    return [f"<details><summary>{count}</summary>", "", *table, "</details>", ""]
