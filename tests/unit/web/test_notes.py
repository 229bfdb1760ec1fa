"""Every note of the search has its sentence, and only those."""

from __future__ import annotations

import re

import pytest

from search_app.search.results import Note
from search_app.web import notes
from search_app.web.wording import Words

VALUES = {
    "ignored": {"words": "po*"},
    "prefix-too-short": {"word": "po*"},
    "prefix-limited": {"word": "pol*", "count": "1000"},
    "terms-limited": {"count": "32"},
    "filter-unknown": {"filter": "country", "value": "Atlantis"},
    "small-word": {"word": "UN"},
    "nothing-to-search": {},
    "stop-words-only": {"words": "de, la"},
    "spelling": {"typed": "sahell", "used": "Sahel"},
    "no-document": {"word": "piracy"},
    "expanded-off": {},
}


def test_the_table_has_the_codes_that_the_search_sends() -> None:
    assert notes.NOTES.keys() == VALUES.keys()


@pytest.mark.parametrize("code", sorted(VALUES))
def test_a_note_names_its_values_in_both_languages(code: str, english: Words, french: Words) -> None:
    note = Note(code, VALUES[code])
    sentences = [notes.sentence(note, words) for words in (english, french)]
    assert sentences[0] != sentences[1]
    for sentence in sentences:
        assert all(value in sentence for value in VALUES[code].values())
        assert not re.search(r"%\(", sentence)


def test_a_code_without_a_sentence_is_an_error(english: Words) -> None:
    with pytest.raises(LookupError, match="no sentence for the note 'surprise'"):
        notes.sentence(Note("surprise"), english)


def test_a_warning_that_a_person_wrote_stands_as_it_is(english: Words, french: Words) -> None:
    assert notes.warning("dates-reversed", english).startswith("In the source the end stands before the start")
    assert notes.warning("dates-reversed", french).startswith("Dans la source")
    assert notes.warning("The map on page 3 is wrong.", french) == "The map on page 3 is wrong."
