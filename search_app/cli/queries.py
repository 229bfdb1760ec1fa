"""`queries`: what people ask and what they do not find, out of the log, without telling on anyone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TextIO

import click

from search_app.analysis.fold import fold
from search_app.cli.options import with_settings
from search_app.web.log import QUERY

SHOWN = 50


@click.command("queries")
@with_settings
@click.argument("logs", metavar="LOG…", nargs=-1, required=True, type=click.File("r", encoding="utf-8"))
@click.option("--at-least", type=click.IntRange(2), default=5, show_default=True, help="Asked so often, or not shown.")
def queries_command(logs: tuple[TextIO, ...], at_least: int, **_settings: object) -> None:
    """Report the queries in each LOG (`-` for stdin) by language: those asked most, and those that found nothing.

    The log holds queries only where the setting `log_queries` is on. Accents and case do not tell queries apart. A
    query asked fewer times than --at-least is withheld: a rare one may say who asked.
    """
    asked: Counter[tuple[str, str]] = Counter()
    empty: Counter[tuple[str, str]] = Counter()
    for entry in _entries(line for log in logs for line in log):
        key = (str(entry.get("lang", "")), " ".join(map(fold, str(entry.get("text", "")).split())))
        asked[key] += 1
        empty[key] += entry.get("total") == 0
    for title, counts in (("asked most", asked), ("found nothing", empty)):
        click.echo(f"{title}:")
        for (language, text), count in counts.most_common(SHOWN):
            if count >= at_least:
                click.echo(f"{count:>7}  {language}  {text}")
    rare = sum(count for count in asked.values() if count < at_least)
    click.echo(
        f"{sum(asked.values())} searches, {rare} of them for queries asked fewer than {at_least} times, withheld"
    )


def _entries(lines: Iterable[str]) -> Iterator[dict[str, object]]:
    """The queries of a log; lines of other programs are passed over."""
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and entry.get("event") == QUERY:
            yield entry
