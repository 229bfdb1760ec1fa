"""The page of the corpus as a whole, and what the first page shows of it, as plain values for their templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from search_app.search.results import ResultPage
from search_app.web import params
from search_app.web.addresses import Addresses
from search_app.web.charts import Chart, Number, country_grid, timeline
from search_app.web.figures import Figures
from search_app.web.wording import Words

MOST_ON_FIRST_PAGE: Final = 10
MOST_LISTED: Final = 24


@dataclass(frozen=True)
class OverviewView:
    """The corpus in numbers; `grid` is None where a page has no room for it."""

    years: Chart
    grid: Chart | None
    topics: tuple[Number, ...]
    requesters: tuple[Number, ...]
    countries: tuple[Number, ...]
    regions: tuple[Number, ...]


def overview_view(page: ResultPage, words: Words, at: Addresses, *, whole: bool) -> OverviewView:
    """Lay out the answer to the question for everything.

    whole   False: the short form of the first page
    """
    figures = Figures(words, at)
    most = MOST_LISTED if whole else MOST_ON_FIRST_PAGE
    places = page.facets["country"]
    grid = figures.countries(places, at.place) if whole else {}
    return OverviewView(
        years=timeline(figures.years(page.facets["year"]), words.gettext("Mandates active in each year")),
        grid=country_grid(grid, words.gettext("Mandates in each country")) if whole else None,
        topics=tuple(figures.values("concept", page.facets["concept"][:most])),
        requesters=tuple(figures.values("requester", page.facets["requester"][:most])),
        countries=tuple(figures.values("country", [one for one in places if params.is_country(one.value)][:most])),
        regions=tuple(figures.values("country", [one for one in places if not params.is_country(one.value)][:most])),
    )
