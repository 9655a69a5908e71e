"""Connections of the open interface: one read-only transaction per question, as whoever asks.

tipg asks ``app.state.pool`` for a connection and knows nothing of rights; ``Door`` is that pool. A connection
is nobody's until the transaction has taken the role of the pages and been told the token, and is again
nobody's after its rollback. The pool is opened by the first question, so that the server starts without a
database, and anew after the database was away.
"""

import asyncio
import json
import logging
import os
import pwd
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]
import orjson
from starlette.concurrency import run_in_threadpool

from data.database import reading_statements
from projects.errors import SignInNeeded, StorageUnavailable
from projects.feature import plain_number
from services.ogc.callers import Caller, caller

MOST: Final = 4
"""Connections at the same time: the pages need theirs."""
WAIT_S: Final = 10
"""Seconds that a question waits for one of them."""
ANSWER_S: Final = 10.0
"""Seconds after which the database gives a question up: a page of features takes one, and four slow ones
would keep everybody else waiting."""
NOTED_S: Final = 600
"""Seconds between two notes that a token is in use."""

_GONE: Final = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.TooManyConnectionsError,
)
_log = logging.getLogger(__name__)


class Door:
    """The pool that tipg asks for connections; ``address`` may start a server, so it runs in a thread."""

    def __init__(self, address: Callable[[], Mapping[str, str]], anonymous_reads: bool) -> None:
        self._address = address
        self._anonymous_reads = anonymous_reads
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()
        self._noted: dict[int, float] = {}

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[asyncpg.Connection]:
        """Give a connection in a transaction of the caller's; ``SignInNeeded`` for a token that is none."""
        asking = caller()
        if not asking.token and not self._anonymous_reads:
            raise SignInNeeded
        async with self._connection() as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                await _introduce(connection, asking)
                yield connection
            finally:
                await transaction.rollback()

    async def admit(self) -> None:
        """Raise ``SignInNeeded`` for whoever may ask nothing at all, and note that a token is in use."""
        asking = caller()
        if not asking.token:
            if not self._anonymous_reads:
                raise SignInNeeded
            return
        async with self.acquire():
            pass
        if asking.by_header:
            await self._note(asking)

    async def close(self) -> None:
        """Close the connections; the next question opens them anew."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.terminate()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[asyncpg.Connection]:
        """Give a connection; only one that is really gone closes the others, which are other callers'."""
        gone = True
        try:
            pool = self._pool or await self._opened()
            async with pool.acquire(timeout=WAIT_S) as connection:
                try:
                    yield connection
                finally:
                    gone = connection.is_closed()
        except TimeoutError as error:
            raise StorageUnavailable("too many questions at the moment") from error
        except _GONE as error:
            if gone:
                await self.close()
            raise StorageUnavailable(str(error)) from error

    async def _opened(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                address = await run_in_threadpool(self._address)
                self._pool = await asyncpg.create_pool(
                    **target(address),
                    min_size=0,
                    max_size=MOST,
                    init=_prepare,
                    timeout=5,
                    # One caller's connection is the next one's: nothing prepared may outlive a transaction.
                    statement_cache_size=0,
                    server_settings={"jit": "off", "application_name": "atlas-ogc"},
                )
        return self._pool

    async def _note(self, asking: Caller) -> None:
        """Write down that a token is in use, at most once in a while."""
        key, now = hash(asking.token), time.monotonic()
        if now - self._noted.get(key, -NOTED_S) < NOTED_S:
            return
        self._noted[key] = now
        async with self._connection() as connection, connection.transaction():
            await connection.execute("SET LOCAL ROLE atlas_app; SET LOCAL search_path = atlas,public,pg_temp")
            await _tell(connection, asking.token)
            await connection.execute("SELECT note_api_token_use()")


def target(address: Mapping[str, str]) -> dict[str, Any]:
    """Return an address of libpq's as asyncpg takes it.

    ``requirepeer`` (who must be behind a local socket) is checked here: asyncpg does not know it.
    """
    host, port = address.get("host", "localhost"), address.get("port", "5432")
    if "requirepeer" in address:
        _check_peer(Path(host) / f".s.PGSQL.{port}", address["requirepeer"])
    named = {"user": "user", "password": "password", "dbname": "database", "sslmode": "ssl"}
    given = {name: address[theirs] for theirs, name in named.items() if theirs in address}
    return {"host": host, "port": int(port), **given}


def _check_peer(socket: Path, user: str) -> None:
    """Refuse a socket that another user than the server's has put there."""
    if socket.stat().st_uid != pwd.getpwnam(user).pw_uid:
        raise StorageUnavailable(f"the socket {os.fspath(socket)} is not {user}'s")


async def _prepare(connection: asyncpg.Connection) -> None:
    """Teach a new connection how JSON and amounts travel: as text that is passed on, never as floats."""
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(
            kind, encoder=json.dumps, decoder=orjson.Fragment, schema="pg_catalog", format="text"
        )
    await connection.set_type_codec(
        "numeric",
        encoder=str,
        decoder=lambda text: plain_number(Decimal(text)),
        schema="pg_catalog",
        format="text",
    )


async def _introduce(connection: asyncpg.Connection, asking: Caller) -> None:
    """Take the role of the pages and tell the database who asks."""
    await connection.execute(reading_statements(bool(asking.token)))
    await connection.execute(f"SET LOCAL statement_timeout = {round(ANSWER_S * 1000)}")
    if asking.token:
        await _tell(connection, asking.token)
        if not await connection.fetchval("SELECT signed_in()"):
            raise SignInNeeded


async def _tell(connection: asyncpg.Connection, token: str) -> None:
    await connection.execute("SELECT set_config('atlas.session', $1, true)", token)
