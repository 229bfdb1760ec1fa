"""Concepts and years: filters, facets, and which mandates are like one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from search_app.analysis.analyzer import Analyzer
from search_app.analysis.tools import Tools
from search_app.index.document import Document
from search_app.index.engine import Engine
from search_app.index.query import Filters, Window
from tests.contract.asking import EVERYTHING, NO_FILTERS, Corpora, documents_of, ids_of, window
from tests.contract.invention import TODAY, Inquirer, dice, random_documents
from tests.contract.reference import Reference
from tests.support import mandate

pytestmark = pytest.mark.engine

CONCEPTS = tuple(f"concept-{number:02d}" for number in range(30))


def with_concepts(documents: Sequence[Document], seed: int) -> list[Document]:
    """Documents that hold concepts at random, the first of CONCEPTS most often."""
    rng = dice(seed)
    held = (tuple(name for rank, name in enumerate(CONCEPTS) if rng.random() < 0.5 / (rank / 4 + 1)) for _ in documents)
    return [replace(document, concepts=concepts) for document, concepts in zip(documents, held, strict=True)]


def facet(engine: Engine, name: str, filters: Filters = NO_FILTERS, today: date = TODAY) -> dict[str, int]:
    page = engine.search(EVERYTHING, filters, Window(size=0, today=today))
    return dict(page.facets[name])


@pytest.mark.parametrize("seed", range(2))
def test_concepts_filter_and_count_like_brute_force(open_corpus: Corpora, tools: Tools, seed: int) -> None:
    rng = dice(200 + seed)
    documents = with_concepts(random_documents(rng, 70, tools), seed)
    engine, reference, inquirer = open_corpus(documents), Reference(documents), Inquirer(rng, documents, tools)
    for _ in range(60):
        query = inquirer.query()
        filters = replace(inquirer.filters(0.1), concept=tuple(rng.sample(CONCEPTS, rng.choice((0, 1, 2)))))
        page = engine.search(query, filters, window(size=0, facets=True))
        counted = dict(page.facets["concept"])
        assert counted == reference.facets(query, filters, TODAY)["concept"]
        assert page.total == len(reference.answer(query, filters, sort="newest", today=TODAY))


def test_concepts_of_a_grown_index_are_those_of_a_new_one(open_corpus: Corpora, tools: Tools) -> None:
    documents = with_concepts(random_documents(dice(31), 60, tools), 31)
    changed = [replace(one, concepts=CONCEPTS[-2:]) for one in documents[10:20]]
    gone = [one.id for one in documents[:20]]
    grown = open_corpus.grown(open_corpus(documents), removed=gone, added=changed)
    new = open_corpus([*documents[20:], *changed])
    assert facet(grown, "concept") == facet(new, "concept")
    assert facet(grown, "year") == facet(new, "year")
    for one in (*documents[20:], *changed):
        assert grown.concepts(one.id) == new.concepts(one.id)
        assert [hit.mandate.id for hit in grown.similar(one.id, 8)] == [
            hit.mandate.id for hit in new.similar(one.id, 8)
        ]


@pytest.mark.parametrize("name", ["concept", "requester"])
def test_only_the_most_frequent_values_are_listed_and_those_chosen(
    open_corpus: Corpora, analyzer: Analyzer, name: str
) -> None:
    values = [f"c-{number:03d}" for number in range(150)]
    plain = documents_of(analyzer, *(mandate(f"m-{number}") for number in range(2)))
    holding = [replace(one, **{f"{name}s": held}) for one, held in zip(plain, (values, values[90:]), strict=True)]
    engine = open_corpus(holding)
    listed = engine.search(EVERYTHING, NO_FILTERS, window(size=0, facets=True)).facets[name]
    assert list(listed) == [
        *((value, 2) for value in values[90:]),
        *((value, 1) for value in values[:40]),
    ]
    assert facet(engine, name, Filters(**{name: ("c-089",)}))["c-089"] == 1  # type: ignore[arg-type]
    every = engine.search(EVERYTHING, NO_FILTERS, Window(size=0, today=TODAY, most_values=1_000)).facets[name]
    assert len(every) == 150


def test_concepts_of_a_document_are_told_rarest_first(open_corpus: Corpora, analyzer: Analyzer) -> None:
    held = {"m-1": ("common", "rare", "usual"), "m-2": ("common", "usual"), "m-3": ("common",), "m-4": ()}
    plain = documents_of(analyzer, *map(mandate, held))
    engine = open_corpus([replace(one, concepts=held[one.id]) for one in plain])
    assert list(engine.concepts("m-1")) == ["rare", "usual", "common"]
    assert list(engine.concepts("m-4")) == list(engine.concepts("m-5")) == []


# years


def years_by_hand(documents: Sequence[Document], today: date) -> dict[str, int]:
    """Listed are the years of a mandate's own dates; counted is who was active in them at all."""
    dated = [one for one in documents if (one.first, one.last) != (date.min.toordinal(), date.max.toordinal())]
    listed: set[int] = set()
    for one in dated:
        first, last = date.fromordinal(one.first), date.fromordinal(one.last)
        begin = last.year if first == date.min else first.year
        end = max(today.year, begin) if last == date.max else last.year
        listed.update(range(begin, end + 1))

    def active(year: int) -> int:
        start, end = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        return sum(one.first <= end and one.last >= start for one in dated)

    return {str(year): active(year) for year in sorted(listed)}


@pytest.mark.parametrize("seed", range(4))
def test_number_of_a_year_is_what_was_active_in_it(open_corpus: Corpora, tools: Tools, seed: int) -> None:
    documents = random_documents(dice(300 + seed), 40, tools)
    engine = open_corpus(documents)
    counted = facet(engine, "year")
    assert counted == years_by_hand(documents, TODAY)
    assert list(counted) == sorted(counted)
    for year, count in counted.items():
        during = Filters(start=date(int(year), 1, 1), end=date(int(year), 12, 31))
        assert engine.count(EVERYTHING, during, TODAY) == count
        assert facet(engine, "year", during) == counted


def test_an_open_end_reaches_to_this_year_and_an_open_start_tells_of_its_end_alone(
    open_corpus: Corpora, analyzer: Analyzer
) -> None:
    engine = open_corpus(
        documents_of(
            analyzer,
            mandate("open-end", start=date(2017, 5, 1)),
            mandate("open-start", end=date(2012, 5, 1)),
            mandate("to-come", start=date(2030, 1, 1)),
            mandate("undated"),
        )
    )
    assert facet(engine, "year", today=date(2019, 6, 1)) == {"2012": 1, "2017": 1, "2018": 1, "2019": 1, "2030": 2}
    assert facet(engine, "year", today=date(2018, 1, 1)) == {"2012": 1, "2017": 1, "2018": 1, "2030": 2}


def test_years_of_typing_mistakes_are_not_listed(open_corpus: Corpora, analyzer: Analyzer) -> None:
    engine = open_corpus(
        documents_of(
            analyzer,
            mandate("late", start=date(2019, 1, 1), end=date(9019, 1, 1)),
            mandate("early", start=date(19, 1, 1), end=date(1999, 12, 31)),
        )
    )
    counted = facet(engine, "year")
    assert (min(counted), max(counted)) == ("1920", "2040")
    assert counted["1999"] == counted["2040"] == 1


def test_active_during_agrees_with_brute_force_on_a_thousand_intervals(open_corpus: Corpora, tools: Tools) -> None:
    rng = dice(1_000)
    documents = random_documents(rng, 60, tools)
    engine = open_corpus(documents)
    for _ in range(1_000):
        start, end = sorted(date(2006, 1, 1) + timedelta(days=rng.randint(0, 6_000)) for _ in range(2))
        start, end = rng.choice([(start, end), (start, end), (start, None), (None, end), (start, start)])
        days = ((start or date.min).toordinal(), (end or date.max).toordinal())
        wanted = {
            one.id
            for one in documents
            if (one.first, one.last) != (date.min.toordinal(), date.max.toordinal())
            and one.first <= days[1]
            and one.last >= days[0]
        }
        assert set(ids_of(engine, EVERYTHING, Filters(start=start, end=end))) == wanted, (start, end)


# likeness


def like(engine: Engine, id_: str, size: int = 10) -> list[str]:
    return [hit.mandate.id for hit in engine.similar(id_, size)]


def test_rarer_shared_concepts_make_mandates_more_alike(open_corpus: Corpora, analyzer: Analyzer) -> None:
    held = {
        "m-0": ("common", "rare", "usual"),
        "m-1": ("common",),
        "m-2": ("common", "usual"),
        "m-3": ("common", "rare"),
        "m-4": ("common", "usual"),
        "m-5": ("other",),
        "m-6": ("common",),
    }
    plain = documents_of(analyzer, *(mandate(id_, start=date(2019, 1, int(id_[-1]) + 1)) for id_ in held))
    engine = open_corpus([replace(one, concepts=held[one.id]) for one in plain])
    counts = Counter(name for names in held.values() for name in names)

    def shared(other: str) -> float:
        both = set(held["m-0"]) & set(held[other])
        return sum(math.log(1 + (7 - counts[name] + 0.5) / (counts[name] + 0.5)) for name in both)

    assert shared("m-3") > shared("m-2") == shared("m-4") > shared("m-1")
    assert like(engine, "m-0") == ["m-3", "m-2", "m-4", "m-1", "m-6"]
    assert like(engine, "m-0", 2) == ["m-3", "m-2"]
    assert like(engine, "m-5") == like(engine, "m-9") == []


def test_among_equally_like_mandates_the_country_then_the_time_decides(
    open_corpus: Corpora, analyzer: Analyzer
) -> None:
    plain = documents_of(
        analyzer,
        mandate("m-0", places=("Mali",), start=date(2015, 6, 1)),
        mandate("far", places=("Niger",), start=date(2019, 6, 1)),
        mandate("near", places=("Niger",), start=date(2015, 5, 1)),
        mandate("no-start", places=("Niger",), end=date(2015, 6, 1)),
        mandate("same-country", places=("Nigeria", "Mali"), start=date(2010, 1, 1)),
    )
    engine = open_corpus([replace(one, concepts=("some",)) for one in plain])
    assert like(engine, "m-0") == ["same-country", "near", "far", "no-start"]


# titles


def test_titles_are_found_by_the_beginnings_of_their_words(open_corpus: Corpora, analyzer: Analyzer) -> None:
    engine = open_corpus(
        documents_of(
            analyzer,
            mandate("m-1", title_en="Police reform in Mali", start=date(2012, 1, 1)),
            mandate("m-2", title_fr="Réforme de la police", en="Mali", start=date(2014, 1, 1)),
            mandate("m-3", title_en="UN reform", title_fr="Réforme onusienne"),
            mandate("m-4", title_en="x", en="police reform", places=("Mali",)),
        )
    )
    found = {
        ("pol",): ["m-2", "m-1"],
        ("reform",): ["m-2", "m-1", "m-3"],
        ("ref", "pol"): ["m-2", "m-1"],
        ("mali",): ["m-1"],
        ("un",): ["m-3"],
        ("onu", "un"): ["m-3"],
        ("olice",): [],
        ("pol", "zebra"): [],
        (): [],
    }
    for prefixes, ids in found.items():
        assert [hit.mandate.id for hit in engine.titled(prefixes, 10)] == ids, prefixes
    assert [hit.mandate.id for hit in engine.titled(("ref",), 1)] == ["m-2"]


def test_titles_of_a_grown_index_are_those_of_a_new_one(open_corpus: Corpora, tools: Tools) -> None:
    documents = random_documents(dice(41), 60, tools)
    engine = open_corpus(documents[:50])
    grown = open_corpus.grown(engine, removed=[one.id for one in documents[:20]], added=documents[50:])
    new = open_corpus(documents[20:])
    for letter in "abcdefgmnoprstu":
        found = [[hit.mandate.id for hit in engine.titled((letter,), 99)] for engine in (grown, new)]
        assert found[0] == found[1]
