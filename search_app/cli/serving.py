"""`serve` and `config`: the page and the endpoint, and the settings they run with."""

from __future__ import annotations

import sys
from dataclasses import fields, replace
from pathlib import Path

import click

from search_app.cli.options import settings_from, with_settings
from search_app.errors import NoIndexError
from search_app.index.generations import Generations
from search_app.index.indexer import Choices
from search_app.settings import Settings
from search_app.web.serving import free_port, serve


@click.command("serve")
@with_settings
@click.option("--host", help="Address to listen on. [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0 chooses a free one. [default: 8000]")
@click.option("--workers", type=click.IntRange(1, 64), help="Serving processes. [default: 1]")
@click.option("--host-name", "host_names", multiple=True, help="A name the site is reached by; may be repeated.")
@click.option("--base-url", help="The site's public address, for absolute links.")
@click.option("--trusted-proxies", type=click.IntRange(0, 8), help="Proxies in front. [default: 0]")
def serve_command(corpus: Path | None, index: Path | None, config: Path | None, **others: object) -> None:
    """Serve the page and the JSON endpoint.

    Builds the index first where there is none. Prints the address on stdout when it is ready to listen.
    """
    settings = settings_from(corpus=corpus, index=index, config=config, **others)
    _ensure_index(settings)
    if settings.port == 0:
        settings = replace(settings, port=free_port(settings.host))
    click.echo(f"serving on http://{settings.host}:{settings.port}/")
    sys.stdout.flush()
    serve(settings)


def _ensure_index(settings: Settings) -> None:
    try:
        Generations(settings.index).current()
    except NoIndexError:
        from search_app.cli.indexing import in_words, run

        click.echo(in_words(run(settings, choices=Choices())), err=True)


@click.command("config")
@with_settings
def config_command(corpus: Path | None, index: Path | None, config: Path | None) -> None:
    """Show the settings in force, as the settings file would hold them."""
    settings = settings_from(corpus=corpus, index=index, config=config)
    for one in fields(settings):
        value = getattr(settings, one.name)
        click.echo(f"{one.name}: {'[' + ', '.join(value) + ']' if isinstance(value, tuple) else value}")
