"""The commands that write things out: what they take, what they refuse, and where results go."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner
from mcp import types

from search_app.analysis.tools import Tools
from search_app.cli import group, mcp
from search_app.cli.mcp import make_server
from search_app.errors import BusyError, NoIndexError, RequestError, SettingsError, UnknownMandateError
from search_app.web.parameters import ParameterError
from tests.searching import index_folder
from tests.support import mandate, write_corpus

RECORDS = [
    mandate("2019-one", title_en="A police course", en="Police reform in Mali", places=("Mali",)),
    mandate("2020-two", title_fr="Une étude", fr="L’État de droit"),
]


@pytest.fixture
def index(tmp_path: Path, tools: Tools) -> Path:
    corpus = tmp_path / "corpus"
    write_corpus(corpus, RECORDS)
    index_folder(corpus, tmp_path / "index", tools, tables=corpus)
    return tmp_path / "index"


def run(index: Path, command: str, *arguments: str) -> str:
    """What a command prints on stdout; it must succeed."""
    line = [command, "--index", str(index), *arguments]
    result = CliRunner().invoke(group.group, line, catch_exceptions=False)
    assert result.exit_code == 0
    assert result.stderr == ""
    return result.stdout


def test_export_writes_what_answers_the_words(index: Path) -> None:
    lines = [json.loads(line) for line in run(index, "export", "--format", "jsonl", "police").splitlines()]
    assert [line["id"] for line in lines] == ["2019-one"]
    assert lines[0]["url"] == "/en/mandates/2019-one"
    assert len(run(index, "export", "--format", "jsonl").splitlines()) == 2
    assert run(index, "export", "--format", "jsonl", "nothing") == ""
    assert "AN  - 2020-two" in run(index, "export", "--format", "ris", "--lang", "fr", "--", "-police")
    assert run(index, "export", "--format", "csv", "etat").startswith("\ufeffId,")


def test_export_needs_a_form_that_it_knows(index: Path) -> None:
    for wrong in ([], ["--format", "pdf"]):
        assert CliRunner().invoke(group.group, ["export", *wrong, "--index", str(index)]).exit_code == 2


def test_bundle_says_what_it_wrote_and_keeps_off_other_folders(index: Path, tmp_path: Path) -> None:
    said = run(index, "bundle", str(tmp_path / "stick"))
    assert said == f"wrote 2 mandates into {tmp_path / 'stick'}; open {tmp_path / 'stick' / 'index.html'} or " + (
        f"{tmp_path / 'stick' / 'fr.html'}\n"
    )
    with pytest.raises(SettingsError, match="something else"):
        run(index, "bundle", str(index))


@pytest.mark.parametrize("command", [["export", "--format", "csv"], ["bundle", "stick"], ["mcp"]])
def test_without_an_index_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NoIndexError):
        run(tmp_path / "none", *command)
    assert not (tmp_path / "stick").exists()


def test_the_assistants_server_says_which_extra_it_needs(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp, "find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=r"pip install 'mandate-search\[mcp\]'"):
        run(index, "mcp")


def answer(error: Exception | None) -> types.CallToolResult:
    """What the server answers where a call of a tool ends so."""

    def call(name: str, arguments: Mapping[str, object]) -> Mapping[str, object]:
        if error is not None:
            raise error
        return {"name": name, **arguments}

    handler = make_server(call).get_request_handler("tools/call")
    assert handler is not None
    params = types.CallToolRequestParams(name="search", arguments={"q": "é"})
    with ThreadPoolExecutor(1) as aside:  # a loop may be running in this thread
        result = aside.submit(lambda: asyncio.run(handler.handler(None, params))).result()  # type: ignore[arg-type]
    assert isinstance(result, types.CallToolResult)
    return result


def text(result: types.CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    return content.text


def test_an_answer_is_both_values_and_text() -> None:
    result = answer(None)
    assert result.structured_content == json.loads(text(result)) == {"name": "search", "q": "é"}
    assert not result.is_error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ParameterError("size", "500", expects="a number"), "“size” is “500”; write a number."),
        (RequestError("too long", kind="query-too-long", parameter="q", limit=256), "Write at most 256 characters."),
        (UnknownMandateError("no mandate has the id 'x'"), "no mandate has the id 'x'"),
        (BusyError("8 searches are running already"), "8 searches are running already"),
        (KeyError("search"), "there is no tool 'search'; call search or get"),
    ],
)
def test_what_the_caller_can_mend_is_told_as_the_tools_error(error: Exception, said: str) -> None:
    result = answer(error)
    assert result.is_error
    assert text(result) == said
