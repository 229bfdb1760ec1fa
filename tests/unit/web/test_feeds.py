"""Feeds keep the rules of RFC 4287, and who follows one sees each mandate once when it is new or has changed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import lxml.etree
import pytest
from flask.testing import FlaskClient
from lxml.etree import _Element as Element

from search_app.web import create_app
from tests.unit.web.conftest import NOW, settings
from tests.unit.web.fake import BILINGUAL, OPEN, RECORDS, FakeService

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ONCE = ("id", "title", "updated")
AT_MOST_ONCE = ("generator", "icon", "logo", "rights", "subtitle", "summary", "content", "published", "source")


def feed(client: FlaskClient, address: str) -> Element:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    return lxml.etree.fromstring(answer.data)


def children(parent: Element, name: str) -> list[Element]:
    return parent.findall(ATOM + name)


def text(parent: Element, name: str) -> str:
    (found,) = children(parent, name)
    return found.text or ""


def check_times_and_links(part: Element) -> None:
    for name in ONCE:
        assert len(children(part, name)) == 1
    for name in AT_MOST_ONCE:
        assert len(children(part, name)) <= 1
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text(part, "id"))
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", text(part, "updated"))
    links = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in children(part, "link")]
    alternates = [link for link in links if link[0] == "alternate"]
    assert alternates
    assert len(set(alternates)) == len(alternates)
    assert all(re.match("https?://", link.get("href", "")) for link in children(part, "link"))


@pytest.mark.parametrize("address", ["/en/search.atom", "/fr/search.atom?q=police", "/en/search.atom?q=zzz"])
def test_feeds_keep_the_rules(client: FlaskClient, address: str) -> None:
    root = feed(client, address)
    assert root.tag == ATOM + "feed"
    check_times_and_links(root)
    assert [text(author, "name") for author in children(root, "author")] != [""]
    (itself,) = [link for link in children(root, "link") if link.get("rel") == "self"]
    assert itself.get("href") == f"http://localhost{address}"
    entries = children(root, "entry")
    assert len({text(entry, "id") for entry in entries}) == len(entries)
    for entry in entries:
        check_times_and_links(entry)
        assert text(entry, "updated") <= text(root, "updated")
        assert all(category.get("term") for category in children(entry, "category"))


def test_a_feed_has_every_hit_in_the_order_of_the_page(client: FlaskClient) -> None:
    ids = [hit["id"] for hit in client.get("/api/v1/search?q=police&size=100").get_json()["results"]]
    root = feed(client, "/en/search.atom?q=police")
    links = [entry.find(f"{ATOM}link[@type='text/html']") for entry in children(root, "entry")]
    assert [link.get("href", "").rpartition("/")[2] for link in links if link is not None] == ids
    total = root.find("{http://a9.com/-/spec/opensearch/1.1/}totalResults")
    assert total is not None
    assert total.text == str(len(ids))


def test_ids_depend_on_the_mandate_and_the_search_alone(service: FakeService) -> None:
    here = create_app(service, settings(), now=lambda: NOW).test_client()
    there = create_app(
        FakeService(tuple(replace(one, note="changed") for one in RECORDS)),
        settings(base_url="https://mandates.example/sub"),
        now=lambda: NOW,
    ).test_client()
    one, other = feed(here, "/en/search.atom?q=police"), feed(there, "/en/search.atom?q=police")
    assert text(one, "id") == text(other, "id")
    ids = [text(entry, "id") for entry in children(one, "entry")]
    assert ids == [text(entry, "id") for entry in children(other, "entry")]
    french = feed(here, "/fr/search.atom?q=police")
    assert sorted(ids) == sorted(text(entry, "id") for entry in children(french, "entry"))
    assert text(one, "id") != text(french, "id") != text(feed(here, "/fr/search.atom"), "id")


def test_entries_tell_when_they_changed_and_the_feed_when_it_was_made(client: FlaskClient) -> None:
    root = feed(client, "/en/search.atom?q=police")
    assert text(root, "updated") == "2020-06-01T23:30:00Z"
    times = {text(entry, "title"): text(entry, "updated") for entry in children(root, "entry")}
    assert times[OPEN.title["en"]] == "2020-06-01T23:30:00Z"
    assert times["Police training, course of 2010 in Kenya"] == "2020-05-01T00:00:00Z"


def test_a_harvester_gets_what_has_changed_since_its_last_visit(client: FlaskClient) -> None:
    last = text(feed(client, "/en/search.atom"), "updated")
    changed = feed(client, f"/en/search.atom?changed_since={last}")
    titles = [text(entry, "title") for entry in children(changed, "entry")]
    assert sorted(titles) == sorted([BILINGUAL.title["en"], OPEN.title["en"]])
    later = datetime.fromisoformat(last).replace(hour=23, minute=30, second=1)
    assert children(feed(client, f"/en/search.atom?changed_since={later:%Y-%m-%dT%H:%M:%SZ}"), "entry") == []


def test_texts_are_escaped_and_say_their_language(client: FlaskClient) -> None:
    root = feed(client, "/en/search.atom?q=oeuvre")
    (entry,) = children(root, "entry")
    (title,) = children(entry, "title")
    assert (title.text, title.get(LANG)) == ("Mise en œuvre d’une étude « pilote » <b>cartographique</b>", "fr")
    (summary,) = children(entry, "summary")
    assert summary.get(LANG) == "fr"
    assert root.get(LANG) == "en"


def test_a_query_that_xml_has_no_place_for_gives_a_feed_all_the_same(client: FlaskClient) -> None:
    root = feed(client, "/en/search.atom?q=%EF%BF%BFa%3C%22%26")
    assert text(root, "title") == 'Mandates for “\ufffda<"&”'


def test_a_feed_of_filters_says_which(client: FlaskClient) -> None:
    assert text(feed(client, "/fr/search.atom?country=NE,ML&from=2019"), "title") == (
        "Mandats · country=ML,NE · from=2019"
    )
