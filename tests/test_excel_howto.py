"""The how-to pages on workbooks, followed by a program: every command is run and prints what the page shows."""

from __future__ import annotations

import re

import pytest
from pages import ROOT, same_lines, shape, shown_after_changes, shown_of

FOLDER = ROOT / "docs/how-to"
NAMES = ["run-a-workbook", "mark-the-errors", "run-many-workbooks", "audit-a-returned-workbook"]
PAGES = [FOLDER / f"{name}{ending}" for name in NAMES for ending in (".md", ".zh.md")]
LINKED = [
    *PAGES,
    *(ROOT / "docs/tutorial").glob("*.md"),
    ROOT / "docs/reference/workbook.md",
    ROOT / "docs/reference/workbook.zh.md",
    ROOT / "docs/reference/command-line.md",
    ROOT / "docs/reference/command-line.zh.md",
    ROOT / "docs/index.md",
    ROOT / "docs/index.zh.md",
    ROOT / "README.md",
    ROOT / "README.zh-CN.md",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_pages_name_each_other_and_ask_for_the_same_steps(name):
    english, chinese = FOLDER / f"{name}.md", FOLDER / f"{name}.zh.md"
    assert english.read_text(encoding="utf-8").startswith(f"[中文]({chinese.name})\n")
    assert chinese.read_text(encoding="utf-8").startswith(f"[English]({english.name})\n")
    assert shape(english) == shape(chinese)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_prints_what_the_page_shows(page):
    shown = shown_of(page)
    assert len(shown) >= 3
    for step, printed in shown:
        assert same_lines(step.b, printed), f"{step.a}\n" + "\n".join(printed)


@pytest.mark.external("soffice")
@pytest.mark.parametrize(
    "page", [each for each in PAGES if each.name.startswith("audit")], ids=lambda page: page.name
)
def test_a_copy_changed_in_excel_is_audited_as_the_page_shows(page):
    shown = shown_after_changes(page)
    assert [step.kind for step, _ in shown].count("run") == 5
    for step, printed in shown:
        if step.kind == "shows":
            assert printed == [step.c], step
        else:
            assert same_lines(step.b, printed), f"{step.a}\n" + "\n".join(printed)


@pytest.mark.parametrize("page", LINKED, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        file, _, part = target.partition("#")
        there = page.parent / file if file else page
        assert there.exists(), target
        if part:
            titles = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            assert part in {as_anchor(title) for title in titles}, target


def as_anchor(title):
    """The anchor of a heading as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower().strip()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_figures_are_marked_as_made_up(page):
    top = "\n".join(page.read_text(encoding="utf-8").splitlines()[:6])
    assert "made up" in top or "编造" in top
