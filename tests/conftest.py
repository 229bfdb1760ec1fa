"""What all tests share: one analyzer and one pair of stemmers, and how hypothesis looks for counter-examples.

The default profile is the same on every run; `--hypothesis-profile=explore` looks further and elsewhere each time.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

from search_app.analysis.analyzer import Analyzer
from search_app.analysis.stems import Stems
from search_app.analysis.tools import Tools

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
    """With CI=true nothing may be left out: a skipped test is a failed one."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
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
