"""What a cluster's troubles mean to readers: a whole answer or 503 with Retry-After, never a piece of one."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from search_app.errors import ClusterError, QueryTimeoutError, SettingsError, StorageError
from search_app.index.opensearch_engine import cluster as cluster_module
from search_app.index.opensearch_engine.cluster import Cluster, ClusterAddress
from search_app.search.opening import open_service
from search_app.settings import Settings
from search_app.web.app import create_app
from tests.opensearch.conftest import Site
from tests.opensearch.nodes import free_ports

COMPLETE: dict[str, Any] = {
    "timed_out": False,
    "_shards": {"total": 2, "successful": 2, "failed": 0},
    "hits": {"total": {"value": 1}, "hits": []},
}


class StandIn:
    """Answers every request with what it is told to, and counts them."""

    def __init__(self, status: int, answer: object) -> None:
        self.status, self.answer, self.asked = status, answer, 0
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                stand_in.asked += 1
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                body = json.dumps(stand_in.answer).encode()
                self.send_response(stand_in.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_PUT = do_POST  # noqa: N815  # the names that the library looks for

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask again at once: here nothing will get better."""
    monkeypatch.setattr(cluster_module, "WAITS", (0.01,))


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    server = StandIn(200, COMPLETE)
    yield server
    server.close()


@pytest.fixture
def cluster(stand_in: StandIn) -> Iterator[Cluster]:
    made = Cluster(ClusterAddress(urls=(stand_in.url,)), {})
    yield made
    made.close()


@pytest.mark.parametrize(
    ("differs", "error"),
    [
        ({"timed_out": True}, QueryTimeoutError),
        ({"_shards": {"total": 2, "successful": 1, "failed": 1}}, ClusterError),
        ({"_shards": {"total": 2, "successful": 1, "failed": 0}}, ClusterError),
        ({"error": {"reason": "all shards failed"}, "status": 503}, ClusterError),
    ],
)
def test_answer_of_which_a_piece_is_missing_is_none(
    stand_in: StandIn, cluster: Cluster, differs: dict[str, Any], error: type[Exception]
) -> None:
    assert cluster.search("mandates", {}) == COMPLETE
    stand_in.answer = COMPLETE | differs
    with pytest.raises(error):
        cluster.search("mandates", {})
    stand_in.answer = {"responses": [COMPLETE, COMPLETE | differs]}
    with pytest.raises(error):
        cluster.msearch("mandates", [{}, {}])


def test_node_that_refuses_is_asked_again_and_then_another(stand_in: StandIn) -> None:
    (dead,) = free_ports(1)
    cluster = Cluster(ClusterAddress(urls=(f"http://127.0.0.1:{dead}", stand_in.url)), {})
    try:
        assert all(cluster.search("mandates", {}) == COMPLETE for _ in range(10))
        stand_in.status = 503
        before = stand_in.asked
        with pytest.raises(ClusterError, match="does not answer"):
            cluster.search("mandates", {})
        assert stand_in.asked - before >= 2
    finally:
        cluster.close()


def test_node_that_stays_silent_is_given_up_in_time_and_not_asked_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "REQUEST_SECONDS", 0.2)
    # whatever waits before it asks again would wait for ever
    monkeypatch.setattr(cluster_module, "WAITS", (3_600,))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        cluster = Cluster(ClusterAddress(urls=(f"http://127.0.0.1:{silent.getsockname()[1]}",)), {})
        try:
            with pytest.raises(ClusterError, match="took longer than it may"):
                cluster.search("mandates", {})
            with pytest.raises(ClusterError, match="took longer than it may"):
                cluster.write("PUT", "/mandates", seconds=1)
        finally:
            cluster.close()


def test_mistake_of_ours_is_not_asked_again(stand_in: StandIn, cluster: Cluster) -> None:
    stand_in.status = 400
    stand_in.answer = {"error": {"root_cause": [{"type": "parsing", "reason": "odd"}]}, "status": 400}
    with pytest.raises(StorageError, match="parsing: odd"):
        cluster.write("PUT", "/mandates")
    assert stand_in.asked == 1


def test_password_goes_to_loopback_and_https_only() -> None:
    known = {"MANDATE_SEARCH_OPENSEARCH_USER": "reader", "MANDATE_SEARCH_OPENSEARCH_PASSWORD": "secret"}
    for url in ("http://127.0.0.1:9200", "https://search.example.org:9200"):
        Cluster(ClusterAddress(urls=(url,)), known).close()
    with pytest.raises(SettingsError, match="https://"):
        Cluster(ClusterAddress(urls=("http://search.example.org:9200",)), known)


def test_readers_of_a_cluster_that_is_gone_get_503_and_are_told_when_to_come_back(site: Site) -> None:
    site.build()
    live = open_service(site.index, ZoneInfo("UTC"), cluster=site.address)
    (dead,) = free_ports(1)
    lost = open_service(site.index, ZoneInfo("UTC"), cluster=ClusterAddress(urls=(f"http://127.0.0.1:{dead}",)))
    settings = Settings(corpus=site.folder / "corpus", index=site.index)
    try:
        answers = [create_app(one, settings).test_client().get("/api/v1/search?q=alpha") for one in (live, lost)]
    finally:
        live.close()
        lost.close()
    assert (answers[0].status_code, answers[0].get_json()["total"]) == (200, 30)
    assert (answers[1].status_code, answers[1].mimetype) == (503, "application/problem+json")
    assert answers[1].get_json()["type"] == "/problems/cluster-unavailable"
    assert int(answers[1].headers["Retry-After"]) > 0
