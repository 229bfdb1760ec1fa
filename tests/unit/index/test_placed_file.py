"""Files of which threads read stretches here and there."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from search_app.errors import StorageError
from search_app.index.whoosh_engine.placed_file import PlacedFile


def test_a_stretch_is_read_from_where_it_begins(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"police")
    with closing(PlacedFile(path)) as file:
        assert [file.read(3, 2), file.read(0, 6), file.read(6, 0)] == [b"ic", b"police", b""]


def test_a_file_that_ends_too_soon_is_named(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"pol")
    with closing(PlacedFile(path)) as file:
        assert file.read_up_to(1, 9) == b"ol"
        with pytest.raises(StorageError, match=r"file: ends before byte 6; rebuild the index"):
            file.read(0, 6)
