"""The log: one line a request, nothing of the visitor or the question in it."""

from __future__ import annotations

import io
import json

import pytest
from werkzeug.test import Client

from search_app.web import create_app
from search_app.web.log import request_log
from search_app.web.observed import observed
from tests.unit.web.conftest import NOW, settings
from tests.unit.web.fake import BILINGUAL, FakeService


def logged(*paths: str, service: FakeService | None = None) -> list[dict[str, object]]:
    out = io.StringIO()
    ticks = iter(range(100))
    app = create_app(service or FakeService(), settings(), now=lambda: NOW)
    client = Client(observed(app, [request_log(out)], lambda: next(ticks) / 1000))
    for path in paths:
        client.get(path, headers={"User-Agent": "secret-agent"})
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_request_is_one_line_with_method_route_status_and_time() -> None:
    (line,) = logged(f"/en/mandates/{BILINGUAL.id}?q=police")
    del line["ts"]
    assert line == {
        "level": "info",
        "event": "request",
        "method": "GET",
        "route": "/<any(en, fr):language>/mandates/<mandate_id>",
        "status": 200,
        "ms": 1.0,
    }


@pytest.mark.parametrize("path", ["/api/v1/search?q=police", "/fr/search?q=police", "/en/help"])
def test_an_answer_that_was_kept_is_logged_as_the_first_one(path: str) -> None:
    first, second = logged(path, path)
    assert first | {"ts": ""} == second | {"ts": ""}


def test_nothing_of_the_question_or_the_visitor_is_written() -> None:
    text = json.dumps(logged(f"/en/mandates/{BILINGUAL.id}?q=police", "/nowhere?q=police"))
    assert not any(secret in text for secret in ("police", BILINGUAL.id, "secret-agent", "127.0.0.1", "nowhere"))


def test_an_error_of_ours_is_an_error_in_the_log() -> None:
    service = FakeService()
    service.failure = RuntimeError("on purpose")
    (line,) = logged("/en/", service=service)
    assert (line["status"], line["level"]) == (500, "error")
