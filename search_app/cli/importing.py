"""`import` and `refresh`: from people's files and an operator's sources into the corpus."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from search_app.cli.options import settings_from, with_settings
from search_app.corpus.files import input_files
from search_app.corpus.importers import all_importers
from search_app.corpus.importers.languages import LanguageGuesser
from search_app.corpus.intake import Intake
from search_app.corpus.names import Names
from search_app.corpus.names_files import read_names
from search_app.corpus.refresh import gather
from search_app.corpus.report import ImportedFile, IntakeReport
from search_app.errors import SettingsError
from search_app.index.generations import writing_lock
from search_app.settings import Settings

REFUSED: Final = 65
# Copies of what stood at addresses lie in this folder of the index.
COPIES: Final = "sources"
_STEPS: Final = 200  # of the progress bar


@click.command("import")
@with_settings
@click.argument("paths", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
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

    The format is found by the content. The same mandate met again is recognised; records that a person edited keep what
    they say. A file that is refused never stops the others. Run `mandate-search index` afterwards. Exit codes: 0 done,
    65 something was refused.
    """
    settings = settings_from(corpus=corpus, index=index, config=config)
    names = read_names(settings.thesaurus, settings.places)
    intake = _intake(settings, names, dry_run=dry_run, overwrite=overwrite)
    files = list(input_files(paths))
    with _reading(files, hidden=as_json) as told:
        read = [intake.read(path, told(path)) for path in files]
    report = _take(intake, read, settings, dry_run=dry_run)
    _tell(report, names, as_json=as_json)
    context.exit(REFUSED if report.totals["refused"] or report.faults else 0)


@click.command("refresh")
@with_settings
@click.option("--dry-run", is_flag=True, help="Show what would be imported; write no record.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def refresh_command(
    context: click.Context, corpus: Path | None, index: Path | None, config: Path | None, dry_run: bool, as_json: bool
) -> None:
    """Import the files, folders and addresses that the settings name as `sources`, in one run.

    An address is fetched only if it has changed, at most 50 MB; where it fails, the last good copy stands in and stderr
    says so. `index --every` and `serve --reindex-every` do this before each run. Exit codes: 0 done, 2 no sources in
    the settings, 65 something was refused or a source failed.
    """
    settings = settings_from(corpus=corpus, index=index, config=config)
    if not settings.sources:
        raise SettingsError('no sources: list files, folders or addresses as "sources" in mandate-search.yaml')
    names = read_names(settings.thesaurus, settings.places)
    report, problems = refresh(settings, names, dry_run=dry_run)
    _tell(report, names, as_json=as_json, problems=problems)
    for problem in problems:
        click.echo(problem, err=True)
    context.exit(REFUSED if report.totals["refused"] or report.faults or problems else 0)


def refresh(settings: Settings, names: Names, *, dry_run: bool = False) -> tuple[IntakeReport, tuple[str, ...]]:
    """Import the sources; gives the report, and what is wrong with sources that failed."""
    intake = _intake(settings, names, dry_run=dry_run)
    today = datetime.now(settings.zone).date()
    gathered = gather(
        settings.sources, settings.index / COPIES, today=today, read_path=intake.read, read_data=intake.parse
    )
    return _take(intake, gathered.files, settings, dry_run=dry_run), gathered.problems


def _intake(settings: Settings, names: Names, *, dry_run: bool, overwrite: bool = False) -> Intake:
    return Intake(
        settings.corpus,
        names,
        importers=all_importers(names, LanguageGuesser()),
        today=datetime.now(settings.zone).date(),
        overwrite=overwrite,
        dry_run=dry_run,
    )


def _take(intake: Intake, files: Sequence[ImportedFile], settings: Settings, *, dry_run: bool) -> IntakeReport:
    """Write what files gave, as the only writer."""
    if dry_run:
        return intake.take(files)
    with writing_lock(settings.index):
        return intake.take(files)


def _tell(report: IntakeReport, names: Names, *, as_json: bool, problems: Sequence[str] = ()) -> None:
    if as_json:
        values = report.as_json(names) | ({"problems": list(problems)} if problems else {})
        click.echo(json.dumps(values, ensure_ascii=False, indent=1))
        return
    for line in report.lines():
        click.echo(line)


@contextmanager
def _reading(paths: Sequence[Path], *, hidden: bool) -> Iterator[Callable[[Path], Callable[[float], None]]]:
    """Show how many bytes of all files have been read, on stderr where that is a terminal."""
    ends: dict[Path, tuple[int, int]] = {}
    total = 0
    for path in paths:
        size = _size(path)
        ends[path] = (total, size)
        total += size
    bar = click.progressbar(
        length=max(total, 1),
        label="reading",
        file=sys.stderr,
        hidden=hidden or not sys.stderr.isatty(),
        update_min_steps=max(total // _STEPS, 1),
    )
    with bar:

        def told(path: Path) -> Callable[[float], None]:
            before, size = ends[path]
            return lambda share: bar.update(max(before + int(size * share) - bar.pos, 0))

        yield told
        bar.update(max(total - bar.pos, 0))


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
