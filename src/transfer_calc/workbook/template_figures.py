"""The sheet 参数 of a template: pool, date, choices and figures to fill in; below them what the law fixes.

The reader takes every row with a name and a value. A value of law therefore stands in a column of its own
(办法规定): shown, and yet not given by the user.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from transfer_calc.calculation.evidence import EVIDENCE
from transfer_calc.method.model import Input, Parameter
from transfer_calc.text import Text
from transfer_calc.units import plain
from transfer_calc.workbook.sheets import SheetWriter, lines_needed, write_note
from transfer_calc.workbook.template_data import flags, list_rule, messages, number_rule, protect
from transfer_calc.workbook.template_fields import Fields, Figure, OfLaw
from transfer_calc.workbook.template_styles import TemplateStyles
from transfer_calc.workbook.template_words import (
    Rule,
    figure_note,
    joined,
    label_of,
    option_of,
    options_of,
    rule_of,
)

WIDTHS = (28, 24, 13, 14, 18, 9, 56)
_HEADS = Text(
    "名称|数值|单位|办法规定|条款|等级|说明", "Name|Value|Unit|Set by the method|Article|Grade|Remark"
)


def write_figures(
    writer: SheetWriter, styles: TemplateStyles, fields: Fields, lists: Mapping[str, str], lang: str
) -> None:
    """Write the sheet; `lists` has the range of each choice whose options are too long for a cell rule."""
    title = Text(f"{fields.method.title.zh}：参数", f"{fields.method.title.en}: parameters")[lang]
    sheet, row = writer.sheet("参数", title, WIDTHS)
    said = Text(
        "填黄格；「办法规定」的数值只供查看，不用填写。",
        "Fill the yellow cells; what the method sets is only shown.",
    )
    sheet.write_string(row, 0, said[lang], writer.styles.muted)
    writer.heads(sheet, row + 1, _HEADS[lang].split("|"), 26)
    page = _Page(sheet, styles, fields, lang, row + 2)
    page.section(Text("资金和日期", "Pool and date"))
    _pool(page)
    _date(page)
    if fields.file.choices:
        page.section(Text("选项：点格子右边的箭头选", "Choices: use the arrow beside the cell"))
    for name in fields.file.choices:
        _choice(page, name, lists)
    groups: tuple[tuple[Text, type[Input | Parameter]], ...] = (
        (Text("全体共用的数据", "Data of the whole"), Input),
        (Text("文件没有公布、由使用者给出的数", "What the law does not publish and you give"), Parameter),
    )
    for section, kind in groups:
        figures = [figure for figure in fields.figures if isinstance(figure.entry, kind)]
        if figures:
            page.section(section)
        for figure in figures:
            _figure(page, figure)
    page.section(Text("声明", "Notice"))
    page.row(
        Text("声明", "Notice")[lang], style=styles.text,
        note=Text(
            "写在每一个结果上的话；不是真实数据时必须填，如「演示数据」。没有就空着",
            "A remark on every result; needed where figures are made up (演示数据). Else leave it blank",
        ),
    )  # fmt: skip
    if fields.of_law:
        page.section(
            Text(
                f"办法规定的数值（{fields.day} 有效），不用填写",
                f"Values that the method sets (in force on {fields.day}); nothing to fill in",
            )
        )
    for entry in fields.of_law:
        _of_law(page, entry)
    sheet.freeze_panes(row + 2, 1)
    protect(sheet)


class _Page:
    """The sheet, row by row."""

    def __init__(self, sheet: Any, styles: TemplateStyles, fields: Fields, lang: str, row: int) -> None:
        self.sheet, self.styles, self.fields, self.lang, self.at = sheet, styles, fields, lang, row

    def section(self, title: Text) -> None:
        self.sheet.write_string(self.at, 0, title[self.lang], self.styles.section)
        for column in range(1, len(WIDTHS)):
            self.sheet.write_blank(self.at, column, None, self.styles.section)
        self.sheet.set_row(self.at, 20)
        self.at += 1

    def row(
        self,
        label: str,
        *,
        style: Any,
        value: Any = None,
        unit: str = "",
        cite: str = "",
        grade: str = "",
        note: Text | None = None,
        rule: Mapping[str, Any] | None = None,
        set_to: float | None = None,
    ) -> None:
        """One row: a cell to fill in (yellow), or (`set_to`) a value that the method sets."""
        sheet, styles, at = self.sheet, self.styles, self.at
        said = "" if note is None else note[self.lang]
        sheet.write_string(at, 0, label, styles.label)
        if isinstance(value, dt.date):
            sheet.write_datetime(at, 1, dt.datetime(value.year, value.month, value.day), style)  # noqa: DTZ001 — a day of the calendar
        elif value is None:
            sheet.write_blank(at, 1, None, style)
        else:
            sheet.write_string(at, 1, value, style)
        if rule is not None:
            sheet.data_validation(at, 1, at, 1, dict(rule))
        sheet.write_string(at, 2, "" if unit == "1" else unit, styles.centred)
        if set_to is None:
            sheet.write_blank(at, 3, None, styles.figure)
        else:
            sheet.write_number(at, 3, set_to, styles.figure)
        sheet.write_string(at, 4, cite, styles.cell)
        sheet.write_string(at, 5, grade, styles.centred)
        sheet.write_string(at, 6, said, styles.cell)
        texts = ((label, 0), (cite, 4), (said, 6), (value if isinstance(value, str) else "", 1))
        lines = max(lines_needed(text, WIDTHS[column]) for text, column in texts)
        sheet.set_row(at, max(15 * lines + 4, 19))
        self.at += 1


def _pool(page: _Page) -> None:
    pays = page.fields.file.pays
    if pays is None or pays.pool is None:
        return
    unit = plain(pays.pool.unit)
    label = pays.pool.zh if page.lang == "zh" else pays.pool.en
    said = Text(f"单位：{unit}；不小于 0；只写数字", f"unit: {unit}; not below 0; the number alone")
    rule = Rule(Decimal(0), None, said)
    page.row(
        label, style=page.styles.of(unit, "number"), unit=unit, rule=number_rule(rule, label, page.lang),
        note=Text("要分配的总额，只写数字", "The amount to divide, the number alone"),
    )  # fmt: skip


def _date(page: _Page) -> None:
    fields, lang = page.fields, page.lang
    period = fields.file.law.in_force
    until = Text(f"至 {period.until}", f"to {period.until}") if period.until else Text("起", "on")
    said = Text(
        f"办法施行期：{period.from_} {until.zh}", f"The method is in force from {period.from_} {until.en}"
    )
    note = Text(
        f"取该日有效的数值；空着按计算当天。{said.zh}",
        f"Its values apply; blank: the day of the run. {said.en}",
    )
    bounds: dict[str, Any] = {"criteria": ">=", "value": period.from_}
    if period.until is not None:
        bounds = {"criteria": "between", "minimum": period.from_, "maximum": period.until}
    label = Text("计算日期", "Date")[lang]
    such = Text("如 2026-01-01", "such as 2026-01-01")[lang]
    rule = {"validate": "date", **bounds, **messages(label, said[lang], such, lang)}
    page.row(label, style=page.styles.date, value=fields.asked_day, rule=rule, note=note)


def _choice(page: _Page, name: str, lists: Mapping[str, str]) -> None:
    fields, lang = page.fields, page.lang
    choice = fields.file.choices[name]
    chosen = fields.chosen.get(name)
    label = label_of(name, fields.file, lang)
    options = options_of(choice, lang)
    parts = []
    if name in fields.idle:
        parts.append(Text("按其他各项的选择用不到", "not used under the other choices"))
    elif choice.default is None:
        parts.append(Text("没有缺省，必须选定", "no default: choose one"))
    else:
        parts.append(
            Text(
                f"缺省「{option_of(choice, choice.default, 'zh')}」",
                f"default “{option_of(choice, choice.default, 'en')}”",
            )
        )
    parts.append(
        Text(
            "可选：" + "、".join(options_of(choice, "zh")), "options: " + ", ".join(options_of(choice, "en"))
        )
    )
    if choice.note is not None:
        parts.append(Text(choice.note.zh.rstrip("。"), choice.note.en.rstrip(".")))
    more = [column.entry for column in fields.left_out if name in column.entry.when]
    if more:
        parts.append(
            Text(
                "改选后另要列：" + "、".join(entry.zh for entry in more) + "（请用 --set 重写模板）",
                "another choice needs more columns: "
                + ", ".join(entry.en for entry in more)
                + " (make the template anew with --set)",
            )
        )
    page.row(
        label, style=page.styles.text, value=None if chosen is None else option_of(choice, chosen, lang),
        cite=choice.cite or "", grade="" if choice.evidence is None else EVIDENCE[choice.evidence][lang],
        note=joined(parts), rule=list_rule(options, lists.get(name), label, lang),
    )  # fmt: skip


def _figure(page: _Page, figure: Figure) -> None:
    fields, lang, entry = page.fields, page.lang, figure.entry
    label = label_of(figure.name, fields.file, lang)
    kind = entry.kind if isinstance(entry, Input) else "number"
    rule = (
        list_rule(flags(lang), None, label, lang)
        if kind == "flag"
        else number_rule(rule_of(entry), label, lang)
    )
    cite, grade = ("", "") if isinstance(entry, Input) else (entry.cite or "", EVIDENCE["unpublished"][lang])
    page.row(
        label, style=page.styles.of(figure.unit, kind), unit=figure.unit, cite=cite, grade=grade,
        note=figure_note(figure, fields.method), rule=rule,
    )  # fmt: skip


def _of_law(page: _Page, of_law: OfLaw) -> None:
    entry, lang = of_law.entry, page.lang
    note = entry.note
    page.row(
        label_of(of_law.name, page.fields.file, lang), style=page.styles.figure, unit=plain(entry.unit),
        cite=of_law.cite or "", grade=EVIDENCE[of_law.evidence][lang], set_to=float(of_law.value),
        note=None if note is None else Text(note.zh, note.en),
    )  # fmt: skip
    if of_law.cite:
        document = page.fields.file.law.document or page.fields.file.law.title.zh
        write_note(page.sheet, page.at - 1, 3, f"{document} {of_law.cite}")
