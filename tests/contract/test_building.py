"""Building, growing, asking from many threads."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from search_app.analysis.analyzer import Analyzer
from search_app.analysis.tools import Tools
from search_app.errors import MandateSearchError
from search_app.index.engines import make_builder
from search_app.index.query import Word
from tests.contract.asking import EVERYTHING, NO_FILTERS, Corpora, documents_of, ids, ids_of, window
from tests.contract.invention import Inquirer, dice, random_documents
from tests.support import mandate

pytestmark = pytest.mark.engine


def test_an_id_can_stand_once_in_a_build(tools: Tools, tmp_path: Path) -> None:
    one, twin, other = documents_of(
        tools.analyzer, mandate("m-1", en="Mali"), mandate("m-1", en="Niger"), mandate("m-2", en="Niger")
    )
    builder = make_builder(tmp_path, tools.stems)
    builder.add(one)
    builder.add(other)
    with pytest.raises(MandateSearchError, match="m-1"):
        builder.add(twin)
    builder.discard()


def test_build_that_was_given_up_leaves_nothing_open(tools: Tools, tmp_path: Path) -> None:
    """An open file would be told as a warning, and warnings are errors here."""
    builder = make_builder(tmp_path, tools.stems)
    builder.add(documents_of(tools.analyzer, mandate("m-1", en="Mali"))[0])
    builder.discard()


def test_build_of_nothing_holds_nothing(tools: Tools, tmp_path: Path) -> None:
    assert make_builder(tmp_path, tools.stems).commit() == 0


@pytest.mark.parametrize("seed", range(4))
def test_index_that_grew_answers_like_one_built_anew(open_corpus: Corpora, tools: Tools, seed: int) -> None:
    rng = dice(200 + seed)
    current = {one.id: one for one in random_documents(rng, rng.choice((5, 30)), tools)}
    grown = open_corpus(current.values())
    for step in range(3):
        removed = rng.sample(sorted(current), rng.randint(0, len(current) // 2))
        others = random_documents(rng, rng.randint(0, 12), tools)
        # some of those taken out come back changed, as an edited record does
        names = [*removed[:3], *(f"step-{step}-{number}" for number in range(len(others)))]
        added = [replace(one, id=name) for name, one in zip(names, others, strict=False)]
        current = {id_: one for id_, one in current.items() if id_ not in removed} | {one.id: one for one in added}
        grown = open_corpus.grown(grown, removed=removed, added=added)
        anew, inquirer = open_corpus(current.values()), Inquirer(rng, list(current.values()), tools)
        assert sorted(grown.ids()) == sorted(anew.ids()) == sorted(current)
        assert list(grown.plain_words()) == list(anew.plain_words())
        for _ in range(40):
            query, filters = inquirer.query(), inquirer.filters(0.1)
            assert grown.rank(query, filters, window()) == anew.rank(query, filters, window()), query
            assert grown.search(query, filters, window(size=0, facets=True)) == anew.search(
                query, filters, window(size=0, facets=True)
            )
        for id_, document in current.items():
            hit = grown.hit(id_)
            assert hit is not None
            assert hit.parts == document.parts


def test_what_stood_in_removed_documents_only_is_unknown(open_corpus: Corpora, analyzer: Analyzer) -> None:
    first = documents_of(analyzer, mandate("m-1", en="zebras"), mandate("m-2", en="police"))
    engine = open_corpus.grown(open_corpus(first), removed=["m-1"])
    assert not engine.has_word("zebras")
    assert not engine.knows_word("zebra")
    assert engine.count_beginning("zeb") == 0
    assert engine.hit("m-1") is None
    assert ids(engine, Word("zebra")) == []
    assert ids_of(engine, EVERYTHING) == ["m-2"]


def test_growing_leaves_the_older_generation_as_it_was(open_corpus: Corpora, tools: Tools) -> None:
    rng = dice(43)
    documents = random_documents(rng, 20, tools)
    engine, inquirer = open_corpus(documents), Inquirer(rng, documents, tools)
    questions = [inquirer.query() for _ in range(30)]
    answers = [engine.search(query, NO_FILTERS, window(size=3)) for query in questions]
    files = {path.name: path.read_bytes() for path in open_corpus.folder(engine).iterdir()}
    removed = [one.id for one in documents[:7]]
    grown = open_corpus.grown(engine, removed=removed, added=[replace(documents[8], id="new")])
    assert len(grown.ids()) == 14
    assert {path.name: path.read_bytes() for path in open_corpus.folder(engine).iterdir()} == files
    assert [engine.search(query, NO_FILTERS, window(size=3)) for query in questions] == answers


def test_an_id_of_the_older_generation_must_be_removed_before_it_is_added(tools: Tools, open_corpus: Corpora) -> None:
    one, changed = documents_of(tools.analyzer, mandate("m-1", en="Mali"), mandate("m-1", en="Niger"))
    engine = open_corpus([one])
    with pytest.raises(MandateSearchError, match="m-1"):
        open_corpus.grown(engine, added=[changed])


@pytest.fixture
def impatient_threads() -> Iterator[None]:
    """Let threads take turns a thousand times as often, so that what they share meets sooner."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("impatient_threads")
def test_eight_threads_get_the_answers_that_one_gets(open_corpus: Corpora, tools: Tools) -> None:
    rng = dice(37)
    documents = random_documents(rng, 60, tools)
    inquirer = Inquirer(rng, documents, tools)
    questions = [(inquirer.query(), inquirer.filters(0.1)) for _ in range(50)]
    alone = open_corpus(documents)
    asked_for = window(size=5, facets=True)
    wanted = [alone.search(query, filters, asked_for) for query, filters in questions]
    shared, start = open_corpus(documents), threading.Barrier(8)

    def differing(number: int) -> int:
        order = dice(number).sample(range(len(questions)), len(questions))
        start.wait()
        return sum(shared.search(*questions[i], asked_for) != wanted[i] for i in order)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(differing, range(8))) == 0


def test_asking_again_gives_the_same_answer(open_corpus: Corpora, tools: Tools) -> None:
    rng = dice(41)
    documents = random_documents(rng, 30, tools)
    engine, inquirer = open_corpus(documents), Inquirer(rng, documents, tools)
    questions = [(inquirer.query(), inquirer.filters(0.1)) for _ in range(50)]
    first = [engine.search(query, filters, window(facets=True)) for query, filters in questions]
    assert [engine.search(query, filters, window(facets=True)) for query, filters in questions] == first
