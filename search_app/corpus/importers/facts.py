"""What a structured format says of a mandate, made into an imported mandate.

Languages: the source's tag holds unless the text is long and surely in the other language; a text without a tag is
told by its words. Country codes are repaired where that is certain, and a warning says so. Knows nothing of files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

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

T = TypeVar("T")

_SURE: Final = 0.9
_ENOUGH_WORDS: Final = 8
_TITLE_WORDS: Final = 4
_ISO_START: Final = re.compile(r"\s*(\d{4}-\d{2}-\d{2})(?:[T ].*|Z|[+-]\d\d:?\d\d)?\s*")
_ISO_MONTH: Final = re.compile(r"\s*(\d{4})-(\d{2})\s*")
_ISO_BASIC: Final = re.compile(r"\s*((?:19|20)\d\d)[/.]?(\d\d)[/.]?(\d\d)\s*")
_HYPHENS: Final = re.compile(r"\s*(\d{1,2})-([^\W\d_]{3,})-(\d{4})\s*")
_MIDNIGHT: Final = re.compile(r"\s+0?0:00(?::00(?:\.0+)?)?$")
_TAGS: Final = {
    "en": "en eng english anglais ang",
    "fr": "fr fra fre french francais",
}
_LANGUAGE_OF: Final = {word: language for language, words in _TAGS.items() for word in words.split()} | {"und": ""}
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
    """A day as printed, its time of day left out, forms that only machines write made into those of people."""
    if found := _ISO_START.fullmatch(printed):
        return found[1]
    if found := _ISO_MONTH.fullmatch(printed):
        return f"{found[2]}/{found[1]}"
    if found := _ISO_BASIC.fullmatch(printed):
        return "-".join(found.groups())
    if found := _HYPHENS.fullmatch(printed):
        return " ".join(found.groups())
    return _MIDNIGHT.sub("", printed.strip())


def days(start: str, end: str, *, length: str = "") -> Period:
    """The period between two printed days."""
    return join_period(start=day_text(start), end=day_text(end), length=length.strip())


def make_mandate(facts: Facts, names: Names, *, guesser: Guesser, locale: str = "") -> ImportedMandate:
    """The mandate that a source describes; keys that only some formats have are the caller's to add."""
    mandate, of_texts = _read_languages(facts, guesser, locale)
    unsure = [place for place in facts.places if place not in facts.told_regions]
    warnings = [*facts.warnings, *facts.period.warnings, *of_texts]
    warnings += [] if facts.requesters else ["requester-missing"]
    warnings += [] if facts.places else ["places-missing"]
    warnings += ["country-unknown"] if unknown_places(unsure, names) else []
    warnings += [] if any(facts.bodies.values()) else ["body-missing"]
    warnings += ["title-truncated"] if is_cut(mandate.title) else []
    return replace(
        mandate,
        requesters=facts.requesters,
        places=facts.places,
        told_regions=facts.told_regions,
        start=facts.period.start,
        end=facts.period.end,
        dates_raw=facts.period.raw if facts.period.warnings else "",
        identifier=facts.identifier,
        warnings=in_order(warnings),
    )


def _read_languages(facts: Facts, guesser: Guesser, locale: str) -> tuple[ImportedMandate, tuple[str, ...]]:
    """Titles and bodies under the languages they are in, and the warnings of that."""
    default = language_of(facts.default)
    titles = _by_language(facts.titles, default)
    bodies = _by_language(facts.bodies, default)
    if not (set(titles) | set(bodies)) - {""}:
        title, body = titles.get("", ""), bodies.get("", ())
        found = find_languages(title, body, locale=locale, guesser=guesser)
        mandate = ImportedMandate(
            title=title,
            language=found.language,
            title_language=found.title_language,
            body=body,
            split=found.split,
        )
        return mandate, found.warnings
    moves = _moves(titles, bodies, guesser)
    bodies = {moves.get(tag, tag): body for tag, body in bodies.items()}
    titles = {_tag_of_title(tag, title, moves, guesser): title for tag, title in titles.items()}
    main = _main_language(titles, bodies, moves.get(default, default))
    title_language = main if main in titles else next(iter(titles))
    others = [tag for tag in dict.fromkeys((*titles, *bodies)) if tag != main]
    mandate = ImportedMandate(
        title=titles[title_language],
        language=main if main in LANGUAGES else UNDETERMINED,
        title_language=title_language if title_language != main else "",
        body=bodies.get(main, ()),
        translations={
            tag: Text(titles.get(tag, "") if tag != title_language else "", bodies.get(tag, ()))
            for tag in others
            if tag != title_language or tag in bodies
        },
    )
    mismatch = any(tag and tag != language for tag, language in moves.items())
    return mandate, ("language-tag-mismatch",) if mismatch else ()


def _by_language(texts: Mapping[str, T], default: str) -> dict[str, T]:
    found: dict[str, T] = {}
    for tag, text in texts.items():
        if text:
            found.setdefault(language_of(tag) or default, text)
    return found


def _moves(titles: Mapping[str, str], bodies: Mapping[str, tuple[Block, ...]], guesser: Guesser) -> dict[str, str]:
    """Tag → language for texts that are surely in another one, or have no tag; none where two would be one."""
    tags = dict.fromkeys((*bodies, *titles))
    moves: dict[str, str] = {}
    for tag in tags:
        text = "\n".join(map(block_text, bodies.get(tag, ()))) or titles.get(tag, "")
        guess = guesser.guess(text)
        alone = len(bodies) == 1 and not titles.keys() & bodies.keys()
        if not tag and tag not in bodies and alone and guess.certainty < _SURE:
            moves[tag] = next(iter(bodies))  # a title without a tag goes with the only body
        elif not tag:
            moves[tag] = guess.language if guess.certainty else UNDETERMINED
        elif guess.language in LANGUAGES and tag in LANGUAGES and guess.language != tag:
            sure = guess.certainty >= _SURE and len(text.split()) >= _ENOUGH_WORDS
            moves |= {tag: guess.language} if sure else {}
    clash = any(len({moves.get(tag, tag) for tag in texts}) < len(texts) for texts in (titles, bodies))
    return {tag: UNDETERMINED for tag in moves if not tag} if clash else moves


def _tag_of_title(tag: str, title: str, moves: Mapping[str, str], guesser: Guesser) -> str:
    """The language of a title: it goes with its body, unless it is plainly in the language of its tag."""
    if tag and tag in moves:
        guess = guesser.guess(title)
        if guess.language == tag and guess.certainty >= _SURE and len(title.split()) >= _TITLE_WORDS:
            return tag
    return moves.get(tag, tag)


def _main_language(titles: Mapping[str, str], bodies: Mapping[str, tuple[Block, ...]], default: str) -> str:
    """The source's own language where it has a text, else the first of ours, else the first."""
    texts: Iterable[str] = bodies or titles
    if default in texts:
        return default
    return next((tag for tag in texts if tag in LANGUAGES), next(iter(texts)))


def read_codes(printed: str, names: Names, *, three_letters: bool = False) -> tuple[tuple[str, ...], bool]:
    """Country codes as English names.

    three_letters   whether the source says that its codes have three letters
    returns         the names (the code as printed where nobody knows it), and whether a code had to be repaired
    """
    printed = printed.strip()
    concept, repaired = _read_code(printed, names)
    if concept:
        return (concept.name["en"],), repaired and not (three_letters and len(printed) == len("COD"))
    parts = [part for part in re.split(r"[\s,;/|]+", printed) if part]
    found = [_read_code(part, names)[0] for part in parts]
    if len(parts) > 1 and all(found):
        return tuple(dict.fromkeys(concept.name["en"] for concept in found if concept)), True
    return ((printed,), False) if printed else ((), False)


def _read_code(printed: str, names: Names) -> tuple[Concept | None, bool]:
    if concept := names.country(printed):
        return concept, False
    code = printed.upper()
    aliases: Sequence[str] = get_global("territory_aliases").get(code, ())
    alias = _OTHER_CODES.get(code) or (aliases[0] if len(aliases) == 1 else "")
    if concept := names.country(code) or names.country(alias):
        return concept, True
    concept = names.place(printed)
    return (concept, True) if concept and concept.kind == "country" else (None, False)
