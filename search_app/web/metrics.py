"""`/metrics` for Prometheus, where the extra `[metrics]` is installed; to callers on this machine only.

Counts and times, never a query. Each worker counts for itself.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

from flask import Flask, Response, abort, request

from search_app.errors import MandateSearchError
from search_app.search.results import Overview, ResultPage
from search_app.web.observed import Listener, Observed


def are_available() -> bool:
    """Whether the extra is installed."""
    return find_spec("prometheus_client") is not None


@dataclass(frozen=True)
class Metrics:
    """What must be told of every request and of every search."""

    request: Listener
    search: Callable[[ResultPage], None]


def serve_metrics(app: Flask, overview: Callable[[], Overview]) -> Metrics:
    """Add the address to an application.

    overview   of what is searched; may raise MandateSearchError
    """
    from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
    from prometheus_client.exposition import CONTENT_TYPE_LATEST

    registry = CollectorRegistry()
    requests = Counter("mandate_requests", "Requests by route and status", ["route", "status"], registry=registry)
    seconds = Histogram("mandate_search_seconds", "Time a search took", registry=registry)
    empty = Counter("mandate_zero_results", "Searches that found nothing", registry=registry)
    documents = Gauge("mandate_index_docs", "Mandates in the generation that answers", registry=registry)
    generation = Gauge("mandate_index_generation", "Number of the generation that answers", registry=registry)

    def answered(request: Observed) -> None:
        requests.labels(request.route, str(request.status)).inc()

    @app.get("/metrics")
    def metrics() -> Response:
        if not ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104 - nobody's address
            abort(404)
        try:
            found = overview()
        except MandateSearchError:
            documents.set(0)
        else:
            documents.set(found.mandates)
            generation.set(int(found.generation.rpartition("-")[2]))
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    def heard(page: ResultPage) -> None:
        seconds.observe(page.took_ms / 1000)
        if not page.total:
            empty.inc()

    return Metrics(answered, heard)
