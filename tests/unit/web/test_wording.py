"""The catalogues are whole, and French looks French."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import search_app.web
from search_app.web.wording import CATALOGUES, Words

WEB = Path(search_app.web.__file__).parent
SAME_IN_BOTH: set[str] = set()  # add a sentence here only where French really says the same
FILLS = re.compile(r"%\(\w+\)[sd]")


def used() -> set[str | tuple[str, str]]:
    """All sentences of templates and modules; those that count as (singular, plural)."""
    found = extract_from_dir(
        str(WEB),
        method_map=[("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")],
        options_map={"templates/**.html": {"silent": "false"}},
        keywords={"_": None, "gettext": None, "ngettext": (1, 2), "message": None},
    )
    return {sentence for _, _, sentence, _, _ in found}


def translated() -> dict[str | tuple[str, str], tuple[str, ...]]:
    with (CATALOGUES / "fr" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale="fr")
    return {
        entry.id: (entry.string,) if isinstance(entry.string, str) else tuple(entry.string)
        for entry in catalogue
        if entry.id
    }


def test_every_sentence_has_a_translation_and_none_is_left_over() -> None:
    assert used() == translated().keys()


def test_no_translation_is_empty_or_marked_as_doubtful() -> None:
    assert [sentence for sentence, strings in translated().items() if not all(strings)] == []
    assert "fuzzy" not in (CATALOGUES / "fr" / "LC_MESSAGES" / "messages.po").read_text("utf-8")


def test_no_french_sentence_equals_the_english_one() -> None:
    assert {sentence for sentence, strings in translated().items() if sentence in strings} == SAME_IN_BOTH


def test_translations_have_the_gaps_of_the_original() -> None:
    for sentence, strings in translated().items():
        english = (sentence,) if isinstance(sentence, str) else sentence
        for string in strings:
            assert set(FILLS.findall(string)) == set(FILLS.findall(english[-1])), string


def test_french_typography() -> None:
    """A narrow no-break space before ; : ? ! » and after «, curly apostrophes; the query language keeps its own."""
    for strings in translated().values():
        for string in strings:
            text = re.sub(r"(title|country|requester|%\(filter\)s):", "", string)
            assert "'" not in text, string
            assert not re.search(r"(?<!\u202f)[;:?!»]", text), string
            assert not re.search(r"«(?!\u202f)", text), string
            assert not re.search(r"[“”]", text), string


def test_french_plural_starts_at_two(french: Words) -> None:
    counts = [french.ngettext("%(n)s mandate", "%(n)s mandates", number) for number in (0, 1, 2)]
    assert counts == ["0 mandat", "1 mandat", "2 mandats"]


def test_english_plural_is_all_but_one(english: Words) -> None:
    counts = [english.ngettext("%(n)s mandate", "%(n)s mandates", number) for number in (0, 1, 2)]
    assert counts == ["0 mandates", "1 mandate", "2 mandates"]


def test_days_as_people_write_them(english: Words, french: Words) -> None:
    assert english.day(date(2019, 3, 1)) == "1 March 2019"
    assert french.day(date(2019, 3, 1)) == "1er mars 2019"
    assert french.day(date(2016, 8, 31)) == "31 août 2016"
    assert french.day(date(2016, 8, 31), year=False) == "31 août"


def test_large_numbers_are_grouped(english: Words, french: Words) -> None:
    assert english.number(12345) == "12,345"
    assert french.number(12345) == "12\u202f345"
    assert english.number(999) == "999"


def test_lists_and_quotation_marks(english: Words, french: Words) -> None:
    assert english.listed(["a", "b", "c"]) == "a, b and c"
    assert french.listed(["a", "b"]) == "a et b"
    assert english.listed([]) == ""
    assert french.quoted("mot") == "«\u202fmot\u202f»"
    assert french.series(["a, b", "c"]) == "a, b\u202f; c"


def test_names_of_languages_are_in_the_readers_language(english: Words, french: Words) -> None:
    assert english.languages == {"en": "English", "fr": "French"}
    assert french.languages == {"en": "anglais", "fr": "français"}
