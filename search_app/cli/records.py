"""`import` and `check`: from people's files into the corpus, and what is wrong with the corpus."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import click

from search_app.cli.options import settings_from, with_settings
from search_app.corpus.checks import FAULT, Finding, check
from search_app.corpus.importers import all_importers
from search_app.corpus.importers.languages import LanguageGuesser
from search_app.corpus.intake import Intake
from search_app.corpus.names import Names
from search_app.corpus.names_files import read_names
from search_app.corpus.report import IntakeReport
from search_app.index.generations import writing_lock
from search_app.settings import Settings

REFUSED = 65


@click.command("import")
@with_settings
@click.argument("paths", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--dry-run", is_flag=True, help="Show what would be imported; write nothing.")
@click.option("--overwrite", is_flag=True, help="Take the import's word also where a person has edited the record.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def import_command(
    context: click.Context,
    corpus: Path | None,
    index: Path | None,
    config: Path | None,
    paths: tuple[Path, ...],
    dry_run: bool,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Take the mandates of each FILE (or of all files in a folder) into the corpus.

    The same mandate met again is recognised; records that a person edited keep what they say. A file that is refused
    never stops the others. Run `mandate-search index` afterwards. Exit codes: 0 done, 65 something was refused.
    """
    settings = settings_from(corpus=corpus, index=index, config=config)
    names = read_names(settings.thesaurus, settings.places)
    report = _import(settings, names, list(_files(paths)), dry_run=dry_run, overwrite=overwrite)
    if as_json:
        click.echo(json.dumps(report.as_json(names), ensure_ascii=False, indent=1))
    else:
        for line in report.lines():
            click.echo(line)
    context.exit(REFUSED if report.totals["refused"] or report.faults else 0)


def _import(settings: Settings, names: Names, paths: Sequence[Path], *, dry_run: bool, overwrite: bool) -> IntakeReport:
    intake = Intake(
        settings.corpus,
        names,
        importers=all_importers(names, LanguageGuesser()),
        today=datetime.now(settings.zone).date(),
        overwrite=overwrite,
        dry_run=dry_run,
    )
    if dry_run:
        return intake.run(paths)
    with writing_lock(settings.index):
        return intake.run(paths)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and those of the folders named, hidden ones aside."""
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.is_file() and not one.name.startswith("."))
        else:
            yield path


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
