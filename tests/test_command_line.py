"""The command as a clerk runs it: output, exit codes, languages, files."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys

import openpyxl
import pytest
from builders import write_method

MODEL = "cn/model/equalization-gap"
NOTICE = "演示数据"


def run(*arguments, lang="zh", cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "transfer_calc", *map(str, arguments), *(["--lang", lang] if lang else [])],
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        check=False,
    )


def test_run_writes_a_workbook_whose_allocation_adds_up_to_the_pool(demo, tmp_path):
    out = tmp_path / "out.xlsx"
    done = run("run", MODEL, demo, "-o", out)
    assert done.returncode == 0, done.stderr
    assert NOTICE in done.stdout
    sheet = openpyxl.load_workbook(out, data_only=True)["结果"]
    heads = [cell.value for cell in sheet[4]]
    position = heads.index("分配数（元）")
    paid = [row[position] for row in sheet.iter_rows(min_row=5, max_row=92, values_only=True)]
    assert len(paid) == 88
    assert sum(paid) == 4_500_000 * 10_000


def test_json_has_every_step_of_every_unit_and_names_the_units(demo):
    done = run("run", MODEL, demo, "--format", "json")
    answer = json.loads(done.stdout)
    assert answer["method"] == MODEL
    assert answer["pool"] == 4_500_000
    assert answer["units"]["pool"] == "万元"
    assert answer["units"]["allocation"] == "元"
    assert answer["issues"] == []
    assert answer["notice"].startswith(NOTICE)
    assert set(answer["scalars"]) == {"coefficient", "coefficient_with_floors"}
    assert len(answer["rows"]) == 88
    row = next(row for row in answer["rows"] if row["code"] == "620522")
    assert list(row) == [
        "code", "name", "takes_part", "gap", "entitlement", "guaranteed", "transfer", "allocation",
    ]  # fmt: skip
    assert row["name"] == "秦安县"
    assert sum(row["allocation"] for row in answer["rows"]) == 45_000_000_000


def test_csv_has_units_in_its_headings_and_carries_the_notice(demo):
    rows = list(csv.reader(io.StringIO(run("run", MODEL, demo, "--format", "csv").stdout)))
    assert rows[0] == [
        "code", "name", "takes_part", "gap (万元)", "entitlement (万元)", "guaranteed (万元)", "transfer (万元)",
        "allocation (元)", "notice",
    ]  # fmt: skip
    assert sum(int(row[7]) for row in rows[1:]) == 45_000_000_000
    assert all(row[8].startswith(NOTICE) for row in rows[1:])


def test_options_override_the_sheet_and_the_record_says_so(demo, tmp_path):
    out = tmp_path / "out.xlsx"
    done = run(
        "run",
        MODEL,
        demo,
        "-o",
        out,
        "--pool",
        "5000000",
        "--set",
        "hold_harmless=none",
        "--on",
        "2025-06-01",
    )
    assert done.returncode == 0, done.stderr
    cells = {row[0].value: row[1].value for row in openpyxl.load_workbook(out)["运行记录"].iter_rows()}
    assert cells["资金总额"] == "5000000 万元（命令行或调用参数）"
    assert cells["保底"] == "none 不保底（命令行或调用参数）"
    assert cells["功能区是否参与分配"] == "included 参与（工作簿）"
    assert cells["计算日期"].startswith("2025-06-01")


def test_a_refused_run_writes_nothing_and_exits_1(demo, tmp_path):
    out = tmp_path / "out.xlsx"
    done = run("run", MODEL, demo, "-o", out, "--pool", "1000")
    assert done.returncode == 1
    assert "TC501" in done.stderr
    assert "未写出任何结果" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "cn/no/such-method", "x.xlsx"],
        ["run", MODEL, "x.xlsx", "--set", "no-equals-sign"],
        ["run", MODEL, "x.xlsx", "-o", "out.csv"],
        ["run", MODEL],
        ["no-such-command"],
    ],
)
def test_misuse_exits_2(arguments, tmp_path):
    assert run(*arguments, lang=None, cwd=tmp_path).returncode == 2


def test_messages_come_in_english_on_request(demo):
    done = run("run", MODEL, demo, "--pool", "1000", lang="en")
    assert "the floors together" in done.stderr


def test_list_names_every_method_with_grade_and_cases():
    entries = {entry["id"]: entry for entry in json.loads(run("list", "--format", "json").stdout)}
    assert entries["cn/central/equalization-2022"]["document"] == "财预〔2022〕58号"
    assert entries["cn/central/equalization-2022"]["unpublished_parameters"] == 2
    assert entries["intl/victoria-2024"]["cases"] == 1
    assert entries[MODEL]["evidence"] == "assumed"


def test_a_list_with_nothing_in_it_says_so():
    done = run("list", "没有这样的办法名")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("没有办法的标识、名称、文号里有全部这些词")
    assert run("list", "no-such-word", lang="en").stdout.startswith("No method has all these words")
    assert json.loads(run("list", "没有这样的办法名", "--format", "json").stdout) == []


def test_a_title_in_place_of_an_id_is_refused_with_the_id():
    done = run("show", "义务教育公用经费保障")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0].endswith(
        "相近的有：cn/authority/operating-funds「义务教育公用经费保障」"
    )
    part = run("show", "公用经费", lang="en").stderr
    assert "cn/authority/operating-funds “Operating funds of compulsory education”" in part


def test_an_id_with_a_slip_is_refused_with_ids_like_it():
    assert "near: cn/model/equalization-gap “" in run("show", "cn/model/equalization-gp", lang="en").stderr


def test_show_gives_limits_and_notes(tmp_path):
    note = ", note: {zh: 备注一, en: note one}}"
    given = 'unit: "1", evidence: unpublished, max: "1", cite: 第一条'
    published = 'unit: "1", evidence: official, cite: 第一条, values: {2020-01-01: "0.5"}}'
    choice = """choices:
  way: {zh: 口径, en: Way, evidence: assumed, note: {zh: 备注二, en: note two}, options: {a: {zh: 甲, en: a}, b: {zh: 乙, en: b}}}
steps:
  need:"""
    path = write_method(
        tmp_path,
        (published, given + note),
        ("cost: {zh: 成本, en: Cost, unit: 万元}", 'cost: {zh: 成本, en: Cost, unit: 万元, min: "0", max: "9", note: {zh: 备注三, en: note three}}'),
        ("steps:\n  need:", choice),
        ('formula: "cost * rate"', 'choice: way, formula: {a: "cost * rate", b: "cost"}'),
    )  # fmt: skip
    lines = run("show", path, lang="en").stdout.splitlines()
    assert lines[lines.index("  cost  Cost (万元)  0 – 9") + 1] == "      note three"
    at = lines.index("  rate  Rate  ≤ 1  not published: must be given [第一条]")
    assert lines[at + 1] == "      note one"
    assert lines[lines.index("  way  Way  to be chosen: a (a), b (b)") + 1] == "      note two"
    assert "  population  Population (人)  ≥ 0" in lines


def test_show_gives_formulas_citations_and_what_is_not_published():
    shown = run("show", "cn/central/equalization-2022").stdout
    assert "pool / total(gap)" in shown
    assert "未公布，须由使用者给出 [第七条]" in shown
    assert "0.55 [第七条; 转引]" in shown
    assert "not published: must be given" in run("show", "cn/central/equalization-2022", lang="en").stdout


def test_verify_prints_a_line_a_case_and_fails_when_one_fails(tmp_path):
    done = run("verify", "intl/victoria-2024")
    assert done.returncode == 0
    assert "allocation-2024-25" in done.stdout
    from paths import ROOT

    for name in ("equalization-gap.yaml", "equalization-gap.cases.yaml"):
        text = (ROOT / "formulas/cn/model" / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace('"620121": "240"', '"620121": "241"'), encoding="utf-8")
    failed = run("verify", tmp_path / "equalization-gap.yaml")
    assert failed.returncode == 1
    assert "不通过" in failed.stdout


def test_verify_of_a_method_without_cases_names_the_file_that_should_hold_them(tmp_path):
    path = write_method(tmp_path)
    done = run("verify", path)
    assert done.returncode == 2
    assert str(tmp_path / "tiny.cases.yaml") in done.stderr


def test_consistency_cases_are_called_alike_everywhere():
    done = run("verify", "cn/hunan/yuhua-public-health-2020")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "一致性" in done.stdout
    assert "其中一致性算例" in done.stdout
    assert "自洽" not in done.stdout


def test_the_record_leaves_a_plain_number_without_a_unit(tmp_path):
    from transfer_calc import Panel, calculate, load_method
    from transfer_calc.manifest import record

    method = load_method(write_method(tmp_path))
    panel = Panel.from_columns({"code": ["620102"], "population": ["1"], "cost": ["1"]}, method)
    said = {entry.title.zh: entry.value for entry in record(calculate(method, panel, pool="1"), None)}
    assert said["比例"] == "0.5（办法）"
    assert said["资金总额"] == "1 万元（命令行或调用参数）"


def test_the_start_of_the_command_imports_nothing_heavy():
    code = "import sys, transfer_calc.cli.app; print([m for m in ('numpy', 'pandas', 'pydantic', 'yaml') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"


def test_a_name_that_a_spreadsheet_would_run_is_made_harmless_in_csv(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text(
        "代码,名称,市州,功能区,标准财政支出,标准财政收入,上年转移支付\n"
        "620102,=HYPERLINK(1),兰州市,否,900,600,0\n",
        encoding="utf-8",
    )
    rows = list(csv.reader(io.StringIO(run("run", MODEL, table, "--pool", "3", "--format", "csv").stdout)))
    assert rows[1][1] == "'=HYPERLINK(1)"


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ("prose", "标准财政支出 − 标准财政收入，不小于 0"),
        ("latex", r"\frac{\text{均衡性转移支付总额}}{\sum \text{标准财政收支缺口}}"),
        ("excel", "=MAX(数据!$C5-数据!$D5,0)"),
    ],
)
def test_show_gives_the_formulas_in_another_reading(reading, expected):
    assert expected in run("show", "cn/central/equalization-2022", "--as", reading).stdout
