# The front door. `make` alone lists what there is.
.DEFAULT_GOAL := help
SHELL := /bin/bash
SWIFT ?= swift
JOBS ?= $(shell nproc)
# The same flags everywhere, so that no target rebuilds what another built.
FLAGS := -Xswiftc -warnings-as-errors -j $(JOBS)
PYTHON := .venv/bin/python
# What `ingest --version` and the files call their build. Only one small file is compiled anew.
export INGEST_BUILD := $(shell git describe --always --dirty --exclude '*' --abbrev=12 2>/dev/null)
INGEST := $(CURDIR)/.build/release/ingest

.PHONY: help
help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

.PHONY: setup
setup: ## Debian packages, and a Python environment in .venv for tests and benchmarks
	Scripts/setup.sh

.PHONY: build
build: ## The release binary, .build/release/ingest, with Swift's runtime inside
	$(SWIFT) build -c release --product ingest --static-swift-stdlib $(FLAGS)

.PHONY: debug
debug: ## The debug binary and all tests
	$(SWIFT) build --build-tests $(FLAGS)

.PHONY: demo
demo: build ## A whole project on embedded defaults: loaded, changed, loaded again, read by DuckDB
	Scripts/demo.sh

.PHONY: test
test: unit fixtures dialects workbook live ## All tests: unit, files through other readers, the release binary against PostgreSQL

.PHONY: unit
unit: debug ## Unit tests, and those of the sources against private servers
	Scripts/with-databases.sh $(SWIFT) test --skip-build $(FLAGS)

.PHONY: fixtures
fixtures: debug ## Files with random schemas and options, checked by pyarrow, DuckDB and Polars
	PARQUET_FIXTURES=.build/debug/parquet-fixtures $(PYTHON) -m pytest Tests/Parquet -q $(PYTEST)

.PHONY: dialects
dialects: debug ## Every statement that the dialects of SQL make, through another parser
	DIALECT_STATEMENTS=.build/debug/dialect-statements $(PYTHON) -m pytest Tests/Dialects -q $(PYTEST)

.PHONY: workbook
workbook: debug ## Workbooks compared with openpyxl, and patched ones opened by openpyxl and LibreOffice
	WORKBOOK_DUMP=.build/debug/workbook-dump INGEST=.build/debug/ingest $(PYTHON) -m pytest Tests/Workbook -q $(PYTEST)

.PHONY: speed
speed: build ## Workbooks of 10,000 jobs, and hostile ones, through release builds in the time that is promised
	$(SWIFT) build -c release --product workbook-dump --static-swift-stdlib $(FLAGS)
	WORKBOOK_DUMP=.build/release/workbook-dump INGEST=$(INGEST) \
		$(PYTHON) -m pytest Tests/Workbook/test_speed.py Tests/Workbook/test_hostile.py -q $(PYTEST)

.PHONY: live
live: build ## Live tests of the release binary, several at a time; PYTEST="-k name -n 0" picks some, one at a time
	$(SWIFT) build --product ScriptedDriver $(FLAGS)
	INGEST=$(INGEST) $(PYTHON) -m pytest Tests/Live -q -n 4 --dist loadfile --no-loadscope-reorder $(PYTEST)

N ?= 1000
.PHONY: chaos
chaos: build ## Kills runs at N system calls and moments, and compares lake and source after each; CHAOS="--seed 7" repeats
	INGEST=$(INGEST) $(PYTHON) Tests/Live/chaos/campaign.py --kills $(N) $(CHAOS)

.PHONY: bench
bench: build ## ingest and DuckDB alternately on 3,000,000 rows; ratios against the targets. BENCH="--help" for more
	Scripts/setup.sh --bench
	$(PYTHON) Benchmarks/peers.py --ingest $(INGEST) $(BENCH)

.PHONY: bench-odbc
bench-odbc: build ## ingest through ODBC drivers, arrow-odbc and ConnectorX alternately on 3,000,000 rows; BENCH="--help" for more
	Scripts/setup.sh --bench
	$(PYTHON) Benchmarks/odbc_peers.py --ingest $(INGEST) $(BENCH)

.PHONY: bench-run
bench-run: build ## ingest run against ingest copy and psql, with many small jobs, idle ones, and big ones at once; BENCH="--help" for more
	Scripts/setup.sh --bench
	$(PYTHON) Benchmarks/run_peers.py --ingest $(INGEST) $(BENCH)

.PHONY: bench-sqlite
bench-sqlite: build ## ingest, DuckDB and ConnectorX alternately on a SQLite file of 3,000,000 rows; BENCH="--help" for more
	Scripts/setup.sh --bench
	$(PYTHON) Benchmarks/sqlite_peers.py --ingest $(INGEST) $(BENCH)

.PHONY: micro
micro: ## Micro-benchmarks of the decoder and the encoders
	$(SWIFT) build -c release --product ingest-bench $(FLAGS)
	.build/release/ingest-bench all

.PHONY: instructions
instructions: ## Instructions and allocations per value, counted by valgrind, against the checked-in limits
	$(SWIFT) build -c release --product ingest-bench $(FLAGS)
	$(PYTHON) Benchmarks/instructions.py .build/release/ingest-bench

.PHONY: lint
lint: ## Formatting, scripts, and the rules of CONTRIBUTING that a program can check
	Scripts/lint.sh

.PHONY: format
format: ## Formats the Swift sources in place
	$(SWIFT) format --in-place -r Sources Tests Benchmarks Package.swift

.PHONY: dist
dist: build ## dist/: the binary with Swift's runtime inside, and a Debian package
	Scripts/dist.sh

.PHONY: dist-check
dist-check: dist ## Installs the Debian package in a bare Debian without Swift and runs it there (needs root)
	Scripts/dist-check.sh

.PHONY: clean
clean: ## Removes what was built (.venv stays)
	rm -rf .build .build-dist dist
