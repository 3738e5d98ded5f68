"""The register of legal documents is complete in itself: numbers, successors, addresses."""

from __future__ import annotations

from collections import Counter

import pytest
from builders import line_of

from transfer_calc import MethodError
from transfer_calc.method.documents import (
    government,
    load_documents,
    numbers_in,
    plain_number,
    read_documents,
    register_path,
)
from transfer_calc.method.library import load_all, shelf

DOCUMENTS = load_documents()


def test_the_register_is_no_method():
    assert register_path().is_file()
    assert register_path() not in shelf().values()


def test_a_number_stands_once_and_so_does_a_title_without_a_number():
    keys = Counter(plain_number(document.key) for document in DOCUMENTS)
    assert not [key for key, times in keys.items() if times > 1]


def test_a_number_is_written_as_a_number():
    for document in DOCUMENTS:
        if document.number is not None:
            assert numbers_in(document.number) == [document.number]
            assert plain_number(document.number) == document.number


def test_every_number_finds_its_own_document():
    for document in DOCUMENTS:
        if document.number is not None:
            assert DOCUMENTS.numbered(f"根据{document.number}") == document


def test_successors_and_predecessors_exist_and_name_each_other():
    by_key = {document.key: document for document in DOCUMENTS}
    for document in DOCUMENTS:
        for later in document.replaced_by:
            assert document.key in by_key[later].replaces, (document.key, later)
        for earlier in document.replaces:
            assert document.key in by_key[earlier].replaced_by, (document.key, earlier)


def test_what_was_replaced_is_not_in_force():
    for document in DOCUMENTS:
        assert not (document.replaced_by and document.status == "in-force"), document.key


def test_addresses_are_those_of_governments():
    given = [document.url for document in DOCUMENTS if document.url is not None]
    assert given
    assert all(map(government, given))


def test_no_text_of_the_register_names_a_document_that_it_lacks():
    text = register_path().read_text(encoding="utf-8")
    lacking = [number for number in numbers_in(text) if DOCUMENTS.numbered(number) is None]
    assert not lacking


def test_titles_are_in_both_languages():
    for document in DOCUMENTS:
        for words in (document.title, document.issuer, document.seen):
            assert any("\u4e00" <= sign <= "\u9fff" for sign in words.zh), document.key
            assert not any("\u4e00" <= sign <= "\u9fff" for sign in words.en), document.key


def test_every_shipped_method_encodes_a_document_of_the_register_or_is_a_model():
    for method in load_all():
        law = method.file.law
        found, lacking = DOCUMENTS.meant(law.document, law.title.zh)
        assert (found and not lacking) or "参考模型" in law.title.zh, method.id


def test_a_register_with_an_unknown_status_is_refused_with_its_line(tmp_path):
    text = register_path().read_text(encoding="utf-8").split("\n\n")
    path = tmp_path / "documents.yaml"
    path.write_text(
        f"{text[0]}\n\n{text[1]}\n".replace("status: in-force", "status: somehow"), encoding="utf-8"
    )
    with pytest.raises(MethodError) as caught:
        read_documents(path)
    assert [(each.code, each.place.line) for each in caught.value.issues] == [
        ("TC104", line_of(path, "somehow"))
    ]
