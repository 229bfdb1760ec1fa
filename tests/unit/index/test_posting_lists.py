"""The documents of each word, as they are read at once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from search_app.analysis.tools import Tools
from search_app.index.document import Document
from search_app.index.whoosh_engine.builder import WhooshBuilder
from search_app.index.whoosh_engine.placed_file import PlacedFile
from search_app.index.whoosh_engine.pool import Run
from search_app.index.whoosh_engine.posting_lists import Extents, PostingListWriter, read_all_postings, read_postings
from search_app.index.whoosh_engine.schema import BODY, TITLE
from search_app.index.whoosh_engine.sidefiles import SideFiles
from tests.contract.invention import dice, random_documents

pytestmark = pytest.mark.engine

Listed = tuple[list[int], list[int]]


def run(words: Sequence[int], *postings: Sequence[Sequence[int]]) -> Run:
    """Postings of some words: of each word the positions in document 0, 1 and so on."""
    held = [(number, where) for one in postings for number, where in enumerate(one) if where]
    return Run(
        words=np.array(words, np.int32),
        ends=np.cumsum([sum(map(bool, one)) for one in postings]),
        documents=np.array([number for number, _ in held], np.int32),
        position_ends=np.cumsum([len(where) for _, where in held]),
        positions=np.array([place for _, where in held for place in where], np.int32),
    )


def read(path: Path, extents: Extents, words: int) -> list[Listed]:
    """What is read of so many words."""
    with closing(PlacedFile(path)) as file:
        return [
            (one.tolist(), other.tolist()) for one, other in (read_postings(file, extents, n) for n in range(words))
        ]


def test_each_word_has_its_documents_and_how_often_it_stands_there(tmp_path: Path) -> None:
    body, title = Extents.of(4), Extents.of(4)
    writer = PostingListWriter(tmp_path / "lists")
    writer.add(body, np.array([2, 0]), run([0, 1], [[3, 5], [], [1]], [[], [7, 8, 9]]))
    writer.add(body, np.array([1]), run([2], [[1], [1], [1]]))
    writer.add(title, np.array([2]), run([0], [[0], []]))
    writer.close()
    assert read(tmp_path / "lists", body, 4) == [([1], [3]), ([0, 1, 2], [1, 1, 1]), ([0, 2], [2, 1]), ([], [])]
    assert read(tmp_path / "lists", title, 4) == [([], []), ([], []), ([0], [1]), ([], [])]


@pytest.mark.parametrize("words", [[], [3], [1], [0, 2], [2, 1, 0], [3, 1, 2]])
def test_many_words_have_the_documents_of_each(tmp_path: Path, words: list[int]) -> None:
    extents = Extents.of(4)
    writer = PostingListWriter(tmp_path / "lists")
    writer.add(extents, np.array([2, 0]), run([0, 1], [[3, 5], [], [1]], [[], [7, 8, 9]]))
    writer.add(extents, np.array([1]), run([2], [[1], [1], [1]]))
    writer.close()
    held = {0: [(1, 3)], 1: [(0, 1), (1, 1), (2, 1)], 2: [(0, 2), (2, 1)], 3: []}
    with closing(PlacedFile(tmp_path / "lists")) as file:
        documents, frequencies = read_all_postings(file, extents, np.array(words, np.int32))
    found = sorted(zip(documents.tolist(), frequencies.tolist(), strict=True))
    assert found == sorted(one for word in words for one in held[word])


def by_hand(documents: Sequence[Document], field: str, word: str) -> Listed:
    """The documents that hold a word, and how often."""
    counts = [len(one.body.get(word, ())) if field == BODY else one.title.get(word, 0) for one in documents]
    return [number for number, count in enumerate(counts) if count], [count for count in counts if count]


def test_a_segment_lists_what_its_documents_hold(tools: Tools, tmp_path: Path) -> None:
    documents = random_documents(dice(3), 60, tools)
    builder = WhooshBuilder(tmp_path, tools.stems)
    for document in documents:
        builder.add(document)
    builder.commit()
    (segment,) = (path.stem for path in tmp_path.glob("*.pst"))
    with closing(SideFiles.read(tmp_path, segment)) as side:
        assert len(side.words) > 50
        for number, word in enumerate(side.words):
            for field in (BODY, TITLE):
                found = [one.tolist() for one in side.postings_of(field, number)]
                assert tuple(found) == by_hand(documents, field, word), (field, word)
