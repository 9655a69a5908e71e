"""Tokens of the open interface in the database: made and revoked by administrators, or by the owner.

The functions of the database ask for themselves whether the acting session is an administrator's; the command
line acts as owner and writes the row directly.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import IntegrityError

from data.database import Database, Row
from data.store.sessions import digest
from projects.errors import NotAllowed, UnknownRecord
from projects.tokens import PREFIX, USUAL_DAYS, ApiToken, check_days, check_title

COMMAND_LINE: Final = "command line"
"""Who made a token that no account has made."""


class PostgisTokens:
    """The ``ApiTokens`` of one session."""

    def __init__(self, database: Database, token: str) -> None:
        self._database = database
        self._token = token

    def all(self, unit_id: str = "") -> tuple[ApiToken, ...]:
        """Return the tokens of a unit, or of all units, the newest first."""
        with self._database.reading(self._token) as connection:
            if not connection.scalar(text("SELECT sees_everything()")):
                raise NotAllowed(_ADMINISTRATORS_ONLY)
            return listed(connection, unit_id)

    def make(self, unit_id: str, title: str, days: int = USUAL_DAYS) -> str:
        """Make a token and return it."""
        with self._as_administrator() as connection:
            return _make(connection, _MAKE, unit_id, title, days)

    def revoke(self, token_id: int) -> None:
        """End a token at once."""
        with self._as_administrator() as connection:
            _known(connection.scalar(text("SELECT revoke_api_token(:id)"), {"id": token_id}), token_id)

    @contextmanager
    def _as_administrator(self) -> Iterator[Connection]:
        with self._database.writing(self._token) as connection:
            if not connection.scalar(text("SELECT writes_everything()")):
                raise NotAllowed(_ADMINISTRATORS_ONLY)
            yield connection


def listed(connection: Connection, unit_id: str = "") -> tuple[ApiToken, ...]:
    """Return the tokens of a unit, or of all units, the newest first."""
    return tuple(_token(row) for row in connection.execute(_LISTED, {"unit": unit_id}))


def make_as_owner(connection: Connection, unit_id: str, title: str, days: int = USUAL_DAYS) -> str:
    """Make a token on a connection of the owner and return it; rules and refusals as in ``ApiTokens``."""
    return _make(connection, _MAKE_AS_OWNER, unit_id, title, days)


def revoke_as_owner(connection: Connection, token_id: int) -> None:
    """End a token on a connection of the owner."""
    done = connection.execute(_REVOKE_AS_OWNER, {"id": token_id})
    _known(done.rowcount == 1, token_id)


def end_all(connection: Connection) -> None:
    """End every token (as owner): a backup that is put back brings no revoked one to life again."""
    connection.execute(text("UPDATE api_token SET revoked_at = now() WHERE revoked_at IS NULL"))


def _make(connection: Connection, statement: TextClause, unit_id: str, title: str, days: int) -> str:
    token = PREFIX + secrets.token_urlsafe(32)
    values = {
        "unit": unit_id,
        "title": check_title(title),
        "hash": digest(token),
        "days": check_days(days),
        "by": COMMAND_LINE,
    }
    try:
        with connection.begin_nested():
            connection.execute(statement, values)
    except IntegrityError as error:
        raise UnknownRecord(f"没有代码为 {unit_id[:60]!r} 的单位") from error
    return token


def _known(found: object, token_id: int) -> None:
    if not found:
        raise UnknownRecord(f"没有编号为 {token_id} 的令牌")


def _token(row: Row) -> ApiToken:
    return ApiToken(
        row.id,
        row.unit_id,
        row.unit_name,
        row.title,
        row.created_by,
        row.created_at,
        row.expires_at,
        row.last_used_at,
        row.revoked_at,
    )


_ADMINISTRATORS_ONLY: Final = "只有管理员可以管理接口令牌"

_LISTED: Final = text("""
SELECT t.id, t.unit_id, u.name AS unit_name, t.title, t.created_by, t.created_at, t.expires_at,
  t.last_used_at, t.revoked_at
FROM api_token t JOIN owner_unit u ON u.id = t.unit_id WHERE :unit IN ('', t.unit_id) ORDER BY t.id DESC
""")

_MAKE: Final = text("SELECT make_api_token(:unit, :title, :hash, :days)")

_MAKE_AS_OWNER: Final = text("""
INSERT INTO api_token (unit_id, title, token_sha256, created_by, expires_at)
VALUES (:unit, :title, :hash, :by, now() + make_interval(days => :days))
""")

_REVOKE_AS_OWNER: Final = text("UPDATE api_token SET revoked_at = coalesce(revoked_at, now()) WHERE id = :id")
