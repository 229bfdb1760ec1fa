"""Documents are sent while the next ones are made: in one batch at a time, and what goes wrong there ends the build."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from search_app.analysis.tools import Tools
from search_app.errors import ClusterError, StorageError
from search_app.index.document import Document, make_document
from search_app.index.opensearch_engine import builder as module
from search_app.index.opensearch_engine.builder import OpenSearchBuilder
from search_app.index.opensearch_engine.cluster import Cluster, ClusterAddress, _Refused
from tests.opensearch.nodes import cleared
from tests.support import WORLD, mandate

AT_ONCE: Final = 2


@pytest.fixture
def documents(tools: Tools) -> list[Document]:
    return [make_document(mandate(f"m-{number}", en="police"), tools.analyzer, WORLD) for number in range(9)]


@pytest.fixture
def builder(
    tmp_path: Path, tools: Tools, cluster_address: ClusterAddress, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenSearchBuilder]:
    """A build that sends two documents at once, and waits for a busy cluster for as good as no time."""
    monkeypatch.setattr(module, "BATCH", AT_ONCE)
    monkeypatch.setattr(module, "_WAITS", (0.001, 0.001))
    yield OpenSearchBuilder(tmp_path, tools.stems, cluster_address, generation="g-000001", owner="test")
    cleared(cluster_address)


class Wire:
    """Stands between the builder and the cluster: `sent` holds the ids of each request, `before` may meddle."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: list[list[str]] = []
        self.threads: set[int] = set()
        write = Cluster.write

        def meddled(cluster: Cluster, method: str, path: str, body: Any = None, **more: Any) -> Any:
            if not path.endswith("_bulk"):
                return write(cluster, method, path, body, **more)
            ids = [found["index"]["_id"] for line in body.splitlines() if "index" in (found := json.loads(line))]
            self.sent.append(ids)
            self.threads.add(threading.get_ident())
            return self.before(ids) or write(cluster, method, path, body, **more)

        monkeypatch.setattr(Cluster, "write", meddled)

    def before(self, ids: list[str]) -> Any:
        """What to answer in the cluster's place."""


def add_all(builder: OpenSearchBuilder, documents: list[Document], made: list[Document]) -> None:
    """Add documents one by one, each noted as made."""
    for document in documents:
        made.append(document)
        builder.add(document)


def refused_with(status: int) -> StorageError:
    """What a request raises that the cluster did not take; 0 = no connection."""
    error = StorageError("the OpenSearch cluster refuses")
    error.__cause__ = _Refused("no", status)
    return error


def refusal(ids: list[str], status: int) -> dict[str, Any]:
    """The cluster's answer where it takes none of some documents."""
    error = {"type": "rejected", "reason": "queue full"}
    return {"errors": True, "items": [{"index": {"_id": one, "status": status, "error": error}} for one in ids]}


def test_next_documents_are_made_while_others_are_on_their_way(
    builder: OpenSearchBuilder, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    wire, on_its_way, may_arrive = Wire(monkeypatch), threading.Event(), threading.Event()

    def held(_ids: list[str]) -> None:
        on_its_way.set()
        assert may_arrive.wait(30)

    monkeypatch.setattr(wire, "before", held)
    for document in documents[:3]:
        builder.add(document)
    assert on_its_way.wait(30)
    assert wire.sent == [["m-0", "m-1"]]
    may_arrive.set()
    for document in documents[3:]:
        builder.add(document)
    assert builder.commit() == 9
    assert wire.sent == [["m-0", "m-1"], ["m-2", "m-3"], ["m-4", "m-5"], ["m-6", "m-7"], ["m-8"]]
    assert threading.get_ident() not in wire.threads
    assert len(wire.threads) == 1


def test_no_more_than_one_batch_waits_behind_the_one_on_its_way(
    builder: OpenSearchBuilder, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    wire, may_arrive, added = Wire(monkeypatch), threading.Event(), threading.Semaphore(0)

    def add() -> None:
        for document in documents:
            builder.add(document)
            added.release()

    monkeypatch.setattr(wire, "before", lambda _ids: None if may_arrive.wait(30) else refusal(_ids, 400))
    adding = threading.Thread(target=add)
    adding.start()
    for _ in range(2 * AT_ONCE - 1):
        assert added.acquire(timeout=30)
    # the next one fills a batch, which has to wait
    assert not added.acquire(timeout=0.2)
    may_arrive.set()
    adding.join()
    assert builder.commit() == 9


def test_refused_document_ends_the_build_before_many_more_are_made(
    builder: OpenSearchBuilder,
    documents: list[Document],
    monkeypatch: pytest.MonkeyPatch,
    cluster_address: ClusterAddress,
) -> None:
    wire = Wire(monkeypatch)
    monkeypatch.setattr(wire, "before", lambda ids: refusal(ids, 400) if "m-2" in ids else None)
    made: list[Document] = []
    with pytest.raises(StorageError, match="m-2 was refused"):
        add_all(builder, documents, made)
    assert len(made) <= 3 * AT_ONCE
    builder.discard()
    assert wire.sent == [["m-0", "m-1"], ["m-2", "m-3"]]
    cluster = Cluster(cluster_address)
    try:
        assert not cluster.holds(cluster_address.index("g-000001"))
    finally:
        cluster.close()


def test_what_a_busy_cluster_did_not_take_is_sent_again_and_nothing_else(
    builder: OpenSearchBuilder, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    wire, busy = Wire(monkeypatch), iter([True, True])
    monkeypatch.setattr(wire, "before", lambda ids: refusal(ids, 429) if "m-4" in ids and next(busy, False) else None)
    for document in documents[:6]:
        builder.add(document)
    assert builder.commit() == 6
    assert wire.sent == [["m-0", "m-1"], ["m-2", "m-3"], *[["m-4", "m-5"]] * 3]


@pytest.mark.parametrize("error", [ClusterError("took longer than it may"), refused_with(503), refused_with(0)])
def test_batch_whose_answer_was_lost_is_sent_again_and_stands_there_once(
    builder: OpenSearchBuilder, documents: list[Document], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    wire, lost = Wire(monkeypatch), iter([error])

    def lose(_ids: list[str]) -> None:
        for one in lost:
            raise one

    monkeypatch.setattr(wire, "before", lose)
    for document in documents[:3]:
        builder.add(document)
    assert builder.commit() == 3
    assert wire.sent == [["m-0", "m-1"], ["m-0", "m-1"], ["m-2"]]


def test_cluster_that_stays_busy_ends_the_build_even_at_its_end(
    builder: OpenSearchBuilder, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = Wire(monkeypatch)
    monkeypatch.setattr(wire, "before", lambda ids: refusal(ids, 429))
    builder.add(documents[0])
    with pytest.raises(StorageError, match=r"took no more: queue full; the build was given up"):
        builder.commit()
    builder.discard()
    assert wire.sent == [["m-0"]] * 3


def test_build_that_is_given_up_waits_no_longer_for_a_busy_cluster(
    builder: OpenSearchBuilder, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    wire, refused = Wire(monkeypatch), threading.Event()

    def busy(ids: list[str]) -> dict[str, Any]:
        refused.set()
        return refusal(ids, 429)

    monkeypatch.setattr(wire, "before", busy)
    monkeypatch.setattr(module, "_WAITS", (3_600,))
    for document in documents[:AT_ONCE]:
        builder.add(document)
    assert refused.wait(30)
    builder.discard()
    assert wire.sent == [["m-0", "m-1"]]


def test_a_build_given_up_on_a_cluster_that_stays_silent_raises_nothing_of_its_own(
    builder: OpenSearchBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: Any, **__: Any) -> Any:
        raise ClusterError("the OpenSearch cluster took longer than it may")

    with monkeypatch.context() as patched:
        patched.setattr(Cluster, "write", silent)
        builder.discard()
