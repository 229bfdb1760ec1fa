"""What programs look for first: robots.txt, site map, search description, icon, security.txt."""

from __future__ import annotations

from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from search_app.web import create_app, signposts
from tests.unit.web.conftest import NOW, settings
from tests.unit.web.fake import BILINGUAL, RECORDS, FakeService

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
OSD = "{http://a9.com/-/spec/opensearch/1.1/}"


def xml(client: FlaskClient, address: str) -> ElementTree.Element:
    answer = client.get(address)
    assert answer.status_code == 200
    return ElementTree.fromstring(answer.data)  # noqa: S314 our own answer


def test_robots_keep_out_of_searches_and_are_shown_the_map(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert answer.text.splitlines() == [
        "User-agent: *",
        "Disallow: /en/search",
        "Disallow: /fr/search",
        "Disallow: /api/",
        "",
        "Sitemap: http://localhost/sitemap.xml",
    ]


def test_the_site_map_names_every_page_in_both_languages(client: FlaskClient) -> None:
    root = xml(client, "/sitemap.xml")
    addresses = {entry.findtext(f"{MAP}loc") or "" for entry in root}
    paths = {urlsplit(address).path for address in addresses}
    assert {f"/{language}/mandates/{record.id}" for language in ("en", "fr") for record in RECORDS} <= paths
    assert {"/en/", "/fr/", "/en/overview", "/fr/about", "/en/countries/ML", "/fr/concepts/ssr"} <= paths
    assert all(address.startswith("http://localhost/") for address in addresses)
    assert len(addresses) == len(root)


def test_each_entry_of_the_map_links_to_all_languages(client: FlaskClient) -> None:
    (entry,) = (
        one
        for one in xml(client, "/sitemap.xml")
        if (one.findtext(f"{MAP}loc") or "").endswith(f"fr/mandates/{BILINGUAL.id}")
    )
    assert {link.get("hreflang"): link.get("href") for link in entry.iter(LINK)} == {
        "en": f"http://localhost/en/mandates/{BILINGUAL.id}",
        "fr": f"http://localhost/fr/mandates/{BILINGUAL.id}",
        "x-default": f"http://localhost/en/mandates/{BILINGUAL.id}",
    }


def test_every_address_of_the_map_answers(client: FlaskClient) -> None:
    for entry in xml(client, "/sitemap.xml"):
        path = urlsplit(entry.findtext(f"{MAP}loc") or "").path
        if not path.endswith("/api"):
            assert client.get(path).status_code == 200, path


def test_a_large_map_is_parted(monkeypatch: pytest.MonkeyPatch, client: FlaskClient) -> None:
    whole = {entry.findtext(f"{MAP}loc") for entry in xml(client, "/sitemap.xml")}
    monkeypatch.setattr(signposts, "MOST_PAGES", 20)
    index = xml(client, "/sitemap.xml")
    assert index.tag == f"{MAP}sitemapindex"
    parts = [urlsplit(entry.findtext(f"{MAP}loc") or "") for entry in index]
    found = [entry.findtext(f"{MAP}loc") for part in parts for entry in xml(client, f"{part.path}?{part.query}")]
    assert set(found) == whole
    assert len(found) == len(whole)
    assert client.get(f"/sitemap.xml?part={len(parts) + 1}").status_code == 404
    assert client.get("/sitemap.xml?part=0").status_code == 404


@pytest.mark.parametrize(("language", "name"), [("en", "Mandates"), ("fr", "Mandats")])
def test_the_search_description_leads_to_the_search(client: FlaskClient, language: str, name: str) -> None:
    answer = client.get(f"/{language}/opensearch.xml")
    assert answer.mimetype == "application/opensearchdescription+xml"
    root = ElementTree.fromstring(answer.data)  # noqa: S314 our own answer
    assert root.tag == f"{OSD}OpenSearchDescription"
    assert root.findtext(f"{OSD}ShortName") == name
    assert len(name) <= 16
    templates = {url.get("type"): url.get("template") or "" for url in root.iter(f"{OSD}Url")}
    assert templates["text/html"] == f"http://localhost/{language}/search?q={{searchTerms}}"
    assert client.get(templates["text/html"].replace("{searchTerms}", "police")).status_code == 200


def test_the_description_at_the_root_follows_the_readers_language(client: FlaskClient) -> None:
    answer = client.get("/opensearch.xml", headers={"Accept-Language": "fr-CH,fr;q=0.9,en;q=0.1"})
    assert "Mandats" in answer.text
    assert "Accept-Language" in answer.headers["Vary"]


def test_pages_name_the_description_and_the_icon(client: FlaskClient) -> None:
    for language in ("en", "fr"):
        assert f'href="/{language}/opensearch.xml"' in client.get(f"/{language}/").text
    assert client.get("/favicon.ico").mimetype == "image/svg+xml"


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("search@example.org", "mailto:search@example.org"),
        ("mailto:search@example.org", "mailto:search@example.org"),
        ("https://example.org/contact", "https://example.org/contact"),
    ],
)
def test_security_txt_names_the_operator(service: FakeService, contact: str, link: str) -> None:
    client = create_app(service, settings(contact=contact), now=lambda: NOW).test_client()
    answer = client.get("/.well-known/security.txt")
    assert answer.mimetype == "text/plain"
    assert answer.text.splitlines() == [
        f"Contact: {link}",
        "Expires: 2020-11-28T12:00:00Z",
        "Preferred-Languages: en, fr",
        "Canonical: http://localhost/.well-known/security.txt",
    ]


def test_without_a_contact_there_is_no_security_txt(client: FlaskClient) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404


def test_under_a_sub_path_every_signpost_keeps_it(client: FlaskClient) -> None:
    base = "http://localhost/mandates/"
    assert "Disallow: /mandates/en/search" in client.get("/robots.txt", base_url=base).text
    assert "Sitemap: http://localhost/mandates/sitemap.xml" in client.get("/robots.txt", base_url=base).text
    assert "http://localhost/mandates/en/search?q=" in client.get("/en/opensearch.xml", base_url=base).text
    root = ElementTree.fromstring(client.get("/sitemap.xml", base_url=base).data)  # noqa: S314 our own answer
    assert all((entry.findtext(f"{MAP}loc") or "").startswith(base) for entry in root)


def test_a_proxy_that_names_its_path_is_believed_where_it_is_trusted(service: FakeService) -> None:
    trusting = create_app(service, settings(trusted_proxies=1), now=lambda: NOW).test_client()
    told = {"X-Forwarded-Prefix": "/mandates", "X-Forwarded-Host": "localhost", "X-Forwarded-Proto": "https"}
    text = trusting.get("/fr/overview", headers=told).text
    assert 'data-from="/mandates/api/v1/suggest?lang=fr&amp;q="' in text
    assert '<a href="/mandates/fr/countries/ML">' in text
    assert 'href="https://localhost/mandates/en/overview"' in text
    careful = create_app(service, settings(), now=lambda: NOW).test_client()
    assert "/mandates/" not in careful.get("/fr/help", headers=told).text
