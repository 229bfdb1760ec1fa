"""`make bench`: index and search generated mandates, and print a table.

CPU seconds and milliseconds of this process; run it on a quiet machine. `python -m benchmarks --sizes 1000` is quicker.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from benchmarks.corpus import ENGLISH, FRENCH, PLACES, mandates
from search_app.analysis.tools import Tools
from search_app.corpus.names import Names
from search_app.corpus.names_files import PLACES as PLACES_FILE
from search_app.corpus.names_files import THESAURUS, read_names
from search_app.index.concepts import ConceptFinder
from search_app.index.document import make_document
from search_app.index.engines import make_builder, open_engine
from search_app.search.results import SearchRequest
from search_app.search.searcher import Searcher

CORPUS = Path(__file__).parents[1] / "corpus"
TODAY = date(2020, 1, 1)


def queries(count: int) -> list[str]:
    """Two or three words, some of them names and acronyms."""
    dice = random.Random(5)
    known = [word for word in (*ENGLISH, *FRENCH) if len(word) > 3] + [*PLACES, "SSR", "RSS", "UN"]
    return [" ".join(dice.choice(known) for _ in range(dice.choice((2, 3)))) for _ in range(count)]


def build(folder: Path, size: int, names: Names, tools: Tools) -> float:
    """Index so many mandates; returns CPU seconds."""
    began = time.process_time()
    builder = make_builder(folder, tools.stems)
    finder = ConceptFinder(names, tools.analyzer, tools.stems)
    for mandate in mandates(size):
        builder.add(make_document(mandate, tools.analyzer, names, finder=finder))
    builder.commit()
    return time.process_time() - began


def ask(searcher: Searcher, texts: Sequence[str]) -> list[float]:
    """Search with everything on: thesaurus, facets, top 10 with snippets and reasons; CPU milliseconds each."""
    spent = []
    for text in texts:
        began = time.process_time()
        searcher.search(SearchRequest(text=text), TODAY)
        spent.append((time.process_time() - began) * 1000)
    return spent


def row(size: int, count: int, names: Names) -> str:
    """One line of the table."""
    tools = Tools.make()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        seconds = build(place, size, names, tools)
        megabytes = sum(path.stat().st_size for path in place.iterdir()) / 1e6
        engine = open_engine(place, "bench", tools.stems)
        try:
            searcher = Searcher(engine, names, analyzer=tools.analyzer, stems=tools.stems)
            first, warm = (ask(searcher, queries(count)) for _ in range(2))
        finally:
            engine.close()
    cells = [f"{size:,}", f"{seconds:.1f}", f"{megabytes:.1f}"]
    for spent in (first, warm):
        cuts = statistics.quantiles(spent, n=100)
        cells.append(" / ".join(f"{cuts[cut]:.1f}" for cut in (49, 94, 98)))
    return "| " + " | ".join(cells) + " |"


@click.command()
@click.option("--sizes", default="1000,10000", show_default=True, help="Numbers of mandates, joined by commas.")
@click.option("--queries", "count", default=300, show_default=True, help="Searches for each size.")
def main(sizes: str, count: int) -> None:
    """Print a table of indexing and searching."""
    names = read_names(CORPUS / THESAURUS, CORPUS / PLACES_FILE)
    click.echo("| mandates | index, CPU s | MB | first time, CPU ms p50 / p95 / p99 | warm |")
    click.echo("|---|---|---|---|---|")
    for size in sizes.split(","):
        click.echo(row(int(size), count, names))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
