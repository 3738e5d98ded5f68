"""One workbook of a batch: computed and written, or refused with its reasons and a marked copy."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from transfer_calc._version import __version__
from transfer_calc.calculation.calculate import attempt
from transfer_calc.issues import Issue, IssuesError, Place
from transfer_calc.manifest import written_at
from transfer_calc.method.library import load_method
from transfer_calc.method.load import Method
from transfer_calc.panel.doubts import doubts
from transfer_calc.panel.layout import layout_file
from transfer_calc.panel.panel import read_panel
from transfer_calc.text import Text
from transfer_calc.units import plain
from transfer_calc.workbook.mark import mark

RESULT, PROBLEMS = "结果", "问题"
State = Literal["done", "failed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Options:
    """What every workbook of a batch is computed with.

    Attributes:
        method: Id or path of the method.
        pool: The amount to divide, overriding that of each workbook.
        on: The date, likewise.
        parameters: Parameters and choices, likewise.
        command: The command line, for the run records.
        lang: The language of marks.
    """

    method: str
    pool: str | None = None
    on: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    command: str | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class Job:
    """One file and where its outcome goes, without the ending `-结果.xlsx` or `-问题.xlsx`."""

    source: Path
    folder: Path
    stem: str

    @property
    def result(self) -> Path:
        return self.folder / f"{self.stem}-{RESULT}.xlsx"

    @property
    def problems(self) -> Path:
        return self.folder / f"{self.stem}-{PROBLEMS}.xlsx"


@dataclass(frozen=True, slots=True)
class Done:
    """How one file went.

    Attributes:
        file: Its name.
        state: `done`, `failed`, or `unchanged`: done before and nothing has changed since.
        units: How many units it has.
        pool: The amount divided, as text; empty without.
        pool_unit: Its unit.
        total: What was paid out in whole units, `None` without a settlement.
        unit: The settle unit.
        output: The name of what was written.
        sha256: The hash of the result.
        issues: What was found, as records in both languages.
        key: The hash of everything that the outcome follows from.
        written: The hash of the file that was written.
        notice: A remark that its data carries, such as 演示数据.
        today: The day, where neither table nor command names a date; on another day it is done again.
    """

    file: str
    state: State
    units: int = 0
    pool: str = ""
    pool_unit: str = ""
    total: int | None = None
    unit: str = ""
    output: str = ""
    sha256: str = ""
    issues: tuple[dict[str, Any], ...] = ()
    key: str = ""
    written: str = ""
    notice: str = ""
    today: str = ""

    def count(self, severity: str) -> int:
        """How many problems of a severity it has."""
        return sum(1 for found in self.issues if found["severity"] == severity)

    @property
    def reason(self) -> Text:
        """The first error, with how many more there are."""
        errors = [found for found in self.issues if found["severity"] == "error"]
        if not errors:
            return Text("", "")
        more = len(errors) - 1
        zh, en = (
            f"{errors[0]['code']} {errors[0][f'place_{lang}']} {errors[0][f'message_{lang}']}"
            for lang in ("zh", "en")
        )
        return Text(
            zh + (f"（另有 {more} 个）" if more else ""), en + (f" (and {more} more)" if more else "")
        )

    def record(self) -> dict[str, Any]:
        """Flat, for JSON."""
        return asdict(self)


def work(job: Job, method: Method, options: Options) -> Done:
    """Compute one file; what is wrong with it is part of the outcome, never an exception."""
    key = key_of(job, method, options)
    try:
        panel = read_panel(job.source, method)
        result, issues = attempt(
            method, panel, pool=options.pool, on=options.on, parameters=options.parameters
        )
        issues = (*issues, *(doubts(panel, method) if len(panel) else ()))
        if result is not None:
            result.to_excel(job.result, command=options.command)
            job.problems.unlink(missing_ok=True)
    except IssuesError as error:
        return _failed(job, error.issues, key, options)
    if result is None:
        return _failed(job, issues, key, options, len(panel))
    payment, pays = result.payment, method.file.pays
    pool_unit = "" if pays is None or pays.pool is None else plain(pays.pool.unit)
    return Done(
        job.source.name, "done", len(panel),
        "" if result.pool is None else str(result.pool), pool_unit,
        None if payment is None else payment.total, "" if payment is None else payment.unit,
        job.result.name, result.sha256, _records(issues), key, digest(job.result), result.notice or "",
        today() if result.settings.on_origin == "today" else "",
    )  # fmt: skip


def _failed(job: Job, issues: tuple[Issue, ...], key: str, options: Options, units: int = 0) -> Done:
    """A result of an earlier run may not stand beside a file that has none."""
    job.result.unlink(missing_ok=True)
    job.problems.unlink(missing_ok=True)
    with contextlib.suppress(IssuesError):
        mark(job.source, issues, job.problems, options.lang)
    output = job.problems if job.problems.is_file() else None
    return Done(
        job.source.name, "failed", units, issues=_records(issues), key=key,
        output="" if output is None else output.name, written="" if output is None else digest(output),
    )  # fmt: skip


def _records(issues: tuple[Issue, ...]) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "code": found.code,
            "severity": found.severity,
            "sheet": found.place.sheet or "",
            "cell": found.place.cell or "",
            **{f"place_{lang}": _short(found.place).text()[lang] for lang in ("zh", "en")},
            **{f"message_{lang}": found.message[lang] for lang in ("zh", "en")},
            **{f"hint_{lang}": found.hint[lang] for lang in ("zh", "en")},
        }
        for found in dict.fromkeys(issues)
    )


def _short(place: Place) -> Place:
    """The place without the file, which the summary names already."""
    return Place(
        line=place.line, sheet=place.sheet, cell=place.cell, code=place.code,
        unit_name=place.unit_name, name=place.name,
    )  # fmt: skip


def key_of(job: Job, method: Method, options: Options) -> str:
    """A hash of everything that the outcome follows from: table, headings, method, options, version."""
    parts = [__version__, digest(job.source)]
    layout = layout_file(job.source)
    parts.append(digest(layout) if layout.is_file() else "")
    parts += [f"{name}={sha}" for name, sha in sorted(method.hashes.items())]
    parts += [str(options.pool), str(options.on), options.lang]
    parts += [f"{name}={value}" for name, value in sorted(options.parameters.items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def today() -> str:
    """The day of the run."""
    return written_at().date().isoformat()


def digest(path: Path) -> str:
    """SHA-256 of a file; empty where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def work_many(jobs: list[Job], options: Options) -> list[Done]:
    """Some files in a process of their own, which loads the method once."""
    method = load_method(options.method, options.on)
    return [work(job, method, options) for job in jobs]
