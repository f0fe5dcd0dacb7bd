# Everything that a person does with a clone. `make` alone lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export PORT

.DEFAULT_GOAL := help
.PHONY: help run test test-postgres test-engines journeys lint fix messages vendor bench clean

help: ## list what there is to do
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: $(VENV)/.runtime var/static/staticfiles.json ## build what is needed and serve the site (PORT=8000)
	@$(BIN)/python manage.py serve

test: $(VENV)/.dev ## build what is needed and run the tests (no browser, no server)
	@$(BIN)/pytest -n 2 --dist worksteal -q -m "not journey" $(ARGS)

test-postgres: $(VENV)/.dev ## the same tests on a PostgreSQL that is started and stopped here
	@.ci/with-postgres $(BIN)/pytest -n 2 --dist worksteal -q -m "not journey" $(ARGS)

test-engines: $(VENV)/.dev ## what is about Elasticsearch, on one and a PostgreSQL that are started and stopped here (needs a JDK, Maven, unzip)
	@.ci/with-postgres .ci/with-elasticsearch $(BIN)/pytest -q -m elasticsearch $(ARGS)

journeys: $(VENV)/.dev var/static/staticfiles.json ## the journeys of every role in a real browser (needs Chromium)
	@$(BIN)/pytest -n 2 --dist worksteal -q -m journey tests/journeys $(ARGS)

lint: $(VENV)/.dev ## everything that can be checked without running the site
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet kmsite knowledge communities maps
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py translations --check

fix: $(VENV)/.dev ## format code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(VENV)/.dev ## collect what is to be translated and compile what is
	$(BIN)/python manage.py translations

vendor: $(VENV)/.runtime ## fetch the front-end packages again (needs npm)
	$(BIN)/python manage.py vendor

bench: $(VENV)/.dev ## measure pages; see benchmarks/README.md
	$(BIN)/python -m benchmarks.pages

clean: ## throw away what was built (not the database)
	rm -rf $(VENV) var/static .pytest_cache .ruff_cache .import_linter_cache

# ---------------------------------------------------------------- what is built on the way
$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is missing. On Debian or Ubuntu: apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python cannot make virtual environments here. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(BIN)/python requirements.txt
	@echo "Installing what kmsite runs with …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt || { echo "Installing failed. Is the network there? Run the command again when it is."; exit 1; }
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt || { echo "Installing failed. Is the network there? Run the command again when it is."; exit 1; }
	@touch $@

STATIC := $(shell find kmsite/static knowledge/static communities/static maps/static -type f 2>/dev/null | sed 's/ /\\ /g')
var/static/staticfiles.json: $(VENV)/.runtime $(STATIC)
	@echo "Collecting static files …"
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@touch $@
