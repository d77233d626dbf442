# Everything happens in .venv, which the first target that needs it makes.

BIN := .venv/bin
READY := .venv/ready
DEMO_READY := .venv/ready-for-demo
NODES_READY := .venv/ready-for-nodes
PYTEST := $(BIN)/pytest --numprocesses 3
SUITE := $(PYTEST) --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help setup demo test drills seeds fuzz soak check format bench clean

help: ## Say what there is to make.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Make .venv with everything in it.

demo: $(if $(findstring --nodes,$(DEMO)),$(NODES_READY),$(DEMO_READY)) ## Watch real numbers being factored. DEMO="--exit" ends by itself; DEMO="--nodes 3" has several nodes.
	$(BIN)/tallystick demo $(DEMO)

test: $(READY) ## Run the tests. TEST="tests/core -k rho" runs some of them.
	@if [ ! -d .ci/node_modules/axe-core ]; then \
	    echo "axe-core was not found, which .ci/run installs, so the pages are not looked through by it."; \
	fi
	@if command -v chromium > /dev/null; then \
	    $(SUITE) $(TEST); \
	else \
	    echo "Chromium was not found, so the tests in tests/browser are not run."; \
	    $(SUITE) -m "not drill and not browser" $(TEST); \
	fi

drills: $(READY) ## Run what the suite has no time for: kills, long histories, more examples. DRILL="-k kill" runs some.
	$(PYTEST) --dist worksteal -m "drill or hypothesis" --hypothesis-profile thorough $(DRILL)

seeds: $(READY) ## Try properties and drills with random seeds until it is stopped. SEEDS="0-20" tries these.
	$(BIN)/python -m tests.seeds $(SEEDS)

fuzz: $(READY) ## Put in whatever may come, until a million inputs are on record. INPUTS="50000" for so many.
	$(BIN)/python -m tests.fuzz $(or $(INPUTS),1000000)

soak: $(READY) ## Go through misfortunes under load, until 2,000 rounds are on record. ROUNDS="100" for so many.
	$(BIN)/python -m tests.soak $(or $(ROUNDS),2000)

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

# Each with the versions in constraints.txt; see venv.sh. Who has everything has what a demo needs, on several nodes too.
$(READY) $(NODES_READY) $(DEMO_READY): pyproject.toml constraints.txt venv.sh
	@sh venv.sh $(patsubst ready-for-%,%,$(patsubst ready,all,$(notdir $@)))
	@touch $(DEMO_READY) $@ $(if $(filter $@,$(READY)),$(NODES_READY))
