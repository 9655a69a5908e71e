"""The cluster as the rest of the program sees it."""

import logging
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import psycopg

from data.cluster import archive as archiving
from data.cluster import bootstrap, process, recovery
from data.cluster.account import server_account
from data.cluster.binaries import choose, installed
from data.cluster.connect import Address
from data.cluster.errors import FULL_BYTES, disk_full, free_bytes, plain_errors
from data.cluster.lock import locked
from data.cluster.model import ADMIN, ClusterError, ClusterStatus, ClusterUrls, Report, checked_name
from data.cluster.places import known_place, make_folder
from data.cluster.server import STOP_SECONDS, Server, open_server

T = TypeVar("T")

LOCK = "cluster.lock"
"""In the folder: lets one program at a time change the server's state."""

LOW_BYTES = 300_000_000
"""Free space below which the office is warned."""


class Cluster:
    """A private PostgreSQL + PostGIS server in a folder, reachable by this user (and root) only.

    Every method raises ClusterError, with one plain line, and nothing else, when the server cannot be used.
    """

    def __init__(
        self,
        folder: Path,
        name: str = "atlas",
        *,
        report: Report | None = None,
        settings: Mapping[str, str] | None = None,
        archive: Path | None = None,
    ) -> None:
        """Remember the folder and database name; `settings` add to the server's, `report` gets progress.

        `archive` is the folder that keeps the server's log, from the server's next start on.
        """
        if sys.platform == "win32":
            msg = "the private database needs Linux or macOS: set DATABASE_URL, or use the container"
            raise ClusterError(msg)
        self.folder = folder
        self.name = checked_name(name)
        self._report = report or logging.getLogger(__name__).info
        self._archive = archive
        self._settings = {**(archiving.settings_for(archive) if archive else {}), **(settings or {})}

    def ensure(self) -> ClusterUrls:
        """Bring server, roles, database and extensions into being, from any state; return the addresses."""
        with plain_errors(self.folder):
            folder = make_folder(self.folder)
            with locked(folder / LOCK, self._report):
                recovery.finish_exchange(folder)
                server = open_server(folder, self._settings, self._report)
                if self._archive:
                    archiving.prepare(self._archive, server.account)
                address = server.ensure_running()
                self._warn_of_disk(server)
                return self._prepare(server, address)

    def stop(self, mode: str = "fast") -> None:
        """Stop the server (`smart` waits for clients, `fast` ends them); none running is no error."""
        with plain_errors(self.folder):
            if not self.folder.is_dir():
                return
            place = known_place(self.folder)
            with locked(place.folder / LOCK, self._report):
                if living := process.running(place.data):
                    process.end(living, place.data, mode, STOP_SECONDS)
                    _remove_if_empty(living.socket)
                    self._report("the database has stopped")

    def status(self) -> ClusterStatus:
        """Say what is there without changing anything; `running` means that a real connection worked."""
        with plain_errors(self.folder):
            place = known_place(self.folder)
            living = process.running(place.data)
            if living is None or living.socket is None:
                return ClusterStatus(False, None, None, place.data, living.pid if living else None)
            version = _version(Address(living.socket, place.data.owner()))
            return ClusterStatus(version is not None, version, living.socket, place.data, living.pid)

    def fell(self) -> bool:
        """Whether the server ended without being told to: killed, out of memory, out of disk, a power cut."""
        with plain_errors(self.folder):
            if not self.folder.is_dir():
                return False
            data = known_place(self.folder).data
            return process.running(data) is None and (data / "postmaster.pid").exists()

    def take_up_archive(self) -> None:
        """Stop a running server that keeps its log otherwise than is wanted; the next start does it right."""
        if not self.folder.is_dir() or not self.status().running:
            return
        wanted = archiving.archive_command(self._archive) if self._archive else ""
        if self._inside(_archive_command) != wanted:
            self._report("the database starts anew: WAL_ARCHIVE was changed")
            self.stop()

    def make_base(self) -> archiving.BaseCopy:
        """Copy the whole running server into its archive, as the beginning of every moment after it."""
        with plain_errors(self.folder):
            place, kept = known_place(self.folder), self._kept()
            account, binaries = server_account(place.data), choose(installed(), place.major(), place.data)
            archiving.prepare(kept, account)
            return self._inside(lambda address: archiving.make_copy(kept, address, binaries, account))

    def recover(self, at: datetime) -> Path:
        """Put the server back to a moment, start it, and return where the data that were there are now."""
        with plain_errors(self.folder):
            folder = make_folder(self.folder)
            with locked(folder / LOCK, self._report):
                recovery.finish_exchange(folder)
                before = recovery.recover(folder, self._kept(), at, self._settings, self._report)
        self.ensure()
        return before

    def _kept(self) -> Path:
        if self._archive is None:
            raise ClusterError("no log of the database is kept: set WAL_ARCHIVE, run `python -m data init`")
        return self._archive

    def create_database(self, name: str, template: str | None = None) -> ClusterUrls:
        """Create another database, empty with extensions or a copy of `template`; return its addresses."""
        return self._inside(lambda address: bootstrap.create_database(address, name, template))

    def drop_database(self, name: str) -> None:
        """Remove a database with all it holds, ending its connections; a missing one is no error."""
        self._inside(lambda address: bootstrap.drop_database(address, name))

    def superuser_url(self, database: str | None = None) -> str:
        """SQLAlchemy address for the superuser; for maintenance and tests, never for the app."""
        return self._address().url(ADMIN, database or self.name)

    def urls(self, database: str | None = None) -> ClusterUrls:
        """Addresses of a database of the running server, without looking whether it exists."""
        return self._address().urls(checked_name(database or self.name))

    def program(self, name: str) -> str:
        """Full path of one of PostgreSQL's programs (`pg_dump`, `pg_restore`) in the version of the data."""
        with plain_errors(self.folder):
            place = known_place(self.folder)
            return choose(installed(), place.major(), place.data)[name]

    def _address(self) -> Address:
        with plain_errors(self.folder):
            place = known_place(self.folder)
            living = process.running(place.data)
            if living is None or living.socket is None:
                raise ClusterError(f"the database in {place.data} is not running: start it first")
            return Address(living.socket, place.data.owner())

    def _inside(self, work: Callable[[Address], T]) -> T:
        """Do work on the running server, saying plainly what the server objects to."""
        with plain_errors(self.folder):
            try:
                return work(self._address())
            except psycopg.Error as error:
                raise self._plain(error) from error

    def _prepare(self, server: Server, address: Address) -> ClusterUrls:
        """Roles, database, extensions; once more when the server fell over meanwhile."""
        try:
            try:
                return bootstrap.ensure_database(address, self.name, self._report)
            except psycopg.OperationalError as first:
                self._report(f"the database broke off ({_first_line(first)}), trying again")
                return bootstrap.ensure_database(server.ensure_running(), self.name, self._report)
        except psycopg.Error as error:
            raise self._plain(error) from error

    def _plain(self, error: psycopg.Error) -> ClusterError:
        """Explain an error of the server."""
        data = known_place(self.folder).data
        if isinstance(error, psycopg.errors.DiskFull) or free_bytes(data) < FULL_BYTES:
            return disk_full(data)
        return ClusterError(f"the database in {data} objects: {_first_line(error)}")

    def _warn_of_disk(self, server: Server) -> None:
        free = free_bytes(server.place.data)
        if free < LOW_BYTES:
            self._report(
                f"only {free // 1_000_000} MB free on the disk of {server.place.data}: make room soon"
            )


def _archive_command(address: Address) -> str:
    """Return how the running server keeps its log, empty when it does not."""
    with address.connect() as connection:
        row = connection.execute(
            "SELECT CASE WHEN current_setting('archive_mode') = 'off' THEN ''"
            " ELSE current_setting('archive_command') END"
        ).fetchone()
    return str(row[0]) if row else ""


def _remove_if_empty(folder: Path | None) -> None:
    """Tidy the socket's folder away; the next start makes it again."""
    if folder:
        with suppress(OSError):
            folder.rmdir()


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


def _version(address: Address) -> str | None:
    """Version of the server that answers there, else None."""
    try:
        with address.connect() as connection:
            row = connection.execute("SHOW server_version").fetchone()
    except psycopg.OperationalError:
        return None
    return str(row[0]) if row else None
