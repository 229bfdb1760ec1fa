"""`check`, `new` and `withdraw`: what is wrong with the records, one more, one less."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Final

import click

from search_app.analysis.language import LANGUAGES
from search_app.cli.options import settings_from, with_settings
from search_app.corpus.checks import FAULT, Finding, check
from search_app.corpus.editing import add_record, restore, withdraw
from search_app.corpus.importers.languages import LanguageGuesser
from search_app.corpus.importers.printed_names import unknown_places
from search_app.corpus.mandate import Mandate
from search_app.corpus.names_files import read_names
from search_app.corpus.textform import stored
from search_app.index.generations import writing_lock

REFUSED: Final = 65
NO_REASON: Final = "no reason was given"


class Day(click.ParamType[date]):
    """A day such as 2019-03-31."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read one."""
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day of the calendar; write it as 2019-03-31", param, ctx)


@click.command("new")
@with_settings
@click.option("--title-en", default="", metavar="TEXT", help="Title in English.")
@click.option("--title-fr", default="", metavar="TEXT", help="Title in French.")
@click.option("--requester", "requesters", multiple=True, metavar="NAME", help="Who asked; may be repeated.")
@click.option("--place", "places", multiple=True, metavar="NAME", help="Country or region; may be repeated.")
@click.option("--start", type=Day(), help="First day, as 2019-02-01.")
@click.option("--end", type=Day(), help="Last day; leave it out while the mandate is open.")
@click.option("--description-en", default="", metavar="TEXT", help="What for, in English.")
@click.option("--description-fr", default="", metavar="TEXT", help="What for, in French.")
@click.option("--source", default="", metavar="TEXT", help="Where this is known from, in words.")
@click.option("--url", default="", metavar="ADDRESS", help="Its page on the publisher's site.")
def new_command(
    corpus: Path | None,
    index: Path | None,
    config: Path | None,
    requesters: tuple[str, ...],
    places: tuple[str, ...],
    start: date | None,
    end: date | None,
    source: str,
    url: str,
    **texts: str,
) -> None:
    """Write one new record into the corpus and tell its path; go on in an editor from there.

    A title in one language is enough, the rest can be added later. A mandate that the corpus has already (same title,
    places and start), or that was withdrawn, is refused. Exit codes: 0 written, 65 refused.
    """
    titles, descriptions = (
        {language: texts[f"{part}_{language}"] for language in LANGUAGES if texts[f"{part}_{language}"].strip()}
        for part in ("title", "description")
    )
    if not titles:
        raise click.UsageError("a record needs a title; give --title-en, --title-fr or both")
    settings = settings_from(corpus=corpus, index=index, config=config)
    names = read_names(settings.thesaurus, settings.places)
    draft = Mandate(
        id="",
        title={language: " ".join(title.split()) for language, title in titles.items()},
        requesters=requesters,
        places=places,
        start=start,
        end=end,
        description={language: stored(text) for language, text in descriptions.items()},
        source=source,
        url=url,
    )
    with writing_lock(settings.index):
        path = add_record(settings.corpus, draft, names)
    click.echo(path)
    for place in unknown_places(places, names):
        click.echo(f'"{place}" is no known place; correct it, or add it to places.yaml as an alias', err=True)


@click.command("withdraw")
@with_settings
@click.argument("mandate_id", metavar="ID")
@click.option("--reason", metavar="TEXT", help=f"Why; readers of its old address see it. [default: {NO_REASON}]")
@click.option("--undo", is_flag=True, help="Put a withdrawn record back.")
def withdraw_command(
    corpus: Path | None, index: Path | None, config: Path | None, mandate_id: str, reason: str | None, undo: bool
) -> None:
    """Take the record ID out of the corpus for good: its file moves to withdrawn/, and no import brings it back.

    From the next `mandate-search index` on its address answers 410 with the reason and the day. To undo it run
    `mandate-search withdraw --undo ID`, then `index` again. Exit codes: 0 done, 65 no such record.
    """
    if undo and reason:
        raise click.UsageError("--undo takes no reason")
    settings = settings_from(corpus=corpus, index=index, config=config)
    with writing_lock(settings.index):
        if undo:
            path = restore(settings.corpus, mandate_id)
        else:
            why = " ".join((reason or NO_REASON).split()) or NO_REASON
            path = withdraw(settings.corpus, mandate_id, reason=why, today=datetime.now(settings.zone).date())
    click.echo(path)


@click.command("check")
@with_settings
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How findings are printed; github shows them beside the lines of a pull request.",
)
@click.pass_context
def check_command(
    context: click.Context, corpus: Path | None, index: Path | None, config: Path | None, form: str
) -> None:
    """Say what is wrong with the files of the corpus: file, line, column, and what to write.

    A fault keeps a record out of the index; the other findings are about its quality. Exit codes: 0 no fault,
    65 faults.
    """
    settings = settings_from(corpus=corpus, index=index, config=config)
    names = read_names(settings.thesaurus, settings.places)
    findings = list(check(settings.corpus, names=names, guesser=LanguageGuesser()))
    if form == "json":
        click.echo(json.dumps([_values(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            click.echo(_github(finding) if form == "github" else f"{finding} [{finding.code}]")
    faults = sum(finding.code == FAULT for finding in findings)
    click.echo(f"{faults} faults, {len(findings) - faults} findings about quality", err=True)
    context.exit(REFUSED if faults else 0)


def _values(finding: Finding) -> dict[str, object]:
    fault = finding.fault
    return {
        "code": finding.code,
        "file": str(fault.path),
        "line": fault.line,
        "column": fault.column,
        "message": fault.message,
    }


def _github(finding: Finding) -> str:
    """A line that shows up beside the line of the file in a pull request."""
    fault, level = finding.fault, "error" if finding.code == FAULT else "warning"
    return f"::{level} file={fault.path},line={fault.line},col={fault.column}::{fault.message}"
