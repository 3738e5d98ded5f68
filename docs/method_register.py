"""The register of methods and the register of the legal documents they encode."""

from __future__ import annotations

import os.path
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from method_tables import grade, grid, period, said

from transfer_calc.calculation.evidence import EVIDENCE
from transfer_calc.calculation.verify import Outcome
from transfer_calc.cli.catalogue import Entry
from transfer_calc.method.cases import Case, CaseKind
from transfer_calc.method.load import Method
from transfer_calc.method.yaml_file import read_yaml
from transfer_calc.text import Text

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs/reference/methods"

KINDS: dict[CaseKind, Text] = {
    "published": Text("公布结果", "published"),
    "hand": Text("手算", "by hand"),
    "consistency": Text("一致性", "consistency"),
}

GROUPS = {
    "cn/central": Text("中央对地方", "Centre to provinces"),
    "cn/model": Text("参考模型", "Reference models"),
    "cn/gansu": Text("甘肃", "Gansu"),
    "cn/rivers": Text("流域横向补偿", "Horizontal compensation along rivers"),
    "cn/authority": Text("共同财政事权", "Shared fiscal authority"),
    "cn/factors": Text("因素法专项", "Special funds divided by factors"),
    "cn": Text("其他省份", "Other provinces"),
    "intl": Text("其他国家", "Other countries"),
}
"""The folders of the register in its order; a method belongs to the longest that its id begins with."""

STATUS = {
    "in-force": Text("有效", "in force"),
    "superseded": Text("已被替代", "superseded"),
    "repealed": Text("已废止", "repealed"),
    "unknown": Text("不明", "unknown"),
}


@dataclass(frozen=True, slots=True)
class Registered:
    """A method with its cases and how they went."""

    entry: Entry
    cases: tuple[Case, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def method(self) -> Method:
        return self.entry.method

    def passed(self) -> Counter[str]:
        """The cases that passed, by kind: a constant fitted to a figure proves nothing, so kinds are never added."""
        return Counter(outcome.kind for outcome in self.outcomes if outcome.passed)

    def failed(self) -> int:
        return sum(not outcome.passed for outcome in self.outcomes)


def page_of(name: str, lang: str) -> Path:
    """Where the page of a method or of a shared piece stands."""
    return FOLDER / f"{name}{ending(lang)}"


def ending(lang: str) -> str:
    return ".md" if lang == "en" else ".zh.md"


def link(text: str, to: Path, page: Path) -> str:
    """A link from a page to a file of the repository."""
    return f"[{text}]({Path(os.path.relpath(to, page.parent)).as_posix()})"


def other_language(page: Path, lang: str) -> str:
    """The first line of a page: the same page in the other language."""
    name = page.name.removesuffix(ending(lang)) + ending("zh" if lang == "en" else "en")
    return link("中文" if lang == "en" else "English", page.with_name(name), page)


def group_of(name: str) -> str:
    """The group of the register to which a method belongs.

    Raises:
        ValueError: If its folder has no heading here.
    """
    fitting = [group for group in GROUPS if name.startswith(f"{group}/")]
    if not fitting:
        raise ValueError(f"{name}: no group of the register; give its folder a heading in GROUPS")
    return max(fitting, key=len)


def register_page(tested: Sequence[Registered], shared: Sequence[Method], lang: str) -> str:
    """All methods by folder, and how many cases of which kind each one passes."""
    page = FOLDER / f"index{ending(lang)}"
    lines = [other_language(page, lang), "", Text("# 办法总表", "# The register of methods")[lang], ""]
    lines += [
        Text(
            "最弱依据：步骤和公布数值中最弱的依据等级。未公布参数：文件没有公布、须由使用者给出的参数个数。"
            "算例只计通过的，三类分开：公布结果是别人公布的数，手算是在文件注释中算出的数；"
            "一致性算例的某个常数本来就由这个数拟合，相符不说明什么，不算复现。",
            "Weakest grade: the weakest among the steps and the published values. Unpublished: parameters that the "
            "document does not publish and the user must give. Only cases that pass are counted, each kind apart: "
            "published figures are somebody else's; by hand means worked out in comments of the file; in a "
            "consistency case a constant was fitted to the very figure, so that agreement proves nothing and "
            "nothing is reproduced.",
        )[lang],
        "",
    ]
    heads = [*Text("标识|名称|文号|有效期|最弱依据|未公布参数",
                   "id|title|document|in force|weakest grade|unpublished")[lang].split("|"),
             *(kind[lang] for kind in KINDS.values())]  # fmt: skip
    for group, title in GROUPS.items():
        members = [one for one in tested if group_of(one.method.id) == group]
        if members:
            lines += [f"## {title[lang]}", ""]
            lines += grid(heads, (_register_row(one, page, lang) for one in members))
    if shared:
        lines += [Text("## 共用件", "## Shared pieces")[lang], ""]
        lines += grid(
            Text("标识|名称|文号", "id|title|document")[lang].split("|"),
            (
                [
                    link(piece.id, page_of(piece.id, lang), page),
                    said(piece.title[lang]),
                    said(piece.file.law.document or "—"),
                ]
                for piece in shared
            ),
        )
    return "\n".join([*lines, *_totals(tested, lang)]).rstrip() + "\n"


def _register_row(one: Registered, page: Path, lang: str) -> list[str]:
    method, law, passed = one.method, one.method.file.law, one.passed()
    return [
        link(method.id, page_of(method.id, lang), page),
        said(method.title[lang]),
        said(law.document or "—"),
        period(law.in_force.from_, law.in_force.until),
        grade(one.entry.evidence, lang),
        str(one.entry.unpublished),
        *(str(passed[kind]) for kind in KINDS),
    ]


def _totals(tested: Sequence[Registered], lang: str) -> list[str]:
    passed = sum((one.passed() for one in tested), Counter[str]())
    documents = {one.method.file.law.document for one in tested} - {None}
    rows = [
        (Text("办法", "methods"), len(tested)),
        (Text("文号（不重复计）", "document numbers, each counted once"), len(documents)),
        (Text("未公布参数", "unpublished parameters"), sum(one.entry.unpublished for one in tested)),
        (Text("有公布结果算例的办法", "methods with a published case"), _having(tested, "published")),
        (Text("只有一致性算例的办法", "methods with consistency cases only"), _only_consistent(tested)),
        *((Text(f"通过的算例：{kind.zh}", f"cases that pass, {kind.en}"), passed[key]) for key, kind in KINDS.items()),
        (Text("未通过的算例", "cases that fail"), sum(one.failed() for one in tested)),
    ]  # fmt: skip
    heads = Text("项目|个数", "what|count")[lang].split("|")
    table = grid(heads, ([name[lang], str(count)] for name, count in rows))
    return [Text("## 合计", "## Totals")[lang], "", *table]


def _having(tested: Iterable[Registered], kind: CaseKind) -> int:
    return sum(one.passed()[kind] > 0 for one in tested)


def _only_consistent(tested: Iterable[Registered]) -> int:
    return sum(one.passed().keys() == {"consistency"} for one in tested)


def documents_page(methods: Sequence[Method], lang: str) -> str:
    """Every legal document that is known, what of it was seen, and the methods that encode it."""
    page = ROOT / f"docs/reference/documents{ending(lang)}"
    source = ROOT / "formulas/documents.yaml"
    documents: list[dict[str, Any]] = read_yaml(source).data["documents"]
    about = Text(
        "没有见过出处的文号不登记；号数不明的写“—”。依据是取自该文件的内容最多能有的等级。能写成规则：凭见到的内容能否写出规则。",
        "A number for which no source was seen is not entered; — means that the number is not known. The grade is the "
        "best that anything taken from the document may have. Rules: whether rules can be written down from what was seen.",
    )
    heads = Text(
        "文号|名称|制发机关|印发|状态|依据|见到的内容|能写成规则|办法",
        "number|title|issuer|issued|status|grade|what was seen|rules|methods",
    )[lang].split("|")
    encoded = [encoding(document, methods) for document in documents]
    rows = [
        _document_row(document, found, page, lang) for document, found in zip(documents, encoded, strict=True)
    ]
    counts = Counter(document["status"] for document in documents)
    totals = [
        (Text("文件", "documents"), len(documents)),
        *((title, counts[status]) for status, title in STATUS.items()),
        (Text("能写成规则", "with rules that can be written down"), sum(map(_with_rules, documents))),
        (Text("已写成办法", "encoded by a method"), sum(map(bool, encoded))),
    ]
    return "\n".join([
        other_language(page, lang), "", Text("# 法律文件总表", "# The register of legal documents")[lang], "",
        about[lang], "", Text(f"来源：{link('`documents.yaml`', source, page)}",
                              f"Source: {link('`documents.yaml`', source, page)}")[lang], "",
        *grid(heads, rows), Text("## 合计", "## Totals")[lang], "",
        *grid(Text("项目|个数", "what|count")[lang].split("|"), ([name[lang], str(count)] for name, count in totals)),
    ]).rstrip() + "\n"  # fmt: skip


def encoding(document: Mapping[str, Any], methods: Iterable[Method]) -> list[Method]:
    """The methods that encode a document: by its number, or by its title where it has none."""
    number, title = document["number"], document["title"]["zh"]
    if number is None:
        unnumbered = (method for method in methods if method.file.law.document is None)
        return [method for method in unnumbered if title in method.file.law.title.zh.split("；")]
    # 办字〔2012〕62号 is not 冀政办字〔2012〕62号.
    alone = re.compile(rf"(?<!\w){re.escape(number)}")
    return [method for method in methods if alone.search(method.file.law.document or "")]


def _document_row(document: Mapping[str, Any], methods: Iterable[Method], page: Path, lang: str) -> list[str]:
    title, status = said(document["title"][lang]), [STATUS[document["status"]][lang]]
    before, after = ("、".join(map(said, document.get(key, ()))) for key in ("replaces", "replaced_by"))
    status += [Text(f"替代{before}", f"replaces {before}")[lang]] if before else []
    status += [Text(f"由{after}替代", f"replaced by {after}")[lang]] if after else []
    return [
        said(document["number"] or "—"),
        title if document.get("url") is None else f"[{title}]({document['url']})",
        said(document["issuer"][lang]),
        str(document["issued"] or "—"),
        Text("；", "; ")[lang].join(status),
        EVIDENCE[document["evidence"]][lang],
        said(document["seen"][lang]),
        Text("能", "yes")[lang] if _with_rules(document) else Text("不能", "no")[lang],
        "、".join(link(method.id, page_of(method.id, lang), page) for method in methods) or "—",
    ]


def _with_rules(document: Mapping[str, Any]) -> bool:
    return bool(document["rules"] == "yes")
