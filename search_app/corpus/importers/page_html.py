"""The importer of web pages as markup: the page's text, read like any page, with the addresses of its titles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from search_app.corpus.importers.base import FileWarning, Finding, ImportedMandate, InputFile, Rejection
from search_app.corpus.importers.languages import Guesser
from search_app.corpus.importers.markup import read_markup
from search_app.corpus.importers.page_text import PageText
from search_app.corpus.importers.text import decode
from search_app.corpus.names import Names

_LARGEST_PAGE: Final = 8 << 20  # bytes
_PAGE: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|main|div|section|h[1-6]|p)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]{1,40})", re.IGNORECASE)
_OLD_LATIN: Final = frozenset(("iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252"))


class PageHtml:
    """Importer of page HTML."""

    format = "page-html"

    def __init__(self, names: Names, guesser: Guesser) -> None:
        self._page = PageText(names, guesser)

    def recognises(self, head: bytes) -> bool:
        """A text that begins as a page does."""
        decoded = decode(head) or decode(head[:-1])
        return decoded is not None and _PAGE.match(decoded.text) is not None

    def records(self, file: InputFile) -> Iterator[Finding]:
        """What the page holds."""
        if len(file.data) > _LARGEST_PAGE:
            yield Rejection("too-large", f"{len(file.data)} bytes are no page; the limit is {_LARGEST_PAGE}, split it")
            return
        decoded = decode(file.data)
        if decoded is None:
            yield Rejection("not-text", "this is no text file; save the page again")
            return
        declared = _CHARSET.search(file.data[:4096])
        if decoded.guessed and not (declared and declared[1].decode("ascii").lower() in _OLD_LATIN):
            yield FileWarning("encoding-guessed")
        page = read_markup(decoded.text)
        locale = file.locale or page.language[:2].lower()
        as_text = replace(file, data=page.text.encode("utf-8", "replace"), locale=locale)
        for finding in self._page.records(as_text):
            if isinstance(finding, ImportedMandate):
                yield replace(finding, url=finding.url or page.links.get(finding.title, ""), line=0)
            else:
                yield finding
