"""The indexer is killed at fifty random points: the alias names a whole generation each time, leftovers go.

A kill that came after the end does not count. Full builds and increments take turns; after every other kill a run comes
through, the next kill otherwise meets what the last one left.
"""

from __future__ import annotations

import random
import subprocess
import time
from collections import Counter
from typing import Final

import pytest

from search_app.index.generations import Generations
from tests.opensearch.conftest import Site

pytestmark = pytest.mark.long

KILLS: Final = 50
RECORDS: Final = 300
# Of an increment: few enough that it is one.
CHANGED: Final = 5
SEED: Final = 20


def test_alias_names_a_whole_generation_at_each_of_fifty_kills_and_leftovers_go(site: Site) -> None:
    site.write(range(RECORDS), "alpha")
    site.build()
    dice = random.Random(SEED)
    took = {full: uninterrupted(site, full=full) for full in (True, False)}
    met: Counter[str] = Counter()
    tries = 0
    while met.total() < KILLS:
        tries += 1
        assert tries < 4 * KILLS
        full = tries % 2 == 0
        site.write(range(RECORDS if full else CHANGED), f"word{tries}")
        before = alias_and_current(site)
        if not killed(site, dice.uniform(0, took[full]), full=full):
            continue
        met[found_at(site, before)] += 1
        if met.total() % 2 == 0:
            site.build()
            settled(site)
    site.write(range(RECORDS), "omega")
    site.build()
    settled(site)
    assert site.found("omega") == RECORDS
    print(f"{KILLS} kills in {tries} runs: {dict(met)}")  # noqa: T201  # shown with -s


def command(*, full: bool) -> list[str]:
    """The words of a run."""
    return ["index", "--full"] if full else ["index"]


def uninterrupted(site: Site, *, full: bool) -> float:
    """Seconds of a run that comes through."""
    site.write(range(CHANGED), f"{full}")
    started = time.monotonic()
    process = site.start(*command(full=full))
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    return time.monotonic() - started


def killed(site: Site, moment: float, *, full: bool) -> bool:
    """Whether a run still ran when it was killed."""
    process = site.start(*command(full=full))
    try:
        process.wait(moment)
    except subprocess.TimeoutExpired:
        process.kill()
    process.communicate()
    return process.returncode < 0


def alias_and_current(site: Site) -> tuple[list[str], str]:
    """What other tools and our readers are answered from."""
    return site.alias(), Generations(site.index).current().replace("-", "")


def found_at(site: Site, before: tuple[list[str], str]) -> str:
    """See that all is whole; tell how far the run had come."""
    finished = {name.replace("-", "") for name in Generations(site.index).names()}
    (named,) = site.alias()
    assert named in finished
    blocks = site.ask(f"/{site.address.prefix}-{named}/_settings/index.blocks.write")
    assert blocks[f"{site.address.prefix}-{named}"]["settings"]["index"]["blocks"]["write"] == "true"
    assert site.through_alias() == RECORDS
    assert site.found("say") == RECORDS
    now = alias_and_current(site)
    if now[1] != before[1]:
        return "new generation live" if now[0] == [now[1]] else "generation live, alias not yet"
    if set(site.indexes()) - finished:
        return "index unfinished on the cluster"
    return "nothing new on the cluster yet"


def settled(site: Site) -> None:
    """See that nothing is left but what generations name."""
    assert site.indexes() == [name.replace("-", "") for name in Generations(site.index).names()]
    assert site.alias() == [Generations(site.index).current().replace("-", "")]
    assert not list(site.index.glob("tmp-*"))
