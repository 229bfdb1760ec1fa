"""Generations on disk: the lock, the manifest, `CURRENT`, and which folders may be dropped.

A generation is built in `tmp-<pid>`, synced, sealed by `manifest.json` (sizes and checksums of its files), renamed to
`g-000042` and made current by an atomic rename of `CURRENT`. Nothing is ever written into a finished generation, so a
kill or a power cut at any point leaves the old one or the new one, whole. Knows nothing of what an engine writes.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from search_app.errors import IncompatibleIndexError, LockHeldError, NoIndexError, StorageError

MANIFEST: Final = "manifest.json"
CURRENT: Final = "CURRENT"
LOCK: Final = "lock"
KEPT: Final = 3
FORMAT: Final = 1
_NAME: Final = re.compile(r"g-(\d{6,})")


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The birth certificate of a generation.

    created        UTC, ISO 8601
    fingerprint    of all code and lists that decide its content: another one is not served
    corpus_digest  of everything that was indexed: an equal one needs no new generation
    tables         digest of thesaurus and places alone
    device         of the corpus folder
    segments, dead in how many pieces it lies, and how many of its documents are deleted
    files          name → {"size": bytes, "sha256": hexadecimal}
    """

    generation: str
    documents: int
    created: str
    fingerprint: str
    engine: str
    corpus_digest: str
    files: dict[str, dict[str, Any]]
    tables: str = ""
    device: int = 0
    segments: int = 1
    dead: int = 0


@contextmanager
def writing_lock(index: Path) -> Iterator[None]:
    """Be the only writer of corpus and index; the lock goes with the process, however it ends.

    raises   LockHeldError naming the holder; StorageError where the folder cannot be written
    """
    with storage_errors(index):
        index.mkdir(parents=True, exist_ok=True)
        file = (index / LOCK).open("a+", encoding="utf-8")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise StorageError(f"{index / LOCK}: {error.strerror}") from error
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise LockHeldError(f"another process is writing ({holder}); wait for it, or use --wait") from error
        with storage_errors(index):
            file.seek(0)
            file.truncate()
            file.write(f"pid {os.getpid()}, since {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
            file.flush()
        yield


@contextmanager
def storage_errors(place: Path) -> Iterator[None]:
    """Turn what the operating system says of a full, read-only or failing disk into one line."""
    try:
        yield
    except OSError as error:
        raise StorageError(f"i/o error: {error.strerror or error} ({error.filename or place})") from error


class Generations:
    """The generations below one index folder."""

    def __init__(self, index: Path) -> None:
        self.index = index

    def names(self) -> list[str]:
        """All finished generations, oldest first."""
        if not self.index.is_dir():
            return []
        found = [path.name for path in self.index.iterdir() if _NAME.fullmatch(path.name)]
        return sorted(found, key=_number)

    def folder(self, generation: str) -> Path:
        """Where a generation lies."""
        return self.index / generation

    def current(self) -> str:
        """The generation that `CURRENT` names.

        raises   NoIndexError where there is none
        """
        try:
            pointer = json.loads((self.index / CURRENT).read_text("utf-8"))
            generation = str(pointer["generation"])
            digest = str(pointer["manifest_sha256"])
            if not _NAME.fullmatch(generation):
                raise ValueError(generation)
            sealed = _sha256(self.folder(generation) / MANIFEST)
        except OSError as error:
            raise NoIndexError(f"{self.index}: no current generation; run `mandate-search index`") from error
        except (ValueError, KeyError, TypeError) as error:
            raise NoIndexError(f"{self.index / CURRENT}: cannot be read; run `mandate-search index`") from error
        if digest != sealed:
            raise NoIndexError(
                f"{generation}: {MANIFEST} is not the one that was made current; run `mandate-search index`"
            )
        return generation

    def candidates(self) -> tuple[list[str], str]:
        """Generations that may answer: the current one, then the others, newest first; and what is wrong with CURRENT.

        raises   NoIndexError where there is none at all
        """
        newest_first = self.names()[::-1]
        try:
            current = self.current()
        except NoIndexError as error:
            if not newest_first:
                raise
            return newest_first, str(error)
        return [current, *(name for name in newest_first if name != current)], ""

    def manifest(self, generation: str) -> Manifest:
        """The manifest of a generation.

        raises   NoIndexError where it is missing or unreadable
        """
        path = self.folder(generation) / MANIFEST
        try:
            values = json.loads(path.read_text("utf-8"))
            if values.pop("format") != FORMAT:
                raise IncompatibleIndexError(f"{generation}: written in another format; run `mandate-search index`")
            manifest = Manifest(**values)
            if any(sorted(facts) != ["sha256", "size"] for facts in manifest.files.values()):
                raise ValueError("files without size and checksum")
            return manifest
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise NoIndexError(f"{path}: cannot be read ({error}); run `mandate-search index`") from error

    def check(self, generation: str, fingerprint: str) -> Manifest:
        """See that a generation is whole and of this version.

        raises   IncompatibleIndexError, NoIndexError naming the file that differs
        """
        self._check_owner(generation)
        manifest = self.manifest(generation)
        if manifest.fingerprint != fingerprint:
            raise IncompatibleIndexError(
                f"{generation}: built by another version or for the other engine; run `mandate-search index`"
            )
        for name, facts in manifest.files.items():
            path = self.folder(generation) / name
            if not path.is_file() or path.stat().st_size != facts["size"] or _sha256(path) != facts["sha256"]:
                raise NoIndexError(f"{generation}: {name} differs from the manifest; run `mandate-search index`")
        return manifest

    def hold(self, generation: str) -> BinaryIO:
        """Keep a generation from being dropped until the returned file is closed.

        raises   NoIndexError where it is gone
        """
        try:
            file = (self.folder(generation) / MANIFEST).open("rb")
        except OSError as error:
            message = f"{generation}: cannot be read ({error.strerror}); run `mandate-search index`"
            raise NoIndexError(message) from error
        fcntl.flock(file, fcntl.LOCK_SH)
        return file

    def _check_owner(self, generation: str) -> None:
        """Refuse what others than the index's owner may have written: an index is read like a program.

        raises   NoIndexError naming the file
        """
        folder = self.folder(generation)
        try:
            trusted = {0, os.geteuid(), self.index.stat().st_uid}
            for path in (folder, *folder.iterdir()):
                found = path.lstat()
                if found.st_uid not in trusted or (found.st_mode & 0o022 and not path.is_symlink()):
                    raise NoIndexError(
                        f"{path}: may have been written by others than the owner of {self.index}; "
                        "remove the generation, and run `mandate-search index`"
                    )
        except OSError as error:
            raise NoIndexError(f"{folder}: cannot be read ({error.strerror}); run `mandate-search index`") from error

    def check_space(self, generation: str) -> None:
        """Refuse to begin a build that cannot end well: as much must be free as the generation before takes.

        raises   StorageError
        """
        with storage_errors(self.index):
            size = sum(path.stat().st_size for path in self.folder(generation).iterdir())
            free = shutil.disk_usage(self.index).free
        if free < size:
            raise StorageError(
                f"disk nearly full: {free >> 10} kB free at {self.index}, {size >> 10} kB wanted; kept {generation}"
            )

    def sweep(self) -> None:
        """Remove what killed builds left behind. Call it under the lock."""
        with storage_errors(self.index):
            for left in self.index.glob("tmp-*"):
                shutil.rmtree(left)

    @contextmanager
    def building(self) -> Iterator[Path]:
        """A new folder to build in, removed at the end unless it was sealed. Call it under the lock."""
        with storage_errors(self.index):
            folder = self.index / f"tmp-{os.getpid()}"
            folder.mkdir()
            folder.chmod(0o755)
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def next_name(self) -> str:
        """The name of the generation that comes next; names count up, so no clock matters."""
        names = self.names()
        return f"g-{_number(names[-1]) + 1 if names else 1:06d}"

    def describe(self, folder: Path, older: Manifest | None) -> dict[str, dict[str, Any]]:
        """Size and checksum of every file of a folder.

        older   of a generation that was seen to be whole. Files that are linked from there are not read again: what
                has decayed on disk since is to be noticed, not sealed anew.
        """
        described = {}
        for path in sorted(folder.iterdir()):
            known = older.files.get(path.name) if older else None
            if older and known and path.samefile(self.folder(older.generation) / path.name):
                described[path.name] = known
            else:
                described[path.name] = {"size": path.stat().st_size, "sha256": _sha256(path)}
        return described

    def seal(self, folder: Path, manifest: Manifest) -> None:
        """Make a built folder durable under its name: sync its files, write the manifest, rename."""
        with storage_errors(folder):
            for path in sorted(folder.iterdir()):
                _sync(path)
                path.chmod(0o444)
            write_durably(folder / MANIFEST, json.dumps({"format": FORMAT} | vars(manifest), indent=1))
            (folder / MANIFEST).chmod(0o444)
            folder.rename(self.folder(manifest.generation))
            _sync(self.index)

    def activate(self, generation: str) -> None:
        """Make a generation the current one."""
        with storage_errors(self.index):
            pointer = {"generation": generation, "manifest_sha256": _sha256(self.folder(generation) / MANIFEST)}
            write_durably(self.index / CURRENT, json.dumps(pointer))

    def drop_old(self) -> None:
        """Remove all but the newest generations; one that a reader holds stays until a later run."""
        with storage_errors(self.index):
            current = self.current()
            for generation in self.names()[:-KEPT]:
                if generation != current and not self._is_read(generation):
                    shutil.rmtree(self.folder(generation))

    def _is_read(self, generation: str) -> bool:
        """Whether some reader holds the shared lock on a generation's manifest."""
        try:
            with (self.folder(generation) / MANIFEST).open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError as error:
            return error.errno in (errno.EAGAIN, errno.EACCES)
        return False


def _number(name: str) -> int:
    return int(name.removeprefix("g-"))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_durably(path: Path, text: str) -> None:
    """Write a file so that after a power cut its old or its new content stands there, never a piece.

    raises   OSError; the old content stands then
    """
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    _sync(path.parent)
