"""`bundle`: the corpus with its search as a folder that opens without a server."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from search_app.analysis.tools import Tools
from search_app.cli.options import settings_from, with_settings
from search_app.index.engines import cluster_of
from search_app.search.opening import open_service
from search_app.web.bundle import Copy, write_bundle


@click.command("bundle")
@with_settings
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def bundle_command(corpus: Path | None, index: Path | None, config: Path | None, folder: Path) -> None:
    """Write the corpus with its search into the folder DIR, to be opened from disk: DIR/index.html, DIR/fr.html.

    For people without a network: it fits on any stick and needs a browser, nothing else. Exit codes: 2 DIR holds
    something else, 3 nothing is indexed yet, 6 the disk is full or failing.
    """
    settings = settings_from(corpus=corpus, index=index, config=config)
    copy = Copy(datetime.now(settings.zone).date(), settings.base_url.rstrip("/"))
    with closing(open_service(settings.index, settings.zone, cluster=cluster_of(settings))) as service:
        count = write_bundle(service, folder, copy, Tools.make())
    click.echo(f"wrote {count} mandates into {folder}; open {folder / 'index.html'} or {folder / 'fr.html'}")
