"""The commands and their options. Heavy modules are imported inside the command that needs them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from transfer_calc.cli import workbooks
from transfer_calc.cli.options import (
    Entered,
    Format,
    Lang,
    ListFormat,
    Map,
    MethodArgument,
    On,
    Pool,
    Range,
    Reading,
    Set,
    SheetName,
    TableArgument,
    Telling,
    load,
    parameters_of,
    speaker_of,
)
from transfer_calc.cli.speak import Speaker, command_line, misuse
from transfer_calc.cli.tables import TablePlace
from transfer_calc.text import Text

if TYPE_CHECKING:
    from transfer_calc.calculation.result import Result

app = typer.Typer(
    name="transfer-calc",
    help="转移支付测算：依据注明，分毫不差。 Divide transfer payments by legal formula.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        from transfer_calc._version import __version__

        typer.echo(f"transfer_calc {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="版本 / version")
    ] = False,
) -> None:
    """转移支付测算：依据注明，分毫不差。 Divide transfer payments by legal formula."""


@app.command("list")
def list_methods(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORD]...", help="标识、名称、文号里的字 / words of id, title"),
    ] = None,
    output: Annotated[ListFormat, typer.Option("--format", help="table | json")] = ListFormat.table,
    lang: Lang = None,
) -> None:
    """列出全部办法 / List the methods."""
    from transfer_calc.cli import catalogue
    from transfer_calc.issues import IssuesError

    speaker = speaker_of(lang)
    try:
        entries = catalogue.entries(words or ())
    except IssuesError as error:
        speaker.stop(error.issues)
    if output is ListFormat.json:
        speaker.json([entry.record() for entry in entries])
    else:
        catalogue.print_list(entries, speaker)


@app.command()
def show(
    method: MethodArgument,
    reading: Annotated[
        Reading | None,
        typer.Option("--as", help="只显示公式：文字、数学式、Excel / only the formulas, in a reading"),
    ] = None,
    lang: Lang = None,
) -> None:
    """显示办法的输入、参数、步骤和依据 / Show inputs, parameters, steps and citations."""
    from transfer_calc.cli import catalogue

    speaker = speaker_of(lang)
    loaded = load(method, speaker)
    if reading is None:
        catalogue.print_method(loaded, speaker)
    else:
        catalogue.print_formulas(loaded, reading.value, speaker)


workbooks.add_before(app)


@app.command()
def run(
    method: MethodArgument,
    table: TableArgument,
    out: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="OUT.xlsx", help="结果工作簿 / the result")
    ] = None,
    pool: Pool = None,
    on: On = None,
    settings: Set = None,
    entered: Entered = None,
    sheet: SheetName = None,
    cells: Range = None,
    columns: Map = None,
    output: Annotated[Format | None, typer.Option("--format", help="table | json | csv")] = None,
    lang: Lang = None,
) -> None:
    """按办法计算并分配 / Compute a method for a table."""
    from transfer_calc.cli import printing
    from transfer_calc.issues import IssuesError

    speaker = speaker_of(lang)
    parameters = parameters_of(settings or [], speaker)
    if out is not None and out.suffix.lower() != ".xlsx":
        misuse(speaker, Text("结果文件要以 .xlsx 结尾", "the result file must end in .xlsx"))
    inputs = (table, entered, columns, Path(method))
    if out is not None and any(given is not None and out.resolve() == given.resolve() for given in inputs):
        misuse(speaker, Text("结果不能覆盖输入文件", "the result may not overwrite an input"))
    as_json = output is Format.json
    place = TablePlace(table, sheet, cells, columns)
    result = _computed(method, place, speaker, pool, on, parameters, entered, as_json=as_json)
    if out is not None:
        try:
            with speaker.progress(Text("正在写出工作簿", "writing the workbook")):
                result.to_excel(out, command=command_line())
        except IssuesError as error:
            if as_json:
                speaker.json(printing.refusal(result.method.id, error.issues, speaker.lang))
            speaker.stop(error.issues)
    speaker.warn(result.issues)
    if as_json:
        speaker.json(printing.record(result, speaker.lang))
    elif output is Format.csv:
        typer.echo(printing.csv_text(result), nl=False)
    else:
        printing.print_result(result, speaker, rows=out is None or output is Format.table)
        if out is not None:
            speaker.say(Text(f"已写出 {out}", f"written: {out}"))


@app.command()
def allocate(
    budget: Annotated[Path, typer.Argument(metavar="BUDGET", help="预算方案 YAML / the budget")],
    table: TableArgument,
    out: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="OUT.xlsx", help="结果工作簿 / the result")
    ] = None,
    pool: Pool = None,
    settings: Set = None,
    route: Annotated[str | None, typer.Option("--route", help="closed_form | highs | pulp")] = None,
    model: Annotated[
        Path | None, typer.Option("--model", metavar="F.lp", help="写出线性模型 .lp .mps / the linear model")
    ] = None,
    output: Annotated[ListFormat | None, typer.Option("--format", help="table | json")] = None,
    lang: Lang = None,
) -> None:
    """按预算方案分配资金 / Divide a pot under balancing constraints."""
    from transfer_calc.cli import allocating

    speaker = speaker_of(lang)
    allocating.allocate(
        budget, table, out, speaker,
        pool=pool, parameters=parameters_of(settings or [], speaker),
        route=route, form=None if output is None else output.value, model=model,
    )  # fmt: skip


workbooks.add_after(app)


@app.command()
def explain(
    method: MethodArgument,
    table: TableArgument,
    unit: Annotated[
        str, typer.Option("--unit", metavar="UNIT", help="地区代码或名称 / code or name of the unit")
    ],
    figure: Annotated[
        str, typer.Option("--figure", metavar="NAME", help="步骤名、allocation 等 / a step, allocation, …")
    ],
    pool: Pool = None,
    on: On = None,
    settings: Set = None,
    entered: Entered = None,
    sheet: SheetName = None,
    cells: Range = None,
    columns: Map = None,
    depth: Annotated[
        int | None,
        typer.Option("--depth", metavar="N", min=0, help="往下几层，缺省全部 / levels below; all by default"),
    ] = None,
    output: Annotated[Telling, typer.Option("--format", help="text | html | latex | json")] = Telling.text,
    lang: Lang = None,
) -> None:
    """说明一个地区的一个数从何而来 / Explain one figure of one unit."""
    from transfer_calc.explanation import UnknownError, to_depth
    from transfer_calc.report.explanation import render

    speaker = speaker_of(lang)
    parameters = parameters_of(settings or [], speaker)
    as_json = output is Telling.json
    place = TablePlace(table, sheet, cells, columns)
    result = _computed(method, place, speaker, pool, on, parameters, entered, as_json=as_json)
    try:
        explained = result.explain(unit, figure)
    except UnknownError as error:
        misuse(speaker, error.text)
    explained = explained if depth is None else to_depth(explained, depth)
    speaker.warn(result.issues)
    typer.echo(render(explained, output.value, speaker.lang).rstrip("\n"))


def _computed(
    method: str,
    table: TablePlace,
    speaker: Speaker,
    pool: str | None,
    on: str | None,
    parameters: dict[str, Any],
    entered: Path | None,
    *,
    as_json: bool,
) -> Result:
    """Read the method and the table and compute; where there is no result, say why and end the command."""
    from transfer_calc.calculation.calculate import attempt
    from transfer_calc.cli import printing
    from transfer_calc.issues import IssuesError
    from transfer_calc.panel.beside import read_entered_file

    loaded = load(method, speaker, on)
    try:
        with speaker.progress(Text("正在读取数据表", "reading the table")):
            panel = table.read(loaded)
            amounts = () if entered is None else read_entered_file(entered, loaded.file)
        with speaker.progress(Text("正在计算", "computing")):
            result, issues = attempt(loaded, panel, pool=pool, on=on, parameters=parameters, entered=amounts)
    except IssuesError as error:
        result, issues = None, error.issues
    if result is None:
        if as_json:
            speaker.json(printing.refusal(loaded.id, issues, speaker.lang))
        speaker.stop(issues)
    return result


@app.command()
def diff(
    old: Annotated[
        str, typer.Argument(metavar="OLD", help="旧办法：标识或 YAML 文件 / the method before: id or path")
    ],
    new: Annotated[
        str, typer.Argument(metavar="NEW", help="新办法：标识或 YAML 文件 / the method after: id or path")
    ],
    output: Annotated[ListFormat, typer.Option("--format", help="table | json")] = ListFormat.table,
    lang: Lang = None,
) -> None:
    """比较两个办法，有无不同都以 0 退出 / Compare two methods; exits with 0 whether or not they differ."""
    from transfer_calc.cli import differences
    from transfer_calc.method.diff import diff as compare

    speaker = speaker_of(lang)
    before, after = load(old, speaker), load(new, speaker)
    changes = compare(before, after)
    if output is ListFormat.json:
        speaker.json(differences.record(before, after, changes, speaker.lang))
    else:
        differences.print_differences(before, after, changes, speaker)


@app.command()
def lint(
    methods: Annotated[
        list[str] | None, typer.Argument(metavar="[METHOD]...", help="缺省为全部 / all by default")
    ] = None,
    output: Annotated[ListFormat, typer.Option("--format", help="table | json")] = ListFormat.table,
    lang: Lang = None,
) -> None:
    """检查办法文件的依据、名称、日期和文字 / Check sources, names, dates and words of method files."""
    from transfer_calc.cli import linting
    from transfer_calc.method.library import shelf

    speaker = speaker_of(lang)
    files = [load(name, speaker).path for name in methods] if methods else list(shelf().values())
    findings = linting.examine(files, whole=not methods)
    if output is ListFormat.json:
        speaker.json(linting.record(findings, [file.name for file in files], speaker.lang))
    else:
        linting.print_findings(findings, len(files), speaker)
    if linting.count(findings)[0]:
        raise typer.Exit(1)


@app.command()
def verify(
    methods: Annotated[
        list[str] | None, typer.Argument(metavar="[METHOD]...", help="缺省为全部 / all by default")
    ] = None,
    lang: Lang = None,
) -> None:
    """运行算例并与公布数核对 / Run every case and compare."""
    from transfer_calc.calculation.verify import verify as run_cases
    from transfer_calc.cli import printing
    from transfer_calc.issues import IssuesError
    from transfer_calc.method.cases import cases_path
    from transfer_calc.method.library import load_all

    speaker = speaker_of(lang)
    outcomes = []
    try:
        with speaker.progress(Text("正在运行算例", "running the cases")):
            loaded = [load(name, speaker) for name in methods] if methods else load_all()
            for method in loaded:
                found = run_cases(method)
                if not found and methods:
                    wanted = cases_path(method.path)
                    missing = Text(
                        f"{method.id} 没有算例；算例写在 {wanted}",
                        f"{method.id} has no cases; they stand in {wanted}",
                    )
                    misuse(speaker, missing)
                outcomes += found
    except IssuesError as error:
        speaker.stop(error.issues)
    if not printing.print_outcomes(outcomes, speaker):
        raise typer.Exit(1)
