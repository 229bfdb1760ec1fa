"""From scored parts and filters to an exact total, a page of documents and facet counts: array operations only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from search_app.analysis.language import LANGUAGES
from search_app.errors import QueryTimeoutError
from search_app.index.document import EARLIEST, LATEST
from search_app.index.query import Filters, Query, Sort, Window
from search_app.index.weights import rounded
from search_app.index.whoosh_engine.ascending import among, places, union
from search_app.index.whoosh_engine.counting import Column, Groups, in_order
from search_app.index.whoosh_engine.entries import BEST, Entry
from search_app.index.whoosh_engine.facets import Facets
from search_app.index.whoosh_engine.likeness import Likeness
from search_app.index.whoosh_engine.reader import Reader
from search_app.index.whoosh_engine.scoring import Scorer

# Scores this near to the last wanted one may round up to it.
_SLACK: Final = 1 - 1e-4

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Matching:
    """What answers a query.

    scores    of every document
    mask      which documents answer
    entries   what each part gives, where all documents of all parts answer; empty where something narrows the query
    """

    scores: Floats
    mask: Mask
    entries: tuple[Entry, ...]

    @property
    def largest(self) -> Entry | None:
        """The part with most documents."""
        return max(self.entries, key=lambda entry: len(entry.documents), default=None)


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
        self._languages = reader.language_bits()
        self._first = reader.column("first").astype(np.int64)
        self._last = reader.column("last").astype(np.int64)
        self._groups = Groups(self._languages, self._first, self._last, reader.live)
        kinds = {"country": "places", "requester": "requesters", "concept": "concepts"}
        self._columns = {name: Column(in_order(reader.rows(kind)), reader.capacity) for name, kind in kinds.items()}
        self.facets = Facets(self._columns, self._groups)
        self._by_id = reader.by_id
        self._newest = self._places_in_order(newest=True)
        self.likeness = Likeness(reader, self._columns["concept"], self._columns["country"], self._newest)

    @cached_property
    def _oldest(self) -> npt.NDArray[np.int32]:
        return self._places_in_order(newest=False)

    def _places_in_order(self, *, newest: bool) -> npt.NDArray[np.int32]:
        """The rank of each document by start and id; those without a start come last either way."""
        days = np.where(self._first == EARLIEST, LATEST + 1, -self._first if newest else self._first)
        order = self._by_id[np.argsort(days[self._by_id], kind="stable")]
        ranks = np.empty(len(order), np.int32)
        ranks[order] = np.arange(len(order), dtype=np.int32)
        return ranks

    def matching(self, query: Query, today: date, *, expired: Callable[[], bool] = lambda: False) -> Matching:
        """Which documents answer the query (the reader's filters apart), and what each of them gets.

        raises   QueryTimeoutError, looked at before each part
        """
        scores = np.zeros(len(self._live))
        entries: list[Entry] = []
        for part in query.parts:
            if expired():
                raise QueryTimeoutError("the search took longer than it may; ask for fewer or rarer words")
            entry = self._scorer.part(part)
            at = places(entry.documents)
            scores[at] = scores.take(at) + entry.weights if entries else entry.weights
            entries.append(entry)
        # every part gives something to each of its documents
        mask = self._live.copy() if query.everything else scores > 0
        narrowed = self._narrowed(mask, query, today)
        return Matching(scores, mask, () if narrowed or query.everything else tuple(entries))

    def _narrowed(self, mask: Mask, query: Query, today: date) -> bool:
        """Take from a mask what a query rules out; returns whether it can rule out anything."""
        before = list(self.filtered(query.within, today).values())
        before += [~taken_out for taken_out in self.filtered(query.without, today).values()]
        for part in query.parts:
            if part.required:
                here = np.zeros(len(mask), dtype=bool)
                here[places(self._scorer.whole(part))] = True
                before.append(here)
        for allowed in before:
            mask &= allowed
        for part in query.excluded:
            mask[self._scorer.part(part).documents] = False
        return bool(before or query.excluded)

    def count(self, query: Query, filters: Filters, today: date) -> int:
        """How many documents answer a query under some filters."""
        # what answers a must is often short, so that there is no need to go over all documents
        musts = sorted((self._scorer.whole(part) for part in query.parts if part.required), key=len)
        if musts:
            answering = musts[0]
        elif query.everything:
            answering = np.flatnonzero(self._live).astype(np.int32)
        else:
            answering = union([self._scorer.part(one).documents for one in query.parts])
        for must in musts[1:]:
            answering = answering[among(answering, must)]
        for part in query.excluded:
            answering = answering[~among(answering, self._scorer.part(part).documents)]
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
            with_status = self._groups.with_status(today)
            masks["status"] = np.logical_or.reduce([with_status[status] for status in filters.status])
        if filters.start or filters.end:
            masks["period"] = self._groups.of_period(filters.start, filters.end)
        return masks

    def page(self, matching: Matching, mask: Mask, window: Window) -> Order:
        """The wanted hits of all that the mask lets through."""
        wanted = window.first + window.size
        if window.sort == "relevance":
            ordered = self._by_score(matching, mask, wanted)
        else:
            found = np.flatnonzero(mask)
            ordered = found[np.argsort(self._ranks(window.sort)[found], kind="stable")].tolist()
        page = ordered[window.first : wanted]
        scores = [rounded(one) for one in matching.scores[page].tolist()]
        return Order(int(np.count_nonzero(mask)), page, scores)

    def newest_first(self, documents: npt.NDArray[np.int32], size: int) -> list[int]:
        """The newest of some documents."""
        ordered: list[int] = documents[np.argsort(self._newest[documents], kind="stable")][:size].tolist()
        return ordered

    def _ranks(self, sort: Sort) -> npt.NDArray[np.int32]:
        return self._oldest if sort == "oldest" else self._newest

    def _by_score(self, matching: Matching, mask: Mask, wanted: int) -> list[int]:
        """The best documents, equal rounded scores by later start, then id."""
        scores = matching.scores
        if (bound := self._bound(matching, mask, wanted)) is None:
            found = np.flatnonzero(mask)
        else:
            found = np.flatnonzero(scores >= bound * _SLACK)
            found = found[mask[found]]
        if len(found) > wanted:
            held = scores[found]
            least = np.partition(held, len(held) - wanted)[len(held) - wanted] if wanted else np.inf
            found = found[held >= least * _SLACK]
        keys = sorted(
            zip(
                (-rounded(score) for score in scores[found].tolist()),
                self._newest[found].tolist(),
                found.tolist(),
                strict=True,
            )
        )
        return [document for _, _, document in keys]

    @staticmethod
    def _bound(matching: Matching, mask: Mask, wanted: int) -> float | None:
        """A score that so many documents have at least: the best of each part are among them, with all they get.

        returns   None where those that are known do not tell
        """
        if not matching.entries or not 0 < wanted <= BEST:
            return None
        known = np.array(list({document for entry in matching.entries for document in entry.best}))
        held = matching.scores[known[mask[known]]] if len(known) else known
        return float(np.partition(held, len(held) - wanted)[len(held) - wanted]) if len(held) >= wanted else None
