"""`python -m benchmarks.pages`: what a visitor of each page pays, on generated mandates, as a table for the README.

A server in a process of its own and Debian's Chromium, both on loopback. Weight is what the first visit transfers,
compressed; the slow link is 400 ms of latency and 50 kB a second (Chromium's "Slow 3G"); server times are those of
whole requests over one open connection, one after the other, each address with words not asked before.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import click
from playwright.sync_api import Browser, Response, sync_playwright

from benchmarks.corpus import SUBJECTS
from benchmarks.servers import answer, connect, ours

PAGES: Final = {
    "first page": "/en/",
    "results": "/en/search?q=police+reform",
    "results, French": "/fr/search?q=reforme+securite",
    "results, three filters": "/en/search?q=police&country=ML,NE&from=2010&to=2015",
    "mandate": "/en/mandates/generated-000007?q=reform",
    "country": "/fr/countries/ML",
    "overview": "/en/overview",
    "nothing found": "/fr/search?q=zzxqjw",
}
SLOW: Final = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
PAINTED: Final = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
FLAGS: Final = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")


@dataclass(frozen=True)
class Visit:
    """One first visit of a page; kB = 1,000 bytes."""

    kilobytes: float
    requests: int
    nodes: int
    paint: float


def visit(browser: Browser, address: str, *, slow: bool) -> Visit:
    """See a page for the first time, over a fast link or a slow one."""
    context = browser.new_context(bypass_csp=True)  # waiting for paint is a script of ours
    page = context.new_page()
    if slow:
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW)
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address, wait_until="networkidle")
    page.wait_for_function(PAINTED)
    seen = Visit(
        sum(map(_weight, answers)) / 1000,
        len(answers),
        page.evaluate("document.querySelectorAll('*').length"),
        page.evaluate(PAINTED),
    )
    context.close()
    return seen


def _weight(answer: Response) -> int:
    sizes = answer.request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


def times(address: str, paths: Sequence[str]) -> list[float]:
    """Milliseconds of each request; an answer other than 200 ends the run."""
    spent = []
    with closing(connect(address)) as connection:
        for path in paths:
            began = time.perf_counter()
            answer(connection, path, headers={"Accept-Encoding": "gzip"})
            spent.append((time.perf_counter() - began) * 1000)
    return spent


def searches(language: str) -> list[str]:
    """Result pages of two words each; no two the same."""
    words = SUBJECTS["en"] if language == "en" else SUBJECTS["fr"]
    return [f"/{language}/search?q={quote(one)}+{quote(other)}" for one in words[:15] for other in words[15:30]]


def lines(browser: Browser, address: str) -> Iterator[str]:
    """The two tables."""
    yield "| page | first visit, kB | requests | elements | first paint, ms | first paint on slow 3G, ms |"
    yield "|---|---|---|---|---|---|"
    for name, path in PAGES.items():
        fast, slow = (visit(browser, address + path, slow=slow) for slow in (False, True))
        numbers = f"{fast.kilobytes:.1f} | {fast.requests} | {fast.nodes} | {fast.paint:.0f} | {slow.paint:.0f}"
        yield f"| {name} | {numbers} |"
    yield ""
    yield "| server, result pages | p50, ms | p95, ms |"
    yield "|---|---|---|"
    for language in ("en", "fr"):
        cuts = statistics.quantiles(times(address, searches(language)), n=20)
        yield f"| /{language}/search | {cuts[9]:.0f} | {cuts[18]:.0f} |"


@click.command()
@click.option("--size", default=10_000, show_default=True, help="Number of mandates.")
def main(size: int) -> None:
    """Print what the pages weigh and how long they take."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise click.ClickException("chromium is not installed (apt-get install chromium)")
    with (
        tempfile.TemporaryDirectory() as folder,
        ours(Path(folder) / "corpus", size) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for line in lines(browser, server.address):
            click.echo(line)
        browser.close()


if __name__ == "__main__":
    main()
