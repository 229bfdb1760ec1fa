"""The bundle opens from disk in a browser without any network, and finds what the product finds."""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from search_app.analysis.tools import Tools
from search_app.search.opening import open_service
from search_app.search.results import SearchRequest
from search_app.search.service import SearchService
from search_app.web.bundle import DATA, Copy, write_bundle
from tests.searching import SHIPPED, index_folder

JUDGED = Path(__file__).parents[1] / "relevance" / "queries.jsonl"
LARGEST = 2_000_000
# What one may type: phrases, words left out, prefixes, musts, titles, acronyms, other letters.
SIGNS = (
    '"rule of law"',
    "“état de droit”",
    "police -formation",
    "police NOT justice",
    "réforme SAUF police",
    "police AND justice",
    "police ET justice -genre",
    "title:evaluation",
    "titre:“réforme de la police”",
    "democra*",
    "po*",
    "UN",
    "un",
    "UN rapport",
    "OR",
    "the of",
    "Congo-Brazzaville",
    "Guinée",
    "South Sudan",
    "Niger Nigeria",
    "D.D.R.",
    "ROL",
    "l’œuvre",
    "OEUVRE",
    "ＰＯＬＩＣＥ",
    "-police",
    "????",
    "",
    "   ",
    "securty reforn",
    "SECURITE",
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Iterator[SearchService]:
    index = tmp_path_factory.mktemp("bundled")
    index_folder(SHIPPED, index, tools)
    service = open_service(index, ZoneInfo("UTC"), max_terms=None)
    yield service
    service.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, service: SearchService, tools: Tools) -> Path:
    """A bundle of the shipped corpus."""
    folder = tmp_path_factory.mktemp("bundle")
    assert write_bundle(service, folder, Copy(date(2020, 6, 1), ""), tools) == len(list(SHIPPED.rglob("mandates/*/*")))
    return folder


@pytest.fixture
def english(browser: Browser, folder: Path) -> Iterator[Page]:
    """The English page, from disk, in a browser that has no network; no script may fail."""
    context = browser.new_context(offline=True, viewport={"width": 1000, "height": 800})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text))
    page.on("requestfailed", lambda request: faults.append(request.url))
    page.goto((folder / "index.html").as_uri())
    yield page
    context.close()
    assert faults == []


def found(page: Page, texts: list[str]) -> list[list[tuple[str, float]]]:
    """What the bundle finds for each text, best first."""
    answers = page.evaluate("(texts) => texts.map((text) => mandateSearch(text))", texts)
    return [[(name, score) for name, score in answer] for answer in answers]


def expected(service: SearchService, text: str) -> list[tuple[str, float]]:
    listing = service.listing(SearchRequest(text=text))
    try:
        return [(one.result.mandate.id, one.result.score) for one in listing.hits]
    finally:
        listing.close()


def judged() -> list[str]:
    return [json.loads(line)["text"] for line in JUDGED.read_text("utf-8").splitlines()]


def test_judged_queries_find_the_same_first(english: Page, service: SearchService) -> None:
    texts = judged()
    for text, answer in zip(texts, found(english, texts), strict=True):
        wanted = expected(service, text)
        assert [name for name, _ in answer][:1] == [name for name, _ in wanted][:1], text


def test_whole_lists_and_scores_are_the_products(english: Page, service: SearchService) -> None:
    texts = [*judged(), *SIGNS]
    for text, answer in zip(texts, found(english, texts), strict=True):
        wanted = expected(service, text)
        assert [name for name, _ in answer] == [name for name, _ in wanted], text
        assert [score for _, score in answer] == pytest.approx([score for _, score in wanted], rel=2e-5), text


def test_accents_case_and_form_never_matter(english: Page) -> None:
    dice = random.Random(9)
    for text in dice.sample(judged(), 40):
        plain = "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))
        forms = [text, unicodedata.normalize("NFD", text), plain.replace("œ", "oe").replace("’", "'")]
        accented, decomposed, bare = found(english, forms)
        assert accented == decomposed == bare, text


def test_a_reader_finds_securite_and_reads_a_mandate(english: Page, service: SearchService) -> None:
    english.get_by_role("searchbox").fill("securite")
    english.keyboard.press("Enter")
    wanted = expected(service, "securite")
    # the page is made anew some time after its address has changed
    expect(english.get_by_role("status")).to_have_text(f"{len(wanted)} mandates for “securite”")
    links = english.locator("ol.hits h2 a")
    assert links.count() == len(wanted)
    marks = english.locator("ol.hits mark").all_inner_texts()
    assert {"sécurité", "Security"} <= set(marks)
    title = links.first.inner_text()
    links.first.click()
    expect(english.locator("h1")).to_have_text(title)
    assert wanted[0][0] in english.url
    english.go_back()
    expect(links.first).to_have_text(title)


def test_both_languages_keep_what_is_shown(english: Page) -> None:
    english.goto(f"{english.url}#q=RDC")
    expect(english.get_by_role("status")).to_contain_text("RDC")
    english.get_by_role("link", name="Français").click()
    expect(english).to_have_url(re.compile(r"/fr\.html#q=RDC$"))
    assert english.locator("html").get_attribute("lang") == "fr"
    assert re.match(r"\d+ mandats pour «\u202fRDC\u202f»", english.get_by_role("status").inner_text())
    assert english.locator("time").first.inner_text().split()[1].isalpha()


@pytest.mark.parametrize("address", ["#q=police", "#q=nothingatall", "#id=none", ""])
def test_any_address_shows_something(english: Page, folder: Path, address: str) -> None:
    # from elsewhere, so that the page is made for this address
    english.goto("about:blank")
    english.goto((folder / "index.html").as_uri() + address)
    assert english.get_by_role("status").inner_text()
    assert english.title().endswith("Mandate search")


def test_texts_enter_the_page_as_text(browser: Browser, folder: Path, tmp_path: Path) -> None:
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    data = (folder / DATA).read_text("utf-8").replace('"title":{"', '"title":{"en":"<img src=x onerror=alert(1)>","', 1)
    (tmp_path / DATA).write_text(data, "utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "index.html").as_uri() + "#q=%3Cb%3E")
    assert page.locator("img").count() == 0
    page.goto((tmp_path / "index.html").as_uri())
    assert page.locator("main img, main b").count() == 0
    page.close()


@pytest.mark.parametrize("address", ["#q=police", ""])
def test_the_pages_are_accessible(browser: Browser, folder: Path, address: str) -> None:
    page = browser.new_page()
    page.goto((folder / "fr.html").as_uri() + address)
    report = Axe().run(page)
    page.close()
    assert report.violations_count == 0, report.generate_report()


def test_everything_fits_on_any_stick(folder: Path) -> None:
    assert sum(file.stat().st_size for file in folder.iterdir()) < LARGEST
    for page in folder.glob("*.html"):
        text = page.read_text("utf-8")
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text)
        assert "%(" not in re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
