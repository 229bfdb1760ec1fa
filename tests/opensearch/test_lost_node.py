"""One of three nodes is killed while people search and a new generation is built: nobody notices.

`SECONDS` says for how long; the default is short, so that every run of the tests can afford it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from search_app.analysis.tools import Tools
from search_app.index.generations import Generations
from search_app.index.opensearch_engine.cluster import Cluster, ClusterAddress
from search_app.search.opening import open_service
from search_app.settings import Settings
from search_app.web.app import create_app
from tests.opensearch.conftest import Site
from tests.opensearch.nodes import NoCluster, Nodes

pytestmark = pytest.mark.long

SECONDS: Final = float(os.environ.get("TEST_LOST_NODE_SECONDS", "5"))
READERS: Final = 3
RECORDS: Final = 300


@pytest.fixture
def three_nodes(tmp_path: Path) -> Iterator[Nodes]:
    """A cluster of its own, since one of its nodes will not come back."""
    try:
        nodes = Nodes(tmp_path / "nodes", 3)
    except NoCluster as reason:
        pytest.skip(str(reason))
    yield nodes
    nodes.stop()


def test_lost_node_goes_unnoticed_by_readers_and_by_the_indexer(
    three_nodes: Nodes, tools: Tools, tmp_path: Path
) -> None:
    address = ClusterAddress(urls=three_nodes.urls, prefix="lost", shards=3)
    site = Site(tmp_path / "site", tools, address)
    site.write(range(RECORDS), "alpha")
    site.build()
    wait_until_green(address)
    service = open_service(site.index, ZoneInfo("UTC"), cluster=address, time_limit=30)
    app = create_app(service, Settings(corpus=site.folder / "corpus", index=site.index))
    over = time.monotonic() + SECONDS
    started = threading.Barrier(READERS + 1, timeout=60)

    asked_again: list[object] = []

    def read(number: int) -> list[tuple[int, object]]:
        """Status of every answer, and its total or what is wrong."""
        client, answers = app.test_client(), []
        client.get("/api/v1/search?q=say")
        started.wait()
        # another size each time, so that no answer comes from memory
        while time.monotonic() < over or number >= len(answers):
            path = f"/api/v1/search?q=say&size={len(answers) % 50 + 1}&page={number + 1}"
            answer = client.get(path)
            if answer.status_code == 503:
                # as a browser's reader or a program would
                asked_again.append(answer.get_json())
                time.sleep(float(answer.headers["Retry-After"]))
                answer = client.get(path)
            told = answer.get_json()
            answers.append((answer.status_code, told.get("total", told)))
        return answers

    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(read, number) for number in range(READERS)]
        started.wait()
        site.write(range(RECORDS), "beta")
        victim = threading.Timer(SECONDS / 4, three_nodes.nodes[0].kill)
        victim.start()
        generations = []
        while time.monotonic() < over or len(generations) < 2:
            generations.append(site.build(full=True).generation)
        victim.join()
        answers = [one for reader in readers for one in reader.result()]
    service.close()
    failed = [one for one in answers if one[0] != 200]
    partial = [one for one in answers if one[0] == 200 and one[1] != RECORDS]
    print(  # noqa: T201  # shown with -s
        f"{len(answers)} searches in {SECONDS:.0f} s, {len(asked_again)} asked again after 503, {len(failed)} failed, "
        f"{len(partial)} partial answers; {len(generations)} generations, the last of them live"
    )
    assert three_nodes.nodes[0].process.poll() is not None
    assert failed == []
    assert partial == []
    assert len(answers) > READERS
    assert Generations(site.index).current() == generations[-1]
    assert site.alias() == [generations[-1].replace("-", "")]
    assert (site.found("beta"), site.found("alpha")) == (RECORDS, 0)


def wait_until_green(address: ClusterAddress) -> None:
    """Until every piece of every index has its copy: what is lost before that is lost."""
    cluster = Cluster(address)
    try:
        health = cluster.write("GET", "/_cluster/health", wait_for_status="green", timeout="60s")
        assert health["status"] == "green"
    finally:
        cluster.close()
