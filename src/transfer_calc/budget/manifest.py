"""The run record of an allocation, so that it can be run again."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import TYPE_CHECKING

import numpy as np

from transfer_calc._version import __version__
from transfer_calc.calculation.settings import ORIGINS
from transfer_calc.manifest import Entry, written_at
from transfer_calc.text import Text

if TYPE_CHECKING:
    from transfer_calc.budget.answer import Allocation


def record(allocation: Allocation, command: str | None) -> list[Entry]:
    """What was run on what."""
    budget, panel, figures = allocation.budget, allocation.panel, allocation.built.figures
    target = figures.prepared.target
    source = budget.source.path.name if budget.sha256 is not None else "Python"
    entries = [Entry(Text("预算方案", "budget"), f"{budget.title.zh}（{source}）")]
    if budget.sha256 is not None:
        entries.append(Entry(Text("预算文件 SHA-256", "budget file SHA-256"), budget.sha256))
    if target is not None:
        entries.append(Entry(Text("测算办法", "method of the target"), target.id))
        entries += [
            Entry(Text(f"办法文件 {name} SHA-256", f"method file {name} SHA-256"), sha)
            for name, sha in target.hashes.items()
        ]
    entries.append(Entry(Text("输入文件", "input file"), panel.file or "DataFrame"))
    if panel.sha256:
        entries.append(Entry(Text("输入文件 SHA-256", "input file SHA-256"), panel.sha256))
    entries += [
        Entry(Text("地区数", "units"), str(len(panel))),
        Entry(Text("资金总额", "pool"), f"{figures.settings.pool} {allocation.unit}"),
    ]
    for name, setting in allocation.parameters.items():
        if name in budget.parameters:
            origin = ORIGINS[setting.origin].zh
            label = figures.prepared.method.label(name)
            entries.append(Entry(label, f"{setting.said} {setting.unit}（{origin}）"))
    solution = allocation.solution
    entries += [
        Entry(Text("求解路线", "route"), solution.route),
        Entry(Text("目标值", "objective"), "；".join(text.zh for text in allocation.reached)),
        Entry(Text("对偶间隙（相对）", "relative duality gap"), f"{solution.gap:.1e}"),
        Entry(Text("结算方式", "settlement"), allocation.whole.way),
        Entry(Text("结果 SHA-256", "result SHA-256"), allocation.sha256),
        Entry(Text("软件", "software"), f"transfer_calc {__version__}"),
        Entry(Text("命令", "command"), command or "—", volatile=True),
        Entry(Text("numpy", "numpy"), np.__version__, volatile=True),
    ]
    entries += [Entry(Text(name, name), version, volatile=True) for name, version in _solvers()]
    entries += [
        Entry(Text("Python", "Python"), platform.python_version(), volatile=True),
        Entry(Text("生成时间", "written"), written_at().isoformat(sep=" "), volatile=True),
    ]
    return entries


def _solvers() -> list[tuple[str, str]]:
    found = []
    for name in ("scipy", "highspy", "pulp"):
        try:
            found.append((name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            continue
    return found
