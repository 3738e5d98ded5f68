"""The sheet 校验: what must be 0, counted live; one cell says whether anything is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from transfer_calc.files.address import column_letter
from transfer_calc.language.check import ALL, COUNTY
from transfer_calc.language.excel_addresses import Reference
from transfer_calc.method.model import Input
from transfer_calc.method.plan import PlannedCondition
from transfer_calc.workbook.live.columns import FIRST
from transfer_calc.workbook.live.desk import Desk
from transfer_calc.workbook.live.inputs import DATA
from transfer_calc.workbook.live.settling import Settled
from transfer_calc.workbook.live.solving import Solved

CHECKS = "校验"
_FIRST = 6
CHANGED = "与写出时不同的分配数"
PASSED = f"{CHECKS}!$B$4"
"""The cell that counts what is wrong."""


class Checks:
    """The sheet of checks: a line each, with a figure that must be 0."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.sheet, _ = desk.writer.sheet(CHECKS, f"{desk.title}：校验", (40, 18, 12, 96))
        desk.writer.heads(self.sheet, _FIRST - 2, ["项目", "应为0", "结论", "说明"], 20)
        self.sheet.freeze_panes(_FIRST - 1, 0)
        self.next = _FIRST
        self.counted = 0

    def add(self, title: str, text: str, value: float, detail: str, *, counts: bool = True) -> None:
        """A check with its live formula."""
        row, styles = self.next - 1, self.desk.writer.styles
        verdict = ("不符", "符合") if counts else ("有改动", "没有改动")
        self.desk.writer.lines(self.sheet, row, [(title, "", "", detail)])
        self.sheet.write_formula(row, 1, "=" + text, styles.plain, value)
        said = f'=IF(B{self.next}=0,"{verdict[1]}","{verdict[0]}")'
        self.sheet.write_formula(row, 2, said, styles.good, verdict[1] if value == 0 else verdict[0])
        self.next += 1
        self.counted += counts

    def remark(self, title: str, said: str, detail: str) -> None:
        """A check that was made when the workbook was written."""
        styles = self.desk.writer.styles
        self.desk.writer.lines(self.sheet, self.next - 1, [(title, "", said, detail)])
        self.sheet.write_string(self.next - 1, 2, said, styles.good if said == "符合" else styles.muted)
        self.next += 1

    def close(self) -> None:
        """The count of what is wrong, and red where something is."""
        styles, last = self.desk.writer.styles, _FIRST + max(self.counted, 1) - 1
        self.sheet.write_string(3, 0, "不符的项数（必须为0）", styles.sum_text)
        text = f'=COUNTIF(C{_FIRST}:C{last},"不符")+SUMPRODUCT(--ISERROR(B{_FIRST}:B{last}))'
        self.sheet.write_formula(3, 1, text, styles.sum_whole, 0)
        self.sheet.write_formula(3, 2, '=IF(B4=0,"全部符合","有不符")', styles.sum_centred, "全部符合")
        self.sheet.write_blank(3, 3, None, styles.sum_text)
        red = {"type": "cell", "criteria": "==", "value": '"不符"', "format": styles.alarm}
        self.sheet.conditional_format(_FIRST - 1, 2, max(self.next, _FIRST) - 1, 2, red)
        self.sheet.conditional_format(
            3, 1, 3, 1, {"type": "cell", "criteria": "!=", "value": 0, "format": styles.alarm}
        )


def write_checks(
    desk: Desk,
    settled: Settled | None,
    shown: Reference | None,
    solved: list[Solved],
    conditions: list[tuple[PlannedCondition, str]],
) -> None:
    """Every check of a method's run.

    Args:
        desk: The workbook.
        settled: The settlement, if there is one.
        shown: What the sheet of results shows of it.
        solved: The divisions.
        conditions: The conditions of the method, with a formula of how many units break each.
    """
    checks, result = Checks(desk), desk.result
    said = {check.name: check.detail.zh for check in result.checks}
    of_data(desk, checks, desk.method.file.columns, result.panel.columns)
    for condition, text in conditions:
        cite = desk.method.file.conditions[condition.name].cite or ""
        checks.add(desk.method.label(condition.name).zh, text, 0, f"办法的条件。{cite}")
    for each in solved:
        label = desk.method.label(each.step).zh
        detail = "系数在 总量 表；不为0时总额没有分完或超分，要重新运行。"
        checks.add(f"{label}：合计与分配总额之差", each.check, 0, detail)
    counted: set[str] = set()
    if settled is not None and shown is not None and result.payment is not None:
        of_settlement(checks, settled, shown, result.payment.unit, said)
        counted = {"sums_to_pool", "zero_sum", "non_negative", "within_bounds"}
    counted |= {condition.name for condition, _ in conditions}
    if settled is not None:
        changed_since(checks, settled)
    for check in result.checks:
        if check.name not in counted:
            detail = f"{check.detail.zh}（写出时由程序核对，不随改动重算）"
            checks.remark(check.title.zh, "不适用" if check.passed is None else "符合", detail)
    checks.close()


def of_settlement(
    checks: Checks, settled: Settled, shown: Reference, unit: str, said: Mapping[str, str]
) -> None:
    """The sum, whether the settlement still holds, signs and bounds.

    Args:
        checks: Takes the lines.
        settled: The settlement.
        shown: What the sheet of results shows.
        unit: The settle unit.
        said: What each promise of the method came to.
    """
    paid = settled.allocation.column
    same = "结果 表的分配数应当就是 结算 表的分配数。"
    checks.add("结果表与结算表不同的分配数", f"SUMPRODUCT(--({shown.column}<>{paid}))", 0, same)
    detail = said.get("sums_to_pool") or said.get("zero_sum") or ""
    checks.add(f"分配数合计与应分配合计之差（{unit}）", f"SUM({paid})-{settled.total}", 0, detail)
    if settled.live:
        why = "不为0时上下限没有余地，要重新运行，由程序按上下限逐一处理。"
        checks.add(f"尾数一个地区一{unit}分不完的数", settled.short, 0, why)
    else:
        why = "这次的取整由程序逐一处理，分配数是数值；不为0说明改动以后分配数已经过时，要重新运行。"
        checks.add("结算前与写出时不同的地区数", settled.short, 0, why)
    if "non_negative" in said:
        checks.add("负的分配数", f'COUNTIF({paid},"<0")', 0, said["non_negative"])
    outside = [] if settled.least is None else [f"({paid}<{settled.least.column})"]
    outside += [] if settled.most is None else [f"({paid}>{settled.most.column})"]
    if outside:
        text = f"SUMPRODUCT({'+'.join(outside)})" if len(outside) > 1 else f"SUMPRODUCT(--{outside[0]})"
        checks.add("超出上下限的地区数", text, 0, said.get("within_bounds", ""))


def changed_since(checks: Checks, settled: Settled) -> None:
    """Whether anything was changed since the workbook was written; no fault, but to be known."""
    text = f"SUMPRODUCT(--({settled.allocation.column}<>{settled.written.column}))"
    detail = "不为0说明写出以后改过数据或参数；各数已按现在的数据和参数重算。"
    checks.add(CHANGED, text, 0, detail, counts=False)


def of_data(desk: Desk, checks: Checks, inputs: Mapping[str, Input], columns: Mapping[str, Any]) -> None:
    """What may be typed into 数据 and must not be: blanks, texts, figures beyond limits, other codes."""
    last = FIRST + desk.rows - 1

    def range_of(first: int, end: int) -> str:
        return f"{DATA}!${column_letter(first)}${FIRST}:${column_letter(end)}${last}"

    at = dict(zip(columns, range(2, 2 + len(columns)), strict=True))
    numbers = [at[name] for name, values in columns.items() if values.dtype.kind != "U"]
    if numbers:
        ranges = [range_of(span[0], span[-1]) for span in _runs(numbers)]
        places = "+".join(f"ROWS({one})*COLUMNS({one})" for one in ranges)
        text = f"{places}-COUNT({','.join(ranges)})"
        checks.add("数据表里空着或不是数字的格", text, 0, "空格不等于0：请填数，确为零时填0。")
    beyond: list[str] = []
    for sign, limit in (("<", "min"), (">", "max")):
        for bound in sorted({getattr(inputs[name], limit) for name in columns} - {None}):
            same = [at[name] for name in columns if getattr(inputs[name], limit) == bound]
            ranges = [range_of(span[0], span[-1]) for span in _runs(same)]
            if bound == 0:
                beyond += [f'COUNTIF({one},"{sign}0")' for one in ranges]
                continue
            cell = desk.constant(
                f"数据的界限 {bound}", float(bound), "办法对输入数据的界限。", f"界限_{bound}"
            )
            beyond += [f"SUMPRODUCT(--({one}{sign}{cell}))" for one in ranges]
    flags = [at[name] for name, values in columns.items() if values.dtype.kind == "b"]
    for span in _runs(flags):
        one = range_of(span[0], span[-1])
        beyond.append(f"SUMPRODUCT(({one}<>0)*({one}<>1))")
    if beyond:
        detail = "负数、超出办法界限的数、是否不是1或0的格；这样的数据重新运行时会被拒绝。"
        checks.add("数据表里超出界限的格", "+".join(beyond), 0, detail)
    codes, steps = desk.data.reference(0).column, desk.steps.reference(0).column
    detail = "代码改动后不再是原来的地区，要重新运行。"
    checks.add("与写出时不同的代码", f"SUMPRODUCT(--NOT(EXACT({codes},{steps})))", 0, detail)


def _runs(positions: Sequence[int]) -> list[list[int]]:
    """Positions that follow on each other, together."""
    found: list[list[int]] = []
    for position in positions:
        if found and found[-1][-1] == position - 1:
            found[-1].append(position)
        else:
            found.append([position])
    return found


def conditions_of(desk: Desk) -> list[tuple[PlannedCondition, str]]:
    """Write the conditions as columns or single figures; for each, a formula of how often it is broken."""
    found = []
    for condition in desk.result.settings.conditions:
        level, label = condition.shape.level, f"条件：{desk.method.label(condition.name).zh}"
        formula = desk.formula(condition.formula, level, condition.name)
        value = desk.value(condition.formula, level) if level in (ALL, COUNTY) else None
        style = desk.writer.styles.centred
        if level == ALL:
            line = desk.singles.spare()
            desk.singles.write(line, label, formula.text, bool(value), style)
            found.append((condition, f"IF({desk.singles.reference(line).cell},0,1)"))
            continue
        sheet = desk.sheet_of(level)
        column = sheet.place(label)
        shown = value if value is not None else np.ones(sheet.rows, dtype=bool)
        sheet.formulas(column, formula.text, shown, style)
        found.append((condition, f"SUMPRODUCT(--NOT({sheet.reference(column).column}))"))
    return found
