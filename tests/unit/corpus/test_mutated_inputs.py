"""Every format, damaged: flipped, cut, doubled and missing bytes give records or refusals, never an exception."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

import pytest
import yaml

from search_app.corpus.importers.base import Importer, InputFile
from search_app.corpus.intake import Intake
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Names
from search_app.corpus.store import read_corpus

INPUTS: Final = Path(__file__).parents[2] / "data" / "inputs"
MUTANTS: Final = 200  # of each format
TODAY: Final = date(2024, 1, 2)


def _by_format() -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in sorted(INPUTS.glob("*.expected.yaml")):
        expected = yaml.safe_load(path.read_text("utf-8"))
        found.setdefault(expected["format"], []).append(INPUTS / expected["input"])
    return found


BY_FORMAT: Final = _by_format()


def flip(data: bytes, chance: random.Random) -> bytes:
    """Some bits of some bytes changed."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 3, 20))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(data: bytes, chance: random.Random) -> bytes:
    """The rest missing."""
    return data[: chance.randrange(len(data))]


def delete(data: bytes, chance: random.Random) -> bytes:
    """A piece missing."""
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.choice((1, 10, 200)) :]


def double(data: bytes, chance: random.Random) -> bytes:
    """A piece twice, the second time somewhere else."""
    start, to = chance.randrange(len(data)), chance.randrange(len(data))
    return data[:to] + data[start : start + chance.choice((1, 30, 400))] + data[to:]


def insert(data: bytes, chance: random.Random) -> bytes:
    """Something in it that means much in one format or another."""
    odd = (
        b"\x00",
        b"<",
        b"]]>",
        b"&",
        b"\xff\xfe",
        b'"',
        b"{",
        b"[" * 50,
        b"\xed\xa0\x80",
        b"99999-99-99",
        b"null",
        b"\n",
    )
    to = chance.randrange(len(data))
    return data[:to] + chance.choice(odd) + data[to:]


MUTATIONS: Final[tuple[Callable[[bytes, random.Random], bytes], ...]] = (flip, cut, delete, double, insert)


@pytest.mark.parametrize("kind", sorted(BY_FORMAT))
def test_a_damaged_file_gives_records_or_refusals_and_whole_files(
    kind: str, importers: tuple[Importer, ...], names: Names, tmp_path: Path
) -> None:
    chance = random.Random(kind)  # the same damage in each run
    contents = [data for path in BY_FORMAT[kind] if (data := path.read_bytes())]
    intake = Intake(tmp_path, names, importers=importers, today=TODAY)
    files = []
    for number in range(MUTANTS):
        data = chance.choice(contents)
        for _ in range(chance.choice((1, 1, 2))):
            data = chance.choice(MUTATIONS)(data, chance) or b" "
        files.append(intake.parse(InputFile(f"mutant-{number}", data)))
    assert all(file.records == () for file in files for rejection in file.rejections if rejection.refuses_file)
    intake.take(files)
    broken = [record for record in read_corpus(tmp_path) if not isinstance(record, Mandate)]
    assert broken == []
    assert all(path.suffix == ".yaml" for path in tmp_path.rglob("*") if path.is_file())
