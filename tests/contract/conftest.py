"""The engines under test: every test of this folder runs once on each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search_app.analysis.tools import Tools
from search_app.index.engines import ENGINE
from tests.contract.asking import Corpora


@pytest.fixture(params=[ENGINE])
def open_corpus(tools: Tools, tmp_path: Path) -> Iterator[Corpora]:
    """Builds generations of the documents given, one after another, and closes them after the test."""
    corpora = Corpora(tmp_path, tools.stems)
    yield corpora
    corpora.close()
