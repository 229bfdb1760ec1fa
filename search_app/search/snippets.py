"""The passage of a description that shows best why a mandate was found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from search_app.search.results import How, Mark, Snippet, Why

LENGTH: Final = 280
# Words before the first mark, so that a reader sees what it belongs to.
LEAD: Final = 60
_WORTH: Final[dict[How, float]] = {"exact": 1.0, "name": 1.0, "stem": 0.9, "spelling": 0.9, "concept": 0.5}
_SENTENCE_START: Final = re.compile(r"(?:^|(?<=[.!?…]\s)|(?<=\n))(?=\S)")
_WORD_START: Final = re.compile(r"(?<!\S)\S")
# What a sentence's start is worth beside another word found.
_SENTENCE_BONUS: Final = 0.3
_REPEAT_BONUS: Final = 0.01


def snippet(text: str, reasons: Sequence[Why]) -> Snippet:
    """Cut the best passage out of a text.

    reasons   those of this field, ascending
    returns   at most LENGTH code points of the stored text, cut at words, with the marks inside; the beginning where
              nothing matched
    """
    if len(text) <= LENGTH:
        start, end = 0, len(text)
    else:
        start = max(_starts(text, reasons), key=lambda candidate: (_worth(text, candidate, reasons), -candidate[0]))[0]
        end = _end(text, start)
    marks = tuple(
        Mark(one.start - start, one.end - start, one.how) for one in reasons if start <= one.start and one.end <= end
    )
    return Snippet(text[start:end], start, marks)


def _starts(text: str, reasons: Sequence[Why]) -> list[tuple[int, bool]]:
    """Where a passage may begin, and whether that is the start of a sentence."""
    starts = {match.start(): True for match in _SENTENCE_START.finditer(text)}
    for reason in reasons:
        word = _WORD_START.search(text, max(reason.start - LEAD, 0), reason.start + 1)
        starts.setdefault(word.start() if word else reason.start, False)
    return list(starts.items())


def _worth(text: str, candidate: tuple[int, bool], reasons: Sequence[Why]) -> float:
    start, sentence = candidate
    end = _end(text, start)
    best: dict[str, float] = {}
    inside = [one for one in reasons if start <= one.start and one.end <= end]
    for one in inside:
        best[one.typed] = max(best.get(one.typed, 0.0), _WORTH[one.how])
    return sum(best.values()) + _SENTENCE_BONUS * sentence + _REPEAT_BONUS * len(inside)


def _end(text: str, start: int) -> int:
    """The end of a passage: LENGTH code points on, moved back to the end of a word."""
    if len(text) <= start + LENGTH:
        return len(text)
    cut = max(text.rfind(" ", start, start + LENGTH + 1), text.rfind("\n", start, start + LENGTH + 1))
    return cut if cut > start else start + LENGTH
