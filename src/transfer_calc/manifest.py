"""The run record: what was run on what, with which versions and hashes, so that it can be run again."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from transfer_calc._version import __version__
from transfer_calc.calculation.result import Result
from transfer_calc.calculation.settings import ORIGINS
from transfer_calc.panel.panel import Panel
from transfer_calc.text import Text
from transfer_calc.units import plain


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record. `volatile` lines say when and where; they may differ between equal runs."""

    title: Text
    value: str
    volatile: bool = False


def record(result: Result, command: str | None) -> list[Entry]:
    """The run record of a result.

    Args:
        result: What was computed.
        command: The command line, where there was one.
    """
    settings, method, panel = result.settings, result.method, result.panel
    entries = [
        Entry(Text("办法", "method"), method.id),
        *(
            Entry(Text(f"办法文件 {name} SHA-256", f"method file {name} SHA-256"), sha)
            for name, sha in method.hashes.items()
        ),
        Entry(Text("输入文件", "input file"), panel.file or "DataFrame"),
    ]
    if panel.sha256:
        entries.append(Entry(Text("输入文件 SHA-256", "input file SHA-256"), panel.sha256))
    entries += [
        Entry(Text("地区数", "units"), str(len(panel))),
        Entry(Text("计算日期", "date"), f"{settings.on}（{ORIGINS[settings.on_origin].zh}）"),
    ]
    pays = method.file.pays
    if (
        settings.pool is not None
        and settings.pool_origin is not None
        and pays is not None
        and pays.pool is not None
    ):
        value = f"{settings.pool} {plain(pays.pool.unit)}（{ORIGINS[settings.pool_origin].zh}）"
        entries.append(Entry(Text("资金总额", "pool"), value))
    for name, setting in settings.parameters.items():
        unit = "" if setting.unit == "1" else f" {setting.unit}"
        entries.append(Entry(method.label(name), f"{setting.said}{unit}（{ORIGINS[setting.origin].zh}）"))
    for name, chosen in settings.choices.items():
        title = method.file.choices[name].options[chosen.option].zh
        said = f"{chosen.option} {title}（{ORIGINS[chosen.origin].zh}）"
        entries.append(Entry(method.label(name), said))
    entries += [
        Entry(Text("录入数", "entered amounts"), str(len(result.entered))),
        *_entered_hash(result),
        Entry(Text("结果 SHA-256", "result SHA-256"), result.sha256),
        Entry(Text("软件", "software"), f"transfer_calc {__version__}"),
        Entry(Text("命令", "command"), command or "—", volatile=True),
        Entry(Text("numpy", "numpy"), np.__version__, volatile=True),
        Entry(Text("Python", "Python"), platform.python_version(), volatile=True),
        Entry(Text("生成时间", "written"), written_at().isoformat(sep=" "), volatile=True),
    ]
    return entries


def _entered_hash(result: Result) -> list[Entry]:
    if not result.entered:
        return []
    lines = "\n".join(f"{e.code}\t{e.step}\t{e.value}\t{e.reason}\t{e.author}" for e in result.entered)
    return [
        Entry(Text("录入数 SHA-256", "entered amounts SHA-256"), hashlib.sha256(lines.encode()).hexdigest())
    ]


COLUMN_MARK, ROW_MARK = "列", "行"


def fingerprints(panel: Panel) -> list[tuple[str, str, str]]:
    """A short hash of every column and every row of the table: kind, name or code, hash.

    A cell that was changed later shows in both, so that it can be named without keeping the table twice.
    Figures count by fifteen digits, which every spreadsheet keeps when it saves.
    """
    texts = {name: [_fifteen(value) for value in values.tolist()] for name, values in panel.columns.items()}
    codes = panel.codes.tolist()
    found = [
        (COLUMN_MARK, name, _short(f"{code}={text}" for code, text in zip(codes, column, strict=True)))
        for name, column in texts.items()
    ]
    rows = zip(*texts.values(), strict=True) if texts else ([] for _ in codes)
    return found + [(ROW_MARK, code, _short(row)) for code, row in zip(codes, rows, strict=True)]


def _short(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def _fifteen(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return f"{value + 0.0:.15g}" if isinstance(value, float) else str(value)


def written_at() -> dt.datetime:
    """Now, or the moment that `SOURCE_DATE_EPOCH` fixes so that equal runs write equal bytes."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        return dt.datetime.fromtimestamp(int(epoch), tz=dt.UTC).replace(tzinfo=None)
    return dt.datetime.now(tz=dt.UTC).astimezone().replace(tzinfo=None, microsecond=0)
