#!/bin/sh
# Pack everything that `make run` would download into one archive, for an office without any registry:
#   dist/atlas-bundle-VERSION.tar.gz = the checkout at HEAD + bundle/{debs,wheels,assets,RELEASE,SHA256SUMS}
# Made on the same Debian/Ubuntu release and processor as the office's machine. Nothing here needs root.
set -eu
cd "$(dirname -- "$0")/.."
ROOT=$PWD

say() { printf '%s\n' "$*"; }
fail() {
    say "Stopped: $*" >&2
    exit 1
}

command -v apt-get >/dev/null 2>&1 || fail "a bundle is made on the Debian or Ubuntu release that it is for"
git rev-parse --verify -q HEAD >/dev/null || fail "this is not a git checkout with a commit; the bundle packs HEAD"

sh scripts/install.sh run
VERSION=$(.venv/bin/python -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')
NAME=atlas-$VERSION
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
OUT=$WORK/$NAME/bundle
mkdir -p "$OUT/debs" "$OUT/wheels" "$WORK/archives/partial" dist

# Everything that the app's packages depend on, whatever this machine has: asked with nothing installed. What
# the office's machine already has stays as it is; apt takes only what is missing. `make` comes along.
closure() {
    postgis=$(apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' |
        sed -n 's/^postgresql-\([0-9]*\)-postgis-3 .*/\1/p' | sort -n | tail -n 1)
    [ -n "$postgis" ] || fail "apt knows no PostGIS package; run apt-get update"
    : >"$WORK/nothing"
    apt-get install -y --print-uris --no-install-recommends -o Dir::State::status="$WORK/nothing" \
        -o Dir::Cache::archives="$WORK/archives/" make python3 python3-venv fonts-noto-cjk \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 postgresql-common \
        "postgresql-$postgis" "postgresql-$postgis-postgis-3" >"$WORK/uris" ||
        fail "apt-get could not name the packages; run apt-get update"
    sed -n "s/^'[^']*' \([^ ]*\) .*/\1/p" "$WORK/uris"
}

# name_version_arch.deb → name=version for apt-get download (which checks the release's signatures)
as_request() { sed 's/%3a/:/g; s/^\([^_]*\)_\([^_]*\)_[^_]*\.deb$/\1=\2/'; }

# The index that lets apt use the folder as a source
index_debs() {
    for deb in *.deb; do
        dpkg-deb -f "$deb"
        say "Filename: ./$deb"
        say "Size: $(stat -c %s "$deb")"
        say "SHA256: $(sha256sum "$deb" | cut -d ' ' -f 1)"
        say
    done >Packages
}

say "[bundle 1/4] System packages"
closure >"$WORK/files"
as_request <"$WORK/files" >"$WORK/requests"
say "      $(wc -l <"$WORK/requests") packages"
(cd "$OUT/debs" && xargs apt-get download -q -o APT::Sandbox::User=root <"$WORK/requests" >"$WORK/log" 2>&1 && index_debs) ||
    { tail -n 5 "$WORK/log" >&2 && fail "apt-get download failed"; }

say "[bundle 2/4] Python packages"
.venv/bin/python -m pip download --disable-pip-version-check -q --no-deps --require-hashes --only-binary :all: \
    --progress-bar off -d "$OUT/wheels" -r requirements.txt
[ "$(find "$OUT/wheels" -name '*.whl' | wc -l)" -gt 0 ] || fail "pip downloaded nothing"

say "[bundle 3/4] Map assets"
.venv/bin/python scripts/assets.py pack "$OUT/assets"

say "[bundle 4/4] Archive"
# shellcheck source=/dev/null
(. /etc/os-release && say "$ID ${VERSION_ID:-} $(dpkg --print-architecture)") >"$OUT/RELEASE"
.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])' >"$OUT/PYTHON"
(cd "$OUT" && find . -type f -exec sha256sum {} + | sort -k 2) >"$WORK/sums"
mv "$WORK/sums" "$OUT/SHA256SUMS"
git archive --prefix="$NAME/" HEAD | tar -x -C "$WORK"
ARCHIVE=dist/atlas-bundle-$VERSION.tar.gz
tar -C "$WORK" -czf "$ROOT/$ARCHIVE" "$NAME"
(cd dist && sha256sum "$(basename "$ARCHIVE")" >"$(basename "$ARCHIVE").sha256")
say "$ARCHIVE ($(du -h "$ARCHIVE" | cut -f 1)). On the office's machine: tar xf it, cd $NAME, make run (or: sh scripts/run.sh)"
