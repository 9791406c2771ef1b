# One command each: `make demo` shows the operator at work, `make test` proves it. Both set up all they need:
# a virtual environment (.venv) of their own and the local cluster's binaries under the user's cache directory.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
WORKERS ?= 4
# Else each of the hundreds of operators that the tests start compiles all of its modules anew, and each worker all tests.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-long unit lint verify crds manifests lock image bench clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(READY): pyproject.toml requirements/dev.lock myapp/__init__.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "error: myapp needs Python 3.11 or newer, $(PYTHON) is $$($(PYTHON) --version 2>&1); name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "==> installing the locked dependencies into $(VENV) (your own Python packages are not touched)"
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "error: no virtual environment could be made; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY) ## bring up a real cluster, run the operator and a release of todos to its end (NODE=1: in pods, by Helm; ARGS="--auto --keep")
	@$(BIN)/python -m deploy.demo $(if $(NODE),--node) $(ARGS)

test: $(READY) lint ## all checks and tests but the long ones
	@$(BIN)/python -m deploy.local build --helm --node
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup -m "not long" $(ARGS)

test-long: $(READY) ## the tests that take minutes each
	@$(BIN)/python -m deploy.local build --helm --node
	@$(BIN)/pytest -m long --timeout 1800 $(ARGS)

unit: $(READY) ## the tests that need no cluster
	@$(BIN)/pytest -n $(WORKERS) -m "not cluster and not long" $(ARGS)

lint: $(READY) ## style, types, layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

verify: $(READY) manifests ## regenerate what is generated and fail on a difference
	@git diff --exit-code -- crds deploy README.md values.schema.json

crds: $(READY) ## generate crds/ from the pydantic models
	@$(BIN)/python -m myapp crds --output crds

manifests: crds ## render deploy/rbac, policies and kustomize from the Helm chart, and describe its values
	@$(BIN)/python -m deploy.chart

lock: $(READY) ## pin the newest allowed dependencies, with hashes
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra dev pyproject.toml -o requirements/dev.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -c requirements/dev.lock pyproject.toml -o requirements/operator.lock

image: $(READY) ## build the operator's image without a registry, and print where its archive is
	@$(BIN)/python -m deploy.image build $(ARGS)

bench: $(READY) ## measure beside a client-go controller in the same run (ARGS="--todos 20000")
	@$(BIN)/python -m benchmarks $(ARGS)

clean: ## stop the clusters started here and remove what make made (the cached binaries stay)
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m deploy.local down --all; fi
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
