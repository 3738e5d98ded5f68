"""The how-to page on budgets: its file is the example, and its commands print what it shows."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import pytest
from paths import ROOT

PAGES = {"en": ROOT / "docs/how-to/design-a-budget.md", "zh": ROOT / "docs/how-to/design-a-budget.zh.md"}


def blocks(lang, kind):
    return re.findall(rf"```{kind}\n(.*?)```", PAGES[lang].read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("lang", PAGES)
def test_the_file_on_the_page_is_the_end_of_the_example(lang):
    (shown,) = blocks(lang, "yaml")
    assert (ROOT / "examples/budgets/gansu.yaml").read_text(encoding="utf-8").endswith(shown)


@pytest.mark.parametrize("lang", PAGES)
def test_each_command_prints_what_the_page_shows(lang, tmp_path):
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    shown = blocks(lang, "text")
    assert len(shown) == 3
    for block in shown:
        command, _, printed = block.partition("\n")
        name, *arguments = shlex.split(command.removeprefix("$ "))
        assert name == "transfer-calc"
        done = subprocess.run(
            [sys.executable, "-m", "transfer_calc", *arguments, "--lang", lang],
            capture_output=True, encoding="utf-8", cwd=tmp_path, check=False,
        )  # fmt: skip
        lines = [line.rstrip() for line in (done.stdout + done.stderr).splitlines()]
        assert [line for line in lines if not line.endswith(" …")] == printed.splitlines()


@pytest.mark.parametrize("lang", PAGES)
def test_the_python_on_the_page_runs(lang, tmp_path, monkeypatch):
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    (code,) = blocks(lang, "python")
    names = {}
    exec(compile(code, "design-a-budget", "exec"), names)  # noqa: S102 — our own text
    assert names["plan"].settled.sum() == 45_000_000_000
