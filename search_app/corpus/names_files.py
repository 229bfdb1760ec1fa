"""Read `thesaurus.yaml` and `places.yaml` into one `Names`.

Promise: every fault of both files is told with line and column; a form that two concepts share without saying so
(`ambiguous`) is a fault.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from search_app.analysis.fold import fold
from search_app.analysis.language import LANGUAGES, Language
from search_app.corpus.names import Concept, Kind, Names
from search_app.corpus.yaml_reader import TABLE_LIMITS, Entry, ListNode, MapNode, Node, TextNode, read_yaml
from search_app.errors import Fault, FileFaultsError

THESAURUS: Final = "thesaurus.yaml"
PLACES: Final = "places.yaml"
# Both, read and found whole; a tenth of the time to read again.
NAMES: Final = "names.json"
ORGANISATION_GROUP: Final = "organisation"

_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_CODE: Final = re.compile(r"[A-Z]{2}")
_TEXTS: Final = {"id", "code", "group", "en", "fr"}
_LISTS: Final = {
    "alt_en",
    "alt_fr",
    "acronyms_en",
    "acronyms_fr",
    "demonyms_en",
    "demonyms_fr",
    "capitals_only",
    "ambiguous",
    "aliases",
    "asks_as",
    "countries",
    "broader",
}
_KEYS: Final[dict[Kind, set[str]]] = {
    "concept": (_TEXTS - {"code"}) | (_LISTS - {"aliases", "asks_as", "countries"}),
    "country": (_TEXTS - {"id", "group"}) | (_LISTS - {"countries", "broader"}),
    "region": (_TEXTS - {"code", "group"}) | (_LISTS - {"asks_as", "broader"}),
}


def read_names(thesaurus: Path, places: Path) -> Names:
    """Read both files.

    raises   FileFaultsError with all faults of both
    """
    faults: list[Fault] = []
    concepts: list[tuple[Concept, Path, MapNode]] = []
    for path, sections in ((thesaurus, ("concepts",)), (places, ("countries", "regions"))):
        try:
            root = read_yaml(path, limits=TABLE_LIMITS)
        except FileFaultsError as error:
            faults += error.faults
            continue
        reader = _Reader(path, faults)
        for section in sections:
            concepts += [(concept, path, node) for concept, node in reader.section(root, section)]
        reader.unknown_keys(root, {"version", *sections})
    faults += _shared(concepts)
    if faults:
        raise FileFaultsError(faults)
    return Names(concept for concept, _, _ in concepts)


def encode_names(names: Names) -> bytes:
    """The bytes of a file that keeps names as they were read."""
    rows = [vars(concept) for concept in names]
    return json.dumps(rows, ensure_ascii=False, default=sorted).encode()  # what JSON does not know are frozen sets


def decode_names(data: bytes) -> Names:
    """The names that `encode_names` was given."""
    return Names(_kept(row) for row in json.loads(data))


def _kept(row: dict[str, Any]) -> Concept:
    lists = {key: tuple(value) for key, value in row.items() if isinstance(value, list)}
    sets = {key: frozenset(row[key]) for key in ("capitals_only", "ambiguous")}
    forms = {
        key: {language: tuple(texts) for language, texts in row[key].items()}
        for key in ("labels", "acronyms", "demonyms")
    }
    return Concept(**(row | lists | sets | forms))


class _Reader:
    """Turns the maps of one file into concepts and collects what is wrong with them."""

    def __init__(self, path: Path, faults: list[Fault]) -> None:
        self._path = path
        self._faults = faults

    def _fault(self, node: Node | Entry, message: str) -> None:
        self._faults.append(Fault(self._path, node.line, node.column, message))

    def section(self, root: MapNode, name: str) -> Iterator[tuple[Concept, MapNode]]:
        """The concepts of one list of the file."""
        entry = root.entry(name)
        if entry is None or not isinstance(entry.value, ListNode):
            self._fault(root, f'the list "{name}" is missing; write `{name}:` and below it one map for each')
            return
        kind: Kind = {"concepts": "concept", "countries": "country", "regions": "region"}[name]  # type: ignore[assignment]
        for node in entry.value.items:
            if not isinstance(node, MapNode):
                self._fault(node, "not a map; write `- id: …` with the names below it")
            elif (concept := self._concept(node, kind)) is not None:
                yield concept, node

    def unknown_keys(self, node: MapNode, known: set[str]) -> None:
        """Report keys that nobody reads."""
        for entry in node.entries:
            if entry.key not in known:
                near = difflib.get_close_matches(entry.key, known, 1)
                hint = f'write "{near[0]}"' if near else f"known are {', '.join(sorted(known))}"
                self._fault(entry, f'unknown key "{entry.key}"; {hint}')

    def _concept(self, node: MapNode, kind: Kind) -> Concept | None:
        self.unknown_keys(node, _KEYS[kind])
        texts = {key: self._text(node, key) for key in _TEXTS}
        lists = {key: self._list(node, key) for key in _LISTS}
        code = texts["code"]
        name_id = f"country-{code.lower()}" if kind == "country" else texts["id"]
        if not (_CODE.fullmatch(code) if kind == "country" else _ID.fullmatch(name_id)):
            wanted = "a code of two capitals" if kind == "country" else "an id of small letters, digits and hyphens"
            self._fault(node, f'"{code or name_id}" is not {wanted}')
            return None
        for language in LANGUAGES:
            if not texts[language]:
                self._fault(node, f'{name_id}: the label "{language}" is missing; write `{language}: …`')
                return None
        acronyms: dict[Language, tuple[str, ...]] = {lang: lists[f"acronyms_{lang}"] for lang in LANGUAGES}
        return Concept(
            id=name_id,
            kind="organisation" if texts["group"] == ORGANISATION_GROUP else kind,
            name={language: texts[language] for language in LANGUAGES},
            labels={lang: tuple(dict.fromkeys((texts[lang], *lists[f"alt_{lang}"]))) for lang in LANGUAGES},
            acronyms=acronyms,
            demonyms={language: lists[f"demonyms_{language}"] for language in LANGUAGES},
            capitals_only=frozenset(lists["capitals_only"]),
            ambiguous=frozenset(lists["ambiguous"]),
            aliases=lists["aliases"],
            asks_as=lists["asks_as"],
            group=texts["group"],
            code=code,
            countries=lists["countries"],
            broader=lists["broader"],
        )

    def _text(self, node: MapNode, key: str) -> str:
        entry = node.entry(key)
        if entry is None:
            return ""
        if not isinstance(entry.value, TextNode):
            self._fault(entry, f'"{key}" holds a list or map; write one text')
            return ""
        return entry.value.text.strip()

    def _list(self, node: MapNode, key: str) -> tuple[str, ...]:
        entry = node.entry(key)
        if entry is None:
            return ()
        if not isinstance(entry.value, ListNode) or not all(isinstance(one, TextNode) for one in entry.value.items):
            self._fault(entry, f'"{key}" is no list of texts; write `{key}: [one, two]`')
            return ()
        return tuple(one.text.strip() for one in entry.value.items if isinstance(one, TextNode))


def _shared(concepts: Iterable[tuple[Concept, Path, MapNode]]) -> Iterator[Fault]:
    """Ids that stand twice, and forms that two concepts have without both calling them ambiguous."""
    ids: dict[str, int] = {}
    owners: dict[str, Concept] = {}
    for concept, path, node in concepts:
        if concept.id in ids:
            yield Fault(path, node.line, node.column, f'the id "{concept.id}" stands twice; give one another id')
        ids[concept.id] = node.line
        demonyms = (form for language in LANGUAGES for form in concept.demonyms.get(language, ()))
        for form in dict.fromkeys((*concept.full_names(), *concept.all_acronyms(), *demonyms)):
            other = owners.setdefault(fold(form), concept)
            if other is not concept and not (_calls_ambiguous(other, form) and _calls_ambiguous(concept, form)):
                yield Fault(
                    path,
                    node.line,
                    node.column,
                    f'"{form}" names {other.id} and {concept.id}; take it from one, or list it as ambiguous in both',
                )


def _calls_ambiguous(concept: Concept, form: str) -> bool:
    return fold(form) in map(fold, concept.ambiguous)
