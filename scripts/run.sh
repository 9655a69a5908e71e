#!/bin/sh
# Set up what is missing, create and fill the database, serve the app: what `make run` and the image do.
set -eu
cd "$(dirname -- "$0")/.."
ATLAS_STEPS=7 sh scripts/install.sh run
.venv/bin/python scripts/serve.py --check
printf '[6/7] Database\n'
.venv/bin/python -m data init
printf '[7/7] App\n'
exec .venv/bin/python scripts/serve.py
