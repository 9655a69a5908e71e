#!/bin/sh
# Ask the public lists of advisories about every locked package (make audit). Needs the internet; everything else
# that is reviewed needs none and stands in scripts/dependencies.py.
set -eu
cd "$(dirname -- "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"${PYTHON:-python3}" -m venv "$tools"
"$tools/bin/python" -m pip install -q --disable-pip-version-check pip-audit
code=0
for name in requirements requirements-dask requirements-test requirements-npm; do
    echo "$name"
    "$tools/bin/pip-audit" --disable-pip --require-hashes -r "$name.txt" || code=1
done
echo "package-lock.json"
npm audit --package-lock-only || code=1
exit "$code"
