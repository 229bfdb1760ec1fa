"""A cluster behind TLS and a password: trusted by its authority alone, and no secret is ever printed."""

from __future__ import annotations

import ipaddress
import logging
import os
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from search_app.errors import SettingsError
from search_app.index.opensearch_engine.cluster import PASSWORD, USER, Cluster, ClusterAddress
from search_app.search.opening import open_service
from search_app.settings import Settings
from search_app.web.app import create_app
from tests.opensearch.conftest import Site
from tests.opensearch.gate import LOOPBACK, Authority, Gate

# letters that no header holds as they are
NAME: Final = "indexeur"
SECRET: Final = "clé-œuvre:€/7"  # noqa: S105  # of a gate that ends with its test
OTHER: Final = "yesterday's"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "our-authority")


@pytest.fixture
def gate(nodes_of_a_cluster: tuple[str, ...], authority: Authority) -> Iterator[Gate]:
    made = Gate(nodes_of_a_cluster[0], authority.server(LOOPBACK), user=NAME, password=SECRET)
    yield made
    made.close()


@pytest.fixture
def guarded(site: Site, gate: Gate, authority: Authority) -> Site:
    """The corpus, and its cluster as it is seen from outside the gate."""
    return replace(site, address=replace(site.address, urls=(gate.url,), ca=str(authority.file)))


@pytest.fixture
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USER, NAME)
    monkeypatch.setenv(PASSWORD, SECRET)


def refused(address: ClusterAddress, environment: dict[str, str]) -> str:
    """What is said where a cluster is not used, with all that led to it."""
    cluster = Cluster(address, environment)
    try:
        with pytest.raises(SettingsError) as caught:
            cluster.search("mandates", {})
        with pytest.raises(SettingsError):
            cluster.write("PUT", "/mandates")
    finally:
        cluster.close()
    return "".join(traceback.format_exception(caught.value))


@pytest.mark.usefixtures("_known")
def test_indexer_and_readers_pass_with_the_authority_and_the_environments_password(
    guarded: Site, gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert guarded.build().indexed == 30
        assert guarded.found("alpha") == 30
    assert gate.seen > 5
    assert SECRET not in caplog.text
    assert SECRET not in repr(guarded.address)


def test_command_says_what_to_set_and_never_the_password(guarded: Site, gate: Gate) -> None:
    def told(password: str, ca: str) -> tuple[int, str]:
        known = {USER: NAME, PASSWORD: password, "MANDATE_SEARCH_OPENSEARCH_CA": ca}
        process = guarded.start("index", more={name: value for name, value in known.items() if value})
        output = process.communicate(timeout=60)[0]
        assert not password or password not in output
        return process.returncode, output

    assert told(SECRET, guarded.address.ca)[0] == 0
    for password in (OTHER, ""):
        code, output = told(password, guarded.address.ca)
        assert (code, USER in output, PASSWORD in output) == (2, True, True)
        assert "refuses our name and password" in output
    before = gate.seen
    code, output = told(SECRET, "")
    assert (code, gate.seen) == (2, before)
    assert "certificate is not trusted" in output
    assert "set opensearch_ca" in output


def test_password_goes_to_nobody_whose_certificate_another_authority_signed(
    guarded: Site, gate: Gate, tmp_path: Path
) -> None:
    other = replace(guarded.address, ca=str(Authority(tmp_path, "another-authority").file))
    said = refused(other, {USER: NAME, PASSWORD: SECRET})
    assert gate.url in said
    assert "the certificate is not trusted" in said
    assert "set opensearch_ca" in said
    assert gate.seen == 0


def test_certificate_of_another_address_is_not_taken_for_this_ones(
    nodes_of_a_cluster: tuple[str, ...], authority: Authority
) -> None:
    elsewhere = authority.server(ipaddress.ip_address("127.0.0.2"))
    gate = Gate(nodes_of_a_cluster[0], elsewhere, user=NAME, password=SECRET)
    try:
        said = refused(ClusterAddress(urls=(gate.url,), ca=str(authority.file)), {USER: NAME, PASSWORD: SECRET})
        assert "see that it names this address" in said
        assert gate.seen == 0
    finally:
        gate.close()


def test_address_that_does_not_speak_tls_is_not_asked_without(nodes_of_a_cluster: tuple[str, ...]) -> None:
    plain = nodes_of_a_cluster[0].replace("http://", "https://")
    said = refused(ClusterAddress(urls=(plain,)), {USER: NAME, PASSWORD: SECRET})
    assert "no safe connection" in said
    assert "see that https is spoken there" in said


@pytest.mark.parametrize("known", [{USER: NAME, PASSWORD: OTHER}, {USER: "nobody", PASSWORD: SECRET}, {}])
def test_wrong_or_missing_password_is_told_by_the_names_of_its_variables(
    guarded: Site, gate: Gate, known: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        said = refused(guarded.address, known)
    assert USER in said
    assert PASSWORD in said
    # nothing is tried again: it would not get better, and accounts are locked for it
    assert gate.seen == 2
    for secret in (SECRET, OTHER):
        assert secret not in said + caplog.text


@pytest.mark.parametrize(("content", "reason"), [(None, "cannot be read"), ("no certificate", "PEM")])
def test_file_of_authorities_that_is_none_is_told(tmp_path: Path, content: str | None, reason: str) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SettingsError, match=f"opensearch_ca: .*{reason}"):
        Cluster(ClusterAddress(ca=str(path)), {})


@pytest.mark.usefixtures("_known")
def test_readers_get_503_while_the_cluster_refuses_us_and_the_log_says_why(
    guarded: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    guarded.build()
    monkeypatch.setenv(PASSWORD, OTHER)
    service = open_service(guarded.index, ZoneInfo("UTC"), cluster=guarded.address)
    app = create_app(service, Settings(corpus=guarded.folder / "corpus", index=guarded.index))
    try:
        answer = app.test_client().get("/api/v1/search?q=alpha")
    finally:
        service.close()
    assert (answer.status_code, answer.get_json()["type"]) == (503, "/problems/cluster-unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert PASSWORD in caplog.text
    assert PASSWORD not in answer.text
    assert OTHER not in caplog.text + answer.text
    assert os.environ[PASSWORD] == OTHER
