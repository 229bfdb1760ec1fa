"""What a search answers: plain values for the page, the JSON endpoint and the command line alike.

Offsets count code points, ends are exclusive. Nothing here is HTML, and nothing is specific to an engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from search_app.analysis.language import Language
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Kind
from search_app.index.query import Filters, Sort, Status

How = Literal["exact", "stem", "concept", "spelling", "name"]
TextField = Literal["title.en", "title.fr", "description.en", "description.fr", "requesters", "places"]
FACETS: Final = ("country", "requester", "concept", "year", "lang", "status")


@dataclass(frozen=True, kw_only=True)
class SearchRequest:
    """One question.

    text       as typed
    language   of the interface: snippets come in it where a mandate has two
    sort       None = relevance where there are words to search, else newest
    """

    text: str = ""
    language: Language = "en"
    filters: Filters = field(default_factory=Filters)
    sort: Sort | None = None
    page: int = 1
    size: int = 10
    expand: bool = True


@dataclass(frozen=True)
class Note:
    """Something the reader should know of how the query was read; `code` has a sentence in each catalogue.

    values   what the sentence's gaps are filled with, e.g. {"words": "po*"}
    """

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Named:
    """A country, region, organisation or concept by id and by its name in both languages.

    id     a country's code, else the concept's id, or a slug; "" where nothing is known by the printed name
    kind   "" where nothing is known by the name; two values of one id are the same whatever is said here
    """

    id: str
    name: Mapping[Language, str]
    kind: Kind | Literal[""] = field(default="", compare=False)


@dataclass(frozen=True)
class Expansion:
    """Other names of a concept that were searched besides the words typed."""

    typed: str
    concept: Named
    labels: tuple[str, ...]


class Mark(NamedTuple):
    """A stretch of a text that answers the query."""

    start: int
    end: int
    how: How


class Snippet(NamedTuple):
    """A passage of a description.

    start   offset of `text` in the stored text; marks count from the start of `text`
    """

    text: str
    start: int
    marks: tuple[Mark, ...]


class Why(NamedTuple):
    """One reason for a hit: these words of this field, matched in this way.

    words     the stored text between start and end
    typed     the words of the query that led here
    concept   set where how is "concept" or the words are a known name
    """

    field: TextField
    start: int
    end: int
    words: str
    how: How
    typed: str
    concept: Named | None = None


class Result(NamedTuple):
    """A hit with everything a page shows of it.

    requesters, places   resolved, in the order printed; printed names stand in `mandate`
    languages            those of the description, else of the title
    """

    mandate: Mandate
    score: float
    status: Status
    languages: tuple[Language, ...]
    requesters: tuple[Named, ...]
    places: tuple[Named, ...]
    snippets: Mapping[Language, tuple[Snippet, ...]]
    why: tuple[Why, ...]

    @property
    def countries(self) -> tuple[Named, ...]:
        """Those of the places that are countries."""
        return _countries(self.places)

    def marks(self, name: TextField) -> tuple[Mark, ...]:
        """The marks of one whole field, ascending and disjoint."""
        return tuple(Mark(w.start, w.end, w.how) for w in self.why if w.field == name)


class FacetValue(NamedTuple):
    """One value of a facet and the total that choosing it alone in its facet leads to."""

    value: str
    name: Mapping[Language, str]
    count: int  # type: ignore[assignment]  # in place of the method that all tuples have
    selected: bool


@dataclass(frozen=True)
class AllWords:
    """The same question with every word a must.

    text    the query that asks it
    count   how many mandates answer it, under the same filters
    """

    text: str
    count: int


@dataclass(frozen=True)
class Remedy:
    """A way out of an empty answer.

    dropped   what is left out: the words as typed, or the name of a filter
    request   the question without it; it leads to `count` mandates
    """

    kind: Literal["word", "filter", "quotes"]
    dropped: str
    request: SearchRequest
    count: int


@dataclass(frozen=True, kw_only=True)
class ResultPage:
    """The answer to one request.

    request    as asked, but that the values of its filters are written as the search knows them
    read_as    the query as it was understood, in words ("" when nothing was typed)
    sort       the order that was used
    all_words  None where the line would say nothing: one word only, or all are musts already
    remedies   where total is 0: what to leave out, most mandates first
    """

    request: SearchRequest
    read_as: str
    expanded: tuple[Expansion, ...]
    notes: tuple[Note, ...]
    total: int
    sort: Sort
    results: tuple[Result, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    generation: str
    took_ms: float
    all_words: AllWords | None = None
    remedies: tuple[Remedy, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MandateView:
    """One mandate for its own page; `why` marks the words of `text` where a search led here.

    concepts   what its texts name, those that fewest other mandates name first
    """

    mandate: Mandate
    status: Status
    languages: tuple[Language, ...]
    requesters: tuple[Named, ...]
    places: tuple[Named, ...]
    concepts: tuple[Named, ...]
    why: tuple[Why, ...]
    generation: str

    @property
    def countries(self) -> tuple[Named, ...]:
        """Those of the places that are countries."""
        return _countries(self.places)


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What is searched: for the first page and the status endpoint.

    built   when the generation was made, UTC, ISO 8601
    """

    generation: str
    mandates: int
    first_year: int | None
    last_year: int | None
    languages: Mapping[Language, int]
    built: str


@dataclass(frozen=True)
class Suggestion:
    """What a reader may be about to type.

    id         of a mandate, else the value of the filter that leads to `count` mandates
    text       its name in the reader's language; of a mandate the title that holds what was typed
    language   that of the text
    """

    kind: Literal["country", "region", "requester", "organisation", "concept", "mandate"]
    id: str
    text: str
    count: int
    language: Language


@dataclass(frozen=True)
class Similar:
    """A mandate that is like another one.

    shared   the concepts that both name, the rarest first
    """

    mandate: Mandate
    places: tuple[Named, ...]
    shared: tuple[Named, ...]


@dataclass(frozen=True)
class Neighbours:
    """Where a mandate stands in the list of a search.

    rank                  from 1 to total
    previous, following   the mandates before and behind it
    """

    rank: int
    total: int
    previous: Mandate | None
    following: Mandate | None


@dataclass(frozen=True)
class Way:
    """A search that finds the mandates of a subject: a filter, its value, and how many mandates that leads to."""

    facet: Literal["country", "requester", "concept"]
    value: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A concept, organisation, country or region: what it is called, and what the corpus has on it.

    names, acronyms     in each language, the name shown first
    ways                the searches that find its mandates, the main one first
    page                the answer to the main one, newest first
    facets              of its mandates: the numbers hold for searches that ask for the subject and the value
    broader, narrower   what it belongs to and what belongs to it; of countries the regions, of regions the countries
    related             of concepts: those named with it more often than elsewhere
    """

    named: Named
    names: Mapping[Language, tuple[str, ...]]
    acronyms: Mapping[Language, tuple[str, ...]]
    ways: tuple[Way, ...]
    page: ResultPage
    facets: Mapping[str, tuple[FacetValue, ...]]
    broader: tuple[Named, ...]
    narrower: tuple[Named, ...]
    related: tuple[Named, ...]


def _countries(places: tuple[Named, ...]) -> tuple[Named, ...]:
    return tuple(place for place in places if place.kind == "country")
