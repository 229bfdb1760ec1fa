"""The JSON endpoint: its form, and its manners."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from search_app.errors import NoIndexError
from search_app.search.results import Note
from search_app.web import create_app
from tests.unit.web.conftest import NOW, settings
from tests.unit.web.fake import BILINGUAL, DATELESS, RECORDS, FakeService


@pytest.mark.parametrize("address", ["/api/v1/search?q=c%C3%B4te", "/api/v1/openapi.json", "/api/v1/corpus.jsonl"])
def test_json_is_sent_in_lines_of_utf8_without_blanks(client: FlaskClient, address: str) -> None:
    data = client.get(address).data
    assert data.endswith(b"}\n")
    for line in data.splitlines():
        assert line.decode() == json.dumps(json.loads(line), ensure_ascii=False, separators=(",", ":"))


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


def links(answer: TestResponse) -> dict[str, str]:
    """The links of a header by their relation."""
    return {relation: address for address, relation in re.findall(r'<([^<>]*)>; rel="(\w+)"', answer.headers["Link"])}


def test_links_lead_through_all_pages(client: FlaskClient) -> None:
    total = client.get("/api/v1/search?q=police").get_json()["total"]
    address, seen = "/api/v1/search?q=police&size=4", []
    first = links(client.get(address))["first"]
    while address:
        answer = client.get(address)
        seen += [result["id"] for result in answer.get_json()["results"]]
        found = links(answer)
        assert found["first"] == first
        address = found.get("next", "")
    assert len(seen) == len(set(seen)) == total
    assert found["last"] == found["prev"].replace(f"page={-(-total // 4) - 1}", f"page={-(-total // 4)}")


@pytest.mark.parametrize(
    ("query", "relations"),
    [
        ("q=police&size=100", {"first", "last"}),
        ("q=zzz", {"first", "last"}),
        ("q=police&size=5", {"first", "next", "last"}),
        ("q=police&size=5&page=2", {"first", "prev", "next", "last"}),
        ("q=police&page=900", {"first", "prev", "last"}),
    ],
)
def test_links_name_the_pages_that_there_are(client: FlaskClient, query: str, relations: set[str]) -> None:
    found = links(client.get(f"/api/v1/search?{query}"))
    assert set(found) == relations
    assert all(one.startswith("http://localhost/api/v1/search?q=") for one in found.values())
    assert "page=" not in found["first"]
    for address in found.values():
        assert client.get(address).status_code == 200
    if "page=900" in query:
        assert found["prev"] == found["last"]


def test_facets_are_those_of_the_search(client: FlaskClient) -> None:
    query = "q=police&country=KE&lang=en"
    facets, page = (client.get(f"/api/v1/{name}?{query}").get_json() for name in ("facets", "search"))
    assert list(facets) == ["query", "notes", "total", "took_ms", "generation", "facets"]
    assert {name: page[name] for name in facets} == facets
    assert client.get("/api/v1/facets?page=2").get_json()["type"] == "/problems/parameter-unknown"


def test_concepts_have_all_names_and_lead_to_their_mandates(client: FlaskClient) -> None:
    body = client.get("/api/v1/concepts").get_json()
    assert body["generation"] == "g-000007"
    by_id = {one["id"]: one for one in body["concepts"]}
    mali = by_id["country-ml"]
    assert (mali["kind"], mali["code"], mali["filter"]) == ("country", "ML", {"country": "ML"})
    assert mali["search"] == "http://localhost/en/search?country=ML"
    assert set(mali["labels"]) == set(mali["acronyms"]) == {"en", "fr"}
    assert by_id["ssr"]["filter"] == {"concept": "ssr"}
    for one in body["concepts"]:
        assert client.get("/api/v1/search", query_string=one["filter"]).get_json()["total"] == one["count"]


@pytest.mark.parametrize("name", ["facets", "concepts", "status", "openapi.json", "mandates/old-id"])
def test_every_answer_tells_scripts_what_they_may_read(client: FlaskClient, name: str) -> None:
    headers = client.get(f"/api/v1/{name}").headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Access-Control-Expose-Headers"] == "ETag, Link, Retry-After"
    assert "Access-Control-Allow-Methods" not in headers


def test_a_preflight_allows_conditional_reading_and_nothing_else(client: FlaskClient) -> None:
    asked = {"Origin": "https://other.example", "Access-Control-Request-Method": "GET"}
    answer = client.options("/api/v1/search", headers=asked)
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert answer.headers["Access-Control-Allow-Headers"] == "Accept, If-None-Match"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Access-Control-Allow-Methods" not in client.options("/en/search", headers=asked).headers


@pytest.mark.parametrize("name", ["search?q=police", "facets", "concepts", "status", "openapi.json"])
def test_what_a_program_holds_is_not_sent_again(client: FlaskClient, name: str) -> None:
    first = client.get(f"/api/v1/{name}")
    again = client.get(f"/api/v1/{name}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("accept", "json"),
    [
        ("application/json", True),
        ("application/json, text/html;q=0.5", True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", False),
        ("*/*", False),
        ("", False),
        ("text/html, application/json", False),
        ("application/*", True),
        ("image/png", False),
    ],
)
def test_pages_are_json_for_those_who_prefer_it(client: FlaskClient, accept: str, json: bool) -> None:
    for path in ("search?q=police&size=3", f"mandates/{BILINGUAL.id}?q=rss"):
        page = client.get(f"/en/{path}", headers={"Accept": accept})
        assert page.mimetype == ("application/json" if json else "text/html")
        assert "Accept" in page.headers["Vary"].split(", ")
        if json:
            assert page.get_json() == client.get(f"/api/v1/{path}").get_json()


def test_the_two_forms_of_a_page_have_entity_tags_of_their_own(client: FlaskClient) -> None:
    tags = [
        client.get("/en/search?q=police", headers={"Accept": accept}).headers["ETag"]
        for accept in ("application/json", "text/html")
    ]
    assert len(set(tags)) == 2


def test_pages_as_json_speak_the_language_of_their_address(service: FakeService) -> None:
    service.notes = (Note("ignored", {"words": "?"}),)
    client = create_app(service, settings(), now=lambda: NOW).test_client()
    body = client.get("/fr/search?q=rss", headers={"Accept": "application/json"}).get_json()
    assert body["notes"] == ["Sans effet\u202f: ?."]
    assert body["results"][0]["url"].startswith("http://localhost/fr/mandates/")


def test_errors_of_pages_are_problems_for_those_who_prefer_json(client: FlaskClient) -> None:
    for address in ("/fr/search?page=0", "/fr/mandates/none", "/fr/none"):
        answer = client.get(address, headers={"Accept": "application/json"})
        assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("name", ["facets", "concepts", "status", "suggest", "openapi.json", "corpus.jsonl"])
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_endpoint_can_only_be_read(client: FlaskClient, method: str, name: str) -> None:
    answer = getattr(client, method)(f"/api/v1/{name}")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.mimetype == "application/problem+json"
