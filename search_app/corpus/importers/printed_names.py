"""Lists of requesters and places as they are printed, taken apart into single names.

Commas part names, but "Congo, Democratic Republic of" is one; "and" and "et" part them where the parts are known;
French prepositions before a place go. Promise: a name is looked up exactly or stays as printed; nothing is guessed.
Knows nothing of lines and pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from search_app.analysis.fold import fold
from search_app.corpus.names import Concept, Names

Find = Callable[[str], Concept | None]

# What stands behind the comma of a state's name turned round: "Republic of", "The former Yugoslav Republic of", …
_TURNED: Final = re.compile(
    r"(?:the\s+)?(?:\w+\s+){0,4}(?:republic|states|kingdom)\s+of(?:\s+the)?"
    r"|(?:la\s+)?république(?:\s+\w+){0,4}\s+(?:du|de|des|de\s+la|d['’])"
    r"|the|la|le|les",
    re.IGNORECASE,
)
_LONGEST_JOIN: Final = 4  # pieces between commas that may make one name
_MOST_LINKS: Final = 5  # "and"s in one name; more make a sentence
_PART: Final = re.compile(r"[,;](?![^()]*\))")  # not inside brackets
_LINK: Final = re.compile(r"\s+(?:and|et|&)\s+|\s*/\s*", re.IGNORECASE)
# In small letters only: no place begins so.
_PREPOSITION: Final = re.compile(r"(?:aux?|en|à|dans|pour|in)\s+(?:(?:le|la|les|the)\s+|l['’]\s*)?")


def split_requesters(text: str, names: Names) -> tuple[str, ...]:
    """The requesters in a printed list, each as printed."""

    def split_at_links(name: str) -> list[str]:
        parts = _LINK.split(name)
        return parts if not names.requester(name) and all(map(names.requester, parts)) else [name]

    return _split(text, names.requester, split_at_links)


def split_places(text: str, names: Names) -> tuple[str, ...]:
    """The places in a printed list, each as printed but for a preposition before it."""
    find = names.place

    def split_at_links(name: str) -> list[str]:
        bare = name if find(name) else _PREPOSITION.sub("", name, count=1) if _PREPOSITION.match(name) else name
        if find(bare):
            return [bare]
        links = list(_LINK.finditer(bare))
        if len(links) > _MOST_LINKS:
            return [bare]
        halves = [(bare[: link.start()], split_at_links(bare[link.end() :])) for link in links]
        for first, rest in halves:
            if find(first) and all(map(find, rest)):
                return [first, *rest]
        for first, rest in halves:
            if find(first) or any(map(find, rest)):
                return [*split_at_links(first), *rest]
        return [bare]

    return _split(text, find, split_at_links)


def country_codes(places: Iterable[str], names: Names) -> tuple[str, ...]:
    """ISO codes of the places that are countries, each once."""
    found = map(names.place, places)
    return tuple(dict.fromkeys(concept.code for concept in found if concept and concept.kind == "country"))


def region_names(places: Iterable[str], names: Names, *, told: Iterable[str] = ()) -> tuple[str, ...]:
    """English names of the places that are known and no countries, each once.

    told   places that the source itself calls regions; one that nobody else knows stands as printed
    """
    told = frozenset(told)
    found: dict[str, None] = {}
    for place, concept in ((place, names.place(place)) for place in places):
        if concept and concept.kind != "country":
            found[concept.name["en"]] = None
        elif not concept and place in told:
            found[place] = None
    return tuple(found)


def unknown_places(places: Iterable[str], names: Names) -> tuple[str, ...]:
    """The places that nobody knows, each once."""
    return tuple(dict.fromkeys(place for place in places if not names.place(place)))


def _split(text: str, find: Find, split_at_links: Callable[[str], list[str]]) -> tuple[str, ...]:
    pieces = [piece for part in _PART.split(text) if (piece := " ".join(part.split()))]
    names: dict[str, str] = {}
    at = 0
    while at < len(pieces):
        length = _pieces_of_name(pieces[at:], find)
        for name in split_at_links(", ".join(pieces[at : at + length])):
            names.setdefault(fold(name) or name, name)
        at += length
    return tuple(names.values())


def _pieces_of_name(pieces: list[str], find: Find) -> int:
    """How many pieces make the first name: as many as are known together, or look like a state's name turned round."""
    for length in range(min(_LONGEST_JOIN, len(pieces)), 1, -1):
        if find(", ".join(pieces[:length])):
            return length
    return 2 if len(pieces) > 1 and _TURNED.fullmatch(pieces[1]) else 1
