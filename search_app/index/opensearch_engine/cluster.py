"""Talk to a cluster: where it is, who we are, what its refusals mean to ours.

Promise: an answer of which a piece is missing (a shard failed, time ran out) is an error, never an answer. What is
asked is safe to ask again, so another node is asked where one is lost: everything written carries its id, and an index
the mark of its build. Knows nothing of queries or documents.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import ssl
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from search_app.errors import ClusterError, QueryTimeoutError, SettingsError, StorageError

USER: Final = "MANDATE_SEARCH_OPENSEARCH_USER"
PASSWORD: Final = "MANDATE_SEARCH_OPENSEARCH_PASSWORD"  # noqa: S105  # the name of a variable, no password
LOCAL: Final = ("http://127.0.0.1:9200",)
# Seconds until a node takes a connection, that one search may take on the nodes, and one request in all.
CONNECT_SECONDS: Final = 2
SEARCH_SECONDS: Final = 5
REQUEST_SECONDS: Final = 10
WRITE_SECONDS: Final = 120
# Other nodes that are asked where one is lost, and how long a lost node is left alone.
MORE_TRIES: Final = 4
LOST_SECONDS: Final = 20
# Seconds between tries of what only reads: as long as it takes until a copy stands in for what a lost node held.
WAITS: Final = (0.1, 0.3, 0.6, 1.0, 1.0, 1.5, 1.5)
# A query with the words of many concepts has more clauses than a cluster lets pass by itself.
MOST_CLAUSES: Final = 16_384
_CLAUSES: Final = "indices.query.bool.max_clause_count"
_TRY_ELSEWHERE: Final = (429, 502, 503, 504)

T = TypeVar("T")
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ClusterAddress:
    """Where a cluster is and what is ours there.

    urls      its nodes
    prefix    begins the names of our indexes and is the name of the alias
    ca        file with the certificates to trust; "" = those of the system
    shards    pieces of an index, each of which one node searches; replicas: further copies of each
    """

    urls: tuple[str, ...] = LOCAL
    prefix: str = "mandates"
    ca: str = ""
    shards: int = 1
    replicas: int = 1

    def index(self, generation: str) -> str:
        """The name of a generation's index: `g-000042` is `mandates-g000042`."""
        return f"{self.prefix}-{generation.replace('g-', 'g', 1)}".lower()


class Cluster:
    """A connection, safe to share between threads.

    environment   holds the name and password, where the cluster asks for one
    """

    def __init__(self, address: ClusterAddress, environment: Mapping[str, str] | None = None) -> None:
        self.address = address
        self._client = _client(address, os.environ if environment is None else environment)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def read(self, method: str, path: str, body: object = None, **params: object) -> Json:
        """Ask something that changes nothing; while a lost node is being replaced, a few times.

        raises   ClusterError where the cluster cannot answer, SettingsError where it may not be trusted or refuses us
        """
        return self._patiently(lambda: self._ask(method, path, body, params, REQUEST_SECONDS))

    def search(self, path: str, body: Json) -> Json:
        """Ask for hits: all of the answer or none of it."""
        asked = {"timeout": f"{SEARCH_SECONDS}s", "track_total_hits": True} | body
        params = {"allow_partial_search_results": "false"}
        return self._patiently(lambda: whole(self._ask("POST", f"/{path}/_search", asked, params, REQUEST_SECONDS)))

    def msearch(self, path: str, bodies: list[Json]) -> list[Json]:
        """Ask several things at once."""
        head: Json = {"allow_partial_search_results": False}
        lines = [line for body in bodies for line in (head, {"timeout": f"{SEARCH_SECONDS}s"} | body)]
        together = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()

        def ask() -> list[Json]:
            answers = self._ask("POST", f"/{path}/_msearch", together, {}, REQUEST_SECONDS)["responses"]
            return [whole(one) for one in answers]

        return self._patiently(ask)

    def _patiently(self, ask: Callable[[], T]) -> T:
        for wait in (*WAITS, None):
            try:
                return ask()
            except _Refused as error:
                if wait is None or error.status not in (0, *_TRY_ELSEWHERE):
                    message = f"the OpenSearch cluster does not answer ({error}); try again in a moment"
                    raise ClusterError(message) from error
            except _LateError:
                raise
            except ClusterError:
                if wait is None:
                    raise
            time.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def write(
        self, method: str, path: str, body: object = None, *, seconds: int = WRITE_SECONDS, **params: object
    ) -> Json:
        """Change something; safe to ask again.

        seconds   how long to wait for an answer
        raises    StorageError where the cluster refuses, ClusterError where it takes longer, SettingsError as `read`
        """
        try:
            return self._ask(method, path, body, params, seconds)
        except _Refused as error:
            raise StorageError(f"the OpenSearch cluster refuses {method} {path} ({error})") from error

    def holds(self, index: str) -> bool:
        """Whether there is an index."""
        return bool(self.read("HEAD", f"/{index}"))

    def allow_many_clauses(self) -> None:
        """Let queries have as many clauses as ours do; a cluster's own limit is 1,024.

        raises   StorageError saying what to set where we may not
        """
        settings = self.write("GET", "/_cluster/settings", include_defaults="true", flat_settings="true")
        limits = [
            settings[kind][_CLAUSES] for kind in ("transient", "persistent", "defaults") if _CLAUSES in settings[kind]
        ]
        if int(limits[0]) < MOST_CLAUSES:
            try:
                self.write("PUT", "/_cluster/settings", {"persistent": {_CLAUSES: MOST_CLAUSES}})
            except StorageError as error:
                raise StorageError(
                    f"{error}; set {_CLAUSES}: {MOST_CLAUSES} in opensearch.yml of every node"
                ) from error

    def _ask(self, method: str, path: str, body: object, params: Mapping[str, object], seconds: int) -> Json:
        from urllib3 import Timeout

        timeout = Timeout(connect=CONNECT_SECONDS, read=seconds)
        with _refusals(self.address):
            return self._client.transport.perform_request(  # type: ignore[no-any-return]
                method, path, params={**params, "request_timeout": timeout}, body=body
            )


class _Refused(Exception):  # noqa: N818  # never leaves this module
    """What the client says of a lost or unwilling node."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class _LateError(ClusterError):
    """No answer in time; asking again would take as long once more."""


@contextmanager
def _refusals(address: ClusterAddress) -> Iterator[None]:
    from opensearchpy.exceptions import ConnectionTimeout, OpenSearchException, SSLError, TransportError

    try:
        yield
    except ConnectionTimeout as error:
        raise _LateError("the OpenSearch cluster took longer than it may; try again in a moment") from error
    except SSLError as error:
        raise SettingsError(f"opensearch_url: {', '.join(address.urls)}: {_distrust(error.info)}") from error
    except TransportError as error:
        status = error.status_code if isinstance(error.status_code, int) else 0
        if status == 401:
            raise SettingsError(
                f"opensearch_url: {', '.join(address.urls)}: the cluster refuses our name and password (401); "
                f"set {USER} and {PASSWORD} to those of a user that it knows"
            ) from None
        raise _Refused(f"{status or 'no connection'}: {_reason(error.info) or error.error}", status) from error
    except OpenSearchException as error:
        raise _Refused(str(error)[:300], 0) from error


def _distrust(error: object) -> str:
    """Why no safe connection came about, and what to do."""
    cause = error.args[0] if isinstance(error, Exception) and error.args else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return (
            f"the certificate is not trusted ({cause.verify_message}); set opensearch_ca to a file with the "
            "certificates of those who signed it, and see that it names this address"
        )
    return f"no safe connection ({cause}); see that https is spoken there"


def _reason(info: object) -> str:
    """What an answer of the cluster says went wrong, from the innermost of its errors."""
    error = info.get("error") if isinstance(info, dict) else None
    if not isinstance(error, dict):
        return str(error or "")[:300]
    causes = error.get("root_cause") or [error]
    return f"{causes[0].get('type')}: {causes[0].get('reason')}"[:300]


def whole(answer: Json) -> Json:
    """An answer of which nothing is missing.

    raises   QueryTimeoutError, ClusterError
    """
    if "error" in answer:
        reason = (
            answer["error"].get("reason", answer["error"]) if isinstance(answer["error"], dict) else answer["error"]
        )
        raise ClusterError(f"the OpenSearch cluster cannot answer ({reason}); try again in a moment")
    if answer.get("timed_out"):
        raise QueryTimeoutError("the search took longer than it may; ask for fewer or rarer words")
    shards = answer.get("_shards", {})
    if shards.get("failed") or shards.get("successful") != shards.get("total"):
        raise ClusterError(
            f"{shards.get('successful')} of {shards.get('total')} shards answered; try again in a moment"
        )
    return answer


def _client(address: ClusterAddress, environment: Mapping[str, str]) -> Any:
    try:
        from opensearchpy import OpenSearch
    except ImportError as error:
        raise SettingsError("engine: opensearch needs `pip install 'mandate-search[opensearch]'`") from error
    user = environment.get(USER, "")
    for url in address.urls:
        if urlsplit(url).scheme == "http" and user and urlsplit(url).hostname not in ("127.0.0.1", "::1", "localhost"):
            raise SettingsError(f"opensearch_url: {url}: a password is sent to https:// addresses only")
    # it tells every lost connection with its traceback; what matters of it is in our errors
    logging.getLogger("opensearch").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return OpenSearch(
            list(address.urls),
            ssl_context=_trusted(address.ca),
            headers=_credentials(user, environment.get(PASSWORD, "")) if user else {},
            max_retries=MORE_TRIES,
            retry_on_status=_TRY_ELSEWHERE,
            retry_on_timeout=False,
            dead_timeout=LOST_SECONDS,
            timeout_cutoff=0,
            pool_maxsize=16,
            sniff_on_start=False,
        )


def _trusted(ca: str) -> ssl.SSLContext:
    """Whose certificates are believed: those of a file and no others, or those that the system trusts."""
    try:
        return ssl.create_default_context(cafile=ca or None)
    except ssl.SSLError as error:
        raise SettingsError(f"opensearch_ca: {ca}: holds no certificates in PEM form; take another file") from error
    except OSError as error:
        raise SettingsError(f"opensearch_ca: {ca}: cannot be read ({error.strerror}); correct the path") from error


def _credentials(user: str, password: str) -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}


def pages(ask: Callable[[Json], Json], body: Json, later: Json | None = None) -> Iterator[Json]:
    """All hits of a search, page by page from where the last one ended, so that no depth is too deep.

    body    has a size and an order in which no two documents are equal
    later   how the body of all pages but the first differs
    """
    while True:
        hits = ask(body)["hits"]["hits"]
        yield from hits
        if len(hits) < body["size"]:
            return
        body = body | (later or {}) | {"search_after": hits[-1]["sort"], "track_total_hits": False, "aggs": {}}
