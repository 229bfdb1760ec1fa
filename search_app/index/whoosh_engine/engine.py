"""One generation on Whoosh, open for searching."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import compress
from pathlib import Path
from typing import overload

import numpy as np

from search_app.analysis.analyzer import Token
from search_app.analysis.language import LANGUAGES
from search_app.analysis.stems import Stems
from search_app.index.document import EARLIEST, LATEST, PARTS
from search_app.index.engine import Hit, HitPage, Ranked
from search_app.index.query import Filters, Query, Window
from search_app.index.whoosh_engine.lexicon import Lexicon
from search_app.index.whoosh_engine.ranking import Ranking
from search_app.index.whoosh_engine.reader import Reader
from search_app.index.whoosh_engine.scoring import Scorer
from search_app.index.whoosh_engine.sifting import Sifter
from search_app.index.whoosh_engine.titles import Titles
from search_app.index.whoosh_engine.unpickle import guard


class StoredParts(Sequence[tuple[Token, ...]]):
    """The tokens of a document by part, read when they are looked at: a page of hits needs but a few of them."""

    def __init__(self, reader: Reader, number: int) -> None:
        self._reader = reader
        self._number = number

    @cached_property
    def _parts(self) -> tuple[tuple[Token, ...], ...]:
        return self._reader.tokens(self._number)

    @overload
    def __getitem__(self, index: int) -> tuple[Token, ...]: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[tuple[Token, ...], ...]: ...
    def __getitem__(self, index: int | slice) -> tuple[Token, ...] | tuple[tuple[Token, ...], ...]:
        return self._parts[index]

    def __len__(self) -> int:
        return len(PARTS)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._parts == tuple(other)

    def __hash__(self) -> int:
        return hash(self._parts)


class WhooshEngine:
    """Answers queries over the generation in one folder."""

    def __init__(self, folder: Path, generation: str, stems: Stems) -> None:
        guard()
        self.generation = generation
        self._reader = Reader(folder)
        self._lexicon = Lexicon.read(folder, stems)
        self._reader.number_words(self._lexicon)
        self._scorer = Scorer(self._reader, self._lexicon)
        self._sifter = Sifter(self._lexicon)
        self._ranking = Ranking(self._reader, self._scorer)

    def search(self, query: Query, filters: Filters, window: Window) -> HitPage:
        """Answer a query."""
        matching = self._ranking.matching(query, window.today, expired=window.expired)
        masks = self._ranking.filtered(filters, window.today)
        narrowed = matching.mask
        for allowed in masks.values():
            narrowed = narrowed & allowed
        ranked = self._ranking.page(matching, narrowed, window)
        rows = [self._reader.row(number) for number in ranked.documents]
        found = zip(ranked.documents, ranked.scores, rows, self._sifter.sifted(query, rows), strict=True)
        hits = [
            Hit(row.mandate, score, StoredParts(self._reader, number), tokens) for number, score, row, tokens in found
        ]
        facets = {}
        if window.facets:
            facets = self._ranking.facets.of(matching.mask, masks, filters, window, matching.largest)
        return HitPage(ranked.total, tuple(hits), facets)

    def rank(self, query: Query, filters: Filters, window: Window) -> Ranked:
        """The order of a search without its records."""
        matching = self._ranking.matching(query, window.today, expired=window.expired)
        mask = matching.mask
        for allowed in self._ranking.filtered(filters, window.today).values():
            mask = mask & allowed
        ranked = self._ranking.page(matching, mask, window)
        ids = (self._reader.ids[number] for number in ranked.documents)
        return Ranked(ranked.total, tuple(zip(ids, ranked.scores, strict=True)))

    def count(self, query: Query, filters: Filters, today: date) -> int:
        """How many documents answer a query."""
        return self._ranking.count(query, filters, today)

    def has_word(self, term: str) -> bool:
        """Whether a live document holds the exact term."""
        return term in self._lexicon

    def knows_word(self, term: str) -> bool:
        """Whether a live document holds the term or a word of the same stem in either language."""
        return any(self._lexicon.stem_members(term, language) for language in LANGUAGES)

    def words_beginning(self, prefix: str) -> Sequence[str]:
        """The words that a prefix stands for."""
        return self._scorer.prefix_words(prefix)

    def count_beginning(self, prefix: str) -> int:
        """How many words begin so."""
        low, high = self._lexicon.range_of(prefix)
        return high - low

    def label(self, value: str) -> str | None:
        """How a requester that no concept names is printed, by the value of its filter."""
        return self._reader.labels.get(value)

    def plain_words(self) -> Sequence[tuple[str, int]]:
        """Every word with the number of live documents that hold it."""
        return self._plain_words

    @cached_property
    def _plain_words(self) -> list[tuple[str, int]]:
        return list(self._lexicon.plain_words())

    def hit(self, mandate_id: str) -> Hit | None:
        """One document by id."""
        number = self._reader.number(mandate_id)
        return None if number is None else self._hit(number)

    def hits(self, ids: Iterable[str]) -> Iterator[Hit | None]:
        """Many documents by id, read one by one."""
        return map(self.hit, ids)

    def _hit(self, number: int) -> Hit:
        return Hit(self._reader.row(number).mandate, 0.0, self._reader.tokens(number))

    def titled(self, prefixes: Sequence[str], size: int) -> Sequence[Hit]:
        """The newest documents whose titles hold, for each prefix, a word that begins so."""
        return [self._hit(one) for one in self._ranking.newest_first(self._titles.beginning(prefixes), size)]

    @cached_property
    def _titles(self) -> Titles:
        return Titles(self._reader)

    def concepts(self, mandate_id: str) -> Sequence[str]:
        """The concepts and organisations that a document's texts name, those that fewest others hold first."""
        number = self._reader.number(mandate_id)
        return () if number is None else self._ranking.likeness.concepts(number)

    def similar(self, mandate_id: str, size: int) -> Sequence[Hit]:
        """The documents most like one."""
        number = self._reader.number(mandate_id)
        return [] if number is None else [self._hit(other) for other in self._ranking.likeness.similar(number, size)]

    def ids(self) -> Sequence[str]:
        """The ids of all live documents."""
        return list(compress(self._reader.ids, self._reader.live.tolist()))

    def periods(self) -> Sequence[tuple[date | None, date | None]]:
        """Start and end of all live documents."""
        numbers = np.flatnonzero(self._reader.live)
        starts = self._reader.column("first")[numbers].tolist()
        ends = self._reader.column("last")[numbers].tolist()
        return [
            (None if start == EARLIEST else date.fromordinal(start), None if end == LATEST else date.fromordinal(end))
            for start, end in zip(starts, ends, strict=True)
        ]

    def close(self) -> None:
        """Release the files."""
        self._reader.close()
