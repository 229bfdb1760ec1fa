"""XML in pieces: the elements of some names as they are complete, the rest forgotten as it goes by.

Promise: a DOCTYPE is refused before anything is parsed, nothing is fetched or expanded, no file takes more than a few
megabytes beside its bytes, and a file that breaks off is told from one that is broken. Knows nothing of mandates.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator
from typing import Any, Final

from lxml import etree

from search_app.corpus.importers.base import FileWarning, Rejection

XML_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_PIECE: Final = 1 << 16  # bytes parsed at once
_MUCH: Final = 1 << 20  # of an element that is not complete, before what nobody asked for is forgotten
_TOO_MUCH: Final = 4 << 20  # of what cannot be forgotten
_MOST_ELEMENTS: Final = 100_000
_MOST_TAGS: Final = 4_000_000
_TOO_MANY: Final = 100_000  # elements that cannot be forgotten
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Atomic, so that no prolog makes the search slow; on bytes, so that a large file is not copied.
_ROOT: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?>\s|<\?.*?\?>|<!--.*?-->)*+<(?P<doctype>!doctype\s+)?(?:[\w.-]+:)?(?P<name>[\w.-]*)",
    re.DOTALL | re.IGNORECASE,
)
_DECLARED: Final = re.compile(rb"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([A-Za-z0-9_.-]{1,40})")
_OLD_LATIN: Final = frozenset(("iso-8859-1", "latin-1", "latin1", "iso-8859-15", "windows-1252", "cp1252", "us-ascii"))


def root_name(head: bytes) -> str:
    """The name of the root element, its prefix left out; "" where the bytes do not begin as XML does."""
    found = _root(head)
    return found["name"].decode("ascii") if found else ""


def _root(data: bytes) -> re.Match[bytes] | None:
    return _ROOT.match(data.decode("utf-16", "replace").encode() if data.startswith(_UTF_16) else data)


def read_elements(data: bytes, names: Collection[str], *, kept: Collection[str] = ()) -> Iterator[Any]:
    """The elements of these names when they are complete, without the descendants that only a large one loses.

    kept     names of descendants that even a very large element keeps
    yields   elements, to be used at once; a FileWarning, or a Rejection and then nothing more
    """
    root = _root(data)
    if root is None or root["doctype"]:
        advice = "no honest export needs one; take the line out, or export the file again"
        yield Rejection("xml-doctype-refused", f"the file declares a DOCTYPE; {advice}")
        return
    if data.count(b"<") > _MOST_TAGS:
        yield Rejection("too-large", f"more than {_MOST_TAGS} tags; split the file")
        return
    encoding, guessed = _encoding(data)
    if guessed:
        yield FileWarning("encoding-guessed")
    reader = _Reader((root["name"].decode("ascii"), *names))
    try:
        for piece in _pieces(data, encoding):
            reader.feed(piece)
            yield from reader.complete(names)
            if reader.count > _MOST_ELEMENTS:
                yield Rejection("too-large", f"more than {_MOST_ELEMENTS} records; split the file")
                return
            if not reader.forget(kept):
                line = reader.root.sourceline if reader.root is not None else 1
                yield Rejection("too-large", f"one element has more than {_TOO_MUCH >> 20} MiB", line, whole=True)
                return
        reader.close()
    except etree.XMLSyntaxError as error:
        if reader.closed and not _is_ended(data, root["name"]):
            yield FileWarning("file-truncated")
            return
        yield Rejection("xml-malformed", f"{_reason(error)}; export the file again", error.lineno or 1, whole=True)


class _Reader:
    """A parser that is fed, and what it holds."""

    def __init__(self, names: Collection[str]) -> None:
        self.root: Any = None
        self.count = 0
        self.closed = False
        self._since_forgotten = 0  # bytes
        self._since_progress = 0
        self._parser = etree.XMLPullParser(
            events=("start", "end"),
            tag=[f"{{*}}{name}" for name in dict.fromkeys(names)],
            encoding="utf-8",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )

    def feed(self, piece: bytes) -> None:
        self._parser.feed(piece)
        self._since_forgotten += len(piece)
        self._since_progress += len(piece)

    def complete(self, names: Collection[str]) -> Iterator[Any]:
        """The elements that the last pieces completed; each is emptied once it was used."""
        for event, element in self._parser.read_events():
            if self.root is None:
                self.root = element
            if event == "start" or local_name(element) not in names:
                continue
            yield element
            self.count += 1
            element.clear()
            before = element.getprevious()
            if before is not None and local_name(before) in names:
                element.getparent().remove(before)
            self._since_progress = 0

    def forget(self, kept: Collection[str]) -> bool:
        """Drop what stands before the open elements and was not asked for; False where too much remains."""
        if self._since_forgotten < _MUCH or self.root is None:
            return self._since_progress < _TOO_MUCH
        self._since_forgotten = 0
        element, remaining = self.root, 0
        while len(element):
            before = len(element)
            kept_here = list(element.iterchildren(*(f"{{*}}{name}" for name in kept))) if kept else []
            last = element[-1]
            if any(child is not last for child in kept_here):
                for child in [child for child in element[:-1] if local_name(child) not in kept]:
                    element.remove(child)
            else:
                del element[:-1]
            remaining += len(element)
            self._since_progress = self._since_progress if len(element) == before else 0
            element = last
        return self._since_progress < _TOO_MUCH and remaining < _TOO_MANY

    def close(self) -> None:
        """Say that this was all; raises where the root is not complete, or where something was wrong before."""
        self.closed = True
        self._parser.close()


def _is_ended(data: bytes, root: bytes) -> bool:
    """Whether a file ends as it should: then it was not cut, whatever else is wrong with it."""
    end = data[-256:].replace(b"\x00", b"")  # of UTF-16
    return re.search(rb"</(?:[\w.-]+:)?" + re.escape(root) + rb"\s*>\s*(?:<!--[^<>]*-->\s*)*$", end) is not None


def _encoding(data: bytes) -> tuple[str, bool]:
    """The encoding of a file, and whether that was guessed: UTF-8 where it is valid, whatever the file says."""
    if data.startswith(_UTF_16):
        return "utf-16", False
    check = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(data), _PIECE):
            check.decode(data[at : at + _PIECE])
    except UnicodeDecodeError:
        declared = _DECLARED.search(data[:1024])
        return "cp1252", not (declared and declared[1].decode("ascii").lower() in _OLD_LATIN)
    return "utf-8", False


def _pieces(data: bytes, encoding: str) -> Iterator[bytes]:
    """The file as UTF-8 without a mark; half a letter at the end is left out."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for at in range(0, len(data), _PIECE):
        text = decoder.decode(data[at : at + _PIECE])
        # nothing may stand before the first line, and often blanks do
        yield (text.lstrip("\ufeff \t\r\n") if at == 0 else text).encode("utf-8", "replace")


def _reason(error: etree.XMLSyntaxError) -> str:
    return f"the XML is broken ({str(error).partition(', line')[0][:80]})"


def local_name(element: Any) -> str:
    """The name of an element without its namespace; "" for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def language_tag(element: Any) -> str:
    """The language tag of an element, or of the nearest one around it."""
    while element is not None:
        if tag := element.get(XML_LANGUAGE):
            return str(tag)
        element = element.getparent()
    return ""


def inner_text(element: Any) -> str:
    """What stands in an element, elements in it as markup."""
    pieces = [element.text or ""]
    pieces += [etree.tostring(child, encoding="unicode") for child in element]
    return "".join(pieces)
