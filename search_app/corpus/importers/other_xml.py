"""XML that no importer knows: refused by name, so that it is never read as if it were a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from search_app.corpus.importers.base import Finding, InputFile, Rejection
from search_app.corpus.importers.languages import Guesser
from search_app.corpus.importers.text import decode
from search_app.corpus.names import Names

_DOCTYPE: Final = "<!doctype"
_BEGINS: Final = ("<?xml", _DOCTYPE)


class OtherXml:
    """Refuses what begins as XML; asked after all importers that read XML or HTML."""

    format = "xml"

    def __init__(self, names: Names, guesser: Guesser) -> None:
        """Needs neither names nor a guesser: nothing is read."""

    def recognises(self, head: bytes) -> bool:
        """A text that begins with an XML declaration or a DOCTYPE."""
        return _beginning(head).startswith(_BEGINS)

    def records(self, file: InputFile) -> Iterator[Finding]:
        """None, and why."""
        if _DOCTYPE in _beginning(file.data[: 1 << 16]):
            advice = "no honest export needs one; take the line out, or export the file again"
            yield Rejection("xml-doctype-refused", f"the file declares a DOCTYPE; {advice}")
        else:
            yield Rejection("format-unknown", "XML, but neither IATI, RSS, Atom nor a page; export it as CSV")


def _beginning(data: bytes) -> str:
    decoded = decode(data) or decode(data[:-1])
    return decoded.text.lstrip("\ufeff \t\r\n").lower() if decoded else ""
