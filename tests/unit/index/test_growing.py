"""When an index grows by a piece and when it is built anew; both come to the same."""

from __future__ import annotations

import shutil

import pytest

from search_app.analysis.tools import Tools
from search_app.index.engine import Engine
from search_app.index.generations import Manifest
from search_app.index.query import Word
from search_app.index.whoosh_engine import builder as builder_module
from tests.contract.asking import EVERYTHING, NO_FILTERS, asked, window
from tests.contract.invention import dice, random_mandate
from tests.support import mandate
from tests.unit.index.corpora import Corpus

pytestmark = pytest.mark.engine


def test_small_pieces_are_put_together_when_there_are_many(corpus: Corpus) -> None:
    mandates = [mandate(f"m-{number}", en="mali") for number in range(100)]
    corpus.write(*mandates[:90])
    corpus.build()
    segments = []
    for one in mandates[90:]:
        corpus.write(one)
        segments.append((corpus.build().indexed, current(corpus).segments))
    # the base is one piece, each run adds one; on eight of them seven of one document each are written anew as one
    assert segments == [*((1, pieces) for pieces in range(2, 9)), (8, 2), (1, 3), (1, 4)]
    assert current(corpus).dead == 0
    assert len(corpus.holds("mali")) == 100


def test_pieces_that_were_put_together_stay_in_the_older_generation(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder_module, "MOST_SEGMENTS", 2)
    corpus.write(*(mandate(f"m-{number}", en="mali") for number in range(20)))
    names = []
    for number in range(3):
        corpus.write(mandate(f"n-{number}", en="niger"))
        corpus.build()
        folder = corpus.generations.folder(corpus.generations.current())
        names.append({path.stem for path in folder.glob("MAIN_*")})
    first, second, third = names
    assert (len(first), len(second), len(third)) == (1, 2, 2)
    assert first < second
    assert second & third == first
    assert corpus.generations.check("g-000002", current(corpus).fingerprint).segments == 2


def test_piece_whose_documents_have_all_changed_is_left_behind(corpus: Corpus) -> None:
    corpus.write(*(mandate(f"m-{number}", en="mali") for number in range(20)))
    corpus.build()
    for word in ("zebra", "gnu"):
        corpus.write(mandate("m-7", en=word))
        corpus.build()
    # of the second piece nothing lives any more; the first one has one dead document
    assert (current(corpus).segments, current(corpus).dead) == (2, 1)
    assert (corpus.holds("gnu"), corpus.holds("zebra")) == (["m-7"], [])


def test_index_with_many_dead_documents_is_built_anew(corpus: Corpus) -> None:
    corpus.write(*(mandate(f"m-{number}", en="mali") for number in range(20)))
    corpus.build()
    counts = []
    for number in range(4):
        corpus.write(mandate(f"m-{number}", en=f"zebra{number}"))
        counts.append((corpus.build().indexed, current(corpus).dead))
    # of 20, then 21 and 22 documents in all, two may be dead
    assert counts == [(1, 1), (1, 2), (20, 0), (1, 1)]


@pytest.mark.parametrize(("seed", "most_segments"), [(0, 8), (1, 2), (2, 3)])
def test_corpus_that_people_edit_at_random_is_indexed_as_if_anew(
    corpus: Corpus, tools: Tools, monkeypatch: pytest.MonkeyPatch, seed: int, most_segments: int
) -> None:
    monkeypatch.setattr(builder_module, "MOST_SEGMENTS", most_segments)
    rng = dice(300 + seed)
    corpus.write(*(random_mandate(rng, f"m-{number}") for number in range(30)))
    corpus.build()
    folder = corpus.records / "mandates"
    for _ in range(6):
        for _ in range(rng.randint(1, 3)):
            path = rng.choice(sorted(folder.rglob("*.yaml")))
            match rng.choice(["edit", "add", "add", "remove", "break", "move", "copy", "touch"]):
                case "edit":
                    corpus.write(random_mandate(rng, path.stem))
                case "add":
                    corpus.write(random_mandate(rng, f"m-{rng.randint(30, 60)}"))
                case "remove":
                    path.unlink()
                case "break":
                    path.write_text("no record\n", "utf-8")
                case "move" | "copy" as how:
                    target = folder / rng.choice(("0000", "9999")) / path.name
                    target.parent.mkdir(exist_ok=True)
                    (shutil.move if how == "move" else shutil.copy)(path, target)
                case "touch":
                    path.write_bytes(path.read_bytes() + b"# seen\n")
        grown = corpus.build(allow_shrink=True)
        answers = everything(corpus.engine())
        anew = corpus.build(allow_shrink=True, full=True)
        assert (grown.documents, [*map(str, grown.skipped)]) == (anew.documents, [*map(str, anew.skipped)])
        assert answers == everything(corpus.engine())
        # the next run grows the older one on
        corpus.generations.activate(grown.generation)


def current(corpus: Corpus) -> Manifest:
    """The manifest of the current generation."""
    return corpus.generations.manifest(corpus.generations.current())


def everything(engine: Engine) -> list[object]:
    """What an engine answers: every document, every word, and the rankings of some words."""
    ranked = [engine.rank(asked(Word(word)), NO_FILTERS, window()) for word, _ in engine.plain_words()[::5]]
    return [list(engine.plain_words()), engine.search(EVERYTHING, NO_FILTERS, window(facets=True)), *ranked]
