"""A corpus on disk with its index, and three mandates to write into it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate
from search_app.corpus.store import record_path
from search_app.index.engine import Engine
from search_app.index.engines import open_engine
from search_app.index.generations import Generations
from search_app.index.indexer import Choices, CorpusFolder, IndexReport, build_index
from search_app.index.query import Word
from tests.contract.asking import ids as ids_with
from tests.support import mandate, write_corpus


@dataclass
class Corpus:
    """A corpus on disk, its index, and a clock that runs ahead of every file's time."""

    folder: Path
    tools: Tools
    opened: list[Engine] = field(default_factory=list)
    now: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(hours=1))

    @property
    def index(self) -> Path:
        """The index folder."""
        return self.folder / "index"

    @property
    def records(self) -> Path:
        """The folder of records and tables."""
        return self.folder / "corpus"

    @property
    def generations(self) -> Generations:
        """The generations."""
        return Generations(self.index)

    def write(self, *mandates: Mandate) -> None:
        """Write records."""
        write_corpus(self.records, mandates)

    def path(self, one: Mandate) -> Path:
        """Where a record stands."""
        return record_path(self.records, one)

    def build(self, *, full: bool = False, allow_shrink: bool = False, **more: object) -> IndexReport:
        """Run the indexer, an hour after the run before."""
        self.now += timedelta(hours=1)
        return build_index(
            CorpusFolder(
                folder=self.records, thesaurus=self.records / "thesaurus.yaml", places=self.records / "places.yaml"
            ),
            self.index,
            tools=self.tools,
            clock=time.monotonic,
            choices=Choices(full=full, allow_shrink=allow_shrink),
            now=lambda: self.now,
            **more,  # type: ignore[arg-type]
        )

    def engine(self) -> Engine:
        """The current generation, open."""
        name = self.generations.current()
        self.opened.append(open_engine(self.generations.folder(name), name, self.tools.stems))
        return self.opened[-1]

    def holds(self, word: str) -> list[str]:
        """The records in which a word stands."""
        return sorted(ids_with(self.engine(), Word(word)))


MALI: Final = mandate("m-mali", title_en="Police in Mali", places=("Mali",))
NIGER: Final = mandate("m-niger", title_fr="Réforme au Niger")
ARMY: Final = mandate("m-army", en="The army")


def unchanged(corpus: Corpus, generation: str, names: Sequence[str]) -> bool:
    """The index is as it was: the same current generation, no other, nothing half built."""
    left = [path.name for path in corpus.index.iterdir() if path.name.startswith("tmp-")]
    return (corpus.generations.current(), corpus.generations.names(), left) == (generation, list(names), [])
