"""Generated mandates in both languages: the same number and seed always give the same ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from search_app.corpus.mandate import Mandate

ENGLISH: Final = (
    "the of and in for support reform security sector justice police army border prison parliament oversight "
    "training workshop assessment mapping review evaluation advice gender budget law governance mission ministry"
).split()
FRENCH: Final = (
    "le de la et des pour appui réforme sécurité secteur justice police armée frontière prison parlement contrôle "
    "formation atelier évaluation cartographie revue conseil genre budget droit gouvernance mission ministère"
).split()
PLACES: Final = ("Mali", "Niger", "Burkina Faso", "DRC", "Guinea", "South Sudan", "Tunisia", "Burundi", "Togo", "Kenya")
REQUESTERS: Final = ("United Nations", "African Union", "European Union", "Sweden", "Netherlands", "Germany")
# A vocabulary whose words are used as unevenly as those of real texts.
RARE: Final = 20_000


def mandates(count: int, *, seed: int = 1) -> Iterator[Mandate]:
    """Generate mandates of about 120 words, every other one in French."""
    dice = random.Random(seed)
    for number in range(count):
        french = number % 2 == 1
        start = date(2005, 1, 1) + timedelta(days=dice.randrange(7_000))
        yield Mandate(
            id=f"generated-{number:06d}",
            title={"fr" if french else "en": _text(dice, french, 8)},
            requesters=(dice.choice(REQUESTERS),),
            places=tuple(dice.sample(PLACES, dice.choice((1, 1, 2)))),
            start=start,
            end=start + timedelta(days=dice.randrange(400)) if dice.random() < 0.9 else None,
            description={"fr" if french else "en": _text(dice, french, 120)},
        )


def _text(dice: random.Random, french: bool, words: int) -> str:
    common = FRENCH if french else ENGLISH
    return " ".join(dice.choice(common) if dice.random() < 0.6 else _rare(dice) for _ in range(words)).capitalize()


def _rare(dice: random.Random) -> str:
    """A made-up word; low numbers come far more often than high ones."""
    number = int(dice.paretovariate(0.7)) % RARE
    letters = []
    for _ in range(4):
        number, rest = divmod(number, 17)
        letters.append("bcdfghklmnprstvwz"[rest] + "aeiou"[(rest + number) % 5])
    return "".join(letters)
