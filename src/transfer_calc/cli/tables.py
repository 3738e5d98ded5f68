"""Where the table of a command stands: the file, and what the user says of its sheet, range and headings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from transfer_calc.text import Text

if TYPE_CHECKING:
    from transfer_calc.method.load import Method
    from transfer_calc.panel.layout import Layout
    from transfer_calc.panel.panel import Panel


@dataclass(frozen=True, slots=True)
class TablePlace:
    """A table as the command line names it.

    Attributes:
        path: The file.
        sheet: Its sheet; found by content without.
        cells: Its range; all of the sheet without.
        columns: A YAML file that says what its headings mean.
    """

    path: Path
    sheet: str | None = None
    cells: str | None = None
    columns: Path | None = None

    def layout(self) -> Layout | None:
        """What was said; `None` leaves it to what is remembered beside the workbook.

        Raises:
            DataError: If the file of headings cannot be used.
        """
        from transfer_calc.panel.layout import Layout, load_layout

        if self.sheet is None and self.cells is None and self.columns is None:
            return None
        layout = Layout() if self.columns is None else load_layout(self.columns)
        return replace(layout, sheet=self.sheet or layout.sheet, cells=self.cells or layout.cells)

    def read(self, method: Method) -> Panel:
        """Read the table; headings that were given by a file are remembered beside the workbook.

        Raises:
            DataError: If it cannot be read.
        """
        from transfer_calc.issues import Place, issue
        from transfer_calc.panel.layout import layout_file, remember
        from transfer_calc.panel.panel import read_panel

        layout = self.layout()
        panel = read_panel(self.path, method, layout)
        if layout is None or self.columns is None:
            return panel
        file = layout_file(self.path)
        wrong = any(found.code == "TC237" for found in panel.issues)
        if wrong or self.columns.resolve() == file.resolve():
            return panel
        before = file.read_bytes() if file.is_file() else None
        remember(self.path, layout)
        replaced = before is not None and before != file.read_bytes()
        said = Text("，原有的已改写", ", in the place of what it held") if replaced else Text("", "")
        told = issue("TC255", Place(file=self.path.name), layout=file.name, before=said)
        return replace(panel, issues=(*panel.issues, told))
