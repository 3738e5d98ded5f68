"""The page on writing a method of one's own: its pieces make a file that works, and its outputs are real."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import pytest
from paths import ROOT

FOLDER = ROOT / "docs" / "how-to"
ENGLISH, CHINESE = "write-your-own-method.md", "write-your-own-method.zh.md"
METHOD, CASES, TABLE = "road-upkeep.yaml", "road-upkeep.cases.yaml", "counties.csv"
KINDS = ["yaml", "csv", "diff", "text"]


def page(name):
    return (FOLDER / name).read_text(encoding="utf-8")


def blocks(text):
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)


def changed(text, diff):
    """A file with one line changed as the page says: the line after `-` gives way to that after `+`."""
    (old,) = re.findall(r"^-(.*)$", diff, flags=re.MULTILINE)
    (new,) = re.findall(r"^\+(.*)$", diff, flags=re.MULTILINE)
    assert text.splitlines().count(old) == 1, old
    return text.replace(f"{old}\n", f"{new}\n")


def printed_by(command, folder):
    python, *arguments = shlex.split(command)
    assert python == "python"
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, encoding="utf-8", cwd=folder, check=False
    )
    lines = [line.rstrip() for line in (done.stdout + done.stderr).splitlines()]
    # On a slow machine the command says what it is doing; the page does not show that.
    return [line for line in lines if not line.endswith(" …")]


def play(text, folder):
    """Do what the page says, from top to bottom: each command shown, with what it prints."""
    method, change = "", None
    for kind, block in blocks(text):
        if kind == "yaml" and "\ncases:" in block:
            (folder / CASES).write_text(block, encoding="utf-8")
        elif kind == "yaml":
            method += ("\n" if method else "") + block
        elif kind == "csv":
            (folder / TABLE).write_text(block, encoding="utf-8")
        elif kind == "diff":
            change = block
        else:
            now = method if change is None else changed(method, change)
            (folder / METHOD).write_text(now, encoding="utf-8")
            change = None
            yield block, printed_by(block.splitlines()[0].removeprefix("$ "), folder)


def test_the_pages_name_each_other_in_the_first_line():
    assert page(ENGLISH).splitlines()[0] == f"[中文]({CHINESE})"
    assert page(CHINESE).splitlines()[0] == f"[English]({ENGLISH})"


def test_both_pages_have_the_same_files_changes_and_commands():
    def shape(text):
        return [
            (kind, block.splitlines()[0].partition(" --lang ")[0] if kind == "text" else block)
            for kind, block in blocks(text)
        ]

    english, chinese = page(ENGLISH), page(CHINESE)
    assert shape(english) == shape(chinese)
    assert sorted({kind for kind, _ in blocks(english)}) == sorted(KINDS)
    assert len(re.findall(r"^#+ ", english, re.MULTILINE)) == len(re.findall(r"^#+ ", chinese, re.MULTILINE))


@pytest.mark.parametrize("name", [ENGLISH, CHINESE])
def test_every_command_prints_what_the_page_shows(name, tmp_path):
    played = list(play(page(name), tmp_path))
    assert len(played) >= 10
    for shown, printed in played:
        command, *lines = shown.splitlines()
        assert printed == [line.rstrip() for line in lines], command


def test_the_method_with_weighted_factors_computes_and_keeps_its_weights(tmp_path):
    from transfer_calc import CalculationError, Panel, calculate, load_method

    texts = {
        [block for kind, block in blocks(page(name)) if kind == "yaml"][-1] for name in (ENGLISH, CHINESE)
    }
    (text,) = texts
    path = tmp_path / "road-safety.yaml"
    path.write_text(text, encoding="utf-8")
    method = load_method(path)
    columns = {
        "code": ["990101", "990102"],
        "road_length": [100, 300],
        "population": [5, 5],
        "bridges": [2, 8],
    }
    # 0.5 · 1/4 + 0.3 · 1/2 + 0.2 · 1/5 = 0.125 + 0.15 + 0.04 = 0.315
    result = calculate(method, Panel.from_columns(columns, method), pool="1000", on="2025-06-01")
    assert result.table["allocation"].tolist() == [3_150_000, 6_850_000]
    with pytest.raises(CalculationError, match="TC408"):
        calculate(
            method, Panel.from_columns(columns, method), pool="1000", on="2025-06-01",
            parameters={"weight_of_length": "0.6"},
        )  # fmt: skip


@pytest.mark.parametrize(("name", "heading"), [(ENGLISH, "Allocation (元)"), (CHINESE, "分配数 (元)")])
def test_the_figures_are_marked_as_made_up(name, heading):
    figures = [
        block
        for kind, block in blocks(page(name))
        if kind == "csv" or "\ncases:" in block or heading in block
    ]
    assert len(figures) == 3
    assert all("演示数据" in block for block in figures)
