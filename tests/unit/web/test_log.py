"""The log: one line a request, nothing of the visitor or the question in it."""

from __future__ import annotations

import io
import json

from flask import Flask

from search_app.web.log import write_log


def logged(*paths: str) -> list[dict[str, object]]:
    out = io.StringIO()
    ticks = iter(range(100))
    app = Flask("logged")
    app.add_url_rule("/mandates/<name>", "mandate", lambda name: name)

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("on purpose")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    write_log(app, out, lambda: next(ticks) / 1000)
    client = app.test_client()
    for path in paths:
        client.get(path, headers={"User-Agent": "secret-agent"})
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_request_is_one_line_with_route_status_and_time() -> None:
    (line,) = logged("/mandates/2019-au-mali?q=police")
    assert (line["route"], line["status"], line["ms"], line["level"]) == ("/mandates/<name>", 200, 1.0, "info")


def test_nothing_of_the_question_or_the_visitor_is_written() -> None:
    text = json.dumps(logged("/mandates/2019-au-mali?q=police", "/nowhere?q=police"))
    assert not any(secret in text for secret in ("police", "2019-au-mali", "secret-agent", "127.0.0.1", "nowhere"))


def test_an_error_of_ours_is_an_error_in_the_log() -> None:
    (line,) = logged("/broken")
    assert (line["status"], line["level"]) == (500, "error")
