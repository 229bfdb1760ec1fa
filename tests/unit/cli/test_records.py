"""The commands that write records: import, refresh, new, withdraw; and what the periodic run does first."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from search_app.cli import group, importing, indexing
from search_app.corpus.mandate import Mandate
from search_app.corpus.store import read_corpus
from search_app.errors import FileFaultsError, SettingsError
from search_app.index.indexer import Choices
from search_app.settings import Settings, as_environment, load_settings
from tests.searching import SHIPPED

PAGE = "Study of prisons\n\nUN mandate in Mali 01/02/2019 - 31/03/2019\n\nIt will look at prisons.\n"
STUDY = ("--title-en", "Study of  prisons", "--requester", "UN", "--place", "Mali", "--start", "2019-02-01")
ID = "2019-un-mali-study-prisons"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    return folder


def run(corpus: Path, *arguments: str, config: Path | None = None) -> Result:
    line = [*arguments, "--corpus", str(corpus), "--index", str(corpus.with_name("index"))]
    line += ["--config", str(config)] if config else []
    result = CliRunner().invoke(group.group, line, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result


def records(corpus: Path) -> list[Mandate]:
    return [record for record in read_corpus(corpus) if isinstance(record, Mandate)]


def settings_file(folder: Path, *sources: Path) -> Path:
    path = folder / "mine.yaml"
    path.write_text(f"sources: [{', '.join(json.dumps(str(source)) for source in sources)}]\n...\n", "utf-8")
    return path


def test_new_writes_a_record_and_tells_its_path(corpus: Path) -> None:
    result = run(corpus, "new", *STUDY, "--description-fr", "Un texte.\n\n- non\n\n• une liste")
    path = corpus / "mandates" / "2019" / f"{ID}.yaml"
    assert result.stdout == f"{path}\n"
    assert path.read_text("utf-8").endswith("\n...\n")
    (record,) = records(corpus)
    assert record == Mandate(
        id=ID,
        title={"en": "Study of prisons"},
        requesters=("UN",),
        places=("Mali",),
        start=date(2019, 2, 1),
        description={"fr": "Un texte.\n\n- non\n\n• une liste"},
    )


def test_new_refuses_a_mandate_that_is_there_or_was(corpus: Path) -> None:
    run(corpus, "new", *STUDY)
    path = corpus / "mandates" / "2019" / f"{ID}.yaml"
    with pytest.raises(FileFaultsError, match="is this mandate already"):
        run(corpus, "new", *STUDY[2:], "--title-en", "Study of PRISONS.")
    run(corpus, "withdraw", ID)
    with pytest.raises(FileFaultsError, match="was withdrawn"):
        run(corpus, "new", *STUDY)
    assert not path.exists()


def test_new_says_what_is_wrong_with_what_it_was_given(corpus: Path) -> None:
    with pytest.raises(click.UsageError, match="needs a title"):
        run(corpus, "new", "--place", "Mali")
    with pytest.raises(FileFaultsError, match=r"ends .* before it starts"):
        run(corpus, "new", *STUDY, "--end", "2019-01-31")
    with pytest.raises(FileFaultsError, match="https://"):
        run(corpus, "new", *STUDY, "--url", "a.example")
    with pytest.raises(click.UsageError, match="2019-03-31"):
        run(corpus, "new", *STUDY, "--end", "31/01/2019")
    assert records(corpus) == []
    assert "Atlantis" in run(corpus, "new", *STUDY, "--place", "Atlantis").stderr


def test_withdraw_moves_the_record_and_undo_moves_it_back(corpus: Path) -> None:
    run(corpus, "new", *STUDY)
    path = corpus / "mandates" / "2019" / f"{ID}.yaml"
    before = path.read_bytes()
    result = run(corpus, "withdraw", ID, "--reason", "asked for by\nthe requester")
    gone = corpus / "withdrawn" / f"{ID}.yaml"
    assert result.stdout == f"{gone}\n"
    assert not path.exists()
    assert 'withdrawn: "asked for by the requester"\nwithdrawn_on: 20' in gone.read_text("utf-8")
    assert run(corpus, "check", "--format", "json").stdout.strip() == "[]"
    run(corpus, "withdraw", "--undo", ID)
    assert path.read_bytes() == before
    assert not gone.exists()


def test_withdraw_knows_what_is_not_there(corpus: Path) -> None:
    for line in (("withdraw", "no-such"), ("withdraw", "--undo", "no-such"), ("withdraw", "../../etc/passwd")):
        with pytest.raises(FileFaultsError, match="no record has the id"):
            run(corpus, *line)


def test_a_withdrawn_mandate_does_not_come_back_by_import(corpus: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(PAGE, "utf-8")
    assert "1 new" in run(corpus, "import", str(page)).stdout
    run(corpus, "withdraw", ID)
    assert "1 withdrawn" in run(corpus, "import", str(page)).stdout
    assert records(corpus) == []


def test_refresh_imports_all_sources_once(corpus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "page.txt").write_text(PAGE, "utf-8")
    config = settings_file(tmp_path, folder, tmp_path / "none.txt")
    result = run(corpus, "refresh", config=config)
    assert result.return_value == 65
    assert f"{tmp_path / 'none.txt'}: cannot be read: No such file or directory" in result.stdout
    assert [record.id for record in records(corpus)] == [ID]
    assert run(corpus, "refresh", config=settings_file(tmp_path, folder)).return_value == 0
    form = json.loads(run(corpus, "refresh", "--dry-run", "--json", config=settings_file(tmp_path, folder)).stdout)
    assert (form["dry_run"], form["totals"]["known"], form["written"]) == (True, 1, 0)


def test_refresh_without_sources_says_where_to_name_them(corpus: Path) -> None:
    with pytest.raises(SettingsError, match=r"mandate-search\.yaml"):
        run(corpus, "refresh")


def test_a_source_that_failed_is_told_on_stderr(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "mine.yaml"
    config.write_text('sources: ["http://anne:secret@127.0.0.1:1/list"]\n...\n', "utf-8")
    result = run(corpus, "refresh", config=config)
    assert result.return_value == 65
    assert "http://127.0.0.1:1/list: " in result.output
    assert "secret" not in result.output
    assert "secret" not in run(corpus, "config", config=config).output
    monkeypatch.setenv("MANDATE_SEARCH_SOURCES", "ftp://anne:secret@a.example/x")
    with pytest.raises(SettingsError) as wrong:
        run(corpus, "config")
    assert "secret" not in str(wrong.value)


def test_sources_pass_through_the_environment_with_their_commas(tmp_path: Path) -> None:
    settings = Settings(corpus=tmp_path, index=tmp_path, sources=("https://a.example/?country=ML,NE", "my lists/a.csv"))
    assert load_settings({}, as_environment(settings), folder=tmp_path) == settings


def test_the_periodic_run_takes_the_sources_first(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.txt"
    page.write_text(PAGE, "utf-8")
    for name in ("thesaurus.yaml", "places.yaml"):
        (corpus / name).write_bytes((SHIPPED / name).read_bytes())
    settings = Settings(corpus=corpus, index=tmp_path / "index", sources=(str(page), "http://127.0.0.1:1/"))
    report = indexing.run_with_sources(settings, choices=Choices())
    assert report.documents == 1
    told = capsys.readouterr()
    assert told.out.startswith("refresh: 1 new, 1 refused; 1 records written\n")
    assert "http://127.0.0.1:1/: " in told.err


def test_import_shows_a_bar_on_a_terminal_only(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [tmp_path / "a.txt", tmp_path / "b.txt", tmp_path / "none"]
    for path in paths[:2]:
        path.write_text(PAGE, "utf-8")
    for terminal, hidden in ((True, False), (True, True), (False, False)):
        monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)  # noqa: B023 asked for at once
        with importing._reading(paths, hidden=hidden) as told:
            for path in paths:
                told(path)(0.5)
                told(path)(1.0)
        shown = capsys.readouterr().err
        assert ("reading" in shown and "100%" in shown) == (terminal and not hidden)
