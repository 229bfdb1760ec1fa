"""Make the cluster agree with the generations of an index folder: the alias names the current one, leftovers go.

The folder decides: what it holds finished and sealed is a generation. So whatever was killed when, one look at the
folder tells what the cluster has to be, and doing it twice does no harm. Indexes that another folder made are left.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from search_app.index.opensearch_engine.builder import FILE
from search_app.index.opensearch_engine.cluster import Cluster, ClusterAddress

OWNER: Final = "cluster-owner"


def owner_of(index: Path) -> str:
    """The mark of an index folder, which its indexes on the cluster carry; made when it is first asked for."""
    path = index / OWNER
    try:
        return path.read_text("utf-8").strip()
    except FileNotFoundError:
        part = path.with_name(f"{OWNER}.{os.getpid()}")
        part.write_text(secrets.token_hex(16), "utf-8")
        part.rename(path)
        return path.read_text("utf-8").strip()


def settle(index: Path, generations: Sequence[str], current: str | None, address: ClusterAddress) -> None:
    """Point the alias at the current generation, in one step, and drop the indexes that no generation names.

    generations   the finished ones; those of another engine have nothing on the cluster
    raises        StorageError, ClusterError, SettingsError; the next run goes on from there
    """
    named = {one: found for one in generations if (found := _index_of(index / one))}
    cluster = Cluster(address)
    try:
        ours = _ours(cluster, owner_of(index), address.prefix)
        _point(cluster, address.prefix, named.get(current or ""), ours)
        for left in sorted(ours - set(named.values())):
            cluster.write("DELETE", f"/{left}", ignore_unavailable="true")
    finally:
        cluster.close()


def _index_of(generation: Path) -> str:
    try:
        return str(json.loads((generation / FILE).read_text("utf-8"))["index"])
    except (OSError, ValueError, KeyError):
        return ""


def _ours(cluster: Cluster, owner: str, prefix: str) -> set[str]:
    found = cluster.read("GET", f"/{prefix}-*/_mapping", allow_no_indices="true", expand_wildcards="all")
    return {name for name, one in found.items() if one["mappings"].get("_meta", {}).get("owner") == owner}


def _point(cluster: Cluster, alias: str, wanted: str | None, ours: set[str]) -> None:
    """One atomic swap, where it is not so already."""
    if wanted is None or wanted not in ours:
        return
    found = cluster.read("GET", f"/{alias}-*/_alias", allow_no_indices="true")
    before = {name for name in ours if alias in found.get(name, {}).get("aliases", {})}
    if before == {wanted}:
        return
    actions = [{"remove": {"index": name, "alias": alias}} for name in sorted(before - {wanted})]
    actions.append({"add": {"index": wanted, "alias": alias}})
    cluster.write("POST", "/_aliases", {"actions": actions})
