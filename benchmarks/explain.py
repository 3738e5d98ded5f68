"""The time to explain one county's allocation among 10,000, by the method of the speed benchmark.

    python benchmarks/explain.py [ROWS]

The median over different counties is printed, for the explanation alone and with its text; nothing is
asserted.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import numpy as np
from speed import POOL, made_up

from transfer_calc.calculation.calculate import calculate
from transfer_calc.method.library import load_method
from transfer_calc.panel.panel import Panel
from transfer_calc.report.explanation import as_text

COUNTIES = 25


def main(rows: int) -> None:
    method = load_method(Path(__file__).with_name("equalization-48.yaml"))
    codes = np.asarray([f"{row:06d}" for row in range(rows)])
    result = calculate(method, Panel(codes, codes, made_up(rows)), pool=POOL, on="2024-01-01")
    bare, told = [], []
    for row in np.linspace(0, rows - 1, COUNTIES).astype(int):
        start = time.perf_counter()
        explanation = result.explain(str(codes[row]), "allocation")
        bare.append(time.perf_counter() - start)
        as_text(explanation, "zh")
        told.append(time.perf_counter() - start)
    print(f"one county in {rows:,}: {statistics.median(bare) * 1000:.1f} ms explained, "
          f"{statistics.median(told) * 1000:.1f} ms with its text (median of {COUNTIES})")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
