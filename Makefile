# The commands of the project. `make demo` and `make test` are all that a newcomer needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
STAMP := $(VENV)/.installed
ARGS ?=

.PHONY: help install demo check lint types rows unit test sim sim-long docs format bench lock clean

help: ## List the commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

# The stamp is written last and holds the folder that the environment was made for. An environment
# that is half made, that lost its Python or that moved with its folder is therefore made again.
ifneq ($(CURDIR),$(shell $(BIN)/python -c 'print(open("$(STAMP)").read(), end="")' 2>/dev/null))
.PHONY: $(STAMP)
endif

install: $(STAMP) ## Make .venv with everything pinned; does nothing when it is up to date
	@:

$(STAMP): pyproject.toml requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Headgate needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@rm -f $@
	@[ "$$($(BIN)/python -c 'import sys; print(sys.prefix)' 2>/dev/null)" = "$(CURDIR)/$(VENV)" ] && \
	$(PIP) --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || \
	{ echo "No virtual environment. On Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PIP) install --require-hashes -r requirements/dev.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q src/headgate
	@printf %s "$(CURDIR)" > $@

demo: install ## Run the gateway against a simulated LLM: make demo ARGS="--help"
	$(BIN)/python -m headgate.cli.main demo $(ARGS)

check: lint types rows unit ## Lint, types, import rows, house rules and unit tests; seconds

lint: install
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check

types: install
	$(BIN)/python -m mypy

rows: install
	$(BIN)/lint-imports --no-logo

unit: install
	$(BIN)/python -m pytest tests/house tests/unit $(ARGS)

test: check ## Everything that CI runs: check, then every other folder of tests/
	$(BIN)/python -m pytest tests --ignore=tests/house --ignore=tests/unit $(ARGS)

# `make sim SEED=7` repeats what a failing test tells of seed 7.
SEED ?= 0

sim: install ## Run one seed of the simulation: make sim SEED=7; sim-long runs 10,000
	$(BIN)/python -m tests.simulation --seed $(SEED)

sim-long: install
	$(BIN)/python -m tests.simulation --seeds 10000 --processes 0

docs: install ## Make the generated pages again: policies, diagnostics, compatibility
	$(BIN)/python docs/generate.py

format: install ## Format the code and fix what ruff can fix
	$(BIN)/python -m ruff check --fix --exit-zero
	$(BIN)/python -m ruff format

bench: install ## Measure against nginx: make bench ARGS="--only plain --rounds 1"
	$(BIN)/python -m bench.run $(ARGS)

# The pins name no index, so that every machine installs from the one that it is configured for.
lock: ## Pin the dependencies again; needs uv on the path
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --output-file requirements/base.txt pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --output-file requirements/dev.txt --constraint requirements/base.txt --extra dev pyproject.toml

clean: ## Remove what the commands made
	rm -rf $(VENV) build dist bench/bin bench/run .mypy_cache .ruff_cache .hypothesis .grimp_cache .import_linter_cache
	find src tests bench -name __pycache__ -type d -exec rm -rf {} +
