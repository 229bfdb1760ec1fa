"""The corpus on disk: one YAML file per record, `mandates/<start year>/<id>.yaml`.

Promise: one bad file never hides the others; a record is written whole or not at all, and only if it reads back as
what it was. Knows nothing of indexes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from search_app.corpus.files import read_regular, write_atomic
from search_app.corpus.mandate import Mandate, Source
from search_app.corpus.schema import to_mandate
from search_app.corpus.writer import write_record, write_sources
from search_app.corpus.yaml_reader import RECORD_LIMITS, MapNode, parse_yaml, read_yaml
from search_app.errors import Fault, FileFaultsError

MANDATES: Final = "mandates"
WITHDRAWN: Final = "withdrawn"
UNDATED: Final = "undated"


@dataclass(frozen=True)
class StoredRecord:
    """A record, the file it stands in, and the file's tree for whoever wants to point at a line."""

    path: Path
    mandate: Mandate
    tree: MapNode


def read_record(path: Path) -> Mandate:
    """Read one record.

    raises   FileFaultsError with every fault of the file
    """
    return _read(path).mandate


def _read(path: Path) -> StoredRecord:
    tree = read_yaml(path)
    mandate = to_mandate(tree, path=path)
    if mandate.id != path.stem:
        entry = tree.entry("id") or tree
        message = f'id is "{mandate.id}", the file\'s name says "{path.stem}"; an id never changes: rename the file'
        raise FileFaultsError([Fault(path, entry.line, entry.column, message)])
    return StoredRecord(path, mandate, tree)


def read_corpus(folder: Path) -> Iterator[Mandate | FileFaultsError]:
    """Every record below `folder/mandates`, in the order of the paths; for a file that cannot be used, its faults."""
    for found in read_records(folder):
        yield found.mandate if isinstance(found, StoredRecord) else found


def read_records(folder: Path, *, part: str = MANDATES) -> Iterator[StoredRecord | FileFaultsError]:
    """The same with each record's file.

    part     subfolder: MANDATES, or WITHDRAWN for the records taken out
    """
    first: dict[str, Path] = {}
    for path in record_files(folder / part):
        try:
            found = _read(path)
        except FileFaultsError as error:
            yield error
            continue
        if other := first.get(found.mandate.id):
            message = f'id "{found.mandate.id}" is that of {other} too; give the newer mandate another id and file name'
            entry = found.tree.entry("id") or found.tree
            yield FileFaultsError([Fault(path, entry.line, entry.column, message)])
            continue
        first[found.mandate.id] = path
        yield found


def record_files(folder: Path) -> list[Path]:
    """YAML files at any depth, hidden ones aside, in the order of their parts."""
    return list(map(Path, record_names(folder)))


def record_names(folder: Path) -> list[str]:
    """The same as texts, below the folder and beginning with it: there can be a hundred thousand."""
    found = (
        f"{where}/{name}"
        for where, folders, files in os.walk(folder)
        for name in (*folders, *files)
        if name.endswith(".yaml") and not name.startswith(".")
    )
    return sorted(found, key=lambda path: path.split("/"))


def record_path(folder: Path, mandate: Mandate) -> Path:
    """Where a new record belongs."""
    year = f"{mandate.start.year:04d}" if mandate.start else UNDATED
    return folder / MANDATES / year / f"{mandate.id}.yaml"


def save(folder: Path, mandate: Mandate) -> Path:
    """Write a record where it belongs, safe against a crash at any moment.

    returns  the path written
    raises   StorageError where the disk refuses, FileFaultsError where the record could not be read back
    """
    path = record_path(folder, mandate)
    write_atomic(path, encode_record(mandate, path=path))
    return path


def encode_record(mandate: Mandate, *, path: Path) -> bytes:
    """The bytes of a record's file.

    raises   FileFaultsError where the record would not read back as it is
    """
    data = write_record(mandate).encode("utf-8", "surrogatepass")
    if len(data) > RECORD_LIMITS.size:
        message = f"the record has {len(data)} bytes, more than the limit of {RECORD_LIMITS.size}; shorten its texts"
        raise FileFaultsError([Fault(path, 0, 0, message)])
    if to_mandate(parse_yaml(data, path=path), path=path) != mandate:
        message = "the record does not read back as it was; its long texts are not stored text, or another is empty"
        raise FileFaultsError([Fault(path, 0, 0, message)])
    return data


def encode_sources(stored: StoredRecord, sources: tuple[Source, ...]) -> bytes:
    """The bytes of a file that people write, with other `sources`; every other line stays as it is."""
    changed = replace(stored.mandate, sources=sources)
    lines = read_regular(stored.path, limit=RECORD_LIMITS.size).decode("utf-8").splitlines(keepends=True)
    entry = stored.tree.entry("sources")
    last = max(at for at, line in enumerate(lines) if line.startswith("..."))
    first = entry.line - 1 if entry else last
    after = min((other.line - 1 for other in stored.tree.entries if other.line - 1 > first), default=last)
    data = "".join((*lines[:first], *(f"{line}\n" for line in write_sources(sources)), *lines[after:])).encode()
    try:
        if to_mandate(parse_yaml(data, path=stored.path), path=stored.path) == changed:
            return data
    except FileFaultsError:
        pass
    return encode_record(changed, path=stored.path)  # written in an unusual style: all lines anew
