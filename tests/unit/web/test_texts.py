"""Stored text as HTML."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_app.web.texts import Highlight, blocks, marked


def without_marks(html: str) -> str:
    return unescape(re.sub(r"</?mark[^>]*>", "", html))


@st.composite
def texts_with_marks(draw: st.DrawFn) -> tuple[str, list[Highlight]]:
    text = draw(st.text(st.sampled_from("ab œ’<>&\"'\n•.1é"), min_size=1, max_size=60))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True)))
    marks = [
        Highlight(start, end, draw(st.sampled_from(["", 'a "b" <c>'])))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    return text, marks


@given(texts_with_marks())
def test_taking_marks_away_gives_the_text_back(case: tuple[str, list[Highlight]]) -> None:
    text, marks = case
    assert without_marks(marked(text, marks)) == text


@given(texts_with_marks())
def test_blocks_keep_every_word_and_every_mark(case: tuple[str, list[Highlight]]) -> None:
    text, marks = case
    html = blocks(text, marks)
    plain = unescape(re.sub(r"<[^>]*>", "", html))
    bullets = re.sub(r"(?m)^ *(•|[0-9]{1,3}\.) +", "", text)
    assert re.sub(r"\n", "", plain) == re.sub(r"\n", "", bullets)
    assert html.count("<mark") == html.count("</mark>")


def test_text_is_escaped_and_only_marks_add_tags() -> None:
    assert marked("a <b> & c", [Highlight(2, 5)]) == "a <mark>&lt;b&gt;</mark> &amp; c"


def test_another_name_says_of_what_in_its_title() -> None:
    html = marked("the SSR", [Highlight(4, 7, 'SSR = "reform" & co')])
    assert html == 'the <mark class="syn" title="SSR = &quot;reform&quot; &amp; co">SSR</mark>'


def test_marks_are_clipped_to_the_part_shown() -> None:
    assert marked("one two three", [Highlight(0, 5), Highlight(8, 13)], 2, 10) == "<mark>e t</mark>wo <mark>th</mark>"


def test_offsets_count_code_points() -> None:
    assert marked("💥 œuvre", [Highlight(2, 7)]) == "💥 <mark>œuvre</mark>"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.\n\nTwo.", "<p>One.</p><p>Two.</p>"),
        ("• a\n\n• b", "<ul><li>a</li><li>b</li></ul>"),
        ("• a\n• b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\n\n2. b", '<ol start="1"><li>a</li><li>b</li></ol>'),
        ("3. c", '<ol start="3"><li>c</li></ol>'),
        (
            "To do:\n\n• a\n\n  • b\n\n  • c\n\n• d\n\nEnd.",
            "<p>To do:</p><ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul><p>End.</p>",
        ),
        (
            "1. a\n\n  • b\n\n    • c\n\n2. d",
            '<ol start="1"><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ol>',
        ),
        ("• a\n\n1. b", '<ul><li>a</li></ul><ol start="1"><li>b</li></ol>'),
        ("  • a\n\n• b", "<ul><li>a</li><li>b</li></ul>"),
        ("2019. A year is no list.", "<p>2019. A year is no list.</p>"),
        ("Day 1 | Basics", "<p>Day 1 | Basics</p>"),
        ("", ""),
    ],
)
def test_paragraphs_and_lists(text: str, html: str) -> None:
    assert blocks(text).replace("\n", "") == html


def test_a_mark_across_items_is_cut_at_their_edges() -> None:
    text = "• rule\n\n• of law"
    assert blocks(text, [Highlight(2, 12)]).replace("\n", "") == (
        "<ul><li><mark>rule</mark></li><li><mark>of</mark> law</li></ul>"
    )
