"""`mcp`: the search as a server of the Model Context Protocol on stdin and stdout, for assistants."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from search_app.analysis.language import LANGUAGES
from search_app.cli.options import settings_from, with_settings
from search_app.errors import MandateSearchError, RequestError, SettingsError
from search_app.index.engines import cluster_of
from search_app.search.opening import open_service
from search_app.web.answers import Json
from search_app.web.assistant import Assistant, tools
from search_app.web.problems import of_error
from search_app.web.site import product_version
from search_app.web.wording import load

if TYPE_CHECKING:
    from mcp.server import Server
    from mcp.types import CallToolResult

INSTRUCTIONS = (
    "Read-only search over mandates of security sector reform. Texts are CC BY 4.0: name the source and the url of a "
    "mandate that you use. A hit that is not there was not found: never make one up."
)


@click.command("mcp")
@with_settings
def mcp_command(corpus: Path | None, index: Path | None, config: Path | None) -> None:
    """Serve the tools search and get to an assistant (Model Context Protocol) on stdin and stdout.

    An assistant starts this command itself. Needs the extra: pip install 'mandate-search[mcp]'. Exit codes: 2 the extra
    is not installed, 3 no usable index.
    """
    if find_spec("mcp") is None:
        raise SettingsError("the extra mcp is not installed; run: pip install 'mandate-search[mcp]'")
    settings = settings_from(corpus=corpus, index=index, config=config)
    words = {language: load(language) for language in LANGUAGES}
    with closing(open_service(settings.index, settings.zone, cluster=cluster_of(settings))) as service:
        service.overview()  # fails now, where a person sees it, if nothing is indexed
        _serve(Assistant(service, words, settings.base_url.rstrip("/")))


def _serve(assistant: Assistant) -> None:
    import anyio
    from mcp.server.stdio import stdio_server

    server = make_server(assistant.call)

    async def run() -> None:
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    anyio.run(run)


def make_server(call: Callable[[str, Mapping[str, object]], Json]) -> Server[Any]:
    """The tools as a server of the protocol; `call` answers them."""
    from mcp import types
    from mcp.server import Server

    announced = [
        types.Tool(
            name=tool.name,
            description=tool.about,
            input_schema=dict(tool.schema),
            annotations=types.ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False),
        )
        for tool in tools()
    ]

    async def list_tools(_context: object, _params: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=announced)

    async def call_tool(_context: object, params: types.CallToolRequestParams) -> types.CallToolResult:
        return _answer(call, params.name, params.arguments or {})

    return Server(
        "mandate-search",
        version=product_version(),
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _answer(
    call: Callable[[str, Mapping[str, object]], Json], name: str, arguments: Mapping[str, object]
) -> CallToolResult:
    """One call's result; what the caller can mend is told as the tool's own error."""
    from mcp import types

    try:
        values = dict(call(name, arguments))
    except KeyError:
        return _failed(f"there is no tool {name!r}; call search or get")
    except RequestError as error:
        return _failed(of_error(error).detail(load("en")))
    except MandateSearchError as error:
        return _failed(str(error))
    text = json.dumps(values, ensure_ascii=False)
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], structured_content=values)


def _failed(message: str) -> CallToolResult:
    from mcp import types

    return types.CallToolResult(content=[types.TextContent(type="text", text=message)], is_error=True)
