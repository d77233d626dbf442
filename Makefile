# Everything happens in .venv, which the first target that needs it makes.

BIN := .venv/bin
READY := .venv/ready
PYTEST := $(BIN)/pytest --numprocesses 3 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help setup demo test drills fuzz soak check format bench clean

help: ## Say what there is to make.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Make .venv with everything in it.

demo: $(READY) ## Watch real numbers being factored. DEMO="--exit" ends by itself.
	$(BIN)/tallystick demo $(DEMO)

test: $(READY) ## Run the tests. TEST="tests/core -k rho" runs some of them.
	@if [ ! -d .ci/node_modules/axe-core ]; then \
	    echo "axe-core was not found, which .ci/run installs, so the pages are not looked through by it."; \
	fi
	@if command -v chromium > /dev/null; then \
	    $(PYTEST) $(TEST); \
	else \
	    echo "Chromium was not found, so the tests in tests/browser are not run."; \
	    $(PYTEST) -m "not drill and not browser" $(TEST); \
	fi

drills: $(READY) ## Run what the suite has no time for: kills, long histories. DRILL="-k kill" runs some.
	$(PYTEST) -m drill $(DRILL)

fuzz: $(READY) ## Try the properties with random seeds until it is stopped. SEEDS="0-20" tries these.
	$(BIN)/python -m tests.rounds fuzz $(SEEDS)

soak: $(READY) ## Run the drills with random seeds until it is stopped. SEEDS="0-20" runs these.
	$(BIN)/python -m tests.rounds soak $(SEEDS)

check: $(READY) ## Check format, lint, types and the direction of imports.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -q tests/architecture

format: $(READY) ## Put the code into the one format.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY) ## Measure, each figure beside a reference. BENCH="rebuild" measures some.
	$(BIN)/python tests/bench $(BENCH)

clean: ## Remove .venv and what tools have left behind.
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

# The packages are installed as they stand in constraints.txt, pip included: the one that comes with a Python may be
# too old to know dependency groups.
$(READY): pyproject.toml constraints.txt
	@python=; \
	for candidate in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	    if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then \
	        python=$$candidate; break; \
	    fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "No Python of version 3.11 or later was found; install one, or name it: make setup PYTHON=/path/to/python3" >&2; \
	    exit 1; \
	fi; \
	$$python -m venv .venv || { \
	    echo "$$python can't make virtual environments; on Debian and Ubuntu the package python3-venv is missing." >&2; \
	    exit 1; \
	}
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --constraint constraints.txt pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --build-constraint constraints.txt \
	    --editable '.[worker,orders]' --group test --group check
	@touch $(READY)
