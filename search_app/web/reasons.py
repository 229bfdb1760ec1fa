"""Why a mandate was found, in words: one sentence for the reader, and the marks that go with it.

Promise: the sentence names only words that stand in the mandate, and every reason's kind of match is said. Knows the
values of `Why`, not how they came about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from search_app.analysis.language import Language
from search_app.search.results import How, TextField, Why
from search_app.web.texts import Highlight
from search_app.web.wording import Words, message

MOST_WORDS: Final = 3
MOST_REASONS: Final = 4
MOST_PLACES: Final = 3

TITLES: Final[Mapping[Language, TextField]] = {"en": "title.en", "fr": "title.fr"}
DESCRIPTIONS: Final[Mapping[Language, TextField]] = {"en": "description.en", "fr": "description.fr"}

_ORDER: Final[Sequence[How]] = ("exact", "stem", "name", "concept", "spelling")
_PLACES: Final[Mapping[TextField, str]] = {
    "title.en": message("the title"),
    "title.fr": message("the title"),
    "description.en": message("the description"),
    "description.fr": message("the description"),
    "requesters": message("the requesters"),
    "places": message("the places"),
}
_FOREIGN: Final[Mapping[TextField, str]] = {
    "title.en": message("the English title"),
    "title.fr": message("the French title"),
    "description.en": message("the English description"),
    "description.fr": message("the French description"),
}
_CLAUSES: Final[Mapping[How, str]] = {
    "exact": message("%(found)s (as typed)"),
    "stem": message("%(found)s (in another form than %(typed)s)"),
    "name": message("%(found)s (a name of %(typed)s)"),
    "concept": message("%(found)s (another name of %(typed)s)"),
    "spelling": message("%(found)s (spelled almost like %(typed)s)"),
}

# Where words stand: of a mandate the fields that hold them all.
Fields = tuple[TextField, ...]


def sentence(reasons: Sequence[Why], words: Words, *, languages: Sequence[Language]) -> str:
    """Say in one sentence why a mandate was found.

    languages   those of the mandate's texts: with two, the one that is not the reader's is named
    returns     "" where nothing was searched
    """
    groups: dict[tuple[How, str, str], list[Why]] = {}
    for reason in reasons:
        as_typed = reason.how == "exact" or reason.words.casefold() == reason.typed.casefold()
        concept = reason.concept.id if reason.concept else ""
        group: tuple[How, str, str] = ("exact", "", "") if as_typed else (reason.how, reason.typed, concept)
        groups.setdefault(group, []).append(reason)
    ordered = sorted(groups, key=lambda group: _ORDER.index(group[0]))
    clauses = [_clause(group[0], groups[group], words, languages) for group in ordered[:MOST_REASONS]]
    if not clauses:
        return ""
    more = len(ordered) - len(clauses)
    if more:
        clauses.append(words.ngettext("%(n)s more reason", "%(n)s more reasons", more))
    return words.gettext("Found by %(reasons)s.", reasons=words.series(clauses))


def _clause(how: How, reasons: Sequence[Why], words: Words, languages: Sequence[Language]) -> str:
    first = reasons[0]
    typed = words.quoted(first.typed)
    if how == "concept" and first.concept:
        name = words.named(first.concept.name)
        if name.casefold() not in {first.typed.casefold(), *(reason.words.casefold() for reason in reasons)}:
            typed = f"{typed}, {name}"
    parts = [
        words.gettext(
            "%(words)s in %(places)s",
            words=_quoted(words, texts),
            places=words.listed(_places(fields, words, languages)),
        )
        for fields, texts in _by_fields(reasons)
    ]
    return words.gettext(_CLAUSES[how], found=words.listed(parts[:MOST_PLACES]), typed=typed)


def _by_fields(reasons: Iterable[Why]) -> list[tuple[Fields, list[str]]]:
    """Words put together only where all of them stand in the same fields, so that the sentence is true of each."""
    found: dict[str, tuple[str, dict[TextField, None]]] = {}
    for reason in reasons:
        text = " ".join(reason.words.split())
        found.setdefault(text.casefold(), (text, {}))[1][reason.field] = None
    groups: dict[Fields, list[str]] = {}
    for text, fields in found.values():
        groups.setdefault(tuple(fields), []).append(text)
    return list(groups.items())


def _quoted(words: Words, texts: Sequence[str]) -> str:
    shown = [words.quoted(text) for text in texts[:MOST_WORDS]]
    return ", ".join([*shown, "…"]) if len(texts) > MOST_WORDS else words.listed(shown)


def _places(fields: Iterable[TextField], words: Words, languages: Sequence[Language]) -> list[str]:
    """The names of fields, those in the reader's language first."""
    own: dict[str, None] = {}
    foreign: dict[str, None] = {}
    for field in fields:
        if len(languages) > 1 and field in _FOREIGN and not field.endswith(words.language):
            foreign[words.gettext(_FOREIGN[field])] = None
        else:
            own[words.gettext(_PLACES[field])] = None
    return [*own, *foreign]


def highlights(reasons: Sequence[Why], field: TextField, words: Words) -> tuple[Highlight, ...]:
    """The marks of one field; where another name of a concept stands, the mark's title says which."""
    return tuple(
        Highlight(reason.start, reason.end, _title(reason, words)) for reason in reasons if reason.field == field
    )


def _title(reason: Why, words: Words) -> str:
    if reason.how != "concept" or reason.concept is None:
        return ""
    return f"{reason.words} = {words.named(reason.concept.name)}"
