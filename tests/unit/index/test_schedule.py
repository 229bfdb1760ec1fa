"""Runs again and again: errors end one run, not all, and the last one leaves word."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from search_app.errors import GuardError, LockHeldError
from search_app.index.indexer import IndexReport
from search_app.index.schedule import JITTER, last_run, noted, repeat

REPORT = IndexReport(generation="g-000007", documents=5, changed=True, indexed=2, skipped=(), seconds=0.1)


class EnoughError(Exception):
    """Ends the runs that would go on for ever."""


def now() -> datetime:
    return datetime(2026, 3, 1, 12, tzinfo=UTC)


def ends(*results: IndexReport | Exception) -> Callable[[], IndexReport]:
    """A run that ends in one way after the other."""
    left = iter(results)

    def run() -> IndexReport:
        result = next(left, EnoughError())
        if isinstance(result, Exception):
            raise result
        return result

    return run


def test_a_run_leaves_word_of_how_it_went(tmp_path: Path) -> None:
    assert noted(lambda: REPORT, tmp_path, now=now) is REPORT
    last = last_run(tmp_path)
    assert last is not None
    assert (last.result, last.generation, last.finished) == ("ok", "g-000007", "2026-03-01T12:00:00+00:00")


def test_the_word_outlives_a_power_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    sync = os.fsync

    def seen(descriptor: int) -> None:
        synced.append(Path(f"/dev/fd/{descriptor}").resolve().name)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", seen)
    noted(lambda: REPORT, tmp_path, now=now)
    assert synced == ["last-run.json.part", tmp_path.name]


def test_a_word_that_cannot_be_written_hides_nothing_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "fsync", full)
    assert noted(lambda: REPORT, tmp_path, now=now) is REPORT
    assert list(tmp_path.iterdir()) == []


def test_a_failed_run_leaves_word_too_and_still_fails(tmp_path: Path) -> None:
    with pytest.raises(GuardError):
        noted(ends(GuardError("shrink guard")), tmp_path, now=now)
    last = last_run(tmp_path)
    assert last is not None
    assert (last.result, last.message) == ("GuardError", "shrink guard")


def test_a_run_that_found_the_lock_held_says_nothing(tmp_path: Path) -> None:
    noted(lambda: REPORT, tmp_path, now=now)
    with pytest.raises(LockHeldError):
        noted(ends(LockHeldError("pid 7")), tmp_path, now=now)
    last = last_run(tmp_path)
    assert last is not None
    assert last.result == "ok"


def test_after_a_failed_run_comes_the_next(tmp_path: Path) -> None:
    said: list[str] = []
    waits: list[float] = []
    with pytest.raises(EnoughError):
        repeat(
            ends(GuardError("no records"), REPORT),
            tmp_path,
            period=100,
            wait=waits.append,
            now=now,
            say=said.append,
        )
    assert said == ["no records", "g-000007: 5 mandates, 2 anew, 0 skipped"]
    assert all(100 <= seconds <= 100 * (1 + JITTER) for seconds in waits)


@pytest.mark.parametrize("text", ["", "null", "{}", '{"odd": 1}'])
def test_a_note_that_says_nothing_is_no_note(tmp_path: Path, text: str) -> None:
    (tmp_path / "last-run.json").write_text(text)
    assert last_run(tmp_path) is None
