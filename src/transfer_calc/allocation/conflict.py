"""Why a pot cannot be divided as asked: the constraints that exclude one another, and the cheapest way out.

First the sums, which need no solver and give the plainest sentences; then HiGHS's irreducible infeasible
set; then its feasibility relaxation, the limits moved by the least money in all. Every way out has been
tried: the problem with the limits moved was solved again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from transfer_calc.allocation.conflict_parts import Loosening, loosened, money
from transfer_calc.allocation.conflict_search import (
    certificate,
    cheapest,
    irreducible,
    most_recipients_needed,
    relaxed,
    scaled,
    soft_part,
)
from transfer_calc.allocation.conflict_sums import Finding, crossed_details, empty_details, sum_findings
from transfer_calc.allocation.problem import Problem
from transfer_calc.allocation.vectors import MOST_NAMED
from transfer_calc.issues import Collector, Issue, Place
from transfer_calc.text import Text

MOST_ALTERNATIVES = 8
"""How many single limits are tried as ways out of their own."""
_LARGE = 20_000


@dataclass(frozen=True)
class Conflict:
    """Why there is no answer.

    Attributes:
        findings: The conflicts, each irreducible. More than one only where the sums show several.
        cheapest: Limits moved by the least money in all, with which there is an answer (empty where none
            was found that holds).
        alternatives: Limits each of which, moved alone, is enough; cheapest first. Looked for while there
            are up to 20,000 recipients that the constraints tell apart.
        issues: The same as issues, ready to be raised in an `AllocationError`.
        text: The same as a few sentences.
    """

    findings: tuple[Finding, ...]
    cheapest: tuple[Loosening, ...]
    alternatives: tuple[Loosening, ...]
    issues: tuple[Issue, ...] = field(default=())
    text: Text = field(default=Text("", ""))


def explain_conflict(problem: Problem, unit: str = "") -> Conflict | None:
    """Find the smallest conflict of a problem without an answer, and the cheapest loosening.

    Priced rows take no part: they may be broken.

    Args:
        problem: The feasible set.
        unit: The unit of its money, for the sentences.

    Returns:
        The conflict; `None` where hard rows and bounds can all hold.
    """
    findings = sum_findings(problem, unit)
    parts = scaled(problem)
    if not findings:
        found = irreducible(problem, parts, unit)
        if found is not None:
            findings = [Finding("TC542", found, float("nan"), Place())]
    if not findings:
        return _too_few(problem) if problem.is_integer else None
    alternatives = _alternatives(problem, findings, unit)
    moved = cheapest(problem, parts, unit)
    if not _holds(problem, moved):
        moved = ()
    inside = [one for one in alternatives if one.row != problem.pool_row]
    if inside and (not moved or inside[0].cost <= sum(one.cost for one in moved) * (1 + 1e-9)):
        moved = (inside[0],)
    elif not moved and alternatives:
        moved = (alternatives[0],)
    issues = _issues(problem, findings, moved, alternatives, unit)
    return Conflict(tuple(findings), moved, alternatives, issues, _text(issues))


def _alternatives(problem: Problem, findings: Sequence[Finding], unit: str) -> tuple[Loosening, ...]:
    """Single limits that are enough; only for one conflict, since another would stay."""
    parts = scaled(problem)
    if len(findings) > 1 or parts.model.cost.size > _LARGE:
        return ()
    found = []
    for part in findings[0].parts[:MOST_ALTERNATIVES]:
        moved = relaxed(problem, parts, soft_part(parts, part), unit, pot=True)
        if len(moved) == 1 and _holds(problem, moved):
            found.append(moved[0])
    return tuple(sorted(found, key=lambda one: one.cost))


def _holds(problem: Problem, moved: Sequence[Loosening]) -> bool:
    if not moved:
        return False
    changed = loosened(problem, moved)
    return not (changed.lower > changed.upper).any() and certificate(scaled(changed).model) is None


def _too_few(problem: Problem) -> Conflict | None:
    """The amounts alone can hold; the minimum award and the number of recipients may not."""
    needed = most_recipients_needed(problem, scaled(problem, condensed=False))
    allowed = problem.most_recipients
    if needed is not None and (allowed is None or needed <= allowed):
        return None
    if needed is None:
        detail = Text(
            "起付额与其他约束不能同时满足", "the least award does not go with the other constraints"
        )
    else:
        detail = Text(
            f"至少要有 {needed} 个，只允许 {allowed} 个", f"it takes {needed}, and {allowed} are allowed"
        )
    found = Collector()
    found.add("TC548", detail=detail)
    finding = Finding("TC548", (), float("nan"), Place())
    return Conflict((finding,), (), (), tuple(found), _text(tuple(found)))


def _issues(
    problem: Problem,
    findings: Sequence[Finding],
    moved: Sequence[Loosening],
    alternatives: Sequence[Loosening],
    unit: str,
) -> tuple[Issue, ...]:
    problems = Collector()
    remedy = _remedy(moved, alternatives)
    for finding in findings[:MOST_NAMED]:
        if finding.code == "TC535":
            details = crossed_details(problem, finding, unit)
        elif finding.code == "TC540":
            details = empty_details(problem, finding, unit)
        else:
            details = {"detail": _joined(finding, unit)}
        problems.add(finding.code, finding.place, remedy=remedy, **details)
    if len(findings) > MOST_NAMED:
        problems.add("TC407", count=len(findings) - MOST_NAMED)
    return tuple(problems)


def _joined(finding: Finding, unit: str) -> Text:
    zh = "；".join(part.text.zh for part in finding.parts[:MOST_NAMED])
    en = "; ".join(part.text.en for part in finding.parts[:MOST_NAMED])
    more = len(finding.parts) - MOST_NAMED
    if more > 0:
        zh, en = f"{zh}；另有 {more} 项", f"{en}; and {more} more"
    if np.isfinite(finding.excess) and finding.code != "TC542":
        amount = money(finding.excess, unit)
        zh, en = f"{zh}；相差 {amount}", f"{en}; {amount} {'too much' if finding.code in _ABOVE else 'short'}"
    return Text(zh, en)


_ABOVE = {"TC536", "TC538", "TC541"}


def _remedy(moved: Sequence[Loosening], alternatives: Sequence[Loosening]) -> Text:
    if not moved:
        return Text("逐条检查这些约束", "check these constraints one by one")
    zh, en = "；".join(one.text.zh for one in moved), "; ".join(one.text.en for one in moved)
    others = [one for one in alternatives if one is not moved[0]]
    zh, en = f"{zh}，即可分配", f"{en} makes it possible"
    if others:
        zh += "；或者" + "；或者".join(one.text.zh for one in others)
        en += "; or else " + "; or else ".join(one.text.en for one in others)
    return Text(zh, en)


def _text(issues: Sequence[Issue]) -> Text:
    return Text(
        "\n".join(f"{found.message.zh}。{found.hint.zh}。" for found in issues),
        "\n".join(f"{found.message.en}. {found.hint.en}." for found in issues),
    )
