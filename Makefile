# make demo | test | test-fast | check | bench | gallery | deb: each installs what it needs first (quick the second time).
PYTHON ?= python3
RUN = .venv/bin/python

.PHONY: help setup demo test test-fast check bench gallery deb format

help:            ## what there is
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/ —/'

setup:           ## system packages and .venv, everything pinned
	@PYTHON=$(PYTHON) .ci/setup test

demo:            ## see a rating travel from a scan to a figure at the district
	@PYTHON=$(PYTHON) .ci/setup demo
	@$(RUN) -m tests.demo

# Three processes for two cores: a quarter of the time is spent waiting for programs, pictures and databases.
test: setup      ## every test but booting the units and fresh Debians (INSIST=booted,clean as root), in several processes
	@$(RUN) -m pytest -n $$(( ($$(nproc) * 3 + 1) / 2 )) --dist loadfile --no-loadscope-reorder

test-fast: setup ## rules, flow and architecture: no window, database or network; under a minute
	@$(RUN) -m pytest -q -n logical --no-loadscope-reorder -m 'not slow' --hypothesis-profile=fast \
		tests/domain tests/vietnamese tests/unit tests/flow tests/hardware tests/test_architecture.py tests/test_docs.py

check: setup     ## formatting, lint, types, architecture
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy
	@$(RUN) -m pytest -q tests/test_architecture.py

bench: setup     ## measures, with a floor or a peer in the same run; writes build/bench/
	@$(RUN) -m tests.bench

gallery: setup   ## every state of every screen as PNG in build/gallery/
	@$(RUN) -m tests.gallery build/gallery

deb:             ## one .deb each for kiosk and district, for this Debian and architecture, into build/deb/
	@PYTHON=$(PYTHON) .ci/setup demo
	@.ci/build-deb

format: setup    ## put the code in its one format
	@$(RUN) -m ruff format .
	@$(RUN) -m ruff check --fix .
