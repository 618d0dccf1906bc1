# What a person types here. The first target that needs it installs into .venv; the next ones find it done.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
# Twice quiet: an index that lacks a package makes pip warn. Errors are still shown.
PIP_INSTALL := $(BIN)/pip install -qq --disable-pip-version-check --constraint constraints.txt
BENCHMARKS := scoring engines importing matching copies failing polling quantifying collecting judging linking series crashes
# They take long, so each has a target of its own: make fuzz, make crashes, make worlds.
PROOFS := fuzzing collecting_crashes worlds

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check format benchmark fuzz crashes worlds lock

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

demo: .venv/installed ## Show the whole job on an invented company (no network, no key)
	@$(BIN)/reputation-monitor demo

test: .venv/installed-dev ## Run the tests
	@$(BIN)/pytest --numprocesses 2

check: .venv/installed-dev ## Lint, formatting, types and import contracts
	@$(BIN)/ruff check --quiet . && echo "lint: ok"
	@$(BIN)/ruff format --quiet --check . && echo "formatting: ok"
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: .venv/installed-dev ## Format the code, and mend what ruff can mend
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

benchmark: .venv/installed ## Print the figures of docs/performance.md, measured here
	@for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit; done

fuzz: .venv/installed ## Spoil feeds and see that no parser breaks (200,000 inputs)
	@$(BIN)/python -m benchmarks.fuzzing

crashes: .venv/installed-dev ## Kill collections and see that nothing is lost or doubled (200 kills a database)
	@$(BIN)/python benchmarks/collecting_crashes.py
	@$(BIN)/python -m benchmarks.servers.postgres $(BIN)/python benchmarks/collecting_crashes.py --database

worlds: .venv/installed-dev ## See that the linking's error rates are kept, in worlds whose truth is known
	@$(PIP_INSTALL) --editable '.[evaluation]'
	@$(BIN)/python -m benchmarks.worlds --worlds 10 --quarters 20 --others

lock: ## Pin every dependency anew, into constraints.txt
	@rm -rf build/lock && $(PYTHON) -m venv build/lock
	@build/lock/bin/pip install -qq --disable-pip-version-check --editable '.[dev,training,teacher,evaluation]'
	@(sed -n '/^#/p' constraints.txt; build/lock/bin/pip freeze --all --exclude pip --exclude-editable | \
	  sed 's/+cpu$$//') > build/constraints.txt
	@mv build/constraints.txt constraints.txt && rm -rf build/lock && git diff --stat constraints.txt

.venv/installed: pyproject.toml constraints.txt | $(BIN)/pip
	@echo "installing the pinned dependencies into .venv, once; torch alone is 0.2 GB to fetch"
	@$(PIP_INSTALL) --editable .
	@touch $@

.venv/installed-dev: pyproject.toml constraints.txt | $(BIN)/pip
	@echo "installing the pinned dependencies and the tools for tests into .venv, once; torch alone is 0.2 GB to fetch"
	@$(PIP_INSTALL) --editable '.[dev]'
	@touch .venv/installed $@

$(BIN)/pip:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is older than 3.11; name another: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv
