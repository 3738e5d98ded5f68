"""An explanation down to a depth: what lies deeper is named with its value, and no more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from transfer_calc.explanation.tree import Explanation, Fact


@dataclass
class _Kept:
    """A figure that stays, with the figures that stay below it."""

    told: Explanation
    level: int
    below: list[_Kept] = field(default_factory=list)


def to_depth(explanation: Explanation, depth: int) -> Explanation:
    """The figure and `depth` levels below it; of the next level each figure is named with its value.

    A figure that was first told too deep is told where it is first mentioned now.
    """
    whole = _whole(explanation)
    root = _Kept(explanation, 0)
    shown: set[tuple[str, str]] = set()
    waiting, order = [root], list[_Kept]()
    while waiting:
        kept = waiting.pop()
        order.append(kept)
        key = (kept.told.kind, kept.told.name)
        told = whole[key]
        if key in shown:
            kept.told = replace(told, formulas=(), facts=(), children=(), again=True)
            continue
        shown.add(key)
        if kept.level < depth:
            kept.told = told
            kept.below = [_Kept(child, kept.level + 1) for child in told.children]
            waiting += reversed(kept.below)
        else:
            kept.told = replace(told, facts=(*told.facts, *map(_named, told.children)))
    for kept in reversed(order):
        kept.told = replace(kept.told, children=tuple(child.told for child in kept.below))
    return root.told


def _whole(explanation: Explanation) -> dict[tuple[str, str], Explanation]:
    """Each figure where it is told in full."""
    found: dict[tuple[str, str], Explanation] = {}
    waiting = [explanation]
    while waiting:
        here = waiting.pop()
        if not here.again:
            found[here.kind, here.name] = here
        waiting += here.children
    return found


def _named(child: Explanation) -> Fact:
    # The name of an aggregate or look-up is its formula, which already stands above.
    name = "" if child.kind in ("aggregate", "table") else child.name
    return Fact("cut", child.value, child.unit, name, child.title)
