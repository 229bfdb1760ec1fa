"""The gate over the shipped corpus, opened once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from search_app.analysis.tools import Tools
from tests.relevance.gate import Gate, open_gate


@pytest.fixture(scope="session")
def gate(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Iterator[Gate]:
    """The code as it is."""
    with open_gate(tmp_path_factory.mktemp("gate"), tools) as opened:
        yield opened
