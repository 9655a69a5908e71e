#!/bin/sh
# Write the locks from the .in files: exact versions and hashes for every Python from 3.11 on and every platform.
set -eu
cd "$(dirname -- "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"${PYTHON:-python3}" -m venv "$tools"
"$tools/bin/python" -m pip install -q --disable-pip-version-check uv
for name in requirements requirements-test requirements-dask requirements-npm; do
    # coord-convert asks for fiona for its command line only, which no test uses
    "$tools/bin/uv" pip compile "$name.in" -o "$name.txt" --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command 'make lock' --quiet \
        --no-emit-package fiona --no-emit-package cligj --no-emit-package click-plugins "$@"
done
npm install --package-lock-only --no-progress
