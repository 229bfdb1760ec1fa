"""Everything at once, for whatever takes it away: all hits of a question, all concepts.

A listing belongs to the generation that it began with and holds it open until it is closed, however long its reader
takes. The order is that of the result page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from search_app.corpus.names import Concept
from search_app.search.results import Result, SearchRequest


@dataclass(frozen=True)
class Listed:
    """A hit.

    changed   when the mandate was new or changed last, UTC, ISO 8601
    """

    result: Result
    changed: str


@dataclass(frozen=True, kw_only=True)
class Listing:
    """All hits of a request; its page and size mean nothing here.

    total     how many there are
    built     when the generation was made, UTC, ISO 8601
    hits      made as they are read, so that memory stays bounded
    close     gives the generation back; call it also where nothing was read
    """

    request: SearchRequest
    total: int
    generation: str
    built: str
    hits: Iterator[Listed]
    close: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Concepts:
    """All names that a generation knows.

    counts   by id, how many mandates the filter for it leads to; none where the filter has no such value
    """

    generation: str
    concepts: tuple[Concept, ...]
    counts: Mapping[str, int]


def facet_of(concept: Concept) -> Literal["country", "requester", "concept"]:
    """The filter that takes a concept: places by their own, organisations as those who ask, the rest as topics."""
    if concept.kind in ("country", "region"):
        return "country"
    return "requester" if concept.kind == "organisation" else "concept"
