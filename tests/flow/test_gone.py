"""Addresses outlive their records: a withdrawn one answers 410 with reason and day, a former one leads to the new."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search_app.analysis.tools import Tools
from search_app.corpus.editing import restore, withdraw
from search_app.corpus.mandate import Mandate
from search_app.corpus.store import save
from search_app.errors import MovedMandateError, UnknownMandateError, WithdrawnMandateError
from search_app.index.generations import Generations
from search_app.index.gone import FILE
from search_app.index.indexer import Choices, CorpusFolder, IndexReport, build_index
from search_app.search.opening import open_service
from search_app.settings import Settings
from search_app.web import create_app
from tests.searching import opened
from tests.support import mandate, write_corpus

RECORDS = [
    mandate("2019-one", en="a course for the police", former_ids=("one", "2018-one")),
    mandate("2020-two", en="another course", former_ids=("two",)),
    *(mandate(f"2021-other-{at}", en=f"course number {at}") for at in range(20)),
]
DAY = date(2024, 5, 6)


class Site:
    """A corpus that is indexed again and again."""

    def __init__(self, folder: Path, tools: Tools) -> None:
        self.corpus, self.index, self.tools = folder / "corpus", folder / "index", tools
        self.write(RECORDS)

    def write(self, records: Iterable[Mandate]) -> IndexReport:
        write_corpus(self.corpus, records)
        return self.build()

    def build(self, *, full: bool = False) -> IndexReport:
        source = CorpusFolder(
            folder=self.corpus, thesaurus=self.corpus / "thesaurus.yaml", places=self.corpus / "places.yaml"
        )
        return build_index(
            source, self.index, tools=self.tools, clock=time.monotonic, choices=Choices(full=full, allow_shrink=True)
        )

    @contextmanager
    def client(self) -> Iterator[FlaskClient]:
        settings = Settings(corpus=self.corpus, index=self.index)
        with closing(open_service(self.index, settings.zone)) as service:
            yield create_app(service, settings).test_client()


@pytest.fixture
def site(tmp_path: Path, tools: Tools) -> Site:
    return Site(tmp_path, tools)


def test_a_withdrawn_mandate_answers_with_reason_and_day(site: Site) -> None:
    withdraw(site.corpus, "2019-one", reason="asked for by the requester", today=DAY)
    report = site.build()
    assert (report.documents, report.indexed) == (len(RECORDS) - 1, 0)
    with site.client() as client:
        for mandate_id in ("2019-one", "one", "2018-one"):
            answer = client.get(f"/api/v1/mandates/{mandate_id}")
            assert (answer.status_code, answer.get_json()["type"]) == (410, "/problems/withdrawn")
            assert "asked for by the requester (2024-05-06)" in answer.get_json()["detail"]
            page = client.get(f"/fr/mandates/{mandate_id}")
            assert page.status_code == 410
            assert "asked for by the requester (2024-05-06)" in page.text
        assert client.get("/api/v1/search?q=police").get_json()["total"] == 0
        assert "2019-one" not in client.get("/sitemap.xml").text


def test_a_former_id_leads_to_the_new_one(site: Site) -> None:
    with site.client() as client:
        for former in ("one", "2018-one"):
            for address in ("/en/mandates/", "/api/v1/mandates/"):
                answer = client.get(address + former)
                assert answer.status_code == 301
                assert answer.headers["Location"].endswith(f"{address}2019-one")
        assert client.get("/en/mandates/never-known").status_code == 404


def test_undoing_brings_the_mandate_back(site: Site) -> None:
    withdraw(site.corpus, "2019-one", reason="a mistake", today=DAY)
    site.build()
    restore(site.corpus, "2019-one")
    site.build()
    with site.client() as client:
        assert client.get("/en/mandates/2019-one").status_code == 200
        assert client.get("/en/mandates/one").status_code == 301


def test_another_reason_alone_makes_a_new_generation(site: Site) -> None:
    withdraw(site.corpus, "2019-one", reason="a mistake", today=DAY)
    first = site.build()
    path = site.corpus / "withdrawn" / "2019-one.yaml"
    path.write_text(path.read_text("utf-8").replace("a mistake", "a doublet"), "utf-8")
    second = site.build()
    assert second.changed
    assert second.generation != first.generation
    assert not site.build().changed
    with opened(site.index, site.tools) as searcher, pytest.raises(WithdrawnMandateError, match="a doublet"):
        searcher.mandate("2019-one", None, DAY)


def test_former_ids_are_known_after_small_and_full_runs(site: Site) -> None:
    site.write([mandate("2020-two", en="another course", former_ids=("two", "deux"))])
    for full in (False, True):
        site.build(full=full)
        with opened(site.index, site.tools) as searcher:
            for former, now in (("one", "2019-one"), ("two", "2020-two"), ("deux", "2020-two")):
                with pytest.raises(MovedMandateError) as moved:
                    searcher.mandate(former, None, DAY)
                assert moved.value.new_id == now


def test_an_id_that_stands_again_is_no_former_one(site: Site) -> None:
    site.write([mandate("one", en="a new course under an old id")])
    with opened(site.index, site.tools) as searcher:
        assert searcher.mandate("one", None, DAY).mandate.id == "one"


def test_a_withdrawn_file_that_cannot_be_read_is_told_and_stops_nothing(site: Site) -> None:
    (site.corpus / "withdrawn").mkdir()
    (site.corpus / "withdrawn" / "bad.yaml").write_text("id: half", "utf-8")
    report = site.build()
    assert report.documents == len(RECORDS)
    assert [fault.path.name for error in report.skipped for fault in error.faults[:1]] == ["bad.yaml"]


def test_a_generation_without_the_list_still_answers(site: Site, tmp_path: Path) -> None:
    """One that was built before there was such a list."""
    folder = Generations(site.index).folder(Generations(site.index).current())
    with opened(site.index, site.tools) as searcher:
        (folder / FILE).unlink()
        with pytest.raises(UnknownMandateError):
            searcher.mandate("one", None, DAY)


def test_a_record_without_a_day_of_withdrawal_shows_its_reason(site: Site) -> None:
    withdraw(site.corpus, "2019-one", reason="a mistake", today=DAY)
    path = site.corpus / "withdrawn" / "2019-one.yaml"
    path.write_text(path.read_text("utf-8").replace("withdrawn_on: 2024-05-06\n", ""), "utf-8")
    site.build()
    with site.client() as client:
        assert client.get("/api/v1/mandates/2019-one").get_json()["detail"].endswith("Reason: a mistake")


def test_both_places_at_once_means_that_it_stands(site: Site) -> None:
    """As after a crash between the two steps of a withdrawal."""
    withdraw(site.corpus, "2019-one", reason="a mistake", today=DAY)
    save(site.corpus, RECORDS[0])
    site.build()
    with opened(site.index, site.tools) as searcher:
        assert searcher.mandate("2019-one", None, DAY).mandate.id == "2019-one"
