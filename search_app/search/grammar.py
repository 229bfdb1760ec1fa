"""Read what a user typed: words, phrases, operators, fields. Any text is a query; nothing here can fail.

    sécurité mali       either word, better where both stand
    "état de droit"     these words side by side, as typed (also “…” and « … »)
    -police NOT/SAUF    without what the plain word would find
    reform*             words that begin so, from three letters on
    a AND/ET b          both; OR/OU is what stands between words anyway
    title:budget        in a title only; titre: likewise
    country:Mali        the filter of that name; pays:, requester:, demandeur: likewise

Operators are read in capitals between two operands; elsewhere they are words. Whatever is read over is told in a note.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Final, Literal

from search_app.analysis.analyzer import STOP_MARK, Analyzer, Token
from search_app.analysis.language import Language
from search_app.search.results import Note

Field = Literal["title", "country", "requester"]
Kind = Literal["word", "phrase", "prefix"]
# "capitals": two of them make an acronym. "none": no capitals, or nothing but capitals that say nothing.
Case = Literal["capitals", "none"]

FIELDS: Final[dict[str, Field]] = {
    "title": "title",
    "titre": "title",
    "country": "country",
    "pays": "country",
    "requester": "requester",
    "demandeur": "requester",
}
OPERATORS: Final = {"OR": "or", "OU": "or", "AND": "and", "ET": "and", "NOT": "not", "SAUF": "not"}
SHORTEST_PREFIX: Final = 3

_QUOTED: Final = r'"[^"]*"|“[^”]*”|«[^»]*»'
_CHUNK: Final = re.compile(
    rf"(?P<minus>-(?=[^\s-]))?(?:(?P<field>{'|'.join(FIELDS)}):(?=\S))?(?:(?P<quoted>{_QUOTED})|(?P<bare>[^\s\"“«]+|\S))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Item:
    """One operand of a query.

    tokens   of a word one, of a phrase all, stop words included; a prefix's one is its letters
    typed    the user's own letters
    chunk    counts the pieces between blanks: an operator acts on all words of a piece ("Guinea-Bissau")
    joined   no operator, quote or field stands between this word and the one before: they may name one thing together
    """

    kind: Kind
    tokens: tuple[Token, ...]
    typed: str
    chunk: int = 0
    required: bool = False
    excluded: bool = False
    in_title: bool = False
    joined: bool = False

    @property
    def is_stop_word(self) -> bool:
        """Whether nothing but stop words stands here."""
        return all(token.term.startswith(STOP_MARK) for token in self.tokens)


@dataclass(frozen=True)
class TypedFilter:
    """A filter in the query's text; `excluded` takes out what it would let through."""

    field: Field
    value: str
    excluded: bool = False

    def __str__(self) -> str:
        value = f'"{self.value}"' if " " in self.value else self.value
        return f"{'-' * self.excluded}{self.field}:{value}"


@dataclass(frozen=True)
class Parsed:
    """A query as it was read.

    case      whether capitals say anything in this query
    filters   in the order typed; values not yet resolved
    """

    items: tuple[Item, ...] = ()
    case: Case = "capitals"
    filters: tuple[TypedFilter, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class _Chunk:
    """A piece of the query between blanks or in quotes, before operators are told from words."""

    text: str
    raw: str
    quoted: bool = False
    minus: bool = False
    field: Field | None = None
    is_filter: bool = False
    items: tuple[Item, ...] = ()

    @property
    def is_operand(self) -> bool:
        """Whether an operator may act on it: something is searched or filtered by it."""
        searched = any(item.kind != "word" or not item.is_stop_word for item in self.items)
        return self.is_filter or (searched and self.operator is None)

    @property
    def operator(self) -> str | None:
        """What it does if it stands between two operands."""
        plain = not (self.quoted or self.minus or self.field)
        return OPERATORS.get(self.text) if plain else None


@dataclass
class _Reading:
    """What has been read so far."""

    items: list[Item] = field(default_factory=list)
    filters: list[TypedFilter] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


class Grammar:
    """Reads queries with the product's own analyzer.

    is_acronym    whether thesaurus or places know a folded word as an acronym
    is_term       whether the index holds a term
    is_filter     whether a field's value names something that can be filtered by
    """

    def __init__(
        self,
        analyzer: Analyzer,
        *,
        is_acronym: Callable[[str], bool],
        is_term: Callable[[str], bool] = lambda term: True,
        is_filter: Callable[[Field, str], bool],
    ) -> None:
        self._analyzer = analyzer
        self._is_acronym = is_acronym
        self._is_term = is_term
        self._is_filter = is_filter

    def parse(self, text: str) -> Parsed:
        """Read a query."""
        text = unicodedata.normalize("NFC", text)
        reading = _Reading()
        capitals = self._capitals(text, reading)
        chunks = [
            chunk if chunk.is_filter else replace(chunk, items=self._items(chunk, capitals, reading))
            for chunk in self._chunks(text, reading)
        ]
        _combine(chunks, reading)
        if reading.ignored:
            reading.notes.append(Note("ignored", {"words": " ".join(reading.ignored)}))
        plain = not capitals or all(item.typed == item.typed.lower() for item in reading.items)
        case: Case = "none" if plain else "capitals"
        return Parsed(tuple(reading.items), case, tuple(reading.filters), tuple(reading.notes))

    def _capitals(self, text: str, reading: _Reading) -> bool:
        """Whether capitals tell an acronym from a stop word in this query.

        They do where there are lower-case letters, in a single word, and where every word is a known acronym.
        """
        words = [word for word in text.split() if word not in OPERATORS]
        tokens = self._analyzer.tokens(" ".join(words), capitals=True)
        if not text.isupper() or len(tokens) <= 1:
            return True
        if all(self._is_acronym(token.term.casefold().removeprefix(STOP_MARK)) for token in tokens):
            return True
        for token in tokens:
            if token.term.isupper() and self._is_acronym(token.term.casefold()):
                reading.notes.append(Note("small-word", {"word": token.term}))
        return False

    def _chunks(self, text: str, reading: _Reading) -> Iterator[_Chunk]:
        for match in _CHUNK.finditer(text):
            name = FIELDS[match["field"].lower()] if match["field"] else None
            quoted = match["quoted"] is not None
            inner = match["quoted"][1:-1] if quoted else match["bare"]
            chunk = _Chunk(inner, match.group(), quoted=quoted, minus=match["minus"] is not None, field=name)
            is_filter = name in ("country", "requester")
            yield self._filter(name, chunk, reading) if name and is_filter else chunk

    def _filter(self, name: Field, chunk: _Chunk, reading: _Reading) -> _Chunk:
        """Take a filter out of the text; one that names nothing known is searched as words."""
        value = chunk.text.strip().strip(",;")
        if self._is_filter(name, value):
            reading.filters.append(TypedFilter(name, value, chunk.minus))
            return replace(chunk, is_filter=True)
        reading.notes.append(Note("filter-unknown", {"filter": name, "value": value}))
        return replace(chunk, field=None, quoted=False)

    def _items(self, chunk: _Chunk, capitals: bool, reading: _Reading) -> tuple[Item, ...]:
        tokens = tuple(
            self._known(token, reading) if token.term.isupper() else token
            for token in self._analyzer.tokens(chunk.text, capitals=capitals)
        )
        if not tokens:
            reading.ignored.append(chunk.raw)
            return ()
        if chunk.quoted:
            return (Item("phrase", tokens, chunk.text.strip()),)
        items = [Item("word", (token,), chunk.text[token.start : token.end], joined=True) for token in tokens]
        last = items[-1]
        if chunk.text[tokens[-1].end :].startswith("*"):
            items[-1] = self._prefix(last, reading)
        elif "*" in chunk.text:
            reading.ignored.append("*")
        return tuple(items)

    def _known(self, token: Token, reading: _Reading) -> Token:
        """Read capitals that neither the index nor the names know as the small word that they spell."""
        folded = token.term.casefold()
        if self._is_term(token.term) or self._is_acronym(folded):
            return token
        if token.term not in OPERATORS:
            reading.notes.append(Note("small-word", {"word": token.term}))
        return token._replace(term=STOP_MARK + folded)

    @staticmethod
    def _prefix(item: Item, reading: _Reading) -> Item:
        token = item.tokens[0]
        letters = token.term.removeprefix(STOP_MARK).casefold()
        if len(letters) < SHORTEST_PREFIX:
            reading.notes.append(Note("prefix-too-short", {"word": item.typed + "*"}))
            return item
        begun = (token._replace(term=letters),)
        return replace(item, kind="prefix", tokens=begun, typed=item.typed + "*", joined=False)


def _combine(chunks: list[_Chunk], reading: _Reading) -> None:
    """Tell operators from words and let them act on their operands."""
    required, excluded, out, apart = False, False, False, True
    for number, chunk in enumerate(chunks):
        before = next((one for one in reversed(chunks[:number]) if one.is_operand), None)
        following = list(takewhile(lambda one: not one.is_operand, chunks[number + 1 :]))
        behind = next(iter(chunks[number + 1 + len(following) :]), None)
        if chunk.operator and before and behind:
            if chunk.operator == "not":
                excluded = True
            # a filter holds anyway, and what is taken out cannot be a must
            elif chunk.operator == "and" and not (out or excluded or _says_nothing(before, behind, following)):
                required = True
                _require_last(reading.items)
            apart = True
            continue
        if chunk.is_operand:
            out = excluded or chunk.minus
        for item in chunk.items:
            joined = item.joined and not apart and not out and chunk.field is None
            must = required and not out
            reading.items.append(
                replace(item, chunk=number, required=must, excluded=out, in_title=chunk.field == "title", joined=joined)
            )
            # a small word parts nothing: in "police AND de la justice" the AND stands before "justice"
            apart = out or chunk.field is not None or (apart and item.is_stop_word and item.kind == "word")
        if chunk.is_operand:
            required, excluded = False, False


def _says_nothing(before: _Chunk, behind: _Chunk, following: Sequence[_Chunk]) -> bool:
    """Whether an AND adds nothing: a filter holds anyway, and what is taken out cannot be a must.

    following   what stands between the AND and the operand behind it
    """
    taken_out = behind.minus or any(one.operator == "not" for one in following)
    return before.is_filter or behind.is_filter or taken_out


def _require_last(items: list[Item]) -> None:
    """Make the operand before an AND a must: a word, or all words that were written as one."""
    chunk = next((item.chunk for item in reversed(items) if item.kind != "word" or not item.is_stop_word), None)
    for number, item in enumerate(items):
        if item.chunk == chunk and not item.excluded:
            items[number] = replace(item, required=True)


AND: Final[dict[Language, str]] = {"en": "AND", "fr": "ET"}


def read_back(items: Iterable[Item], language: Language) -> str:
    """Write a query as it was understood, so that reading it again gives the same: stop words left out."""
    text = ""
    before: Item | None = None
    for item in items:
        if before is None:
            text = as_typed(item)
        elif before.chunk == item.chunk:
            text += f"-{item.typed}"
        else:
            # two musts that no operator parts belong together: "police AND South Sudan"
            parted = before.required and item.required and not item.joined
            text += (f" {AND[language]} " if parted else " ") + as_typed(item)
        before = item
    return text


def as_typed(item: Item) -> str:
    """One operand in the grammar's own signs."""
    word = f'"{item.typed}"' if item.kind == "phrase" else item.typed
    return "-" * item.excluded + "title:" * item.in_title + word
