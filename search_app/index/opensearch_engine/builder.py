"""Write a generation into an index of its own on the cluster; on top of a copy of an older one, or alone.

Promise: an index that a finished generation names is never written again, the cluster itself forbids it; a build that
is given up or killed leaves an index that no generation names, which the next run drops.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

from search_app.analysis.stems import Stems
from search_app.errors import ClusterError, MandateSearchError, StorageError
from search_app.index.document import Document
from search_app.index.opensearch_engine.cluster import Cluster, ClusterAddress, Json
from search_app.index.opensearch_engine.mapping import BODY, BUILDING, LENGTH, TITLE_LENGTH, mappings, settings, source
from search_app.index.opensearch_engine.words import WordCounter, Words

FILE: Final = "cluster.json"
LABELS: Final = "labels.json"
# Documents and bytes that go at once; how often and how long a refusal is waited out, seconds, doubled each time.
BATCH: Final = 500
BATCH_BYTES: Final = 8 << 20
_WAITS: Final = (0.5, 1, 2, 4, 8, 16, 32)
_READ_AT_ONCE: Final = 200
# Seconds that a lost copy may take to be replaced.
_COPY_SECONDS: Final = 20
_TRIES: Final = 3
_BUSY: Final = (429, 502, 503, 504)


class OpenSearchBuilder:
    """A build on the cluster, with its side files in an empty folder.

    generation   what it will be called
    owner        the mark of the index folder it is for
    base         folder of the generation to build on; its documents stay but for those removed
    """

    def __init__(
        self,
        folder: Path,
        stems: Stems,
        address: ClusterAddress,
        *,
        generation: str,
        owner: str,
        base: Path | None = None,
    ) -> None:
        self._folder = folder
        self._stems = stems
        self._cluster = Cluster(address)
        self._index = address.index(generation)
        self._counter = WordCounter(stems)
        self._labels: dict[str, str] = {}
        self._added: set[str] = set()
        self._removed: set[str] = set()
        self._base = ""
        self._waiting: list[tuple[str, str]] = []
        self._bytes = 0
        # one batch is on its way while the next is put together, and no more, so that memory stays flat
        self._sender = ThreadPoolExecutor(1, "bulk")
        self._sent: Future[None] | None = None
        self._given_up = threading.Event()
        self.segments = 1
        self.dead = 0
        try:
            self._cluster.allow_many_clauses()
            self._create(address, {"owner": owner, "build": secrets.token_hex(8)}, base)
        except BaseException:
            self._cluster.close()
            raise

    def _create(self, address: ClusterAddress, meta: Mapping[str, str], base: Path | None) -> None:
        if base is None:
            body = {"settings": settings(address.shards, address.replicas), "mappings": mappings(meta)}
            self._make("PUT", f"/{self._index}", body, meta)
            return
        seal = json.loads((base / FILE).read_text("utf-8"))
        self._base, self.dead = str(seal["index"]), int(seal["dead"])
        words = Words(base)
        self._counter.start_from(words)
        self._labels = dict(json.loads((base / LABELS).read_text("utf-8")))
        unlocked = {"index.blocks.write": None, BUILDING: "0s", "index.auto_expand_replicas": f"0-{address.replicas}"}
        self._make("PUT", f"/{self._base}/_clone/{self._index}", {"settings": unlocked}, None)
        self._cluster.write("PUT", f"/{self._index}/_mapping", {"_meta": dict(meta)})

    def _make(self, method: str, path: str, body: Json, meta: Mapping[str, str] | None) -> None:
        """Create the index, anew where a node took a piece of it along before the second copy was there."""
        for _ in range(_TRIES):
            self._ask_for_index(method, path, body, meta)
            # what is written before a second copy is there is lost with its node; where there is room for one, wait
            health, patience = f"/_cluster/health/{self._index}", f"{_COPY_SECONDS}s"
            found = self._cluster.write("GET", health, wait_for_status="green", timeout=patience, ignore=408)
            if found.get("status") != "red":
                return
            self._cluster.write("DELETE", f"/{self._index}", ignore_unavailable="true")
        raise StorageError(f"{self._index}: the cluster lost a piece of it again and again; look after its nodes")

    def _ask_for_index(self, method: str, path: str, body: Json, meta: Mapping[str, str] | None) -> None:
        """Where an answer was lost on the way, the index may be there already, and ours."""
        try:
            self._cluster.write(method, path, body, wait_for_active_shards="1")
        except StorageError:
            if meta is None or not self._is_there(meta):
                raise

    def _is_there(self, meta: Mapping[str, str]) -> bool:
        if not self._cluster.holds(self._index):
            return False
        found = self._cluster.read("GET", f"/{self._index}/_mapping")
        return bool(found[self._index]["mappings"].get("_meta") == dict(meta))

    def scattered(self) -> Collection[str]:
        """None: the cluster puts its pieces together by itself."""
        return ()

    def add(self, document: Document) -> None:
        """Take in one document; one of that id must have been removed before."""
        if document.id in self._added:
            raise _twice(document.id)
        self._added.add(document.id)
        self._labels |= document.labels
        sent = source(document, self._stems)
        self._counter.add(document.body, document.title, (sent[LENGTH], sent[TITLE_LENGTH]))
        self._send({"index": {"_id": document.id}}, sent)

    def remove(self, mandate_id: str) -> None:
        """Take out a document of the base."""
        self._removed.add(mandate_id)

    def commit(self) -> int:
        """Finish the index, see that everything arrived, and forbid all further writing to it."""
        self._forget_removed()
        self._flush()
        self._arrived()
        self._sender.shutdown()
        self._cluster.write("POST", f"/{self._index}/_refresh")
        self._cluster.write("POST", f"/{self._index}/_flush")
        self._cluster.write("PUT", f"/{self._index}/_settings", {"index.blocks.write": True, BUILDING: None})
        count = int(self._cluster.search(self._index, {"size": 0})["hits"]["total"]["value"])
        if count != self._counter.documents:
            raise StorageError(f"{self._index}: {count} of {self._counter.documents} documents arrived; build it anew")
        self.dead += len(self._removed)
        self._counter.write(self._folder)
        (self._folder / LABELS).write_text(json.dumps(self._labels, ensure_ascii=False, sort_keys=True), "utf-8")
        identity = self._cluster.read("GET", f"/{self._index}/_settings/index.uuid", flat_settings="true")
        uuid = identity[self._index]["settings"]["index.uuid"]
        seal = {"index": self._index, "uuid": uuid, "documents": count, "dead": self.dead}
        (self._folder / FILE).write_text(json.dumps(seal), "utf-8")
        self._cluster.close()
        return count

    def discard(self) -> None:
        """Give up a build; where the cluster cannot be reached its index is dropped by the next run."""
        self._given_up.set()
        # what is on its way ends first: arriving behind the deletion it would make the index anew
        self._sender.shutdown()
        try:
            self._cluster.write("DELETE", f"/{self._index}", ignore_unavailable="true")
        except MandateSearchError:  # what ended the build is told, not this
            return
        finally:
            self._cluster.close()

    # the base

    def _check_new(self, ids: Sequence[str]) -> None:
        """See that the base holds none of the ids that come to it."""
        new = [one for one in ids if one in self._added and one not in self._removed]
        if self._base and new:
            found = self._cluster.read("POST", f"/{self._base}/_mget", {"ids": new}, _source="false")["docs"]
            if there := [one["_id"] for one in found if one.get("found")]:
                raise _twice(there[0])

    def _forget_removed(self) -> None:
        """Delete what was removed and has not come back, and count no words of what was there."""
        removed = sorted(self._removed)
        for start in range(0, len(removed), _READ_AT_ONCE):
            ids = removed[start : start + _READ_AT_ONCE]
            found = self._cluster.read("POST", f"/{self._base}/_mget", {"ids": ids})["docs"]
            for one in found:
                if not one.get("found"):
                    raise StorageError(
                        f"{self._base}: holds no {one['_id']} to take out; run `mandate-search index --full`"
                    )
                stored = one["_source"]
                body = [passage.split(" ") for passage in stored[BODY]]
                title = [term for terms in body[: stored["titles"]] for term in terms]
                lengths = (stored[LENGTH], stored[TITLE_LENGTH])
                self._counter.remove([term for terms in body for term in terms], title, lengths)
        for mandate_id in removed:
            if mandate_id not in self._added:
                self._send({"delete": {"_id": mandate_id}}, None)

    # sending

    def _send(self, action: Json, document: Json | None) -> None:
        lines = json.dumps(action) + "\n"
        if document is not None:
            lines += json.dumps(document, ensure_ascii=False) + "\n"
        self._waiting.append((str(next(iter(action.values()))["_id"]), lines))
        self._bytes += len(lines)
        if self._sent and self._sent.done():
            self._arrived()
        if len(self._waiting) >= BATCH or self._bytes >= BATCH_BYTES:
            self._flush()

    def _flush(self) -> None:
        """Send what waits, beside whatever comes next, once what was sent before has arrived."""
        waiting, self._waiting, self._bytes = self._waiting, [], 0
        self._check_new([mandate_id for mandate_id, _ in waiting])
        self._arrived()
        self._sent = self._sender.submit(self._deliver, waiting)

    def _arrived(self) -> None:
        """Wait for what is on its way; raises what went wrong there."""
        sent, self._sent = self._sent, None
        if sent:
            sent.result()

    def _deliver(self, waiting: Sequence[tuple[str, str]]) -> None:
        """Send; what a busy cluster refuses is sent again, each time after a longer wait."""
        for wait in (*_WAITS, None):
            if not waiting:
                return
            waiting, reason = self._refused(waiting)
            if waiting and (wait is None or self._given_up.wait(wait)):
                raise StorageError(f"{self._index}: the cluster took {reason}; the build was given up")

    def _refused(self, waiting: Sequence[tuple[str, str]]) -> tuple[list[tuple[str, str]], str]:
        """Send once; what has to be sent again, and why."""
        body = "".join(lines for _, lines in waiting).encode()
        patience = f"{_COPY_SECONDS}s"
        try:
            answer = self._cluster.write(
                "POST", f"/{self._index}/_bulk", body, seconds=_COPY_SECONDS + 10, timeout=patience
            )
        except ClusterError as error:
            return list(waiting), str(error)
        except StorageError as error:
            if getattr(error.__cause__, "status", -1) not in (0, *_BUSY):
                raise
            return list(waiting), str(error)
        if not answer["errors"]:
            return [], ""
        again, reason = [], ""
        for one, item in zip(waiting, answer["items"], strict=True):
            result = next(iter(item.values()))
            if result["status"] in _BUSY:
                again.append(one)
                reason = f"no more: {result['error']['reason']}"
            elif result["status"] >= 300 and not (result["status"] == 404 and "delete" in item):
                raise StorageError(f"{self._index}: {one[0]} was refused: {result.get('error', result)}")
        return again, reason


def _twice(mandate_id: str) -> StorageError:
    return StorageError(f"the document {mandate_id} was added twice; every id may stand once in a build")
