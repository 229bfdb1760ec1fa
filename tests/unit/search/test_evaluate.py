"""Measures by hand, collections from files."""

from __future__ import annotations

import gzip
import json
from math import log2
from pathlib import Path

import pytest

from search_app.analysis.tools import Tools
from search_app.corpus.names import Names
from search_app.errors import FileFaultsError
from search_app.search.evaluate import Collection, JudgedQuery, evaluate, measure, read_collection, read_queries, report

DOCS = [
    {"id": "en1", "lang": "en", "title": "Police reform", "text": "Advice on police reform in Mali."},
    {
        "id": "fr1",
        "lang": "fr",
        "title": "Réforme de la police",
        "text": "Conseil sur la réforme de la police au Mali.",
    },
    {"id": "en2", "lang": "en", "title": "", "text": "A workshop on gender."},
    {"id": "fr2", "lang": "fr", "title": "Atelier", "text": ""},
]
QUERIES = [
    {"id": "q1", "lang": "en", "text": "police reform", "kind": "plain"},
    {"id": "q2", "lang": "fr", "text": "réforme", "kind": "accents"},
    {"id": "q3", "lang": "en", "text": "nothing judged", "kind": "plain"},
]
QRELS = [("q1", "en1", 2), ("q1", "fr1", 1), ("q2", "fr1", 1), ("q2", "en2", 0)]


def write(folder: Path, docs: list[dict[str, str]], *, packed: bool = False) -> Path:
    """A collection on disk."""
    folder.mkdir()
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in docs)
    if packed:
        (folder / "docs.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    else:
        (folder / "docs.jsonl").write_text(lines, "utf-8")
    (folder / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in QUERIES), "utf-8")
    (folder / "qrels.tsv").write_text("".join(f"{q}\t{d}\t{g}\n" for q, d, g in QRELS), "utf-8")
    return folder


# by hand: gains 0, 3, 0, 1 against the ideal 3, 2, 1; the document of grade 2 was not found
RANKED = ["x", "a", "y", "c"]
GRADES = {"a": 3, "b": 2, "c": 1}


def test_measures_agree_with_those_worked_out_by_hand() -> None:
    found = measure(RANKED, GRADES)
    gained = 3 / log2(3) + 1 / log2(5)
    ideal = 3 / log2(2) + 2 / log2(3) + 1 / log2(4)
    assert found["ndcg@10"] == pytest.approx(gained / ideal)
    assert found["ndcg@10"] == pytest.approx(0.4879, abs=1e-4)
    assert found["map"] == pytest.approx((1 / 2 + 2 / 4) / 3)
    assert found["mrr"] == 0.5
    assert found["recall@100"] == pytest.approx(2 / 3)
    assert (found["success@1"], found["success@5"]) == (0.0, 1.0)


def test_a_perfect_list_has_all_measures_at_one() -> None:
    assert set(measure(["a", "b", "c", "x"], GRADES).values()) == {1.0}


def test_an_empty_list_has_all_measures_at_zero() -> None:
    assert set(measure([], GRADES).values()) == {0.0}


def test_ranks_past_the_cut_do_not_count() -> None:
    found = measure([f"x{number}" for number in range(100)] + ["a"], {"a": 1})
    assert (found["ndcg@10"], found["success@5"], found["recall@100"]) == (0.0, 0.0, 0.0)
    assert found["mrr"] == pytest.approx(1 / 101)
    assert found["map"] == pytest.approx(1 / 101)


def test_ten_documents_fill_the_ideal_list() -> None:
    grades = {f"d{number}": 1 for number in range(20)}
    assert measure([f"d{number}" for number in range(10)], grades)["ndcg@10"] == pytest.approx(1)


def test_means_are_taken_by_kind_and_by_pair_of_languages() -> None:
    collection = Collection(
        mandates=(),
        languages={"en1": "en", "fr1": "fr", "de1": "de"},
        queries=(
            JudgedQuery("q1", "en", "", "a", {"en1": 1, "fr1": 1}),
            JudgedQuery("q2", "fr", "", "b", {"en1": 1}),
            JudgedQuery("q3", "fr", "", "b", {"de1": 1}),
            JudgedQuery("q4", "fr", "", "b", {}),
        ),
    )
    lists = {"q1": ["de1", "fr1", "en1"], "q2": ["fr1", "en1"], "q3": [], "q4": ["en1"]}
    found = report(collection, lists)
    assert found["queries"] == 3
    assert found["all"]["mrr"] == pytest.approx((1 / 2 + 1 / 2 + 0) / 3, abs=1e-4)  # type: ignore[index]
    by_kind, pairs = found["by_kind"], found["by_languages"]
    assert {kind: means["mrr"] for kind, means in by_kind.items()} == {"a": 0.5, "b": 0.25}  # type: ignore[attr-defined]
    # documents of other languages are taken out of list and judgments: each list then begins with the right one
    assert {pair: means["mrr"] for pair, means in pairs.items()} == {  # type: ignore[attr-defined]
        "en-en": 1.0,
        "en-fr": 1.0,
        "fr-en": 1.0,
        "across": 1.0,
    }


@pytest.mark.parametrize("packed", [False, True])
def test_a_collection_is_read_packed_or_not(tmp_path: Path, packed: bool) -> None:
    collection = read_collection(write(tmp_path / "set", DOCS, packed=packed))
    assert collection.languages == {"en1": "en", "fr1": "fr", "en2": "en", "fr2": "fr"}
    assert [query.grades for query in collection.queries] == [{"en1": 2, "fr1": 1}, {"fr1": 1}, {}]
    assert collection.mandates[2].title == {}
    assert collection.mandates[3].description == {}


def test_distractors_are_added_under_ids_of_their_own(tmp_path: Path) -> None:
    judged, others = write(tmp_path / "judged", DOCS[:2]), write(tmp_path / "others", DOCS)
    collection = read_collection(judged, distractors=others)
    assert len(collection.mandates) == 6
    assert {"en1", "distractor-en1"} <= set(collection.languages)


def test_a_collection_is_indexed_and_measured(tmp_path: Path, tools: Tools) -> None:
    found = evaluate(read_collection(write(tmp_path / "set", DOCS)), Names([]), tools=tools)
    assert found["queries"] == 2
    assert found["all"]["success@5"] == 1.0  # type: ignore[index]
    assert set(found["by_kind"]) == {"plain", "accents"}  # type: ignore[call-overload]


def test_unaccented_queries_find_the_same(tmp_path: Path, tools: Tools) -> None:
    collection = read_collection(write(tmp_path / "set", DOCS))
    assert evaluate(collection, Names([]), tools=tools) == evaluate(collection, Names([]), tools=tools, unaccented=True)


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("docs.jsonl", '{"id": "a"}\n', "docs.jsonl:1"),
        ("docs.jsonl", "not JSON\n", "docs.jsonl:1"),
        ("queries.jsonl", '{"id": "a", "lang": "en", "text": "x"}\n[]\n', "queries.jsonl:2"),
        ("qrels.tsv", "q1\tdoc\t1\nq1 doc 1\n", "qrels.tsv:2"),
        ("qrels.tsv", "q1\tdoc\tgood\n", "qrels.tsv:1"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_line(tmp_path: Path, name: str, content: str, place: str) -> None:
    folder = write(tmp_path / "set", DOCS)
    (folder / name).write_text(content, "utf-8")
    with pytest.raises(FileFaultsError, match=place):
        read_collection(folder)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "set", DOCS)
    (folder / "docs.jsonl").unlink()
    with pytest.raises(FileFaultsError, match="no such file"):
        read_collection(folder)


def test_comments_in_judgments_are_read_over(tmp_path: Path) -> None:
    folder = write(tmp_path / "set", DOCS)
    (folder / "qrels.tsv").write_text("# by hand\nq1\ten1\t3\n\n", "utf-8")
    assert [query.grades for query in read_queries(folder)] == [{"en1": 3}, {}, {}]
