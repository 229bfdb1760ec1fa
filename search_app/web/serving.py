"""Run the web application on granian.

Settings reach the workers through the environment, and the target is a factory, because each worker is a process that
starts from nothing.
"""

from __future__ import annotations

import gc
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from search_app.index.engines import cluster_of
from search_app.search.opening import open_service
from search_app.search.results import ResultPage
from search_app.search.service import LOOK_EVERY, SearchService
from search_app.settings import Settings, as_environment, load_settings
from search_app.web import metrics
from search_app.web.app import create_app
from search_app.web.downloads import MOST_AT_ONCE
from search_app.web.log import request_log, write_query
from search_app.web.observed import observed

TARGET = "search_app.web.serving:make_app"


def make_app() -> Flask:
    """The application of one worker, by the settings in its environment."""
    settings = load_settings({}, os.environ, folder=Path.cwd())
    of_searches: list[Callable[[ResultPage], None]] = []

    def heard(page: ResultPage) -> None:
        for listener in of_searches:
            listener(page)

    service = open_service(
        settings.index, settings.zone, heard=heard, settled=_spare_collector, cluster=cluster_of(settings)
    )
    threading.Thread(target=_keep_fresh, args=(service,), daemon=True).start()
    app = create_app(service, settings)
    of_requests = [request_log(sys.stderr)]
    if settings.log_queries:
        of_searches.append(lambda page: write_query(sys.stderr, page))
    if metrics.are_available():
        counted = metrics.serve_metrics(app, service.overview)
        of_requests.append(counted.request)
        of_searches.append(counted.search)
    app.wsgi_app = observed(app.wsgi_app, of_requests, time.perf_counter)  # type: ignore[assignment, method-assign]
    return app


def _spare_collector() -> None:
    """Take what is open now out of the garbage collector's rounds: they take a tenth of a second, amid some search."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _keep_fresh(service: SearchService) -> None:
    """Look for a new generation while nobody asks, so that the first who does need not wait."""
    while True:
        time.sleep(LOOK_EVERY)
        service.refresh()


def free_port(host: str) -> int:
    """A port that nobody listens on; the server would print 0 where it is asked to choose one itself."""
    with socket.create_server((host, 0)) as probe:
        return int(probe.getsockname()[1])


def serve(settings: Settings) -> None:
    """Serve until a signal comes; running requests are finished first."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    os.environ |= as_environment(settings)
    Server(
        TARGET,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        # searching takes one at a time; more, so that nobody waits for those who read a large file
        blocking_threads=MOST_AT_ONCE + 2,
        factory=True,
        log_level=LogLevels.warning,
    ).serve()
