"""`python -m benchmarks.constant PORT BYTES`: a constant answer, served just as our application is.

The same server with the same interface, worker and threads, and an application that does nothing: what no search can
spare.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any, Final

from search_app.web.downloads import MOST_AT_ONCE

SIZE: Final = "BENCHMARK_ANSWER_BYTES"


def make_app() -> Callable[[Any, Any], Iterable[bytes]]:
    """The WSGI application of one worker."""
    body = json.dumps({"answer": "x" * int(os.environ[SIZE])}).encode()
    head = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]

    def app(environ: object, start_response: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
        start_response("200 OK", head)
        return [body]

    return app


def main(port: str, size: str) -> None:
    """Serve until a signal comes."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    os.environ[SIZE] = size
    Server(
        "benchmarks.constant:make_app",
        address="127.0.0.1",
        port=int(port),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=MOST_AT_ONCE + 2,
        factory=True,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
