"""Metrics: counted by route and status, to this machine only, never a query."""

from __future__ import annotations

from flask.testing import FlaskClient

from search_app.errors import NoIndexError
from search_app.search.results import Overview
from search_app.web import create_app
from search_app.web.metrics import serve_metrics
from search_app.web.observed import observed
from tests.unit.web.conftest import NOW, settings
from tests.unit.web.fake import FakeService

FOUND = Overview(generation="g-000042", mandates=97, first_year=2008, last_year=2021, languages={}, built="then")


def application(overview: Overview | None = FOUND) -> FlaskClient:
    app = create_app(FakeService(), settings(), now=lambda: NOW)

    def known() -> Overview:
        if overview is None:
            raise NoIndexError("no current generation")
        return overview

    counted = serve_metrics(app, known)
    app.wsgi_app = observed(app.wsgi_app, [counted.request], lambda: 0.0)
    return app.test_client()


def test_requests_are_counted_by_route_and_status_without_their_queries() -> None:
    client = application()
    # the second one is answered from what was kept
    for address in ("/en/help?q=police", "/en/help?q=police", "/fr/help?q=police", "/nowhere?q=police"):
        client.get(address)
    text = client.get("/metrics").text
    assert 'mandate_requests_total{route="/<any(en, fr):language>/help",status="200"} 3.0' in text
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
