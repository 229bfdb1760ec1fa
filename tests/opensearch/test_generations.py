"""Generations on a cluster: the alias always names a whole one, whatever ends a run; leftovers go, others' stay."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from search_app.errors import GuardError, IncompatibleIndexError, NoIndexError, StorageError
from search_app.index import indexer
from search_app.index.generations import Generations
from search_app.index.opensearch_engine.builder import OpenSearchBuilder
from search_app.index.opensearch_engine.cluster import Cluster
from search_app.search.opening import open_searcher
from tests.opensearch.conftest import Site


def test_each_run_makes_an_index_and_swaps_the_alias_and_three_are_kept(site: Site) -> None:
    site.build()
    assert (site.indexes(), site.alias()) == (["g000001"], ["g000001"])
    for word in ("beta", "gamma", "delta"):
        site.write(range(1), word)
        assert site.build().indexed == 1
    assert site.indexes() == ["g000002", "g000003", "g000004"]
    assert site.alias() == ["g000004"]
    assert site.through_alias() == 30
    assert [site.found(word) for word in ("alpha", "beta", "gamma", "delta")] == [29, 0, 0, 1]
    assert not site.build().changed


def test_finished_index_cannot_be_written(site: Site) -> None:
    site.build()
    cluster = Cluster(site.address)
    try:
        with pytest.raises(StorageError, match="block"):
            cluster.write("PUT", f"/{site.address.index('g-000001')}/_doc/m-99", {"id": "m-99"})
    finally:
        cluster.close()


def test_rollback_moves_the_alias_too(site: Site) -> None:
    site.build()
    site.write(range(3), "beta")
    site.build()
    process = site.start("rollback", "g-000001")
    assert process.communicate()[0] == "g-000001 is current\n"
    assert (site.alias(), site.found("beta")) == (["g000001"], 0)
    site.build()
    assert (site.alias(), site.found("beta")) == (["g000003"], 3)


def test_corpus_that_shrank_leaves_the_alias(site: Site) -> None:
    site.build()
    for path in sorted((site.folder / "corpus" / "mandates").rglob("*.yaml"))[:20]:
        path.unlink()
    with pytest.raises(GuardError, match="shrink guard"):
        site.build()
    assert (site.alias(), site.through_alias()) == (["g000001"], 30)
    site.write(range(30), "beta")
    site.build()
    assert (site.alias(), site.indexes()) == (["g000002"], ["g000001", "g000002"])


def test_build_that_fails_leaves_the_alias_and_no_index(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.build()

    def broken(*_: object) -> int:
        raise StorageError("the cluster is full")

    site.write(range(3), "beta")
    with monkeypatch.context() as patched:
        patched.setattr(OpenSearchBuilder, "commit", broken)
        with pytest.raises(StorageError, match="full"):
            site.build()
    assert (site.alias(), site.indexes(), site.found("alpha")) == (["g000001"], ["g000001"], 30)


def test_generation_that_holds_other_documents_is_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.build()
    site.write(range(3), "beta")
    with monkeypatch.context() as patched:
        patched.setattr(indexer, "open_engine", Inventive)
        with pytest.raises(GuardError, match="holds 31 of"):
            site.build()
    assert (site.alias(), site.found("alpha")) == (["g000001"], 30)
    site.build()
    assert (site.alias(), site.indexes(), site.found("beta")) == (["g000002"], ["g000001", "g000002"], 3)


class Inventive:
    """An engine that has one document too many."""

    def __init__(self, *args: object, **more: object) -> None:
        from search_app.index.engines import open_engine

        self._real = open_engine(*args, **more)  # type: ignore[arg-type]

    def ids(self) -> list[str]:
        return [*self._real.ids(), "m-lost"]

    def close(self) -> None:
        self._real.close()


def test_leftover_of_a_killed_build_is_dropped_and_what_others_made_stays(site: Site, tmp_path: Path) -> None:
    site.build()
    prefix = site.address.prefix
    cluster = Cluster(site.address)
    try:
        owner = (site.index / "cluster-owner").read_text()
        cluster.write("PUT", f"/{prefix}-g000009", {"mappings": {"_meta": {"owner": owner}}})
        cluster.write("PUT", f"/{prefix}-g000008", {"mappings": {"_meta": {"owner": "somebody else"}}})
    finally:
        cluster.close()
    assert not site.build().changed
    assert site.indexes() == ["g000001", "g000008"]


def test_name_that_another_folder_took_is_refused_and_its_index_stays(site: Site, tmp_path: Path) -> None:
    site.build()
    other = Site(tmp_path / "other", site.tools, site.address)
    other.write(range(5), "beta")
    with pytest.raises(StorageError, match="already exists"):
        other.build()
    assert (site.alias(), site.through_alias(), site.found("alpha")) == (["g000001"], 30, 30)


def test_index_that_the_cluster_lost_is_told_and_built_anew(site: Site) -> None:
    site.build()
    cluster = Cluster(site.address)
    try:
        cluster.write("DELETE", f"/{site.address.index('g-000001')}")
    finally:
        cluster.close()
    with pytest.raises(NoIndexError, match="lacks its index"):
        site.found("alpha")
    report = site.build()
    assert (report.indexed, site.alias(), site.found("alpha")) == (30, ["g000002"], 30)


def test_generation_of_the_other_engine_is_not_opened(site: Site) -> None:
    site.build()
    generation = Generations(site.index).current()
    assert json.loads((site.index / generation / "manifest.json").read_text())["engine"] == "opensearch"
    with pytest.raises(IncompatibleIndexError):
        open_searcher(site.index, generation, tools=site.tools)


def test_alias_names_a_whole_generation_wherever_the_indexer_is_killed(site: Site) -> None:
    site.build()
    for number, moment in enumerate((0.9, 1.3, 1.8, 2.4)):
        site.write(range(30), f"word{number}")
        process = site.start("index", "--full")
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
        (named,) = site.alias()
        assert site.through_alias() == 30, (moment, named)
        assert site.found("say") == 30
    site.write(range(30), "omega")
    site.build()
    assert (site.found("omega"), len(site.indexes())) == (30, len(Generations(site.index).names()))
    assert site.alias() == [Generations(site.index).current().replace("-", "")]
    shutil.rmtree(site.index)
