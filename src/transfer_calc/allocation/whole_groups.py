"""Whole units inside groups that lie in one another: totals of groups first, then their members.

Where rows limit the totals of groups, and any two groups are either apart or one inside the other, whole
amounts exist exactly if every group's totals leave a whole number between the least and the most that its
parts can take: so the totals can be fixed from the top down, by largest remainder at every level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from transfer_calc.allocation.settlement import _MILLION, Integers, _largest_remainder
from transfer_calc.allocation.vectors import Floats

Positions = NDArray[np.intp]


@dataclass(frozen=True)
class Group:
    """The units of some counties together: at least `least`, at most `most` (whole or infinite)."""

    members: Positions
    least: float
    most: float


@dataclass
class _Node:
    members: Positions
    least: float
    most: float
    inner: list[int] = field(default_factory=list)
    own: Positions = field(default_factory=lambda: np.empty(0, dtype=np.intp))


def settle_groups(
    exact: Floats, total: int, least: Floats, most: Floats, places: Positions, groups: Sequence[Group]
) -> Integers | None:
    """Whole units with Σ = total inside bounds and groups, each level by largest remainder.

    Args:
        exact: Amounts in units, rounded to six decimals, shape (n,).
        total: Their sum in whole units.
        least: Least whole units, `-inf` allowed.
        most: Greatest whole units, `inf` allowed.
        places: The place of each county where remainders are equal.
        groups: Groups with whole limits.

    Returns:
        The units; `None` where groups cross one another, or no whole units keep all of them.
    """
    nodes = _tree(exact.size, total, groups)
    if nodes is None:
        return None
    # Children stand behind their parents, so the list backwards is from the bottom up.
    for node in reversed(nodes):
        low = sum(nodes[child].least for child in node.inner) + float(least[node.own].sum())
        high = sum(nodes[child].most for child in node.inner) + float(most[node.own].sum())
        node.least, node.most = max(node.least, low), min(node.most, high)
        if node.least > node.most:
            return None
    units = np.zeros(exact.size, dtype=np.int64)
    totals = {0: total}
    for position, node in enumerate(nodes):
        inner = [nodes[child] for child in node.inner]
        together = np.rint([exact[child.members].sum() * _MILLION for child in inner]) / _MILLION
        given = _largest_remainder(
            np.concatenate([together, exact[node.own]]),
            totals[position],
            np.concatenate([[child.least for child in inner], least[node.own]]),
            np.concatenate([[child.most for child in inner], most[node.own]]),
            np.concatenate([[places[child.members].min() for child in inner], places[node.own]]),
        )
        totals.update(zip(node.inner, given[: len(inner)].tolist(), strict=True))
        units[node.own] = given[len(inner) :]
    return units


def _tree(size: int, total: int, groups: Sequence[Group]) -> list[_Node] | None:
    nodes = [_Node(np.arange(size, dtype=np.intp), float(total), float(total))]
    inmost = np.zeros(size, dtype=np.intp)
    for group in sorted(groups, key=lambda one: -one.members.size):
        if not group.members.size:
            continue
        around = int(inmost[group.members[0]])
        if (inmost[group.members] != around).any():
            return None
        nodes[around].inner.append(len(nodes))
        inmost[group.members] = len(nodes)
        nodes.append(_Node(group.members, group.least, group.most))
    order = np.argsort(inmost, kind="stable")
    starts = np.searchsorted(inmost[order], np.arange(len(nodes) + 1))
    for position, node in enumerate(nodes):
        node.own = order[starts[position] : starts[position + 1]]
    return nodes
