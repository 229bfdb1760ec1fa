"""The pages in a browser: accessible, light, whole without JavaScript, usable by keyboard alone, true in every number.

Each page is opened once and looked at in both colour schemes and at two widths.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import urllib.request
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, urljoin, urlsplit

import lxml.html
import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml.html import HtmlElement
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.conftest import CONTACT
from tests.searching import M1, M2, M3

# One of each kind; both languages, hits in both, nothing found, several filters, marks, warnings.
PAGES: Final = (
    "/en/",
    "/fr/",
    "/en/search?q=police",
    "/fr/search?q=reforme+police&from=2014&to=2014",
    "/en/search?country=ML,CD&concept=ssr&lang=fr&sort=oldest",
    "/fr/search?q=zzxqjw&country=ML",
    "/en/search?page=900",
    f"/en/mandates/{M2}?q=RSS",
    f"/fr/mandates/{M3}",
    "/en/concepts/ssr",
    "/fr/concepts/un",
    "/fr/countries/ML",
    "/en/countries/sahel",
    "/en/overview",
    "/fr/help",
    "/en/about",
    "/fr/api",
    "/fr/no-such-page",
)
AXE: Final = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
# What can differ between schemes and widths beside what two of the four already tell.
SIGHT: Final = {**AXE, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]}}
SPACED: Final = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    "p { margin-bottom: 2em !important }"
)
LITTER: Final = re.compile(
    r"<built-in|<bound method|\{\{|\}\}|\{%|(?<!-)\bNone\b|\bundefined\b"
    r"|\[object |&(?:amp|lt|gt|quot|#\d+);|\ufffd|Ã[©¨ª ]"
)

FIRST_VISIT: Final = 60 * 1024
REPEATED_VISIT: Final = 20 * 1024
HTML: Final = 20 * 1024
REQUESTS: Final = 6
NODES: Final = 1_500


# what every page keeps


@pytest.mark.parametrize("address", PAGES)
def test_page_is_accessible_in_both_schemes_and_at_both_widths(browser: Browser, base: str, address: str) -> None:
    page = browser.new_context(base_url=base, bypass_csp=True).new_page()  # the wide text is a style of the test's
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            report = Axe().run(page, options=AXE if (width, scheme) in ((1280, "light"), (320, "dark")) else SIGHT)
            assert report.violations_count == 0, f"{scheme}, {width} px: {report.generate_report()}"
        assert _overflow(page) <= 0, f"scrolls sideways at {width} px"
    page.add_style_tag(content=SPACED)
    assert _overflow(page) <= 0, "scrolls sideways at 320 px with wide text"
    text = page.inner_text("body")
    for example in page.locator("pre").all_inner_texts():  # what a program looks like is no litter
        text = text.replace(example, "")
    assert not LITTER.search(text)
    assert not [text for text in said if "404" not in text]  # the browser itself reports a missing page
    page.context.close()


def _overflow(page: Page) -> int:
    return int(page.evaluate("document.scrollingElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("address", PAGES)
def test_page_is_light_and_loads_nothing_from_elsewhere(browser: Browser, base: str, address: str) -> None:
    context = browser.new_context(base_url=base)
    page = context.new_page()
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    first = _weight(page, address)
    assert first <= FIRST_VISIT
    assert len(asked) <= REQUESTS
    assert {urlsplit(request.url).netloc for request in asked if request.url.startswith("http")} == {
        urlsplit(base).netloc
    }
    assert page.evaluate("document.querySelectorAll('*').length") <= NODES
    assert not context.cookies()
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert _weight(page, address) <= REPEATED_VISIT
    context.close()


def _weight(page: Page, address: str) -> int:
    """Bytes over the wire for one visit."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto("about:blank")
    page.goto(address, wait_until="networkidle")
    session.detach()
    return int(sum(sizes))


# keyboard


def _focused(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(
        """() => {
          const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
          return {tag: e.tagName, type: e.type || "", href: e.getAttribute("href") || "",
            text: (e.textContent || e.getAttribute("aria-label") || "").trim().slice(0, 60),
            ring: s.outlineStyle !== "none" ? parseFloat(s.outlineWidth) : 0,
            seen: r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth};
        }"""
    )
    return found


def _tab_to(page: Page, wanted: Callable[[dict[str, Any]], bool], *, most: int = 250) -> dict[str, Any]:
    """Press Tab until something is in focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted(found := _focused(page)):
            return found
    raise AssertionError("not reached by the keyboard")


@pytest.mark.parametrize("address", ["/en/", "/fr/search?q=police", f"/en/mandates/{M2}?q=RSS", "/en/overview"])
def test_focus_is_in_order_and_can_be_seen(page: Page, address: str) -> None:
    page.goto(address)
    stops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = _focused(page)
        if stop["tag"] == "BODY":
            break
        stops.append(stop)
    assert stops[0]["href"] == "#main"
    assert "search" in [stop["type"] for stop in stops[:6]]
    assert [stop["text"] for stop in stops if stop["ring"] < 2 or not stop["seen"]] == []


def test_the_whole_way_by_keyboard_alone(page: Page) -> None:
    page.goto("/en/")
    _tab_to(page, lambda stop: stop["type"] == "search")
    page.keyboard.type("police")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=police")
    _tab_to(page, lambda stop: "country=" not in stop["href"] and "status=ended" in stop["href"])
    page.keyboard.press("Enter")
    page.wait_for_url("**status=ended")
    _tab_to(page, lambda stop: stop["text"] == "Next page")
    page.keyboard.press("Enter")
    page.wait_for_url("**page=2")
    hit = _tab_to(page, lambda stop: "/mandates/" in stop["href"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/mandates/**")
    assert hit["text"] in page.inner_text("h1")
    back = _tab_to(page, lambda stop: "Back to the search" in stop["text"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{back['href']}")
    assert page.url.endswith("/en/search?q=police&status=ended&page=2")


def test_filters_open_by_keyboard_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto("/en/search?q=police")
    assert not page.locator(".facet a").first.is_visible()
    _tab_to(page, lambda stop: stop["tag"] == "SUMMARY")
    page.keyboard.press("Enter")
    assert page.locator(".facet a").first.is_visible()


# without JavaScript


def test_the_whole_way_without_javascript(plain: Page) -> None:
    plain.goto("/en/")
    plain.fill("input[type=search]", "police")
    plain.press("input[type=search]", "Enter")
    expect(plain).to_have_url(re.compile(r"/en/search\?q=police$"))
    total = plain.inner_text("[role=status]")
    plain.locator(".facet a", has_text="Netherlands").first.click()
    expect(plain.locator(".chips a")).not_to_have_count(0)
    expect(plain.locator("input[type=search]")).to_have_value("police")
    plain.locator(".chips a").first.click()
    expect(plain.locator("[role=status]")).to_have_text(total)
    plain.locator("a[rel=next]").first.click()
    expect(plain).to_have_url(re.compile("page=2$"))
    first = plain.locator(".hit h2 a").first
    title = first.inner_text()
    first.click()
    expect(plain.locator("h1")).to_have_text(title)
    plain.locator(".way a").first.click()
    expect(plain).to_have_url(re.compile(r"/en/search\?q=police&page=2$"))
    plain.locator("header a[hreflang=fr]").click()
    expect(plain).to_have_url(re.compile(r"/fr/search\?q=police&page=2$"))
    expect(plain.locator("html")).to_have_attribute("lang", "fr")


def test_several_values_are_ticked_without_javascript(plain: Page) -> None:
    plain.set_viewport_size({"width": 1280, "height": 900})
    plain.goto("/en/search?q=police&sort=newest")
    for code in ("NL", "BI"):
        plain.check(f"input[value={code}]")
    plain.locator("fieldset", has_text="Country").locator("button").first.click()
    expect(plain).to_have_url(re.compile(r"/en/search\?q=police&country=BI,NL&sort=newest$"))
    expect(plain.locator(".chips li")).to_have_count(3)


def test_there_are_no_suggestions_without_javascript(plain: Page) -> None:
    plain.goto("/en/")
    plain.type("input[type=search]", "rdc")
    assert not plain.locator("#options").is_visible()
    assert plain.get_attribute("#q", "role") is None


# suggestions


def _typed(page: Page, text: str) -> None:
    page.click("#q")
    page.keyboard.type(text)
    page.wait_for_selector("#options:visible")


def test_suggestions_are_told_and_taken_by_keyboard(page: Page) -> None:
    page.goto("/fr/")
    assert page.get_attribute("#q", "role") == "combobox"
    assert page.get_attribute("#q", "aria-expanded") == "false"
    _typed(page, "rdc")
    options = page.locator("#options [role=option]")
    assert page.get_attribute("#q", "aria-expanded") == "true"
    assert options.first.inner_text().split("\n") == ["République démocratique du Congo", "pays · 4 mandats"]
    assert page.inner_text("[aria-live=polite]") == f"Recherches suggérées: {options.count()}"
    page.keyboard.press("ArrowUp")
    last = f"o{options.count() - 1}"
    assert page.get_attribute("#q", "aria-activedescendant") == last
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#q", "aria-activedescendant") == ""
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#q", "aria-activedescendant") == "o0"
    assert page.get_attribute("#o0", "aria-selected") == "true"
    assert page.input_value("#q") == "rdc"
    report = Axe().run(page, options=AXE)
    assert report.violations_count == 0, report.generate_report()
    page.keyboard.press("Enter")
    page.wait_for_url("**/fr/search?country=CD")
    assert page.inner_text("[role=status]").startswith("4 ")


def test_escape_and_leaving_close_the_list_and_keep_the_text(page: Page) -> None:
    page.goto("/en/")
    _typed(page, "pol")
    page.keyboard.press("Escape")
    assert not page.locator("#options").is_visible()
    assert page.input_value("#q") == "pol"
    page.keyboard.type("i")
    page.wait_for_selector("#options:visible")
    page.keyboard.press("Tab")
    assert not page.locator("#options").is_visible()


def test_enter_without_a_choice_searches_what_was_typed(page: Page) -> None:
    page.goto("/en/")
    _typed(page, "training")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/search?q=training")


def test_a_title_is_taken_with_the_mouse(page: Page) -> None:
    page.goto("/en/search?q=police&lang=fr")
    page.fill("#q", "")
    _typed(page, "sensitization work")
    option = page.locator("#options li", has_text="Sensitization workshop on DDR")
    option.wait_for()
    page.wait_for_load_state("networkidle")  # the list is made anew with each answer that is still under way
    option.click()
    page.wait_for_url(f"**/en/mandates/{M2}")


def test_a_slash_leads_to_the_box_but_can_be_typed_in_it(page: Page) -> None:
    page.goto("/en/search?q=police")
    page.keyboard.press("/")
    assert _focused(page)["type"] == "search"
    page.keyboard.type("a/b")
    assert page.input_value("#q") == "a/b"


# tasks


def _loads(page: Page) -> list[str]:
    """The addresses that were loaded, as they come; a redirect is part of its load."""
    loaded: list[str] = []
    page.on("load", lambda where: loaded.append(where.url))
    return loaded


def test_the_french_mapping_study_is_three_loads_away(page: Page) -> None:
    loaded = _loads(page)
    page.goto("/en/")
    page.fill("#q", "french mapping study")
    page.press("#q", "Enter")
    page.locator(".hit a", has_text="Étude cartographique des projets exemplaires").click()
    page.wait_for_url(f"**/mandates/{M3}**")
    assert len(loaded) <= 3


def test_all_un_mandates_in_the_sahel_2019_to_2021_are_three_loads_away(page: Page, base: str) -> None:
    loaded = _loads(page)
    page.goto("/en/")
    page.locator("main a", has_text="United Nations").first.click()
    page.wait_for_url("**requester=un")
    page.locator("fieldset", has_text="Region").locator("summary").click()
    page.check("input[value=sahel]")
    page.fill("#from", "2019")
    page.fill("#to", "2021")
    page.press("#to", "Enter")
    page.wait_for_url("**from=2019&to=2021")
    assert len(loaded) <= 3
    wanted = json.loads(_get(base + "/api/v1/search?requester=un&country=sahel&from=2019&to=2021")[1])
    assert page.locator(".hit").count() == wanted["total"] == 1
    assert M1 in (page.locator(".hit a").first.get_attribute("href") or "")


# print


@pytest.mark.parametrize(
    "address", [f"/{language}/mandates/{id_}" for language in ("en", "fr") for id_ in (M1, M2, M3)]
)
def test_a_mandate_prints_on_one_page(page: Page, address: str) -> None:
    page.goto(address)
    assert _printed(page) == 1


def test_results_print_without_forms_and_with_addresses(page: Page) -> None:
    page.goto("/en/search?q=police")
    assert _printed(page) <= 3
    page.emulate_media(media="print")
    for hidden in (".box", ".filters", ".pager", ".chips"):
        assert not page.locator(hidden).first.is_visible()
    after = page.evaluate("getComputedStyle(document.querySelector('.hit h2 a'), '::after').content")
    assert "attr" in after or "/en/mandates/" in after


def _printed(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4")))


# the crawl


def _get(address: str, **headers: str) -> tuple[int, bytes, int]:
    """Status, body and bytes over the wire."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip", **headers})  # noqa: S310 ours
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 ours
        body = answer.read()
        return answer.status, gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body, len(body)


class Crawl:
    """Visits each address once."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.known: dict[str, HtmlElement] = {}
        self.heavy: list[str] = []

    def page(self, address: str) -> HtmlElement:
        """A page; a dead link raises."""
        if address not in self.known:
            _, body, weight = _get(urljoin(self.base, quote(address, safe="%/?&=+,;:@!$'()*~-._#")))
            if weight > HTML:
                self.heavy.append(address)
            self.known[address] = lxml.html.fromstring(body.decode("utf-8"))
        return self.known[address]

    def total(self, address: str) -> str:
        """The number that a result page tells."""
        found = re.match(r"[\d\u202f,]+", self.page(address).xpath("//*[@role='status']")[0].text)
        assert found, address
        return found[0]


def _pages_linked(document: HtmlElement) -> list[str]:
    """The addresses of pages of ours, in order, each once."""
    found = document.xpath("//a/@href | //*[local-name()='svg']//a/@href")
    pages = (address.partition("#")[0] for address in found if re.match(r"/(en|fr)/", address))
    return list(dict.fromkeys(one for one in pages if not re.search(r"\.(csv|xlsx|ris|jsonl|atom)\b", one)))


def _counted(document: HtmlElement) -> list[tuple[str, str]]:
    """Links with a number, and what they tell: facets, lists, bars."""
    links = [
        (one.get("href"), one.xpath("./span[@class='n']")[0].text) for one in document.xpath("//a[span[@class='n']]")
    ]
    for bar in document.xpath("//*[local-name()='svg']/a"):
        told = re.search(r"([\d\u202f,]+) mandat", bar.xpath("./title")[0].text)
        links.append((bar.get("href"), told[1] if told else ""))
    return [(address, number) for address, number in links if "/search" in address]


def _own_words(document: HtmlElement) -> set[str]:
    """The interface's texts: no names, no texts of mandates, nothing in another language."""
    shown = document.xpath(
        "//body//text()[normalize-space() and not(ancestor::script or ancestor::*[@translate='no'] or ancestor::mark"
        " or ancestor::article[@class='hit'] or ancestor::*[local-name()='svg'] or ancestor::tbody or ancestor::code"
        " or ancestor::*[@lang][not(self::html)] or ancestor::section[@class='text'] or ancestor::h1"
        " or ancestor::ul[@class='similar']/li/a or ancestor::*[@class='cite'] or ancestor::dl or ancestor::option)]"
    )
    attributes = document.xpath(
        "//*[not(ancestor::*[@translate='no'])]/@aria-label | //@placeholder | //@alt"
        " | //meta[@name='description']/@content"
    )
    words = {" ".join(text.split()) for text in (*shown, *attributes)}
    return {text for text in words if re.search(r"[^\W\d_]{3}", text)}


def test_two_levels_down_every_link_leads_and_every_number_is_true(base: str) -> None:
    crawl, chance = Crawl(base), random.Random("crawl")
    first = [address for language in ("en", "fr") for address in _pages_linked(crawl.page(f"/{language}/"))]
    for address, number in _counted(crawl.page("/en/")) + _counted(crawl.page("/fr/")):
        assert crawl.total(address) == number, address
    second = []
    for address in dict.fromkeys(first):
        document = crawl.page(address)
        second += [(address, *counted) for counted in _counted(document)]
        second += [(address, linked, "") for linked in _pages_linked(document) if "/search" not in linked]
    assert len(second) > 1_000
    for address, linked, number in chance.sample(second, 500):
        if number:
            assert crawl.total(linked) == number, (address, linked)
        else:
            crawl.page(linked)
    assert crawl.heavy == []
    assert len(crawl.known) > 300


@pytest.mark.parametrize("address", [one for one in PAGES if one.startswith("/en/")])
def test_no_string_is_left_in_the_other_language(base: str, address: str) -> None:
    crawl = Crawl(base)
    both = [_own_words(crawl.page(f"/{language}/{address[4:]}")) for language in ("en", "fr")]
    assert all(len(words) > 10 for words in both)
    assert both[0] & both[1] <= {"Mali", "Sahel"}


def test_each_mandate_tells_where_mistakes_are_reported(page: Page) -> None:
    page.goto(f"/en/mandates/{M2}")
    assert (page.get_attribute(".report a", "href") or "").startswith(f"mailto:{CONTACT}?subject=")
