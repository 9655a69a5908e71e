"""Real connections: the only proof that the server works, and the addresses the rest of the program uses."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import URL

from data.cluster.model import ADMIN, APP, OWNER, PORT, ClusterUrls

Connection = psycopg.Connection[tuple[Any, ...]]

_REFUSED = ("authentication failed", "no pg_hba.conf entry", "requirepeer", "pg_hba.conf rejects")


@dataclass(frozen=True)
class Address:
    """Where the server listens, and the system user that must be behind that socket."""

    socket: Path
    user: str

    def options(self) -> dict[str, str]:
        """Return options for libpq; `requirepeer` refuses a server that somebody else put there."""
        return {"host": str(self.socket), "port": str(PORT), "requirepeer": self.user}

    def url(self, role: str, database: str) -> str:
        """SQLAlchemy address for a role and a database."""
        url = URL.create("postgresql+psycopg", username=role, database=database, query=self.options())
        return url.render_as_string(hide_password=False)

    def urls(self, database: str) -> ClusterUrls:
        """Return the two addresses of a database."""
        return ClusterUrls(owner=self.url(OWNER, database), app=self.url(APP, database))

    def connect(self, database: str = "postgres") -> Connection:
        """Open an autocommit connection as superuser; psycopg.OperationalError when there is no server."""
        return psycopg.connect(
            dbname=database,
            user=ADMIN,
            autocommit=True,
            connect_timeout=5,
            application_name="atlas-cluster",
            **self.options(),  # type: ignore[arg-type]
        )

    def failure(self) -> str | None:
        """Try a connection and a query: None when it works, else what was said."""
        try:
            with self.connect() as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError as error:
            return str(error).strip().splitlines()[-1]
        return None


def refused(failure: str) -> bool:
    """Whether waiting cannot help: the server is there and does not accept this user."""
    return any(words in failure for words in _REFUSED)
