"""The examples on the page for programmers run as they stand, against a server on loopback."""

from __future__ import annotations

import asyncio
import html
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from search_app.analysis.tools import Tools
from search_app.web.endpoints import ENDPOINTS
from tests.searching import SHIPPED, index_folder

ROOT = Path(__file__).parents[2]


def read(address: str) -> bytes:
    with urlopen(address, timeout=30) as answer:  # noqa: S310 an address of ours on loopback
        return bytes(answer.read())


def wait_for(address: str) -> None:
    """Return when a server that has said where it listens does."""
    deadline = time.monotonic() + 30
    while True:
        try:
            read(f"{address}/readyz")
            return
        except URLError:
            if time.monotonic() > deadline:
                raise
            Event().wait(0.02)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Path:
    folder = tmp_path_factory.mktemp("examples")
    index_folder(SHIPPED, folder, tools)
    return folder


@pytest.fixture(scope="module")
def origin(index: Path) -> Iterator[str]:
    """The address of a server in a process of its own."""
    command = [sys.executable, "-m", "search_app", "serve", "--port", "0", "--index", str(index)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        try:
            address = server.stdout.readline().removeprefix("serving on ").strip().rstrip("/")
            wait_for(address)
            yield address
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def page(origin: str) -> str:
    return read(f"{origin}/fr/api").decode()


def examples(page: str, kind: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(rf'<code class="{kind}">(.*?)</code>', page, re.DOTALL)]


def run_command(line: str, folder: Path) -> str:
    """What a command for a shell prints, or the file it saves; by curl, or where that is missing by ourselves."""
    program, *rest = shlex.split(line)
    assert program == "curl"
    if shutil.which(program):
        run = subprocess.run(
            [program, "--fail", "--silent", "--show-error", *rest],
            cwd=folder,
            capture_output=True,
            timeout=30,
            check=True,
        )
        saved = [path.read_bytes() for path in folder.iterdir()]
        return (saved[0] if "-OJ" in rest else run.stdout).decode("utf-8", "replace")
    return read(rest[-1]).decode("utf-8", "replace")


@pytest.mark.parametrize("number", range(len(ENDPOINTS)), ids=[endpoint.name for endpoint in ENDPOINTS])
def test_each_command_gets_something(page: str, origin: str, number: int, tmp_path: Path) -> None:
    commands = examples(page, "curl")
    assert len(commands) == len(ENDPOINTS)
    assert origin in commands[number]
    found = run_command(commands[number], tmp_path)
    assert len(found) > 100
    endpoint = ENDPOINTS[number]
    if endpoint.answers:
        body = json.loads(found)
        assert body.get("total", 1) > 0
        assert body.get("suggestions", [1])
    elif endpoint.ending == "jsonl":
        assert all(json.loads(line)["id"] for line in found.splitlines())


def test_the_program_pages_through_everything(page: str, origin: str) -> None:
    (program,) = examples(page, "python")
    assert len(program.splitlines()) <= 20
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    *lines, last = run.stdout.splitlines()
    found = json.loads(read(f"{origin}/api/v1/search?q=police&size=100&sort=oldest"))
    assert [line.split("\t")[2] for line in lines] == [result["id"] for result in found["results"]]
    assert last == f"{found['total']} of {found['total']} mandates, as indexed in {found['generation']}"
    assert found["total"] > 20


def test_the_assistants_server_answers_as_the_endpoint_does(page: str, origin: str, index: Path) -> None:
    (text,) = examples(page, "json")
    (server,) = json.loads(text)["mcpServers"].values()
    assert server["command"] == "mandate-search"
    with ThreadPoolExecutor(1) as aside:  # the browser's tests leave a loop running in this thread
        talk = aside.submit(lambda: asyncio.run(_talk([*server["args"], "--index", str(index)], origin)))
        tools, found, mandate, refused = talk.result()
    assert [tool.name for tool in tools] == ["search", "get"]
    assert all(tool.annotations.read_only_hint for tool in tools)
    expected = json.loads(read(f"{origin}/api/v1/search?q=r%C3%A9forme+police&country=CD&size=5"))
    told = found.structured_content
    assert told == json.loads(found.content[0].text)
    assert (told["total"], told["query"]) == (expected["total"], expected["query"])
    for one, other in zip(told["results"], expected["results"], strict=True):
        assert one == {**other, "url": one["url"]}
        assert other["url"] == f"{origin}{one['url'].removeprefix(origin)}"
    assert mandate.structured_content["id"] == expected["results"][0]["id"]
    assert refused.is_error
    assert "“size” is “500”" in refused.content[0].text


async def _talk(arguments: list[str], origin: str):  # type: ignore[no-untyped-def]
    """A conversation with the command over its own standard streams."""
    from mcp import ClientSession, StdioServerParameters, stdio_client

    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MANDATE_SEARCH_BASE_URL": origin}
    server = StdioServerParameters(command=sys.executable, args=["-m", "search_app", *arguments], env=environment)
    async with stdio_client(server) as (reading, writing), ClientSession(reading, writing) as session:
        await session.initialize()
        tools = (await session.list_tools()).tools
        found = await session.call_tool("search", {"q": "réforme police", "country": ["CD"], "size": 5})
        mandate = await session.call_tool("get", {"id": found.structured_content["results"][0]["id"]})
        refused = await session.call_tool("search", {"size": 500})
        return tools, found, mandate, refused
