"""The command `template`: the workbook that a clerk fills in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from transfer_calc.cli.speak import Speaker, misuse
from transfer_calc.issues import IssuesError
from transfer_calc.method.load import Method
from transfer_calc.text import Text


def template(
    method: Method,
    out: Path,
    speaker: Speaker,
    *,
    units: str | None,
    choices: Mapping[str, str],
    on: str | None,
) -> None:
    """Write the template, and say what is in it and what comes next."""
    from transfer_calc.workbook.template import write_template

    if out.suffix.lower() != ".xlsx":
        misuse(speaker, Text("模板要以 .xlsx 结尾", "the template must end in .xlsx"))
    if out.resolve() in (method.path.resolve(), Path(units or "").resolve()):
        misuse(speaker, Text("模板不能覆盖输入文件", "the template may not overwrite an input"))
    known = set(method.file.choices) | {
        title for choice in method.file.choices.values() for title in (choice.zh, choice.en)
    }
    for name in choices:
        if name not in known:
            listed = "、".join(method.file.choices) or "—"
            detail = Text(
                f"模板的 --set 只用于选项：{listed}；其他的数填在表里",
                f"for a template --set makes choices: {listed}; all else is filled in",
            )
            misuse(speaker, detail)
    try:
        with speaker.progress(Text("正在写出模板", "writing the template")):
            written = write_template(method, out, units, choices, on=on, lang=speaker.lang)
    except IssuesError as error:
        speaker.stop(error.issues)
    speaker.warn(written.issues)
    rows, columns, figures = len(written.units), len(written.fields.columns), len(written.fields.figures)
    pays = method.file.pays
    figures += pays is not None and pays.pool is not None
    speaker.say(
        Text(
            f"已写出 {out}：{rows} 个地区，{columns} 列数据，参数表要填 {figures} 个数",
            f"written: {out}, with {rows} units, {columns} columns, and {figures} to fill in on 参数",
        )
    )
    speaker.say(
        Text(
            f"填好后检查：transfer-calc check {method.id} {out}",
            f"when it is filled in: transfer-calc check {method.id} {out}",
        )
    )
