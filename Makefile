# The commands of README.md. Everything happens inside .venv, which is made once and again when pyproject.toml changes.
.PHONY: exercise test test-all test-training lint docs clean

VENV := .venv
BIN := $(VENV)/bin/python
ifndef PYTHON
PYTHON := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$name; break; fi; done)
endif

exercise: $(VENV)/.ready  ## two harmony exercises with their answers, in out/
	$(BIN) -m musegen exercise harmonise-melody --level 3 --key "G major" --meter 4/4 --measures 8 --count 2 --seed 7 -o out/

test: $(VENV)/.ready-test lint  ## what a change must pass: linters, types, layers, the fast tests, the examples in the docs
	$(BIN) -m pytest -n 2 --dist worksteal -m "not slow and not browser"

test-all: $(VENV)/.ready-test lint  ## the same, and the tests over whole corpora, in a browser and of training
	$(BIN) -m pytest -n 2 --dist worksteal
	$(MAKE) test-training

test-training: $(VENV)/.ready-train  ## how networks are trained; installs torch
	$(BIN) -m pytest -o addopts="--doctest-modules --strict-markers -q" tests/training musegen/training

lint: $(VENV)/.ready-test
	$(BIN) -m ruff check .
	$(BIN) -m ruff format --check .
	$(BIN) -m mypy

docs: $(VENV)/.ready  ## write the references of commands, rules and features, the lists of parallels and of model solutions, the picture of README.md again
	$(BIN) docs/write_cli.py
	$(BIN) docs/write_rules.py
	$(BIN) docs/write_features.py
	$(BIN) docs/write_parallels.py
	$(BIN) docs/write_species_authors.py
	$(BIN) docs/write_graph.py
	$(BIN) docs/write_picture.py

clean:
	rm -rf $(VENV) out dist

$(VENV)/.ready: pyproject.toml
	$(make_venv)
	@echo "Installing musegen into $(VENV); this happens once"
	$(BIN) -m pip install --quiet -e .
	@touch $@

$(VENV)/.ready-test: pyproject.toml
	$(make_venv)
	@echo "Installing musegen and its test tools into $(VENV); this happens once"
	$(BIN) -m pip install --quiet -e ".[test]"
	@touch $@ $(VENV)/.ready

$(VENV)/.ready-train: $(VENV)/.ready-test
	@echo "Installing torch into $(VENV); this happens once"
	$(BIN) -m pip install --quiet -e ".[train]"
	@touch $@

define make_venv
@test -n "$(PYTHON)" || { echo "musegen needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python"; exit 1; }
@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
endef
