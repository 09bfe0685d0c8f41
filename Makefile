# The two commands of a fresh machine: `make demo` and `make test`. Everything else is for working on the project.
PYTHON ?= python3
BIN := .venv/bin
SOURCES := provider stacks tests examples benchmarks

.PHONY: demo test faults check lint types arrows lock clean

demo: .venv/ready
	@rm -rf .demo
	@$(BIN)/ibm-quantum demo .demo

test: check
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal

# Every call that can go wrong goes wrong, and runs are killed: see tests/faults.
faults: .venv/ready
	@$(BIN)/python -m pytest -q tests/faults --all-faults -n 4 --dist worksteal

check: lint types arrows

lint: .venv/ready
	@$(BIN)/ruff check -q $(SOURCES)
	@$(BIN)/ruff format -q --check $(SOURCES)

types: .venv/ready
	@$(BIN)/mypy --no-error-summary

arrows: .venv/ready
	@$(BIN)/lint-imports > .venv/arrows.log || { cat .venv/arrows.log; exit 1; }

# Installed from the lock file, every package by its hash; the project itself stays editable.
.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; name one with make PYTHON=...")'
	@echo "setting up .venv (once; a minute or two)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

lock:
	@$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-trusted-host \
		--no-emit-find-links --no-header --no-annotate --extra dev --extra testing -o requirements.lock pyproject.toml

clean:
	@rm -rf .venv .demo .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
