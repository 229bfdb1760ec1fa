"""Nearest words: which lengths, which distances, in which order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_app.search.spelling import Spellings, distance, nearest


@pytest.mark.parametrize(
    ("a", "b", "slips"),
    [
        ("sahel", "sahel", 0),
        ("sahel", "sahell", 1),
        ("sahel", "sahl", 1),
        ("sahel", "samel", 1),
        ("sahel", "sahle", 1),
        ("sahel", "ashel", 1),
        ("gendarmerie", "gendamrerie", 1),
        ("gendarmerie", "gendramreie", 2),
        ("sahel", "smbel", 2),
        ("ca", "abc", 3),
        ("", "ab", 2),
    ],
)
def test_insertions_deletions_changes_and_swaps_count_one(a: str, b: str, slips: int) -> None:
    assert distance(a, b, 9) == slips
    assert distance(b, a, 9) == slips


def _plain(a: str, b: str) -> int:
    """Optimal string alignment, written down as it is defined."""
    if not a or not b:
        return len(a) + len(b)
    ways = [_plain(a[1:], b) + 1, _plain(a, b[1:]) + 1, _plain(a[1:], b[1:]) + (a[0] != b[0])]
    if a[:2] == b[:2][::-1] and len(a) > 1 and len(b) > 1:
        ways.append(_plain(a[2:], b[2:]) + 1)
    return min(ways)


FEW_LETTERS = st.text(alphabet="abc", max_size=5)


@given(FEW_LETTERS, FEW_LETTERS, st.integers(1, 2))
def test_distances_up_to_the_limit_are_exact(a: str, b: str, limit: int) -> None:
    true = _plain(a, b)
    found = distance(a, b, limit)
    assert found == true if true <= limit else found > limit


def found(word: str, *known: str) -> list[str]:
    return [other for other, _ in nearest(word, [(one, 1) for one in known])]


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("mall", "mali", []),  # four letters: too short to guess at
        ("malii", "mali", ["mali"]),
        ("sahell", "sahel", ["sahel"]),
        ("polcie", "police", ["police"]),
        ("pollcce", "police", []),  # two slips in seven letters
        ("securitt", "securite", ["securite"]),
        ("sceuirte", "securite", ["securite"]),  # two swaps in eight letters
        ("sceuirt", "securite", []),  # two swaps and a letter
        ("zahel", "sahel", []),  # another first letter
        ("ashel", "sahel", []),  # a swap of the first two changes the first letter
        ("zecurite", "securite", []),
        ("police", "police", []),  # no slip at all
        ("2019a", "2019b", []),  # no word
        ("m&eval", "m&evil", []),
    ],
)
def test_only_long_words_with_few_slips_and_the_same_first_letter(word: str, known: str, expected: list[str]) -> None:
    assert found(word, known) == expected


def test_one_slip_weighs_more_than_two() -> None:
    assert nearest("securitte", [("securite", 4), ("securities", 1)]) == [("securite", 0.8), ("securities", 0.6)]


def test_three_words_at_most_the_nearest_then_the_most_frequent() -> None:
    known = [("securitaa", 9), ("securitea", 2), ("securiteb", 7), ("securited", 2), ("securitee", 1)]
    assert [other for other, _ in nearest("securite", known)] == ["securiteb", "securitea", "securited"]


def test_nothing_near_gives_nothing() -> None:
    assert nearest("sahellian", [("police", 3), ("sahel", 2)]) == []


@given(st.lists(st.text(alphabet="abcdé", min_size=1, max_size=9), unique=True), st.text(alphabet="abcdé", max_size=9))
def test_looking_through_all_words_and_through_likely_ones_finds_the_same(words: list[str], typed: str) -> None:
    known = [(word, number) for number, word in enumerate(words)]
    assert Spellings(known).nearest(typed) == nearest(typed, known)
