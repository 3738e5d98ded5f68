"""What the commands share: their options, and how a method and its settings are read from a command line."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from transfer_calc.cli.speak import Speaker, misuse
from transfer_calc.text import Text, choose_language

if TYPE_CHECKING:
    from transfer_calc.method.load import Method


class Language(str, Enum):
    """The language of messages."""

    zh = "zh"
    en = "en"


class ListFormat(str, Enum):
    """How a list is printed."""

    table = "table"
    json = "json"


class Reading(str, Enum):
    """How a formula is read."""

    prose = "prose"
    latex = "latex"
    excel = "excel"


class Format(str, Enum):
    """How a result is printed."""

    table = "table"
    json = "json"
    csv = "csv"


class Telling(str, Enum):
    """How an explanation is printed."""

    text = "text"
    html = "html"
    latex = "latex"
    json = "json"


Lang = Annotated[Language | None, typer.Option("--lang", help="zh | en")]
MethodArgument = Annotated[
    str, typer.Argument(metavar="METHOD", help="办法标识或 YAML 文件 / id or path of a YAML file")
]

TableArgument = Annotated[Path, typer.Argument(metavar="INPUT", help="数据表 .xlsx 或 .csv / the table")]
Pool = Annotated[str | None, typer.Option("--pool", metavar="N", help="资金总额 / the pool")]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="计算日期 2024-07-01 / the date")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="参数或选项，可重复 / a parameter or choice"),
]
Entered = Annotated[
    Path | None, typer.Option("--entered", metavar="FILE", help="录入数文件 / entered amounts")
]
SheetName = Annotated[
    str | None, typer.Option("--sheet", metavar="NAME", help="数据所在的工作表 / the sheet of the table")
]
Range = Annotated[
    str | None, typer.Option("--range", metavar="B4:K95", help="数据所在的区域 / the range of the table")
]
Map = Annotated[
    Path | None, typer.Option("--map", metavar="F.yaml", help="本单位表头的对照 / what the headings mean")
]


def speaker_of(lang: Language | None) -> Speaker:
    return Speaker(choose_language(None if lang is None else lang.value))


def load(name: str, speaker: Speaker, on: str | None = None) -> Method:
    from transfer_calc.issues import MethodError
    from transfer_calc.method.library import load_method, shelf

    try:
        # An id without its year needs the date; with a full id the date is checked with all the rest.
        return load_method(name, None if name in shelf() else on)
    except MethodError as error:
        # A name that nothing answers to is a slip of the command; a faulty file is a problem of the data.
        speaker.stop(error.issues, code=2 if error.issues[0].code == "TC101" else 1)


def parameters_of(settings: list[str], speaker: Speaker) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name.strip():
            misuse(
                speaker,
                Text(f"--set 要写成 名称=数值，这里是 {setting}", f"--set takes NAME=VALUE, not {setting}"),
            )
        if name.strip() in found:
            misuse(speaker, Text(f"--set 给了两次 {name}", f"--set gives {name} twice"))
        found[name.strip()] = value.strip()
    return found
