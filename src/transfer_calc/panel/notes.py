"""What was read in another form, gathered so that a thousand cells of one kind make one note."""

from __future__ import annotations

from typing import Any

from transfer_calc.issues import Collector, Place
from transfer_calc.text import Text

SHOWN = 5
"""How many cells a note names."""

_Key = tuple[str, tuple[tuple[str, Any], ...]]


class Notes:
    """Gathers cells by code and by what the note says of them."""

    def __init__(self) -> None:
        self._cells: dict[_Key, list[tuple[Place, Text]]] = {}

    def add(self, code: str, place: Place, said: str = "", read: str = "", **details: object) -> None:
        """Add a cell.

        Args:
            code: The code of the note.
            place: The cell.
            said: What stands in it, as far as the note should show that.
            read: What it was read as.
            details: What fills the other gaps of the message; cells that share it share a note.
        """
        where = place.cell or place.code or ""
        shown = said.strip()[:20]
        zh = f"{where}「{shown}」" if shown else where
        en = f"{where} “{shown}”" if shown else where
        if read:
            zh, en = f"{zh}= {read}" if shown else f"{zh} = {read}", f"{en} = {read}"
        self._cells.setdefault((code, tuple(details.items())), []).append((place, Text(zh, en)))

    def report(self, problems: Collector) -> None:
        """Add one note for each kind, at its first cell."""
        for (code, details), cells in self._cells.items():
            more = len(cells) > SHOWN
            zh = "、".join(text.zh for _, text in cells[:SHOWN]) + (" 等" if more else "")
            en = ", ".join(text.en for _, text in cells[:SHOWN]) + (", …" if more else "")
            first = cells[0][0]
            place = first if len(cells) == 1 else Place(file=first.file, sheet=first.sheet, cell=first.cell)
            problems.add(code, place, count=len(cells), cells=Text(zh, en), **dict(details))
        self._cells.clear()
