"""A client of the site in front of the fake service."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search_app.settings import Settings
from search_app.web import create_app
from search_app.web.wording import Words, load
from tests.unit.web.fake import FakeService

NOW = datetime(2020, 6, 1, 12, 0, tzinfo=UTC)


def settings(**values: object) -> Settings:
    return Settings(corpus=Path("corpus"), index=Path("index"), **values)


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def client(service: FakeService) -> FlaskClient:
    return create_app(service, settings(), now=lambda: NOW).test_client()


@pytest.fixture(scope="session")
def english() -> Words:
    return load("en")


@pytest.fixture(scope="session")
def french() -> Words:
    return load("fr")
