"""Reading a clean workbook of 100,000 × 40 cells against bare python-calamine, and refusing hostile files.

    python benchmarks/workbook_reading.py [--rows 100000] [--runs 5] [--hostile]

The two readers take turns in one process, and the ratio of their medians is printed: the target is 2.0 or
less. With `--hostile` each file of the hostile corpus is read in a process of its own; printed are its code,
the seconds and the peak of the memory. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from transfer_calc.files import read_book

HOSTILE = Path(__file__).resolve().parent.parent / "tests" / "hostile"


def write_clean(path: Path, rows: int) -> None:
    """Three columns of text and 37 of figures with all their digits; made-up data (演示数据)."""
    chance = random.Random(1)  # noqa: S311 — the same figures each time are what is wanted
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("数据")
    for row in range(rows):
        for column in range(3):
            sheet.write_string(row, column, f"演示 {row % 3000} {column}")
        for column in range(3, 40):
            sheet.write_number(row, column, chance.random() * 1e5)
    book.close()


def bare(path: Path) -> list[list[Any]]:
    rows: list[list[Any]] = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return rows


def seconds(read: Callable[[Path], Any], path: Path) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    gc.collect()
    clock, processor = time.perf_counter(), time.process_time()
    found = read(path)
    took = time.perf_counter() - clock, time.process_time() - processor
    del found
    return took


def compare(path: Path, runs: int) -> None:
    assert [list(row) for row in bare(path)[:3]] == read_book(path).sheets[0].rows[:3]
    took: dict[str, list[tuple[float, float]]] = {"python-calamine": [], "read_book": []}
    for _ in range(runs):
        took["python-calamine"].append(seconds(bare, path))
        took["read_book"].append(seconds(read_book, path))
    for number, measure in enumerate(("by the clock", "of the processor")):
        medians = {name: statistics.median(run[number] for run in each) for name, each in took.items()}
        ratio = medians["read_book"] / medians["python-calamine"]
        said = ", ".join(f"{name} {median:.2f} s" for name, median in medians.items())
        print(f"{measure:<17} {said}, ratio {ratio:.2f}")


def refuse_hostile(folder: Path) -> None:
    sys.path.insert(0, str(HOSTILE))
    corpus = importlib.import_module("corpus")
    slowest, largest = 0.0, 0
    print(f"{'file':<40} {'code':<6} {'kB':>7} {'s':>6} {'MiB':>5}")
    for name, file in corpus.HOSTILE.items():
        path = file.write(folder)
        run = [sys.executable, str(HOSTILE / "run.py"), str(path)]
        said = subprocess.run(run, check=True, capture_output=True, encoding="utf-8", timeout=120).stdout
        _, codes, took, peak = json.loads(said)
        print(f"{name:<40} {' '.join(codes):<6} {path.stat().st_size // 1000:>7} {took:>6.2f} {peak:>5}")
        slowest, largest = max(slowest, took), max(largest, peak)
    print(f"{len(corpus.HOSTILE)} files, each refused in {slowest:.2f} s and {largest} MiB or less")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--hostile", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if given.hostile:
            refuse_hostile(Path(folder))
            return
        path = Path(folder) / "clean.xlsx"
        write_clean(path, given.rows)
        print(f"{given.rows:,} × 40 cells, {path.stat().st_size / 1e6:.1f} MB, {given.runs} runs each")
        compare(path, given.runs)


if __name__ == "__main__":
    main()
