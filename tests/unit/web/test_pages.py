"""The pages: same hits as the JSON, whole state in the address, nothing unescaped, both languages."""

from __future__ import annotations

import dataclasses
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest
from flask.testing import FlaskClient
from lxml.html import HtmlElement

from search_app.search.results import AllWords, FacetValue, Note, ResultPage, SearchRequest
from search_app.web import create_app
from tests.unit.web.conftest import NOW, settings
from tests.unit.web.fake import BILINGUAL, DATELESS, FRENCH, OPEN, RECORDS, FakeService

ADDRESSES = [
    "",
    "?q=police",
    "?q=police&page=2",
    "?q=rss",
    "?q=rss&expand=0",
    "?q=oeuvre",
    "?country=KE,NP&sort=oldest&size=3&page=2",
    "?q=police&lang=fr",
    "?from=2011&to=2012&status=ended",
    "?q=zzz",
    "?page=50",
]


def page(client: FlaskClient, address: str) -> HtmlElement:
    answer = client.get(address)
    assert answer.status_code == 200
    return lxml.html.fromstring(answer.text)


def texts(document: HtmlElement, path: str) -> list[str]:
    return [squeezed(element.text_content()) for element in document.xpath(path)]


def squeezed(text: str) -> str:
    """Without the template's line ends and indents; other blanks are part of the wording."""
    return re.sub(r"[ \n]+", " ", text).strip(" ")


def ids(document: HtmlElement) -> list[str]:
    links = document.xpath("//article[@class='hit']/h2/a/@href")
    return [urlsplit(link).path.rpartition("/")[2] for link in links]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_page_and_json_have_the_same_hits(client: FlaskClient, language: str, address: str) -> None:
    answer = client.get(f"/api/v1/search{address}").get_json()
    document = page(client, f"/{language}/search{address}")
    assert ids(document) == [result["id"] for result in answer["results"]]
    (count,) = texts(document, "//*[@role='status']")
    assert (str(answer["total"]) in count) or (answer["total"] == 0 and "zzz" in count)


def test_pages_joined_hold_every_hit_once(client: FlaskClient) -> None:
    found: list[str] = []
    for number in (1, 2, 3):
        found += ids(page(client, f"/en/search?q=police&page={number}"))
    assert len(found) == 28
    assert len(set(found)) == 28
    assert not page(client, "/en/search?q=police&page=3").xpath("//a[@rel='next']")


def test_following_next_leads_through_all_pages(client: FlaskClient) -> None:
    address = "/fr/search?q=police&size=10"
    seen = 0
    while address:
        document = page(client, address)
        assert document.xpath("//ol[@class='hits']")[0].get("start", "1") == str(seen + 1)
        seen += len(ids(document))
        address = next(iter(document.xpath("//a[@rel='next']/@href")), "")
    assert seen == 28


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_facet_link_leads_to_the_total_it_shows(client: FlaskClient, language: str) -> None:
    first = page(client, f"/{language}/search?q=police")
    second_level = first.xpath("//fieldset[@class='facet']//li/a/@href")[:4]
    for address in [f"/{language}/search?q=police", *second_level]:
        document = page(client, address)
        links = document.xpath("//fieldset[@class='facet']//li/a")
        assert links
        for link in links:
            count = link.xpath("./span[@class='n']")[0].text
            (status,) = texts(page(client, link.get("href")), "//*[@role='status']")
            assert status.startswith(f"{count} ")


def test_a_facet_link_sets_its_value_alone_and_keeps_all_else(client: FlaskClient) -> None:
    document = page(client, "/en/search?q=police&country=KE,NP&status=ended&sort=oldest&page=2&size=5")
    (libya,) = document.xpath("//fieldset[@class='facet']//li/a[contains(., 'Libya')]/@href")
    assert libya == "/en/search?q=police&country=LY&status=ended&sort=oldest&size=5"


def test_countries_stand_apart_from_the_regions_that_contain_them() -> None:
    class WithRegions(FakeService):
        def search(self, request: SearchRequest) -> ResultPage:
            found = super().search(request)
            sahel = FacetValue("sahel", {"en": "the Sahel", "fr": "le Sahel"}, 2, selected=False)
            return dataclasses.replace(found, facets={"country": (sahel, *found.facets["country"])})

    client = create_app(WithRegions(), settings(), now=lambda: NOW).test_client()
    document = page(client, "/fr/search?q=police")
    assert texts(document, "//legend") == ["Pays", "Région", "En cours pendant"]
    (region,) = document.xpath("//fieldset[legend='Région']//li/a")
    assert squeezed(region.text_content()) == "Le Sahel 2"
    assert region.get("href") == "/fr/search?q=police&country=sahel"


def test_selected_values_say_so_in_words_and_can_be_taken_out(client: FlaskClient) -> None:
    document = page(client, "/en/search?country=KE,NP")
    (kenya,) = document.xpath("//li[input[@value='KE']]")
    assert kenya.xpath("./input/@checked")
    assert "selected, remove" in kenya.text_content()
    assert kenya.xpath(".//a/@href") == ["/en/search?country=NP"]


def test_chips_name_each_filter_and_take_it_away(client: FlaskClient) -> None:
    document = page(client, "/en/search?q=police&country=KE,NP&from=2011&to=2012-06&lang=en&concept=ssr&page=1")
    chips = {squeezed(chip.text_content()): chip.get("href") for chip in document.xpath("//ul[@class='chips']//a")}
    assert chips == {
        "Remove the filter Country or region: Kenya ×": (
            "/en/search?q=police&country=NP&concept=ssr&from=2011&to=2012-06&lang=en"
        ),
        "Remove the filter Country or region: Nepal ×": (
            "/en/search?q=police&country=KE&concept=ssr&from=2011&to=2012-06&lang=en"
        ),
        "Remove the filter Topic: Security sector reform ×": (
            "/en/search?q=police&country=KE,NP&from=2011&to=2012-06&lang=en"
        ),
        "Remove the filter Language of the text: English ×": (
            "/en/search?q=police&country=KE,NP&concept=ssr&from=2011&to=2012-06"
        ),
        "Remove the filter Active from 1 January 2011 ×": (
            "/en/search?q=police&country=KE,NP&concept=ssr&to=2012-06&lang=en"
        ),
        "Remove the filter Active until 30 June 2012 ×": (
            "/en/search?q=police&country=KE,NP&concept=ssr&from=2011&lang=en"
        ),
        "Clear all filters": "/en/search?q=police",
    }


def test_a_country_that_no_mandate_names_is_still_named_on_its_chip(client: FlaskClient) -> None:
    assert "Pays ou région\u202f: Japon" in page(client, "/fr/search?country=JP").text_content()


def test_the_filter_form_carries_on_what_it_does_not_show(client: FlaskClient) -> None:
    document = page(client, "/en/search?q=police&country=KE,JP&requester=gone&from=2011&lang=en&sort=oldest&page=2")
    (form,) = document.xpath("//details[@class='filters']/form")
    hidden = {field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")}
    assert hidden == {"q": "police", "country": "JP", "requester": "gone", "lang": "en", "sort": "oldest"}
    assert form.xpath(".//input[@id='from']/@value") == ["2011"]


def test_languages_have_no_check_boxes_as_both_together_narrow_nothing(client: FlaskClient) -> None:
    document = page(client, "/en/search?q=police")
    assert {box.get("name") for box in document.xpath("//input[@type='checkbox']")} == {
        "country",
        "requester",
        "concept",
        "status",
    }


def test_the_search_box_keeps_filters_but_not_the_page(client: FlaskClient) -> None:
    document = page(client, "/en/search?q=police&country=KE&page=1&size=2")
    (box,) = document.xpath("//form[@role='search']")
    fields = {field.get("name"): field.get("value") for field in box.xpath(".//input")}
    assert fields == {"q": "police", "country": "KE", "size": "2"}


def test_what_a_form_wrote_is_redirected_to_its_tidy_address(client: FlaskClient) -> None:
    answer = client.get("/fr/search?q=police&country=NP&country=KE&from=&to=")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/fr/search?q=police&country=KE,NP"


@pytest.mark.parametrize("address", ["/search?q=police&country=KE&utm=x", "/mandates/un-course-without-dates", "/help"])
def test_the_language_switch_changes_only_the_language(client: FlaskClient, address: str) -> None:
    for here, there in (("en", "fr"), ("fr", "en")):
        document = page(client, f"/{here}{address}")
        (link,) = document.xpath(f"//header//a[@hreflang='{there}']")
        assert link.get("href") == f"/{there}{address}"
        assert link.get("lang") == there
        assert document.get("lang") == here


def test_the_switch_cannot_be_made_to_leave_the_site(client: FlaskClient) -> None:
    for path in ("//evil.example/x", "/en//evil.example", "/en/..//evil.example"):
        answer = client.get(path, headers={"Accept-Language": "en"})
        document = lxml.html.fromstring(answer.text) if "<header" in answer.text else None
        for link in document.xpath("//header//a/@href") if document is not None else ():
            assert link.startswith(("/en/", "/fr/"))


def test_the_interface_is_wholly_in_its_language(client: FlaskClient) -> None:
    """Short of names and the texts of mandates, no text stands in both languages' pages."""
    for address in ("/", "/search?q=police&country=ML", "/search?q=zzz", "/help", "/about", "/search?page=0"):
        sentences = []
        for language in ("en", "fr"):
            document = lxml.html.fromstring(client.get(f"/{language}{address}").text)
            shown = document.xpath(
                "//text()[normalize-space() and not(ancestor::article[@class='hit'] or ancestor::code"
                " or ancestor::*[@translate='no'] or ancestor::a[@hreflang])]"
            )
            sentences.append({" ".join(text.split()) for text in shown if re.search(r"[^\W\d_]{3}", text)})
        assert sentences[0] & sentences[1] <= {"cote d'ivoire"}


def test_markup_in_records_and_queries_stays_text(client: FlaskClient) -> None:
    for address in (
        "/en/search?q=cartographique",
        "/en/search?q=police",
        f"/en/mandates/{BILINGUAL.id}?q=police",
        f"/fr/mandates/{FRENCH.id}?q=b",
        "/en/search?q=%3Cscript%3Ealert(1)%3C/script%3E",
        '/fr/search?q="><img+src=x>',
        "/en/search?country=%3Cb%3E&q=a",
    ):
        text = client.get(address).text
        assert not re.search(r"<(script>|img|b>c)", text), address
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in client.get(f"/en/mandates/{BILINGUAL.id}").text
    assert "Mise en <mark>œuvre</mark> d’une étude « pilote » &lt;b&gt;" in client.get("/en/search?q=oeuvre").text


def test_snippets_without_marks_are_passages_of_the_record(client: FlaskClient) -> None:
    by_id = {record.id: record for record in RECORDS}
    for address in ("/en/search?q=police+rss&size=100", "/fr/search?q=reformes+oeuvres+rss&size=100"):
        text = client.get(address).text
        for found in re.finditer(r'mandates/([^?"]+)\?.*?<p class="snippet"[^>]*>(.*?)</p>', text, re.DOTALL):
            plain = unescape(re.sub(r"</?mark[^>]*>", "", found[2])).removeprefix("… ").removesuffix(" …")
            assert any(plain in description for description in by_id[found[1]].description.values())


def test_foreign_texts_say_their_language(client: FlaskClient) -> None:
    document = page(client, "/en/search?q=oeuvre")
    (hit,) = document.xpath("//article[@class='hit']")
    assert hit.xpath("./h2/@lang") == ["fr"]
    assert hit.xpath("./p[@class='snippet']/@lang") == ["fr"]
    assert texts(hit, ".//span[@class='badge']") == ["Text in French"]
    (own,) = page(client, "/fr/search?q=oeuvre").xpath("//article[@class='hit']")
    assert not own.xpath(".//@lang")
    assert not own.xpath(".//span[@class='badge']")


def test_other_names_are_marked_explained_and_can_be_switched_off(client: FlaskClient) -> None:
    document = page(client, "/en/search?q=rss")
    for where in ("h2", "p[@class='snippet']"):
        (mark,) = document.xpath(f"//article//{where}//mark[@class='syn']")
        assert (mark.text, mark.get("title")) == ("SSR", "SSR = security sector reform")
    (also,) = [text for text in texts(document, "//p[@class='aside']") if text.startswith("Also searched")]
    assert also == "Also searched: “SSR”, “security sector reform” for “RSS”. Search only the words as typed"
    assert document.xpath("//a[.='Search only the words as typed']/@href") == ["/en/search?q=rss&expand=0"]
    literal = page(client, "/en/search?q=rss&expand=0")
    assert literal.xpath("//a[.='Search other names and translations too']/@href") == ["/en/search?q=rss"]


def test_every_hit_says_why_it_was_found(client: FlaskClient) -> None:
    document = page(client, "/en/search?q=police&size=100")
    assert len(texts(document, "//p[@class='why']")) == len(ids(document)) == 28


def test_facts_of_a_hit(client: FlaskClient) -> None:
    facts = {
        urlsplit(hit.xpath("./h2/a/@href")[0]).path.rpartition("/")[2]: hit
        for hit in page(client, "/en/search?q=police&size=100").xpath("//article[@class='hit']")
    }
    (bilingual,) = texts(facts[BILINGUAL.id], "./p[@class='facts']")
    assert bilingual == (
        "Text in English and French Requester: African Union Where: Mali 1 February – 31 March 2019 Ended"
    )
    assert facts[BILINGUAL.id].xpath(".//time/@datetime") == ["2019-02-01", "2019-03-31"]
    (open_end,) = texts(facts[OPEN.id], "./p[@class='facts']")
    assert open_end.endswith("from 3 May 2019 (no end date given) Active")
    (dateless,) = texts(facts[DATELESS.id], "./p[@class='facts']")
    assert dateless.endswith("Where: Unspecified Country no dates given")


def test_title_of_a_result_page_holds_query_count_and_page(client: FlaskClient) -> None:
    assert page(client, "/en/search?q=police").findtext(".//title") == "28 mandates for “police” – Mandate search"
    assert page(client, "/fr/search?q=police&page=2").findtext(".//title") == (
        "28 mandats pour «\u202fpolice\u202f», page 2 sur 3 – Recherche de mandats"
    )


def test_result_and_error_pages_are_not_for_search_engines(client: FlaskClient) -> None:
    robots = "//meta[@name='robots']/@content"
    assert page(client, "/en/search?q=police").xpath(robots) == ["noindex"]
    assert page(client, f"/en/mandates/{BILINGUAL.id}").xpath(robots) == []


def test_orders_are_links_and_the_one_in_force_is_said(client: FlaskClient) -> None:
    with_words = page(client, "/en/search?q=police")
    assert texts(with_words, "//nav[@class='sorts']/b") == ["Relevance"]
    assert with_words.xpath("//nav[@class='sorts']/a/@href") == [
        "/en/search?q=police&sort=newest",
        "/en/search?q=police&sort=oldest",
    ]
    without = page(client, "/en/search")
    assert texts(without, "//nav[@class='sorts']/b") == ["Newest first"]
    assert without.xpath("//nav[@class='sorts']/a/@href") == ["/en/search?sort=oldest"]


def test_nothing_found_offers_ways_on_and_no_empty_heading(client: FlaskClient) -> None:
    document = page(client, "/fr/search?q=zzz&country=ML&expand=0")
    assert texts(document, "//*[@role='status']") == ["Aucun mandat pour «\u202fzzz\u202f»"]
    links = document.xpath("//div[@class='nothing']//a/@href")
    assert links[:3] == ["/fr/search?q=zzz&country=ML", "/fr/help", "/fr/search"]
    assert links[3:] == ["/fr/search?concept=policing", "/fr/search?concept=ssr"]
    assert all(text for text in texts(document, "//h1 | //h2 | //h3 | //legend"))


@pytest.mark.parametrize(
    ("query", "label", "count"),
    [
        ("q=atelier&country=KE", "Without the filter “Country or region”", "1 mandate"),
        ("q=atelier&from=2020-04", "Without “active from 1 April 2020”", "1 mandate"),
        ("q=atelier&to=2018", "Without “active until 31 December 2018”", "1 mandate"),
    ],
)
def test_a_filter_that_empties_the_list_is_named_with_what_it_hides(
    client: FlaskClient, query: str, label: str, count: str
) -> None:
    (remedy,) = page(client, f"/en/search?{query}").xpath("//div[@class='nothing']//li[span]")
    assert texts(remedy, "./a") == [label]
    assert texts(remedy, "./span") == [count]
    assert remedy.xpath("./a/@href") == ["/en/search?q=atelier"]


def test_a_word_that_empties_the_list_is_named_with_what_it_hides(service: FakeService, client: FlaskClient) -> None:
    service.records = (FRENCH,)
    document = page(client, "/fr/search?q=zzz+yyy&lang=en")
    assert not document.xpath("//div[@class='nothing']//li[span]")
    document = page(client, "/fr/search?q=oeuvre+zzz&lang=en")
    (remedy,) = document.xpath("//div[@class='nothing']//li[span]")
    assert squeezed(remedy.text_content()) == "Sans le filtre «\u202fLangue du texte\u202f» 1 mandat"


def test_how_many_hold_all_the_words_is_a_link_to_them(service: FakeService, client: FlaskClient) -> None:
    service.all_words = AllWords("police AND kenya", 5)
    links = page(client, "/en/search?q=police+kenya&lang=en&page=2").xpath("//a[contains(., 'hold all the words')]")
    assert [link.get("href") for link in links] == ["/en/search?q=police+AND+kenya&lang=en"]
    service.all_words = AllWords("police AND kenya", 0)
    assert "0 d’entre eux contient tous les mots" in page(client, "/fr/search?q=police+kenya").text_content()


def test_a_page_past_the_end_leads_back_to_the_last_one(client: FlaskClient) -> None:
    document = page(client, "/en/search?q=police&page=9")
    assert ids(document) == []
    assert document.xpath("//a[.='Go to the last page']/@href") == ["/en/search?q=police&page=3"]


def test_notes_of_the_search_are_said_in_the_readers_language() -> None:
    notes = (Note("no-document", {"word": "<piracy>"}),)
    client = create_app(FakeService(notes=notes), settings(), now=lambda: NOW).test_client()
    assert "Aucun mandat ne contient «\u202f&lt;piracy&gt;\u202f»." in client.get("/fr/search?q=police").text


def test_first_page_says_what_is_searched_and_offers_searches(client: FlaskClient) -> None:
    document = page(client, "/en/")
    (lead,) = texts(document, "//p[@class='lead']")
    assert lead == (
        "29 mandates of advisory missions are searched, in English and French at once. "
        "They run in the years 2010–2019. Last updated on 1 June 2020."
    )
    assert "/en/search?q=police+reform" in document.xpath("//ul[@class='examples']//a/@href")


def test_the_day_of_the_update_is_that_of_the_settings_time_zone(service: FakeService) -> None:
    client = create_app(service, settings(time_zone="Africa/Nairobi"), now=lambda: NOW).test_client()
    assert "Dernière mise à jour le 2 juin 2020." in client.get("/fr/").text


def test_an_empty_corpus_is_said() -> None:
    client = create_app(FakeService(records=()), settings(), now=lambda: NOW).test_client()
    assert "There is no mandate in the index yet." in client.get("/en/").text
    assert client.get("/fr/search").status_code == 200


@pytest.mark.parametrize("language", ["en", "fr"])
def test_examples_of_the_help_page_are_links_that_answer(client: FlaskClient, language: str) -> None:
    links = page(client, f"/{language}/help").xpath("//tbody//a")
    assert len(links) >= 12
    for link in links:
        assert link.get("href").startswith(f"/{language}/search?q=")
        assert parse_qs(urlsplit(link.get("href")).query)["q"] == [link.text_content()]
        assert client.get(link.get("href")).status_code == 200


def test_a_mandates_page_has_both_texts_marks_facts_and_a_way_back(client: FlaskClient) -> None:
    document = page(client, f"/fr/mandates/{BILINGUAL.id}?q=police+rss+union&country=ML")
    assert texts(document, "//h1") == [BILINGUAL.title["fr"]]
    assert document.xpath("//section[@class='text']/@lang") == ["en"]
    assert texts(document, "//section[@class='text']/h2") == ["Texte en français", "Texte en anglais"]
    assert texts(document, "//section[@lang='en']/ul/li/ul/li") == ["of justice", "of defence"]
    assert {mark.text for mark in document.xpath("//mark")} == {"police", "RSS", "SSR", "Union"}
    facts = dict(zip(texts(document, "//dl[1]/dt"), texts(document, "//dl[1]/dd"), strict=True))
    assert facts["Demandeur"] == "Union africaine"
    assert facts["Demandeur dans la source"] == "African Union"
    assert facts["Période"] == "1er février – 31 mars 2019 (terminé)"
    assert document.xpath("//a[contains(., 'Retour')]/@href") == ["/fr/search?q=police+rss+union&country=ML"]
    assert document.xpath("//a[contains(., 'sans marques')]/@href") == [f"/fr/mandates/{BILINGUAL.id}?country=ML"]
    assert "Dans la source, la fin précède le début" in document.text_content()
    assert f"/api/v1/mandates/{BILINGUAL.id}" in document.xpath("//footer//a/@href")


def test_printed_names_are_shown_only_where_they_are_no_known_names(client: FlaskClient) -> None:
    assert "Requester as printed" not in client.get(f"/en/mandates/{BILINGUAL.id}").text
    assert "Demandeur dans la source" not in client.get(f"/fr/mandates/{BILINGUAL.id}").text
    facts = page(client, f"/en/mandates/{FRENCH.id}")
    assert texts(facts, "//dt[.='Place as printed']/following-sibling::dd[1]") == ["DRC, Cote d'Ivoire, Mali"]


def test_a_mandates_page_without_a_search_has_no_marks_and_no_way_back(client: FlaskClient) -> None:
    document = page(client, f"/en/mandates/{BILINGUAL.id}")
    assert not document.xpath("//mark | //*[@class='back']")


def test_a_mandate_in_one_language_is_said_to_be_foreign(client: FlaskClient) -> None:
    document = page(client, f"/en/mandates/{FRENCH.id}")
    assert document.xpath("//h1/@lang") == ["fr"]
    assert document.xpath("//section[@class='text']/@lang") == ["fr"]
    assert texts(document, "//section[@class='text']/h2") == ["Text in French"]
    assert document.xpath("//section[@class='text']/h2/@lang") == ["en"]


def test_a_citation_has_an_absolute_address(service: FakeService) -> None:
    client = create_app(service, settings(base_url="https://search.example/m/"), now=lambda: NOW).test_client()
    (cite,) = texts(page(client, f"/en/mandates/{BILINGUAL.id}?q=police"), "//dd[@class='cite']")
    assert cite == (
        "African Union. “Sensitisation workshop on DDR and SSR for women’s associations”. Mali, "
        "1 February – 31 March 2019. Mandate search, https://search.example/m/en/mandates/2019-au-mali-workshop-ssr"
    )


def test_a_former_id_leads_to_the_mandate_and_keeps_the_query(client: FlaskClient) -> None:
    answer = client.get("/fr/mandates/old-id?q=police")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"/fr/mandates/{BILINGUAL.id}?q=police"
    assert client.get("/api/v1/mandates/old-id").headers["Location"] == f"/api/v1/mandates/{BILINGUAL.id}"


def test_pages_name_their_canonical_address_and_both_languages(client: FlaskClient) -> None:
    document = page(client, "/fr/search?utm=x&page=2&q=police")
    assert document.xpath("//link[@rel='canonical']/@href") == ["http://localhost/fr/search?q=police&page=2"]
    assert document.xpath("//link[@hreflang='en']/@href") == ["http://localhost/en/search?q=police&page=2"]


@pytest.mark.parametrize("address", ["/en/", "/fr/search?q=police", "/en/search?q=zzz", "/fr/help", "/en/none"])
def test_every_page_has_one_heading_one_main_and_a_skip_link(client: FlaskClient, address: str) -> None:
    document = lxml.html.fromstring(client.get(address).text)
    assert len(document.xpath("//h1")) == len(document.xpath("//main")) == 1
    assert document.xpath("(//a)[1]/@href") == ["#main"]
    assert document.xpath("//main/@id") == ["main"]


def test_pages_load_one_style_sheet_and_one_script_and_hold_nothing_inline(client: FlaskClient) -> None:
    for address in ("/en/", "/en/search?q=police", f"/en/mandates/{BILINGUAL.id}", "/en/help", "/en/about", "/fr/none"):
        document = lxml.html.fromstring(client.get(address).text)
        assert not document.xpath("//style | //@style | //@*[starts-with(name(), 'on')]")
        (script,) = document.xpath("//script[not(@type='application/ld+json')]")
        assert script.get("src").startswith("/static/search.")
        assert not script.text
        loaded = document.xpath("//link[@rel='stylesheet']/@href | //img/@src | //iframe/@src")
        assert all(link.startswith("/static/style.") for link in loaded)


def test_pages_under_a_sub_path_keep_it_in_every_link(client: FlaskClient) -> None:
    answer = client.get("/en/search?q=police", base_url="http://localhost/mandates/")
    document = lxml.html.fromstring(answer.text)
    for link in document.xpath("//a/@href | //form/@action | //link[@rel='stylesheet']/@href"):
        assert link.startswith(("/mandates/", "#"))
    assert document.xpath("//link[@rel='canonical']/@href") == ["http://localhost/mandates/en/search?q=police"]
