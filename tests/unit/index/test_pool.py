"""The pool of postings: tokens go in by document and come out by word, however little is held at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from search_app.index.whoosh_engine import pool as pool_module
from search_app.index.whoosh_engine.pool import PostingPool
from tests.contract.invention import dice

pytestmark = pytest.mark.engine

# words and positions of each document
Texts = Sequence[tuple[list[int], list[int]]]
# place of a word, document, its positions there
Found = tuple[int, int, list[int]]
TEXTS: Texts = [([1, 0, 1], [0, 1, 2]), ([], []), ([2, 1], [0, 101]), ([1, 1, 1, 1], [5, 6, 7, 70_000])]
# word 2 comes first, then 0, then 1
PLACES = np.array([1, 2, 0], np.int32)


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[PostingPool]:
    pool = PostingPool(tmp_path / "x.part")
    yield pool
    pool.close()


def fill(pool: PostingPool, texts: Texts) -> None:
    for words, positions in texts:
        pool.add(words, positions)


def found(pool: PostingPool, places: np.typing.NDArray[np.int32]) -> list[Found]:
    """All postings as they come."""
    postings = []
    for run in pool.runs(places):
        words = np.repeat(run.words, np.diff(run.ends, prepend=0)).tolist()
        bounds = [0, *run.position_ends.tolist()]
        spans = [run.positions[start:end].tolist() for start, end in pairwise(bounds)]
        assert run.frequencies.tolist() == [len(span) for span in spans]
        postings += list(zip(words, run.documents.tolist(), spans, strict=True))
    return postings


def test_postings_come_word_by_word_in_the_order_asked_for(pool: PostingPool) -> None:
    fill(pool, TEXTS)
    assert found(pool, PLACES) == [
        (0, 2, [0]),
        (1, 0, [1]),
        (2, 0, [0, 2]),
        (2, 2, [101]),
        (2, 3, [5, 6, 7, 70_000]),
    ]
    assert pool.documents.tolist() == [1, 3, 1]


@pytest.mark.parametrize(("kept", "written", "given"), [(1, 1, 1), (90, 5, 3), (1_000, 1_000, 70), (1_000, 13, 1_000)])
def test_how_much_is_held_at_once_changes_nothing(
    pool: PostingPool, monkeypatch: pytest.MonkeyPatch, kept: int, written: int, given: int
) -> None:
    for name, most in (("SORTED", kept), ("WRITTEN", written), ("GIVEN", given)):
        monkeypatch.setattr(pool_module, f"{name}_AT_ONCE", most)
    roll = dice(kept)
    texts = [
        ([roll.randrange(12) ** 2 for _ in range(length)], list(range(length)))
        for length in (roll.randrange(30) for _ in range(25))
    ]
    wanted: dict[tuple[int, int], list[int]] = defaultdict(list)
    places = list(range(150))
    roll.shuffle(places)
    for number, (words, positions) in enumerate(texts):
        for word, position in zip(words, positions, strict=True):
            wanted[places[word], number].append(position)
    fill(pool, texts)
    assert found(pool, np.array(places, np.int32)) == [(*key, wanted[key]) for key in sorted(wanted)]


def test_no_run_holds_more_than_may_be_but_a_single_word(pool: PostingPool, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(pool, [([0, 1, 2, 3, 4, 4], [0, 1, 2, 3, 4, 5])] * 12)
    for kept, given, wanted in (
        (100, 25, [(2, 24), (2, 24), (1, 24)]),
        (30, 100, [(2, 24), (2, 24), (1, 24)]),
        (100, 10, [(1, 12)] * 4 + [(1, 24)]),
        (10, 100, [(1, 12)] * 4 + [(1, 24)]),
    ):
        monkeypatch.setattr(pool_module, "SORTED_AT_ONCE", kept)
        monkeypatch.setattr(pool_module, "GIVEN_AT_ONCE", given)
        runs = list(pool.runs(np.arange(5, dtype=np.int32)))
        assert [(len(run.words), len(run.positions)) for run in runs] == wanted


def test_tokens_wait_on_disk_and_not_in_memory(pool: PostingPool, tmp_path: Path) -> None:
    count = pool_module.WRITTEN_AT_ONCE
    pool.add([0] * count, range(count))
    assert (tmp_path / "x.part").stat().st_size >= count * 12 - 65_536  # the last piece may wait in the file's buffer


def test_pool_without_a_token_gives_nothing(pool: PostingPool) -> None:
    fill(pool, [([], [])])
    assert found(pool, np.empty(0, np.int32)) == []
    assert pool.documents.tolist() == []


def test_closed_pool_leaves_no_file(tmp_path: Path) -> None:
    pool = PostingPool(tmp_path / "x.part")
    pool.add([0], [0])
    pool.close()
    assert list(tmp_path.iterdir()) == []
