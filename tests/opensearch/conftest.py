"""A corpus on disk whose index lies on the cluster."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from search_app.analysis.tools import Tools
from search_app.index.generations import Generations
from search_app.index.indexer import Choices, CorpusFolder, IndexReport, build_index
from search_app.index.opensearch_engine.cluster import Cluster, ClusterAddress
from search_app.search.opening import open_searcher
from search_app.search.results import SearchRequest
from tests.opensearch.nodes import cleared
from tests.support import mandate, write_corpus


@dataclass
class Site:
    """A corpus, its index folder and its cluster."""

    folder: Path
    tools: Tools
    address: ClusterAddress

    @property
    def index(self) -> Path:
        """The index folder."""
        return self.folder / "index"

    def write(self, ids: Iterable[int], word: str) -> None:
        """Let some records say a word."""
        says = f"{word} and what all of them say"
        write_corpus(self.folder / "corpus", [mandate(f"m-{n}", title_en=f"Mandate {n}", en=says) for n in ids])

    def build(self, *, full: bool = False) -> IndexReport:
        """Index in this process."""
        corpus = self.folder / "corpus"
        source = CorpusFolder(folder=corpus, thesaurus=corpus / "thesaurus.yaml", places=corpus / "places.yaml")
        return build_index(
            source,
            self.index,
            tools=self.tools,
            clock=time.monotonic,
            choices=Choices(full=full),
            cluster=self.address,
        )

    def environment(self) -> dict[str, str]:
        """What a command needs to find all this."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("MANDATE_SEARCH_")}
        return ours | {
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "MANDATE_SEARCH_CORPUS": str(self.folder / "corpus"),
            "MANDATE_SEARCH_INDEX": str(self.index),
            "MANDATE_SEARCH_ENGINE": "opensearch",
            "MANDATE_SEARCH_OPENSEARCH_URL": ",".join(self.address.urls),
            "MANDATE_SEARCH_OPENSEARCH_PREFIX": self.address.prefix,
        }

    def start(self, *words: str, more: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start a command in a process of its own; `more` goes into its environment."""
        command = [sys.executable, "-m", "search_app", *words]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment() | dict(more or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ask(self, path: str) -> Mapping[str, Any]:
        """What the cluster says of itself."""
        cluster = Cluster(self.address)
        try:
            return cluster.read("GET", path, allow_no_indices="true")
        finally:
            cluster.close()

    def indexes(self) -> list[str]:
        """The indexes there are, without what all their names begin with."""
        return sorted(
            name.removeprefix(f"{self.address.prefix}-") for name in self.ask(f"/{self.address.prefix}-*/_settings")
        )

    def alias(self) -> list[str]:
        """The indexes that the alias names."""
        found = self.ask(f"/{self.address.prefix}-*/_alias")
        named = [name for name, one in found.items() if self.address.prefix in one["aliases"]]
        return [name.removeprefix(f"{self.address.prefix}-") for name in named]

    def through_alias(self) -> int:
        """How many documents another tool finds by the alias."""
        return int(self.ask(f"/{self.address.prefix}/_count")["count"])

    def found(self, word: str) -> int:
        """How many mandates the current generation finds."""
        generation = Generations(self.index).current()
        searcher = open_searcher(self.index, generation, tools=self.tools, cluster=self.address)
        try:
            return searcher.search(SearchRequest(text=word), date(2020, 6, 1)).total
        finally:
            searcher.close()


@pytest.fixture
def site(tmp_path: Path, tools: Tools, cluster_address: ClusterAddress) -> Iterator[Site]:
    """A corpus of thirty records that say `alpha`, not yet indexed."""
    made = Site(tmp_path, tools, cluster_address)
    made.write(range(30), "alpha")
    yield made
    cleared(cluster_address)
