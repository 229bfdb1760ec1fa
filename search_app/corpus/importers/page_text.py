"""The importer of page text: what remains of a web page when its text is extracted.

Three layouts: a list of mandates (title, header line, text, often the word `Mandate`), the page of one mandate, and a
sheet of labels with values (both in `page_fields`). A page whose header lines were lost is refused rather than guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from search_app.analysis.fold import fold
from search_app.corpus.identity import is_cut
from search_app.corpus.importers.base import (
    FileWarning,
    Finding,
    ImportedMandate,
    InputFile,
    Page,
    Rejection,
    Skipped,
    in_order,
)
from search_app.corpus.importers.headers import Header, find_header
from search_app.corpus.importers.languages import Guesser, find_languages
from search_app.corpus.importers.lines import PageLine, join_lines, make_blocks, read_lines, title_from
from search_app.corpus.importers.page_fields import Fields, read_detail, read_sheet
from search_app.corpus.importers.page_sections import find_sections, is_junk, starts_section
from search_app.corpus.importers.printed_names import unknown_places
from search_app.corpus.importers.text import read_text
from search_app.corpus.names import Names

_LARGEST_PAGE: Final = 2 << 20  # bytes
_CLOSING: Final = frozenset(map(fold, ("Mandate", "Mandat", "Programme", "Program")))


class PageText:
    """Importer of page text."""

    format = "page-text"

    def __init__(self, names: Names, guesser: Guesser) -> None:
        self._names = names
        self._guesser = guesser

    def recognises(self, head: bytes) -> bool:
        """Any text: this importer is asked last."""
        return read_text(head) is not None

    def records(self, file: InputFile) -> Iterator[Finding]:
        """What the page holds."""
        if len(file.data) > _LARGEST_PAGE:
            yield Rejection("too-large", f"{len(file.data)} bytes are no page; the limit is {_LARGEST_PAGE}, split it")
            return
        clean = read_text(file.data)
        if clean is None:
            yield Rejection("not-text", "this is no text file; save the page as text")
            return
        if clean.guessed:
            yield FileWarning("encoding-guessed")
        if clean.repaired:
            yield FileWarning("encoding-repaired")
        lines = read_lines(clean.text)
        if not lines:
            yield Rejection("empty-file", "the file holds no text; export the page again")
        elif blocks := _find_blocks(lines, self._names):
            yield from self._list_page(lines, blocks, file)
        elif fields := read_detail(lines, self._names) or self._sheet(lines):
            yield Page(fields.page_title, fields.layout)
            yield self._mandate(fields, file)
        else:
            yield from _page_without_mandates(lines)

    def _list_page(self, lines: Sequence[PageLine], blocks: Sequence[_Block], file: InputFile) -> Iterator[Finding]:
        first = blocks[0].title_from
        yield Page(lines[0].text if first else "")
        yield from find_sections(lines[1:first])
        for block, end in zip(blocks, [*(block.title_from for block in blocks[1:]), len(lines)], strict=True):
            body, rest = _cut_body(lines[block.header_at + 1 : end])
            header = block.header
            fields = Fields(
                title=block.title,
                requesters=header.requesters,
                places=header.places,
                period=header.period,
                body=make_blocks(body),
                kind=header.kind,
                line=lines[block.title_from].number,
            )
            yield self._mandate(fields, file)
            yield from find_sections(rest)

    def _sheet(self, lines: Sequence[PageLine]) -> Fields | None:
        """A sheet of labels that says who, where or when; settings and programs have words like labels too."""
        fields = read_sheet(lines, self._names)
        if fields is None or fields.requesters or fields.period.start or fields.period.end:
            return fields
        return fields if fields.places and not unknown_places(fields.places, self._names) else None

    def _mandate(self, fields: Fields, file: InputFile) -> ImportedMandate:
        languages = find_languages(fields.title, fields.body, locale=file.locale, guesser=self._guesser)
        warnings = [*fields.period.warnings, *languages.warnings]
        warnings += [] if fields.requesters else ["requester-missing"]
        warnings += [] if fields.places else ["places-missing"]
        warnings += ["country-unknown"] if unknown_places(fields.places, self._names) else []
        warnings += [] if fields.body else ["body-missing"]
        warnings += ["title-truncated"] if is_cut(fields.title) else []
        return ImportedMandate(
            title=fields.title,
            language=languages.language,
            title_language=languages.title_language,
            requesters=fields.requesters,
            places=fields.places,
            start=fields.period.start,
            end=fields.period.end,
            dates_raw=fields.period.raw if fields.period.warnings else "",
            body=fields.body,
            sections=fields.sections,
            split=languages.split,
            identifier=fields.identifier,
            kind=fields.kind,
            warnings=in_order(warnings),
            line=fields.line,
        )


@dataclass(frozen=True)
class _Block:
    """A mandate on a list page: the lines of its title and the line of its header."""

    title: str
    title_from: int
    header_at: int
    header: Header


def _find_blocks(lines: Sequence[PageLine], names: Names) -> list[_Block]:
    headers = [None if line.marker else find_header(line.text, names) for line in lines]
    blocks: list[_Block] = []
    for at, header in enumerate(headers):
        if header and at and _can_be_title(lines[at - 1], is_header=bool(blocks) and blocks[-1].header_at == at - 1):
            after = headers[at + 1] if at + 1 < len(lines) else None
            if after and after.strength >= header.strength:
                continue  # a title that holds the words of a header: the line after it is the header
            first = title_from(lines, at - 1, blocks[-1].header_at + 1 if blocks else 0)
            title = join_lines([line.text for line in lines[first:at]])
            blocks.append(_Block(title, first, at, header))
    return blocks


def _can_be_title(line: PageLine, *, is_header: bool) -> bool:
    # "2. Phase" may begin a title, and a title may hold a tab
    in_list_or_table = (line.marker or line.cells) and (line.indent or not line.after_blank)
    return not (is_header or in_list_or_table or is_junk(line) or line.key in _CLOSING)


def _cut_body(lines: Sequence[PageLine]) -> tuple[Sequence[PageLine], Sequence[PageLine]]:
    """The text of a mandate, and what stands behind it."""
    for at, line in enumerate(lines):
        if line.key in _CLOSING and not line.marker:
            return lines[:at], lines[at + 1 :]
        if starts_section(lines, at):
            return lines[:at], lines[at:]
    return lines, ()


def _page_without_mandates(lines: Sequence[PageLine]) -> Iterator[Finding]:
    """Only sections, which are skipped, or a page that lost its header lines."""
    skipped: list[Skipped] = find_sections(lines)
    first_section = next((at for at in range(len(lines)) if starts_section(lines, at)), len(lines))
    name_lines = 2 if len(lines) > 1 and lines[0].text == lines[1].text else 1
    has_other_text = first_section > name_lines
    yield Page("" if has_other_text or not first_section else lines[0].text)
    yield from skipped
    if has_other_text:
        yield FileWarning("no-mandate-headers")
