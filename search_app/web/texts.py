"""Stored text as HTML: paragraphs, lists and marks.

Promise: all text is escaped, only this module's own tags are added, and taking the tags away gives back the words of
the stored text. Offsets are code points of the stored text; marks may not overlap. Knows no search.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Final

from markupsafe import Markup

_LINE: Final = re.compile(r"^( *)(?:(•)|([0-9]{1,3})\.) +", re.MULTILINE)


@dataclass(frozen=True)
class Highlight:
    """A stretch to mark; a title says why where it is not plain to see ("SSR = security sector reform")."""

    start: int
    end: int
    title: str = ""


@dataclass(frozen=True)
class _Block:
    """One line of a stored text: a paragraph (depth 0), or an item of a list at some depth."""

    start: int
    end: int
    depth: int = 0
    number: int | None = None


def marked(text: str, marks: Sequence[Highlight], start: int = 0, end: int | None = None) -> Markup:
    """Escape a text and mark stretches of it.

    marks        ascending, in offsets of the whole text; clipped to what is shown
    start, end   the part to show
    """
    end = len(text) if end is None else end
    pieces = []
    at = start
    for mark in marks:
        first, last = max(mark.start, at), min(mark.end, end)
        if first >= last:
            continue
        opening = f'<mark class="syn" title="{escape(mark.title)}">' if mark.title else "<mark>"
        pieces += [escape(text[at:first]), opening, escape(text[first:last]), "</mark>"]
        at = last
    pieces.append(escape(text[at:end]))
    return Markup("".join(pieces))  # noqa: S704 each piece is escaped, or a tag of ours


def blocks(text: str, marks: Sequence[Highlight] = ()) -> Markup:
    """Give a stored text as paragraphs and (nested) lists with its marks."""
    parts = [_Block(line.start(), line.end()) for line in re.finditer(r"[^\n]+", text)]
    return Markup("").join(_grouped([_block(text, part) for part in parts], text, marks))


def _block(text: str, line: _Block) -> _Block:
    found = _LINE.match(text, line.start, line.end)
    if not found:
        return line
    return _Block(found.end(), line.end, len(found[1]) // 2 + 1, int(found[3]) if found[3] else None)


def _grouped(parts: Sequence[_Block], text: str, marks: Sequence[Highlight]) -> Iterator[Markup]:
    for is_item, group in groupby(parts, lambda part: part.depth > 0):
        if is_item:
            yield from _lists(list(group), text, marks)
        else:
            for part in group:
                yield Markup("<p>{}</p>\n").format(marked(text, marks, part.start, part.end))


def _lists(items: Sequence[_Block], text: str, marks: Sequence[Highlight]) -> Iterator[Markup]:
    """Runs of one kind (numbered or not) make a list each; deeper items belong to the item before them."""
    depth = items[0].depth
    families: list[list[_Block]] = []
    for item in items:
        if item.depth <= depth:
            families.append([])
        families[-1].append(item)
    for numbered, run in groupby(families, lambda family: family[0].number is not None):
        members = list(run)
        content = Markup("").join(_member(member, text, marks) for member in members)
        if numbered:
            yield Markup('<ol start="{}">{}</ol>\n').format(members[0][0].number, content)
        else:
            yield Markup("<ul>{}</ul>\n").format(content)


def _member(family: Sequence[_Block], text: str, marks: Sequence[Highlight]) -> Markup:
    item, inner = family[0], family[1:]
    nested = Markup("").join(_lists(inner, text, marks)) if inner else ""
    return Markup("<li>{}{}</li>").format(marked(text, marks, item.start, item.end), nested)
