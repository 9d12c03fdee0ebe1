# `make` alone prints what there is. Everything sets up what it lacks; the only thing needed beforehand is Python 3.11+.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
BENCHES := bench-embedded \
  bench-throughput \
  bench-startup \
  bench-memory \
  bench-crash \
  bench-faults \
  bench-fuzz \
  bench-store \
  bench-limits \
  bench-healthbench \
  bench-ray \
  bench-agreement \
  bench-agreement-size \
  bench-certificates \
  bench-drift \
  bench-worse-candidate \
  bench-attacks \
  bench-metamorphic \
  bench-compare-size \
  bench-workspace \
  bench-soak \
  bench-month

.DEFAULT_GOAL := help
.PHONY: help run serve screenshots notebook test check audit format pin clean
.PHONY: bench $(BENCHES)
.PHONY: docs reference

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

run: $(VENV)/run.ready  ## the demonstration: judge, queue and report, without a key
	@$(BIN)/caveat run config/demo.yaml
	@echo
	@$(BIN)/caveat queue --limit 3
	@echo
	@$(BIN)/caveat report demo

serve: run $(VENV)/assets.ready  ## the demonstration for clinicians on http://127.0.0.1:8000, as a person of any role
	@$(BIN)/caveat serve --demo

test: $(VENV)/dev.ready $(VENV)/assets.ready  ## all tests
	@.ci/browser
	@.ci/postgres
	@$(BIN)/python -m pytest -q -n 2 --dist loadgroup

check: $(VENV)/dev.ready  ## format, lint, types, imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/pyright
	@$(BIN)/lint-imports --no-cache --no-logo
	@$(MAKE) --no-print-directory audit

audit: $(VENV)/audit/ready  ## known weaknesses of the pinned packages, where the data on them can be reached
	@.ci/audit

format: $(VENV)/dev.ready  ## mend format and what lint can mend
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

docs: $(VENV)/docs/ready  ## the documentation as a site, into build/docs/site; a broken link ends it
	@$(VENV)/docs/bin/python .ci/pages.py build/docs
	@NO_MKDOCS_2_WARNING=1 $(VENV)/docs/bin/mkdocs build --quiet --strict --config-file build/docs/mkdocs.yml
	@echo "Written: build/docs/site/index.html (with its search: python3 -m http.server --directory build/docs/site)"

reference: $(VENV)/dev.ready  ## write docs/reference anew from the code
	@$(BIN)/python -m tests.reference

bench: $(BENCHES)  ## every benchmark

bench-embedded: $(VENV)/dev.ready  ## embedded judges against labels: sensitivity and specificity per criterion
	@$(BIN)/python -m benchmarks.embedded_judges

bench-throughput: $(VENV)/dev.ready  ## CPU a call against a bare aiohttp loop that makes the same calls
	@$(BIN)/python -m benchmarks.throughput

bench-startup: $(VENV)/dev.ready  ## CPU of caveat --help and caveat queue
	@$(BIN)/python -m benchmarks.startup

bench-memory: $(VENV)/dev.ready  ## peak memory at 100,000 calls against 10,000
	@$(BIN)/python -m benchmarks.memory

bench-crash: $(VENV)/dev.ready  ## killed at 100 random moments, on full disks, twice at once: nothing lost or paid twice
	@$(BIN)/python -m benchmarks.crash

bench-faults: $(VENV)/dev.ready $(VENV)/assets.ready  ## every fault of docs/reliability.md, injected for real
	@$(BIN)/python -m benchmarks.faults

bench-fuzz: $(VENV)/dev.ready  ## every parser under broken input, ten minutes of processor time each (MINUTES=1 for less)
	@$(BIN)/python -m benchmarks.fuzz --minutes $(or $(MINUTES),10)

bench-store: $(VENV)/dev.ready  ## a million verdicts into the store, and reads beside it
	@$(BIN)/python -m benchmarks.store

bench-limits: $(VENV)/dev.ready  ## an endpoint that enforces its limits: how many calls are wasted, how much is used
	@$(BIN)/python -m benchmarks.limits

bench-healthbench: $(VENV)/dev.ready  ## HealthBench's graded file replayed: every points score equal to its own
	@$(BIN)/python -m benchmarks.healthbench_replay

bench-ray: $(VENV)/dev.ready  ## a two-node Ray cluster: CPU a call, and calls made again after a node is killed
	@$(BIN)/python -m benchmarks.ray_cluster

bench-agreement: $(VENV)/dev.ready  ## corrected figures on simulated nights with known truth: bias and coverage
	@OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.agreement

bench-agreement-size: $(VENV)/dev.ready  ## a million verdicts with 50,000 labels compared, 2,000 replicates
	@$(BIN)/python -m benchmarks.agreement_size

bench-certificates: $(VENV)/dev.ready  ## simulated calibrations: how often a certificate's promise is broken, and how much clears
	@$(BIN)/python -m benchmarks.certificates

bench-drift: $(VENV)/dev.ready  ## simulated nights on frozen anchors: judges that moved are caught, false alarms are rare
	@$(BIN)/python -m benchmarks.drift

bench-worse-candidate: $(VENV)/dev.ready  ## simulated answers on anchors' scenarios: a worse candidate is named, others are not
	@$(BIN)/python -m benchmarks.worse_candidate

bench-attacks: $(VENV)/dev.ready  ## judges that do what a response tells them: how many attacks clear; the detector's false alarms
	@$(BIN)/python -m benchmarks.attacks

bench-metamorphic: $(VENV)/dev.ready  ## safety nets and routes taken away and given back: do the embedded judges' verdicts turn
	@$(BIN)/python -m benchmarks.metamorphic

bench-compare-size: $(VENV)/dev.ready  ## the same out of the store and in every grouping, as caveat compare does it
	@$(BIN)/python -m benchmarks.compare_size

screenshots: $(VENV)/dev.ready $(VENV)/assets.ready  ## pictures of the clinicians' pages and of the report, into docs/images
	@$(BIN)/python -m benchmarks.screenshots

notebook: $(VENV)/dev.ready  ## run the example notebook and write its outputs anew
	@$(BIN)/python -m tests.example_notebook

bench-workspace: $(VENV)/dev.ready $(VENV)/assets.ready  ## twenty people on one queue while a run publishes: p95 of a page
	@$(BIN)/python -m benchmarks.workspace

bench-soak: $(VENV)/dev.ready $(VENV)/assets.ready  ## two hundred nights on one store with ten clinicians: nothing grows but the data
	@$(BIN)/python -m benchmarks.soak --nights $(or $(NIGHTS),200)

bench-month: $(VENV)/dev.ready  ## thirty nights at the gate: the right change named on its night, all others silent
	@$(BIN)/python -m benchmarks.month

pin: $(VENV)/dev.ready  ## compile the pinned requirements anew
	@for set in run dev assets audit docs; do .ci/pin $$set > requirements/$$set.txt.new && mv requirements/$$set.txt.new requirements/$$set.txt; done

clean:  ## remove the demonstration's run, store and report
	rm -rf data/runs data/reports data/exports data/caveat.duckdb data/caveat.duckdb.* data/calls.sqlite*

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Caveat needs Python 3.11 or newer; name one with: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.ready: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the pinned packages (once) ..."
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.ready: requirements/dev.txt $(VENV)/run.ready
	@echo "Installing the pinned packages for development (once) ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/audit/ready: requirements/audit.txt | $(VENV)/bin/python
	@echo "Installing the pinned pip-audit, apart from everything else (once) ..."
	@$(BIN)/python -m venv $(VENV)/audit
	@$(VENV)/audit/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/audit.txt
	@touch $@

$(VENV)/docs/ready: requirements/docs.txt | $(VENV)/bin/python
	@echo "Installing the pinned site builder, apart from everything else (once) ..."
	@$(BIN)/python -m venv $(VENV)/docs
	@$(VENV)/docs/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/docs.txt
	@touch $@

$(VENV)/assets.ready: review/assets/package-lock.json .ci/assets | $(VENV)/run.ready
	@echo "Fetching the pinned style sheet of the clinicians' pages (once) ..."
	@.ci/assets
	@touch $@
