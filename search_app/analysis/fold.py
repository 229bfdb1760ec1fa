"""Fold a word to plain lower-case letters and digits.

"Œuvre" and "oeuvre" fold alike, as do "É", "É" (two code points) and "e". Promise: folding twice changes nothing; NFC
and NFD agree; no text raises. Knows nothing of languages, files or engines.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from unidecode import unidecode

APOSTROPHES: Final = "'’ʼ‘´＇"
_WITHOUT_APOSTROPHES: Final = {ord(c): None for c in APOSTROPHES}
# Letters that Unicode does not decompose; the rest is left to Unidecode, which is slow and rarely asked.
_LATIN: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ə": "e"})


def _marks() -> str:
    """The combining marks of this Python's Unicode tables, as ranges for a character class."""
    ranges: list[list[int]] = []
    for code in (*range(0x300, 0x20000), *range(0xE0100, 0xE01F0)):
        if unicodedata.category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in ranges)


MARKS: Final = _marks()
_MARKS_ON_LATIN: Final = re.compile(f"(?<=[a-z0-9])[{MARKS}]+")
_NEITHER_LETTER_NOR_DIGIT: Final = re.compile(f"[^\\w{MARKS}]|_")


def fold(text: str) -> str:
    """Keep the letters and digits of a text, lower case, without accents where the letter is Latin.

    text     one word or any text; what parts words is dropped
    returns  letters and digits (marks stay on letters of other scripts), composed; "" if there are none
    source   the steps of NFKC case folding (Unicode Standard, section 5.18), accents off, then Unidecode for what
             is still Latin and not ASCII
    """
    if text.isascii():
        return text.lower() if text.isalnum() else "".join(filter(str.isalnum, text.lower()))
    # most words that are not ASCII hold nothing else but letters of our two languages
    plain = text.translate(_EUROPEAN)
    return plain.lower() if plain.isascii() and plain.isalnum() else _fold(text)


def _fold(text: str) -> str:
    # what has become ASCII holds letters and digits alone, and stays as it is
    while (folded := _fold_once(text)) != text and not folded.isascii():
        text = folded
    return folded


def _fold_once(text: str) -> str:
    text = unicodedata.normalize("NFKC", text.translate(_WITHOUT_APOSTROPHES)).casefold()
    text = unicodedata.normalize("NFD", text).translate(_LATIN)
    text = unicodedata.normalize("NFC", _MARKS_ON_LATIN.sub("", text))
    if not text.isascii():
        text = "".join(map(_plain_latin, text))
    return _NEITHER_LETTER_NOR_DIGIT.sub("", text)


def _plain_latin(letter: str) -> str:
    """A Latin letter in ASCII; any other character unchanged."""
    if letter.isascii() or not unicodedata.name(letter, "").startswith("LATIN"):
        return letter
    return "".join(filter(str.isalnum, unidecode(letter).lower())) or letter


# Letters of Latin-1 and Latin Extended-A: each folds alike wherever it stands.
_EUROPEAN: Final = {code: _fold(chr(code)) for code in range(0xC0, 0x180) if chr(code).isalpha()}
