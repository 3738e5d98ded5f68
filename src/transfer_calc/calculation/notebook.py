"""A result as a notebook shows it: the pot, the checks, and the table with titles and units."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from transfer_calc.text import choose_language
from transfer_calc.units import plain

if TYPE_CHECKING:
    from transfer_calc.calculation.result import Result

_SHOWN = 100


def result_html(result: Result) -> str:
    """The result as a small HTML fragment, without scripts and without anything from a network."""
    lang = choose_language(None)
    method = result.method
    pays = method.file.pays
    parts = [f"<h4>{escape(method.title[lang])} <code>{escape(method.id)}</code></h4>"]
    if result.notice:
        parts.append(f"<p><strong>{escape(result.notice)}</strong></p>")
    if result.pool is not None and pays is not None and pays.pool is not None:
        name = pays.pool.zh if lang == "zh" else pays.pool.en
        parts.append(f"<p>{escape(name)}: {result.pool:,} {escape(plain(pays.pool.unit))}</p>")
    for check in result.checks:
        mark = "–" if check.passed is None else "✓"
        parts.append(f"<div>{mark} {escape(check.title[lang])}: {escape(check.detail[lang])}</div>")
    for name, value in result.headline.items():
        parts.append(
            f"<div>{escape(result.label(name)[lang])} = {value:,.12g} {escape(_unit(result, name))}</div>"
        )
    table = result.table.head(_SHOWN)
    titles = {name: result.label(name)[lang] + _in_brackets(result, name) for name in table.columns}
    titles["name"] = "名称" if lang == "zh" else "Name"
    body = table.rename(columns=titles).to_html(border=0, float_format=lambda figure: f"{figure:,.2f}")
    parts.append(body)
    if len(result.panel) > _SHOWN:
        parts.append(f"<p>… {len(result.panel) - _SHOWN} more</p>")
    return "\n".join(parts)


def _unit(result: Result, name: str) -> str:
    unit = result.units.get(name, "")
    return "" if unit == "1" else unit


def _in_brackets(result: Result, name: str) -> str:
    unit = _unit(result, name)
    return f"（{unit}）" if unit else ""
