"""Answers that are kept: the same as the application makes, for as long as they hold, and told of as any other."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from werkzeug.http import parse_date
from werkzeug.test import Client, create_environ

from search_app.web import create_app, kept
from tests.unit.web.conftest import NOW, settings
from tests.unit.web.fake import BILINGUAL, FakeService

ADDRESSES = [
    "/api/v1/search?q=police",
    "/api/v1/search?q=police&page=2&size=5",
    "/api/v1/search",
    "/api/v1/facets?q=police",
    "/api/v1/status",
    "/api/v1/openapi.json",
    f"/api/v1/mandates/{BILINGUAL.id}?q=ssr",
    "/en/",
    "/fr/",
    "/en/search?q=police",
    "/fr/search?q=r%C3%A9forme+rss&country=ML",
    "/fr/search?q=zzxqjw",
    f"/en/mandates/{BILINGUAL.id}?q=ssr",
    f"/fr/mandates/{BILINGUAL.id}",
    "/fr/countries/ML",
    "/en/concepts/ssr",
    "/en/overview",
    "/fr/help",
    "/en/about",
    "/en/api",
]
KINDS = [
    {},
    {"Accept-Encoding": "gzip, br"},
    {"Accept-Encoding": "gzip;q=0"},
    {"Accept": "application/json"},
    {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Encoding": "gzip", "Accept-Language": "fr"},
    {"X-Forwarded-Host": "search.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/m"},
]
Sent = tuple[str, list[tuple[str, str]], bytes]


def send(app: Flask, address: str, method: str = "GET", **headers: str) -> Sent:
    """What the server is given to send: status, headers in their order, body; the time of day is taken out."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []
    environ = create_environ(address, "http://localhost:8000", method=method, headers=headers)
    pieces: Iterable[bytes] = app.wsgi_app(environ, lambda status, head, *_: begun.append((status, head)))
    body = b"".join(pieces)
    if hasattr(pieces, "close"):
        pieces.close()
    ((status, head),) = begun
    assert all(parse_date(text) for name, text in head if name == "Date")
    return status, [(name, "" if name == "Date" else text) for name, text in head], body


@dataclass
class Site:
    """A site and its service."""

    app: Flask
    service: FakeService

    def forgets(self) -> None:
        """From now on only what was kept can be answered as before."""
        self.service.failure = RuntimeError("asked again")


def site(**more: object) -> Site:
    service = FakeService()
    wanted = settings(trusted_proxies=1, host_names=("search.example",), **more)
    return Site(create_app(service, wanted, now=lambda: NOW), service)


@pytest.fixture(scope="module")
def keeping() -> Site:
    return site()


@pytest.fixture(scope="module")
def fresh() -> Site:
    """A site that makes each answer anew."""
    made = site()
    behind_proxies = made.app.wsgi_app
    behind_proxies.app = behind_proxies.app._app  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize("headers", KINDS, ids=lambda headers: " ".join(map(":".join, headers.items())) or "plain")
@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_kept_is_sent_as_it_would_be_made(
    keeping: Site, fresh: Site, address: str, headers: dict[str, str]
) -> None:
    keeping.service.failure = None
    assert send(keeping.app, address, **headers) == send(fresh.app, address, **headers)
    keeping.forgets()
    status, head, body = send(fresh.app, address, **headers)
    assert status == "200 OK"
    assert send(keeping.app, address, **headers) == (status, head, body)
    assert send(keeping.app, address, "HEAD", **headers) == send(fresh.app, address, "HEAD", **headers)
    for tags in (dict(head)["ETag"], f'"other", {dict(head)["ETag"]}', "*", 'W/"other"', "nonsense"):
        for method in ("GET", "HEAD"):
            asked = {**headers, "If-None-Match": tags}
            assert send(keeping.app, address, method, **asked) == send(fresh.app, address, method, **asked)


def test_what_is_kept_tells_the_time_at_which_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Client(site().app)
    visitor.get("/en/help")
    monkeypatch.setattr(kept, "http_date", lambda: "Mon, 01 Jun 2020 12:00:00 GMT")
    assert visitor.get("/en/help").headers["Date"] == "Mon, 01 Jun 2020 12:00:00 GMT"


def test_who_asks_for_another_form_gets_it() -> None:
    visitor = Client(site().app)
    address = "/en/search?q=police"
    for _ in range(2):
        assert visitor.get(address).mimetype == "text/html"
        assert visitor.get(address, headers={"Accept": "application/json"}).mimetype == "application/json"
        packed = visitor.get(address, headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(packed.data) == visitor.get(address).data


def test_an_answer_with_a_condition_on_its_change_is_left_to_the_application() -> None:
    made = site()
    send(made.app, "/en/help")
    assert send(made.app, "/en/help", **{"If-Match": '"other"'})[0] == "412 PRECONDITION FAILED"


@pytest.mark.parametrize("part", ["http://localhost", "https://localhost:8000", "http://search.example"])
def test_addresses_of_one_name_are_not_given_to_another(part: str) -> None:
    made = site()
    visitor = Client(made.app)
    for base in ("http://localhost:8000", part):
        answer = visitor.get("/api/v1/search", base_url=base)
        assert answer.get_json()["results"][0]["url"].startswith(f"{base}/en/")


def test_another_host_is_refused_whatever_is_kept() -> None:
    made = site()
    assert [send(made.app, "/api/v1/search")[0] for _ in range(2)] == ["200 OK"] * 2
    assert Client(made.app).get("/api/v1/search", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("first", [{"method": "HEAD"}, {"If-None-Match": "*"}])
def test_an_answer_without_its_body_is_not_kept_for_the_whole_one(fresh: Site, first: dict[str, str]) -> None:
    made = site()
    assert send(made.app, "/en/search", **first)[2] == b""
    assert send(made.app, "/en/search") == send(fresh.app, "/en/search")


@pytest.mark.parametrize(("address", "wanted"), [("/api/v1/search", 3), ("/en/search", 3), ("/fr/help", 2)])
def test_what_is_kept_goes_with_its_generation_and_its_day(address: str, wanted: int) -> None:
    clock = [datetime(2020, 6, 1, 14, 59, tzinfo=UTC)]
    service = FakeService()
    app = create_app(service, settings(time_zone="Asia/Tokyo"), now=lambda: clock[0])

    def tag() -> str:
        return dict(send(app, address)[1])["ETag"]

    tags = [tag(), tag()]
    service.generation = "g-000008"
    tags += [tag(), tag()]
    clock[0] += timedelta(minutes=1)
    tags += [tag(), tag()]
    assert tags[0::2] == tags[1::2]
    assert len(set(tags)) == wanted  # help is the same in all generations
    shelf = app.wsgi_app._shelf  # type: ignore[attr-defined]
    assert len(shelf.answers._values) == 1


def test_an_error_is_not_kept() -> None:
    made = site()
    made.forgets()
    assert send(made.app, "/api/v1/search?q=police")[0].startswith("500")
    made.service.failure = None
    assert send(made.app, "/api/v1/search?q=police")[0] == "200 OK"


def test_nothing_is_kept_before_an_index_is_open() -> None:
    made = site()
    made.service.generation = ""
    send(made.app, "/fr/search")
    made.service.records = ()
    assert b"0 mandat" in send(made.app, "/fr/search")[2]


def test_files_and_suggestions_are_not_kept() -> None:
    made = site()
    for address in ("/en/search.csv", "/api/v1/suggest?q=ma", "/healthz", "/robots.txt"):
        send(made.app, address)
    assert not made.app.wsgi_app.app._shelf.answers._values  # type: ignore[attr-defined]


def test_each_request_counts_against_the_rate_once_kept_or_not() -> None:
    made = site(rate_limit=3)
    answers = [send(made.app, "/api/v1/search?q=police")[0][:3] for _ in range(5)]
    assert answers == ["200", "200", "200", "429", "429"]
    assert [send(made.app, "/en/search?q=police")[0][:3] for _ in range(5)] == ["200"] * 5


def test_a_search_that_is_answered_again_is_told_of_without_what_was_found() -> None:
    made = site()
    for address in ("/api/v1/search?q=police", "/api/v1/facets?q=police", "/en/search?q=police", "/en/help"):
        for _ in range(2):
            send(made.app, address)
    assert [page.request.text for page in made.service.repeated] == ["police"] * 3
    first = made.service.repeated[0]
    assert first.total > 0
    assert (first.results, first.facets, first.took_ms) == ((), {}, 0.0)


@pytest.mark.parametrize("address", ["/en/search?q=word", f"/en/search?{'x' * 5000}"])
def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(kept, "LIMIT", 200_000)
    made = site()
    for number in range(60):
        send(made.app, f"{address}{number}")
    held = made.app.wsgi_app.app._shelf.answers._values.values()  # type: ignore[attr-defined]
    assert 1 < len(held) < 60
    assert sum(len(answer.body) + sum(map(len, answer.address)) for answer in held) <= 200_000
