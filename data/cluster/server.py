"""Starting and stopping the server process."""

import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from data.cluster import process, sockets
from data.cluster.account import Account, clean_environment, may_enter, server_account
from data.cluster.binaries import Binaries, choose, installed
from data.cluster.config import write_config
from data.cluster.connect import Address, refused
from data.cluster.errors import explain_exit
from data.cluster.initialise import create_data
from data.cluster.model import PORT, ClusterError, Report
from data.cluster.places import Place, choose_place, write_note

START_SECONDS = 300.0
"""Patience for a start: replaying the log after a power cut takes minutes on an old disk."""
SOCKET_SECONDS = 5.0
"""A living server whose socket has been missing this long has lost it (a cleaned /tmp, an ended login)."""
STOP_SECONDS = 60.0
LOG_BYTES = 5_000_000


@dataclass(frozen=True)
class Server:
    """One data folder with the programs and the system user that serve it."""

    place: Place
    binaries: Binaries
    account: Account
    settings: Mapping[str, str]
    report: Report
    patience: float = START_SECONDS

    def address(self) -> Address:
        """Where the living server listens, or else where the next one will."""
        living = process.running(self.place.data)
        if living and living.socket and living.socket.is_dir():
            return Address(sockets.verified(living.socket, self.account), self.account.name)
        return Address(sockets.socket_folder(self.place.data, self.account), self.account.name)

    def ensure_running(self) -> Address:
        """Return the address of a server that answers, started or restarted when necessary."""
        address = self.address()
        if address.failure() is None:
            return address
        living = process.running(self.place.data)
        if living and not self._lost_socket(living.pid):
            return self._wait(self.address(), None, 0)
        if living:
            self.report("the database has lost its socket, restarting it")
            process.end(living, self.place.data, "fast", STOP_SECONDS)
        return self._start()

    def _lost_socket(self, pid: int) -> bool:
        """Whether a living server has no socket any more; one that is just starting makes it soon."""
        end = time.monotonic() + SOCKET_SECONDS
        while time.monotonic() < end and process.is_server(pid, self.place.data):
            living = process.running(self.place.data)
            if living and living.socket and (living.socket / sockets.SOCKET).exists():
                return False
            time.sleep(0.1)
        return process.is_server(pid, self.place.data)

    def _start(self) -> Address:
        """Start the server; children of a killed one are ended first, for as long as they hold the data."""
        self.report("starting the database")
        address = Address(sockets.socket_folder(self.place.data, self.account), self.account.name)
        write_config(self.place.data, self.account, self.settings)
        end = time.monotonic() + 30
        while process.end_orphans(self.place.data) and time.monotonic() < end:
            time.sleep(0.2)
        process.clear_remains(self.place.data, address.socket)
        mark = _rotated(self.place.log)
        return self._wait(address, self._launch(address.socket), mark)

    def _launch(self, socket: Path) -> subprocess.Popen[bytes]:
        """Start the process in a session of its own, so that it outlives this program."""
        command = [self.binaries["postgres"], "-D", str(self.place.data), "-k", str(socket), "-p", str(PORT)]
        self.place.log.touch(mode=0o600)
        with self.place.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - a program found by this package, no shell
                [*command, "-c", "listen_addresses="],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=clean_environment(),
                start_new_session=True,
                umask=0o077,
                **self.account.credentials(),
            )

    def _wait(self, address: Address, started: subprocess.Popen[bytes] | None, mark: int) -> Address:
        """Retry a real connection until it works, the process ends, or patience does."""
        begin = time.monotonic()
        told = begin
        while (failure := address.failure()) is not None:
            if started is not None and started.poll() is not None:
                raise explain_exit(self.place.log, _tail(self.place.log, mark), self.place.data)
            if refused(failure) or time.monotonic() - begin > self.patience:
                raise ClusterError(f"the database does not answer: {failure}; details in {self.place.log}")
            if started is None and process.running(self.place.data) is None:
                return self._start()  # the one we waited for has died
            if time.monotonic() - told > 10:
                told = time.monotonic()
                self.report(f"the database is recovering, {told - begin:.0f} s so far")
            time.sleep(0.05)
        if started is not None:
            # Somebody has to collect the process when it ends, or it stays in the process table.
            threading.Thread(target=started.wait, daemon=True, name="atlas-cluster").start()
        return address


def open_server(folder: Path, settings: Mapping[str, str], report: Report) -> Server:
    """Find the data folder, its user and its programs; create the data folder when there is none.

    Call it while holding the lock. Raises ClusterError when something is missing or does not fit.
    """
    place = choose_place(folder)
    account = server_account(place.data)
    binaries = choose(installed(), place.major(), place.data)
    if place.relocated:
        report(f"user {account.name} cannot enter {place.folder}, so the database lies in {place.data}")
    if not place.initialised():
        report(f"creating a PostgreSQL {binaries.version} database in {place.data}")
        create_data(place, binaries, account, settings)
    elif not may_enter(account, place.data):
        name = account.name
        msg = f"user {name} cannot reach {place.data}: chmod o+x its parent folders, or set DATABASE_URL"
        raise ClusterError(msg)
    write_note(place)
    return Server(place, binaries, account, settings, report)


def _rotated(log: Path) -> int:
    """Put a long log aside; return the length of what is in the log now."""
    size = log.stat().st_size if log.exists() else 0
    if size <= LOG_BYTES:
        return size
    log.replace(log.with_suffix(".log.old"))
    return 0


def _tail(log: Path, mark: int) -> str:
    """Return what was written to the log after `mark`, at most its last 20 kB."""
    with log.open("rb") as handle:
        end = handle.seek(0, 2)
        handle.seek(max(mark, end - 20_000))
        return handle.read().decode(errors="replace")
