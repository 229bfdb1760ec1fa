"""All hits of a search as a file to take away: CSV, JSON Lines, RIS. Written piece by piece, so memory stays bounded.

Promise: one row, line or reference for each hit, in the order of the page; text comes back out as it went in, but for
the apostrophe before what a spreadsheet would take for a formula. Names in the reader's language stand beside codes.
Knows no HTTP; the command line writes the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from search_app.analysis.fold import fold
from search_app.corpus.mandate import Mandate
from search_app.search.listing import Listed, Listing
from search_app.search.results import MandateView, Named, Result, SearchRequest
from search_app.web import params
from search_app.web.addresses import Addresses
from search_app.web.answers import encoded, listed_values, utc
from search_app.web.hits import STATUSES
from search_app.web.wording import Words, message

LICENCE: Final = "CC BY 4.0"
LICENCE_ADDRESS: Final = "https://creativecommons.org/licenses/by/4.0/"
# What spreadsheet programs read as the start of a formula, the wide forms too.
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_LONGEST_NAME: Final = 40
# Rows that are put together before they are sent on.
_CHUNK: Final = 50


@dataclass(frozen=True)
class Cover:
    """What a file says of itself.

    request   the search it answers
    day       when it was made, in the settings' time zone
    """

    words: Words
    at: Addresses
    request: SearchRequest
    day: date

    @property
    def query(self) -> str:
        """The search as a query string; a file holds all pages."""
        return params.write(replace(self.request, page=1, size=params.DEFAULT_SIZE))

    @property
    def search(self) -> str:
        """The absolute address of the search."""
        return self.at.absolute(self.at.search(self.query))

    @property
    def licence(self) -> str:
        """The licence of the texts with its address."""
        return f"{LICENCE}, {LICENCE_ADDRESS}"

    def address(self, mandate: Mandate) -> str:
        """The absolute address of a mandate's page."""
        return self.at.absolute(self.at.mandate(mandate.id))

    def file_name(self, ending: str) -> str:
        """A name for the file, in plain letters, that says what is in it and from when."""
        words = "-".join(filter(str.isascii, filter(None, map(fold, self.request.text.split()))))
        return "-".join(filter(None, ("mandates", words[:_LONGEST_NAME].strip("-"), f"{self.day}.{ending}")))


Writer = Callable[[Listing, Cover], Iterator[bytes]]
Cell = str | date


@dataclass(frozen=True)
class Column:
    """One column of a table: its heading, and its cell for one hit."""

    heading: str
    cell: Callable[[Listed, Cover], Cell]


def _names(named: Sequence[Named], words: Words) -> str:
    return "; ".join(words.named(one.name) for one in named)


def _ids(named: Sequence[Named]) -> str:
    return "; ".join(one.id for one in named)


def _languages(one: Listed, words: Words) -> str:
    return "; ".join(words.languages[language] for language in one.result.languages)


# The search, the day and the licence stand in every row, so that they survive sorting and joining of files.
COLUMNS: Final = (
    Column(message("Id"), lambda one, _: one.result.mandate.id),
    Column(message("Address"), lambda one, cover: cover.address(one.result.mandate)),
    Column(message("Title in English"), lambda one, _: one.result.mandate.title.get("en", "")),
    Column(message("Title in French"), lambda one, _: one.result.mandate.title.get("fr", "")),
    Column(message("Requesters"), lambda one, cover: _names(one.result.requesters, cover.words)),
    Column(message("Requester ids"), lambda one, _: _ids(one.result.requesters)),
    Column(message("Countries"), lambda one, cover: _names(one.result.countries, cover.words)),
    Column(message("Country codes"), lambda one, _: _ids(one.result.countries)),
    Column(message("Places as printed"), lambda one, _: "; ".join(one.result.mandate.places)),
    Column(message("Start"), lambda one, _: one.result.mandate.start or ""),
    Column(message("End"), lambda one, _: one.result.mandate.end or ""),
    Column(message("Status"), lambda one, cover: cover.words.gettext(STATUSES[one.result.status])),
    Column(message("Status code"), lambda one, _: one.result.status),
    Column(message("Languages of the text"), lambda one, cover: _languages(one, cover.words)),
    Column(message("Language codes"), lambda one, _: "; ".join(one.result.languages)),
    Column(message("Description in English"), lambda one, _: one.result.mandate.description.get("en", "")),
    Column(message("Description in French"), lambda one, _: one.result.mandate.description.get("fr", "")),
    Column(message("Source"), lambda one, _: one.result.mandate.source),
    Column(message("Address of the source"), lambda one, _: one.result.mandate.url),
    Column(message("Changed"), lambda one, _: utc(one.changed)),
    Column(message("Query"), lambda _, cover: cover.request.text),
    Column(message("Address of the search"), lambda _, cover: cover.search),
    Column(message("Exported on"), lambda _, cover: cover.day),
    Column(message("Licence of the texts"), lambda _, cover: cover.licence),
)


def headings(words: Words) -> list[str]:
    """The headings of the table."""
    return [words.gettext(column.heading) for column in COLUMNS]


def write_csv(listing: Listing, cover: Cover) -> Iterator[bytes]:
    """A table for spreadsheets: UTF-8 with a byte-order mark, RFC 4180."""
    rows = ([guarded(str(column.cell(one, cover))) for column in COLUMNS] for one in listing.hits)
    yield "\ufeff".encode()
    yield from _table(headings(cover.words), rows)


def _table(heading: list[str], rows: Iterable[list[str]]) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(heading)
    for number, row in enumerate(rows, 1):
        writer.writerow(row)
        if number % _CHUNK == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _emptied(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def guarded(cell: str) -> str:
    """A cell that no spreadsheet program takes for a formula: an apostrophe before what begins like one."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def write_jsonl(listing: Listing, cover: Cover) -> Iterator[bytes]:
    """One whole mandate a line, with its score and the reasons why it was found."""
    for one in listing.hits:
        yield encoded({**listed_values(one, listing.generation, cover.at), "licence": LICENCE_ADDRESS})


def write_ris(listing: Listing, cover: Cover) -> Iterator[bytes]:
    """References for Zotero, EndNote and the like: one report for each mandate."""
    for one in listing.hits:
        yield reference(one.result, cover)


def reference(view: Result | MandateView, cover: Cover) -> bytes:
    """One mandate as a reference."""
    lines = [f"{tag}  - {value}\r\n" for tag, value in _fields(view, cover) if value]
    return "".join([*lines, "ER  - \r\n\r\n"]).encode()


def _fields(view: Result | MandateView, cover: Cover) -> Iterator[tuple[str, str]]:
    """The fields of one reference, some of them empty: tag, and its value on one line.

    source   the tags of the RIS format for a report: days are YYYY/MM/DD/, an author's comma parts family and first
             name, a star may stand in no author or keyword
    """
    mandate, words = view.mandate, cover.words
    titles = [mandate.title[language] for language in sorted(mandate.title, key=lambda other: other != words.language)]
    yield "TY", "RPRT"
    for requester in view.requesters:
        yield "AU", _plain(words.named(requester.name)).replace(",", " –")
    yield "TI", _line(titles[0])
    yield "TT", _line(" / ".join(titles[1:]))
    if day := mandate.start or mandate.end:
        yield "PY", f"{day.year:04}"
        yield "DA", _slashed(day)
    yield "AB", _line(words.named(mandate.description))
    for country in view.countries:
        yield "KW", _plain(words.named(country.name))
    yield "CY", _line("; ".join(mandate.places))
    yield "LA", "; ".join(view.languages)
    yield "N1", words.gettext("Mandate from %(start)s to %(end)s", start=mandate.start or "…", end=mandate.end or "…")
    yield "N1", _line(mandate.source)
    yield "N1", cover.licence
    yield "AN", mandate.id
    yield "DB", words.gettext("Mandate search")
    yield "UR", cover.address(mandate)
    yield "Y2", _slashed(cover.day)


def _line(text: str) -> str:
    """A text on one line: a field cannot go on with the next one."""
    return " ".join(text.split())


def _plain(text: str) -> str:
    return _line(text.replace("*", " "))


def _slashed(day: date) -> str:
    return f"{day.year:04}/{day.month:02}/{day.day:02}/"
