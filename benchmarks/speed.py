"""Speed of the evaluator against the same formulas written by hand in numpy, measured in one run.

    python benchmarks/speed.py [ROWS]

Both sides keep every step's column, run in blocks of rows between the aggregates, and read the same
made-up data. The medians of paired runs and their ratio are printed; nothing is asserted.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from make_method import HEADS, TAXES
from numpy.typing import NDArray

from transfer_calc.calculation.settings import settle_settings
from transfer_calc.calculation.steps import compute_steps
from transfer_calc.issues import Collector
from transfer_calc.method.library import load_method
from transfer_calc.panel.beside import Given
from transfer_calc.panel.panel import Panel

BLOCK = 16_384
POOL = 1_000_000_000
PAIRS = 7

Columns = dict[str, NDArray[np.float64]]


def made_up(rows: int) -> Columns:
    random = np.random.default_rng(7)
    data = {f"base_{tax}": random.lognormal(8, 1, rows) for tax in TAXES}
    data |= {f"units_{head}": random.lognormal(9, 1, rows) for head in HEADS}
    data["altitude"] = random.uniform(200, 4500, rows)
    data["density"] = random.lognormal(4, 1, rows) + 1
    data["last_year"] = random.lognormal(7, 0.5, rows)
    return data


def by_hand(data: Columns, values: dict[str, float]) -> Columns:
    """The 29 formulas in plain numpy, in blocks, keeping every step."""
    rows = len(data["altitude"])
    names = ["cost_index", *(f"revenue_{tax}" for tax in TAXES), *(f"spending_{head}" for head in HEADS)]
    names += ["standard_revenue", "standard_expenditure", "gap", "entitlement", "limited", "transfer"]
    out = {name: np.empty(rows) for name in names}
    mean_altitude, mean_density = data["altitude"].mean(), data["density"].mean()
    w_altitude, w_density = values["weight_altitude"], values["weight_density"]
    for start in range(0, rows, BLOCK):
        at = slice(start, start + BLOCK)
        index = (
            w_altitude * data["altitude"][at] / mean_altitude + w_density * mean_density / data["density"][at]
        )
        out["cost_index"][at] = index
        revenue: Any = 0.0
        expenditure: Any = 0.0
        for tax in TAXES:
            part = data[f"base_{tax}"][at] * values[f"rate_{tax}"]
            out[f"revenue_{tax}"][at] = part
            revenue = revenue + part
        for head in HEADS:
            part = data[f"units_{head}"][at] * values[f"standard_{head}"] * index
            out[f"spending_{head}"][at] = part
            expenditure = expenditure + part
        out["standard_revenue"][at], out["standard_expenditure"][at] = revenue, expenditure
        out["gap"][at] = np.maximum(expenditure - revenue, 0)
    coefficient = POOL / out["gap"].sum()
    for start in range(0, rows, BLOCK):
        at = slice(start, start + BLOCK)
        entitlement = out["gap"][at] * coefficient
        out["entitlement"][at] = entitlement
        last = data["last_year"][at]
        out["limited"][at] = np.minimum(
            np.maximum(entitlement, values["least"] * last), values["most"] * last
        )
    total = out["limited"].sum()
    for start in range(0, rows, BLOCK):
        at = slice(start, start + BLOCK)
        out["transfer"][at] = out["limited"][at] * POOL / total
    return out


def timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main(rows: int) -> None:
    method = load_method(Path(__file__).with_name("equalization-48.yaml"))
    data = made_up(rows)
    codes = np.arange(rows).astype(str)
    panel = Panel(codes, codes, data)
    problems = Collector()
    settings = settle_settings(method, Given(), pool=POOL, on="2024-01-01", parameters={}, problems=problems)
    values = {name: float(setting.value) for name, setting in settings.parameters.items()}

    def ours() -> Columns:
        return dict(compute_steps(method, panel, settings, {}, problems).world.columns)

    mine, theirs = ours(), by_hand(data, values)
    worst = max(float(np.max(np.abs(mine[name] / np.where(theirs[name] == 0, 1, theirs[name]) - 1)
                             * (theirs[name] != 0))) for name in theirs)  # fmt: skip
    print(f"{rows:,} rows, {len(theirs)} columns; greatest relative difference {worst:.1e}")
    pairs = [(timed(ours), timed(lambda: by_hand(data, values))) for _ in range(PAIRS)]
    a, b = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(x / y for x, y in pairs)
    print(f"transfer_calc {a:.3f} s, numpy by hand {b:.3f} s, ratio {ratio:.2f} (median of {PAIRS} pairs)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
