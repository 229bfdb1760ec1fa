"""In which language a mandate is written: the body decides, then the title, then the page.

The model is loaded on first use and kept by the `LanguageGuesser`, so one guesser should serve a whole run; it is never
part of a serving process. Promise: en, fr, or "und" where a text is neither or there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Protocol

from search_app.analysis.language import LANGUAGES
from search_app.corpus.importers.base import UNDETERMINED, Text
from search_app.corpus.textform import Block, Item, ListBlock, Paragraph, Row

_SURE: Final = 0.7  # of a title; 1 of 138 titles of the shipped corpus is taken for the other language, at 0.6
_SURE_OF_PART: Final = 0.9  # of a paragraph, before a text counts as bilingual
_SURE_OF_OTHER: Final = 0.9  # that a text is in neither language
_WORDS_TO_BE_SURE: Final = 8
_WORDS_TO_TELL: Final = 4  # with fewer, certainty says nothing
_ENOUGH: Final = 10_000  # characters to tell a language by
_TITLE_LINK: Final = " / "


@dataclass(frozen=True)
class Guess:
    """A language and how sure it is, 0.5 to 1."""

    language: str
    certainty: float


class Guesser(Protocol):
    """Tells the language of a text."""

    def guess(self, text: str) -> Guess:
        """English or French, whichever is likelier; UNDETERMINED where it is surely neither, or has no letters."""


class LanguageGuesser:
    """py3langid between English and French; its other languages only say that a longer text is neither."""

    @cached_property
    def _identifier(self) -> Any:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

    def guess(self, text: str) -> Guess:
        """English or French, whichever is likelier; UNDETERMINED where it is surely neither, or has no letters."""
        text = text[:_ENOUGH]
        letters = [letter for letter in text if letter.isalpha()]
        if not letters:
            return Guess(UNDETERMINED, 0.0)
        if sum(letter >= "\u0250" for letter in letters) * 2 > len(letters):
            return Guess(UNDETERMINED, 1.0)  # another script
        ranked = dict(self._identifier.rank(text.lower() if text.isupper() else text))
        best = max(ranked, key=lambda language: ranked[language])
        if best not in LANGUAGES and ranked[best] >= _SURE_OF_OTHER and len(text.split()) >= _WORDS_TO_BE_SURE:
            return Guess(UNDETERMINED, ranked[best])
        likelier = max(LANGUAGES, key=lambda language: ranked[language])
        return Guess(likelier, ranked[likelier] / sum(ranked[language] for language in LANGUAGES))


@dataclass(frozen=True)
class Languages:
    """What is known of a mandate's languages; the fields are those of ImportedMandate."""

    language: str
    title_language: str = ""
    split: Mapping[str, Text] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def find_languages(title: str, body: Sequence[Block], *, locale: str, guesser: Guesser) -> Languages:
    """Languages of a mandate that carries no tag.

    locale   language of the page, used only where neither body nor title has any letters
    """
    parts = _parts(body, guesser)
    mixed = {part.language for part in parts if part.sure} > {parts[0].language} if parts else False
    if mixed:
        return _mixed(title, parts, guesser)
    text = "\n".join(map(block_text, body))
    of_title, of_body = guesser.guess(title), guesser.guess(text)
    if not of_body.certainty:
        fallback = locale if locale in LANGUAGES else UNDETERMINED
        return Languages(of_title.language if of_title.certainty else fallback)
    if of_body.language == UNDETERMINED:
        return Languages(UNDETERMINED)
    words = len(text.split())
    if words < _WORDS_TO_TELL or (words < _WORDS_TO_BE_SURE and of_body.certainty < _SURE_OF_PART):
        return Languages(guesser.guess(f"{title}\n{text}").language)  # the title helps
    differs = of_title.language != of_body.language and of_title.certainty >= _SURE
    return Languages(of_body.language, of_title.language if differs else "")


@dataclass(frozen=True)
class _Part:
    block: Block
    language: str
    sure: bool


def _parts(body: Sequence[Block], guesser: Guesser) -> list[_Part]:
    """The blocks with their languages; one that is too short to tell goes with the block before it."""
    parts: list[_Part] = []
    for block in body:
        text = block_text(block)
        guess = guesser.guess(text)
        sure = (
            guess.language in LANGUAGES and guess.certainty >= _SURE_OF_PART and len(text.split()) >= _WORDS_TO_BE_SURE
        )
        language = guess.language if sure or not parts else parts[-1].language
        parts.append(_Part(block, language, sure))
    return parts


def _mixed(title: str, parts: Sequence[_Part], guesser: Guesser) -> Languages:
    """A body in both languages: the main one is that of the first block."""
    main = parts[0].language
    bodies: dict[str, tuple[Block, ...]] = {}
    for part in parts:
        bodies[part.language] = (*bodies.get(part.language, ()), part.block)
    halves = {guesser.guess(half).language: half.strip() for half in title.split(_TITLE_LINK)}
    title_language = ""
    if set(halves) != set(bodies):
        of_title = guesser.guess(title)
        title_language = of_title.language if of_title.language != main and of_title.certainty >= _SURE else ""
        halves = {title_language or main: title}
    split = {language: Text(halves.get(language, ""), body) for language, body in bodies.items()}
    return Languages(main, title_language, split, ("language-mixed",))


def block_text(block: Block) -> str:
    """The words of a block."""
    match block:
        case Paragraph(text):
            return text
        case Row(cells):
            return " ".join(cells)
        case ListBlock(_, items):
            return "\n".join(line for item in items for line in _item_texts(item))


def _item_texts(item: Item) -> Iterator[str]:
    yield item.text
    for inner in item.lists:
        yield block_text(inner)
