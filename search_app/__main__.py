"""`python -m search_app` is the command `mandate-search`."""

from search_app.cli import main

main()
