"""Read files in a process of its own: for each its codes, the seconds, and the peak of the memory so far in MiB.

python run.py FILE …
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from transfer_calc.files import read_book
from transfer_calc.issues import DataError


def codes(path: Path) -> list[str]:
    try:
        read_book(path)
    except DataError as error:
        return [found.code for found in error.issues]
    return []


def peak() -> int:
    """The most memory that this process has held, in MiB; 0 where the system does not say."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    for name in sys.argv[1:]:
        start = time.perf_counter()
        found = codes(Path(name))
        took = time.perf_counter() - start
        sys.stdout.write(json.dumps([Path(name).name, found, took, peak()]) + "\n")
