"""A rate limit that is fair to who keeps it, forgets nobody too soon, and says when to come back."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_address

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from search_app.web import create_app, limits
from search_app.web.limits import RateLimit, RateLimitedError, client_of
from tests.unit.web.conftest import NOW, settings
from tests.unit.web.fake import FakeService


class Clock:
    """Seconds that pass when we say so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def client(clock: Clock, **more: object) -> FlaskClient:
    app = create_app(FakeService(), settings(rate_limit=3, **more), now=lambda: NOW, clock=clock)
    return app.test_client()


def test_a_minutes_worth_at_once_then_one_at_a_time(clock: Clock) -> None:
    limit = RateLimit(3, clock)
    for _ in range(3):
        limit.take("192.0.2.1")
    with pytest.raises(RateLimitedError) as refused:
        limit.take("192.0.2.1")
    assert refused.value.retry == 20
    clock.now += 19
    with pytest.raises(RateLimitedError) as refused:
        limit.take("192.0.2.1")
    assert refused.value.retry == 1
    clock.now += 1
    limit.take("192.0.2.1")
    clock.now += 3600
    for _ in range(3):
        limit.take("192.0.2.1")
    with pytest.raises(RateLimitedError):
        limit.take("192.0.2.1")


@given(st.integers(1, 600), st.lists(st.floats(0, 10), max_size=60))
def test_who_keeps_below_the_rate_is_never_refused(rate: int, pauses: list[float]) -> None:
    clock = Clock()
    limit = RateLimit(rate, clock)
    for pause in pauses:
        clock.now += 60 / rate + pause
        limit.take("192.0.2.1")


@given(st.integers(1, 60), st.lists(st.floats(0, 30), min_size=1, max_size=80))
def test_nobody_gets_more_than_the_rate_and_a_minutes_worth(rate: int, pauses: list[float]) -> None:
    clock = Clock()
    limit, allowed = RateLimit(rate, clock), 0
    for pause in pauses:
        clock.now += pause
        with suppress(RateLimitedError):
            limit.take("192.0.2.1")
            allowed += 1
    assert allowed <= rate + sum(pauses) * rate / 60 + 1e-6


def test_clients_do_not_pay_for_each_other(clock: Clock) -> None:
    limit = RateLimit(1, clock)
    for address in ("192.0.2.1", "192.0.2.2", "2001:db8:0:1::1", "2001:db8:0:2::1"):
        limit.take(address)
    for address in ("192.0.2.1", "::ffff:192.0.2.2", "2001:db8:0:1:ffff::9"):
        with pytest.raises(RateLimitedError):
            limit.take(address)


@given(st.one_of(st.ip_addresses().map(str), st.text(max_size=30)))
def test_any_address_is_some_client(address: str) -> None:
    assert client_of(client_of(address)) == client_of(address) or ip_address(address).version == 6


def test_memory_is_bounded(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_CLIENTS", 10)
    limit = RateLimit(1, clock)
    for number in range(50):
        limit.take(f"192.0.2.{number}")
    assert len(limit._buckets) == 10
    with pytest.raises(RateLimitedError):
        limit.take("192.0.2.49")


def test_the_endpoint_and_the_files_are_limited_pages_and_probes_are_not(clock: Clock) -> None:
    visitor = client(clock)
    assert [visitor.get(one).status_code for one in ("/api/v1/search", "/en/search.csv", "/api/v1/status")] == [200] * 3
    answer = visitor.get("/api/v1/search?q=police")
    assert (answer.status_code, answer.get_json()["type"]) == (429, "/problems/rate-limited")
    assert answer.headers["Retry-After"] == "20"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.get_json()["limit"] == 3
    assert "wait 20 s" in answer.get_json()["detail"]
    assert visitor.get("/fr/search.atom").status_code == 429
    for free in ("/en/search", "/healthz", "/readyz", "/"):
        assert visitor.get(free).status_code in (200, 302)
    assert visitor.options("/api/v1/search").status_code == 200
    clock.now += 20
    assert visitor.get("/api/v1/search").status_code == 200


def test_there_is_no_limit_unless_one_is_set() -> None:
    visitor = create_app(FakeService(), settings(), now=lambda: NOW).test_client()
    assert {visitor.get("/api/v1/status").status_code for _ in range(100)} == {200}


def test_behind_a_trusted_proxy_the_client_is_whom_it_speaks_for(clock: Clock) -> None:
    visitor = client(clock, trusted_proxies=1)

    def ask(forwarded: str) -> int:
        return visitor.get("/api/v1/status", headers={"X-Forwarded-For": forwarded}).status_code

    assert [ask("198.51.100.1") for _ in range(4)] == [200, 200, 200, 429]
    assert ask("198.51.100.2") == 200
    # what a client says of itself in front of the proxy's word counts for nothing
    assert ask("198.51.100.9, 198.51.100.1") == 429


def test_without_a_proxy_nobody_can_pretend_to_be_another(clock: Clock) -> None:
    visitor = client(clock)
    answers = [visitor.get("/api/v1/status", headers={"X-Forwarded-For": f"198.51.100.{n}"}) for n in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
