"""Words shared by the modules of the cluster: its roles, its error, what it reports back."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ADMIN = "atlas_admin"
"""Superuser made by initdb; only for roles, databases and extensions."""
OWNER = "atlas_owner"
"""Owns the databases; runs the migrations."""
APP = "atlas_app"
"""Everything else: no superuser, subject to row-level security."""
ANONYMOUS = "atlas_anonymous"
"""What the app is for whoever has not signed in; nobody connects as it."""
DOOR = "atlas_door"
"""What sign-in is: accounts and sessions, nothing of the library; nobody connects as it."""

PORT = 5432
"""Part of the socket's file name only: the server never listens on the network."""

Report = Callable[[str], None]
"""Receives one line of progress."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class ClusterError(RuntimeError):
    """The private database cannot be used; one line: what happened, which value, what to do next."""


@dataclass(frozen=True)
class ClusterUrls:
    """SQLAlchemy addresses of one database, for the owner role (migrations) and for the app role."""

    owner: str
    app: str


@dataclass(frozen=True)
class ClusterStatus:
    """What is known about the server without touching it; None where there is nothing to know."""

    running: bool
    version: str | None
    socket: Path | None
    data: Path
    pid: int | None


def checked_name(name: str) -> str:
    """Return a database name unchanged, or raise ClusterError when it would need quoting."""
    if not _NAME.fullmatch(name):
        msg = f"database name {name!r} is not usable: take lower-case letters, digits and _, a letter first"
        raise ClusterError(msg)
    return name
