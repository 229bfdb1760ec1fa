"""What a corpus knows already: its records and those that were withdrawn, found by the identity rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from search_app.corpus.drafts import to_imported
from search_app.corpus.importers.base import ImportedMandate
from search_app.corpus.merge import Matcher
from search_app.corpus.names import Names
from search_app.corpus.store import WITHDRAWN, StoredRecord, read_records
from search_app.errors import FileFaultsError


class KnownRecords:
    """The records of a corpus, found by identity.

    taken             ids that no new record may get
    faults            of the files that cannot be read
    by_id             the records in force
    withdrawn_by_id   the others
    """

    def __init__(self, folder: Path, names: Names) -> None:
        self.faults: tuple[str, ...] = ()
        self.taken: set[str] = set()
        self._standing = self._load(read_records(folder))
        self._withdrawn = self._load(read_records(folder, part=WITHDRAWN))
        self.by_id = {stored.mandate.id: stored for stored in self._standing}
        self.withdrawn_by_id = {stored.mandate.id: stored for stored in self._withdrawn}
        self._find_standing = self._matcher(self._standing, names)
        self._find_withdrawn = self._matcher(self._withdrawn, names)

    def _load(self, found: Iterable[StoredRecord | FileFaultsError]) -> list[StoredRecord]:
        records = []
        for one in found:
            if isinstance(one, FileFaultsError):
                self.faults += tuple(map(str, one.faults[:1]))
                self.taken.update(fault.path.stem for fault in one.faults)
            else:
                records.append(one)
                self.taken.update((one.mandate.id, *one.mandate.former_ids))
        return records

    @staticmethod
    def _matcher(records: Sequence[StoredRecord], names: Names) -> Matcher:
        return Matcher([to_imported(stored.mandate) for stored in records], names, compare_texts=False)

    def find(self, record: ImportedMandate) -> StoredRecord | None:
        """The record that an imported mandate is."""
        return _first(self._standing, self._find_standing, record)

    def find_withdrawn(self, record: ImportedMandate) -> StoredRecord | None:
        """The withdrawn record that an imported mandate was."""
        return self.withdrawn_by_id.get(record.id) or _first(self._withdrawn, self._find_withdrawn, record)


def _first(records: Sequence[StoredRecord], matcher: Matcher, record: ImportedMandate) -> StoredRecord | None:
    """The first record with the same key, else the first that is alike in another way, such as a cut title."""
    return next((records[at] for at in (*matcher.find_exact(record), *matcher.find(record))), None)
