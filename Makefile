# `make` lists what there is. PYTHON=python3.12 chooses the interpreter; default: python3 if it is supported.
.DEFAULT_GOAL := help
.PHONY: help venv demo lab test kills verify validate bench interpreters lowest audit fuzz lint types imports check format schema parameters \
	architecture gallery levers lesson notebooks lock wheel clean
export PYTHON
bin := .venv/bin

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

venv:
	@tools/ensure-venv

demo: venv ## the baseline and its what-if without drones; pictures and tables in results/demo
	@$(bin)/sim demo

# Root has to say that it means it, as in a container; OPTIONS=--no-browser where there is none.
lab: venv ## JupyterLab with the lessons in notebooks/, for this computer alone
	@cd notebooks && ../$(bin)/jupyter-lab --ServerApp.ip=127.0.0.1 $(if $(filter 0,$(shell id -u)),--allow-root) $(OPTIONS)

test: venv ## the test suite
	@$(bin)/python -m pytest -q --numprocesses auto -m "not verify and not kills"

kills: venv ## tests that kill or interrupt running processes, or take away their cluster
	@$(bin)/python -m pytest -q --numprocesses auto -m kills

verify: venv ## the model against published results, at full sampling; then faults that must make it fail
	@$(bin)/sim verify
	@$(bin)/python -m pytest -q --numprocesses auto -m verify

validate: venv ## intervals and indices on data with known answers, levers at 30 pairs, random scenarios; an hour
	@$(bin)/python -m pytest -q --numprocesses auto tests/simulation tests/property/test_random_scenarios.py --long

bench: venv ## benchmarks, with other frameworks beside them; table and results/bench.json, eight minutes (BENCH=--quick: two)
	@$(bin)/python -m benchmarks $(BENCH)

interpreters: venv ## the fast tests on every Python from 3.11 to 3.13 that is present
	@$(bin)/python -m nox

lowest: venv ## some tests with the oldest version of each dependency that pyproject.toml allows
	@PATH="$(CURDIR)/$(bin):$$PATH" $(bin)/python -m nox --session lowest

# Needs a network with PyPI's advisories; fails where one of the packages cannot be looked up.
audit: venv ## the locks against known vulnerabilities, with pip-audit
	@$(bin)/uv tool run pip-audit --strict --disable-pip --require-hashes --requirement locks/dev.lock

fuzz: venv ## wrong input, a hundred thousand times, and kills at each moment of writing; takes hours (INPUTS=1000)
	@$(bin)/python tools/fuzz.py --inputs $(or $(INPUTS),100000)
	@$(bin)/python tools/fuzz.py --inputs 200 --kinds valid
	@$(bin)/python tools/kills.py

lint: venv ## ruff: rules and format; codespell
	@$(bin)/ruff check --quiet .
	@$(bin)/ruff format --check --quiet .
	@$(bin)/codespell

# Pyright finds the package and the stubs of Mesa, which ships no types, on this path.
types: venv ## mypy, and pyright on the completeness of the public types
	@$(bin)/mypy
	@PATH="$(CURDIR)/$(bin):$$PATH" PYTHONPATH="$(CURDIR):$(CURDIR)/typings" \
		$(bin)/basedpyright --verifytypes sim --ignoreexternal

imports: venv ## import rules: rooms in order, no circle, mechanisms apart
	@$(bin)/lint-imports

check: lint types imports test ## lint, types, imports and test

format: venv ## let ruff fix and format
	@$(bin)/ruff check --quiet --fix .
	@$(bin)/ruff format --quiet .

schema: venv ## regenerate docs/scenario.schema.json and docs/experiment.schema.json
	@mkdir -p docs
	@$(bin)/sim schema >docs/scenario.schema.json.new || { rm docs/scenario.schema.json.new; exit 1; }
	@mv docs/scenario.schema.json.new docs/scenario.schema.json
	@$(bin)/sim schema --experiment >docs/experiment.schema.json.new || { rm docs/experiment.schema.json.new; exit 1; }
	@mv docs/experiment.schema.json.new docs/experiment.schema.json

parameters: venv ## regenerate the tables of parameters and columns in docs/odd.md
	@$(bin)/python tools/doc_tables.py

architecture: venv ## regenerate the drawing of the rooms for docs/architecture.md
	@$(bin)/python tools/draw_rooms.py

levers: venv ## regenerate the table of the levers in docs/patterns.md; takes about an hour
	@$(bin)/python tools/lever_table.py

gallery: venv ## regenerate docs/gallery, a page for every scenario; takes some minutes
	@$(bin)/python tools/gallery.py

lesson: venv ## regenerate docs/lesson, the page and animation to hand out; takes five minutes
	@$(bin)/python tools/lesson.py

notebooks: venv ## regenerate notebooks/*.ipynb from notebooks/src, executed; takes some minutes
	@$(bin)/python tools/notebooks.py

# Pins stay as they are while they satisfy pyproject.toml; UPGRADE=--upgrade takes the newest. Wheels only, as
# tools/ensure-venv installs nothing else.
compile = $(bin)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --only-binary :all: \
	--no-header --no-annotate $(UPGRADE) --constraint locks/constraints.txt pyproject.toml
# Beside the package's own lock and not under it: mesa-frames asks for an older numpy.
compile_peers = $(bin)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --only-binary :all: \
	--no-header --no-annotate $(UPGRADE) --constraint locks/constraints.txt --group peers --output-file locks/peers.lock
lock: venv ## resolve pyproject.toml into locks/ (UPGRADE=--upgrade for the newest versions)
	@$(compile) --group dev --extra viz --output-file locks/dev.lock
	@$(compile) --group build --constraint locks/dev.lock --output-file locks/runtime.lock
	@$(compile_peers)

wheel: venv ## build the wheel and the source archive into dist/
	@$(bin)/python -m hatchling build --directory dist

clean: ## remove what the other targets made, results/ excepted
	@rm -rf .venv .venv-peers .nox dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
