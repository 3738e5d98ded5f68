"""The steps and conditions of a method as Markdown: each formula as mathematics, in words, and as it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from method_register import link, page_of
from method_tables import chosen_option, code, colon, ground, said, unit_of, words

from transfer_calc.language.check import ALL, Level
from transfer_calc.language.latex import latex
from transfer_calc.language.nodes import Expression, Name
from transfer_calc.language.prose import prose
from transfer_calc.method.load import Method
from transfer_calc.method.model import Solve, Step
from transfer_calc.report.formulas import formulas
from transfer_calc.text import Text

WIDE = 45
"""A formula with more Chinese characters than this, or twice as many letters, starts on a line of its own."""

_PARTS = {
    "claim": Text("依据", "Claim"),
    "total": Text("总额", "Total"),
    "floor": Text("下限", "Floor"),
    "cap": Text("上限", "Cap"),
}
_LEFT_OUT = {"floor": Text("0（没有下限）", "0 (no floor)"), "cap": Text("没有上限", "no cap")}


def conditions(method: Method, page: Path, lang: str) -> list[str]:
    lines: list[str] = []
    for planned in method.plan.conditions:
        name, condition = planned.name, method.file.conditions[planned.name]
        lines += [f"### {said(condition.zh if lang == 'zh' else condition.en)}", ""]
        facts = [code(name), ground(condition, lang), *_origin(name, method, page, lang)]
        lines += [" · ".join(facts), "", *_when(condition.when, method, lang)]
        lines += _formula("", planned.formula, condition.formula, method, lang)
        lines += [words(condition.note, lang), ""] if condition.note is not None else []
    said_first = Text(
        "有一项不满足，就拒绝计算（TC408），并写明地区。",
        "Where one of them does not hold, the run is refused (TC408) and the places are named.",
    )
    return [Text("## 条件", "## Conditions")[lang], "", said_first[lang], "", *lines] if lines else []


def steps(method: Method, page: Path, lang: str) -> list[str]:
    lines = [Text("## 步骤", "## Steps")[lang], ""]
    for planned in method.plan.steps:
        name, step = planned.name, method.file.steps[planned.name]
        lines += [f"### {said(method.label(name)[lang])}", ""]
        facts = [
            code(name),
            unit_of(step.unit, lang),
            _per(planned.shape.level, method, lang),
            ground(step, lang),
        ]
        if planned.shape.kind == "truth":
            facts[1] = Text("是或否", "yes or no")[lang]
        facts += _origin(name, method, page, lang)
        lines += [" · ".join(facts), "", *_when(step.when, method, lang)]
        nodes = {(found.part, found.option): found.node for found in formulas(method) if found.step == name}
        if step.solve is not None:
            lines += _solve(step.solve, nodes, method, lang)
        else:
            sign = r"\iff" if planned.shape.kind == "truth" else "="
            left = f"{latex(Name(name), lambda n: method.label(n)[lang], lang=lang)} {sign}"
            lines += _by_option(step, left, nodes, method, lang)
        lines += [words(step.note, lang), ""] if step.note is not None else []
    return lines


def _per(level: Level, method: Method, lang: str) -> str:
    if level == ALL:
        return Text("全体一个数", "one figure for all")[lang]
    if level.group is not None:
        group = said(method.label(level.group)[lang])
        return Text(f"每个「{group}」一个数", f"one for each “{group}”")[lang]
    receiver = said(method.file.recipients.zh if lang == "zh" else method.file.recipients.en)
    return Text(f"每个{receiver}一个数", f"one for each {receiver}")[lang]


def _origin(name: str, method: Method, page: Path, lang: str) -> list[str]:
    if name not in method.origins:
        return []
    piece = link(code(method.origins[name]), page_of(method.origins[name], lang), page)
    return [Text(f"引自 {piece}", f"from {piece}")[lang]]


def _when(chosen: Mapping[str, str], method: Method, lang: str) -> list[str]:
    if not chosen:
        return []
    zh = "、".join(f"「{chosen_option(name, key, method, 'zh')}」" for name, key in chosen.items())
    en = ", ".join(f"“{chosen_option(name, key, method, 'en')}”" for name, key in chosen.items())
    return [Text(f"只在选定{zh}时计算。", f"Computed only under {en}.")[lang], ""]


def _by_option(
    step: Step, left: str, nodes: Mapping[tuple[str, str], Expression], method: Method, lang: str
) -> list[str]:
    if not isinstance(step.formula, dict):
        return _formula(left, nodes["formula", ""], str(step.formula), method, lang)
    assert step.choice is not None
    lines = []
    for option, written in step.formula.items():
        lines += [_bold(chosen_option(step.choice, option, method, lang), option, lang), ""]
        lines += _formula(left, nodes["formula", option], written, method, lang)
    return lines


def _bold(title: str, name: str, lang: str) -> str:
    return f"**{title}**（{code(name)}）" if lang == "zh" else f"**{title}** ({code(name)})"


def _solve(solve: Solve, nodes: Mapping[tuple[str, str], Expression], method: Method, lang: str) -> list[str]:
    lines = [
        Text(
            "每个金额等于依据乘以同一个系数，但不低于下限，不高于上限；各金额之和等于总额。系数由程序精确求出。",
            "Each amount is the claim times one multiplier, not below the floor and not above the cap; the amounts "
            "add up to the total. The multiplier is found exactly.",
        )[lang],
        "",
    ]
    if solve.multiplier is not None:
        named = said(method.label(solve.multiplier.name)[lang])
        name, unit = code(solve.multiplier.name), unit_of(solve.multiplier.unit, lang)
        lines += [Text(f"系数：{named}（{name}，{unit}）", f"Multiplier: {named} ({name}, {unit})")[lang], ""]
    for part, title in _PARTS.items():
        written = getattr(solve, part)
        if written is None:
            lines += [_bold(title[lang], part, lang) + colon(lang) + _LEFT_OUT[part][lang], ""]
        else:
            lines += [_bold(title[lang], part, lang), ""]
            lines += _formula("", nodes[part, ""], written, method, lang)
    return lines


def _formula(left: str, node: Expression, written: str, method: Method, lang: str) -> list[str]:
    right = latex(node, lambda name: method.label(name)[lang], lang=lang)
    mathematics = [f"{left} {right}".strip()]
    if left and _width(left + right) > WIDE:
        mathematics = [r"\begin{aligned}", rf"& {left} \\", rf"& \quad {right}", r"\end{aligned}"]
    words_of_it, text = prose(node, method.label)[lang], " ".join(written.split())
    return [
        "```math",
        *mathematics,
        "```",
        "",
        Text(f"- 读作：{said(words_of_it)}", f"- In words: {said(words_of_it)}")[lang],
        Text(f"- 文件写作：{code(text)}", f"- In the file: {code(text)}")[lang],
        "",
    ]


def _width(mathematics: str) -> float:
    shown = "".join(re.findall(r"\\text\{([^}]*)\}", mathematics))
    return sum(1 if ord(sign) > 0x2E80 else 0.5 for sign in shown)
