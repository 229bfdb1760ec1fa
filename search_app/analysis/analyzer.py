"""The chain from text to terms, one for documents, queries, labels and marks.

A term is the folded word; `!de` for a stop word; `UN` for an acronym whose folded form is a stop word. Promise: no text
raises; the offsets of a token cut whole words out of the text as given, in NFC or not. Knows nothing of engines.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property
from importlib.metadata import version
from importlib.resources import files
from typing import Final, NamedTuple

from search_app.analysis.fold import APOSTROPHES, MARKS, fold

# Raised when the chain changes in a way that its lists and libraries do not show: older generations are built anew.
CHAIN_VERSION: Final = 1
STOP_MARK: Final = "!"
# Longer words are cut in the index and in queries alike; the engine's term table has a limit far above this.
LONGEST_TERM: Final = 255
_MEMO_LIMIT: Final = 200_000

_LETTER: Final = "[^\\W\\d_ʼ]"
_MARKED: Final = f"{_LETTER}[{MARKS}]*"
_WORD: Final = f"[^\\W_ʼ](?:[^\\W_ʼ]|[{MARKS}])*"
_PLAIN: Final = f"{_WORD}(?:[{APOSTROPHES}]{_WORD})*"
_TOKEN: Final = re.compile(
    # an acronym with dots, after an article or not: D.D.R., D.D.R, l’O.N.U.
    f"(?<!\\.)(?:(?:{_MARKED}){{1,7}}[{APOSTROPHES}])?(?:{_MARKED}\\.){{2,}}(?:{_MARKED}(?![\\w{MARKS}]))?"
    # capitals joined by an ampersand: M&E
    f"|[A-Z]+(?:&[A-Z]+)+(?![\\w{MARKS}])"
    f"|{_PLAIN}"
)
# Three times as fast, and the same where no acronym has dots or an ampersand.
_PLAIN_TOKEN: Final = re.compile(_PLAIN)
_DOTTED: Final = re.compile(f"\\.{_MARKED}\\.")
_APOSTROPHE: Final = re.compile(f"[{APOSTROPHES}]")


class Token(NamedTuple):
    """A word of a text.

    start, end   offsets in code points of the text; `end` is exclusive
    """

    term: str
    start: int
    end: int


class _Word(NamedTuple):
    """What the chain knows of a raw word whatever stands around it; `lead` and `trail` are cut off its ends."""

    folded: str
    lead: int
    trail: int
    stop: bool
    capitals: bool


def read_words(name: str) -> tuple[str, ...]:
    """The entries of a word list of this package, one a line, comments left out."""
    lines = files("search_app.analysis").joinpath("words", name).read_text("utf-8").splitlines()
    return tuple(line for line in map(str.strip, lines) if line and not line.startswith("#"))


class Analyzer:
    """Turns text into tokens; keeps what it learned of raw words, so one analyzer should live long."""

    def __init__(self) -> None:
        self._stop_words = frozenset(read_words("stop_words_en.txt") + read_words("stop_words_fr.txt"))
        self._articles = frozenset(read_words("french_articles.txt"))
        self._memo: dict[str, _Word] = {}

    @cached_property
    def fingerprint(self) -> str:
        """A digest of all that decides which terms a text gives: equal digests, equal terms."""
        parts = [str(CHAIN_VERSION), unicodedata.unidata_version, version("Unidecode"), version("PyStemmer")]
        parts += [*sorted(self._stop_words), "|", *sorted(self._articles)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def is_stop_word(self, folded: str) -> bool:
        """Whether a folded word is too common in either language to be searched by itself."""
        return folded in self._stop_words

    def tokens(self, text: str, *, capitals: bool | None = None) -> list[Token]:
        """Cut one passage (a title, a description, a name, a label, a query) into tokens.

        capitals  whether capitals tell an acronym from a stop word; None = decided by the passage: they do where it
                  has lower-case letters or is a single word
        """
        found = [(*match.span(), self._word(match.group())) for match in _words(text).finditer(text)]
        if capitals is None:
            capitals = _capitals_tell(text, len(found))
        return [
            Token(_term(word, capitals), start + word.lead, end - word.trail)
            for start, end, word in found
            if word.folded
        ]

    def terms(self, text: str) -> tuple[str, ...]:
        """The terms of one passage, in order, stop words included: those of its tokens."""
        found = list(map(self._word, _words(text).findall(text)))
        capitals = _capitals_tell(text, len(found))
        return tuple([_term(word, capitals) for word in found if word.folded])

    def _word(self, raw: str) -> _Word:
        known = self._memo.get(raw)
        if known is None:
            if len(self._memo) >= _MEMO_LIMIT:
                self._memo.clear()
            known = self._memo[raw] = self._read(raw)
        return known

    def _read(self, raw: str) -> _Word:
        word, lead = self._without_article(raw)
        word, trail = self._without_possessive(word)
        folded = "&".join(map(fold, word.split("&")))[:LONGEST_TERM]
        capitals = word.isupper() and sum(map(str.isupper, word)) > 1
        return _Word(folded, lead, trail, folded in self._stop_words, capitals)

    def _without_article(self, word: str) -> tuple[str, int]:
        """Drop French articles and pronouns that an apostrophe ties to the word, however many.

        returns  the word and how many code points went; unchanged if nothing is elided ("aujourd'hui")
        source   the elided forms French grammars list, in words/french_articles.txt
        """
        lead = 0
        while (apostrophe := _APOSTROPHE.search(word)) and fold(word[: apostrophe.start()]) in self._articles:
            lead += apostrophe.end()
            word = word[apostrophe.end() :]
        return word, lead

    @staticmethod
    def _without_possessive(word: str) -> tuple[str, int]:
        """Drop the English 's at the end of a word; returns the word and how many code points went."""
        if len(word) > 2 and word[-1] in "sS" and word[-2] in APOSTROPHES:
            return word[:-2], 2
        return word, 0


def _words(text: str) -> re.Pattern[str]:
    """What cuts a text into words."""
    return _TOKEN if "&" in text or _DOTTED.search(text) else _PLAIN_TOKEN


def _capitals_tell(text: str, words: int) -> bool:
    return words == 1 or not text.isupper()


def _term(word: _Word, capitals: bool) -> str:
    if not word.stop:
        return word.folded
    return word.folded.upper() if capitals and word.capitals else STOP_MARK + word.folded


def without_stop_words(terms: Iterable[str]) -> tuple[str, ...]:
    """The terms that are no stop words."""
    return tuple(term for term in terms if not term.startswith(STOP_MARK))
