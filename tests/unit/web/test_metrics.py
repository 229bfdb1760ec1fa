"""Metrics: counted by route and status, to this machine only, never a query."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from search_app.errors import NoIndexError
from search_app.search.results import Overview
from search_app.web.metrics import serve_metrics

FOUND = Overview(generation="g-000042", mandates=97, first_year=2008, last_year=2021, languages={}, built="then")


def application(overview: Overview | None = FOUND) -> FlaskClient:
    app = Flask("measured")
    app.add_url_rule("/mandates/<name>", "mandate", lambda name: name)

    def known() -> Overview:
        if overview is None:
            raise NoIndexError("no current generation")
        return overview

    serve_metrics(app, known)
    return app.test_client()


def test_requests_are_counted_by_route_and_status_without_their_queries() -> None:
    client = application()
    for address in ("/mandates/a?q=police", "/mandates/b?q=police", "/nowhere?q=police"):
        client.get(address)
    text = client.get("/metrics").text
    assert 'mandate_requests_total{route="/mandates/<name>",status="200"} 2.0' in text
    assert 'mandate_requests_total{route="",status="404"} 1.0' in text
    assert "police" not in text


def test_the_generation_that_answers_is_told() -> None:
    text = application().get("/metrics").text
    assert "mandate_index_docs 97.0" in text
    assert "mandate_index_generation 42.0" in text


def test_without_an_index_there_are_no_documents_and_still_metrics() -> None:
    answer = application(None).get("/metrics")
    assert answer.status_code == 200
    assert "mandate_index_docs 0.0" in answer.text


def test_others_than_this_machine_get_nothing() -> None:
    answer = application().get("/metrics", environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert answer.status_code == 404
