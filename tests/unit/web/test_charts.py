"""Timeline and country grid: bars and squares are links with their numbers, every country has one square."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import lxml.html
import pytest

from search_app.corpus.names_files import PLACES, THESAURUS, read_names
from search_app.settings import shipped_corpus
from search_app.web.charts import Number, country_grid, grid_rows, timeline


def number(key: str, count: int, name: str = "") -> Number:
    return Number(key, name or key, count, f"{name or key}: {count} mandates", f"/x?{key}" if count else "")


def test_every_known_country_has_one_square() -> None:
    names = read_names(shipped_corpus() / THESAURUS, shipped_corpus() / PLACES)
    known = {concept.code for concept in names if concept.kind == "country"}
    placed = Counter(code for row in grid_rows() for code in row if code)
    assert set(placed) == known
    assert set(placed.values()) == {1}


def test_rows_of_the_grid_are_of_one_length() -> None:
    assert len({len(row) for row in grid_rows()}) == 1


def test_neighbours_on_the_globe_are_near_in_the_grid() -> None:
    """Not an atlas, but nobody should look for Mali in Asia."""
    places = {code: (x, y) for y, row in enumerate(grid_rows()) for x, code in enumerate(row) if code}
    for one, other in (
        ("ML", "NE"),
        ("FR", "BE"),
        ("CD", "RW"),
        ("BI", "RW"),
        ("IQ", "SY"),
        ("CO", "VE"),
        ("AU", "NZ"),
    ):
        (x, y), (right, down) = places[one], places[other]
        assert abs(x - right) + abs(y - down) <= 6, (one, other)
    assert places["NO"][1] < places["ML"][1] < places["ZA"][1]
    assert places["US"][0] < places["FR"][0] < places["CN"][0]


def test_a_year_with_mandates_is_a_link_with_its_number_as_title() -> None:
    chart = timeline([number("2019", 3), number("2020", 0), number("2021", 12)], "All <years>")
    svg = lxml.html.fromstring(str(chart.picture))
    assert svg.get("aria-label") == "All <years>"
    assert [(link.get("href"), link[0].tag, link[0].text) for link in svg.xpath("//a")] == [
        ("/x?2019", "title", "2019: 3 mandates"),
        ("/x?2021", "title", "2021: 12 mandates"),
    ]
    assert [text.text for text in svg.xpath("//text[@class='key']")] == ["2019", "2020", "2021"]


def test_bars_are_as_high_as_their_numbers_and_stand_on_one_line() -> None:
    chart = timeline([number("2019", 5), number("2020", 10), number("2021", 1)], "")
    bars = lxml.html.fromstring(str(chart.picture)).xpath("//rect[@class='bar']")
    heights = [int(bar.get("height")) for bar in bars]
    assert heights[1] == 2 * heights[0] > heights[2] > 0
    assert len({int(bar.get("y")) + int(bar.get("height")) for bar in bars}) == 1


def test_each_column_is_a_target_for_fingers() -> None:
    room = lxml.html.fromstring(str(timeline([number("2019", 1)], "").picture)).xpath("//rect[@class='room']")
    assert all(int(rect.get("width")) >= 24 and int(rect.get("height")) >= 24 for rect in room)


def test_only_countries_with_mandates_are_links_darker_where_there_are_more() -> None:
    counts = {"ML": 40, "NE": 1, "FR": 6}
    chart = country_grid({code: number(code, count, f"<{code}>") for code, count in counts.items()}, "Grid")
    svg = lxml.html.fromstring(str(chart.picture))
    steps = {link.xpath("./text")[0].text: link.xpath("./rect/@class")[0] for link in svg.xpath("//a")}
    assert set(steps) == set(counts)
    assert steps["NE"] == "s1" < steps["FR"] < steps["ML"] == "s4"
    assert svg.xpath("//a[text='ML']/title")[0].text == "<ML>: 40 mandates"
    assert len(svg.xpath("//rect")) == sum(bool(code) for row in grid_rows() for code in row)


def test_the_table_has_the_numbers_of_the_picture_highest_first() -> None:
    chart = country_grid({code: number(code, count) for code, count in (("ML", 2), ("NE", 7), ("FR", 2))}, "")
    assert [(one.key, one.count) for one in chart.numbers] == [("NE", 7), ("FR", 2), ("ML", 2)]


@pytest.mark.parametrize("counts", [(1,), (1, 1), (3, 3), (1, 2, 3, 4, 5, 60), (1, 900)])
def test_the_legend_names_each_shade_in_use_with_its_numbers(counts: tuple[int, ...]) -> None:
    codes = [code for row in grid_rows() for code in row if code]
    chart = country_grid({code: number(code, n) for code, n in zip(codes, counts, strict=False)}, "")
    ranges = [tuple(map(int, said.split("–"))) for _, said in chart.legend]
    assert all(any(found[0] <= count <= found[-1] for found in ranges) for count in counts)
    assert all(before[-1] < behind[0] for before, behind in pairwise(ranges))
    svg = lxml.html.fromstring(str(chart.picture))
    assert {f"s{step}" for step, _ in chart.legend} == set(svg.xpath("//a/rect/@class"))


def test_nothing_to_show_makes_no_bars() -> None:
    assert timeline([], "").numbers == ()
    assert country_grid({}, "").legend == ()
