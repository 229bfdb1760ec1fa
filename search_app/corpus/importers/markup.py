"""Markup → the lines that a person sees, and texts that may or may not hold markup.

Navigation, scripts, styles and footers are no text; list items get markers, cells are parted by tabs.
Promise: nothing is fetched or expanded, and no depth of tags breaks it. Knows nothing of mandates.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from search_app.corpus.importers.lines import make_blocks, read_lines
from search_app.corpus.importers.text import clean_text, one_line
from search_app.corpus.textform import BULLET, Block

_NO_TEXT: Final = frozenset(
    """
    script style head nav footer noscript template svg math button select option textarea iframe object
    """.split()  # noqa: SIM905 - a list of strings would be four times as long
)
_BLOCKS: Final = frozenset(
    """
    p div article section main header h1 h2 h3 h4 h5 h6 ul ol table blockquote pre address figure dl dt
    form hr aside fieldset details summary center
    """.split()  # noqa: SIM905 - a list of strings would be four times as long
)
_HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_MARKUP: Final = re.compile(
    r"</?(?:p|br|ul|ol|li|div|b|strong|em|i|u|a|span|h[1-6]|table|tr|td|th|font|blockquote|script|style|sup|sub)\b[^<>]*>",
    re.IGNORECASE,
)
_INDENT: Final = "  "


@dataclass(frozen=True)
class MarkupText:
    """A page as lines.

    links      text of a heading or of a link in one → its address
    language   what the page says of itself; "" for nothing
    """

    text: str
    links: Mapping[str, str] = field(default_factory=dict)
    language: str = ""


def read_markup(text: str) -> MarkupText:
    """The text of a page or of a piece of one."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        root = None
    if root is None:
        return MarkupText("")
    writer = _Writer()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            writer.open(element)
        else:
            writer.close(element)
    return MarkupText(writer.text(), writer.links, str(root.get("lang") or ""))


class _Writer:
    """Gathers lines while elements open and close."""

    def __init__(self) -> None:
        self.links: dict[str, str] = {}
        self._lines: list[str] = []
        self._line = ""
        self._marker = ""
        self._hidden = 0
        self._headings = 0
        self._lists: list[int] = []  # next number of each open list; 0 for bullets

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines)

    def open(self, element: Any) -> None:
        tag = str(element.tag).lower()
        if self._hidden or _is_hidden(element, tag):
            self._hidden += 1
            return
        if tag in ("ul", "ol"):
            self._end_line()
            self._blank(inside_list=bool(self._lists))
            self._lists.append(1 if tag == "ol" else 0)
        elif tag == "li":
            self._open_item()
        elif tag in ("br", "tr", "dd"):
            self._end_line()
        elif tag in ("td", "th"):
            self._line += "\t" if self._line.strip() else ""
        elif tag in _BLOCKS:
            self._open_block()
        self._headings += tag in _HEADINGS
        self._take(element.text)
        if tag == "a" and self._headings and element.get("href"):
            self.links.setdefault(one_line("".join(element.itertext())), str(element.get("href")).strip())

    def close(self, element: Any) -> None:
        tag = str(element.tag).lower()
        if self._hidden:
            self._hidden -= 1
        elif tag in ("ul", "ol"):
            self._end_line()
            self._lists.pop()
            self._blank(inside_list=bool(self._lists))
        elif tag in ("li", "tr", "dt", "dd"):
            self._end_line()
        elif tag == "th" and element.getnext() is not None and str(element.getnext().tag).lower() == "td":
            self._line = self._line.rstrip(" :") + ":" if self._line.strip() else ""
        elif tag in _BLOCKS:
            self._end_line()
            self._blank(inside_list=bool(self._lists))
        self._headings -= tag in _HEADINGS and not self._hidden and self._headings > 0
        if not self._hidden:
            self._take(element.tail)

    def _open_item(self) -> None:
        self._end_line()
        depth = max(len(self._lists) - 1, 0)
        number = self._lists[-1] if self._lists else 0
        self._marker = f"{_INDENT * depth}{f'{number}.' if number else BULLET} "
        if number:
            self._lists[-1] += 1

    def _open_block(self) -> None:
        if self._marker and not self._line.strip():
            return  # a paragraph that begins an item
        self._end_line()
        self._blank(inside_list=bool(self._lists))

    def _take(self, text: str | None) -> None:
        if text:
            piece = re.sub(r"\s+", " ", text)
            self._line += piece.lstrip(" ") if not self._line or self._line[-1] in " \t" else piece

    def _end_line(self) -> None:
        if content := self._line.strip(" "):
            if content.strip():
                self._lines.append(self._marker + content)
            self._marker = ""
        self._line = ""

    def _blank(self, *, inside_list: bool) -> None:
        if self._lines and self._lines[-1] and not inside_list:
            self._lines.append("")


def _is_hidden(element: Any, tag: str) -> bool:
    return (
        tag in _NO_TEXT
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or element.get("role") == "navigation"
        or (tag == "header" and element.getparent() is not None and str(element.getparent().tag) == "body")
    )


def has_markup(text: str) -> bool:
    """Whether a text holds tags of web pages."""
    return _MARKUP.search(text) is not None


def plain_text(raw: str) -> str:
    """A text that may hold markup or entities, as lines of clean text."""
    text = raw if has_markup(raw) else html.unescape(raw) if _MARKUP.search(html.unescape(raw)) else raw
    return clean_text(read_markup(text).text if has_markup(text) else raw).text


def plain_line(raw: str) -> str:
    """The same on one line."""
    return one_line(plain_text(raw))


def text_blocks(raw: str, *, each_line: bool = False) -> tuple[Block, ...]:
    """Paragraphs and lists of a text that may hold markup.

    each_line   whether a line end starts a new paragraph, as in the cell of a table
    """
    text = plain_text(raw)
    return make_blocks(read_lines(re.sub(r"\n+", "\n\n", text) if each_line else text))
