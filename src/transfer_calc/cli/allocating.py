"""The command `allocate`: a budget, a table, and what is printed of the allocation."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from transfer_calc.budget.titles import title_of
from transfer_calc.cli.printing import console, plain_table
from transfer_calc.cli.speak import Speaker, command_line, misuse
from transfer_calc.issues import Issue, IssuesError, UsageError
from transfer_calc.text import Text

if TYPE_CHECKING:
    from transfer_calc.allocation.problem import Route
    from transfer_calc.budget.answer import Allocation
    from transfer_calc.budget.matching import Pairing

ROUTES = ("closed_form", "highs", "pulp")


def allocate(
    budget: Path, table: Path, out: Path | None, speaker: Speaker, *, pool: str | None,
    parameters: dict[str, Any], route: str | None, form: str | None, model: Path | None = None,
) -> None:  # fmt: skip
    """Run the command; where there is no allocation, say why and end with 1.

    Args:
        budget: The YAML file of a budget, or of a matching.
        table: The county table.
        out: The workbook to write.
        speaker: Who speaks.
        pool: The pot, overriding the table's and the budget's.
        parameters: From `--set`.
        route: `closed_form`, `highs`, `pulp`, or `None`.
        form: `table`, `json`, or `None` for a summary beside a workbook.
        model: Where to write the linear model, `.lp` or `.mps`.
    """
    from transfer_calc.budget.model import load_budget
    from transfer_calc.method.yaml_file import read_yaml

    _check(budget, table, out, route, speaker)
    as_json = form == "json"
    try:
        data = read_yaml(budget).data
        if isinstance(data, dict) and "supporters" in data:
            _match(budget, table, out, speaker, as_json=as_json)
            return
        loaded = load_budget(budget)
        with speaker.progress(Text("正在计算", "computing")), quietly():
            chosen = cast("Route | None", route)
            allocation = loaded.solve(table, pool=pool, parameters=parameters, route=chosen)
        if model is not None:
            _write_model(allocation, model, speaker)
        if out is not None:
            with speaker.progress(Text("正在写出工作簿", "writing the workbook")):
                allocation.to_excel(out, command=command_line())
    except IssuesError as error:
        if as_json:
            speaker.json(refusal(budget, error.issues, speaker.lang))
        speaker.stop(error.issues)
    speaker.warn(allocation.issues)
    if as_json:
        speaker.json(record(allocation, speaker.lang))
        return
    print_allocation(allocation, speaker, rows=out is None or form == "table")
    if out is not None:
        speaker.say(Text(f"已写出 {out}", f"written: {out}"))


@contextmanager
def quietly() -> Iterator[None]:
    """Keep what solvers print by themselves off the output: HiGHS names itself whenever it is started."""
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(nowhere)
        os.close(kept)


def _write_model(allocation: Allocation, model: Path, speaker: Speaker) -> None:
    try:
        with quietly():
            allocation.to_model(model)
    except UsageError as error:
        zh = "--model 的文件要以 .lp 或 .mps 结尾，并且最后一个目标不是最小二乘"
        misuse(speaker, Text(zh, f"--model: {error}"))


def _check(budget: Path, table: Path, out: Path | None, route: str | None, speaker: Speaker) -> None:
    if out is not None and out.suffix.lower() != ".xlsx":
        misuse(speaker, Text("结果文件要以 .xlsx 结尾", "the result file must end in .xlsx"))
    if out is not None and any(out.resolve() == given.resolve() for given in (budget, table)):
        misuse(speaker, Text("结果不能覆盖输入文件", "the result may not overwrite an input"))
    if route is not None and route not in ROUTES:
        known = "、".join(ROUTES)
        misuse(speaker, Text(f"--route 只能是 {known}", f"--route is one of {', '.join(ROUTES)}"))


def print_allocation(allocation: Allocation, speaker: Speaker, *, rows: bool) -> None:
    """The pot, what was reached, the constraints in words, and (with `rows`) every recipient."""
    lang, out = speaker.lang, console()
    out.print(allocation.budget.name[lang])
    if allocation.notice:
        out.print(allocation.notice, style="bold red")
    words = Text("资金总额", "Pool")[lang]
    out.print(f"{words}: {allocation.pool:,.12g} {allocation.unit}")
    paid = Text("下达合计", "Paid out")[lang]
    out.print(f"{paid}: {int(allocation.settled.sum()):,} {allocation.settle_unit}")
    for text in allocation.reached:
        out.print(text[lang])
    if rows:
        frame = allocation.table_in(lang)
        heads = [
            title_of("code", allocation, lang),
            *(title_of(name, allocation, lang) for name in frame.columns),
        ]
        numbers = [at + 1 for at, kind in enumerate(frame.dtypes) if kind.kind in "fi"]
        table = plain_table(heads, numbers=numbers)
        for code, *cells in frame.itertuples(name=None):
            table.add_row(str(code), *(_cell(cell) for cell in cells))
        out.print(table)
    for line in allocation.lines:
        said = line.record(lang)
        cite = f"（{said['cite']}）" if said["cite"] else ""
        mark = Text("起作用", "binds") if line.binding else Text("未触及", "slack")
        out.print(f"[{mark[lang]}] {said['name']}{cite}: {said['words']}")


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def record(allocation: Allocation, lang: str) -> dict[str, Any]:
    """The allocation for JSON."""
    table = allocation.table_in(lang)
    rows = [
        {"code": str(code), **{name: _json(value) for name, value in zip(table.columns, cells, strict=True)}}
        for code, *cells in table.itertuples(name=None)
    ]
    proof = allocation.certificate
    return {
        "budget": allocation.budget.title.zh if lang == "zh" else allocation.budget.title.en,
        "pool": _json(allocation.pool),
        "units": {"pool": allocation.unit, "amount": allocation.unit, "allocation": allocation.settle_unit},
        "notice": allocation.notice,
        "route": allocation.route,
        "objective": [
            {"value": _json(value), "said": said[lang]}
            for value, said in zip(
                [value for stage in allocation.stages for value in stage.reached],
                allocation.reached,
                strict=True,
            )
        ],
        "gap": _json(allocation.solution.gap),
        "rows": rows,
        "constraints": [
            {name: _json(value) for name, value in line.record(lang).items()} for line in allocation.lines
        ],
        "certificate": [
            {
                "label": str(label),
                **{name: _json(value) for name, value in zip(proof.columns, cells, strict=True)},
            }
            for label, *cells in proof.itertuples(name=None)
        ],
        "sha256": allocation.sha256,
        "issues": [found.record(lang) for found in allocation.issues],
    }


def refusal(budget: Path, issues: Iterable[Issue], lang: str) -> dict[str, Any]:
    """What JSON says where there is no allocation."""
    return {"budget": budget.name, "rows": [], "issues": [found.record(lang) for found in issues]}


def _json(value: Any) -> Any:
    """A plain value; what is no finite number is null."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _match(path: Path, table: Path, out: Path | None, speaker: Speaker, *, as_json: bool) -> None:
    from transfer_calc.budget.matching import load_matching

    matching = load_matching(path)
    with quietly():
        pairing = matching.solve(table)
    if out is not None:
        pairing.to_excel(out, command=command_line())
    if as_json:
        speaker.json(pairing_record(pairing, speaker.lang))
        return
    screen = console()
    for frame, numbers in (
        (pairing.table_in(speaker.lang), (4,)),
        (pairing.supporters_in(speaker.lang), (1, 2)),
    ):
        shown = plain_table([str(name) for name in frame.columns], numbers=numbers)
        for cells in frame.itertuples(name=None, index=False):
            shown.add_row(*(_cell(cell) for cell in cells))
        screen.print(shown)
    speaker.say(pairing.words)
    if out is not None:
        speaker.say(Text(f"已写出 {out}", f"written: {out}"))


def pairing_record(pairing: Pairing, lang: str) -> dict[str, Any]:
    """A matching for JSON."""
    return {
        "matching": pairing.matching.title.zh if lang == "zh" else pairing.matching.title.en,
        "value": pairing.value,
        "bound": pairing.bound,
        "said": pairing.words[lang],
        "pairs": [
            {name: _json(value) for name, value in line.items()}
            for line in pairing.table_in("en")
            .assign(supporter=pairing.table_in(lang)["supporter"])
            .to_dict("records")
        ],
        "issues": [],
    }
