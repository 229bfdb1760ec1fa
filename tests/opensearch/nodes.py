"""Nodes of OpenSearch for the tests: real ones, each a process of its own, on loopback, started when first asked for.

What they run comes from Maven's repository by `cluster/pom.xml`. A node ends with the tests, whatever ends these: its
standard input closes.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from search_app.index.opensearch_engine.cluster import Cluster, ClusterAddress

URL: Final = "MANDATE_SEARCH_OPENSEARCH_URL"
SOURCE: Final = Path(__file__).parent / "cluster"
HEAP: Final = "384m"
# Seconds until a cluster of so many nodes must be there, on a machine that has much else to do.
PATIENCE: Final = 180


class NoCluster(Exception):  # noqa: N818  # a reason, not a fault
    """Why no nodes can be started here."""


@dataclass
class Node:
    """One running node."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End it in good order."""
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()


class Nodes:
    """A cluster of some nodes; `folder` takes their data and logs."""

    def __init__(self, folder: Path, count: int) -> None:
        class_path = find_class_path(folder)
        ports = free_ports(2 * count)
        names = [f"node-{number}" for number in range(count)]
        together = {
            "cluster.name": f"tests-{ports[0]}",
            "network.host": "127.0.0.1",
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in ports[count:]),
            "cluster.initial_cluster_manager_nodes": ",".join(names),
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            # a lost node is noticed and replaced at once: the tests have no minutes
            "cluster.fault_detection.follower_check.interval": "500ms",
            "cluster.fault_detection.follower_check.timeout": "3s",
        }
        self.nodes = [
            _start(folder / name, class_path, together | {"node.name": name, **_ports(ports, number, count)})
            for number, name in enumerate(names)
        ]
        try:
            _wait(self.nodes)
        except BaseException:
            self.stop()
            raise

    @property
    def urls(self) -> tuple[str, ...]:
        """Where the nodes answer."""
        return tuple(node.url for node in self.nodes)

    def stop(self) -> None:
        """End all nodes."""
        for node in self.nodes:
            node.stop()


def _ports(ports: Sequence[int], number: int, count: int) -> dict[str, str]:
    return {"http.port": str(ports[number]), "transport.port": str(ports[count + number])}


def _start(home: Path, class_path: str, settings: dict[str, str]) -> Node:
    (home / "config").mkdir(parents=True)
    log = home / "log.txt"
    options = [f"-Xms{HEAP}", f"-Xmx{HEAP}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", class_path]
    arguments = [f"{name}={value}" for name, value in settings.items()]
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["java", *options, str(SOURCE / "ClusterNode.java"), str(home), *arguments],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return Node(process, f"http://127.0.0.1:{settings['http.port']}", log)


def _wait(nodes: Sequence[Node]) -> None:
    """Until every node is part of one cluster."""
    deadline = time.monotonic() + PATIENCE
    path = f"/_cluster/health?wait_for_nodes={len(nodes)}&timeout=5s"
    for node in nodes:
        while True:
            if node.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{node.url} did not start:\n{node.log.read_text()[-3000:]}")
            try:
                with urllib.request.urlopen(node.url + path, timeout=10) as answer:  # noqa: S310  # loopback
                    if answer.status == 200:
                        break
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)


def find_class_path(folder: Path) -> str:
    """The class path of a node, by Maven.

    raises   NoCluster with the reason
    """
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise NoCluster(f"{program} is not installed; needed to start nodes of OpenSearch")
    output = folder / "class-path.txt"
    done = subprocess.run(
        ["mvn", "-q", "-B", "-f", str(SOURCE), "dependency:build-classpath", f"-Dmdep.outputFile={output}"],
        capture_output=True,
        text=True,
        timeout=900,
    )
    if done.returncode:
        far = any(sign in done.stdout for sign in ("Could not transfer", "Unknown host", "could not be resolved"))
        raise NoCluster(f"{'no-maven-central' if far else 'Maven failed'}: {done.stdout[-500:]}")
    return output.read_text("utf-8").strip()


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def cleared(address: ClusterAddress) -> None:
    """Drop every index of a test."""
    cluster = Cluster(address)
    try:
        names = ",".join(cluster.read("GET", f"/{address.prefix}-*/_settings", allow_no_indices="true"))
        if names:
            cluster.write("DELETE", f"/{names}", ignore_unavailable="true")
    finally:
        cluster.close()


def given_urls() -> tuple[str, ...]:
    """The cluster that whoever runs the tests has."""
    return tuple(filter(None, os.environ.get(URL, "").split(",")))
