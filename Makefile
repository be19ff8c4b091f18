# Everything that a new machine needs, and every check. Works as root, or with sudo.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
APT := $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0
PACKAGES := sip-tester iperf3 tshark wireshark-common tcpdump iproute2 libcap2-bin python3-venv
# the browser, and what its remote control needs; Ubuntu has it as a snap only: there the tests of the HTML page are skipped, with the reason
BROWSER := $(shell grep -qs "^ID=debian" /etc/os-release && echo chromium libatomic1)
TEST_PACKAGES := $(PACKAGES) nftables kamailio rtpengine-daemon openssh-server python3-apt $(BROWSER)

FLEET := tests/integration/fleet
LONG_AGENTS := $(addprefix tests/integration/agent/test_,soak.py unprivileged.py mesh_demo.py)
AGENTS := $(LONG_AGENTS) $(filter-out $(LONG_AGENTS),$(wildcard tests/integration/agent/test_*.py))
COMPUTING := $(FLEET) tests/unit tests/fuzz tests/platform \
  $(filter-out $(FLEET)/,$(wildcard tests/integration/*/ tests/integration/test_*.py)) tests/browser
# calls are made in real time, and a machine may stand still: what it spoilt is made again, and said
REAL := --reruns 2 -raR --durations=25

# a second or more of CPU for each second; together more than ten minutes
FUZZ_SECONDS ?= 100
FUZZ_TARGETS ?= $(notdir $(wildcard tests/fuzz/corpus/*))

.PHONY: help demo mesh-demo test test-fleet unit lint soak soak-agent bench fuzz clean install install-test

help:
	@echo "make demo        install, then place real calls on this machine and show what is measured"
	@echo "make mesh-demo   four Regions on this machine: agents find the path that is made worse"
	@echo "make test        install, then run every check and every test but the long forms"
	@echo "make test-fleet  the playbooks with all four Regions, the account by itself, a platform: ten minutes"
	@echo "make unit        the fast tests alone"
	@echo "make lint        ruff, mypy --strict, import-linter"
	@echo "make soak        500 concurrent calls with media for a minute"
	@echo "make soak-agent  four agents for half an hour: nothing grows, no round is lost"
	@echo "make fuzz        hostile input to every reader for a quarter of an hour; FUZZ_SECONDS=n each"
	@echo "make bench       how fast voipprobe is, beside tshark, pyshark and dumpcap; BENCH=--full, generator or steadiness"

# capturing and network namespaces need root
demo: install
	@$(SUDO) $(BIN)/voipprobe demo

# File by file: tests of a fleet build on each other. In this order: the longest first, and last the browser, whose
# event loop stays in its process, where pyshark then finds no place for its own
test: lint
	$(SUDO) $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not agents and not voice and not alone" $(COMPUTING) $(REAL)
	$(SUDO) $(BIN)/pytest -n 3 --maxschedchunk 1 $(AGENTS) $(REAL)
	$(SUDO) $(BIN)/pytest -n 2 --dist worksteal -m voice $(REAL)
	$(SUDO) $(BIN)/pytest -m alone $(REAL)

# A change to the checkout in the meantime is a new release
test-fleet: install-test
	$(SUDO) env FLEET=full $(BIN)/pytest $(FLEET) -n 2 --dist loadfile $(REAL)

unit: $(VENV)/.dev
	$(BIN)/pytest tests/unit -q -n auto

lint: install-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

mesh-demo: install-test
	@$(SUDO) $(BIN)/python -m mesh_demo

soak: install-test
	SOAK_CALLS=500 SOAK_HOLD_S=60 $(BIN)/pytest tests/integration/test_many_calls.py -q -s

soak-agent: install-test
	$(SUDO) env SOAK_MINUTES=30 $(BIN)/pytest tests/integration/agent/test_soak.py -q -s

bench: install-test
	$(BIN)/python -m benchmarks $(BENCH)

# new inputs and crashes are kept in build/fuzz
fuzz: $(VENV)/.dev
	@for target in $(FUZZ_TARGETS); do echo "fuzzing $$target" && \
	  PYTHONPATH=tests $(BIN)/python -m fuzz $$target -max_total_time=$(FUZZ_SECONDS) -verbosity=0 \
	  -print_final_stats=1 -artifact_prefix=build/fuzz/$$target- || exit 1; done
	PYTHONPATH=tests NUMBA_BOUNDSCHECK=1 $(BIN)/python -m fuzz.replay
	BOGUS_SSRCS=10000000 $(BIN)/pytest tests/fuzz -q

install: $(VENV)/.apt $(VENV)/.run

# Debian's packages and Python's beside each other
install-test:
	@$(MAKE) -s -j2 $(VENV)/.apt-test $(VENV)/.dev

# Packages that are there already cost no network; sbin is not on every user's PATH
define install_packages
	@missing=""; for p in $(1); do \
	  dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then echo "installing$$missing"; \
	  $(APT) update && $(APT) install --no-install-recommends -y $$missing >/dev/null; fi
	@mkdir -p $(VENV) && touch $@
endef

$(VENV)/.apt:
	$(call install_packages,$(PACKAGES))

$(VENV)/.apt-test: | $(VENV)/.apt
	$(call install_packages,$(TEST_PACKAGES))

$(BIN)/pip: | $(VENV)/.apt
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml | $(BIN)/pip
	$(BIN)/pip install -q --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/pip
	$(BIN)/pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
