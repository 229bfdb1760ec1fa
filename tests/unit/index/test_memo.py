"""What is kept of what was worked out: within its bound, the least used goes first."""

from __future__ import annotations

from search_app.index.memo import Memo


def made(memo: Memo[str], *keys: str) -> list[str]:
    """Ask for keys; returns those whose values had to be made."""
    new = []

    def make(key: str) -> str:
        new.append(key)
        return key

    for key in keys:
        assert memo.get(key, lambda key=key: make(key)) == key  # type: ignore[misc]
    return new


def test_a_value_is_made_once() -> None:
    assert made(Memo(10, len), "a", "b", "a", "b") == ["a", "b"]


def test_the_least_used_value_goes_when_there_is_no_more_room() -> None:
    memo = Memo(4, len)
    assert made(memo, "aa", "bb", "aa", "cc") == ["aa", "bb", "cc"]
    assert made(memo, "aa", "cc") == []
    assert made(memo, "bb") == ["bb"]


def test_a_value_larger_than_the_bound_drives_out_all_others_and_stays_itself() -> None:
    memo = Memo(4, len)
    assert made(memo, "aa", "large", "large") == ["aa", "large"]
    assert made(memo, "aa", "aa") == ["aa"]
