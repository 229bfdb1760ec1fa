"""What a structured format says of a mandate, made into an imported mandate.

Languages: the source's tag holds unless the text is long and surely in the other language; a text without a tag is
told by its words. Country codes are repaired where that is certain, and a warning says so. Knows nothing of files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from babel.core import get_global

from search_app.analysis.fold import fold
from search_app.analysis.language import LANGUAGES
from search_app.corpus.identity import is_cut
from search_app.corpus.importers.base import UNDETERMINED, ImportedMandate, Text, in_order
from search_app.corpus.importers.dates import MISSING, Period, join_period
from search_app.corpus.importers.languages import Guesser, block_text, find_languages
from search_app.corpus.importers.printed_names import unknown_places
from search_app.corpus.names import Concept, Names
from search_app.corpus.textform import Block

_SURE: Final = 0.9
_ENOUGH_WORDS: Final = 8
_TITLE_WORDS: Final = 4
_ISO_START: Final = re.compile(r"\s*(\d{4}-\d{2}-\d{2})(?:[T ].*|Z|[+-]\d\d:?\d\d)?\s*")
_MIDNIGHT: Final = re.compile(r"\s+0?0:00(?::00(?:\.0+)?)?$")
_TAGS: Final = {
    "en": "en eng english anglais ang",
    "fr": "fr fra fre french francais",
}
_LANGUAGE_OF: Final = {word: language for language, words in _TAGS.items() for word in words.split()}
# Codes that people use beside the standard's, and withdrawn ones that Babel does not list.
_OTHER_CODES: Final = {"EL": "GR", "UK": "GB", "ROM": "RO", "ZAR": "CD", "TMP": "TL", "KSV": "XK", "XKV": "XK"}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a source says, in its words.

    titles, bodies   by language tag, in the source's order; "" where there is no tag
    default          language of the whole, "" where the source does not say
    warnings         codes that the importer gives
    """

    titles: Mapping[str, str]
    bodies: Mapping[str, tuple[Block, ...]] = field(default_factory=dict)
    default: str = ""
    requesters: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    told_regions: tuple[str, ...] = ()
    period: Period = MISSING
    identifier: str = ""
    warnings: tuple[str, ...] = ()


def language_of(tag: str) -> str:
    """The language that a tag means: en, fr, another one's own tag, or "" for none."""
    word = fold(re.split(r"[-_ ]", tag.strip())[0]) if tag.strip() else ""
    return _LANGUAGE_OF.get(word, word)


def day_text(printed: str) -> str:
    """A day as printed, its time of day left out."""
    found = _ISO_START.fullmatch(printed)
    return found[1] if found else _MIDNIGHT.sub("", printed.strip())


def days(start: str, end: str, *, length: str = "") -> Period:
    """The period between two printed days."""
    return join_period(start=day_text(start), end=day_text(end), length=length.strip())


def make_mandate(facts: Facts, names: Names, *, guesser: Guesser, locale: str = "") -> ImportedMandate:
    """The mandate that a source describes; keys that only some formats have are the caller's to add."""
    texts = _Texts(facts, guesser, locale)
    unsure = [place for place in facts.places if place not in facts.told_regions]
    warnings = [*facts.warnings, *facts.period.warnings, *texts.warnings]
    warnings += [] if facts.requesters else ["requester-missing"]
    warnings += [] if facts.places else ["places-missing"]
    warnings += ["country-unknown"] if unknown_places(unsure, names) else []
    warnings += [] if any(facts.bodies.values()) else ["body-missing"]
    warnings += ["title-truncated"] if is_cut(texts.mandate.title) else []
    return replace(
        texts.mandate,
        requesters=facts.requesters,
        places=facts.places,
        told_regions=facts.told_regions,
        start=facts.period.start,
        end=facts.period.end,
        dates_raw=facts.period.raw if facts.period.warnings and facts.period is not MISSING else "",
        identifier=facts.identifier,
        warnings=in_order(warnings),
    )


class _Texts:
    """Titles and bodies with the languages that they are in."""

    def __init__(self, facts: Facts, guesser: Guesser, locale: str) -> None:
        self._guesser = guesser
        self.warnings: tuple[str, ...] = ()
        titles = {tag: title for tag, title in facts.titles.items() if title}
        bodies = {tag: body for tag, body in facts.bodies.items() if body}
        default = language_of(facts.default)
        tagged_titles = self._tagged(titles, default)
        tagged_bodies = self._tagged(bodies, default)
        if set(tagged_titles) | set(tagged_bodies) == {""}:
            self.mandate = self._untagged(tagged_titles.get("", ""), tagged_bodies.get("", ()), locale)
            return
        self.mandate = self._from_tags(self._named_titles(tagged_titles), self._named_bodies(tagged_bodies), default)

    @staticmethod
    def _tagged(texts: Mapping[str, object], default: str) -> dict[str, object]:  # type: ignore[misc]
        found: dict[str, object] = {}
        for tag, text in texts.items():
            found.setdefault(language_of(tag) or default, text)
        return found
