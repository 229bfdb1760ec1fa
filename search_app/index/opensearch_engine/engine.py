"""One generation on a cluster, open for searching."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

from search_app.analysis.stems import Stems
from search_app.errors import NoIndexError, QueryTimeoutError
from search_app.index.document import EARLIEST, LATEST
from search_app.index.engine import Hit, HitPage, Ranked
from search_app.index.opensearch_engine.builder import FILE, LABELS
from search_app.index.opensearch_engine.cluster import Cluster, ClusterAddress, pages
from search_app.index.opensearch_engine.exact import ExactScorer
from search_app.index.opensearch_engine.filters import facets_found, facets_wanted, filtered
from search_app.index.opensearch_engine.likeness import Likeness
from search_app.index.opensearch_engine.mapping import (
    BODY,
    DEEPEST,
    LENGTH,
    STEMS,
    TITLE,
    TITLE_LENGTH,
    mandate_of,
    parts_of,
)
from search_app.index.opensearch_engine.queries import Translator
from search_app.index.opensearch_engine.words import Words
from search_app.index.query import Filters, Query, Sort, Window
from search_app.index.weights import rounded

# Ranks whose scores are worked out in full precision, and how far around a window others may belong into it.
MOST_EXACT: Final = 1_000
MARGIN: Final = 20
AT_ONCE: Final = 5_000
# Whole documents that come in one answer, some kB each.
READ_AT_ONCE: Final = 200
_SCORED: Final = [BODY, "titles", LENGTH, TITLE_LENGTH, "holds", "newest"]
_KEPT: Final = 4_096

Json = dict[str, Any]


@dataclass(frozen=True)
class _Order:
    """Some hits in their order with rounded scores, how many there are in all, and the facets as counted."""

    total: int
    hits: list[tuple[Json, float]]
    facets: Json


class OpenSearchEngine:
    """Answers queries over the generation whose side files lie in one folder."""

    def __init__(self, folder: Path, generation: str, stems: Stems, address: ClusterAddress) -> None:
        self.generation = generation
        seal = json.loads((folder / FILE).read_text("utf-8"))
        self._index: str = seal["index"]
        self._labels: dict[str, str] = json.loads((folder / LABELS).read_text("utf-8"))
        self._words = Words(folder)
        self._stems = stems
        self._cluster = Cluster(address)
        try:
            self._check(str(seal["uuid"]))
        except BaseException:
            self._cluster.close()
            raise
        self._translator = Translator(self._words, stems, self._count_all)
        self._scorer = ExactScorer(self._translator, self._words, stems)
        self._likeness = Likeness(self._search, self._words.documents)
        self._concepts = lru_cache(maxsize=_KEPT)(self._likeness.concepts)

    def _check(self, uuid: str) -> None:
        """See that the cluster holds the very index that was built.

        raises   NoIndexError
        """
        path = f"/{self._index}/_settings/index.uuid"
        found = self._cluster.read(
            "GET", path, flat_settings="true", ignore_unavailable="true", allow_no_indices="true"
        )
        if found.get(self._index, {}).get("settings", {}).get("index.uuid") != uuid:
            raise NoIndexError(
                f"{self.generation}: the cluster lacks its index {self._index}; run `mandate-search index`"
            )

    def _search(self, body: Json) -> Json:
        return self._cluster.search(self._index, body)

    def _count_all(self, queries: Sequence[Json]) -> Sequence[int]:
        bodies = [{"query": query, "size": 0, "track_total_hits": True} for query in queries]
        answers = self._cluster.msearch(self._index, bodies)
        return [int(one["hits"]["total"]["value"]) for one in answers]

    # searching

    def search(self, query: Query, filters: Filters, window: Window) -> HitPage:
        """Answer a query."""
        order = self._ordered(query, filters, window, [*_SCORED, "record", "spans"], facets=window.facets)
        hits = tuple(Hit(mandate_of(stored), score, parts_of(stored)) for stored, score in order.hits)
        return HitPage(order.total, hits, facets_found(order.facets, filters, window) if window.facets else {})

    def rank(self, query: Query, filters: Filters, window: Window) -> Ranked:
        """The order of a search without its records."""
        order = self._ordered(query, filters, window, _SCORED, facets=False, deep=["newest"])
        return Ranked(order.total, tuple((stored["id"], score) for stored, score in order.hits))

    def count(self, query: Query, filters: Filters, today: date) -> int:
        """How many documents answer a query."""
        narrowed = [self._translator.matching(query, today), *filtered(filters, today).values()]
        return self._count_all([{"bool": {"filter": narrowed}}])[0]

    def _ordered(
        self,
        query: Query,
        filters: Filters,
        window: Window,
        fields: list[str],
        *,
        facets: bool,
        deep: list[str] | None = None,
    ) -> _Order:
        """The hits of a window with some of their fields.

        deep   the fields that are enough where no score is worked out; None = the same
        """
        if window.expired():
            raise QueryTimeoutError("the search took longer than it may; ask for fewer or rarer words")
        masks = filtered(filters, window.today)
        if query.parts:
            asked = self._translator.scored(query, window.today)
        else:
            asked = {"constant_score": {"filter": self._translator.matching(query, window.today), "boost": 0}}
        body: Json = {"query": asked, "sort": _sort(window.sort), "track_scores": True, "_source": ["id", *fields]}
        if masks:
            body["post_filter"] = {"bool": {"filter": list(masks.values())}}
        if facets:
            body["aggs"] = facets_wanted(masks, window.today)
        return self._window(body, query, window, {} if deep is None else {"_source": ["id", *deep]})

    def _window(self, body: Json, query: Query, window: Window, deep: Json) -> _Order:
        """The hits of a window: of the first ranks in full precision, of the others as the cluster scores.

        deep   how the body differs behind the ranks whose scores are worked out
        """
        exact = bool(query.parts) and window.first < MOST_EXACT
        margin = MARGIN if exact and window.sort == "relevance" and window.size else 0
        low = max(0, window.first - margin)
        wanted = window.size + (window.first - low) + margin
        if low + wanted <= (MOST_EXACT if deep else DEEPEST):
            answer = self._search(body | {"from": low, "size": wanted})
            found = answer["hits"]["hits"]
        else:
            answer = self._search(body | {"size": 0})
            every = pages(self._search, body | {"size": MOST_EXACT}, {"size": AT_ONCE} | deep)
            found = list(islice(every, low, min(low + wanted, sys.maxsize)))
        hits = [self._scored(hit, query, exact=exact and low + rank < MOST_EXACT) for rank, hit in enumerate(found)]
        if margin:
            hits.sort(key=lambda one: (-one[1], -one[0]["newest"], one[0]["id"]))
        chosen = hits[window.first - low : window.first - low + window.size]
        return _Order(int(answer["hits"]["total"]["value"]), chosen, answer.get("aggregations", {}))

    def _scored(self, hit: Json, query: Query, *, exact: bool) -> tuple[Json, float]:
        stored = hit["_source"]
        return stored, rounded(self._scorer.score(stored, query) if exact else float(hit["_score"] or 0.0))

    # words

    def has_word(self, term: str) -> bool:
        """Whether a live document holds the exact term."""
        return self._words.count(BODY, term) > 0

    def knows_word(self, term: str) -> bool:
        """Whether a live document holds the term or a word of the same stem in either language."""
        return any(self._words.count(f, stem) for f, stem in zip(STEMS, self._stems.both(term), strict=True))

    def words_beginning(self, prefix: str) -> Sequence[str]:
        """The words that a prefix stands for."""
        return self._words.most_frequent(prefix)

    def count_beginning(self, prefix: str) -> int:
        """How many words begin so."""
        return len(self._words.beginning(prefix))

    def label(self, value: str) -> str | None:
        """How a requester that no concept names is printed, by the value of its filter."""
        return self._labels.get(value)

    def plain_words(self) -> Sequence[tuple[str, int]]:
        """Every word with the number of live documents that hold it."""
        return self._plain_words

    @cached_property
    def _plain_words(self) -> list[tuple[str, int]]:
        return list(self._words.plain())

    # documents

    def hit(self, mandate_id: str) -> Hit | None:
        """One document by id."""
        return next(self.hits([mandate_id])) if mandate_id else None

    def hits(self, ids: Iterable[str]) -> Iterator[Hit | None]:
        """Documents by id, in the order of ids; None for one that is not there."""
        waiting = iter(ids)
        while batch := list(islice(waiting, READ_AT_ONCE)):
            for one in self._cluster.read("POST", f"/{self._index}/_mget", {"ids": batch})["docs"]:
                stored = one["_source"] if one.get("found") else None
                yield stored and Hit(mandate_of(stored), 0.0, parts_of(stored))

    def titled(self, prefixes: Sequence[str], size: int) -> Sequence[Hit]:
        """The newest documents whose titles hold, for each prefix, a word that begins so."""
        if not prefixes:
            return []
        beginning = [{"prefix": {TITLE: {"value": one, "case_insensitive": True}}} for one in prefixes]
        query = {"bool": {"filter": beginning}}
        hits = self._search(
            {"query": query, "sort": _sort("newest"), "size": size, "_source": ["record", "spans", BODY]}
        )
        stored = (one["_source"] for one in hits["hits"]["hits"])
        return [Hit(mandate_of(one), 0.0, parts_of(one)) for one in stored]

    def concepts(self, mandate_id: str) -> Sequence[str]:
        """The concepts and organisations that a document's texts name, those that fewest others hold first."""
        return self._concepts(mandate_id)

    def similar(self, mandate_id: str, size: int) -> Sequence[Hit]:
        """The documents most like one."""
        return [hit for hit in self.hits(self._likeness.similar(mandate_id, size)) if hit]

    def ids(self) -> Sequence[str]:
        """The ids of all live documents."""
        return [id_ for id_, _, _ in self._all]

    def periods(self) -> Sequence[tuple[date | None, date | None]]:
        """Start and end of all live documents."""
        return [
            (None if first == EARLIEST else date.fromordinal(first), None if last == LATEST else date.fromordinal(last))
            for _, first, last in self._all
        ]

    @cached_property
    def _all(self) -> list[tuple[str, int, int]]:
        """Id and days of every document, read once."""
        body: Json = {"sort": [{"id": "asc"}], "size": AT_ONCE, "_source": False, "docvalue_fields": ["first", "last"]}
        hits = pages(self._search, body)
        return [(hit["_id"], hit["fields"]["first"][0], hit["fields"]["last"][0]) for hit in hits]

    def close(self) -> None:
        """Close the connections."""
        self._cluster.close()


def _sort(sort: Sort) -> list[Json]:
    """An order in which no two documents are equal: undated ones last."""
    newest: list[Json] = [{"newest": "desc"}, {"id": "asc"}]
    return {"relevance": [{"_score": "desc"}, *newest], "newest": newest, "oldest": [{"oldest": "asc"}, {"id": "asc"}]}[
        sort
    ]
