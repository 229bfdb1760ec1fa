"""The words of a generation, sorted, and the tables from stems to words.

The postings of a stem are the sum of the postings of its words: one exact form in the index answers for three. Stop
words (`!de`) and capitals (`UN`) are in the list but in no group but their own.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress, repeat
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from search_app.analysis.analyzer import STOP_MARK
from search_app.analysis.language import LANGUAGES, Language
from search_app.analysis.stems import Stems

Int64 = npt.NDArray[np.int64]
FILE: Final = "lexicon.npz"
# Words whose company is kept, those asked for last.
KEPT: Final = 1 << 12
_END: Final = np.uint8(ord("\n"))
# Sorts behind every word that begins with the same letters.
_HIGHEST: Final = "\U0010ffff"


class _Stored:
    """Sorted words as they are stored, of which few are ever looked at: each is made when it is."""

    def __init__(self, packed: npt.NDArray[np.uint8]) -> None:
        self._lines = packed.tobytes()
        ends = np.flatnonzero(np.append(packed, _END) == _END) if packed.size else np.empty(0, np.int64)
        # where each begins, and where one behind the last would
        self._starts = array("q", np.append(0, ends + 1).tobytes())

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> str:
        return self._lines[self._starts[number] : self._starts[number + 1] - 1].decode()

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines.decode().split("\n") if self._lines else ())


@dataclass(frozen=True)
class _Groups:
    """Words by stem: the members of stem i are `members[offsets[i]:offsets[i + 1]]`, word numbers ascending."""

    stems: list[str] | _Stored
    offsets: npt.NDArray[np.int64]
    members: npt.NDArray[np.int32]

    def with_words(self, stems: list[str], old_places: Int64, new_places: Int64, kept: npt.NDArray[np.bool]) -> _Groups:
        """The groups when words come and go.

        stems                    those of the new words
        old_places, new_places   where the old words and the new ones stand among all; kept: which of all stay
        """
        old_stems = list(self.stems)
        merged, old_stem_places, _ = _merged(old_stems, sorted(set(stems).difference(old_stems)))
        stem_of_word = np.empty(len(kept), np.int64)
        old = np.empty(len(old_places), np.int64)
        old[self.members] = np.repeat(old_stem_places, np.diff(self.offsets))
        stem_of_word[old_places] = old
        stem_of_word[new_places] = [bisect_left(merged, stem) for stem in stems]
        stem_of_word = stem_of_word[kept]
        used = np.bincount(stem_of_word, minlength=len(merged)) > 0
        return _grouped(_compressed(merged, used), (np.cumsum(used) - 1)[stem_of_word])


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
        # one search asks for the same words again and again
        self._members = lru_cache(maxsize=KEPT)(self._find_members)

    @classmethod
    def build(cls, counts: Mapping[str, int], stems: Stems) -> Lexicon:
        """Make the tables for words and the number of live documents that hold each; words in none are left out."""
        groups: dict[Language, _Groups] = {language: _grouped([], np.empty(0, np.int64)) for language in LANGUAGES}
        return cls([], np.empty(0, np.int32), groups, stems).changed(counts)

    def changed(self, differences: Mapping[str, int]) -> Lexicon:
        """The tables after the numbers of documents of some words have changed, which are those of a new build.

        differences   how many documents more or fewer hold each word
        """
        new = sorted(word for word, count in differences.items() if count and word not in self)
        words, old_places, new_places = _merged(self.words, new)
        documents = np.zeros(len(words), np.int32)
        documents[old_places] = self.documents
        places = [bisect_left(words, word) for word in differences if differences[word]]
        documents[places] += np.array([count for count in differences.values() if count], np.int32)
        kept = documents > 0
        groups: dict[Language, _Groups] = {}
        for language in LANGUAGES:
            new_stems = self._stems.stem_all(new, language)
            groups[language] = self._groups[language].with_words(new_stems, old_places, new_places, kept)
        return Lexicon(_compressed(words, kept), documents[kept], groups, self._stems)

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
                    _Stored(stored[f"{language}_stems"]), stored[f"{language}_offsets"], stored[f"{language}_members"]
                )
                for language in LANGUAGES
            }
            return cls(list(_Stored(stored["words"])), stored["documents"], groups, stems)

    def __contains__(self, word: str) -> bool:
        return _position(self.words, word) is not None

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

    def _find_members(self, word: str, language: Language) -> tuple[int, ...]:
        groups = self._groups[language]
        position = _position(groups.stems, self._stems.both(word)[LANGUAGES.index(language)])
        if position is None:
            return ()
        return tuple(groups.members[int(groups.offsets[position]) : int(groups.offsets[position + 1])].tolist())

    def beginning_with(self, prefix: str) -> list[str]:
        """All words that begin so; a lower-case prefix meets no stop word and no capitals."""
        low, high = self.range_of(prefix)
        return self.words[low:high]

    def range_of(self, prefix: str) -> tuple[int, int]:
        """The numbers of the words that begin so: the first, and one more than the last."""
        return range_beginning(self.words, prefix)

    def numbers_of(self, lists: Iterable[Sequence[str]]) -> list[npt.NDArray[np.int32]]:
        """The number of each word of many lists; for words in no live document a number behind all others."""
        numbers = dict(zip(self.words, range(len(self.words)), strict=True))
        unknown = repeat(len(numbers))
        return [np.fromiter(map(numbers.get, words, unknown), np.int32, len(words)) for words in lists]

    def plain_words(self) -> Iterator[tuple[str, int]]:
        """The words that are neither stop words nor capitals, each with the number of its documents."""
        for word, count in zip(self.words, self.documents.tolist(), strict=True):
            if not word.startswith(STOP_MARK) and not word.isupper():
                yield word, count


def range_beginning(words: Sequence[str], prefix: str) -> tuple[int, int]:
    """Where the words that begin so stand in a sorted list: the place of the first, and that behind the last."""
    return bisect_left(words, prefix), bisect_left(words, prefix + _HIGHEST)


def _position(words: list[str] | _Stored, word: str) -> int | None:
    position = bisect_left(words, word)
    return position if position < len(words) and words[position] == word else None


def _grouped(stems: list[str], stem_of_word: Int64) -> _Groups:
    """The words that have each stem.

    stem_of_word   the number of each word's stem; each stem is that of some word
    """
    return _Groups(
        stems=stems,
        offsets=np.concatenate(([0], np.cumsum(np.bincount(stem_of_word, minlength=len(stems))))).astype(np.int64),
        members=np.argsort(stem_of_word, kind="stable").astype(np.int32),
    )


def _merged(old: list[str], new: list[str]) -> tuple[list[str], Int64, Int64]:
    """Two sorted lists without a common word as one, and where the words of each stand in it."""
    points = [bisect_left(old, word) for word in new]
    merged: list[str] = []
    for start, end, word in zip([0, *points], points, new, strict=False):
        merged += old[start:end]
        merged.append(word)
    merged += old[points[-1] if points else 0 :]
    before = np.array(points, np.int64)
    numbers = np.arange(len(old))
    return merged, numbers + np.searchsorted(before, numbers, "right"), before + np.arange(len(new))


def _compressed(words: list[str], kept: npt.NDArray[np.bool]) -> list[str]:
    return words if kept.all() else list(compress(words, kept.tolist()))


def _packed(words: Iterable[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)
