"""The commands on workbooks: template, check, batch, audit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from transfer_calc.cli.options import (
    Entered,
    Lang,
    ListFormat,
    Map,
    MethodArgument,
    On,
    Pool,
    Range,
    Set,
    SheetName,
    TableArgument,
    load,
    parameters_of,
    speaker_of,
)
from transfer_calc.cli.speak import command_line, misuse
from transfer_calc.text import Text


def add_before(app: typer.Typer) -> None:
    """Add what comes before a run."""
    app.command()(template)
    app.command()(check)


def add_after(app: typer.Typer) -> None:
    """Add many runs, and what comes after one."""
    app.command()(batch)
    app.command()(audit)


def template(
    method: MethodArgument,
    out: Annotated[Path, typer.Option("-o", "--output", metavar="F.xlsx", help="模板文件 / the template")],
    units: Annotated[
        str | None,
        typer.Option(
            "--units", metavar="LIST", help="预填的地区名单：gansu、甘肃、62 或 CSV 文件 / units to fill in"
        ),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="CHOICE=OPTION", help="已定的选项，可重复 / a choice already made"),
    ] = None,
    on: On = None,
    lang: Lang = None,
) -> None:
    """写出办法的填报模板 / Write the workbook to fill in."""
    from transfer_calc.cli import templating

    speaker = speaker_of(lang)
    loaded, choices = load(method, speaker, on), parameters_of(settings or [], speaker)
    templating.template(loaded, out, speaker, units=units, choices=choices, on=on)


def check(
    method: MethodArgument,
    table: TableArgument,
    mark_to: Annotated[
        Path | None,
        typer.Option("--mark", metavar="OUT.xlsx", help="标出问题的副本 / a copy with the problems marked"),
    ] = None,
    pool: Pool = None,
    on: On = None,
    settings: Set = None,
    entered: Entered = None,
    last: Annotated[
        Path | None, typer.Option("--last", metavar="FILE", help="上年的数据表 / last year's table")
    ] = None,
    changes: Annotated[
        Path | None,
        typer.Option("--changes", metavar="FILE", help="区划代码变更表 / what became of codes"),
    ] = None,
    sheet: SheetName = None,
    cells: Range = None,
    columns: Map = None,
    output: Annotated[ListFormat, typer.Option("--format", help="table | json")] = ListFormat.table,
    lang: Lang = None,
) -> None:
    """检查数据表，逐格列出问题，可写出标注的副本 / Check a table and name every problem by cell."""
    from transfer_calc.cli import checking

    speaker = speaker_of(lang)
    loaded, parameters = load(method, speaker, on), parameters_of(settings or [], speaker)
    asked = checking.Asked(pool, on, parameters, entered, last, changes, sheet, cells, columns)
    as_json = output is ListFormat.json
    checking.check(loaded, table, asked, speaker, mark_to=mark_to, as_json=as_json)


def batch(
    method: MethodArgument,
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="放数据表的文件夹 / the folder of the tables")
    ],
    out: Annotated[
        Path, typer.Option("-o", "--output", metavar="OUTDIR", help="结果文件夹 / the folder of the results")
    ],
    pool: Pool = None,
    on: On = None,
    settings: Set = None,
    jobs: Annotated[
        int, typer.Option("--jobs", metavar="N", min=1, help="同时几个进程 / processes at a time")
    ] = 1,
    output: Annotated[ListFormat, typer.Option("--format", help="table | json")] = ListFormat.table,
    lang: Lang = None,
) -> None:
    """按办法测算一个文件夹的全部数据表 / Compute a method for every table of a folder."""
    from transfer_calc.batch import Options
    from transfer_calc.cli import batching

    speaker = speaker_of(lang)
    if out.resolve() == folder.resolve():
        misuse(speaker, Text("结果文件夹不能就是数据文件夹", "the results need a folder of their own"))
    loaded = load(method, speaker, on)
    command = command_line()
    options = Options(method, pool, on, parameters_of(settings or [], speaker), command, speaker.lang)
    batching.batch(loaded, folder, out, options, speaker, jobs=jobs, as_json=output is ListFormat.json)


def audit(
    workbook: Annotated[
        Path, typer.Argument(metavar="WORKBOOK", help="退回的结果工作簿 / a returned result workbook")
    ],
    method: Annotated[
        str | None,
        typer.Option("--method", metavar="METHOD", help="办法，缺省按运行记录 / the method"),
    ] = None,
    budget: Annotated[
        Path | None,
        typer.Option("--budget", metavar="BUDGET", help="预算方案，缺省在旁边找 / the budget"),
    ] = None,
    output: Annotated[ListFormat, typer.Option("--format", help="table | json")] = ListFormat.table,
    lang: Lang = None,
) -> None:
    """重算退回的结果工作簿，逐格核对 / Compute a returned workbook again and compare every cell."""
    from transfer_calc.cli import auditing

    speaker = speaker_of(lang)
    loaded = None if method is None else load(method, speaker)
    auditing.audit(workbook, loaded, budget, speaker, as_json=output is ListFormat.json)
