"""Addresses among the sources of an import: which are some, and how they may be shown."""

from __future__ import annotations

import re
from typing import Final

SCHEMES: Final = ("http", "https")
_USERINFO: Final = re.compile(r"(?<=//)[^/?#\s]*@")


def is_address(source: str) -> bool:
    """Whether a source is an address and no path."""
    return "://" in source


def without_password(text: str) -> str:
    """A text with user and password taken out of every address in it."""
    return _USERINFO.sub("", text)


def shown(address: str) -> str:
    """An address as it may be shown and stored: without user and password, and without what its query says."""
    path, asked, _ = without_password(address).partition("#")[0].partition("?")
    return f"{path}?…" if asked else path
