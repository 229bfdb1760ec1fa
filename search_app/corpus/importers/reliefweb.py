"""The importer of ReliefWeb's JSON: answers of its interface, with reports, jobs or trainings.

The sources stand for requesters, the days of a training for the period; the day on which an item was posted is only
`published`. Promise: of two forms of a text the one with markup is read, and Markdown only where it stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from search_app.corpus.importers.base import Finding, InputFile, Rejection
from search_app.corpus.importers.dates import MISSING
from search_app.corpus.importers.facts import Facts, days, make_mandate, read_codes
from search_app.corpus.importers.json_file import Lines, begins_as_json, listed, maps, read_json, text_of
from search_app.corpus.importers.languages import Guesser
from search_app.corpus.importers.markup import plain_line, text_blocks
from search_app.corpus.importers.printed_names import country_codes
from search_app.corpus.names import Names

_ITEM: Final = re.compile(r'(?<!\\)"fields"\s*:\s*\{')
_LINKED_DATA: Final = re.compile(r'(?<!\\)"@(?:context|type|graph)"\s*:')
_MARKDOWN: Final = (
    (re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)"), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"^#{1,6}\s+", re.MULTILINE), ""),
    (re.compile(r"^(\s*)[*+]\s+", re.MULTILINE), r"\1• "),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"\\([*_#\[\]()])"), r"\1"),
)


class ReliefWeb:
    """Importer of ReliefWeb's JSON."""

    format = "json-reliefweb"

    def __init__(self, names: Names, guesser: Guesser) -> None:
        self._names = names
        self._guesser = guesser

    def recognises(self, head: bytes) -> bool:
        """JSON whose items have `fields`."""
        text = begins_as_json(head)
        return bool(text and _ITEM.search(text) and not _LINKED_DATA.search(text))

    def records(self, file: InputFile) -> Iterator[Finding]:
        """The items of the answer."""
        read = read_json(file)
        if isinstance(read, Rejection):
            yield read
            return
        yield from read.warnings()
        lines = Lines(read.text)
        value = read.value.get("data", read.value) if isinstance(read.value, dict) else read.value
        for item in maps(value):
            fields = item.get("fields")
            if isinstance(fields, dict):
                title = text_of(fields.get("title"))
                yield self._finding(item, fields, lines.find(title or text_of(item.get("id"))), file.locale)

    def _finding(self, item: Mapping[str, Any], fields: Mapping[str, Any], line: int, locale: str) -> Finding:
        identifier = plain_line(text_of(item.get("id")) or text_of(fields.get("id")))
        title = plain_line(text_of(fields.get("title")))
        if not title:
            return Rejection("title-missing", f"item {identifier[:60] or 'without id'} has no title; write one", line)
        places, told, repaired = self._places(fields)
        when = next(maps(fields.get("date")), {})
        start, end = (text_of(when.get(key)) for key in ("start", "end"))
        markup = text_of(fields.get("body-html"))
        body = text_blocks(markup if markup.strip() else _without_markdown(text_of(fields.get("body"))))
        facts = Facts(
            titles={"": title},
            bodies={"": body},
            default=_language(fields),
            requesters=tuple(dict.fromkeys(filter(None, map(_name, listed(fields.get("source")))))),
            places=places,
            told_regions=told,
            period=days(start, end) if start or end else MISSING,
            identifier=identifier,
            warnings=("country-code-repaired",) if repaired else (),
        )
        posted = text_of(when.get("original")) or text_of(when.get("created"))
        return replace(
            make_mandate(facts, self._names, guesser=self._guesser, locale=locale),
            url=text_of(fields.get("url")) or text_of(fields.get("url_alias")),
            published=days(posted, "").start if posted else None,
            updated=text_of(when.get("changed")),
            line=line,
        )

    def _places(self, fields: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
        """Countries by code, in lower case as this source writes it, else by name; and the one region it has."""
        places: dict[str, None] = {}
        told: list[str] = []
        mended = False
        for entry in listed(fields.get("country") or fields.get("primary_country")):
            code = text_of(entry.get("iso3")).strip().upper() if isinstance(entry, dict) else ""
            found, repaired = read_codes(code, self._names, three_letters=True)
            if country_codes(found, self._names):
                places.update(dict.fromkeys(found))
                mended = mended or repaired
            elif name := _name(entry) or code:
                places[name] = None
                told += [name] if code == "WLD" else []
        return tuple(places), tuple(told), mended


def _name(entry: Any) -> str:
    if isinstance(entry, dict):
        return plain_line(text_of(entry.get("name")) or text_of(entry.get("shortname")))
    return plain_line(text_of(entry))


def _language(fields: Mapping[str, Any]) -> str:
    """The language of an item that has one; with several, its words decide."""
    tags = [text_of(one.get("code")) or text_of(one.get("name")) for one in maps(fields.get("language"))]
    return tags[0] if len(tags) == 1 else ""


def _without_markdown(text: str) -> str:
    for pattern, plain in _MARKDOWN:
        text = pattern.sub(plain, text)
    return text
