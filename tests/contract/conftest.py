"""The engines under test: every test of this folder runs once on each."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from search_app.analysis.tools import Tools
from search_app.index.engines import ENGINE, ON_A_CLUSTER
from tests.contract.asking import Corpora
from tests.opensearch.nodes import cleared

# The environment of the other release of Whoosh has no client for clusters: it tests Whoosh alone.
ENGINES = [ENGINE, ON_A_CLUSTER] if find_spec("opensearchpy") else [ENGINE]


@pytest.fixture(params=ENGINES)
def open_corpus(request: pytest.FixtureRequest, tools: Tools, tmp_path: Path) -> Iterator[Corpora]:
    """Builds generations of the documents given, one after another, and closes them after the test."""
    cluster = request.getfixturevalue("cluster_address") if request.param == ON_A_CLUSTER else None
    corpora = Corpora(tmp_path, tools.stems, cluster)
    yield corpora
    corpora.close()
    if cluster is not None:
        cleared(cluster)
