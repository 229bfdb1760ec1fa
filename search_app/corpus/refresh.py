"""Read the sources that an operator named: files, folders and addresses, in one run.

Of every address the last good copy is kept (one that held mandates). Promise: where a source fails, or gives nothing
any more, its last good copy stands in and that is said; no source stops the others. Knows nothing of settings.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from search_app.corpus.addresses import is_address, shown
from search_app.corpus.fetch import Fetch, Fetched, fetch
from search_app.corpus.files import input_files, read_regular, write_atomic
from search_app.corpus.importers.base import InputFile, Rejection
from search_app.corpus.intake import LARGEST_INPUT
from search_app.corpus.report import ImportedFile
from search_app.errors import FileFaultsError

_LARGEST_HEAD: Final = 1 << 14


@dataclass(frozen=True)
class Gathered:
    """What the sources gave.

    problems   sources that failed, and what stood in for them; a line each
    """

    files: tuple[ImportedFile, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class _Copy:
    """A good version of what stood at an address."""

    data: bytes
    etag: str
    modified: str
    day: str


def gather(
    sources: Iterable[str],
    kept: Path,
    *,
    today: date,
    read_path: Callable[[Path], ImportedFile],
    read_data: Callable[[InputFile], ImportedFile],
    get: Fetch = fetch,
) -> Gathered:
    """Read all sources.

    kept      folder of the copies
    raises    StorageError where a copy cannot be kept
    """
    files: list[ImportedFile] = []
    problems: list[str] = []
    for source in dict.fromkeys(sources):
        if is_address(source):
            file, problem = _at_address(source, kept, today, read_data, get)
            files.append(file)
            problems += [f"{shown(source)}: {problem}"] if problem else []
        else:
            files += map(read_path, input_files([Path(source).expanduser()]))
    return Gathered(tuple(files), tuple(problems))


def _at_address(
    address: str, kept: Path, today: date, read: Callable[[InputFile], ImportedFile], get: Fetch
) -> tuple[ImportedFile, str]:
    """What an address gives, and what went wrong with it."""
    name = shown(address)
    place = kept / hashlib.sha256(address.encode()).hexdigest()[:32]
    copy = _read_copy(place)
    answer = get(address, copy.etag, copy.modified) if copy else get(address, "", "")
    if answer.data is not None:
        file = read(InputFile(name, answer.data))
        if file.records:
            _keep(place, answer, today)
        if file.records or copy is None:
            return file, ""
        answer = Fetched(problem="holds no mandates any more")
    if copy:
        told = f"{answer.problem}; read the copy of {copy.day}" if answer.problem else ""
        return read(InputFile(name, copy.data)), told
    problem = answer.problem or "the server says that nothing has changed, but there is no copy"
    return ImportedFile(name=name, rejections=(Rejection("unreachable", problem),)), ""


def _read_copy(place: Path) -> _Copy | None:
    """The copy that is kept; None where there is none, or it cannot be read."""
    try:
        head, _, data = read_regular(place, limit=LARGEST_INPUT + _LARGEST_HEAD).partition(b"\n")
        values = json.loads(head)
        return _Copy(data, str(values["etag"]), str(values["modified"]), str(values["day"]))
    except (FileFaultsError, ValueError, LookupError, TypeError):
        return None


def _keep(place: Path, answer: Fetched, today: date) -> None:
    """One file for facts and content, so that they always belong together."""
    facts = {"etag": answer.etag[:1000], "modified": answer.modified[:100], "day": today.isoformat()}
    write_atomic(place, json.dumps(facts).encode() + b"\n" + (answer.data or b""))
