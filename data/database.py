"""The connection to PostGIS: pools, a role and an identity in every transaction, plain words for refusals.

    reading(token)            read-only, one snapshot; without a token as ``atlas_anonymous``
    writing(token, reason)    as ``atlas_app``, for whoever the token stands for
    door()                    as ``atlas_door``: accounts and sessions, nothing of the library
    owning()                  as the owner of the tables: set-up, loads, the command line

Role and settings hold for one transaction (``SET LOCAL``, ``set_config(…, true)``): nothing of them stays in
a pooled connection. Whoever opens the app's engine in another way is nobody in particular.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Final, Self

from psycopg import errors
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from data import about, slow
from projects.errors import (
    Busy,
    DiskFull,
    NotAllowed,
    OutcomeUnknown,
    SignInNeeded,
    StorageUnavailable,
    TooSlow,
)

APP_ROLE: Final = "atlas_app"
ANONYMOUS_ROLE: Final = "atlas_anonymous"
DOOR_ROLE: Final = "atlas_door"
STATEMENT_TIMEOUT: Final = "30s"
WRITING_TIMEOUT: Final = "120s"
"""A large upload is stored in few statements."""
LOCK_TIMEOUT: Final = "10s"
SCHEMA: Final = "atlas"
"""Everything of ours lives in one schema: it can share a database, be backed up and be put back whole."""
SEARCH_PATH: Final = f"{SCHEMA},public,pg_temp"
"""Temporary tables come last: nobody's can stand in for one of ours."""


@dataclass(frozen=True, slots=True)
class Acting:
    """What one transaction of the app's engine is taken for."""

    role: str
    begin: str
    """Statements that start the transaction, without parameters."""
    token: str = field(default="", repr=False)


def _begin(role: str, transaction: str, timeout: str) -> str:
    """Return the statements that start a transaction in a role.

    An identity that somebody left in the connection is wiped out first.
    """
    return (
        f"SET TRANSACTION {transaction}; SET LOCAL ROLE {role}; SET LOCAL statement_timeout = '{timeout}';"
        f" SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'; SET LOCAL search_path = {SEARCH_PATH};"
        " SET LOCAL atlas.session = ''; SET LOCAL atlas.reason = ''; SET LOCAL atlas.change_set = '';"
        " SET LOCAL atlas.derive_at_end = ''"
    )


_READS: Final = "ISOLATION LEVEL REPEATABLE READ READ ONLY"
"""One snapshot for the whole transaction, so that the counts of an answer fit its rows."""
_WRITES: Final = "ISOLATION LEVEL READ COMMITTED READ WRITE"
NOBODY: Final = Acting(ANONYMOUS_ROLE, _begin(ANONYMOUS_ROLE, _READS, STATEMENT_TIMEOUT))
_READER: Final = _begin(APP_ROLE, _READS, STATEMENT_TIMEOUT)
_WRITER: Final = _begin(APP_ROLE, _WRITES, WRITING_TIMEOUT)
_DOOR: Final = _begin(DOOR_ROLE, _WRITES, STATEMENT_TIMEOUT)


def reading_statements(signed_in: bool) -> str:
    """Return the statements that start a transaction as ``Database.reading`` does, without an identity.

    For a driver that works beside SQLAlchemy; whoever uses them introduces the token himself.
    """
    return _READER if signed_in else NOBODY.begin


def address_parts(url: URL) -> dict[str, str]:
    """Return an address as libpq names its parts: host, port, user, password, dbname and others."""
    named = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "dbname": url.database,
    }
    query = {name: value for name, value in url.query.items() if isinstance(value, str)}
    return {name: str(value) for name, value in named.items() if value is not None} | query


class Database:
    """The doors to one database; each opens a transaction that is committed at the end, or undone."""

    def __init__(self, app_url: str, owner_url: str | None = None) -> None:
        self._address: Final = address_parts(make_url(app_url))
        self.owner: Final[Engine] = open_engine(owner_url or app_url)
        self._serve_from(open_engine(app_url, prepared=False))

    def _serve_from(self, engine: Engine) -> None:
        self._app = engine
        event.listen(engine, "begin", _take_role)

    def through(self, pooler: str) -> Self:
        """Serve the pages through a PgBouncer from now on; everything of the owner's stays direct.

        The database's name is that of the direct address, whatever the pooler's address says: pages of
        practice never show real records. Raises ``StorageUnavailable`` when the pooler leads elsewhere.
        """
        engine = open_engine(make_url(pooler).set(database=self.owner.url.database), pooled=True)
        try:
            if _place(engine) != _place(self.owner):
                raise StorageUnavailable(_ELSEWHERE)
        except SQLAlchemyError as error:
            raise StorageUnavailable(_NO_POOLER.format(first_line(error))) from error
        self._app.dispose()
        self._serve_from(engine)
        return self

    @contextmanager
    def reading(self, token: str = "") -> Iterator[Connection]:
        """Open a read-only transaction for whoever the session token stands for, or for nobody.

        ``SignInNeeded`` when the session has ended; failures of the server become ``StorageUnavailable``.
        """
        acting = Acting(APP_ROLE, _READER, token) if token else NOBODY
        with self._as(acting) as connection:
            yield connection

    @contextmanager
    def writing(self, token: str, reason: str = "", change_set: int | None = None) -> Iterator[Connection]:
        """Open a transaction in which the account of the session writes what it may.

        ``reason`` and ``change_set`` go into the history (see ``note`` for what is known later only).
        ``SignInNeeded`` without a living session, ``NotAllowed`` for what the database refuses, and before
        the first password has been changed.
        """
        if not token:
            raise SignInNeeded(_SIGN_IN)
        with self._as(Acting(APP_ROLE, _WRITER, token)) as connection:
            if connection.exec_driver_sql("SELECT must_change_password FROM who_am_i()").scalar():
                raise NotAllowed(_CHANGE_FIRST)
            note(connection, reason, change_set)
            yield connection

    @contextmanager
    def door(self) -> Iterator[Connection]:
        """Open a transaction that sees accounts and sessions only, for signing in and out."""
        with _in_plain_words() as saving, self.owner.begin() as connection:
            connection.exec_driver_sql(_DOOR)
            yield connection
            saving.set()

    @contextmanager
    def owning(self) -> Iterator[Connection]:
        """Open a transaction as the owner (migrations, imports, the command line)."""
        with _in_plain_words() as saving, self.owner.begin() as connection:
            yield connection
            saving.set()

    @contextmanager
    def _as(self, acting: Acting) -> Iterator[Connection]:
        """Open a transaction of the app's engine; a token has to stand for somebody."""
        with (
            _in_plain_words() as saving,
            self._app.connect().execution_options(acting=acting) as connection,
            connection.begin(),
        ):
            if acting.token:
                _introduce(connection, acting.token)
            yield connection
            if acting.begin is _WRITER:
                saving.set()

    @property
    def app_address(self) -> dict[str, str]:
        """Where the pages' role connects without a pooler, for a driver of its own; see ``address_parts``."""
        return self._address

    def dispose(self) -> None:
        """Close all pooled connections."""
        self._app.dispose()
        self.owner.dispose()


def _place(engine: Engine) -> tuple[object, ...]:
    """Return what is the same for two addresses exactly when they lead to one database of one server."""
    with engine.connect() as connection:
        return tuple(
            connection.exec_driver_sql("SELECT current_database()::text, pg_postmaster_start_time()").one()
        )


def note(connection: Connection, reason: str = "", change_set: int | None = None) -> None:
    """Say why, and by which change set, what this transaction writes from here on is changed."""
    connection.execute(
        text("SELECT set_config('atlas.reason', :reason, true), set_config('atlas.change_set', :key, true)"),
        {"reason": reason.replace("\0", ""), "key": "" if change_set is None else str(change_set)},
    )


def _introduce(connection: Connection, token: str) -> None:
    """Tell the database whose session this is; raises ``SignInNeeded`` when it stands for nobody."""
    text_token = token.replace("\0", "")
    connection.execute(text("SELECT set_config('atlas.session', :token, true)"), {"token": text_token})
    account = connection.scalar(text("SELECT acting_account()"))
    if account is None:
        raise SignInNeeded(_SIGN_IN)
    about.acts(account)


def open_engine(url: str | URL, *, prepared: bool = True, pooled: bool = False) -> Engine:
    """Return an engine that looks into our schema first.

    ``pooled``: the address is a PgBouncer's, which hands out another connection for every transaction. It
    takes no ``options``, and nothing prepared: each transaction says its search path itself.

    A pooled connection is checked before use, so that a restarted server costs no error. Where one person's
    connection is the next one's, the driver must not prepare statements: they outlive the transaction, and
    whoever could send SQL would put another text under their names, to be run with the next person's rights.
    """
    given: dict[str, Any] = {} if prepared and not pooled else {"prepare_threshold": None}
    if not pooled:
        given["options"] = f"-c search_path={SEARCH_PATH}"
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=10,
        pool_timeout=10,
        # An error never quotes what somebody typed: it goes into the log.
        hide_parameters=True,
        connect_args={"connect_timeout": 5, **given},
    )
    slow.listen(engine)
    return engine


def _take_role(connection: Connection) -> None:
    """Take the role of this transaction; one that nobody asked for in particular is nobody's."""
    acting: Acting = connection.get_execution_options().get("acting", NOBODY)
    connection.exec_driver_sql(acting.begin)


@contextmanager
def _in_plain_words() -> Iterator[Event]:
    """Turn what the server objects to into ``StorageUnavailable`` or ``NotAllowed``, saying what to do.

    The event given is set by whoever has nothing left to do but to commit: a connection that breaks from
    then on leaves open whether the work was kept. An error that only a fault of this program can cause is
    left as it is.
    """
    saving = Event()
    try:
        yield saving
    except PoolTimeout as error:
        raise StorageUnavailable(_AWAY) from error
    except DBAPIError as error:
        told = _told(error)
        if told and saving.is_set() and type(told) is StorageUnavailable and str(told) == _AWAY:
            told = OutcomeUnknown(_UNSURE)
        if told:
            raise told from error
        if isinstance(error.orig, errors.InsufficientPrivilege):
            raise NotAllowed(_REFUSED) from error
        raise


def first_line(error: BaseException) -> str:
    """Return the first line of what the server said."""
    return (str(getattr(error, "orig", error)).strip().splitlines() or [type(error).__name__])[0]


_ELSEWHERE: Final = (
    "DATABASE_POOL_URL leads to another database server than DATABASE_URL: point PgBouncer at the same one, "
    "or leave DATABASE_POOL_URL empty"
)
_NO_POOLER: Final = (
    "DATABASE_POOL_URL cannot be used: {}. Start PgBouncer or correct the address; empty, the pages connect "
    "directly"
)
_AWAY: Final = (
    "the database does not answer; it may be restarting. Try again in a moment, or run "
    "`python -m data status` on the server"
)
_SIGN_IN: Final = (
    "尚未登录，或登录已过期：请重新登录，已填写的内容会保留。"
    " Nobody is signed in, or the session has ended: sign in again; what was typed is kept."
)
_CHANGE_FIRST: Final = (
    "请先修改初始密码，在此之前不能保存任何内容。"
    " Change the password you were given first; until then nothing can be saved."
)
_REFUSED: Final = (
    "数据库不允许您的账户做这项修改：记录属于其他单位、需经审核，或任何人都不能改。"
    "没有改动任何内容；如有需要，请联系审核人或管理员。"
    " The database refuses this to your account: the record belongs to another unit, waits for a reviewer, or"
    " may not be changed by anybody. Nothing was changed; ask the reviewer of the unit or an administrator."
)
_UNREADY: Final = "this database is not set up for this version of the program: run `python -m data init`"
_UNSURE: Final = (
    "the connection broke while the database was saving: all of it was kept or nothing. Look at the record"
    " again before you repeat it"
)
_Kinds = type[Exception] | tuple[type[Exception], ...]
_SENTENCES: Final[tuple[tuple[_Kinds, type[StorageUnavailable], str], ...]] = (
    (
        errors.QueryCanceled,
        TooSlow,
        f"the database took longer than {STATEMENT_TIMEOUT} over this question: narrow the filter",
    ),
    (
        errors.DiskFull,
        DiskFull,
        "the disk of the database is full: make room, then try again; nothing was changed",
    ),
    (
        (errors.DeadlockDetected, errors.LockNotAvailable, errors.SerializationFailure),
        Busy,
        "somebody else is changing the same records: try again",
    ),
    ((errors.UndefinedTable, errors.UndefinedColumn, errors.UndefinedFunction), StorageUnavailable, _UNREADY),
)


def _told(error: DBAPIError) -> StorageUnavailable | None:
    """Return what to raise for an error of the server; None for one that is a fault of this program."""
    for kinds, kind, sentence in _SENTENCES:
        if isinstance(error.orig, kinds):
            return kind(sentence)
    if isinstance(error.orig, errors.InvalidParameterValue | errors.InsufficientPrivilege) and any(
        f'role "{role}"' in str(error.orig) for role in (APP_ROLE, ANONYMOUS_ROLE, DOOR_ROLE)
    ):
        return StorageUnavailable(_UNREADY)
    away = isinstance(error, OperationalError) or error.connection_invalidated
    return StorageUnavailable(_AWAY) if away else None


Row = Any
"""A row of a textual query; its columns are named where the query stands."""
