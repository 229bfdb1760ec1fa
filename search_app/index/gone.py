"""What is no mandate any more: ids that were withdrawn, and former ids with the ids that took their place.

Written into each generation, so that an old address gets its answer without a look into the corpus.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from search_app.corpus.store import WITHDRAWN, StoredRecord, read_records
from search_app.errors import Fault, MovedMandateError, WithdrawnMandateError
from search_app.index.sources import SourceFile

FILE: Final = "gone.json"


@dataclass(frozen=True)
class Gone:
    """Ids that lead elsewhere.

    withdrawn   id → reason, and the day as ISO text ("" where nobody noted it)
    moved       former id → id
    """

    withdrawn: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)

    def check(self, mandate_id: str) -> None:
        """Say what became of an id that no mandate has.

        raises   WithdrawnMandateError, MovedMandateError; nothing where it was never known
        """
        if mandate_id in self.withdrawn:
            reason, day = self.withdrawn[mandate_id]
            raise WithdrawnMandateError(mandate_id, reason, date.fromisoformat(day) if day else None)
        if mandate_id in self.moved:
            raise MovedMandateError(mandate_id, self.moved[mandate_id])

    def as_bytes(self) -> bytes:
        """The file of a generation; equal values give equal bytes."""
        values = {"withdrawn": self.withdrawn, "moved": self.moved}
        return json.dumps(values, ensure_ascii=False, sort_keys=True).encode()

    def write(self, folder: Path) -> None:
        """Write them into a generation."""
        (folder / FILE).write_bytes(self.as_bytes())

    @classmethod
    def read(cls, folder: Path) -> Gone:
        """Read those of a generation; one that was built before there were any has none."""
        try:
            values = json.loads((folder / FILE).read_bytes())
        except FileNotFoundError:
            return cls()
        return cls({key: (reason, day) for key, (reason, day) in values["withdrawn"].items()}, values["moved"])


def find_withdrawn(corpus: Path) -> tuple[Gone, dict[str, tuple[Fault, ...]]]:
    """The withdrawn records of a corpus under all ids that they had, and by path the faults of those unreadable."""
    withdrawn: dict[str, tuple[str, str]] = {}
    faults: dict[str, tuple[Fault, ...]] = {}
    for found in read_records(corpus, part=WITHDRAWN):
        if not isinstance(found, StoredRecord):
            faults[found.faults[0].path.relative_to(corpus).as_posix()] = found.faults
            continue
        mandate = found.mandate
        told = (mandate.withdrawn, mandate.withdrawn_on.isoformat() if mandate.withdrawn_on else "")
        withdrawn |= dict.fromkeys((mandate.id, *mandate.former_ids), told)
    return Gone(withdrawn), faults


def find_moved(files: Iterable[SourceFile]) -> dict[str, str]:
    """Former id → id for all records that are in a generation."""
    return {former: one.id for one in files if one.document for former in one.former_ids}
