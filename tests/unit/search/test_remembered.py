"""Answers that are kept: the same as new ones, for one day, and none of them large."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate
from search_app.corpus.names import Names
from search_app.index.engine import Engine
from search_app.search.results import SearchRequest
from search_app.search.searcher import MOST_REMEMBERED, Searcher
from tests.searching import small_engine

LAST = date(2019, 3, 15)
POLICE = SearchRequest(text="police")
OPEN = Mandate(id="a", title={"en": "The police"}, start=date(2019, 1, 1), end=LAST)


@pytest.fixture
def engine(tmp_path: Path, tools: Tools) -> Iterator[Engine]:
    with small_engine(tmp_path, [OPEN], Names([]), tools) as opened:
        yield opened


@pytest.fixture
def asked(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the engine was asked."""
    seen: list[object] = []
    search: Callable[..., object] = engine.search

    def spied(query: object, *more: object) -> object:
        seen.append(query)
        return search(query, *more)

    monkeypatch.setattr(engine, "search", spied)
    return seen


def searcher(engine: Engine, tools: Tools, remember: int) -> Searcher:
    return Searcher(engine, Names([]), analyzer=tools.analyzer, stems=tools.stems, remember=remember)


def test_the_same_question_is_worked_out_once(engine: Engine, tools: Tools, asked: list[object]) -> None:
    keeping = searcher(engine, tools, 8)
    first, second = (keeping.search(POLICE, LAST) for _ in range(2))
    assert len(asked) == 1
    assert replace(first, took_ms=0.0) == replace(second, took_ms=0.0)


def test_another_day_is_another_question(engine: Engine, tools: Tools, asked: list[object]) -> None:
    keeping = searcher(engine, tools, 8)
    days = (LAST, LAST + timedelta(days=1))
    assert [keeping.search(POLICE, day).results[0].status for day in days] == ["active", "ended"]
    assert len(asked) == 2


def test_the_one_asked_longest_ago_is_forgotten_first(engine: Engine, tools: Tools, asked: list[object]) -> None:
    keeping = searcher(engine, tools, 1)
    for text in ("police", "justice", "police"):
        keeping.search(SearchRequest(text=text), LAST)
    assert len(asked) == 3


@pytest.mark.parametrize(("remember", "size"), [(0, 10), (8, MOST_REMEMBERED + 1)], ids=["nothing", "a long page"])
def test_what_is_not_to_be_kept_is_worked_out_each_time(
    engine: Engine, tools: Tools, asked: list[object], remember: int, size: int
) -> None:
    keeping = searcher(engine, tools, remember)
    for _ in range(2):
        keeping.search(replace(POLICE, size=size), LAST)
    assert len(asked) == 2
