"""nginx and PgBouncer as they are shipped, on ports of a test: only addresses and folders are changed."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil
import psycopg
from sqlalchemy import URL

from data.database import Database
from tests.paths import ROOT
from tests.ui.harness.server import free_port

NGINX: Final = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
PGBOUNCER: Final = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
DEPLOY: Final = ROOT / "deploy"
PASSWORD: Final = "a-password-of-the-test"
TEMPORARY: Final = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
SHIPPED_PORTS: Final = (8501, 8502)


@dataclass(frozen=True, slots=True)
class Front:
    """A running nginx: its address and the log of what it passed on."""

    url: str
    log: Path

    def passed(self, path: str) -> list[int]:
        """Return the ports of the processes that answered requests of a path, in order."""
        for _ in range(40):  # a line is written after its answer
            lines = [line.split() for line in self.log.read_text("utf-8").splitlines()]
            found = [int(one[7].rpartition(":")[2]) for one in lines if one[3] == path and one[7] != "-"]
            if found:
                return found
            time.sleep(0.05)
        return []


def _put(text: str, pattern: str, value: str) -> str:
    """Replace every match; raises ``ValueError`` where the shipped file has none."""
    changed, count = re.subn(pattern, lambda _: value, text, flags=re.MULTILINE)
    if not count:
        raise ValueError(f"the shipped configuration has no {pattern}")
    return changed


def nginx_text(folder: Path, port: int, servers: Sequence[int]) -> str:
    """Return the shipped configuration with the addresses and folders of a test."""
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    text = _put(text, r"listen 80 default_server", f"listen 127.0.0.1:{port} default_server")
    text = _put(text, r"^pid .*;", f"pid {folder}/nginx.pid;")
    text = _put(text, r"^error_log .*;", f"error_log {folder}/error.log warn;")
    text = _put(text, r"^worker_processes auto;", "worker_processes 1;")
    text = _put(text, r"access_log .* atlas .*;", f"access_log {folder}/access.log atlas;")
    text = _put(text, r"/var/cache/nginx/atlas", f"{folder}/cache")
    for shipped, own in zip(SHIPPED_PORTS, servers, strict=True):
        text = _put(text, rf":{shipped}\b", f":{own}")
    places = "\n".join(f"    {name}_temp_path {folder}/{name};" for name in TEMPORARY)
    return _put(text, r"^http \{", "http {\n" + places)


@contextmanager
def front(folder: Path, servers: Sequence[int]) -> Iterator[Front]:
    """Run nginx before two servers of this machine."""
    if NGINX is None:
        raise FileNotFoundError("nginx")
    port = free_port()
    (folder / "nginx.conf").write_text(nginx_text(folder, port, servers), "utf-8")
    shutil.copy(DEPLOY / "nginx-headers.conf", folder)
    command = [NGINX, "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    with _running([*command, "-g", "daemon off;"], folder / "nginx.out", lambda: _listens(port)):
        yield Front(f"http://127.0.0.1:{port}", folder / "access.log")


def _listens(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def pgbouncer_text(folder: Path, port: int, parts: dict[str, str]) -> str:
    """Return the shipped configuration before the server of an address."""
    text = (DEPLOY / "pgbouncer.ini").read_text("utf-8")
    where = f"host={parts['host']} port={parts.get('port', '5432')}"
    text = _put(text, r"host=127\.0\.0\.1 port=5432", where)
    text = _put(text, r"^listen_port = .*", f"listen_port = {port}")
    text = _put(text, r"^auth_file = .*", f"auth_file = {folder}/userlist.txt")
    text = _put(text, r"^logfile = .*", f"logfile = {folder}/pgbouncer.log")
    return _put(text, r"^pidfile = .*", f"pidfile = {folder}/pgbouncer.pid")


@contextmanager
def pooler(folder: Path, database: Database, size: int = 20) -> Iterator[str]:
    """Run PgBouncer before a database; give the address of its pages' role there."""
    if PGBOUNCER is None:
        raise FileNotFoundError("pgbouncer")
    port, parts = free_port(), database.app_address
    text = _put(
        pgbouncer_text(folder, port, parts), r"^default_pool_size = .*", f"default_pool_size = {size}"
    )
    if size == 1:
        text = _put(text, r"^reserve_pool_size = .*", "reserve_pool_size = 0")
    (folder / "pgbouncer.ini").write_text(text, "utf-8")
    (folder / "userlist.txt").write_text(f'"{parts["user"]}" "{PASSWORD}"\n', "utf-8")
    url = URL.create(
        "postgresql+psycopg", parts["user"], PASSWORD, "127.0.0.1", port, database.owner.url.database
    ).render_as_string(hide_password=False)
    command = [PGBOUNCER, "-q", *_as_server_user(folder, parts), str(folder / "pgbouncer.ini")]
    with _running(command, folder / "pgbouncer.out", lambda: _answers(url)):
        yield url


def _as_server_user(folder: Path, parts: dict[str, str]) -> list[str]:
    """PgBouncer does not run as root, and the server's socket lets its own user in."""
    if os.geteuid():
        return []
    user = parts.get("requirepeer", "nobody")
    owner = pwd.getpwnam(user)
    for place in (folder, folder / "userlist.txt"):
        os.chown(place, owner.pw_uid, owner.pw_gid)
    return ["-u", user]


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url.replace("+psycopg", ""), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def _running(command: list[str], out: Path, ready: Callable[[], bool]) -> Iterator[None]:
    """Run a program in the foreground until the end of the block."""
    with out.open("wb") as told:
        process = subprocess.Popen(command, stdout=told, stderr=told)
    try:
        _wait(process, out, ready)
        yield
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)
        process.kill()


def _wait(process: subprocess.Popen[bytes], out: Path, ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 15
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(out.read_text("utf-8"))
        if ready():
            return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} did not answer in time")


def server_of(port: int) -> psutil.Process:
    """Return the process of ours that serves a port; raises ``LookupError``."""
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            words = child.cmdline()
            if "streamlit" in words and str(port) in words:
                return child
    raise LookupError(f"no process of this test serves port {port}")


def kill(port: int) -> None:
    """Kill the server of a port outright; nothing when it is gone already."""
    with suppress(LookupError):
        found = server_of(port)
        found.kill()
        found.wait(10)
