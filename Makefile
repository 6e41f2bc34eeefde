# Two commands: `make demo` shows the whole line, `make test` checks everything.
.PHONY: demo test lint unit coverage same-bytes thorough nightly fuzz lock test-rtl prove-rtl test-lava-dl test-install gpu docs clean
VENV := .venv
BIN := $(VENV)/bin
# The first interpreter that is new enough and can make environments; PYTHON=... chooses another.
PROBE := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
FOUND := $(shell for p in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
  $$p -c '$(PROBE)' 2>/dev/null && echo $$p && break; done)

TRAIN_DEMO = $(BIN)/ssr train --data generated --model ssr --features 32 --blocks 2 \
  --max-steps 240 --eval-every 80 --out build/demo/model.pt --overwrite
demo: $(VENV)/installed
	@$(TRAIN_DEMO)
	@$(BIN)/ssr-compile build/demo/model.pt --target lava-sim --data generated \
	  --out build/demo/bundle --overwrite

test: lint unit

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Tests that need published data read ml-1m.txt, beauty.txt and lrurec-video.txt.gz in the folder that
# SSR_TEST_DATA names; without it they are skipped.
unit: $(VENV)/installed-dev
	$(BIN)/pytest -n auto --dist worksteal

# Runs lava-dl's netx on Lava, whose environment of 5.4 GB is made the first time. The profile of
# lava-dl's SLAYER is among the tests of `make test`.
test-lava-dl: $(VENV)/installed-dev
	$(BIN)/pytest -m lava_dl tests/simulators/test_lava_dl.py

# The wheel with its dependencies on every Python of 3.11, 3.12 and 3.13 that is here, in new
# environments that are removed again (2 GB with torch for CPUs, 6 GB with its build for GPUs); each
# trains, compiles and verifies a small model.
test-install: $(VENV)/installed-dev
	$(BIN)/python benchmarks/install_and_run.py

# Lines and branches of the readers, the numeric core and the converters that the tests run.
coverage: $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[rtl]"
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest -n auto --dist worksteal --cov --cov-report=
	$(BIN)/python benchmarks/measure_coverage.py

# A bundle under other hash seeds, locales, time zones and threads, and graphs compiled by every
# Python of 3.11, 3.12 and 3.13 that is here, in environments of 0.3 GB below build/.
same-bytes: $(VENV)/installed-dev
	$(BIN)/python benchmarks/same_bytes.py

# Every test of random examples with ten times as many as in `make test`, others each time, and what
# `make test` has one of a kind of: runs of Lava, options combined, trained networks, other processes.
thorough: $(VENV)/installed-dev
	$(BIN)/pytest -n auto --dist worksteal -m "(hypothesis or thorough) and not lava_dl" \
	  --hypothesis-profile thorough

# That, and the core in Verilog on ten times as many random graphs.
nightly: thorough
	$(MAKE) test-rtl RTL_GRAPHS=200

build/demo/model.pt: | $(VENV)/installed
	@$(TRAIN_DEMO)

# The core in Verilog with 1 to 16 lanes: random programs and graphs, NIR files, 200 flipped bits; the
# demo under Verilator, under Icarus where it is installed, and gate by gate.
# What was compared: benchmarks/record_rtl_tests.py reads the report, or those of several parts, such as
# make test-rtl RTL_TESTS=tests/converters/rtl/test_core.py RTL_LANES=8 RTL_REPORT=build/core-8.xml
RTL_GRAPHS := 20
RTL_LANES := 1 2 8 16
RTL_TESTS := tests/converters/rtl
RTL_REPORT := build/test-rtl.xml
test-rtl: $(VENV)/installed-dev build/demo/model.pt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[rtl]"
	SSR_RTL_GRAPHS=$(RTL_GRAPHS) SSR_RTL_LANES="$(RTL_LANES)" SSR_RTL_FLIPS=50 \
	  SSR_RTL_DEMO=build/demo/model.pt $(BIN)/pytest $(RTL_TESTS) \
	  -o junit_family=xunit1 --junitxml $(RTL_REPORT)

# What is proven of the core for every input, by Yosys' SAT solver: a line each.
prove-rtl: $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[rtl]"
	$(BIN)/python -m converters.rtl.synthesis.prove

# Every package of both environments with the hashes of its files. What uv says is whole before a lock
# changes; the two lines of comment at its top stay.
KEEP_LOCK = { sed -n 1,2p $(1) && sed 's/ *$$//' build/lock.txt; } > build/locked && mv build/locked $(1)
LOCK = $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --no-header
lock: $(VENV)/installed-dev
	mkdir -p build
	$(LOCK) --python-version 3.11 --extra train pyproject.toml > build/lock.txt
	$(call KEEP_LOCK,locks/requirements.txt)
	$(LOCK) --python-version 3.10 simulators/lava_worker/requirements.txt > build/lock.txt
	$(call KEEP_LOCK,locks/lava.txt)

# Changed files for every reader, in processes of 2 GB and 20 s each: `make fuzz FUZZ_INPUTS=2000`.
# The counts in FUZZ_OUT are gone on with; another FUZZ_SEED gives other inputs and has counts of its
# own; FUZZ_SECONDS ends it earlier. FUZZ_OUT=benchmarks/results/fuzz.json is what docs/ shows.
FUZZ_INPUTS := 100000
FUZZ_SECONDS := 1e9
FUZZ_SEED := 1
FUZZ_OUT = build/fuzz-$(FUZZ_SEED).json
fuzz: $(VENV)/installed-dev
	PYTHONPATH=tests/support $(BIN)/python -m fuzz --inputs $(FUZZ_INPUTS) \
	  --seed $(FUZZ_SEED) --seconds $(FUZZ_SECONDS) --out $(FUZZ_OUT)

# Measures every trained LRURec, TiM4Rec, SASRec, SSR-ANN and SSR on the first GPU, in under 8 minutes,
# but networks that are another one to a GPU: of fewer bits, or taught with the window left out;
# `ssr report ... --measured build/gpu/measured.json` shows it. GPU_DEVICE=cpu tries it without a GPU.
GPU_DEVICE := cuda
GPU_BUDGET := 476
GPU_OPTIONS :=
GPU_OUT := build/gpu/measured.json
GPU_MODELS = $(filter-out %-bits.pt %-left-out.pt %-left-out-penalty-10.pt %-left-out-longer.pt,$(foreach kind,lrurec tim4rec sasrec ssr,\
  $(sort $(wildcard benchmarks/checkpoints/$(kind)-*.pt benchmarks/checkpoints/*/$(kind)-*.pt))))
gpu: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[measure]"
	mkdir -p $(dir $(GPU_OUT))
	$(BIN)/ssr measure $(GPU_MODELS) --device $(GPU_DEVICE) --budget $(GPU_BUDGET) $(GPU_OPTIONS) \
	  --out $(GPU_OUT) --overwrite

# The pages of docs/ as a site that needs no network: build/site/index.html
docs: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[docs]"
	rm -rf build/pages build/site && mkdir -p build/pages
	cp -R --parents README.md CHANGELOG.md LICENSE docs benchmarks/README.md benchmarks/results \
	  benchmarks/conformance/README.md \
	  ssr_neuro/bundle/handoff ssr_neuro/program/integer_neuron.py simulators/lava_cpu.py build/pages
	cp docs/zensical.toml build/zensical.toml
	cd build && ../$(BIN)/zensical build --strict -f zensical.toml

$(VENV)/installed: pyproject.toml
	@test -n "$(FOUND)" || { echo "No Python >= 3.11 with venv found; install one or set PYTHON=/path/to/python"; exit 2; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { rm -rf $(VENV); $(FOUND) -m venv $(VENV); }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[train]"
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@# Alone: the counters that a test compares with need none of its audio and learning packages.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps neurobench==2.3.0
	@# Profiles of exporters are held against the frameworks. Sinabs and Rockpool without what they
	@# depend on, which would change torch; lava-dl asks for Python 3.10, its SLAYER runs here, too.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps pbr sinabs==3.1.3 rockpool==3.1.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --upgrade \
	  --ignore-requires-python --target $(VENV)/lava-dl lava-dl==0.6.0
	touch $@

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache
