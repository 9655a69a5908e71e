"""The record of sign-ins: written in the transaction of the deed, kept for 180 days."""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, text

from data import about
from data.database import Row
from projects.watch import Event, SignIn, Way

KEEP_DAYS: Final = 180
_log = logging.getLogger(__name__)
_KEY: Final = secrets.token_bytes(32)
"""Unknown names are told apart within one run of a process, and cannot be guessed back from a backup."""


def note(connection: Connection, event: Event, way: Way, account: int | None) -> None:
    """Write what happened to an account; where from is known from the request under way."""
    connection.execute(_NOTE, {"account": account, "way": str(way), "event": str(event)} | _from_where())
    _say(event, way)


def note_refused(connection: Connection, name: str, *, counted: bool, locked: bool) -> None:
    """Write that a password opened nothing, whatever the name is: always one statement.

    ``counted``: the attempt was counted against an account that was open; ``locked``: it locked the account.
    """
    given = {"name": name, "tried": _hidden(name), "counted": counted, "locked": locked}
    connection.execute(_REFUSED, given | _from_where())
    _say(Event.WRONG, Way.PASSWORD)


def note_session(connection: Connection, event: Event, token_sha256: bytes) -> None:
    """Write what happened to the account of a session, nothing for a session that there is not."""
    done = connection.execute(_OF_SESSION, {"key": token_sha256, "event": str(event)} | _from_where())
    if done.rowcount:
        _say(event, Way.PASSWORD)


def read(
    connection: Connection, limit: int, *, refused: bool = False, mine: bool = False
) -> Sequence[SignIn]:
    """Return the newest lines that the role may read; ``mine``: those about the acting account only."""
    rows = connection.execute(_READ, {"limit": limit, "refused": refused, "mine": mine})
    return tuple(_line(row) for row in rows)


def clear_away(connection: Connection) -> int:
    """Remove what is older than ``KEEP_DAYS`` (as owner) and return how many lines that was."""
    return connection.execute(_OLD, {"days": KEEP_DAYS}).rowcount


def _line(row: Row) -> SignIn:
    return SignIn(
        row.at, Event(row.outcome), Way(row.way), row.account_id, row.name or "", row.address, row.request
    )


def _hidden(name: str) -> str:
    return hmac.new(_KEY, name.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:8]


def _from_where() -> dict[str, str]:
    told = about.current()
    return {"address": told.address[:45], "request": told.request[:64]}


def _say(event: Event, way: Way) -> None:
    fields = {"kind": "sign_in", "event": str(event), "way": str(way), "network": about.current().address}
    _log.info("door: %s by %s", event, way, extra={"fields": fields})


_NOTE: Final = text("""
INSERT INTO sign_in (account_id, way, outcome, address, request)
VALUES (:account, :way, :event, :address, :request)
""")

_REFUSED: Final = text("""
INSERT INTO sign_in (account_id, tried, way, outcome, address, request)
SELECT account.id, CASE WHEN account.id IS NULL THEN :tried END, 'password',
  CASE WHEN account.id IS NULL THEN 'unknown' WHEN account.disabled_at IS NOT NULL THEN 'closed'
    WHEN :locked THEN 'locked_out' WHEN :counted OR account.password_hash IS NULL THEN 'wrong'
    ELSE 'locked' END,
  :address, :request
FROM (VALUES (1)) AS one LEFT JOIN account ON account.name = :name
""")

_OF_SESSION: Final = text("""
INSERT INTO sign_in (account_id, way, outcome, address, request)
SELECT opened.account_id,
  CASE WHEN opened.kind = 'office' THEN 'office' WHEN account.external_subject IS NULL THEN 'password'
    ELSE 'provider' END, :event, :address, :request
FROM account_session opened JOIN account ON account.id = opened.account_id WHERE opened.token_sha256 = :key
""")

_READ: Final = text("""
SELECT tried.at, tried.outcome, tried.way, tried.account_id, tried.address, tried.request,
  coalesce(account.name, token.title, tried.tried) AS name
FROM sign_in AS tried LEFT JOIN account ON account.id = tried.account_id
  LEFT JOIN api_token token ON token.id = -tried.account_id
WHERE (NOT :refused OR tried.outcome IN ('unknown', 'wrong', 'locked', 'locked_out', 'closed'))
  AND (NOT :mine OR tried.account_id = (SELECT acting_account()))
ORDER BY tried.at DESC, tried.id DESC LIMIT :limit
""")

_OLD: Final = text("DELETE FROM sign_in WHERE at < now() - make_interval(days => :days)")
