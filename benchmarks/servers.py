"""Servers in processes of their own on loopback: started, watched until they answer, measured, ended.

What they used is read from the system: CPU time to the nanosecond, shared memory counted once (Pss). Linux only.
"""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import click

from benchmarks.corpus import mandates
from search_app.corpus.names_files import PLACES, THESAURUS
from search_app.corpus.store import save
from search_app.web.serving import free_port

ROOT: Final = Path(__file__).parents[1]
HOST: Final = "127.0.0.1"
STARTING: Final = 60.0
STOPPING: Final = 20.0
# A server is at rest once it used less than this part of a core for a second.
AT_REST: Final = 0.02


@dataclass(frozen=True)
class Server:
    """A running server by its address and its first process, which all the others descend from."""

    address: str
    pid: int

    def processes(self) -> list[int]:
        """The ids of its processes."""
        parents = {pid: parent for pid in _pids() if (parent := _parent(pid)) is not None}
        found = [self.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found

    def cpu_us(self) -> float:
        """User and system time of all its processes so far."""
        total = 0
        for pid in self.processes():
            with suppress(OSError):  # it ended meanwhile
                # the system's clock of another process: its id, inverted, above three bits that say "CPU time"
                total += time.clock_gettime_ns((~pid << 3) | 2)
        return total / 1e3

    def pss_mb(self) -> list[float]:
        """The memory of each of its processes."""
        return [pss for pid in self.processes() if (pss := _pss(pid))]

    def rest(self) -> None:
        """Wait until it has done what it does behind its start."""
        for _ in range(int(STARTING)):
            before = self.cpu_us()
            time.sleep(1)
            if self.cpu_us() - before < AT_REST * 1e6:
                return
        raise click.ClickException(f"{self.address} is still busy {STARTING:.0f} s after its start; try again")


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]


def _parent(pid: int) -> int | None:
    try:
        # the name in parentheses may hold anything
        return int(Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1])
    except OSError:
        return None


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def answer(connection: http.client.HTTPConnection, path: str, headers: Mapping[str, str] | None = None) -> bytes:
    """The body at a path; an answer other than 200 ends the run."""
    connection.request("GET", path, headers=headers or {})
    got = connection.getresponse()
    body = got.read()
    if got.status != 200:
        raise click.ClickException(f"{path}: {got.status} {body[:300].decode('utf-8', 'replace')}")
    return body


def connect(address: str) -> http.client.HTTPConnection:
    """A connection that stays open."""
    host = urlsplit(address)
    return http.client.HTTPConnection(host.hostname or "", host.port, timeout=60)


@contextmanager
def running(command: Sequence[str], port: int, *, ready: str) -> Iterator[Server]:
    """A server, from its first answer on; all its processes are gone afterwards.

    ready   the path that it answers once it is up
    raises  click.ClickException with its last words where it does not come up
    """
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        server = Server(f"http://{HOST}:{port}", process.pid)
        try:
            if not _comes_up(server, process, ready):
                said.seek(0)
                raise click.ClickException(
                    f"{' '.join(command)}: no answer within {STARTING:.0f} s; its last words: {said.read()[-2000:]}"
                )
            yield server
        finally:
            _end(process)


def _comes_up(server: Server, process: subprocess.Popen[bytes], ready: str) -> bool:
    until = time.monotonic() + STARTING
    while time.monotonic() < until and process.poll() is None:
        with (
            suppress(OSError, http.client.HTTPException, click.ClickException),
            closing(connect(server.address)) as one,
        ):
            answer(one, ready)
            return True
        time.sleep(0.1)
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOPPING)
    with suppress(ProcessLookupError):
        # what it left behind, in the session that is its own
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def ours(folder: Path, size: int) -> Iterator[Server]:
    """Our server over so many generated mandates, with one worker; the folder is made."""
    folder.mkdir()
    for name in (THESAURUS, PLACES):
        shutil.copy(ROOT / "corpus" / name, folder / name)
    for mandate in mandates(size):
        save(folder, mandate)
    program = [sys.executable, "-m", "search_app"]
    where = ["--corpus", str(folder), "--index", str(folder / "index")]
    built = subprocess.run([*program, "index", *where], cwd=ROOT, capture_output=True, text=True, check=False)
    if built.returncode:
        raise click.ClickException(f"mandate-search index ended with {built.returncode}: {built.stderr[-2000:]}")
    port = free_port(HOST)
    with running([*program, "serve", *where, "--port", str(port)], port, ready="/readyz") as server:
        yield server
