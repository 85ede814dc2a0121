# Two commands do everything on a machine with Python 3.11, pip and make: `make demo` and `make test`.
# `make` alone lists the rest. Environments are made on demand, and again when their inputs change.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# What a caller may set:
PYTHON ?= python3
AIRFLOW ?= 3
INSTALLER ?= uv
ARGS ?=
FAULTS ?=
WORKERS ?= 3
SECONDS_EACH ?= 60
CHROMIUM ?= chromium
AIRFLOW_BROWSER ?=
READERS ?= results manifest summary ledger record journal action_log policy
SCENES ?= results_service listing_pages inventories image_lists ledger_segments policies verdict_files

SPACE := $(subst ,, )
UV := uv==0.13.9
PIP := pip>=25.1
VENV_3 := .venv
VENV_3.0 := .venv-airflow3.0
VENV_2 := .venv-airflow2
VENV_lowest := .venv-lowest
VENV_BENCHMARKS := .venv-benchmarks
VENV_BROWSER := .venv-browser$(AIRFLOW_BROWSER)
VENV_CLUSTER := .venv-cluster
VENV_FUZZ := .venv-fuzz
VENV_SITE := .venv-site
CONSTRAINTS_3 := .ci/constraints-airflow-3.txt
CONSTRAINTS_3.0 := .ci/constraints-airflow-3.0.6.txt
CONSTRAINTS_2 := .ci/constraints-airflow-2.11.0.txt
CONSTRAINTS_BROWSER := $(if $(AIRFLOW_BROWSER),.ci/constraints-airflow-$(AIRFLOW_BROWSER).txt,$(CONSTRAINTS_3))
# The report is the same on every release.
TESTS_BROWSER ?= $(if $(AIRFLOW_BROWSER),tests/browser/test_moderation_page.py tests/browser/test_approval.py,tests/browser)
CONSTRAINTS_CLUSTER := .ci/constraints-cluster.txt
CONSTRAINTS_SITE := .ci/constraints-site.txt
CONSTRAINTS_lowest := .ci/constraints-lowest.txt
GROUPS_3 := --group test --group aws-cli --group lint --group cover --group build --group oracles --group browser
GROUPS_CLUSTER := --group test --group cluster
GROUPS_3.0 := --group test
GROUPS_2 := --group test
GROUPS_lowest := --group test
NAME_3 := the newest Airflow 3
NAME_3.0 := Airflow 3.0, with its own constraints
NAME_2 := Airflow 2.11, with its own constraints
NAME_lowest := the oldest release of every library
EACH_AIRFLOW := 3 3.0 2 lowest

# What pyproject.toml names, and what boto3 pins: the oldest of these are below Airflow's constraints.
LIBRARIES := boto3|botocore|duckdb|hypothesis|jsonschema|moto|msgspec|pillow|pyarrow|pytest|pytest-xdist|pyyaml|s3transfer

# uv trusts the certificates of the system, as pip does where a company puts its own there.
export UV_SYSTEM_CERTS ?= true

VENV := $(if $(filter $(AIRFLOW),$(EACH_AIRFLOW)),$(VENV_$(AIRFLOW)))
BIN := $(VENV)/bin
$(if $(VENV),,$(error AIRFLOW=$(AIRFLOW): say AIRFLOW=3, AIRFLOW=3.0, AIRFLOW=2 or AIRFLOW=lowest))
$(if $(filter uv pip,$(INSTALLER)),,$(error INSTALLER=$(INSTALLER): say INSTALLER=uv or INSTALLER=pip))

airflow_version = $(BIN)/python -c 'from importlib.metadata import version; print("Airflow", version("apache-airflow"))'

.PHONY: help
help: ## List the targets
	@echo 'make TARGET [AIRFLOW=2] [ARGS="…"] [PYTHON=python3.11] [INSTALLER=pip]'
	@sed -nE 's/^([a-z0-9-]+):[^#]*## (.*)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F '\t' '{printf "  %-12s %s\n", $$1, $$2}'

.PHONY: demo
demo: $(VENV_3)/.installed ## One night on this machine: images, an emulated AWS, the nightly Dag in a real Airflow
	@echo "==> One night of $$($(airflow_version)), on this machine only"
	@$(VENV_3)/bin/python -m airflow_provider_rekmedia.demo night

.PHONY: airflow
airflow: $(VENV_3)/.installed ## The same, and it stays on: a local Airflow to click through, until Ctrl-C
	@echo "==> $$($(airflow_version)), on this machine only"
	@$(VENV_3)/bin/python -m airflow_provider_rekmedia.demo serve

.PHONY: test
test: $(VENV)/.installed ## Run the tests on Airflow 3, or with AIRFLOW=2, 3.0 or lowest; WORKERS=3 processes; ARGS go to pytest
	@echo "==> Tests on $$($(airflow_version))"
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

.PHONY: soak
soak: $(VENV_3)/.installed ## What takes minutes: forty shards for five job slots, seventeen kills, a shared quota
	@echo "==> Soak"
	@$(VENV_3)/bin/python -m pytest -m soak $(ARGS)

.PHONY: cluster
cluster: $(VENV_CLUSTER)/.installed ## Airflow as in production, on this machine: twelve faults, half an hour; FAULTS="redis worker" runs some
	@.ci/install_servers
	@echo "==> Cluster"
	@$(VENV_CLUSTER)/bin/python -m pytest -n 0 -m cluster tests/cluster $(if $(FAULTS),-k '$(subst $(SPACE), or ,$(strip $(FAULTS)))') $(ARGS)

.PHONY: browser
browser: $(VENV_BROWSER)/.installed ## The pages in a real Chromium, alone and in a whole Airflow; AIRFLOW_BROWSER=3.1.8 for another release
	@echo "==> Pages in Chromium, Airflow $(or $(AIRFLOW_BROWSER),3)"
	@CHROMIUM=$(CHROMIUM) $(VENV_BROWSER)/bin/python -m pytest -m browser $(TESTS_BROWSER) $(ARGS)

.PHONY: screenshots
screenshots: $(VENV_3)/.installed ## The pictures of the README and the docs: the demo in Chromium, into docs/images
	@echo "==> Screenshots"
	@CHROMIUM=$(CHROMIUM) $(VENV_3)/bin/python tests/browser/screenshots.py docs/images

.PHONY: unknowns
unknowns: $(VENV_3)/.installed ## Write docs/reference/unknowns.md from the questions in core/facts
	@$(VENV_3)/bin/python .ci/render_unknowns.py

.PHONY: benchmarks
benchmarks: $(VENV_BENCHMARKS)/.installed ## Ours beside the naive way and the limit, each in one run; prints ratios
	@echo "==> Benchmarks"
	@for each in drift engine listing metadata night parse_cost report results unchanged waiters; do echo "--> $$each"; $(VENV_BENCHMARKS)/bin/python tests/benchmarks/$$each.py; done

.PHONY: fuzz
fuzz: $(VENV_FUZZ)/.installed ## The readers and whole scenes against libFuzzer, SECONDS_EACH=60 for each of fifteen
	@echo "==> Fuzzing"
	@for each in $(READERS); do \
	  echo "--> $$each"; mkdir -p $(VENV_FUZZ)/corpus/$$each; \
	  PYTHONPATH=. $(VENV_FUZZ)/bin/python tests/fuzz/fuzz_readers.py $$each $(VENV_FUZZ)/corpus/$$each \
	    -dict=tests/fuzz/words.dict -max_total_time=$(SECONDS_EACH) -max_len=4096 -artifact_prefix=$(VENV_FUZZ)/ \
	    tests/fuzz/seeds -verbosity=0 -print_final_stats=1 \
	    2>&1 | { grep -vE '^(INFO|WARNING)' || true; }; \
	done
	@for each in $(SCENES); do \
	  echo "--> $$each"; mkdir -p $(VENV_FUZZ)/scenes/$$each; \
	  PYTHONPATH=.:tests $(VENV_FUZZ)/bin/python tests/fuzz/fuzz_scenes.py $$each $(VENV_FUZZ)/scenes/$$each \
	    -max_total_time=$(SECONDS_EACH) -max_len=500000 -len_control=0 -artifact_prefix=$(VENV_FUZZ)/ \
	    -verbosity=0 -print_final_stats=1 2>&1 | { grep -vE '^(INFO|WARNING)' || true; }; \
	done

.PHONY: check
check: lint types imports docs core test ## All that CI asks of one Airflow: lint, types, imports, docs, core coverage, tests

.PHONY: lint
lint: $(VENV_3)/.installed ## Lint and formatting, with ruff
	@echo "==> Lint"
	@$(VENV_3)/bin/ruff check .
	@$(VENV_3)/bin/ruff format --check .

.PHONY: types
types: $(VENV_3)/.installed ## Types, with mypy --strict
	@echo "==> Types"
	@$(VENV_3)/bin/mypy

.PHONY: imports
imports: $(VENV_3)/.installed ## The layers, with import-linter
	@echo "==> Imports"
	@$(VENV_3)/bin/lint-imports --no-cache

.PHONY: docs
docs: $(VENV_3)/.installed ## The docs: every link leads somewhere, every quote is what its file says
	@echo "==> Docs"
	@$(VENV_3)/bin/python .ci/check_docs.py

.PHONY: site
site: $(VENV_SITE)/.installed ## The docs as a searchable site in dist/site; a warning is an error
	@echo "==> Site"
	@rm -rf $(VENV_SITE)/project dist/site && mkdir -p $(VENV_SITE)/project/pages/tests dist
	@cp .ci/zensical.toml $(VENV_SITE)/project
	@cp -R README.md CONTRIBUTING.md SECURITY.md docs $(VENV_SITE)/project/pages
	@cp tests/README.md $(VENV_SITE)/project/pages/tests
	@$(VENV_SITE)/bin/zensical build --strict --clean --config-file $(VENV_SITE)/project/zensical.toml
	@mv $(VENV_SITE)/project/site dist/site

.PHONY: core
core: $(VENV_3)/.installed ## The core's own tests take every branch of it
	@echo "==> Coverage of the core"
	@rm -rf $(VENV_3)/coverage && mkdir $(VENV_3)/coverage
	@$(VENV_3)/bin/python -m coverage run --data-file=$(VENV_3)/coverage/data -m pytest -n $(WORKERS) --quiet tests/core
	@$(VENV_3)/bin/python -m coverage combine --quiet --data-file=$(VENV_3)/coverage/data
	@$(VENV_3)/bin/python -m coverage report --data-file=$(VENV_3)/coverage/data --skip-covered

.PHONY: package
package: $(VENV_3)/.installed ## The built wheel, alone in an empty environment: Airflow finds it, and it is light
	@echo "==> Package"
	@.ci/check_package $(VENV_3) $(CONSTRAINTS_3)

.PHONY: env
env: $(VENV)/.installed ## Only make the environment (.venv, or with AIRFLOW=2 .venv-airflow2)

.PHONY: constraints
constraints: $(VENV_3)/.uv ## Resolve again and write .ci/constraints-airflow-3.txt (newest) and .ci/constraints-lowest.txt
	@$(call write_constraints,$(CONSTRAINTS_3),.ci/resolve $(VENV_3)/bin/uv 3.11 'apache-airflow>=3' $(GROUPS_3) --group fab)
	@grep -vE '^($(LIBRARIES))==' $(CONSTRAINTS_2) > $(VENV_3)/.indirect.txt
	@$(call write_constraints,$(CONSTRAINTS_lowest),.ci/resolve $(VENV_3)/bin/uv 3.11 'apache-airflow>=2.11.0' \
	  $(GROUPS_lowest) --resolution lowest-direct -c $(VENV_3)/.indirect.txt)
	@$(call write_constraints,$(CONSTRAINTS_CLUSTER),.ci/resolve $(VENV_3)/bin/uv 3.11 'apache-airflow>=3' $(GROUPS_CLUSTER))
	@$(call write_constraints,$(CONSTRAINTS_SITE),.ci/resolve_site $(VENV_3)/bin/uv)
	@echo "==> Wrote $(CONSTRAINTS_3), $(CONSTRAINTS_lowest), $(CONSTRAINTS_CLUSTER) and $(CONSTRAINTS_SITE): look at the difference, then run .ci/run"

# The first line of the file says what it holds, and stays.
write_constraints = { head -n 1 $(1) && $(2); } > $(1).new && mv $(1).new $(1)

.PHONY: clean
clean: ## Remove the environments, the demo's files and every cache
	@echo "==> Clean"
	@rm -rf $(foreach each,$(EACH_AIRFLOW),$(VENV_$(each))) $(VENV_BENCHMARKS) .venv-browser* $(VENV_CLUSTER) $(VENV_FUZZ) $(VENV_SITE) .demo dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What installs the rest: the pinned uv, ten times faster than pip, or a pip that knows dependency groups.
%/.uv: Makefile
	@$(call new_environment,$(@D),$(UV))

%/.pip: Makefile
	@$(call new_environment,$(@D),$(PIP))

new_environment = \
  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "$(PYTHON) is too old: say PYTHON=python3.11 (or newer)")'; \
  $(PYTHON) -m venv $(1); \
  $(1)/bin/python -m pip install --quiet --disable-pip-version-check '$(2)'; \
  touch $@

define environment
$(VENV_$(1))/.installed: $(VENV_$(1))/.$(INSTALLER) pyproject.toml $(CONSTRAINTS_$(1))
	@echo "==> Environment $(VENV_$(1)): $(NAME_$(1)) (once; half a minute to two minutes)"
	@$$(install_with_$(INSTALLER)) -c $(CONSTRAINTS_$(1)) -e '.[demo]' $(GROUPS_$(1))
	@touch $$@
endef
$(foreach each,$(EACH_AIRFLOW),$(eval $(call environment,$(each))))

# aiobotocore, which the other side of the benchmark needs, holds boto3 back: the constraints are without boto3.
$(VENV_BENCHMARKS)/.installed: $(VENV_BENCHMARKS)/.$(INSTALLER) pyproject.toml $(CONSTRAINTS_3)
	@echo "==> Environment $(VENV_BENCHMARKS): Airflow 3 with aiobotocore (once)"
	@grep -vE '^(aiobotocore|awscli|boto3|botocore|moto|s3transfer)==' $(CONSTRAINTS_3) > $(@D)/constraints.txt
	@$(install_with_$(INSTALLER)) -c $(@D)/constraints.txt -e '.[emulator,parquet]' 'apache-airflow-providers-amazon[aiobotocore]' aiohttp pandas psutil
	@touch $@

# Airflow with a second auth manager: the newest, or a release that has .ci/constraints-airflow-RELEASE.txt.
$(VENV_BROWSER)/.installed: $(VENV_BROWSER)/.$(INSTALLER) pyproject.toml $(CONSTRAINTS_BROWSER)
	@echo "==> Environment $(VENV_BROWSER): Airflow $(or $(AIRFLOW_BROWSER),3) with FAB (once)"
	@$(install_with_$(INSTALLER)) -c $(CONSTRAINTS_BROWSER) -e '.[demo]' --group test --group browser --group fab
	@touch $@

# s3fs, too, holds boto3 back.
$(VENV_CLUSTER)/.installed: $(VENV_CLUSTER)/.$(INSTALLER) pyproject.toml $(CONSTRAINTS_CLUSTER)
	@echo "==> Environment $(VENV_CLUSTER): Airflow 3 with Celery and the drivers of PostgreSQL (once)"
	@$(install_with_$(INSTALLER)) -c $(CONSTRAINTS_CLUSTER) -e '.[demo]' $(GROUPS_CLUSTER)
	@touch $@

# The readers and services need no Airflow.
$(VENV_FUZZ)/.installed: $(VENV_FUZZ)/.$(INSTALLER) Makefile $(CONSTRAINTS_3)
	@echo "==> Environment $(VENV_FUZZ): atheris (once)"
	@$(install_with_$(INSTALLER)) -c $(CONSTRAINTS_3) 'atheris>=3' boto3 duckdb msgspec pyarrow pyyaml
	@touch $@

# The site is built from Markdown alone.
$(VENV_SITE)/.installed: $(VENV_SITE)/.$(INSTALLER) pyproject.toml $(CONSTRAINTS_SITE)
	@echo "==> Environment $(VENV_SITE): Zensical (once)"
	@$(install_with_$(INSTALLER)) -c $(CONSTRAINTS_SITE) --group site
	@touch $@

install_with_uv = $(@D)/bin/uv pip install --quiet --compile-bytecode --python $(@D)/bin/python
install_with_pip = $(@D)/bin/python -m pip install --quiet --disable-pip-version-check
