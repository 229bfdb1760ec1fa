"""From scored parts and filters to an exact total, a page of documents and facet counts: array operations only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from search_app.analysis.language import LANGUAGES
from search_app.errors import QueryTimeoutError
from search_app.index.document import EARLIEST, LATEST
from search_app.index.query import Filters, Query, Sort, Window
from search_app.index.weights import rounded
from search_app.index.whoosh_engine.counting import Column, Years, in_order
from search_app.index.whoosh_engine.facets import Facets
from search_app.index.whoosh_engine.likeness import Likeness
from search_app.index.whoosh_engine.reader import Reader
from search_app.index.whoosh_engine.scoring import Scorer, contained

# Scores this near to the last wanted one may round up to it.
_SLACK: Final = 1 - 1e-4

_NONE: Final = np.empty(0, np.int32)

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Order:
    """Documents by number, best first, with their rounded scores, and how many there are in all."""

    total: int
    documents: list[int]
    scores: list[float]


class Ranking:
    """Filters, orders and facets of one generation."""

    def __init__(self, reader: Reader, scorer: Scorer) -> None:
        self._live = reader.live
        self._scorer = scorer
        self._first = reader.column("first").astype(np.int64)
        self._last = reader.column("last").astype(np.int64)
        self._dated = (self._first != EARLIEST) | (self._last != LATEST)
        kinds = {"country": "places", "requester": "requesters", "concept": "concepts"}
        rows = {name: in_order(reader.rows(kind)) for name, kind in kinds.items()}
        self._columns = {name: Column(one, reader.capacity) for name, one in rows.items()}
        self._languages = reader.language_bits()
        years = Years(self._first, self._last, reader.live)
        self.facets = Facets(self._columns, self._languages, self._with_status, years)
        self._newest = self._places_in_order(reader.ids, newest=True)
        self._oldest = self._places_in_order(reader.ids, newest=False)
        self.likeness = Likeness(reader, rows["concept"], rows["country"], self._newest)

    def _places_in_order(self, ids: Sequence[str], *, newest: bool) -> npt.NDArray[np.int32]:
        """The rank of each document by start and id; those without a start come last either way."""
        days = np.where(self._first == EARLIEST, LATEST + 1, -self._first if newest else self._first)
        order = np.lexsort((np.array(ids, dtype=np.str_), days))
        ranks = np.empty(len(order), np.int32)
        ranks[order] = np.arange(len(order), dtype=np.int32)
        return ranks

    def matching(
        self, query: Query, today: date, *, expired: Callable[[], bool] = lambda: False
    ) -> tuple[Floats, Mask]:
        """The score of every document, and which of them answer the query (the reader's filters apart).

        raises   QueryTimeoutError, looked at before each part
        """
        scores = np.zeros(len(self._live))
        found = self._live.copy() if query.everything else np.zeros(len(self._live), dtype=bool)
        required = self._live.copy()
        for allowed in self.filtered(query.within, today).values():
            required &= allowed
        for taken_out in self.filtered(query.without, today).values():
            required &= ~taken_out
        for part in query.parts:
            if expired():
                raise QueryTimeoutError("the search took longer than it may; ask for fewer or rarer words")
            entry = self._scorer.part(part)
            scores[entry.documents] += entry.weights
            found[entry.documents] = True
            if part.required:
                here = np.zeros(len(self._live), dtype=bool)
                here[self._scorer.whole(part)] = True
                required &= here
        for part in query.excluded:
            required[self._scorer.part(part).documents] = False
        return scores, found & required

    def count(self, query: Query, filters: Filters, today: date) -> int:
        """How many documents answer a query under some filters."""
        # what answers a must is often short, so that there is no need to go over all documents
        musts = sorted((self._scorer.whole(part) for part in query.parts if part.required), key=len)
        if musts:
            answering = musts[0]
        elif query.everything:
            answering = np.flatnonzero(self._live).astype(np.int32)
        else:
            answering = np.unique(np.concatenate([_NONE, *(self._scorer.part(one).documents for one in query.parts)]))
        for must in musts[1:]:
            answering = answering[contained(answering, must)]
        for part in query.excluded:
            answering = answering[~contained(answering, self._scorer.part(part).documents)]
        for allowed in (self.filtered(one, today) for one in (filters, query.within)):
            for mask in allowed.values():
                answering = answering[mask[answering]]
        for mask in self.filtered(query.without, today).values():
            answering = answering[~mask[answering]]
        return len(answering)

    def filtered(self, filters: Filters, today: date) -> dict[str, Mask]:
        """Which documents each filter in use lets through."""
        masks: dict[str, Mask] = {}
        for name, column in self._columns.items():
            if wanted := getattr(filters, name):
                masks[name] = column.holding(wanted)
        if filters.lang:
            bits = sum(1 << LANGUAGES.index(language) for language in filters.lang)
            masks["lang"] = (self._languages & bits) != 0
        if filters.status:
            with_status = self._with_status(today)
            masks["status"] = np.logical_or.reduce([with_status[status] for status in filters.status])
        if filters.start or filters.end:
            start = filters.start.toordinal() if filters.start else EARLIEST
            end = filters.end.toordinal() if filters.end else LATEST
            masks["period"] = self._dated & (self._first <= end) & (self._last >= start)
        return masks

    def _with_status(self, today: date) -> dict[str, Mask]:
        """The documents of each status on a day: open ends count as active."""
        day = today.toordinal()
        planned = self._dated & (self._first > day)
        ended = self._dated & (self._last < day)
        return {
            "planned": planned & ~ended,
            "active": self._dated & ~planned & ~ended,
            "ended": ended,
            "unknown": ~self._dated,
        }

    def page(self, scores: Floats, mask: Mask, window: Window) -> Order:
        """The wanted hits of all that the mask lets through."""
        found = np.flatnonzero(mask)
        wanted = window.first + window.size
        if window.sort == "relevance":
            ordered = self._by_score(found, scores[found], wanted)
        else:
            ordered = found[np.argsort(self._ranks(window.sort)[found], kind="stable")].tolist()
        page = ordered[window.first : wanted]
        return Order(len(found), page, [rounded(float(scores[document])) for document in page])

    def newest_first(self, documents: npt.NDArray[np.int32], size: int) -> list[int]:
        """The newest of some documents."""
        ordered: list[int] = documents[np.argsort(self._newest[documents], kind="stable")][:size].tolist()
        return ordered

    def _ranks(self, sort: Sort) -> npt.NDArray[np.int32]:
        return self._oldest if sort == "oldest" else self._newest

    def _by_score(self, found: npt.NDArray[np.int64], scores: Floats, wanted: int) -> list[int]:
        """The best documents, equal rounded scores by later start, then id."""
        if len(found) > wanted:
            bound = np.partition(scores, len(scores) - wanted)[len(scores) - wanted] if wanted else np.inf
            kept = scores >= bound * _SLACK
            found, scores = found[kept], scores[kept]
        keys = sorted(
            zip(
                (-rounded(score) for score in scores.tolist()),
                self._newest[found].tolist(),
                found.tolist(),
                strict=True,
            )
        )
        return [document for _, _, document in keys]
