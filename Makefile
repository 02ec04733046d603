# One set of commands for people and for CI. Needs python3 (3.11 or newer) and make; `make` lists the commands.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
GRAPHIQL := web/graphiql
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install demo test check format neo4j graphiql lock schema bench clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

install: $(INSTALLED) ## Make .venv with everything locked, the rapport command included
	@echo "Ready: $(BIN)/rapport --help"

demo: $(INSTALLED) ## Serve a made-up book of business on 127.0.0.1:8000 (ARGS="--port 8001" for another port)
	@$(BIN)/python $(GRAPHIQL)/build.py || true
	@$(BIN)/rapport demo $(ARGS)

test: $(INSTALLED) ## Run the whole suite, on SQLite and a real Neo4j (ARGS="-k name" for a part)
	@$(BIN)/python $(GRAPHIQL)/build.py || true
	$(BIN)/python -m pytest $(ARGS)

check: $(INSTALLED) ## Check format, lint, types and the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(INSTALLED) ## Put the code into our format and mend what lint can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

neo4j: $(INSTALLED) ## Start the Neo4j server of the tests, to keep: needs a JDK 17 or 21, and Maven
	@$(BIN)/python -m tests.neo4j_server $(ARGS)

graphiql: $(INSTALLED) ## Build the page to try queries on, where it is not yet or has changed
	@$(BIN)/python $(GRAPHIQL)/build.py

schema: $(INSTALLED) ## Write schema/schema.graphql anew, after a change of the API
	@$(BIN)/rapport schema > schema/schema.graphql.part
	@mv schema/schema.graphql.part schema/schema.graphql

bench: $(INSTALLED) ## Measure imports, dashboards and sorted lists; prints tables (ARGS="--interactions 50000" for a smaller book)
	$(BIN)/python -m bench.ingest $(ARGS)
	$(BIN)/python -m bench.dashboard $(ARGS)
	$(BIN)/python -m bench.lists $(ARGS)

lock: ## Resolve requirements*.txt anew from pyproject.toml (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: $(PYTHON) -m pip install uv, or see its own documentation." >&2; exit 1; }
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev -o requirements-dev.txt
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml -c requirements-dev.txt -o requirements.txt

clean: ## Remove .venv and caches; your databases stay
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis $(GRAPHIQL)/node_modules

# pip is the last thing that venv writes, so that an interrupted set-up is begun again.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Rapport needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Install a newer one, then name it: make install PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make a virtual environment. On Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(INSTALLED): requirements-dev.txt pyproject.toml | $(BIN)/pip
	@echo "Installing the locked packages into $(VENV) (about a minute the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@
