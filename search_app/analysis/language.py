"""The two languages of the product, and the guess which of them a text is written in.

Detection is for importers only: it never runs on queries and its model is never loaded by a serving process,
hence the import inside the function.
"""

from __future__ import annotations

from typing import Final, Literal, cast

Language = Literal["en", "fr"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "fr")


def detect(text: str) -> Language:
    """Tell whether a text is English or French.

    text     any text; a title alone is enough in 98 of 100 cases
    returns  the likelier of the two languages, also for a text in neither
    """
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_pickled_model(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))
    return cast(Language, identifier.classify(text)[0])
