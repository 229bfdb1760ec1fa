"""The shipped corpus and the seed page, each imported and indexed once for all flow tests."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from search_app.analysis.tools import Tools
from search_app.corpus.importers import all_importers
from search_app.corpus.importers.languages import LanguageGuesser
from search_app.corpus.intake import Intake
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Names
from search_app.corpus.names_files import PLACES, THESAURUS, read_names
from search_app.corpus.report import IntakeReport
from search_app.corpus.store import read_corpus
from search_app.index.engine import Engine
from search_app.index.engines import open_engine
from search_app.index.query import Filters, Window
from search_app.search.results import SearchRequest
from search_app.search.searcher import Searcher
from tests.searching import SHIPPED, TODAY, index_folder, opened
from tests.support import DATA


@dataclass(frozen=True)
class Indexed:
    """Records on one side, the search over them on the other."""

    records: dict[str, Mandate]
    names: Names
    searcher: Searcher
    engine: Engine

    def rank(self, text: str, *, expand: bool = True) -> list[tuple[str, float]]:
        """All ids with their scores, best first: a search without facets, marks and snippets."""
        tree = self.searcher.read(SearchRequest(text=text, expand=expand))
        window = Window(size=max(len(self.records), 1), today=TODAY, facets=False)
        return list(self.engine.rank(tree, Filters(), window).ranked)

    def ids(self, text: str, *, expand: bool = True) -> list[str]:
        """All ids, best first."""
        return [mandate for mandate, _ in self.rank(text, expand=expand)]


def plain(text: str) -> str:
    """A text as a keyboard without accents gives it."""
    marked = unicodedata.normalize("NFD", text)
    bare = "".join(letter for letter in marked if not unicodedata.combining(letter))
    return bare.replace("œ", "oe").replace("Œ", "OE").replace("’", "'")


def _indexed(corpus: Path, folder: Path, tools: Tools, stack: ExitStack) -> Indexed:
    generation = index_folder(corpus, folder, tools)
    engine = open_engine(generation, generation.name, tools.stems)
    stack.callback(engine.close)
    records = {one.id: one for one in read_corpus(corpus) if isinstance(one, Mandate)}
    names = read_names(SHIPPED / THESAURUS, SHIPPED / PLACES)
    return Indexed(records, names, stack.enter_context(opened(folder, tools)), engine)


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Iterator[Indexed]:
    """The corpus that the product ships with."""
    with ExitStack() as stack:
        yield _indexed(SHIPPED, tmp_path_factory.mktemp("shipped"), tools, stack)


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[IntakeReport]]:
    """A corpus that was empty before the seed page was imported, twice, and what the two runs said."""
    corpus = tmp_path_factory.mktemp("seed") / "corpus"
    names = read_names(SHIPPED / THESAURUS, SHIPPED / PLACES)
    importers = all_importers(names, LanguageGuesser())
    intake = Intake(corpus, names, importers=importers, today=date(2024, 6, 1))
    return corpus, [intake.run([DATA / "seed.txt"]) for _ in range(2)]


@pytest.fixture(scope="session")
def seed(imported: tuple[Path, list[IntakeReport]], tools: Tools) -> Iterator[Indexed]:
    """The seed page, imported into an empty corpus and indexed."""
    corpus, _ = imported
    with ExitStack() as stack:
        yield _indexed(corpus, corpus.with_name("index"), tools, stack)
