"""The header line of a mandate on a page: `UN, Norway mandate in Mali, Niger 07/07/2020 - 21/02/2021`.

A sentence about “the UN mandate in Mali” is none: it ends in a full stop, or what stands for places are no names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from search_app.corpus.importers.dates import MISSING, Period, find_period
from search_app.corpus.importers.printed_names import split_places, split_requesters
from search_app.corpus.names import Names

_HEADER: Final = re.compile(
    r"(?P<names>.*?)\s*\b(?P<kind>mandate?|programme?)s?\s+(?:in|au|aux|en|à|dans|pour)\s+(?P<rest>.+)", re.IGNORECASE
)
_FULL_STOP: Final = re.compile(r"\.$")
_DOTTED_DATE: Final = re.compile(r"\d\.\s?\d{4}\.$")
# Small words inside a name; any other small word makes a sentence.
_SMALL_WORDS: Final = frozenset(
    (
        "of",
        "the",
        "and",
        "for",
        "to",
        "in",
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "et",
        "l",
        "d",
        "en",
        "au",
        "aux",
        "à",
    )
)
_LONGEST_HEADER: Final = 1_000  # characters
_LONGEST_NAME: Final = 10  # words
_WORD: Final = re.compile(r"[^\W_]+")


class Strength(IntEnum):
    """How much a line looks like a header."""

    UNDATED = 0
    DATED = 1
    SURE = 2


@dataclass(frozen=True)
class Header:
    """What a header line says; `kind` is "" for a mandate."""

    requesters: tuple[str, ...]
    places: tuple[str, ...]
    period: Period
    kind: str
    strength: Strength


def find_header(line: str, names: Names) -> Header | None:
    """The header that a line is, by itself; the title before it is the caller's to see to."""
    found = _HEADER.fullmatch(line) if len(line) <= _LONGEST_HEADER else None
    if not found or (_FULL_STOP.search(line) and not _DOTTED_DATE.search(line)):
        return None
    dated = find_period(found["rest"])
    if dated:
        strength = Strength.SURE if dated.sure else Strength.DATED
        places_text, period = dated.before, dated.period
    else:
        strength, places_text, period = Strength.UNDATED, found["rest"], MISSING
    requesters = split_requesters(found["names"], names)
    places = split_places(places_text.strip(" ,:;–-("), names)
    if strength < Strength.SURE and not (are_names(requesters) and are_names(places)):
        return None
    if strength == Strength.UNDATED and not all(map(names.place, places)):
        return None
    kind = "programme" if found["kind"].lower().startswith("p") else ""
    return Header(requesters, places, period, kind, strength)


def are_names(printed: Iterable[str]) -> bool:
    """Whether texts can be names and are no parts of a sentence."""
    return all(map(_is_name, printed))


def _is_name(printed: str) -> bool:
    """Whether a text can be a name: no small words but those that names have."""
    words = _WORD.findall(printed)
    small = [word for word in words if word.islower() and word not in _SMALL_WORDS]
    return 0 < len(words) <= _LONGEST_NAME and not small
