"""Sources in one run: what has changed is read, what fails is told, and its last good copy stands in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from search_app.corpus.fetch import Fetched
from search_app.corpus.importers.base import Importer
from search_app.corpus.intake import Intake
from search_app.corpus.names import Names
from search_app.corpus.refresh import Gathered, gather

PAGE = b"Study of prisons\n\nUN mandate in Mali 01/02/2019 - 31/03/2019\n\nIt will look at prisons.\n"
OTHER = PAGE.replace(b"prisons", b"courts")
ADDRESS = "https://anne:secret@a.example/list?key=1"
NAME = "https://a.example/list?…"
DAY = date(2024, 1, 2)
Refresh = Callable[..., Gathered]


class Web:
    """Answers in turn, and what was asked for with which version at hand."""

    def __init__(self, *answers: Fetched) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, str]] = []

    def __call__(self, address: str, etag: str, modified: str) -> Fetched:
        self.asked.append((address, etag, modified))
        return self.answers.pop(0)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept"


@pytest.fixture
def refresh(tmp_path: Path, kept: Path, names: Names, importers: tuple[Importer, ...]) -> Refresh:
    intake = Intake(tmp_path / "corpus", names, importers=importers, today=DAY)

    def run(*sources: str, web: Web | None = None, today: date = DAY) -> Gathered:
        web = web or Web()
        return gather(sources, kept, today=today, read_path=intake.read, read_data=intake.parse, get=web)

    return run


def titles(gathered: Gathered) -> list[str]:
    return [record.title for file in gathered.files for record in file.records]


def test_an_address_is_asked_for_with_the_version_at_hand(refresh: Refresh) -> None:
    web = Web(Fetched(PAGE, '"v1"', "yesterday"), Fetched(), Fetched(OTHER, '"v2"', ""), Fetched())
    runs = [refresh(ADDRESS, web=web) for _ in range(4)]
    assert [titles(one) for one in runs] == [["Study of prisons"]] * 2 + [["Study of courts"]] * 2
    assert [one.problems for one in runs] == [()] * 4
    assert [asked[1:] for asked in web.asked] == [("", ""), ('"v1"', "yesterday"), ('"v1"', "yesterday"), ('"v2"', "")]
    assert {asked[0] for asked in web.asked} == {ADDRESS}


def test_records_name_the_address_without_password_and_query(refresh: Refresh) -> None:
    (file,) = refresh(ADDRESS, web=Web(Fetched(PAGE))).files
    (record,) = file.records
    assert (file.name, record.source, record.sources[0].file) == (NAME, NAME, NAME)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Fetched(problem="the server answered 503"), "the server answered 503"),
        (Fetched(b"<html><p>Please log in"), "holds no mandates any more"),
        (Fetched(b"\x00\x01"), "holds no mandates any more"),
    ],
)
def test_the_last_good_copy_stands_in(refresh: Refresh, answer: Fetched, told: str) -> None:
    refresh(ADDRESS, web=Web(Fetched(PAGE, '"v1"')))
    web = Web(answer, answer)
    for _ in range(2):
        gathered = refresh(ADDRESS, web=web, today=date(2024, 5, 6))
        assert titles(gathered) == ["Study of prisons"]
        assert gathered.problems == (f"{NAME}: {told}; read the copy of 2024-01-02",)
    assert [asked[1] for asked in web.asked] == ['"v1"', '"v1"']


def test_without_a_copy_a_failed_source_is_refused_and_stops_nobody(refresh: Refresh, tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "b.txt").write_bytes(PAGE)
    (folder / "a.txt").write_bytes(OTHER)
    web = Web(Fetched(problem="the server answered 404"))
    gathered = refresh(str(tmp_path / "none.csv"), ADDRESS, str(folder), str(folder), web=web)
    assert titles(gathered) == ["Study of courts", "Study of prisons"]
    refused = [(file.name, one.message) for file in gathered.files for one in file.rejections]
    assert refused == [("none.csv", "cannot be read: No such file or directory"), (NAME, "the server answered 404")]


def test_a_copy_that_was_damaged_is_fetched_anew(refresh: Refresh, kept: Path) -> None:
    refresh(ADDRESS, web=Web(Fetched(PAGE, '"v1"')))
    (copy,) = kept.iterdir()
    copy.write_bytes(b'{"etag": ')
    web = Web(Fetched(OTHER, '"v2"'))
    assert titles(refresh(ADDRESS, web=web)) == ["Study of courts"]
    assert web.asked == [(ADDRESS, "", "")]
