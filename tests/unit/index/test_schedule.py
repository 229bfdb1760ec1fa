"""Runs again and again: a failed one is noted and followed by the next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from search_app.errors import FileFaultsError, GuardError
from search_app.index.indexer import IndexReport
from search_app.index.schedule import JITTER, LAST_RUN, LastRun, last_run, note, repeat

NOON = datetime(2020, 6, 1, 12, tzinfo=UTC)
REPORT = IndexReport(
    generation="g-000007", documents=97, changed=True, indexed=3, skipped=(FileFaultsError([]),), seconds=1.0
)


class EnoughError(Exception):
    """Ends what would go on for ever, as a signal does."""


def run_all(results: list[IndexReport | Exception], index: Path) -> tuple[list[str], list[float]]:
    """Run as often as there are results; returns what was said and how long each wait was."""
    said: list[str] = []
    waits: list[float] = []
    left: Iterator[IndexReport | Exception] = iter(results)

    def run() -> IndexReport:
        result = next(left)
        if isinstance(result, Exception):
            raise result
        return result

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == len(results):
            raise EnoughError

    with pytest.raises(EnoughError):
        repeat(run, index, period=900.0, wait=wait, now=lambda: NOON, say=said.append)
    return said, waits


def test_failed_run_is_told_and_followed_by_the_next(tmp_path: Path) -> None:
    said, waits = run_all([REPORT, GuardError("shrink guard"), REPORT], tmp_path)
    assert said[1] == "shrink guard"
    assert said[0] == said[2]
    assert all(word in said[0] for word in ("g-000007", "97", "3", "1"))
    assert len(waits) == 3


def test_waits_are_spread_a_little_over_the_period(tmp_path: Path) -> None:
    _, waits = run_all([REPORT] * 200, tmp_path)
    assert all(900.0 <= seconds <= 900.0 * (1 + JITTER) for seconds in waits)
    assert len(set(waits)) > 100
    assert max(waits) - min(waits) > 900.0 * JITTER / 2


@pytest.mark.parametrize(
    ("result", "noted"),
    [
        (REPORT, ("ok", "g-000007", 1)),
        (GuardError("shrink guard"), ("GuardError", "", 0)),
    ],
)
def test_last_run_is_noted_beside_the_generations(
    tmp_path: Path, result: IndexReport | Exception, noted: tuple[str, str, int]
) -> None:
    said, _ = run_all([result], tmp_path)
    last = last_run(tmp_path)
    assert last is not None
    assert (last.result, last.generation, last.skipped) == noted
    assert (last.finished, last.message) == ("2020-06-01T12:00:00+00:00", said[0])
    assert [path.name for path in tmp_path.iterdir()] == [LAST_RUN]


def test_error_that_nobody_expects_ends_the_runs(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        run_all([ZeroDivisionError()], tmp_path)


def test_nothing_is_noted_where_there_is_no_index(tmp_path: Path) -> None:
    note(tmp_path / "nowhere", LastRun("2020-06-01T12:00:00+00:00", "ok", "said"))
    assert list(tmp_path.iterdir()) == []
    assert last_run(tmp_path / "nowhere") is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"7", b"{}", b'{"odd": 1}', b"\xff"])
def test_note_that_cannot_be_read_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / LAST_RUN).write_bytes(content)
    assert last_run(tmp_path) is None
