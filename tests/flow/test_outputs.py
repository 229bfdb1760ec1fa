"""What leaves the site says the same everywhere: page, JSON, files, feed, assistant, command line; as described."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode

import jsonschema
import lxml.etree
import lxml.html
import pytest
from flask.testing import FlaskClient

from search_app.analysis.language import LANGUAGES
from search_app.analysis.tools import Tools
from search_app.corpus.mandate import Mandate
from search_app.corpus.store import read_corpus
from search_app.index.indexer import CorpusFolder, build_index
from search_app.search.opening import open_service
from search_app.search.service import SearchService
from search_app.settings import Settings
from search_app.web import create_app
from search_app.web.assistant import Assistant
from search_app.web.endpoints import ENDPOINTS
from search_app.web.openapi import FILE
from search_app.web.schemas import COMPONENTS
from search_app.web.wording import load
from tests.searching import SHIPPED, index_folder
from tests.support import mandate, write_corpus

SEED = 9
ROOT = Path(__file__).parents[2]
ATOM = "{http://www.w3.org/2005/Atom}"
PAGES = f"{ATOM}entry/{ATOM}link[@type='text/html']"
DOCUMENT = json.loads(FILE.read_text("utf-8"))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Path:
    """The shipped corpus, indexed."""
    folder = tmp_path_factory.mktemp("outputs")
    index_folder(SHIPPED, folder, tools)
    return folder


@pytest.fixture(scope="module")
def service(index: Path) -> Iterator[SearchService]:
    settings = Settings(corpus=SHIPPED, index=index)
    service = open_service(index, settings.zone)
    yield service
    service.close()


@pytest.fixture(scope="module")
def client(service: SearchService, index: Path) -> FlaskClient:
    return create_app(service, Settings(corpus=SHIPPED, index=index)).test_client()


@pytest.fixture(scope="module")
def assistant(service: SearchService) -> Assistant:
    return Assistant(service, {language: load(language) for language in LANGUAGES}, "http://localhost")


@pytest.fixture(scope="module")
def vocabulary() -> list[str]:
    """Words as people type them: of the texts, names, acronyms, operators' operands."""
    records = [one for one in read_corpus(SHIPPED) if isinstance(one, Mandate)]
    texts = [text for one in records for text in (*one.title.values(), *one.description.values(), *one.places)]
    words = sorted({word for text in texts for word in re.findall(r"[^\W\d_]{3,}", text)})
    return [
        *words,
        *("UN", "SSR", "RSS", "DDR", "ONU", "RDC", '"état de droit"', "police*", "-police", "title:mission"),
    ] * 2


def random_search(
    dice: random.Random, vocabulary: list[str], facets: Mapping[str, list[dict[str, str]]]
) -> dict[str, str]:
    """The parameters of a search such as people make, with none to four words and some filters."""
    asked = {}
    if words := dice.sample(vocabulary, dice.randrange(5)):
        asked["q"] = dice.choice([" ", " ", " AND ", " OU "]).join(words)
    for name in ("country", "requester", "concept", "lang", "status"):
        if dice.random() < 0.15:
            values = dice.sample(facets[name], min(len(facets[name]), dice.randint(1, 2)))
            asked[name] = ",".join(value["value"] for value in values)
    if dice.random() < 0.2:
        asked["from"] = str(dice.randint(2005, 2015))
    if dice.random() < 0.2:
        asked["to"] = f"{dice.randint(2015, 2022)}-0{dice.randint(1, 9)}"
    if dice.random() < 0.2:
        asked["sort"] = dice.choice(["newest", "oldest", "relevance"])
    if dice.random() < 0.2:
        asked["expand"] = "0"
    return asked


def get(client: FlaskClient, path: str, asked: Mapping[str, object]) -> bytes:
    answer = client.get(f"{path}?{urlencode(asked)}", buffered=True)
    assert answer.status_code == 200, (path, asked, answer.text)
    return answer.data


def hits_on_page(body: bytes) -> list[str]:
    links = lxml.html.fromstring(body.decode()).xpath("//article[contains(@class, 'hit')]//h2/a/@href")
    return [re.split(r"[/?]", link)[3] for link in links]


def file_ids(client: FlaskClient, language: str, asked: Mapping[str, str]) -> dict[str, list[str]]:
    """The ids of each file of a search, in its order."""
    table = csv.DictReader(io.StringIO(get(client, f"/{language}/search.csv", asked).decode("utf-8-sig"), newline=""))
    lines = get(client, f"/{language}/search.jsonl", asked).decode().splitlines()
    feed = lxml.etree.fromstring(get(client, f"/{language}/search.atom", asked))
    references = get(client, f"/{language}/search.ris", asked).decode()
    return {
        "csv": [next(iter(row.values())) for row in table],
        "jsonl": [json.loads(line)["id"] for line in lines],
        "ris": re.findall(r"(?m)^AN  - (.*?)\r$", references),
        "atom": [
            link.get("href", "").rpartition("/")[2]
            for link in feed.iterfind(f"{ATOM}entry/{ATOM}link[@type='text/html']")
        ],
    }


def test_200_random_searches_have_the_same_answer_everywhere(
    client: FlaskClient, assistant: Assistant, vocabulary: list[str]
) -> None:
    dice = random.Random(SEED)
    facets = client.get("/api/v1/facets").get_json()["facets"]
    found_something = 0
    for _ in range(200):
        asked = random_search(dice, vocabulary, facets)
        language, size = dice.choice(LANGUAGES), dice.randint(20, 100)
        ids: list[str] = []
        page, total = 1, 1
        while page == 1 or len(ids) < total:
            window = {**asked, "page": page, "size": size}
            answer = json.loads(get(client, "/api/v1/search", window))
            here, total = [result["id"] for result in answer["results"]], answer["total"]
            assert hits_on_page(get(client, f"/{language}/search", window)) == here, asked
            told: Any = assistant.call("search", window)
            assert (told["total"], [hit["id"] for hit in told["results"]]) == (total, here), asked
            assert [hit["why"] for hit in told["results"]] == [hit["why"] for hit in answer["results"]]
            ids += here
            page += 1
        assert len(set(ids)) == len(ids) == total, asked
        for form, listed in file_ids(client, language, asked).items():
            assert listed == ids, (form, asked)
        found_something += total > 0
    assert found_something > 100


def test_files_tell_the_reasons_and_scores_of_the_endpoint(client: FlaskClient) -> None:
    asked = {"q": "réforme police RDC"}
    lines = get(client, "/en/search.jsonl", asked).decode().splitlines()
    results = json.loads(get(client, "/api/v1/search", {**asked, "size": 100}))["results"]
    assert [(one["id"], one["score"], one["why"]) for one in map(json.loads, lines)] == [
        (one["id"], one["score"], one["why"]) for one in results
    ]


# the description

NAMES = ("q", "country", "requester", "concept", "from", "to", "lang", "status", "sort", "page", "size", "expand")
VALUES = (
    *("", "police", "SSR AND mali", '"', "%", "é" * 200, "a" * 300, "\x00", "\ud800", "ML,NE", "ml", "sahel", "x,,y"),
    *("2019", "2019-02", "2019-02-30", "0000", "en", "fr,en", "de", "active,ended", "newest", "0", "1", "10", "101"),
    *("999", "1e3", "-1", "' OR 1=1", "../../etc", "2020-06-01T00:00:00Z", "🙂", "un", "ssr"),
)
# Their answers are long and always the same.
RARE = ("concepts", "corpus", "openapi", "xlsx")


def answers(rule: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = DOCUMENT["paths"][rule]["get"]["responses"]
    return found


def described(rule: str, status: int) -> Mapping[str, Any]:
    response = answers(rule)[str(status)]
    if "$ref" in response:
        return dict(DOCUMENT["components"]["responses"][response["$ref"].rpartition("/")[2]])
    return dict(response)


@cache
def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": COMPONENTS}}
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def check_described(rule: str, answer: Any) -> None:
    """An answer's status, media type and form are those that the description promises."""
    assert str(answer.status_code) in answers(rule), (rule, answer.status_code, answer.text[:200])
    content = described(rule, answer.status_code).get("content", {})
    if answer.status_code in (301, 304):
        return
    assert answer.mimetype in content, (rule, answer.mimetype)
    if answer.mimetype.endswith("json"):
        name = content[answer.mimetype]["schema"]["$ref"].rpartition("/")[2]
        assert [error.message for error in validator(name).iter_errors(answer.get_json())] == []


def test_whatever_is_asked_the_answer_is_as_described(client: FlaskClient) -> None:
    dice = random.Random(SEED)
    statuses = set()
    for _ in range(500):
        rare = dice.random() < 0.02
        endpoint = dice.choice([one for one in ENDPOINTS if (one.name in RARE) == rare])
        identifier = dice.choice(["2019-au-mali-sensitization-workshop-ddr-ssr", "none", "..", "é", "x" * 200])
        path = endpoint.path.format(language=dice.choice(LANGUAGES), mandate_id=identifier)
        names = [dice.choice([*NAMES, "changed_since", "odd"]) for _ in range(dice.randrange(4))]
        names = [name for name in names if name in endpoint.parameters or dice.random() < 0.1]
        query = "&".join(f"{name}={quote_plus(dice.choice(VALUES), errors='surrogatepass')}" for name in names)
        headers = {"If-None-Match": "*"} if dice.random() < 0.05 else {}
        answer = client.get(f"{path}?{query}", headers=headers, buffered=True)
        check_described(endpoint.path, answer)
        statuses.add(answer.status_code)
    assert {200, 304, 400, 404} <= statuses
    assert not {status for status in statuses if status >= 500}


def test_workbooks_are_as_described(client: FlaskClient) -> None:
    for query in ("q=police", "size=1", "sort=odd"):
        check_described("/{language}/search.xlsx", client.get(f"/fr/search.xlsx?{query}", buffered=True))


# feeds from generation to generation


def told(parent: lxml.etree._Element, name: str) -> str:
    return str(parent.findtext(ATOM + name))


class Followed:
    """A small corpus that is indexed again and again, and its feed."""

    def __init__(self, folder: Path, tools: Tools) -> None:
        self._folder, self._tools = folder, tools
        self.now = datetime(2020, 6, 1, tzinfo=UTC)
        self._settings = Settings(corpus=folder / "corpus", index=folder / "index")

    def write(self, *mandates: Mandate) -> None:
        write_corpus(self._folder / "corpus", mandates)
        corpus = self._folder / "corpus"
        files = CorpusFolder(folder=corpus, thesaurus=corpus / "thesaurus.yaml", places=corpus / "places.yaml")
        build_index(files, self._folder / "index", tools=self._tools, clock=time.monotonic, now=lambda: self.now)

    def feed(self) -> lxml.etree._Element:
        service = open_service(self._settings.index, self._settings.zone)
        try:
            app = create_app(service, self._settings, now=lambda: self.now)
            return lxml.etree.fromstring(app.test_client().get("/en/search.atom?q=course", buffered=True).data)
        finally:
            service.close()

    def entries(self) -> tuple[str, dict[str, str]]:
        """When the feed was updated, and each entry by its id."""
        root = self.feed()
        times = {
            str(one.findtext(f"{ATOM}id")): str(one.findtext(f"{ATOM}updated")) for one in root.iterfind(f"{ATOM}entry")
        }
        return str(root.findtext(f"{ATOM}updated")), times


def test_a_follower_sees_a_mandate_once_when_it_is_new_and_once_for_each_change(tmp_path: Path, tools: Tools) -> None:
    followed = Followed(tmp_path, tools)
    one, other = mandate("2019-one", en="a course"), mandate("2020-other", en="another course")
    followed.write(one)
    updated, entries = followed.entries()
    (first_id,) = entries
    seen = {(first_id, entries[first_id])}
    news = []
    for changes in (
        (other,),
        (),
        (mandate("2019-one", en="a longer course"),),
        (mandate("2021-far", en="nothing"),),
        (one,),
    ):
        # whatever the clock does, the feed never goes back
        followed.now += timedelta(days=-1 if changes == (other,) else 1)
        followed.write(*changes)
        later, entries = followed.entries()
        assert later >= updated
        assert all(time <= later for time in entries.values())
        updated = later
        news.append(len(set(entries.items()) - seen))
        seen |= set(entries.items())
        assert first_id in entries
    assert news == [1, 0, 1, 0, 1]


def test_an_unchanged_index_sends_no_feed_twice(client: FlaskClient) -> None:
    first = client.get("/fr/search.atom?q=police", buffered=True)
    again = client.get("/fr/search.atom?q=police", headers={"If-None-Match": first.headers["ETag"]}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")


# search bars and the command line


def test_the_templates_of_the_browsers_search_bar_work(client: FlaskClient) -> None:
    root = lxml.etree.fromstring(client.get("/opensearch.xml", buffered=True).data)
    templates = [url.get("template", "") for url in root.iter("{http://a9.com/-/spec/opensearch/1.1/}Url")]
    searched = [template for template in templates if "{searchTerms}" in template]
    assert searched
    for template in searched:
        address = re.sub(r"\{[^}]*\?\}", "", template.replace("{searchTerms}", quote_plus("réforme police")))
        assert client.get(address.replace("http://localhost", ""), buffered=True).status_code == 200


@pytest.mark.parametrize("form", ["csv", "jsonl", "ris"])
def test_the_command_line_writes_the_file_of_the_page(client: FlaskClient, index: Path, form: str) -> None:
    command = [sys.executable, "-m", "search_app", "export", "--index", str(index), "--format", form, "--lang", "fr"]
    settings = {"MANDATE_SEARCH_BASE_URL": "http://localhost", "PATH": ""}
    run = subprocess.run(
        [*command, "formation", "-police"], cwd=ROOT, env=settings, capture_output=True, check=True, timeout=60
    )
    assert run.stderr == b""
    assert run.stdout == get(client, f"/fr/search.{form}", {"q": "formation -police"})
    assert len(run.stdout) > 1000
