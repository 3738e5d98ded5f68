"""The look of a template: yellow cells are to be filled, white ones may be changed, the rest is locked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from transfer_calc.workbook.styles import FONT, HEAD, INK, INPUT, RULE

_MUTED = "#6B7280"


@dataclass(frozen=True)
class TemplateStyles:
    """The formats that only a template has."""

    number: Any
    money: Any
    whole: Any
    text: Any
    flag: Any
    date: Any
    given_text: Any
    given_flag: Any
    unlocked: Any
    head_open: Any
    label: Any
    cell: Any
    centred: Any
    figure: Any
    section: Any
    command: Any

    def of(self, unit: str, kind: str) -> Any:
        """The yellow format of a cell: by its unit where it takes a number."""
        if kind == "flag":
            return self.flag
        if kind != "number":
            return self.text
        return self.money if unit.endswith("元") else self.whole if unit == "人" else self.number


def make_template_styles(book: Any) -> TemplateStyles:
    """Add the formats to a workbook."""

    def style(**properties: Any) -> Any:
        return book.add_format(
            {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter", **properties}
        )

    border = {"border": 1, "border_color": RULE}
    yellow = {**border, "bg_color": INPUT, "locked": False}
    given = {**border, "locked": False}
    head = {**border, "text_wrap": True, "align": "center", "bold": True, "italic": True}
    return TemplateStyles(
        number=style(num_format="General", **yellow),
        money=style(num_format="#,##0.00;[Red]-#,##0.00", **yellow),
        whole=style(num_format="#,##0;[Red]-#,##0", **yellow),
        text=style(num_format="@", indent=1, **yellow),
        flag=style(num_format="@", align="center", **yellow),
        date=style(num_format="yyyy-mm-dd", align="right", **yellow),
        given_text=style(num_format="@", indent=1, **given),
        given_flag=style(num_format="@", align="center", **given),
        unlocked=style(locked=False),
        head_open=style(**head, bg_color="#F5F0E1"),
        label=style(text_wrap=True, indent=1, **border),
        cell=style(text_wrap=True, indent=1, font_color=_MUTED, **border),
        centred=style(text_wrap=True, font_color=_MUTED, align="center", **border),
        figure=style(num_format="General", font_color=_MUTED, **border),
        section=style(bold=True, bg_color=HEAD, top=1, bottom=1, bottom_color=RULE, top_color=RULE),
        command=style(text_wrap=True, indent=1, font_name="Consolas", bg_color="#F3F4F6", **border),
    )
