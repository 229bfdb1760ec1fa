"""Open something to search: the shipped corpus, or a few invented mandates."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final

from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Names
from search_app.corpus.names_files import PLACES, THESAURUS
from search_app.index.concepts import ConceptFinder
from search_app.index.document import PARTS, make_document, part_text
from search_app.index.engine import Engine
from search_app.index.engines import make_builder, open_engine
from search_app.index.generations import Generations
from search_app.index.indexer import CorpusFolder, build_index
from search_app.search.opening import open_searcher
from search_app.search.results import Result, ResultPage, SearchRequest
from search_app.search.searcher import Searcher

SHIPPED: Final = Path(__file__).parents[1] / "corpus"
# Most shipped mandates have ended by this day; no test asks the clock.
TODAY: Final = date(2019, 3, 15)

# Three mandates of the shipped corpus that the acceptance tests speak of.
M1: Final = "2020-un-sahel-strategic-development-orolsi-regional-engagement"
M2: Final = "2019-au-mali-sensitization-workshop-ddr-ssr"
M3: Final = "2016-drc-etude-cartographique-projets-exemplaires-rss"


def index_folder(corpus: Path, index: Path, tools: Tools, *, tables: Path = SHIPPED) -> Path:
    """Index the records of a folder with the shipped tables of names; returns the folder of the generation."""
    source = CorpusFolder(folder=corpus, thesaurus=tables / THESAURUS, places=tables / PLACES)
    report = build_index(source, index, tools=tools, clock=time.monotonic)
    return Generations(index).folder(report.generation)


@contextmanager
def opened(index: Path, tools: Tools) -> Iterator[Searcher]:
    """The searcher over the current generation of an index."""
    searcher = open_searcher(index, Generations(index).current(), tools=tools, max_terms=None)
    try:
        yield searcher
    finally:
        searcher.close()


@contextmanager
def small_engine(folder: Path, mandates: Iterable[Mandate], names: Names, tools: Tools) -> Iterator[Engine]:
    """An engine over invented mandates, in an empty folder."""
    builder = make_builder(folder, tools.stems)
    finder = ConceptFinder(names, tools.analyzer, tools.stems)
    for one in mandates:
        builder.add(make_document(one, tools.analyzer, names, finder=finder))
    builder.commit()
    engine = open_engine(folder, "g-000001", tools.stems)
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def small_searcher(folder: Path, mandates: Iterable[Mandate], names: Names, tools: Tools) -> Iterator[Searcher]:
    """A searcher over invented mandates, in an empty folder."""
    with small_engine(folder, mandates, names, tools) as engine:
        yield Searcher(engine, names, analyzer=tools.analyzer, stems=tools.stems)


def ask(searcher: Searcher, text: str, **more: object) -> ResultPage:
    """The first hundred hits of a query, unless `size` says otherwise; the rest are values of a `SearchRequest`."""
    request = SearchRequest(text=text, **{"size": 100, **more})  # type: ignore[arg-type]
    return searcher.search(request, TODAY)


def ids(page: ResultPage) -> list[str]:
    """The ids of a page, in its order."""
    return [result.mandate.id for result in page.results]


def ranking(page: ResultPage) -> list[tuple[str, float]]:
    """Ids with scores, in the page's order."""
    return [(result.mandate.id, result.score) for result in page.results]


def codes(page: ResultPage) -> list[str]:
    """The codes of a page's notes."""
    return [note.code for note in page.notes]


def check_reasons(result: Result) -> None:
    """Reasons cut whole words out of the stored text, ascending and disjoint; marks are the reasons."""
    reasons = result.why
    order = [(PARTS.index(why.field), why.start) for why in reasons]
    assert order == sorted(order)
    for before, after in pairwise(reasons):
        assert before.field != after.field or before.end <= after.start
    for why in reasons:
        text = part_text(result.mandate, why.field)
        assert why.words == text[why.start : why.end] != ""
        assert why.words == why.words.strip()
        assert not text[: why.start][-1:].isalnum()
        assert not text[why.end :][:1].isalnum()
    for field in PARTS:
        spans = [(why.start, why.end, why.how) for why in reasons if why.field == field]
        assert [(mark.start, mark.end, mark.how) for mark in result.marks(field)] == spans
    for language, shown in result.snippets.items():
        for one in shown:
            text = part_text(result.mandate, f"description.{language}")  # type: ignore[arg-type]
            end = one.start + len(one.text)
            assert one.text == text[one.start : end]
            inside = [
                (why.start - one.start, why.end - one.start, why.how)
                for why in reasons
                if why.field == f"description.{language}" and one.start <= why.start and why.end <= end
            ]
            assert [(mark.start, mark.end, mark.how) for mark in one.marks] == inside
