# All there is to type. A machine needs Python 3.11 or newer, and nothing else.
#   make demo      run a whole shop here            (PORT=8000)
#   make test      run all tests, browser included  (ARGS="-k mails")
#   make lint      check style, types, layers, migrations, templates
#   make check     lint and test
#   make faults    the long form of the fault tests
#   make bench     measure
#   make messages  collect what is to be translated, compile what is

PORT ?= 8000
ARGS ?=
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)

BIN = .venv/bin
CODE = manage.py analytics merchants notifications orders postpurchase returns tracking
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps

.PHONY: demo test lint check faults bench messages lock setup browser clean

demo: .venv/.demo
	@$(BIN)/python manage.py up --port $(PORT)

test: setup browser
	$(BIN)/python -m pytest -n auto $(ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports
	$(BIN)/python -W ignore manage.py makemigrations --check --dry-run
	$(BIN)/djlint templates --lint --quiet
	@# What is low, marked safe, or SQL with names of ours in it, ruff asks a reason for.
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml --severity-level medium --skip B308,B608,B611,B703 $(CODE)

check: lint test

faults: setup
	FAULTS=full $(BIN)/python -m pytest -m faults tests/faults $(ARGS)

bench: setup
	$(BIN)/python -m tests.bench $(ARGS)

messages: setup
	$(BIN)/python -m postpurchase.local.translations

lock: setup
	$(BIN)/python -m pip install --quiet uv
	$(LOCK) -o requirements.lock
	$(LOCK) --extra local -o requirements-local.lock
	$(LOCK) --extra dev -o requirements-dev.lock
LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header pyproject.toml

setup: .venv/.dev

browser: setup
	@$(BIN)/python -m tests.browser

clean:
	rm -rf .local .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

# Each stamp is newer than its lock once all of it is installed.
.venv/.demo: requirements-local.lock .venv/bin/python
	@echo "Installing what Postpurchase needs into .venv …"
	@$(INSTALL) -r requirements-local.lock
	@touch $@

.venv/.dev: requirements-dev.lock .venv/bin/python
	@echo "Installing what its tests need into .venv …"
	@$(INSTALL) -r requirements-dev.lock
	@touch $@

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Postpurchase needs Python 3.11 or newer, and none was found; name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Postpurchase needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv
