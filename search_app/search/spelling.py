"""The words of an index nearest to one that it does not hold.

Only for words of five letters or more, with the same first letter: one slip up to seven letters, two from eight on; a
swap of two neighbours is one slip. At most three words, nearest first.
source   limits and weights as measured on judged collections with one typing error a query (`quality` figures in
         ARCHITECTURE.md)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

SHORTEST: Final = 5
LONG: Final = 8
MOST: Final = 3
WEIGHTS: Final = {1: 0.8, 2: 0.6}


def nearest(word: str, known: Iterable[tuple[str, int]]) -> list[tuple[str, float]]:
    """The nearest known words with the weight of each.

    known    words and how many documents hold each; of equally near ones the more frequent come first
    """
    if len(word) < SHORTEST or not word.isalpha():
        return []
    limit = 1 if len(word) < LONG else 2
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
