"""Read files that people hand in, and write records so that a crash leaves the old file or the new one.

Promise: only regular files are opened, no link is followed, nothing larger than the limit is read, and opening never
waits (a pipe in the folder does not hang us). Knows nothing of what the files hold.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from search_app.errors import Fault, FileFaultsError, StorageError


def read_regular(path: Path, *, limit: int) -> bytes:
    """Read a whole file.

    limit    largest size in bytes
    raises   FileFaultsError: missing, a link, no regular file, too large, unreadable, or changed while it was read
    """
    try:
        return _read(path, limit)
    except OSError as error:
        reason = "a link; put the file itself here" if error.errno == errno.ELOOP else (error.strerror or str(error))
        raise FileFaultsError([Fault(path, 0, 0, f"cannot be read: {reason}")]) from error


def _read(path: Path, limit: int) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise FileFaultsError([Fault(path, 0, 0, "not a regular file; move it out of this folder")])
        if before.st_size > limit:
            message = f"{before.st_size} bytes, more than the limit of {limit}; split it or shorten it"
            raise FileFaultsError([Fault(path, 0, 0, message)])
        data = file.read(limit + 1)
        after = os.fstat(descriptor)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != after.st_size:
        raise FileFaultsError([Fault(path, 0, 0, "changed while it was read; try again when it is written")])
    return data


def input_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and all that stands in the folders named, at any depth, hidden ones aside.

    Links, pipes and folders that cannot be opened are among them, so that reading them says what is wrong.
    """
    for path in paths:
        if _is_folder(path):
            yield from sorted(_files_below(path))
        else:
            yield path


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir() and not path.is_symlink()
    except OSError:
        return False


def _files_below(folder: Path) -> Iterator[Path]:
    closed: list[Path] = []
    for place, folders, files in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        here = Path(place)
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (here / name for name in files if not name.startswith("."))
        yield from (here / name for name in folders if (here / name).is_symlink())
    yield from closed


def write_atomic(path: Path, data: bytes) -> None:
    """Put a file in place whole or not at all, and make sure it survives a power loss.

    The folder is made where it is missing; the file is written beside its place under another name, then renamed.
    raises   StorageError: disk full, read-only, failing
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        _make_folder(path.parent)
        try:
            with temporary.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        raise StorageError(f"i/o error: {error.strerror}; {path} was not written") from error


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
