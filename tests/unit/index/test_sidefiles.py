"""Side files: what is written of documents reads back the same, however long or odd they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from search_app.analysis.analyzer import Analyzer, Token
from search_app.analysis.language import LANGUAGES
from search_app.analysis.tools import Tools
from search_app.index.document import PARTS, Document
from search_app.index.whoosh_engine.sidefiles import LONGEST, VALUE_KINDS, SideFiles, SideFileWriter
from tests.contract.asking import documents_of
from tests.contract.invention import dice, random_documents
from tests.support import mandate

pytestmark = pytest.mark.engine


Written = Callable[[Sequence[Document]], SideFiles]


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Written]:
    """Write the side files of documents and read them."""
    with ExitStack() as held:

        def write(documents: Sequence[Document]) -> SideFiles:
            writer = SideFileWriter(tmp_path)
            for document in documents:
                writer.add(document)
            writer.finish("MAIN_x")
            return held.enter_context(closing(SideFiles.read(tmp_path, "MAIN_x")))

        yield write


def tokens(side: SideFiles, number: int) -> tuple[tuple[Token, ...], ...]:
    """The tokens of one document by part."""
    rows, ends = side.spans(number)
    found = [Token(side.words[word], start, start + length) for word, start, length in rows.tolist()]
    return tuple(tuple(found[first:end]) for first, end in pairwise([0, *ends]))


def row(side: SideFiles, kind: str, number: int) -> tuple[str, ...]:
    """The values of one document in a column of several."""
    offsets, values = (one.tolist() for one in side.values_of(kind))
    return tuple(side.tables[kind][value] for value in values[offsets[number] : offsets[number + 1]])


@pytest.mark.parametrize("count", [0, 1, 40])
def test_everything_reads_back_as_it_was(tools: Tools, count: int, written: Written) -> None:
    documents = random_documents(dice(count), count, tools)
    side = written(documents)
    assert side.tables["ids"] == [one.id for one in documents]
    for column, attribute in (("first", "first"), ("last", "last"), ("title_end", "title_end")):
        assert side.columns[column].tolist() == [getattr(one, attribute) for one in documents]
    assert side.columns["length"].tolist() == [one.length for one in documents]
    assert side.columns["title_length"].tolist() == [one.title_length for one in documents]
    for number, document in enumerate(documents):
        bits = int(side.columns["languages"][number])
        assert tuple(language for bit, language in enumerate(LANGUAGES) if bits >> bit & 1) == document.languages
        for kind in VALUE_KINDS:
            assert row(side, kind, number) == getattr(document, kind)
        assert side.record(number) == document.record
        assert tokens(side, number) == document.parts
    assert side.labels == {slug: printed for one in documents for slug, printed in one.labels.items()}


def test_words_are_numbered_as_they_come(tools: Tools, tmp_path: Path) -> None:
    documents = documents_of(tools.analyzer, mandate("m-1", en="mali niger mali"), mandate("m-2", en="niger togo"))
    writer = SideFileWriter(tmp_path)
    assert [list(writer.add(document)) for document in documents] == [[0, 1, 0], [1, 2]]
    assert writer.words == ["mali", "niger", "togo"]
    writer.finish("MAIN_x")
    with closing(SideFiles.read(tmp_path, "MAIN_x")) as side:
        assert side.words == ["mali", "niger", "togo"]


def test_lengths_are_capped_at_two_bytes_and_places_are_not(analyzer: Analyzer, written: Written) -> None:
    words = "mali " * 70_000
    (document,) = documents_of(analyzer, mandate("m-1", title_en=words, en="fin"))
    side = written([document])
    assert document.length == 70_001
    assert side.columns["length"].tolist() == side.columns["title_length"].tolist() == [LONGEST] == [65_535]
    assert side.columns["title_end"].tolist() == [document.title_end]
    assert document.title_end > 70_000
    title = tokens(side, 0)[PARTS.index("title.en")]
    assert (len(title), title[-1]) == (70_000, Token("mali", 349_995, 349_999))


def test_files_bear_the_name_of_the_segment_and_nothing_is_left_over(
    analyzer: Analyzer, tmp_path: Path, written: Written
) -> None:
    written(documents_of(analyzer, mandate("m-1", en="mali")))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("MAIN_x.cols", "MAIN_x.pst", "MAIN_x.rec", "MAIN_x.tab", "MAIN_x.tok", "MAIN_x.words")
    ]


def test_columns_that_hold_pickles_are_not_read(analyzer: Analyzer, tmp_path: Path, written: Written) -> None:
    """Arrays of objects are pickles."""
    written(documents_of(analyzer, mandate("m-1", en="mali")))
    path = tmp_path / "MAIN_x.cols"
    with np.load(path) as stored:
        arrays = dict(stored)
    with path.open("wb") as file:
        np.savez(file, **(arrays | {"first": np.array([{}], dtype=object)}))
    with pytest.raises(ValueError, match="allow_pickle"):
        SideFiles.read(tmp_path, "MAIN_x")


def test_odd_names_read_back(analyzer: Analyzer, tmp_path: Path, written: Written) -> None:
    (document,) = documents_of(
        analyzer, mandate("m-1", requesters=("Ministère « de l’Intérieur »\\", "😀", "\u2028x"), places=("  ",))
    )
    side = written([document])
    assert row(side, "requesters", 0) == document.requesters
    assert set(side.labels.values()) == {"Ministère « de l’Intérieur »\\", "😀", "\u2028x"}
    assert json.loads((tmp_path / "MAIN_x.tab").read_text("utf-8"))["labels"] == side.labels
