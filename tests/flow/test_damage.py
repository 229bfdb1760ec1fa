"""Any byte of an index may be wrong: the answers are still those of a whole generation, or there are none.

Half of the damage hits the current generation or `CURRENT`, half anything else below the index folder.
"""

from __future__ import annotations

import random
import shutil
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate
from search_app.corpus.store import save
from search_app.errors import NoIndexError
from search_app.index.generations import CURRENT, Generations
from search_app.index.indexer import CorpusFolder, build_index
from search_app.search.opening import Lookups, open_searcher
from search_app.search.results import SearchRequest
from search_app.search.service import SearchService

FLIPS = 2_000
TODAY = date(2019, 3, 15)
TABLES = {
    "thesaurus.yaml": "version: 1\nconcepts:\n- id: police\n  en: police\n  fr: police\n...\n",
    "places.yaml": "version: 1\ncountries:\n- code: ML\n  en: Mali\n  fr: Mali\nregions: []\n...\n",
}
# what one mandate after the other is about; a generation holds the word `first` or `second` in each
WORDS = ("police", "justice", "frontières", "armée", "prison")


@pytest.fixture
def index(tmp_path: Path, tools: Tools) -> Path:
    """Two generations: every mandate of the older holds `first`, of the current one `second`."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in TABLES.items():
        (corpus / name).write_text(text, "utf-8")
    folder = CorpusFolder(folder=corpus, thesaurus=corpus / "thesaurus.yaml", places=corpus / "places.yaml")
    for mark in ("first", "second"):
        for number, word in enumerate(WORDS):
            mandate = Mandate(id=f"2019-{number}", title={"en": f"Advice on {word}"}, places=("Mali",))
            save(corpus, replace(mandate, start=date(2019, 1, 1), description={"en": f"The {mark} text on {word}."}))
        build_index(folder, tmp_path / "index", tools=tools, clock=time.monotonic)
    return tmp_path / "index"


def answers(index: Path, tools: Tools, lookups: Lookups) -> tuple[str, list[int]]:
    """Which generation answers, and how many mandates hold each of the words."""
    service = SearchService(
        candidates=Generations(index).candidates,
        open_=lambda name: open_searcher(index, name, tools=tools, lookups=lookups),
        today=lambda: TODAY,
        clock=time.monotonic,
        # nothing may still be reading when the next byte is changed
        beside=lambda work: work(),
    )
    try:
        pages = [service.search(SearchRequest(text=word)) for word in ("first", "second", *WORDS)]
        return pages[0].generation, [page.total for page in pages]
    finally:
        service.close()


def test_a_flipped_byte_never_gives_a_wrong_answer(index: Path, tools: Tools) -> None:
    dice = random.Random(7)
    lookups = Lookups(tools)
    every = sorted(path for path in index.rglob("*") if path.is_file() and path.stat().st_size)
    current = [path for path in every if path.parent.name == "g-000002" or path.name == CURRENT]
    whole = {"g-000001": [5, 0, 1, 1, 1, 1, 1], "g-000002": [0, 5, 1, 1, 1, 1, 1]}
    assert answers(index, tools, lookups) == ("g-000002", whole["g-000002"])
    served = {"g-000001": 0, "g-000002": 0, "none": 0}
    for number in range(FLIPS):
        path = dice.choice(current if number % 2 else every)
        before, mode = path.read_bytes(), path.stat().st_mode
        place = dice.randrange(len(before))
        changed = bytearray(before)
        changed[place] ^= dice.randrange(1, 256)
        path.chmod(0o644)
        path.write_bytes(changed)
        try:
            generation, totals = answers(index, tools, lookups)
            assert totals == whole[generation], (path.name, place)
            served[generation] += 1
        except NoIndexError:
            served["none"] += 1
        path.write_bytes(before)
        path.chmod(mode)
    assert served["g-000001"] > FLIPS // 4
    assert served["g-000002"] > 0


def test_an_index_copied_elsewhere_answers_alike(index: Path, tools: Tools, tmp_path: Path) -> None:
    copy = tmp_path / "restored"
    shutil.copytree(index, copy)
    lookups = Lookups(tools)
    assert answers(copy, tools, lookups) == answers(index, tools, lookups)


def test_an_index_built_from_the_corpus_alone_answers_like_the_lost_one(
    index: Path, tools: Tools, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    folder = CorpusFolder(folder=corpus, thesaurus=corpus / "thesaurus.yaml", places=corpus / "places.yaml")
    build_index(folder, tmp_path / "anew", tools=tools, clock=time.monotonic)
    lookups = Lookups(tools)
    assert answers(tmp_path / "anew", tools, lookups)[1] == answers(index, tools, lookups)[1]


def test_a_new_version_does_not_serve_the_old_generation_and_builds_its_own(
    index: Path, tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search_app.index.engines.FORMAT_VERSION", 1_000)
    lookups = Lookups(tools)
    with pytest.raises(NoIndexError, match="built by another version"):
        answers(index, tools, lookups)
    corpus = tmp_path / "corpus"
    folder = CorpusFolder(folder=corpus, thesaurus=corpus / "thesaurus.yaml", places=corpus / "places.yaml")
    assert build_index(folder, index, tools=tools, clock=time.monotonic).indexed == len(WORDS)
    assert answers(index, tools, lookups) == ("g-000003", [0, 5, 1, 1, 1, 1, 1])
