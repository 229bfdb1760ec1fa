"""The lines of a page and the paragraphs, lists and table rows they make.

Knows how extractors print lists (markers, indentation) and tables (tabs), and which lines were torn apart in the middle
of a sentence. Knows nothing of mandates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from search_app.analysis.fold import fold
from search_app.corpus.importers.text import one_line
from search_app.corpus.textform import BULLET, DEEPEST, Block, Line, Paragraph, Row, nest

# A bullet of a later group means an inner item where indentation is lost.
_BULLETS: Final = ("•●·∙‣\u2043*–-", "◦○o", "▪■▫")
_ITEM: Final = re.compile(
    rf"(?P<bullet>[{re.escape(''.join(_BULLETS))}])(?=\s)"
    r"|\(?(?P<number>[1-9]\d?)[.)](?=\s)"
    r"|\(?(?P<letter>[a-z]|[ivx]{2,4})\)(?=\s)"
)
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_LONGEST_KEY: Final = 100  # characters
_TAB_WIDTH: Final = 4
_SENTENCE_END: Final = re.compile(r"[.!?:;…][»”\"'’)\]]*$|[»”]$")
# A comma, or a small word that no sentence ends with.
_SMALL_WORDS: Final = (
    "a an and at by for from in of on the to with au aux d dans de des du en et l la le les par pour sur un une"
)
_GOES_ON: Final = re.compile(rf",$|\b(?:{_SMALL_WORDS.replace(' ', '|')})$", re.IGNORECASE)
_FULL_LINE: Final = 60  # characters from which a line may have been broken for its length


@dataclass(frozen=True)
class PageLine:
    """A line that is not blank.

    number       from 1
    indent       in blanks
    text         blanks made single; with its marker
    content      without its marker
    marker       "" for none, else as in stored text: "•", "1."
    rank         kind of bullet; a higher one stands further in
    cells        two or more where tabs part the line
    key          the folded text, by which labels and headings are known; "" for items and long lines, which are none
    after_blank  whether a blank line stands before it
    """

    number: int
    indent: int
    text: str
    content: str
    marker: str = ""
    rank: int = 0
    cells: tuple[str, ...] = ()
    key: str = ""
    after_blank: bool = True


def read_lines(text: str) -> list[PageLine]:
    """The lines of a text that are not blank."""
    lines: list[PageLine] = []
    after_blank = True
    for number, raw in enumerate(text.split("\n"), 1):
        content = one_line(raw)
        if not content:
            after_blank = True
            continue
        expanded = raw.expandtabs(_TAB_WIDTH)
        indent = len(expanded) - len(expanded.lstrip())
        cells = tuple(filter(None, map(one_line, raw.strip().split("\t"))))
        key = fold(content) if len(content) <= _LONGEST_KEY else ""
        line = _with_marker(PageLine(number, indent, content, content, key=key, after_blank=after_blank))
        lines.append(replace(line, cells=cells) if len(cells) > 1 and not line.marker else line)
        after_blank = False
    return lines


def _with_marker(line: PageLine) -> PageLine:
    found = _ITEM.match(line.text)
    if not found or not line.text[found.end() :].strip():
        return line
    bullet, number, letter = found.group("bullet", "number", "letter")
    if bullet in ("o", "*") and not line.indent:
        return line  # a word, a footnote
    rank = next(rank for rank, bullets in enumerate(_BULLETS) if bullet in bullets) if bullet else 0
    value = number or _ROMAN.get(letter or "") or (ord(letter) - ord("a") + 1 if letter and len(letter) == 1 else 1)
    marker = BULLET if bullet else f"{value}."
    return replace(line, key="", marker=marker, rank=rank, content=line.text[found.end() :].strip())


def make_blocks(lines: Iterable[PageLine]) -> tuple[Block, ...]:
    """Paragraphs, lists and rows, in order."""
    blocks: list[Block] = []
    items: list[Line] = []
    for group in _groups(lines):
        first = group[0]
        text = join_lines([first.content, *(line.text for line in group[1:])])
        if first.marker:
            items.append(Line(0, first.indent * len(_BULLETS) + first.rank, first.marker, text))
            continue
        blocks += nest(_levelled(items))
        items = []
        blocks.append(Row(first.cells) if first.cells else Paragraph(text))
    return (*blocks, *nest(_levelled(items)))


def _levelled(items: Sequence[Line]) -> list[Line]:
    """Items whose levels were indentations, with levels 0, 1, 2 …"""
    indents: list[int] = []
    levelled = []
    for item in items:
        while indents and indents[-1] > item.level:
            indents.pop()
        if not indents or indents[-1] < item.level:
            indents.append(item.level)
        levelled.append(replace(item, level=min(len(indents) - 1, DEEPEST)))
    return levelled


def _groups(lines: Iterable[PageLine]) -> Iterator[list[PageLine]]:
    """Lines that belong together: an item or paragraph and the lines that go on with it."""
    group: list[PageLine] = []
    for line in lines:
        if group and not _goes_on(group, line):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _goes_on(group: Sequence[PageLine], line: PageLine) -> bool:
    if line.after_blank or line.marker or line.cells or group[-1].cells:
        return False
    return (group[0].marker != "" and line.indent > group[0].indent) or is_torn(group[-1].text, line.text)


def is_torn(before: str, text: str) -> bool:
    """Whether a sentence was broken between two lines that no blank line parts."""
    if _SENTENCE_END.search(before):
        return False
    return text[0].islower() or len(before) >= _FULL_LINE or _GOES_ON.search(before) is not None


def ends_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does; headings do not."""
    return _SENTENCE_END.search(text) is not None


def join_lines(texts: Sequence[str]) -> str:
    """Torn lines as one; a hyphen at the end of a line joins two halves of a word."""
    return re.sub(r"(?<=\w-) (?=[^\W\d_])", "", " ".join(texts)) if len(texts) > 1 else texts[0]


def title_from(lines: Sequence[PageLine], last: int, lowest: int) -> int:
    """Where a title begins that ends at `last` and may have been torn into several lines; at `lowest` or later."""
    first = last
    while first > lowest and not lines[first].after_blank and is_torn(lines[first - 1].text, lines[first].text):
        first -= 1
    return first
