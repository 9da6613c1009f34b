# Everything runs in .venv, which is made from settings.ini when it is missing or older.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := settings.ini setup.py pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help report test docs lab export bench hooks clean

help:  ## show what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

$(VENV)/installed: $(SOURCES)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "policy_lda needs Python 3.11 or newer; try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

report: $(VENV)/installed  ## read seeds/, write report/index.html
	$(BIN)/policy-lda report seeds -o report --progress

test: $(VENV)/installed-dev  ## run every notebook and every test
	$(BIN)/python -m pytest -n 2

docs: $(VENV)/installed-dev  ## make the pages to read, _docs/index.html, from the notebooks
	$(BIN)/python tools/docs.py

lab: $(VENV)/installed-dev  ## open the report in JupyterLab, on seeds/ or FOLDER=...; nbs/ is beside it
	$(BIN)/policy-lda lab $(FOLDER)

export: $(VENV)/installed-dev  ## write policy_lda/ and README.md from the notebooks
	$(BIN)/nbdev_export
	cp nbs/analysis/report.ipynb policy_lda/notebooks/report.ipynb
	$(BIN)/nbdev_clean
	$(BIN)/python tools/readme.py

bench: $(VENV)/installed-dev  ## measure speed and quality: make bench DATA=folder
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	for part in cleaning tokens variants studies coherence topics trends reuse lda_engines; do $(BIN)/python benchmarks/$$part.py $(or $(DATA),$(error say where the corpora are: make bench DATA=folder)) || exit 1; done

hooks: $(VENV)/installed-dev  ## let git and Jupyter keep the notebooks clean
	$(BIN)/nbdev_install_hooks

clean:  ## remove what was made, but not .venv
	rm -rf report build dist *.egg-info _exec _docs
