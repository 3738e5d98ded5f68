"""Workbooks out, against bare XlsxWriter in the same run.

- 100,000 × 40 values, row by row in little memory;
- 3,000 counties, 60 steps and more of live formulas: bare XlsxWriter writes the very same cells;
- the Gansu workbook, from a result in memory to the file.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from transfer_calc import Panel, calculate, load_method, read_panel
from transfer_calc.calculation.result import Result
from transfer_calc.workbook.cells import read_cells
from transfer_calc.workbook.sheets import SheetWriter, write_book
from transfer_calc.workbook.values import write_rows

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5
ALWAYS = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def paired(
    one: Callable[[], None], other: Callable[[], None], runs: int = RUNS
) -> tuple[float, float, float]:
    """Medians of both, and of their ratio run by run."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        other()
        middle = time.perf_counter()
        one()
        times.append((time.perf_counter() - middle, middle - start))
    ratio = statistics.median(own / bare for own, bare in times)
    return statistics.median(own for own, _ in times), statistics.median(bare for _, bare in times), ratio


def values(folder: Path, rows: int = 100_000) -> None:
    random = np.random.default_rng(1)
    texts = [[f"{prefix}{number:06d}" for number in range(rows)] for prefix in ("", "县", "州")]
    numbers = [random.lognormal(10, 1, rows) for _ in range(37)]

    def bare() -> None:
        book = xlsxwriter.Workbook(str(folder / "bare.xlsx"), {"constant_memory": True})
        sheet = book.add_worksheet()
        columns = [column.tolist() for column in numbers]
        for row in range(rows):
            for column in range(3):
                sheet.write_string(row, column, texts[column][row])
            for column in range(37):
                sheet.write_number(row, column + 3, columns[column][row])
        book.close()

    def own() -> None:
        def write(book: Any) -> None:
            writer = SheetWriter(book, "演示数据", None)
            columns = [("文字", np.asarray(column), writer.styles.text) for column in texts]
            columns += [("数", column, writer.styles.number) for column in numbers]
            write_rows(writer, "数据", "演示数据", columns)

        write_book(folder / "own.xlsx", "演示数据", None, write, row_by_row=True)

    took, plain, ratio = paired(own, bare, runs=3)
    print(f"{rows:,} × 40 values          {took:6.2f} s   bare XlsxWriter {plain:6.2f} s   {ratio:.2f} ×")


def many(count: int) -> Result:
    """The reference model with every part on, for made-up counties."""
    method = load_method("cn/model/equalization-county")
    panel = read_panel(ROOT / "examples/gansu-demo.xlsx", method)
    random = np.random.default_rng(7)
    columns: dict[str, Any] = {
        "code": [str(700_001 + 2 * at) for at in range(count)],
        "name": [f"演示县{at}" for at in range(count)],
    }
    for name, given in panel.columns.items():
        picked = given[np.arange(count) % len(panel)]
        columns[name] = picked * random.uniform(0.9, 1.1, count) if picked.dtype.kind == "f" else picked
    columns["must_fund"] = columns["education_spending"] * 2
    for name, most in (("heating_months", 12.0), ("hardship_class", 6.0)):
        columns[name] = np.clip(columns[name], 0, most)
    larger = Panel.from_columns(columns, method)
    values = {name: value for name, value in panel.given.values.items() if name != "pool"}
    values |= {"coefficients": "by_difficulty", "effort_reward": "revenue", "growth_limits": "band"}
    values |= {"weight_pool": "0.7", "weight_difficulty": "0.3", "reward_share": "0.02"}
    values |= {
        "least_growth": "-0.5",
        "greatest_growth": "1",
        "deviation": "population",
        "reference": "eligible",
    }
    return calculate(method, larger, pool=str(4_500_000 * count // 88), on="2026-01-01", parameters=values)


def live(folder: Path) -> None:
    result = many(3_000)
    path = folder / "own.xlsx"
    result.to_excel(path)
    cells = read_cells(path)
    count = sum(cell.formula is not None for sheet in cells.values() for cell in sheet.values())

    def bare() -> None:
        book = xlsxwriter.Workbook(str(folder / "bare.xlsx"))
        style = book.add_format({"num_format": "#,##0.00"})
        for name, sheet_cells in cells.items():
            sheet = book.add_worksheet(name)
            for (row, column), cell in sheet_cells.items():
                if cell.formula is not None:
                    sheet.write_formula(row - 1, column - 1, cell.formula, style, cell.value)
                elif isinstance(cell.value, str):
                    sheet.write_string(row - 1, column - 1, cell.value, style)
                else:
                    sheet.write_number(row - 1, column - 1, cell.value, style)
        book.close()

    took, plain, ratio = paired(lambda: result.to_excel(path), bare, runs=3)
    steps = len(result.columns)
    print(
        f"3,000 × {steps} steps, {count:,} formulas {took:6.2f} s   bare XlsxWriter {plain:6.2f} s   {ratio:.2f} ×"
    )
    recalculated(folder, path)


def recalculated(folder: Path, path: Path) -> None:
    """LibreOffice loads the workbook, recalculates every formula and saves: how long, and any error cell."""
    if shutil.which("soffice") is None:
        print("LibreOffice is not here: not recalculated")
        return
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(ALWAYS, encoding="utf-8")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    start = time.perf_counter()
    subprocess.run([*command, "--outdir", str(folder / "again"), str(path)], check=True, capture_output=True)
    took = time.perf_counter() - start
    cells = read_cells(folder / "again" / path.name)
    formulas = [cell for sheet in cells.values() for cell in sheet.values() if cell.formula is not None]
    errors = sum(isinstance(cell.value, str) and cell.value.startswith("#") for cell in formulas)
    print(f"LibreOffice recalculates {len(formulas):,} formulas  {took:6.2f} s   error cells: {errors}")


def gansu(folder: Path) -> None:
    method = load_method("cn/model/equalization-county")
    result = calculate(method, read_panel(ROOT / "examples/gansu-demo.xlsx", method))
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        result.to_excel(folder / "gansu.xlsx")
        times.append(time.perf_counter() - start)
    print(f"Gansu, 88 units, the full workbook  {statistics.median(times):.2f} s")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        gansu(folder)
        live(folder)
        if "--quick" not in sys.argv:
            values(folder)


if __name__ == "__main__":
    main()
