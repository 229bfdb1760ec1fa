"""The group of commands, what each error means as an exit code, and a clean stop on signals."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from types import FrameType
from typing import Final

import click

from search_app import errors

# name → module and the line that `--help` shows; modules are imported only when their command runs
COMMANDS: Final = {
    "import": ("importing", "Take mandates out of files into the corpus."),
    "refresh": ("importing", "Import the files and addresses that the settings name."),
    "new": ("records", "Write one new record."),
    "withdraw": ("records", "Take a record out of the corpus for good."),
    "check": ("records", "Say what is wrong with the files of the corpus."),
    "index": ("indexing", "Make the corpus searchable."),
    "search": ("searching", "Search from the command line."),
    "show": ("searching", "Show one mandate."),
    "concepts": ("concepts", "See what a proposed thesaurus would change."),
    "export": ("exporting", "Write all hits of a search as a file."),
    "evaluate": ("searching", "Measure retrieval on a judged collection."),
    "queries": ("queries", "Report what people ask, out of the log."),
    "generations": ("generations", "List the generations of the index."),
    "rollback": ("generations", "Make an older generation the current one."),
    "verify": ("generations", "See that the index is what it was written as."),
    "serve": ("serving", "Serve the page and the JSON endpoint."),
    "bundle": ("bundle", "Write the corpus with its search as a folder that opens from disk."),
    "mcp": ("mcp", "Serve the search to an assistant."),
    "config": ("serving", "Show the settings in force."),
}
# the first class that fits decides
EXIT_CODES: Final = (
    (errors.SettingsError, 2),
    (errors.RequestError, 2),
    (errors.NoIndexError, 3),
    (errors.UnknownMandateError, 1),
    (errors.LockHeldError, 4),
    (errors.GuardError, 5),
    (errors.StorageError, 6),
    (errors.FileFaultsError, 65),
    (errors.BusyError, 75),
    (errors.QueryTimeoutError, 75),
)
MOST_LINES: Final = 20


class Stopped(BaseException):
    """SIGTERM came: unwind, so that half-built things are removed."""


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


class Group(click.Group):
    """Loads a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"search_app.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mandate-search", prog_name="mandate-search")
def group() -> None:
    """One search box over mandates of security-sector reform, in English and French."""


def main() -> None:
    """Run the command line; never a traceback for what a user can mend."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        code = group.main(standalone_mode=False)
        sys.stdout.flush()
    except errors.MandateSearchError as error:
        _say(str(error))
        code = next((code for kind, code in EXIT_CODES if isinstance(error, kind)), 1)
    except click.exceptions.Abort:
        code = _stopped(signal.SIGINT)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except KeyboardInterrupt:
        code = _stopped(signal.SIGINT)
    except Stopped:
        code = _stopped(signal.SIGTERM)
    except BrokenPipeError:
        # whoever read our output has gone; nothing more can be said, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code or 0)


def _say(message: str) -> None:
    lines = message.splitlines()
    for line in lines[:MOST_LINES]:
        click.echo(line, err=True)
    if len(lines) > MOST_LINES:
        click.echo(f"… and {len(lines) - MOST_LINES} more", err=True)


def _stopped(number: signal.Signals) -> int:
    click.echo("stopped; what was there before is unchanged", err=True)
    return 128 + number
