"""The sheet 数据 of a template: one column an input, one row a unit, every rule in the cell it holds for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from transfer_calc.divisions import Unit
from transfer_calc.panel.heading import plain_label
from transfer_calc.text import Text
from transfer_calc.workbook.sheets import SheetWriter, lines_needed, write_note
from transfer_calc.workbook.template_fields import Column, Fields
from transfer_calc.workbook.template_styles import TemplateStyles
from transfer_calc.workbook.template_words import (
    Rule,
    column_note,
    first_headings,
    heading,
    in_two_lines,
    only_where,
    rule_of,
)

SPARE, BLANK = 10, 50
"""Rows to fill below a list of units, and where there is none."""

_A4 = 170
"""Characters that one page takes in width and still can be read."""

_PREFECTURES = frozenset(("市州", "市(州)", "所属市州", "市", "地市", "设区市", "prefecture"))
_LEAST = -9.99e307
"""A rule for any number: not below the least that Excel knows."""

_TITLE, _MESSAGE = 32, 255
"""The most characters of the title and the text of a message in Excel."""


def write_data(
    writer: SheetWriter,
    styles: TemplateStyles,
    fields: Fields,
    units: Sequence[Unit],
    lists: Mapping[str, str],
    lang: str,
) -> None:
    """Write the sheet.

    Args:
        writer: Of the workbook.
        styles: Its formats.
        fields: What the template asks for.
        units: The rows that are known.
        lists: For each column whose list is too long for a cell rule, the range where it stands.
        lang: The language.
    """
    columns = fields.columns
    heads = [*first_headings(fields.file, lang), *(heading(column, fields.file, lang) for column in columns)]
    heads = [in_two_lines(head) for head in heads]
    groups = [_group_of(column, units) for column in columns]
    widths = [11, _widest([heads[1], *(unit.name for unit in units)], 14, 26)]
    for column, head, group in zip(columns, heads[2:], groups, strict=True):
        widths.append(_width(column, head, units, group))
    title = Text(f"{fields.method.title.zh}：数据", f"{fields.method.title.en}: data")[lang]
    sheet, row = writer.sheet("数据", title, widths)
    sheet.write_string(row, 0, _line(columns)[lang], writer.styles.muted)
    row += 1
    lines = max(_lines(head, width) for head, width in zip(heads, widths, strict=True))
    writer.heads(sheet, row, heads, max(15 * lines + 6, 36))
    first, last = row + 1, row + len(units) + (SPARE if units else BLANK)
    for position, column in enumerate(columns, start=2):
        if only_where(column.under, fields.file) is not None:
            sheet.write_string(row, position, heads[position], styles.head_open)
        write_note(sheet, row, position, column_note(column, fields.method)[lang])
        _rule(sheet, (first, position, last, position), column, lists, lang)
    _code_rule(sheet, first, last, fields, lang)
    for offset in range(first, last + 1):
        # A row whose every cell is unlocked can be deleted and sorted though the sheet is protected.
        sheet.set_row(offset, 18, styles.unlocked)
        unit = units[offset - first] if offset - first < len(units) else None
        _row(sheet, offset, unit, columns, groups, styles, lang)
    sheet.freeze_panes(first, 2)
    sheet.autofilter(row, 0, last, len(heads) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A{first + 1}:A{last + 1}"})
    _for_print(sheet, row, last, widths, title)
    protect(sheet)


def _for_print(sheet: Any, row: int, last: int, widths: Sequence[float], title: str) -> None:
    """The title goes above every page; many columns take several pages, each with code and name."""
    sheet.print_area(row, 0, last, len(widths) - 1)
    sheet.set_header("&L&14" + title.replace("&", "&&"))
    sheet.repeat_columns(0, 1)
    sheet.fit_to_pages(max(1, round(sum(widths) / _A4)), 0)


def protect(sheet: Any) -> None:
    """Without a password: against slips, not against people."""
    allowed = ("format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter")
    sheet.protect("", dict.fromkeys(allowed, True))


def number_rule(rule: Rule, title: str, lang: str) -> dict[str, Any]:
    """A rule of Excel for a number within bounds."""
    low, high = _plain(rule.low), _plain(rule.high)
    bounds: dict[str, Any] = {"criteria": ">=", "value": _LEAST if low is None else low}
    if low is not None and high is not None:
        bounds = {"criteria": "between", "minimum": low, "maximum": high}
    elif high is not None:
        bounds = {"criteria": "<=", "value": high}
    error = Text(f"只能填数字。{rule.said.zh}", f"A number only. {rule.said.en}")[lang]
    return {"validate": "decimal", **bounds, **messages(title, error, rule.said[lang], lang)}


def _plain(value: Decimal | None) -> int | float | None:
    """A bound as Excel writes it: 12, not 12.0."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def list_rule(options: Sequence[str], where: str | None, title: str, lang: str) -> dict[str, Any]:
    """A rule of Excel for one of some texts: a list in the rule itself, or in a range."""
    said = Text("请从下拉列表中选", "Choose from the list")[lang]
    return {
        "validate": "list",
        "source": list(options) if where is None else where,
        **messages(title, said, said, lang),
    }


def fits_a_rule(options: Sequence[str]) -> bool:
    """Whether a list can stand in the rule itself: Excel takes 255 characters and splits at commas."""
    return len(",".join(options)) <= _MESSAGE and not any(
        "," in option or option != option.strip() for option in options
    )


def flags(lang: str) -> list[str]:
    return ["是", "否"] if lang == "zh" else ["yes", "no"]


def messages(title: str, error: str, said: str, lang: str) -> dict[str, Any]:
    """What a rule says when its cell is entered, and when it refuses."""
    return {
        "input_title": title[:_TITLE],
        "input_message": said[:_MESSAGE],
        "error_title": Text("填写有误", "Not accepted")[lang],
        "error_message": error[:_MESSAGE],
        "error_type": "stop",
        "ignore_blank": True,
    }


def _rule(
    sheet: Any, area: tuple[int, int, int, int], column: Column, lists: Mapping[str, str], lang: str
) -> None:
    entry, title = column.entry, Text(column.entry.zh, column.entry.en)[lang]
    if entry.kind == "number":
        sheet.data_validation(*area, number_rule(rule_of(entry), title, lang))
    elif entry.kind == "flag":
        sheet.data_validation(*area, list_rule(flags(lang), None, title, lang))
    elif entry.allowed:
        sheet.data_validation(*area, list_rule(entry.allowed, lists.get(column.name), title, lang))


def _code_rule(sheet: Any, first: int, last: int, fields: Fields, lang: str) -> None:
    if fields.file.recipients.code != "GB/T 2260":
        return
    title = Text("区划代码", "Code")[lang]
    said = Text("六位数字，如 620102", "Six digits, such as 620102")[lang]
    rule = {"validate": "length", "criteria": "==", "value": 6, **messages(title, said, said, lang)}
    sheet.data_validation(first, 0, last, 0, rule)


def _row(
    sheet: Any,
    row: int,
    unit: Unit | None,
    columns: Sequence[Column],
    groups: Sequence[str | None],
    styles: TemplateStyles,
    lang: str,
) -> None:
    for position, text in enumerate(("", "") if unit is None else (unit.code, unit.name)):
        if text:
            sheet.write_string(row, position, text, styles.given_text)
        else:
            sheet.write_blank(row, position, None, styles.text)
    for position, (column, group) in enumerate(zip(columns, groups, strict=True), start=2):
        known = "" if unit is None or group is None else unit.groups.get(group, "")
        if known:
            flag = column.entry.kind == "flag"
            said = flags(lang)[0 if known == "是" else 1] if flag else known
            sheet.write_string(row, position, said, styles.given_flag if flag else styles.given_text)
        else:
            sheet.write_blank(row, position, None, styles.of(column.unit, column.entry.kind))


def _group_of(column: Column, units: Sequence[Unit]) -> str | None:
    """The column of the list of units that says what this one asks for."""
    entry = column.entry
    if entry.kind == "number":
        return None
    own = {plain_label(label) for label in (column.name, entry.zh, entry.en, *entry.aliases)}
    if own & _PREFECTURES:
        own |= _PREFECTURES
    heads = dict.fromkeys(head for unit in units for head in unit.groups)
    return next((head for head in heads if plain_label(head) in own), None)


def _width(column: Column, head: str, units: Sequence[Unit], group: str | None) -> float:
    if column.entry.kind in ("group", "text"):
        texts = [unit.groups.get(group, "") for unit in units] if group else []
        return _widest([*texts, *column.entry.allowed], 14, 26)
    if column.entry.kind == "flag":
        return 11
    # A heading of many signs gets room, so that it stays within three lines and its unit.
    label = head.partition("\n")[0]
    return min(max(13, -(-_wide(label) // 3) + 3), 26)


def _widest(texts: Sequence[str], least: float, most: float) -> float:
    return min(max([least, *(_wide(text) + 4 for text in texts)]), most)


def _lines(text: str, width: float) -> int:
    return sum(lines_needed(line, width) for line in text.split("\n"))


def _wide(text: str) -> int:
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text)


def _line(columns: Sequence[Column]) -> Text:
    """The line under the title; the reader takes no unit from it."""
    some_open = any(frozenset() not in column.under for column in columns)
    return Text(
        "黄格填写，白格已预填、可改。各列的单位写在表头的括号里，填法见表头批注。空着不等于 0。不要改表头。"
        + ("斜体表头的列仅在批注所说的选项下需要。" if some_open else ""),
        "Fill the yellow cells; white ones are filled in and may be changed. Units stand in the headings, "
        "help in their cell notes. A blank is not 0. Leave the headings as they are."
        + (
            " Columns with italic headings are needed only under the choices their notes name."
            if some_open
            else ""
        ),
    )
