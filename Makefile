# `make` alone lists what there is to do.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RELOADED := .venv-reloaded
PIP_FLAGS := --quiet --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help setup serve index test fast cluster lint types format bench system clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/mandate-search: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install $(PIP_FLAGS) -e .
	@touch $@

$(VENV)/.dev: $(BIN)/mandate-search
	$(BIN)/pip install $(PIP_FLAGS) -e '.[dev]'
	@touch $@

# The second release of Whoosh owns the same folder, so it needs an environment of its own.
$(RELOADED)/.dev: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(RELOADED)
	$(RELOADED)/bin/pip install $(PIP_FLAGS) -r tests/requirements-reloaded.txt
	@touch $@

setup: $(VENV)/.dev $(RELOADED)/.dev ## make both environments for development

index: $(BIN)/mandate-search ## make the corpus searchable
	$(BIN)/mandate-search index

serve: index ## index the shipped corpus and serve it on http://127.0.0.1:8000/
	$(BIN)/mandate-search serve

# The browser's driver keeps an event loop in its thread, which other tests cannot do with: a process of its own.
test: setup system lint types ## everything that must hold before a change lands
	$(BIN)/python -m pytest --ignore tests/browser
	$(BIN)/python -m pytest tests/browser
	$(RELOADED)/bin/python -m pytest -m engine tests/contract tests/unit/index

fast: $(VENV)/.dev ## the quick part of the tests, while you work
	$(BIN)/python -m pytest -q -x tests/unit tests/house

cluster: setup ## the tests that lose nodes of an OpenSearch cluster
	$(BIN)/python -m pytest -m long

lint: $(VENV)/.dev ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.dev ## mend style where a tool can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.dev ## static types
	$(BIN)/mypy

# BENCH holds options, which `python -m benchmarks --help` lists; each size keeps its figures until it is measured again.
bench: $(VENV)/.dev ## measure speed, size and memory; quick: BENCH="--sizes 1000"
	$(BIN)/pip install $(PIP_FLAGS) -e '.[bench]'
	$(BIN)/python -m benchmarks --into benchmarks/results $(BENCH)

# Browser tests need Chromium; where we may install it we do, elsewhere they say that they were skipped.
system:
	@command -v chromium >/dev/null || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			chromium fonts-dejavu-core >/dev/null; \
	else echo "chromium is not installed: the browser tests will be skipped"; fi

clean: ## remove environments, caches and the index
	rm -rf $(VENV) $(RELOADED) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
	rm -rf index/g-* index/tmp-* index/CURRENT index/lock
