"""Our search over generated mandates: built without generations and searched without a server."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Names
from search_app.corpus.names_files import PLACES as PLACES_FILE
from search_app.corpus.names_files import THESAURUS, read_names
from search_app.index.concepts import ConceptFinder
from search_app.index.document import make_document
from search_app.index.engine import Builder
from search_app.index.engines import make_builder, open_engine
from search_app.search.searcher import Searcher

CORPUS: Final = Path(__file__).parents[1] / "corpus"
TODAY: Final = date(2020, 1, 1)


@dataclass(frozen=True)
class Ours:
    """What building and searching need."""

    names: Names
    tools: Tools

    @classmethod
    def make(cls) -> Ours:
        """With the shipped thesaurus and places."""
        return cls(read_names(CORPUS / THESAURUS, CORPUS / PLACES_FILE), Tools.make())

    def build(self, folder: Path, documents: Iterable[Mandate]) -> None:
        """Index mandates into an empty folder."""
        builder = make_builder(folder, self.tools.stems)
        self._add(builder, documents)

    def update(self, folder: Path, base: Path, changed: Iterable[Mandate]) -> None:
        """Index a base with some mandates in place of those of the same ids."""
        builder = make_builder(folder, self.tools.stems, base=base)
        documents = list(changed)
        for document in documents:
            builder.remove(document.id)
        self._add(builder, documents)

    def _add(self, builder: Builder, documents: Iterable[Mandate]) -> None:
        finder = ConceptFinder(self.names, self.tools.analyzer, self.tools.stems)
        for mandate in documents:
            builder.add(make_document(mandate, self.tools.analyzer, self.names, finder=finder))
        builder.commit()

    def open(self, folder: Path) -> Searcher:
        """Open what was built."""
        engine = open_engine(folder, "bench", self.tools.stems)
        return Searcher(engine, self.names, analyzer=self.tools.analyzer, stems=self.tools.stems)
