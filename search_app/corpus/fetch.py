"""Get a file by http or https, only if it has changed.

Promise: no other scheme, not by a redirect either; no more bytes, seconds or redirects than the limits; a password in
the address goes to its own host and into no message. Knows nothing of what the files hold.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage, HTTPResponse
from typing import IO, Final
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import quote, unquote, urlsplit

from search_app.corpus.addresses import SCHEMES, shown, without_password

_SAFE: Final = "%/:=&?~+!$,;'@()*[]"
_PIECE: Final = 1 << 16
_NOT_MODIFIED: Final = 304


@dataclass(frozen=True)
class Limits:
    """How much a server may take: bytes, seconds for all, seconds of silence."""

    size: int = 50 << 20
    seconds: float = 120.0
    silence: float = 20.0


@dataclass(frozen=True)
class Fetched:
    """An answer.

    data            None where nothing new came
    etag, modified  what the server says of this version
    problem         why nothing came; "" where the file has not changed
    """

    data: bytes | None = None
    etag: str = ""
    modified: str = ""
    problem: str = ""


Fetch = Callable[[str, str, str], Fetched]  # address, ETag and time of the version at hand


def fetch(
    address: str,
    etag: str = "",
    modified: str = "",
    *,
    limits: Limits = Limits(),
    clock: Callable[[], float] = time.monotonic,
) -> Fetched:
    """Get a file, or learn that the version at hand is still right."""
    deadline = clock() + limits.seconds
    try:
        opener = _opener()
        with opener.open(_request(address, etag, modified), timeout=limits.silence) as answer:
            return _read(answer, limits, lambda: clock() > deadline)
    except HTTPError as error:
        with error:
            unchanged = error.code == _NOT_MODIFIED and bool(etag or modified)
            return Fetched() if unchanged else Fetched(problem=f"the server answered {error.code}")
    except URLError as error:
        return Fetched(problem=without_password(_told(error.reason)))
    except (OSError, HTTPException, ValueError) as error:
        return Fetched(problem=f"no whole answer ({without_password(_told(error))[:80]})")


def _told(reason: object) -> str:
    """What went wrong, in the words of whoever says it, without numbers that only programmers look up."""
    return getattr(reason, "strerror", None) or str(reason) or type(reason).__name__


def _request(address: str, etag: str, modified: str) -> request.Request:
    parts = urlsplit(address)
    if parts.scheme not in SCHEMES:
        raise URLError("only http and https addresses can be fetched")
    user, at, host = parts.netloc.rpartition("@")
    asked = f"?{parts.query}" if parts.query else ""
    plain = f"{parts.scheme}://{host}{quote(parts.path, safe=_SAFE)}{quote(asked, safe=_SAFE)}"
    made = request.Request(plain, headers={"User-Agent": "mandate-search", "Accept-Encoding": "identity"})  # noqa: S310
    if at:
        made.add_unredirected_header("Authorization", f"Basic {base64.b64encode(unquote(user).encode()).decode()}")
    if etag:
        made.add_header("If-None-Match", etag)
    if modified:
        made.add_header("If-Modified-Since", modified)
    return made


class _Redirects(request.HTTPRedirectHandler):
    """Follows redirects to http and https, never away from https."""

    max_redirections = 5

    def redirect_request(
        self, req: request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> request.Request | None:
        there = urlsplit(newurl)
        if there.scheme not in SCHEMES or (req.type == "https" and there.scheme != "https") or "@" in there.netloc:
            raise URLError(f"redirected to {shown(newurl)[:80]}, which is not followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> request.OpenerDirector:
    """Only http and https: the usual opener would also open files."""
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(),
        _Redirects(),
    ):
        opener.add_handler(handler)
    return opener


def _read(answer: HTTPResponse, limits: Limits, is_late: Callable[[], bool]) -> Fetched:
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        return Fetched(problem="the answer is packed, though that was not asked for")
    data = bytearray()
    while piece := answer.read1(_PIECE):
        data += piece
        if len(data) > limits.size:
            return Fetched(problem=f"more than the limit of {limits.size} bytes")
        if is_late():
            return Fetched(problem=f"not finished after {limits.seconds:.0f} seconds")
    if answer.length:
        return Fetched(problem=f"the answer was cut {answer.length} bytes before its end")
    return Fetched(bytes(data), answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", ""))
