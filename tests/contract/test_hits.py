"""What comes back of a document: its record, its tokens, its words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search_app.analysis.analyzer import Analyzer, Token
from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate
from search_app.index.document import PARTS, make_document, part_text
from tests.contract.asking import EVERYTHING, NO_FILTERS, SORTS, Corpora, documents_of, window
from tests.contract.invention import WORDS, Inquirer, dice, random_documents
from tests.contract.reference import Reference
from tests.support import WORLD, mandate

pytestmark = pytest.mark.engine


def test_hits_bring_record_and_tokens_as_they_were_indexed(open_corpus: Corpora, tools: Tools) -> None:
    rng = dice(13)
    documents = random_documents(rng, 30, tools)
    engine = open_corpus(documents)
    for document in documents:
        hit = engine.hit(document.id)
        assert hit is not None
        assert hit.score == 0
        assert hit.parts == document.parts
        assert make_document(hit.mandate, tools.analyzer, WORLD) == document
        assert all(isinstance(token, Token) for part in hit.parts for token in part)
        for name, tokens in zip(PARTS, hit.parts, strict=True):
            text = part_text(hit.mandate, name)
            for term, start, end in tokens:
                (alone,) = tools.analyzer.terms(text[start:end])
                assert alone.removeprefix("!").casefold() == term.removeprefix("!").casefold()


def test_hits_of_a_search_are_those_of_its_ranking(open_corpus: Corpora, tools: Tools) -> None:
    rng = dice(17)
    documents = random_documents(rng, 25, tools)
    engine, inquirer = open_corpus(documents), Inquirer(rng, documents, tools)
    for _ in range(40):
        query, filters, sort = inquirer.query(), inquirer.filters(0.1), rng.choice(SORTS)
        page = engine.search(query, filters, window(size=7, sort=sort))
        ranked = engine.rank(query, filters, window(size=7, sort=sort))
        assert (page.total, [(hit.mandate.id, hit.score) for hit in page.hits]) == (ranked.total, list(ranked.ranked))
        assert page.facets == {}
        for hit in page.hits:
            alone = engine.hit(hit.mandate.id)
            assert alone is not None
            assert hit == replace(alone, score=hit.score)


def test_many_hits_come_in_the_order_of_their_ids_and_gaps_are_told(open_corpus: Corpora, tools: Tools) -> None:
    documents = random_documents(dice(23), 450, tools)
    engine = open_corpus(documents)
    ids = [document.id for document in reversed(documents)]
    asked = [*ids[:203], "m-none", *ids[203:], ids[7]]
    wanted = [engine.hit(one) for one in ids]
    found = list(engine.hits(iter(asked)))
    assert found == [*wanted[:203], None, *wanted[203:], wanted[7]]
    assert list(engine.hits(())) == []
    assert next(engine.hits(ids)) == wanted[0]


def test_unknown_id_has_no_hit(open_corpus: Corpora, analyzer: Analyzer) -> None:
    engine = open_corpus(documents_of(analyzer, mandate("m-1", title_en="Mali")))
    assert engine.hit("m-2") is None
    assert engine.hit("") is None
    assert engine.hit("M-1") is None


def test_record_without_any_title_can_be_read_back(open_corpus: Corpora, analyzer: Analyzer) -> None:
    one = Mandate(id="m-1", title={}, description={"en": "Mali"})
    engine = open_corpus(documents_of(analyzer, one))
    hit = engine.hit("m-1")
    assert hit is not None
    assert hit.mandate == one


def test_ids_and_periods_are_those_of_all_documents(open_corpus: Corpora, tools: Tools) -> None:
    documents = random_documents(dice(19), 30, tools)
    engine = open_corpus(documents)
    mandates = [hit.mandate for one in documents if (hit := engine.hit(one.id))]
    assert sorted(engine.ids()) == sorted(one.id for one in documents)
    assert sorted(map(str, engine.periods())) == sorted(str((one.start, one.end)) for one in mandates)
    assert any(start is None and end for start, end in engine.periods())


def test_requester_that_no_concept_names_is_shown_as_printed(open_corpus: Corpora, analyzer: Analyzer) -> None:
    one = mandate("m-1", title_en="a", requesters=("Ministère de l’Intérieur", "African Union"))
    engine = open_corpus(documents_of(analyzer, one))
    page = engine.search(EVERYTHING, NO_FILTERS, window(facets=True))
    slug, known = sorted((value for value, _ in page.facets["requester"]), key=len, reverse=True)
    assert (engine.label(slug), engine.label(known)) == ("Ministère de l’Intérieur", None)
    assert known == "au"


def test_words_of_an_index_equal_brute_force(open_corpus: Corpora, tools: Tools) -> None:
    rng = dice(11)
    documents = random_documents(rng, 30, tools)
    engine, reference = open_corpus(documents), Reference(documents)
    terms = {term for document in documents for term in document.body}
    held = {term: sum(term in document.body for document in documents) for term in terms}
    plain = {term: count for term, count in held.items() if not term.startswith("!") and not term.isupper()}
    assert dict(engine.plain_words()) == plain
    assert len(engine.plain_words()) == len(plain)
    assert {"UN", "police", "!de"} <= terms
    asked_for = {*terms, *(term for word in WORDS for term in tools.analyzer.terms(word)), "zebra", "secur", "UN", "un"}
    for term in sorted(asked_for):
        assert engine.has_word(term) == (term in terms), term
        assert engine.knows_word(term) == reference.knows(term), term
        prefix = term[:3]
        assert list(engine.words_beginning(prefix)) == reference.beginning(prefix), prefix
        assert engine.count_beginning(prefix) == sum(word.startswith(prefix) for word in terms), prefix
