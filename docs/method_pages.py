"""A page for every method, made from its file: the law, what to fill in, every formula, the cases with results."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from method_register import (
    FOLDER,
    KINDS,
    ROOT,
    Registered,
    documents_page,
    ending,
    link,
    other_language,
    page_of,
    register_page,
)
from method_steps import conditions, steps
from method_tables import (
    choices,
    code,
    colon,
    grid,
    inputs,
    number,
    parameters,
    period,
    said,
    tables,
    words,
)
from method_uses import snippet

from transfer_calc.calculation.promises import PROMISES
from transfer_calc.calculation.verify import Outcome, verify
from transfer_calc.cli.catalogue import entries
from transfer_calc.method.cases import Case, cases_path, load_cases
from transfer_calc.method.library import load_method, shelf
from transfer_calc.method.load import Method
from transfer_calc.text import LANGUAGES, Text

_OPENING = re.compile(r"\{(\w+)\}")


def method_pages() -> dict[Path, str]:
    """The page of every method and shared piece, and both registers, in both languages."""
    tested = [
        Registered(entry, load_cases(entry.method.path, entry.method.id), tuple(verify(entry.method)))
        for entry in entries()
    ]
    methods = {one.method.id: one for one in tested}
    shared = [openings_named(load_method(name)) for name in shelf() if name not in methods]
    pages = {}
    for lang in LANGUAGES:
        pages[FOLDER / f"index{ending(lang)}"] = register_page(tested, shared, lang)
        documents = ROOT / f"docs/reference/documents{ending(lang)}"
        pages[documents] = documents_page([one.method for one in tested], lang)
        for one in tested:
            pages[page_of(one.method.id, lang)] = method_page(one.method, one.cases, one.outcomes, lang)
        for piece in shared:
            users = [one.method for one in tested if piece.id in {use.id for use in one.method.file.uses}]
            pages[page_of(piece.id, lang)] = piece_page(piece, users, lang)
    return pages


def method_page(method: Method, cases: tuple[Case, ...], outcomes: tuple[Outcome, ...], lang: str) -> str:
    """The page of a method."""
    page = page_of(method.id, lang)
    return _joined(
        _head(method, page, lang),
        inputs(method, lang),
        _rules(method, page, lang),
        _payment(method, lang),
        _pieces(method, page, lang),
        _results(method, cases, outcomes, page, lang),
        _known_differences(method, page, lang),
    )


def piece_page(piece: Method, users: list[Method], lang: str) -> str:
    """The page of a shared piece: its inputs are what a method fills."""
    page = page_of(piece.id, lang)
    used = [f"- {link(said(user.title[lang]), page_of(user.id, lang), page)}" for user in users]
    none = Text("没有办法使用。", "No method uses it.")[lang]
    return _joined(
        _head(piece, page, lang),
        snippet(piece, lang),
        inputs(piece, lang),
        _rules(piece, page, lang),
        [Text("## 使用它的办法", "## Methods that use it")[lang], "", *(used or [none])],
    )


def _joined(*sections: list[str]) -> str:
    return "\n".join(line for section in sections for line in section).rstrip() + "\n"


def _head(method: Method, page: Path, lang: str) -> list[str]:
    file, law = method.file, method.file.law
    title = words(law.title, lang)
    rows = [
        (Text("标识", "id"), code(method.id)),
        (Text("文件", "document"), title if law.url is None else f"[{title}]({law.url})"),
        (Text("文号", "document number"), said(law.document or Text("没有", "none")[lang])),
        (Text("制发机关", "issued by"), words(law.issuer, lang) or "—"),
        (Text("印发日期", "issued on"), "—" if law.issued is None else str(law.issued)),
        (Text("有效期", "in force"), period(law.in_force.from_, law.in_force.until)),
        (Text("分给", "who receives"), said(file.recipients.zh if lang == "zh" else file.recipients.en)),
        (Text("办法文件", "method file"), link(code(method.path.name), method.path, page)),
    ]
    piece = Text(
        "共用件，由办法引用，不能单独计算。", "A shared piece: methods take it over; it is not run alone."
    )
    return [
        other_language(page, lang),
        "",
        f"# {said(method.title[lang])}",
        "",
        *([piece[lang], ""] if file.kind == "shared" else []),
        *([words(file.about, lang), ""] if file.about is not None else []),
        *grid(["", ""], ([name[lang], cell] for name, cell in rows)),
    ]


def _rules(method: Method, page: Path, lang: str) -> list[str]:
    return [
        *parameters(method, lang),
        *choices(method, lang),
        *tables(method, lang),
        *conditions(method, page, lang),
        *steps(method, page, lang),
    ]


def _payment(method: Method, lang: str) -> list[str]:
    file = method.file
    lines = [Text("## 支付与承诺", "## What is paid and promised")[lang], ""]
    if file.pays is not None:
        amount, unit = said(method.label(file.pays.amount)[lang]), said(file.pays.settle.unit)
        lines += [Text(f"- 支付：{amount}（{code(file.pays.amount)}），以{unit}为最小单位。",
                       f"- Paid: {amount} ({code(file.pays.amount)}), in whole units of {unit}.")[lang]]  # fmt: skip
        if file.pays.entitlement is not None:
            shown, name = said(method.label(file.pays.entitlement)[lang]), code(file.pays.entitlement)
            lines += [Text(f"- 测算数：{shown}（{name}）", f"- Entitlement: {shown} ({name})")[lang]]
        if file.pays.pool is None:
            lines += [Text("- 没有要分的总额。", "- There is no amount to divide.")[lang]]
    else:
        lines += [Text("- 不支付，只计算。", "- Nothing is paid; figures are computed only.")[lang]]
    lines += [
        f"- {Text('承诺', 'Promise')[lang]} {code(name)}{colon(lang)}{said(PROMISES[name][lang])}"
        for name in file.promises
    ]
    return [*lines, ""]


def _pieces(method: Method, page: Path, lang: str) -> list[str]:
    lines = []
    for piece in dict.fromkeys(use.id for use in method.file.uses):
        names = [code(name) for name, origin in method.origins.items() if origin == piece]
        taken = ("、" if lang == "zh" else ", ").join(names)
        lines += [f"- {link(code(piece), page_of(piece, lang), page)}{colon(lang)}{taken}"]
    return [Text("## 引用的共用件", "## Shared pieces used")[lang], "", *lines, ""] if lines else []


def _results(
    method: Method, cases: tuple[Case, ...], outcomes: tuple[Outcome, ...], page: Path, lang: str
) -> list[str]:
    title = Text("## 算例与结果", "## Cases with results")[lang]
    if not cases:
        return [title, "", Text("没有算例。", "There are no cases.")[lang], ""]
    heads = Text(
        "标识|算例|类别|来源|比较的数|允许误差|结果", "id|case|kind|source|figures|tolerance|outcome"
    )[lang].split("|")
    rows = [_result(method, case, outcome, lang) for case, outcome in zip(cases, outcomes, strict=True)]
    file = link(code(cases_path(method.path).name), cases_path(method.path), page)
    lines = [title, "", Text(f"算例文件：{file}", f"Case file: {file}")[lang], "", *grid(heads, rows)]
    if any(case.kind == "consistency" for case in cases):
        lines += [
            Text(
                "一致性：某个常数本来就由这个数拟合，相符不说明什么，不算复现。",
                "Consistency: a constant was fitted to the very figure; agreement proves nothing, and nothing is "
                "reproduced.",
            )[lang],
            "",
        ]
    return lines


def _known_differences(method: Method, page: Path, lang: str) -> list[str]:
    """Where published figures of this method do not reproduce, the page that lists them."""
    listed = ROOT / f"docs/reference/differences{ending(lang)}"
    if f"(methods/{method.id}{ending(lang)})" not in listed.read_text(encoding="utf-8"):
        return []
    known = Text("已知差异：{}。", "Known differences: {}.")[lang]
    title = Text("不能复现的公布数", "published figures that do not reproduce")[lang]
    return [known.format(link(title, listed, page))]


def _result(method: Method, case: Case, outcome: Outcome, lang: str) -> list[str]:
    tolerances = {
        f"{number(expected.tolerance)} {'' if unit == '1' else unit}".strip()
        for name, expected in case.expected.items()
        for unit in [_unit(method, name)]
    }
    within = "; ".join(sorted(tolerances)) or "—"
    shown = Text("**未通过**", "**fails**")
    if outcome.passed and case.refused is not None:
        shown = Text(f"如期拒绝（{case.refused}）", f"refused as expected ({case.refused})")
    elif outcome.passed and case.kind == "consistency":
        shown = Text("相符（不作验证）", "agrees (proves nothing)")
    elif outcome.passed:
        shown = Text("都在允许误差之内", "all within the tolerance")
    return [
        code(case.id),
        words(case.title, lang),
        KINDS[case.kind][lang],
        said(case.source),
        str(outcome.figures),
        within,
        shown[lang],
    ]


def _unit(method: Method, name: str) -> str:
    if name in method.file.steps:
        return method.file.steps[name].unit
    if name == "allocation" and method.file.pays is not None:
        return method.file.pays.settle.unit
    for step in method.file.steps.values():
        if (
            step.solve is not None
            and step.solve.multiplier is not None
            and step.solve.multiplier.name == name
        ):
            return step.solve.multiplier.unit
    raise ValueError(f"{method.id}: a case expects {name}, which is no figure of the method")


def openings_named(piece: Method) -> Method:
    """A piece alone, with the title of each opening where the title of what fills it would stand."""

    def named(text: str, lang: str) -> str:
        return _OPENING.sub(lambda found: piece.label(found[1])[lang], text)

    def filled(entry: Any) -> Any:
        return entry.model_copy(update={"zh": named(entry.zh, "zh"), "en": named(entry.en, "en")})

    sections = ("parameters", "choices", "tables", "schedules", "steps", "conditions")
    update = {
        section: {name: filled(entry) for name, entry in getattr(piece.file, section).items()}
        for section in sections
    }
    return replace(piece, file=piece.file.model_copy(update=update))
