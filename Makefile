# Two commands matter: `make run` and `make test`. `make help` lists the others.
#
# Settings: IMPACTLINE_DATA (the data folder, ./data), IMPACTLINE_PORT (8000), JOBS (test processes, 2).

SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin
JOBS ?= 2
export IMPACTLINE_DATA ?= $(CURDIR)/data

.PHONY: help run demo test check fix bench docs cover wheel installed dev clean

help: ## What there is to make
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 10

run: installed ## Install, load the demo organisation, serve on http://127.0.0.1:8000
	@$(BIN)/impactline demo --if-empty
	@exec $(BIN)/impactline serve

demo: installed ## Load the demo organisation, if the database is empty
	@$(BIN)/impactline demo --if-empty

test: dev ## Install what it needs and run everything: checks, SQLite, PostgreSQL, browser, wheel
	@bin/chromium --install >/dev/null
	@bin/test $(JOBS)

check: dev ## Everything a machine can check without running the product
	@bin/check

fix: dev ## Mend what a machine can mend: format, imports, generated files
	@bin/fix

docs: dev ## Write the reference pages anew from the code
	@$(BIN)/python docs/generate.py

bench: dev ## Measure beside the limits, on both databases, and write docs/reference/performance.md
	@bin/yardsticks
	@$(BIN)/python -m benchmarks

cover: dev ## Which lines and branches the tests on SQLite reach
	@$(BIN)/pytest -n $(JOBS) --cov --cov-report=term

wheel: dev ## Build the wheel into dist/
	@$(BIN)/python -m hatchling build -t wheel -d dist

installed:
	@bin/bootstrap

dev:
	@bin/bootstrap dev

clean: ## Remove everything that was made, except the data folder
	@rm -rf .venv .uv .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis dist build test-results
