"""Every exception the product raises on purpose, under one base.

A message says where, what is wrong with the values seen, and what to do. Nothing here knows of HTTP or exit codes:
the web and the command line decide what an error means to their callers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path


class MandateSearchError(Exception):
    """Base of all errors that a user, not a developer, can mend."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a file.

    line, column   counted from 1; 0 where the fault has no position
    """

    path: Path
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        place = f":{self.line}:{self.column}" if self.line and self.column else f":{self.line}" if self.line else ""
        return f"{self.path}{place}: {self.message}"


class FileFaultsError(MandateSearchError):
    """A file people write (record, thesaurus, places, settings) cannot be read; `faults` lists all that is wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


class SettingsError(MandateSearchError):
    """A flag, an environment variable or the settings file holds something that cannot be used."""


class RequestError(MandateSearchError):
    """What the caller asked for cannot be answered; the caller must change the request."""

    def __init__(self, message: str, *, kind: str, parameter: str | None = None, **limits: int) -> None:
        super().__init__(message)
        self.kind = kind
        self.parameter = parameter
        self.limits = limits


class UnknownMandateError(MandateSearchError):
    """No mandate has this id."""


class MovedMandateError(MandateSearchError):
    """The mandate has another id now (`new_id`)."""

    def __init__(self, old_id: str, new_id: str) -> None:
        super().__init__(f"{old_id} is now {new_id}")
        self.new_id = new_id


class WithdrawnMandateError(MandateSearchError):
    """The mandate was taken out of the corpus on purpose, for `reason`, on a `day` that may be unknown."""

    def __init__(self, mandate_id: str, reason: str, day: date | None = None) -> None:
        super().__init__(f"{mandate_id} was withdrawn{f' on {day}' if day else ''}: {reason}")
        self.reason = reason
        self.day = day


class NoIndexError(MandateSearchError):
    """No generation of the index can be read."""


class IncompatibleIndexError(NoIndexError):
    """The generation was built by another version; it must be built anew."""


class LockHeldError(MandateSearchError):
    """Another process is writing the corpus or the index."""


class GuardError(MandateSearchError):
    """The new generation looks wrong (empty, much smaller); the old one stays."""


class StorageError(MandateSearchError):
    """The disk is full, read-only or failing; nothing was changed."""


class BusyError(MandateSearchError):
    """Too many searches run at once; try again."""


class ClusterError(BusyError):
    """The search cluster does not answer, or only in part; nothing is wrong with what it was asked."""


class QueryTimeoutError(MandateSearchError):
    """A search took longer than it may; ask for fewer words."""
