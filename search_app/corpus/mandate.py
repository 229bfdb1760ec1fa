"""The record: one mandate as the corpus stores it.

Texts are *stored text*: NFC, paragraphs parted by one blank line, "• " before a list item, "1. " before a numbered
one, an inner item two blanks further in, no line end inside a paragraph. All offsets in the product count code points
of these strings.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from search_app.analysis.language import Language

Narrative = Mapping[Language, str]


@dataclass(frozen=True)
class Source:
    """Where a mandate was read: a file or address, and how often it stood there."""

    file: str
    locale: str = ""
    captured: date | None = None
    occurrences: int = 1


@dataclass(frozen=True)
class Imported:
    """Who wrote the record: `digest` is that of all other keys as the import wrote them."""

    by: str
    on: date
    digest: str


@dataclass(frozen=True, kw_only=True)
class Version:
    """An older wording of the same mandate, kept but not searched."""

    source: str
    start: date | None = None
    end: date | None = None
    title: Narrative = field(default_factory=dict)
    description: Narrative = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Mandate:
    """A request for support: who asked, where, when, what for.

    places         as printed; codes and regions are derived from them when they are needed
    start, end     days, both inclusive; either may be absent (open)
    withdrawn      the reason why the record was taken out of the corpus; "" for those that are in it
    withdrawn_on   the day of that
    """

    id: str
    title: Narrative
    requesters: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    description: Narrative = field(default_factory=dict)
    source: str = ""
    identifier: str = ""
    url: str = ""
    kind: str = ""
    implementers: tuple[str, ...] = ()
    published: date | None = None
    parent: str = ""
    sections: Mapping[str, Narrative] = field(default_factory=dict)
    dates_raw: str = ""
    former_ids: tuple[str, ...] = ()
    note: str = ""
    warnings: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    versions: tuple[Version, ...] = ()
    imported: Imported | None = None
    withdrawn: str = ""
    withdrawn_on: date | None = None


def as_dict(mandate: Mandate) -> dict[str, object]:
    """The record as JSON can hold it: the keys of the record that are not empty, days as ISO text."""
    return _plain_fields(mandate)


def _plain_fields(value: Mandate | Version | Source | Imported) -> dict[str, object]:
    pairs = ((key.name, getattr(value, key.name)) for key in dataclasses.fields(value))
    return {name: _plain(content) for name, content in pairs if content not in (None, "", (), {})}


def _plain(value: object) -> object:
    match value:
        case date():
            return value.isoformat()
        case Mapping():
            return {key: _plain(content) for key, content in value.items()}
        case tuple():
            return [_plain(content) for content in value]
        case Version() | Source() | Imported():
            return _plain_fields(value)
        case _:
            return value


def from_dict(record: Mapping[str, Any]) -> Mandate:
    """The inverse of `as_dict`.

    raises   KeyError, TypeError or ValueError where the dictionary is none that `as_dict` gave
    """
    values = _with_days(record, "start", "end", "published", "withdrawn_on")
    for key in ("requesters", "places", "implementers", "former_ids", "warnings"):
        if key in values:
            values[key] = tuple(values[key])
    if "sources" in values:
        values["sources"] = tuple(Source(**_with_days(source, "captured")) for source in values["sources"])
    if "versions" in values:
        values["versions"] = tuple(Version(**_with_days(version, "start", "end")) for version in values["versions"])
    if "imported" in values:
        values["imported"] = Imported(**_with_days(values["imported"], "on"))
    return Mandate(**{"title": {}} | values)


def _with_days(record: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: date.fromisoformat(value) if key in keys else value for key, value in record.items()}
