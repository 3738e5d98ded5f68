"""The tutorial, followed by a program from the empty template to the file that comes back."""

from __future__ import annotations

import re

import pytest
from pages import ROOT, same_lines, shape, shown_after_changes, shown_of, steps

FOLDER = ROOT / "docs/tutorial"
PAGES = {"en": FOLDER / "template-to-signature.md", "zh": FOLDER / "template-to-signature.zh.md"}
SHEETS = ["说明", "数据", "参数", "结果", "计算", "结算", "总量", "校验", "依据", "运行记录"]


def test_the_pages_name_each_other_in_the_first_line():
    assert PAGES["en"].read_text(encoding="utf-8").startswith("[中文](template-to-signature.zh.md)\n")
    assert PAGES["zh"].read_text(encoding="utf-8").startswith("[English](template-to-signature.md)\n")


def test_both_pages_ask_for_the_same_steps():
    assert shape(PAGES["en"]) == shape(PAGES["zh"])


@pytest.mark.parametrize("lang", PAGES)
def test_every_command_prints_what_the_page_shows(lang):
    shown = [(step, printed) for step, printed in shown_of(PAGES[lang]) if step.kind == "run"]
    assert len(shown) >= 5
    for step, printed in shown:
        assert same_lines(step.b, printed), f"{step.a}\n" + "\n".join(printed)


@pytest.mark.external("soffice")
@pytest.mark.parametrize("lang", PAGES)
def test_what_excel_computes_anew_is_what_the_page_says(lang):
    shown = shown_after_changes(PAGES[lang])
    assert [step.kind for step, _ in shown] == ["shows"] * 4 + ["run"]
    for step, printed in shown:
        if step.kind == "shows":
            assert printed == [step.c], step
        else:
            assert same_lines(step.b, printed), "\n".join(printed)


@pytest.mark.parametrize("lang", PAGES)
def test_two_commands_are_the_short_way_and_the_page_says_so_at_the_top(lang):
    top = PAGES[lang].read_text(encoding="utf-8").splitlines()[4]
    assert "`template`" in top
    assert "`run`" in top
    written = [step.a.split()[3] for step in steps(PAGES[lang]) if step.kind == "run" and " -o " in step.a]
    assert written == ["template", "run"]


@pytest.mark.parametrize("lang", PAGES)
def test_every_sheet_has_its_picture_of_moderate_size(lang):
    pictures = re.findall(
        r"^!\[(.*?)\]\(\.\./pictures/(.*?)\)$", PAGES[lang].read_text(encoding="utf-8"), re.MULTILINE
    )
    for sheet in SHEETS:
        assert any(sheet in said for said, _ in pictures), sheet
    for _, name in pictures:
        assert 5_000 < (ROOT / "docs/pictures" / name).stat().st_size <= 250_000, name
