"""The look of a workbook: few styles, the same on every sheet, printable on A4."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

FONT = "等线"
INK, RULE, HEAD, WARN, GOOD = "#1F2937", "#BFC7D1", "#E8EEF5", "#B42318", "#1B7F4B"
INPUT, BY_HAND = "#FFF7CC", "#FDE7D3"
_MONEY = "#,##0.00;[Red]-#,##0.00"
_FLAG = '[=1]"是";[=0]"否";General'


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
    helper_head: Any
    sum_number: Any
    input_number: Any
    input_ratio: Any
    input_flag: Any
    input_text: Any
    flag: Any
    by_hand: Any
    centred: Any
    plain: Any
    alarm: Any
    millionths: Any
    signature: Any
    helper_price: Any
    sum_centred: Any


def not_for_change(styles: Styles) -> Styles:
    """The same look without yellow cells: where nothing would follow a change."""
    return replace(
        styles, input_number=styles.number, input_ratio=styles.plain, input_flag=styles.flag,
        input_text=styles.text,
    )  # fmt: skip


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
    given = {"bg_color": INPUT, "border": 1, "border_color": RULE, "locked": False}
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
        helper_head=style(**{**head, "bold": False, "font_color": "#6B7280", "font_size": 9}),
        sum_number=style(num_format=_MONEY, **total),
        input_number=style(num_format=_MONEY, **given),
        input_ratio=style(num_format="General", **given),
        input_flag=style(num_format=_FLAG, align="center", **given),
        input_text=style(num_format="@", **given),
        flag=style(num_format=_FLAG, align="center", **ruled),
        by_hand=style(num_format=_MONEY, **{**ruled, "bg_color": BY_HAND}),
        centred=style(align="center", **ruled),
        plain=style(num_format="General", **ruled),
        sum_centred=style(align="center", **total),
        helper_price=style(num_format="General", font_color="#6B7280", font_size=9),
        signature=style(font_size=11),
        millionths=style(num_format="#,##0.000000;[Red]-#,##0.000000", **ruled),
        alarm=style(bold=True, font_color="#FFFFFF", bg_color=WARN),
    )
