"""Write what a thousand questions are answered, or compare it with what was written before: nothing may differ.

    python -m benchmarks.same_results before.jsonl --size 10000 --index folder

A line holds the question, total, ids, scores bit for bit, and a digest of the whole answer: names, facets, snippets,
reasons, offers and notes. Run it before a change that should change no result, and again behind it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Final

import click

from benchmarks.corpus import mandates
from benchmarks.ours import TODAY, Ours
from benchmarks.questions import KINDS, Question, Vocabulary, questions
from search_app.search.searcher import Searcher

# Times differ, and so does what a generation is called; the record is what was stored, not what was found.
LEFT_OUT: Final = {"took_ms", "generation", "mandate"}


def line(searcher: Searcher, question: Question) -> str:
    """What a question is answered, as one line."""
    page = searcher.search(question.request(), TODAY)
    whole = json.dumps(_values(page), default=str, sort_keys=True, ensure_ascii=False)
    return json.dumps(
        {
            "kind": question.kind,
            "text": question.text,
            "total": page.total,
            "hits": [[one.mandate.id, one.score.hex()] for one in page.results],
            "all_words": page.all_words.count if page.all_words else None,
            "answer": hashlib.sha256(whole.encode()).hexdigest(),
        },
        ensure_ascii=False,
    )


def _values(value: object) -> object:
    """What an answer says, by the names of its fields."""
    if is_dataclass(value):
        return {one.name: _values(getattr(value, one.name)) for one in fields(value) if one.name not in LEFT_OUT}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {name: _values(one) for name, one in zip(value._fields, value, strict=True) if name not in LEFT_OUT}
    if isinstance(value, tuple | list):
        return [_values(one) for one in value]
    if isinstance(value, Mapping):
        return {name: _values(one) for name, one in value.items()}
    return value


def lines(size: int, count: int, index: Path) -> Iterator[str]:
    """The lines for an index of so many mandates, which is built where the folder is not there yet."""
    ours = Ours.make()
    documents = list(mandates(size))
    if not index.exists():
        index.mkdir(parents=True)
        ours.build(index, documents)
    asked = questions(Vocabulary.of(documents, ours.tools.analyzer), ours.names, each=-(-count // len(KINDS)))
    searcher = ours.open(index)
    try:
        for question in asked:
            yield line(searcher, question)
    finally:
        searcher.close()


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--size", default=1_000, show_default=True)
@click.option("--count", default=1_000, show_default=True, help="Questions.")
@click.option("--index", type=click.Path(path_type=Path), required=True, help="Built here, or used where it is there.")
def main(file: Path, size: int, count: int, index: Path) -> None:
    """Write answers to FILE, or compare them with it where it is there."""
    found = lines(size, count, index)
    if not file.exists():
        file.write_text("".join(one + "\n" for one in found), "utf-8")
        click.echo(f"{file}: written")
        return
    pairs = list(zip_longest(file.read_text("utf-8").splitlines(), found))
    different = [(before, now) for before, now in pairs if before != now]
    for before, now in different[:10]:
        click.echo(f"- {before}\n+ {now}")
    click.echo(f"{file}: {len(pairs) - len(different)} of {len(pairs)} answers are the same")
    if different:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
