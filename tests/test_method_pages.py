"""The generated pages: everything of a method's file stands on its page, in both languages."""

from __future__ import annotations

import re
import sys
from dataclasses import replace

import pytest
from builders import write_method
from paths import ROOT

from transfer_calc.calculation.verify import Outcome
from transfer_calc.cli.catalogue import Entry
from transfer_calc.method.cases import Case, load_cases
from transfer_calc.method.library import load_method, shelf
from transfer_calc.method.yaml_file import read_yaml
from transfer_calc.text import LANGUAGES

sys.path.insert(0, str(ROOT / "docs"))

from method_pages import method_page, method_pages, openings_named, piece_page
from method_register import FOLDER, Registered, encoding, page_of, register_page


@pytest.fixture(scope="module")
def pages():
    return method_pages()


def made(folder, *changes):
    """The tiny method with some texts replaced, as if it stood on the shelf."""
    loaded = load_method(write_method(folder, ("test/tiny", "cn/model/tiny"), *changes))
    return replace(loaded, path=ROOT / "formulas/cn/model/tiny.yaml")


def case(kind, **more):
    return Case.model_validate(
        {
            "id": f"the-{kind}-one",
            "title": {"zh": "算例", "en": "case"},
            "kind": kind,
            "source": "a | b",
            "on": "2024-01-01",
            "given": {"columns": {"代码": ["620102"]}},
            "expected": {"need": {"values": {"620102": "1"}, "tolerance": "0.0000001"}},
            **more,
        }
    )


def outcome(kind, passed, error=0.0):
    return Outcome("cn/model/tiny", f"the-{kind}-one", kind, 1, error, "need 620102", passed)


def test_every_method_and_every_shared_piece_has_a_page_in_both_languages(pages):
    expected = {page_of(name, lang) for name in [*shelf(), "index", "../documents"] for lang in LANGUAGES}
    expected = {path.resolve() for path in expected}
    assert expected <= set(pages)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", list(shelf()))
def test_every_formula_input_parameter_and_case_stands_on_its_page(pages, name, lang):
    method = load_method(name)
    file, page = method.file, pages[page_of(name, lang)]
    written = []
    for step in file.steps.values():
        if step.solve is not None:
            written += [step.solve.claim, step.solve.total, step.solve.floor, step.solve.cap]
        else:
            written += step.formula.values() if isinstance(step.formula, dict) else [step.formula]
    written += [condition.formula for condition in file.conditions.values()]
    names = [*file.inputs, *file.parameters, *file.choices, *file.tables, *file.schedules, *file.steps]
    names += [*file.conditions, *(case.id for case in load_cases(method.path, name))]
    for text in [" ".join(text.split()) for text in written if text is not None] + names:
        assert f"`{text}`" in page, text


def test_both_languages_have_the_same_headings_tables_and_formulas(pages):
    def shape(text):
        heads = [line.split(" ")[0] for line in text.splitlines() if line.startswith("#")]
        return heads, text.count("\n| "), text.count("```math"), text.count("**")

    for path, text in pages.items():
        if not path.name.endswith(".zh.md"):
            other = path.with_name(path.name.removesuffix(".md") + ".zh.md")
            assert shape(text) == shape(pages[other]), path


def test_every_link_leads_to_a_page_or_a_file(pages):
    for path, text in pages.items():
        for target in re.findall(r"\]\(([^)]+)\)", text):
            if not target.startswith("http"):
                to = (path.parent / target).resolve()
                assert to in pages or to.is_file(), f"{path}: {target}"


def test_every_method_stands_once_in_the_register_with_a_link_to_its_page(pages):
    for lang, name in (("en", "index.md"), ("zh", "index.zh.md")):
        linked = re.findall(r"\]\(([^)]+)\)", pages[FOLDER / name])[1:]
        assert sorted(linked) == sorted(
            page_of(each, lang).relative_to(FOLDER).as_posix() for each in shelf()
        )


def test_the_register_counts_cases_that_pass_and_each_kind_apart(tmp_path):
    method = made(tmp_path)
    outcomes = (outcome("published", True), outcome("hand", False), outcome("consistency", True))
    text = register_page([Registered(Entry(method, "official", 7, 3), (), outcomes)], [], "en")
    row = next(line for line in text.splitlines() if "(cn/model/tiny.md)" in line)
    assert row.endswith("| official | 7 | 1 | 0 | 1 |")
    assert "| cases that pass, published | 1 |" in text
    assert "| cases that pass, consistency | 1 |" in text
    assert "| cases that fail | 1 |" in text


def test_every_document_stands_in_its_register_with_the_methods_that_encode_it(pages):
    documents = read_yaml(ROOT / "formulas/documents.yaml").data["documents"]
    for lang, name in (("en", "documents.md"), ("zh", "documents.zh.md")):
        rows = pages[FOLDER.parent / name].splitlines()
        for document in documents:
            found = [row for row in rows if document["title"][lang] in row.replace("\\", "")]
            assert any(document["number"] is None or f"| {document['number']} |" in row for row in found)
        row = next(row for row in rows if row.startswith("| 财预〔2022〕58号 |"))
        assert "[cn/central/equalization-2022](" in row


@pytest.mark.parametrize(
    ("number", "title", "encodes"),
    [
        ("办字〔2012〕62号", "通知", True),
        ("冀办字〔2012〕62号", "通知", False),
        ("字〔2012〕62号", "通知", False),
        ("办字〔2012〕6号", "通知", False),
        (None, "通知", False),
    ],
)
def test_a_document_is_found_by_its_whole_number(tmp_path, number, title, encodes):
    method = made(tmp_path, ("document: null", "document: 冀发〔2011〕1号、办字〔2012〕62号"))
    assert encoding({"number": number, "title": {"zh": title}}, [method]) == ([method] if encodes else [])


def test_a_document_without_a_number_is_found_by_its_whole_title(tmp_path):
    method = made(tmp_path, ("title: {zh: 测试,", "title: {zh: 甲法；乙法实施条例,"))
    for title, encodes in (("甲法", True), ("乙法", False), ("乙法实施条例", True)):
        assert encoding({"number": None, "title": {"zh": title}}, [method]) == ([method] if encodes else [])


def test_a_folder_without_a_heading_is_refused_by_the_register(tmp_path):
    method = load_method(write_method(tmp_path))
    with pytest.raises(ValueError, match="test/tiny"):
        register_page([Registered(Entry(method, "official", 0, 0), (), ())], [], "en")


@pytest.mark.parametrize(
    ("kind", "passed", "said"),
    [
        ("published", True, "all within the tolerance"),
        ("hand", False, "**fails**"),
        ("consistency", True, "agrees (proves nothing)"),
    ],
)
def test_a_page_says_how_each_case_went(tmp_path, kind, passed, said):
    text = method_page(made(tmp_path), (case(kind),), (outcome(kind, passed),), "en")
    row = next(line for line in text.splitlines() if f"the-{kind}-one" in line)
    assert row.endswith(f"| a \\| b | 1 | 0.0000001 万元 | {said} |")


def test_a_refusal_that_came_as_expected_names_its_code(tmp_path):
    refused = case("hand", expected={}, refused="TC501")
    text = method_page(made(tmp_path), (refused,), (outcome("hand", True),), "zh")
    assert "如期拒绝（TC501）" in text


def test_a_page_does_not_depend_on_the_last_digits_of_a_machine(tmp_path):
    texts = {
        method_page(made(tmp_path), (case("hand"),), (outcome("hand", True, error),), "en")
        for error in (0.0, 1.1e-16, 3e-8)
    }
    assert len(texts) == 1


def test_a_value_applies_until_the_day_before_the_next_one(tmp_path):
    method = made(tmp_path, ('{2020-01-01: "0.5"}', '{2020-01-01: "0.5", 2023-07-01: "0.60"}'))
    text = method_page(method, (), (), "en")
    assert "| pure number | 2020-01-01 – 2023-06-30 | 0.5 | 第一条 (official) |" in text
    assert "| pure number | 2023-07-01 – | 0.60 | 第一条 (official) |" in text


def test_what_is_not_published_must_be_given(tmp_path):
    unpublished = 'evidence: unpublished, min: "0", max: "1", cite: 第一条}'
    method = made(tmp_path, ('evidence: official, cite: 第一条, values: {2020-01-01: "0.5"}}', unpublished))
    assert "| **not published: must be given** (0 – 1) | 第一条 |" in method_page(method, (), (), "en")
    assert "| **未公布，须由使用者给出**（0 – 1） | 第一条 |" in method_page(method, (), (), "zh")


def test_one_figure_for_all_stands_in_a_table_of_its_own(tmp_path):
    water = 'unit: 万元}\n  water: {zh: 水质, en: Water, level: all}\n  zone: {zh: 区, en: Zone, kind: flag, missing: "0"}\nparameters'
    page = method_page(made(tmp_path, ("unit: 万元}\nparameters", water)), (), (), "en")
    columns, figures = page.split("On the sheet `参数`, one figure each:")
    assert "| 水质 / Water | `water` | pure number | number | — | must be given |" in figures
    assert "| 区 / Zone | `zone` | — | yes or no | — | no |" in columns
    assert "| 成本 / Cost | `cost` | 万元 | number | — | refused |" in columns


def test_an_input_needed_under_one_option_only_says_so(tmp_path):
    changes = (
        ("cost: {zh: 成本, en: Cost, unit: 万元}", "cost: {zh: 成本, en: Cost, unit: 万元, when: {way: a}, note: {zh: 备注, en: note}}"),
        ("steps:\n  need:", """choices:
  way: {zh: 口径, en: Way, evidence: assumed, note: {zh: 说明, en: why}, options: {a: {zh: 甲法, en: first}, b: {zh: 乙法, en: second}}}
steps:
  need:"""),
        ('formula: "cost * rate"', 'choice: way, formula: {a: "cost * rate", b: "population * rate * cost_per_head"}'),
    )  # fmt: skip
    per_head = 'population: {zh: 常住人口, en: Population, unit: 人, min: "0"}'
    extra = per_head + "\n  cost_per_head: {zh: 人均成本, en: Cost per head, unit: 万元/人, when: {way: b}}"
    method = made(tmp_path, *changes, (per_head, extra))
    page = method_page(method, (), (), "zh")
    assert "| 拒绝 | 只在选定「口径：甲法」（`way=a`）时需要。 备注 |" in page
    assert "| 拒绝 | 只在选定「口径：乙法」（`way=b`）时需要。 |" in page
    assert "Needed only under “Way: first” (`way=a`). note |" in method_page(method, (), (), "en")
    row = next(line for line in page.splitlines() if "`population`" in line)
    assert "只在" not in row


def test_a_page_links_to_the_known_differences_of_its_method_and_no_other_does(pages):
    for lang, link in (("en", "differences.md)"), ("zh", "differences.zh.md)")):
        assert link in pages[page_of("cn/rivers/heze", lang)]
        assert link not in pages[page_of("cn/model/equalization-gap", lang)]


@pytest.mark.parametrize("name", [name for name in shelf() if name.startswith("cn/shared/")])
def test_the_lines_of_uses_on_the_page_of_a_piece_make_a_method(pages, tmp_path, name):
    (block,) = re.findall(r"```yaml\n(.*?)```", pages[page_of(name, "zh")], flags=re.DOTALL)
    path = tmp_path / "user.yaml"
    head = """id: test/user
title: {zh: 办法, en: Method}
law: {document: null, title: {zh: 测试, en: Test}, in_force: {from: 2020-01-01}}
recipients: {zh: 县, en: county, code: GB/T 2260, tier: county}
"""
    path.write_text(head + block, encoding="utf-8")
    method, (use,) = load_method(path), read_yaml(path).data["uses"]
    assert set(use["take"]) <= {*method.file.steps, *method.file.conditions}
    # Every opening that the piece needs stands in the lines, for the method to fill.
    assert set(use.get("as", {})) == set(method.file.inputs)


def test_a_long_table_is_folded_and_a_short_one_is_not(tmp_path):
    def page(rows):
        cells = ", ".join(f'"{number}": "1"' for number in range(rows))
        table = f"""tables:
  t: {{zh: 表, en: T, unit: "1", keys: [{{zh: 键, en: key}}], evidence: official, cite: a,
       values: {{2020-01-01: {{rows: {{{cells}}}}}}}}}
steps:
  need"""
        return method_page(made(tmp_path, ("steps:\n  need", table)), (), (), "en")

    assert "<details><summary>41 rows</summary>\n\n| key | value |" in page(41)
    assert "<details>" not in page(40)


def test_marks_of_markdown_in_a_title_are_shown_as_they_are(tmp_path):
    method = made(tmp_path, ("en: Tiny method", 'en: "a_b | <x> $5 *c*"'))
    assert r"# a\_b \| \<x> \$5 \*c\*" in method_page(method, (), (), "en").splitlines()


def test_a_formula_stands_as_mathematics_in_words_and_as_written(tmp_path):
    lines = method_page(made(tmp_path), (), (), "en").splitlines()
    at = lines.index("### Need")
    assert lines[at + 2] == "`need` · 万元 · one for each county · 第二条 (official)"
    assert lines[at + 4 : at + 10] == [
        "```math", r"\text{Need} = \text{Cost} \times \text{Rate}", "```",
        "", "- In words: Cost × Rate", "- In the file: `cost * rate`",
    ]  # fmt: skip


def test_the_page_of_a_shared_piece_names_its_openings_and_who_uses_it(tmp_path):
    shared = ("recipients:", "kind: shared\nrecipients:")
    without_pay = (
        "pays:\n  amount: grant\n  pool: {unit: 万元}\n  settle: {unit: 元}\npromises: [sums_to_pool]\n"
    )
    piece = made(
        tmp_path,
        shared,
        (without_pay, ""),
        ("total: pool", "total: total(cost)"),
        ("zh: 需求,", "zh: '{cost}需求',"),
    )
    page = piece_page(openings_named(piece), [load_method("cn/model/equalization-gap")], "zh")
    assert "### 成本需求" in page.splitlines()
    assert r"\text{成本需求} = \text{成本} \times \text{比例}" in page
    assert page.endswith("- [省对市县均衡性转移支付（缺口法，收支已测算）](equalization-gap.zh.md)\n")
    assert "算例" not in page
