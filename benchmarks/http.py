"""`python -m benchmarks.http`: what a request costs over HTTP; `make bench` runs it as well.

Our server, a constant answer from the same server, and Datasette over SQLite FTS5, each with one worker, answer the
same default questions over connections that stay open: first each question once, then the last `KNOWN` of them again
and again by Zipf's law, so that answers may come from a cache. Rounds take turns, the cheapest counts.
CPU is that of the server's processes; the client is not counted, but has its share of the cores, which wall time feels.
"""

from __future__ import annotations

import json
import random
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import click

from benchmarks.corpus import mandates
from benchmarks.figures import (
    CONSTANT,
    DATASETTE,
    DISTINCT,
    OURS,
    RANKED,
    REPEATED,
    HttpFigures,
    conditions,
    load,
    percentile,
)
from benchmarks.ours import Ours
from benchmarks.peers import SqliteFts5, any_of
from benchmarks.questions import Question, Vocabulary, questions
from benchmarks.report import http_table, write
from benchmarks.servers import HOST, Server, answer, connect, ours, running
from search_app.web.serving import free_port

ROUNDS: Final = 2
CONNECTIONS: Final = 2
KNOWN: Final = 100
Say = Callable[[str], None]

# FTS5's own ranking and snippets, as Datasette's documentation writes such a query.
RANKED_SQL: Final = """
    select doc.id, highlight(words, 0, '<b>', '</b>') as title, doc.start,
        snippet(words, 1, '<b>', '</b>', '…', 24) as snippet
    from words join doc on doc.number = words.rowid where words match :q order by rank limit 10"""


@dataclass(frozen=True)
class Target:
    """A running server and the address at which it is asked a question."""

    server: Server
    path: Callable[[Question], str]


def _path_of_ours(question: Question) -> str:
    return "/api/v1/search?" + urlencode({"q": question.text})


def _path_of_table(question: Question) -> str:
    asked = {"_search": any_of(question.words), "_searchmode": "raw", "_size": 10}
    return "/mandates/doc.json?" + urlencode(asked)


def _path_of_ranked(question: Question) -> str:
    return "/mandates/ranked.json?" + urlencode({"q": any_of(question.words), "_shape": "array"})


def default_questions(size: int, count: int) -> list[Question]:
    """So many default questions about so many mandates, no two the same, where there are as many."""
    made = Ours.make()
    vocabulary = Vocabulary.of(list(mandates(size)), made.tools.analyzer)
    asked = questions(vocabulary, made.names, each=count + count // 10, seed=11, kinds=("default",))
    return list({question.text: question for question in asked}.values())[:count]


@contextmanager
def constant(size: int) -> Iterator[Server]:
    """A server of a constant answer of so many bytes."""
    port = free_port(HOST)
    with running([sys.executable, "-m", "benchmarks.constant", str(port), str(size)], port, ready="/") as server:
        yield server


@contextmanager
def datasette(folder: Path, size: int) -> Iterator[Server]:
    """Datasette over a file that nobody writes; it offers no facets unasked."""
    folder.mkdir()
    SqliteFts5().build(folder, mandates(size))
    known = {"tables": {"doc": {"fts_table": "words", "fts_pk": "number"}}, "queries": {"ranked": RANKED_SQL}}
    (folder / "metadata.json").write_text(json.dumps({"databases": {"mandates": known}}), "utf-8")
    port = free_port(HOST)
    command = [sys.executable, "-m", "datasette", "serve", "--immutable", str(folder / "mandates.db")]
    command += ["--metadata", str(folder / "metadata.json"), "--setting", "suggest_facets", "off"]
    # an answer that takes longer than this is cut short; none should be
    command += ["--setting", "sql_time_limit_ms", "60000", "--host", HOST, "--port", str(port)]
    with running(command, port, ready="/mandates.json") as server:
        yield server


def start(held: ExitStack, folder: Path, asked: Sequence[Question], say: Say, *, size: int) -> dict[str, Target]:
    """Start all servers, which end with `held`; a program that is not installed is left out, and said so."""
    say("over HTTP: writes records, indexes, starts servers")
    own = Target(held.enter_context(ours(folder / "http-ours", size)), _path_of_ours)
    typical = int(statistics.median(_bodies(own, asked[-20:])))
    found = {OURS: own, CONSTANT: Target(held.enter_context(constant(typical)), _path_of_ours)}
    if find_spec("datasette"):
        server = held.enter_context(datasette(folder / "http-datasette", size))
        found |= {DATASETTE: Target(server, _path_of_table), RANKED: Target(server, _path_of_ranked)}
    else:
        say("Datasette is not installed and left out; pip install -e '.[bench]' -c constraints.txt brings it")
    for target in found.values():
        target.server.rest()
    return found


def _bodies(target: Target, asked: Sequence[Question]) -> list[int]:
    with closing(connect(target.server.address)) as connection:
        return [len(answer(connection, target.path(question))) for question in asked]


def send(address: str, paths: Sequence[str], connections: int) -> tuple[list[float], int]:
    """Ask for all paths, in turn over so many connections; returns the milliseconds of each and the bytes of all."""

    def one(part: Sequence[str]) -> tuple[list[float], int]:
        spent, size = [], 0
        with closing(connect(address)) as connection:
            for path in part:
                began = time.perf_counter()
                size += len(answer(connection, path))
                spent.append((time.perf_counter() - began) * 1e3)
        return spent, size

    with ThreadPoolExecutor(connections) as pool:
        done = list(pool.map(one, [paths[number::connections] for number in range(connections)]))
    return [spent for part, _ in done for spent in part], sum(size for _, size in done)


def streams(asked: Sequence[Question], count: int, seed: int) -> dict[str, list[Question]]:
    """The distinct questions of one round, and as many repetitions of the last of them by Zipf's law."""
    known = asked[-KNOWN:]
    weights = [1 / rank for rank in range(1, len(known) + 1)]
    return {DISTINCT: list(asked), REPEATED: random.Random(seed).choices(known, weights, k=count)}


def measure(folder: Path, size: int, count: int, say: Say) -> dict[str, HttpFigures]:
    """Ask every server `count` questions a stream and round."""
    asked = default_questions(size, ROUNDS * count)
    with ExitStack() as held:
        targets = start(held, folder, asked, say, size=size)
        figures = {name: HttpFigures() for name in targets}
        share = len(asked) // ROUNDS
        for number in range(ROUNDS):
            part = asked[number * share : (number + 1) * share]
            for stream, sent in streams(part, count, number).items():
                for name, target in targets.items():
                    say(f"over HTTP: {name}, {len(sent):,} {stream} questions")
                    _ask(target, figures[name], stream, sent)
    return figures


def _ask(target: Target, figures: HttpFigures, stream: str, asked: Sequence[Question]) -> None:
    """Send a stream, and note what it cost where no round before was cheaper."""
    before = target.server.cpu_us()
    spent, size = send(target.server.address, [target.path(question) for question in asked], CONNECTIONS)
    cost = (target.server.cpu_us() - before) / len(asked)
    if not figures.requests:
        pss = target.server.pss_mb()
        figures.pss_mb, figures.worker_pss_mb, figures.requests = sum(pss), max(pss, default=0.0), len(asked)
        figures.answer_kb = size / len(asked) / 1e3
    if cost < figures.cpu_us.get(stream, float("inf")):
        figures.cpu_us[stream] = cost
        figures.wall_ms[stream] = [percentile(spent, part) for part in (0.5, 0.95, 0.99)]


def at_size(size: int, count: int, say: Say) -> tuple[str, Mapping[str, HttpFigures]]:
    """The conditions and the figures of one size; temporary files are gone afterwards."""
    now = conditions()
    with tempfile.TemporaryDirectory(prefix="mandate-search-bench-") as folder:
        return now, measure(Path(folder), size, count, say)


def sizes_of(text: str) -> list[int]:
    """Numbers of mandates, joined by commas; raises click.BadParameter where they are not."""
    try:
        sizes = [int(one) for one in text.split(",")]
    except ValueError:
        sizes = []
    if not sizes or min(sizes) < 1:
        raise click.BadParameter(f"{text}: not numbers joined by commas, as 1000,10000")
    return sizes


def progress() -> Say:
    """Tells on stderr what is done, and how many seconds after the start."""
    began = time.monotonic()
    return lambda what: click.echo(f"{time.monotonic() - began:6.0f} s  {what}", err=True)


def telling(say: Say, size: int) -> Say:
    """Puts the size before what is told."""
    return lambda what: say(f"{size:,} mandates: {what}")


def end_on_sigterm() -> None:
    """End as on an error when asked to, so that servers are ended and temporary files removed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


@click.command()
@click.option("--sizes", default="1000,10000", show_default=True, help="Numbers of mandates, joined by commas.")
@click.option("--requests", "count", default=1000, show_default=True, help="Requests of each stream.")
@click.option("--into", type=click.Path(path_type=Path), help="Folder whose figures over HTTP are replaced.")
def main(sizes: str, count: int, into: Path | None) -> None:
    """Print what a request costs over HTTP."""
    say = progress()
    for size in sizes_of(sizes):
        said, found = at_size(size, count, telling(say, size))
        if into is not None:
            measured = load(into, size)
            measured.http_conditions, measured.http = said, dict(found)
            measured.save(into)
            write(into)
        click.echo(f"{size:,} mandates\n\n{http_table(found)}\n")


if __name__ == "__main__":
    end_on_sigterm()
    main()
