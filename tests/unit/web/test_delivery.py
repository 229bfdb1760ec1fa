"""How answers travel."""

from __future__ import annotations

import gzip
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import lxml.html
import pytest
from flask.testing import FlaskClient

from search_app.web import create_app
from tests.unit.web.conftest import NOW, settings
from tests.unit.web.fake import BILINGUAL, FakeService

EVERYWHERE = ["/", "/en/", "/fr/search?q=police", "/en/none", "/api/v1/search", "/api/v1/search?page=0", "/healthz"]


@pytest.mark.parametrize("address", EVERYWHERE)
def test_every_answer_has_the_security_headers_and_no_cookie(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("address", ["/en/search?q=police", "/api/v1/search?q=police", "/fr/help"])
def test_long_answers_are_compressed_for_those_who_can_read_it(client: FlaskClient, address: str) -> None:
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
    for answer in (plain, packed, client.get(address, headers={"Accept-Encoding": "gzip;q=0"})):
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_an_answer_the_visitor_holds_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/en/search?q=police")
    assert first.headers["ETag"].startswith('W/"')
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get(
        "/en/search?q=police", headers={"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"}
    )
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("address", ["/en/search", "/api/v1/search", "/fr/mandates/" + BILINGUAL.id])
def test_an_answer_is_kept_as_long_as_its_generation(service: FakeService, address: str) -> None:
    client = create_app(service, settings(), now=lambda: NOW).test_client()
    first = client.get(address)
    assert client.get(address, headers={"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"
    service.records = tuple(replace(record, title={"en": "Another title"}) for record in service.records)
    assert client.get(address).data == first.data
    service.generation = "g-000008"
    assert "Another title" in client.get(address).text


def test_nothing_is_made_for_a_visitor_who_holds_the_answer(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "/en/mandates/" + BILINGUAL.id
    tag = client.get(address).headers["ETag"]
    service = FakeService()
    monkeypatch.setattr(service, "similar", lambda name: pytest.fail("asked for what nobody reads"))
    another = create_app(service, settings(), now=lambda: NOW).test_client()
    assert another.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_entity_tags_change_with_address_generation_and_day(service: FakeService) -> None:
    clock = [NOW]
    client = create_app(service, settings(time_zone="Asia/Tokyo"), now=lambda: clock[0]).test_client()

    def tag(address: str) -> str:
        return client.get(address).headers["ETag"]

    tags = {tag(address) for address in ("/en/search", "/fr/search", "/en/search?q=a", "/api/v1/search")}
    assert len(tags) == 4
    here = tag("/en/search")
    clock[0] = datetime(2020, 6, 1, 14, 59, tzinfo=UTC)
    assert tag("/en/search") == here
    clock[0] += timedelta(minutes=1)
    assert tag("/en/search") != here


def test_the_style_sheet_is_kept_for_good_under_a_name_of_its_content(client: FlaskClient) -> None:
    (address,) = lxml.html.fromstring(client.get("/en/").text).xpath("//link[@rel='stylesheet']/@href")
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.mimetype == "text/css"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert len(answer.data) <= 4096
    assert client.get("/static/style.css").status_code == 404
    assert client.get("/static/style.000000000000.css").status_code == 404


@pytest.mark.parametrize(
    ("accepted", "home"),
    [
        ("fr-CH,fr;q=0.9,en;q=0.5", "/fr/"),
        ("en-GB,en;q=0.9,fr;q=0.8", "/en/"),
        ("de", "/en/"),
        ("", "/en/"),
        ("de,fr;q=0.3,en;q=0.2", "/fr/"),
    ],
)
def test_the_root_leads_to_the_visitors_language(client: FlaskClient, accepted: str, home: str) -> None:
    answer = client.get("/", headers={"Accept-Language": accepted})
    assert answer.status_code == 302
    assert answer.headers["Location"] == home
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_name_their_language(client: FlaskClient, language: str) -> None:
    assert client.get(f"/{language}/search").headers["Content-Language"] == language


def test_a_page_of_ten_hits_is_light(client: FlaskClient) -> None:
    answer = client.get("/fr/search?q=police", headers={"Accept-Encoding": "gzip"})
    assert len(answer.data) <= 20 * 1024


def test_forwarded_headers_count_only_behind_a_trusted_proxy(service: FakeService) -> None:
    forwarded = {"X-Forwarded-Host": "search.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/m"}
    canonical = "//link[@rel='canonical']/@href"
    alone = create_app(service, settings(), now=lambda: NOW).test_client()
    answer = alone.get("/en/help", headers=forwarded)
    assert lxml.html.fromstring(answer.text).xpath(canonical) == ["http://localhost/en/help"]
    behind = create_app(
        service, settings(trusted_proxies=1, host_names=("search.example",)), now=lambda: NOW
    ).test_client()
    answer = behind.get("/en/help", headers=forwarded)
    assert lxml.html.fromstring(answer.text).xpath(canonical) == ["https://search.example/m/en/help"]


def test_two_sites_in_one_process_share_nothing() -> None:
    one = create_app(FakeService(), settings(), now=lambda: NOW).test_client()
    other = create_app(FakeService(records=()), settings(), now=lambda: NOW).test_client()
    assert one.get("/api/v1/search").get_json()["total"] == 29
    assert other.get("/api/v1/search").get_json()["total"] == 0


def test_the_disk_is_not_asked_for_a_page_whose_template_was_read(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/en/search?q=police").status_code == 200
    monkeypatch.setattr(os.path, "getmtime", lambda path: pytest.fail(f"asked for {path}"))
    assert client.get("/en/search?q=mali").status_code == 200


def test_an_answer_names_all_headers_that_it_depends_on(client: FlaskClient) -> None:
    assert client.get("/en/search").headers.getlist("Vary") == ["Accept, Accept-Encoding"]
    assert client.get("/opensearch.xml").headers.getlist("Vary") == ["Accept-Language, Accept-Encoding"]
    assert client.get("/api/v1/search").headers.getlist("Vary") == ["Accept-Encoding"]
