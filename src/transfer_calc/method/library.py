"""The shelf of methods: every file under `formulas/`, found by id and date."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from functools import cache, lru_cache
from pathlib import Path

from transfer_calc.issues import MethodError, Place, issue
from transfer_calc.method.load import Method, load
from transfer_calc.method.yaml_file import read_yaml
from transfer_calc.text import Text

_NEAR = 3
_TELLING = 2
"""A single sign stands in too many titles to name those that hold it."""


def formulas_folder() -> Path:
    """Where the shipped methods stand: inside the installed package, or at the top of the repository."""
    package = Path(__file__).resolve().parent.parent
    shipped = package / "formulas"
    return shipped if shipped.is_dir() else package.parent.parent / "formulas"


@lru_cache(maxsize=1)
def shelf() -> dict[str, Path]:
    """All method files by id; the id of a file is its path below `formulas/`."""
    root = formulas_folder()
    found = {}
    for path in sorted(root.rglob("*.yaml")):
        # What stands beside the folders, such as the register of documents, is no method.
        if path.parent != root and not path.name.endswith(".cases.yaml"):
            found[path.relative_to(root).with_suffix("").as_posix()] = path
    return found


def find(name: str, on: dt.date | None = None) -> Path:
    """The file of a method: by id, or by an id without its year and a date.

    Raises:
        MethodError: If there is none (TC101).
    """
    files = shelf()
    if name in files:
        return files[name]
    versions = [known for known in files if re.fullmatch(rf"{re.escape(name)}-\d{{4}}", known)]
    if versions:
        day = on or dt.datetime.now(tz=dt.UTC).date()
        for version in sorted(versions, reverse=True):
            if load(files[version], find).file.law.in_force.holds(day):
                return files[version]
    raise MethodError([issue("TC101", name=name, near=_near(name))])


def _near(name: str) -> Text:
    """What may have been meant: the methods with this very title, else those with an id or title like it."""
    titles = {known: _titles(path) for known, path in shelf().items()}
    same = [known for known, own in titles.items() if name in own]
    if not same and len(name) >= _TELLING:
        same = [known for known, own in titles.items() if any(name in title for title in own)]
    if not same:
        by_text = {title: known for known, own in titles.items() for title in (known, *own)}
        close = difflib.get_close_matches(name, by_text, n=9, cutoff=0.3)
        same = list(dict.fromkeys(by_text[text] for text in close))
    zh = "、".join(f"{known}「{titles[known][0]}」" for known in same[:_NEAR])
    en = ", ".join(f"{known} “{titles[known][1]}”" for known in same[:_NEAR])
    return Text(zh or "—", en or "—")


def _titles(path: Path) -> tuple[str, str]:
    """The titles of a file, in both languages; it is not checked for anything else."""
    title = read_yaml(path).data.get("title", {})
    return str(title.get("zh", "")), str(title.get("en", ""))


@cache
def law_of(name: str) -> Text:
    """The document of a method or shared piece on the shelf: its number, or its title where it has none.

    Raises:
        MethodError: If there is no such file (TC101).
    """
    law = load(find(name), find).file.law
    return Text(law.document or law.title.zh, law.document or law.title.en)


def load_method(method: str | Path, on: dt.date | str | None = None) -> Method:
    """Load a method by id or from a YAML file.

    Args:
        method: An id such as `cn/model/equalization-county`, the same without its year (then the
            version in force on `on`), or the path of a file.
        on: The date of the calculation; today where it is needed and not given.

    Raises:
        MethodError: If there is no such method, or its file cannot be used; every problem is named.
    """
    try:
        day = dt.date.fromisoformat(on) if isinstance(on, str) else on
    except ValueError:
        raise MethodError([issue("TC313", value=on)]) from None
    path = Path(method)
    if isinstance(method, Path) or path.suffix in (".yaml", ".yml"):
        if not path.is_file():
            raise MethodError([issue("TC101", name=str(method), near="—")])
        return load(path, find)
    path = find(str(method), day)
    loaded = load(path, find)
    if shelf().get(loaded.id) != path:
        place = path.relative_to(formulas_folder()).with_suffix("").as_posix()
        raise MethodError([issue("TC119", Place(file=path.name), name=loaded.id, path=place)])
    if day is not None and not loaded.file.law.in_force.holds(day):
        period = loaded.file.law.in_force
        until = f" – {period.until}" if period.until else " –"
        raise MethodError([issue("TC118", name=loaded.id, on=day, period=f"{period.from_}{until}")])
    return loaded


def load_all() -> list[Method]:
    """Every method of the shelf, shared pieces left out."""
    loaded = [load_method(name) for name in shelf()]
    return [method for method in loaded if method.file.kind == "method"]
