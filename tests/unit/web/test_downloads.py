"""The addresses of files: their headers, strictness, conditional answers, and that nothing stays open."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from search_app.errors import NoIndexError
from search_app.search.listing import Listed, Listing
from search_app.search.results import SearchRequest
from search_app.web import create_app, downloads, spreadsheet
from search_app.web.endpoints import DOWNLOADS
from tests.unit.web.conftest import NOW, settings
from tests.unit.web.fake import BILINGUAL, CHANGED, RECORDS, FakeService

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
}
FILES = [f"/{language}/search.{form}?q=police" for form in TYPES for language in ("en", "fr")]
FILES += ["/api/v1/corpus.jsonl", f"/en/mandates/{BILINGUAL.id}.ris"]


@pytest.mark.parametrize("address", FILES)
def test_files_say_what_they_are(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    form = address.partition("?")[0].rpartition(".")[2]
    assert answer.status_code == 200
    assert answer.content_type == TYPES[form]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Link"] == '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'
    assert answer.headers["Content-Language"] == ("fr" if address.startswith("/fr") else "en")
    disposition = answer.headers.get("Content-Disposition", "")
    assert disposition.startswith("attachment; filename=mandates") is (form != "atom")


@pytest.mark.parametrize("address", FILES)
def test_nothing_stays_open_however_an_answer_ends(client: FlaskClient, service: FakeService, address: str) -> None:
    first = client.get(address, buffered=True)
    assert service.listings == 0
    unchanged = client.get(address, headers={"If-None-Match": first.headers["ETag"]}, buffered=True)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    head = client.head(address, buffered=True)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == first.headers["ETag"]
    assert service.listings == 0
    broken_off = client.get(address)
    broken_off.close()
    assert service.listings == 0


class LargeService(FakeService):
    """A service whose files do not fit into one piece; `read` counts the hits that were asked for."""

    def __init__(self) -> None:
        long = replace(BILINGUAL, description={"en": "police " + "x" * 8_000})
        super().__init__(tuple(replace(long, id=f"2019-{number}") for number in range(400)))
        self.read = 0

    def listing(self, request: SearchRequest, since: datetime | None = None) -> Listing:
        listing = super().listing(request, since)

        def counted() -> Iterator[Listed]:
            for one in listing.hits:
                self.read += 1
                yield one

        return replace(listing, hits=counted())


@pytest.mark.parametrize("address", ["/en/search.jsonl", "/fr/search.csv", "/api/v1/corpus.jsonl"])
def test_large_files_are_written_while_they_are_read(address: str) -> None:
    service = LargeService()
    client = create_app(service, settings(), now=lambda: NOW).test_client()
    answer = client.get(address)
    assert answer.status_code == 200
    assert "Content-Length" not in answer.headers
    assert 0 < service.read < len(service.records)
    assert service.listings == 1
    assert sum(map(len, answer.response)) > downloads.WHOLE
    assert service.read == len(service.records)
    answer.close()
    assert service.listings == 0


def test_a_few_large_files_at_a_time_and_none_stays_open_when_its_reader_goes() -> None:
    service = LargeService()
    client = create_app(service, settings(), now=lambda: NOW).test_client()
    open_answers = [client.get("/en/search.jsonl") for _ in range(downloads.MOST_AT_ONCE)]
    refused = client.get("/en/search.jsonl")
    assert (refused.status_code, refused.get_json()["type"]) == (503, "/problems/busy")
    assert refused.headers["Retry-After"] == "1"
    assert client.get("/en/search?q=rss").status_code == 200
    next(iter(open_answers[0].response))
    for answer in open_answers:
        answer.close()
    assert service.listings == 0
    assert client.get("/en/search.jsonl", buffered=True).status_code == 200


def test_heads_and_unchanged_files_are_not_written_at_all() -> None:
    service = LargeService()
    client = create_app(service, settings(), now=lambda: NOW).test_client()
    tag = client.head("/en/search.csv", buffered=True).headers["ETag"]
    assert client.get("/en/search.csv", headers={"If-None-Match": tag}, buffered=True).status_code == 304
    assert (service.read, service.listings) == (0, 0)


@pytest.mark.parametrize("address", [one for one in FILES if ".xlsx" not in one])
def test_files_are_compressed_while_they_are_sent(client: FlaskClient, address: str) -> None:
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    if (".jsonl" not in address and ".ris" not in address) or "search" in address:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in plain.headers["Vary"]


@pytest.mark.parametrize("address", FILES)
@pytest.mark.parametrize("more", ["page=2", "size=5", "utm_source=letter", "q=a&q=b"])
def test_files_are_strict_as_the_endpoint_is(client: FlaskClient, address: str, more: str) -> None:
    answer = client.get(f"{address.partition('?')[0]}?{more}")
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json; charset=utf-8")
    assert answer.get_json()["parameter"] == more.partition("=")[0]


def test_the_problem_names_the_parameters_of_the_address(client: FlaskClient) -> None:
    assert client.get("/api/v1/corpus.jsonl?q=a").get_json()["detail"] == (
        "“q” is no parameter here; known are changed_since."
    )
    assert "size" not in client.get("/en/search.csv?x=1").get_json()["detail"]


@pytest.mark.parametrize("since", ["2020-06-01", "2020-06", "2020-06-01T23:30:00Z"])
def test_only_what_has_changed_since(client: FlaskClient, since: str) -> None:
    for address in ("/en/search.jsonl", "/api/v1/corpus.jsonl"):
        lines = client.get(f"{address}?changed_since={since}").text.splitlines()
        assert {json.loads(line)["id"] for line in lines} == set(CHANGED)


@pytest.mark.parametrize(
    "since", ["2020-13", "2020-06-31", "yesterday", "2020-06-01T25:00:00Z", "2020-06-01T23:30:00", "1600000000"]
)
def test_a_time_that_is_none_is_refused(client: FlaskClient, since: str) -> None:
    body = client.get(f"/en/search.jsonl?changed_since={since}").get_json()
    assert (body["type"], body["parameter"]) == ("/problems/parameter-invalid", "changed_since")


def test_a_time_may_be_left_empty_but_not_given_twice_or_in_other_bytes(client: FlaskClient) -> None:
    assert len(client.get("/en/search.jsonl?changed_since=").text.splitlines()) == len(RECORDS)
    for query, slug in [
        ("changed_since=2020&changed_since=2021", "parameter-repeated"),
        ("changed_since=%FF", "encoding-invalid"),
    ]:
        assert client.get(f"/en/search.atom?{query}").get_json()["type"] == f"/problems/{slug}"


def test_tables_and_references_know_no_times(client: FlaskClient) -> None:
    for form in ("csv", "xlsx", "ris"):
        assert client.get(f"/en/search.{form}?changed_since=2020").status_code == 400


def test_the_whole_corpus_is_the_empty_search(client: FlaskClient) -> None:
    corpus = client.get("/api/v1/corpus.jsonl")
    assert corpus.text == client.get("/en/search.jsonl").text
    assert corpus.headers["Access-Control-Allow-Origin"] == "*"
    assert corpus.headers["ETag"].startswith('W/"')


def test_entity_tags_tell_the_forms_apart(client: FlaskClient) -> None:
    tags = [client.get(address).headers["ETag"] for address in FILES]
    assert len(set(tags)) == len(tags)


def test_workbooks_where_the_extra_is_missing(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "is_available", lambda: False)
    answer = client.get("/fr/search.xlsx")
    assert (answer.status_code, answer.get_json()["type"]) == (404, "/problems/format-missing")
    assert "CSV" in answer.get_json()["detail"]
    assert ".xlsx" not in client.get("/fr/search?q=police").text


def test_a_failure_before_the_first_byte_is_a_problem(client: FlaskClient, service: FakeService) -> None:
    service.failure = NoIndexError("none")
    for address in FILES:
        assert client.get(address).status_code == 503


def test_references_of_moved_withdrawn_and_unknown_mandates(client: FlaskClient) -> None:
    moved = client.get("/fr/mandates/old-id.ris")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"/fr/mandates/{BILINGUAL.id}.ris")
    assert client.get("/fr/mandates/withdrawn-id.ris").status_code == 410
    for unknown in ("none-such", "a%2fb", "-a", "a%0Ab"):
        answer = client.get(f"/fr/mandates/{unknown}.ris")
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_files_can_only_be_read(client: FlaskClient, method: str) -> None:
    answer = getattr(client, method)("/en/search.csv")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.mimetype == "application/problem+json"


def test_every_download_has_a_writer() -> None:
    assert {endpoint.ending for endpoint in DOWNLOADS} == set(downloads.WRITERS)


def test_pages_of_results_link_to_all_files(client: FlaskClient) -> None:
    page = client.get("/fr/search?q=police&country=KE&page=2&size=2").text
    for form in TYPES:
        assert f'href="/fr/search.{form}?q=police&amp;country=KE' in page


def test_files_under_a_sub_path_name_it(service: FakeService) -> None:
    app = create_app(service, settings(base_url="https://a.example/sub", trusted_proxies=1), now=lambda: NOW)
    answer = app.test_client().get("/en/search.jsonl?q=rss", headers={"X-Forwarded-Prefix": "/sub"})
    assert json.loads(answer.text)["url"] == f"https://a.example/sub/en/mandates/{BILINGUAL.id}"
