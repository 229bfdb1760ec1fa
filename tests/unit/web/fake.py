"""A search service of invented records: small, plain, and true to the promises of the real one that pages rely on.

A word is found where a whole word of a text folds to it; "rss" also finds "SSR" as another name. No stems, no scores
worth the name. A record holds a concept where one of the words in TOPICS stands in a text of it.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Literal

from search_app.analysis.language import LANGUAGES, Language
from search_app.corpus.mandate import Imported, Mandate, Source, Version
from search_app.corpus.names import Concept
from search_app.errors import MovedMandateError, UnknownMandateError, WithdrawnMandateError
from search_app.index.query import Filters, Status
from search_app.search.listing import Concepts, Listed, Listing, facet_of
from search_app.search.results import (
    AllWords,
    Expansion,
    FacetValue,
    MandateView,
    Mark,
    Named,
    Neighbours,
    Note,
    Overview,
    Remedy,
    Result,
    ResultPage,
    SearchRequest,
    Similar,
    Snippet,
    Subject,
    Suggestion,
    TextField,
    Way,
    Why,
)

TODAY = date(2020, 6, 1)
# when the generation before this one was made, and this one
BUILT = ("2020-05-01T00:00:00+00:00", "2020-06-01T23:30:00+00:00")
SSR = Named("ssr", {"en": "security sector reform", "fr": "réforme du secteur de la sécurité"}, "concept")
POLICING = Named("policing", {"en": "policing", "fr": "maintien de l’ordre"}, "concept")
TOPICS = {"ssr": SSR, "rss": SSR, "police": POLICING, "policing": POLICING}
REQUESTERS = {
    "African Union": Named("au", {"en": "African Union", "fr": "Union africaine"}, "organisation"),
    "United Nations": Named("un", {"en": "United Nations", "fr": "Nations unies"}, "organisation"),
    "Netherlands": Named("country-nl", {"en": "Netherlands", "fr": "Pays-Bas"}, "country"),
    "Ministry of the Interior of a Country with a Very Long Official Name": Named(
        "ministry-long",
        dict.fromkeys(LANGUAGES, "Ministry of the Interior of a Country with a Very Long Official Name"),
    ),
}
_COUNTRIES: dict[str, tuple[str, str, str]] = {
    "Mali": ("ML", "Mali", "Mali"),
    "DRC": ("CD", "Congo - Kinshasa", "Congo-Kinshasa"),
    "Cote d'Ivoire": ("CI", "Côte d’Ivoire", "Côte d’Ivoire"),
    "Burundi": ("BI", "Burundi", "Burundi"),
    "Netherlands": ("NL", "Netherlands", "Pays-Bas"),
    "Kenya": ("KE", "Kenya", "Kenya"),
    "Nepal": ("NP", "Nepal", "Népal"),
    "Libya": ("LY", "Libya", "Libye"),
    "Haiti": ("HT", "Haiti", "Haïti"),
    "Serbia": ("RS", "Serbia", "Serbie"),
}
COUNTRIES = {
    printed: Named(code, {"en": english, "fr": french}, "country")
    for printed, (code, english, french) in _COUNTRIES.items()
}

BILINGUAL = Mandate(
    id="2019-au-mali-workshop-ssr",
    title={
        "en": "Sensitisation workshop on DDR and SSR for women’s associations",
        "fr": "Atelier de sensibilisation au DDR et à la RSS pour les associations de femmes",
    },
    requesters=("African Union",),
    places=("Mali",),
    start=date(2019, 2, 1),
    end=date(2019, 3, 31),
    description={
        "en": "The mission asked for a workshop on police reform & SSR.\n\nThe team will:\n\n• meet the ministry;\n\n"
        "  • of justice\n\n  • of defence\n\n• write a report.\n\nTwo steps follow:\n\n1. a draft\n\n2. a final text"
        "\n\nDay 1 | Basics\n\nThe police keeps <script>alert(1)</script> as text.",
        "fr": "La mission a demandé un atelier sur la réforme de la police.\n\nL’équipe rencontrera le ministère.",
    },
    source="an invented page",
    sources=(Source("invented.txt", captured=date(2021, 5, 4)),),
    warnings=("dates-reversed",),
)
FRENCH = Mandate(
    id="2016-drc-mise-en-oeuvre",
    title={"fr": "Mise en œuvre d’une étude « pilote » <b>cartographique</b>"},
    places=("DRC", "Cote d'Ivoire", "Mali"),
    start=date(2016, 10, 3),
    end=date(2016, 10, 9),
    description={
        "fr": "L’étude recense les œuvres et les réformes du secteur de la sécurité, les acteurs de l’espace civil et "
        "les bailleurs. " + "Elle compare trente-deux projets exemplaires de gouvernance locale. " * 5
    },
    source="an invented page",
    versions=(
        Version(
            source="an older page",
            start=date(2016, 10, 3),
            end=date(2016, 10, 7),
            title={"fr": "Mise en œuvre d’une étude"},
            description={"fr": "Un texte plus ancien."},
        ),
    ),
    imported=Imported("page-text", date(2021, 5, 4), "0123456789abcdef"),
)
DATELESS = Mandate(
    id="un-course-without-dates",
    title={"en": "Course without dates", "fr": "Cours sans dates"},
    requesters=tuple(REQUESTERS),
    places=("Unspecified Country",),
    description={"en": "A course on police management whose dates nobody wrote down. " * 12},
    note="The page gives neither start nor end.",
)
OPEN = Mandate(
    id="2019-nl-burundi-support",
    title={"en": "Support to the police of Burundi", "fr": "Appui à la police du Burundi"},
    requesters=("Netherlands",),
    places=("Burundi",),
    start=date(2019, 5, 3),
    description={"fr": "Un appui à la police, sans date de fin. La réforme de la police avance."},
)
COURSES = tuple(
    Mandate(
        id=f"20{year}-nl-course-{place.lower()[:3]}",
        title={"en": f"Police training, course of 20{year} in {place}"},
        requesters=("Netherlands",),
        places=(place,),
        start=date(2000 + year, 1, 1),
        end=date(2000 + year, 12, 31),
        description={"en": f"A police training of the year 20{year}. Participants practised community policing."},
    )
    for year in range(10, 15)
    for place in ("Kenya", "Nepal", "Libya", "Haiti", "Serbia")
)
RECORDS = (BILINGUAL, FRENCH, DATELESS, OPEN, *COURSES)


# what is new or has changed since the generation before
CHANGED = {BILINGUAL.id: BUILT[1], OPEN.id: BUILT[1]}


def fold(text: str) -> str:
    """Lower case without accents, œ as oe: enough for invented records."""
    plain = unicodedata.normalize("NFD", text.lower().replace("œ", "oe"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


class FakeService:
    """Answers from `RECORDS`; `failure` is raised by every method where it is set."""

    def __init__(self, records: tuple[Mandate, ...] = RECORDS, notes: tuple[Note, ...] = ()) -> None:
        self.records = records
        self.notes = notes
        self.all_words: AllWords | None = None
        self.failure: Exception | None = None
        self._found_words: dict[tuple[str, str, bool], tuple[Why, ...]] = {}
        self.listings = 0
        self.generation = "g-000007"
        self.repeated: list[ResultPage] = []

    def repeat(self, page: ResultPage) -> None:
        self.repeated.append(page)

    def search(self, request: SearchRequest) -> ResultPage:
        self._fail()
        hits = [record for record in self.records if self._found(record, request)]
        hits.sort(key=lambda record: record.id)
        if request.sort == "newest" or not request.text:
            hits.sort(key=lambda record: record.start or date.min, reverse=True)
        first = (request.page - 1) * request.size
        concept = "rss" in fold(request.text).split() and request.expand
        return ResultPage(
            request=request,
            read_as=" OR ".join(fold(request.text).split()),
            expanded=(Expansion("RSS", SSR, ("SSR", "security sector reform")),) if concept else (),
            notes=self.notes,
            total=len(hits),
            sort=request.sort or ("relevance" if request.text else "newest"),
            results=tuple(self._result(record, request) for record in hits[first : first + request.size]),
            facets=self._facets(request),
            generation=self.generation,
            took_ms=1.25,
            all_words=self.all_words,
            remedies=() if hits else tuple(self._remedies(request)),
        )

    def mandate(self, mandate_id: str, request: SearchRequest | None = None) -> MandateView:
        self._fail()
        if mandate_id == "old-id":
            raise MovedMandateError("old-id", BILINGUAL.id)
        if mandate_id == "withdrawn-id":
            raise WithdrawnMandateError("withdrawn-id", "asked for by the <requester>")
        found = [record for record in self.records if record.id == mandate_id]
        if not found:
            raise UnknownMandateError(mandate_id)
        result = self._result(found[0], request or SearchRequest())
        return MandateView(
            mandate=result.mandate,
            status=result.status,
            languages=result.languages,
            requesters=result.requesters,
            places=result.places,
            concepts=_topics(result.mandate),
            why=result.why,
            generation=self.generation,
        )

    def similar(self, mandate_id: str) -> tuple[Similar, ...]:
        """The next records that share a topic."""
        self._fail()
        (own,) = (record for record in self.records if record.id == mandate_id)
        found = []
        for record in self.records:
            shared = tuple(topic for topic in _topics(record) if topic in _topics(own))
            if shared and record is not own:
                found.append(Similar(record, self._result(record, SearchRequest()).places, shared))
        return tuple(found[:3])

    def neighbours(self, request: SearchRequest, mandate_id: str) -> Neighbours | None:
        whole = [one.mandate for one in self.search(dataclasses.replace(request, page=1, size=100)).results]
        ids = [record.id for record in whole]
        if mandate_id not in ids:
            return None
        place = ids.index(mandate_id)
        before, behind = whole[:place], whole[place + 1 :]
        return Neighbours(place + 1, len(ids), before[-1] if before else None, behind[0] if behind else None)

    def suggest(self, text: str, language: Language) -> tuple[Suggestion, ...]:
        """Countries, requesters and topics that begin so, and the titles that hold the text."""
        self._fail()
        found = []
        kinds: dict[str, tuple[Literal["country", "requester", "concept"], dict[str, Named]]] = {
            "country": ("country", COUNTRIES),
            "requester": ("requester", REQUESTERS),
            "concept": ("concept", TOPICS),
        }
        for facet, (kind, names) in kinds.items():
            for named in {one.id: one for one in names.values()}.values():
                count = self.search(_with(SearchRequest(), facet, (named.id,))).total
                if count and fold(named.name[language]).startswith(fold(text)):
                    found.append(Suggestion(kind, named.id, named.name[language], count, language))
        for record in self.records:
            for shown, title in record.title.items():
                if fold(text) in fold(title):
                    found.append(Suggestion("mandate", record.id, title, 1, shown))
        return tuple(found)

    def concept(self, name: str, language: Language) -> Subject | None:
        self._fail()
        for one in (*TOPICS.values(), *REQUESTERS.values()):
            if one.id == name and one.kind in ("concept", "organisation"):
                return self._subject(one, "concept" if one.kind == "concept" else "requester", name, language)
        return None

    def place(self, name: str, language: Language) -> Subject | None:
        self._fail()
        known = {one.id: one for one in COUNTRIES.values()}
        return self._subject(known[name], "country", name, language) if name in known else None

    def _subject(
        self, named: Named, facet: Literal["country", "requester", "concept"], value: str, language: Language
    ) -> Subject:
        page = self.search(_with(SearchRequest(language=language, size=5), facet, (value,)))
        return Subject(
            named=named,
            names={one: (named.name[one], "another <name>") for one in LANGUAGES},
            acronyms=dict.fromkeys(LANGUAGES, ("SSR",) if named is SSR else ()),
            ways=(Way(facet, value, page.total),),
            page=page,
            facets={name: tuple(one for one in values if one.count) for name, values in page.facets.items()},
            broader=(POLICING,) if named is SSR else (),
            narrower=(),
            related=(POLICING,) if named is SSR else (),
        )

    def listing(self, request: SearchRequest, since: datetime | None = None) -> Listing:
        """All hits in the order of the page; `listings` counts those that were not closed."""
        page = self.search(dataclasses.replace(request, page=1, size=len(self.records) or 1))
        listed = [Listed(result, CHANGED.get(result.mandate.id, BUILT[0])) for result in page.results]
        hits = [one for one in listed if since is None or datetime.fromisoformat(one.changed) >= since]
        self.listings += 1

        def close() -> None:
            self.listings -= 1

        return Listing(
            request=request, total=len(hits), generation=self.generation, built=BUILT[1], hits=iter(hits), close=close
        )

    def concepts(self) -> Concepts:
        """The countries and topics, as a table of names has them."""
        self._fail()
        known = [
            Concept(id=f"country-{one.id.lower()}", kind="country", name=one.name, labels={}, code=one.id)
            for one in COUNTRIES.values()
        ]
        known += [Concept(id=one.id, kind="concept", name=one.name, labels={}) for one in (SSR, POLICING)]
        counts = {
            one.id: self.search(_with(SearchRequest(), facet_of(one), (one.code or one.id,))).total for one in known
        }
        return Concepts(self.generation, tuple(known), counts)

    def ids(self) -> list[str]:
        self._fail()
        return [record.id for record in self.records]

    def overview(self) -> Overview:
        self._fail()
        years = [record.start.year for record in self.records if record.start]
        return Overview(
            generation=self.generation,
            mandates=len(self.records),
            first_year=min(years, default=None),
            last_year=max(years, default=None),
            languages={
                language: sum(language in record.description for record in self.records) for language in LANGUAGES
            },
            built=BUILT[1],
        )

    def status(self) -> Mapping[str, object]:
        self._fail()
        return {"status": "ok", "generation": self.generation}

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure

    def _found(self, record: Mandate, request: SearchRequest) -> bool:
        return _passes(record, request.filters) and (not request.text or bool(self._reasons(record, request)))

    def _reasons(self, record: Mandate, request: SearchRequest) -> tuple[Why, ...]:
        key = (record.id, request.text, request.expand)
        if key not in self._found_words:
            self._found_words[key] = _reasons(record, request)
        return self._found_words[key]

    def _result(self, record: Mandate, request: SearchRequest) -> Result:
        why = self._reasons(record, request)
        return Result(
            mandate=record,
            score=float(len(why)),
            status=_status(record),
            languages=tuple(record.description),
            requesters=tuple(REQUESTERS[name] for name in record.requesters),
            places=tuple(COUNTRIES.get(name, Named("", {"en": name, "fr": name})) for name in record.places),
            snippets=_snippets(record, why, request.language),
            why=why,
        )

    def _remedies(self, request: SearchRequest) -> Iterator[Remedy]:
        """Filters and words without which something is found."""
        nothing = Filters()
        words = request.text.split()
        offers: list[tuple[Literal["word", "filter"], str, SearchRequest]] = [
            ("filter", one.name, _with(request, one.name, getattr(nothing, one.name)))
            for one in dataclasses.fields(Filters)
        ]
        if len(words) > 1:
            offers += [
                ("word", word, dataclasses.replace(request, text=" ".join(other for other in words if other != word)))
                for word in words
            ]
        for kind, dropped, other in offers:
            count = sum(self._found(record, other) for record in self.records)
            if count:
                yield Remedy(kind, dropped, other, count)

    def _facets(self, request: SearchRequest) -> dict[str, tuple[FacetValue, ...]]:
        names: dict[str, dict[str, Mapping[Language, str]]] = {
            "country": {named.id: named.name for named in COUNTRIES.values()},
            "requester": {named.id: named.name for named in REQUESTERS.values()},
            "concept": {named.id: named.name for named in TOPICS.values()},
            "lang": {language: {"en": language, "fr": language} for language in LANGUAGES},
            "status": {status: {"en": status, "fr": status} for status in ("planned", "active", "ended", "unknown")},
        }
        facets = {}
        for facet, values in names.items():
            lines = []
            for value, name in values.items():
                count = sum(self._found(record, _with(request, facet, (value,))) for record in self.records)
                selected = value in getattr(request.filters, facet)
                if count or selected:
                    lines.append(FacetValue(value, name, count, selected))
            facets[facet] = tuple(sorted(lines, key=lambda line: (-line.count, line.value)))
        facets["year"] = tuple(self._years(request))
        return facets

    def _years(self, request: SearchRequest) -> Iterator[FacetValue]:
        dates = [day for record in self.records for day in (record.start, record.end) if day]
        for year in range(min(dates).year, max(dates).year + 1) if dates else ():
            filters = dataclasses.replace(request.filters, start=date(year, 1, 1), end=date(year, 12, 31))
            count = sum(self._found(record, dataclasses.replace(request, filters=filters)) for record in self.records)
            if count:
                yield FacetValue(str(year), dict.fromkeys(LANGUAGES, str(year)), count, filters == request.filters)


def _topics(record: Mandate) -> tuple[Named, ...]:
    texts = " ".join((*record.title.values(), *record.description.values()))
    found = {topic.id: topic for word in re.findall(r"\w+", texts) if (topic := TOPICS.get(fold(word)))}
    return tuple(found.values())


def _with(request: SearchRequest, name: str, value: object) -> SearchRequest:
    return dataclasses.replace(request, filters=dataclasses.replace(request.filters, **{name: value}))


def _status(record: Mandate) -> Status:
    if record.start is None and record.end is None:
        return "unknown"
    if record.start and record.start > TODAY:
        return "planned"
    return "ended" if record.end and record.end < TODAY else "active"


def _passes(record: Mandate, filters: Filters) -> bool:
    countries = {COUNTRIES[name].id for name in record.places if name in COUNTRIES}
    requesters = {REQUESTERS[name].id for name in record.requesters}
    dated = record.start is not None or record.end is not None
    during = filters.start is not None or filters.end is not None
    return (
        (not filters.country or bool(countries & set(filters.country)))
        and (not filters.requester or bool(requesters & set(filters.requester)))
        and (not filters.concept or bool({topic.id for topic in _topics(record)} & set(filters.concept)))
        and (not filters.lang or bool(set(filters.lang) & set(record.description)))
        and (not filters.status or _status(record) in filters.status)
        and (not during or dated)
        and (filters.start is None or record.end is None or record.end >= filters.start)
        and (filters.end is None or record.start is None or record.start <= filters.end)
    )


def _reasons(record: Mandate, request: SearchRequest) -> tuple[Why, ...]:
    typed = {fold(word): word for word in request.text.split()}
    fields: list[tuple[TextField, str]] = [
        ("title.en", record.title.get("en", "")),
        ("title.fr", record.title.get("fr", "")),
        ("description.en", record.description.get("en", "")),
        ("description.fr", record.description.get("fr", "")),
        ("requesters", "\n".join(record.requesters)),
        ("places", "\n".join(record.places)),
    ]
    found = []
    for field, text in fields:
        for word in re.finditer(r"\w+", text):
            folded = fold(word[0])
            if folded in typed:
                found.append(Why(field, word.start(), word.end(), word[0], "exact", typed[folded]))
            elif word[0] == "SSR" and "rss" in typed and request.expand:
                found.append(Why(field, word.start(), word.end(), word[0], "concept", typed["rss"], SSR))
    return tuple(found)


def _snippets(record: Mandate, why: tuple[Why, ...], language: Language) -> dict[Language, tuple[Snippet, ...]]:
    chosen: Language = language if language in record.description else next(iter(record.description))
    field = f"description.{chosen}"
    text = record.description[chosen]
    first = next((reason.start for reason in why if reason.field == field), 0)
    start = text.rfind(" ", 0, max(first - 60, 0)) + 1
    passage = text[start : start + 240]
    marks = tuple(
        Mark(reason.start - start, reason.end - start, reason.how)
        for reason in why
        if reason.field == field and start <= reason.start and reason.end <= start + len(passage)
    )
    return {chosen: (Snippet(passage, start, marks),)}
