"""How the contract's tests build corpora and ask an engine: through the protocols alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import pytest

from search_app.analysis.analyzer import Analyzer
from search_app.analysis.stems import Stems
from search_app.corpus.mandate import Mandate
from search_app.index.document import Document, make_document
from search_app.index.engine import Engine, Ranked
from search_app.index.engines import make_builder, open_engine
from search_app.index.opensearch_engine.cluster import ClusterAddress
from search_app.index.query import Clause, Filters, Part, Query, Sort, Window
from tests.contract.invention import TODAY
from tests.support import WORLD

NO_FILTERS: Final = Filters()
EVERYTHING: Final = Query(everything=True)
SORTS: Final[tuple[Sort, ...]] = ("relevance", "newest", "oldest")
ALL: Final = 10_000


class Corpora:
    """Builds generations of documents and opens them; on a cluster where there is one."""

    def __init__(self, folder: Path, stems: Stems, cluster: ClusterAddress | None = None) -> None:
        self._folder = folder
        self._stems = stems
        self._cluster = cluster
        self._opened: list[Engine] = []

    def __call__(self, documents: Iterable[Document]) -> Engine:
        """A generation of these documents, open."""
        return self._built(None, (), documents)

    def grown(self, engine: Engine, *, removed: Iterable[str] = (), added: Iterable[Document] = ()) -> Engine:
        """A generation on top of an older one, without some of its documents and with others, open."""
        return self._built(self.folder(engine), removed, added)

    def folder(self, engine: Engine) -> Path:
        """Where a generation lies."""
        return self._folder / engine.generation

    def close(self) -> None:
        """Close every generation."""
        for engine in self._opened:
            engine.close()

    def _built(self, base: Path | None, removed: Iterable[str], added: Iterable[Document]) -> Engine:
        folder = self._folder / f"corpus-{len(self._opened)}"
        folder.mkdir()
        builder = make_builder(folder, self._stems, base=base, cluster=self._cluster)
        try:
            for id_ in removed:
                builder.remove(id_)
            for document in added:
                builder.add(document)
            count = builder.commit()
        except BaseException:
            builder.discard()
            raise
        self._opened.append(open_engine(folder, folder.name, self._stems, cluster=self._cluster))
        assert len(self._opened[-1].ids()) == count
        return self._opened[-1]


def documents_of(analyzer: Analyzer, *mandates: Mandate) -> list[Document]:
    """The documents of mandates."""
    return [make_document(one, analyzer, WORLD) for one in mandates]


def asked(*clauses: Clause) -> Query:
    """A query of these clauses."""
    return Query(tuple(map(Part, clauses)))


def window(first: int = 0, size: int = ALL, sort: Sort = "relevance", *, facets: bool = False) -> Window:
    """A window on the day of these tests."""
    return Window(first=first, size=size, sort=sort, today=TODAY, facets=facets)


def ids(engine: Engine, *clauses: Clause) -> list[str]:
    """The hits of a query of these clauses, best first."""
    return ids_of(engine, asked(*clauses))


def ids_of(engine: Engine, query: Query, filters: Filters = NO_FILTERS, sort: Sort = "relevance") -> list[str]:
    """The hits of a query in their order."""
    return [id_ for id_, _ in engine.rank(query, filters, window(sort=sort)).ranked]


def same(found: Ranked, wanted: Sequence[tuple[str, float]]) -> bool:
    """The same ids in the same order, the same total, scores to a millionth."""
    if found.total != len(wanted) or [id_ for id_, _ in found.ranked] != [id_ for id_, _ in wanted]:
        return False
    pairs = zip(found.ranked, wanted, strict=True)
    return all(score == pytest.approx(right, rel=1e-6) for (_, score), (_, right) in pairs)
