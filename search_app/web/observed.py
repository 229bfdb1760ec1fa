"""What is told of every request, whoever answers it: route, status and time.

Promise: nothing else is told, least of all who asked and what. Log and metrics listen here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# In the environ: the pattern of the address, not the address itself, which may hold a query; "" where none fits.
ROUTE: Final = "search_app.route"


@dataclass(frozen=True, slots=True)
class Observed:
    """A request that was answered; `seconds` passed until its answer began."""

    method: str
    route: str
    status: int
    seconds: float


Listener = Callable[[Observed], None]


def observed(app: WSGIApplication, listeners: Sequence[Listener], clock: Callable[[], float]) -> WSGIApplication:
    """Tell of the requests of an application.

    clock   seconds
    """

    def observing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began, statuses = clock(), [""]

        def begin(status: str, head: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            statuses[0] = status
            return start_response(status, head, *error)

        pieces = app(environ, begin)
        told = Observed(environ["REQUEST_METHOD"], environ.get(ROUTE, ""), int(statuses[0][:3]), clock() - began)
        for listener in listeners:
            listener(told)
        return pieces

    return observing
