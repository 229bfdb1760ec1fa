"""The settings of a cluster: what can be written, what is refused, what they choose."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_app.analysis.analyzer import Analyzer
from search_app.errors import SettingsError
from search_app.index.engines import cluster_of, fingerprint
from search_app.index.opensearch_engine.cluster import ClusterAddress
from search_app.settings import Settings, as_environment, load_settings


def loaded(folder: Path, **values: str) -> Settings:
    variables = {f"MANDATE_SEARCH_{name.upper()}": value for name, value in values.items()}
    return load_settings({}, variables, folder=folder)


def test_one_setting_chooses_a_cluster_on_loopback(tmp_path: Path) -> None:
    assert cluster_of(loaded(tmp_path)) is None
    assert cluster_of(loaded(tmp_path, engine="opensearch")) == ClusterAddress(urls=("http://127.0.0.1:9200",))


def test_every_part_of_the_address_can_be_set_and_reaches_other_processes(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        engine="opensearch",
        opensearch_url="https://a.example.org:9200, https://b.example.org:9200",
        opensearch_prefix="reports",
        opensearch_ca="ca.pem",
        opensearch_shards="4",
        opensearch_replicas="0",
    )
    urls = ("https://a.example.org:9200", "https://b.example.org:9200")
    wanted = ClusterAddress(urls=urls, prefix="reports", ca="ca.pem", shards=4, replicas=0)
    assert cluster_of(settings) == wanted
    assert cluster_of(load_settings({}, as_environment(settings), folder=tmp_path)) == wanted


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("engine", "lucene"),
        ("opensearch_url", ""),
        ("opensearch_url", "node-1:9200"),
        ("opensearch_url", "https://name:secret@node-1:9200"),
        ("opensearch_prefix", "Mandates-2"),
        ("opensearch_shards", "0"),
    ],
)
def test_what_no_cluster_can_be_is_refused(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"MANDATE_SEARCH_{name.upper()}"):
        loaded(tmp_path, **{name: value})


def test_generations_of_the_two_engines_are_told_apart(analyzer: Analyzer) -> None:
    here, there = fingerprint(analyzer), fingerprint(analyzer, ClusterAddress())
    assert here != there == fingerprint(analyzer, ClusterAddress(prefix="other", shards=7))


def test_index_is_named_after_its_generation() -> None:
    assert ClusterAddress(prefix="reports").index("g-000042") == "reports-g000042"
