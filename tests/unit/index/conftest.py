"""What tests of the index share."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from search_app.analysis.tools import Tools
from tests.unit.index.corpora import Corpus


@pytest.fixture
def corpus(tools: Tools, tmp_path: Path) -> Iterable[Corpus]:
    """An empty folder for a corpus and an index."""
    one = Corpus(tmp_path, tools)
    yield one
    for engine in one.opened:
        engine.close()
