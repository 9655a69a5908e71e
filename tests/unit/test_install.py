"""The install script on machines that are not this one.

It runs here with a PATH of stand-ins (apt-get, dpkg-query, sudo …) that write down how they
were called, so that a machine without Python, without root or without apt can be had anywhere. Set-up on a
really empty Debian, with and without a network, is described in docs/install.md.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

TOOLS = [
    *(
        "sh",
        "cat",
        "chmod",
        "cp",
        "cut",
        "dirname",
        "env",
        "grep",
        "head",
        "ln",
        "ls",
        "mkdir",
        "mktemp",
        "mv",
    ),
    *("printf", "rm", "sed", "sha256sum", "sort", "tail", "tee", "tr", "true"),
]


class Machine:
    """A checkout's scripts and a PATH of stand-ins in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.root, self.bin, self.system = folder / "atlas", folder / "bin", folder / "system"
        shutil.copytree(ROOT / "scripts", self.root / "scripts")
        self.bin.mkdir()
        self.system.mkdir()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool) or pytest.skip(f"no {tool} here"))
        self.calls = folder / "calls"
        self.calls.write_text("")
        self.has("id", "echo 0")
        self.environ = {"PATH": str(self.bin), "ATLAS_SYSTEM_ROOT": str(self.system)}

    def has(self, name: str, body: str = "exit 0") -> None:
        """Put a stand-in on the PATH that notes its call and then does `body`."""
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>{self.calls}\n{body}\n')
        path.chmod(0o755)

    def is_debian(self, *packages: str) -> None:
        """Give it apt, whose lists know the named packages, and dpkg with none installed."""
        known = " | ".join(packages) or "none"
        self.has("dpkg-query", "exit 1")
        self.has("apt-get", "exit 0")
        search = "\n".join(f"echo '{name} - x'" for name in packages if name.endswith("-postgis-3"))
        policy = f"case $2 in {known}) echo '  Candidate: 1.0';; *) echo '  Candidate: (none)';; esac"
        self.has("apt-cache", f"case $1 in search) {search or ':'} ;; policy) {policy};; esac")

    def has_server(self, version: str, *, postgis: bool) -> None:
        """Install a PostgreSQL server of that version."""
        server = self.system / "usr/lib/postgresql" / version / "bin/postgres"
        server.parent.mkdir(parents=True)
        server.symlink_to(self.bin / "true")
        extension = self.system / "usr/share/postgresql" / version / "extension"
        extension.mkdir(parents=True)
        if postgis:
            (extension / "postgis.control").touch()

    def has_python(self) -> None:
        """Give it the Python that runs this test."""
        (self.bin / "python3").symlink_to(sys.executable)

    def run(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.bin / "sh"), str(self.root / "scripts/install.sh"), *arguments]
        return subprocess.run(
            command,
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def missing(self, *arguments: str, **environ: str) -> list[str]:
        done = self.run("packages", *arguments, **environ)
        assert done.returncode == 0, done.stderr
        return done.stdout.split()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


PRINT = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
BOOKWORM = ("python3.11-venv", "postgresql-15-postgis-3", "chromium")


def test_a_fresh_debian_lacks_everything(machine: Machine) -> None:
    machine.is_debian(*BOOKWORM)
    postgresql = ["postgresql-15", "postgresql-15-postgis-3"]
    expected = ["python3.11", "python3.11-venv", "fonts-noto-cjk", *PRINT, *postgresql]
    assert machine.missing() == expected
    assert machine.missing("test") == [*expected, "chromium"]


def test_the_newest_postgis_of_the_release_is_taken(machine: Machine) -> None:
    machine.is_debian("postgresql-9-postgis-3", "postgresql-17-postgis-3", "postgresql-16-postgis-3")
    machine.has_python()
    assert machine.missing()[-2:] == ["postgresql-17", "postgresql-17-postgis-3"]


def test_ubuntu_has_another_name_for_the_browser(machine: Machine) -> None:
    machine.is_debian("chromium-browser")
    assert machine.missing("test")[-1] == "chromium-browser"


@pytest.mark.parametrize(
    "line", ["DATABASE_URL=postgresql://h/d", 'export DATABASE_URL = "postgresql://h/d"']
)
def test_an_own_database_needs_no_postgresql(machine: Machine, line: str) -> None:
    machine.is_debian(*BOOKWORM)
    assert not [name for name in machine.missing(DATABASE_URL="postgresql://h/d") if "postgres" in name]
    (machine.root / ".env").write_text(f"# mine\n{line}\n")
    assert not [name for name in machine.missing() if "postgres" in name]


@pytest.mark.parametrize(
    "line", ["DATABASE_URL=", "# DATABASE_URL=postgresql://h/d", 'DATABASE_URL=""', "PORT=1"]
)
def test_an_empty_database_setting_is_none(machine: Machine, line: str) -> None:
    machine.is_debian(*BOOKWORM)
    (machine.root / ".env").write_text(line + "\n")
    assert "postgresql-15" in machine.missing()


def test_postgis_joins_the_server_that_is_there(machine: Machine) -> None:
    machine.is_debian("postgresql-14-postgis-3", "postgresql-17-postgis-3")
    machine.has_server("14", postgis=False)
    machine.has_python()
    assert machine.missing() == ["fonts-noto-cjk", *PRINT, "postgresql-14-postgis-3"]


def test_libraries_that_are_no_packages_of_debian_count(machine: Machine) -> None:
    machine.is_debian(*BOOKWORM)
    machine.has("ldconfig", "printf '\\tlibpango-1.0.so.0 => /x\\n\\tlibpangoft2-1.0.so.0 => /x\\n'")
    assert [name for name in machine.missing() if name in PRINT] == ["libharfbuzz-subset0"]


@pytest.mark.parametrize("fonts", ["fonts", ""])
def test_without_apt_a_machine_that_cannot_print_is_set_up_all_the_same(machine: Machine, fonts: str) -> None:
    machine.has_python()
    machine.has("fc-list", f"printf '{fonts}'")
    done = machine.run(DATABASE_URL="postgresql://h/d")
    assert ("missing: " + "fonts-noto-cjk " * (not fonts) + " ".join(PRINT)) in done.stdout
    assert "PDF cannot be made" in done.stdout
    assert "[2/5]" in done.stdout


def test_the_bundle_carries_what_the_script_installs() -> None:
    bundle = (ROOT / "scripts/bundle.sh").read_text()
    assert all(name in bundle for name in (*PRINT, "fonts-noto-cjk"))


def test_what_is_there_is_left_alone(machine: Machine) -> None:
    machine.is_debian()
    machine.has("dpkg-query", "printf installed")
    machine.has("chromium")
    machine.has_python()
    machine.has_server("15", postgis=True)
    assert machine.missing("test") == []
    assert "apt-get" not in machine.calls.read_text()


def test_without_apt_one_line_says_what_to_install(machine: Machine) -> None:
    done = machine.run()
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    for part in ("Python 3.11", "PostGIS", "DATABASE_URL", "container"):
        assert part in done.stderr


def test_without_root_and_sudo_the_administrators_line_is_printed(machine: Machine) -> None:
    machine.is_debian(*BOOKWORM)
    machine.has("id", "echo 1000")
    done = machine.run()
    assert done.returncode == 1
    assert "apt-get install --no-install-recommends python3.11" in done.stderr
    assert "apt-get" not in machine.calls.read_text()


def test_sudo_is_not_waited_for_when_nobody_is_there(machine: Machine) -> None:
    machine.is_debian(*BOOKWORM)
    machine.has("id", "echo 1000")
    machine.has("sudo", "exit 1")
    done = machine.run()
    assert done.returncode == 1
    assert "sudo apt-get install" in done.stderr


def test_sudo_is_used_when_not_root(machine: Machine) -> None:
    machine.is_debian(*BOOKWORM)
    machine.has("id", "echo 1000")
    machine.has("sudo", 'case $1 in -n) exit 0;; esac\nexec "$@"')
    machine.run()
    assert (
        "sudo env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get update" in machine.calls.read_text()
    )


def test_another_python_is_refused_by_name(machine: Machine) -> None:
    machine.is_debian(*BOOKWORM)
    machine.has("python3.9", "exit 1")
    done = machine.run(PYTHON="python3.9")
    assert done.returncode == 1
    assert "PYTHON=python3.9 is none of Python 3.13 3.12 3.11 3.14" in done.stderr


def test_an_unknown_mode_is_refused(machine: Machine) -> None:
    done = machine.run("everything")
    assert done.returncode == 1
    assert 'unknown mode "everything"' in done.stderr


def _postgresql_conf(machine: Machine) -> Path:
    path = machine.system / "etc/postgresql-common/createcluster.conf"
    path.parent.mkdir(parents=True)
    path.write_text("ssl = on\n")
    return path


@pytest.mark.parametrize("result", [0, 1])
def test_debian_starts_no_cluster_of_its_own(machine: Machine, result: int) -> None:
    machine.is_debian(*BOOKWORM)
    conf = _postgresql_conf(machine)
    seen = machine.root / "seen"
    install = f"*only*) ;; *postgis*) cat {conf} >{seen}; exit {result};;"
    body = f'case "$*" in *" -s "*) echo "Inst x";; {install} esac'
    machine.has("apt-get", body)
    done = machine.run()
    assert "create_main_cluster = false" in seen.read_text()
    assert conf.read_text() == "ssl = on\n", "restored whether or not apt-get worked"
    assert ("[2/5]" in done.stdout) == (result == 0)


def test_an_existing_server_keeps_its_configuration(machine: Machine) -> None:
    machine.is_debian("python3.11-venv", "postgresql-15-postgis-3")
    machine.has_server("15", postgis=False)
    conf = _postgresql_conf(machine)
    seen = machine.root / "seen"
    machine.has("apt-get", f'case "$*" in *" -s "*) echo "Inst x";; *postgis*) cat {conf} >{seen};; esac')
    machine.run()
    assert seen.read_text() == "ssl = on\n"


def test_a_bundle_of_another_release_is_refused(machine: Machine) -> None:
    machine.is_debian(*BOOKWORM)
    machine.has("dpkg", "echo amd64")
    (machine.root / "bundle/debs").mkdir(parents=True)
    (machine.root / "bundle/RELEASE").write_text("debian 99 m68k\n")
    done = machine.run()
    assert done.returncode == 1
    assert 'made for "debian 99 m68k"' in done.stderr
    assert "apt-get" not in machine.calls.read_text()


def test_a_damaged_bundle_is_refused(machine: Machine) -> None:
    machine.is_debian(*BOOKWORM)
    machine.has("dpkg", "echo amd64")
    release = platform.freedesktop_os_release()
    debs = machine.root / "bundle/debs"
    debs.mkdir(parents=True)
    (debs / "a.deb").write_text("half")
    (machine.root / "bundle/RELEASE").write_text(f"{release['ID']} {release.get('VERSION_ID', '')} amd64\n")
    (machine.root / "bundle/SHA256SUMS").write_text(f"{'0' * 64}  ./debs/a.deb\n")
    done = machine.run()
    assert done.returncode == 1
    assert "the bundle is damaged; copy the archive again" in done.stderr
    assert "apt-get" not in machine.calls.read_text()
