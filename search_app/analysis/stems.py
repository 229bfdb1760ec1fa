"""Stems as functions of the folded word: porter2 for English, Snowball for French.

Fold first, then stem: so a query without accents meets the same stem. Terms in capitals and stop words have no stem of
their own. Knows nothing of documents: the tables from stems to an index's words are the engine's.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Final

import Stemmer

from search_app.analysis.analyzer import STOP_MARK
from search_app.analysis.language import LANGUAGES, Language

_ALGORITHMS: Final[dict[Language, str]] = {"en": "english", "fr": "french"}
# Shorter stems throw together what has nothing in common.
SHORTEST_STEM: Final = 3
_MEMO_LIMIT: Final = 200_000


class Stems:
    """The stemmers of both languages, safe to share between threads (the library's own objects are not)."""

    def __init__(self) -> None:
        # without the library's own memory of words, which costs more than stemming where words are many
        self._stemmers = {language: Stemmer.Stemmer(_ALGORITHMS[language], 0) for language in LANGUAGES}
        self._lock = threading.Lock()
        self._memo: dict[str, tuple[str, ...]] = {}

    def both(self, term: str) -> tuple[str, ...]:
        """The stems of one term in the order of LANGUAGES; remembered, for words that come again and again."""
        known = self._memo.get(term)
        if known is None:
            if len(self._memo) >= _MEMO_LIMIT:
                self._memo.clear()
            known = self._memo[term] = tuple(self.stem(term, language) for language in LANGUAGES)
        return known

    def stem(self, term: str, language: Language) -> str:
        """The stem of one term; the term itself where the stem would have fewer than three letters."""
        return self.stem_all((term,), language)[0]

    def stem_all(self, terms: Iterable[str], language: Language) -> list[str]:
        """The stems of many terms, in their order."""
        words = list(terms)
        with self._lock:
            stems = self._stemmers[language].stemWords(words)
        return [
            word if len(stem) < SHORTEST_STEM or word.startswith(STOP_MARK) or word.isupper() else stem
            for word, stem in zip(words, stems, strict=True)
        ]
