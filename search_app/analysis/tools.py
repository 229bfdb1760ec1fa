"""The analyzer and the stemmers of a process, made once and shared."""

from __future__ import annotations

from dataclasses import dataclass

from search_app.analysis.analyzer import Analyzer
from search_app.analysis.stems import Stems


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What every build and every open generation needs to read text; both learn words, so one of each is enough."""

    analyzer: Analyzer
    stems: Stems

    @classmethod
    def make(cls) -> Tools:
        """New ones, with the word lists of this package."""
        return cls(analyzer=Analyzer(), stems=Stems())
