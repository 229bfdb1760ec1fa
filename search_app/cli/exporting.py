"""`export`: all hits of a search as a file, the same bytes as the pages give."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from search_app.analysis.language import LANGUAGES, Language
from search_app.cli.options import settings_from, with_settings
from search_app.index.engines import cluster_of
from search_app.search.opening import open_service
from search_app.search.results import SearchRequest
from search_app.web.addresses import Addresses
from search_app.web.export import Cover, Writer, write_csv, write_jsonl, write_ris
from search_app.web.wording import load

WRITERS: Final[Mapping[str, Writer]] = {"csv": write_csv, "jsonl": write_jsonl, "ris": write_ris}


# -word takes a word out of the search, so what is no option of ours is left alone.
@click.command("export", context_settings={"ignore_unknown_options": True})
@with_settings
@click.argument("words", nargs=-1)
@click.option("--format", "form", type=click.Choice(list(WRITERS)), required=True, help="What to write.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of names.")
@click.option("--no-expand", is_flag=True, help="Search only the words typed, no other names and spellings.")
def export_command(
    corpus: Path | None,
    index: Path | None,
    config: Path | None,
    words: tuple[str, ...],
    form: str,
    lang: Language,
    no_expand: bool,
) -> None:
    """Write all mandates that answer WORDS to stdout; without words every mandate, newest first.

    csv is a table for spreadsheets, jsonl one whole mandate a line, ris references for Zotero and the like. country:,
    requester: and the other signs work as on the page. Exit code 3: nothing is indexed yet.
    """
    settings = settings_from(corpus=corpus, index=index, config=config)
    request = SearchRequest(text=" ".join(words), language=lang, expand=not no_expand)
    at = Addresses(lang, "", settings.base_url.rstrip("/"), "")
    cover = Cover(load(lang), at, request, datetime.now(settings.zone).date())
    with (
        closing(open_service(settings.index, settings.zone, cluster=cluster_of(settings))) as service,
        closing(service.listing(request)) as listing,
    ):
        for piece in WRITERS[form](listing, cover):
            click.echo(piece, nl=False)
