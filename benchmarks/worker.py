"""One program in a process of its own: build, ask or update, and print what it cost as JSON.

CPU seconds of the process, so that other work on the machine disturbs little.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.peers import PEERS, OurSearch
from benchmarks.questions import SHARED_KINDS, Question
from search_app.corpus.mandate import Mandate, from_dict

# Each question is asked so often; the first time apart, the quickest counts. One slower than this is asked once more.
TIMES = 3
SLOW_US = 50_000


def read(corpus: Path) -> Iterator[Mandate]:
    """The generated mandates, one at a time."""
    with corpus.open(encoding="utf-8") as file:
        for line in file:
            yield from_dict(json.loads(line))


def memory(file: str, name: str) -> float:
    """Megabytes that the system counts for this process under a name; 0 where it does not tell."""
    try:
        lines = Path("/proc/self", file).read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith(name + ":")) / 1024


def build(name: str, folder: Path, corpus: Path) -> dict[str, object]:
    """Index everything."""
    peer = PEERS[name]()
    began = time.process_time()
    peer.build(folder, read(corpus))
    seconds = time.process_time() - began
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {
        "build_s": seconds,
        "size_mb": size / 1e6,
        "build_peak_mb": memory("status", "VmHWM"),
    }


def update(name: str, folder: Path, corpus: Path) -> dict[str, object]:
    """Index one document in a hundred anew, with other words in its title."""
    documents = [one for number, one in enumerate(read(corpus)) if number % 100 == 0]
    changed = [replace(one, title={"en": "Another title"}) for one in documents]
    peer = PEERS[name]()
    began = time.process_time()
    peer.update(folder, changed)
    return {"update_s": time.process_time() - began}


def ask(name: str, folder: Path, asked: Path) -> dict[str, object]:
    """Ask every question, the first time and again."""
    questions = [Question.from_json(one) for one in json.loads(asked.read_text("utf-8"))]
    peer = PEERS[name]()
    began = time.process_time()
    peer.open(folder)
    peer.ask(questions[0])
    opened = time.process_time() - began
    if isinstance(peer, OurSearch):
        peer.warm()
    first: dict[str, list[float]] = defaultdict(list)
    warm: dict[str, list[float]] = defaultdict(list)
    # what others cannot be asked is no use to compare with
    shared = [one for one in questions if isinstance(peer, OurSearch) or one.kind in SHARED_KINDS]
    costs = [_timed(peer.ask, one) for one in shared]
    for question, cost in zip(shared, costs, strict=True):
        times = 1 if cost > SLOW_US else TIMES
        first[question.kind].append(cost)
        warm[question.kind].append(min(_timed(peer.ask, question) for _ in range(times)))
    return {"open_ms": opened * 1e3, "first_us": first, "warm_us": warm, "pss_mb": memory("smaps_rollup", "Pss")}


def _timed(ask: Callable[[Question], object], question: Question) -> float:
    """CPU microseconds of one answer."""
    began = time.process_time_ns()
    ask(question)
    return (time.process_time_ns() - began) / 1e3


def main(task: str, name: str, folder: str, file: str) -> None:
    """Do one task and print what it cost."""
    tasks = {"build": build, "update": update, "ask": ask}
    json.dump(tasks[task](name, Path(folder), Path(file)), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
