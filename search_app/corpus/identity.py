"""Which mandate is this? The key that tells two inputs apart, the id a new record gets, the digest of a record.

The key is the publisher's identifier; without one, the folded title, the set of places and the day of the start.
Requesters and end are left out on purpose: pages translate and reorder the first, and move the second. Promise: the
same values give the same key, id and digest on every machine. Knows nothing of files.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from unidecode import unidecode

from search_app.analysis.analyzer import read_words
from search_app.analysis.fold import fold
from search_app.corpus.mandate import Mandate, as_dict
from search_app.corpus.names import Concept, Names

_TITLE_WORDS: Final = 5
_UNKNOWN_NAME_WORDS: Final = 3
_MANY_REQUESTERS: Final = 3
_LONGEST_ID: Final = 96
_CUT: Final = re.compile(r"\s*(?:\.\s?\.\s?\.+|…)\s*$")
_ACRONYM: Final = re.compile(r"(?=.*[A-Z].*[A-Z])[A-Za-z&.]{2,6}")
_HEX_DIGITS: Final = 4


@dataclass(frozen=True)
class Key:
    """What makes two inputs the same mandate; `identifier` stands alone where there is one."""

    identifier: str = ""
    title: str = ""
    places: frozenset[str] = frozenset()
    start: date | None = None


def keys(titles: Iterable[str], *, places: frozenset[str], start: date | None, identifier: str) -> tuple[Key, ...]:
    """The keys under which a mandate is found: one for its identifier, or one for each of its titles."""
    if identifier.strip():
        return (Key(identifier=identifier.strip()),)
    return tuple(Key(title=title, places=places, start=start) for title in sorted(set(map(fold_title, titles))))


def fold_title(title: str) -> str:
    """A title for comparing: letters and digits, without the dots that say it is cut."""
    return fold(title) or title.strip()


def is_cut(title: str) -> bool:
    """Whether a title ends in dots: lists cut long ones."""
    return _CUT.search(title) is not None


def place_ids(places: Iterable[str], names: Names) -> frozenset[str]:
    """Places for comparing: the id of what is known, the folded name of what is not."""
    return frozenset(_known_or_folded(names.place(place), place) for place in places)


def requester_ids(requesters: Iterable[str], names: Names) -> frozenset[str]:
    """Requesters for comparing."""
    return frozenset(_known_or_folded(names.requester(requester), requester) for requester in requesters)


def _known_or_folded(concept: Concept | None, printed: str) -> str:
    return concept.id if concept else f"={fold(printed)}"


def digest(mandate: Mandate) -> str:
    """A digest of all keys but `imported`: another one means that somebody edited the record."""
    content = json.dumps(as_dict(replace(mandate, imported=None)), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


class IdMaker:
    """Makes ids such as 2019-au-mali-sensitization-workshop-ddr-ssr."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._stop_words = frozenset(read_words("stop_words_en.txt") + read_words("stop_words_fr.txt"))

    def make(self, mandate: Mandate) -> str:
        """Start year, requester, place and first words of the title; `joint` stands for three requesters or more."""
        year = f"{mandate.start.year:04d}" if mandate.start else "undated"
        title = mandate.title.get("en") or mandate.title.get("fr") or ""
        words = [word for word in _slug(title).split("-") if word and word not in self._stop_words]
        parts = [year, *self._requesters(mandate), *self._place(mandate), *words[:_TITLE_WORDS]]
        return "-".join(part for part in parts if part)[:_LONGEST_ID].rstrip("-")

    def make_unique(self, mandate: Mandate, taken: Container[str]) -> str:
        """The same, with digits of a digest behind it where another mandate has that id."""
        plain = made = self.make(mandate)
        content = json.dumps(as_dict(replace(mandate, id="", sources=(), imported=None)), sort_keys=True)
        digits = hashlib.sha256(content.encode()).hexdigest()
        length = _HEX_DIGITS
        while made in taken:
            made = f"{plain}-{digits[:length]}"
            length += 1
        return made

    def _requesters(self, mandate: Mandate) -> list[str]:
        if len(mandate.requesters) >= _MANY_REQUESTERS:
            return ["joint"]
        return [_short(name, self._names.requester(name)) for name in mandate.requesters]

    def _place(self, mandate: Mandate) -> list[str]:
        return [_short(name, self._names.place(name)) for name in mandate.places[:1]]


def _short(printed: str, concept: Concept | None) -> str:
    """A name in an id: an organisation's id, a country's acronym or English name, else the first words printed."""
    if concept and concept.kind == "organisation":
        return concept.id
    if _ACRONYM.fullmatch(printed):
        return _slug(printed)
    if concept:
        return _slug(concept.name["en"])
    return "-".join(_slug(printed).split("-")[:_UNKNOWN_NAME_WORDS])


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", unidecode(text).lower()).strip("-")
