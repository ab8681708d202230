# Two commands: `make report` writes the weekly report of the sample book, `make test` passes the tests.
# Everything lives in .venv; delete it to start over. PYTHON=python3.12 chooses the interpreter.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
UV := VIRTUAL_ENV=$(CURDIR)/.venv UV_COMPILE_BYTECODE=1 $(BIN)/uv pip install --quiet
BOOK ?= data/sample
AS_OF ?= 2026-11-16
OUT ?= reports

.PHONY: report test test-slow lint lab bench clean

report: .venv/.ready
	$(BIN)/networkscope weekly $(BOOK) --as-of $(AS_OF) -o $(OUT)

test: lint
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-slow: .venv/.ready-dev
	$(BIN)/python -m pytest -n 2 -m slow

lint: .venv/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lab: .venv/.ready-dev
	$(BIN)/jupyter lab notebooks

bench: .venv/.ready-dev
	$(BIN)/python -m benchmarks

.venv/bin/uv:
	@test -n "$(PYTHON)" || { echo "networkscope needs Python 3.11, 3.12 or 3.13 on the PATH" >&2; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

.venv/.ready: .venv/bin/uv pyproject.toml
	$(UV) --editable .
	@touch $@

.venv/.ready-dev: .venv/.ready
	$(UV) --editable '.[lab,sql,notify,fleet]' --group dev
	@touch $@

clean:
	rm -rf .venv build dist reports .pytest_cache .mypy_cache .ruff_cache .hypothesis
