"""What every engine weighs and counts by, so that all give the same scores.

`web/offline/scores.js` mirrors these numbers; the reference scorer of the tests has its own.
"""

from __future__ import annotations

import math
from typing import Final

# BM25's: how soon more of the same word adds little, and how much a long document is held back.
K1: Final = 1.2
B: Final = 0.75
# What the word as typed adds to its stem, what a quoted word or phrase is worth, and what a title adds to the body.
EXACT: Final = 0.4
QUOTED: Final = 1 + EXACT
IN_TITLE: Final = 0.3
# A prefix stands for so many words at most, the most frequent ones.
PREFIX_WORDS: Final = 1_000
# Years further from today are typing mistakes more often than mandates: they can be searched, but are not listed.
YEARS_BACK: Final = 100
YEARS_AHEAD: Final = 20
DIGITS: Final = 6


def idf(documents: int, holding: int) -> float:
    """The weight of what so many of all documents hold."""
    return math.log(1 + (documents - holding + 0.5) / (holding + 0.5))


def rounded(score: float) -> float:
    """A score to six significant digits, so that noise in the last bits never decides an order."""
    return float(f"{score:.{DIGITS - 1}e}")
