"""A mandate as an engine sees it: its parts cut into tokens, the names derived from it, its values for filters.

The order of the parts is fixed and shared by both engines. Positions count every token, stop words too; between two
passages (a title, a description, one name) lies a gap, so that no phrase runs from one into the next.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Final, Literal

from search_app.analysis.analyzer import STOP_MARK, Analyzer, Columns, Token
from search_app.analysis.fold import fold
from search_app.analysis.language import LANGUAGES, Language
from search_app.corpus.mandate import Mandate, as_dict
from search_app.corpus.names import Concept, Names
from search_app.index.concepts import HELD_KINDS, ConceptFinder, Passage

PartName = Literal["title.en", "title.fr", "description.en", "description.fr", "requesters", "places"]
PARTS: Final[tuple[PartName, ...]] = (
    "title.en",
    "title.fr",
    "description.en",
    "description.fr",
    "requesters",
    "places",
)
TITLE_PARTS: Final = 2
# From here on a part is a list of names, each a passage of its own.
NAME_PARTS: Final = 4
GAP: Final = 100
EARLIEST: Final = date.min.toordinal()
LATEST: Final = date.max.toordinal()


@dataclass(frozen=True)
class PrintedName:
    """A requester or place as printed, and what it is known to mean.

    start, end   offsets in the text of its part
    concept      None where nobody is known by this name
    """

    part: PartName
    start: int
    end: int
    printed: str
    concept: Concept | None


@dataclass(frozen=True, kw_only=True)
class Document:
    """What an engine indexes of one mandate.

    terms          of all tokens, part by part in the order of PARTS, then of the names derived from it, which stand in
                   no text; stop words under their marked term
    starts         where each token stands in its part's text; 0 in derived names. lengths likewise
    positions      of each token in the whole document
    ends           behind which token each part ends, and the derived names
    length         words of the body without stop words; title_length likewise
    title_end      first position behind the titles
    first, last    days as proleptic ordinals; an open side is EARLIEST or LATEST
    places         codes of countries, ids of printed regions and organisations and of the regions around the countries
    requesters     ids of concepts, else slugs of printed names
    holds          ids of the concepts that its requesters and places are
    concepts       ids of the concepts and organisations that its texts name, sorted
    labels         how requesters without a concept are printed, by their slug
    digest         changes when anything here changes
    """

    id: str
    record: bytes
    terms: list[str]
    starts: list[int]
    lengths: list[int]
    positions: list[int]
    ends: tuple[int, ...]
    length: int
    title_length: int
    title_end: int
    first: int
    last: int
    languages: tuple[Language, ...]
    places: tuple[str, ...]
    requesters: tuple[str, ...]
    holds: tuple[str, ...]
    concepts: tuple[str, ...]
    labels: Mapping[str, str]

    @property
    def digest(self) -> str:
        """A hash of the finished document: equal digests need no new indexing."""
        values = (self.languages, self.places, self.requesters, self.holds, self.concepts, self.terms, self.positions)
        return hashlib.sha256(self.record + repr(values).encode()).hexdigest()

    @cached_property
    def parts(self) -> tuple[tuple[Token, ...], ...]:
        """The tokens of each part, in the order of PARTS; offsets count in the part's text."""
        ends = map(sum, zip(self.starts, self.lengths, strict=True))
        tokens = list(map(Token, self.terms, self.starts, ends))
        return tuple(tuple(tokens[first:end]) for first, end in pairwise((0, *self.ends[: len(PARTS)])))

    @property
    def derived(self) -> tuple[str, ...]:
        """The terms of the names derived from it, which stand in no text."""
        return tuple(self.terms[self.ends[-2] :])

    @cached_property
    def body(self) -> Mapping[str, list[int]]:
        """Term → positions, over all parts and derived names."""
        body: dict[str, list[int]] = {}
        for term, position in zip(self.terms, self.positions, strict=True):
            body.setdefault(term, []).append(position)
        return body

    @property
    def title_count(self) -> int:
        """How many of the tokens stand in the titles."""
        return self.ends[TITLE_PARTS - 1]

    @cached_property
    def title(self) -> Mapping[str, int]:
        """Term → how often it stands in the titles."""
        return Counter(self.terms[: self.title_count])


def part_text(mandate: Mandate, part: PartName) -> str:
    """The stored text of one part; "" where the mandate has none."""
    match part:
        case "requesters":
            return "\n".join(mandate.requesters)
        case "places":
            return "\n".join(mandate.places)
    kind, language = part.split(".")
    texts = mandate.title if kind == "title" else mandate.description
    return texts.get("en" if language == "en" else "fr", "")


def languages_of(mandate: Mandate) -> tuple[Language, ...]:
    """The languages a mandate can be read in: those of its description, else of its title."""
    texts = mandate.description or mandate.title
    return tuple(language for language in LANGUAGES if texts.get(language))


def printed_names(mandate: Mandate, names: Names) -> Iterator[PrintedName]:
    """The requesters and places of a mandate with their offsets and meanings, in printed order."""
    sides: tuple[tuple[PartName, tuple[str, ...]], ...] = (
        ("requesters", mandate.requesters),
        ("places", mandate.places),
    )
    for part, printed_here in sides:
        start = 0
        for printed in printed_here:
            concept = names.requester(printed) if part == "requesters" else names.place(printed)
            yield PrintedName(part, start, start + len(printed), printed, concept)
            start += len(printed) + 1


def derived_names(
    printed: Iterable[PrintedName], folded: Callable[[str], str] = fold
) -> Iterator[tuple[PrintedName, str]]:
    """The labels in both languages that a record's names stand for, each folded form once and none that is printed.

    folded   folds a text, for callers who keep what they folded
    """
    known = list(printed)
    seen = {folded(name.printed) for name in known}
    for name in known:
        if name.concept is None:
            continue
        for language in LANGUAGES:
            label = name.concept.name[language]
            if (form := folded(label)) not in seen:
                seen.add(form)
                yield name, label


def requester_id(name: PrintedName) -> str:
    """The value of the requester filter for a printed name: the concept it means, else a slug of it."""
    if name.concept is not None:
        return name.concept.id
    return "-".join(filter(None, map(fold, name.printed.split()))) or "unnamed"


def place_ids(name: PrintedName, names: Names) -> tuple[str, ...]:
    """The values of the country filter for a printed place: its code and the regions around it, or its own id."""
    if name.concept is None:
        return ()
    if name.concept.kind == "country":
        return (name.concept.code, *names.regions_of(name.concept.code))
    return (name.concept.id,)


def make_document(
    mandate: Mandate, analyzer: Analyzer, names: Names, *, finder: ConceptFinder | None = None
) -> Document:
    """Analyse a mandate once; the same mandate and names always give the same document.

    finder   finds the concepts its texts name; None: they are not wanted
    """
    printed = list(printed_names(mandate, names))
    reading = _Reading(analyzer)
    passages = [reading.add(part_text(mandate, part)) for part in PARTS[:TITLE_PARTS]]
    title_length, title_end = reading.length, reading.position
    passages += [reading.add(part_text(mandate, part)) for part in PARTS[TITLE_PARTS:NAME_PARTS]]
    for part in PARTS[NAME_PARTS:]:
        reading.add_names((name.printed, name.start) for name in printed if name.part == part)
    reading.add_names((label, None) for _, label in derived_names(printed))
    places = (place for name in printed if name.part == "places" for place in place_ids(name, names))
    return Document(
        id=mandate.id,
        record=json.dumps(as_dict(mandate), ensure_ascii=False).encode(),
        terms=reading.terms,
        starts=reading.starts,
        lengths=reading.lengths,
        positions=reading.positions,
        ends=tuple(reading.ends),
        length=reading.length,
        title_length=title_length,
        title_end=title_end,
        first=mandate.start.toordinal() if mandate.start else EARLIEST,
        last=mandate.end.toordinal() if mandate.end else LATEST,
        languages=languages_of(mandate),
        places=tuple(dict.fromkeys(places)),
        requesters=tuple(dict.fromkeys(requester_id(name) for name in printed if name.part == "requesters")),
        holds=tuple(dict.fromkeys(name.concept.id for name in printed if name.concept)),
        concepts=tuple(sorted(_named_concepts(passages, printed, finder))) if finder else (),
        labels={
            requester_id(name): name.printed for name in printed if name.part == "requesters" and name.concept is None
        },
    )


def _named_concepts(passages: Iterable[Passage], printed: Iterable[PrintedName], finder: ConceptFinder) -> set[str]:
    """What titles, descriptions and printed names speak of; no label runs from one name into the next."""
    found = finder.held(passages)
    for name in printed:
        found |= finder.held_by_name(name.printed)
        if name.concept is not None and name.concept.kind in HELD_KINDS:
            found.add(name.concept.id)
    return found


class _Reading:
    """Collects the tokens of a document passage by passage."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self.terms: list[str] = []
        self.starts: list[int] = []
        self.lengths: list[int] = []
        self.positions: list[int] = []
        self.ends: list[int] = []
        self.length = 0
        self.position = 0

    def add(self, text: str) -> Passage:
        """Analyse a part that is one passage; returns its text and tokens."""
        tokens = self._analyzer.columns(text)
        self.starts += tokens.starts
        self.lengths += tokens.lengths
        self._place(tokens)
        self.ends.append(len(self.terms))
        return text, tokens

    def add_names(self, names: Iterable[tuple[str, int | None]]) -> None:
        """Analyse a part that is a list of names, each a passage with its place in the text; None: it has none."""
        for name, place in names:
            tokens = self._analyzer.name(name)
            if place is None:
                self.starts += [0] * len(tokens.terms)
                self.lengths += [0] * len(tokens.terms)
            else:
                self.starts += [place + start for start in tokens.starts]
                self.lengths += tokens.lengths
            self._place(tokens)
        self.ends.append(len(self.terms))

    def _place(self, tokens: Columns) -> None:
        if not (count := len(tokens.terms)):
            return
        self.terms += tokens.terms
        self.positions += range(self.position, self.position + count)
        self.position += count + GAP
        self.length += sum([term[0] != STOP_MARK for term in tokens.terms])
