"""How answers travel: security headers, compression, entity tags, and which host names are answered.

Applies to every answer alike; knows nothing of what is in it.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from flask import Response, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.sansio.utils import get_current_url
from werkzeug.wrappers import Response as AnyResponse

from search_app.errors import RequestError
from search_app.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
API: Final = "/api/"
PROBES: Final = ("/healthz", "/readyz")
LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
SMALLEST_TO_COMPRESS: Final = 500
LEVEL: Final = 5
COMPRESSED: Final = (
    "text/",
    "application/json",
    "application/problem+json",
    "application/atom+xml",
    "application/xml",
    "application/opensearchdescription+xml",
    "image/svg+xml",
    "application/x-research-info-systems",
)
# Files for machines under the languages' paths: errors there are problem+json as well.
FILES: Final = re.compile(r"/[^/]*/(?:search|mandates/.*)\.(?:csv|xlsx|jsonl|ris|atom)", re.DOTALL)
FOREVER: Final = "public, max-age=31536000, immutable"

_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+?)\.?(?::[0-9]{1,5})?")


class UnknownHostError(RequestError):
    """The request is for a host name that is not ours."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host}: not a name of this server", kind="host-invalid")
        self.host = host


def host_names(settings: Settings) -> frozenset[str]:
    """The names that are answered: loopback, where the server listens, its public address, those of the settings."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    public = urlsplit(settings.base_url).hostname
    return frozenset(name.lower() for name in (*LOOPBACK, host, *settings.host_names, *([public] if public else ())))


def check_host(header: str | None, names: Collection[str]) -> None:
    """Refuse a `Host` header that is absent, malformed or not one of the names.

    raises  UnknownHostError
    """
    found = _HOST.fullmatch((header or "").lower())
    if not found or found[1] not in names:
        raise UnknownHostError(header or "")


def is_for_machines(path: str, *, probes: bool = True) -> bool:
    """Tell whether errors at this path are answered to machines.

    probes   whether what watches over the server counts as such
    """
    return path.startswith(API) or (probes and path in PROBES) or FILES.fullmatch(path) is not None


def path_of(environ: WSGIEnvironment) -> str:
    """The path of a request as the application sees it."""
    return "/" + str(environ.get("PATH_INFO", "")).lstrip("/")


def address_of(environ: WSGIEnvironment) -> tuple[str, ...]:
    """The whole address of a request in parts; answers at the same one are the same but for their form."""
    parts = ("wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING")
    return tuple([environ.get(part, "") for part in parts])


@lru_cache(maxsize=64)
def origin_of(scheme: str, host: str, root: str) -> str:
    """The beginning of absolute addresses, without a slash at the end."""
    return get_current_url(scheme, host, root).rstrip("/")


@lru_cache(maxsize=64)
def reads_gzip(accepted: str) -> bool:
    """Tell whether a visitor reads compressed answers, by `Accept-Encoding`."""
    return parse_accept_header(accepted)["gzip"] > 0


@lru_cache(maxsize=64)
def prefers_json(accepted: str) -> bool:
    """Tell whether a visitor asks for JSON where people get a page, by `Accept`."""
    types = parse_accept_header(accepted, MIMEAccept)
    return types["application/json"] > types["text/html"]


def entity_tag(*parts: str) -> str:
    """The tag of an answer, over all that it depends on."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=9).hexdigest()


def tagged(response: Response, tag: str) -> Response:
    """Give an answer a weak entity tag; browsers keep it but ask each time."""
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Compress a body piece by piece."""
    packer = zlib.compressobj(level=LEVEL, wbits=zlib.MAX_WBITS | 16)
    for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()


def varies(response: AnyResponse, name: str) -> None:
    """Say that the answer depends on one more header of the request."""
    known = response.headers.get("Vary")
    response.headers["Vary"] = f"{known}, {name}" if known else name


def finish(response: Response) -> Response:
    """Add the headers every answer has, answer 304 where the visitor holds it already, compress."""
    response.headers.update(HEADERS)
    if request.path.startswith(API):
        _open_to_all(response)
    if response.status_code == 200:
        response.make_conditional(request)
    if (response.mimetype or "").startswith(COMPRESSED):
        varies(response, "Accept-Encoding")
        _compress(response)
    return response


def _open_to_all(response: Response) -> None:
    """Let scripts of any site read the endpoint (CORS), without credentials; a preflight is told the same."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
        response.headers["Access-Control-Max-Age"] = "86400"


def _compress(response: Response) -> None:
    if not reads_gzip(request.environ.get("HTTP_ACCEPT_ENCODING", "")):
        return
    if response.is_streamed:
        response.response = _packed(response.iter_encoded())
    elif len(content := response.get_data()) >= SMALLEST_TO_COMPRESS:
        response.set_data(gzip.compress(content, compresslevel=LEVEL, mtime=0))
    else:
        return
    response.headers["Content-Encoding"] = "gzip"
