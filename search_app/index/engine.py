"""What a search needs of an engine, and what a build needs of a builder: the whole surface, for every engine.

Nothing engine-shaped passes through: queries are trees of `query`, documents those of `document`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

from search_app.analysis.analyzer import Token
from search_app.corpus.mandate import Mandate
from search_app.index.document import Document
from search_app.index.query import FacetCount, Filters, Query, Window


class Placed(NamedTuple):
    """A token and where it stands among others.

    place   grows by one from token to token of a part; plain from one that is no stop word to the next
    """

    term: str
    start: int
    end: int
    place: int
    plain: int


@dataclass(frozen=True)
class Hit:
    """A document that answers a query.

    parts    its tokens in the order of `document.PARTS`, as they were indexed
    sifted   of each part those that the query asked can meet; None where nobody has looked for them
    """

    mandate: Mandate
    score: float
    parts: Sequence[Sequence[Token]]
    sifted: Sequence[Sequence[Placed]] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class HitPage:
    """The hits that a window asked for, the exact total, and the facets where they were asked for."""

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]


@dataclass(frozen=True)
class Ranked:
    """Ids with their scores, best first, and how many there are in all."""

    total: int
    ranked: tuple[tuple[str, float], ...]


class Engine(Protocol):
    """One generation, open for reading; safe to share between threads."""

    generation: str

    def search(self, query: Query, filters: Filters, window: Window) -> HitPage:
        """Answer a query."""

    def rank(self, query: Query, filters: Filters, window: Window) -> Ranked:
        """The order of a search without its records."""

    def count(self, query: Query, filters: Filters, today: date) -> int:
        """How many documents answer a query."""

    def has_word(self, term: str) -> bool:
        """Whether a live document holds the exact term."""

    def knows_word(self, term: str) -> bool:
        """Whether a live document holds the term or a word of the same stem in either language."""

    def words_beginning(self, prefix: str) -> Sequence[str]:
        """The words that a prefix stands for, the most frequent ones where there are too many."""

    def count_beginning(self, prefix: str) -> int:
        """How many words begin so."""

    def label(self, value: str) -> str | None:
        """How a requester that no concept names is printed, by the value of its filter."""

    def plain_words(self) -> Sequence[tuple[str, int]]:
        """Every word (stop words and capitals left out) with the number of live documents that hold it."""

    def hit(self, mandate_id: str) -> Hit | None:
        """One document by id, with score 0."""

    def hits(self, ids: Iterable[str]) -> Iterator[Hit | None]:
        """Many documents by id, in that order and as they are read; None for an id that no document has."""

    def titled(self, prefixes: Sequence[str], size: int) -> Sequence[Hit]:
        """The newest documents whose titles hold, for each of some folded prefixes, a word that begins so."""

    def concepts(self, mandate_id: str) -> Sequence[str]:
        """The concepts and organisations that a document's texts name, those that fewest others hold first."""

    def similar(self, mandate_id: str, size: int) -> Sequence[Hit]:
        """The documents most like one: by the idf of the concepts they share, then a shared country, then the start."""

    def ids(self) -> Sequence[str]:
        """The ids of all live documents."""

    def periods(self) -> Sequence[tuple[date | None, date | None]]:
        """Start and end of all live documents."""

    def close(self) -> None:
        """Release what is open."""


class Builder(Protocol):
    """Writes one generation into a folder of its own, on top of an older one or alone.

    segments, dead   after the commit: in how many pieces it lies, and how many of its documents are deleted
    """

    segments: int
    dead: int

    def scattered(self) -> Collection[str]:
        """The documents of the older generation that had better be removed and added again, as they lie in pieces."""

    def add(self, document: Document) -> None:
        """Take in one document; ids are unique in a build."""

    def remove(self, mandate_id: str) -> None:
        """Take out a document of the older generation."""

    def commit(self) -> int:
        """Finish the generation; returns how many documents it holds."""

    def discard(self) -> None:
        """Give up; the caller removes the folder."""
