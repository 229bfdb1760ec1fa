"""A stranger's fuzzer, told only what the served description says, finds no answer that breaks it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import assume, given, settings

from search_app.analysis.tools import Tools
from search_app.search.opening import open_service
from search_app.settings import Settings
from search_app.web import create_app
from search_app.web.endpoints import ENDPOINTS
from tests.searching import SHIPPED, index_folder


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Iterator[schemathesis.BaseSchema]:
    """The description, as the application in front of the shipped corpus serves it."""
    index = tmp_path_factory.mktemp("described")
    index_folder(SHIPPED, index, tools)
    site = Settings(corpus=SHIPPED, index=index)
    service = open_service(index, site.zone)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", create_app(service, site))
    service.close()


def can_be_described(case: schemathesis.Case) -> bool:
    """Whether single parameters say it all: not that two days are in order, nor how deep a list goes."""
    query = case.query or {}
    if query.get("from") and query.get("to"):
        return False
    page, size = str(query.get("page", "")), str(query.get("size", "10"))
    return not (page.isdigit() and size.isdigit()) or int(page) * int(size) <= 10_000


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("path", [endpoint.path for endpoint in ENDPOINTS])
def test_every_answer_is_as_described(
    described: schemathesis.BaseSchema, path: str, mode: schemathesis.GenerationMode
) -> None:
    operation = described[path]["GET"]
    if mode.is_negative and not operation.query and not operation.path_parameters:
        return  # nothing in it can be wrong

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=12)
    def check(case: schemathesis.Case) -> None:
        assume(can_be_described(case))
        case.call_and_validate(headers={"Accept-Encoding": "identity"})

    check()
