"""Speed of 60 element-wise formulas on 1,000,000 rows: blocks of rows against whole columns of plain numpy.

    python benchmarks/language.py [ROWS]

Six kinds of formula ten times over ten made-up columns. Each side computes all 60 and keeps of each its
sum only, so that the arithmetic is measured and not the memory of 60 results; a second pair keeps all.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from transfer_calc.language.check import COUNTY
from transfer_calc.language.parse import parse
from transfer_calc.language.reading import read, strictly
from transfer_calc.language.world import World

PAIRS = 5


def written(kind: int, a: str, b: str, c: str) -> str:
    """One of six kinds of formula, as text."""
    return (
        f"max({a} - {b}, 0) * {c}",
        f"{a} / {b} + {c} / {a}",
        f"{a} if {b} > {c} else {b} * {c}",
        f"clip({a} * {b}, {c}, {a} + {b} + {c})",
        f"sqrt({a} * {b}) / (1 + {c})",
        f"({a} + {b}) * ({b} + {c}) - min({a}, {c})",
    )[kind]


def by_hand(kind: int, a: Any, b: Any, c: Any) -> Any:
    """The same in plain numpy."""
    match kind:
        case 0:
            return np.maximum(a - b, 0) * c
        case 1:
            return a / b + c / a
        case 2:
            return np.where(b > c, a, b * c)
        case 3:
            return np.minimum(np.maximum(a * b, c), a + b + c)
        case 4:
            return np.sqrt(a * b) / (1 + c)
        case _:
            return (a + b) * (b + c) - np.minimum(a, c)


def timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main(rows: int) -> None:
    random = np.random.default_rng(5)
    data = {f"x{i}": random.lognormal(1, 0.5, rows) for i in range(10)}
    cases = [(kind, f"x{i}", f"x{(i + 1) % 10}", f"x{(i + 2) % 10}") for i in range(10) for kind in range(6)]
    world = World(np.arange(rows).astype(str), dict(data))
    readings = [read(parse(written(*case)), world, COUNTY) for case in cases]

    def blocks(*, keep: bool) -> list[Any]:
        kept = [np.empty(rows) for _ in cases] if keep else []
        sums = np.zeros(len(cases))
        with strictly():
            for block in world.blocks():
                for position, reading in enumerate(readings):
                    value = reading(block)
                    if keep:
                        kept[position][block] = value
                    else:
                        sums[position] += value.sum()
        return kept or sums.tolist()

    def whole(*, keep: bool) -> list[Any]:
        done = (by_hand(kind, data[a], data[b], data[c]) for kind, a, b, c in cases)
        return [column if keep else column.sum() for column in done]

    worst = max(abs(a / b - 1) for a, b in zip(blocks(keep=False), whole(keep=False), strict=True))
    print(f"60 formulas × {rows:,} rows; greatest relative difference of the sums {worst:.1e}")
    for keep, said in ((False, "sums only"), (True, "all 60 columns kept")):
        pairs = [
            (timed(lambda keep=keep: blocks(keep=keep)), timed(lambda keep=keep: whole(keep=keep)))  # type: ignore[misc]
            for _ in range(PAIRS)
        ]
        ours, plain = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(x / y for x, y in pairs)
        print(
            f"{said}: blocks {ours:.3f} s, whole columns {plain:.3f} s, ratio {ratio:.2f} (median of {PAIRS} pairs)"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
