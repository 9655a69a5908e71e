# The commands of the atlas. `make run` and `make test` set up what they need; all else is optional.
.POSIX:
PY = .venv/bin/python
CODE = app.py gis projects layers data services views scripts

.PHONY: run demo demo-remove test test-long lint audit bench bundle lock docs stop clean

run:
	@sh scripts/run.sh

# Practice: a separate database of fictional projects, served on a port of its own until Ctrl+C.
demo:
	@sh scripts/install.sh run
	$(PY) -m data demo
	@PORT="$${PORT:-8502}" DEMO=true $(PY) scripts/serve.py

demo-remove:
	$(PY) -m data demo --remove

test:
	@sh scripts/install.sh test
	$(MAKE) -s lint
	$(PY) -m pytest -m "not long" -n 2 --dist loadfile

test-long:
	@sh scripts/install.sh test
	$(PY) -m pytest -m long

lint:
	$(PY) -m ruff check .
	$(PY) -m mypy $(CODE)

# Advisories about the locked packages: the only check that needs the internet, so not part of `test`.
audit:
	@sh scripts/audit.sh

bench:
	@sh scripts/install.sh test
	$(PY) -m bench

bundle:
	@sh scripts/bundle.sh

lock:
	@sh scripts/lock.sh

docs:
	$(PY) scripts/settings_docs.py

stop:
	$(PY) -m data stop

# Everything that set-up can make again. Data (var/) and tiles in static/ stay.
clean:
	rm -rf .venv node_modules static/.assets dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find locale -name '*.mo' -delete
