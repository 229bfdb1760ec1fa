"""What known names find is worked out before anybody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from search_app.analysis.tools import Tools
from search_app.index.engine import Engine
from search_app.index.query import Concept, Query
from search_app.search.results import SearchRequest
from search_app.search.searcher import Searcher
from tests.searching import TODAY, small_engine
from tests.unit.search.conftest import MANDATES, NAMES


@pytest.fixture
def engine(tmp_path: Path, tools: Tools) -> Iterator[Engine]:
    with small_engine(tmp_path, MANDATES, NAMES, tools) as opened:
        yield opened


@pytest.fixture
def counted(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The concepts whose documents the engine was asked to count, in turn."""
    seen: list[str] = []
    count: Callable[..., int] = engine.count

    def spied(query: Query, *more: object) -> int:
        seen.extend(name for part in query.parts if isinstance(part.clause, Concept) for name in part.clause.concepts)
        return count(query, *more)

    monkeypatch.setattr(engine, "count", spied)
    return seen


def test_every_known_name_is_worked_out_the_first_of_the_thesaurus_last_so_that_it_stays(
    engine: Engine, tools: Tools, counted: list[str]
) -> None:
    Searcher(engine, NAMES, analyzer=tools.analyzer, stems=tools.stems).warm()
    assert list(dict.fromkeys(counted)) == [concept.id for concept in reversed(list(NAMES))]


def test_what_was_worked_out_is_not_worked_out_again(engine: Engine, tools: Tools, counted: list[str]) -> None:
    searcher = Searcher(engine, NAMES, analyzer=tools.analyzer, stems=tools.stems)
    searcher.warm()
    counted.clear()
    assert searcher.search(SearchRequest(text="Mali"), TODAY).total
    assert counted == []


def test_warming_ends_when_nobody_will_ask_any_more(engine: Engine, tools: Tools, counted: list[str]) -> None:
    Searcher(engine, NAMES, analyzer=tools.analyzer, stems=tools.stems).warm(lambda: True)
    assert counted == []


def test_where_another_program_searches_nothing_is_worked_out(engine: Engine, tools: Tools, counted: list[str]) -> None:
    Searcher(engine, NAMES, analyzer=tools.analyzer, stems=tools.stems, warms=False).warm()
    assert counted == []
