"""How answers travel: security headers, compression, entity tags, and which host names are answered.

Applies to every answer alike; knows nothing of what is in it.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from flask import Response, request

from search_app.errors import RequestError
from search_app.settings import Settings

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


@dataclass(frozen=True)
class Body:
    """What is sent of an answer: as it is (encoding "") or compressed ("gzip")."""

    content: bytes
    encoding: str


def body(text: str, *, packed: bool) -> Body:
    """A text to be sent.

    packed   whether the visitor reads compressed answers
    """
    content = text.encode()
    if packed and len(content) >= SMALLEST_TO_COMPRESS:
        return Body(_gzip(content), "gzip")
    return Body(content, "")


def reads_gzip() -> bool:
    """Tell whether the visitor of the request at hand reads compressed answers."""
    return request.accept_encodings["gzip"] > 0


def entity_tag(*parts: str) -> str:
    """The tag of an answer, over all that it depends on."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=9).hexdigest()


def tagged(response: Response, tag: str) -> Response:
    """Give an answer a weak entity tag; browsers keep it but ask each time."""
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=5, mtime=0)


def _packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Compress a body piece by piece."""
    packer = zlib.compressobj(level=5, wbits=zlib.MAX_WBITS | 16)
    for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()


def finish(response: Response) -> Response:
    """Add the headers every answer has, answer 304 where the visitor holds it already, compress."""
    response.headers.update(HEADERS)
    if request.path.startswith(API):
        _open_to_all(response)
    if response.status_code == 200:
        response.make_conditional(request)
    if (response.mimetype or "").startswith(COMPRESSED):
        response.vary.add("Accept-Encoding")
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
    if "Content-Encoding" in response.headers:
        return
    if response.is_streamed:
        if reads_gzip():
            response.response = _packed(response.iter_encoded())
            response.headers["Content-Encoding"] = "gzip"
        return
    content = response.get_data()
    if len(content) >= SMALLEST_TO_COMPRESS and reads_gzip():
        response.set_data(_gzip(content))
        response.headers["Content-Encoding"] = "gzip"
