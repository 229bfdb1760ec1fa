"""Which files of the corpus have changed since a generation was built.

A file is unchanged when its content hash is. To save reading, a file whose size, times and inode are those of last time
is taken for unchanged, unless it was written just before that look (its time would not show a second write).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from search_app.corpus.files import read_regular
from search_app.corpus.store import MANDATES, record_names
from search_app.corpus.yaml_reader import RECORD_LIMITS
from search_app.errors import Fault, FileFaultsError

FILE: Final = "sources.json"
# Times on disk may be coarser than writes follow each other.
_RACY_NS: Final = 2_000_000_000

Stat = tuple[int, int, int, int]


class SourceFile(NamedTuple):
    """A record's file as it was seen.

    path        below the corpus, with slashes
    stat        size, time of change of content, of inode, inode
    sha256      "" where it could not be read
    document    digest of the document that was made of it; "" where none was
    seen        when this very document first stood in a generation, UTC, ISO 8601; "" where there is none
    former_ids  of its record
    """

    path: str
    stat: Stat
    sha256: str
    document: str = ""
    seen: str = ""
    former_ids: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The id of its record: the name of a record's file."""
        return self.path.rpartition("/")[2].removesuffix(".yaml")


@dataclass(frozen=True)
class Sources:
    """All files of a corpus at one moment.

    scanned_ns  when they were looked at, nanoseconds since the epoch
    faults      what is wrong with those that could not be used
    """

    scanned_ns: int = 0
    files: Mapping[str, SourceFile] = field(default_factory=dict)
    faults: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict)

    @cached_property
    def doubles(self) -> Mapping[str, str]:
        """Files that repeat the id of another one, which stands before them in the order of paths: path → that path."""
        first: dict[str, str] = {}
        found = {}
        for one in sorted(self.files.values(), key=lambda one: one.path):
            if first.setdefault(one.id, one.path) != one.path:
                found[one.path] = first[one.id]
        return found

    def digest(self, *others: bytes) -> str:
        """A hash of everything that is indexed: the files' contents, and other bytes."""
        digest = hashlib.sha256()
        for one in sorted(self.files.values(), key=lambda one: one.path):
            digest.update(f"{one.path}\0{one.sha256}\n".encode())
        for other in others:
            digest.update(hashlib.sha256(other).digest())
        return digest.hexdigest()

    def errors(self) -> tuple[FileFaultsError, ...]:
        """The faults, a file each."""
        return tuple(FileFaultsError(faults) for _, faults in sorted(self.faults.items()))

    def dated(self, before: Sources, moment: str) -> Sources:
        """The same files with the time each document appeared at: that of an earlier generation while it is the same.

        moment   for documents that are new or have changed, UTC, ISO 8601
        """
        files = dict(self.files)
        moved: dict[tuple[str, str], str] | None = None
        for path, one in files.items():
            old = before.files.get(path)
            if old is not None and old.document == one.document and old.seen:
                seen = old.seen
            elif not one.document:
                seen = ""
            else:
                if moved is None:
                    moved = {(one.id, one.document): one.seen for one in before.files.values() if one.seen}
                seen = moved.get((one.id, one.document), moment)
            if seen != one.seen:
                files[path] = one._replace(seen=seen)
        return replace(self, files=files)

    def seen(self) -> dict[str, str]:
        """When each mandate was new or changed last, by its id."""
        return {one.id: one.seen for one in self.files.values() if one.seen}

    def write(self, folder: Path) -> None:
        """Write them into a generation."""
        files = {
            one.path: [*one.stat, one.sha256, one.document, one.seen, *one.former_ids] for one in self.files.values()
        }
        faults = {
            path: [[str(fault.path), fault.line, fault.column, fault.message] for fault in found]
            for path, found in self.faults.items()
        }
        values = {"scanned_ns": self.scanned_ns, "files": files, "faults": faults}
        (folder / FILE).write_text(json.dumps(values, ensure_ascii=False), "utf-8")

    @classmethod
    def read(cls, folder: Path) -> Sources:
        """Read those of a generation."""
        values = json.loads((folder / FILE).read_text("utf-8"))
        files = {
            # an older generation has neither the time nor what follows it
            path: SourceFile(path, (size, mtime, ctime, inode), sha256, document, "".join(rest[:1]), tuple(rest[1:]))
            for path, (size, mtime, ctime, inode, sha256, document, *rest) in values["files"].items()
        }
        faults = {
            path: tuple(Fault(Path(row[0]), row[1], row[2], row[3]) for row in rows)
            for path, rows in values["faults"].items()
        }
        return cls(values["scanned_ns"], files, faults)


def scan(corpus: Path, before: Sources, *, now_ns: int) -> Sources:
    """Look at all files of a corpus.

    before   what was seen last time: digests of unchanged files are taken from there
    """
    files = {}
    folder = corpus / MANDATES
    above = str(folder).removesuffix(MANDATES)
    for path in record_names(folder):
        name = path.removeprefix(above)
        try:
            files[name] = _look(path, name, before.files.get(name), before.scanned_ns)
        except FileNotFoundError:
            # it went between the listing and the look: it is gone like any other
            continue
    return Sources(now_ns, files)


def _look(path: str, name: str, before: SourceFile | None, scanned_ns: int) -> SourceFile:
    found = os.lstat(path)
    stat = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
    if before is not None and before.stat == stat and max(stat[1], stat[2]) < scanned_ns - _RACY_NS:
        return before
    try:
        sha256 = hashlib.sha256(read_regular(Path(path), limit=RECORD_LIMITS.size)).hexdigest()
    except FileFaultsError:
        sha256 = ""
    if before is not None and sha256 and before.sha256 == sha256:
        return SourceFile(name, stat, sha256, before.document, former_ids=before.former_ids)
    return SourceFile(name, stat, sha256)
