# shellcheck shell=sh
# System packages for scripts/install.sh, which reads this file: what is missing, and how apt brings it.
# Uses from there: say, has, fail, open_log, counted, log_tail_and_fail, SYSTEM, BUNDLE, LOG, PYTHONS, TEMP.

CREATE_CLUSTER_CONF=$SYSTEM/etc/postgresql-common/createcluster.conf

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
available() { apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'; }

uses_own_database() {
    [ -z "${DATABASE_URL:-}" ] || return 1
    [ -f .env ] || return 0
    ! sed "s/['\"[:space:]]//g; s/^export//" .env | grep -q '^DATABASE_URL=[^#]'
}

has_postgis() {
    for control in "$SYSTEM"/usr/share/postgresql/*/extension/postgis.control; do
        version=${control#"$SYSTEM"/usr/share/postgresql/}
        version=${version%%/*}
        [ ! -f "$control" ] || [ ! -x "$SYSTEM/usr/lib/postgresql/$version/bin/postgres" ] || return 0
    done
    has pg_config && [ -f "$(pg_config --sharedir)/extension/postgis.control" ]
}

# PostGIS for the server that is there, else for the newest that this release carries
postgis_packages() {
    for server in "$SYSTEM"/usr/lib/postgresql/*/bin/postgres; do
        [ -x "$server" ] || continue
        version=${server#"$SYSTEM"/usr/lib/postgresql/}
        version=${version%%/*}
        if available "postgresql-$version-postgis-3"; then
            say "postgresql-$version-postgis-3"
            return
        fi
    done
    version=$(apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' 2>/dev/null |
        sed -n 's/^postgresql-\([0-9]*\)-postgis-3 .*/\1/p' | sort -n | tail -n 1)
    version=${version:-15}
    say "postgresql-$version"
    say "postgresql-$version-postgis-3"
}

python_fits() {
    # shellcheck disable=SC2086,SC2153  # a list of versions, set by install.sh
    "$1" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] not in sys.argv[1:])' $PYTHONS >/dev/null 2>&1
}
python_is_whole() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

find_python() {
    # shellcheck disable=SC2086  # a list of versions
    for candidate in ${PYTHON:-python3 $(printf 'python%s ' $PYTHONS)}; do
        if has "$candidate" && python_fits "$candidate"; then
            say "$candidate"
            return
        fi
    done
}

python_packages() {
    python=$(find_python)
    if [ -n "$python" ]; then
        python_is_whole "$python" && return
        "$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
        return
    fi
    [ -z "${PYTHON:-}" ] || fail "PYTHON=$PYTHON is none of Python $PYTHONS"
    for version in $PYTHONS; do
        if available "python$version-venv"; then
            say "python$version"
            say "python$version-venv"
            return
        fi
    done
    say python3
    say python3-venv
}

has_cjk_fonts() {
    installed fonts-noto-cjk || { has fc-list && [ -n "$(fc-list :lang=zh-cn 2>/dev/null | head -n 1)" ]; }
}
has_library() { has ldconfig && ldconfig -p 2>/dev/null | grep -qF "$1"; }

# What WeasyPrint sets type with and cuts fonts with; no Python package brings it. Debian puts a hyphen
# between a library's name and its version where the name ends in a digit.
print_packages() {
    for library in libpango-1.0 libpangoft2-1.0 libharfbuzz-subset; do
        case $library in *[0-9]) package=$library-0 ;; *) package=${library}0 ;; esac
        installed "$package" || has_library "$library.so.0" || say "$package"
    done
}
has_browser() { has chromium || has google-chrome || has chromium-browser; }

missing_packages() {
    python_packages
    has_cjk_fonts || say fonts-noto-cjk
    print_packages
    if uses_own_database && ! has_postgis; then postgis_packages; fi
    # Ubuntu has no chromium package, only chromium-browser, which brings the snap
    [ "$1" != test ] || has_browser || { available chromium-browser && say chromium-browser; } || say chromium
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 ${APT_CONFIG:+APT_CONFIG="$APT_CONFIG"} "$@"
    fi
}

need_root_for() {
    [ "$(id -u)" -ne 0 ] || return 0
    has sudo || fail "these packages are missing and you are not root and have no sudo. Ask an administrator" \
        "to run: apt-get install --no-install-recommends $*"
    [ -t 0 ] || sudo -n true 2>/dev/null ||
        fail "sudo needs a password and nobody is there to type it. Run: sudo apt-get install" \
            "--no-install-recommends $*"
}

# Packages of bundle/debs as the only source; the machine's own sources stay as they are
use_bundled_packages() {
    # shellcheck source=/dev/null
    this="$(. /etc/os-release && say "$ID ${VERSION_ID:-}") $(dpkg --print-architecture)"
    made=$(cat "$BUNDLE/RELEASE")
    [ "$this" = "$made" ] || fail "this bundle was made for \"$made\", this machine is \"$this\"." \
        "Make a bundle on the same release, or move bundle/ away to use the registries."
    (cd "$BUNDLE" && sha256sum --check --quiet SHA256SUMS >>"$LOG" 2>&1) ||
        log_tail_and_fail "the bundle is damaged; copy the archive again and unpack it afresh"
    TEMP=$(mktemp -d)
    chmod 755 "$TEMP"
    ln -s "$BUNDLE/debs" "$TEMP/debs"
    mkdir -p "$TEMP/lists/partial" "$TEMP/cache/archives/partial"
    say "deb [trusted=yes] file:$TEMP/debs ./" >"$TEMP/sources.list"
    cat >"$TEMP/apt.conf" <<CONF
Dir::Etc::sourcelist "$TEMP/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "$TEMP/lists";
Dir::Cache "$TEMP/cache";
APT::Sandbox::User "root";
CONF
    APT_CONFIG=$TEMP/apt.conf
    export APT_CONFIG
}

refresh_package_lists() {
    counted 'package lists' 'never' 1 as_root apt-get update -q ||
        log_tail_and_fail "apt-get update failed. Without a network, install from a bundle (docs/install.md)"
}

# We run our own cluster in our own folder: keep Debian from creating and starting another one. Only while
# we install the server, and never when one is already there.
hold_back_main_cluster() {
    as_root apt-get install -y -q --no-install-recommends postgresql-common </dev/null >>"$LOG" 2>&1 || return 1
    as_root cp -p "$CREATE_CLUSTER_CONF" "$CREATE_CLUSTER_CONF.atlas" &&
        say 'create_main_cluster = false' | as_root tee -a "$CREATE_CLUSTER_CONF" >/dev/null
}
release_main_cluster() {
    [ ! -f "$CREATE_CLUSTER_CONF.atlas" ] || as_root mv "$CREATE_CLUSTER_CONF.atlas" "$CREATE_CLUSTER_CONF"
}

apt_install() {
    case " $*" in
        *" postgresql-"[0-9]*) ls "$SYSTEM"/usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || hold_back_main_cluster ||
            log_tail_and_fail "apt-get could not install postgresql-common" ;;
    esac
    plan=$(apt-get install -s --no-install-recommends "$@" </dev/null 2>>"$LOG") ||
        log_tail_and_fail "apt-get has no such packages: $*"
    total=$(say "$plan" | grep -c '^Inst ') || return 0
    set -- apt-get install -y -q --no-install-recommends "$@"
    if ! counted downloaded 'Get:*' "$total" as_root "$@" --download-only ||
        ! counted installed 'Setting up *' "$total" as_root "$@"; then
        log_tail_and_fail "$* did not work"
    fi
    release_main_cluster
}

not_debian() {
    # Fonts and printing alone are no reason to stop: the pages use the reader's fonts, only pictures and PDF
    # need ours.
    others=$(say "$*" | tr ' ' '\n' | grep -vx 'fonts-noto-cjk\|libpango.*\|libharfbuzz.*')
    [ -n "$others" ] || { say "      missing: $*. Pictures will lack Chinese letters, or PDF cannot be made" && return; }
    fail "no apt-get here. Install Python 3.11 to 3.14, PostgreSQL 15 or later with PostGIS 3, Noto CJK fonts, Pango" \
        "yourself, or set DATABASE_URL to a PostGIS database, or use the container (docs/install.md)." \
        "Missing: $*"
}

system_packages() {
    missing=$(missing_packages "$1") # a failure inside must stop here, which a pipe would hide
    wanted=$(say "$missing" | tr '\n' ' ')
    wanted=${wanted% }
    [ -n "$wanted" ] || { say "      all there" && return; }
    # shellcheck disable=SC2086  # a list of package names
    has apt-get || { not_debian $wanted && return; }
    open_log
    # shellcheck disable=SC2086
    need_root_for $wanted
    [ ! -d "$BUNDLE/debs" ] || use_bundled_packages
    refresh_package_lists
    missing=$(missing_packages "$1") # again: the fresh lists know the release's versions
    wanted=$(say "$missing" | tr '\n' ' ')
    wanted=${wanted% }
    say "      installing $wanted"
    # shellcheck disable=SC2086
    apt_install $wanted
}
