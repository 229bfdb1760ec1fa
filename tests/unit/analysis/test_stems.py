"""Stems beyond the table: what has none of its own, short stems, many at once, many threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_app.analysis.language import LANGUAGES, Language
from search_app.analysis.stems import Stems

STEMS = Stems()
WORDS = st.text(st.characters(min_codepoint=ord("a"), max_codepoint=ord("z")), min_size=1, max_size=20)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("term", ["!les", "!ours", "UN", "ETE", "vie", "ong", "2019", "لبنان"])
def test_marked_terms_capitals_and_short_words_are_their_own_stem(stems: Stems, term: str, language: Language) -> None:
    assert stems.stem(term, language) == term


@given(WORDS, st.sampled_from(LANGUAGES))
def test_a_stem_has_three_letters_or_is_the_word(word: str, language: Language) -> None:
    stem = STEMS.stem(word, language)
    assert len(stem) >= 3 or stem == word


@given(st.lists(st.one_of(WORDS, st.sampled_from(["!des", "UN", "reformes"]))), st.sampled_from(LANGUAGES))
def test_many_at_once_are_stemmed_one_by_one_in_their_order(words: list[str], language: Language) -> None:
    assert STEMS.stem_all(iter(words), language) == [STEMS.stem(word, language) for word in words]


def test_threads_share_the_stemmers_safely(stems: Stems) -> None:
    words = [
        f"{word}{end}" for word in ("reform", "secur", "train", "militar") for end in ("s", "ing", "ation", "ites")
    ]
    wanted = {language: stems.stem_all(words, language) for language in LANGUAGES}

    def differing(number: int) -> int:
        language = LANGUAGES[number % 2]
        return sum(stems.stem_all(words, language) != wanted[language] for _ in range(300))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(differing, range(8))) == 0
