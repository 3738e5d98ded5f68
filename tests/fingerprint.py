"""What a workbook holds, as a few hashes: `.ci/run` prints them with each Python and compares.

python tests/fingerprint.py > a.txt
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path

from transfer_calc import calculate, load_method, read_panel
from transfer_calc.budget import load_budget
from transfer_calc.workbook.cells import read_cells

ROOT = Path(__file__).resolve().parent.parent


def cells_hash(path):
    """A hash of every value and formula outside the run record, which names Python and the time."""
    digest = hashlib.sha256()
    for sheet, cells in read_cells(path).items():
        if sheet != "运行记录":
            for at in sorted(cells):
                digest.update(f"{sheet} {at} {cells[at].formula} {cells[at].value!r}\n".encode())
    return digest.hexdigest()


def main():
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "out.xlsx"
        for method, table in (("gap", "gansu-gap-demo"), ("county", "gansu-demo")):
            loaded = load_method(f"cn/model/equalization-{method}")
            result = calculate(loaded, read_panel(ROOT / f"examples/{table}.xlsx", loaded))
            result.to_excel(path)
            sys.stdout.write(f"{method} {result.sha256} {cells_hash(path)}\n")
        budget = load_budget(ROOT / "examples/budgets/gansu.yaml")
        allocation = budget.solve(ROOT / "examples/gansu-gap-demo.xlsx")
        sys.stdout.write(f"budget {allocation.sha256}\n")


if __name__ == "__main__":
    main()
