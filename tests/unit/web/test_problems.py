"""Every bad request and every failure has its exact answer, for machines and for people."""

from __future__ import annotations

import logging
import re

import pytest
from flask.testing import FlaskClient

from search_app.errors import (
    BusyError,
    ClusterError,
    IncompatibleIndexError,
    NoIndexError,
    RequestError,
    SettingsError,
    UnknownMandateError,
)
from search_app.web import create_app, problems
from tests.unit.web.conftest import settings
from tests.unit.web.fake import FakeService

BAD = [
    ("page=0", "parameter-invalid", {"parameter": "page", "minimum": 1, "maximum": 1000}),
    ("size=101", "parameter-invalid", {"parameter": "size", "minimum": 1, "maximum": 100}),
    ("from=2019-13", "parameter-invalid", {"parameter": "from"}),
    ("from=2020&to=2019", "parameter-invalid", {"parameter": "to"}),
    ("q=%00", "parameter-invalid", {"parameter": "q"}),
    ("q=%FF", "encoding-invalid", {"parameter": "q"}),
    ("q=a&q=b", "parameter-repeated", {"parameter": "q"}),
    ("q=" + "a" * 257, "query-too-long", {"parameter": "q", "limit": 256}),
    ("page=101&size=100", "window-too-deep", {"parameter": "page", "limit": 10000}),
]


@pytest.mark.parametrize(("query", "slug", "members"), [*BAD, ("x=1", "parameter-unknown", {"parameter": "x"})])
def test_machines_get_problem_json(client: FlaskClient, query: str, slug: str, members: dict[str, object]) -> None:
    answer = client.get(f"/api/v1/search?{query}")
    body = answer.get_json()
    assert answer.status_code == body["status"] == 400
    assert answer.content_type == "application/problem+json; charset=utf-8"
    assert body["type"] == f"/problems/{slug}"
    assert {name: body.get(name) for name in members} == members
    assert body["title"] == problems.KINDS[slug].title
    assert re.fullmatch(r"[0-9a-f]{16}", body["request_id"])
    assert "%(" not in body["detail"]


@pytest.mark.parametrize(("query", "slug", "members"), BAD)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_people_get_a_page_in_their_language(
    client: FlaskClient, language: str, query: str, slug: str, members: dict[str, object]
) -> None:
    answer = client.get(f"/{language}/search?{query}")
    assert answer.status_code == 400
    assert answer.mimetype == "text/html"
    assert f'<html lang="{language}">' in answer.text
    assert (problems.KINDS[slug].title in answer.text) is (language == "en")
    assert "%(" not in answer.text


def test_pages_ignore_unknown_parameters(client: FlaskClient) -> None:
    assert client.get("/en/search?q=police&utm_source=letter").status_code == 200


def test_a_detail_says_what_was_given_and_what_to_write(client: FlaskClient) -> None:
    detail = client.get("/api/v1/search?page=many").get_json()["detail"]
    assert detail == "“page” is “many”; write a whole number from 1 to 1000."
    page = client.get("/fr/search?lang=de").text
    assert "«\u202flang\u202f» vaut «\u202fde\u202f»\u202f; écrivez en ou fr, ou les deux" in page


def test_input_is_echoed_in_at_most_40_characters_none_invisible(client: FlaskClient) -> None:
    detail = client.get("/api/v1/search?status=" + "x" * 300).get_json()["detail"]
    assert "“" + "x" * 39 + "…”" in detail
    assert problems.echo("a\u202eb\x00c\n") == "a\ufffdb\ufffdc\ufffd"
    unknown = client.get("/api/v1/search?" + "y" * 300 + "=1").get_json()
    assert len(unknown["parameter"]) == 40


def test_an_error_page_keeps_the_words_searched(client: FlaskClient) -> None:
    assert 'value="police &lt;b&gt;"' in client.get("/en/search?q=police+<b>&page=0").text


@pytest.mark.parametrize(
    ("failure", "status", "slug", "retry"),
    [
        (NoIndexError("/srv/index is empty"), 503, "no-index", "10"),
        (IncompatibleIndexError("built by 0.0.1"), 503, "index-incompatible", "60"),
        (BusyError("8 searches"), 503, "busy", "1"),
        (ClusterError("2 of 3 shards answered at https://srv:9200"), 503, "cluster-unavailable", "2"),
        (SettingsError("opensearch_ca: /srv/ca.pem: the certificate is not trusted"), 503, "cluster-unavailable", "2"),
        (RequestError("odd", kind="of-a-later-version"), 400, "request-invalid", None),
        (UnknownMandateError("x"), 404, "not-found", None),
        (ValueError("/srv/secret.txt"), 500, "internal", None),
    ],
)
def test_failures_of_the_service(
    client: FlaskClient,
    service: FakeService,
    failure: Exception,
    status: int,
    slug: str,
    retry: str | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    service.failure = failure
    with caplog.at_level(logging.CRITICAL):
        for address in ("/api/v1/search", "/en/search", "/fr/mandates/some-id"):
            answer = client.get(address)
            assert answer.status_code == status
            assert answer.headers.get("Retry-After") == retry
            assert "srv" not in answer.text
            assert "Error" not in answer.text
            assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/api/v1/status").get_json()["type"] == f"/problems/{slug}"


def test_an_unexpected_failure_is_logged_under_the_number_shown(
    client: FlaskClient, service: FakeService, caplog: pytest.LogCaptureFixture
) -> None:
    service.failure = ValueError("broken")
    number = client.get("/api/v1/search?q=secret").get_json()["request_id"]
    assert number in caplog.text
    assert "broken" in caplog.text
    assert "secret" not in caplog.text.replace("broken", "")


def test_a_withdrawn_mandate_is_gone_with_the_reason(client: FlaskClient) -> None:
    answer = client.get("/api/v1/mandates/withdrawn-id")
    assert (answer.status_code, answer.get_json()["type"]) == (410, "/problems/withdrawn")
    assert "asked for by the <requester>" in answer.get_json()["detail"]
    page = client.get("/fr/mandates/withdrawn-id")
    assert page.status_code == 410
    assert "asked for by the &lt;requester&gt;" in page.text


@pytest.mark.parametrize(
    "mandate_id", ["none-such", "..", "%2e%2e%2fetc", "a%00", "a%2fb", "x" * 129, "-a", "é", "a b"]
)
def test_unknown_and_illegal_ids_get_the_same_answer(client: FlaskClient, mandate_id: str) -> None:
    answers = [client.get(f"/api/v1/mandates/{name}").get_json() for name in (mandate_id, "none-such")]
    for answer in answers:
        del answer["request_id"]
    assert answers[0] == answers[1]
    assert answers[0]["status"] == 404


@pytest.mark.parametrize("address", ["/api/v1/search", "/en/search", "/en/", "/"])
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_other_methods_are_refused_and_told_which_are_allowed(client: FlaskClient, method: str, address: str) -> None:
    answer = getattr(client, method)(address)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert answer.mimetype == ("application/problem+json" if address.startswith("/api") else "text/html")


def test_unknown_addresses_answer_in_the_language_that_fits(client: FlaskClient) -> None:
    assert '<html lang="fr">' in client.get("/fr/no-such-page").text
    answer = client.get("/no-such-page", headers={"Accept-Language": "fr-CH"})
    assert answer.status_code == 404
    assert '<html lang="fr">' in answer.text
    assert "Accept-Language" in answer.headers["Vary"]
    assert client.get("/api/v1/none").get_json()["type"] == "/problems/not-found"


@pytest.mark.parametrize("host", ["evil.example", "a b", "127.0.0.1.evil.example", "localhost:8000:1", "[::2]", ""])
def test_other_host_names_are_refused_and_the_setting_is_named(client: FlaskClient, host: str) -> None:
    answer = client.get("/api/v1/search", headers={"Host": host})
    assert (answer.status_code, answer.get_json()["type"]) == (400, "/problems/host-invalid")
    assert "host_names" in answer.get_json()["detail"]
    page = client.get("/fr/", headers={"Host": host})
    assert page.status_code == 400
    assert "host_names" in page.text


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8000",
        "127.0.0.1:8000",
        "[::1]:80",
        "search.example",
        "search.example.:443",
        "public.example",
        "192.0.2.7:9000",
    ],
)
def test_own_names_are_answered(service: FakeService, host: str) -> None:
    client = create_app(
        service,
        settings(host="192.0.2.7", host_names=("Search.example",), base_url="https://public.example/mandates"),
    ).test_client()
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_every_problem_has_its_own_slug_and_is_answerable_in_both_languages(client: FlaskClient) -> None:
    assert len(problems.KINDS) == len(problems._TABLE)
    assert all(400 <= kind.status < 600 for kind in problems.KINDS.values())
    assert {kind.slug for kind in problems.KINDS.values() if kind.retry} == {
        "no-index",
        "index-incompatible",
        "busy",
        "cluster-unavailable",
        "query-timeout",
    }
