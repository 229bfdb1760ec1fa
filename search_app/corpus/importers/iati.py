"""The importer of IATI activities, standards 1.0x and 2.0x, read as a stream.

An activity is a mandate, its narratives in other languages are translations of it. Promise: texts, names and days are
those of the file; a parent that names no country gets those of its children, and a warning says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from search_app.analysis.language import LANGUAGES
from search_app.corpus.importers.base import FileWarning, Finding, InputFile, Rejection
from search_app.corpus.importers.facts import Facts, language_of, make_mandate
from search_app.corpus.importers.iati_activity import IMPLEMENTING, NEEDED, Activity, Places, Told
from search_app.corpus.importers.languages import Guesser, block_text
from search_app.corpus.importers.markup import plain_line, text_blocks
from search_app.corpus.importers.printed_names import country_codes
from search_app.corpus.importers.text import clean_text
from search_app.corpus.importers.xml_stream import read_elements, root_name
from search_app.corpus.names import Names
from search_app.corpus.textform import Block

_ROOTS: Final = ("iati-activities", "iati-activity")
_ACTIVITY: Final = ("iati-activity",)
_SURE: Final = 0.9  # that a second text under one tag is in the other language
_ENOUGH_WORDS: Final = {"title": 4, "description": 8}


class Iati:
    """Importer of IATI activities."""

    format = "iati-xml"

    def __init__(self, names: Names, guesser: Guesser) -> None:
        self._names = names
        self._guesser = guesser

    def recognises(self, head: bytes) -> bool:
        """XML whose root, or DOCTYPE, is that of activities."""
        return root_name(head) in _ROOTS

    def records(self, file: InputFile) -> Iterator[Finding]:
        """The activities of the file."""
        families = _Families(file.data, self._names) if b"related-activity" in file.data else None
        repaired = False
        for found in read_elements(file.data, _ACTIVITY, kept=NEEDED):
            if isinstance(found, (FileWarning, Rejection)):
                yield found
                continue
            activity = Activity(found)
            texts = [*activity.texts("title"), *activity.texts("description")]
            repaired = repaired or any(clean_text(text.raw).repaired for text in texts)
            yield self._finding(activity, families)
        if repaired:
            yield FileWarning("encoding-repaired")

    def _finding(self, activity: Activity, families: _Families | None) -> Finding:
        titles = [Told(told.tag, line) for told in activity.texts("title") if (line := plain_line(told.raw))]
        if not titles:
            message = f"activity {activity.identifier[:60] or 'without identifier'} has no title; write one"
            return Rejection("title-missing", message, activity.line)
        where = activity.places(self._names)
        warnings = ["country-code-repaired"] if where.repaired else []
        more = families.countries(activity.identifier) if families and not self._has_country(where) else ()
        warnings += ["countries-from-children"] if more else []
        titles, moved = self._by_words(titles, _ENOUGH_WORDS["title"])
        texts, moved_too = self._by_words(activity.texts("description"), _ENOUGH_WORDS["description"])
        warnings += ["language-tag-mismatch"] if moved or moved_too else []
        dates = activity.dates
        facts = Facts(
            titles={told.tag: told.raw for told in _first_of_each(titles)},
            bodies=_bodies(texts),
            default=activity.language,
            requesters=activity.requesters,
            places=(*where.places, *more),
            told_regions=where.told_regions,
            period=dates.period,
            identifier=activity.identifier,
            warnings=tuple(warnings),
        )
        return replace(
            make_mandate(facts, self._names, guesser=self._guesser),
            date_kinds=dates.kinds,
            implementers=activity.organisations(IMPLEMENTING),
            parent=activity.parent,
            url=activity.url,
            updated=activity.updated,
            line=activity.line,
        )

    def _has_country(self, where: Places) -> bool:
        return bool(country_codes(where.places, self._names))

    def _by_words(self, texts: list[Told], enough: int) -> tuple[list[Told], bool]:
        """Texts under the language they are in, where one tag has two and the second is surely in the other language.

        returns   the texts, and whether a tag was wrong
        """
        sorted_: list[Told] = []
        wrong = False
        for told in texts:
            first = next((one for one in sorted_ if language_of(one.tag) == language_of(told.tag)), None)
            guess = self._guesser.guess(told.raw) if first else None
            if first and guess and guess.language in LANGUAGES and len(told.raw.split()) >= enough:
                language = language_of(told.tag) or self._guesser.guess(first.raw).language
                if guess.certainty >= _SURE and guess.language != language:
                    wrong = wrong or bool(told.tag)
                    told = Told(guess.language, told.raw)
            sorted_.append(told)
        return sorted_, wrong


def _first_of_each(texts: list[Told]) -> list[Told]:
    """The first text of each language: what comes later never overwrites it."""
    first: dict[str, Told] = {}
    for told in texts:
        first.setdefault(language_of(told.tag), told)
    return list(first.values())


def _bodies(texts: list[Told]) -> dict[str, tuple[Block, ...]]:
    """All descriptions of a language as one body; what stands there already is not said twice."""
    bodies: dict[str, tuple[Block, ...]] = {}
    for told in texts:
        blocks = text_blocks(told.raw)
        language = language_of(told.tag)
        known = set(map(block_text, bodies.get(language, ())))
        if not known.issuperset(map(block_text, blocks)):
            bodies[language] = (*bodies.get(language, ()), *blocks)
    return bodies


class _Families:
    """The countries of the parts of activities, found in a first reading of the file."""

    def __init__(self, data: bytes, names: Names) -> None:
        self._places: dict[str, tuple[str, ...]] = {}
        self._children: dict[str, dict[str, None]] = defaultdict(dict)
        named: dict[str, tuple[str, ...]] = {}
        for found in read_elements(data, _ACTIVITY, kept=NEEDED):
            if isinstance(found, (FileWarning, Rejection)):
                continue
            activity = Activity(found)
            places = activity.places(names).places
            countries = tuple(place for place in places if country_codes((place,), names))
            self._places[activity.identifier] = countries or self._places.get(activity.identifier, ())
            if activity.parent:
                self._children[activity.parent][activity.identifier] = None
            named[activity.identifier] = activity.children
        for parent, children in named.items():
            self._children[parent].update(dict.fromkeys(children))

    def countries(self, identifier: str) -> tuple[str, ...]:
        """The countries of all parts of an activity, in the order of the file."""
        if not identifier:
            return ()
        found: dict[str, None] = {}
        seen = {identifier}
        open_ = list(reversed(self._children.get(identifier, {})))
        while open_:
            child = open_.pop()
            if child in seen:
                continue
            seen.add(child)
            found.update(dict.fromkeys(self._places.get(child, ())))
            open_ += reversed(self._children.get(child, {}))
        return tuple(found)
