"""Printed dates and periods."""

from __future__ import annotations

import pytest

from search_app.corpus.importers.dates import find_period, is_date, join_period, parse_period


def told(text: str) -> tuple[str, str, str, str]:
    """Text before the period, start, end and warnings, as texts."""
    found = find_period(text)
    assert found is not None
    period = found.period
    return found.before, str(period.start or "-"), str(period.end or "-"), " ".join(period.warnings)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mali 01/02/2019 - 31/03/2019", ("Mali", "2019-02-01", "2019-03-31", "")),
        ("Mali 1/2/2019-31/3/2019", ("Mali", "2019-02-01", "2019-03-31", "")),
        ("Mali 01.02.2019. – 31.03.2019.", ("Mali", "2019-02-01", "2019-03-31", "")),
        ("Mali 01-02-2019 — 31-03-2019", ("Mali", "2019-02-01", "2019-03-31", "")),
        ("Mali 2019-02-01 - 2019-03-31", ("Mali", "2019-02-01", "2019-03-31", "")),
        ("Mali (01/02/2019 to 31/03/2019)", ("Mali", "2019-02-01", "2019-03-31", "")),
        ("Mali du 1er février 2019 au 31 mars 2019", ("Mali", "2019-02-01", "2019-03-31", "")),
        ("Mali 1 FÉVR. 2019 - 31 mars 2019", ("Mali", "2019-02-01", "2019-03-31", "")),
        ("Mali February 1st, 2019 – March 31, 2019", ("Mali", "2019-02-01", "2019-03-31", "")),
        ("Sahel 3 gush 2016 - 29 sht 2017", ("Sahel", "2016-08-03", "2017-09-29", "")),
        ("Mali 5-7 March 2019", ("Mali", "2019-03-05", "2019-03-07", "")),
        ("Mali 28 mars au 2 avril 2019", ("Mali", "2019-03-28", "2019-04-02", "")),
        ("Mali ٠١/٠٢/٢٠١٩ - ٣١/٠٣/٢٠١٩", ("Mali", "2019-02-01", "2019-03-31", "")),
        ("Mali 02/04/2012 - 02/04/2012", ("Mali", "2012-04-02", "2012-04-02", "")),
        # one date, open ends
        ("Mali 20/09/2010", ("Mali", "2010-09-20", "-", "end-date-missing")),
        ("Mali 11.07.2014.", ("Mali", "2014-07-11", "-", "end-date-missing")),
        ("Mali 20/09/2010 -", ("Mali", "2010-09-20", "-", "end-date-missing")),
        ("Mali 01/03/2021 - ongoing", ("Mali", "2021-03-01", "-", "")),
        ("Mali 01/03/2021 – en cours", ("Mali", "2021-03-01", "-", "")),
        # impossible days, month first, reversed
        ("Mali 01/06/2015 - 31/06/2015", ("Mali", "2015-06-01", "-", "date-invalid")),
        ("Mali 29/02/2019 - 31/03/2019", ("Mali", "-", "2019-03-31", "date-invalid")),
        ("Mali 31/06/2015 - 32/06/2015", ("Mali", "-", "-", "date-invalid")),
        ("Mali 01/02/19 - 31/03/19", ("Mali", "-", "-", "date-invalid")),
        ("Mali 05/13/2016 - 06/20/2016", ("Mali", "2016-05-13", "2016-06-20", "date-order-inferred")),
        ("Mali 05/06/2016 - 06/20/2016", ("Mali", "2016-05-06", "2016-06-20", "date-order-inferred")),
        ("Mali 13/05/2016 - 06/20/2016", ("Mali", "2016-05-13", "2016-06-20", "date-order-inferred")),
        ("Mali 23/10/2016 - 23/06/2016", ("Mali", "2016-06-23", "2016-10-23", "dates-reversed")),
        # coarse dates and lengths
        ("Mali 2019 - 2023", ("Mali", "2019-01-01", "2023-12-31", "date-precision-year")),
        ("Mali 2019", ("Mali", "2019-01-01", "2019-12-31", "date-precision-year")),
        ("Mali 2023 to 2019", ("Mali", "2019-01-01", "2023-12-31", "date-precision-year dates-reversed")),
        ("Mali February 2019 - March 2020", ("Mali", "2019-02-01", "2020-03-31", "date-precision-month")),
        ("Mali 02/2019 - 02/2020", ("Mali", "2019-02-01", "2020-02-29", "date-precision-month")),
        ("Mali 01/09/2016, 40 mois", ("Mali", "2016-09-01", "2019-12-31", "end-date-computed")),
        ("Mali 31/01/2019 (1 month)", ("Mali", "2019-01-31", "2019-02-27", "end-date-computed")),
        ("Mali 29/02/2020 - 2 ans", ("Mali", "2020-02-29", "2022-02-27", "end-date-computed")),
        ("Mali 01/02/2019 - 2 weeks", ("Mali", "2019-02-01", "2019-02-14", "end-date-computed")),
    ],
)
def test_periods_are_read_day_first_and_doubts_are_told(text: str, expected: tuple[str, str, str, str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text", ["Mali", "", "in 2019 the mission left", "level 2", "01/02/2019 - 31/03/2019 (extended)", "3 foos 2016 on"]
)
def test_a_line_that_ends_in_no_date_has_no_period(text: str) -> None:
    assert find_period(text) is None


def test_only_dates_joined_by_a_dash_are_sure() -> None:
    lines = ["x 01/02/2019 - 02/02/2019", "x 01/02/2019 - ongoing", "x 01/02/2019 to 02/02/2019", "x 01/02/2019"]
    assert [found.sure for line in lines if (found := find_period(line))] == [True, True, False, False]


def test_a_whole_text_is_a_period_or_none() -> None:
    assert parse_period("from 2019 to 2023") is not None
    assert parse_period("since 2019") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("15/03/2016", True), (" 3 May 2018", True), ("01/02/2019 - 02/03/2019", False), ("8 May", False), ("", False)],
)
def test_a_lone_date_is_told_from_other_lines(text: str, expected: bool) -> None:
    assert is_date(text) is expected


@pytest.mark.parametrize(
    ("start", "end", "length", "expected"),
    [
        ("01/09/2016", "", "40 mois", ("2016-09-01", "2019-12-31", ("end-date-computed",))),
        ("01/09/2016", "02/09/2016", "40 mois", ("2016-09-01", "2016-09-02", ())),
        ("01/09/2016", "", "", ("2016-09-01", "None", ("end-date-missing",))),
        ("", "02/09/2016", "", ("None", "2016-09-02", ())),
        ("", "", "40 mois", ("None", "None", ("dates-missing",))),
        ("", "", "", ("None", "None", ("dates-missing",))),
        ("soon", "", "", ("None", "None", ("date-invalid",))),
    ],
)
def test_parts_of_a_period_are_joined(
    start: str, end: str, length: str, expected: tuple[str, str, tuple[str, ...]]
) -> None:
    period = join_period(start=start, end=end, length=length)
    assert (str(period.start), str(period.end), period.warnings) == expected
