"""The importer of feeds: RSS 2.0, RSS 1.0 and Atom.

A feed gives a day of publication and no period; what more an entry says comes from a header line that begins its text,
from the event module of RSS, and from categories and authors that are known names. Promise: no author or topic that is
no such name is taken for a requester or place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from search_app.corpus.importers.base import FileWarning, Finding, InputFile, Rejection
from search_app.corpus.importers.dates import MISSING, Period
from search_app.corpus.importers.facts import Facts, day_text, days, make_mandate
from search_app.corpus.importers.headers import Strength, find_header
from search_app.corpus.importers.languages import Guesser, block_text
from search_app.corpus.importers.markup import plain_line, text_blocks
from search_app.corpus.importers.printed_names import split_places
from search_app.corpus.importers.text import clean_text
from search_app.corpus.importers.xml_stream import inner_text, language_tag, local_name, read_elements, root_name
from search_app.corpus.names import Names

_ROOTS: Final = ("rss", "rdf", "feed")
_ENTRIES: Final = ("item", "entry")
_CORE: Final = frozenset(
    (
        "",
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://backend.userland.com/rss2",
        "http://www.w3.org/2005/Atom",
        "http://purl.org/atom/ns#",
    )
)
_DUBLIN: Final = frozenset(("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"))
_CONTENT: Final = frozenset(("http://purl.org/rss/1.0/modules/content/",))
_EVENT: Final = frozenset(("http://purl.org/rss/1.0/modules/event/",))
_ABOUT: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_KEPT: Final = ("language", "title", "link", "description", "encoded", "content", "summary")
_PRINTED_DAY: Final = re.compile(r"\d{1,2}(?:er)?\s+[^\W\d_]{3,}\.?\s+\d{4}")


class Feed:
    """Importer of feeds."""

    format = "rss"

    def __init__(self, names: Names, guesser: Guesser) -> None:
        self._names = names
        self._guesser = guesser

    def recognises(self, head: bytes) -> bool:
        """XML whose root, or DOCTYPE, is that of a feed."""
        return root_name(head).lower() in _ROOTS

    def records(self, file: InputFile) -> Iterator[Finding]:
        """The entries of the file."""
        language, repaired = "", False
        for found in read_elements(file.data, (*_ENTRIES, "language"), kept=_KEPT):
            if isinstance(found, (FileWarning, Rejection)):
                yield found
            elif local_name(found) in _ENTRIES:
                entry = _Entry(found)
                repaired = repaired or clean_text(entry.title + entry.text).repaired
                yield self._finding(entry, entry.language or language, file.locale)
            elif local_name(found.getparent()) == "channel":
                language = (found.text or "").strip()
        if repaired:
            yield FileWarning("encoding-repaired")

    def _finding(self, entry: _Entry, language: str, locale: str) -> Finding:
        title = plain_line(entry.title)
        if not title:
            return Rejection("title-missing", "the entry has no title; write one, or take it out", entry.line)
        body = text_blocks(entry.text)
        header = find_header(block_text(body[0]), self._names) if body else None
        if header and header.strength < Strength.DATED:
            header = None
        facts = Facts(
            titles={"": title},
            bodies={"": body[1:] if header else body},
            default=language,
            requesters=header.requesters if header else self._requesters(entry),
            places=header.places if header else self._places(entry),
            period=header.period if header else entry.period,
            identifier=entry.identifier,
        )
        return replace(
            make_mandate(facts, self._names, guesser=self._guesser, locale=locale),
            kind=header.kind if header else "",
            url=entry.url,
            published=published_day(entry.published),
            updated=entry.updated,
            line=entry.line,
        )

    def _requesters(self, entry: _Entry) -> tuple[str, ...]:
        """Authors that are known organisations: others may be anybody."""
        return tuple(dict.fromkeys(author for author in entry.authors if self._names.requester(author)))

    def _places(self, entry: _Entry) -> tuple[str, ...]:
        """Where an event is, and categories that are the full name of a country or region."""
        told = [place for text in entry.locations for place in split_places(text, self._names)]
        found = ((category, self._names.place(category)) for category in entry.categories)
        topics = [
            category
            for category, concept in found
            if concept and concept.kind != "organisation" and category not in concept.all_acronyms()
        ]
        return tuple(dict.fromkeys((*told, *topics)))


def published_day(printed: str) -> date | None:
    """The day of a moment as feeds print it: ISO 8601, or day, month name and year somewhere in it."""
    found = _PRINTED_DAY.search(printed)
    return days(found[0] if found else day_text(printed), "").start if printed.strip() else None


class _Entry:
    """What one entry says."""

    def __init__(self, element: Any) -> None:
        self._element = element
        self.line = int(element.sourceline or 1)
        self.title = self._first(_CORE, "title") or self._first(_DUBLIN, "title")
        self.language = plain_line(self._first(_DUBLIN, "language")) or language_tag(element)

    @property
    def text(self) -> str:
        """The longest form of it that the entry has."""
        return (
            self._first(_CONTENT, "encoded")
            or self._first(_CORE, "content")
            or self._first(_CORE, "description", "summary")
            or self._first(_DUBLIN, "description")
        )

    @property
    def url(self) -> str:
        """The address of its page."""
        found = ""
        for link in self._all(_CORE, "link"):
            address = (link.get("href") or link.text or "").strip()
            if link.get("rel", "alternate") == "alternate" and address:
                found = found or address
        permanent = [one for one in self._all(_CORE, "guid") if one.get("isPermaLink", "true").lower() == "true"]
        addresses = [
            text for one in permanent if (text := (one.text or "").strip()).startswith(("http://", "https://"))
        ]
        return found or next(iter(addresses), "")

    @property
    def identifier(self) -> str:
        """What the feed knows it by."""
        told = self._first(_CORE, "guid", "id") or self._first(_DUBLIN, "identifier")
        return plain_line(told or str(self._element.get(_ABOUT) or ""))

    @property
    def published(self) -> str:
        """When it was published, as printed."""
        told = self._first(_CORE, "pubDate", "published", "issued") or self._first(_DUBLIN, "issued", "date", "created")
        return told or self.updated

    @property
    def updated(self) -> str:
        """When it was changed last, as printed."""
        return (self._first(_CORE, "updated", "modified") or self._first(_DUBLIN, "modified")).strip()

    @property
    def period(self) -> Period:
        """The days of an event."""
        start, end = (plain_line(self._first(_EVENT, name)) for name in ("startdate", "enddate"))
        return days(start, end) if start or end else MISSING

    @property
    def locations(self) -> Sequence[str]:
        """Where an event is, or what an entry covers."""
        elements = (*self._all(_EVENT, "location"), *self._all(_DUBLIN, "coverage", "spatial"))
        return [line for element in elements if (line := plain_line(inner_text(element)))]

    @property
    def categories(self) -> Sequence[str]:
        """What it is about."""
        elements = [*self._all(_CORE, "category"), *self._all(_DUBLIN, "subject")]
        printed = (element.get("label") or element.text or element.get("term") or "" for element in elements)
        return [line for text in printed if (line := plain_line(text))]

    @property
    def authors(self) -> Sequence[str]:
        """Who wrote or published it."""
        elements = [*self._all(_CORE, "author"), *self._all(_DUBLIN, "creator", "publisher")]
        printed = ("".join(_named(element).itertext()) for element in elements)
        return [line for text in printed if (line := plain_line(text))]

    def _all(self, spaces: frozenset[str], *names: str) -> list[Any]:
        return [child for child in self._element if local_name(child) in names and _space(child) in spaces]

    def _first(self, spaces: frozenset[str], *names: str) -> str:
        """The text of the first of these elements that has one, in the order of the names."""
        elements = sorted(self._all(spaces, *names), key=lambda child: names.index(local_name(child)))
        return next((text for element in elements if (text := inner_text(element)).strip()), "")


def _named(element: Any) -> Any:
    """The name of an Atom author; in RSS the author itself."""
    name = next((child for child in element if local_name(child) == "name"), None)
    return element if name is None else name


def _space(element: Any) -> str:
    tag = str(element.tag)
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""
