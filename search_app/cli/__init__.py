"""The command line: one command a job, results on stdout, talk on stderr, exit codes that scripts can rely on.

Commands are loaded when they are called, so that `--help` answers at once.
"""

from search_app.cli.group import main

__all__ = ["main"]
