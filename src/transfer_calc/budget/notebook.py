"""An allocation as a notebook shows it: the pot, what was reached, the constraints in words, the table."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from transfer_calc.budget.titles import title_of
from transfer_calc.text import Text, choose_language

if TYPE_CHECKING:
    from transfer_calc.budget.answer import Allocation

_SHOWN = 100


def allocation_html(allocation: Allocation) -> str:
    """The allocation as a small HTML fragment, without scripts and without anything from a network."""
    lang = choose_language(None)
    parts = [f"<h4>{escape(allocation.budget.name[lang])}</h4>"]
    if allocation.notice:
        parts.append(f"<p><strong>{escape(allocation.notice)}</strong></p>")
    paid = f"{int(allocation.settled.sum()):,} {allocation.settle_unit}"
    pool = Text("资金总额", "Pool")[lang]
    given = Text("下达", "paid out")[lang]
    parts.append(
        f"<p>{pool}: {allocation.pool:,.12g} {escape(allocation.unit)} · {given}: {escape(paid)}</p>"
    )
    parts += [f"<div>✓ {escape(text[lang])}</div>" for text in allocation.reached]
    parts += [f"<div>! {escape(found.line(lang))}</div>" for found in allocation.issues]
    parts.append("<ul>")
    for line in allocation.lines:
        record = line.record(lang)
        parts.append(f"<li><strong>{escape(record['name'])}</strong>: {escape(record['words'])}</li>")
    parts.append("</ul>")
    table = allocation.table_in(lang)
    titles = {name: title_of(name, allocation, lang) for name in table.columns}
    body = table.head(_SHOWN).rename(columns=titles)
    parts.append(body.to_html(border=0, float_format=lambda figure: f"{figure:,.2f}"))
    if len(table) > _SHOWN:
        parts.append(f"<p>… {len(table) - _SHOWN} more</p>")
    return "\n".join(parts)
