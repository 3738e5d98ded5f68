"""A folder of workbooks by one method; a second run does only what has changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from typing import Any

from transfer_calc.batch.summary import SUMMARY, write_summary
from transfer_calc.batch.work import Done, Job, Options, digest, key_of, today, work, work_many
from transfer_calc.calculation.settings import settle_settings
from transfer_calc.issues import CalculationError, Collector, DataError, Place, issue
from transfer_calc.method.load import Method
from transfer_calc.panel.beside import Given
from transfer_calc.text import Text

MEMORY = "batch.json"
"""What was done, in the folder of the outcomes: by it a second run knows what has changed."""

_LEFT_TO_THE_TABLE = frozenset({"TC301", "TC306", "TC309", "TC310", "TC319"})
"""Problems of what nobody gave: each table may give it on its sheet 参数."""

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
    _check_options(method, options)
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
    _clear(out, memory, outcomes)
    _remember(out, {done.file: done.record() for done in outcomes})
    write_summary(outcomes, method, options, out / SUMMARY)
    return outcomes


def _check_options(method: Method, options: Options) -> None:
    """What is wrong with the command is said once, before any file is touched.

    Raises:
        CalculationError: With the problems of pool, date, parameters and choices that were given.
    """
    problems = Collector()
    settle_settings(
        method, Given(), pool=options.pool, on=options.on, parameters=options.parameters, problems=problems
    )
    wrong = [found for found in problems.errors if found.code not in _LEFT_TO_THE_TABLE]
    if wrong:
        raise CalculationError(wrong)


def _clear(out: Path, memory: Mapping[str, Any], outcomes: Sequence[Done]) -> None:
    """Take away what an earlier run wrote and this one does not; never what somebody has changed."""
    kept = {done.output for done in outcomes}
    for record in memory.values():
        if not isinstance(record, dict) or not record.get("output"):
            continue
        stale = out / Path(str(record["output"])).name
        if stale.name not in kept and stale.is_file() and digest(stale) == record.get("written"):
            stale.unlink()


def tables_of(folder: Path) -> list[Path]:
    """The tables of a folder by name; lock files and hidden ones are none.

    Raises:
        DataError: If there is no such folder (TC870).
    """
    if not folder.is_dir():
        raise DataError([issue("TC870", Place(file=str(folder)))])
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and path.suffix.lower() in _READ and not path.name.startswith(("~$", "."))
    )


def _jobs(tables: Sequence[Path], out: Path) -> list[Job]:
    """A job for each table; where outcomes would have one name, those tables keep their endings in theirs."""
    stems = [path.stem for path in tables]
    while True:
        plain = [stem.casefold() for stem in stems]
        again = [
            path.name if plain.count(one) > 1 else stem
            for path, stem, one in zip(tables, stems, plain, strict=True)
        ]
        if again == stems:
            return [Job(path, out, stem) for path, stem in zip(tables, stems, strict=True)]
        stems = again


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
    if (
        not isinstance(record, dict)
        or record.get("key") != key
        or record.get("today", "") not in ("", today())
    ):
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
