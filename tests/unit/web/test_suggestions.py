"""Suggestions as JSON, and the box that asks for them."""

from __future__ import annotations

import lxml.html
import pytest
from flask.testing import FlaskClient

from tests.unit.web.fake import BILINGUAL


def suggested(client: FlaskClient, query: str) -> list[dict[str, object]]:
    answer = client.get(f"/api/v1/suggest?{query}")
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    found: list[dict[str, object]] = answer.get_json()["suggestions"]
    return found


def test_a_suggestion_says_what_it_is_and_where_it_leads(client: FlaskClient) -> None:
    assert suggested(client, "q=mali&lang=fr") == [
        {
            "kind": "country",
            "id": "ML",
            "text": "Mali",
            "lang": "fr",
            "count": 2,
            "label": "pays · 2 mandats",
            "url": "http://localhost/fr/search?country=ML",
        }
    ]


def test_a_title_leads_to_its_mandate(client: FlaskClient) -> None:
    (found,) = suggested(client, "q=sensibilisation&lang=en")
    assert found["url"] == f"http://localhost/en/mandates/{BILINGUAL.id}"
    assert (found["kind"], found["label"], found["lang"]) == ("mandate", "mandate", "fr")


@pytest.mark.parametrize("kind", ["country", "requester", "concept"])
def test_each_address_leads_to_the_number_told(client: FlaskClient, kind: str) -> None:
    found = [one for text in ("m", "n", "k", "u", "s", "p") for one in suggested(client, f"q={text}")]
    told = [one for one in found if one["kind"] == kind]
    assert told
    for one in told:
        document = lxml.html.fromstring(client.get(str(one["url"])).text)
        assert document.xpath("//*[@role='status']")[0].text.startswith(f"{one['count']} ")


@pytest.mark.parametrize(
    ("query", "kind"),
    [("q=a&page=2", "parameter-unknown"), ("q=" + "a" * 257, "query-too-long"), ("lang=de&q=a", "parameter-invalid")],
)
def test_it_is_as_strict_as_the_rest_of_the_endpoint(client: FlaskClient, query: str, kind: str) -> None:
    answer = client.get(f"/api/v1/suggest?{query}")
    assert answer.status_code == 400
    assert answer.get_json()["type"] == f"/problems/{kind}"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_box_has_a_list_that_is_hidden_until_a_script_fills_it(client: FlaskClient, language: str) -> None:
    document = lxml.html.fromstring(client.get(f"/{language}/").text)
    (options,) = document.xpath("//form[@role='search']//ul[@id='options']")
    assert options.get("hidden") is not None
    assert options.get("data-from") == f"/api/v1/suggest?lang={language}&q="
    (box,) = document.xpath("//input[@type='search']")
    assert not [name for name in box.keys() if name.startswith("aria-") or name == "role"]  # noqa: SIM118 no mapping


def test_the_script_is_small_and_kept_for_good(client: FlaskClient) -> None:
    (address,) = lxml.html.fromstring(client.get("/en/").text).xpath("//script/@src")
    answer = client.get(address)
    assert answer.mimetype == "text/javascript"
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(answer.data) <= 2_000
    policy = client.get("/en/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
