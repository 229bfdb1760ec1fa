"""Totals, filters, facets, windows and orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from search_app.analysis.analyzer import Analyzer
from search_app.analysis.tools import Tools
from search_app.index.engine import Ranked
from search_app.index.query import FacetCount, Filters, Part, Query, Window, Word
from tests.contract.asking import EVERYTHING, NO_FILTERS, SORTS, Corpora, asked, documents_of, ids, ids_of, window
from tests.contract.invention import TODAY, Inquirer, dice, random_documents
from tests.contract.reference import FACETS, Reference
from tests.support import mandate

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("seed", range(5))
def test_facets_and_counts_equal_brute_force(open_corpus: Corpora, tools: Tools, seed: int) -> None:
    rng = dice(100 + seed)
    documents = random_documents(rng, 60, tools)
    engine, reference, inquirer = open_corpus(documents), Reference(documents), Inquirer(rng, documents, tools)
    for _ in range(220):
        query, filters = inquirer.query(), inquirer.filters()
        page = engine.search(query, filters, window(size=0, facets=True))
        assert set(page.facets) == {*FACETS, "year"}
        counted = {name: dict(page.facets[name]) for name in FACETS}
        assert counted == reference.facets(query, filters, TODAY), (query, filters)
        wanted = len(reference.answer(query, filters, sort="newest", today=TODAY))
        assert page.total == wanted == engine.count(query, filters, TODAY), (query, filters)


def test_number_of_a_facet_is_the_total_it_leads_to(open_corpus: Corpora, tools: Tools) -> None:
    rng = dice(7)
    documents = random_documents(rng, 40, tools)
    engine, inquirer = open_corpus(documents), Inquirer(rng, documents, tools)
    followed = 0
    for _ in range(60):
        query, filters = inquirer.query(), inquirer.filters()
        facets = engine.search(query, filters, window(size=0, facets=True)).facets
        for name, values in ((name, facets[name]) for name in FACETS):
            assert all(count > 0 for _, count in values)
            assert [count for _, count in values] == sorted((count for _, count in values), reverse=True)
            for value, count in values[:4]:
                alone = replace(filters, **{name: (value,)})  # type: ignore[arg-type]
                assert engine.count(query, alone, TODAY) == count
                followed += 1
    assert followed > 200


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
    open_corpus: Corpora, analyzer: Analyzer, start: date | None, end: date | None, found: str
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
    assert set(ids_of(engine, EVERYTHING, Filters(start=start, end=end))) == set(found.split())


def test_status_is_decided_by_the_day_asked(open_corpus: Corpora, analyzer: Analyzer) -> None:
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
        asked_for = Window(today=day, size=0)
        found: Sequence[FacetCount] = engine.search(EVERYTHING, NO_FILTERS, asked_for).facets["status"]
        return dict(found)

    assert counts(date(2019, 12, 31)) == {"planned": 2, "active": 1, "unknown": 1}
    assert counts(date(2020, 1, 1)) == counts(date(2020, 12, 31)) == {"active": 3, "unknown": 1}
    assert counts(date(2021, 1, 1)) == {"active": 1, "ended": 2, "unknown": 1}


def test_windows_joined_hold_every_hit_once(open_corpus: Corpora, tools: Tools) -> None:
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


def test_window_behind_the_last_hit_is_empty_but_knows_the_total(open_corpus: Corpora, analyzer: Analyzer) -> None:
    engine = open_corpus(documents_of(analyzer, *(mandate(f"m-{n}", title_en="Mali") for n in range(5))))
    assert engine.rank(asked(Word("mali")), NO_FILTERS, window(5, 10)) == Ranked(5, ())
    assert engine.search(asked(Word("mali")), NO_FILTERS, window(100, 10)).total == 5
    assert engine.rank(asked(Word("mali")), NO_FILTERS, window(0, 0)) == Ranked(5, ())


def test_equal_scores_are_ordered_by_later_start_then_id(open_corpus: Corpora, analyzer: Analyzer) -> None:
    starts = {"m-d": date(2012, 1, 1), "m-a": None, "m-c": date(2019, 1, 1), "m-b": date(2012, 1, 1), "M-e": None}
    engine = open_corpus(documents_of(analyzer, *(mandate(i, title_en="Mali", start=s) for i, s in starts.items())))
    newest = ["m-c", "m-b", "m-d", "M-e", "m-a"]
    assert ids(engine, Word("mali")) == newest
    assert ids_of(engine, asked(Word("mali")), sort="newest") == newest
    assert ids_of(engine, asked(Word("mali")), sort="oldest") == [*("m-b", "m-d", "m-c", "M-e", "m-a")]
    assert [id_ for id_, _ in engine.rank(asked(Word("mali")), NO_FILTERS, window(0, 3)).ranked] == newest[:3]


def test_scores_that_differ_behind_the_sixth_digit_are_equal(open_corpus: Corpora, analyzer: Analyzer) -> None:
    """Of two texts of 20,000 words one is a word longer: it is worse by 2 in 100 million, but newer."""
    text = "mali " * 2_000 + "police " * 18_000
    older = mandate("m-1", en=text, start=date(2012, 1, 1))
    newer = mandate("m-2", en=text + "police", start=date(2019, 1, 1))
    engine = open_corpus(documents_of(analyzer, older, newer))
    (first, best), (second, other) = engine.rank(asked(Word("mali")), NO_FILTERS, window()).ranked
    assert (first, second) == ("m-2", "m-1")
    assert best == other
    assert engine.rank(asked(Word("mali")), NO_FILTERS, window(0, 1)).ranked == (("m-2", best),)


def test_order_of_building_changes_nothing(open_corpus: Corpora, tools: Tools) -> None:
    rng = dice(29)
    documents = random_documents(rng, 40, tools)
    inquirer = Inquirer(rng, documents, tools)
    queries = [(inquirer.query(), inquirer.filters(0.05)) for _ in range(60)]
    engine, other = open_corpus(documents), open_corpus(rng.sample(documents, len(documents)))
    for query, filters in queries:
        assert engine.rank(query, filters, window()) == other.rank(query, filters, window())
        asked_for = window(size=5, facets=True)
        assert engine.search(query, filters, asked_for) == other.search(query, filters, asked_for)


def test_no_words_give_every_document_newest_first(open_corpus: Corpora, analyzer: Analyzer) -> None:
    mandates = [mandate(f"m-{year}", title_en="x", start=date(year, 1, 1)) for year in (2012, 2015, 2009)]
    engine = open_corpus(documents_of(analyzer, *mandates, mandate("m-0")))
    assert ids_of(engine, EVERYTHING) == ["m-2015", "m-2012", "m-2009", "m-0"]


def test_query_without_parts_has_no_hits(open_corpus: Corpora, analyzer: Analyzer) -> None:
    engine = open_corpus(documents_of(analyzer, mandate("m-1", title_en="x")))
    assert engine.rank(Query(), NO_FILTERS, window()) == Ranked(0, ())
    assert engine.count(Query(excluded=(Part(Word("y")),)), NO_FILTERS, TODAY) == 0
