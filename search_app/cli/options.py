"""The options that every command takes, and what they give: the settings in force."""

from __future__ import annotations

import os
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
