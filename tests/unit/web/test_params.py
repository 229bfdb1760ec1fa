"""The parameter table: addresses to requests and back."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import date
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_app.errors import RequestError
from search_app.index.query import Filters
from search_app.search.results import SearchRequest
from search_app.web import params


def parse(query: str, *, strict: bool = True) -> SearchRequest:
    return params.parse(query.encode(), language="en", strict=strict)


def refusal(query: str, *, strict: bool = True) -> RequestError:
    with pytest.raises(RequestError) as caught:
        parse(query, strict=strict)
    return caught.value


printable = st.characters(exclude_categories=("Cc", "Cs"))
days = st.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 31))
identifiers = st.from_regex(r"[a-z0-9][a-z0-9.-]{2,20}", fullmatch=True)


def subsets(values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(values, max_size=4, unique=True).map(lambda chosen: tuple(sorted(chosen)))


@st.composite
def requests(draw: st.DrawFn) -> SearchRequest:
    first, last = sorted([draw(days), draw(days)])
    text = draw(st.text(printable, max_size=120)).strip()
    orders = [None, "oldest", "newest"] if text else [None, "oldest"]
    size = draw(st.integers(1, 100))
    return SearchRequest(
        text=text,
        language="en",
        filters=Filters(
            country=draw(subsets(st.from_regex(r"[A-Z]{2}", fullmatch=True) | identifiers)),
            requester=draw(subsets(identifiers)),
            concept=draw(subsets(identifiers)),
            lang=draw(subsets(st.sampled_from(["en", "fr"]))),
            status=draw(subsets(st.sampled_from(["planned", "active", "ended", "unknown"]))),
            start=draw(st.none() | st.just(first)),
            end=draw(st.none() | st.just(last)),
        ),
        sort=draw(st.sampled_from(orders)),
        page=draw(st.integers(1, 10_000 // size)),
        size=size,
        expand=draw(st.booleans()),
    )


@given(requests())
def test_what_is_written_reads_back_the_same(request: SearchRequest) -> None:
    assert parse(params.write(request)) == request


@given(requests(), st.sampled_from(["sort", "page", "expand", "q", "from", "lang"]))
def test_a_variant_without_its_parameter_is_the_written_request_without_it(request: SearchRequest, name: str) -> None:
    without = [f"{n}={quote_plus(t, safe=',')}" for n, t in params.fields(request) if n not in (name, "page")]
    assert params.variants(request, name)("") == "&".join(without)


@given(requests(), st.integers(1, 9999))
def test_variants_of_two_parameters_are_the_written_requests(request: SearchRequest, year: int) -> None:
    variant = params.variants(request, "from", "to")
    for texts, start, end in (
        ((f"{year:04}", f"{year:04}"), date(year, 1, 1), date(year, 12, 31)),
        (("", f"{year:04}"), None, date(year, 12, 31)),
        (("", ""), None, None),
    ):
        filters = replace(request.filters, start=start, end=end)
        assert variant(*texts) == params.write(replace(request, filters=filters, page=1))


def test_every_parameter_is_written_in_the_order_of_the_table() -> None:
    request = SearchRequest(
        text="police reform",
        filters=Filters(
            country=("ML", "sahel"),
            requester=("un",),
            concept=("ssr",),
            lang=("fr",),
            status=("active",),
            start=date(2019, 3, 1),
            end=date(2020, 12, 31),
        ),
        sort="oldest",
        page=2,
        size=20,
        expand=False,
    )
    assert params.write(request) == (
        "q=police+reform&country=ML,sahel&requester=un&concept=ssr&from=2019-03&to=2020&lang=fr&status=active"
        "&sort=oldest&page=2&size=20&expand=0"
    )


def test_defaults_are_left_out() -> None:
    assert params.write(SearchRequest()) == ""


def test_default_orders_are_forgotten() -> None:
    assert parse("q=police&sort=relevance").sort is None
    assert parse("sort=newest").sort is None
    assert parse("q=police&sort=newest").sort == "newest"


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2020", "2020", date(2020, 1, 1), date(2020, 12, 31)),
        ("2020-02", "2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2019-02", "2019-02", date(2019, 2, 1), date(2019, 2, 28)),
        ("2020-02-03", "2020-02-03", date(2020, 2, 3), date(2020, 2, 3)),
    ],
)
def test_years_and_months_cover_all_their_days(start: str, end: str, first: date, last: date) -> None:
    filters = parse(f"from={start}&to={end}").filters
    assert (filters.start, filters.end) == (first, last)


def test_countries_are_codes_in_capitals_and_regions_in_small_letters() -> None:
    assert parse("country=Ne,ML,Sahel,ML").filters.country == ("ML", "NE", "sahel")


def test_two_small_letters_stay_for_the_search_to_tell_a_code_from_an_organisation() -> None:
    assert parse("country=ml,au").filters.country == ("au", "ml")


def test_percent_encoding_plus_and_raw_utf8_read_the_same() -> None:
    assert parse("q=r%C3%A9forme+police").text == "réforme police"
    assert parse("q=réforme%20police").text == "réforme police"


def test_blanks_around_words_are_dropped() -> None:
    assert parse("q=+++police+").text == "police"
    assert parse("q=+++").text == ""


def test_empty_filters_count_as_absent() -> None:
    assert parse("q=&country=&requester=&concept=&from=&to=&lang=&status=&sort=&expand=") == SearchRequest()


@pytest.mark.parametrize("name", ["page", "size"])
@pytest.mark.parametrize(
    "text", ["0", "-1", "1.5", "abc", "", "1e9", "0x10", "%2B1", "%20", "%D9%A3", "%00", "1234567", "01", "1,2"]
)
def test_odd_numbers_are_refused(name: str, text: str) -> None:
    error = refusal(f"{name}={text}")
    assert (error.kind, error.parameter) == ("parameter-invalid", name)


def test_range_of_a_number_is_told() -> None:
    assert refusal("page=0").limits == {"minimum": 1, "maximum": 1000}
    assert refusal("page=0&size=100").limits == {"minimum": 1, "maximum": 100}
    assert refusal("size=101").limits == {"minimum": 1, "maximum": 100}


def test_deepest_window_is_ten_thousand() -> None:
    assert parse("page=100&size=100").page == 100
    assert parse("page=10000&size=1").page == 10_000
    error = refusal("page=101&size=100")
    assert (error.kind, error.limits) == ("window-too-deep", {"limit": 10_000})
    assert refusal("page=999999").kind == "window-too-deep"


def test_query_of_256_code_points_is_the_longest() -> None:
    assert len(parse("q=" + "é" * 256).text) == 256
    error = refusal("q=" + "é" * 257)
    assert (error.kind, error.limits) == ("query-too-long", {"limit": 256})


def test_length_is_counted_in_composed_letters() -> None:
    decomposed = "e\u0301" * 256
    assert parse("q=" + decomposed).text == decomposed


@pytest.mark.parametrize("text", ["%00", "a%00b", "%1Fa", "a%09b", "%7F", "%C2%85"])
def test_control_characters_are_refused(text: str) -> None:
    error = refusal(f"q={text}")
    assert (error.kind, error.parameter) == ("parameter-invalid", "q")


@pytest.mark.parametrize("text", ["%FF", "%C0%AF", "%ED%A0%80", "r%E9forme", "%C3"])
def test_bytes_that_are_not_utf8_are_refused(text: str) -> None:
    error = refusal(f"q={text}")
    assert (error.kind, error.parameter) == ("encoding-invalid", "q")


@pytest.mark.parametrize(
    "query",
    [
        "from=2019-13",
        "from=2019-02-30",
        "from=2019-2-1",
        "from=19",
        "from=0000",
        "from=2019-00",
        "from=2019-01-00",
        "from=01/02/2019",
        "to=next year",
        "from=2020&to=2019",
        "from=2019-05-02&to=2019-05-01",
        "lang=de",
        "lang=EN",
        "status=running",
        "sort=random",
        "expand=yes",
        "country=M'L",
        "requester=a b",
        "country=" + ",".join(f"x{number}" for number in range(51)),
    ],
)
def test_values_outside_a_parameters_range_are_refused(query: str) -> None:
    error = refusal(query.replace(" ", "+"))
    assert error.kind == "parameter-invalid"
    assert error.parameter in query


def test_reversed_range_of_one_period_is_not_reversed() -> None:
    assert parse("from=2019&to=2019").filters.end == date(2019, 12, 31)


def test_machines_may_repeat_nothing() -> None:
    assert refusal("q=a&q=b").kind == "parameter-repeated"
    assert refusal("country=ML&country=NE").kind == "parameter-repeated"


def test_check_boxes_repeat_a_filter_on_pages() -> None:
    assert parse("country=NE&country=ML", strict=False).filters.country == ("ML", "NE")
    assert refusal("q=a&q=b", strict=False).kind == "parameter-repeated"


def test_unknown_parameters_are_refused_to_machines_and_ignored_on_pages() -> None:
    error = refusal("utm_source=letter")
    assert (error.kind, error.parameter) == ("parameter-unknown", "utm_source")
    assert parse("utm_source=letter&utm_source=%FF&q=a", strict=False).text == "a"


def test_only_named_parameters_are_known_where_names_are_given() -> None:
    with pytest.raises(RequestError) as caught:
        params.parse(b"q=a&page=2", language="en", strict=True, names=("q", "expand"))
    assert caught.value.parameter == "page"


@pytest.mark.parametrize(
    ("query", "untidy"),
    [("q=a", False), ("", False), ("q=", True), ("q=a&from=", True), ("lang=en&lang=fr", True), ("utm=&utm=", False)],
)
def test_addresses_written_by_forms_are_untidy(query: str, untidy: bool) -> None:
    assert params.is_untidy(query.encode()) is untidy


@given(st.binary(max_size=80), st.booleans())
def test_any_bytes_are_read_or_refused(query: bytes, strict: bool) -> None:
    with contextlib.suppress(RequestError):
        params.parse(query, language="fr", strict=strict)
