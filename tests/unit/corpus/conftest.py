"""What the tests of the corpus wing share: the shipped names, and one language model for the whole run."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_app.corpus.importers import all_importers
from search_app.corpus.importers.base import Importer
from search_app.corpus.importers.languages import LanguageGuesser
from search_app.corpus.names import Names
from search_app.corpus.names_files import read_names

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "corpus"
DATA = ROOT / "tests" / "data"


@pytest.fixture(scope="session")
def shipped() -> Path:
    """The corpus that the product ships with; tests only read it."""
    return SHIPPED


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of test data."""
    return DATA


@pytest.fixture(scope="session")
def names() -> Names:
    """The shipped thesaurus and places."""
    return read_names(SHIPPED / "thesaurus.yaml", SHIPPED / "places.yaml")


@pytest.fixture(scope="session")
def guesser() -> LanguageGuesser:
    """The language model, loaded once."""
    return LanguageGuesser()


@pytest.fixture(scope="session")
def importers(names: Names, guesser: LanguageGuesser) -> tuple[Importer, ...]:
    """Every importer."""
    return all_importers(names, guesser)
