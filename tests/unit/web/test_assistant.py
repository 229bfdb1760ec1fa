"""The tools for assistants: same parameters, ids, order and reasons as the endpoint, and errors that can be mended."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from search_app.errors import MandateSearchError, RequestError, UnknownMandateError, WithdrawnMandateError
from search_app.web.assistant import Assistant, tools
from search_app.web.parameters import BY_NAME
from search_app.web.wording import load
from tests.unit.web.fake import BILINGUAL, FakeService


@pytest.fixture
def assistant(service: FakeService) -> Assistant:
    return Assistant(service, {"en": load("en"), "fr": load("fr")}, "http://localhost")


def test_two_tools_that_take_what_the_endpoint_takes() -> None:
    search, get = tools()
    assert (search.name, get.name) == ("search", "get")
    assert list(search.schema["properties"]) == [*BY_NAME, "language"]  # type: ignore[call-overload]
    assert list(get.schema["properties"]) == ["id", "q", "expand"]  # type: ignore[call-overload]
    assert get.schema["required"] == ["id"]
    for tool in (search, get):
        assert tool.schema["additionalProperties"] is False
        assert all("description" in one for one in tool.schema["properties"].values())  # type: ignore[attr-defined]


def test_a_search_is_the_endpoints_answer_without_facets(assistant: Assistant, client: FlaskClient) -> None:
    arguments = {"q": "police", "country": ["KE", "NP"], "from": "2011", "size": 3, "page": 2, "expand": False}
    found = assistant.call("search", arguments)
    answer = client.get("/api/v1/search?q=police&country=KE,NP&from=2011&size=3&page=2&expand=0").get_json()
    del answer["facets"]
    assert found == answer
    assert len(answer["results"]) == 3


def test_snippets_and_addresses_come_in_the_language_asked_for(assistant: Assistant) -> None:
    (result,) = assistant.call("search", {"q": "rss", "language": "fr"})["results"]  # type: ignore[misc, union-attr]
    assert result["url"].startswith("http://localhost/fr/")  # type: ignore[index]
    assert list(result["snippets"]) == ["fr"]  # type: ignore[index]


def test_a_mandate_is_the_endpoints_answer(assistant: Assistant, client: FlaskClient) -> None:
    assert assistant.call("get", {"id": BILINGUAL.id, "q": "rss"}) == (
        client.get(f"/api/v1/mandates/{BILINGUAL.id}?q=rss").get_json()
    )
    assert assistant.call("get", {"id": "old-id"})["id"] == BILINGUAL.id


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("search", {"size": 500}, RequestError),
        ("search", {"page": "x"}, RequestError),
        ("search", {"colour": "red"}, RequestError),
        ("search", {"from": "2020", "to": "2019"}, RequestError),
        ("search", {"q": "a" * 300}, RequestError),
        ("search", {"q": "a\x00b"}, RequestError),
        ("search", {"status": ["done"]}, RequestError),
        ("get", {"id": "none-such"}, UnknownMandateError),
        ("get", {"id": "../etc/passwd"}, UnknownMandateError),
        ("get", {}, UnknownMandateError),
        ("get", {"id": "withdrawn-id"}, WithdrawnMandateError),
        ("get", {"id": BILINGUAL.id, "page": 2}, RequestError),
    ],
)
def test_what_cannot_be_used_is_an_error_of_the_caller(
    assistant: Assistant, name: str, arguments: dict[str, object], error: type[MandateSearchError]
) -> None:
    with pytest.raises(error):
        assistant.call(name, arguments)


@pytest.mark.parametrize("name", ["delete", "write", "", "search "])
def test_there_are_no_other_tools(assistant: Assistant, name: str) -> None:
    with pytest.raises(LookupError):
        assistant.call(name, {})
