"""The options that every command takes, and what they give: the settings in force."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from search_app.settings import Settings, load_settings

Thing = TypeVar("Thing")
Command = TypeVar("Command", bound=Callable[..., Any])


def with_settings(command: Command) -> Command:
    """Add --corpus, --index and --config to a command."""
    for option in (
        click.option("--config", type=click.Path(path_type=Path), help="Settings file. [default: mandate-search.yaml]"),
        click.option("--index", type=click.Path(path_type=Path), help="Folder of the index. [default: index]"),
        click.option("--corpus", type=click.Path(path_type=Path), help="Folder of the records. [default: corpus]"),
    ):
        command = option(command)
    return command


def settings_from(*, corpus: Path | None, index: Path | None, config: Path | None, **others: object) -> Settings:
    """The settings in force: flags, then environment, then file, then defaults."""
    flags = {"corpus": corpus, "index": index, **others}
    return load_settings(flags, os.environ, folder=Path.cwd(), file=config)


@contextmanager
def progress(things: Sequence[Thing], label: str) -> Iterator[Iterable[Thing]]:
    """Show how far a long work is, on stderr where that is a terminal."""
    with click.progressbar(things, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield bar


class Duration(click.ParamType[float]):
    """A length of time such as 90s, 15m, 2h or 1d; gives seconds."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read one; a plain number means seconds."""
        found = re.fullmatch(r"(\d{1,6})([smhd]?)", str(value).strip())
        if not found or int(found[1]) == 0:
            self.fail(f"{value!r} is no length of time; write 90s, 15m, 2h or 1d", param, ctx)
        return int(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}[found[2]]
