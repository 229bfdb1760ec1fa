"""Generated mandates in both languages: the same number and seed always give the same ones.

The words are used as unevenly as those of real texts (Zipf's law with Mandelbrot's shift), some of them are names and
labels that the thesaurus knows, and a smaller corpus is the beginning of a larger one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from typing import Final

from search_app.analysis.language import Language
from search_app.corpus.mandate import Mandate

SMALL_WORDS: Final[dict[Language, list[str]]] = {
    "en": "the of and to in for a on with by as is at from this that will be its which their have has".split(),
    "fr": "de la le et les des en du à pour dans un une par sur au aux avec est que qui ce leur son".split(),
}
# Words that people search for; they stand among the few hundred most frequent ones.
SUBJECTS: Final[dict[Language, list[str]]] = {
    "en": (
        "support reform security sector justice police army border prison parliament oversight training workshop "
        "assessment mapping review evaluation advice gender budget law governance mission ministry strategy adviser "
        "national community conflict peace dialogue elections customs intelligence planning donors lessons capacity"
    ).split(),
    "fr": (
        "appui réforme sécurité secteur justice police armée frontière prison parlement contrôle formation atelier "
        "évaluation cartographie revue conseil genre budget droit gouvernance mission ministère stratégie conseiller "
        "nationale communauté conflit paix dialogue élections douanes renseignement œuvre bailleurs capacités"
    ).split(),
}
LABELS: Final[dict[Language, list[str]]] = {
    "en": [
        "security sector reform",
        "rule of law",
        "human rights",
        "civil society",
        "lessons learned",
        "border management",
        "armed forces",
        "community policing",
        "peace operations",
        "African Union",
    ],
    "fr": [
        "réforme du secteur de la sécurité",
        "état de droit",
        "droits de l'homme",
        "société civile",
        "mise en œuvre",
        "gestion des frontières",
        "forces armées",
        "police de proximité",
        "opérations de paix",
        "Union africaine",
    ],
}
PLACES: Final = (
    "Mali,Niger,Burkina Faso,DRC,Guinea,South Sudan,Tunisia,Burundi,Togo,Kenya,Senegal,Chad,Benin,Somalia,Liberia,"
    "Ukraine,Georgia,Kosovo,Albania,Serbia,Moldova,Haiti,Colombia,Honduras,Lebanon,Jordan,Libya,Yemen,Iraq,Nepal,"
    "Gambia,Madagascar,Rwanda,Uganda,Ethiopia,Sudan,Lesotho,Comoros,Sahel,West Africa"
).split(",")
REQUESTERS: Final = (
    "United Nations,African Union,European Union,OSCE,UNDP,Sweden,Netherlands,Germany,Norway,Switzerland,ECOWAS,"
    "Institut de paix,Académie de police"
).split(",")
VOCABULARY: Final = 40_000
_EXPONENT: Final = 1.07
_SHIFT: Final = 2.7
_SYLLABLES: Final[dict[Language, tuple[list[str], list[str], list[str]]]] = {
    "en": (
        "b c d f g h l m n p r s t v w st tr pl gr ch".split(),
        "a e i o u ea ou ai".split(),
        ["", "", "", "n", "r", "s", "l", "nd", "m"],
    ),
    "fr": (
        "b c d f g l m n p r s t v j qu ch tr pl gr".split(),
        "a e i o u é è ê ou ai oi eau â î œ".split(),
        ["", "", "", "n", "r", "s", "l", "nt", "x"],
    ),
}
_ENDINGS: Final[dict[Language, list[str]]] = {
    "en": ["", "", "ing", "tion", "ment", "ness", "er", "ed", "ity", "al", "ive", "s"],
    "fr": ["", "", "tion", "ment", "té", "ée", "ères", "ique", "eux", "elle", "ance", "s"],
}


def mandates(count: int, *, seed: int = 1) -> Iterator[Mandate]:
    """Generate mandates of about 120 words, nearly half of them in French, one in ten in both languages."""
    dice = random.Random(seed)
    for number in range(count):
        language: Language = "fr" if dice.random() < 0.45 else "en"
        languages: tuple[Language, ...] = ("en", "fr") if dice.random() < 0.1 else (language,)
        start = date(2005, 1, 1) + timedelta(days=dice.randrange(7_000))
        yield Mandate(
            id=f"generated-{number:06d}",
            title={one: _sentence(dice, one, 4, dice.choice(LABELS[one]).split()) for one in languages},
            requesters=(dice.choice(REQUESTERS),),
            places=tuple(dice.sample(PLACES, dice.choice((1, 1, 1, 2, 2, 3)))),
            start=start,
            end=start + timedelta(days=dice.randrange(10, 400)) if dice.random() < 0.9 else None,
            description={one: _description(dice, one) for one in languages},
        )


def _description(dice: random.Random, language: Language) -> str:
    lengths = [dice.randrange(8, 28) for _ in range(dice.randrange(4, 10))]
    return "\n\n".join(_sentence(dice, language, length, []) + "." for length in lengths)


def _sentence(dice: random.Random, language: Language, length: int, words: list[str]) -> str:
    common, cumulative = vocabulary(language)
    words = words[:]
    for word in dice.choices(common, cum_weights=cumulative, k=length):
        if dice.random() < 0.025:
            words += dice.choice(LABELS[language]).split()
        elif language == "fr" and word[0] in "aeiouyéèêœ" and dice.random() < 0.4:
            words.append(dice.choice(("l'", "d’", "qu'")) + word)
        else:
            words.append(word)
    text = " ".join(words)
    return text[0].upper() + text[1:]


@cache
def vocabulary(language: Language) -> tuple[list[str], list[float]]:
    """The words of a language, the most frequent first, and their weights added up."""
    dice = random.Random(language)
    first, vowels, last = _SYLLABLES[language]
    known = dict.fromkeys([*SMALL_WORDS[language], *SUBJECTS[language]])
    invented: dict[str, None] = {}
    while len(invented) < VOCABULARY - len(known):
        syllables = (
            dice.choice(first) + dice.choice(vowels) + dice.choice(last) for _ in range(dice.choice((1, 2, 3)))
        )
        word = "".join(syllables) + dice.choice(_ENDINGS[language])
        if len(word) > 3 and word not in known:
            invented[word] = None
    words = [*SMALL_WORDS[language], *invented]
    for number, subject in enumerate(SUBJECTS[language]):
        words.insert(len(SMALL_WORDS[language]) + 1 + number * 7, subject)
    weights = (1 / (rank + _SHIFT) ** _EXPONENT for rank in range(len(words)))
    return words, list(accumulate(weights))
