"""`make bench`: index and search generated mandates, ours and what people would use instead, and print tables.

Every program runs in processes of its own, which take turns. `python -m benchmarks --sizes 1000` is quicker; run it on
a quiet machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from benchmarks.corpus import mandates
from benchmarks.ours import Ours
from benchmarks.peers import installed
from benchmarks.questions import KINDS, Question, Vocabulary, questions
from benchmarks.report import OURS, OURS_PLAIN, Figures, plot, tables
from search_app.corpus.mandate import as_dict

ROOT = Path(__file__).parents[1]
ROUNDS = 2


def prepare(place: Path, size: int, each: int) -> list[Question]:
    """Write the mandates and the questions of one size."""
    ours = Ours.make()
    documents = list(mandates(size))
    with (place / "corpus.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(as_dict(one), ensure_ascii=False) + "\n" for one in documents)
    asked = questions(Vocabulary.of(documents, ours.tools.analyzer), ours.names, each=each)
    (place / "questions.json").write_text(json.dumps([asdict(one) for one in asked], ensure_ascii=False), "utf-8")
    return asked


def work(task: str, name: str, folder: Path, file: Path) -> dict[str, Any]:
    """Let a worker do one task."""
    command = [sys.executable, "-m", "benchmarks.worker", task, name, str(folder), str(file)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def measure(place: Path, size: int, each: int, programs: Sequence[str]) -> dict[str, Figures]:
    """Everything at one size."""
    asked = prepare(place, size, each)
    figures = {name: Figures() for name in programs}
    # with names on or off it is the same index
    folders = {name: place / (OURS if name == OURS_PLAIN else name) for name in programs}
    for name in programs:
        if name != OURS_PLAIN:
            folders[name].mkdir()
            figures[name].values |= work("build", name, folders[name], place / "corpus.jsonl")
    rounds: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for _ in range(ROUNDS):
        for name in programs:
            rounds[name].append(work("ask", name, folders[name], place / "questions.json"))
    for name, results in rounds.items():
        one = figures[name]
        for key in ("open_ms", "pss_mb"):
            one.values[key] = min(result[key] for result in results)
        for part, kept in (("first_us", one.first), ("warm_us", one.warm)):
            best = [min(costs) for costs in zip(*(result[part] for result in results), strict=True)]
            kept |= {kind: [cost for q, cost in zip(asked, best, strict=True) if q.kind == kind] for kind in KINDS}
    for name in programs:
        if name != OURS_PLAIN:
            figures[name].values |= work("update", name, folders[name], place / "corpus.jsonl")
    return figures


@click.command()
@click.option("--sizes", default="1000,10000", show_default=True, help="Numbers of mandates, joined by commas.")
@click.option("--queries", "each", default=25, show_default=True, help="Questions of each kind.")
@click.option("--without", default="", help="Programs to leave out, joined by commas.")
@click.option("--into", type=click.Path(path_type=Path), help="Folder for the tables and the plot.")
def main(sizes: str, each: int, without: str, into: Path | None) -> None:
    """Print what indexing and searching cost."""
    programs = [name for name in installed() if name not in without.split(",")]
    results: dict[int, dict[str, Figures]] = {}
    for size in map(int, sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            results[size] = measure(Path(folder), size, each, programs)
        # what is known so far, should the next size take too long
        click.echo(f"{size:,} mandates measured", err=True)
        if into is not None:
            into.mkdir(parents=True, exist_ok=True)
            (into / "results.md").write_text(tables(results), "utf-8")
            (into / "default-question.svg").write_text(plot(results), "utf-8")
    click.echo(tables(results))


if __name__ == "__main__":
    main()
