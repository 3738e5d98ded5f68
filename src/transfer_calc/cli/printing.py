"""A result on the terminal: a table to read, JSON or CSV to pass on, and the outcome of the cases."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal

import numpy as np
from rich.console import Console
from rich.table import Table

from transfer_calc.calculation.result import ALLOCATION, Result
from transfer_calc.calculation.verify import Outcome
from transfer_calc.cli.speak import Speaker
from transfer_calc.issues import Issue
from transfer_calc.text import Text
from transfer_calc.units import plain


def console() -> Console:
    """A console that never colours or cuts what is piped on."""
    wide = None if sys.stdout.isatty() else 240
    return Console(highlight=False, markup=False, emoji=False, width=wide)


WIDEST = 110
"""The most signs of a line within one column of a table; what is longer goes on in the next line."""


def plain_table(heads: Sequence[str], *, numbers: Sequence[int] = (), whole: Sequence[int] = (0,)) -> Table:
    """A table without rules; the columns `whole` (ids, codes) are never broken over lines."""
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    for position, head in enumerate(heads):
        justify: Literal["left", "right"] = "right" if position in numbers else "left"
        one_line = position in (*whole, *numbers)
        table.add_column(
            head, justify=justify, overflow="fold", no_wrap=one_line, max_width=None if one_line else WIDEST
        )
    return table


def print_result(result: Result, speaker: Speaker, *, rows: bool) -> None:
    """The pot, the checks, the single figures, and (with `rows`) the amounts of every unit."""
    lang, method = speaker.lang, result.method
    out = console()
    out.print(f"{method.title[lang]}  {method.id}  {result.settings.on}")
    if result.notice:
        out.print(result.notice, style="bold red")
    pays = method.file.pays
    if result.pool is not None and pays is not None and pays.pool is not None:
        name = pays.pool.zh if lang == "zh" else pays.pool.en
        out.print(f"{name}: {result.pool:,} {plain(pays.pool.unit)}")
    for name, value in result.headline.items():
        unit = result.units[name]
        out.print(f"{result.label(name)[lang]} = {value:.12g}{'' if unit == '1' else ' ' + unit}")
    for amount in result.entered:
        words = Text("录入数", "entered")[lang]
        unit = result.units[amount.step]
        out.print(f"{words}: {amount.code} {result.label(amount.step)[lang]} {amount.value:,} {unit}"
                  f" ({amount.reason}; {amount.author})")  # fmt: skip
    if rows:
        _print_rows(result, out, lang)
    for check in result.checks:
        mark = Text("不适用", "n/a") if check.passed is None else Text("符合", "kept")
        out.print(f"[{mark[lang]}] {check.title[lang]}: {check.detail[lang]}")


def _print_rows(result: Result, out: Console, lang: str) -> None:
    pays = result.method.file.pays
    shown = [] if pays is None else [pays.entitlement, pays.amount]
    names = [name for name in dict.fromkeys(shown) if name is not None and name in result.columns]
    names = names or [name for name, values in result.columns.items() if values.dtype.kind == "f"]
    heads = [Text("代码", "code")[lang], Text("名称", "name")[lang]]
    heads += [_titled(result, name, lang) for name in names]
    columns: list[Iterable[str]] = [result.panel.codes.tolist(), result.panel.names.tolist()]
    columns += [[f"{figure:,.2f}" for figure in result.columns[name].tolist()] for name in names]
    if result.payment is not None:
        heads.append(_titled(result, ALLOCATION, lang))
        columns.append([f"{figure:,}" for figure in result.payment.allocation.tolist()])
    table = plain_table(heads, numbers=range(2, len(heads)))
    for row in zip(*columns, strict=True):
        table.add_row(*row)
    out.print(table)


def _titled(result: Result, name: str, lang: str) -> str:
    unit = result.units[name]
    return result.label(name)[lang] + ("" if unit == "1" else f" ({unit})")


def record(result: Result, lang: str) -> dict[str, Any]:
    """The result for JSON, every step of every unit in it."""
    pays = result.method.file.pays
    pool_unit = None if pays is None or pays.pool is None else plain(pays.pool.unit)
    rows = []
    columns = {name: values.tolist() for name, values in result.columns.items()}
    paid = None if result.payment is None else result.payment.allocation.tolist()
    for row, (code, name) in enumerate(
        zip(result.panel.codes.tolist(), result.panel.names.tolist(), strict=True)
    ):
        line = {"code": code, "name": name, **{step: values[row] for step, values in columns.items()}}
        if paid is not None:
            line[ALLOCATION] = paid[row]
        rows.append(line)
    return {
        "method": result.method.id,
        "on": str(result.settings.on),
        "pool": _json_number(result.pool),
        "units": {"pool": pool_unit, "allocation": None if result.payment is None else result.payment.unit}
        | {name: unit for name, unit in result.units.items() if name != ALLOCATION},
        "notice": result.notice,
        "scalars": result.scalars,
        "rows": rows,
        "checks": [
            {
                "name": check.name,
                "passed": check.passed,
                "title": check.title[lang],
                "detail": check.detail[lang],
            }
            for check in result.checks
        ],
        "entered": [
            {
                "code": e.code,
                "step": e.step,
                "value": _json_number(e.value),
                "reason": e.reason,
                "author": e.author,
            }
            for e in result.entered
        ],
        "sha256": result.sha256,
        "issues": [found.record(lang) for found in result.issues],
    }


def refusal(method: str, issues: Iterable[Issue], lang: str) -> dict[str, Any]:
    """What JSON says where there is no result."""
    return {"method": method, "rows": [], "issues": [found.record(lang) for found in issues]}


def _json_number(value: Decimal | None) -> int | float | str | None:
    """An exact decimal as a JSON number where that is exact, else as a text."""
    if value is None:
        return None
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else str(value)


def csv_text(result: Result) -> str:
    """The result as CSV: units in the headings, texts that a spreadsheet would run made harmless."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = list(result.columns)
    heads = [name if result.units[name] == "1" else f"{name} ({result.units[name]})" for name in names]
    paid = result.payment
    tail = [] if paid is None else [f"{ALLOCATION} ({paid.unit})"]
    notice = [] if result.notice is None else ["notice"]
    writer.writerow(["code", "name", *heads, *tail, *notice])
    columns: list[list[Any]] = [
        [_harmless(text) for text in result.panel.codes.tolist()],
        [_harmless(text) for text in result.panel.names.tolist()],
    ]
    for name in names:
        values = result.columns[name]
        text = values.dtype.kind == "U"
        flag = values.dtype == np.bool_
        columns.append([_harmless(v) if text else int(v) if flag else repr(v) for v in values.tolist()])
    if paid is not None:
        columns.append(paid.allocation.tolist())
    if result.notice is not None:
        columns.append([_harmless(result.notice)] * len(result.panel))
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\0") else text


def print_outcomes(outcomes: Sequence[Outcome], speaker: Speaker) -> bool:
    """One line a case; gives whether all passed."""
    lang = speaker.lang
    kinds = {
        "published": Text("公布", "published"),
        "hand": Text("手算", "hand"),
        "consistency": Text("一致性", "consistency"),
    }
    heads = Text(
        "办法|算例|来源|核对数|最大误差|结论|误差最大处", "method|case|kind|figures|greatest error|outcome|at"
    )[lang].split("|")
    table = plain_table(heads, numbers=(3, 4), whole=(0, 1))
    for outcome in outcomes:
        verdict = Text("通过", "pass") if outcome.passed else Text("不通过", "FAIL")
        table.add_row(
            outcome.method, outcome.case, kinds[outcome.kind][lang], str(outcome.figures),
            f"{outcome.error:.6g}", verdict[lang], outcome.worst if outcome.error else "",
        )  # fmt: skip
    out = console()
    out.print(table)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed:
        out.print(f"{outcome.method} {outcome.case}: {outcome.worst} {outcome.detail}")
    apart = sum(1 for outcome in outcomes if outcome.kind == "consistency")
    figures = sum(outcome.figures for outcome in outcomes)
    passed = len(outcomes) - len(failed)
    said = Text(
        f"{len(outcomes)} 个算例，{figures} 个数，通过 {passed}，不通过 {len(failed)}"
        + (f"；其中一致性算例 {apart} 个" if apart else ""),
        f"{len(outcomes)} cases, {figures} figures: {passed} passed, {len(failed)} failed"
        + (f"; {apart} of them are consistency cases" if apart else ""),
    )
    out.print(said[lang])
    return not failed
