"""The judged queries over the shipped corpus: both engines give the same pages, word for word."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from search_app.analysis.tools import Tools
from search_app.index.engines import open_engine
from search_app.index.generations import Generations
from search_app.index.indexer import CorpusFolder, build_index, generation_names
from search_app.index.opensearch_engine.cluster import ClusterAddress
from search_app.search.evaluate import read_queries
from search_app.search.results import SearchRequest
from search_app.search.searcher import Searcher
from search_app.settings import shipped_corpus
from tests.opensearch.nodes import cleared

QUERIES = tuple(read_queries(Path(__file__).parents[1] / "relevance"))
TODAY = date(2020, 6, 1)


@pytest.fixture
def searchers(tmp_path: Path, tools: Tools, cluster_address: ClusterAddress) -> Iterator[tuple[Searcher, ...]]:
    """The shipped corpus on Whoosh and on the cluster."""
    corpus = shipped_corpus()
    source = CorpusFolder(folder=corpus, thesaurus=corpus / "thesaurus.yaml", places=corpus / "places.yaml")
    made = []
    with ExitStack() as stack:
        for cluster in (None, cluster_address):
            index = tmp_path / ("whoosh" if cluster is None else "cluster")
            build_index(source, index, tools=tools, clock=lambda: 0.0, cluster=cluster)
            folder = index / Generations(index).current()
            engine = open_engine(folder, folder.name, tools.stems, cluster=cluster)
            names = generation_names(folder)
            made.append(
                stack.enter_context(closing(Searcher(engine, names, analyzer=tools.analyzer, stems=tools.stems)))
            )
        yield tuple(made)
    cleared(cluster_address)


def test_judged_queries_get_the_same_page_on_both_engines(searchers: tuple[Searcher, ...]) -> None:
    differing = []
    for query in QUERIES:
        request = SearchRequest(text=query.text, language=query.language)
        pages = [replace(one.search(request, TODAY), took_ms=0.0) for one in searchers]
        if pages[0] != pages[1]:
            differing.append(query.id)
    assert len(QUERIES) > 50
    assert differing == []
