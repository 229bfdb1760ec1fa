"""The importer of JSON-LD with the words of schema.org: events, alone, in a list or in a graph.

The organiser stands for the requester, the country of the address for the place. Promise: what is no event is counted
as skipped, and nothing is fetched, no context either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from search_app.corpus.importers.base import Finding, InputFile, Rejection, Skipped
from search_app.corpus.importers.dates import MISSING
from search_app.corpus.importers.facts import Facts, days, language_of, make_mandate, read_codes
from search_app.corpus.importers.json_file import Lines, begins_as_json, listed, maps, read_json, text_of
from search_app.corpus.importers.languages import Guesser
from search_app.corpus.importers.markup import plain_line, text_blocks
from search_app.corpus.importers.printed_names import country_codes, split_places
from search_app.corpus.names import Names

Node = Mapping[str, Any]

_LINKED_DATA: Final = re.compile(r'(?<!\\)"@(?:context|type|graph)"\s*:')
_VOCABULARY: Final = re.compile(r"^(?:schema:|https?://schema\.org/)")
_FURTHER_EVENTS: Final = frozenset(("CourseInstance", "EventSeries", "Festival", "Hackathon"))
_ROOM: Final = "VirtualLocation"
_DEEPEST: Final = 8


class JsonLd:
    """Importer of JSON-LD."""

    format = "json-ld"

    def __init__(self, names: Names, guesser: Guesser) -> None:
        self._names = names
        self._guesser = guesser

    def recognises(self, head: bytes) -> bool:
        """JSON with the key words of linked data."""
        return _LINKED_DATA.search(begins_as_json(head)) is not None

    def records(self, file: InputFile) -> Iterator[Finding]:
        """The events of the file."""
        read = read_json(file)
        if isinstance(read, Rejection):
            yield read
            return
        yield from read.warnings()
        lines = Lines(read.text)
        nodes = list(_nodes(read.value, _DEEPEST))
        known = {text_of(node.get("@id")): node for node in nodes if node.get("@id")}
        for node in nodes:
            event = _Event(node, known)
            title = next(iter(event.texts("name").values()), "")
            line = lines.find(title)
            if not _is_event(node):
                yield Skipped(next(iter(_types(node)), "thing"), plain_line(title) or event.identifier)
            elif not plain_line(title):
                message = f"event {event.identifier[:60] or 'without @id'} has no name; write one"
                yield Rejection("title-missing", message, line)
            else:
                yield self._mandate(event, line, file.locale)

    def _mandate(self, event: _Event, line: int, locale: str) -> Finding:
        places, repaired = self._places(event)
        start, end = event.text("startDate"), event.text("endDate")
        facts = Facts(
            titles={tag: plain_line(text) for tag, text in event.texts("name").items()},
            bodies={tag: text_blocks(text) for tag, text in event.texts("description").items()},
            default=event.language,
            requesters=event.names("organizer") or event.names("funder") or event.names("sponsor"),
            places=places,
            period=days(start, end) if start or end else MISSING,
            identifier=event.identifier,
            warnings=("country-code-repaired",) if repaired else (),
        )
        posted = event.text("datePublished")
        return replace(
            make_mandate(facts, self._names, guesser=self._guesser, locale=locale),
            url=event.text("url"),
            published=days(posted, "").start if posted else None,
            parent=next((_identifier(one) for one in maps(event.values("superEvent"))), ""),
            updated=event.text("dateModified"),
            line=line,
        )

    def _places(self, event: _Event) -> tuple[tuple[str, ...], bool]:
        places: dict[str, None] = {}
        mended = False
        for location in event.values("location"):
            found, repaired = self._place(event.resolved(location))
            places.update(dict.fromkeys(found))
            mended = mended or repaired
        return tuple(places), mended

    def _place(self, location: Any) -> tuple[tuple[str, ...], bool]:
        """The country of a location, and whether its code had to be repaired; its name where it has no country."""
        if not isinstance(location, Mapping):
            return self._printed(plain_line(text_of(location))), False
        if _ROOM in _types(location):
            return (), False
        printed = [_text(location.get("name"))]
        for address in listed(location.get("address")):
            if not isinstance(address, Mapping):
                printed.insert(0, plain_line(text_of(address)))
                continue
            for country in listed(address.get("addressCountry")):
                name = _text(country.get("name")) if isinstance(country, Mapping) and "name" in country else ""
                found, repaired = ((name,), False) if name else read_codes(_text(country), self._names)
                if found:
                    return found, repaired
        places = [self._printed(text) for text in printed if text]
        known = (found for found in places if country_codes(found, self._names))
        return next(known, places[-1] if places else ()), False

    def _printed(self, text: str) -> tuple[str, ...]:
        """A printed place: all of it where all is known, else the country behind its last comma, else as it is."""
        places = split_places(text, self._names)
        if len(places) > 1 and not all(map(self._names.place, places)):
            return places[-1:] if country_codes(places[-1:], self._names) else (text,)
        return places


class _Event:
    """What a node says; nodes that it only names are looked up in the file."""

    def __init__(self, node: Node, known: Mapping[str, Node]) -> None:
        self._node = node
        self._known = known

    @property
    def identifier(self) -> str:
        return _identifier(self._node)

    @property
    def language(self) -> str:
        """The one language that it says it is in."""
        tags = [
            _text(one) or _text(one.get("alternateName")) or _text(one.get("name"))
            if isinstance(one, Mapping)
            else _text(one)
            for one in self.values("inLanguage")
        ]
        return tags[0] if len(tags) == 1 else _text(self._node.get("@language")) if not tags else ""

    def values(self, key: str) -> list[Any]:
        return listed(self._node.get(key))

    def resolved(self, value: Any) -> Any:
        """The node that a value only names."""
        if isinstance(value, Mapping) and set(value) <= {"@id", "@type"}:
            return self._known.get(text_of(value.get("@id")), value)
        return value

    def text(self, key: str) -> str:
        return next(filter(None, map(_text, self.values(key))), "")

    def texts(self, key: str) -> dict[str, str]:
        """Texts by language tag, the first of each."""
        found: dict[str, str] = {}
        for value in self.values(key):
            if isinstance(value, Mapping) and "@value" not in value:
                for tag, texts in value.items():  # a map of languages
                    if not tag.startswith("@"):
                        found.setdefault(language_of(tag), next(filter(None, map(_text, listed(texts))), ""))
            elif text := _text(value):
                tag = text_of(value.get("@language")) if isinstance(value, Mapping) else ""
                found.setdefault(tag, text)
        return {tag: text for tag, text in found.items() if text.strip()}

    def names(self, key: str) -> tuple[str, ...]:
        """The names of organisations or people, in the language of the event where there is a choice."""
        return tuple(dict.fromkeys(filter(None, (self._name(self.resolved(value)) for value in self.values(key)))))

    def _name(self, value: Any) -> str:
        if not isinstance(value, Mapping) or "@value" in value:
            return plain_line(_text(value))
        names = _Event(value, {}).texts("name") or _Event(value, {}).texts("legalName")
        own = language_of(self.language)
        ranked = sorted(names.items(), key=lambda one: language_of(one[0]) != own)
        return plain_line(ranked[0][1]) if ranked else ""


def _nodes(value: Any, depth: int, language: str = "") -> Iterator[Node]:
    """The nodes of a file, those in graphs and lists too, with plain keys."""
    for raw in maps(value):
        node = {_VOCABULARY.sub("", key): _plain(content, depth) for key, content in raw.items()}
        for context in maps(raw.get("@context")):
            language = text_of(context.get("@language")) or language
        inner = [*listed(node.get("@graph")), *_elements(node)]
        if depth and inner:
            yield from _nodes(inner, depth - 1, language)
        if _types(node) and not inner:
            yield {"@language": language} | node


def _elements(node: Node) -> Iterator[Any]:
    """What a list of things holds."""
    for element in listed(node.get("itemListElement")):
        yield element.get("item", element) if isinstance(element, Mapping) else element
    if not _is_event(node):
        yield from (entity for entity in maps(node.get("mainEntity")) if _is_event(entity))


def _plain(value: Any, depth: int) -> Any:
    """A value whose keys are without their vocabulary."""
    if depth and isinstance(value, dict):
        return {_VOCABULARY.sub("", key): _plain(content, depth - 1) for key, content in value.items()}
    if depth and isinstance(value, list):
        return [_plain(content, depth) if not isinstance(content, list) else None for content in value]
    return value


def _types(node: Node) -> list[str]:
    return [_VOCABULARY.sub("", text_of(one)) for one in listed(node.get("@type")) if text_of(one)]


def _is_event(node: Node) -> bool:
    return any(one.endswith("Event") or one in _FURTHER_EVENTS for one in _types(node))


def _identifier(node: Node) -> str:
    told = text_of(node.get("@id"))
    for value in () if told else listed(node.get("identifier")):
        told = told or _text(value.get("value") if isinstance(value, Mapping) and "value" in value else value)
    return plain_line(told)


def _text(value: Any) -> str:
    """A literal as text, or the identity of a node that is given by nothing else."""
    if isinstance(value, list):
        return next(filter(None, map(_text, value)), "")
    if isinstance(value, Mapping):
        return text_of(value.get("@value")) or text_of(value.get("@id"))
    return text_of(value)
