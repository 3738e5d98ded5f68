"""Whole commands timed from outside: the start of the command line, and the Gansu demo end to end."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = 7


def seconds(arguments: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    bare = statistics.median(seconds(["-c", "pass"]) for _ in range(RUNS))
    print(f"python -c pass                 {bare:.3f} s")
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "out.xlsx")
        demo = ["run", "cn/model/equalization-gap", str(ROOT / "examples/gansu-gap-demo.xlsx"), "-o", out]
        for name, arguments in (("--help", ["--help"]), ("Gansu demo, file to file", demo)):
            took = statistics.median(seconds(["-m", "transfer_calc", *arguments]) for _ in range(RUNS))
            print(f"transfer-calc {name:<24} {took:.3f} s")


if __name__ == "__main__":
    main()
