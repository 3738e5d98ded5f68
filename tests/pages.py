"""Pages that a person follows, followed by a program: commands are run, and what is done in Excel is done by openpyxl.

A page says what to do in sentences of a few forms, the same in both languages. A copy of a result that is
changed is afterwards computed anew by LibreOffice, as Excel would do it, and only then looked at.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import re
import shlex
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import openpyxl
from paths import ROOT
from typer.testing import CliRunner

from transfer_calc.cli.app import app

sys.path += [str(ROOT / "docs"), str(ROOT / "tests/crosscheck")]

from libreoffice import recalculate_all
from make_pictures import fill_in, split_by_prefecture

FOLLOWED = [
    ROOT / "docs" / folder / f"{name}{ending}"
    for folder, name in (
        ("tutorial", "template-to-signature"),
        ("how-to", "audit-a-returned-workbook"),
        ("how-to", "run-many-workbooks"),
        ("how-to", "run-a-workbook"),
        ("how-to", "mark-the-errors"),
    )
    for ending in (".md", ".zh.md")
]
"""The pages, those that take longest first."""

FORMS = {
    "run": (r"```text\n\$ (?P<a>.*)\n(?P<b>(?:.*\n)*?)```", r"```text\n\$ (?P<a>.*)\n(?P<b>(?:.*\n)*?)```"),
    "write": (r"`(?P<a>[^`]+)`：\n\n```(?:yaml|csv)\n(?P<b>(?:.*\n)*?)```", r"`(?P<a>[^`]+)`:\n\n```(?:yaml|csv)\n(?P<b>(?:.*\n)*?)```"),
    "table": (
        r"`(?P<a>[^`]+)` 的 `(?P<b>[^`]+)` 表：\n\n(?P<c>(?:\|.*\n)+)",
        r"the sheet `(?P<b>[^`]+)` of `(?P<a>[^`]+)`:\n\n(?P<c>(?:\|.*\n)+)",
    ),
    "fill": (r"把 `(?P<a>[^`]+)` 里的数填进 `(?P<b>[^`]+)`", r"fill the figures of `(?P<a>[^`]+)` into `(?P<b>[^`]+)`"),
    "split": (r"把 `(?P<a>[^`]+)` 按市州分到文件夹 `(?P<b>[^`]+)`：(?P<c>[^，。]+)", r"divide `(?P<a>[^`]+)` by prefecture into the folder `(?P<b>[^`]+)`: (?P<c>[^,.]+)"),
    "set": (r"把 `(?P<a>[^`]+)` 的 `(?P<b>[^`]+)` 改成 `(?P<c>[^`]+)`", r"change `(?P<b>[^`]+)` of `(?P<a>[^`]+)` to `(?P<c>[^`]+)`"),
    "clear": (r"清空 `(?P<a>[^`]+)` 的 `(?P<b>[^`]+)`", r"clear `(?P<b>[^`]+)` of `(?P<a>[^`]+)`"),
    "remove": (r"删去 `(?P<a>[^`]+)` 的 `(?P<b>[^`]+)` 表第 `(?P<c>\d+)` 行", r"delete row `(?P<c>\d+)` of the sheet `(?P<b>[^`]+)` in `(?P<a>[^`]+)`"),
    "copy": (r"(?<!程序)把 `(?P<a>[^`]+)` 另存为 `(?P<b>[^`]+)`", r"save `(?P<a>[^`]+)` as `(?P<b>[^`]+)`(?! with a program)"),
    "bare": (r"程序把 `(?P<a>[^`]+)` 另存为 `(?P<b>[^`]+)`", r"save `(?P<a>[^`]+)` as `(?P<b>[^`]+)` with a program"),
    "replace": (r"把 `(?P<a>[^`]+)` 里的 `(?P<b>[^`]+)` 换成 `(?P<c>[^`]+)`", r"replace `(?P<b>[^`]+)` in `(?P<a>[^`]+)` by `(?P<c>[^`]+)`"),
    "shows": (r"`(?P<a>[^`]+)` 的 `(?P<b>[^`]+)` 是 `(?P<c>[^`]+)`", r"`(?P<b>[^`]+)` of `(?P<a>[^`]+)` is `(?P<c>[^`]+)`"),
}  # fmt: skip
"""What a page may ask for, in Chinese and in English; `a` is the file, or the command."""


@dataclass(frozen=True)
class Step:
    kind: str
    a: str
    b: str = ""
    c: str = ""

    def touches(self, files):
        return any(name in shlex.split(self.a) if self.kind == "run" else name == self.a for name in files)


@dataclass
class Following:
    """A page that is followed in a folder of its own."""

    page: Path
    folder: Path
    shown: list = field(default_factory=list)
    later: list = field(default_factory=list)
    changed: dict = field(default_factory=dict)
    open: dict = field(default_factory=dict)

    @property
    def lang(self):
        return "zh" if self.page.name.endswith(".zh.md") else "en"

    def begin(self):
        """Everything but what needs a changed copy to be computed anew."""
        self.folder.mkdir()
        (self.folder / "examples").symlink_to(ROOT / "examples")
        (self.folder / "formulas").symlink_to(ROOT / "formulas")
        for step in steps(self.page):
            if step.kind == "copy" and self.is_result(step.a):
                self.changed[step.b] = openpyxl.load_workbook(self.folder / step.a)
            elif step.kind in ("set", "clear", "remove") and step.a in self.changed:
                change(self.changed[step.a], step)
            elif step.touches(self.changed):
                self.later.append(step)
            else:
                self.take(step)
        for name, book in self.changed.items():
            book.save(self.folder / name)
        self.changed = dict.fromkeys(self.changed)
        return self

    def is_result(self, name):
        """Whether a workbook came out of a command before: it is full of formulas."""
        written = [shlex.split(step.a) for step, _ in self.shown if step.kind == "run"]
        return any(name == words[words.index("-o") + 1] for words in written if "-o" in words)

    def end(self):
        """What had to wait for a changed copy."""
        self.shown = []
        for step in self.later:
            self.take(step)
        return self

    def take(self, step):
        path = self.folder / step.a
        if step.kind not in ("set", "clear", "remove"):
            self.close()
        if step.kind == "run":
            self.shown.append((step, printed_by(step.a, self.folder, self.lang)))
        elif step.kind == "shows":
            self.shown.append((step, [cell_of(openpyxl.load_workbook(path, data_only=True), step.b)]))
        elif step.kind == "write":
            path.write_text(step.b, encoding="utf-8")
        elif step.kind == "table":
            write_table(path, step.b, step.c)
        elif step.kind == "fill":
            fill_in(path, self.folder / step.b)
        elif step.kind == "split":
            split_by_prefecture(path, self.folder / step.b, step.c)
        elif step.kind == "copy":
            (self.folder / step.b).write_bytes(path.read_bytes())
        elif step.kind == "bare":
            openpyxl.load_workbook(path).save(self.folder / step.b)
        elif step.kind == "replace":
            text = path.read_text(encoding="utf-8")
            assert text.count(step.b) == 1, step.b
            path.write_text(text.replace(step.b, step.c), encoding="utf-8")
        else:
            if step.a not in self.open:
                self.open[step.a] = openpyxl.load_workbook(path)
            change(self.open[step.a], step)

    def close(self):
        """Save what has been changed since the last command, each workbook once."""
        for name, book in self.open.items():
            book.save(self.folder / name)
        self.open = {}


def steps(page):
    """Everything that a page asks for, in its order."""
    text, lang = page.read_text(encoding="utf-8"), "zh" if page.name.endswith(".zh.md") else "en"
    found = [
        (match.start(), Step(kind, **{name: value for name, value in match.groupdict().items() if value is not None}))
        for kind, forms in FORMS.items()
        for match in re.finditer(forms[lang == "en"], text, flags=re.MULTILINE | (0 if lang == "zh" else re.IGNORECASE))
    ]  # fmt: skip
    return [step for _, step in sorted(found, key=lambda each: each[0])]


def shape(page):
    """What a page asks for, without what is in its language: the prints, and the names of files."""
    return [(step.kind, step.a.split()[:4] if step.kind == "run" else step.b if step.kind == "set" else "") for step in steps(page)]  # fmt: skip


@cache
def _workers():
    """Two processes, each of which follows a page: most of the time is one command after another."""
    pool = ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))
    atexit.register(pool.shutdown)
    return pool


@cache
def _followings():
    """Every page followed up to where a changed copy must be computed anew."""
    folder = tempfile.TemporaryDirectory(prefix="pages")
    atexit.register(folder.cleanup)
    begun = [Following(page, Path(folder.name) / f"page{number}") for number, page in enumerate(FOLLOWED)]
    return {each.page: each for each in _workers().map(Following.begin, begun)}


@cache
def _finished():
    """Every changed copy computed anew, all in one call, and the pages followed to their ends."""
    found, folder = _followings(), tempfile.TemporaryDirectory(prefix="recalculated")
    atexit.register(folder.cleanup)
    copies = {}
    for each in found.values():
        for name in each.changed:
            path = Path(folder.name) / f"{len(copies)}.xlsx"
            path.write_bytes((each.folder / name).read_bytes())
            copies[path] = each.folder / name
    again = recalculate_all(list(copies), Path(folder.name))
    for path, target in copies.items():
        target.write_bytes((again / path.name).read_bytes())
    return {each.page: each.shown for each in _workers().map(Following.end, found.values())}


def shown_of(page):
    """What each command of a page prints, and what is seen, with the step; followed once for all tests."""
    return _followings()[page].shown


def shown_after_changes(page):
    """The same for what had to wait until LibreOffice had computed a changed copy anew."""
    return _finished()[page]


def printed_by(line, folder, lang):
    """What a command prints; in a process of its own only where it starts processes itself."""
    arguments = shlex.split(line)
    assert arguments[:3] == ["python", "-m", "transfer_calc"], line
    if "--jobs" in arguments:
        done = subprocess.run(
            [sys.executable, *arguments[1:], "--lang", lang],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", cwd=folder, check=False,
        )  # fmt: skip
        text = done.stdout
    else:
        with inside(folder):
            text = CliRunner().invoke(app, [*arguments[3:], "--lang", lang], catch_exceptions=False).output
    lines = [each.rstrip() for each in text.splitlines()]
    # On a slow machine the command says what it is doing; the page does not show that.
    return [each for each in lines if not each.endswith(" …")]


class inside:  # noqa: N801 — reads as a word
    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        self.before = Path.cwd()
        os.chdir(self.folder)

    def __exit__(self, *_):
        os.chdir(self.before)


def same_lines(shown, printed):
    """Whether a page shows what was printed; a line `…` stands for lines that the page leaves out."""
    parts = [[]]
    for line in shown.splitlines():
        if line == "…":
            parts.append([])
        else:
            parts[-1].append(line.rstrip())
    if len(parts) == 1:
        return parts[0] == printed
    first, *middle, last = parts
    end = len(printed) - len(last)
    if printed[: len(first)] != first or printed[end:] != last:
        return False
    at = len(first)
    for part in middle:
        at = next((here for here in range(at, end) if printed[here : here + len(part)] == part), end) + len(
            part
        )
    return at < end


def change(book, step):
    if step.kind == "remove":
        book[step.b].delete_rows(int(step.c))
        return
    sheet, cell = step.b.split("!")
    book[sheet][cell] = None if step.kind == "clear" else value_of(step.c)


def cell_of(book, place):
    sheet, cell = place.split("!")
    value = book[sheet][cell].value
    return f"{value:,.12g}" if isinstance(value, (int, float)) else str(value)


def value_of(text):
    """What Excel takes a typed text for."""
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text


def write_table(path, sheet, lines):
    """A sheet as the page shows it; six digits in the first column are a code, as text."""
    rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in lines.splitlines()]
    book = openpyxl.load_workbook(path) if path.is_file() else openpyxl.Workbook()
    if not path.is_file():
        book.remove(book.active)
    made = book.create_sheet(sheet)
    for row in [rows[0], *rows[2:]]:
        texts = [None if cell == "" else value_of(cell) for cell in row]
        if re.fullmatch(r"\d{6}", row[0]):
            texts[0] = row[0]
        made.append(texts)
    book.save(path)
