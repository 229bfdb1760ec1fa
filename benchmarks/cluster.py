"""Index generated mandates on a cluster and on Whoosh, and compare what a few hundred questions are answered.

    python -m benchmarks.cluster --url http://127.0.0.1:9200 --size 100000 --into benchmarks/results

Tells rate, time and memory of both builds, and how far the answers agree: the first ten, scores, totals and facets.
"""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from benchmarks.corpus import mandates
from benchmarks.figures import ClusterFigures, percentile, save_cluster
from benchmarks.ours import TODAY, Ours
from benchmarks.questions import Question, Vocabulary, questions
from benchmarks.report import write
from search_app.index.concepts import ConceptFinder
from search_app.index.document import make_document
from search_app.index.engines import make_builder, open_engine
from search_app.index.opensearch_engine.cluster import Cluster, ClusterAddress
from search_app.search.results import ResultPage
from search_app.search.searcher import Searcher

NAME: Final = "g-000001"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Build:
    """One build: wall and CPU seconds of our process, and the most memory it ever had, in MB."""

    seconds: float
    cpu: float
    peak: float

    def told(self, what: str, size: int) -> str:
        """One line."""
        return (
            f"{what}: {size} documents in {self.seconds:.1f} s ({size / self.seconds:.0f} a second), "
            f"{self.cpu:.1f} s of our CPU, at most {self.peak:.0f} MB so far"
        )


def build(ours: Ours, folder: Path, size: int, cluster: ClusterAddress | None) -> Build:
    """Index so many mandates."""
    started, cpu = time.perf_counter(), time.process_time()
    builder = make_builder(folder, ours.tools.stems, cluster=cluster, generation=NAME)
    finder = ConceptFinder(ours.names, ours.tools.analyzer, ours.tools.stems)
    for mandate in mandates(size):
        builder.add(make_document(mandate, ours.tools.analyzer, ours.names, finder=finder))
    builder.commit()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Build(time.perf_counter() - started, time.process_time() - cpu, peak)


def opened(ours: Ours, folder: Path, cluster: ClusterAddress | None) -> Searcher:
    """What was built."""
    engine = open_engine(folder, NAME, ours.tools.stems, cluster=cluster)
    return Searcher(engine, ours.names, analyzer=ours.tools.analyzer, stems=ours.tools.stems)


def answers(searcher: Searcher, asked: list[Question]) -> tuple[list[ResultPage], list[float]]:
    """The pages, and the milliseconds that each took the second time."""
    pages, took = [], []
    for question in asked:
        searcher.search(question.request(), TODAY)
        pages.append(searcher.search(question.request(), TODAY))
        took.append(pages[-1].took_ms)
    return pages, took


def compared(left: list[ResultPage], right: list[ResultPage]) -> str:
    """How far two engines agree."""
    shared = [
        1.0
        if a.results == b.results
        else len({one.mandate.id for one in a.results} & {one.mandate.id for one in b.results})
        / max(len(a.results), len(b.results))
        for a, b in zip(left, right, strict=True)
    ]
    order = sum(
        [(one.mandate.id, one.score) for one in a.results] == [(one.mandate.id, one.score) for one in b.results]
        for a, b in zip(left, right, strict=True)
    )
    totals = sum(a.total == b.total for a, b in zip(left, right, strict=True))
    facets = sum(a.facets == b.facets for a, b in zip(left, right, strict=True))
    count = len(left)
    return (
        f"{count} questions: of the first ten {10 * statistics.mean(shared):.3f} are shared, at least "
        f"{10 * min(shared):.1f}; same ids, order and scores {order}, totals {totals}, facets {facets}"
    )


@click.command()
@click.option("--url", default="http://127.0.0.1:9200", help="Nodes, joined by commas.")
@click.option("--size", default=100_000, help="Mandates.")
@click.option("--shards", default=1)
@click.option("--each", default=20, help="Questions of each kind.")
@click.option("--into", type=click.Path(path_type=Path), help="Folder of the benchmark's figures, to keep these too.")
def main(url: str, size: int, shards: int, each: int, into: Path | None) -> None:
    """Measure, and print."""
    ours = Ours.make()
    address = ClusterAddress(urls=tuple(url.split(",")), prefix="bench", shards=shards)
    with tempfile.TemporaryDirectory() as place:
        folders = {"OpenSearch": (Path(place) / "cluster", address), "Whoosh": (Path(place) / "whoosh", None)}
        builds = {}
        for name, (folder, cluster) in folders.items():
            folder.mkdir()
            builds[name] = build(ours, folder, size, cluster)
            click.echo(builds[name].told(name, size))
        asked = questions(Vocabulary.of(list(mandates(min(size, 10_000))), ours.tools.analyzer), ours.names, each=each)
        pages, figures = {}, {}
        for name, (folder, cluster) in folders.items():
            with closing(opened(ours, folder, cluster)) as searcher:
                pages[name], took = answers(searcher, asked)
            p50, p95 = percentile(took, 0.5), percentile(took, 0.95)
            click.echo(f"{name}: {p50:.1f} ms, p95 {p95:.1f} ms a search")
            one = builds[name]
            figures[name] = ClusterFigures(one.seconds, one.cpu, one.peak, p50, p95)
        click.echo(compared(*pages.values()))
        with closing(Cluster(address)) as connection:
            connection.write("DELETE", f"/{address.index(NAME)}")
    if into is not None:
        save_cluster(into, size, figures)
        write(into)


if __name__ == "__main__":
    main()
