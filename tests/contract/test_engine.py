"""What every engine promises, on random corpora against the slow reference, and on the cases that hurt before.

Only the protocols of `search_app.index.engine` are used, so a further engine joins by a parameter of `open_corpus`.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from search_app.analysis.analyzer import Analyzer, Token
from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate
from search_app.errors import MandateSearchError
from search_app.index.document import PARTS, Document, make_document, part_text
from search_app.index.engine import Engine, Ranked
from search_app.index.engines import make_builder
from search_app.index.query import (
    Concept,
    Exact,
    FacetCount,
    Filters,
    Label,
    Longer,
    Name,
    Part,
    Prefix,
    Query,
    Sort,
    Word,
)
from search_app.index.query import Window as QueryWindow
from tests.contract.conftest import Open
from tests.contract.invention import TODAY, WORDS, Inquirer, dice, random_documents
from tests.contract.reference import FACETS, Reference
from tests.support import WORLD, mandate

pytestmark = pytest.mark.engine

ALL = 10_000
NO_FILTERS = Filters()
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")
# number of documents → seeds
SIZES = [1, 1, 2, 3, 5, 8, 8, 13, 21, 34, 55, 89]


def window(first: int = 0, size: int = ALL, sort: Sort = "relevance", *, facets: bool = False) -> QueryWindow:
    """A window on the day of these tests."""
    return QueryWindow(first=first, size=size, sort=sort, today=TODAY, facets=facets)


def asked(*clauses: object) -> Query:
    """A query of these clauses."""
    return Query(tuple(Part(clause) for clause in clauses))  # type: ignore[arg-type]


def ids(engine: Engine, *clauses: object) -> list[str]:
    """The hits of a query of these clauses, best first."""
    return [id_ for id_, _ in engine.rank(asked(*clauses), NO_FILTERS, window()).ranked]


def same(found: Ranked, wanted: Sequence[tuple[str, float]]) -> bool:
    """The same ids in the same order, the same total, scores to a millionth."""
    if found.total != len(wanted) or [id_ for id_, _ in found.ranked] != [id_ for id_, _ in wanted]:
        return False
    return all(score == pytest.approx(right, rel=1e-6) for (_, score), (_, right) in zip(found.ranked, wanted))  # noqa: B905


def documents_of(analyzer: Analyzer, *mandates: Mandate) -> list[Document]:
    """The documents of mandates."""
    return [make_document(one, analyzer, WORLD) for one in mandates]


# against the reference


@pytest.mark.parametrize(("seed", "size"), list(enumerate(SIZES)))
def test_ranking_equals_the_slow_reference(open_corpus: Open, tools: Tools, seed: int, size: int) -> None:
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


@pytest.mark.parametrize("seed", range(5))
def test_facets_and_counts_equal_brute_force(open_corpus: Open, tools: Tools, seed: int) -> None:
    rng = dice(100 + seed)
    documents = random_documents(rng, 60, tools)
    engine, reference, inquirer = open_corpus(documents), Reference(documents), Inquirer(rng, documents, tools)
    for _ in range(220):
        query, filters = inquirer.query(), inquirer.filters()
        page = engine.search(query, filters, window(size=0, facets=True))
        assert set(page.facets) == set(FACETS)
        counted = {name: {one.value: one.count for one in values} for name, values in page.facets.items()}
        assert counted == reference.facets(query, filters, TODAY), (query, filters)
        wanted = len(reference.answer(query, filters, sort="newest", today=TODAY))
        assert page.total == wanted == engine.count(query, filters, TODAY), (query, filters)


def test_number_of_a_facet_is_the_total_it_leads_to(open_corpus: Open, tools: Tools) -> None:
    rng = dice(7)
    documents = random_documents(rng, 40, tools)
    engine, inquirer = open_corpus(documents), Inquirer(rng, documents, tools)
    followed = 0
    for _ in range(60):
        query, filters = inquirer.query(), inquirer.filters()
        for name, values in engine.search(query, filters, window(size=0, facets=True)).facets.items():
            assert all(one.count > 0 for one in values)
            assert [one.count for one in values] == sorted((one.count for one in values), reverse=True)
            for value in values[:4]:
                alone = replace(filters, **{name: (value.value,)})
                assert engine.count(query, alone, TODAY) == value.count
                followed += 1
    assert followed > 200


def test_words_of_an_index_equal_brute_force(open_corpus: Open, tools: Tools) -> None:
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


# records and tokens


def test_hits_bring_record_and_tokens_as_they_were_indexed(open_corpus: Open, tools: Tools) -> None:
    rng = dice(13)
    documents = random_documents(rng, 30, tools)
    mandates = {id_: hit for id_ in (one.id for one in documents) if (hit := open_corpus(documents).hit(id_))}
    assert set(mandates) == {one.id for one in documents}
    for document in documents:
        hit = mandates[document.id]
        assert hit.score == 0
        assert hit.parts == document.parts
        assert make_document(hit.mandate, tools.analyzer, WORLD) == document
        assert all(isinstance(token, Token) for part in hit.parts for token in part)
        for name, tokens in zip(PARTS, hit.parts, strict=True):
            text = part_text(hit.mandate, name)
            for term, start, end in tokens:
                assert (
                    tools.analyzer.terms(text[start:end])[0].removeprefix("!").casefold()
                    == term.removeprefix("!").casefold()
                )


def test_hits_of_a_search_are_those_of_its_ranking(open_corpus: Open, tools: Tools) -> None:
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


def test_unknown_id_has_no_hit(open_corpus: Open, analyzer: Analyzer) -> None:
    engine = open_corpus(documents_of(analyzer, mandate("m-1", title_en="Mali")))
    assert engine.hit("m-2") is None
    assert engine.hit("") is None
    assert engine.hit("M-1") is None


def test_ids_and_periods_are_those_of_all_documents(open_corpus: Open, tools: Tools) -> None:
    documents = random_documents(dice(19), 30, tools)
    engine = open_corpus(documents)
    mandates = [hit.mandate for one in documents if (hit := engine.hit(one.id))]
    assert sorted(engine.ids()) == sorted(one.id for one in documents)
    assert sorted(map(str, engine.periods())) == sorted(str((one.start, one.end)) for one in mandates)
    assert any(start is None and end for start, end in engine.periods())


def test_requester_that_no_concept_names_is_shown_as_printed(open_corpus: Open, analyzer: Analyzer) -> None:
    one = mandate("m-1", title_en="a", requesters=("Ministère de l’Intérieur", "African Union"))
    engine = open_corpus(documents_of(analyzer, one))
    page = engine.search(Query(everything=True), NO_FILTERS, window(facets=True))
    slug, known = sorted((value.value for value in page.facets["requester"]), key=len, reverse=True)
    assert (engine.label(slug), engine.label(known)) == ("Ministère de l’Intérieur", None)
    assert known == "au"


# windows and orders


def test_windows_joined_hold_every_hit_once(open_corpus: Open, tools: Tools) -> None:
    rng = dice(23)
    documents = random_documents(rng, 70, tools)
    engine, inquirer = open_corpus(documents), Inquirer(rng, documents, tools)
    for _ in range(60):
        query, sort, size = inquirer.query(), rng.choice(SORTS), rng.choice((1, 3, 10))
        whole = engine.rank(query, NO_FILTERS, window(sort=sort))
        windows = [engine.rank(query, NO_FILTERS, window(first, size, sort)) for first in range(0, 80, size)]
        assert {one.total for one in windows} == {whole.total}
        joined = [hit for one in windows for hit in one.ranked]
        assert joined == list(whole.ranked)
        assert len({id_ for id_, _ in joined}) == len(joined) == whole.total


def test_window_behind_the_last_hit_is_empty_but_knows_the_total(open_corpus: Open, analyzer: Analyzer) -> None:
    engine = open_corpus(documents_of(analyzer, *(mandate(f"m-{n}", title_en="Mali") for n in range(5))))
    assert engine.rank(asked(Word("mali")), NO_FILTERS, window(5, 10)) == Ranked(5, ())
    assert engine.search(asked(Word("mali")), NO_FILTERS, window(100, 10)).total == 5
    assert engine.rank(asked(Word("mali")), NO_FILTERS, window(0, 0)) == Ranked(5, ())


def test_equal_scores_are_ordered_by_later_start_then_id(open_corpus: Open, analyzer: Analyzer) -> None:
    starts = {"m-d": date(2012, 1, 1), "m-a": None, "m-c": date(2019, 1, 1), "m-b": date(2012, 1, 1), "M-e": None}
    engine = open_corpus(documents_of(analyzer, *(mandate(i, title_en="Mali", start=s) for i, s in starts.items())))
    newest = ["m-c", "m-b", "m-d", "M-e", "m-a"]
    assert ids(engine, Word("mali")) == newest
    assert [i for i, _ in engine.rank(asked(Word("mali")), NO_FILTERS, window(sort="newest")).ranked] == newest
    assert [i for i, _ in engine.rank(asked(Word("mali")), NO_FILTERS, window(sort="oldest")).ranked] == [
        *("m-b", "m-d", "m-c", "M-e", "m-a")
    ]
    assert ids(engine, Word("mali"))[:2] == [
        i for i, _ in engine.rank(asked(Word("mali")), NO_FILTERS, window(0, 2)).ranked
    ]


def test_order_of_building_changes_nothing(open_corpus: Open, tools: Tools) -> None:
    rng = dice(29)
    documents = random_documents(rng, 40, tools)
    inquirer = Inquirer(rng, documents, tools)
    queries = [(inquirer.query(), inquirer.filters(0.05)) for _ in range(60)]
    engine, other = open_corpus(documents), open_corpus(rng.sample(documents, len(documents)))
    for query, filters in queries:
        assert engine.rank(query, filters, window()) == other.rank(query, filters, window())
        asked_for = window(size=5, facets=True)
        assert engine.search(query, filters, asked_for) == other.search(query, filters, asked_for)


def test_no_words_give_every_document_newest_first(open_corpus: Open, analyzer: Analyzer) -> None:
    mandates = [mandate(f"m-{year}", title_en="x", start=date(year, 1, 1)) for year in (2012, 2015, 2009)]
    engine = open_corpus(documents_of(analyzer, *mandates, mandate("m-0")))
    found = engine.rank(Query(everything=True), NO_FILTERS, window())
    assert [id_ for id_, _ in found.ranked] == ["m-2015", "m-2012", "m-2009", "m-0"]
    assert engine.rank(Query(), NO_FILTERS, window()) == Ranked(0, ())
    assert engine.count(Query(), NO_FILTERS, TODAY) == 0


# scores


def test_scores_have_six_digits(open_corpus: Open, tools: Tools) -> None:
    engine = open_corpus(random_documents(dice(31), 30, tools))
    scores = [
        score
        for word in ("police", "reforme", "mali")
        for _, score in engine.rank(asked(Word(word)), NO_FILTERS, window()).ranked
    ]
    assert scores
    assert all(score == float(f"{score:.6g}") for score in scores)
    assert any(score != float(f"{score:.5g}") for score in scores)


def test_required_concept_needs_all_typed_words_or_a_whole_label(open_corpus: Open, analyzer: Analyzer) -> None:
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
    assert engine.rank(required, NO_FILTERS, window()).total == 2
    assert {i for i, _ in engine.rank(required, NO_FILTERS, window()).ranked} == {"m-own", "m-label"}


def test_occurrences_inside_a_longer_name_do_not_count(open_corpus: Open, analyzer: Analyzer) -> None:
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


def test_stop_words_never_enter_a_group_of_stems(open_corpus: Open, analyzer: Analyzer) -> None:
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


# phrases


def test_phrase_runs_neither_across_passages_nor_into_derived_names(open_corpus: Open, analyzer: Analyzer) -> None:
    one = mandate(
        "m-1",
        title_en="alpha beta",
        title_fr="gamma delta",
        en="epsilon zeta",
        fr="eta theta",
        requesters=("Nations unies", "kappa"),
        places=("lambda", "Niger"),
    )
    engine = open_corpus(documents_of(analyzer, one))
    words = "alpha beta gamma delta epsilon zeta eta theta nations unies kappa lambda niger united nations".split()
    inside = {("alpha", "beta"), ("gamma", "delta"), ("epsilon", "zeta"), ("eta", "theta"), ("nations", "unies")}
    inside.add(("united", "nations"))  # the English label of what is printed in French
    for pair in pairwise(words):
        assert bool(ids(engine, Exact(pair))) == (pair in inside), pair
    assert ids(engine, Exact(("kappa",))) == ids(engine, Word("united")) == ["m-1"]


def test_phrase_counts_stop_words_as_places(open_corpus: Open, analyzer: Analyzer) -> None:
    engine = open_corpus(
        documents_of(analyzer, mandate("m-1", fr="la réforme de la police"), mandate("m-2", fr="une réforme police"))
    )
    assert ids(engine, Exact(("reforme", "!de", "!la", "police"))) == ["m-1"]
    assert ids(engine, Exact(("reforme", "police"))) == ["m-2"]
    assert ids(engine, Exact(("reforme", "!de", "police"))) == []


def test_phrase_in_titles_must_stand_in_one(open_corpus: Open, analyzer: Analyzer) -> None:
    engine = open_corpus(
        documents_of(
            analyzer,
            mandate("m-1", title_en="Police reform", en="x"),
            mandate("m-2", title_en="Reform", en="police reform"),
            mandate("m-3", en="police reform"),
        )
    )
    in_title = Query((Part(Exact(("police", "reform")), in_title=True),))
    assert [i for i, _ in engine.rank(in_title, NO_FILTERS, window()).ranked] == ["m-1"]


# hard documents


def test_texts_of_more_than_65535_words_are_whole(open_corpus: Open, analyzer: Analyzer) -> None:
    filler = "mali " * 66_000
    long = mandate("m-long", title_en="endless", fr=f"{filler}police finale {filler[:5000]}dernier mot")
    title = mandate("m-title", title_fr=f"{filler}fin du titre", en="court")
    short = mandate("m-short", title_en="short", en="police mali")
    documents = documents_of(analyzer, long, title, short)
    assert documents[0].body["police"][0] > 65_535
    engine, reference = open_corpus(documents), Reference(documents)
    assert ids(engine, Exact(("police", "finale"))) == ids(engine, Exact(("dernier", "mot"))) == ["m-long"]
    assert ids(engine, Exact(("fin", "!du", "titre"))) == ["m-title"]
    assert ids(engine, Exact(("finale", "dernier"))) == []
    for clause in (Word("mali"), Word("police"), Exact(("mali", "police")), Prefix("mal"), Name(("mali", "mali"))):
        wanted = reference.answer(asked(clause), NO_FILTERS, sort="relevance", today=TODAY)
        assert same(engine.rank(asked(clause), NO_FILTERS, window()), wanted), clause
    in_title = Query((Part(Exact(("fin", "!du", "titre")), in_title=True),))
    assert engine.rank(in_title, NO_FILTERS, window()).total == 1
    for document in documents:
        hit = engine.hit(document.id)
        assert hit is not None
        assert hit.parts == document.parts


def test_endless_words_are_cut_in_the_index_and_keep_their_place_in_the_text(
    open_corpus: Open, analyzer: Analyzer
) -> None:
    endless = "é" * 70_000
    other = "𐌰" * 5_000
    engine = open_corpus(documents_of(analyzer, mandate("m-1", en=f"avant {endless} après {other} fin")))
    term, far = analyzer.terms(endless)[0], analyzer.terms(other)[0]
    assert len(term) == len(far) == 255
    assert ids(engine, Exact(("avant", term, "apres", far, "fin"))) == ["m-1"]
    assert ids(engine, Word("e" * 255)) == ["m-1"]
    hit = engine.hit("m-1")
    assert hit is not None
    tokens = hit.parts[PARTS.index("description.en")]
    assert [(token.start, token.end) for token in tokens[1:4]] == [(6, 70_006), (70_007, 70_012), (70_013, 75_013)]


def test_letters_beyond_the_basic_plane_are_words_and_count_as_one(open_corpus: Open, analyzer: Analyzer) -> None:
    text = "😀 𐌰𐌽𐌰 𝐌𝐚𝐥𝐢 𠀀 😀end"
    engine = open_corpus(documents_of(analyzer, mandate("m-1", title_en=text), mandate("m-2", en="Mali")))
    assert set(ids(engine, Word("mali"))) == {"m-1", "m-2"}
    assert ids(engine, Exact(("𐌰𐌽𐌰", "mali", "𠀀", "end"))) == ids(engine, Prefix("𐌰𐌽")) == ["m-1"]
    hit = engine.hit("m-1")
    assert hit is not None
    assert [text[start:end] for _, start, end in hit.parts[0]] == ["𐌰𐌽𐌰", "𝐌𝐚𝐥𝐢", "𠀀", "end"]
    assert hit.mandate.title == {"en": text}


def test_documents_without_any_word_are_there(open_corpus: Open, analyzer: Analyzer) -> None:
    empty = (mandate("m-1"), mandate("m-2", en="— …"), mandate("m-3", title_en="de la", fr="–"))
    engine = open_corpus(documents_of(analyzer, *empty))
    assert engine.rank(Query(everything=True), NO_FILTERS, window()).total == 3
    assert ids(engine, Word("mali")) == []
    assert ids(engine, Exact(("!de", "!la"))) == ["m-3"]
    assert list(engine.plain_words()) == []
    hit = engine.hit("m-1")
    assert hit is not None
    assert hit.parts == ((),) * len(PARTS)


def test_prefix_of_very_many_words_stands_for_the_most_frequent_thousand(open_corpus: Open, analyzer: Analyzer) -> None:
    rare = [f"abc{number:04d}z" for number in range(150)]
    frequent = [f"abc{number:04d}" for number in range(1_000)]
    mandates = [
        mandate("m-1", en=" ".join(frequent + rare)),
        mandate("m-2", en=" ".join(frequent)),
        mandate("m-3", title_en=rare[7]),
    ]
    documents = documents_of(analyzer, *mandates)
    # one of the rare words stands in two documents too, and comes later by its letters: it is not among the thousand
    engine, reference = open_corpus(documents), Reference(documents)
    assert engine.count_beginning("abc") == 1_150
    assert sorted(engine.words_beginning("abc")) == reference.beginning("abc")
    assert len(engine.words_beginning("abc")) == 1_000
    wanted = reference.answer(asked(Prefix("abc")), NO_FILTERS, sort="relevance", today=TODAY)
    assert same(engine.rank(asked(Prefix("abc")), NO_FILTERS, window()), wanted)


# periods


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (None, None, "none whole open-end open-start"),
        (date(2015, 1, 1), date(2015, 12, 31), "whole open-end open-start"),
        (date(2020, 1, 1), None, "open-end"),
        (None, date(2009, 12, 31), "open-start"),
        (date(2018, 12, 31), date(2018, 12, 31), "whole open-end open-start"),
        (date(2019, 1, 1), date(2019, 1, 1), "open-end"),
        (None, date(2010, 1, 1), "whole open-start open-end"),
    ],
)
def test_period_holds_what_was_active_at_some_day_of_it(
    open_corpus: Open, analyzer: Analyzer, start: date | None, end: date | None, found: str
) -> None:
    first, last = date(2010, 1, 1), date(2018, 12, 31)
    engine = open_corpus(
        documents_of(
            analyzer,
            mandate("none"),
            mandate("whole", start=first, end=last),
            mandate("open-end", start=first),
            mandate("open-start", end=last),
        )
    )
    ranked = engine.rank(Query(everything=True), Filters(start=start, end=end), window()).ranked
    assert {id_ for id_, _ in ranked} == set(found.split())


def test_status_is_decided_by_the_day_asked(open_corpus: Open, analyzer: Analyzer) -> None:
    engine = open_corpus(
        documents_of(
            analyzer,
            mandate("m-1", start=date(2020, 1, 1), end=date(2020, 12, 31)),
            mandate("m-2", start=date(2020, 1, 1)),
            mandate("m-3", end=date(2020, 12, 31)),
            mandate("m-4"),
        )
    )

    def counts(day: date) -> dict[str, int]:
        asked_for = QueryWindow(today=day, size=0)
        found: Sequence[FacetCount] = engine.search(Query(everything=True), NO_FILTERS, asked_for).facets["status"]
        return {one.value: one.count for one in found}

    assert counts(date(2019, 12, 31)) == {"planned": 2, "active": 1, "unknown": 1}
    assert counts(date(2020, 1, 1)) == counts(date(2020, 12, 31)) == {"active": 3, "unknown": 1}
    assert counts(date(2021, 1, 1)) == {"active": 1, "ended": 2, "unknown": 1}


# building


def test_an_id_can_stand_once_in_a_build(tools: Tools, tmp_path: Path) -> None:
    one, twin, other = documents_of(
        tools.analyzer, mandate("m-1", en="Mali"), mandate("m-1", en="Niger"), mandate("m-2", en="Niger")
    )
    builder = make_builder(tmp_path, tools.stems)
    builder.add(one)
    builder.add(other)
    with pytest.raises(MandateSearchError, match="m-1"):
        builder.add(twin)
    builder.discard()


def test_build_that_was_given_up_leaves_nothing_open(tools: Tools, tmp_path: Path) -> None:
    """An open file would be told as a warning, and warnings are errors here."""
    builder = make_builder(tmp_path, tools.stems)
    builder.add(documents_of(tools.analyzer, mandate("m-1", en="Mali"))[0])
    builder.discard()


def test_build_of_nothing_holds_nothing(tools: Tools, tmp_path: Path) -> None:
    assert make_builder(tmp_path, tools.stems).commit() == 0


# threads


@pytest.fixture
def impatient_threads() -> Iterator[None]:
    """Let threads take turns a thousand times as often, so that what they share meets sooner."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("impatient_threads")
def test_eight_threads_get_the_answers_that_one_gets(open_corpus: Open, tools: Tools) -> None:
    rng = dice(37)
    documents = random_documents(rng, 60, tools)
    inquirer = Inquirer(rng, documents, tools)
    questions = [(inquirer.query(), inquirer.filters(0.1)) for _ in range(50)]
    alone = open_corpus(documents)
    asked_for = window(size=5, facets=True)
    wanted = [alone.search(query, filters, asked_for) for query, filters in questions]
    shared, start = open_corpus(documents), threading.Barrier(8)

    def differing(number: int) -> int:
        order = dice(number).sample(range(len(questions)), len(questions))
        start.wait()
        return sum(shared.search(*questions[i], asked_for) != wanted[i] for i in order)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(differing, range(8))) == 0


def test_asking_again_gives_the_same_answer(open_corpus: Open, tools: Tools) -> None:
    rng = dice(41)
    documents = random_documents(rng, 30, tools)
    engine, inquirer = open_corpus(documents), Inquirer(rng, documents, tools)
    questions = [(inquirer.query(), inquirer.filters(0.1)) for _ in range(50)]
    first = [engine.search(query, filters, window(facets=True)) for query, filters in questions]
    assert [engine.search(query, filters, window(facets=True)) for query, filters in questions] == first
