"""What lies around a mandate: the search that led to it with its neighbours there, and mandates like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup

from search_app.analysis.language import Language
from search_app.corpus.mandate import Mandate
from search_app.search.results import Neighbours, SearchRequest, Similar
from search_app.web import params
from search_app.web.addresses import Addresses
from search_app.web.hits import period, title_language
from search_app.web.wording import Words

MOST_PLACES: Final = 3
MOST_SHARED: Final = 3


@dataclass(frozen=True)
class Neighbour:
    """The mandate before or behind this one."""

    address: str
    title: str
    language: Language


@dataclass(frozen=True)
class WayView:
    """How a reader came here: the list, and the mandates before and behind this one in it.

    place      "Mandate 3 of 28 in this search"; "" where it is not in the list
    """

    back: str
    place: str
    previous: Neighbour | None
    following: Neighbour | None


def way_view(question: SearchRequest, neighbours: Neighbours | None, words: Words, at: Addresses) -> WayView:
    """Lay out the way back to a search, to the page of it where this mandate stands, and the ways on."""
    if neighbours is None:
        return WayView(at.search(params.write(question)), "", None, None)

    def query(rank: int) -> str:
        return params.write(replace(question, page=(rank - 1) // question.size + 1))

    def neighbour(mandate: Mandate | None, rank: int) -> Neighbour | None:
        if mandate is None:
            return None
        language = title_language(mandate, words.language)
        return Neighbour(at.mandate(mandate.id, query(rank)), mandate.title[language], language)

    rank = neighbours.rank
    return WayView(
        back=at.search(query(rank)),
        place=words.gettext(
            "Mandate %(rank)s of %(total)s in this search",
            rank=words.number(rank),
            total=words.number(neighbours.total),
        ),
        previous=neighbour(neighbours.previous, rank - 1),
        following=neighbour(neighbours.following, rank + 1),
    )


@dataclass(frozen=True)
class SimilarView:
    """A similar mandate: title, places and time, and what both name."""

    address: str
    title: str
    language: Language
    facts: Markup
    shared: str


def similar_view(found: Sequence[Similar], words: Words, at: Addresses) -> list[SimilarView]:
    """Lay out the mandates like one."""
    views = []
    for one in found:
        mandate = one.mandate
        language = title_language(mandate, words.language)
        places = [words.named(place.name) for place in one.places[:MOST_PLACES]]
        facts = Markup(" · ").join([*places, period(mandate.start, mandate.end, words)])
        shared = words.listed([words.named(named.name) for named in one.shared[:MOST_SHARED]])
        views.append(SimilarView(at.mandate(mandate.id), mandate.title[language], language, facts, shared))
    return views
