"""Blocks written by us are Whoosh's: its own reader finds every word, document, frequency and position in them."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.reading import TermNotFound

from search_app.analysis.analyzer import Analyzer
from search_app.analysis.tools import Tools
from search_app.index.document import Document
from search_app.index.whoosh_engine import pool as pool_module
from search_app.index.whoosh_engine.block_writer import POSTINGS_A_BLOCK
from search_app.index.whoosh_engine.builder import WhooshBuilder
from search_app.index.whoosh_engine.schema import BODY, TITLE, schema
from tests.contract.asking import documents_of
from tests.contract.invention import dice, random_documents
from tests.support import mandate

pytestmark = pytest.mark.engine

# document, weight, payload
Posting = tuple[int, float, bytes | None]


@contextmanager
def whoosh_reader(folder: Path, documents: Sequence[Document], tools: Tools) -> Iterator[Any]:
    """Whoosh's reader of what our builder makes of documents."""
    builder = WhooshBuilder(folder, tools.stems)
    for document in documents:
        builder.add(document)
    builder.commit()
    reader = FileIndex(FileStorage(str(folder), supports_mmap=False), schema=schema()).reader()
    yield reader
    reader.close()


def postings(reader: Any, field: str, word: str) -> list[Posting]:
    """What Whoosh reads, one posting after the other."""
    matcher, found = reader.postings(field, word), []
    while matcher.is_active():
        found.append((matcher.id(), matcher.weight(), matcher.value()))
        matcher.next()
    return found


def payload(positions: Sequence[int]) -> bytes:
    """Positions as bytes: two each, or four where the last needs more."""
    return array("H" if positions[-1] <= 65_535 else "I", positions).tobytes()


@pytest.mark.parametrize("at_once", [1, 50, 1_000_000])
def test_whoosh_reads_every_posting(
    tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(pool_module, "SORTED_AT_ONCE", at_once)
    documents = random_documents(dice(at_once), 60, tools)
    words = sorted({term for document in documents for term in document.body})
    with whoosh_reader(tmp_path, documents, tools) as reader:
        assert [text.decode() for field, text in reader.all_terms() if field == BODY] == words
        for word in words:
            wanted: list[Posting] = [
                (number, float(len(one.body[word])), payload(one.body[word]))
                for number, one in enumerate(documents)
                if word in one.body
            ]
            assert postings(reader, BODY, word) == wanted
            titles: list[Posting] = [
                (number, float(one.title[word]), None) for number, one in enumerate(documents) if word in one.title
            ]
            assert (postings(reader, TITLE, word) if (TITLE, word) in reader else []) == titles


def test_table_of_terms_tells_what_the_postings_hold(tools: Tools, tmp_path: Path) -> None:
    documents = random_documents(dice(3), 40, tools)
    with whoosh_reader(tmp_path, documents, tools) as reader:
        for field, text in reader.all_terms():
            if field in (BODY, TITLE):
                held = postings(reader, field, text.decode())
                info = reader.term_info(field, text)
                assert info.doc_frequency() == reader.doc_frequency(field, text) == len(held)
                assert info.weight() == reader.frequency(field, text) == sum(weight for _, weight, _ in held)
                assert info.max_weight() == max(weight for _, weight, _ in held)
                assert (info.min_id(), info.max_id()) == (held[0][0], held[-1][0])


def test_word_in_more_documents_than_a_block_holds(tools: Tools, tmp_path: Path) -> None:
    count = 2 * POSTINGS_A_BLOCK + 1
    mandates = [mandate(f"m-{number}", en="mali " * (1 + number // 1_500)) for number in range(count)]
    documents = documents_of(tools.analyzer, *mandates)
    with whoosh_reader(tmp_path, documents, tools) as reader:
        found = postings(reader, BODY, "mali")
        assert [number for number, _, _ in found] == list(range(count))
        assert Counter(weight for _, weight, _ in found) == {1: 1_500, 2: count - 1_500}
        assert (found[0][2], found[-1][2]) == (payload([0]), payload([0, 1]))
        for number, weight in ((POSTINGS_A_BLOCK + 5, 1), (count - 2, 2), (count - 1, 2)):
            matcher = reader.postings(BODY, "mali")
            matcher.skip_to(number)
            assert (matcher.id(), matcher.weight()) == (number, weight)


def test_word_in_exactly_as_many_documents_as_a_block_holds(tools: Tools, tmp_path: Path) -> None:
    mandates = [mandate(f"m-{number}", en="mali") for number in range(POSTINGS_A_BLOCK)]
    with whoosh_reader(tmp_path, documents_of(tools.analyzer, *mandates), tools) as reader:
        found = postings(reader, BODY, "mali")
    assert found == [(number, 1.0, payload([0])) for number in range(POSTINGS_A_BLOCK)]


def test_positions_behind_sixteen_bits_take_four_bytes_in_that_document_alone(tools: Tools, tmp_path: Path) -> None:
    long = mandate("m-1", en="mali " + "niger " * 66_000 + "mali")
    documents = documents_of(tools.analyzer, mandate("m-0", en="mali"), long, mandate("m-2", en="togo mali"))
    with whoosh_reader(tmp_path, documents, tools) as reader:
        assert postings(reader, BODY, "mali") == [
            (0, 1.0, array("H", [0]).tobytes()),
            (1, 2.0, array("I", [0, 66_001]).tobytes()),
            (2, 1.0, array("H", [1]).tobytes()),
        ]


def test_words_are_ordered_by_their_bytes(tools: Tools, tmp_path: Path) -> None:
    # some beyond the basic plane, and one that UTF-16 would put behind them
    text = "𐌰𐌽𐌰 가나 \ufa0e des zebre UN ж"
    with whoosh_reader(tmp_path, documents_of(tools.analyzer, mandate("m-1", en=text)), tools) as reader:
        words = [text for field, text in reader.all_terms() if field == BODY]
        assert words == sorted(words)
        assert len(words) == 7
        assert all(postings(reader, BODY, word.decode()) for word in words)


def test_field_in_which_nothing_stands_is_no_field(analyzer: Analyzer, tools: Tools, tmp_path: Path) -> None:
    with whoosh_reader(tmp_path, documents_of(analyzer, mandate("m-1", en="mali")), tools) as reader:
        assert sorted(reader.indexed_field_names()) == ["id", BODY]
        with pytest.raises(TermNotFound):
            reader.postings(TITLE, "mali")
