"""Strict YAML: what is refused, where the fault is said to be, and that values stay texts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_app.corpus.yaml_reader import Limits, ListNode, MapNode, TextNode, parse_yaml, read_yaml
from search_app.errors import Fault, FileFaultsError

PATH = Path("a.yaml")


def faults_of(text: str | bytes, limits: Limits | None = None) -> list[Fault]:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(FileFaultsError) as caught:
        parse_yaml(data, path=PATH, limits=limits or Limits())
    return list(caught.value.faults)


@pytest.mark.parametrize("value", ["NO", "0123", "1e3", "2019-02-30", "null", "~", "true", "1_000", "12:30:45", ".inf"])
def test_plain_values_stay_the_text_that_is_written(value: str) -> None:
    tree = parse_yaml(f"a: {value}\n...\n".encode(), path=PATH)
    entry = tree.entry("a")
    assert entry is not None
    assert entry.value == TextNode(value, 1, 4)


def test_every_node_knows_its_line_and_column() -> None:
    tree = parse_yaml(b"---\na: x\nb:\n- y\n- c: z\n...\n", path=PATH)
    second = tree.entry("b")
    assert second is not None
    assert (second.line, second.column) == (3, 1)
    assert isinstance(second.value, ListNode)
    text, inner = second.value.items
    assert (text.line, text.column) == (4, 3)
    assert isinstance(inner, MapNode)
    assert [(entry.key, entry.line, entry.column) for entry in inner.entries] == [("c", 5, 3)]


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    tree = parse_yaml("\ufeffa: é\r\n...\r\n".encode(), path=PATH)
    assert tree.entries[0].value == TextNode("é", 1, 4)


@pytest.mark.parametrize(
    ("text", "line", "column", "part"),
    [
        ("a: x\n", 2, 1, "`...`"),
        ("a: x\na: y\n...\n", 2, 1, 'duplicate key "a"; keep one of them (the first is on line 1)'),
        ("a: &b x\n...\n", 1, 4, "anchor &b"),
        ("c: *b\n...\n", 1, 4, "alias *b"),
        ("a: !!int 3\n...\n", 1, 4, "tag tag:yaml.org,2002:int"),
        ("a: ! x\n...\n", 1, 4, "tag !"),
        ("a: !!python/object/apply:os.system [x]\n...\n", 1, 4, "tag"),
        ("%YAML 1.1\n---\na: x\n...\n", 1, 1, "directive"),
        ("a: x\n---\nb: y\n...\n", 2, 1, "second document"),
        ("a: x\n...\nb: y\n...\n", 3, 1, "second document"),
        ("- x\n...\n", 1, 1, "no map"),
        ("x\n...\n", 1, 1, "no map"),
        ("", 1, 1, "no map"),
        ("? [x]\n: y\n...\n", 1, 3, "stands as a key"),
        ("a: b: c\n...\n", 1, 5, "double quotes"),
        ('a: "b\n...\n', 2, 1, "not valid YAML"),
        ("a:\n\tb: x\n...\n", 2, 1, "not valid YAML"),
        ('a: "\\0"\n...\n', 1, 4, "U+0000"),
        ('a: "\\x1b"\n...\n', 1, 4, "U+001B"),
        ("a: x\x07y\n...\n", 1, 5, "U+0007"),
        ("b: x\na: x\u2028y\n...\n", 2, 5, "U+2028"),
        ("a: x\ufeff\n...\n", 1, 5, "U+FEFF"),
        (b"a: x\nb: caf\xe9\n...\n", 2, 7, "0xe9 is not UTF-8"),
    ],
)
def test_what_is_not_allowed_is_refused_at_its_place(text: str | bytes, line: int, column: int, part: str) -> None:
    faults = faults_of(text)
    assert (faults[0].line, faults[0].column) == (line, column)
    assert part in faults[0].message


def test_all_faults_of_a_file_are_told() -> None:
    faults = faults_of("a: &x 1\na: !t 2\nb: *x\n")
    assert [fault.line for fault in faults] == [1, 2, 2, 3, 4]


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 8)}]" for n in range(1, 9)]
    assert "alias" in "".join(fault.message for fault in faults_of("\n".join(lines) + "\n...\n"))


@pytest.mark.parametrize(
    ("text", "limits", "part"),
    [
        ("a: " + "[" * 9 + "]" * 9 + "\n...\n", Limits(depth=8), "more than 8 levels"),
        ("a: " + "[" * 100_000 + "\n...\n", Limits(), "make it flatter"),
        ("a: [" + "x, " * 1000 + "]\n...\n", Limits(nodes=1000), "more than 1000 values"),
    ],
)
def test_trees_larger_than_the_limits_are_refused(text: str, limits: Limits, part: str) -> None:
    assert part in faults_of(text, limits)[0].message


def test_a_tree_as_large_as_the_limits_is_read() -> None:
    # the map, its key, the list and its 7 items; 2 levels
    tree = parse_yaml(b"a: [x, x, x, x, x, x, x]\n...\n", path=PATH, limits=Limits(nodes=10, depth=2))
    assert tree.entries[0].key == "a"


def test_only_regular_files_of_a_fitting_size_are_opened(tmp_path: Path) -> None:
    good = tmp_path / "good.yaml"
    good.write_text("a: x\n...\n")
    link = tmp_path / "link.yaml"
    link.symlink_to(good)
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    folder = tmp_path / "folder.yaml"
    folder.mkdir()
    large = tmp_path / "large.yaml"
    large.write_text("a: " + "x" * 100 + "\n...\n")
    assert read_yaml(good).entry("a") is not None
    for path, part in (
        (link, "a link"),
        (pipe, "not a regular file"),
        (folder, "directory"),
        (large, "108 bytes, more than the limit of 50"),
        (tmp_path / "none.yaml", "No such file"),
    ):
        with pytest.raises(FileFaultsError) as caught:
            read_yaml(path, limits=Limits(size=50))
        assert part in str(caught.value)
        assert str(caught.value).startswith(str(path))


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_give_a_tree_or_faults(data: bytes) -> None:
    found: MapNode | tuple[Fault, ...]
    try:
        found = parse_yaml(data, path=PATH)
    except FileFaultsError as error:
        found = error.faults
    assert isinstance(found, MapNode) or found
