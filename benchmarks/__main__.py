"""`make bench`: index and search generated mandates, ours and what people would use instead, and print tables.

    make bench                                  1,000 and 10,000 mandates, figures into benchmarks/results
    make bench BENCH="--sizes 1000"             quick, the other sizes' figures stay as they are
    make bench BENCH="--sizes 100000"           the large one; without HTTP, unless --http-up-to says so
    python -m benchmarks --sizes 1000 --queries 5 --http-up-to 0     the quickest look, nothing is kept
    python -m benchmarks.http --sizes 1000      HTTP alone
    python -m benchmarks.report FOLDER          tables and plots once more from the figures kept in FOLDER

Every program runs in processes of its own, which take turns; run it on a quiet machine. The figures of a size are kept
in FOLDER/SIZE.json as soon as they are known, those of HTTP last.
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

from benchmarks import http
from benchmarks.corpus import mandates
from benchmarks.figures import OURS, OURS_PLAIN, Figures, Measured, conditions, load
from benchmarks.ours import Ours
from benchmarks.peers import PEERS, installed
from benchmarks.questions import Question, Vocabulary, questions
from benchmarks.report import tables, write
from search_app.corpus.mandate import as_dict

ROOT = Path(__file__).parents[1]
ROUNDS = 2
# The default question is what most bars are about, so it is asked more often than the other kinds.
MORE_DEFAULT = 3
REQUESTS_PER_QUERY = 40


def prepare(place: Path, size: int, each: int) -> None:
    """Write the mandates and the questions of one size."""
    ours = Ours.make()
    documents = list(mandates(size))
    with (place / "corpus.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(as_dict(one), ensure_ascii=False) + "\n" for one in documents)
    vocabulary = Vocabulary.of(documents, ours.tools.analyzer)
    asked: list[Question] = questions(vocabulary, ours.names, each=each)
    asked += questions(vocabulary, ours.names, each=each * MORE_DEFAULT, seed=8, kinds=("default",))
    (place / "questions.json").write_text(json.dumps([asdict(one) for one in asked], ensure_ascii=False), "utf-8")


def work(task: str, name: str, folder: Path, file: Path) -> dict[str, Any]:
    """Let a worker do one task; raises click.ClickException where it fails."""
    command = [sys.executable, "-m", "benchmarks.worker", task, name, str(folder), str(file)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        advice = "mend it" if name in (OURS, OURS_PLAIN) else f'mend it, or leave it out: --without "{name}"'
        raise click.ClickException(f"{name}: `{task}` ended with {done.returncode}, its words are above; {advice}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def measure(place: Path, size: int, each: int, programs: Sequence[str], say: http.Say) -> dict[str, Figures]:
    """Every program at one size."""
    say("writes mandates and questions")
    prepare(place, size, each)
    figures = {name: Figures() for name in programs}
    # with names on or off it is the same index
    folders = {name: place / (OURS if name == OURS_PLAIN else name) for name in programs}
    for name in programs:
        if name != OURS_PLAIN:
            say(f"{name} indexes")
            folders[name].mkdir()
            figures[name].values |= work("build", name, folders[name], place / "corpus.jsonl")
    rounds: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for number in range(ROUNDS):
        for name in programs:
            say(f"{name} answers, round {number + 1} of {ROUNDS}")
            rounds[name].append(work("ask", name, folders[name], place / "questions.json"))
    for name, results in rounds.items():
        one = figures[name]
        for key in ("open_ms", "pss_mb"):
            one.values[key] = min(result[key] for result in results)
        one.first |= _cheapest([result["first_us"] for result in results])
        one.warm |= _cheapest([result["warm_us"] for result in results])
    for name in programs:
        if name != OURS_PLAIN:
            say(f"{name} indexes 1 % anew")
            figures[name].values |= work("update", name, folders[name], place / "corpus.jsonl")
    return figures


def _cheapest(rounds: Sequence[dict[str, list[float]]]) -> dict[str, list[float]]:
    """The lowest cost of each question over all rounds, by kind."""
    return {kind: [min(costs) for costs in zip(*(one[kind] for one in rounds), strict=True)] for kind in rounds[0]}


def _programs(without: str, say: http.Say) -> list[str]:
    """The programs to run; says what is missing."""
    left_out = [name.strip() for name in without.split(",") if name.strip()]
    optional = [name for name in PEERS if name not in (OURS, OURS_PLAIN)]
    for name in left_out:
        if name not in optional:
            raise click.BadParameter(f"{name}: no such program; write some of: {', '.join(optional)}")
    for name in optional:
        if name not in installed() and name not in left_out:
            say(f"{name} is not installed and left out; pip install -e '.[bench]' -c constraints.txt brings it")
    return [name for name in installed() if name not in left_out]


@click.command()
@click.option("--sizes", default="1000,10000", show_default=True, help="Numbers of mandates, joined by commas.")
@click.option("--queries", "each", default=25, show_default=True, help="Questions of each kind; over HTTP 40 times.")
@click.option("--http-up-to", default=10_000, show_default=True, help="Largest size to measure over HTTP; 0: none.")
@click.option("--without", default="", help="Programs to leave out, joined by commas.")
@click.option("--into", type=click.Path(path_type=Path), help="Folder for figures, tables and plots.")
def main(sizes: str, each: int, http_up_to: int, without: str, into: Path | None) -> None:
    """Print what indexing and searching cost."""
    say = http.progress()
    programs = _programs(without, say)
    results: dict[int, Measured] = {}
    for size in http.sizes_of(sizes):
        tell = http.telling(say, size)
        # over HTTP it may have been measured by itself
        results[size] = one = load(into, size) if into else Measured(size)
        one.conditions = conditions()
        tell(one.conditions)
        with tempfile.TemporaryDirectory(prefix="mandate-search-bench-") as folder:
            one.programs = measure(Path(folder), size, each, programs, tell)
        _keep(one, into)
        if size <= http_up_to:
            one.http_conditions, http_figures = http.at_size(size, each * REQUESTS_PER_QUERY, tell)
            one.http = dict(http_figures)
            _keep(one, into)
        tell("done")
    click.echo(tables(results) if into is None else write(into))


def _keep(one: Measured, into: Path | None) -> None:
    """Write what is known so far, should the rest take too long."""
    if into is not None:
        one.save(into)
        write(into)


if __name__ == "__main__":
    http.end_on_sigterm()
    main()
