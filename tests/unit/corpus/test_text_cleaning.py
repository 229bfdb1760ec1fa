"""Bytes → clean text: what is repaired, and what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_app.corpus.importers.text import read_text


def clean(data: bytes | str) -> str:
    text = read_text(data.encode() if isinstance(data, str) else data)
    assert text is not None
    return text.text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found(encoding: str) -> None:
    read = read_text("L’étude coûte 5 €.\nÀ lire…\n".encode(encoding))
    assert read is not None
    assert read.text == "L’étude coûte 5 €.\nÀ lire…\n"
    assert read.guessed is (encoding == "cp1252")
    assert not read.repaired


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00", b"PK\x03\x04\xff\xfe", b"a\x00b", b"\xff\xfea"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    assert read_text(data) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\r\nb\rc\u2028d\x0ce", "a\nb\nc\nd\n\ne"),
        ("re\u0301forme", "réforme"),
        ("l’é\u00adcoute\u200b des\ufeff gens\u200e", "l’écoute des gens"),
        ("S&eacute;minaire &amp;amp; d&#8217;&Eacute;tat &#x2013; fin", "Séminaire & d’État – fin"),
        ("a?x=1&lang=fr&copy=2&amp;b", "a?x=1&lang=fr&copy=2&b"),
        ("&nosuch; &#0;", "&nosuch; \ufffd"),
        ("a&#10;b", "a b"),
        ("bell\x07", "bell"),
    ],
)
def test_noise_goes_and_print_stays(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Étude sur la sûreté des marchés, à quelle heure ?",
        "L’œuvre « d’État » – “oui” coûte 5 € à Ávila…",
        "où les gens se sentent menacés",
    ],
)
def test_utf8_read_as_windows_text_is_read_again(text: str) -> None:
    wrong = "".join(
        bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in text.encode()
    )
    read = read_text(wrong.encode())
    assert read is not None
    assert read.text == text
    assert read.repaired


def test_text_that_was_misread_twice_is_read_twice() -> None:
    assert clean("rÃƒÂ©forme") == "réforme"


def test_letters_that_lost_their_last_byte_come_back() -> None:
    assert clean("dÃ©jÃ  â€œvuâ€ Ã  Ávila") == "déjà  “vu” à  Ávila"


@pytest.mark.parametrize(
    "text", ["CAFÉ» et THÉ«", "São Tomé, Ângela, Åland", "Â ce propos", "l’Ã", "¿Qué?", "naïve Å’s"]
)
def test_what_may_be_meant_is_not_repaired(text: str) -> None:
    read = read_text(text.encode())
    assert read is not None
    assert read.text == text
    assert not read.repaired


def test_a_turned_question_mark_between_letters_is_an_apostrophe() -> None:
    read = read_text("qu¿ils mènent l¿enquête".encode())
    assert read is not None
    assert read.text == "qu’ils mènent l’enquête"
    assert read.repaired


def test_windows_punctuation_that_was_read_as_latin_comes_back() -> None:
    assert clean("l\x92\u00e9tat \x96 fin\x85") == "l’état – fin…"


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_text_or_not(data: bytes) -> None:
    read = read_text(data)
    if read is not None:
        assert "\x00" not in read.text
        assert "\r" not in read.text
