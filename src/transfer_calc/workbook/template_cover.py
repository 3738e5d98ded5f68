"""The sheet 说明 of a template: the method, five steps with the commands to type, colours, columns, lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transfer_calc.divisions import Division
from transfer_calc.method.library import shelf
from transfer_calc.method.load import Method
from transfer_calc.text import Text
from transfer_calc.workbook.sheets import SheetWriter, lines_needed
from transfer_calc.workbook.template_data import fits_a_rule
from transfer_calc.workbook.template_fields import Fields
from transfer_calc.workbook.template_styles import TemplateStyles
from transfer_calc.workbook.template_words import (
    column_note,
    heading,
    label_of,
    listed,
    option_of,
    options_of,
)

WIDTHS = (32, 108)


@dataclass(frozen=True, slots=True)
class Cover:
    """What the sheet says beside the method.

    Attributes:
        file: The name of the template's file, for the commands.
        division: The list that the rows come from.
        remarks: What did not fit.
    """

    file: str
    division: Division | None
    remarks: tuple[Text, ...] = ()


def write_cover(
    writer: SheetWriter, styles: TemplateStyles, fields: Fields, cover: Cover, lang: str
) -> dict[str, str]:
    """Write the sheet; gives the range of each list that is too long for the rule of a cell."""
    sheet, row = writer.sheet("说明", fields.method.title[lang], WIDTHS)
    page = _Page(sheet, styles, lang, row)
    _about(page, fields)
    _steps(page, fields, cover)
    _colours(page, fields)
    _columns(page, fields)
    _list(page, cover)
    return _long_lists(page, fields)


class _Page:
    """The sheet, row by row."""

    def __init__(self, sheet: Any, styles: TemplateStyles, lang: str, row: int) -> None:
        self.sheet, self.styles, self.lang, self.at = sheet, styles, lang, row

    def section(self, title: Text) -> None:
        self.sheet.write_string(self.at, 0, title[self.lang], self.styles.section)
        self.sheet.write_blank(self.at, 1, None, self.styles.section)
        self.sheet.set_row(self.at, 20)
        self.at += 1

    def line(self, name: Text | str, text: Text | str, style: Any = None) -> None:
        title = name[self.lang] if isinstance(name, Text) else name
        said = text[self.lang] if isinstance(text, Text) else text
        self.sheet.write_string(self.at, 0, title, self.styles.label)
        self.sheet.write_string(self.at, 1, said, style or self.styles.label)
        lines = sum(lines_needed(part, WIDTHS[1]) for part in said.split("\n"))
        self.sheet.set_row(self.at, 15 * max(lines, lines_needed(title, WIDTHS[0])) + 4)
        self.at += 1


def _about(page: _Page, fields: Fields) -> None:
    file, lang, law = fields.file, page.lang, fields.file.law
    page.section(Text("办法", "The method"))
    page.line(Text("办法", "Method"), f"{fields.method.title[lang]}（{file.id}）")
    if file.about is not None:
        page.line(Text("内容", "About"), Text(file.about.zh, file.about.en))
    number = Text(law.document or "（无文号）", law.document or "(no number)")
    page.line(Text("文件", "Document"), Text(f"{law.title.zh}　{number.zh}", f"{law.title.en}, {number.en}"))
    until = law.in_force.until
    start = law.in_force.from_
    page.line(
        Text("施行", "In force"),
        Text(f"{start} 至 {until}", f"{start} to {until}") if until else Text(f"{start} 起", f"from {start}"),
    )
    chosen = [
        f"{label_of(name, file, lang)}：{option_of(choice, fields.chosen[name], lang)}"
        for name, choice in file.choices.items()
        if name in fields.made
    ]
    if chosen:
        page.line(Text("已选定", "Chosen"), "；".join(chosen))


def _steps(page: _Page, fields: Fields, cover: Cover) -> None:
    check, run, marked, result = _commands(fields.method, cover.file, page.lang)
    page.section(Text("怎样填写", "How to fill it in"))
    page.line(
        Text("第 1 步　填数据", "Step 1  Data"),
        Text(
            "在「数据」表的黄格里填数，一个地区一行。不参加的地区把整行删去；名单上没有的写在下面的空行里。",
            "Fill the yellow cells of the sheet 数据, one row a unit. Delete the rows of units that take no "
            "part; write missing ones into the empty rows below.",
        ),
    )
    page.line(
        Text("第 2 步　填参数", "Step 2  Parameters"),
        Text(
            "在「参数」表的黄格里填资金总额、日期、选项和文件没有公布的数；不是真实数据的，在「声明」里写明。",
            "On the sheet 参数 fill in pool, date, choices and what the law does not publish; say in the row "
            "Notice where figures are made up.",
        ),
    )
    page.line(
        Text("第 3 步　检查", "Step 3  Check"),
        Text(
            "存盘、关闭，在本文件所在的文件夹打开命令行，键入下面一行。"
            f"有问题的格子在副本「{marked}」里标上颜色，批注写明原因和改法。",
            "Save and close, open a command line in this folder and type the line below. In the copy "
            f"“{marked}” cells with a problem are coloured, and a note says why and what to do.",
        ),
    )
    page.line("", check, page.styles.command)
    page.line(
        Text("第 4 步　改正", "Step 4  Correct"),
        Text(
            "在本文件里改正（不是在副本里），再做第 3 步，直到没有错误；提醒要逐条核对。",
            "Correct this file (not the copy) and repeat step 3 until there is no error; look at every "
            "warning.",
        ),
    )
    page.line(
        Text("第 5 步　计算", "Step 5  Compute"),
        Text(
            f"键入下面一行，得到「{result}」：看「结果」和「校验」两张表，确认后签字存档。",
            f"Type the line below to get “{result}”: look at its sheets 结果 and 校验, sign it and file it.",
        ),
    )
    page.line("", run, page.styles.command)
    by_module = [line.replace("transfer-calc", "python -m transfer_calc", 1) for line in (check, run)]
    page.line(
        Text("找不到命令时改用", "If there is no such command"), "\n".join(by_module), page.styles.command
    )


def _commands(method: Method, file: str, lang: str) -> tuple[str, str, str, str]:
    """The two commands to type, and the files that they write."""
    name = method.id if shelf().get(method.id) == method.path else method.path.name
    stem = Path(file).stem
    marked = f"{stem}-{Text('标注', 'marked')[lang]}.xlsx"
    result = f"{stem}-{Text('结果', 'result')[lang]}.xlsx"
    begin = f"{_quoted(name)} {_quoted(file)}"
    return (
        f"transfer-calc check {begin} --mark {_quoted(marked)}",
        f"transfer-calc run {begin} -o {_quoted(result)}",
        marked,
        result,
    )


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name


def _colours(page: _Page, fields: Fields) -> None:
    page.section(Text("颜色、空格和单位", "Colours, blanks and units"))
    page.line(
        Text("颜色", "Colours"),
        Text(
            "黄格：要填。白格：已预填，可以改。其余锁定，防止误改；没有密码，需要时可撤销工作表保护。",
            "Yellow: to be filled. White: filled in, may be changed. The rest is locked against slips, "
            "without a password.",
        ),
    )
    entries = [column.entry for column in fields.columns if column.entry.missing is not None]
    also = Text("", "")
    if entries:
        also = Text(
            "可以空着的列：" + "、".join(entry.zh for entry in entries) + "。",
            " May be blank: " + ", ".join(entry.en for entry in entries) + ".",
        )
    page.line(
        Text("空格", "Blanks"),
        Text(
            f"空着不等于 0：该填而空着的格子检查时会报错，确为零填 0。{also.zh}",
            f"A blank is not 0: the check reports it; enter 0 only if it is zero.{also.en}",
        ),
    )
    page.line(
        Text("单位", "Units"),
        Text(
            "写在「数据」表头的括号里和「参数」表的单位列。单位不同的先换算，不要改表头。",
            "They stand in the headings of 数据 and the column Unit of 参数. Convert figures; leave the "
            "headings as they are.",
        ),
    )


def _columns(page: _Page, fields: Fields) -> None:
    if fields.columns or fields.left_out:
        page.section(Text("各列说明", "The columns"))
    for column in fields.columns:
        page.line(heading(column, fields.file, page.lang), column_note(column, fields.method))
    if fields.left_out:
        needless = [heading(column, fields.file, page.lang) for column in fields.left_out]
        page.line(Text("按所选选项不需要的列", "Not needed under the choices"), listed(needless, page.lang))


def _list(page: _Page, cover: Cover) -> None:
    if cover.division is None:
        return
    page.section(Text("地区名单", "The list of units"))
    page.line(Text("名单", "List"), cover.division.title)
    if cover.division.remarks:
        page.line(Text("来源", "Source"), "\n".join(cover.division.remarks))
    for remark in cover.remarks:
        page.line(Text("没有列入", "Left out"), remark)


def _long_lists(page: _Page, fields: Fields) -> dict[str, str]:
    """The lists that no cell rule can hold: written here, and their ranges given."""
    file, lang = fields.file, page.lang
    lists: list[tuple[str, str, Sequence[str]]] = [
        (column.name, heading(column, file, lang), column.entry.allowed) for column in fields.columns
    ]
    for name, choice in file.choices.items():
        lists.append((name, label_of(name, file, lang), options_of(choice, lang)))
    found: dict[str, str] = {}
    for name, label, options in lists:
        if not fits_a_rule(options):
            if not found:
                page.section(Text("下拉列表的内容", "Contents of drop-down lists"))
            first = page.at + 1
            for option in options:
                page.line(label, option)
            found[name] = f"='说明'!$B${first}:$B${page.at}"
    return found
