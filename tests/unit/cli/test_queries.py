"""The report of queries: what is asked often, never what only few asked."""

from __future__ import annotations

import json

from click.testing import CliRunner

from search_app.cli.queries import queries_command


def log(*asked: tuple[str, str, int]) -> str:
    lines = [json.dumps({"event": "query", "text": text, "lang": lang, "total": total}) for text, lang, total in asked]
    return "\n".join(["started", '{"event": "request"}', "[1]", *lines]) + "\n"


def report(text: str, *options: str) -> str:
    result = CliRunner().invoke(queries_command, ["-", *options], input=text)
    assert result.exit_code == 0
    return result.output


def test_accents_and_case_do_not_tell_queries_apart() -> None:
    text = report(log(*[("Réforme", "fr", 3)] * 3, *[("reforme", "fr", 3)] * 2))
    assert "      5  fr  reforme" in text
    assert text.endswith("5 searches, 0 of them for queries asked fewer than 5 times, withheld\n")


def test_what_found_nothing_is_told_apart() -> None:
    lines = report(log(*[("piraterie", "fr", 0)] * 6, *[("police", "en", 9)] * 7)).splitlines()
    assert lines[lines.index("found nothing:") + 1].split() == ["6", "fr", "piraterie"]


def test_a_rare_query_is_withheld() -> None:
    text = report(log(("my name and address", "en", 0)))
    assert "address" not in text
    assert "1 searches, 1 of them" in text


def test_the_same_words_in_another_interface_are_another_query() -> None:
    assert "asked most:\nfound nothing:" in report(log(*[("mali", "en", 1)] * 3, *[("mali", "fr", 1)] * 3))
