"""Answer requests over one open generation: grammar → expansion → engine → marks and snippets."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache, cached_property, lru_cache
from typing import Final

from search_app.analysis.analyzer import Analyzer
from search_app.analysis.language import LANGUAGES, Language
from search_app.analysis.stems import Stems
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Names
from search_app.errors import UnknownMandateError
from search_app.index.document import languages_of
from search_app.index.engine import Engine, Hit
from search_app.index.gone import Gone
from search_app.index.query import FacetCount, Filters, Query, Sort, Status, Window
from search_app.search.cards import Cards
from search_app.search.expand import Expander
from search_app.search.explain import explain
from search_app.search.filters import FilterValues
from search_app.search.grammar import Grammar
from search_app.search.listing import Concepts, Listed, Listing, facet_of
from search_app.search.lookup import Lookup
from search_app.search.marks import Marker, Reasons
from search_app.search.naming import Naming, named
from search_app.search.offers import remedies
from search_app.search.plan import Planner
from search_app.search.results import (
    AllWords,
    MandateView,
    Neighbours,
    Overview,
    Result,
    ResultPage,
    SearchRequest,
    Similar,
    Snippet,
    Suggestion,
    TextField,
    Why,
)
from search_app.search.snippets import sentence_starts, snippet
from search_app.search.subjects import Subjects
from search_app.search.suggest import Suggester

_ALL: Final = Query(everything=True)
MOST_SIMILAR: Final = 5
# Hits that an answer may have to be remembered.
MOST_REMEMBERED: Final = 10
# Texts whose sentences are kept, those shown last.
KEPT_TEXTS: Final = 2_048
_DESCRIPTIONS: Final[dict[Language, TextField]] = {"en": "description.en", "fr": "description.fr"}
_PREFERRED: Final[dict[Language, tuple[Language, ...]]] = {"en": ("en", "fr"), "fr": ("fr", "en")}
# No list leads further down than this.
DEEPEST: Final = 10_000


class Searcher:
    """Everything that one generation needs to answer; immutable, safe to share between threads.

    built      when the generation was made, UTC, ISO 8601
    max_terms  words of a query beyond this number are not searched, with a note; None = no limit
    time_limit seconds after which a search is given up
    lookup     of these names, where it is there already: it takes a moment to make
    changed    gives, by id, when each mandate was new or changed last, UTC, ISO 8601; read when first asked for
    gone       gives the ids that no mandate has any more; read when first asked for
    remember   so many answers are kept, those asked for last: they are as lasting as the generation and the day
    warms      whether it pays to work out beforehand what known names find: not where another program searches
    release    called when the searcher closes
    """

    def __init__(
        self,
        engine: Engine,
        names: Names,
        *,
        analyzer: Analyzer,
        stems: Stems,
        built: str = "",
        max_terms: int | None = None,
        time_limit: float = math.inf,
        lookup: Lookup | None = None,
        changed: Callable[[], Mapping[str, str]] = dict,
        gone: Callable[[], Gone] = Gone,
        remember: int = 0,
        warms: bool = True,
        release: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = engine
        self._names = names
        self._built = built
        self._time_limit = time_limit
        self._changed = cache(changed)
        self._gone = cache(gone)
        self._release = release
        self._answer = lru_cache(maxsize=remember)(self._make_answer)
        self._warms = warms
        self._sentences = lru_cache(maxsize=KEPT_TEXTS)(sentence_starts)
        self._analyzer = analyzer
        self._lookup = lookup or Lookup(names, analyzer)
        self._filters = FilterValues(engine, names)
        self._marker = Marker(analyzer, stems, names)
        self._planner = Planner(
            Grammar(
                analyzer,
                is_acronym=self._lookup.is_acronym,
                is_term=engine.has_word,
                is_filter=self._filters.is_known,
            ),
            Expander(self._lookup, engine),
            marker=self._marker,
            filters=self._filters,
            max_terms=max_terms,
        )
        self._naming = Naming(engine, names)
        self._cards = Cards(names, self._naming)

    @property
    def generation(self) -> str:
        """The generation that answers."""
        return self._engine.generation

    def search(self, request: SearchRequest, today: date, *, facets: bool = True) -> ResultPage:
        """Answer a request; raises QueryTimeoutError.

        facets   False: the hits alone, without the numbers of what else could be asked
        """
        started = time.perf_counter()
        # A long page would take the room of ten; few ask for the same one again.
        answer = self._answer if request.size <= MOST_REMEMBERED else self._make_answer
        page = answer(request, today, facets)
        return replace(page, took_ms=round((time.perf_counter() - started) * 1000, 3))

    def _make_answer(self, request: SearchRequest, today: date, facets: bool) -> ResultPage:
        started = time.perf_counter()
        plan = self._planner.plan(request.text, request.expand)
        query = plan.query
        sort = self._sort(request, query)
        window = Window(
            first=(request.page - 1) * request.size,
            size=request.size,
            sort=sort,
            today=today,
            facets=facets,
            expired=lambda: time.perf_counter() - started > self._time_limit,
        )
        filters = self._filters.canonical(request.filters)
        page = self._engine.search(query, filters, window)

        def count(other: Query, narrowed: Filters) -> int:
            return self._engine.count(other, narrowed, today)

        def count_request(other: SearchRequest) -> int:
            return count(self.read(other), self._filters.canonical(other.filters))

        return ResultPage(
            request=request if filters == request.filters else replace(request, filters=filters),
            read_as=plan.read_as(request.language),
            expanded=tuple(plan.expanded.expansions),
            notes=plan.notes,
            total=page.total,
            sort=sort,
            results=self._results(page.hits, plan.reasons, request.language, today),
            facets=self._naming.facets(page.facets, filters),
            generation=self.generation,
            all_words=AllWords(plan.texts.with_all_words(request.language), count(plan.strict, filters))
            if facets and plan.strict
            else None,
            remedies=remedies(plan.texts, request, count_request) if facets and not page.total else (),
            took_ms=0.0,
        )

    def listing(self, request: SearchRequest, today: date, since: datetime | None = None) -> Listing:
        """All hits of a request in the order of its pages.

        since   only mandates that are new or have changed then or later
        """
        plan = self._planner.plan(request.text, request.expand)
        window = Window(size=sys.maxsize, sort=self._sort(request, plan.query), today=today, facets=False)
        ranked = self._engine.rank(plan.query, self._filters.canonical(request.filters), window).ranked
        if since is not None:
            earliest = since.astimezone(UTC).isoformat(timespec="seconds")
            ranked = tuple(one for one in ranked if self._changed_at(one[0]) >= earliest)
        return Listing(
            request=request,
            total=len(ranked),
            generation=self.generation,
            built=self._built,
            hits=self._listed(ranked, plan.reasons, request.language, today),
        )

    def concepts(self, today: date) -> Concepts:
        """All names of the generation, and how many mandates each leads to as a filter."""
        window = Window(size=0, today=today, most_values=sys.maxsize)
        facets = self._engine.search(_ALL, Filters(), window).facets
        counts = {
            concept.id: _count(facets.get(facet_of(concept), ()), concept.code or concept.id) for concept in self._names
        }
        return Concepts(self.generation, tuple(self._names), counts)

    def warm(self, given_up: Callable[[], bool] = lambda: False) -> None:
        """Work out what every known name finds: concepts are what is asked most, and dear when asked first.

        given_up   tells whether nobody will ask any more
        """
        # A thesaurus begins with what its field asks most, and of what is kept that which was worked out last stays.
        for concept in reversed(list(self._names)) if self._warms else ():
            if given_up():
                return
            for label in set(concept.name.values()):
                self._planner.warm(label)

    def _listed(
        self, ranked: Sequence[tuple[str, float]], reasons: Reasons, language: Language, today: date
    ) -> Iterator[Listed]:
        hits = self._engine.hits(mandate_id for mandate_id, _ in ranked)
        for (mandate_id, score), hit in zip(ranked, hits, strict=True):
            if hit is None:
                raise UnknownMandateError(f"{self.generation}: {mandate_id} was ranked but has no record")
            (result,) = self._results([replace(hit, score=score)], reasons, language, today)
            yield Listed(result, self._changed_at(mandate_id))

    def _changed_at(self, mandate_id: str) -> str:
        return self._changed().get(mandate_id, self._built)

    def read(self, request: SearchRequest) -> Query:
        """The tree of a request."""
        return self._planner.plan(request.text, request.expand).query

    def explain(self, request: SearchRequest, today: date) -> list[str]:
        """How a request is read and scored, in lines for people who tune."""
        query = self.read(request)
        return list(explain(request.text, query, engine=self._engine, analyzer=self._analyzer, today=today))

    def mandate(self, mandate_id: str, request: SearchRequest | None, today: date) -> MandateView:
        """One mandate, with marks where a search led to it.

        raises   UnknownMandateError, MovedMandateError (it has another id now), WithdrawnMandateError
        """
        hit = self._engine.hit(mandate_id)
        if hit is None:
            self._gone().check(mandate_id)
            raise UnknownMandateError(f"no mandate has the id {mandate_id!r}; search for words of its title")
        query = self.read(request) if request is not None else Query()
        card = self._cards.of(hit.mandate)
        return MandateView(
            mandate=hit.mandate,
            status=status_of(hit.mandate, today),
            languages=languages_of(hit.mandate),
            requesters=card.requesters,
            places=card.places,
            concepts=tuple(named(self._names.concepts[one]) for one in self._engine.concepts(mandate_id)),
            why=self._marker.asking(query).why_all([hit], [card])[0],
            generation=self.generation,
        )

    def similar(self, mandate_id: str) -> tuple[Similar, ...]:
        """The mandates most like one, best first; none where nothing has this id."""
        own = set(self._engine.concepts(mandate_id))
        found = []
        for hit in self._engine.similar(mandate_id, MOST_SIMILAR):
            shared = [one for one in self._engine.concepts(hit.mandate.id) if one in own]
            found.append(
                Similar(
                    hit.mandate,
                    self._cards.of(hit.mandate).places,
                    tuple(named(self._names.concepts[one]) for one in shared),
                )
            )
        return tuple(found)

    def neighbours(self, request: SearchRequest, mandate_id: str, today: date) -> Neighbours | None:
        """Where a mandate stands in the list of a search; None where it is not in its first thousands."""
        query = self.read(request)
        window = Window(size=DEEPEST, sort=self._sort(request, query), today=today, facets=False)
        ranked = self._engine.rank(query, self._filters.canonical(request.filters), window)
        ids = [one for one, _ in ranked.ranked]
        if mandate_id not in ids:
            return None
        place = ids.index(mandate_id)

        def at(other: int) -> Mandate | None:
            hit = self._engine.hit(ids[other]) if 0 <= other < len(ids) else None
            return hit.mandate if hit else None

        return Neighbours(place + 1, ranked.total, at(place - 1), at(place + 1))

    def suggest(self, text: str, language: Language) -> tuple[Suggestion, ...]:
        """What a text that is being typed may become."""
        return self._suggester.suggest(text, language)

    @cached_property
    def _suggester(self) -> Suggester:
        window = Window(size=0, today=date.min, most_values=sys.maxsize)
        facets = self._engine.search(_ALL, Filters(), window).facets
        return Suggester(self._engine, self._names, analyzer=self._analyzer, facets=facets)

    @property
    def subjects(self) -> Subjects:
        """What the corpus has on concepts and places."""
        return Subjects(self._engine, self._names, self._naming, self.search)

    def ids(self) -> Sequence[str]:
        """The ids of all mandates."""
        return self._engine.ids()

    def overview(self) -> Overview:
        """What is searched."""
        return self._overview

    def check(self) -> None:
        """See that the engine answers; raises ClusterError."""
        self._engine.count(_ALL, Filters(), date.max)

    @cached_property
    def _overview(self) -> Overview:
        periods = self._engine.periods()
        years = [day.year for period in periods for day in period if day is not None]
        return Overview(
            generation=self.generation,
            mandates=len(periods),
            first_year=min(years, default=None),
            last_year=max(years, default=None),
            languages={one: self._engine.count(_ALL, Filters(lang=(one,)), date.max) for one in LANGUAGES},
            built=self._built,
        )

    def close(self) -> None:
        """Release the generation."""
        self._engine.close()
        self._release()

    @staticmethod
    def _sort(request: SearchRequest, query: Query) -> Sort:
        return request.sort or ("newest" if query.everything else "relevance")

    def _results(self, hits: Sequence[Hit], reasons: Reasons, language: Language, today: date) -> tuple[Result, ...]:
        cards = [self._cards.of(hit.mandate) for hit in hits]
        return tuple(
            [
                Result(
                    mandate=hit.mandate,
                    score=hit.score,
                    status=status_of(hit.mandate, today),
                    languages=languages_of(hit.mandate),
                    requesters=card.requesters,
                    places=card.places,
                    snippets=self._snippets(hit.mandate, why, language),
                    why=why,
                )
                for hit, card, why in zip(hits, cards, reasons.why_all(hits, cards), strict=True)
            ]
        )

    def _snippets(
        self, mandate: Mandate, why: tuple[Why, ...], language: Language
    ) -> Mapping[Language, tuple[Snippet, ...]]:
        """The passage to show: in the interface's language where it is there and says why, else where it says why."""
        written = [one for one in _PREFERRED[language] if mandate.description.get(one)]
        if not written:
            return {}
        reasons = {one: [reason for reason in why if reason.field == _DESCRIPTIONS[one]] for one in written}
        best = next((one for one in written if reasons[one]), written[0])
        return {best: (snippet(mandate.description[best], reasons[best], self._sentences),)}


def status_of(mandate: Mandate, today: date) -> Status:
    """Whether a mandate is planned, active or ended on a day; an open end is active, no dates are unknown."""
    if mandate.start is None and mandate.end is None:
        return "unknown"
    if mandate.start is not None and mandate.start > today:
        return "planned"
    return "ended" if mandate.end is not None and mandate.end < today else "active"


def _count(values: Iterable[FacetCount], value: str) -> int:
    return dict(values).get(value, 0)
