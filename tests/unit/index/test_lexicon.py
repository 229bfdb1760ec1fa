"""The lexicon: groups of words by stem, prefixes, counts, and that it reads back as it was written."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_app.analysis.language import LANGUAGES, Language
from search_app.analysis.stems import Stems
from search_app.index.whoosh_engine.lexicon import FILE, Lexicon

STEMS = Stems()
# Roots and endings that make words which share stems in one language, in both or in none.
ROOTS = st.sampled_from(["reform", "secur", "polic", "milita", "form", "vi", "tr", "é", "𐌰", "لبنا", "2019"])
ENDINGS = st.sampled_from(["", "e", "s", "es", "er", "ing", "ation", "ations", "ite", "ites", "y", "ier", "iere", "ed"])
WORDS = st.builds(lambda root, ending: root + ending, ROOTS, ENDINGS)
TERMS = st.one_of(WORDS, WORDS.map(lambda word: "!" + word), WORDS.filter(str.isascii).map(str.upper))
COUNTS = st.dictionaries(TERMS, st.integers(0, 5), max_size=25)


def group(counts: dict[str, int], word: str, language: Language) -> list[str]:
    """Every word with the stem of a word, by asking one after the other."""
    stem = STEMS.stem(word, language)
    return sorted(other for other, count in counts.items() if count and STEMS.stem(other, language) == stem)


def tables(lexicon: Lexicon) -> dict[str, bytes]:
    """All that would be written."""
    with TemporaryDirectory() as folder:
        lexicon.write(Path(folder))
        with np.load(Path(folder, FILE)) as stored:
            return {name: stored[name].tobytes() for name in stored.files}


@given(COUNTS, TERMS, st.sampled_from(LANGUAGES))
def test_group_of_a_word_equals_brute_force(counts: dict[str, int], word: str, language: Language) -> None:
    lexicon = Lexicon.build(counts, STEMS)
    for asked in (word, *counts):
        assert lexicon.stem_members(asked, language) == group(counts, asked, language)


@given(COUNTS, COUNTS)
def test_tables_made_from_older_ones_are_those_made_anew(old: dict[str, int], counts: dict[str, int]) -> None:
    differences = {word: counts.get(word, 0) - old.get(word, 0) for word in {**old, **counts}}
    grown, anew = Lexicon.build(old, STEMS).changed(differences), Lexicon.build(counts, STEMS)
    assert grown.words == anew.words == sorted(word for word, count in counts.items() if count)
    assert tables(grown) == tables(anew)


@given(COUNTS, st.sampled_from(LANGUAGES))
def test_capitals_and_stop_words_are_in_no_group_but_their_own(counts: dict[str, int], language: Language) -> None:
    lexicon = Lexicon.build(counts, STEMS)
    for word in counts:
        members = lexicon.stem_members(word, language)
        if word.startswith("!") or (word.isupper() and word.isascii()):
            assert members == [word] * bool(counts[word])
        else:
            assert not any(member.startswith("!") or member.isupper() for member in members)


@given(COUNTS, st.text(max_size=3))
def test_words_beginning_so_equal_brute_force(counts: dict[str, int], prefix: str) -> None:
    lexicon = Lexicon.build(counts, STEMS)
    for asked in (prefix, *(word[:3] for word in counts)):
        found = sorted(word for word, count in counts.items() if count and word.startswith(asked))
        assert lexicon.beginning_with(asked) == found


@given(COUNTS)
def test_counts_and_membership_leave_out_what_no_live_document_holds(counts: dict[str, int]) -> None:
    lexicon = Lexicon.build(counts, STEMS)
    assert lexicon.words == sorted(word for word, count in counts.items() if count)
    for word in (*counts, "nowhere"):
        assert lexicon.count(word) == counts.get(word, 0)
        assert (word in lexicon) == bool(counts.get(word))


@given(COUNTS)
def test_plain_words_are_neither_stop_words_nor_capitals(counts: dict[str, int]) -> None:
    plain = {word: count for word, count in counts.items() if count and word[0] != "!" and not word.isupper()}
    assert dict(Lexicon.build(counts, STEMS).plain_words()) == plain


@given(counts=COUNTS)
def test_lexicon_reads_back_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, counts: dict[str, int]) -> None:
    folder = tmp_path_factory.getbasetemp()
    written = Lexicon.build(counts, STEMS)
    written.write(folder)
    read = Lexicon.read(folder, STEMS)
    assert read.words == written.words
    assert [read.count(word) for word in counts] == list(counts.values())
    for word in counts:
        for language in LANGUAGES:
            assert read.stem_members(word, language) == written.stem_members(word, language)
    assert tables(read) == tables(written)
    new = {"reforme": 1, "securite": 2}
    assert tables(read.changed(new)) == tables(written.changed(new))


def test_words_that_share_a_stem_in_one_language_only(stems: Stems) -> None:
    lexicon = Lexicon.build(dict.fromkeys(("office", "officer", "officier", "officiers", "!ours", "our"), 1), stems)
    assert lexicon.stem_members("officer", "en") == ["office", "officer"]
    assert lexicon.stem_members("officier", "fr") == ["officier", "officiers"]
    assert lexicon.stem_members("ours", "en") == ["our"]
    assert lexicon.stem_members("offices", "en") == ["office", "officer"]
    assert lexicon.stem_members("mali", "fr") == []


def test_lexicon_of_nothing_has_no_words(stems: Stems, tmp_path: Path) -> None:
    Lexicon.build({}, stems).write(tmp_path)
    empty = Lexicon.read(tmp_path, stems)
    assert (empty.words, empty.beginning_with(""), "" in empty, empty.stem_members("a", "en")) == ([], [], False, [])


def test_lexicon_that_holds_pickles_is_not_read(stems: Stems, tmp_path: Path) -> None:
    """Arrays of objects are pickles."""
    Lexicon.build({"mali": 1}, stems).write(tmp_path)
    with np.load(tmp_path / FILE) as stored:
        arrays = dict(stored)
    with (tmp_path / FILE).open("wb") as file:
        np.savez(file, **(arrays | {"words": np.array([{"mali": 1}], dtype=object)}))
    with pytest.raises(ValueError, match="allow_pickle"):
        Lexicon.read(tmp_path, stems)
