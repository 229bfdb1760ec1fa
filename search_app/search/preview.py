"""What a proposed thesaurus would change: judged queries asked with the names in force and with the proposed ones.

A query counts as changed where its first ten mandates are others or stand in another order.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Names
from search_app.index.document import make_document
from search_app.index.engines import make_builder, open_engine
from search_app.index.query import Filters, Window
from search_app.search.evaluate import JudgedQuery, measure
from search_app.search.results import SearchRequest
from search_app.search.searcher import Searcher

SHOWN: Final = 10
_DEPTH: Final = 1_000
_ANY_DAY: Final = date(2000, 1, 1)


@dataclass(frozen=True)
class Change:
    """A judged query whose answer changes.

    before, after            nDCG@10, None where nobody judged the query
    came, went               mandates that come into the first ten, or leave them
    """

    query: str
    before: float | None
    after: float | None
    came: tuple[str, ...]
    went: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """All changes, and mean nDCG@10 over the judged queries before and after."""

    changes: tuple[Change, ...]
    before: float
    after: float


def preview(
    mandates: Sequence[Mandate], queries: Sequence[JudgedQuery], *, before: Names, after: Names, tools: Tools
) -> Preview:
    """Ask every query with both tables of names."""
    old, new = (_rank_all(mandates, queries, names, tools) for names in (before, after))
    changes = []
    for query in queries:
        first, then = old[query.id], new[query.id]
        if first[:SHOWN] != then[:SHOWN]:
            came = tuple(one for one in then[:SHOWN] if one not in first[:SHOWN])
            went = tuple(one for one in first[:SHOWN] if one not in then[:SHOWN])
            changes.append(Change(query.text, _ndcg(first, query), _ndcg(then, query), came, went))
    return Preview(tuple(changes), _mean(old, queries), _mean(new, queries))


def _rank_all(
    mandates: Sequence[Mandate], queries: Sequence[JudgedQuery], names: Names, tools: Tools
) -> dict[str, list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        builder = make_builder(Path(folder), tools.stems)
        for mandate in mandates:
            builder.add(make_document(mandate, tools.analyzer, names))
        builder.commit()
        engine = open_engine(Path(folder), "preview", tools.stems)
        try:
            searcher = Searcher(engine, names, analyzer=tools.analyzer, stems=tools.stems)
            window = Window(size=_DEPTH, today=_ANY_DAY, facets=False)
            trees = {one.id: searcher.read(SearchRequest(text=one.text, language=one.language)) for one in queries}
            return {
                name: [one for one, _ in engine.rank(tree, Filters(), window).ranked] for name, tree in trees.items()
            }
        finally:
            engine.close()


def _ndcg(ranked: Sequence[str], query: JudgedQuery) -> float | None:
    return round(measure(ranked, query.grades)["ndcg@10"], 4) if query.grades else None


def _mean(lists: dict[str, list[str]], queries: Sequence[JudgedQuery]) -> float:
    found = [measure(lists[one.id], one.grades)["ndcg@10"] for one in queries if one.grades]
    return round(sum(found) / len(found), 4) if found else 0.0
