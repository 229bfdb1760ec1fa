"""Stored text: unfolding, structure and folding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_app.corpus.textform import (
    WIDTH,
    Item,
    ListBlock,
    Paragraph,
    Row,
    folded,
    from_blocks,
    split,
    stored,
    to_blocks,
)

PIECES = st.one_of(
    st.sampled_from(
        ["•", "1.", "12.", "2.", "0.", "•x", "mot", " ", "\n", "\n\n", "\n  ", "\n    ", "\t", "...", "---"]
    ),
    st.sampled_from(["#x", "- a", "a: b", "\u00a0", "\u202f", "é", "e\u0301", "x" * 120, "\u2028", "\r\n"]),
    st.text(max_size=12),
)
RAW = st.lists(PIECES, max_size=40).map("".join) | st.lists(PIECES, max_size=40).map(" ".join)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("one\ntwo", "one two"),
        ("one\n\ntwo", "one\n\ntwo"),
        ("one\n \n\n\ntwo\n", "one\n\ntwo"),
        ("  one  \n  two", "one two"),
        ("one \t two", "one two"),
        ("cafe\u0301", "café"),
        ("un\u00a0mot\u202f: l’autre", "un\u00a0mot\u202f: l’autre"),
        ("We:\n• a\n  b\n• c", "We:\n\n• a b\n• c"),
        ("• a\n\n• b", "• a\n• b"),
        ("• a\n    • b\n  • c\n• d", "• a\n  • b\n  • c\n• d"),
        ("  1. a\n  2. b\n\nend", "1. a\n2. b\n\nend"),
        ("• a\n\nend", "• a\n\nend"),
        ("1.5 million\n2019. A year", "1.5 million 2019. A year"),
        ("a\n\n\u00a0\n\nb\n\n\u202f", "a\n\nb"),
        ("• \u00a0", "•"),
        ("•", "•"),
        ("", ""),
    ],
)
def test_a_line_end_inside_a_paragraph_is_a_blank(raw: str, expected: str) -> None:
    assert stored(raw) == expected


def test_blocks_are_paragraphs_and_nested_lists() -> None:
    assert to_blocks("We:\n\n• a\n  1. b\n  2. c\n• d\n\nend") == (
        Paragraph("We:"),
        ListBlock(
            ordered=False,
            items=(Item("a", (ListBlock(ordered=True, items=(Item("b", (), 1), Item("c", (), 2))),)), Item("d")),
        ),
        Paragraph("end"),
    )


def test_a_numbered_list_that_starts_again_is_another_list() -> None:
    blocks = to_blocks("1. a\n2. b\n1. c")
    assert [[item.text for item in block.items] for block in blocks if isinstance(block, ListBlock)] == [
        ["a", "b"],
        ["c"],
    ]


def test_items_without_numbers_are_counted_and_cells_joined() -> None:
    blocks = (ListBlock(ordered=True, items=(Item("a"), Item("b"))), Row(("Day 1", "Basics")))
    assert from_blocks(blocks) == "1. a\n2. b\n\nDay 1 | Basics"


def test_lines_say_where_their_text_stands() -> None:
    text = "We:\n\n• a\n  12. b c"
    lines = split(text)
    assert [(line.level, line.marker, line.text) for line in lines] == [
        (0, "", "We:"),
        (0, "•", "a"),
        (1, "12.", "b c"),
    ]
    assert all(text[line.start :].startswith(line.text) for line in lines)


def test_lines_are_folded_at_blanks_and_never_before_what_reads_like_a_marker() -> None:
    text = "x" * 90 + " then 1. is no item and • neither " + "y" * 200
    lines = folded(text).split("\n")
    assert lines[0] == "x" * 90 + " then 1."
    assert all(len(line) <= WIDTH or " " not in line.strip() or line == lines[0] for line in lines)
    assert stored("\n".join(lines)) == text


@given(RAW)
def test_stored_text_stays_as_it_is(raw: str) -> None:
    text = stored(raw)
    assert stored(text) == text
    assert stored(folded(text)) == text
    assert from_blocks(to_blocks(text)) == text


@given(RAW)
def test_no_words_are_lost(raw: str) -> None:
    composed = stored(raw.replace("\u0301", ""))
    assert composed.split() == stored(" ".join(composed.split("\n"))).split()
