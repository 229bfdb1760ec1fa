"""Pages of concepts, countries and the corpus; what stands around a mandate; descriptions for machines."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from lxml.html import HtmlElement

from search_app.corpus.mandate import Mandate
from search_app.web import create_app
from tests.unit.web.conftest import NOW, settings
from tests.unit.web.fake import BILINGUAL, COURSES, DATELESS, FRENCH, OPEN, RECORDS, FakeService
from tests.unit.web.test_pages import page, squeezed, texts

# The fake service lists by id.
FIRST_COURSE = min(COURSES, key=lambda record: record.id)


def facts(document: HtmlElement) -> dict[str, str]:
    return dict(zip(texts(document, "//dl[1]/dt"), texts(document, "//dl[1]/dd"), strict=True))


def total(client: FlaskClient, address: str) -> str:
    (status,) = texts(page(client, address), "//*[@role='status']")
    return re.match(r"\d+", status)[0]  # type: ignore[index]


# concepts and countries


@pytest.mark.parametrize(
    ("language", "title", "second", "own", "other"),
    [
        ("en", "Security sector reform", "Réforme du secteur de la sécurité", "Names in English", "Names in French"),
        ("fr", "Réforme du secteur de la sécurité", "Security sector reform", "Noms en français", "Noms en anglais"),
    ],
)
def test_a_concept_is_named_in_both_languages(
    client: FlaskClient, language: str, title: str, second: str, own: str, other: str
) -> None:
    document = page(client, f"/{language}/concepts/ssr")
    assert texts(document, "//h1") == [title]
    assert texts(document, "//p[@class='second']") == [second]
    found = facts(document)
    assert list(found)[1:3] == [own, other]
    assert "another <name> (SSR)" in found[own]


def test_the_number_of_a_concept_is_that_of_the_search_it_links_to(client: FlaskClient) -> None:
    document = page(client, "/en/concepts/ssr")
    (link,) = document.xpath("//dt[.='Named in the text']/following-sibling::dd[1]/a")
    assert link.get("href") == "/en/search?concept=ssr"
    assert link.text.split()[0] == total(client, link.get("href"))


@pytest.mark.parametrize("address", ["/en/concepts/ssr", "/fr/countries/ML", "/en/concepts/au", "/en/overview", "/fr/"])
def test_every_number_is_that_of_the_search_it_leads_to(client: FlaskClient, address: str) -> None:
    document = page(client, address)
    links = document.xpath("//main//a[span[@class='n']]")
    assert links
    for link in links:
        assert total(client, link.get("href")) == link.xpath("./span")[0].text
    for link in document.xpath("//main//*[local-name()='svg' and @class='timeline']/a"):
        told = re.search(r"(\d+) mandat", link.xpath("./title")[0].text)
        assert told
        assert total(client, link.get("href")) == told[1]


def test_pages_of_names_link_to_each_other_and_to_mandates(client: FlaskClient) -> None:
    document = page(client, "/en/concepts/ssr")
    assert "/en/concepts/policing" in document.xpath("//main//a/@href")
    assert f"/en/mandates/{BILINGUAL.id}" in document.xpath("//article[@class='hit']//a/@href")


@pytest.mark.parametrize(
    "address", ["/en/concepts/nothing", "/fr/concepts/ML", "/en/countries/XX", "/fr/countries/ssr"]
)
def test_unknown_names_are_not_found(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


def test_a_code_in_small_letters_leads_to_its_page(client: FlaskClient) -> None:
    answer = client.get("/fr/countries/ml")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/fr/countries/ML")


def test_names_with_markup_stay_text(client: FlaskClient) -> None:
    assert "another &lt;name&gt;" in client.get("/en/concepts/ssr").text


def test_results_lead_to_the_pages_of_what_was_searched_and_chosen(client: FlaskClient) -> None:
    document = page(client, "/en/search?q=rss&country=ML&concept=policing")
    (more,) = document.xpath("//p[starts-with(normalize-space(), 'More on')]")
    assert more.xpath(".//a/@href") == ["/en/concepts/ssr", "/en/countries/ML", "/en/concepts/policing"]


# the corpus


def test_the_overview_has_each_picture_with_its_table(client: FlaskClient) -> None:
    document = page(client, "/en/overview")
    for kind, heading in (("timeline", "Year"), ("grid", "Country")):
        (svg,) = document.xpath(f"//*[local-name()='svg' and @role='group' and @class='{kind}']")
        told = sorted(link.xpath("./title")[0].text for link in svg.xpath(".//a"))
        table = document.xpath(f"//table[thead//th='{heading}']//tbody/tr")
        rows = [(row.xpath("./th")[0].text_content(), row.xpath("./td")[0].text) for row in table]
        assert sorted(f"{name}: {count} mandate{'s' * (count != '1')}" for name, count in rows) == told


def test_squares_of_the_grid_lead_to_country_pages(client: FlaskClient) -> None:
    addresses = page(client, "/fr/overview").xpath("//*[local-name()='svg' and @class='grid']//a/@href")
    assert "/fr/countries/ML" in addresses
    assert all(client.get(address).status_code == 200 for address in addresses)


def test_years_without_mandates_stand_in_the_timeline_without_a_link(client: FlaskClient) -> None:
    (svg,) = page(client, "/en/overview").xpath("//*[local-name()='svg' and @class='timeline']")
    years = [text.text for text in svg.xpath(".//text[@class='key']")]
    assert years == [str(year) for year in range(2010, 2020)]
    assert "2015" not in [text.text for text in svg.xpath(".//a/text[@class='key']")]


# years among the filters


def test_a_year_sets_active_during_and_is_one_chip(client: FlaskClient) -> None:
    document = page(client, "/en/search?q=police&country=KE&page=1")
    (year,) = document.xpath("//ul[@class='years']//a[contains(., '2012')]")
    assert year.get("href") == "/en/search?q=police&country=KE&from=2012&to=2012"
    assert total(client, year.get("href")) == year.xpath("./span")[0].text
    chosen = page(client, year.get("href"))
    chips = {squeezed(chip.text_content()): chip.get("href") for chip in chosen.xpath("//ul[@class='chips']//a")}
    assert chips["Remove the filter Active in 2012 ×"] == "/en/search?q=police&country=KE"
    (remove,) = chosen.xpath("//ul[@class='years']//span[@class='on']/a")
    assert remove.get("href") == "/en/search?q=police&country=KE"


def test_the_latest_year_comes_first(client: FlaskClient) -> None:
    years = texts(page(client, "/fr/search"), "//ul[@class='years']/li")
    assert [year.split()[0] for year in years] == ["2019", "2016", "2014", "2013", "2012", "2011", "2010"]


# around a mandate


def test_a_search_leads_on_from_mandate_to_mandate(client: FlaskClient) -> None:
    address = f"/en/mandates/{FIRST_COURSE.id}?q=training&size=5"
    seen = 0
    while address:
        document = page(client, address)
        seen += 1
        assert f"Mandate {seen} of 25 in this search" in texts(document, "//nav[@class='way']/span")
        address = next(iter(document.xpath("//nav[@class='way']/a[@rel='next']/@href")), "")
    assert seen == 25
    back = document.xpath("//nav[@class='way']/a[1]/@href")
    assert back == ["/en/search?q=training&page=5&size=5"]


def test_the_first_mandate_of_a_search_has_no_previous_one(client: FlaskClient) -> None:
    document = page(client, f"/fr/mandates/{FIRST_COURSE.id}?q=training")
    assert not document.xpath("//a[@rel='prev']")
    (following,) = document.xpath("//a[@rel='next']")
    assert squeezed(following.text_content()).startswith("Suivant")


def test_a_mandate_that_is_not_in_the_list_leads_back_all_the_same(client: FlaskClient) -> None:
    document = page(client, f"/en/mandates/{FRENCH.id}?q=training")
    assert document.xpath("//nav[@class='way']/a/@href") == ["/en/search?q=training"]


def test_without_a_search_there_is_no_way_back_or_on(client: FlaskClient) -> None:
    assert not page(client, f"/en/mandates/{FRENCH.id}").xpath("//nav[@class='way']")


def test_similar_mandates_say_what_both_name(client: FlaskClient) -> None:
    document = page(client, f"/en/mandates/{BILINGUAL.id}")
    first = document.xpath("//ul[@class='similar']/li")[0]
    assert first.xpath("./a/@href") == [f"/en/mandates/{DATELESS.id}"]
    assert "Both name policing" in first.text_content()


def test_topics_lead_to_their_pages(client: FlaskClient) -> None:
    document = page(client, f"/fr/mandates/{BILINGUAL.id}")
    assert document.xpath("//aside//h2[.='Thèmes']/following-sibling::ul[1]//a/@href") == [
        "/fr/concepts/ssr",
        "/fr/concepts/policing",
    ]


def test_requesters_and_places_lead_to_their_pages_and_unknown_ones_nowhere(client: FlaskClient) -> None:
    bilingual = page(client, f"/en/mandates/{BILINGUAL.id}").xpath("//dl[1]//a/@href")
    assert bilingual == ["/en/concepts/au", "/en/countries/ML"]
    dateless = page(client, f"/en/mandates/{DATELESS.id}")
    links = dateless.xpath("//dl[1]//a/@href")
    assert links == ["/en/concepts/au", "/en/concepts/un", "/en/countries/NL", "/en/search?requester=ministry-long"]
    assert facts(dateless)["Where"] == "Unspecified Country"


def test_places_are_named_in_the_readers_language(client: FlaskClient) -> None:
    assert "Lieu\u202f: Congo-Kinshasa, Côte d’Ivoire et Mali" in page(client, "/fr/search?q=oeuvre").text_content()


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("search@example.org", "mailto:search@example.org?subject="),
        ("https://example.org/mistakes", "https://example.org/mistakes"),
    ],
)
def test_a_mistake_is_reported_to_the_address_of_the_settings(service: FakeService, contact: str, link: str) -> None:
    client = create_app(service, settings(contact=contact), now=lambda: NOW).test_client()
    (report,) = page(client, f"/en/mandates/{BILINGUAL.id}").xpath("//p[@class='report']/a/@href")
    assert report.startswith(link)
    if report.startswith("mailto:"):
        assert f"A mistake in the mandate {BILINGUAL.id}" in unquote(report)
        assert f"http://localhost/en/mandates/{BILINGUAL.id}" in unquote(report)
    assert page(client, "/fr/about").xpath("//a[.='Signaler une erreur ou un problème']")


def test_without_a_contact_nothing_can_be_reported(client: FlaskClient) -> None:
    assert not page(client, f"/en/mandates/{BILINGUAL.id}").xpath("//p[@class='report']")


# for machines


def description(client: FlaskClient, address: str) -> dict[str, object]:
    (script,) = page(client, address).xpath("//script[@type='application/ld+json']")
    found: dict[str, object] = json.loads(script.text)
    return found


def test_a_mandate_is_described_as_a_project(client: FlaskClient) -> None:
    found = description(client, f"/fr/mandates/{BILINGUAL.id}?q=police")
    assert found["@type"] == "Project"
    assert found["url"] == f"http://localhost/fr/mandates/{BILINGUAL.id}"
    assert found["name"] == BILINGUAL.title["fr"]
    assert found["alternateName"] == [BILINGUAL.title["en"]]
    assert (found["foundingDate"], found["dissolutionDate"]) == ("2019-02-01", "2019-03-31")
    assert found["founder"] == [{"@type": "Organization", "name": "Union africaine"}]
    assert found["areaServed"] == ["Mali"]
    assert "dissolutionDate" not in description(client, f"/en/mandates/{OPEN.id}")


def test_no_text_of_a_record_can_end_its_description() -> None:
    hostile = Mandate(
        id="x", title={"en": "</script><script>alert(1)</script> & <!--"}, description={"en": "]]> </SCRIPT >"}
    )
    client = create_app(FakeService(records=(hostile,)), settings(), now=lambda: NOW).test_client()
    text = client.get("/en/mandates/x").text
    inside = text.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert not re.search(r"[<>&]", inside)
    assert json.loads(inside)["name"] == hostile.title["en"]


def test_the_corpus_is_described_as_a_data_set(client: FlaskClient) -> None:
    found = description(client, "/en/about")
    assert found["@type"] == "Dataset"
    assert found["temporalCoverage"] == "2010/2019"
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"


def test_pages_say_which_address_is_for_whom(client: FlaskClient) -> None:
    for address, default in (("/fr/", "/"), ("/fr/concepts/ssr", "/en/concepts/ssr"), ("/en/overview", "/en/overview")):
        found = {
            link.get("hreflang"): link.get("href")
            for link in page(client, address).xpath("//link[@rel='alternate'][@hreflang]")
        }
        assert found["x-default"] == f"http://localhost{default}"
        assert {"en", "fr", "x-default"} == set(found)


@pytest.mark.parametrize(
    "address", ["/", "/overview", "/concepts/ssr", "/countries/ML", f"/mandates/{BILINGUAL.id}?q=rss", "/about"]
)
def test_the_interface_of_these_pages_is_wholly_in_its_language(client: FlaskClient, address: str) -> None:
    sentences = []
    for language in ("en", "fr"):
        document = page(client, f"/{language}{address}")
        shown = document.xpath(
            "//text()[normalize-space() and not(ancestor::article[@class='hit'] or ancestor::code or ancestor::script"
            " or ancestor::*[@translate='no'] or ancestor::a[@hreflang] or ancestor::section[@class='text']"
            " or ancestor::ul[@class='similar']/li/a or ancestor::*[local-name()='svg'] or ancestor::tbody"
            " or ancestor::h1 or ancestor::*[@class='second'] or ancestor::*[@class='cite'])]"
        )
        sentences.append({" ".join(text.split()) for text in shown if re.search(r"[^\W\d_]{3}", text)})
    assert sentences[0] & sentences[1] <= {"Mali"}


def test_an_empty_corpus_has_its_own_words_and_no_empty_pictures() -> None:
    client = create_app(FakeService(records=()), settings(), now=lambda: NOW).test_client()
    for address in ("/fr/", "/fr/overview"):
        document = page(client, address)
        assert not document.xpath("//main//*[local-name()='svg']")
        assert all(texts(document, "//h1 | //h2"))
    assert "L’index ne contient encore aucun mandat." in client.get("/fr/").text


def test_records_in_the_fake_corpus_hold_topics() -> None:
    assert sum("police" in text.lower() for record in RECORDS for text in record.description.values()) > 20
