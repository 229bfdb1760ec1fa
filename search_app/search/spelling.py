"""The words of an index nearest to one that it does not hold.

Only for words of five letters or more, with the same first letter: one slip up to seven letters, two from eight on; a
swap of two neighbours is one slip. At most three words, nearest first.
source   limits and weights as measured on judged collections with one typing error a query (`quality` figures in
         ARCHITECTURE.md)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

SHORTEST: Final = 5
LONG: Final = 8
MOST: Final = 3
WEIGHTS: Final = {1: 0.8, 2: 0.6}


class Spellings:
    """The words of an index, so that few of them need be compared letter by letter."""

    def __init__(self, known: Sequence[tuple[str, int]]) -> None:
        self._known = known
        self._firsts = np.array([ord(word[0]) for word, _ in known], np.uint32)
        self._lengths = np.array([len(word) for word, _ in known], np.int32)
        self._letters = np.array([_letters(word) for word, _ in known], np.uint64)

    def nearest(self, word: str) -> list[tuple[str, float]]:
        """As `nearest`, of all the words."""
        if not _may_be_misspelt(word):
            return []
        limit = _limit(word)
        near = np.flatnonzero((self._firsts == ord(word[0])) & (np.abs(self._lengths - len(word)) <= limit))
        # a slip brings in at most one letter that the word has nowhere, and loses at most one
        own, others = np.uint64(_letters(word)), self._letters[near]
        lost, new = np.bitwise_count(own & ~others), np.bitwise_count(others & ~own)
        near = near[(lost <= limit) & (new <= limit)]
        return nearest(word, [self._known[number] for number in near.tolist()])


def _letters(word: str) -> int:
    """The letters of a word as bits; letters that share a bit only make words look nearer."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


def _may_be_misspelt(word: str) -> bool:
    return len(word) >= SHORTEST and word.isalpha()


def _limit(word: str) -> int:
    """How many slips a word may have."""
    return 1 if len(word) < LONG else 2


def nearest(word: str, known: Iterable[tuple[str, int]]) -> list[tuple[str, float]]:
    """The nearest known words with the weight of each.

    known    words and how many documents hold each; of equally near ones the more frequent come first
    """
    if not _may_be_misspelt(word):
        return []
    limit = _limit(word)
    found = []
    for other, count in known:
        if other[0] == word[0] and abs(len(other) - len(word)) <= limit:
            slips = distance(word, other, limit)
            if 0 < slips <= limit:
                found.append((slips, -count, other))
    return [(other, WEIGHTS[slips]) for slips, _, other in sorted(found)[:MOST]]


def distance(a: str, b: str, limit: int) -> int:
    """Insertions, deletions, changes and swaps of neighbours that turn a into b; above `limit` any larger number.

    source   optimal string alignment, after Damerau (1964)
    """
    before, last = [0] * (len(b) + 1), list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        row = [i] * (len(b) + 1)
        for j, other in enumerate(b, 1):
            row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                row[j] = min(row[j], before[j - 2] + 1)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return last[-1]
