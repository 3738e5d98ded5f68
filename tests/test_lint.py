"""The linter: each rule finds its fault in a small method file, and finds nothing where there is none."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from builders import TINY, line_of, write_method

from transfer_calc.method import glossary
from transfer_calc.method.documents import DocumentFile, Documents, load_documents
from transfer_calc.method.library import shelf
from transfer_calc.method.lint import lint, look_at

CASES = """\
method: test/tiny
cases:
  - id: half
    title: {zh: 一半, en: Half}
    kind: hand
    source: 手算 / worked by hand
    on: 2024-01-01
    pool: "100"
    given: {columns: {代码: ["620102"], 常住人口: ["1"], 成本: ["10"]}}
    expected: {need: {total: "5", tolerance: "0"}}
"""

RATE = 'evidence: official, cite: 第一条, values: {2020-01-01: "0.5"}'


def entry(number, title, **changes):
    """One document of a register."""
    return {
        "number": number,
        "title": {"zh": title, "en": "A title"},
        "issuer": {"zh": "某厅", "en": "A department"},
        "issued": "2020",
        "status": "unknown",
        "evidence": "official",
        "seen": {"zh": "全文", "en": "the whole"},
        "rules": "yes",
    } | changes


def register(*entries):
    return Documents(DocumentFile.model_validate({"documents": [entry(None, "测试"), *entries]}).documents)


def subject(folder, *changes, cases=CASES, shipped=True, name="tiny"):
    """The tiny method with some texts replaced, as the linter sees it among the shipped ones."""
    folder.mkdir(exist_ok=True)
    path = write_method(folder, *changes).rename(folder / f"{name}.yaml")
    if cases is not None:
        (folder / f"{name}.cases.yaml").write_text(cases, encoding="utf-8")
    seen = look_at(path)
    assert not seen.shipped
    return replace(seen, shipped=shipped)


def found(folder, *changes, documents=None, **settings):
    return lint([subject(folder, *changes, **settings)], documents or register())


def only(issues, code, severity="error"):
    assert [(each.code, each.severity) for each in issues] == [(code, severity)], [
        each.line("en") for each in issues
    ]
    return issues[0]


def law(number):
    return "document: null", f"document: {number}"


def test_the_method_that_the_other_tests_break_has_no_findings(tmp_path):
    assert found(tmp_path) == []


# --- sources ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        (RATE, 'evidence: official, cite: " ", values: {2020-01-01: "0.5"}'),
        (RATE, "evidence: unpublished"),
        ("evidence: official, cite: 第二条", 'evidence: official, cite: ""'),
        (
            "steps:\n",
            'conditions:\n  c: {zh: 条件, en: Condition, formula: cost > 0, evidence: derived, cite: ""}\nsteps:\n',
        ),
    ],
    ids=["value", "unpublished", "step", "condition"],
)
def test_what_has_no_citation_is_found(tmp_path, change):
    only(found(tmp_path, change), "TC701")


@pytest.mark.parametrize(
    ("section", "values"),
    [("tables", '{rows: {"1": "2"}}'), ("schedules", '{brackets: [{from: "0", rate: "1"}]}')],
)
def test_a_table_and_a_schedule_without_citation_are_found(tmp_path, section, values):
    extra = {
        "tables": 'keys: [{zh: 档, en: tier}], unit: "1"',
        "schedules": 'unit: "1", of: 万元, inclusive: from',
    }
    text = f'{section}:\n  t: {{zh: 标准, en: Standard, {extra[section]}, evidence: official, cite: "", values: {{2020-01-01: {values}}}}}\nsteps:\n'
    use = {"tables": 't["1"]', "schedules": "brackets(cost, t)"}[section]
    issues = found(tmp_path, ("steps:\n", text), ('"cost * rate"', f"'cost * rate * {use}'"))
    assert f"{section}.t.values.2020-01-01" in only(issues, "TC701").message.en


def test_a_piece_that_is_taken_over_is_looked_at_as_well(tmp_path):
    seen = subject(tmp_path)
    rate = seen.method.file.parameters["rate"].model_copy(update={"cite": ""})
    merged = seen.method.file.model_copy(update={"parameters": {"rate": rate}})
    method = replace(seen.method, file=merged, origins={"rate": "cn/shared/rates"})
    only(lint([replace(seen, method=method)], register()), "TC701")


def test_an_assumption_and_an_unpublished_figure_may_say_why_instead(tmp_path):
    why = "note: {zh: 说明, en: Why}"
    assert found(tmp_path, (RATE, f"evidence: unpublished, {why}")) == []
    assert found(tmp_path, ("evidence: official, cite: 第二条", f"evidence: assumed, {why}")) == []


def test_a_value_of_an_unpublished_parameter_is_found(tmp_path):
    values = '{2020-01-01: {value: "0.5", cite: 第一条, evidence: official}}'
    only(found(tmp_path, (RATE, f"evidence: unpublished, cite: 第一条, values: {values}")), "TC714")


# --- documents --------------------------------------------------------------------------------------


def test_a_number_that_the_register_lacks_is_an_error_among_the_shipped_and_else_a_warning(tmp_path):
    change = law("某财〔2024〕1号")
    found_ = only(found(tmp_path, change), "TC702")
    assert "某财〔2024〕1号" in found_.message.zh
    assert found_.place.line == line_of(tmp_path / "tiny.yaml", "某财")
    only(found(tmp_path, change, shipped=False), "TC702", "warning")
    assert found(tmp_path, change, documents=register(entry("某财〔2024〕1号", "办法"))) == []


def test_each_of_several_documents_is_looked_for(tmp_path):
    documents = register(entry("某财〔2024〕1号", "办法"))
    found_ = only(found(tmp_path, law("某财〔2024〕1号、某财〔2024〕2号"), documents=documents), "TC702")
    assert "某财〔2024〕2号" in found_.message.zh


def test_a_document_without_a_number_is_looked_for_by_its_title(tmp_path):
    title = ("title: {zh: 测试, en: Test}", "title: {zh: 某办法；测试, en: Some measures and a test}")
    assert "某办法" in only(found(tmp_path, title), "TC702").message.zh
    assert found(tmp_path, title, documents=register(entry(None, "某办法（2024年）"))) == []


def test_a_model_needs_no_document(tmp_path):
    text = TINY.replace("zh: 测试", "zh: 模型").replace("evidence: official", "evidence: assumed")
    (tmp_path / "model.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "model.cases.yaml").write_text(CASES, encoding="utf-8")
    assert lint([replace(look_at(tmp_path / "model.yaml"), shipped=True)], register()) == []


@pytest.mark.parametrize(
    "written",
    ["财预〔2099〕9号", "财预[2099]9号", "国办发（2099）9 号", "某财办函〔2099〕9号", "冀办字〔2099〕9号"],
)
def test_a_number_in_a_remark_or_a_case_must_be_known(tmp_path, written):
    remark = ("recipients:", f"# 参见{written}\nrecipients:")
    found_ = only(found(tmp_path, remark), "TC703")
    assert found_.place.line == line_of(tmp_path / "tiny.yaml", "参见")
    only(found(tmp_path, remark, shipped=False), "TC703", "warning")
    in_cases = only(found(tmp_path, cases=CASES.replace("手算", written)), "TC703")
    assert in_cases.place.file == "tiny.cases.yaml"


def test_the_number_of_a_province_is_not_that_of_the_centre(tmp_path):
    documents = register(entry("财预〔2022〕58号", "办法"))
    known = ("recipients:", "# 根据财预〔2022〕58号\nrecipients:")
    assert found(tmp_path, known, documents=documents) == []
    other = ("recipients:", "# 赣财预〔2022〕58号\nrecipients:")
    only(found(tmp_path, other, documents=documents), "TC703")


def test_the_number_of_an_office_is_not_the_end_of_a_longer_one(tmp_path):
    documents = register(entry("办字〔2012〕62号", "通知"))
    assert found(tmp_path, ("recipients:", "# 见办字〔2012〕62号\nrecipients:"), documents=documents) == []
    longer = ("recipients:", "# 某政办字〔2012〕62号\nrecipients:")
    only(found(tmp_path, longer, documents=documents), "TC703")


@pytest.mark.parametrize("written", ["财预[2022]58号", "财预（2022）58 号", "财预［2022］58号"])
def test_a_known_number_may_be_written_with_other_brackets(tmp_path, written):
    documents = register(entry("财预〔2022〕58号", "办法"))
    assert found(tmp_path, ("recipients:", f"# {written}\nrecipients:"), documents=documents) == []


def test_nothing_is_surer_than_its_document(tmp_path):
    documents = register(entry("某财〔2024〕1号", "办法", evidence="reported"))
    issues = found(tmp_path, law("某财〔2024〕1号"), documents=documents)
    assert [each.code for each in issues] == ["TC704"] * 4
    assert "parameters.rate.values.2020-01-01" in issues[0].message.en
    text = TINY.replace("evidence: official", "evidence: reported").replace(*law("某财〔2024〕1号"))
    (tmp_path / "reported.yaml").write_text(text, encoding="utf-8")
    assert [each.code for each in lint([look_at(tmp_path / "reported.yaml")], documents)] == ["TC716"]


@pytest.mark.parametrize("other", ["另文〔2024〕2号第一条", "《另一办法》第一条", "《没有登记的办法》第一条"])
def test_a_citation_of_another_document_is_measured_by_that_one(tmp_path, other):
    documents = register(
        entry("某财〔2024〕1号", "办法", evidence="reported"), entry("另文〔2024〕2号", "另一办法")
    )
    issues = found(tmp_path, law("某财〔2024〕1号"), ("cite: 第一条", f"cite: {other}"), documents=documents)
    assert all("rate" not in each.message.en for each in issues)
    assert len(issues) == 3


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://www.gov.cn/a.htm", True),
        ("http://zyhj.mof.gov.cn/b", True),
        ("https://www.localgovernment.vic.gov.au/c", True),
        ("https://example.com/gov.cn", False),
        ("https://notgov.cn/a", False),
        ("ftp://www.gov.cn/a", False),
    ],
)
def test_an_address_is_that_of_a_government(tmp_path, url, fine):
    issues = found(tmp_path, ("document: null", f"document: null\n  url: {url}"))
    assert [each.code for each in issues] == ([] if fine else ["TC705"])


# --- names ------------------------------------------------------------------------------------------


def renamed(old, new):
    """The tiny method with a name changed wherever it stands."""
    return TINY.replace(f"{old}:", f"{new}:").replace(f" {old}", f" {new}").replace(f"{old} ", f"{new} ")


def test_a_term_of_the_field_has_its_standard_name(tmp_path):
    path = tmp_path / "tiny.yaml"
    path.write_text(renamed("population", "heads").replace("zh: 常住人口", "zh: 总人口"), encoding="utf-8")
    (tmp_path / "tiny.cases.yaml").write_text(CASES, encoding="utf-8")
    found_ = only(lint([look_at(path)], register()), "TC706", "warning")
    assert "population" in found_.message.zh
    for fine in ("resident_population", "人口数"):
        path.write_text(renamed("population", fine).replace("zh: 常住人口", "zh: 总人口"), encoding="utf-8")
        assert lint([look_at(path)], register()) == []


def test_a_second_figure_of_one_term_may_have_another_name(tmp_path):
    path = tmp_path / "tiny.yaml"
    both = (
        renamed("need", "entitlement")
        .replace("zh: 需求", "zh: 测算数")
        .replace("zh: 补助\n", "zh: 应补助额\n")
    )
    path.write_text(both, encoding="utf-8")
    assert [each.code for each in lint([look_at(path)], register())] == ["TC716"]


def test_a_standard_name_has_its_meaning(tmp_path):
    found_ = only(found(tmp_path, ("zh: 常住人口", "zh: 户数")), "TC707", "warning")
    assert "人口" in found_.message.zh


def test_every_standard_name_and_title_of_the_glossary_agree_with_each_other():
    for term in glossary.TERMS:
        for title in term.zh:
            assert glossary.asked_by(term.names[0], title) is None, title
            assert glossary.meant_by(term.names[0], title) is None, title
    assert len(glossary.table()) == len(glossary.TERMS)


def second(folder, *changes):
    other = ("id: test/tiny", "id: test/other")
    return subject(folder, other, *changes, cases=CASES.replace("test/tiny", "test/other"))


def test_one_name_is_one_kind_of_quantity(tmp_path):
    one = subject(tmp_path / "one")
    same = second(tmp_path / "two", ("cost: {zh: 成本, en: Cost, unit: 万元}", "cost: {zh: 成本, en: Cost, unit: AUD}"),
                  ("need:\n    {zh: 需求, en: Need, unit: 万元", "need:\n    {zh: 需求, en: Need, unit: AUD"),
                  ("per_head:\n    {zh: 人均需求, en: Need per head, unit: 万元/人", "per_head:\n    {zh: 人均需求, en: Need per head, unit: AUD/人"),
                  ("unit: 万元\n    evidence", "unit: AUD\n    evidence"), ("pool: {unit: 万元}", "pool: {unit: AUD}"),
                  ("settle: {unit: 元}", "settle: {unit: AUD}"))  # fmt: skip
    assert lint([one, same], register()) == []
    other = second(tmp_path / "three", ('rate: {zh: 比例, en: Rate, unit: "1"', "rate: {zh: 比例, en: Rate, unit: 人"),
                   ('"cost * rate"', '"cost * rate / population"'))  # fmt: skip
    found_ = only(lint([one, other], register()), "TC708", "warning")
    assert "test/tiny" in found_.message.en


def test_one_name_has_titles_that_are_related(tmp_path):
    one = subject(tmp_path / "one")
    assert lint([one, second(tmp_path / "two", ("zh: 成本", "zh: 单位成本（上年）"))], register()) == []
    found_ = only(
        lint([one, second(tmp_path / "three", ("zh: 成本", "zh: 里程"))], register()), "TC709", "warning"
    )
    assert "「成本」" in found_.message.zh


def test_what_most_methods_mean_by_a_name_is_its_meaning(tmp_path):
    odd = subject(tmp_path / "one", ("zh: 成本", "zh: 里程"))
    others = [second(tmp_path / folder) for folder in ("two", "three")]
    found_ = only(lint([odd, *others], register()), "TC709", "warning")
    assert "「里程」" in found_.message.zh
    assert "test/other" in found_.message.zh


def test_two_titles_of_one_term_are_related(tmp_path):
    need = "need:\n    {zh: 需求"
    one = subject(tmp_path / "one", (need, "need:\n    {zh: 测算数, note: {zh: 注, en: Note}"))
    other = second(tmp_path / "two", (need, "need:\n    {zh: 应得, note: {zh: 注, en: Note}"))
    assert [each.code for each in lint([one, other], register())] == ["TC706"]


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("inputs:\n", "  spare: {zh: 备用, en: Spare, unit: 万元}\n"),
        ("parameters:\n", '  spare: {zh: 备用, en: Spare, unit: "1", evidence: unpublished, cite: 第一条}\n'),
        (
            "choices:\n",
            "  spare: {zh: 备用, en: Spare, evidence: official, cite: 第一条, options: {a: {zh: 甲, en: A}, b: {zh: 乙, en: B}}}\n",
        ),
        (
            "tables:\n",
            '  spare: {zh: 备用, en: Spare, unit: "1", keys: [{zh: 档, en: tier}], evidence: official, cite: 第一条, values: {2020-01-01: {rows: {"1": "2"}}}}\n',
        ),
        (
            "schedules:\n",
            '  spare: {zh: 备用, en: Spare, unit: "1", of: 万元, inclusive: from, evidence: official, cite: 第一条, values: {2020-01-01: {brackets: [{from: "0", rate: "1"}]}}}\n',
        ),
    ],
)
def test_what_nothing_uses_is_found(tmp_path, section, text):
    change = (section, section + text) if section in TINY else ("steps:\n", f"{section}{text}steps:\n")
    found_ = only(found(tmp_path, change), "TC710", "warning")
    assert found_.place.line == line_of(tmp_path / "tiny.yaml", "spare")
    assert "spare" in found_.message.en


def test_a_group_a_choice_and_a_condition_use_what_they_name(tmp_path):
    inputs = (
        "inputs:\n",
        "inputs:\n  prefecture: {zh: 市州, en: Prefecture, kind: group}\n  staff: {zh: 编制, en: Staff, unit: 人}\n",
    )
    choices = (
        "steps:\n",
        (
            "choices:\n  way: {zh: 方式, en: Way, default: a, evidence: official, cite: 第一条, options: {a: {zh: 甲, en: A}, b: {zh: 乙, en: B}}}\n"
            "  kind: {zh: 类别, en: Kind, default: c, evidence: official, cite: 第一条, options: {c: {zh: 丙, en: C}, d: {zh: 丁, en: D}}}\n"
            "conditions:\n  staffed: {zh: 编制不为负, en: Staff is not negative, formula: staff >= 0, cite: 第一条, evidence: official}\n"
            "steps:\n  whole: {zh: 市州合计, en: Whole, unit: 万元, when: {way: a}, evidence: official, cite: 第五条, formula: 'total(cost, by=prefecture)'}\n"
            "  part: {zh: 部分, en: Part, unit: 万元, choice: kind, evidence: official, cite: 第五条, formula: {c: cost, d: cost * rate}}\n"
        ),
    )
    assert found(tmp_path, inputs, choices) == []


# --- dates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("until", "fine"), [("2021-12-31", True), ("2022-01-01", False)])
def test_a_value_ends_before_the_next_begins(tmp_path, until, fine):
    values = f'{{2020-01-01: {{value: "0.5", until: {until}}}, 2022-01-01: "0.6"}}'
    issues = found(tmp_path, ('{2020-01-01: "0.5"}', values))
    assert [each.code for each in issues] == ([] if fine else ["TC711"])


@pytest.mark.parametrize(("period", "fine"), [("{from: 2016-01-01, until: 2019-12-31}", True), ("{from: 2016-01-01, until: 2020-01-01}", False), ("{from: 2016-01-01}", False)])  # fmt: skip
def test_two_versions_of_a_method_are_not_in_force_on_one_day(tmp_path, period, fine):
    new = subject(
        tmp_path / "new", ("id: test/tiny", "id: test/tiny-2020"), cases=CASES.replace("tiny", "tiny-2020")
    )
    old = subject(tmp_path / "old", ("id: test/tiny", "id: test/tiny-2016"), ("{from: 2020-01-01}\n", f"{period}\n"),
                  cases=CASES.replace("tiny", "tiny-2016"))  # fmt: skip
    for order in ([new, old], [old, new]):
        assert [each.code for each in lint(order, register())] == ([] if fine else ["TC712"])


def test_of_a_law_that_changed_both_versions_have_a_file(tmp_path):
    documents = register(
        entry("某财〔2016〕1号", "旧办法", replaced_by=["某财〔2018〕2号"]),
        entry("某财〔2018〕2号", "中间的办法", rules="no", replaced_by=["某财〔2020〕3号"]),
        entry("某财〔2020〕3号", "新办法"),
    )
    new = subject(tmp_path / "new", law("某财〔2020〕3号"))
    found_ = only(lint([new], documents, whole=True), "TC715", "warning")
    assert "「某财〔2016〕1号」与「某财〔2020〕3号」" in found_.message.zh
    assert lint([new], documents) == []
    old = second(tmp_path / "old", law("某财〔2016〕1号"))
    assert lint([new, old], documents, whole=True) == []


# --- languages and cases ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zh", "en", "fine"),
    [
        ("成本", "Cost", True),
        ("COD", "COD", True),
        ("成本", "Cost on “成本”, 《办法》 and 财预〔2022〕58号", True),
        ("成本", "Cost in 万元", True),
        ("Cost", "Cost", False),
        ("成本", "成本", False),
        ("成本", "Cost 成本", False),
        ("", "Cost", False),
        ("成本", " ", False),
    ],
)
def test_chinese_is_chinese_and_english_is_english(tmp_path, zh, en, fine):
    change = ("zh: 成本, en: Cost", f'zh: "{zh}", en: "{en}"')
    documents = register(entry("财预〔2022〕58号", "办法"))
    issues = found(tmp_path, change, documents=documents)
    assert [each.code for each in issues] == ([] if fine else ["TC713"])
    if not fine:
        assert issues[0].place.line == line_of(tmp_path / "tiny.yaml", change[1])
        only(found(tmp_path, change, documents=documents, shipped=False), "TC713", "warning")


def test_the_title_of_a_case_is_in_both_languages(tmp_path):
    only(found(tmp_path, cases=CASES.replace("zh: 一半", "zh: half")), "TC713")


def test_a_method_has_a_case_with_a_result(tmp_path):
    only(found(tmp_path, cases=None), "TC716")
    refused = CASES.replace('expected: {need: {total: "5", tolerance: "0"}}', "refused: TC301")
    only(found(tmp_path, cases=refused), "TC716")
    only(found(tmp_path, cases=refused, shipped=False), "TC716", "warning")


# --- the shipped files ------------------------------------------------------------------------------


def test_the_shipped_methods_have_no_errors():
    seen = [look_at(path) for path in shelf().values()]
    assert all(each.shipped for each in seen)
    errors = [each for each in lint(seen, load_documents(), whole=True) if each.severity == "error"]
    assert not errors, [each.line("en") for each in errors]


def test_findings_are_printed_and_can_be_passed_on(tmp_path, capsys):
    from transfer_calc.cli.linting import print_findings, record
    from transfer_calc.cli.speak import Speaker

    findings = found(tmp_path, law("某财〔2024〕1号"), ("zh: 常住人口", "zh: 户数"))
    print_findings(findings, 1, Speaker("zh"))
    out = capsys.readouterr().out
    assert "TC702" in out
    assert "1 个文件：错误 1，警告 1" in out
    told = json.loads(json.dumps(record(findings, ["test/tiny"], "en")))
    assert (told["errors"], told["warnings"]) == (1, 1)
    assert {each["code"] for each in told["findings"]} == {"TC702", "TC707"}
