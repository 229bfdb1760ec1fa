"""The passage of a description that shows best why a mandate was found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from search_app.search.results import How, Mark, Snippet, Why

LENGTH: Final = 280
# Words before the first mark, so that a reader sees what it belongs to.
LEAD: Final = 60
_WORTH: Final[dict[How, float]] = {"exact": 1.0, "name": 1.0, "stem": 0.9, "spelling": 0.9, "concept": 0.5}
# What stands before a sentence: a stop and a blank, or a line end. It begins with one set of characters, which is
# quick to look for.
_BEFORE_SENTENCE: Final = re.compile(r"[.!?…\n](?:(?<=\n)|(?<!\n)\s)(?=\S)")
_WORD_START: Final = re.compile(r"(?<!\S)\S")
# What a sentence's start is worth beside another word found.
_SENTENCE_BONUS: Final = 0.3
_REPEAT_BONUS: Final = 0.01


def sentence_starts(text: str) -> tuple[int, ...]:
    """Where the sentences of a text begin."""
    starts = [match.end() for match in _BEFORE_SENTENCE.finditer(text)]
    return tuple(starts if not text or text[0].isspace() else [0, *starts])


def snippet(text: str, reasons: Sequence[Why], sentences: Callable[[str], Sequence[int]] = sentence_starts) -> Snippet:
    """Cut the best passage out of a text.

    reasons     those of this field, ascending
    sentences   gives where those of a text begin, for callers who keep it
    returns   at most LENGTH code points of the stored text, cut at words, with the marks inside; the beginning where
              nothing matched
    """
    if len(text) <= LENGTH:
        start, end = 0, len(text)
    else:
        start = _best_start(text, reasons, sentences(text))
        end = _end(text, start)
    marks = [
        Mark(one.start - start, one.end - start, one.how) for one in reasons if start <= one.start and one.end <= end
    ]
    return Snippet(text[start:end], start, tuple(marks))


def _best_start(text: str, reasons: Sequence[Why], sentences: Sequence[int]) -> int:
    """Where the best passage begins; of equally good ones the first."""
    if not reasons:
        return sentences[0] if sentences else 0
    found = [(one.start, one.end, one.typed, _WORTH[one.how]) for one in reasons]
    starts = dict.fromkeys(sentences, _SENTENCE_BONUS)
    for first, *_ in found:
        word = _WORD_START.search(text, max(first - LEAD, 0), first + 1)
        starts.setdefault(word.start() if word else first, 0.0)
    best, best_worth, near = 0, -1.0, 0
    for start in sorted(starts):
        worth = starts[start]
        while near < len(found) and found[near][0] < start:
            near += 1
        # nothing to weigh where no reason lies in reach
        if near < len(found) and found[near][1] <= start + LENGTH:
            worth = _worth(found[near:], _end(text, start), worth)
        if worth > best_worth:
            best, best_worth = start, worth
    return best


def _worth(found: Iterable[tuple[int, int, str, float]], end: int, bonus: float) -> float:
    """What the reasons up to an end say beside a bonus, and how many there are."""
    best: dict[str, float] = {}
    inside = 0
    for _, last, typed, worth in found:
        if last > end:
            break
        inside += 1
        if worth > best.get(typed, 0.0):
            best[typed] = worth
    return sum(best.values()) + bonus + _REPEAT_BONUS * inside


def _end(text: str, start: int) -> int:
    """The end of a passage: LENGTH code points on, moved back to the end of a word."""
    if len(text) <= start + LENGTH:
        return len(text)
    cut = max(text.rfind(" ", start, start + LENGTH + 1), text.rfind("\n", start, start + LENGTH + 1))
    return cut if cut > start else start + LENGTH
