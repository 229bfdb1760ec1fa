"""A server of the product with the shipped corpus, and Debian's Chromium; both live as long as the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CONTACT: Final = "search@example.org"
FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server in a process of its own, which builds its index first."""
    folder = tmp_path_factory.mktemp("served")
    command = [sys.executable, "-m", "search_app", "serve", "--port", "0", "--index", str(folder / "index")]
    environment = {**os.environ, "MANDATE_SEARCH_CONTACT": CONTACT}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=Path(__file__).parents[2], env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        )
    try:
        assert server.stdout
        said = next((line for line in server.stdout if line.startswith("serving on ")), "")
        assert said, (folder / "log").read_text("utf-8")
        address = said.removeprefix("serving on ").rstrip("/\n")
        _wait_for(address)
        yield address
    finally:
        server.terminate()
        server.communicate(timeout=30)


def _wait_for(address: str) -> None:
    """The address is told just before it is listened on; give the server its moment."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with urlopen(f"{address}/readyz", timeout=10):  # noqa: S310 ours
                return
        except URLError:
            if time.monotonic() > deadline:
                raise
            Event().wait(0.05)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without it the pages cannot be looked at."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed, so no page was looked at (apt-get install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, base: str) -> Iterator[Page]:
    """A page of its own, as wide as a desk's."""
    context = browser.new_context(base_url=base, viewport={"width": 1280, "height": 900}, locale="en-GB")
    yield context.new_page()
    context.close()


@pytest.fixture
def plain(browser: Browser, base: str) -> Iterator[Page]:
    """The same without JavaScript."""
    context = browser.new_context(base_url=base, java_script_enabled=False, locale="en-GB")
    yield context.new_page()
    context.close()
