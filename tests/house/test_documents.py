"""What the documents say is so: commands, settings, targets, addresses of files."""

from __future__ import annotations

import importlib
import re
from dataclasses import fields
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from search_app.cli.group import COMMANDS, group
from search_app.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = sorted(path for path in ROOT.glob("*.md")) + sorted(
    path for folder in ("corpus", "index", "tests", "benchmarks") for path in (ROOT / folder).glob("*.md")
)
# Words that a table must hold for each language before it says anything of the chain.
FEWEST_ROWS = 150


def command(name: str) -> click.Command:
    """A command, loaded as the group loads it."""
    module = importlib.import_module(f"search_app.cli.{COMMANDS[name][0]}")
    found = getattr(module, f"{name.replace('-', '_')}_command")
    assert isinstance(found, click.Command)
    return found


def runnable(name: str) -> list[click.Command]:
    """A command, or those below it where it is a group."""
    found = command(name)
    return list(found.commands.values()) if isinstance(found, click.Group) else [found]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_is_named_in_the_readme(name: str) -> None:
    found = command(name)
    assert all(one.help for one in (found, *runnable(name)))
    shown = CliRunner().invoke(group, [name, "--help"])
    assert shown.exit_code == 0
    assert "Usage:" in shown.output
    assert re.search(rf"`(mandate-search )?{name}\b", README)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_help(name: str) -> None:
    options = [one for below in runnable(name) for one in below.params if isinstance(one, click.Option)]
    assert [one.opts for one in options if not one.help] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_corpus_index_and_settings_file(name: str) -> None:
    for below in runnable(name):
        options = {option for one in below.params for option in one.opts}
        assert {"--corpus", "--index", "--config"} <= options, below.name


@pytest.mark.parametrize("name", [one.name for one in fields(Settings)])
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`{name}`" in README


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    target = re.compile(r"\bmake ([a-z]+)\b(?=[`\s]*(?:#|`|,|$))", re.MULTILINE)
    named = {found for path in DOCUMENTS for found in target.findall(path.read_text("utf-8"))}
    assert {"serve", "test"} <= named
    assert named <= targets


def test_every_make_target_tells_what_it_is_for() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    explained = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    # the system's packages are fetched by `make test` and are nothing that people type
    assert set(phony[1].split()) - explained <= {"system"}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text("utf-8")):
        assert "://" in target or (path.parent / target).exists(), target


def test_files_that_the_map_of_the_code_names_exist() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    named = set(re.findall(r"`((?:search_app|tests|corpus|web|analysis|search|index)/[\w/.-]+)`", text))
    assert named
    for name in named:
        if not name.startswith("index/g-") and name not in ("index/lock", "index/CURRENT"):
            assert (ROOT / name).exists() or (ROOT / "search_app" / name).exists(), name


@pytest.mark.parametrize("name", ["words_en.tsv", "words_fr.tsv"])
def test_word_tables_are_long_enough(name: str) -> None:
    rows = (ROOT / "tests" / "data" / name).read_text("utf-8").splitlines()[1:]
    assert len(set(rows)) >= FEWEST_ROWS
