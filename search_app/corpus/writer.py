"""Writes a record as the YAML that people edit: keys in a fixed order, long texts folded, `...` at the end.

Promise: the reader gives the same record back, and the same record always gives the same bytes. Expects texts as the
reader gives them (`search_app.corpus.schema`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from search_app.analysis.language import LANGUAGES
from search_app.corpus.mandate import Imported, Mandate, Narrative, Source, Version
from search_app.corpus.textform import WIDTH, folded

# A name that needs no quotes in any YAML reader: begins with a letter, no punctuation that means something.
_PLAIN: Final = re.compile(r"[^\W\d_](?:[\w.()/’-]|[ &](?=[\w(&]))*")
_OTHER_THAN_TEXT: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
# What may not stand in a YAML file as it is, and what a double-quoted text writes with a backslash.
_UNPRINTABLE: Final = re.compile(
    "[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_ESCAPED: Final = re.compile(f'[\\\\"\n]|{_UNPRINTABLE.pattern}')
_INDENT: Final = "  "


def write_record(mandate: Mandate) -> str:
    """The record as YAML text."""
    return "\n".join(("---", *_record(mandate), "...", ""))


def write_sources(sources: tuple[Source, ...]) -> Iterator[str]:
    """The lines of the key `sources`."""
    return _maps("sources", map(_source, sources))


def _record(mandate: Mandate) -> Iterator[str]:
    yield f"id: {mandate.id}"
    yield from _narrative("title", mandate.title, _quoted_lines)
    yield f"requesters: {_names(mandate.requesters)}"
    yield f"places: {_names(mandate.places)}"
    yield from _days(start=mandate.start, end=mandate.end)
    yield from _narrative("description", mandate.description, _block)
    yield from _texts(source=mandate.source, identifier=mandate.identifier, url=mandate.url)
    if mandate.kind:
        yield f"kind: {mandate.kind}"
    yield from _lists(implementers=mandate.implementers)
    yield from _days(published=mandate.published)
    yield from _texts(parent=mandate.parent)
    yield from _sections(mandate.sections)
    yield from _texts(dates_raw=mandate.dates_raw)
    yield from _lists(former_ids=mandate.former_ids)
    if mandate.note:
        yield from _short_or_block("note", mandate.note)
    yield from _lists(warnings=mandate.warnings)
    yield from write_sources(mandate.sources)
    yield from _maps("versions", map(_version, mandate.versions))
    if mandate.imported:
        yield "imported:"
        yield from _indented(_imported(mandate.imported))
    yield from _texts(withdrawn=mandate.withdrawn)
    yield from _days(withdrawn_on=mandate.withdrawn_on)


def _narrative(key: str, narrative: Narrative, write: Callable[[str, str], Iterable[str]]) -> Iterator[str]:
    if not narrative:
        return
    yield f"{key}:"
    for language in LANGUAGES:
        if language in narrative:
            yield from _indented(write(language, narrative[language]))


def _sections(sections: Mapping[str, Narrative]) -> Iterator[str]:
    if not sections:
        return
    yield "sections:"
    for name, narrative in sorted(sections.items()):
        yield from _indented(_narrative(name, narrative, _block))


def _source(source: Source) -> Iterator[str]:
    yield from _texts(file=source.file, locale=source.locale)
    yield from _days(captured=source.captured)
    yield f"occurrences: {source.occurrences}"


def _version(version: Version) -> Iterator[str]:
    yield from _texts(source=version.source)
    yield from _days(start=version.start, end=version.end)
    yield from _narrative("title", version.title, _quoted_lines)
    yield from _narrative("description", version.description, _block)


def _imported(imported: Imported) -> Iterator[str]:
    yield from _texts(by=imported.by)
    yield from _days(on=imported.on)
    yield from _texts(digest=imported.digest)


def _maps(key: str, items: Iterable[Iterable[str]]) -> Iterator[str]:
    for number, lines in enumerate(items):
        if number == 0:
            yield f"{key}:"
        first, *rest = lines
        yield f"- {first}"
        yield from _indented(rest)


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (_INDENT + line if line else "" for line in lines)


def _days(**days: date | None) -> Iterator[str]:
    return (f"{key}: {day.isoformat()}" for key, day in days.items() if day)


def _texts(**texts: str) -> Iterator[str]:
    return (f"{key}: {_quoted(text)}" for key, text in texts.items() if text)


def _lists(**lists: tuple[str, ...]) -> Iterator[str]:
    return (f"{key}: {_names(names)}" for key, names in lists.items() if names)


def _quoted_lines(key: str, text: str) -> Iterator[str]:
    yield f"{key}: {_quoted(text)}"


def _short_or_block(key: str, text: str) -> Iterable[str]:
    return _quoted_lines(key, text) if len(text) <= WIDTH and "\n" not in text else _block(key, text)


def _block(key: str, text: str) -> Iterator[str]:
    if _UNPRINTABLE.search(text):
        yield f"{key}: {_quoted(text)}"
        return
    yield f"{key}: |-"
    yield from _indented(folded(text).split("\n"))


def _names(names: tuple[str, ...]) -> str:
    return f"[{', '.join(map(_name, names))}]"


def _name(name: str) -> str:
    plain = _PLAIN.fullmatch(name) and name.lower() not in _OTHER_THAN_TEXT
    return name if plain else _quoted(name)


def _quoted(text: str) -> str:
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    letter = found.group()
    if letter in '\\"':
        return "\\" + letter
    return "\\n" if letter == "\n" else f"\\u{ord(letter):04X}"
