"""The words of a generation, sorted, and the tables from stems to words.

The postings of a stem are the sum of the postings of its words: one exact form in the index answers for three. Stop
words (`!de`) and capitals (`UN`) are in the list but in no group but their own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from search_app.analysis.analyzer import STOP_MARK
from search_app.analysis.language import LANGUAGES, Language
from search_app.analysis.stems import Stems

FILE: Final = "lexicon.npz"
# Sorts behind every word that begins with the same letters.
HIGHEST: Final = "\U0010ffff"


@dataclass(frozen=True)
class _Groups:
    """Words by stem: the members of stem i are `members[offsets[i]:offsets[i + 1]]`, word numbers ascending."""

    stems: list[str]
    offsets: npt.NDArray[np.int64]
    members: npt.NDArray[np.int32]


class Lexicon:
    """Every word of a generation.

    words       sorted; documents[i] live documents hold words[i], never none
    """

    def __init__(
        self, words: list[str], documents: npt.NDArray[np.int32], groups: dict[Language, _Groups], stems: Stems
    ) -> None:
        self.words = words
        self.documents = documents
        self._groups = groups
        self._stems = stems

    @classmethod
    def build(cls, counts: Mapping[str, int], stems: Stems, *, base: Lexicon | None = None) -> Lexicon:
        """Make the tables for words and the number of live documents that hold each; words in none are left out.

        base   of an older generation, whose words need not be stemmed again
        """
        ordered = sorted(word for word, count in counts.items() if count)
        groups: dict[Language, _Groups] = {}
        for language in LANGUAGES:
            known = base._stem_of_each(language) if base else {}
            new = [word for word in ordered if word not in known]
            known.update(zip(new, stems.stem_all(new, language), strict=True))
            groups[language] = _grouped([known[word] for word in ordered])
        return cls(ordered, np.array([counts[word] for word in ordered], np.int32), groups, stems)

    def _stem_of_each(self, language: Language) -> dict[str, str]:
        """Word → stem, of all words."""
        groups = self._groups[language]
        stem_numbers = np.repeat(np.arange(len(groups.stems)), np.diff(groups.offsets))
        return {
            self.words[member]: groups.stems[number]
            for member, number in zip(groups.members.tolist(), stem_numbers.tolist(), strict=True)
        }

    def write(self, folder: Path) -> None:
        """Write the tables of a generation."""
        arrays: dict[str, npt.NDArray[np.generic]] = {"words": _packed(self.words), "documents": self.documents}
        for language, groups in self._groups.items():
            arrays[f"{language}_stems"] = _packed(groups.stems)
            arrays[f"{language}_offsets"] = groups.offsets
            arrays[f"{language}_members"] = groups.members
        with (folder / FILE).open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]

    @classmethod
    def read(cls, folder: Path, stems: Stems) -> Lexicon:
        """Read the tables of a generation."""
        with np.load(folder / FILE, allow_pickle=False) as stored:
            groups: dict[Language, _Groups] = {
                language: _Groups(
                    _unpacked(stored[f"{language}_stems"]),
                    stored[f"{language}_offsets"],
                    stored[f"{language}_members"],
                )
                for language in LANGUAGES
            }
            return cls(_unpacked(stored["words"]), stored["documents"], groups, stems)

    def __contains__(self, word: str) -> bool:
        return _position(self.words, word) is not None

    def counts(self) -> dict[str, int]:
        """How many live documents hold each word."""
        return dict(zip(self.words, self.documents.tolist(), strict=True))

    def number(self, word: str) -> int | None:
        """The place of a word in the list."""
        return _position(self.words, word)

    def count(self, word: str) -> int:
        """How many live documents hold a word."""
        position = _position(self.words, word)
        return 0 if position is None else int(self.documents[position])

    def stem_members(self, word: str, language: Language) -> list[str]:
        """All words with the stem of a word, in lexicon order; the word itself need not be one of them."""
        return [self.words[number] for number in self._members(word, language)]

    def family(self, word: str) -> list[int]:
        """The numbers of all words that have a stem of a word in either language."""
        return [number for language in LANGUAGES for number in self._members(word, language)]

    def _members(self, word: str, language: Language) -> list[int]:
        groups = self._groups[language]
        position = _position(groups.stems, self._stems.both(word)[LANGUAGES.index(language)])
        if position is None:
            return []
        members: list[int] = groups.members[int(groups.offsets[position]) : int(groups.offsets[position + 1])].tolist()
        return members

    def beginning_with(self, prefix: str) -> list[str]:
        """All words that begin so; a lower-case prefix meets no stop word and no capitals."""
        low, high = self.range_of(prefix, prefix + HIGHEST)
        return self.words[low:high]

    def range_of(self, first: str, behind: str) -> tuple[int, int]:
        """The numbers of the words from one that may be there to one that no longer is."""
        return bisect_left(self.words, first), bisect_left(self.words, behind)

    def numbers_of(self, lists: Iterable[Iterable[str]]) -> list[npt.NDArray[np.int32]]:
        """The number of each word of many lists; for words in no live document a number behind all others."""
        numbers = dict(zip(self.words, range(len(self.words)), strict=True))
        return [np.array([numbers.get(word, len(numbers)) for word in words], dtype=np.int32) for words in lists]

    def plain_words(self) -> Iterator[tuple[str, int]]:
        """The words that are neither stop words nor capitals, each with the number of its documents."""
        for word, count in zip(self.words, self.documents.tolist(), strict=True):
            if not word.startswith(STOP_MARK) and not word.isupper():
                yield word, count


def _position(words: list[str], word: str) -> int | None:
    position = bisect_left(words, word)
    return position if position < len(words) and words[position] == word else None


def _grouped(stems: list[str]) -> _Groups:
    """The words that have each stem.

    stems   one for each word
    """
    keys = sorted(set(stems))
    ranks = dict(zip(keys, range(len(keys)), strict=True))
    ranked = np.array([ranks[stem] for stem in stems], dtype=np.int32)
    return _Groups(
        stems=keys,
        offsets=np.concatenate(([0], np.cumsum(np.bincount(ranked, minlength=len(keys))))).astype(np.int64),
        members=np.argsort(ranked, kind="stable").astype(np.int32),
    )


def _packed(words: list[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _unpacked(packed: npt.NDArray[np.uint8]) -> list[str]:
    return packed.tobytes().decode().split("\n") if packed.size else []
