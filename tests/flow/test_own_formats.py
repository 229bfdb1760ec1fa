"""Export, import and export again say the same: every record of the shipped corpus, as YAML and as JSON Lines."""

from __future__ import annotations

import json
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from search_app.analysis.tools import Tools
from search_app.corpus.importers import all_importers
from search_app.corpus.importers.languages import LanguageGuesser
from search_app.corpus.intake import Intake
from search_app.corpus.mandate import Imported, Mandate, Source, Version
from search_app.corpus.names_files import PLACES, THESAURUS, read_names
from search_app.corpus.report import IntakeReport
from search_app.corpus.store import read_corpus, save
from search_app.index.indexer import CorpusFolder, build_index
from search_app.search.opening import open_service
from search_app.search.results import SearchRequest
from search_app.web.addresses import Addresses
from search_app.web.export import Cover, write_jsonl
from search_app.web.wording import load
from tests.searching import SHIPPED, TODAY

MOMENT = datetime(2024, 5, 6, tzinfo=UTC)


def take(paths: list[Path], corpus: Path) -> IntakeReport:
    """Import files into a corpus."""
    names = read_names(SHIPPED / THESAURUS, SHIPPED / PLACES)
    importers = all_importers(names, LanguageGuesser())
    return Intake(corpus, names, importers=importers, today=date(2024, 5, 6)).run(paths)


def files(corpus: Path) -> dict[str, bytes]:
    folder = corpus / "mandates"
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.yaml"))}


def exported(corpus: Path, index: Path, tools: Tools) -> bytes:
    """The whole corpus as JSON Lines."""
    source = CorpusFolder(folder=corpus, thesaurus=SHIPPED / THESAURUS, places=SHIPPED / PLACES)
    build_index(source, index, tools=tools, clock=time.monotonic, now=lambda: MOMENT)
    request = SearchRequest(text="")
    cover = Cover(load("en"), Addresses("en", "", "https://mandates.example", ""), request, TODAY)
    with closing(open_service(index, ZoneInfo("UTC"))) as service, closing(service.listing(request)) as listing:
        return b"".join(write_jsonl(listing, cover))


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> bytes:
    """The shipped corpus as JSON Lines."""
    return exported(SHIPPED, tmp_path_factory.mktemp("own"), tools)


def test_every_shipped_file_comes_back_byte_for_byte(tmp_path: Path) -> None:
    report = take(sorted((SHIPPED / "mandates").rglob("*.yaml")), tmp_path / "corpus")
    expected = files(SHIPPED)
    assert report.totals["new"] == len(expected)
    assert report.totals["refused"] == 0
    assert files(tmp_path / "corpus") == expected


def test_json_lines_give_the_shipped_files_back(tmp_path: Path, lines: bytes, tools: Tools) -> None:
    path = tmp_path / "export.jsonl"
    path.write_bytes(lines)
    report = take([path], tmp_path / "corpus")
    assert report.totals["refused"] == 0
    assert files(tmp_path / "corpus") == files(SHIPPED)
    assert exported(tmp_path / "corpus", tmp_path / "index", tools) == lines


def test_what_was_exported_is_known_to_the_corpus(tmp_path: Path, lines: bytes) -> None:
    path = tmp_path / "export.jsonl"
    path.write_bytes(lines)
    take([path], tmp_path / "corpus")
    again = take([path], tmp_path / "corpus")
    assert again.totals["known"] == len(lines.splitlines())
    assert again.written == 0
    assert not any(fate.differences for file in again.files for fate in file.fates)


def test_a_record_with_every_key_survives_json_lines(tmp_path: Path, tools: Tools) -> None:
    full = Mandate(
        id="2019-un-mali-everything",
        title={"en": "Everything – “all” of it", "fr": "Tout, vraiment tout"},
        requesters=("UN", "Danish Refugee Council (DRC)"),
        places=("Mali", "Atlantis"),
        start=date(2019, 1, 2),
        end=date(2019, 3, 4),
        description={"en": "One.\n\n• two\n  • three", "fr": "Un."},
        source="a page",
        identifier="XM-1",
        url="https://mandates.example/one",
        kind="programme",
        implementers=("ISSAT",),
        published=date(2019, 5, 6),
        parent="XM-0",
        sections={"lessons": {"en": "Start early.", "fr": "Commencer tôt."}, "outputs": {"fr": "Un plan."}},
        dates_raw="2 Jan – 4 March",
        former_ids=("old-id",),
        note="see the page",
        warnings=("dates-reversed",),
        sources=(Source("a.txt", "fr", date(2019, 7, 8), 3), Source("b.txt")),
        versions=(
            Version(source="a.txt", start=date(2019, 1, 2), title={"en": "All"}, description={"en": "Two\n\nthree"}),
            Version(source="b.txt", end=date(2019, 3, 5)),
        ),
        imported=Imported("page-text", date(2019, 8, 9), "0123456789abcdef"),
    )
    plain = replace(full, id="plain", former_ids=(), imported=None, identifier="XM-2")
    for one in (full, plain):
        save(tmp_path / "corpus", one)
    path = tmp_path / "export.jsonl"
    path.write_bytes(exported(tmp_path / "corpus", tmp_path / "index", tools))
    assert take([path], tmp_path / "again").totals["new"] == 2
    assert files(tmp_path / "again") == files(tmp_path / "corpus")
    assert {one.id: one for one in read_corpus(tmp_path / "again") if isinstance(one, Mandate)}[full.id] == full


def test_the_keys_of_a_record_can_be_written_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    line = {"id": "mine", "title": {"fr": "Étude"}, "requesters": ["ONU"], "url": "https://a.example/x", "end": None}
    path.write_text(json.dumps(line), "utf-8")
    assert take([path], tmp_path / "corpus").totals["new"] == 1
    (record,) = read_corpus(tmp_path / "corpus")
    assert record == Mandate(id="mine", title={"fr": "Étude"}, requesters=("ONU",), url="https://a.example/x")
