"""Speed of the allocation functions, each against a plain reference in the same run.

    python benchmarks/allocation.py [BLOCK …]

A block is a function that prints its lines; without names all run. Medians of paired runs; nothing is asserted.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from transfer_calc.allocation import equal_awards, equal_losses, level_up, proportional, settle, talmud

PAIRS = 9


def timed(work: Callable[[], Any]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def compare(
    title: str, ours: Callable[[], Any], theirs: Callable[[], Any], limit: float | None = None
) -> None:
    """Print the median milliseconds of both sides, their ratio, and the limit that the project has set."""
    ours(), theirs()
    pairs = [(timed(ours), timed(theirs)) for _ in range(PAIRS)]
    a, b = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(x / y for x, y in pairs)
    held = "" if limit is None else f", limit {limit:g} ms{'' if a <= limit else ' EXCEEDED'}"
    print(f"{title:32}{a:10.3f} ms, reference {b:9.3f} ms, ratio {ratio:6.2f}{held}")


def closed_forms() -> None:
    """The closed forms; the reference is one sort and one running sum in plain numpy, which every one needs."""
    for rows, limit in ((86, None), (3_000, 2.0), (100_000, 150.0)):
        print(f"closed forms, {rows:,} counties; reference: numpy argsort and cumsum")
        for title, work in closed_form_works(rows).items():
            compare(f"  {title}", work, plain_sort(rows), limit)


def plain_sort(rows: int) -> Callable[[], Any]:
    random = np.random.default_rng(7)
    own, size = random.lognormal(8, 1, rows), random.lognormal(3, 1, rows)
    return lambda: np.cumsum(own[np.argsort(own / size)])


def closed_form_works(rows: int) -> dict[str, Callable[[], Any]]:
    random = np.random.default_rng(7)
    claims, size, last = (random.lognormal(mean, 1, rows) for mean in (8, 3, 8))
    together, more = float(claims.sum()), 1.05 * float(last.sum())
    floor, cap = 0.97 * last, 1.15 * last
    return {
        "level_up": lambda: level_up(0.1 * together, claims, size),
        "equal_awards": lambda: equal_awards(0.6 * together, claims),
        "equal_losses": lambda: equal_losses(0.6 * together, claims),
        "talmud": lambda: talmud(0.6 * together, claims),
        "proportional": lambda: proportional(together, claims),
        "proportional, floors and caps": lambda: proportional(more, claims, floor=floor, cap=cap),
        "settle": lambda: settle(claims * (round(together) / together), round(together)),
    }


def engine() -> None:
    """Whole solutions with their checks; the reference is HiGHS alone on the arrays of the compact model."""
    from allocation_engine import peak, works  # noqa: PLC0415 - scipy and HiGHS only for this block

    for title, ours, reference, limit in works():
        compare(title, ours, reference, limit)
    print(f"peak memory {peak():.0f} MB, limit 400 MB")


BLOCKS: dict[str, Callable[[], None]] = {"closed_forms": closed_forms, "engine": engine}


if __name__ == "__main__":
    for name in sys.argv[1:] or BLOCKS:
        BLOCKS[name]()
