"""`generations`, `rollback` and `verify`: what is in the index folder, and which of it answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from search_app.analysis.analyzer import Analyzer
from search_app.cli.options import settings_from, with_settings
from search_app.errors import NoIndexError
from search_app.index.engines import cluster_of, fingerprint, settle
from search_app.index.generations import Generations, writing_lock


@click.command("generations")
@with_settings
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def generations_command(corpus: Path | None, index: Path | None, config: Path | None, as_json: bool) -> None:
    """List the generations of the index, newest last; the current one is marked with a star."""
    settings = settings_from(corpus=corpus, index=index, config=config)
    rows = list(_rows(Generations(settings.index)))
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        star = "*" if row["current"] else " "
        click.echo(f"{star} {row['generation']}  {row['created']}  {row['documents']} mandates{row['problem']}")


def _rows(generations: Generations) -> Iterator[dict[str, object]]:
    try:
        current = generations.current()
    except NoIndexError:
        current = ""
    for name in generations.names():
        row: dict[str, object] = {"generation": name, "current": name == current, "problem": ""}
        try:
            manifest = generations.manifest(name)
            row |= {"created": manifest.created, "documents": manifest.documents}
        except NoIndexError as error:
            row |= {"created": "", "documents": 0, "problem": f"  {error}"}
        yield row


@click.command("rollback")
@with_settings
@click.argument("generation")
def rollback_command(corpus: Path | None, index: Path | None, config: Path | None, generation: str) -> None:
    """Make an older GENERATION the current one; running servers take it within a second or two.

    The next `index` run builds on it. Exit code 3: it cannot be used.
    """
    settings = settings_from(corpus=corpus, index=index, config=config)
    generations = Generations(settings.index)
    with writing_lock(settings.index):
        if generation not in generations.names():
            known = ", ".join(generations.names()) or "none"
            raise NoIndexError(f"{settings.index}: no generation {generation}; there is {known}")
        generations.check(generation, fingerprint(Analyzer(), cluster_of(settings)))
        generations.activate(generation)
        settle(settings.index, generations.names(), generation, cluster_of(settings))
    click.echo(f"{generation} is current")


@click.command("verify")
@with_settings
@click.pass_context
def verify_command(context: click.Context, corpus: Path | None, index: Path | None, config: Path | None) -> None:
    """See that every file of every generation is what its manifest says. Exit code 3: the current one is not."""
    settings = settings_from(corpus=corpus, index=index, config=config)
    generations = Generations(settings.index)
    current = generations.current()
    wanted = fingerprint(Analyzer(), cluster_of(settings))
    failed = False
    for name in generations.names():
        try:
            manifest = generations.check(name, wanted)
            click.echo(f"{name}: whole, {manifest.documents} mandates")
        except NoIndexError as error:
            click.echo(str(error))
            failed |= name == current
    context.exit(3 if failed else 0)
