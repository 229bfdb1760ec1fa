"""The chain as a whole: what it promises of any text, and where capitals, articles and lists decide."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from search_app.analysis import analyzer as analyzer_module
from search_app.analysis.analyzer import STOP_MARK, Analyzer, Token, without_stop_words
from search_app.analysis.fold import APOSTROPHES, fold

ANALYZER = Analyzer()

# Pieces that meet in real records, and odd ones that the rules could stumble over.
PIECES = st.sampled_from(
    [
        *"aeUN.&'’ʼ‘´＇-_ \n",
        *(
            "l",
            "d",
            "s",
            "qu",
            "jusqu",
            "lorsqu",
            "aujourd",
            "hui",
            "Côte",
            "Ivoire",
            "état",
            "ÉTAT",
            "e\u0301",
            "\u0301",
        ),
        *("UN", "AU", "OR", "un", "or", "à", "À", "M&E", "D.D.R.", "O.N.U", "U.N.", "RoL", "R2P", "2019", "½", "²"),
        *(
            "œ",
            "ß",
            "İ",
            "ı",
            "ŉ",
            "ﬁ",
            "ǅ",
            "لبنان",
            "مَ",
            "Йод",
            "한",
            "글",
            "\U00010330",
            "\U0001d400",
            "😀",
            "\ud800",
        ),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join), st.lists(PIECES, max_size=12).map(" ".join))


def is_word_letter(letter: str) -> bool:
    """A letter or digit; the apostrophe that Unicode calls a letter is none."""
    return letter.isalnum() and letter not in APOSTROPHES


def is_plain(term: str) -> bool:
    """Neither a stop word nor an acronym that would be one."""
    return not term.startswith(STOP_MARK) and not term.isupper()


@given(TEXTS)
def test_any_text_gives_terms_of_letters_and_digits(text: str) -> None:
    for term in ANALYZER.terms(text):
        letters = term.removeprefix(STOP_MARK)
        assert letters
        assert fold(letters) in (letters, letters.casefold(), letters.replace("&", ""))


@given(TEXTS)
def test_tokens_are_disjoint_and_ascending(text: str) -> None:
    end = 0
    for token in ANALYZER.tokens(text):
        assert end <= token.start < token.end <= len(text)
        end = token.end


@given(TEXTS)
@example("d’Ivoire l’État")
@example("the minister's plan")
def test_tokens_are_whole_words_of_the_text(text: str) -> None:
    for _, start, end in ANALYZER.tokens(text):
        before, after = text[:start][-1:], text[end:][:1]
        assert not is_word_letter(before)
        # after an acronym with dots the next word may stand without a blank
        assert text[end - 1] == "." or not (is_word_letter(after) or unicodedata.category(after or " ")[0] == "M")
        assert is_word_letter(text[start])


@given(TEXTS)
def test_every_letter_belongs_to_a_token_or_to_what_an_apostrophe_cuts_off(text: str) -> None:
    covered = {place for _, start, end in ANALYZER.tokens(text) for place in range(start, end)}
    for place, letter in enumerate(text):
        if place not in covered and is_word_letter(letter) and fold(letter):
            # an article stands before an apostrophe, a possessive s behind one
            beside = text[max(place - 1, 0) if letter in "sS" else place :]
            assert any(apostrophe in beside for apostrophe in APOSTROPHES)


@given(TEXTS)
def test_composed_and_decomposed_text_give_the_same_terms(text: str) -> None:
    # a Korean syllable is one letter composed and three decomposed, which only acronyms with dots could tell
    assume("." not in text or not any("\uac00" <= letter <= "\ud7a3" for letter in text))
    assert ANALYZER.terms(unicodedata.normalize("NFC", text)) == ANALYZER.terms(unicodedata.normalize("NFD", text))


@given(TEXTS)
def test_a_word_alone_gives_the_term_it_gives_in_its_text(text: str) -> None:
    for term, start, end in ANALYZER.tokens(text):
        if is_plain(term):
            assert ANALYZER.terms(text[start:end]) == (term,)


@given(TEXTS)
def test_case_changes_nothing_but_acronyms(text: str) -> None:
    # capitals joined by an ampersand are one word (M&E), small letters are not
    assume(text.isascii() and "&" not in text)
    small = [term.removeprefix(STOP_MARK).casefold() for term in ANALYZER.terms(text)]
    assert [term.removeprefix(STOP_MARK).casefold() for term in ANALYZER.terms(text.lower())] == small


@given(TEXTS)
@example("the U.N.")
@example("l’O.N.U, e.g. D.D.R")
def test_an_acronym_behind_a_text_changes_no_word_before_it(text: str) -> None:
    # texts with dotted acronyms or an ampersand are cut by another pattern than those without
    before = ANALYZER.tokens(text, capitals=True)
    assert ANALYZER.tokens(f"{text} | M&E", capitals=True)[: len(before)] == before


@given(TEXTS)
def test_terms_are_those_of_the_tokens(text: str) -> None:
    assert ANALYZER.terms(text) == tuple(token.term for token in ANALYZER.tokens(text))


@given(TEXTS)
def test_columns_hold_the_tokens_and_a_name_gives_them_again(text: str) -> None:
    columns = ANALYZER.columns(text)
    assert ANALYZER.tokens(text) == [
        Token(term, start, start + length) for term, start, length in zip(*columns, strict=True)
    ]
    assert ANALYZER.name(text) == ANALYZER.name(text) == columns


@given(TEXTS)
def test_an_analyzer_that_has_read_much_answers_like_a_new_one(text: str) -> None:
    assert Analyzer().tokens(text) == ANALYZER.tokens(text)


def test_memory_of_words_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analyzer_module, "_MEMO_LIMIT", 10)
    small = Analyzer()
    numbered = " ".join(f"mot{number}" for number in range(35))
    for _ in range(2):
        assert small.terms(numbered) == tuple(numbered.split())
        assert [small.name(word).terms for word in numbered.split()] == [[word] for word in numbered.split()]
    assert len(small._known.plain) + len(small._known.names) <= 12


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Support to the UN in Mali", "support !to !the UN !in mali"),
        ("Appui aux NU en un an", "appui !aux nu !en !un !an"),
        ("UN", "UN"),
        ("Un", "!un"),
        ("SUPPORT TO THE UN IN MALI", "support !to !the !un !in mali"),  # capitals say nothing here
        ("À Bamako", "!a bamako"),  # one capital is no acronym
        ("l’UN et l’AU", "UN !et AU"),
        ("ÉTÉ ou été", "ETE !ou !ete"),  # the folded form in capitals
        ("D.D.R. and U.N.", "ddr !and UN"),
        ("M&E of S&JR", "m&e !of s&jr"),
    ],
)
def test_capitals_tell_an_acronym_from_a_stop_word(analyzer: Analyzer, text: str, terms: str) -> None:
    assert " ".join(analyzer.terms(text)) == terms


def test_caller_may_say_whether_capitals_count(analyzer: Analyzer) -> None:
    assert analyzer.tokens("UN SSR", capitals=True) == [Token("UN", 0, 2), Token("ssr", 3, 6)]
    assert analyzer.tokens("UN", capitals=False) == [Token("!un", 0, 2)]
    assert analyzer.tokens("the UN", capitals=False) == [Token("!the", 0, 3), Token("!un", 4, 6)]


def test_words_longer_than_the_limit_are_cut_alike_and_keep_their_offsets(analyzer: Analyzer) -> None:
    long, longer = "x" * 300, "x" * 70_000
    assert analyzer.tokens(f"a {longer} b") == [
        Token("!a", 0, 1),
        Token("x" * 255, 2, 70_002),
        Token("b", 70_003, 70_004),
    ]
    assert analyzer.terms(long) == analyzer.terms(longer)


def test_stop_words_of_both_languages_are_known(analyzer: Analyzer) -> None:
    assert all(analyzer.is_stop_word(word) for word in ("the", "of", "le", "des", "a", "ete"))
    # words of the trade that the lists leave out on purpose
    assert not any(analyzer.is_stop_word(word) for word in ("sous", "non", "post", "car", "justice", "UN"))


def test_words_without_stop_words_keep_their_order() -> None:
    assert without_stop_words(["!the", "UN", "!in", "mali", "mali"]) == ("UN", "mali", "mali")


@pytest.mark.parametrize("list_name", ["stop_words_en.txt", "stop_words_fr.txt", "french_articles.txt"])
def test_fingerprint_tells_a_change_of_any_list(monkeypatch: pytest.MonkeyPatch, list_name: str) -> None:
    before = Analyzer().fingerprint
    read = analyzer_module.read_words

    def with_one_more(name: str) -> tuple[str, ...]:
        return (*read(name), "zzz") if name == list_name else read(name)

    monkeypatch.setattr(analyzer_module, "read_words", with_one_more)
    assert Analyzer().fingerprint != before


@pytest.mark.parametrize("library", ["Unidecode", "PyStemmer"])
def test_fingerprint_tells_another_release_of_a_library(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    before = Analyzer().fingerprint
    monkeypatch.setattr(analyzer_module, "version", lambda name: "0" if name == library else "1")
    one = Analyzer().fingerprint
    monkeypatch.setattr(analyzer_module, "version", lambda name: "1")
    assert len({before, one, Analyzer().fingerprint}) == 3


def test_fingerprint_tells_another_version_of_the_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Analyzer().fingerprint
    monkeypatch.setattr(analyzer_module, "CHAIN_VERSION", -1)
    assert Analyzer().fingerprint != before


def test_fingerprint_is_the_same_in_every_process() -> None:
    """Sets have another order in each process: sorted lists do not."""
    assert Analyzer().fingerprint == Analyzer().fingerprint
    assert len(Analyzer().fingerprint) == 16
