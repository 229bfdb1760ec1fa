"""The one face of a search: always the current generation, whoever asks (page, JSON, command line).

Looks at `CURRENT` at most once a second. A request that runs finishes on the generation it began with; the old one is
closed behind its last request. Where the current generation cannot be used, the newest one that can answers, and the
status says so.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from search_app.analysis.language import Language
from search_app.errors import BusyError, ClusterError, MandateSearchError, NoIndexError, SettingsError
from search_app.search.listing import Concepts, Listing
from search_app.search.results import (
    MandateView,
    Neighbours,
    Overview,
    ResultPage,
    SearchRequest,
    Similar,
    Subject,
    Suggestion,
)
from search_app.search.searcher import Searcher

LOOK_EVERY: Final = 1.0
# Searches that run at once in one process, and how long another one waits for its turn.
MOST_AT_ONCE: Final = 8
LONGEST_WAIT: Final = 0.5
# A new generation answers these before it goes live, so that its first readers need not wait.
REMEMBERED: Final = 50
_CLOSED: Final = "the service was closed; open it anew"


@dataclass
class _Open:
    """An open generation and how many requests use it."""

    searcher: Searcher
    users: int = 0
    retired: bool = False


def in_a_thread(work: Callable[[], None]) -> None:
    """Run something in a thread of its own, which does not keep the process alive."""
    threading.Thread(target=work, daemon=True).start()


class SearchService:
    """Answers from the current generation.

    candidates  generations to try, the wanted one first, and what is wrong with the index beside them; raises
                NoIndexError where there is none
    open_       opens a generation; raises MandateSearchError where it cannot be used
    today       which day it is, in the settings' time zone
    clock       monotonic seconds
    heard       is told of every answer
    last_run    how the last indexing run ended, where that is known
    beside      runs something without making the caller wait
    settled     is told when a generation has been opened and prepared
    """

    def __init__(
        self,
        *,
        candidates: Callable[[], tuple[Sequence[str], str]],
        open_: Callable[[str], Searcher],
        today: Callable[[], date],
        clock: Callable[[], float],
        heard: Callable[[ResultPage], None] = lambda page: None,
        last_run: Callable[[], Mapping[str, object] | None] = lambda: None,
        beside: Callable[[Callable[[], None]], None] = in_a_thread,
        settled: Callable[[], None] = lambda: None,
    ) -> None:
        self._candidates = candidates
        self._opener = open_
        self._today = today
        self._clock = clock
        self._heard = heard
        self._last_run = last_run
        self._beside = beside
        self._settled = settled
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._preparing = threading.Lock()
        self._slots = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._recent: deque[SearchRequest] = deque(maxlen=REMEMBERED)
        self._open: _Open | None = None
        self._closed = False
        self._looked = -LOOK_EVERY
        self._problem = ""

    def search(self, request: SearchRequest) -> ResultPage:
        """Answer a request.

        raises   NoIndexError; QueryTimeoutError; BusyError where too many searches run already
        """
        with self._slot(), self._using() as searcher:
            page = searcher.search(request, self._today())
        self._tell(request, page)
        return page

    def repeat(self, page: ResultPage) -> None:
        """Hear that an answer of this generation is given once more; what was found need not be in it."""
        self._tell(page.request, page)

    def _tell(self, request: SearchRequest, page: ResultPage) -> None:
        self._recent.append(replace(request, page=1))
        self._heard(page)

    @property
    def generation(self) -> str:
        """Which generation answers; "" where none is open yet. It looks for a new one as every question does."""
        if self._open is not None:
            self._look()
        return "" if (opened := self._open) is None else opened.searcher.generation

    def listing(self, request: SearchRequest, since: datetime | None = None) -> Listing:
        """All hits of a request, to be read one by one and closed.

        since    only mandates that are new or have changed then or later
        raises   as `search`
        """
        with self._slot(), ExitStack() as held:
            listing = held.enter_context(self._using()).listing(request, self._today(), since)
            return replace(listing, close=held.pop_all().close)

    def concepts(self) -> Concepts:
        """Every known concept, organisation, country and region."""
        with self._using() as searcher:
            return searcher.concepts(self._today())

    def explain(self, request: SearchRequest) -> list[str]:
        """How a request is read and scored, in lines for people who tune."""
        with self._using() as searcher:
            return searcher.explain(request, self._today())

    def mandate(self, mandate_id: str, request: SearchRequest | None = None) -> MandateView:
        """One mandate; raises UnknownMandateError, MovedMandateError, WithdrawnMandateError."""
        with self._using() as searcher:
            return searcher.mandate(mandate_id, request, self._today())

    def similar(self, mandate_id: str) -> tuple[Similar, ...]:
        """The mandates most like one, best first."""
        with self._using() as searcher:
            return searcher.similar(mandate_id)

    def neighbours(self, request: SearchRequest, mandate_id: str) -> Neighbours | None:
        """Where a mandate stands in the list of a search; None where it is not in its first thousands."""
        with self._slot(), self._using() as searcher:
            return searcher.neighbours(request, mandate_id, self._today())

    def suggest(self, text: str, language: Language) -> tuple[Suggestion, ...]:
        """What a text that is being typed may become, the likeliest first."""
        with self._slot(), self._using() as searcher:
            return searcher.suggest(text, language)

    def concept(self, name: str, language: Language) -> Subject | None:
        """What the corpus has on a concept or organisation, by its id; None where there is none."""
        with self._slot(), self._using() as searcher:
            return searcher.subjects.concept(name, language, self._today())

    def place(self, name: str, language: Language) -> Subject | None:
        """What the corpus has on a country, by its code, or a region, by its id; None where there is none."""
        with self._slot(), self._using() as searcher:
            return searcher.subjects.place(name, language, self._today())

    def ids(self) -> Sequence[str]:
        """The ids of all mandates."""
        with self._using() as searcher:
            return searcher.ids()

    def overview(self) -> Overview:
        """What is searched."""
        with self._using() as searcher:
            return searcher.overview()

    def status(self) -> Mapping[str, object]:
        """The state of the index, for people who watch over it; raises NoIndexError, ClusterError."""
        with self._using() as searcher:
            searcher.check()
            overview = searcher.overview()
        return {
            "status": "degraded" if self._problem else "ok",
            "generation": overview.generation,
            "mandates": overview.mandates,
            "built": overview.built,
            "problems": [self._problem] if self._problem else [],
            "last_run": self._last_run(),
        }

    def close(self) -> None:
        """Close what is open, now and for good; running requests finish first.

        Waits until nothing is prepared any more: a thread that the end of the process meets in compiled code aborts it.
        """
        with self._lock:
            self._closed = True
            self._retire()
        with self._preparing:
            pass

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=LONGEST_WAIT):
            raise BusyError(f"{MOST_AT_ONCE} searches are running already; try again in a moment")
        try:
            yield
        finally:
            self._slots.release()

    @contextmanager
    def _using(self) -> Iterator[Searcher]:
        opened = self._take()
        try:
            yield opened.searcher
        finally:
            with self._lock:
                opened.users -= 1
                unused = opened.retired and not opened.users
            if unused:
                opened.searcher.close()

    def _take(self) -> _Open:
        opened = self._open
        if opened is None:
            with self._opening:
                first = self._open is None
                if first:
                    self._renew(None)
            if first:
                # Whoever asks first is not kept waiting for what others may ask.
                self._beside(self._warm_open)
        else:
            self._look()
        with self._lock:
            if self._open is not None:
                self._open.users += 1
                return self._open
        raise NoIndexError(_CLOSED)

    def _look(self) -> None:
        """Nobody waits for a new generation: it is opened beside the requests, which go on with the old one."""
        if self._clock() - self._looked >= LOOK_EVERY:
            self._beside(self.refresh)

    def refresh(self) -> None:
        """Take another generation where one has become current; once a second at most, however often it is called."""
        opened = self._open
        if opened is None or self._clock() - self._looked < LOOK_EVERY or not self._opening.acquire(blocking=False):
            return
        try:
            self._renew(opened.searcher.generation)
        except MandateSearchError as error:
            # What is open answers on; the reason stands in the status.
            self._problem = str(error)
        finally:
            self._opening.release()

    def _renew(self, served: str | None) -> None:
        """Open the first candidate that can be used, unless it is the one that is served."""
        if self._closed:
            raise NoIndexError(_CLOSED)
        self._looked = self._clock()
        generations, problem = self._candidates()
        problems = [problem] if problem else []
        for generation in generations:
            if generation == served:
                break
            try:
                searcher = self._opener(generation)
            except (ClusterError, SettingsError):  # what keeps one generation of a cluster closed keeps all
                raise
            except MandateSearchError as error:
                problems.append(str(error))
                continue
            with ExitStack() as unused:
                unused.callback(searcher.close)
                if served is not None:
                    self._warm(searcher)
                with self._lock:
                    if self._closed:  # while this was being opened: nobody would close it later
                        raise NoIndexError(_CLOSED)
                    self._retire()
                    self._open = _Open(searcher)
                unused.pop_all()
            if served is not None:
                # As after the first opening: what all may ask is prepared while the new generation answers already.
                self._beside(self._warm_open)
            break
        else:
            raise NoIndexError("; ".join(problems) or "no generation can be used; run `mandate-search index`")
        self._problem = "; ".join(problems)

    def _warm(self, searcher: Searcher) -> None:
        """Ask a new generation what people asked of late, before they do."""
        for request in list(self._recent):
            searcher.search(request, self._today())

    def _warm_open(self) -> None:
        """Prepare the generation that is open while it answers already."""
        with self._preparing:
            with suppress(NoIndexError), self._using() as searcher:  # closed meanwhile: nothing is left to prepare
                searcher.warm(lambda: self._closed)
            if not self._closed:
                self._settled()

    def _retire(self) -> None:
        """Close the open generation now, or mark it to be closed by its last request; call it under the lock."""
        if self._open is None:
            return
        self._open.retired = True
        if not self._open.users:
            self._open.searcher.close()
        self._open = None
