"""Side files: what is written of documents reads back the same, however long or odd they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from search_app.analysis.analyzer import Analyzer
from search_app.analysis.language import LANGUAGES
from search_app.analysis.tools import Tools
from search_app.index.document import PARTS, Document
from search_app.index.whoosh_engine.sidefiles import LONGEST, VALUE_KINDS, SideFiles, SideFileWriter
from tests.contract.asking import documents_of
from tests.contract.invention import dice, random_documents
from tests.support import mandate

pytestmark = pytest.mark.engine


def written(folder: Path, documents: Sequence[Document]) -> SideFiles:
    """Write the side files of documents and read them."""
    writer = SideFileWriter(folder)
    for document in documents:
        writer.add(document)
    writer.finish("MAIN_x")
    return SideFiles.read(folder, "MAIN_x")


def row(side: SideFiles, kind: str, number: int) -> tuple[str, ...]:
    """The values of one document in a column of several."""
    offsets, values = side.columns[f"{kind}_offsets"].tolist(), side.columns[f"{kind}_values"].tolist()
    return tuple(side.tables[kind][value] for value in values[offsets[number] : offsets[number + 1]])


@pytest.mark.parametrize("count", [0, 1, 40])
def test_everything_reads_back_as_it_was(tools: Tools, tmp_path: Path, count: int) -> None:
    documents = random_documents(dice(count), count, tools)
    side = written(tmp_path, documents)
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
        parts = [list(zip(*part, strict=True)) for part in side.parts(number)]
        assert parts == [[tuple(token) for token in part] for part in document.parts]
    assert side.labels == {slug: printed for one in documents for slug, printed in one.labels.items()}


def test_words_are_counted_once_a_document(tools: Tools, tmp_path: Path) -> None:
    documents = random_documents(dice(5), 30, tools)
    side = written(tmp_path, documents)
    counts = dict(zip(side.words, side.columns["word_documents"].tolist(), strict=True))
    assert counts == {
        term: sum(term in one.body for one in documents) for term in {term for one in documents for term in one.body}
    }


def test_lengths_are_capped_at_two_bytes_and_places_are_not(analyzer: Analyzer, tmp_path: Path) -> None:
    words = "mali " * 70_000
    (document,) = documents_of(analyzer, mandate("m-1", title_en=words, en="fin"))
    side = written(tmp_path, [document])
    assert document.length == 70_001
    assert side.columns["length"].tolist() == side.columns["title_length"].tolist() == [LONGEST] == [65_535]
    assert side.columns["title_end"].tolist() == [document.title_end]
    assert document.title_end > 70_000
    terms, starts, ends = side.parts(0)[PARTS.index("title.en")]
    assert (len(terms), starts[-1], ends[-1]) == (70_000, 349_995, 349_999)


def test_files_bear_the_name_of_the_segment_and_nothing_is_left_over(analyzer: Analyzer, tmp_path: Path) -> None:
    written(tmp_path, documents_of(analyzer, mandate("m-1", en="mali")))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("MAIN_x.cols", "MAIN_x.tab", "MAIN_x.tok", "MAIN_x.words")
    ]


def test_columns_that_hold_pickles_are_not_read(analyzer: Analyzer, tmp_path: Path) -> None:
    """Arrays of objects are pickles."""
    written(tmp_path, documents_of(analyzer, mandate("m-1", en="mali")))
    path = tmp_path / "MAIN_x.cols"
    with np.load(path) as stored:
        arrays = dict(stored)
    with path.open("wb") as file:
        np.savez(file, **(arrays | {"first": np.array([{}], dtype=object)}))
    with pytest.raises(ValueError, match="allow_pickle"):
        SideFiles.read(tmp_path, "MAIN_x")


def test_odd_names_read_back(analyzer: Analyzer, tmp_path: Path) -> None:
    (document,) = documents_of(
        analyzer, mandate("m-1", requesters=("Ministère « de l’Intérieur »\\", "😀", "\u2028x"), places=("  ",))
    )
    side = written(tmp_path, [document])
    assert row(side, "requesters", 0) == document.requesters
    assert set(side.labels.values()) == {"Ministère « de l’Intérieur »\\", "😀", "\u2028x"}
    assert json.loads((tmp_path / "MAIN_x.tab").read_text("utf-8"))["labels"] == side.labels
