# The two commands of a fresh machine: `make demo` and `make test`. Everything else is for working on the project.
PYTHON ?= python3
BIN := .venv/bin
SOURCES := provider stacks tests examples benchmarks

.PHONY: demo test faults documented check lint types arrows lock picture plugin clean

demo: .venv/ready
	@rm -rf .demo
	@$(BIN)/ibm-quantum demo .demo

test: check
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal

# Every call that can go wrong goes wrong, and runs are killed: see tests/faults.
faults: .venv/ready
	@$(BIN)/python -m pytest -q tests/faults --all-faults -n 4 --dist worksteal

# Every command of the documentation, from a wheel in a fresh environment: see tests/documentation.
documented: .venv/ready
	@$(BIN)/python -m pytest -q tests/documentation --documented

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

# README.md's picture: what the demo's page shows of the decision, without its first chart. Needs Chromium.
picture: demo
	@sed 's|</head>|<style>main > section:nth-of-type(2) {display: none}</style></head>|' .demo/account.html > .demo/page.html
	@chromium --headless --no-sandbox --hide-scrollbars --window-size=1000,765 \
		--screenshot=docs/page.png .demo/page.html 2> /dev/null

# What a release has for `pulumi plugin install` (docs/native.md): sources, of which the CLI makes an environment. They
# are the same for every system, and the CLI asks for them by the name of its own. It takes no links, and of a commit in
# place of its tree `git archive` would write a header that the CLI does not know.
DIST ?= dist
VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
plugin:
	@mkdir -p $(DIST)
	@for system in linux-amd64 linux-arm64 darwin-amd64 darwin-arm64; do \
		git archive -o $(DIST)/pulumi-resource-ibm-quantum-v$(VERSION)-$$system.tar.gz 'HEAD^{tree}' \
			PulumiPlugin.yaml pyproject.toml README.md LICENSE provider ':!provider/pulumi_ibm_quantum/docs'; done

clean:
	@rm -rf .venv .venv-plugin .demo .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
