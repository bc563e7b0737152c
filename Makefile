# Three commands to know:
#   make run     a demo organisation on this machine; Ctrl-C ends it (PORT=8480 for another port)
#   make test    everything, browsers too; installs what it needs
#   make check   format, lint, types, vectors, generated files; no browser
# Further: make generated (writes the generated files anew), make format, make clean, make mutation, and
# make manifests (two clean clones in two folders, at two times: the same manifests?).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PORT ?= 8470
PYTHON ?= python3
BIN := .venv/bin
VENV := .venv/.installed
DEV := .venv/.installed-dev
VENDOR := web/vendor/.installed
# Servers of the tests write every word through to the disk; where there is room, that is memory.
MEMORY := $(shell d=/dev/shm; [ -w $$d ] && [ $$(df -k --output=avail $$d | tail -n 1) -gt 2000000 ] && echo $$d)
CODE := crypto e2e_server clientlib tests bench

.PHONY: run test check format generated manifests mutation browsers tools clean
.PHONY: check-style check-types check-generated test-js test-python test-pages
.PHONY: test-python-1 test-python-2 test-browser test-browser-1 test-browser-2 test-browser-3

run: $(VENV) $(VENDOR)
	@exec $(BIN)/python -m clientlib.demo --port $(PORT)

# Three at the same time on two cores, as a browser often waits; what takes longest begins first. The
# output of each is shown when it has ended, its last lines are the summary of its test runner.
STEPS := test-pages test-browser-1 test-python-1 test-python-2 test-browser-2 test-browser-3 test-js \
  check-types check-generated check-style

test: browsers $(DEV) $(VENDOR)
	@echo "Tests …"
	$(MAKE) --jobs=3 --keep-going --output-sync=target $(STEPS)

check: check-style check-types check-generated

# --- what a machine needs, each made once and again when its lock changes ---

tools:
	@need() { command -v "$$1" >/dev/null || { echo "Es fehlt $$1; unter Debian: apt-get install $$2" >&2; exit 1; }; }
	need $(PYTHON) python3
	need node nodejs
	need npm npm
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 oder neuer wird gebraucht." >&2; exit 1; }
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Es fehlt venv; unter Debian: apt-get install python3-venv" >&2; exit 1; }
	node -e 'process.exit(+(parseInt(process.versions.node, 10) < 20))' \
	  || { echo "Node 20 oder neuer wird gebraucht." >&2; exit 1; }

$(VENV): pyproject.toml | tools
	@echo "Python-Pakete installieren …"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -qq --disable-pip-version-check --retries 1 --editable . \
	  || { echo "Die Python-Pakete ließen sich nicht installieren; beim ersten Mal braucht es das Netz." >&2; exit 1; }
	touch $@

$(DEV): $(VENV)
	@echo "Python-Pakete für die Tests installieren …"
	$(BIN)/pip install -qq --disable-pip-version-check --retries 1 --editable '.[dev]' \
	  || { echo "Die Python-Pakete ließen sich nicht installieren; beim ersten Mal braucht es das Netz." >&2; exit 1; }
	touch $@

$(VENDOR): web/package-lock.json web/vendor.lock.json $(wildcard web/vendor*.mjs) | tools
	@echo "Browser-Module holen und prüfen …"
	cd web
	npm ci --ignore-scripts --silent \
	  || { echo "Die Browser-Module ließen sich nicht installieren; beim ersten Mal braucht es das Netz." >&2; exit 1; }
	node vendor.mjs
	touch vendor/.installed

# Debian's browsers, and Go. Never a silent skip: what cannot be installed ends the run with a sentence.
browsers:
	@missing=()
	# Of the same build, so never one without the other.
	command -v chromium >/dev/null && command -v chromium-headless-shell >/dev/null \
	  || missing+=(chromium chromium-headless-shell)
	command -v firefox-esr >/dev/null || missing+=(firefox-esr)
	ls /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf >/dev/null 2>&1 || missing+=(fonts-noto-color-emoji)
	# A reader of the log's formats that none of us wrote; the tests compile against it without a network.
	command -v go >/dev/null || missing+=(golang-go)
	ls /usr/share/gocode/src/golang.org/x/mod/sumdb/tlog >/dev/null 2>&1 || missing+=(golang-golang-x-mod-dev)
	if [ $${#missing[@]} -eq 0 ]; then exit 0; fi
	as_root=()
	if [ "$$(id -u)" -ne 0 ]; then as_root=(sudo); fi
	if ! command -v apt-get >/dev/null || { [ "$$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; }; then
	  echo "Für die Tests fehlen: $${missing[*]}; bitte installieren." >&2
	  exit 1
	fi
	echo "Für die Tests installieren: $${missing[*]} …"
	"$${as_root[@]}" apt-get update -qq
	DEBIAN_FRONTEND=noninteractive "$${as_root[@]}" apt-get install -qq -y --no-install-recommends "$${missing[@]}" >/dev/null

# --- checks ---

check-style: $(DEV)
	@echo "Form und Stil …"
	$(BIN)/ruff format --check --quiet $(CODE) || { echo "Bitte »make format« ausführen." >&2; exit 1; }
	$(BIN)/ruff check --quiet $(CODE)

check-types: $(DEV) $(VENDOR)
	@echo "Typen in Python und JavaScript …"
	$(BIN)/mypy
	$(BIN)/mypy tests/helpers tests/vectors
	web/node_modules/.bin/tsc -p web/jsconfig.json --noEmit

# Mirrors, config sample, inventory, diagram, vectors: each must be what its source says.
check-generated: $(DEV)
	@echo "Erzeugte Dateien und Vektoren vergleichen …"
	$(BIN)/python -m tests.make_generated --check
	$(BIN)/python -m tests.vectors.make --check

test-%: export TMPDIR := $(or $(MEMORY),$(TMPDIR),/tmp)

test-js: $(VENDOR)
	@mkdir -p var
	node --test --test-reporter=spec tests/js/*.test.js >var/test-js.log 2>&1 \
	  || { cat var/test-js.log; exit 1; }
	tail -n 8 var/test-js.log

test-python: test-python-1 test-python-2

# Every second file by size, as below.
test-python-1 test-python-2: $(DEV) $(VENDOR)
	@part=$(@:test-python-%=%)
	$(BIN)/python -m pytest -m "not browser" \
	  $$(find tests -name 'test_*.py' -printf '%s %p\n' | sort -nr | cut -d' ' -f2 | sed -n "$$part~2p" | sort)

# The pages alone, over samples; and whole journeys against a running service.
test-pages: $(DEV) $(VENDOR)
	@$(BIN)/python -m pytest -m browser tests/web

test-browser: test-browser-1 test-browser-2 test-browser-3

# Every third file, the longest first: the parts take about as long, and new ones need no word here.
test-browser-1 test-browser-2 test-browser-3: $(DEV) $(VENDOR)
	@part=$(@:test-browser-%=%)
	$(BIN)/python -m pytest -m browser $$(ls -S tests/browser/test_*.py | sed -n "$$part~3p")

# --- by hand ---

# Takes hours for everything, a minute for a file that has changed; docs/mutation.md keeps the result.
mutation: export TMPDIR := $(or $(MEMORY),$(TMPDIR),/tmp)
mutation: $(DEV) $(VENDOR)
	@nice -n 15 $(BIN)/python -m tests.mutation || true
	$(BIN)/python -m tests.make_generated

generated: $(DEV)
	@$(BIN)/python -m tests.make_generated
	$(BIN)/python -m tests.vectors.make

# Of what is committed; what is not, no clone has.
manifests: $(VENV)
	@$(BIN)/python -m tests.helpers.rebuild

format: $(DEV)
	@$(BIN)/ruff format $(CODE)

clean:
	rm -rf .venv web/node_modules web/vendor .mypy_cache .ruff_cache .hypothesis
