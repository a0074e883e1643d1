# The only tool a newcomer must know. Each target calls one script.
.PHONY: help run test setup check bench docs

help:
	@echo "make run     set up and serve the demo clinic on http://127.0.0.1:8000 (PORT= changes it)"
	@echo "make test    set up and pass every test, on SQLite and on PostgreSQL"
	@echo "make setup   the set-up alone"
	@echo "make check   format, lint, types, import contracts, templates, migrations, generated docs"
	@echo "make bench   measure and print, naming the machine"
	@echo "make docs    build the documentation into site/"

run:
	@scripts/run

test:
	@scripts/test

setup:
	@scripts/setup

check:
	@scripts/check

bench:
	@scripts/bench

docs:
	@scripts/docs
