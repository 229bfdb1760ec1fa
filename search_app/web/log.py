"""One JSON object a line on stderr for every request: enough to run the service, nothing of who asked.

Addresses of visitors and agents are never written, texts of queries only where the operator has asked for them
(`log_queries`). Control characters cannot break a line: JSON escapes them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TextIO

from search_app.search.results import ResultPage
from search_app.web.observed import Listener, Observed

QUERY: str = "query"


def request_log(out: TextIO) -> Listener:
    """What writes a line for each request it is told of."""

    def told(request: Observed) -> None:
        level = "error" if request.status >= 500 else "info"
        values = {"method": request.method, "route": request.route, "status": request.status}
        _write(out, level, "request", **values, ms=round(request.seconds * 1000, 1))

    return told


def write_query(out: TextIO, page: ResultPage) -> None:
    """Log what was asked and how much was found, for the report of queries; no line says who asked."""
    if page.request.text.strip() and page.request.page == 1:
        _write(out, "info", QUERY, text=page.request.text, lang=page.request.language, total=page.total)


def _write(out: TextIO, level: str, event: str, **values: object) -> None:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    out.write(json.dumps({"ts": now, "level": level, "event": event} | values, ensure_ascii=False) + "\n")
    out.flush()
