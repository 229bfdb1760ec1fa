"""Questions of every kind about generated mandates, for our search and, where they can ask it, for the others."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from benchmarks.corpus import LABELS, PLACES
from search_app.analysis.analyzer import Analyzer
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Names
from search_app.index.query import Filters
from search_app.search.results import SearchRequest


@dataclass(frozen=True)
class Question:
    """One question.

    words     as typed, without signs
    text      in our grammar; the adapters of other programs write their own from kind and words
    country   of a filter, by code and by its printed name, with a year
    """

    kind: str
    words: tuple[str, ...]
    text: str
    country: tuple[str, str] | None = None
    year: int = 0
    page: int = 1

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Question:
        """The inverse of `dataclasses.asdict` and JSON."""
        country = tuple(values["country"]) if values["country"] else None
        return cls(**values | {"words": tuple(values["words"]), "country": country})

    def request(self, *, expand: bool = True) -> SearchRequest:
        """The question to our search."""
        filters = Filters()
        if self.country:
            filters = Filters(country=(self.country[0],), start=date(self.year, 1, 1), end=date(self.year, 12, 31))
        return SearchRequest(text=self.text, filters=filters, page=self.page, expand=expand)


@dataclass
class Vocabulary:
    """Which words some mandates hold, by how many of them."""

    documents: Sequence[Mandate]
    counts: Counter[str] = field(default_factory=Counter)
    accented: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, documents: Sequence[Mandate], analyzer: Analyzer) -> Vocabulary:
        """Count the words of titles and descriptions."""
        found = cls(documents)
        for document in documents:
            here = set()
            for text in (*document.title.values(), *document.description.values()):
                for term, start, end in analyzer.tokens(text):
                    here.add(term)
                    if (raw := text[start:end].lower()) != term:
                        found.accented.setdefault(term, raw)
            found.counts.update(here)
        return found

    def between(self, low: float, high: float) -> list[str]:
        """The plain words that so many mandates hold, in the order of the alphabet; all where there are none."""
        plain = sorted(word for word in self.counts if len(word) > 2 and word.isalpha() and word.islower())
        return [word for word in plain if low <= self.counts[word] <= high] or plain


KINDS: Final = (
    "frequent",
    "rare",
    "or",
    "and",
    "phrase",
    "prefix",
    "unaccented",
    "filter",
    "default",
    "deep",
    "nothing",
    "typo",
)
# What the other programs can be asked as well: without the thesaurus, and the default question by its words.
PLAIN_KINDS: Final = KINDS[:8]
SHARED_KINDS: Final = KINDS[:9]


def questions(
    vocabulary: Vocabulary, names: Names, *, each: int, seed: int = 7, kinds: Sequence[str] = KINDS
) -> list[Question]:
    """So many questions of each kind, kinds taking turns."""
    dice = random.Random(seed)
    size = len(vocabulary.documents)
    frequent = vocabulary.between(0.04 * size, 0.35 * size)
    middling = vocabulary.between(0.004 * size, 0.04 * size)
    rare = vocabulary.between(1, max(2, 0.0003 * size))
    accented = [word for word in middling + frequent if word in vocabulary.accented] or middling
    countries = [(concept.code, place) for place in PLACES if (concept := names.place(place)) and concept.code]

    def typed(word: str) -> str:
        """People type accents half of the time."""
        return vocabulary.accented.get(word, word) if dice.random() < 0.5 else word

    def plain(kind: str, *words: str) -> Question:
        return Question(kind, words, " ".join(words))

    def neighbours(count: int) -> tuple[str, ...]:
        text = dice.choice(list(dice.choice(vocabulary.documents).description.values()))
        words = [word for sentence in text.split("\n\n") for word in sentence.strip(".").split()]
        start = dice.randrange(max(len(words) - count, 1))
        return tuple(words[start : start + count])

    def default() -> Question:
        words = [typed(dice.choice(frequent + middling)) for _ in range(dice.choice((2, 3)))]
        if dice.random() < 0.4:
            words[-1] = dice.choice(LABELS[dice.choice(("en", "fr"))])
        return plain("default", *words)

    def make(kind: str) -> Question:
        match kind:
            case "frequent":
                return plain(kind, typed(dice.choice(frequent)))
            case "rare":
                return plain(kind, typed(dice.choice(rare)))
            case "or":
                return plain(kind, typed(dice.choice(frequent)), typed(dice.choice(middling)))
            case "and":
                both = (typed(dice.choice(frequent)), typed(dice.choice(frequent)))
                return Question(kind, both, " AND ".join(both))
            case "phrase":
                words = neighbours(dice.choice((2, 2, 3)))
                return Question(kind, words, '"' + " ".join(words) + '"')
            case "prefix":
                word = dice.choice(middling)[: dice.choice((3, 4, 4, 5))]
                return Question(kind, (word,), word + "*")
            case "unaccented":
                return plain(kind, dice.choice(accented))
            case "filter":
                word = typed(dice.choice(frequent + middling))
                return Question(kind, (word,), word, dice.choice(countries), dice.randrange(2006, 2024))
            case "default":
                return default()
            case "deep":
                words = (dice.choice(frequent), dice.choice(frequent))
                return Question(kind, words, " ".join(words), page=50)
            case "nothing":
                words = (dice.choice(frequent), "zyzzyva" + dice.choice("abcdefgh"))
                return Question(kind, words, " AND ".join(words))
        word = _mistyped(dice, [word for word in frequent + middling if len(word) > 5] or ["security"])
        return plain("typo", word, dice.choice(frequent))

    return [make(kind) for _ in range(each) for kind in kinds]


def _mistyped(dice: random.Random, words: Sequence[str]) -> str:
    """A word with two letters in the middle swapped."""
    word = dice.choice(words)
    at = dice.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
