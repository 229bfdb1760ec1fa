"""What the web needs of the search wing, as a protocol: pages and endpoint know nothing else of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from search_app.analysis.language import Language
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


class Service(Protocol):
    """Answers questions from one generation at a time; safe to call from many threads.

    Every method may raise NoIndexError (nothing can be read) and BusyError (try again).
    """

    def search(self, request: SearchRequest) -> ResultPage:
        """Answer one question.

        raises  RequestError where the question is over a limit
        """
        ...

    @property
    def generation(self) -> str:
        """Which generation answers; "" where none is open yet. It never raises."""
        ...

    def repeat(self, page: ResultPage) -> None:
        """Hear that an answer of this generation is given once more; what was found need not be in it."""
        ...

    def mandate(self, mandate_id: str, request: SearchRequest | None = None) -> MandateView:
        """Give one mandate; a request with text has its words marked.

        raises  UnknownMandateError, MovedMandateError (it has another id now), WithdrawnMandateError
        """
        ...

    def listing(self, request: SearchRequest, since: datetime | None = None) -> Listing:
        """Give all hits of a question one by one; whoever asked closes it.

        since   only mandates that are new or have changed then or later
        """
        ...

    def concepts(self) -> Concepts:
        """Say which names are known."""
        ...

    def similar(self, mandate_id: str) -> Sequence[Similar]:
        """Give the mandates most like one, best first."""
        ...

    def neighbours(self, request: SearchRequest, mandate_id: str) -> Neighbours | None:
        """Say where a mandate stands in the list of a search; None where it does not stand in it."""
        ...

    def suggest(self, text: str, language: Language) -> Sequence[Suggestion]:
        """Say what a text that is being typed may become, the likeliest first."""
        ...

    def concept(self, name: str, language: Language) -> Subject | None:
        """Say what there is on a concept or organisation, by its id; None where there is none."""
        ...

    def place(self, name: str, language: Language) -> Subject | None:
        """Say what there is on a country, by its code, or a region, by its id; None where there is none."""
        ...

    def ids(self) -> Sequence[str]:
        """Name all mandates."""
        ...

    def overview(self) -> Overview:
        """Say what is searched."""
        ...

    def status(self) -> Mapping[str, object]:
        """Say how the index is: plain values for machines."""
        ...
