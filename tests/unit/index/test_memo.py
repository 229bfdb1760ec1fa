"""What is kept: never more than the bound, the least used goes first."""

from __future__ import annotations

from search_app.index.memo import Memo


def made(memo: Memo[str], *keys: str) -> list[str]:
    """The keys whose values had to be made."""
    missing: list[str] = []

    def make(key: str) -> str:
        missing.append(key)
        return key * 4

    for key in keys:
        assert memo.get(key, lambda key=key: make(key)) == key * 4  # type: ignore[misc]
    return missing


def test_what_is_kept_is_not_made_again() -> None:
    assert made(Memo(100, len), "a", "b", "a", "b") == ["a", "b"]


def test_the_least_used_goes_when_the_bound_is_passed() -> None:
    # room for two values of four bytes: "a" was used after "b", so "c" takes the place of "b"
    assert made(Memo(8, len), "a", "b", "a", "c", "a", "b") == ["a", "b", "c", "b"]


def test_a_value_beyond_the_bound_is_kept_alone() -> None:
    assert made(Memo(2, len), "a", "a", "b", "a") == ["a", "b", "a"]


def test_what_fails_is_not_kept() -> None:
    memo: Memo[str] = Memo(100, len)

    def fail() -> str:
        raise ValueError

    for _ in range(2):
        try:
            memo.get("a", fail)
        except ValueError:
            continue
        raise AssertionError
    assert made(memo, "a") == ["a"]


def test_what_is_found_counts_as_used_and_nothing_is_made_of_what_is_not_kept() -> None:
    memo = Memo[str](8, len)
    assert made(memo, "a", "b") == ["a", "b"]
    assert (memo.find("a"), memo.find("c")) == ("aaaa", None)
    assert made(memo, "c", "a", "b") == ["c", "b"]
