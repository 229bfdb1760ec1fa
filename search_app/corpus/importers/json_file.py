"""JSON as people's systems export it: the value, or why it is refused; and where in the file something stands.

Promise: no size, depth or number breaks it. Knows nothing of mandates.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from search_app.corpus.importers.base import FileWarning, InputFile, Rejection
from search_app.corpus.importers.text import clean_text, decode

_LARGEST: Final = 16 << 20  # bytes
_MOST_PARTS: Final = 2_000_000


@dataclass(frozen=True)
class JsonFile:
    """A file that was read.

    guessed   whether its encoding was
    """

    value: Any
    text: str
    guessed: bool

    def warnings(self) -> Iterator[FileWarning]:
        """What to know of the whole file."""
        if self.guessed:
            yield FileWarning("encoding-guessed")
        if clean_text(self.text).repaired:
            yield FileWarning("encoding-repaired")


def read_json(file: InputFile) -> JsonFile | Rejection:
    """The value that a file holds."""
    parts = sum(map(file.data.count, (b"[", b"{", b",")))
    if len(file.data) > _LARGEST or parts > _MOST_PARTS:
        message = f"more than {_LARGEST >> 20} MiB or {_MOST_PARTS} values; export fewer records at a time"
        return Rejection("too-large", message)
    decoded = decode(file.data)
    if decoded is None:
        return Rejection("not-text", "this is no text file; export it again as JSON in UTF-8")
    try:
        return JsonFile(json.loads(decoded.text), decoded.text, decoded.guessed)
    except json.JSONDecodeError as error:
        message = f"the JSON is broken or cut ({error.msg[:60]}); export the file again"
        return Rejection("json-malformed", message, error.lineno, whole=True)
    except (ValueError, RecursionError) as error:
        return Rejection("json-malformed", f"no JSON of records ({str(error)[:60]}); export the file again")


def begins_as_json(head: bytes) -> str:
    """The text of a file that begins as JSON does; "" for others."""
    decoded = decode(head) or decode(head[:-1])
    text = decoded.text.lstrip() if decoded else ""
    return text if text.startswith(("{", "[")) else ""


class Lines:
    """Tells in which line texts stand that are asked for in their order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1

    def find(self, told: str) -> int:
        """The line of the next place where a text is written; the last one told where there is none."""
        for written in (json.dumps(told, ensure_ascii=False), json.dumps(told)):
            at = self._text.find(written, self._at)
            if told and at >= 0:
                self._line += self._text.count("\n", self._at, at)
                self._at = at
                break
        return self._line


def listed(value: Any) -> list[Any]:
    """A value as a list: many formats write one thing without brackets."""
    return value if isinstance(value, list) else [] if value is None else [value]


def text_of(value: Any) -> str:
    """A text or number as text; "" for anything else."""
    return value if isinstance(value, str) else str(value) if isinstance(value, int) and value is not True else ""


def maps(value: Any) -> Iterator[dict[str, Any]]:
    """The objects among values."""
    yield from (one for one in listed(value) if isinstance(one, dict))
