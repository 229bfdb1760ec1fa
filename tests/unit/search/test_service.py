"""The service: always the current generation, no request cut short, no more looking than needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from search_app.errors import BusyError, ClusterError, IncompatibleIndexError, NoIndexError, SettingsError
from search_app.search import service as module
from search_app.search.results import Overview, ResultPage, SearchRequest
from search_app.search.service import LOOK_EVERY, SearchService

TODAY = date(2024, 6, 1)


class FakeSearcher:
    """Answers with its generation's name; may be held up in the middle of an answer."""

    def __init__(self, generation: str) -> None:
        self.generation = generation
        self.closed = 0
        self.asked: list[tuple[str, int]] = []
        self.warmed_while_open = ""
        self.on_warm: Callable[[Callable[[], bool]], str] = lambda given_up: ""
        self.days: set[date] = set()
        self.entered, self.go_on = threading.Semaphore(0), threading.Event()
        self.go_on.set()

    def search(self, request: SearchRequest, today: date) -> ResultPage:
        assert not self.closed
        self.asked.append((request.text, request.page))
        self.days.add(today)
        self.entered.release()
        assert self.go_on.wait(10)
        assert not self.closed
        return ResultPage(
            request=request,
            read_as=request.text,
            expanded=(),
            notes=(),
            total=0,
            sort="relevance",
            results=(),
            facets={},
            generation=self.generation,
            took_ms=0.0,
        )

    def warm(self, given_up: Callable[[], bool]) -> None:
        """Nothing is dear here; tell who answered when this was asked for."""
        self.warmed_while_open = self.on_warm(given_up)

    def check(self) -> None:
        """The engine answers."""

    def overview(self) -> Overview:
        return Overview(
            generation=self.generation, mandates=3, first_year=None, last_year=None, languages={}, built="then"
        )

    def close(self) -> None:
        self.closed += 1


@dataclass
class Index:
    """An index folder in memory: what is current, what else is there, how often one looked."""

    current: str = "g-000001"
    older: list[str] = field(default_factory=list)
    problem: str = ""
    now: float = 100.0
    looks: int = 0
    broken: set[str] = field(default_factory=set)
    opened: dict[str, FakeSearcher] = field(default_factory=dict)

    def look(self) -> tuple[list[str], str]:
        self.looks += 1
        if not self.current:
            raise NoIndexError("index: no current generation; run `mandate-search index`")
        return [self.current, *self.older], self.problem

    def open(self, generation: str) -> FakeSearcher:
        if generation in self.broken:
            raise IncompatibleIndexError(f"{generation}: built by another version")
        return self.opened.setdefault(generation, FakeSearcher(generation))


@pytest.fixture
def index() -> Index:
    return Index()


def serving(index: Index, **more: Any) -> SearchService:
    """A service over an index in memory."""
    known = {"candidates": index.look, "open_": index.open, "today": lambda: TODAY, "clock": lambda: index.now}
    return SearchService(**(known | more))


@pytest.fixture
def service(index: Index) -> SearchService:
    return serving(index, beside=lambda work: work())


def generation(service: SearchService) -> str:
    return service.search(SearchRequest(text="police")).generation


def test_a_new_generation_answers_before_all_that_may_be_asked_is_prepared(
    index: Index, service: SearchService
) -> None:
    assert generation(service) == "g-000001"
    new = index.opened["g-000002"] = FakeSearcher("g-000002")
    new.on_warm = lambda given_up: service.overview().generation
    index.current, index.now = "g-000002", index.now + 5
    service.refresh()
    assert new.warmed_while_open == "g-000002"
    assert new.asked == [("police", 1)]  # what was asked of late came first


def test_nothing_is_opened_before_the_first_question(index: Index, service: SearchService) -> None:
    assert (index.looks, index.opened) == (0, {})
    assert generation(service) == "g-000001"
    assert index.opened["g-000001"].days == {TODAY}


def test_current_is_looked_at_once_a_second_at_most(index: Index, service: SearchService) -> None:
    for _ in range(5):
        generation(service)
    assert index.looks == 1
    index.current = "g-000002"
    index.now += 0.99
    assert generation(service) == "g-000001"
    assert index.looks == 1
    index.now += 0.02
    assert generation(service) == "g-000002"
    assert index.looks == 2
    generation(service)
    assert index.looks == 2


def test_an_unchanged_generation_is_not_opened_again(index: Index, service: SearchService) -> None:
    generation(service)
    first = index.opened.pop("g-000001")
    index.now += 5
    generation(service)
    assert index.opened == {}
    assert not first.closed


def test_an_unused_generation_is_closed_when_another_takes_over(index: Index, service: SearchService) -> None:
    generation(service)
    index.current = "g-000002"
    index.now += 1
    generation(service)
    assert index.opened["g-000001"].closed == 1
    assert not index.opened["g-000002"].closed


def test_a_running_request_finishes_on_the_generation_it_began_with(index: Index, service: SearchService) -> None:
    generation(service)
    old = index.opened["g-000001"]
    assert old.entered.acquire(timeout=10)
    old.go_on.clear()
    answers: list[str] = []
    slow = threading.Thread(target=lambda: answers.append(generation(service)))
    slow.start()
    assert old.entered.acquire(timeout=10)

    index.current = "g-000002"
    index.now += 1
    assert generation(service) == "g-000002"
    assert not old.closed

    old.go_on.set()
    slow.join(10)
    assert answers == ["g-000001"]
    assert index.opened["g-000001"].closed == 1


def test_a_generation_that_cannot_be_opened_leaves_the_old_one_serving(index: Index, service: SearchService) -> None:
    generation(service)
    index.current, index.older = "g-000002", ["g-000001"]
    index.broken.add("g-000002")
    index.now += 1
    assert generation(service) == "g-000001"
    assert service.status() == {
        "status": "degraded",
        "generation": "g-000001",
        "mandates": 3,
        "built": "then",
        "problems": ["g-000002: built by another version"],
        "last_run": None,
    }
    assert not index.opened["g-000001"].closed
    index.broken.clear()
    index.now += 1
    assert generation(service) == "g-000002"
    assert service.status()["problems"] == []
    assert service.status()["status"] == "ok"


def test_with_nothing_open_the_newest_generation_that_can_answer_serves(index: Index, service: SearchService) -> None:
    index.current, index.older = "g-000003", ["g-000002", "g-000001"]
    index.broken |= {"g-000003", "g-000002"}
    assert generation(service) == "g-000001"
    status = service.status()
    assert status["status"] == "degraded"
    assert status["problems"] == ["g-000003: built by another version; g-000002: built by another version"]


@pytest.mark.parametrize("error", [ClusterError("no connection"), SettingsError("the cluster refuses our password")])
def test_lost_cluster_is_told_at_once_and_older_generations_on_it_are_not_tried(
    index: Index, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    index.current, index.older = "g-000002", ["g-000001"]
    tried = []

    def lost(name: str) -> FakeSearcher:
        tried.append(name)
        raise error

    monkeypatch.setattr(index, "open", lost)
    service = serving(index)
    with pytest.raises(type(error), match=str(error)):
        generation(service)
    assert tried == ["g-000002"]


def test_what_is_wrong_with_the_index_itself_stands_in_the_status(index: Index, service: SearchService) -> None:
    index.problem = "index/CURRENT: cannot be read"
    assert generation(service) == "g-000001"
    assert service.status()["problems"] == ["index/CURRENT: cannot be read"]


def test_an_index_of_which_nothing_can_be_used_is_an_error(index: Index, service: SearchService) -> None:
    index.broken.add("g-000001")
    with pytest.raises(NoIndexError, match="g-000001: built by another version"):
        generation(service)


def test_a_new_generation_answers_what_was_asked_of_late_before_it_serves(index: Index, service: SearchService) -> None:
    service.search(SearchRequest(text="police", page=7))
    service.search(SearchRequest(text="réforme"))
    index.current = "g-000002"
    index.now += 1
    service.search(SearchRequest(text="mali"))
    assert index.opened["g-000002"].asked == [("police", 1), ("réforme", 1), ("mali", 1)]


def test_a_request_that_finds_no_free_place_is_told_to_come_again(
    index: Index, service: SearchService, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation(service)
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.0)
    searcher = index.opened["g-000001"]
    assert searcher.entered.acquire(timeout=10)
    searcher.go_on.clear()
    answers: list[str] = []
    running = [threading.Thread(target=lambda: answers.append(generation(service))) for _ in range(module.MOST_AT_ONCE)]
    for thread in running:
        thread.start()
        assert searcher.entered.acquire(timeout=10)
    with pytest.raises(BusyError, match="try again"):
        generation(service)
    searcher.go_on.set()
    for thread in running:
        thread.join(10)
    assert answers == ["g-000001"] * module.MOST_AT_ONCE
    assert generation(service) == "g-000001"


def test_an_index_that_vanishes_leaves_the_open_generation_serving(index: Index, service: SearchService) -> None:
    generation(service)
    index.current = ""
    index.now += 1
    assert generation(service) == "g-000001"
    assert service.status()["status"] == "degraded"


def test_a_broken_generation_is_not_tried_at_every_request(index: Index, service: SearchService) -> None:
    generation(service)
    index.current = ""
    index.now += 1
    for _ in range(5):
        generation(service)
    assert index.looks == 2


def test_without_an_index_the_question_fails_and_the_next_one_looks_again(index: Index, service: SearchService) -> None:
    index.current = ""
    with pytest.raises(NoIndexError, match="run `mandate-search index`"):
        generation(service)
    index.current = "g-000001"
    assert generation(service) == "g-000001"


def test_a_failing_request_does_not_keep_its_generation_open(
    index: Index, service: SearchService, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation(service)
    old = index.opened["g-000001"]

    def fail(request: SearchRequest, today: date) -> ResultPage:
        raise RuntimeError(request.text)

    monkeypatch.setattr(old, "search", fail)
    with pytest.raises(RuntimeError, match="police"):
        generation(service)
    index.current = "g-000002"
    index.now += 1
    generation(service)
    assert old.closed == 1


def test_closing_closes_what_is_open(index: Index, service: SearchService) -> None:
    generation(service)
    service.close()
    assert index.opened["g-000001"].closed == 1


def test_a_closed_service_opens_nothing_more(index: Index, service: SearchService) -> None:
    generation(service)
    service.close()
    with pytest.raises(NoIndexError, match="the service was closed"):
        generation(service)
    assert [one.closed for one in index.opened.values()] == [1]


def test_closing_waits_until_nothing_is_prepared_any_more(index: Index) -> None:
    """Or else the end of the process meets a thread in compiled code, which aborts it."""
    began = threading.Event()
    threads: list[threading.Thread] = []

    def beside(work: Callable[[], None]) -> None:
        threads.append(threading.Thread(target=work))
        threads[-1].start()

    def prepare(given_up: Callable[[], bool]) -> str:
        began.set()
        # as many names as there may be: it must be told before it is through
        return "given up" if any(given_up() for _ in range(10**8)) else "done"

    first = index.opened["g-000001"] = FakeSearcher("g-000001")
    first.on_warm = prepare
    waiting = serving(index, beside=beside)
    generation(waiting)
    assert began.wait(10)
    waiting.close()
    assert first.warmed_while_open == "given up"
    for thread in threads:
        thread.join(10)
    assert first.closed == 1


@pytest.mark.parametrize("current", ["g-000001", "g-000002"])
def test_a_generation_that_is_being_opened_when_the_service_closes_is_closed_too(index: Index, current: str) -> None:
    def open_slowly(name: str) -> FakeSearcher:
        searcher = index.open(name)
        if name == current:
            slow.close()
        return searcher

    slow = serving(index, open_=open_slowly, beside=lambda work: work())
    for name in ("g-000001", "g-000002"):
        index.current, index.now = name, index.now + 1
        with pytest.raises(NoIndexError, match="the service was closed") if name >= current else nullcontext():
            generation(slow)
    assert [one.closed for one in index.opened.values()] == [1] * len(index.opened)
    assert current in index.opened


def test_a_generation_that_fails_on_what_people_asked_is_closed_again_and_the_old_one_answers(
    index: Index, service: SearchService, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation(service)
    broken = index.open("g-000002")

    def fail(request: SearchRequest, today: date) -> ResultPage:
        raise BusyError(request.text)

    monkeypatch.setattr(broken, "search", fail)
    index.current, index.now = "g-000002", index.now + 1
    assert generation(service) == "g-000001"
    assert broken.closed == 1
    assert service.status()["status"] == "degraded"


def test_the_status_of_a_service_whose_engine_does_not_answer_is_its_error(
    index: Index, service: SearchService, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation(service)

    def lost() -> None:
        raise ClusterError("no node answers")

    monkeypatch.setattr(index.opened["g-000001"], "check", lost)
    with pytest.raises(ClusterError, match="no node answers"):
        service.status()


def test_many_threads_share_one_open_generation(index: Index, service: SearchService) -> None:
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(generation(service))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert answers == ["g-000001"] * 16
    assert index.looks == 1
    service.close()
    assert index.opened["g-000001"].closed == 1


def test_every_answer_is_told_to_who_listens(index: Index) -> None:
    heard: list[str] = []
    service = serving(index, heard=lambda page: heard.append(page.generation))
    generation(service)
    generation(service)
    assert heard == ["g-000001", "g-000001"]


def test_an_answer_that_is_given_again_is_told_too_and_asked_of_the_next_generation(index: Index) -> None:
    heard: list[str] = []
    service = serving(index, heard=lambda page: heard.append(page.request.text))
    page = service.search(SearchRequest(text="police"))
    service.repeat(replace(page, request=SearchRequest(text="mali", page=2)))
    assert heard == ["police", "mali"]
    assert list(service._recent)[-1] == SearchRequest(text="mali")


def test_which_generation_answers_is_said_without_opening_one(index: Index, service: SearchService) -> None:
    assert service.generation == ""
    assert index.opened == {}
    assert generation(service) == service.generation == "g-000001"


def test_asking_which_generation_answers_looks_for_a_new_one_once_a_second(
    index: Index, service: SearchService
) -> None:
    generation(service)
    index.current = "g-000002"
    index.now += LOOK_EVERY / 2
    assert service.generation == "g-000001"
    index.now += LOOK_EVERY / 2
    assert service.generation == "g-000002"
    service.close()
    assert service.generation == ""
