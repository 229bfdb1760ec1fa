"""Files by http: only when changed, never more than the limits, no password in any message."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from search_app.corpus.addresses import shown, without_password
from search_app.corpus.fetch import Fetched, Limits, fetch

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A server on loopback that answers each path as a test says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append((self.path, dict(self.headers)))
                outer.pages.get(self.path, lambda handler: handler.send_error(404))(self)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def address(self, path: str, user: str = "") -> str:
        return f"http://{user}127.0.0.1:{self.port}{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def gives(data: bytes, status: int = 200, length: int | None = None, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(data) if length is None else length))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def test_a_file_comes_with_what_tells_its_version(server: Server) -> None:
    server.pages["/a?x=1,2"] = gives(b"page", ETag='"v1"', Last_Modified="Tue, 02 Jan 2024 03:04:05 GMT")
    assert fetch(server.address("/a?x=1,2")) == Fetched(b"page", '"v1"', "Tue, 02 Jan 2024 03:04:05 GMT")


def test_an_unchanged_file_is_not_sent_again(server: Server) -> None:
    server.pages["/a"] = gives(b"", 304)
    assert fetch(server.address("/a"), '"v1"', "Tue, 02 Jan 2024 03:04:05 GMT") == Fetched()
    _, headers = server.asked[0]
    assert headers["If-None-Match"] == '"v1"'
    assert headers["If-Modified-Since"] == "Tue, 02 Jan 2024 03:04:05 GMT"
    assert fetch(server.address("/a")).problem == "the server answered 304"


def test_a_password_goes_to_its_host_and_into_no_message(server: Server) -> None:
    server.pages["/a"] = gives(b"", 302, Location="/b")
    server.pages["/b"] = gives(b"", 503)
    answer = fetch(server.address("/a", user="anne:s%40cret@"))
    assert answer.problem == "the server answered 503"
    expected = "Basic " + base64.b64encode(b"anne:s@cret").decode()
    assert [headers.get("Authorization") for _, headers in server.asked] == [expected, None]


@pytest.mark.parametrize("target", ["file:///etc/hostname", "ftp://127.0.0.1/x", "http://anne:secret@127.0.0.1/"])
def test_a_redirect_leads_only_to_the_web(server: Server, target: str) -> None:
    server.pages["/a"] = gives(b"", 302, Location=target)
    answer = fetch(server.address("/a"))
    assert answer.data is None
    assert answer.problem
    assert "secret" not in answer.problem


def test_redirects_end(server: Server) -> None:
    for at in range(20):
        server.pages[f"/{at}"] = gives(b"", 302, Location=f"/{at + 1}")
    assert fetch(server.address("/0")).data is None
    assert len(server.asked) <= 7


def test_more_than_the_limit_is_not_read(server: Server) -> None:
    server.pages["/a"] = gives(b"x" * 2000)
    assert fetch(server.address("/a"), limits=Limits(size=1000)).problem == "more than the limit of 1000 bytes"


def test_a_slow_answer_is_given_up(server: Server) -> None:
    server.pages["/a"] = gives(b"page")
    ticks = iter((0.0, 1000.0, 2000.0))
    answer = fetch(server.address("/a"), clock=lambda: next(ticks))
    assert answer.problem == "not finished after 120 seconds"


def test_a_silent_server_is_given_up(server: Server) -> None:
    held = threading.Event()
    server.pages["/a"] = lambda handler: held.wait(10) and None
    answer = fetch(server.address("/a"), limits=Limits(silence=0.05))
    held.set()
    assert "timed out" in answer.problem


def test_an_answer_that_is_cut_is_none(server: Server) -> None:
    server.pages["/a"] = gives(b"half", length=100)
    assert fetch(server.address("/a")).problem == "the answer was cut 96 bytes before its end"


def test_a_packed_answer_is_none(server: Server) -> None:
    server.pages["/a"] = gives(b"\x1f\x8b", Content_Encoding="gzip")
    assert "packed" in fetch(server.address("/a")).problem


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "http://anne:secret@[::1", "ftp://a.example/x", "http://"])
def test_what_cannot_be_reached_is_a_problem_and_no_error(address: str) -> None:
    answer = fetch(address)
    assert answer.data is None
    assert answer.problem
    assert "secret" not in answer.problem


def test_addresses_are_shown_without_what_is_nobody_s_business() -> None:
    assert shown("https://anne:secret@a.example/list.csv?key=1&page=2#top") == "https://a.example/list.csv?…"
    assert shown("https://a.example/@home") == "https://a.example/@home"
    assert without_password("cannot reach http://u:p@a.example/ now") == "cannot reach http://a.example/ now"
