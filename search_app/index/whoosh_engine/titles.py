"""The words of all titles, for what is typed letter by letter: made when first asked for, from the side files alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from search_app.analysis.analyzer import STOP_MARK
from search_app.index.whoosh_engine.lexicon import range_beginning
from search_app.index.whoosh_engine.reader import Reader

Int32 = npt.NDArray[np.int32]


class Titles:
    """Which documents hold which words in their titles; capitals are read as small letters, stop words left out."""

    def __init__(self, reader: Reader) -> None:
        rows = reader.title_words()
        plain = ["" if word.startswith(STOP_MARK) else word.casefold() for word in rows.names]
        self._words = sorted({word for word in plain if word})
        place_of = {word: place for place, word in enumerate(self._words)}
        places = np.array([place_of.get(word, -1) for word in plain], dtype=np.int64)[rows.numbers]
        documents = rows.documents[places >= 0]
        places = places[places >= 0]
        order = np.argsort(places, kind="stable")
        self._documents = documents[order]
        self._offsets = np.searchsorted(places[order], np.arange(len(self._words) + 1)).tolist()

    def beginning(self, prefixes: Sequence[str]) -> Int32:
        """The documents whose titles hold, for each of some prefixes, a word that begins so."""
        found: Int32 | None = None
        for prefix in prefixes:
            low, high = range_beginning(self._words, prefix)
            here = np.unique(self._documents[self._offsets[low] : self._offsets[high]])
            found = here if found is None else np.intersect1d(found, here, assume_unique=True)
        return np.empty(0, np.int32) if found is None else found
