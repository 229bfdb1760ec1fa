"""A file of which threads read stretches here and there, without a lock.

A mapped file would do as well, but what is read of it counts as memory of every process that does.
"""

from __future__ import annotations

import os
from pathlib import Path

from search_app.errors import StorageError


class PlacedFile:
    """A finished file, open until it is closed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("rb", buffering=0)

    def read(self, place: int, size: int) -> bytes:
        """So many bytes from a place on; raises StorageError where the file ends before."""
        data = self.read_up_to(place, size)
        if len(data) < size:
            raise StorageError(f"{self.path}: ends before byte {place + size}; rebuild the index")
        return data

    def read_up_to(self, place: int, size: int) -> bytes:
        """As `read`, but less where the file ends before."""
        return os.pread(self._file.fileno(), size, place)

    def close(self) -> None:
        """Release the file."""
        self._file.close()
