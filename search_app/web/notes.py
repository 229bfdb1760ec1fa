"""Codes and their sentences: what the search says of a query, what an import says of a record.

The one place where a code gets words. A note's code without a sentence is an error of ours, never shown as a code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from search_app.search.results import Note
from search_app.web.wording import Words, message

NOTES: Final[Mapping[str, str]] = {
    "ignored": message("Ignored: %(words)s."),
    "prefix-too-short": message("“%(word)s” was read as a plain word: a star needs at least three letters before it."),
    "prefix-limited": message("“%(word)s” begins too many words; the %(count)s most frequent were searched."),
    "terms-limited": message("The query is long; only its first %(count)s words were searched."),
    "filter-unknown": message("No name matches “%(filter)s:%(value)s”, so it was searched as words."),
    "small-word": message(
        "“%(word)s” was read as a small word; to search it as an acronym, write the other words in small letters."
    ),
    "nothing-to-search": message("There is nothing in this query that can be searched."),
    "stop-words-only": message("Only small words were left (%(words)s); they were searched all the same."),
    "spelling": message("No mandate holds “%(typed)s”; “%(used)s” was searched instead."),
    "no-document": message("No mandate holds “%(word)s”."),
    "expanded-off": message("Only the words as typed were searched, without other names or translations."),
}

WARNINGS: Final[Mapping[str, str]] = {
    "body-missing": message("The source gives no description."),
    "countries-from-children": message("The countries were taken from the activities under this one."),
    "country-unknown": message("One of the places could not be matched to a country."),
    "date-invalid": message("A date in the source does not exist and was left out."),
    "date-order-inferred": message("Day and month of a date were told apart by guessing."),
    "date-precision-year": message("The source gives years only."),
    "dates-missing": message("The source gives no dates."),
    "dates-reversed": message("In the source the end stands before the start; the two were swapped."),
    "duplicate-merged": message("The source lists this mandate more than once."),
    "encoding-guessed": message("The letters of the source had to be guessed; accents may be wrong."),
    "encoding-repaired": message("Damaged letters in the source were repaired."),
    "end-date-computed": message("The end was computed from the duration in the source."),
    "end-date-missing": message("The source gives no end."),
    "language-mixed": message("The text changes language part-way."),
    "language-tag-mismatch": message("The source states another language than the text is in."),
    "places-missing": message("The source names no place."),
    "requester-missing": message("The source names no requester."),
    "title-truncated": message("The title is cut off in the source."),
    "versions-merged": message("The source holds other wordings of this mandate; the latest is shown."),
}


def sentence(note: Note, words: Words) -> str:
    """Say a note of the search.

    raises  LookupError for a code that `NOTES` has no sentence for
    """
    if note.code not in NOTES:
        raise LookupError(f"search_app/web/notes.py: no sentence for the note {note.code!r}; add one to NOTES")
    return words.gettext(NOTES[note.code], **note.values)


def warning(code: str, words: Words) -> str:
    """Say what an import noticed; a warning that a person wrote into the record stands as it is."""
    return words.gettext(WARNINGS[code]) if code in WARNINGS else code
