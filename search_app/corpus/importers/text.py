"""Bytes of a text file → clean lines.

Undoes what exports and browsers do to text: byte order marks, foreign encodings, UTF-8 read as Windows-1252, entities
left in plain text, zero-width characters. What a person typed (curly quotes, guillemets, dashes) stays as printed.
Promise: nothing is repaired that is not certain; NFC. Knows nothing of mandates.
"""

from __future__ import annotations

import codecs
import html
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ENTITY_ROUNDS: Final = 3
# Zero-width characters, soft hyphen, marks of writing direction.
_INVISIBLE: Final = re.compile("[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_LINE_END: Final = re.compile("\r\n|[\r\x0b\u2028\u2029]")
_BINARY: Final = re.compile("[\x00-\x08\x0e-\x1f]")
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_LETTER_MARK_LETTER: Final = re.compile(r"(?<=[^\W\d_])¿(?=[^\W\d_])")

# UTF-8 read as Windows-1252: a lead byte and its continuation bytes, each as the letter that encoding gives it (bytes
# that it leaves undefined come out as controls).
_TAIL_BYTES: Final = "".join(
    bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
    for byte in range(0x80, 0xC0)
)
_TAIL: Final = f"[{re.escape(_TAIL_BYTES)}\x80-\x9f]"
_MISREAD: Final = re.compile(f"[ÂÃÅ]{_TAIL}|â{_TAIL}{{2}}")
# These give themselves away: no text in English or French has them otherwise.
_CERTAIN: Final = re.compile(f"Ã{_TAIL}|â€")
_PLAUSIBLE: Final = re.compile("[\xa0-\xffŒœŸŠšŽž\u2010-\u2026\u2039\u203a€™]")
_A_GRAVE: Final = re.compile(r"(?<![A-ZÀ-Þ])Ã(?=\s|$)")  # its second byte is a no-break blank, easily lost
_MISREAD_ROUNDS: Final = 3


@dataclass(frozen=True)
class CleanText:
    """A file's text and what had to be done to get it."""

    text: str
    guessed: bool = False
    repaired: bool = False


def read_text(data: bytes) -> CleanText | None:
    """Decode and clean.

    returns   text with "\\n" for line ends, tabs and runs of blanks still in place; None where the bytes are no text
    """
    decoded = decode(data)
    if decoded is None:
        return None
    clean = clean_text(decoded.text)
    return CleanText(clean.text, decoded.guessed, clean.repaired)


def clean_text(text: str) -> CleanText:
    """Undo entities, misread letters and invisible characters in a text that is decoded already."""
    text = _unescape(_LINE_END.sub("\n", text).replace("\x0c", "\n\n"))
    repaired = _repair(text)
    clean = _CONTROL.sub("", _INVISIBLE.sub("", repaired))
    return CleanText(unicodedata.normalize("NFC", clean), repaired=repaired != text)


def decode(data: bytes) -> CleanText | None:
    """Bytes as they are written, nothing cleaned; None where they are no text."""
    decoded = _decode(data)
    return None if decoded is None or "\x00" in decoded.text else decoded


def _decode(data: bytes) -> CleanText | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return CleanText(data.decode(encoding))
            except UnicodeDecodeError:
                return None
    try:
        return CleanText(data.decode("utf-8"))
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
        return None if _BINARY.search(text) else CleanText(text, guessed=True)


def _unescape(text: str) -> str:
    """Decode entities, also those that were encoded twice; one that means a line end becomes a blank."""
    for _ in range(_ENTITY_ROUNDS):
        decoded = _ENTITY.sub(lambda found: re.sub(r"[\n\r\x00]", " ", html.unescape(found.group())), text)
        if decoded == text:
            break
        text = decoded
    return text


def _repair(text: str) -> str:
    for _ in range(_MISREAD_ROUNDS):
        if not _CERTAIN.search(text):
            break
        text = _A_GRAVE.sub("à", _MISREAD.sub(_reread, text)).replace("â€", "”")  # its last byte is often lost
    # Windows-1252 punctuation that was read as Latin-1 stands in the text as control characters.
    text = re.sub("[\x80-\x9f]", lambda found: _windows(found.group()), text)
    return _LETTER_MARK_LETTER.sub("’", text)


def _reread(found: re.Match[str]) -> str:
    """The letter that was misread; the text as it is where it does not give one that French or English uses."""
    data = b"".join(_byte(letter) for letter in found.group())
    try:
        letter = data.decode("utf-8")
    except UnicodeDecodeError:
        return found.group()
    return letter if _PLAUSIBLE.fullmatch(letter) else found.group()


def _byte(letter: str) -> bytes:
    return bytes([ord(letter)]) if ord(letter) < 0x100 else letter.encode("cp1252")


def _windows(letter: str) -> str:
    return letter.encode("latin-1").decode("cp1252", "replace").replace("\ufffd", letter)


def one_line(text: str) -> str:
    """A text with every run of blanks, no-break and narrow ones too, as one blank."""
    return " ".join(text.split())
