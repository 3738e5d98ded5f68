"""Names of cells, so that a formula reads as it is spoken: `资金总额/缺口合计`."""

from __future__ import annotations

import re
from typing import Any

from transfer_calc.language.excel_addresses import Reference

_LONGEST = 24


class Names:
    """The defined names of one workbook; no two are alike, and none looks like a cell."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.taken: set[str] = set()

    def define(self, label: str, place: str) -> Reference:
        """Name a cell or a range, such as `参数!$B$5`, after its label."""
        base = re.sub(r"\W+", "_", label).strip("_")[:_LONGEST] or "_"
        if re.fullmatch(r"[A-Za-z]{1,3}\d*|[RrCc]\d*([RrCc]\d*)?|\d.*", base) or base.upper() in (
            "TRUE",
            "FALSE",
        ):
            base = f"_{base}"
        name, number = base, 2
        while name.casefold() in self.taken:
            name, number = f"{base}_{number}", number + 1
        self.taken.add(name.casefold())
        self.book.define_name(name, f"={place}")
        return Reference(name, name)
