"""`concepts check`: what a proposed thesaurus would change, before it is put in force."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from search_app.analysis.tools import Tools
from search_app.cli.options import settings_from, with_settings
from search_app.corpus.mandate import Mandate
from search_app.corpus.names_files import read_names
from search_app.corpus.store import read_corpus
from search_app.search.evaluate import read_queries
from search_app.search.preview import Preview, preview


@click.group("concepts")
def concepts_command() -> None:
    """Look after the thesaurus."""


@concepts_command.command("check")
@with_settings
@click.argument("proposed", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--judged",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default="tests/relevance",
    show_default=True,
    help="Folder with queries.jsonl and qrels.tsv.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def check_concepts(
    corpus: Path | None, index: Path | None, config: Path | None, proposed: Path, judged: Path, as_json: bool
) -> None:
    """Compare the proposed thesaurus FILE with the one in force.

    Forms that two concepts share without calling them ambiguous are faults (exit code 65). Then every judged query is
    asked over the corpus with both files: which answers change, by which mandates, and nDCG@10 before and after.
    """
    settings = settings_from(corpus=corpus, index=index, config=config)
    after = read_names(proposed, settings.places)
    before = read_names(settings.thesaurus, settings.places)
    mandates = [one for one in read_corpus(settings.corpus) if isinstance(one, Mandate)]
    found = preview(mandates, list(read_queries(judged)), before=before, after=after, tools=Tools.make())
    click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=1) if as_json else _in_words(found))


def _in_words(found: Preview) -> str:
    lines = [f"{len(found.changes)} judged queries change; nDCG@10 {found.before} before, {found.after} after"]
    for change in found.changes:
        lines.append(f"{change.query}: {change.before} → {change.after}")
        lines += [f"  + {mandate}" for mandate in change.came]
        lines += [f"  - {mandate}" for mandate in change.went]
    return "\n".join(lines)
