"""Tables of mandates: what each column is, by HXL tags or by a table of headings in both languages, and its rows.

Promise: a row that does not fit its headings is refused with its line, never read by guess. Knows nothing of the file
that a table comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from search_app.analysis.fold import fold
from search_app.corpus.importers.base import Finding, ImportedMandate, Rejection
from search_app.corpus.importers.dates import MISSING, Period, parse_period
from search_app.corpus.importers.facts import Facts, days, language_of, make_mandate, read_codes
from search_app.corpus.importers.labels import find_role
from search_app.corpus.importers.languages import Guesser
from search_app.corpus.importers.markup import plain_line, text_blocks
from search_app.corpus.importers.printed_names import split_places, split_requesters, unknown_places
from search_app.corpus.names import Names
from search_app.corpus.textform import Block

Row = tuple[int, Sequence[str]]  # line in the file, cells

MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 256
HEAD_ROWS: Final = 10  # rows in which headings and tags stand
_HEADINGS: Final = {
    "title": "Name; Nom; Mandate; Mandat; Project; Projet; Activity; Activité; Libellé; Objet; Activity title",
    "requesters": """Requester; Requesters; Requesting organisation; Organisation; Organization; Donateur;
        Demandeurs; Requested by; Funder; Mandating organisation(s); Mandating organization; Source organisation""",
    "places": "Place; Places; Places as printed; Lieu; Lieux; Pays / région; Country / region",
    "code": """Country code; Country codes; Code pays; Codes pays; ISO; ISO2; ISO3; ISO code; Code ISO; Codes des pays;
        Country ISO; Pays (code)""",
    "body": "Texte; Text; Details; Détails; Notes; Objectives; Objectifs; Resume; Contenu",
    "language": "Language; Langue; Lang; Languages",
    "url": "URL; Link; Lien; Web; Address of the source; Website; Site web; Page web; Web page",
    "published": "Published; Publié le; Date de publication; Publication date; Posted; Date published; Publication",
    "identifier": "Reference; Référence; Ref; Réf; No; N°; Num; Numéro; Code; Number; ID; Id; Activity ID",
    "implementers": """Implementer; Implementers; Implementing agency; Implementing organisation; Implementing partner;
        Mise en œuvre; Opérateur; Partenaire de mise en œuvre; Agence d’exécution; Implemented by; Mis en œuvre par""",
    "length": "Duration; Durée; Length",
    "start": "From; Du; Début du mandat; Mandate start; Commencement; Date début; Date start",
    "end": "To; Until; Au; Fin du mandat; Mandate end; Jusqu’au; Date fin; Date end",
}
_ROLES: Final = {fold(one): role for role, ones in _HEADINGS.items() for one in ones.split(";")}
_KNOWN: Final = frozenset((*_HEADINGS, "period"))
_LANGUAGE: Final = re.compile(
    r"[\s_(\[/–-]+(?:in\s+|en\s+)?(?P<tag>en|fr|eng|fra|english|french|anglais|français|francais)[)\]]?$", re.IGNORECASE
)
_TAG: Final = re.compile(r"#[A-Za-z][A-Za-z0-9_]*(?:\s*\+\s*[A-Za-z][A-Za-z0-9_]*)*")
_GUARD: Final = re.compile(r"'(?=[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])")


@dataclass(frozen=True)
class Column:
    """What a column holds; language only of titles and texts."""

    role: str
    language: str = ""
    three_letters: bool = False


@dataclass(frozen=True)
class Headings:
    """The columns of a table.

    rows     how many rows stand before the first mandate
    tagged   whether HXL tags said so
    """

    columns: tuple[Column | None, ...]
    rows: int
    tagged: bool = False

    @property
    def score(self) -> int:
        """How many columns are known."""
        return len({column for column in self.columns if column})


def find_headings(rows: Sequence[Sequence[str]]) -> Headings | None:
    """The headings among the first rows of a table; None where no column holds titles, or nothing else is known."""
    for at, cells in enumerate(rows):
        tags = [cell.strip() for cell in cells if cell.strip()]
        if tags and sum(_TAG.fullmatch(tag) is not None for tag in tags) * 2 > len(tags):
            return _usable(Headings(tuple(map(_by_tag, cells)), at + 1, tagged=True))
    for at, cells in enumerate(rows):
        found = _usable(Headings(_without_doubles(map(_by_heading, cells)), at + 1))
        if found:
            return found
    return None


def _usable(headings: Headings) -> Headings | None:
    roles = {column.role for column in headings.columns if column}
    return headings if "title" in roles and len(roles) > 1 else None


def _without_doubles(columns: Iterable[Column | None]) -> tuple[Column | None, ...]:
    seen: set[Column] = set()
    kept: list[Column | None] = []
    for column in columns:
        kept.append(None if column in seen and column and column.role not in ("requesters", "places") else column)
        seen |= {column} if column else set()
    return tuple(kept)


def _by_heading(heading: str) -> Column | None:
    heading = heading.strip().strip("*:").strip()
    tag = _LANGUAGE.search(heading)
    for printed, language in ((heading, ""), (heading[: tag.start()] if tag else "", tag["tag"] if tag else "")):
        role = find_role(printed) if find_role(printed) in _KNOWN else _ROLES.get(fold(printed), "")
        if printed and role:
            three = role == "code" and fold(printed) == "iso3"
            return Column(role, language_of(language) if role in ("title", "body") else "", three)
    return None


def _by_tag(cell: str) -> Column | None:
    if not _TAG.fullmatch(cell.strip()):
        return None
    name, *marks = (part.strip().lower() for part in cell.strip().lstrip("#").split("+"))
    language = next((mark[2:] for mark in marks if mark.startswith("i_")), "")
    role = _role_of_tag(name, frozenset(marks))
    if not role:
        return None
    three = "v_iso3" in marks or "iso3" in marks
    return Column(role, language_of(language) if role in ("title", "body") else "", three)


def _role_of_tag(name: str, marks: frozenset[str]) -> str:
    if name in ("activity", "project", "title", "event"):
        return "identifier" if marks & {"code", "id"} else "body" if "description" in marks else "title"
    if name == "org":
        return "implementers" if marks & {"impl", "prog", "partner"} else "" if "code" in marks else "requesters"
    if name in ("country", "region"):
        return "code" if "code" in marks and name == "country" else "places" if "code" not in marks else ""
    if name == "date":
        published = {"reported", "publish", "published", "created", "updated"}
        return next((mark for mark in ("start", "end") if mark in marks), "published" if marks & published else "")
    if name == "meta":
        return "url" if marks & {"url", "link"} else "identifier" if "id" in marks else ""
    return {"description": "body", "lang": "language", "language": "language", "link": "url"}.get(name, "")


class TableReader:
    """Makes mandates of rows."""

    def __init__(self, names: Names, guesser: Guesser) -> None:
        self._names = names
        self._guesser = guesser

    def read(self, rows: Iterable[Row], headings: Headings, *, locale: str = "") -> Iterator[Finding]:
        """The mandates of the rows below the headings."""
        for number, (line, cells) in enumerate(rows):
            if number >= MOST_ROWS:
                yield Rejection("too-large", f"more than {MOST_ROWS} rows; split the table", line, whole=True)
                return
            if not any(cell.strip() for cell in cells):
                continue
            yield self._read_row(line, cells, headings, locale)

    def _read_row(self, line: int, cells: Sequence[str], headings: Headings, locale: str) -> Finding:
        width = len(headings.columns)
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            advice = "put texts that hold the separator in quotes"
            message = f"the row has {len(cells)} cells, the headings have {width}; {advice}"
            return Rejection("row-width", message, line)
        row = _RowValues(cells, headings)
        if not any(title for title in row.titles.values()):
            return Rejection("title-missing", "the row has no title; write one, or take the row out", line)
        return self._mandate(row, line, locale)

    def _mandate(self, row: _RowValues, line: int, locale: str) -> ImportedMandate:
        places, warnings = self._places(row)
        facts = Facts(
            titles=row.titles,
            bodies=row.bodies,
            default=row.first("language"),
            requesters=split_requesters(_listed(row.all("requesters")), self._names),
            places=places,
            period=row.period(),
            identifier=row.first("identifier"),
            warnings=warnings,
        )
        implementers = split_requesters(_listed(row.all("implementers")), self._names)
        return replace(
            make_mandate(facts, self._names, guesser=self._guesser, locale=locale),
            url=row.first("url"),
            published=days(row.first("published"), "").start,
            implementers=implementers if row.has("implementers") else None,
            line=line,
        )

    def _places(self, row: _RowValues) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Places from the names where they are known, else from the codes."""
        printed = split_places(_listed(row.all("places")), self._names)
        if not row.first("code") or (printed and not unknown_places(printed, self._names)):
            return printed, ()
        names, repaired = read_codes(row.first("code"), self._names, three_letters=row.three_letters)
        if unknown_places(names, self._names):
            return printed or names, ()
        return names, ("country-code-repaired",) if repaired else ()


class _RowValues:
    """The cells of a row by role."""

    def __init__(self, cells: Sequence[str], headings: Headings) -> None:
        self._values: dict[str, list[str]] = {}
        self.titles: dict[str, str] = {}
        self.bodies: dict[str, tuple[Block, ...]] = {}
        self.three_letters = False
        for column, cell in zip(headings.columns, cells, strict=False):
            if column is None:
                continue
            value = _GUARD.sub("", cell, count=1) if cell.startswith("'") else cell
            self.three_letters |= column.three_letters
            if column.role == "title":
                self.titles.setdefault(column.language, plain_line(value))
            elif column.role == "body":
                blocks = text_blocks(value, each_line=True)
                self.bodies[column.language] = (*self.bodies.get(column.language, ()), *blocks)
            else:
                self._values.setdefault(column.role, []).append(value)

    def has(self, role: str) -> bool:
        return role in self._values

    def all(self, role: str) -> list[str]:
        return [value for value in self._values.get(role, []) if value.strip()]

    def first(self, role: str) -> str:
        return next((plain_line(value) for value in self.all(role)), "")

    def period(self) -> Period:
        """The dates of the row."""
        start, end = self.first("start"), self.first("end")
        if not (start or end) and self.first("period"):
            return parse_period(self.first("period")) or Period(None, None, self.first("period"), ("date-invalid",))
        return days(start, end, length=self.first("length")) if start or end else MISSING


def _listed(values: Iterable[str]) -> str:
    return ", ".join(", ".join(filter(None, map(plain_line, re.split(r"[\n|]", value)))) for value in values)
