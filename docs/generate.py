"""Generate what is written elsewhere once: the page of issue codes and the JSON Schemas of the YAML files.

python docs/generate.py           write them
python docs/generate.py --check   exit 1 if one of them is out of date
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from budget_pages import budget_pages, budget_schemas
from method_pages import method_pages
from pydantic import BaseModel

from transfer_calc.language.functions import EXAMPLE_BRACKETS, EXAMPLE_COLUMNS, FUNCTIONS
from transfer_calc.messages import MESSAGES
from transfer_calc.method.cases import CaseFile
from transfer_calc.method.documents import DocumentFile
from transfer_calc.method.model import MethodFile
from transfer_calc.units import COUNTED, DEFINITIONS, SPELLINGS

ROOT = Path(__file__).resolve().parent.parent

AREAS = {
    "1": ("办法文件", "The method file"),
    "2": ("数据表", "The county table"),
    "3": ("参数与资金总额", "Parameters and the pool"),
    "4": ("计算", "Arithmetic"),
    "5": ("分配与结算", "Division and settlement"),
    "6": ("算例", "Cases"),
    "7": ("办法的写法", "The law as it is written down"),
    "8": ("文件与工作簿", "Files and workbooks"),
    "9": ("命令", "The command"),
}


def schema(model: type[BaseModel]) -> str:
    """The JSON Schema of a file, for editors that check YAML."""
    return json.dumps(model.model_json_schema(by_alias=True), ensure_ascii=False, indent=1) + "\n"


def issues_page(lang: str) -> str:
    """The page of all codes."""
    zh = lang == "zh"
    lines = (
        ["[English](issues.md)", "", "# 问题代码", "", "问题都有代码、位置、说明和提示；代码含义不变。", ""]
        if zh
        else ["[中文](issues.zh.md)", "", "# Issue codes", "",
              "Every problem has a code, a place, a message and a hint; codes keep their meaning.", ""]
    )  # fmt: skip
    area = ""
    for code, entry in MESSAGES.items():
        if code[2] != area:
            area = code[2]
            lines += [f"## {AREAS[area][0 if zh else 1]}", ""]
            lines += ["| 代码 | 说明 | 提示 |" if zh else "| code | message | hint |", "|---|---|---|"]
        message, hint = (entry.zh, entry.hint_zh) if zh else (entry.en, entry.hint_en)
        lines.append(f"| {code} | {_gaps(message)} | {_gaps(hint)} |")
        following = list(MESSAGES)[list(MESSAGES).index(code) + 1 :]
        if not following or following[0][2] != area:
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def functions_table(lang: str) -> str:
    """The table of functions, with units, issues and a computed example of each."""
    zh = lang == "zh"
    columns = "；".join(f"`{name}` = {_listed(values)}" for name, values in EXAMPLE_COLUMNS.items())
    schedule = "、".join(f"{start:g} → {rate:g}" for start, rate in EXAMPLE_BRACKETS)
    lines = [
        f"算例的数据：{columns}；档次表 `award`：{schedule}（inclusive: from）。"
        if zh
        else f"The examples are computed on {columns}; schedule `award`: {schedule} (inclusive: from).",
        "",
        "| 函数 | 得到 | 层级 | 单位 | 问题 | 算例 |"
        if zh
        else "| function | gives | level | unit | issues | example |",
        "|---|---|---|---|---|---|",
    ]
    levels = {
        "one": ("全体一个数；有 `by=` 时每组一个", "one for all; with `by=` one a group"),
        "county": ("逐个地区", "one a county"),
        "each": ("同其值", "that of its values"),
    }
    for function in FUNCTIONS.values():
        level = levels[function.result if function.kind == "many" else "each"][0 if zh else 1]
        about = function.about[lang]
        for option, values in function.options:
            about += ("；" if zh else "; ") + f"`{option}`: " + ", ".join(f"`{value}`" for value in values)
        text, figures = function.example
        example = f"`{text}` = {_listed(figures)}"
        cells = [f"`{function.usage}`", about, level, function.units[lang], function.errors[lang], example]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _listed(values: Sequence[float | str]) -> str:
    distinct = list(dict.fromkeys(values))
    shown = distinct if len(distinct) == 1 else list(values)
    return ", ".join(value if isinstance(value, str) else f"{value:g}" for value in shown)


def with_functions(name: str, lang: str) -> str:
    """The language reference with the table of functions in its place."""
    text = (ROOT / "docs/reference" / name).read_text(encoding="utf-8")
    first, last = "<!-- functions -->\n", "<!-- end of functions -->"
    start, end = text.index(first) + len(first), text.index(last)
    return text[:start] + "\n" + functions_table(lang) + "\n\n" + text[end:]


def units_page(lang: str) -> str:
    """The page of all units."""
    zh = lang == "zh"
    head = (
        ["[English](units.md)", "", "# 单位", "", "公式里的单位在办法载入时核对；同类的单位自动换算，不同类的拒绝。"]
        if zh
        else ["[中文](units.zh.md)", "", "# Units of measure", "",
              "Units are checked when a method loads: one kind is converted, different kinds are refused."]
    )  # fmt: skip
    prefixes: list[tuple[str, str]] = []
    bases: list[tuple[str, str]] = []
    for line in DEFINITIONS.strip().splitlines():
        name, _, size = line.partition(" = ")
        (prefixes if name.endswith("-") else bases).append((name.rstrip("-"), size.replace("**", "^")))
    lines = [
        *head,
        "",
        "## 前缀" if zh else "## Prefixes",
        "",
        "| 前缀 | 倍数 |" if zh else "| prefix | times |",
        "|---|---|",
    ]
    lines += [f"| {name} | {int(size):,} |" for name, size in prefixes]
    lines += [
        "",
        "## 单位" if zh else "## Units",
        "",
        "| 单位 | 等于 |" if zh else "| unit | is |",
        "|---|---|",
    ]
    base = "基本单位" if zh else "a base unit"
    lines += [f"| {name} | {base if size.startswith('[') else size} |" for name, size in bases]
    counted = "只计数、不换算的单位：" if zh else "Only counted, converted to nothing else: "
    lines += ["", counted + "、".join(COUNTED) + ("。" if zh else ".")]
    lines += ["", "## 写法" if zh else "## Spellings", ""]
    lines += ["| 写法 | 即 |" if zh else "| written | means |", "|---|---|"]
    lines += [f"| {written} | {means} |" for written, means in SPELLINGS.items()]
    lines += [
        "",
        "`km²`、`万m³`、`mg/L`、`元/人`、`100 元` 都可以写。"
        if zh
        else "`km²`, `万m³`, `mg/L`, `元/人`, `100 元` may be written.",
    ]
    return "\n".join(lines) + "\n"


def _gaps(text: str) -> str:
    return re.sub(r"\{(\w+)\}", r"‹\1›", text).replace("|", "\\|")


def pages() -> dict[Path, str]:
    """Every generated file with its content."""
    return {
        ROOT / "formulas/method.schema.json": schema(MethodFile),
        ROOT / "formulas/cases.schema.json": schema(CaseFile),
        ROOT / "formulas/documents.schema.json": schema(DocumentFile),
        ROOT / "docs/reference/issues.md": issues_page("en"),
        ROOT / "docs/reference/issues.zh.md": issues_page("zh"),
        ROOT / "docs/reference/language.md": with_functions("language.md", "en"),
        ROOT / "docs/reference/language.zh.md": with_functions("language.zh.md", "zh"),
        ROOT / "docs/reference/units.md": units_page("en"),
        ROOT / "docs/reference/units.zh.md": units_page("zh"),
        **method_pages(),
        **budget_pages(),
        **budget_schemas(),
    }


def main(arguments: list[Any]) -> int:
    """Write the pages, or check them."""
    wanted = pages()
    stale = [
        path
        for path, text in wanted.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    left_over = [path for path in (ROOT / "docs/reference/methods").rglob("*.md") if path not in wanted]
    if "--check" in arguments:
        for path in (*stale, *left_over):
            print(f"out of date: {path.relative_to(ROOT)} — run python docs/generate.py")
        return 1 if stale or left_over else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8", newline="\n")
    for path in left_over:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
