# make report   the demonstration study, or STUDY=path/to/study.toml   (about a minute the first time)
# make desk     adds what the page in a browser needs (3 MB), and opens it
# make large    adds what Parquet and answers in folders and databases need (70 MB)
# make bundle   one zip for Windows that needs no network; EMBEDDED=folder where python.org is not reached
# make test     the tests          make test-services   those that need Chromium, PostgreSQL or Java
# make check   ruff and mypy          make bench   timings
# make fuzz     exports, study files and Parquet spoilt at random for five minutes, each run through check;
#               then sample exports made odd for five minutes, each count compared with the true one
# make layout   sixty awkward studies printed, every text box checked (about two minutes)
# make bench-peers  the same against other packages, which it installs in .venv-peers
# make bench-engines  fifty million rows through DuckDB to both briefings (about two minutes)
# make faults   two hundred reports killed at random moments (about ten minutes)
# make mutants  small faults put into the code, and which of them no test notices (an hour, the first time)
# make soak     two thousand runs in one process, two hundred processes (about forty minutes)
# make honesty  what the warnings of a report do when people select themselves (about fifteen minutes)
# make coverage how often intervals hold the truth and findings are false, by simulation (about twelve minutes)
PYTHON ?= python3
PEERS_PYTHON ?= $(PYTHON)
STUDY ?= data/taiyuan/study.toml
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input

.PHONY: report bundle desk large test test-services check bench bench-peers bench-engines faults mutants soak coverage honesty fuzz layout pictures gallery first-hour notebook docs lock clean
report: .venv/ready
	@$(BIN)/parent-intent report "$(STUDY)"

desk: .venv/ready requirements-desk.lock
	@$(PIP) --require-hashes --requirement requirements-desk.lock
	@$(BIN)/parent-intent desk

large: .venv/ready requirements-large.lock
	@$(PIP) --require-hashes --requirement requirements-large.lock

bundle: .venv/ready
	@$(BIN)/python bundle/make_bundle.py $(if $(EMBEDDED),--embedded "$(EMBEDDED)")

test: .venv/ready-dev
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile -m "not service"

test-services: .venv/ready-dev requirements-services.lock
	@$(PIP) --require-hashes --requirement requirements-services.lock
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile -m service -rs

check: .venv/ready-dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench: .venv/ready-dev
	@$(BIN)/python tests/bench/bench_pipeline.py
	@$(BIN)/python tests/bench/bench_reading.py
	@$(BIN)/python tests/bench/bench_drafting.py
	@$(BIN)/python tests/bench/bench_commands.py
	@$(BIN)/python tests/bench/bench_wide.py

.venv-peers/ready: tests/bench/bench_peers.txt
	@$(PEERS_PYTHON) -m venv --clear .venv-peers
	@.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --no-input --requirement $<
	@touch $@

bench-peers: .venv/ready .venv-peers/ready
	@$(BIN)/python tests/bench/bench_peers.py
	@$(BIN)/python tests/bench/bench_hard_cases.py

bench-engines: .venv/ready-dev
	@$(BIN)/python tests/bench/bench_engines.py

faults: .venv/ready-dev
	@PYTHONPATH=tests/support $(BIN)/python -P tests/faults/kill_runs.py

mutants: .venv/ready-dev
	@$(BIN)/python -P tests/faults/mutants.py

soak: .venv/ready-dev
	@PYTHONPATH=tests/support $(BIN)/python -P tests/faults/soak_runs.py

coverage: .venv/ready-dev
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -P tests/simulations/coverage_simulation.py
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -P tests/simulations/demand_simulation.py
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -P tests/simulations/false_findings.py

honesty: .venv/ready-dev
	@PYTHONPATH=tests/support $(BIN)/python -P tests/support/planted.py
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -P tests/simulations/honesty_simulation.py
	@OPENBLAS_NUM_THREADS=1 PYTHONPATH=tests/simulations $(BIN)/python -P tests/simulations/places_honesty.py

fuzz: .venv/ready-dev
	@PYTHONPATH=tests/support $(BIN)/python -P tests/faults/fuzz_exports.py
	@PYTHONPATH=tests/support $(BIN)/python -P tests/faults/fuzz_counts.py

layout: .venv/ready-dev
	@$(BIN)/python tests/support/drawn_studies.py

pictures: .venv/ready-dev report
	@$(BIN)/python -P docs/draw_pictures.py

first-hour: .venv/ready-dev
	@$(BIN)/python -P docs/walk_first_hour.py

notebook: .venv/ready-docs
	@$(BIN)/python -P docs/make_notebook.py

docs: .venv/ready-docs
	@$(BIN)/python -P docs/build_site.py

gallery: .venv/ready-dev
	@PYTHONPATH=tests/support $(BIN)/python docs/draw_gallery.py

.venv/packages: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make report PYTHON=python3.12"; exit 1; }
	@echo "setting up .venv (about a minute, once) ..."
	@$(PYTHON) -m venv --clear .venv
	@$(PIP) --require-hashes --requirement requirements.lock
	@touch $@

.venv/ready: .venv/packages pyproject.toml
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.lock
	@echo "adding the tools for tests ..."
	@$(PIP) --require-hashes --requirement requirements-dev.lock
	@touch $@

.venv/ready-docs: .venv/ready requirements-docs.lock
	@$(PIP) --require-hashes --requirement requirements-docs.lock
	@touch $@

# The locks pin every package by hash for Python 3.11 and newer on every platform.
lock:
	@$(PYTHON) -m venv .venv-lock && .venv-lock/bin/python -m pip install --quiet uv
	@for extra in "" "-dev"; do .venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --custom-compile-command "make lock" \
		$$([ -n "$$extra" ] && echo "--extra dev -c requirements.lock") \
		pyproject.toml requirements-build.in --output-file requirements$$extra.lock; done
	@for extra in large desk services docs; do .venv-lock/bin/python -c 'import sys, tomllib; print(*tomllib.load(open( \
		"pyproject.toml", "rb"))["project"]["optional-dependencies"][sys.argv[1]], sep="\n")' $$extra | \
		.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --custom-compile-command "make lock" \
		-c requirements.lock -c requirements-dev.lock - --output-file requirements-$$extra.lock; done
	@rm -rf .venv-lock

clean:
	@rm -rf .venv .venv-lock .venv-peers out build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
