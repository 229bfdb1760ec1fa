"""The query as a tree of plain values: what an engine is asked, free of any engine's own query classes.

A document answers a query when it answers every required part, at least one part, and no excluded one. Its score is
the sum over the parts, in their order. Terms are those of `analysis.analyzer`: folded words, `!de` for stop words,
`UN` for acronyms that would fold to a stop word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from search_app.analysis.language import Language

Status = Literal["planned", "active", "ended", "unknown"]
Sort = Literal["relevance", "newest", "oldest"]
# A value of a facet, and how many documents it leads to when it alone is chosen there. An answer has some hundreds.
FacetCount = tuple[str, int]


@dataclass(frozen=True)
class Word:
    """One word, found by its exact form and by both stems."""

    term: str


@dataclass(frozen=True)
class Exact:
    """A quoted word or phrase: only documents where these terms stand side by side, no stems."""

    terms: tuple[str, ...]


@dataclass(frozen=True)
class Prefix:
    """All words that begin so, counted as one."""

    prefix: str


@dataclass(frozen=True)
class Longer:
    """A longer name that holds a shorter one, `offset` terms from its own start."""

    terms: tuple[str, ...]
    offset: int


@dataclass(frozen=True)
class Name:
    """A name of a country, region or organisation in full, counted as one word, in its exact form.

    longer     where one of these stands, the shorter name does not
    concepts   what it may mean: a record that holds one of these ids (from its requesters or places) has the name
               once, printed or not
    """

    terms: tuple[str, ...]
    longer: tuple[Longer, ...] = ()
    concepts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Label:
    """Another way of naming what was typed: it counts only where all its words occur, anywhere.

    concept   what it names, for the reason shown beside a hit; the words alone decide what is found
    """

    words: tuple[str, ...]
    concept: str = field(default="", compare=False)


@dataclass(frozen=True)
class Concept:
    """The better of some words as typed and `weight` times the best other label of what they name."""

    concepts: tuple[str, ...]
    own: tuple[Word | Name, ...]
    labels: tuple[Label | Name, ...]
    weight: float = 0.6


@dataclass(frozen=True)
class Spelling:
    """A word that no document holds, by the words nearest to it, each with its weight."""

    typed: str
    words: tuple[tuple[str, float], ...]


Clause = Word | Exact | Prefix | Name | Concept | Spelling


@dataclass(frozen=True)
class Part:
    """A clause of the query.

    typed      the user's words for it, for the reason shown beside a hit
    required   documents without it are no hits; of a concept all words as typed or one label must be there
    in_title   only documents in whose titles it stands
    """

    clause: Clause
    typed: str = ""
    required: bool = False
    in_title: bool = False


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What narrows a search without scoring; several values of one filter are joined by OR, filters by AND.

    country      ISO alpha-2 codes in capitals, or region ids
    requester    concept, organisation or country ids, or slugs of printed names
    concept      concept ids
    start, end   active at some day between them, inclusive; a mandate's open side counts
    """

    country: tuple[str, ...] = ()
    requester: tuple[str, ...] = ()
    concept: tuple[str, ...] = ()
    lang: tuple[Language, ...] = ()
    status: tuple[Status, ...] = ()
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Query:
    """Parts joined by OR, save required ones.

    within      filters typed as part of the query (`country:Mali`): they hold for the facets' numbers too
    without     what such filters take out (`-country:Mali`); several values by OR
    everything  answers with all documents (no words typed)
    """

    parts: tuple[Part, ...] = ()
    excluded: tuple[Part, ...] = ()
    within: Filters = Filters()
    without: Filters = Filters()
    everything: bool = False


def _never() -> bool:
    return False


@dataclass(frozen=True, kw_only=True)
class Window:
    """Which hits are wanted, in which order.

    first   hits to leave out at the front
    size    hits wanted
    today   decides planned, active and ended
    expired tells whether the time for this search is over
    most_values   how many values the facets of requesters and of concepts have at most: there may be thousands
    """

    first: int = 0
    size: int = 10
    sort: Sort = "relevance"
    today: date
    facets: bool = True
    expired: Callable[[], bool] = _never
    most_values: int = 100
