"""There is more than one way to a page and its numbers, by how many documents are found: all lead to the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from search_app.analysis.tools import Tools
from search_app.index.document import Document
from search_app.index.query import Window
from search_app.index.whoosh_engine import ascending, block_writer, counting, facets, ranking, reader
from tests.contract.asking import NO_FILTERS, Corpora, window
from tests.contract.invention import TODAY, Inquirer, dice, random_documents
from tests.contract.reference import FACETS, Reference

pytestmark = pytest.mark.engine

NEVER = 10**9
WAYS = [
    (facets, "WORTH_KEEPING", 0),
    (facets, "WORTH_KEEPING", NEVER),
    (counting, "MOST_BIT_ROWS", 0),
    (counting, "_DEARER", NEVER),
    (counting, "_DEARER", 0),
    (ranking, "BEST", 0),
    (ascending, "_DENSE", NEVER),
    (ascending, "_DENSE", 0),
]


@pytest.fixture
def corpora(tools: Tools, tmp_path: Path) -> Iterator[Corpora]:
    """Builds and opens generations on Whoosh, and closes them after the test."""
    made = Corpora(tmp_path, tools.stems)
    yield made
    made.close()


@pytest.mark.parametrize(("module", "name", "value"), WAYS)
def test_every_way_leads_to_the_same_page_and_numbers(
    corpora: Corpora, tools: Tools, monkeypatch: pytest.MonkeyPatch, *, module: ModuleType, name: str, value: int
) -> None:
    monkeypatch.setattr(module, name, value)
    rng = dice(11)
    documents = random_documents(rng, 80, tools)
    compare(corpora, documents, Inquirer(rng, documents, tools))


def test_phrases_are_found_where_blocks_without_them_are_passed_over(
    corpora: Corpora, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(block_writer, "POSTINGS_A_BLOCK", 3)
    monkeypatch.setattr(reader, "FEW", 0)
    rng = dice(13)
    documents = random_documents(rng, 80, tools)
    compare(corpora, documents, Inquirer(rng, documents, tools))


def compare(corpora: Corpora, documents: Sequence[Document], inquirer: Inquirer) -> None:
    """Ask 150 questions, and compare pages and numbers with those of brute force."""
    engine, reference = corpora(documents), Reference(documents)
    for number in range(150):
        query, filters = inquirer.query(), inquirer.filters(0.04)
        page = engine.search(query, filters, window(size=number % 11, facets=True))
        wanted = reference.answer(query, filters, sort="relevance", today=TODAY)
        listed = wanted[: number % 11]
        assert (page.total, [hit.mandate.id for hit in page.hits]) == (len(wanted), [one for one, _ in listed]), query
        assert [hit.score for hit in page.hits] == pytest.approx([score for _, score in listed], rel=1e-6), query
        assert {facet: dict(page.facets[facet]) for facet in FACETS} == reference.facets(query, filters, TODAY), query
        # what was counted once is asked for again
        assert engine.search(query, filters, window(size=0, facets=True)).facets == page.facets


def test_asked_on_another_day_numbers_are_those_of_that_day(
    corpora: Corpora, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "WORTH_KEEPING", 0)
    rng = dice(12)
    documents = random_documents(rng, 60, tools)
    engine, reference, inquirer = corpora(documents), Reference(documents), Inquirer(rng, documents, tools)
    days = [TODAY.replace(year=year) for year in (1990, 2012, 2016, 2040)]
    for _ in range(10):
        query = inquirer.query()
        for day in days:
            found = engine.search(query, NO_FILTERS, Window(size=0, today=day)).facets
            assert {facet: dict(found[facet]) for facet in FACETS} == reference.facets(query, NO_FILTERS, day), query
