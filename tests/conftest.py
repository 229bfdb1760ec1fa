"""What all tests share: one analyzer and one pair of stemmers, and how hypothesis looks for counter-examples.

The default profile is the same on every run; `--hypothesis-profile=explore` looks further and elsewhere each time.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Generator, Iterator

import pytest
from hypothesis import HealthCheck, settings

from search_app.analysis.analyzer import Analyzer
from search_app.analysis.stems import Stems
from search_app.analysis.tools import Tools
from search_app.index.opensearch_engine.cluster import ClusterAddress
from tests.opensearch.nodes import NoCluster, Nodes, given_urls

# A busy machine is slow, which says nothing of the code; the database would be written into the checkout.
settings.register_profile(
    "house", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "explore", max_examples=5_000, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true nothing may be left out: a skipped test is a failed one, but where Maven's repository is far."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and "no-maven-central" not in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def tools() -> Tools:
    """The analyzer and the stemmers, made once as in a process of the product."""
    return Tools.make()


@pytest.fixture(scope="session")
def analyzer(tools: Tools) -> Analyzer:
    """The chain from text to terms."""
    return tools.analyzer


@pytest.fixture(scope="session")
def stems(tools: Tools) -> Stems:
    """The stemmers of both languages."""
    return tools.stems


@pytest.fixture(scope="session")
def nodes_of_a_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ...]]:
    """Addresses of a cluster: the one that is given, else one that is started now and ends with the tests."""
    if given := given_urls():
        yield given
        return
    try:
        nodes = Nodes(tmp_path_factory.mktemp("cluster"), 1)
    except NoCluster as reason:
        pytest.skip(str(reason))
    yield nodes.urls
    nodes.stop()


@pytest.fixture
def cluster_address(nodes_of_a_cluster: tuple[str, ...]) -> ClusterAddress:
    """The cluster, with names of its own for each test."""
    return ClusterAddress(urls=nodes_of_a_cluster, prefix=f"test{uuid.uuid4().hex[:12]}")
