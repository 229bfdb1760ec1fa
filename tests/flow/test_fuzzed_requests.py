"""Whatever a request holds, the answer is the caller's fault, an answer, or 503; never an error of ours.

`python -m tests.flow.test_fuzzed_requests 10000` asks more, and tells the slowest answer and the memory held.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from flask import Flask

from search_app.analysis.tools import Tools
from search_app.search.opening import open_service
from search_app.settings import Settings
from search_app.web import create_app
from tests.searching import SHIPPED, index_folder

REQUESTS = 1_500
METHODS = ("GET", "GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE")
PATHS = (
    *("/en/search", "/fr/search", "/api/v1/search", "/api/v1/search", "/en/mandates/{}", "/api/v1/mandates/{}"),
    *("/api/v1/facets", "/api/v1/suggest", "/fr/search.csv", "/en/search.jsonl", "/en/search.atom", "/fr/search.ris"),
    *("/en/countries/{}", "/fr/regions/{}", "/fr/concepts/{}"),
)
OTHERS = (
    *("/", "/en/", "/fr/help", "/en/overview", "/healthz", "/readyz", "/metrics", "/sitemap.xml", "/robots.txt"),
    *("/api/v1/status", "/api/v1/concepts", "/static/{}", "/{}", "/en/{}/{}"),
)
NAMES = (
    "q",
    "country",
    "requester",
    "concept",
    "from",
    "to",
    "lang",
    "status",
    "sort",
    "page",
    "size",
    "expand",
    "odd",
)
PIECES = (
    *(
        "police",
        "réforme",
        "SSR",
        "UN",
        "AND",
        "OR NOT",
        '"',
        "«",
        "-",
        "*",
        "pol*",
        "title:",
        "country:ML",
        "(((",
        "))",
    ),
    *("%", "\x00", "\x1f", "‮", "😀", "é", "مالي", "a" * 300, "0", "-1", "1e9", "٣", "2019", "2019-02-31", "ML,NE"),
    *("' OR 1=1 --", "{{7*7}}", "<script>", "../../etc/passwd", "[TO]", "/(a+)+b/", "\ud800", "x" * 5_000),
)
HOSTS = ("localhost", "localhost", "127.0.0.1:8000", "evil.example", "a b", "")


@contextmanager
def application(folder: Path, tools: Tools) -> Iterator[Flask]:
    """The product over the shipped corpus."""
    index = folder / "index"
    index_folder(SHIPPED, index, tools)
    settings = Settings(corpus=SHIPPED, index=index)
    service = open_service(index, settings.zone)
    try:
        yield create_app(service, settings, now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    finally:
        service.close()


def address(dice: random.Random) -> str:
    """An address that nobody should ask for."""
    path = dice.choice(PATHS if dice.random() < 0.8 else OTHERS)
    path = path.format(*(encoded(dice) for _ in range(2)))
    pairs = [f"{dice.choice(NAMES)}={encoded(dice)}" for _ in range(dice.randrange(4))]
    return path + ("?" + "&".join(pairs) if pairs else "")


def encoded(dice: random.Random) -> str:
    text = dice.choice(("", " ", "+")).join(dice.choice(PIECES) for _ in range(dice.randrange(4)))
    if dice.random() < 0.1:
        return dice.choice(("%FF", "%C0%AF", "%ED%A0%80", "%", "%zz", "%00"))
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def fuzz(app: Flask, count: int, *, seed: int = 7) -> tuple[Counter[int], float]:
    """Ask; returns how often each status came and the longest time an answer took, in seconds."""
    dice = random.Random(seed)
    client = app.test_client()
    statuses: Counter[int] = Counter()
    slowest = 0.0
    for _ in range(count):
        target = address(dice)
        began = time.perf_counter()
        answer = client.open(target, method=dice.choice(METHODS), headers={"Host": dice.choice(HOSTS)})
        slowest = max(slowest, time.perf_counter() - began)
        statuses[answer.status_code] += 1
        assert answer.status_code < 500 or answer.status_code == 503, target
        if answer.mimetype in ("application/json", "application/problem+json") and answer.data:
            json.loads(answer.data)
    return statuses, slowest


def test_no_request_is_an_error_of_ours(tmp_path: Path, tools: Tools) -> None:
    with application(tmp_path, tools) as app:
        statuses, _ = fuzz(app, REQUESTS)
    # the dice do reach answers, refusals, unknown addresses and other methods
    assert min(statuses[status] for status in (200, 400, 404, 405)) > REQUESTS // 100


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, application(Path(folder), Tools.make()) as app:
        count = int(sys.argv[1])
        fuzz(app, count // 2, seed=1)
        half = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        statuses, slowest = fuzz(app, count - count // 2, seed=2)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - half
        sys.stdout.write(f"{dict(statuses)}, slowest {slowest:.2f} s, memory grown in the second half {grown} kB\n")


if __name__ == "__main__":
    main()
