"""Pages for machines that read pages: schema.org descriptions as JSON-LD.

What is returned goes into a script element of a page as it stands: no text in it can end that element.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from search_app.search.results import MandateView, Overview
from search_app.web.addresses import Addresses
from search_app.web.records import RecordView
from search_app.web.wording import Words

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
# Readers of these descriptions show a few lines.
LONGEST_TEXT: Final = 500


def mandate_data(view: MandateView, record: RecordView, words: Words, at: Addresses) -> Markup:
    """A mandate as a project; it is dated by its days as an organisation by its founding and its end."""
    mandate = view.mandate
    others = [title for language, title in mandate.title.items() if language != record.language]
    text = mandate.description.get(record.language) or next(iter(mandate.description.values()), "")
    return _script(
        {
            "@type": "Project",
            "@id": at.absolute(at.mandate(mandate.id)),
            "url": at.absolute(at.mandate(mandate.id)),
            "name": mandate.title[record.language],
            "alternateName": others,
            "description": " ".join(text[:LONGEST_TEXT].split()),
            "identifier": mandate.id,
            "foundingDate": mandate.start.isoformat() if mandate.start else "",
            "dissolutionDate": mandate.end.isoformat() if mandate.end else "",
            "areaServed": [words.named(place.name) for place in view.places],
            "founder": [{"@type": "Organization", "name": words.named(one.name)} for one in view.requesters],
            "knowsAbout": [words.named(topic.name) for topic in view.concepts],
            "license": LICENCE,
        }
    )


def corpus_data(overview: Overview, words: Words, at: Addresses) -> Markup:
    """The corpus as a data set."""
    years = f"{overview.first_year}/{overview.last_year}" if overview.first_year else ""
    return _script(
        {
            "@type": "Dataset",
            "@id": at.absolute(at.page("about")),
            "url": at.absolute(at.page("about")),
            "name": words.gettext("Mandates of security sector reform"),
            "description": words.gettext(
                "Records of mandates: requests for advisory support to security sector reform, with who asked, where, "
                "when and what for."
            ),
            "inLanguage": [language for language, count in overview.languages.items() if count],
            "temporalCoverage": years,
            "dateModified": overview.built,
            "license": LICENCE,
            "isAccessibleForFree": True,
            "distribution": [
                {
                    "@type": "DataDownload",
                    "encodingFormat": media_type,
                    "contentUrl": at.absolute(at.export(form)),
                }
                for form, media_type in (("jsonl", "application/jsonl"), ("csv", "text/csv"))
            ],
        }
    )


def _script(values: Mapping[str, object]) -> Markup:
    """JSON that may stand in a script element: what could end it is written by its number."""
    kept = {"@context": "https://schema.org"} | {name: value for name, value in values.items() if value}
    text = json.dumps(kept, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(text)  # noqa: S704 no angle bracket is left in it
