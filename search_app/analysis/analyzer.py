"""The chain from text to terms, one for documents, queries, labels and marks.

A term is the folded word; `!de` for a stop word; `UN` for an acronym whose folded form is a stop word. Promise: no text
raises; the offsets of a token cut whole words out of the text as given, in NFC or not. Knows nothing of engines.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cached_property
from importlib.metadata import version
from importlib.resources import files
from itertools import accumulate, compress
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
# letters and digits, and marks behind them
_WORD: Final = f"[^\\W_ʼ]+(?:[{MARKS}][^\\W_ʼ]*)*"
_PLAIN: Final = f"{_WORD}(?:[{APOSTROPHES}]{_WORD})*"
# Both hold the word as a group, so that `split` gives what stands between words and the words by turns.
_TOKEN: Final = re.compile(
    # an acronym with dots, after an article or not: D.D.R., D.D.R, l’O.N.U.
    f"((?<!\\.)(?:(?:{_MARKED}){{1,7}}[{APOSTROPHES}])?(?:{_MARKED}\\.){{2,}}(?:{_MARKED}(?![\\w{MARKS}]))?"
    # capitals joined by an ampersand: M&E
    f"|[A-Z]+(?:&[A-Z]+)+(?![\\w{MARKS}])"
    f"|{_PLAIN})"
)
# Three times as fast, and the same where no acronym has dots or an ampersand.
_PLAIN_TOKEN: Final = re.compile(f"({_PLAIN})")
_DOTTED: Final = re.compile(f"\\.{_MARKED}\\.")
_APOSTROPHE: Final = re.compile(f"[{APOSTROPHES}]")


class Token(NamedTuple):
    """A word of a text.

    start, end   offsets in code points of the text; `end` is exclusive
    """

    term: str
    start: int
    end: int


class Columns(NamedTuple):
    """The tokens of a text as three lists, for those who read many.

    starts, lengths   in code points of the text
    """

    terms: list[str]
    starts: list[int]
    lengths: list[int]


class _Terms(dict[str, str]):
    """Raw word → its term, read where it is new; "" where the word has no letter that is kept."""

    def __init__(self, read: Callable[[str], str]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, raw: str) -> str:
        return self._read(raw)


class _Known:
    """What is known of the raw words met so far, whatever stands around them, and of names.

    plain, telling   raw word → term where capitals say nothing, and where they tell an acronym from a stop word
    cut              how many code points are cut off the ends of a raw word, of the few where there are any
    names            the tokens of names
    """

    def __init__(self, read: Callable[[str], tuple[str, int, int]], stop_words: frozenset[str]) -> None:
        self._read = read
        self._stop_words = stop_words
        self.plain = _Terms(lambda raw: self._learn(raw)[0])
        self.telling = _Terms(lambda raw: self._learn(raw)[1])
        self.cut: dict[str, tuple[int, int]] = {}
        self.names: dict[str, Columns] = {}

    def _learn(self, raw: str) -> tuple[str, str]:
        folded, lead, trail = self._read(raw)
        if lead or trail:
            self.cut[raw] = lead, trail
        plain = telling = folded
        if folded in self._stop_words:
            word = raw[lead : len(raw) - trail]
            plain = STOP_MARK + folded
            telling = folded.upper() if word.isupper() and sum(map(str.isupper, word)) > 1 else plain
        self.plain[raw], self.telling[raw] = plain, telling
        return plain, telling


def read_words(name: str) -> tuple[str, ...]:
    """The entries of a word list of this package, one a line, comments left out."""
    lines = files("search_app.analysis").joinpath("words", name).read_text("utf-8").splitlines()
    return tuple(line for line in map(str.strip, lines) if line and not line.startswith("#"))


class Analyzer:
    """Turns text into tokens; keeps what it learned of raw words, so one analyzer should live long."""

    def __init__(self) -> None:
        self._stop_words = frozenset(read_words("stop_words_en.txt") + read_words("stop_words_fr.txt"))
        self._articles = frozenset(read_words("french_articles.txt"))
        self._known = _Known(self._read, self._stop_words)

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
        terms, starts, lengths = self.columns(text, capitals=capitals)
        return [Token(term, start, start + length) for term, start, length in zip(terms, starts, lengths, strict=True)]

    def columns(self, text: str, *, capitals: bool | None = None) -> Columns:
        """The same tokens as three lists."""
        # what stands before the first word, the word, what stands behind it, and so on
        pieces = _words(text).split(text)
        words = pieces[1::2]
        starts, lengths = list(accumulate(map(len, pieces)))[:-1:2], list(map(len, words))
        if capitals is None:
            capitals = _capitals_tell(text, len(words))
        known = self._remembered()
        terms = list(map((known.telling if capitals else known.plain).__getitem__, words))
        if not known.cut.keys().isdisjoint(words):
            for place, word in enumerate(words):
                if word in known.cut:
                    lead, trail = known.cut[word]
                    starts[place] += lead
                    lengths[place] -= lead + trail
        if "" in terms:
            starts, lengths = list(compress(starts, terms)), list(compress(lengths, terms))
            terms = list(filter(None, terms))
        return Columns(terms, starts, lengths)

    def name(self, name: str) -> Columns:
        """The tokens of a name, remembered as the same few stand in many records; nobody may change the lists."""
        known = self._remembered()
        tokens = known.names.get(name)
        if tokens is None:
            tokens = known.names[name] = self.columns(name)
        return tokens

    def terms(self, text: str) -> tuple[str, ...]:
        """The terms of one passage, in order, stop words included: those of its tokens."""
        words = _words(text).findall(text)
        known = self._remembered()
        terms = known.telling if _capitals_tell(text, len(words)) else known.plain
        return tuple(filter(None, map(terms.__getitem__, words)))

    def _remembered(self) -> _Known:
        """What is known of raw words. Another thread may go on with the older one when it has grown too large."""
        if len(self._known.plain) + len(self._known.names) >= _MEMO_LIMIT:
            self._known = _Known(self._read, self._stop_words)
        return self._known

    def _read(self, raw: str) -> tuple[str, int, int]:
        """The folded word, and how many code points are cut off the ends of the raw one."""
        if raw.isalnum() and "ʼ" not in raw:  # the one apostrophe that is a letter to Python
            return fold(raw)[:LONGEST_TERM], 0, 0
        word, lead = self._without_article(raw)
        word, trail = self._without_possessive(word)
        return "&".join(map(fold, word.split("&")))[:LONGEST_TERM], lead, trail

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


def without_stop_words(terms: Iterable[str]) -> tuple[str, ...]:
    """The terms that are no stop words."""
    return tuple(term for term in terms if not term.startswith(STOP_MARK))
