"""A folder of workbooks by one method; a second run does only what has changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from typing import Any

from transfer_calc.batch.summary import SUMMARY, write_summary
from transfer_calc.batch.work import PROBLEMS, RESULT, Done, Job, Options, digest, key_of, work, work_many
from transfer_calc.issues import DataError, Place, issue
from transfer_calc.method.load import Method
from transfer_calc.text import Text

MEMORY = "batch.json"
"""What was done, in the folder of the outcomes: by it a second run knows what has changed."""

_READ = (".xlsx", ".xlsm", ".xls", ".csv")
_TOGETHER = 4
Progress = Callable[[Done], None]


def run_batch(
    method: Method,
    folder: Path,
    out: Path,
    options: Options,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
) -> list[Done]:
    """Compute every table of a folder.

    Args:
        method: The method.
        folder: Its `.xlsx` and `.csv` files are the tables; subfolders are left alone.
        out: Takes a result or a marked copy for each, a summary and the memory of the run.
        options: Pool, date and parameters for all.
        jobs: Processes at a time.
        progress: Called with the outcome of each file.

    Returns:
        The outcomes in the order of the names.

    Raises:
        DataError: If the folder holds no table (TC870), or the summary cannot be written (TC902).
    """
    tables = tables_of(folder)
    if not tables:
        raise DataError([issue("TC870", Place(file=str(folder)))])
    out.mkdir(parents=True, exist_ok=True)
    todo = _jobs(tables, out)
    memory = _remembered(out)
    found: dict[str, Done] = {}
    open_jobs = []
    for job in todo:
        before = _unchanged(job, memory, key_of(job, method, options))
        if before is None:
            open_jobs.append(job)
        else:
            found[job.source.name] = before
            if progress is not None:
                progress(before)
    try:
        for done in _work(open_jobs, method, options, jobs):
            found[done.file] = done
            if progress is not None:
                progress(done)
    finally:
        # What is done is remembered even where the run is broken off.
        _remember(out, memory | {name: done.record() for name, done in found.items()})
    outcomes = [found[job.source.name] for job in todo]
    write_summary(outcomes, method, options, out / SUMMARY)
    return outcomes


def tables_of(folder: Path) -> list[Path]:
    """The tables of a folder by name; lock files, and what a batch itself has written, are none.

    Raises:
        DataError: If there is no such folder (TC870).
    """
    if not folder.is_dir():
        raise DataError([issue("TC870", Place(file=str(folder)))])
    own = (f"-{RESULT}", f"-{PROBLEMS}")
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and path.suffix.lower() in _READ
        and not path.name.startswith(("~$", ".")) and not path.stem.endswith(own) and path.name != SUMMARY
    )  # fmt: skip


def _jobs(tables: Sequence[Path], out: Path) -> list[Job]:
    """A job for each table; two tables of one name but for the ending keep theirs."""
    stems = [path.stem.casefold() for path in tables]
    return [
        Job(path, out, path.name if stems.count(path.stem.casefold()) > 1 else path.stem) for path in tables
    ]


def _work(todo: list[Job], method: Method, options: Options, jobs: int) -> Iterator[Done]:
    if jobs <= 1 or len(todo) <= 1:
        for job in todo:
            yield work(job, method, options)
        return
    size = max(1, min(_TOGETHER, -(-len(todo) // jobs)))
    parts = [todo[start : start + size] for start in range(0, len(todo), size)]
    with ProcessPoolExecutor(max_workers=min(jobs, len(parts))) as pool:
        for future in as_completed([pool.submit(work_many, part, options) for part in parts]):
            yield from future.result()


def _unchanged(job: Job, memory: dict[str, Any], key: str) -> Done | None:
    """What was done before, if nothing that it follows from has changed and it still stands."""
    record = memory.get(job.source.name)
    if not isinstance(record, dict) or record.get("key") != key:
        return None
    try:
        done = Done(**{**record, "issues": tuple(record["issues"])})
    except (TypeError, KeyError):
        return None
    if (
        done.output
        and (job.folder / done.output).is_file()
        and digest(job.folder / done.output) == done.written
    ):
        return replace(done, state="failed" if done.state == "failed" else "unchanged")
    return None


def _remembered(out: Path) -> dict[str, Any]:
    try:
        found = json.loads((out / MEMORY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _remember(out: Path, memory: dict[str, Any]) -> None:
    temporary = out / f".{MEMORY}.part"
    try:
        temporary.write_text(json.dumps(memory, ensure_ascii=False, indent=1), encoding="utf-8")
        temporary.replace(out / MEMORY)
    except OSError as error:
        detail = Text(str(error.strerror or error), str(error.strerror or error))
        raise DataError([issue("TC902", Place(file=MEMORY), detail=detail)]) from None
