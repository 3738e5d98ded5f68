"""The look of a workbook: few styles, the same on every sheet, printable on A4."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

FONT = "等线"
INK, RULE, HEAD, WARN, GOOD = "#1F2937", "#BFC7D1", "#E8EEF5", "#B42318", "#1B7F4B"


@dataclass(frozen=True)
class Styles:
    """The formats of a workbook."""

    title: Any
    notice: Any
    head: Any
    text: Any
    wrapped: Any
    number: Any
    ratio: Any
    whole: Any
    paid: Any
    sum_text: Any
    sum_whole: Any
    good: Any
    muted: Any


def make_styles(book: Any) -> Styles:
    """Add the formats to a workbook."""

    def style(**properties: Any) -> Any:
        return book.add_format(
            {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter", **properties}
        )

    ruled = {"bottom": 1, "bottom_color": RULE}
    head = {
        "bold": True,
        "bg_color": HEAD,
        "text_wrap": True,
        "align": "center",
        "border": 1,
        "border_color": RULE,
    }
    total = {"bold": True, "top": 1, "bg_color": HEAD}
    return Styles(
        title=style(bold=True, font_size=14),
        notice=style(bold=True, font_color=WARN),
        head=style(**head),
        text=style(num_format="@", **ruled),
        wrapped=style(text_wrap=True, **ruled),
        number=style(num_format="#,##0.00;[Red]-#,##0.00", **ruled),
        ratio=style(num_format="0.000000;[Red]-0.000000", **ruled),
        whole=style(num_format="#,##0;[Red]-#,##0", **ruled),
        paid=style(num_format="#,##0;[Red]-#,##0", bold=True, **ruled),
        sum_text=style(**total),
        sum_whole=style(num_format="#,##0;[Red]-#,##0", **total),
        good=style(bold=True, font_color=GOOD, align="center", **ruled),
        muted=style(font_color="#6B7280"),
    )
