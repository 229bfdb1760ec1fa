"""Lists that are longer than what a cluster gives at once: walked page by page, in the same order, ids alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from search_app.analysis.tools import Tools
from search_app.index.engine import Engine
from search_app.index.engines import make_builder, open_engine
from search_app.index.opensearch_engine import engine as module
from search_app.index.opensearch_engine.cluster import Cluster, ClusterAddress
from search_app.index.query import Word
from tests.contract.asking import EVERYTHING, NO_FILTERS, SORTS, asked, window
from tests.contract.invention import Inquirer, dice, random_documents
from tests.opensearch.nodes import cleared

RECORDS = 60


@pytest.fixture
def engine(tmp_path: Path, tools: Tools, cluster_address: ClusterAddress) -> Iterator[Engine]:
    """Sixty invented documents, on three pieces of an index."""
    folder, address = tmp_path / "g-000001", replace(cluster_address, shards=3)
    folder.mkdir()
    builder = make_builder(folder, tools.stems, cluster=address)
    for document in random_documents(dice(29), RECORDS, tools):
        builder.add(document)
    builder.commit()
    opened = open_engine(folder, folder.name, tools.stems, cluster=address)
    yield opened
    opened.close()
    cleared(cluster_address)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("query", [EVERYTHING, asked(Word("police")), asked(Word("reforme"), Word("mali"))])
def test_long_list_has_the_order_of_a_short_one(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, query: Any, sort: Any
) -> None:
    whole = engine.rank(query, NO_FILTERS, window(size=RECORDS, sort=sort))
    assert whole.total == len(whole.ranked) > 15
    for name, value in {"MOST_EXACT": 10, "AT_ONCE": 7, "DEEPEST": 12}.items():
        monkeypatch.setattr(module, name, value)
    ids = [one for one, _ in whole.ranked]
    for first, size in ((0, sys.maxsize), (0, 13), (8, 5), (12, 2), (len(ids) - 3, 50)):
        some = engine.rank(query, NO_FILTERS, window(first, size, sort))
        assert some.total == whole.total
        assert [one for one, _ in some.ranked] == ids[first : first + size]
        page = engine.search(query, NO_FILTERS, window(first, min(size, 20), sort))
        assert [hit.mandate.id for hit in page.hits] == ids[first : first + min(size, 20)]


def test_no_texts_come_of_ranks_whose_scores_are_not_worked_out(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources: list[dict[str, Any]] = []
    search = Cluster.search

    def heard(cluster: Cluster, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = search(cluster, path, body)
        sources.extend(hit["_source"] for hit in answer["hits"]["hits"])
        return answer

    monkeypatch.setattr(Cluster, "search", heard)
    monkeypatch.setattr(module, "MOST_EXACT", 10)
    engine.rank(EVERYTHING, NO_FILTERS, window(size=sys.maxsize))
    assert [sorted(one) == ["id", "newest"] for one in sources] == [False] * 10 + [True] * (RECORDS - 10)


def test_cluster_itself_scores_as_we_work_it_out(engine: Engine, tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = dice(37)
    inquirer = Inquirer(rng, random_documents(dice(29), RECORDS, tools), tools)
    compared = 0
    for _ in range(150):
        query = inquirer.query()
        with monkeypatch.context() as patched:
            patched.setattr(module, "MOST_EXACT", 1)
            theirs = dict(engine.rank(query, NO_FILTERS, window(size=RECORDS)).ranked)
        ours = dict(engine.rank(query, NO_FILTERS, window(size=RECORDS)).ranked)
        # one in the sixth digit: the cluster adds in 32 bits
        assert theirs == pytest.approx(ours, rel=1.01e-5), query
        compared += len(ours)
    assert compared > 1_000
