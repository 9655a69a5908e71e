"""A database connection that breaks when a test says so: a go-between on a socket of its own.

It passes everything on until a transaction that writes is about to be saved. Then, once, it does what it was
told: lose the connection before the server hears of the COMMIT, or after the server has carried it out and
before the program hears of that, or let the server end the connection, or run something of the test's first.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

COMMIT: Final = b"COMMIT\x00"
WRITES: Final = b"READ WRITE"
"""What ``data.database`` begins every writing transaction with."""
READY: Final = b"Z\x00\x00\x00\x05"
KEY: Final = b"K\x00\x00\x00\x0c"


class Cut(StrEnum):
    """Where the connection breaks."""

    BEFORE = "before"
    AFTER = "after"
    ENDED_BY_SERVER = "ended_by_server"


class Cutter:
    """Listens in a folder and leads to a server's socket; ``arm`` says what happens at the next saving."""

    def __init__(self, folder: Path, url: str) -> None:
        self._real = make_url(url)
        self._path = folder / ".s.PGSQL.5432"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._path))
        self._listener.listen(32)
        self._armed: Cut | None = None
        self._then: Callable[[], object] = lambda: None
        self._end_backend: Callable[[int], object] = lambda pid: None
        self._left = 0
        self.cut = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, url: str) -> str:
        """Return an address of the same database that leads through here."""
        given = make_url(url)
        query = {
            **{k: v for k, v in given.query.items() if k != "requirepeer"},
            "host": str(self._path.parent),
        }
        return given.set(query=query).render_as_string(hide_password=False)

    def arm(
        self,
        cut: Cut | None,
        saving: int = 1,
        *,
        then: Callable[[], object] = lambda: None,
        end: Callable[[int], object] | None = None,
    ) -> None:
        """Cut at the n-th saving and run ``then`` there; ``end(pid)`` ends a connection at the server."""
        self._armed, self._then, self._left = cut, then, saving
        self._end_backend = end or self._end_backend
        self.cut.clear()

    def close(self) -> None:
        """Let nobody in any more."""
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _accept(self) -> None:
        while True:
            try:
                inside, _ = self._listener.accept()
            except OSError:
                return
            outside = socket.socket(socket.AF_UNIX)
            place = self._real.query["host"]
            outside.connect(f"{place}/.s.PGSQL.{self._real.query['port']}")
            _Line(self, inside, outside).start()

    def due(self) -> tuple[Cut | None, Callable[[], object]]:
        """Return, once, where this saving is to break and what is done there."""
        self._left -= 1
        return (None, lambda: None) if self._left else (self._armed, self._then)

    def end_backend(self, pid: int) -> None:
        """Let the server end a connection."""
        self._end_backend(pid)


class _Line:
    """One connection of the program and its counterpart to the server."""

    def __init__(self, cutter: Cutter, inside: socket.socket, outside: socket.socket) -> None:
        self._cutter, self._inside, self._outside = cutter, inside, outside
        self._writing, self._swallow = False, False
        self._pid = 0
        self._answered = threading.Event()

    def start(self) -> None:
        for work in (self._there, self._back):
            threading.Thread(target=work, daemon=True).start()

    def _there(self) -> None:
        try:
            while data := self._inside.recv(65536):
                self._writing |= WRITES in data
                if self._writing and COMMIT in data:
                    self._writing = False
                    if not self._save(data):
                        break
                else:
                    self._outside.sendall(data)
        except OSError:
            pass
        finally:  # whatever went wrong here, nobody waits for it
            self._break()

    def _save(self, data: bytes) -> bool:
        """Do what was asked for at this saving; whether the connection lives on."""
        cut, then = self._cutter.due()
        if cut is Cut.BEFORE:
            then()
            self._cutter.cut.set()
            return False
        if cut is Cut.ENDED_BY_SERVER:
            self._cutter.cut.set()
            self._cutter.end_backend(self._pid)
        self._swallow = cut is Cut.AFTER
        self._outside.sendall(data)
        if self._swallow:
            assert self._answered.wait(60), "the server did not answer"
            then()
            self._cutter.cut.set()
        return not self._swallow

    def _back(self) -> None:
        with suppress(OSError):
            while data := self._outside.recv(65536):
                if not self._pid and KEY in data:
                    at = data.index(KEY) + len(KEY)
                    self._pid = int.from_bytes(data[at : at + 4], "big")
                if self._swallow:
                    if READY in data:
                        self._answered.set()
                    continue
                self._inside.sendall(data)
        self._break()

    def _break(self) -> None:
        for end in (self._inside, self._outside):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
