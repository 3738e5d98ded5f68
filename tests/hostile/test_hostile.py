"""The hostile corpus: every file is refused, with its own code, soon, and without much memory."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pieces
import pytest
from corpus import HOSTILE
from run import codes

from transfer_calc import DataError, read_panel
from transfer_calc.files import read_book

MEBIBYTES = 200


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """What a fresh process says of each file, one after the other: codes, seconds, the peak of its memory so far."""
    folder = tmp_path_factory.mktemp("hostile")
    paths = {name: file.write(folder) for name, file in HOSTILE.items()}
    run = [sys.executable, str(Path(__file__).with_name("run.py")), *map(str, paths.values())]
    # The time limit is against a process that hangs; how fast it is, the benchmark says.
    done = subprocess.run(run, capture_output=True, encoding="utf-8", timeout=300, check=True)
    said = {name: (found, peak) for name, found, _, peak in map(json.loads, done.stdout.splitlines())}
    return {name: (path, *said[path.name]) for name, path in paths.items()}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_its_own_code(outcomes, name):
    path, in_fresh_process, _ = outcomes[name]
    assert in_fresh_process == [HOSTILE[name].code]
    assert codes(path) == in_fresh_process


def test_refusing_all_of_them_takes_little_memory(outcomes):
    assert max(peak for _, _, peak in outcomes.values()) < MEBIBYTES


def test_the_corpus_is_large_in_number_and_small_on_the_disk(outcomes):
    assert len(outcomes) >= 34
    files = [path for path, found, _ in outcomes.values() if found not in (["TC801"], ["TC832"])]
    assert sum(path.stat().st_size for path in files) < 20_000_000


def test_the_workbook_that_the_hostile_ones_are_made_from_is_read(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(pieces.workbook())
    assert read_book(tmp_path / "a.xlsx").sheets[0].rows == [["代码", 5.0]]


def test_every_code_of_the_guard_is_met_by_a_file():
    source = Path(read_book.__code__.co_filename).parent
    used = {
        code
        for path in source.glob("*.py")
        for code in re.findall(r'"(TC8\d\d)"', path.read_text(encoding="utf-8"))
    }
    assert {file.code for file in HOSTILE.values()} == used | {"TC212"}


def test_formulas_in_a_circle_end_as_problems_of_their_cells(tmp_path, county_method):
    """Excel saves no values for them; nothing here computes them, so nothing hangs."""
    headings = ["代码", "名称", "市州", "功能区", "标准财政支出", "标准财政收入", "上年转移支付"]
    texts = ["620102", "甲县", "兰州市", "否"]
    heads = "".join(f'<c r="{letter}1" t="inlineStr"><is><t>{head}</t></is></c>'
                    for letter, head in zip("ABCDEFG", headings, strict=True))  # fmt: skip
    cells = "".join(f'<c r="{letter}2" t="inlineStr"><is><t>{text}</t></is></c>'
                    for letter, text in zip("ABCD", texts, strict=True))  # fmt: skip
    circle = '<c r="E2"><f>F2+1</f></c><c r="F2"><f>E2+1</f></c><c r="G2"><v>0</v></c>'
    path = tmp_path / "circle.xlsx"
    path.write_bytes(pieces.with_sheet(f'<row r="1">{heads}</row><row r="2">{cells}{circle}</row>'))
    wrong = [found for found in read_panel(path, county_method).issues if found.severity == "error"]
    assert [found.place.cell for found in wrong] == ["E2", "F2"]
    assert "=F2+1" in wrong[0].message.zh


def test_a_stray_cell_is_named(tmp_path):
    with pytest.raises(DataError) as caught:
        read_book(HOSTILE["stray cell"].write(tmp_path))
    (found,) = caught.value.issues
    assert found.place.text().zh == "stray-cell.xlsx 数据!XFD1048576"


def test_all_that_has_to_be_removed_is_named_at_once(tmp_path):
    parts = {
        "xl/vbaProject.bin": b"x",
        "xl/externalLinks/externalLink1.xml": "<a/>",
        "xl/activeX/a.xml": "<a/>",
    }
    path = tmp_path / "a.xlsx"
    path.write_bytes(pieces.workbook(parts))
    with pytest.raises(DataError) as caught:
        read_book(path)
    assert [found.code for found in caught.value.issues] == ["TC818", "TC819", "TC821"]
