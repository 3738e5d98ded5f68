# Two commands do everything on a fresh machine with git, make and Python ≥ 3.11:
#   make demo    the main job: the Gansu demo workbook to a result workbook, and the Victoria proof
#   make test    installs what the tests need and passes them
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test coverage lint format docs bench fuzz campaign clean

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run: $(VENV)/made pyproject.toml
	$(PIP) --editable .
	@touch $@

$(VENV)/test: $(VENV)/run
	$(PIP) --editable '.[test]'
	@touch $@

$(VENV)/lint: $(VENV)/test
	$(PIP) --editable '.[test,lint]'
	@touch $@

demo: $(VENV)/run
	$(BIN)/transfer-calc run cn/model/equalization-county examples/gansu-demo.xlsx -o gansu-result.xlsx
	$(BIN)/transfer-calc verify intl/victoria-2024

test: $(VENV)/test
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -q

coverage: $(VENV)/test
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered -q

lint: $(VENV)/lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python docs/generate.py --check
	$(BIN)/transfer-calc lint

format: $(VENV)/lint
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/run
	$(BIN)/python docs/generate.py

bench: $(VENV)/run
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/language.py
	$(BIN)/python benchmarks/command.py
	$(BIN)/python benchmarks/allocation.py
	$(BIN)/python benchmarks/whole.py
	$(BIN)/python benchmarks/workbook.py
	$(BIN)/python benchmarks/workbook_reading.py

# Slow campaigns, for a night: 10,000 mutated files; every case of every method recalculated by LibreOffice.
fuzz: $(VENV)/test
	$(BIN)/python tests/fuzz_files.py --number 10000

campaign: $(VENV)/test
	TRANSFER_CALC_ALL_WORKBOOKS=1 $(BIN)/python -m pytest -q tests/crosscheck/test_workbooks.py

clean:
	rm -rf $(VENV) gansu-result.xlsx
