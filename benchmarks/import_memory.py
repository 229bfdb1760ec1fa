"""`python -m benchmarks.import_memory`: memory and time of importing one large IATI file into an empty corpus.

The file is generated; the import runs in a process of its own, whose peak is that of all its memory (VmHWM).
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import click

from benchmarks.corpus import SMALL_WORDS, SUBJECTS
from search_app.corpus.importers import all_importers
from search_app.corpus.importers.languages import LanguageGuesser
from search_app.corpus.intake import Intake
from search_app.corpus.names_files import PLACES, THESAURUS, read_names

CORPUS: Final = Path(__file__).parents[1] / "corpus"
TODAY: Final = date(2020, 1, 1)
CODES: Final = ("ML", "NE", "BF", "TD", "CF", "CD", "BI", "RW", "SO", "LR")
TRANSACTION: Final = """  <transaction ref="{number}"><transaction-type code="3"/>
   <transaction-date iso-date="2015-03-01"/>
   <value currency="EUR" value-date="2015-03-01">{number}000</value>
   <provider-org ref="XX-AG"><narrative>Example Agency</narrative></provider-org>
   <sector vocabulary="1" code="15210"/><flow-type code="10"/><tied-status code="5"/></transaction>
"""


def activity(number: int, dice: random.Random) -> str:
    """One activity in both languages: a sixth of it text, the rest what an import passes over."""
    texts = {
        language: tuple(" ".join(dice.choices([*subjects, *SMALL_WORDS[language]], k=count)) for count in (6, 60))
        for language, subjects in SUBJECTS.items()
    }
    titles, bodies = (
        "".join(f'<narrative xml:lang="{language}">{pair[part]}</narrative>' for language, pair in texts.items())
        for part in (0, 1)
    )
    return f"""<iati-activity xml:lang="en" hierarchy="2" last-updated-datetime="2019-05-01T00:00:00Z">
  <iati-identifier>XX-AG-{number}</iati-identifier>
  <reporting-org ref="XX-AG" type="10"><narrative>Example Agency</narrative></reporting-org>
  <title>{titles}</title><description type="1">{bodies}</description>
  <activity-date type="2" iso-date="2015-01-01"/><activity-date type="3" iso-date="2018-12-31"/>
  <recipient-country code="{dice.choice(CODES)}"/><related-activity ref="XX-AG-P{number % 50}" type="1"/>
{"".join(TRANSACTION.format(number=at) for at in range(10))}</iati-activity>
"""


def pieces(megabytes: float) -> Iterator[str]:
    """A file of so many megabytes."""
    dice, size, number = random.Random(6), 0, 0
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<iati-activities version="2.03">\n'
    while size < megabytes * 1e6:
        piece = activity(number, dice)
        size += len(piece.encode())
        number += 1
        yield piece
    yield "</iati-activities>\n"


def run(path: Path, corpus: Path) -> None:
    """Import a file and print the numbers; in the child."""
    began = time.perf_counter()
    names = read_names(CORPUS / THESAURUS, CORPUS / PLACES)
    intake = Intake(corpus, names, importers=all_importers(names, LanguageGuesser()), today=TODAY)
    file = intake.read(path)
    read, read_peak = time.perf_counter() - began, peak()
    report = intake.take([file])
    taken = time.perf_counter() - began
    cells = (f"{path.stat().st_size / 1e6:.1f}", f"{report.totals['new']:,}", f"{read:.1f}", f"{read_peak:.0f}")
    click.echo(f"| {' | '.join(cells)} | {taken:.1f} | {peak():.0f} |")


def peak() -> float:
    """The most memory that this process had so far, in MB."""
    status = Path("/proc/self/status").read_text("utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6


@click.command()
@click.option("--megabytes", default=30.0, show_default=True, help="Size of the file.")
@click.option("--child", nargs=2, hidden=True, type=click.Path(path_type=Path), help="File and corpus.")
def main(megabytes: float, child: tuple[Path, Path] | None) -> None:
    """Print what the import of a large file takes."""
    if child:
        run(*child)
        return
    click.echo("| file, MB | records | read, s | peak then, MB | imported, s | peak, MB |")
    click.echo("|---|---|---|---|---|---|")
    sys.stdout.flush()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "generated.xml")
        with path.open("w", encoding="utf-8") as file:
            file.writelines(pieces(megabytes))
        command = [sys.executable, "-m", "benchmarks.import_memory", "--child", str(path), str(Path(folder, "corpus"))]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
