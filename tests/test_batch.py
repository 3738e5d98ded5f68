"""A folder of workbooks: each done whole or refused with its reason; a second run does only what changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import openpyxl
import pytest

from transfer_calc import DataError
from transfer_calc.batch import Options, run_batch

METHOD = "cn/model/equalization-gap"


@pytest.fixture(scope="module")
def table(demo, tmp_path_factory):
    """The first units of the demo."""
    path = tmp_path_factory.mktemp("table") / "table.xlsx"
    book = openpyxl.load_workbook(demo)
    book["数据"].delete_rows(15, book["数据"].max_row)
    book.save(path)
    return path


@pytest.fixture
def folder(table, tmp_path):
    found = tmp_path / "in"
    found.mkdir()
    for name in ("兰州", "天水", "定西"):
        (found / f"{name}.xlsx").write_bytes(table.read_bytes())
    return found


def spoil(path, cell="E9", value="缺"):
    book = openpyxl.load_workbook(path)
    book["数据"][cell] = value
    book.save(path)


def run(folder, out, method, **more):
    return run_batch(method, folder, out, Options(METHOD, **more.pop("options", {})), **more)


def states(outcomes):
    return {done.file: done.state for done in outcomes}


def test_each_file_gets_a_result_and_all_a_summary_with_sums(folder, tmp_path, county_method):
    out = tmp_path / "out"
    outcomes = run(folder, out, county_method)
    assert states(outcomes) == {"兰州.xlsx": "done", "天水.xlsx": "done", "定西.xlsx": "done"}
    names = {path.name for path in out.iterdir()}
    assert names == {"兰州-结果.xlsx", "天水-结果.xlsx", "定西-结果.xlsx", "汇总.xlsx", "batch.json"}
    book = openpyxl.load_workbook(out / "汇总.xlsx", data_only=True)
    assert book.sheetnames == ["汇总", "问题", "运行记录"]
    last = list(book["汇总"].iter_rows(values_only=True))[-1]
    assert last[:2] == ("合计 3 个文件", "失败 0")
    assert last[2] == 36
    assert last[5] == 3 * 45_000_000_000


def test_a_file_that_fails_leaves_a_marked_copy_and_no_result(folder, tmp_path, county_method):
    spoil(folder / "天水.xlsx")
    out = tmp_path / "out"
    outcomes = run(folder, out, county_method)
    assert states(outcomes)["天水.xlsx"] == "failed"
    assert not (out / "天水-结果.xlsx").exists()
    marked = openpyxl.load_workbook(out / "天水-问题.xlsx")
    assert "TC202" in marked["数据"]["E9"].comment.text
    rows = list(openpyxl.load_workbook(out / "汇总.xlsx")["汇总"].iter_rows(min_row=3, values_only=True))
    (failed,) = [row for row in rows if row[1] == "失败"]
    assert failed[0] == "天水.xlsx"
    assert "TC202 数据!E9" in failed[9]
    assert failed[5] is None


def test_a_result_of_before_goes_when_its_file_fails_and_the_marks_go_when_it_is_mended(
    folder, table, tmp_path, county_method
):
    out = tmp_path / "out"
    run(folder, out, county_method)
    spoil(folder / "天水.xlsx")
    run(folder, out, county_method)
    assert not (out / "天水-结果.xlsx").exists()
    (folder / "天水.xlsx").write_bytes(table.read_bytes())
    run(folder, out, county_method)
    assert (out / "天水-结果.xlsx").exists()
    assert not (out / "天水-问题.xlsx").exists()


def test_a_second_run_does_only_what_changed(folder, tmp_path, county_method):
    out = tmp_path / "out"
    run(folder, out, county_method)
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("*-结果.xlsx")}
    spoil(folder / "定西.xlsx", "F9", 1)
    outcomes = run(folder, out, county_method)
    assert states(outcomes) == {"兰州.xlsx": "unchanged", "天水.xlsx": "unchanged", "定西.xlsx": "done"}
    after = {path.name: path.stat().st_mtime_ns for path in out.glob("*-结果.xlsx")}
    assert {name for name in after if after[name] != before[name]} == {"定西-结果.xlsx"}


@pytest.mark.parametrize(
    "options", [{"pool": "4000000"}, {"on": "2025-07-01"}, {"parameters": {"hold_harmless": "none"}}]
)
def test_other_options_do_everything_again(options, folder, tmp_path, county_method):
    out = tmp_path / "out"
    run(folder, out, county_method)
    outcomes = run(folder, out, county_method, options=options)
    assert set(states(outcomes).values()) == {"done"}


def test_a_result_that_somebody_changed_or_removed_is_done_again(folder, tmp_path, county_method):
    out = tmp_path / "out"
    run(folder, out, county_method)
    (out / "兰州-结果.xlsx").unlink()
    (out / "天水-结果.xlsx").write_bytes(b"")
    outcomes = run(folder, out, county_method)
    assert states(outcomes) == {"兰州.xlsx": "done", "天水.xlsx": "done", "定西.xlsx": "unchanged"}


def test_a_memory_that_cannot_be_read_is_forgotten(folder, tmp_path, county_method):
    out = tmp_path / "out"
    run(folder, out, county_method)
    (out / "batch.json").write_text("{", encoding="utf-8")
    assert set(states(run(folder, out, county_method)).values()) == {"done"}


def test_processes_side_by_side_give_the_same_results(folder, tmp_path, county_method, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    spoil(folder / "天水.xlsx")
    one = run(folder, tmp_path / "one", county_method)
    two = run(folder, tmp_path / "two", county_method, jobs=2)
    assert one == two
    for path in (tmp_path / "one").glob("*.xlsx"):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_lock_files_are_no_tables_and_old_formats_fail_with_a_word(folder, tmp_path, county_method):
    (folder / "~$兰州.xlsx").write_bytes(b"x")
    (folder / "说明.txt").write_text("x", encoding="utf-8")
    (folder / "旧表.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    outcomes = run(folder, tmp_path / "out", county_method)
    assert [done.file for done in outcomes] == ["兰州.xlsx", "天水.xlsx", "定西.xlsx", "旧表.xls"]
    assert outcomes[-1].state == "failed"
    assert outcomes[-1].output == ""


def test_two_tables_of_one_name_keep_their_endings(folder, tmp_path, county_method):
    (folder / "兰州.csv").write_text("代码\n", encoding="utf-8")
    run(folder, tmp_path / "out", county_method)
    assert (tmp_path / "out" / "兰州.xlsx-结果.xlsx").is_file()
    assert not (tmp_path / "out" / "兰州-结果.xlsx").exists()


def test_a_corrected_copy_that_comes_back_is_a_table_like_any_other(folder, tmp_path, county_method):
    (folder / "兰州.xlsx").rename(folder / "兰州-问题.xlsx")
    outcomes = run(folder, tmp_path / "out", county_method)
    assert states(outcomes)["兰州-问题.xlsx"] == "done"
    assert (tmp_path / "out" / "兰州-问题-结果.xlsx").is_file()


def test_no_two_tables_share_an_outcome(folder, table, tmp_path, county_method):
    for name in ("兰州.csv", "兰州.csv.xlsx"):
        (folder / name).write_bytes(table.read_bytes())
    outcomes = run(folder, tmp_path / "out", county_method)
    names = [done.output for done in outcomes if done.output]
    assert len(names) == len(set(names))


def test_results_of_tables_that_are_gone_go_unless_somebody_changed_them(folder, tmp_path, county_method):
    out = tmp_path / "out"
    run(folder, out, county_method)
    (out / "天水-结果.xlsx").write_bytes(b"changed")
    (folder / "兰州.xlsx").unlink()
    (folder / "天水.xlsx").unlink()
    run(folder, out, county_method)
    assert not (out / "兰州-结果.xlsx").exists()
    assert (out / "天水-结果.xlsx").exists()


@pytest.mark.parametrize(
    "options",
    [{"pool": "abc"}, {"on": "2020-01-01"}, {"parameters": {"nope": "1"}}],
    ids=["pool", "on", "set"],
)
def test_a_wrong_option_is_said_once_and_touches_nothing(options, folder, tmp_path, county_method):
    from transfer_calc import CalculationError

    out = tmp_path / "out"
    run(folder, out, county_method)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(CalculationError) as refused:
        run(folder, out, county_method, options=options)
    assert len(refused.value.issues) == 1
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_an_empty_folder_is_refused(tmp_path, county_method):
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(DataError, match="TC870"):
            run(folder, tmp_path / "out", county_method)
    assert list(tmp_path.iterdir()) == []


def test_the_command_names_each_file_and_ends_with_1_where_one_failed(folder, tmp_path):
    spoil(folder / "天水.xlsx")

    def command(*more):
        line = [
            sys.executable,
            "-m",
            "transfer_calc",
            "batch",
            METHOD,
            str(folder),
            "-o",
            str(tmp_path / "out"),
            *more,
        ]
        environment = {**os.environ, "TRANSFER_CALC_LANG": "zh"}
        return subprocess.run(line, capture_output=True, encoding="utf-8", check=False, env=environment)

    done = command()
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "[完成] 兰州.xlsx  → 兰州-结果.xlsx  Σ 45,000,000,000 元"
    assert lines[1].startswith("[失败] 天水.xlsx  TC202 数据!E9")
    assert lines[3].startswith("3 个文件：完成 2，未变 0，失败 1")
    again = json.loads(command("--format", "json").stdout)
    assert [each["state"] for each in again] == ["unchanged", "failed", "unchanged"]
    assert command("--jobs", "0").returncode == 2
    line = [sys.executable, "-m", "transfer_calc", "batch", METHOD, str(folder), "-o", str(folder)]
    assert subprocess.run(line, capture_output=True, check=False).returncode == 2
