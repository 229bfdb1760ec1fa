"""The JSON endpoint: its form, and its manners."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from search_app.errors import NoIndexError
from search_app.search.results import Note
from search_app.web import create_app
from tests.unit.web.conftest import NOW, settings
from tests.unit.web.fake import BILINGUAL, DATELESS, RECORDS, FakeService


def test_form_of_a_search(client: FlaskClient) -> None:
    body = client.get("/api/v1/search?q=rss&size=1").get_json()
    assert list(body) == [
        "query",
        "notes",
        "total",
        "page",
        "size",
        "took_ms",
        "generation",
        "results",
        "facets",
    ]
    assert body["query"] == {
        "typed": "rss",
        "read_as": "rss",
        "expanded": [
            {
                "typed": "RSS",
                "concept": {
                    "id": "ssr",
                    "name": {"en": "security sector reform", "fr": "réforme du secteur de la sécurité"},
                },
                "labels": ["SSR", "security sector reform"],
            }
        ],
    }
    assert (body["total"], body["page"], body["size"], body["took_ms"]) == (1, 1, 1, 1.25)
    assert body["generation"] == "g-000007"
    (result,) = body["results"]
    assert list(result) == [
        "id",
        "url",
        "title",
        "languages",
        "requesters",
        "places",
        "countries",
        "start",
        "end",
        "status",
        "score",
        "snippets",
        "why",
    ]
    assert result["url"] == f"http://localhost/en/mandates/{BILINGUAL.id}"
    assert result["requesters"] == [{"id": "au", "name": {"en": "African Union", "fr": "Union africaine"}}]
    assert result["countries"] == [{"id": "ML", "name": {"en": "Mali", "fr": "Mali"}}]
    assert (result["places"], result["start"], result["end"]) == (["Mali"], "2019-02-01", "2019-03-31")
    assert result["status"] == "ended"


def test_offsets_point_at_the_words_in_the_stored_text(client: FlaskClient) -> None:
    by_id = {record.id: record for record in RECORDS}
    body = client.get("/api/v1/search?q=police+rss+oeuvre+african&size=100").get_json()
    assert body["total"] > 25
    for result in body["results"]:
        record = by_id[result["id"]]
        for language, snippets in result["snippets"].items():
            for snippet in snippets:
                whole = record.description[language]
                assert whole[snippet["start"] :].startswith(snippet["text"])
                for start, end in snippet["marks"]:
                    assert snippet["text"][start:end].isalpha()
        assert result["why"]
        for reason in result["why"]:
            field, _, language = reason["field"].partition(".")
            value = getattr(record, field)
            text = value[language] if language else "\n".join(value)
            assert text[reason["start"] : reason["end"]] == reason["words"]
            assert ("concept" in reason) == (reason["how"] == "concept")


def test_open_dates_are_null(client: FlaskClient) -> None:
    results = client.get("/api/v1/search?q=dates").get_json()["results"]
    (dateless,) = [result for result in results if result["id"] == DATELESS.id]
    assert (dateless["start"], dateless["end"], dateless["status"]) == (None, None, "unknown")


def test_form_of_facets(client: FlaskClient) -> None:
    facets = client.get("/api/v1/search?country=KE&lang=en").get_json()["facets"]
    assert facets["country"][0] == {
        "value": "HT",
        "name": {"en": "Haiti", "fr": "Haïti"},
        "count": 5,
        "selected": False,
    }
    assert [value["value"] for value in facets["country"] if value["selected"]] == ["KE"]


def test_notes_are_english_sentences() -> None:
    service = FakeService(notes=(Note("ignored", {"words": "???"}),))
    client = create_app(service, settings(), now=lambda: NOW).test_client()
    assert client.get("/api/v1/search").get_json()["notes"] == ["Ignored: ???."]


def test_markup_in_records_stays_text(client: FlaskClient) -> None:
    body = client.get(f"/api/v1/mandates/{BILINGUAL.id}").get_json()
    assert body["description"]["en"] == BILINGUAL.description["en"]
    assert "<script>" in body["description"]["en"]


def test_a_mandate_has_its_whole_record_and_marks_on_request(client: FlaskClient) -> None:
    body = client.get(f"/api/v1/mandates/{BILINGUAL.id}").get_json()
    assert body["id"] == BILINGUAL.id
    assert body["warnings"] == ["dates-reversed"]
    assert body["sources"] == [{"file": "invented.txt", "locale": "", "captured": "2021-05-04", "occurrences": 1}]
    assert body["why"] == []
    assert "note" not in body
    marked = client.get(f"/api/v1/mandates/{BILINGUAL.id}?q=rss&expand=0").get_json()
    assert [reason["words"] for reason in marked["why"]] == ["RSS"]


def test_a_mandate_takes_only_the_parameters_it_knows(client: FlaskClient) -> None:
    answer = client.get(f"/api/v1/mandates/{BILINGUAL.id}?page=2")
    assert answer.get_json()["type"] == "/problems/parameter-unknown"


def test_status_says_what_is_searched(client: FlaskClient) -> None:
    body = client.get("/api/v1/status").get_json()
    assert body["mandates"] == len(RECORDS)
    assert (body["first_year"], body["last_year"]) == (2010, 2019)
    assert body["languages"] == {"en": 27, "fr": 3}


def test_probes(client: FlaskClient, service: FakeService) -> None:
    assert client.get("/readyz").get_json() == {"status": "ok", "generation": "g-000007"}
    service.failure = NoIndexError("none")
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")


@pytest.mark.parametrize("address", ["/api/v1/search?q=police", "/api/v1/search?page=0", "/api/v1/none"])
def test_any_site_may_read_the_endpoint(client: FlaskClient, address: str) -> None:
    headers = client.get(address, headers={"Origin": "https://other.example"}).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in headers


def test_no_site_may_read_the_pages(client: FlaskClient) -> None:
    headers = client.get("/en/search", headers={"Origin": "https://other.example"}).headers
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("address", ["/api/v1/search?q=police", "/en/search?q=police", "/fr/"])
def test_head_is_get_without_the_body(client: FlaskClient, address: str) -> None:
    full, head = client.get(address), client.head(address)
    assert head.status_code == 200
    assert head.data == b""
    for name in ("Content-Type", "Content-Length", "Content-Security-Policy"):
        assert head.headers[name] == full.headers[name]


def test_options_tells_the_methods(client: FlaskClient) -> None:
    answer = client.options("/api/v1/search")
    assert answer.status_code == 200
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
