# make run       serve the graph of the sample report on http://127.0.0.1:8000
# make test      format, lint, types, layers, the wheel in a clean environment, then the tests
# make benchmark  measure the speed of extraction, stage by stage, and of a corpus (half an hour)
# make linear    measure time and memory by length, on hostile texts too
# make fuzz      extract random texts for a minute (SECONDS=N SEED=N)
# make robustness  measure what noise costs and write docs/robustness.md
# make evaluate  score every gold document; a figure below the committed one fails
# make assets    build the scripts and fonts of the pages with npm, after a change in service/frontend
# make screenshots   take the pictures of docs/images (needs Chromium)
# make clean     delete everything that these commands made, except the store
#
# PYTHON=python3.12 make test   uses another interpreter (3.11 or later, with venv)
# STORE=DIR PORT=N make run     use another store folder or port

PYTHON ?= python3
STORE ?= store
PORT ?= 8000
SECONDS ?= 60
SEED ?= 1

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SAMPLE := sample/report-2005.txt
CHECKED := build/wheel

.PHONY: run test assets screenshots evaluate benchmark linear fuzz robustness clean
.DELETE_ON_ERROR:

run: $(VENV)/runtime.stamp
	@test -e "$(STORE)/manifest.json" || $(BIN)/kzop build --store "$(STORE)" $(SAMPLE)
	$(BIN)/kzop serve --store "$(STORE)" --port $(PORT)

test: $(VENV)/dev.stamp
	tests/install-debian-packages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	rm -rf $(CHECKED)
	$(BIN)/python -m build --wheel --no-isolation --outdir $(CHECKED) .
	$(PYTHON) -m venv $(CHECKED)/venv
	$(CHECKED)/venv/bin/python -m pip --disable-pip-version-check --quiet \
	  install --constraint constraints.txt $(CHECKED)/kzop-*.whl
	cd $(CHECKED) && venv/bin/python -c "import graph.store, service.app" \
	  && venv/bin/kzop vocab --check \
	  && venv/bin/kzop extract "$(CURDIR)/$(SAMPLE)" --output sample.nq && test -s sample.nq
	$(BIN)/python -m pytest --numprocesses=logical --maxprocesses=4 --dist=loadfile --durations=30

assets: service/frontend/node_modules
	cd service/frontend && npm run --silent build

service/frontend/node_modules: service/frontend/package-lock.json
	cd service/frontend && npm ci --silent
	@touch $@

screenshots: $(VENV)/dev.stamp
	PYTHONPATH=tests $(BIN)/python -m browser.screenshots docs/images

evaluate: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.evaluation

benchmark: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.extraction
	$(BIN)/python -m benchmarks.corpus

linear: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.linear

fuzz: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.fuzz --seconds $(SECONDS) --seed $(SEED)

robustness: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.robustness

clean:
	rm -rf $(VENV) build dist service/frontend/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find graph service tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "kzop needs Python 3.11 or later: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/runtime.stamp: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/dev.stamp: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/runtime.stamp
