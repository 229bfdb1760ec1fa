"""Random small corpora and random queries over them; the same seed gives the same ones on every machine.

Texts are made of words that meet in all the ways that matter: they share stems in one language or both, differ by
accents or case only, spell stop words in capitals, or stand inside longer names.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final, TypeVar, get_args

from search_app.analysis.analyzer import STOP_MARK
from search_app.analysis.language import LANGUAGES
from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate
from search_app.index.document import Document, make_document
from search_app.index.query import (
    Clause,
    Concept,
    Exact,
    Filters,
    Label,
    Longer,
    Name,
    Part,
    Prefix,
    Query,
    Spelling,
    Status,
    Word,
)
from tests.support import WORLD, mandate

T = TypeVar("T")
TODAY: Final = date(2020, 6, 1)
STATUSES: Final[tuple[Status, ...]] = get_args(Status)

# Frequent first: a word's place in the list decides how often it is drawn.
_WORDS: Final = """
de la the of et and police sécurité reform réforme security mali justice un des au armée budget formation training
reforms réformes l’état secure army officer policing UN formations cœur œuvre officiers armies securite REFORM Police
train trains former forme formes d’appui M&E DDR D.D.R. AU US OU OR minister’s État L’ÉTAT office offices officier
reforming réformé policier policiers judiciary judiciaire judiciaires juste sécuritaire sécurisé securities
aujourd’hui état-major sous-officiers post-conflict œuvres oeuvre vie vies très tres été ÉTÉ à À 2019 2020 R2P UE
لبنان الأمن Москва 𐌰𐌽𐌰 𝐌𝐚𝐥𝐢 e\u0301tat ½ …
"""
WORDS: Final = tuple(_WORDS.split())
NAMES: Final = (
    "Republic of the Congo",
    "Democratic Republic of the Congo",
    "République démocratique du Congo",
    "République du Congo",
    "Congo-Brazzaville",
    "Guinea",
    "Guinea-Bissau",
    "Guinée",
    "Sudan",
    "South Sudan",
    "Niger",
    "Nigeria",
    "Côte d’Ivoire",
    "Nations unies",
    "African Union",
)
REQUESTERS: Final = (
    "African Union",
    "Union africaine",
    "Nations unies",
    "UN",
    "Mali",
    "Niger",
    "Ministry of the Interior",
    "Ministère de l’Intérieur",
    "Sahel",
)
PLACES: Final = (*NAMES[:13], "Mali", "Sahel", "Bamako")
SEPARATORS: Final = (" ",) * 12 + (", ", ". ", "\n\n", " – ", "\n• ")
# The longer name and where the shorter one begins in it.
INSIDE: Final = (
    ("republic !of !the congo", "democratic republic !of !the congo", 1),
    ("republique !du congo", "republique !du congo brazzaville", 0),
    ("guinea", "guinea bissau", 0),
    ("sudan", "south sudan", 1),
)


def dice(seed: int) -> random.Random:
    """Chance that falls out the same on every run."""
    return random.Random(seed)  # no secret is made of it


def random_text(rng: random.Random, most: int) -> str:
    """A text of at most so many words and names; it may be empty."""
    words = [
        rng.choice(NAMES) if rng.random() < 0.12 else WORDS[min(int(rng.expovariate(0.06)), len(WORDS) - 1)]
        for _ in range(rng.randint(0, most))
    ]
    text = "".join(word + rng.choice(SEPARATORS) for word in words).strip()
    return text.upper() if rng.random() < 0.05 else text


def random_mandate(rng: random.Random, id_: str) -> Mandate:
    """A mandate in which anything may be missing."""
    start = date(2008, 1, 1) + timedelta(days=30 * rng.randint(0, 150)) if rng.random() < 0.8 else None
    end = (start or date(2015, 1, 1)) + timedelta(days=rng.randint(0, 1500)) if rng.random() < 0.7 else None
    return mandate(
        id_,
        title_en=random_text(rng, 6) if rng.random() < 0.6 else "",
        title_fr=random_text(rng, 6) if rng.random() < 0.6 else "",
        en=random_text(rng, 40) if rng.random() < 0.6 else "",
        fr=random_text(rng, 40) if rng.random() < 0.6 else "",
        requesters=tuple(rng.sample(REQUESTERS, rng.choice((0, 1, 1, 2)))),
        places=tuple(rng.sample(PLACES, rng.choice((0, 1, 1, 2, 3)))),
        start=start,
        end=end,
    )


def random_documents(rng: random.Random, count: int, tools: Tools) -> list[Document]:
    """So many documents; some are copies of others under another id, so that scores are equal."""
    mandates: list[Mandate] = []
    for number in range(count):
        id_ = f"{rng.choice('abcxyzABC')}-{number}"
        if mandates and rng.random() < 0.15:
            twin = rng.choice(mandates)
            mandates.append(Mandate(**(vars(twin) | {"id": id_})))
        else:
            mandates.append(random_mandate(rng, id_))
    return [make_document(one, tools.analyzer, WORLD) for one in mandates]


class Inquirer:
    """Makes random queries over documents: of their own words and runs of words, and of words that none holds."""

    def __init__(self, rng: random.Random, documents: Sequence[Document], tools: Tools) -> None:
        self._rng = rng
        passages = [[token.term for token in part] for one in documents for part in one.parts]
        self._passages = [passage for passage in passages if passage] or [["police"]]
        known = [term for word in WORDS for term in tools.analyzer.terms(word)]
        self._words = [term for term in (*known, "zebra", "secur", "polic", "form") if is_word(term)]
        self._places = (*sorted({value for one in documents for value in one.places}), "FR", "sahel", "ML")
        self._requesters = (*sorted({value for one in documents for value in one.requesters}), "au", "nobody")
        self._makers: Sequence[Callable[[], Clause]] = (
            self._word,
            self._word,
            self._exact,
            self._exact,
            self._prefix,
            self._name,
            self._concept,
            self._concept,
            self._spelling,
        )

    def query(self) -> Query:
        """Any query: most have one to four parts."""
        rng = self._rng
        count = rng.choice((0, 1, 1, 1, 2, 2, 3, 4))
        parts = [self._part(required=rng.random() < 0.2) for _ in range(count)]
        if parts and rng.random() < 0.1:
            parts.append(rng.choice(parts))  # a word typed twice counts twice
        return Query(
            parts=tuple(parts),
            excluded=tuple(self._part() for _ in range(rng.choice((0, 0, 0, 0, 1, 2)))),
            within=self.filters(0.06),
            without=Filters(country=self._some(self._places, 0.04), requester=self._some(self._requesters, 0.04)),
            everything=rng.random() < (0.08 if parts else 0.7),
        )

    def filters(self, chance: float = 0.25) -> Filters:
        """Any filters; each is set with the same chance."""
        rng = self._rng
        start, end = sorted(date(2005, 1, 1) + timedelta(days=rng.randint(0, 8000)) for _ in range(2))
        return Filters(
            country=self._some(self._places, chance),
            requester=self._some(self._requesters, chance),
            lang=self._some(LANGUAGES, chance),
            status=self._some(STATUSES, chance),
            start=start if rng.random() < chance else None,
            end=end if rng.random() < chance else None,
        )

    def _some(self, values: Sequence[T], chance: float) -> tuple[T, ...]:
        return tuple(self._rng.sample(values, self._rng.choice((1, 1, 2)))) if self._rng.random() < chance else ()

    def _part(self, *, required: bool = False) -> Part:
        clause = self._rng.choice(self._makers)()
        can_stand_in_titles = isinstance(clause, Word | Exact | Prefix | Spelling)
        return Part(clause, "typed", required, can_stand_in_titles and self._rng.random() < 0.15)

    def _a_word(self) -> str:
        words = list(filter(is_word, self._rng.choice(self._passages)))
        return self._rng.choice(words if words and self._rng.random() < 0.7 else self._words)

    def _run(self, most: int) -> tuple[str, ...]:
        """Terms that stand side by side in some passage."""
        passage = self._rng.choice(self._passages)
        start = self._rng.randrange(len(passage))
        return tuple(passage[start : start + self._rng.randint(1, most)])

    def _word(self) -> Word:
        return Word(self._a_word())

    def _exact(self) -> Exact:
        """A phrase that stands somewhere, one that hardly does, or stop words alone."""
        kind = self._rng.random()
        if kind < 0.6:
            return Exact(self._run(4))
        if kind < 0.85:
            return Exact(tuple(self._a_word() for _ in range(self._rng.randint(1, 2))))
        return Exact(self._rng.choice((("!de",), ("!de", "!la"), ("!of", "!the"), ("!et", "!et"))))

    def _prefix(self) -> Prefix:
        return Prefix(self._a_word().casefold()[: self._rng.randint(3, 5)])

    def _name(self) -> Name:
        rng = self._rng
        concepts = tuple(rng.sample([concept.id for concept in WORLD], rng.choice((0, 1, 1, 2))))
        if rng.random() < 0.6:
            short, long, offset = rng.choice(INSIDE)
            return Name(tuple(short.split()), (Longer(tuple(long.split()), offset),), concepts)
        passage = rng.choice(self._passages)
        start = rng.randrange(len(passage))
        end = min(start + rng.randint(1, 3), len(passage))
        before, behind = max(0, start - rng.randint(0, 2)), end + rng.randint(0, 2)
        longer = Longer(tuple(passage[before:behind]), start - before)
        return Name(tuple(passage[start:end]), (longer,) if longer.terms != tuple(passage[start:end]) else (), concepts)

    def _label(self) -> Label:
        words = tuple(filter(is_word, self._run(4)))
        return Label(words or (self._a_word(),))

    def _concept(self) -> Concept:
        rng = self._rng
        own: tuple[Word | Name, ...] = (
            (self._name(),) if rng.random() < 0.3 else tuple(self._word() for _ in range(rng.randint(1, 3)))
        )
        labels = tuple(self._name() if rng.random() < 0.3 else self._label() for _ in range(rng.randint(1, 4)))
        return Concept(("some", "concept"), own, labels, rng.choice((0.6, 0.6, 0.6, 0.3, 1.0)))

    def _spelling(self) -> Spelling:
        words = tuple((self._a_word(), self._rng.choice((0.8, 0.6))) for _ in range(self._rng.randint(1, 3)))
        return Spelling("typo", words)


def is_word(term: str) -> bool:
    """Whether a term is no stop word."""
    return not term.startswith(STOP_MARK)
