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
from search_app.index.document import PrintedName, languages_of, requester_id
from search_app.index.engine import Engine, Hit
from search_app.index.gone import Gone
from search_app.index.query import FacetCount, Filters, Query, Sort, Status, Window
from search_app.search.cards import Cards
from search_app.search.expand import Expanded, Expander
from search_app.search.explain import explain
from search_app.search.grammar import Field, Grammar, Parsed, read_back
from search_app.search.listing import Concepts, Listed, Listing, facet_of
from search_app.search.lookup import Lookup
from search_app.search.marks import Marker, Reasons
from search_app.search.naming import Naming, named
from search_app.search.offers import Texts, all_words, remedies
from search_app.search.results import (
    MandateView,
    Neighbours,
    Note,
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
        self._max_terms = max_terms
        self._time_limit = time_limit
        self._changed = cache(changed)
        self._gone = cache(gone)
        self._release = release
        self._answer = lru_cache(maxsize=remember)(self._make_answer)
        self._warms = warms
        self._sentences = lru_cache(maxsize=KEPT_TEXTS)(sentence_starts)
        self._analyzer = analyzer
        self._lookup = lookup or Lookup(names, analyzer)
        self._grammar = Grammar(
            analyzer, is_acronym=self._lookup.is_acronym, is_term=engine.has_word, is_filter=self._is_filter
        )
        self._expander = Expander(self._lookup, engine)
        self._marker = Marker(analyzer, stems, names)
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
        parsed, expanded, query, notes = self._read(request)
        searchable = query.everything or bool(query.parts)
        sort = self._sort(request, query)
        window = Window(
            first=(request.page - 1) * request.size,
            size=request.size,
            sort=sort,
            today=today,
            facets=facets,
            expired=lambda: time.perf_counter() - started > self._time_limit,
        )
        filters = self._canonical(request.filters)
        page = self._engine.search(query, filters, window)
        reasons = self._marker.asking(query)

        texts = Texts(tuple(expanded.operands), tuple(map(str, parsed.filters)))

        def count(other: Query, narrowed: Filters) -> int:
            return self._engine.count(other, narrowed, today)

        def count_request(other: SearchRequest) -> int:
            return count(self._read(other)[2], self._canonical(other.filters))

        if not searchable:
            notes = (*notes, Note("nothing-to-search"))
        return ResultPage(
            request=request if filters == request.filters else replace(request, filters=filters),
            read_as=self._read_as(parsed, expanded, request.language),
            expanded=tuple(expanded.expansions),
            notes=notes,
            total=page.total,
            sort=sort,
            results=tuple([self._result(hit, reasons, request.language, today) for hit in page.hits]),
            facets=self._naming.facets(page.facets, filters),
            generation=self.generation,
            all_words=all_words(texts, query, language=request.language, count=lambda strict: count(strict, filters))
            if facets
            else None,
            remedies=remedies(texts, request, count_request) if facets and not page.total else (),
            took_ms=0.0,
        )

    def listing(self, request: SearchRequest, today: date, since: datetime | None = None) -> Listing:
        """All hits of a request in the order of its pages.

        since   only mandates that are new or have changed then or later
        """
        query = self._read(request)[2]
        sort = self._sort(request, query)
        window = Window(size=sys.maxsize, sort=sort, today=today, facets=False)
        ranked = self._engine.rank(query, self._canonical(request.filters), window).ranked
        reasons = self._marker.asking(query)
        if since is not None:
            earliest = since.astimezone(UTC).isoformat(timespec="seconds")
            ranked = tuple(one for one in ranked if self._changed_at(one[0]) >= earliest)
        return Listing(
            request=request,
            total=len(ranked),
            generation=self.generation,
            built=self._built,
            hits=self._listed(ranked, reasons, request.language, today),
        )

    def concepts(self, today: date) -> Concepts:
        """All names of the generation, and how many mandates each leads to as a filter."""
        window = Window(size=0, today=today, most_values=sys.maxsize)
        facets = self._engine.search(_ALL, Filters(), window).facets
        counts = {
            concept.id: _count(facets.get(facet_of(concept), ()), concept.code or concept.id) for concept in self._names
        }
        return Concepts(self.generation, tuple(self._names), counts)

    def warm(self) -> None:
        """Work out what every known name finds: concepts are what is asked most, and dear when asked first."""
        for concept in self._names if self._warms else ():
            for label in set(concept.name.values()):
                self._read(SearchRequest(text=label))

    def _listed(
        self, ranked: Sequence[tuple[str, float]], reasons: Reasons, language: Language, today: date
    ) -> Iterator[Listed]:
        hits = self._engine.hits(mandate_id for mandate_id, _ in ranked)
        for (mandate_id, score), hit in zip(ranked, hits, strict=True):
            if hit is None:
                raise UnknownMandateError(f"{self.generation}: {mandate_id} was ranked but has no record")
            result = self._result(replace(hit, score=score), reasons, language, today)
            yield Listed(result, self._changed_at(mandate_id))

    def _changed_at(self, mandate_id: str) -> str:
        return self._changed().get(mandate_id, self._built)

    def read(self, request: SearchRequest) -> Query:
        """The tree of a request."""
        return self._read(request)[2]

    def _read(self, request: SearchRequest) -> tuple[Parsed, Expanded, Query, tuple[Note, ...]]:
        parsed = self._grammar.parse(request.text)
        notes = list(parsed.notes)
        if self._max_terms is not None and len(parsed.items) > self._max_terms:
            notes.append(Note("terms-limited", {"count": str(self._max_terms)}))
            parsed = replace(parsed, items=parsed.items[: self._max_terms])
        expanded = self._expander.expand(parsed, concepts=request.expand)
        if not request.expand and parsed.items:
            notes.append(Note("expanded-off"))
        # What takes something out of all mandates, or narrows them, is a question; text without a word is none.
        everything = not expanded.searched and (
            not request.text.strip() or bool(parsed.filters) or bool(expanded.operands)
        )
        query = replace(
            expanded.query(),
            within=self._typed_filters(parsed, excluded=False),
            without=self._typed_filters(parsed, excluded=True),
            everything=everything,
        )
        return parsed, expanded, query, (*notes, *expanded.notes)

    def explain(self, request: SearchRequest, today: date) -> list[str]:
        """How a request is read and scored, in lines for people who tune."""
        query = self._read(request)[2]
        return list(explain(request.text, query, engine=self._engine, analyzer=self._analyzer, today=today))

    def mandate(self, mandate_id: str, request: SearchRequest | None, today: date) -> MandateView:
        """One mandate, with marks where a search led to it.

        raises   UnknownMandateError, MovedMandateError (it has another id now), WithdrawnMandateError
        """
        hit = self._engine.hit(mandate_id)
        if hit is None:
            self._gone().check(mandate_id)
            raise UnknownMandateError(f"no mandate has the id {mandate_id!r}; search for words of its title")
        query = self._read(request)[2] if request is not None else Query()
        card = self._cards.of(hit.mandate)
        return MandateView(
            mandate=hit.mandate,
            status=status_of(hit.mandate, today),
            languages=languages_of(hit.mandate),
            requesters=card.requesters,
            places=card.places,
            concepts=tuple(named(self._names.concepts[one]) for one in self._engine.concepts(mandate_id)),
            why=self._marker.asking(query).why(hit, card),
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
        query = self._read(request)[2]
        window = Window(size=DEEPEST, sort=self._sort(request, query), today=today, facets=False)
        ranked = self._engine.rank(query, self._canonical(request.filters), window)
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

    # filters

    def _is_filter(self, field: Field, value: str) -> bool:
        return self._filter_value(field, value) is not None

    def _filter_value(self, field: str, value: str) -> str | None:
        """The canonical value of a filter from a code, an id or a name; None where nothing is known by it."""
        if field == "country":
            if len(value) == 2 and self._names.country(value.upper()):
                return value.upper()
            concept = self._names.place(value) or self._names.concepts.get(value.lower())
            return None if concept is None else concept.code or concept.id
        concept = self._names.requester(value) or self._names.concepts.get(value.lower())
        if concept is not None:
            return concept.id
        slug = requester_id(PrintedName("requesters", 0, 0, value, None))
        return slug if self._engine.label(slug) else None

    def _typed_filters(self, parsed: Parsed, *, excluded: bool) -> Filters:
        values: dict[str, list[str]] = {"country": [], "requester": []}
        for typed in parsed.filters:
            if typed.excluded == excluded and (value := self._filter_value(typed.field, typed.value)) is not None:
                values[typed.field].append(value)
        return Filters(country=tuple(values["country"]), requester=tuple(values["requester"]))

    def _canonical(self, filters: Filters) -> Filters:
        """Codes of countries in capitals, but for what is an id as it stands; values nobody knows match nothing."""
        if not filters.country:
            return filters
        country = {
            value.upper() if self._names.country(value.upper()) and value not in self._names.concepts else value
            for value in filters.country
        }
        return replace(filters, country=tuple(sorted(country)))

    # answers

    @staticmethod
    def _sort(request: SearchRequest, query: Query) -> Sort:
        return request.sort or ("newest" if query.everything else "relevance")

    @staticmethod
    def _read_as(parsed: Parsed, expanded: Expanded, language: Language) -> str:
        return " ".join(filter(None, (read_back(expanded.items, language), *map(str, parsed.filters))))

    def _result(self, hit: Hit, reasons: Reasons, language: Language, today: date) -> Result:
        card = self._cards.of(hit.mandate)
        why = reasons.why(hit, card)
        return Result(
            mandate=hit.mandate,
            score=hit.score,
            status=status_of(hit.mandate, today),
            languages=languages_of(hit.mandate),
            requesters=card.requesters,
            places=card.places,
            snippets=self._snippets(hit.mandate, why, language),
            why=why,
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
    return next((one.count for one in values if one.value == value), 0)
