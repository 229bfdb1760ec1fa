"""The one place that names the engines: which builds and opens a generation, and what fingerprint it carries.

A generation is on a cluster where an address of one is given, else in its folder. Nobody else asks which.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from search_app.analysis.analyzer import Analyzer
from search_app.analysis.stems import Stems
from search_app.index.document import GAP
from search_app.index.engine import Builder, Engine
from search_app.index.opensearch_engine import mapping
from search_app.index.opensearch_engine.builder import OpenSearchBuilder
from search_app.index.opensearch_engine.cluster import ClusterAddress
from search_app.index.opensearch_engine.engine import OpenSearchEngine
from search_app.index.opensearch_engine.keeping import owner_of
from search_app.index.opensearch_engine.keeping import settle as settle_cluster
from search_app.index.whoosh_engine.builder import WhooshBuilder
from search_app.index.whoosh_engine.engine import WhooshEngine
from search_app.index.whoosh_engine.schema import FORMAT_VERSION
from search_app.settings import Settings

ENGINE: Final = "whoosh"
ON_A_CLUSTER: Final = "opensearch"


def cluster_of(settings: Settings) -> ClusterAddress | None:
    """The cluster that the settings choose; None = Whoosh, on this machine."""
    if settings.engine != ON_A_CLUSTER:
        return None
    return ClusterAddress(
        urls=settings.opensearch_url,
        prefix=settings.opensearch_prefix,
        ca=settings.opensearch_ca,
        shards=settings.opensearch_shards,
        replicas=settings.opensearch_replicas,
    )


def engine_name(cluster: ClusterAddress | None) -> str:
    """What a manifest says of who built a generation."""
    return ON_A_CLUSTER if cluster else ENGINE


def fingerprint(analyzer: Analyzer, cluster: ClusterAddress | None = None) -> str:
    """A digest of all code and lists that decide a generation's content: under another one it is not served."""
    version = mapping.FORMAT_VERSION if cluster else FORMAT_VERSION
    parts = (engine_name(cluster), version, GAP, analyzer.fingerprint, sys.version_info[:2])
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def make_builder(
    folder: Path,
    stems: Stems,
    *,
    base: Path | None = None,
    cluster: ClusterAddress | None = None,
    generation: str = "",
) -> Builder:
    """A builder that writes a generation into an empty folder.

    base         folder of the generation to build on; None = a full build
    generation   what it will be called; the folder's name where nothing is said
    """
    if cluster is None:
        return WhooshBuilder(folder, stems, base=base)
    name = generation or folder.name
    return OpenSearchBuilder(folder, stems, cluster, generation=name, owner=owner_of(folder.parent), base=base)


def open_engine(folder: Path, generation: str, stems: Stems, *, cluster: ClusterAddress | None = None) -> Engine:
    """Open a generation for reading."""
    if cluster is None:
        return WhooshEngine(folder, generation, stems)
    return OpenSearchEngine(folder, generation, stems, cluster)


def settle(index: Path, generations: Sequence[str], current: str | None, cluster: ClusterAddress | None) -> None:
    """See that nothing outside the index folder differs from it; nothing to do where all lies in the folder.

    generations   those that are finished; current: the one that answers
    """
    if cluster is not None:
        settle_cluster(index, generations, current, cluster)
