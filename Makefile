# Two commands do everything on a fresh machine with Python 3.11+ and make:
#   make demo   the main job on the real plan of xã Gia Lộc; says where the workbook is
#   make test   the tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test lint docs bench templates wheel clean

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	$(BIN)/python -m compileall -q danvan_xl
	touch $(STAMP)

demo: $(STAMP)
	$(BIN)/danvan-xl demo demo --force

test: $(STAMP)
	$(BIN)/python -m pytest -n 2

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy

docs: $(STAMP)
	$(BIN)/python tools/guides.py docs

templates: $(STAMP)
	rm -f templates_xlsx/*.xlsx
	rm -f templates_xlsx/*.xlsx
	$(BIN)/danvan-xl template --plan gia-loc --period 2026-H1 -o templates_xlsx

bench: $(STAMP)
	$(BIN)/python benchmarks/bench.py

wheel: $(STAMP)
	$(BIN)/python -m build --wheel --outdir dist

clean:
	rm -rf $(VENV) demo dist build
