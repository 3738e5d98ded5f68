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
from numpy.typing import NDArray

from transfer_calc.language.check import COUNTY
from transfer_calc.language.parse import parse
from transfer_calc.language.reading import read, strictly
from transfer_calc.language.world import World

PAIRS = 5
Columns = dict[str, NDArray[np.float64]]


def formulas() -> list[tuple[str, Callable[[Columns], Any]]]:
    """Each formula as text, and by hand."""
    found: list[tuple[str, Callable[[Columns], Any]]] = []
    for i in range(10):
        a, b, c = f"x{i}", f"x{(i + 1) % 10}", f"x{(i + 2) % 10}"
        found += [
            (f"max({a} - {b}, 0) * {c}", lambda x, a=a, b=b, c=c: np.maximum(x[a] - x[b], 0) * x[c]),
            (f"{a} / {b} + {c} / {a}", lambda x, a=a, b=b, c=c: x[a] / x[b] + x[c] / x[a]),
            (f"{a} if {b} > {c} else {b} * {c}", lambda x, a=a, b=b, c=c: np.where(x[b] > x[c], x[a], x[b] * x[c])),
            (f"clip({a} * {b}, {c}, {a} + {b} + {c})",
             lambda x, a=a, b=b, c=c: np.minimum(np.maximum(x[a] * x[b], x[c]), x[a] + x[b] + x[c])),
            (f"sqrt({a} * {b}) / (1 + {c})", lambda x, a=a, b=b, c=c: np.sqrt(x[a] * x[b]) / (1 + x[c])),
            (f"({a} + {b}) * ({b} + {c}) - min({a}, {c})",
             lambda x, a=a, b=b, c=c: (x[a] + x[b]) * (x[b] + x[c]) - np.minimum(x[a], x[c])),
        ]  # fmt: skip
    return found


def timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main(rows: int) -> None:
    random = np.random.default_rng(5)
    data = {f"x{i}": random.lognormal(1, 0.5, rows) for i in range(10)}
    texts = formulas()
    world = World(np.arange(rows).astype(str), dict(data))
    readings = [read(parse(text), world, COUNTY) for text, _ in texts]

    def blocks(*, keep: bool) -> list[Any]:
        kept = [np.empty(rows) for _ in texts] if keep else []
        sums = np.zeros(len(texts))
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
        return [work(data) if keep else work(data).sum() for _, work in texts]

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
