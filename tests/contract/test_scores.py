"""Scores and order against the slow reference, and the rules of scoring one by one."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from search_app.analysis.analyzer import Analyzer
from search_app.analysis.tools import Tools
from search_app.index.query import Concept, Exact, Label, Longer, Name, Part, Prefix, Query, Word
from tests.contract.asking import NO_FILTERS, SORTS, Corpora, asked, documents_of, ids, ids_of, same, window
from tests.contract.invention import TODAY, Inquirer, dice, random_documents
from tests.contract.reference import Reference
from tests.support import mandate

pytestmark = pytest.mark.engine


# The largest is more than an engine keeps of one word in a block.
@pytest.mark.parametrize(("seed", "size"), list(enumerate((1, 1, 2, 3, 5, 8, 8, 13, 21, 34, 55, 89, 300))))
def test_ranking_equals_the_slow_reference(open_corpus: Corpora, tools: Tools, seed: int, size: int) -> None:
    rng = dice(seed)
    documents = random_documents(rng, size, tools)
    engine, reference, inquirer = open_corpus(documents), Reference(documents), Inquirer(rng, documents, tools)
    for _ in range(100):
        query, filters, sort = inquirer.query(), inquirer.filters(0.04), rng.choice(SORTS[:1] * 3 + SORTS)
        wanted = reference.answer(query, filters, sort=sort, today=TODAY)
        assert same(engine.rank(query, filters, window(sort=sort)), wanted), query


def test_random_queries_try_what_they_should(tools: Tools) -> None:
    """A generator that asks for nothing, or for what nothing answers, would let every engine pass."""
    rng = dice(0)
    documents = random_documents(rng, 40, tools)
    reference, inquirer = Reference(documents), Inquirer(rng, documents, tools)
    queries = [inquirer.query() for _ in range(500)]
    found = [len(reference.matching(query, TODAY)) for query in queries]
    assert sum(0 < hits < 40 for hits in found) > 250
    assert {type(part.clause).__name__ for query in queries for part in query.parts} == {
        *("Word", "Exact", "Prefix", "Name", "Concept", "Spelling")
    }
    parts = [part for query in queries for part in query.parts if reference.part(part)]
    assert sum(part.in_title for part in parts) > 20
    assert sum(isinstance(part.clause, Exact) and len(part.clause.terms) > 1 for part in parts) > 50
    names = [part.clause for part in parts if isinstance(part.clause, Name)]
    assert sum(reference.clause(name) != reference.clause(replace(name, longer=())) for name in names) > 10
    assert sum(reference.clause(name) != reference.clause(replace(name, concepts=())) for name in names) > 10
    ties = [reference.answer(query, NO_FILTERS, sort="relevance", today=TODAY) for query in queries]
    assert sum(one == other for hits in ties for (_, one), (_, other) in pairwise(hits)) > 100


def test_scores_have_six_digits(open_corpus: Corpora, tools: Tools) -> None:
    engine = open_corpus(random_documents(dice(31), 30, tools))
    scores = [
        score
        for word in ("police", "reforme", "mali")
        for _, score in engine.rank(asked(Word(word)), NO_FILTERS, window()).ranked
    ]
    assert scores
    assert all(score == float(f"{score:.6g}") for score in scores)
    assert any(score != float(f"{score:.5g}") for score in scores)


def test_required_concept_needs_all_typed_words_or_a_whole_label(open_corpus: Corpora, analyzer: Analyzer) -> None:
    texts = {
        "m-own": "security sector reform",
        "m-piece": "security of the sector",
        "m-label": "la réforme du secteur",
        "m-half": "une réforme",
        "m-other": "justice",
    }
    engine = open_corpus(documents_of(analyzer, *(mandate(i, en=t) for i, t in texts.items())))
    own = (Word("security"), Word("sector"), Word("reform"))
    concept = Concept(("ssr",), own, (Label(("reforme", "secteur")),))
    assert set(ids(engine, concept)) == {"m-own", "m-piece", "m-label", "m-half"}
    required = Query((Part(concept, required=True), Part(Word("justice"))))
    assert set(ids_of(engine, required)) == {"m-own", "m-label"}


def test_occurrences_inside_a_longer_name_do_not_count(open_corpus: Corpora, analyzer: Analyzer) -> None:
    short = tuple(analyzer.terms("Republic of the Congo"))
    long = tuple(analyzer.terms("Democratic Republic of the Congo"))
    name = Name(short, (Longer(long, 1),), ("country-cg",))
    engine = open_corpus(
        documents_of(
            analyzer,
            mandate("m-kinshasa", en="Police of the Democratic Republic of the Congo"),
            mandate("m-brazzaville", en="Police of the Republic of the Congo"),
            mandate("m-both", en="The Republic of the Congo and the Democratic Republic of the Congo"),
            mandate("m-held", en="Police", places=("Congo-Brazzaville",)),
            mandate("m-neither", en="The republic of Mali. The Congo"),
        )
    )
    assert set(ids(engine, name)) == {"m-brazzaville", "m-both", "m-held"}
    assert set(ids(engine, Name(long))) == {"m-kinshasa", "m-both"}


def test_stop_words_never_enter_a_group_of_stems(open_corpus: Corpora, analyzer: Analyzer) -> None:
    engine = open_corpus(
        documents_of(
            analyzer,
            mandate("m-1", fr="un très bon état"),
            mandate("m-2", en="UN support"),
            mandate("m-3", en="our office"),
        )
    )
    assert ids(engine, Word("UN")) == ["m-2"]
    assert ids(engine, Word("un")) == ids(engine, Word("tre")) == ids(engine, Word("our")) == []
    assert ids(engine, Exact(("!un", "!tres"))) == ["m-1"]
    assert ids(engine, Exact(("!our",))) == ["m-3"]
    assert ids(engine, Prefix("tre")) == []
