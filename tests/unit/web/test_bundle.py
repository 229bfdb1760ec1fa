"""The data of the bundle: words in their places, stems told by endings, and a folder that is not somebody else's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_app.analysis.language import LANGUAGES, Language
from search_app.analysis.stems import Stems
from search_app.analysis.tools import Tools
from search_app.corpus.names import Names
from search_app.errors import SettingsError, StorageError
from search_app.index.document import GAP, make_document
from search_app.search.opening import open_service
from search_app.search.results import SearchRequest
from search_app.web.bundle import DATA, Copy, corpus_values, endings, write_bundle
from tests.searching import SHIPPED, index_folder
from tests.support import WORLD, mandate, write_corpus

RECORDS = [
    mandate("2019-one", title_en="A course", en="Police <b>reform</b> in Mali", fr="La réforme", places=("Mali",)),
    mandate("2020-two", title_fr="Une œuvre", fr="L’État de droit", requesters=("African Union",)),
]


def guessed(word: str, known: Mapping[str, tuple[str, str]]) -> str:
    """The stem of a word by its longest known ending, as the script does it."""
    for cut in range(len(word) + 1):
        lost, gained = known.get(word[cut:], (None, ""))
        if lost is not None and word.endswith(lost):
            stem = word[: len(word) - len(lost)] + gained
            return stem if len(stem) > 2 else word
    return word


@pytest.mark.parametrize(
    ("language", "words", "other"),
    [
        ("en", ["reforms", "courses", "missions", "forms", "reforming", "meeting"], "workshops"),
        ("en", ["reforms", "courses", "missions", "forms", "reforming", "meeting"], "drafting"),
        ("fr", ["acteurs", "secteurs", "missions", "ministres"], "moteurs"),
    ],
)
def test_endings_tell_the_stem_of_a_word_that_is_not_among_them(
    stems: Stems, language: Language, words: list[str], other: str
) -> None:
    assert guessed(other, endings(words, stems, language)) == stems.stem(other, language)


def test_most_words_of_a_language_get_the_stem_they_have(stems: Stems) -> None:
    text = (SHIPPED / "thesaurus.yaml").read_text("utf-8")
    words = sorted({word for word in text.split() if word.isalpha() and word.islower() and word.isascii()})
    for language in LANGUAGES:
        known = endings(words[::2], stems, language)
        right = [guessed(word, known) == stems.stem(word, language) for word in words[1::2]]
        assert sum(right) > 0.8 * len(right)
        assert len(known) < len(words) / 4


@given(st.lists(st.text("abcdefgors", min_size=1, max_size=12), max_size=30))
def test_endings_never_say_what_a_shorter_one_says(stems: Stems, words: list[str]) -> None:
    known = endings(words, stems, "en")
    for ending, change in known.items():
        shorter = next((ending[cut:] for cut in range(1, len(ending) + 1) if ending[cut:] in known), None)
        assert shorter is None or known[shorter] != change


def positions(tokens: list[int], words: list[str]) -> dict[str, list[int]]:
    """The places of each word, from the list that the script reads."""
    places: dict[str, list[int]] = {}
    position = 0
    for token in tokens:
        if token < 0:
            position += GAP
        else:
            places.setdefault(words[token], []).append(position)
            position += 1
    return places


@pytest.fixture
def index(tmp_path: Path, tools: Tools) -> Path:
    write_corpus(tmp_path / "corpus", RECORDS)
    index_folder(tmp_path / "corpus", tmp_path / "index", tools, tables=tmp_path / "corpus")
    return tmp_path / "index"


def test_words_stand_where_they_stand_in_the_document(index: Path, tools: Tools) -> None:
    service = open_service(index, ZoneInfo("UTC"))
    results = service.search(SearchRequest()).results
    names = Names(service.concepts().concepts)
    values = corpus_values(results, names, tools)
    service.close()
    records: list[dict[str, object]] = values["records"]  # type: ignore[assignment]
    words: list[str] = values["words"]  # type: ignore[assignment]
    for record, result in zip(records, results, strict=True):
        document = make_document(result.mandate, tools.analyzer, names)
        assert positions(record["tokens"], words) == dict(document.body)  # type: ignore[arg-type]
        assert record["titleEnd"] == document.title_end
        assert record["holds"] == list(document.holds)


def test_stems_stand_beside_their_words(tools: Tools) -> None:
    values = corpus_values([], WORLD, tools)
    known = [*values["words"], *values["otherWords"]]  # type: ignore[misc]
    for language in ("en", "fr"):
        stems = values["stems"][language]  # type: ignore[index]
        assert [stem or word for word, stem in zip(known, stems, strict=True)] == tools.stems.stem_all(known, language)
    assert {concept[0] for concept in values["concepts"]} == set(WORLD.concepts)  # type: ignore[attr-defined]


def test_a_bundle_is_written_over_an_older_one_and_over_nothing_else(index: Path, tmp_path: Path, tools: Tools) -> None:
    service = open_service(index, ZoneInfo("UTC"))
    copy = Copy(date(2020, 6, 1), "https://mandates.example")
    folder = tmp_path / "a" / "stick"
    for _ in range(2):
        assert write_bundle(service, folder, copy, tools) == 2
    assert {path.name for path in folder.iterdir()} >= {"index.html", "fr.html", "style.css", DATA, "page.js"}
    for name, day in (("index.html", "1 June 2020"), ("fr.html", "1er juin 2020")):
        text = (folder / name).read_text("utf-8")
        assert day in text
        assert "https://mandates.example" in text
    data = (folder / DATA).read_text("utf-8")
    assert json.loads(data.removeprefix("const MANDATE_CORPUS = ").removesuffix(";\n"))["generation"] == "g-000001"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(SettingsError, match="something else"):
        write_bundle(service, tmp_path / "mine", copy, tools)
    with pytest.raises(SettingsError, match="no folder"):
        write_bundle(service, tmp_path / "mine" / "letter.txt", copy, tools)
    with pytest.raises((SettingsError, StorageError)):
        write_bundle(service, tmp_path / "mine" / "letter.txt" / "below", copy, tools)
    service.close()
