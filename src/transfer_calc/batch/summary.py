"""The summary of a batch: a line a file with its totals or its reason, and every problem of every file."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from transfer_calc.batch.work import Done, Options
from transfer_calc.files.address import column_letter
from transfer_calc.manifest import written_at
from transfer_calc.method.load import Method
from transfer_calc.text import Text
from transfer_calc.workbook.sheets import SheetWriter, write_book

SUMMARY = "汇总.xlsx"
STATES = {
    "done": Text("完成", "done"),
    "unchanged": Text("未变", "unchanged"),
    "failed": Text("失败", "failed"),
}
SEVERITIES = {"error": "错误", "warning": "提醒", "note": "说明"}
_HEADS = (
    "文件",
    "状态",
    "地区数",
    "资金总额",
    "单位",
    "分配数合计",
    "单位",
    "错误",
    "提醒",
    "原因",
    "写出的文件",
    "结果哈希",
)
_WIDTHS = (24, 8, 8, 17, 7, 20, 7, 7, 7, 48, 26, 18)
_SUMMED = (2, 3, 5, 7, 8)


def write_summary(outcomes: Sequence[Done], method: Method, options: Options, path: Path) -> None:
    """Write the summary workbook.

    Raises:
        DataError: If it cannot be written (TC902).
    """
    notice = "；".join(dict.fromkeys(done.notice for done in outcomes if done.notice)) or None

    def write(book: Any) -> None:
        writer = SheetWriter(book, method.id, notice)
        _files(writer, outcomes, method)
        _problems(writer, outcomes)
        _run(writer, method, options)

    write_book(path, f"{method.title.zh}：汇总", notice, write)


def _files(writer: SheetWriter, outcomes: Sequence[Done], method: Method) -> None:
    styles = writer.styles
    sheet, row = writer.sheet("汇总", f"{method.title.zh}：汇总", _WIDTHS)
    writer.heads(sheet, row, _HEADS)
    amounts = [styles.whole, styles.number, styles.centred, styles.paid, styles.centred]
    words = [styles.wrapped, styles.wrapped, styles.text]
    kinds = [styles.wrapped, styles.centred, *amounts, styles.whole, styles.whole, *words]
    lines = [
        (
            done.file, STATES[done.state].zh, done.units or None,
            float(Decimal(done.pool)) if done.pool else None, done.pool_unit, done.total, done.unit,
            done.count("error"), done.count("warning"), done.reason.zh, done.output, done.sha256[:16],
        )
        for done in outcomes
    ]  # fmt: skip
    last = writer.lines(sheet, row + 1, lines, kinds)
    for column in range(len(_HEADS)):
        sheet.write_blank(last, column, None, styles.sum_text)
    failed = sum(1 for done in outcomes if done.state == "failed")
    sheet.write_string(last, 0, f"合计 {len(outcomes)} 个文件", styles.sum_text)
    sheet.write_string(last, 1, f"失败 {failed}", styles.sum_text)
    for column in _SUMMED:
        if column in (3, 5) and len({line[column + 1] for line in lines if line[column] is not None}) > 1:
            continue  # amounts in different units have no sum
        letter, total = column_letter(column), sum(line[column] or 0 for line in lines)  # type: ignore[misc]
        style = styles.sum_number if column == 3 else styles.sum_whole
        sheet.write_formula(last, column, f"=SUM({letter}{row + 2}:{letter}{last})", style, total)
    red = {"type": "cell", "criteria": "==", "value": '"失败"', "format": styles.alarm}
    sheet.conditional_format(row + 1, 1, last - 1, 1, red)
    sheet.freeze_panes(row + 1, 1)
    sheet.autofilter(row, 0, last - 1, len(_HEADS) - 1)


def _problems(writer: SheetWriter, outcomes: Sequence[Done]) -> None:
    sheet, row = writer.sheet("问题", "各文件的问题", (34, 8, 9, 12, 10, 64, 60))
    heads = ("文件", "级别", "代码", "工作表", "单元格", "问题", "怎么办")
    writer.heads(sheet, row, heads)
    lines = [
        (done.file, SEVERITIES[found["severity"]], found["code"], found["sheet"], found["cell"],
         found["message_zh"], found["hint_zh"])
        for done in outcomes for found in done.issues
    ]  # fmt: skip
    last = writer.lines(sheet, row + 1, lines)
    sheet.freeze_panes(row + 1, 1)
    if lines:
        sheet.autofilter(row, 0, last - 1, len(heads) - 1)


def _run(writer: SheetWriter, method: Method, options: Options) -> None:
    sheet, row = writer.sheet("运行记录", "运行记录", (40, 100))
    writer.heads(sheet, row, ("项目", "内容"))
    lines = [("办法", method.id)]
    lines += [(f"办法文件 {name} SHA-256", sha) for name, sha in method.hashes.items()]
    lines += [("资金总额", options.pool)] if options.pool else []
    lines += [("计算日期", options.on)] if options.on else []
    lines += [(name, value) for name, value in options.parameters.items()]
    lines += [("命令", options.command or "—"), ("生成时间", written_at().isoformat(sep=" "))]
    writer.lines(sheet, row + 1, lines)
