"""The small interface between the formats people have and the intake.

An importer reads one format and yields findings in the order of the file: what the file is, mandates, things it
skipped, warnings, and refusals. It merges nothing, gives no ids and never sees the corpus; a new format needs nothing
but another `Importer`, named in `search_app.corpus.importers.all_importers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol

from search_app.corpus.mandate import Mandate, Source
from search_app.corpus.textform import Block, Item, ListBlock, Paragraph, Row

# Warnings of a record and of a file, each in the order in which reports list them.
RECORD_WARNINGS: Final = (
    "requester-missing",
    "places-missing",
    "country-unknown",
    "country-code-repaired",
    "countries-from-children",
    "dates-missing",
    "end-date-missing",
    "dates-reversed",
    "date-invalid",
    "date-order-inferred",
    "date-precision-year",
    "date-precision-month",
    "end-date-computed",
    "body-missing",
    "title-truncated",
    "language-mixed",
    "language-other",
    "language-tag-mismatch",
    "versions-merged",
)
FILE_WARNINGS: Final = (
    "duplicate-merged",
    "sections-skipped",
    "no-mandate-headers",
    "encoding-guessed",
    "encoding-repaired",
    "file-truncated",
)
UNDETERMINED: Final = "und"


def in_order(codes: Iterable[str], order: tuple[str, ...] = RECORD_WARNINGS) -> tuple[str, ...]:
    """Warning codes, each once, in the order of reports; unknown ones last."""
    return tuple(sorted(set(codes), key=lambda code: (order.index(code) if code in order else len(order), code)))


@dataclass(frozen=True)
class InputFile:
    """What an importer is given.

    name      shown in messages and stored as the record's source
    locale    language of the page where the address or a person says so, "" else
    captured  day on which the page was fetched, where that is known
    """

    name: str
    data: bytes
    locale: str = ""
    captured: date | None = None


@dataclass(frozen=True)
class Text:
    """Title and body of a mandate in one language."""

    title: str
    body: tuple[Block, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportedMandate:
    """One mandate as a file gives it.

    language         of the body ("en", "fr", or "und" where it is neither or unknown)
    title_language   "" where it is the body's
    places           as printed; the English name where the format has a code
    translations     the same mandate in further languages
    split            title and body taken apart by language, where one text holds both
    implementers     None where the format does not know them
    date_kinds       start, end → actual or planned, where the format says so
    told_regions     places that the format itself calls regions; they need no entry in places.yaml
    line             where it begins in the file, from 1
    updated          when the publisher last changed it (ISO 8601): the newer of two in one file wins
    versions         other wordings of the same mandate
    sources          where it was met; empty until the intake fills it
    source           the same in words, for people
    id               the record's own, where the file is one of ours
    original         the record itself, where the file is one of ours: taken word for word
    """

    title: str
    language: str
    title_language: str = ""
    requesters: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    dates_raw: str = ""
    body: tuple[Block, ...] = ()
    sections: Mapping[str, tuple[Block, ...]] = field(default_factory=dict)
    translations: Mapping[str, Text] = field(default_factory=dict)
    split: Mapping[str, Text] = field(default_factory=dict)
    identifier: str = ""
    url: str = ""
    kind: str = ""
    implementers: tuple[str, ...] | None = None
    published: date | None = None
    parent: str = ""
    date_kinds: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    warnings: tuple[str, ...] = ()
    occurrences: int = 1
    told_regions: tuple[str, ...] = ()
    line: int = 0
    updated: str = ""
    versions: tuple[ImportedMandate, ...] = ()
    sources: tuple[Source, ...] = ()
    source: str = ""
    id: str = ""
    original: Mandate | None = None

    @property
    def titles(self) -> dict[str, str]:
        """The titles by language."""
        main = {self.title_language or self.language: self.title}
        return main | {language: text.title for language, text in self._others() if text.title}

    @property
    def bodies(self) -> dict[str, tuple[Block, ...]]:
        """The bodies by language, empty ones left out."""
        main = {self.language: self.body} if self.body else {}
        return main | {language: text.body for language, text in self._others() if text.body}

    def _others(self) -> Iterator[tuple[str, Text]]:
        yield from self.split.items()
        yield from self.translations.items()


@dataclass(frozen=True)
class Skipped:
    """Something else that stood in the file: a vacancy, a document."""

    kind: str
    title: str


@dataclass(frozen=True)
class Rejection:
    """An input that is refused.

    line    where, from 1; 0 where the file as such is meant
    whole   whether nothing of the file is taken; always so where there is no line
    """

    code: str
    message: str
    line: int = 0
    whole: bool = False

    @property
    def refuses_file(self) -> bool:
        """Whether nothing of the file is taken."""
        return self.whole or not self.line


@dataclass(frozen=True)
class FileWarning:
    """Something to know of the whole file; one of FILE_WARNINGS."""

    code: str


@dataclass(frozen=True)
class Page:
    """What the file says it is: its heading, and its layout ("detail", "label-value") where it is no list."""

    title: str = ""
    layout: str = ""


Finding = ImportedMandate | Skipped | Rejection | FileWarning | Page


class Importer(Protocol):
    """Reads one format."""

    @property
    def format(self) -> str:
        """Name of the format in reports, such as page-text."""

    def recognises(self, head: bytes) -> bool:
        """Whether a file that begins with these bytes is of this format."""

    def records(self, file: InputFile) -> Iterator[Finding]:
        """What the file holds, in its order; raises nothing, whatever the bytes."""


def block_form(block: Block) -> dict[str, object]:
    """A block as reports print it: {p: text}, {ul: [...]} or {ol: [...]}."""
    match block:
        case Paragraph(text):
            return {"p": text}
        case Row(cells):
            return {"p": " ".join(cells)}
        case ListBlock(ordered, items):
            return {"ol" if ordered else "ul": [_item_form(item) for item in items]}


def _item_form(item: Item) -> object:
    if not item.lists:
        return item.text
    form: dict[str, object] = {"text": item.text}
    for inner in item.lists:
        form.update(block_form(inner))
    return form
