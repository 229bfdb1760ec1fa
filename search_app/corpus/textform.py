"""Stored text: the one form in which descriptions and other long texts live, and its two neighbours.

- *raw* text, as people fold it in a YAML file  → `stored` →  stored text
- stored text  ↔  blocks (paragraphs and lists), by `to_blocks` and `from_blocks`
- stored text  → `folded` →  lines of at most 96 characters for a YAML file

In stored text a paragraph is one line, parted from its neighbours by a blank line; a list item is one line that begins
with "• " or "1. ", an inner item two blanks further in; blanks are single. Promise: `stored(folded(t)) == t` for stored
text, and `stored` changes stored text no more. Knows nothing of YAML or languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 96
DEEPEST: Final = 7  # level of the innermost items; deeper ones stand there too
BULLET: Final = "•"
_LINE_END: Final = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_BLANKS: Final = re.compile("[ \t]+")
_ITEM: Final = re.compile(r"(•|[1-9][0-9]{0,2}\.)(?: |$)")
_MARKER: Final = re.compile(r"•|[1-9][0-9]{0,2}\.")


@dataclass(frozen=True)
class Item:
    """One point of a list with the lists inside it; number 0 means one more than the item before."""

    text: str
    lists: tuple[ListBlock, ...] = ()
    number: int = 0


@dataclass(frozen=True)
class ListBlock:
    """A bulleted or numbered list."""

    ordered: bool
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Paragraph:
    """A run of sentences."""

    text: str


@dataclass(frozen=True)
class Row:
    """A row of a table."""

    cells: tuple[str, ...]


Block = Paragraph | Row | ListBlock


@dataclass(frozen=True)
class Line:
    """One paragraph or item of a stored text.

    start    offset of `text` in the stored text; its marker, if any, stands before it
    level    how deep an item lies, 0 = outermost
    marker   "" for a paragraph, "•", or a number with its dot
    """

    start: int
    level: int
    marker: str
    text: str


def stored(raw: str) -> str:
    """Unfold a text: a line end inside a paragraph or item becomes one blank.

    raw      any text; paragraphs are parted by blank lines, a line that begins with "• " or "1. " begins an item
    returns  stored text, NFC
    """
    lines: list[_RawLine] = []
    open_line = False
    for raw_line in _LINE_END.split(unicodedata.normalize("NFC", raw)):
        content = _BLANKS.sub(" ", raw_line).strip(" ")
        if not content:
            open_line = False
        elif item := _ITEM.match(content):
            expanded = raw_line.expandtabs(4)
            lines.append(_RawLine(len(expanded) - len(expanded.lstrip(" ")), item.group(1), content[item.end() :]))
            open_line = True
        elif open_line:
            lines[-1].text = f"{lines[-1].text} {content}".lstrip(" ")
        else:
            lines.append(_RawLine(0, "", content))
            open_line = True
    return _join(_levelled(lines))


@dataclass(slots=True)
class _RawLine:
    """A paragraph or item while its lines are being gathered; indent in blanks."""

    indent: int
    marker: str
    text: str


def _levelled(lines: Iterable[_RawLine]) -> Iterator[tuple[int, str, str]]:
    """Level, marker and text; an item is inner to the one above that is indented less."""
    indents: list[int] = []
    for line in lines:
        text = line.text if line.text.strip() else ""  # no-break blanks alone are no text
        if not (line.marker and text):
            indents.clear()
            if text or line.marker:
                yield 0, "", text or line.marker
            continue
        while indents and indents[-1] > line.indent:
            indents.pop()
        if not indents or indents[-1] < line.indent:
            indents.append(line.indent)
        yield min(len(indents) - 1, DEEPEST), line.marker, line.text


def _join(lines: Iterable[tuple[int, str, str]]) -> str:
    text = ""
    after_item = False
    for level, marker, content in lines:
        if text:
            text += "\n" if after_item and marker else "\n\n"
        text += "  " * level + f"{marker} {content}" if marker else content
        after_item = bool(marker)
    return text


def split(text: str) -> list[Line]:
    """The paragraphs and items of a stored text, each with its place in it."""
    lines: list[Line] = []
    start = 0
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip(" "))
        item = _ITEM.match(line, indent)
        if item and item.end() < len(line):
            lines.append(Line(start + item.end(), indent // 2, item.group(1), line[item.end() :]))
        elif line:
            lines.append(Line(start, 0, "", line))
        start += len(line) + 1
    return lines


def to_blocks(text: str) -> tuple[Block, ...]:
    """The structure of a stored text; `from_blocks` gives the text back."""
    blocks: list[Block] = []
    items: list[Line] = []
    for line in split(text):
        if line.marker:
            items.append(line)
            continue
        blocks += nest(items)
        items = []
        blocks.append(Paragraph(line.text))
    return (*blocks, *nest(items))


def nest(lines: Sequence[Line]) -> Iterator[ListBlock]:
    """Item lines as lists; a new list begins where the kind changes or the numbers start again."""
    items: list[Item] = []
    ordered = False
    at = 0
    while at < len(lines):
        line = lines[at]
        inner = at + 1
        while inner < len(lines) and lines[inner].level > line.level:
            inner += 1
        number = 0 if line.marker == BULLET else int(line.marker[:-1])
        if items and (ordered != (line.marker != BULLET) or (ordered and number <= items[-1].number)):
            yield ListBlock(ordered, tuple(items))
            items = []
        ordered = line.marker != BULLET
        items.append(Item(line.text, tuple(nest(lines[at + 1 : inner])), number))
        at = inner
    if items:
        yield ListBlock(ordered, tuple(items))


def from_blocks(blocks: Iterable[Block]) -> str:
    """The stored text of blocks; a paragraph that reads like a list item becomes one."""
    return stored(_join(_block_lines(blocks)))


def _block_lines(blocks: Iterable[Block]) -> Iterator[tuple[int, str, str]]:
    for block in blocks:
        match block:
            case Paragraph(text):
                yield 0, "", _one_line(text)
            case Row(cells):
                yield 0, "", " | ".join(map(_one_line, cells))
            case ListBlock():
                yield from _item_lines(block, 0)


def _item_lines(block: ListBlock, level: int) -> Iterator[tuple[int, str, str]]:
    number = 0
    for item in block.items:
        number = item.number or number + 1
        yield level, f"{number}." if block.ordered else BULLET, _one_line(item.text)
        for inner in item.lists:
            yield from _item_lines(inner, level + 1)


def _one_line(text: str) -> str:
    return _LINE_END.sub(" ", text)


def folded(text: str) -> str:
    """Break the lines of a stored text at blanks so that none is longer than `WIDTH`, where words allow.

    No line begins with a word that would make it a list item.
    """
    lines: list[str] = []
    after_item = False
    for line in split(text):
        if lines and not (line.marker and after_item):
            lines.append("")
        head = "  " * line.level + (line.marker + " " if line.marker else "")
        lines += _wrap(line.text, head=head, indent=" " * len(head))
        after_item = bool(line.marker)
    return "\n".join(lines)


def _wrap(text: str, *, head: str, indent: str) -> list[str]:
    lines: list[str] = []
    current = head
    empty = True
    for word in text.split(" "):
        if empty:
            current += word
            empty = False
        elif len(current) + 1 + len(word) <= WIDTH or _MARKER.fullmatch(word):
            current += " " + word
        else:
            lines.append(current)
            current = indent + word
    return [*lines, current]
