"""Folding: what it promises of any text, and a few words decided by hand."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search_app.analysis.fold import fold

# Letters of many scripts, marks alone and in rows, ligatures, signs that decompose to other signs, lone surrogates.
LETTERS = st.one_of(
    st.text(),
    st.text(st.characters(max_codepoint=0x24F)),
    st.text(st.characters(categories=["L", "M", "N"])),
    st.text(st.sampled_from("aeıİßẞœŒæøłđŋþſªºﬁǅŉ²½Ⅷ①ͅ\u0301\u0308\u0327ʼ’'´`\u1fef\u1ffd\u2126가é")),
    st.text(st.characters(categories=["L", "Cs"])),
)


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Sécurité", "securite"),
        ("SE\u0301CURITE\u0301", "securite"),
        ("Œuvre", "oeuvre"),
        ("cœur", "coeur"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("aujourd’hui", "aujourdhui"),
        ("état-major", "etatmajor"),
        ("ﬁn", "fin"),
        ("\U0001d40c\U0001d41a\U0001d425\U0001d422", "mali"),  # mathematical bold letters, beyond the BMP
        ("２０１９", "2019"),
        ("لبنان", "لبنان"),
        ("Йод", "йод"),  # a mark stays on a letter that is not Latin
        ("…", ""),
        ("", ""),
    ],
)
def test_word_folds_to_plain_letters(word: str, folded: str) -> None:
    assert fold(word) == folded


@given(LETTERS)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


@given(LETTERS)
@example("\u1fef\u1ffd")  # decompose to a grave accent and to an acute one, which is an apostrophe
@example("한글")
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@given(LETTERS)
def test_folded_text_is_letters_digits_and_their_marks_in_composed_form(text: str) -> None:
    folded = fold(text)
    assert all(unicodedata.category(letter)[0] in "LNM" for letter in folded)
    assert unicodedata.is_normalized("NFC", folded)


@given(st.text(st.characters(max_codepoint=0x17F)))
def test_letters_of_european_languages_fold_to_ascii(text: str) -> None:
    assert fold("".join(letter for letter in text if unicodedata.name(letter, "").startswith("LATIN"))).isascii()


@given(st.text(st.characters(max_codepoint=0x17F, categories=["L"])))
def test_capitals_do_not_matter(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower())


@given(LETTERS, LETTERS)
def test_what_parts_words_is_dropped(one: str, other: str) -> None:
    assert fold(f"{one} {other}") == fold(f"{one}-{other}") == fold(f"{one}_ ¶{other}")


@given(st.text(st.characters(max_codepoint=0x17F)))
def test_european_letters_fold_alike_beside_other_scripts(text: str) -> None:
    # a letter of another script sends the whole text the long way round
    assert fold(f"{text}ж") == f"{fold(text)}ж"
