"""Reindex again and again: every so often, a little off the beat, and note how the last run went.

Promise: a failed run changes nothing and is followed by the next one; a signal ends the waiting at once.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from search_app.errors import LockHeldError, MandateSearchError
from search_app.index.generations import write_durably
from search_app.index.indexer import IndexReport

LAST_RUN: Final = "last-run.json"
# Runs of several machines on one clock are spread over this share of the period.
JITTER: Final = 0.1


@dataclass(frozen=True)
class LastRun:
    """How the last run ended.

    finished   UTC, ISO 8601
    result     "ok", or the class of the error
    """

    finished: str
    result: str
    message: str
    generation: str = ""
    skipped: int = 0


def repeat(
    run: Callable[[], IndexReport],
    index: Path,
    *,
    period: float,
    wait: Callable[[float], None],
    now: Callable[[], datetime],
    say: Callable[[str], None],
) -> None:
    """Run for ever.

    period   seconds between the end of a run and the next one
    wait     sleeps that many seconds
    say      tells how a run went
    """
    spread = random.Random()  # noqa: S311 - no secret hangs on it
    while True:
        try:
            say(_told(noted(run, index, now=now)))
        except MandateSearchError as error:
            say(str(error))
        wait(period * (1 + JITTER * spread.random()))


def noted(run: Callable[[], IndexReport], index: Path, *, now: Callable[[], datetime]) -> IndexReport:
    """Run once and leave word of how it went for whoever asks for the status; an error is passed on."""
    try:
        report = run()
    except LockHeldError:
        # the run that holds the lock will leave word of its own
        raise
    except MandateSearchError as error:
        _note(index, LastRun(_stamp(now), type(error).__name__, str(error)))
        raise
    _note(index, LastRun(_stamp(now), "ok", _told(report), report.generation, len(report.skipped)))
    return report


def _told(report: IndexReport) -> str:
    return f"{report.generation}: {report.documents} mandates, {report.indexed} anew, {len(report.skipped)} skipped"


def _stamp(now: Callable[[], datetime]) -> str:
    return now().isoformat(timespec="seconds")


def _note(index: Path, last: LastRun) -> None:
    """Write it beside the generations; that it cannot be written must not hide how the run went."""
    with suppress(OSError):
        write_durably(index / LAST_RUN, json.dumps(asdict(last)))


def last_run(index: Path) -> LastRun | None:
    """How the last run ended; None where nobody has left word."""
    try:
        return LastRun(**json.loads((index / LAST_RUN).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
