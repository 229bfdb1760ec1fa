"""`serve` and `config`: the page and the endpoint, and the settings they run with."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path

import click

from search_app.analysis.analyzer import Analyzer
from search_app.cli.options import Duration, settings_from, with_settings
from search_app.corpus.addresses import without_password
from search_app.errors import NoIndexError
from search_app.index.engines import cluster_of, fingerprint
from search_app.index.generations import Generations
from search_app.index.indexer import Choices
from search_app.settings import Settings, as_environment
from search_app.web.serving import free_port, serve


@click.command("serve")
@with_settings
@click.option("--host", help="Address to listen on. [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0 chooses a free one. [default: 8000]")
@click.option("--workers", type=click.IntRange(1, 64), help="Serving processes. [default: 1]")
@click.option(
    "--reindex-every",
    type=Duration(),
    metavar="TIME",
    help="Reindex again and again meanwhile, e.g. 15m; the sources of the settings are imported first.",
)
@click.option("--host-name", "host_names", multiple=True, help="A name the site is reached by; may be repeated.")
@click.option("--base-url", help="The site's public address, for absolute links.")
@click.option("--trusted-proxies", type=click.IntRange(0, 8), help="Proxies in front. [default: 0]")
@click.option(
    "--rate-limit", type=click.IntRange(0), help="Requests a minute of one client; 0 = no limit. [default: 0]"
)
def serve_command(
    corpus: Path | None, index: Path | None, config: Path | None, reindex_every: float | None, **others: object
) -> None:
    """Serve the page and the JSON endpoint.

    Builds the index first where there is none that can be used. Prints its address on stdout.
    """
    settings = settings_from(corpus=corpus, index=index, config=config, **others)
    _ensure_index(settings)
    if settings.port == 0:
        settings = replace(settings, port=free_port(settings.host))
    click.echo(f"serving on http://{settings.host}:{settings.port}/")
    sys.stdout.flush()
    with _reindexing(settings, reindex_every):
        serve(settings)


@contextmanager
def _reindexing(settings: Settings, every: float | None) -> Iterator[None]:
    """A process of its own beside the serving ones that keeps the index fresh."""
    if every is None:
        yield
        return
    command = [sys.executable, "-m", "search_app", "index", "--every", str(round(every))]
    with subprocess.Popen(command, env=os.environ | as_environment(settings), stdout=sys.stderr) as indexer:  # noqa: S603
        try:
            yield
        finally:
            indexer.terminate()


def _ensure_index(settings: Settings) -> None:
    """Build the index where nothing of it can be used, and say why."""
    try:
        generations = Generations(settings.index)
        generations.check(generations.current(), fingerprint(Analyzer(), cluster_of(settings)))
    except NoIndexError as error:
        from search_app.cli.indexing import in_words, run

        click.echo(str(error), err=True)
        click.echo(in_words(run(settings, choices=Choices())), err=True)


@click.command("config")
@with_settings
def config_command(corpus: Path | None, index: Path | None, config: Path | None) -> None:
    """Show the settings in force, as the settings file would hold them."""
    settings = settings_from(corpus=corpus, index=index, config=config)
    for one in fields(settings):
        value = getattr(settings, one.name)
        if one.name == "sources":
            value = tuple(map(without_password, value))
        click.echo(f"{one.name}: {'[' + ', '.join(value) + ']' if isinstance(value, tuple) else value}")
