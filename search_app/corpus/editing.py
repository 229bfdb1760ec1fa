"""What people do to single records from the command line: add one, withdraw one, put it back.

Promise: no record is written twice or over another one; a record that is withdrawn stands in one place or the other at
every moment, never in none. Knows nothing of the index.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from search_app.corpus.drafts import to_imported
from search_app.corpus.files import write_atomic
from search_app.corpus.identity import IdMaker
from search_app.corpus.known import KnownRecords
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Names
from search_app.corpus.store import MANDATES, WITHDRAWN, StoredRecord, encode_record, read_records, record_path, save
from search_app.errors import Fault, FileFaultsError, StorageError


def add_record(folder: Path, draft: Mandate, names: Names) -> Path:
    """Write a new record under an id of its own, unless the corpus has that mandate already.

    draft    its id does not matter
    returns  the path written
    raises   FileFaultsError naming the record that is the same mandate, or what is wrong with the draft; StorageError
    """
    known = KnownRecords(folder, names)
    entry = to_imported(replace(draft, id=""))
    if same := known.find(entry) or known.find_withdrawn(entry):
        state = "was withdrawn" if same.mandate.withdrawn else "is this mandate already"
        raise FileFaultsError([Fault(same.path, 0, 0, f"{state} (same title, places and start); nothing was written")])
    return save(folder, replace(draft, id=IdMaker(names).make_unique(draft, known.taken)))


def withdraw(folder: Path, mandate_id: str, *, reason: str, today: date) -> Path:
    """Move a record to the withdrawn ones, with the reason.

    returns  where it lies now
    raises   FileFaultsError where there is no such record; StorageError
    """
    stored = _find(folder, mandate_id, part=MANDATES)
    mandate = replace(stored.mandate, withdrawn=reason, withdrawn_on=today)
    path = folder / WITHDRAWN / f"{mandate_id}.yaml"
    write_atomic(path, encode_record(mandate, path=path))
    _remove(stored.path)
    return path


def restore(folder: Path, mandate_id: str) -> Path:
    """Put a withdrawn record back where it belongs.

    returns  where it lies now
    raises   FileFaultsError where there is no such record, or another one stands in its place; StorageError
    """
    stored = _find(folder, mandate_id, part=WITHDRAWN)
    mandate = replace(stored.mandate, withdrawn="", withdrawn_on=None)
    path = record_path(folder, mandate)
    if path.exists():
        raise FileFaultsError([Fault(path, 0, 0, f"stands there already; remove it or {stored.path}")])
    write_atomic(path, encode_record(mandate, path=path))
    _remove(stored.path)
    return path


def _find(folder: Path, mandate_id: str, *, part: str) -> StoredRecord:
    found: Iterable[StoredRecord | FileFaultsError] = read_records(folder, part=part)
    for one in found:
        if isinstance(one, StoredRecord) and one.mandate.id == mandate_id:
            return one
        if isinstance(one, FileFaultsError) and one.faults[0].path.stem == mandate_id:
            raise one
    raise FileFaultsError([Fault(folder / part, 0, 0, f'no record has the id "{mandate_id[:128]}"; see its file name')])


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise StorageError(f"i/o error: {error.strerror}; {path} still stands there: remove it") from error
