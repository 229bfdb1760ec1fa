"""`index`: make the corpus searchable."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from search_app.analysis.tools import Tools
from search_app.cli.group import MOST_LINES
from search_app.cli.options import Duration, progress, settings_from, with_settings
from search_app.corpus.names_files import read_names
from search_app.errors import LockHeldError, MandateSearchError
from search_app.index.engines import cluster_of
from search_app.index.indexer import Choices, CorpusFolder, IndexReport, build_index
from search_app.index.schedule import noted, repeat
from search_app.index.sources import SourceFile
from search_app.settings import Settings

RETRY_SECONDS = 0.2


@click.command("index")
@with_settings
@click.option("--full", is_flag=True, help="Build even where nothing has changed.")
@click.option("--allow-shrink", is_flag=True, help="Believe a corpus that has become much smaller.")
@click.option("--wait", type=click.FloatRange(min=0), default=0.0, metavar="S", help="Seconds to wait for another run.")
@click.option(
    "--every",
    type=Duration(),
    metavar="TIME",
    help="Run again and again, e.g. every 15m; the sources of the settings are imported first.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def index_command(
    corpus: Path | None,
    index: Path | None,
    config: Path | None,
    full: bool,
    allow_shrink: bool,
    wait: float,
    every: float | None,
    as_json: bool,
) -> None:
    """Make the corpus searchable: build a new generation of the index and put it in the old one's place.

    Searches go on meanwhile. A record that cannot be read is left out and named on stderr. Exit codes: 0 done,
    4 another run is under way, 5 the corpus looks wrong, 6 the disk is full or failing, 65 thesaurus or places cannot
    be read.
    """
    settings = settings_from(corpus=corpus, index=index, config=config)
    choices = Choices(full=full, allow_shrink=allow_shrink)
    if every is not None:
        repeat(
            lambda: run_with_sources(settings, choices=choices, wait=wait),
            settings.index,
            period=every,
            wait=time.sleep,
            now=lambda: datetime.now(UTC),
            say=click.echo,
        )
    report = noted(lambda: run(settings, choices=choices, wait=wait), settings.index, now=lambda: datetime.now(UTC))
    for faults in report.skipped:
        for fault in faults.faults:
            click.echo(str(fault), err=True)
    if as_json:
        click.echo(json.dumps(as_values(report), ensure_ascii=False))
    else:
        click.echo(in_words(report))


def run_with_sources(settings: Settings, *, choices: Choices, wait: float = 0.0) -> IndexReport:
    """Import the sources, where the settings name any, and index; what is wrong with sources stops no run."""
    if settings.sources:
        from search_app.cli.importing import refresh

        try:
            report, problems = refresh(settings, read_names(settings.thesaurus, settings.places))
            *_, summary = report.lines()
            click.echo(f"refresh: {summary}")
            for problem in (*problems, *report.refusals()[:MOST_LINES]):
                click.echo(problem, err=True)
        except MandateSearchError as error:
            click.echo(f"refresh: {error}", err=True)
    return run(settings, choices=choices, wait=wait)


def run(settings: Settings, *, choices: Choices, wait: float = 0.0) -> IndexReport:
    """Build, waiting for another run at most `wait` seconds."""
    corpus = CorpusFolder(folder=settings.corpus, thesaurus=settings.thesaurus, places=settings.places)
    deadline = time.monotonic() + wait
    while True:
        try:
            return build_index(
                corpus,
                settings.index,
                tools=Tools.make(),
                clock=time.monotonic,
                progress=_shown,
                choices=choices,
                cluster=cluster_of(settings),
            )
        except LockHeldError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(RETRY_SECONDS)


def _shown(files: Sequence[SourceFile]) -> Iterator[SourceFile]:
    with progress(files, "indexing") as shown:
        yield from shown


def as_values(report: IndexReport) -> dict[str, object]:
    """A report for machines."""
    return {
        "generation": report.generation,
        "documents": report.documents,
        "changed": report.changed,
        "indexed": report.indexed,
        "skipped": [str(fault) for faults in report.skipped for fault in faults.faults],
        "seconds": round(report.seconds, 3),
    }


def in_words(report: IndexReport) -> str:
    """A report for people."""
    if not report.changed:
        return f"nothing has changed: {report.generation} holds all {report.documents} mandates"
    return (
        f"indexed {report.documents} mandates ({report.indexed} anew, {len(report.skipped)} skipped) "
        f"as {report.generation} in {report.seconds:.1f} s"
    )
