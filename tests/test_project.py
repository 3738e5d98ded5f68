"""The project itself: nothing generated is stale, nothing is evaluated, both languages say the same."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from paths import ROOT

from transfer_calc.messages import MESSAGES

SOURCES = sorted((ROOT / "src").rglob("*.py"))


def test_the_page_of_issue_codes_is_up_to_date():
    # The schemas are checked by `make lint`: their wording depends on the version of pydantic.
    sys.path.insert(0, str(ROOT / "docs"))
    from generate import issues_page

    for lang, name in (("en", "issues.md"), ("zh", "issues.zh.md")):
        assert (ROOT / "docs/reference" / name).read_text(encoding="utf-8") == issues_page(lang)


def test_the_demo_workbooks_are_what_their_script_makes(tmp_path):
    pytest.importorskip("xlsxwriter")
    import openpyxl

    subprocess.run([sys.executable, str(ROOT / "examples/make_gansu_demo.py"), str(tmp_path)], check=True)

    def cells(path):
        book = openpyxl.load_workbook(path)
        return {sheet.title: [[c.value for c in row] for row in sheet.iter_rows()] for sheet in book}

    for name in ("gansu-demo.xlsx", "gansu-gap-demo.xlsx"):
        assert cells(tmp_path / name) == cells(ROOT / "examples" / name)


def test_the_demo_has_88_units_with_real_codes_and_one_functional_zone():
    from transfer_calc.divisions import load_division

    units = load_division("gansu").units
    assert len(units) == 88
    assert [unit.name for unit in units if unit.groups["功能区"] == "是"] == ["兰州新区"]
    assert len({unit.groups["市州"] for unit in units}) == 14


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_nothing_in_the_source_evaluates_text(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"(?<![\w.])(eval|exec|compile|__import__)\(|pickle|yaml\.load\(", text)


def test_every_message_has_both_languages_with_the_same_gaps():
    for code, entry in MESSAGES.items():
        assert entry.zh, code
        assert entry.en, code
        assert bool(entry.hint_zh) == bool(entry.hint_en), code
        for zh, en in ((entry.zh, entry.en), (entry.hint_zh, entry.hint_en)):
            assert set(re.findall(r"{(\w+)}", zh)) == set(re.findall(r"{(\w+)}", en)), code


def test_every_code_that_the_source_raises_stands_in_the_table():
    used = {
        code
        for path in SOURCES
        if path.name != "messages.py"
        for code in re.findall(r'"(TC\d{3})"', path.read_text(encoding="utf-8"))
    }
    assert used == set(MESSAGES)


def test_both_readmes_have_the_same_headings_and_commands():
    def shape(name):
        text = (ROOT / name).read_text(encoding="utf-8")
        blocks = re.findall(r"```(?:sh|bat|python)\n(.*?)```", text, flags=re.DOTALL)
        return len(re.findall(r"^#+ ", text, flags=re.MULTILINE)), blocks

    english, chinese = shape("README.md"), shape("README.zh-CN.md")
    assert english == chinese
    assert "README.zh-CN.md" in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[0]
    assert "README.md" in (ROOT / "README.zh-CN.md").read_text(encoding="utf-8").splitlines()[0]


def test_the_python_in_the_readme_runs_and_gives_what_it_says(tmp_path, monkeypatch):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    first, second = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    names = {}
    exec(compile(first, "README.md", "exec"), names)  # noqa: S102 — our own text
    assert names["result"].table["allocation"].sum() == 45_000_000_000
    assert (tmp_path / "out.xlsx").is_file()
    exec(compile(second, "README.md", "exec"), names)  # noqa: S102 — our own text
    said = re.search(r"division\.amounts +# (.*)", second).group(1)
    assert repr(names["division"].amounts) == said


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_shows_what_the_command_prints(name, tmp_path):
    lang = "zh" if "zh" in name else "en"
    text = (ROOT / name).read_text(encoding="utf-8")
    for shown in re.findall(r"```text\n(.*?)```", text, flags=re.DOTALL):
        command = ["verify", "intl/victoria-2024"]
        if "gansu-result" in shown:
            command = [
                "run",
                "cn/model/equalization-county",
                str(ROOT / "examples/gansu-demo.xlsx"),
                "-o",
                "gansu-result.xlsx",
            ]
        done = subprocess.run(
            [sys.executable, "-m", "transfer_calc", *command, "--lang", lang],
            capture_output=True, encoding="utf-8", cwd=tmp_path, check=True,
        )  # fmt: skip
        assert [line.rstrip() for line in done.stdout.splitlines()] == shown.splitlines()
