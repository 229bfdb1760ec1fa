"""`search`, `show` and `evaluate`: answers on the command line."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import click

from search_app.analysis.language import LANGUAGES, Language
from search_app.analysis.tools import Tools
from search_app.cli.options import settings_from, with_settings
from search_app.corpus.names_files import read_names
from search_app.index.engines import cluster_of
from search_app.index.query import Filters
from search_app.search.evaluate import evaluate, read_collection
from search_app.search.opening import open_service
from search_app.search.results import MandateView, ResultPage, SearchRequest
from search_app.web.addresses import Addresses
from search_app.web.answers import mandate_values, page_values
from search_app.web.wording import Words, load


# -word takes a word out of the search, so what is no option of ours is left alone.
@click.command("search", context_settings={"ignore_unknown_options": True})
@with_settings
@click.argument("words", nargs=-1)
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the answer.")
@click.option("--page", type=click.IntRange(1, 1_000), default=1, show_default=True, help="Which page of the answer.")
@click.option("--size", type=click.IntRange(1, 100), default=10, show_default=True, help="Mandates a page.")
@click.option("--no-expand", is_flag=True, help="Search only the words typed, no other names and spellings.")
@click.option("--explain", is_flag=True, help="Show how the query was read and scored.")
@click.option("--json", "as_json", is_flag=True, help="Print what the endpoint /api/v1/search answers.")
def search_command(
    corpus: Path | None,
    index: Path | None,
    config: Path | None,
    words: tuple[str, ...],
    lang: Language,
    page: int,
    size: int,
    no_expand: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Search for WORDS; without words every mandate, newest first.

    Accents and case never matter. "a phrase" in quotes, -word, word*, AND/ET, OR/OU, NOT/SAUF, title:, country:,
    requester: work as on the page. Exit code 3: nothing is indexed yet.
    """
    settings = settings_from(corpus=corpus, index=index, config=config)
    request = SearchRequest(
        text=" ".join(words), language=lang, filters=Filters(), page=page, size=size, expand=not no_expand
    )
    with closing(open_service(settings.index, settings.zone, cluster=cluster_of(settings))) as service:
        answer = service.search(request)
        explained = service.explain(request) if explain else []
    spoken = load(lang)
    if as_json:
        click.echo(json.dumps(page_values(answer, spoken, _addresses(lang)), ensure_ascii=False))
    else:
        click.echo(_page_in_words(answer, spoken))
    for line in explained:
        click.echo(line)


def _addresses(language: Language) -> Addresses:
    """Addresses without an origin: nothing is served here."""
    return Addresses(language, "", "", "")


def _page_in_words(page: ResultPage, spoken: Words) -> str:
    lines = [spoken.ngettext("%(n)s mandate", "%(n)s mandates", page.total)]
    first = (page.request.page - 1) * page.request.size + 1
    for number, result in enumerate(page.results, first):
        title = next(iter(result.mandate.title.values()), result.mandate.id)
        lines.append(f"{number:>3}. {title}")
        days = f"{result.mandate.start or '…'} – {result.mandate.end or '…'}"
        lines.append(f"     {result.mandate.id} · {days} · {', '.join(result.mandate.places) or '–'}")
    return "\n".join(lines)


@click.command("show")
@with_settings
@click.argument("mandate_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print what the endpoint /api/v1/mandates/ID answers.")
def show_command(corpus: Path | None, index: Path | None, config: Path | None, mandate_id: str, as_json: bool) -> None:
    """Show the mandate ID as it is indexed."""
    settings = settings_from(corpus=corpus, index=index, config=config)
    with closing(open_service(settings.index, settings.zone, cluster=cluster_of(settings))) as service:
        view = service.mandate(mandate_id)
    if as_json:
        click.echo(json.dumps(mandate_values(view, _addresses("en")), ensure_ascii=False))
    else:
        click.echo(_mandate_in_words(view))


def _mandate_in_words(view: MandateView) -> str:
    mandate = view.mandate
    lines = [*mandate.title.values(), ""]
    lines.append(f"{', '.join(mandate.requesters) or '–'} · {', '.join(mandate.places) or '–'}")
    lines.append(f"{mandate.start or '…'} – {mandate.end or '…'} ({view.status})")
    for text in mandate.description.values():
        lines += ["", text]
    return "\n".join(lines)


@click.command("evaluate")
@with_settings
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--distractors",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Another collection whose documents nobody judged, mixed in.",
)
@click.option("--unaccented", is_flag=True, help="Ask the queries without their accents.")
@click.option("--no-expand", is_flag=True, help="Without thesaurus and spellings.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def evaluate_command(
    corpus: Path | None,
    index: Path | None,
    config: Path | None,
    folder: Path,
    distractors: Path | None,
    unaccented: bool,
    no_expand: bool,
    as_json: bool,
) -> None:
    """Measure retrieval on the judged collection DIR.

    DIR holds docs.jsonl or docs.jsonl.gz (id, lang, title, text), queries.jsonl (id, lang, text, kind) and qrels.tsv
    (query, document, grade). The documents of --distractors are added and judged irrelevant.
    """
    settings = settings_from(corpus=corpus, index=index, config=config)
    names = read_names(settings.thesaurus, settings.places)
    collection = read_collection(folder, distractors=distractors)
    found = evaluate(collection, names, tools=Tools.make(), unaccented=unaccented, expand=not no_expand)
    click.echo(json.dumps(found, indent=None if as_json else 2, ensure_ascii=False))
