"""The setting `contact`: a mail or http address, told wherever it may be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_app.errors import SettingsError
from search_app.settings import as_environment, load_settings


@pytest.mark.parametrize(
    "contact",
    [
        "search@example.org",
        "mailto:search+mistakes@example.org",
        "https://example.org/contact?x=1",
        "http://localhost:1/",
        "",
    ],
)
def test_a_contact_is_a_mail_or_http_address(tmp_path: Path, contact: str) -> None:
    (tmp_path / "mandate-search.yaml").write_text(f'contact: "{contact}"\n...\n', "utf-8")
    settings = load_settings({}, {}, folder=tmp_path)
    assert settings.contact == contact
    assert load_settings({}, as_environment(settings), folder=tmp_path).contact == contact


@pytest.mark.parametrize(
    "contact", ["nobody", "a@b", "javascript:alert(1)", "a b@example.org", "ftp://example.org", "a@b.org?cc=x"]
)
def test_anything_else_is_refused_with_an_example(tmp_path: Path, contact: str) -> None:
    with pytest.raises(SettingsError, match=r"MANDATE_SEARCH_CONTACT: .*search@example\.org"):
        load_settings({}, {"MANDATE_SEARCH_CONTACT": contact}, folder=tmp_path)
