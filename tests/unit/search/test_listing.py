"""All hits at once: the same as the pages, from one generation, however long the reader takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from search_app.analysis.tools import Tools
from search_app.corpus.names_files import read_names
from search_app.index.indexer import CorpusFolder, build_index
from search_app.search.listing import facet_of
from search_app.search.opening import open_service
from search_app.search.results import SearchRequest
from search_app.search.service import SearchService
from tests.searching import SHIPPED
from tests.support import mandate, organisation, region, write_corpus

DAYS = [datetime(2020, month, 1, tzinfo=UTC) for month in (5, 6)]
RECORDS = [
    mandate(f"20{year}-mali-{number}", en=f"police course {'reform ' * number}", places=("Mali",))
    for year in (18, 19)
    for number in range(1, 9)
]


def build(folder: Path, tools: Tools, now: datetime) -> None:
    tables = folder / "corpus"
    files = CorpusFolder(folder=tables, thesaurus=tables / "thesaurus.yaml", places=tables / "places.yaml")
    build_index(files, folder / "index", tools=tools, clock=time.monotonic, now=lambda: now)


@pytest.fixture
def service(tmp_path: Path, tools: Tools) -> Iterator[SearchService]:
    """Fifteen mandates of May, one of June."""
    write_corpus(tmp_path / "corpus", RECORDS[:-1])
    build(tmp_path, tools, DAYS[0])
    write_corpus(tmp_path / "corpus", RECORDS[-1:])
    build(tmp_path, tools, DAYS[1])
    service = open_service(tmp_path / "index", ZoneInfo("UTC"))
    yield service
    service.close()


def listed(service: SearchService, request: SearchRequest, since: datetime | None = None) -> list[tuple[str, float]]:
    listing = service.listing(request, since)
    try:
        found = [(one.result.mandate.id, one.result.score) for one in listing.hits]
        assert listing.total == len(found)
        return found
    finally:
        listing.close()


@pytest.mark.parametrize("text", ["reform", "police", "", "mali -reform", "nothing"])
@pytest.mark.parametrize("sort", [None, "oldest"])
def test_listing_is_all_pages_joined(service: SearchService, text: str, sort: str | None) -> None:
    request = SearchRequest(text=text, size=4, sort=sort)  # type: ignore[arg-type]
    pages = [service.search(SearchRequest(text=text, size=4, page=page, sort=sort)) for page in range(1, 6)]  # type: ignore[arg-type]
    joined = [(result.mandate.id, result.score) for page in pages for result in page.results]
    assert listed(service, request) == joined
    assert pages[0].total == len(joined)


def test_hits_are_whole_results(service: SearchService) -> None:
    request = SearchRequest(text="reform", size=100)
    listing = service.listing(request)
    assert [one.result for one in listing.hits] == list(service.search(request).results)
    listing.close()


def test_only_what_has_changed_since(service: SearchService) -> None:
    newest = RECORDS[-1].id
    assert [name for name, _ in listed(service, SearchRequest(), DAYS[1])] == [newest]
    assert len(listed(service, SearchRequest(), DAYS[0])) == len(RECORDS)
    assert listed(service, SearchRequest(), datetime(2020, 6, 1, 0, 0, 1, tzinfo=UTC)) == []
    listing = service.listing(SearchRequest())
    changed = {one.result.mandate.id: one.changed for one in listing.hits}
    listing.close()
    assert {changed.pop(newest)} == {"2020-06-01T00:00:00+00:00"}
    assert set(changed.values()) == {"2020-05-01T00:00:00+00:00"}


def test_listing_goes_on_with_its_generation(service: SearchService, tmp_path: Path, tools: Tools) -> None:
    listing = service.listing(SearchRequest(text="reform"))
    first = next(listing.hits)
    write_corpus(tmp_path / "corpus", [mandate("2020-mali-other", en="reform " * 20, places=("Mali",))])
    build(tmp_path, tools, DAYS[1])
    service.close()
    rest = list(listing.hits)
    assert 1 + len(rest) == listing.total
    assert first.result.mandate.id not in {one.result.mandate.id for one in rest}
    listing.close()
    listing.close()


def test_unread_listings_hold_nothing_once_they_are_closed(service: SearchService) -> None:
    for _ in range(20):
        service.listing(SearchRequest(text="police")).close()
    assert len(listed(service, SearchRequest(text="police"))) == len(RECORDS)


def test_concepts_are_those_of_the_tables_with_their_totals(service: SearchService, tmp_path: Path) -> None:
    concepts = service.concepts()
    corpus = tmp_path / "corpus"
    assert concepts.concepts == tuple(read_names(corpus / "thesaurus.yaml", corpus / "places.yaml"))
    counts = {concept.id: concepts.counts[concept.id] for concept in concepts.concepts}
    assert counts == {"ssr": 0, "country-ml": 16, "sahel": 16}


def test_each_kind_of_concept_has_its_filter() -> None:
    names = read_names(SHIPPED / "thesaurus.yaml", SHIPPED / "places.yaml")
    assert facet_of(names.concepts["ssr"]) == "concept"
    assert facet_of(names.concepts["country-ml"]) == facet_of(region("sahel", "Sahel", "Sahel", "ML")) == "country"
    assert facet_of(organisation("au", "African Union", "Union africaine")) == "requester"
