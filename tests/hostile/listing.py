"""A list of hostile files, filled by the modules beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Hostile:
    """A file to refuse: the code that says why, how its name ends, and its bytes."""

    name: str
    code: str
    build: Callable[[], bytes]
    suffix: str = ".xlsx"

    def write(self, folder: Path) -> Path:
        start = "~$" if self.code == "TC827" else ""
        path = folder / f"{start}{self.name.replace(' ', '-')}{self.suffix}"
        if self.code == "TC832":
            path.mkdir()
        elif self.code == "TC801":
            with path.open("wb") as file:
                file.truncate(100_000_001)  # takes no room on the disk
        else:
            path.write_bytes(self.build())
        return path


HOSTILE: dict[str, Hostile] = {}


def hostile(name: str, code: str, suffix: str = ".xlsx"):
    def keep(build):
        HOSTILE[name] = Hostile(name, code, build, suffix)
        return build

    return keep


def several(code, files, suffix=".xlsx"):
    """Short ones: name and builder."""
    for name, build in files.items():
        hostile(name, code, suffix)(build)
