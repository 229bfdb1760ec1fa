"""One frozen Settings: flag, else environment, else settings file, else default.

Paths and names only; nothing here opens an index or reads a record.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from search_app.corpus.addresses import SCHEMES, is_address, without_password
from search_app.corpus.names_files import PLACES, THESAURUS
from search_app.corpus.yaml_reader import Entry, ListNode, TextNode, read_yaml
from search_app.errors import Fault, FileFaultsError, SettingsError

PREFIX: Final = "MANDATE_SEARCH_"
FILE: Final = "mandate-search.yaml"
_SEPARATORS: Final = {"sources": "\n"}  # of lists in the environment; a comma for the others


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator decides.

    corpus            folder of records, `thesaurus.yaml` and `places.yaml`
    index             folder of generations; written by `index`, read by all else
    host, port        where `serve` listens; port 0 = one that is free
    workers           serving processes
    host_names        names under which the site is reached besides loopback and `host`
    base_url          the site's public address, for absolute links; "" = as requested
    trusted_proxies   how many proxies stand in front and may speak for the client
    rate_limit        requests a minute that one client may make to the endpoint and the files; 0 = no limit
    time_zone         decides which day is today
    log_queries       whether the log holds what was asked, for `mandate-search queries`
    contact           mail or http address to which readers report mistakes; "" = none
    sources           files, folders and http(s) addresses that `refresh` imports
    engine            `whoosh`, on this machine, or `opensearch`, on a cluster
    opensearch_url    addresses of the cluster's nodes; another is asked where one is lost
    opensearch_prefix name of the alias; begins the names of the indexes
    opensearch_ca     file with the certificates to trust; "" = those of the system
    opensearch_shards, opensearch_replicas   pieces of a new index, and further copies of each
    """

    corpus: Path
    index: Path
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    host_names: tuple[str, ...] = ()
    base_url: str = ""
    trusted_proxies: int = 0
    rate_limit: int = 0
    time_zone: str = "UTC"
    log_queries: bool = False
    contact: str = ""
    sources: tuple[str, ...] = ()
    engine: str = "whoosh"
    opensearch_url: tuple[str, ...] = ("http://127.0.0.1:9200",)
    opensearch_prefix: str = "mandates"
    opensearch_ca: str = ""
    opensearch_shards: int = 1
    opensearch_replicas: int = 1

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that says which day is today."""
        return ZoneInfo(self.time_zone)

    def table(self, name: str) -> Path:
        """Where a table of names lies: in the corpus, else the shipped one."""
        own = self.corpus / name
        return own if own.is_file() else shipped_corpus() / name

    @property
    def thesaurus(self) -> Path:
        """The concepts."""
        return self.table(THESAURUS)

    @property
    def places(self) -> Path:
        """The countries and regions."""
        return self.table(PLACES)


def shipped_corpus() -> Path:
    """The corpus that comes with the product: in a checkout beside the package, in a wheel inside it."""
    package = Path(str(files("search_app")))
    inside = package / "shipped_corpus"
    return inside if inside.is_dir() else package.parent / "corpus"


def load_settings(
    flags: Mapping[str, object],
    environment: Mapping[str, str],
    *,
    folder: Path,
    file: Path | None = None,
) -> Settings:
    """Gather the settings.

    flags    from the command line; None = not given
    folder   where `mandate-search.yaml`, `corpus` and `index` are looked for
    file     the settings file, where another one than the folder's is named
    raises   SettingsError naming flag, variable or file and line
    """
    values: dict[str, object] = dict(_defaults(folder, environment))
    path = file or folder / FILE
    if file is not None or path.is_file():
        values |= _from_file(path)
    for name in _CONVERTERS:
        variable = PREFIX + name.upper()
        if variable in environment:
            values[name] = _converted(name, environment[variable], variable)
    values |= {
        name: _converted(name, value, "--" + name.replace("_", "-"))
        for name, value in flags.items()
        if value is not None and value != ()
    }
    return Settings(**values)  # type: ignore[arg-type]  # every value went through its converter


def _defaults(folder: Path, environment: Mapping[str, str]) -> dict[str, Path]:
    """`./corpus` with `./index` beside it; without a checkout the shipped corpus and the user's cache folder."""
    if (folder / "corpus").is_dir():
        return {"corpus": folder / "corpus", "index": folder / "index"}
    cache = environment.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return {"corpus": shipped_corpus(), "index": Path(cache) / "mandate-search" / "index"}


def _from_file(path: Path) -> dict[str, object]:
    try:
        root = read_yaml(path)
    except FileFaultsError as error:
        raise SettingsError(str(error)) from error
    faults: list[Fault] = []
    values: dict[str, object] = {}
    for entry in root.entries:
        try:
            values[entry.key] = _converted(entry.key, _plain(entry), entry.key)
        except SettingsError as error:
            faults.append(Fault(path, entry.line, entry.column, str(error)))
    if faults:
        raise SettingsError("\n".join(map(str, faults)))
    return values


def _plain(entry: Entry) -> object:
    value = entry.value
    if isinstance(value, TextNode):
        return value.text
    if isinstance(value, ListNode):
        return tuple(item.text for item in value.items if isinstance(item, TextNode))
    raise SettingsError(f'"{entry.key}" holds a map; write one value or a list')


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("write one value")
    return value


def _number(low: int, high: int) -> Callable[[object], int]:
    def convert(value: object) -> int:
        text = str(value)
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise ValueError(f"write a whole number from {low} to {high}")
        return int(text)

    return convert


def _path(value: object) -> Path:
    return Path(str(value)).expanduser()


def _names(value: object) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else [str(part) for part in value]  # type: ignore[attr-defined]
    return tuple(part.strip() for part in parts if part.strip())


def _flag(value: object) -> bool:
    try:
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[str(value).lower()]
    except KeyError as error:
        raise ValueError("write true or false") from error


def _zone(value: object) -> str:
    text = _text(value)
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("write a time zone such as Europe/Paris") from error
    return text


def _contact(value: object) -> str:
    text = _text(value).strip()
    if not text or re.fullmatch(r"(?:mailto:)?[^@\s?]+@[^@\s?]+\.[^@\s?]+|https?://\S+", text):
        return text
    raise ValueError("write a mail address such as search@example.org, or one that begins with https://")


def _engine(value: object) -> str:
    if value not in ("whoosh", "opensearch"):
        raise ValueError("write whoosh or opensearch")
    return str(value)


def _nodes(value: object) -> tuple[str, ...]:
    nodes = _names(value)
    if not nodes or not all(re.fullmatch(r"https?://[^\s/@]+/?", node) for node in nodes):
        raise ValueError(
            "write addresses such as https://search-1.example.org:9200; name and password go into variables"
        )
    return nodes


def _prefix(value: object) -> str:
    text = _text(value)
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", text):
        raise ValueError("write small letters, digits and _, a letter first")
    return text


def _sources(value: object) -> tuple[str, ...]:
    """One a line in the environment: addresses may hold commas."""
    parts = value.splitlines() if isinstance(value, str) else [str(part) for part in value]  # type: ignore[attr-defined]
    found = tuple(part.strip() for part in parts if part.strip())
    for one in found:
        if is_address(one) and urlsplit(one).scheme not in SCHEMES:
            raise ValueError("write files, folders, and addresses that begin with https:// or http://")
    return found


_CONVERTERS: Final[dict[str, Callable[[object], object]]] = {
    "corpus": _path,
    "index": _path,
    "host": _text,
    "port": _number(0, 65535),
    "workers": _number(1, 64),
    "host_names": _names,
    "base_url": _text,
    "trusted_proxies": _number(0, 8),
    "rate_limit": _number(0, 1_000_000),
    "time_zone": _zone,
    "log_queries": _flag,
    "contact": _contact,
    "sources": _sources,
    "engine": _engine,
    "opensearch_url": _nodes,
    "opensearch_prefix": _prefix,
    "opensearch_ca": _text,
    "opensearch_shards": _number(1, 1024),
    "opensearch_replicas": _number(0, 20),
}


def _converted(name: str, value: object, said_by: str) -> object:
    """The value of a setting from what was written.

    raises   SettingsError naming flag, variable or key, the value, and what to write
    """
    if name not in _CONVERTERS:
        near = difflib.get_close_matches(name, _CONVERTERS, 1)
        raise SettingsError(f'unknown setting "{name}"; {f"did you mean {near[0]}?" if near else "see the README"}')
    try:
        return _CONVERTERS[name](value)
    except ValueError as error:
        raise SettingsError(f"{said_by}: {without_password(repr(value))} cannot be used; {error}") from error


def as_environment(settings: Settings) -> dict[str, str]:
    """The settings as variables, for processes that are started with them."""
    values = {one.name: getattr(settings, one.name) for one in fields(Settings)}
    return {
        PREFIX + name.upper(): _SEPARATORS.get(name, ",").join(value) if isinstance(value, tuple) else str(value)
        for name, value in values.items()
    }
