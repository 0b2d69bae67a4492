# Everything from nothing: `make run`, then open what it prints. `make help` lists the rest.
PORT ?= 8000
DATA ?= .data
PYTHON := $(or $(PYTHON),$(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done))
BOOT = $(or $(PYTHON),$(error Python 3.11 or newer is needed: install it, or name it, make PYTHON=/path/to/python3)) -m collab.boot
BIN = .venv/bin
# What only reads the code needs settings that name something, and reaches none of it.
UNUSED = SECRET_KEY=unused ORIGINS=http://localhost REDIS_URL=redis://localhost/0 \
	DATABASE_URL=postgresql://localhost/unused PYTHONWARNINGS=ignore
# Where tests mostly wait, for a page or for what they broke: two to a core.
AT_ONCE = --numprocesses $$($(BIN)/python -c 'import os; print(2 * os.cpu_count())')

.PHONY: help run test check types rest core fuzz faults bench browser format audit
.DEFAULT_GOAL := help

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 18

run: ## The whole product on this machine: make run [PORT=8000] [DATA=.data]
	@exec $(PYTHON) collab/boot/leash.py $$PPID 15 $(BOOT) run --port $(PORT) --data $(DATA)

test: check ## Everything, from nothing: the checks, then every test
	@$(BOOT) ready --browser --nginx
	@$(BOOT) npm test
	@$(BIN)/pytest -m "not browser" --numprocesses auto --dist loadfile
	@$(BIN)/pytest tests/faults $(AT_ONCE) --dist load
	@$(BIN)/pytest tests/browser $(AT_ONCE) --dist loadfile

check: ## Format, lint, types, import contract, missing migrations, known faults
	@$(BOOT) ready
	@$(MAKE) --no-print-directory --jobs 2 types rest

types: # beside the rest, which takes as long
	@$(UNUSED) $(BIN)/mypy

rest:
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(UNUSED) $(BIN)/lint-imports --cache-dir .cache/imports
	@$(UNUSED) $(BIN)/python manage.py makemigrations --check
	@$(BOOT) npm run check
	@$(BIN)/python -m deploy.audit --where-reachable

core: ## The tests of the pure core alone: no service, no browser
	@$(BIN)/pytest -m "not server and not node and not browser"

fuzz: ## Laws and hostile updates at length: make fuzz [HISTORIES=3000] [SEED=…]
	@nice -n 10 $(BIN)/python -m tests.core.fuzz $(if $(HISTORIES),--histories $(HISTORIES)) $(if $(SEED),--seed $(SEED))

faults: ## Break everything while people write, at length: make faults [SEED=…] [STORY=tests/faults/test_…] [RESUME=1]
	@$(BOOT) ready
	@nice -n 5 timeout --signal INT 3600 $(BIN)/pytest $(or $(STORY),tests/faults) --long --verbose -p no:randomly \
		$(if $(SEED),--seed $(SEED)) $(if $(RESUME),--resume)

bench: ## Speed, an hour long, beside rivals where their kit is: make bench [PEERS=folder] [ROUNDS=3]
	@$(BOOT) ready --browser
	@$(BIN)/python -m bench peers "$(PEERS)" "$(or $(ROUNDS),3)"
	@$(BIN)/python -m bench growth
	@$(BIN)/python -m bench history
	@$(BIN)/python -m bench.report

browser: ## The end-to-end tests in Chromium alone
	@$(BOOT) ready --browser
	@$(BIN)/pytest tests/browser $(AT_ONCE) --dist loadfile

audit: ## Known faults in what we use, and a failure where the indexes cannot be asked
	@$(BOOT) ready
	@$(BIN)/python -m deploy.audit

format: ## Put Python and TypeScript into their form
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --fix --quiet .
	@$(BOOT) npm run format
