"""One JSON object a line for every request, on stderr: enough to run the service, nothing of who asked or what for.

Query texts, addresses of visitors and agents are never written. Control characters cannot break a line: JSON escapes
them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

from flask import Flask, Response, g, request


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
        line = {
            "ts": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "level": "error" if response.status_code >= 500 else "info",
            "event": "request",
            "method": request.method,
            # the pattern of the address, not the address itself, which may hold a query
            "route": rule.rule if rule is not None else "",
            "status": response.status_code,
            "ms": round((clock() - began) * 1000, 1) if began is not None else None,
        }
        out.write(json.dumps(line) + "\n")
        out.flush()
        return response
