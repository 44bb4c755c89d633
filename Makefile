# Two commands matter to most people: `make run` and `make test`. Everything else is below.
PYTHON ?= python3
PY := .venv/bin/python
WITH_DATABASE := $(PY) -m yilu with-database
PYTEST := $(PY) -m pytest
# A file stays in one process and files keep their order: fixtures, such as a clinic that runs, are built once
# for all files of a folder. Without the second option the longest files would come first, from any folder.
TWO_AT_ONCE := -n 2 --dist loadfile --no-loadscope-reorder
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test soak check bench look trace lock

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|'

setup:  ## the environment as locked, for running
	@$(PYTHON) yilu/platform/running/environment.py base

setup-dev:  ## the environment as locked, for testing and checking
	@$(PYTHON) yilu/platform/running/environment.py dev
	@$(PY) -m yilu build

run: setup  ## set up what is missing, start everything, stop with Ctrl-C
	@exec $(PY) -m yilu up

test: setup-dev  ## every test, races and browser included
	@$(PY) -m yilu.platform.running.browser
	@$(WITH_DATABASE) $(PYTEST) $(TWO_AT_ONCE) --ignore=tests/journeys $(ARGS)
	@$(WITH_DATABASE) $(PYTEST) tests/journeys

soak: setup-dev  ## the same tests at full size, under an hour
	@$(PY) -m yilu.platform.running.browser
	@YILU_SOAK=1 $(WITH_DATABASE) $(PYTEST) $(TWO_AT_ONCE) --ignore=tests/journeys $(ARGS)
	@YILU_SOAK=1 $(WITH_DATABASE) $(PYTEST) tests/journeys

check: setup-dev  ## style, types, layers, migrations, translations
	@$(WITH_DATABASE) $(PY) -m tests.check

bench: setup-dev  ## the benchmark; figures go into docs/benchmarks.md
	@$(WITH_DATABASE) $(PY) -m bench --keep $(ARGS)

look: setup-dev  ## pictures of every main page into var/look
	@$(PY) -m yilu.platform.running.browser
	@exec $(PY) -m look $(ARGS)

trace: setup-dev  ## behaviours and the tests that show them
	@$(PY) -m tests.trace

lock: setup-dev  ## resolve requirements/*.in and package.json again
	@$(PYTHON) -m venv var/lock && var/lock/bin/pip install --quiet uv
	@cd requirements && for list in base dev; do ../var/lock/bin/uv pip compile --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --quiet \
	  $$([ $$list = dev ] && echo -c base.txt) $$list.in -o $$list.txt; done
	@$(PY) -c "from yilu.platform.running import assets; assets.lock()"
