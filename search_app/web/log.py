"""One JSON object a line on stderr for every request: enough to run the service, nothing of who asked.

Addresses of visitors and agents are never written, texts of queries only where the operator has asked for them
(`log_queries`). Control characters cannot break a line: JSON escapes them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

from flask import Flask, Response, g, request

from search_app.search.results import ResultPage

QUERY: str = "query"


def write_log(app: Flask, out: TextIO, clock: Callable[[], float]) -> None:
    """Log the requests of an application.

    clock   seconds, for how long a request took
    """

    @app.before_request
    def begin() -> None:
        g.began = clock()

    @app.after_request
    def end(response: Response) -> Response:
        rule = request.url_rule
        began = g.get("began")
        _write(
            out,
            "error" if response.status_code >= 500 else "info",
            "request",
            method=request.method,
            # the pattern of the address, not the address itself, which may hold a query
            route=rule.rule if rule is not None else "",
            status=response.status_code,
            ms=round((clock() - began) * 1000, 1) if began is not None else None,
        )
        return response


def write_query(out: TextIO, page: ResultPage) -> None:
    """Log what was asked and how much was found, for the report of queries; no line says who asked."""
    if page.request.text.strip() and page.request.page == 1:
        _write(out, "info", QUERY, text=page.request.text, lang=page.request.language, total=page.total)


def _write(out: TextIO, level: str, event: str, **values: object) -> None:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    out.write(json.dumps({"ts": now, "level": level, "event": event} | values, ensure_ascii=False) + "\n")
    out.flush()
