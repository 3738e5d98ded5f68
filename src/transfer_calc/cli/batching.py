"""The command `batch`: a folder of workbooks, a bar of progress, and a line for each that failed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from transfer_calc.batch import Done, Options, run_batch
from transfer_calc.batch.run import tables_of
from transfer_calc.batch.summary import STATES, SUMMARY
from transfer_calc.cli.speak import Speaker
from transfer_calc.issues import CalculationError, IssuesError
from transfer_calc.method.load import Method
from transfer_calc.text import Text


def batch(
    method: Method, folder: Path, out: Path, options: Options, speaker: Speaker, *, jobs: int, as_json: bool
) -> None:
    """Run a batch and say how each file went; ends with 1 where one failed."""
    try:
        with _bar(len(tables_of(folder)), speaker) as advance:
            outcomes = run_batch(method, folder, out, options, jobs=jobs, progress=advance)
    except IssuesError as error:
        speaker.stop(error.issues, code=2 if isinstance(error, CalculationError) else 1)
    if as_json:
        speaker.json([done.record() for done in outcomes])
    else:
        for done in outcomes:
            said = f"[{STATES[done.state][speaker.lang]}] {done.file}"
            if done.state == "failed":
                typer.echo(f"{said}  {done.reason[speaker.lang]}")
            elif done.total is not None:
                typer.echo(f"{said}  → {done.output}  Σ {done.total:,} {done.unit}")
            else:
                typer.echo(f"{said}  → {done.output}")
        speaker.say(_closing(outcomes, out))
    if any(done.state == "failed" for done in outcomes):
        raise typer.Exit(1)


@contextmanager
def _bar(count: int, speaker: Speaker) -> Iterator[Callable[[Done], None] | None]:
    """A bar of progress for a person who looks at a terminal; nothing for a pipe or a file."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(Text("测算", "computing")[speaker.lang], total=count)

        def advance(done: Done) -> None:
            bar.update(task, advance=1, description=done.file)

        yield advance


def _closing(outcomes: list[Done], out: Path) -> Text:
    count = {state: sum(1 for done in outcomes if done.state == state) for state in STATES}
    return Text(
        f"{len(outcomes)} 个文件：完成 {count['done']}，未变 {count['unchanged']}，失败 {count['failed']}；"
        f"汇总已写入 {out / SUMMARY}",
        f"{len(outcomes)} files: {count['done']} done, {count['unchanged']} unchanged, "
        f"{count['failed']} failed; summary in {out / SUMMARY}",
    )
