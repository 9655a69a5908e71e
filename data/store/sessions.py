"""Sign-in as the database keeps it: password, lock-out, sessions by the SHA-256 of their token.

Everything here runs behind ``Database.door()``, whose role reaches accounts and sessions and nothing else.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from data import passwords
from data.database import Database, Row
from data.store import session_statements as statements
from data.store import sign_ins
from projects.accounts import OFFICE, Placement, clean_name
from projects.errors import BadValue, SignInNeeded
from projects.identity import NOBODY, Identity, OwnerUnit, Role, UnitKind
from projects.watch import Event, Way

FAILURES: Final = 5
"""Failed attempts in a row before an account is locked."""
FIRST_LOCK_MIN, LONGEST_LOCK_MIN = 15, 240
"""A lock lasts 15 minutes, twice as long after each further failure, four hours at most."""
RENEWABLE: Final = timedelta(hours=24)
"""How long after its end a session may be taken up again by its own account from the same browser."""
OLDEST: Final = timedelta(days=7)
"""Age from which a token is not taken up again."""
FORGOTTEN: Final = timedelta(days=30)
"""How long the row of an ended session is kept."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class Outcome(StrEnum):
    """How an attempt ended; one answer for every wrong name, password, lock and closed account."""

    IN = "in"
    REFUSED = "refused"
    WRONG_CURRENT = "wrong_current"
    SAME = "same"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Admission:
    """The answer to an attempt: the token of the session, empty when refused."""

    outcome: Outcome
    token: str = field(default="", repr=False)
    must_change_password: bool = False
    weakness: passwords.Weakness | None = None


REFUSED: Final = Admission(Outcome.REFUSED)


def new_token() -> str:
    """Return a random session token of 256 bits."""
    return secrets.token_urlsafe(32)


def looks_like_token(text_: str) -> bool:
    """Return whether a text has the form of a token; what has not is not looked up."""
    return _TOKEN.fullmatch(text_) is not None


def digest(token: str) -> bytes:
    """Return what the table keeps of a token. It is random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).digest()


class Doorkeeper:
    """Opens and ends sessions."""

    def __init__(self, database: Database, hours: int) -> None:
        self._database = database
        self._lasts = timedelta(hours=hours)

    def sign_in(self, name: str, password: str, presented: str = "") -> Admission:
        """Check name and password and open a session; ``presented`` is the token the browser came with.

        The password is checked outside any transaction, and for unknown, locked and closed names as well,
        so that neither the time nor the answer tells them apart.
        """
        wanted = clean_name(name)[:120]
        with self._database.door() as connection:
            found = _admissible(connection, wanted)
        if not passwords.matches(found, password) or found is None:
            with self._database.door() as connection:
                _refuse(connection, wanted)
            return REFUSED
        renewed = passwords.hash_password(password) if passwords.outdated(found) else found
        with self._database.door() as connection:
            account = _enter(connection, wanted, found, renewed)
            if account is None:
                sign_ins.note_refused(connection, wanted, counted=False, locked=False)
                return REFUSED
            return self._open(connection, account, presented, Way.PASSWORD)

    def admit_external(
        self, subject: str, name: str, display_name: str, placement: Placement, presented: str = ""
    ) -> Admission:
        """Open a session for whom an identity provider vouches; role and unit become what it says.

        The account belongs to the subject (issuer and sub); a local account of the same name is left alone.
        """
        with self._database.door() as connection:
            check_places(connection, placement)
            account = _place_external(connection, subject, name, display_name, placement)
            if account is None:
                sign_ins.note(connection, Event.CLOSED, Way.PROVIDER, None)
                return REFUSED
            return self._open(connection, account, presented, Way.PROVIDER)

    def office_token(self) -> str:
        """Open a session of the built-in office account, made at first use; the token stays here."""
        with self._database.door() as connection:
            connection.execute(statements.MAKE_OFFICE, {"name": OFFICE})
            account = connection.execute(
                text("SELECT id FROM account WHERE name = :name AND disabled_at IS NULL"), {"name": OFFICE}
            ).scalar()
            if account is None:
                raise SignInNeeded("本机办公室账户已停用：请管理员启用，或关闭 SINGLE_OFFICE")
            sign_ins.note(connection, Event.IN, Way.OFFICE, account)
            return self._insert(connection, account, "office")

    def sign_out(self, token: str) -> None:
        """End a session for good; a token that names none is no error."""
        with self._database.door() as connection:
            done = connection.execute(
                text("UPDATE account_session SET revoked_at = now()"
                     " WHERE token_sha256 = :key AND revoked_at IS NULL"),
                {"key": digest(token)},
            )  # fmt: skip
            if done.rowcount:
                sign_ins.note_session(connection, Event.OUT, digest(token))

    def sign_out_elsewhere(self, token: str) -> None:
        """End all other sessions of the account that holds this one."""
        with self._database.door() as connection:
            account_id = live(connection, token)
            if account_id is None:
                raise SignInNeeded("登录已过期，请重新登录")
            revoke_all(connection, account_id, besides=token)
            sign_ins.note_session(connection, Event.ENDED, digest(token))

    def change_password(self, token: str, current: str, new: str) -> Admission:
        """Change the password of the session's account; all its other sessions end.

        Guesses at the present password count as failed attempts; a locked account cannot change it.
        """
        me = self.identity(token)
        if not me.signed_in:
            return REFUSED
        with self._database.door() as connection:
            stored = _admissible(connection, me.name)
        if not passwords.matches(stored, current):
            with self._database.door() as connection:
                locked = _count_failure(connection, me.name)
                event = Event.LOCKED_OUT if locked else Event.WRONG_CURRENT
                sign_ins.note_session(connection, event, digest(token))
            return Admission(Outcome.WRONG_CURRENT)
        unit = (me.unit.name, me.unit.id) if me.unit else ()
        weak = passwords.weakness(new, me.name, me.display_name, *unit)
        if weak:
            return Admission(Outcome.WEAK, weakness=weak)
        if passwords.matches(stored, new):
            return Admission(Outcome.SAME)
        return self._replace(token, str(stored), passwords.hash_password(new))

    def _replace(self, token: str, stored: str, renewed: str) -> Admission:
        """Put the new hash in place of the one that was checked, unless something changed meanwhile."""
        with self._database.door() as connection:
            account_id = live(connection, token)
            values = {"id": account_id, "stored": stored, "renewed": renewed}
            if account_id is None or connection.execute(statements.REPLACE, values).rowcount != 1:
                return REFUSED
            revoke_all(connection, account_id, besides=token)
            sign_ins.note_session(connection, Event.CHANGED, digest(token))
        return Admission(Outcome.IN, token)

    def identity(self, token: str) -> Identity:
        """Return who holds a session, ``NOBODY`` when it is forged, ended or unknown."""
        if not looks_like_token(token):
            return NOBODY
        try:
            with self._database.reading(token) as connection:
                return identity_of(connection)
        except SignInNeeded:
            return NOBODY

    def _open(self, connection: Connection, account: Row, presented: str, way: Way) -> Admission:
        """Take up the browser's ended session if it was this account's, else open a new one.

        An open page with a half-filled form then goes on working after signing in again in another tab. It is
        safe because only the account that has just proved itself gets its own token back, never one that was
        revoked; a token planted by somebody else belongs to another account and is ended here.
        """
        token = presented if looks_like_token(presented) else ""
        if not (token and self._renew(connection, account.id, token)):
            _end_strange(connection, account.id, token)
            token = self._insert(connection, account.id, "browser")
        connection.execute(
            text("UPDATE account SET last_signed_in_at = now() WHERE id = :id"), {"id": account.id}
        )
        connection.execute(
            text("DELETE FROM account_session WHERE expires_at < now() - :kept"), {"kept": FORGOTTEN}
        )
        sign_ins.note(connection, Event.IN, way, account.id)
        return Admission(Outcome.IN, token, account.must_change_password)

    def _renew(self, connection: Connection, account_id: int, token: str) -> bool:
        done = connection.execute(
            statements.RENEW,
            {"key": digest(token), "id": account_id, "lasts": self._lasts, "late": RENEWABLE, "old": OLDEST},
        )
        return done.rowcount == 1

    def _insert(self, connection: Connection, account_id: int, kind: str) -> str:
        token = new_token()
        connection.execute(
            text("INSERT INTO account_session (token_sha256, account_id, kind, expires_at)"
                 " VALUES (:key, :id, :kind, now() + :lasts)"),
            {"key": digest(token), "id": account_id, "kind": kind, "lasts": self._lasts},
        )  # fmt: skip
        return token


def check_places(connection: Connection, placement: Placement) -> None:
    """Raise ``BadValue`` for a unit or scope that the database does not know."""
    for code, kinds in (
        (placement.unit_id, tuple(UnitKind)),
        (placement.scope_code, (UnitKind.COUNTY, UnitKind.PREFECTURE, UnitKind.PROVINCE)),
    ):
        known = text("SELECT count(*) FROM owner_unit WHERE id = :id AND kind = ANY (:kinds)")
        if code and not connection.scalar(known, {"id": code, "kinds": [str(k) for k in kinds]}):
            raise BadValue(f"没有代码为 {code!r} 的单位：县区、地市、省用六位代码，功能区和部门用其编号")


def revoke_all(connection: Connection, account_id: int, besides: str = "") -> None:
    """End every session of an account, of any kind, but the one named."""
    connection.execute(
        text("UPDATE account_session SET revoked_at = now()"
             " WHERE account_id = :id AND revoked_at IS NULL AND token_sha256 <> :key"),
        {"id": account_id, "key": digest(besides)},
    )  # fmt: skip


def identity_of(connection: Connection) -> Identity:
    """Return whose session a transaction acts for, ``NOBODY`` for one without."""
    me = text("SELECT * FROM who_am_i() LEFT JOIN my_former_unit() ON true")
    row = connection.execute(me).one_or_none()
    if row is None:
        return NOBODY
    unit = None
    if row.unit_id:
        unit = OwnerUnit(
            row.unit_id,
            UnitKind(row.unit_kind),
            row.unit_name,
            row.unit_area_code,
            row.unit_prefecture_code,
            row.unit_province_code,
            row.unit_reviewed,
        )
    return Identity(
        row.account_id,
        row.name,
        row.display_name or row.name,
        Role(row.role),
        unit,
        row.scope_code or "",
        row.must_change_password,
        row.former_unit or "",
        row.merged_on,
    )


def live(connection: Connection, token: str) -> int | None:
    """Return the account of a living session, as the door sees it; None for any other token."""
    found: int | None = connection.execute(statements.LIVE, {"key": digest(token)}).scalar()
    return found


def _admissible(connection: Connection, name: str) -> str | None:
    """Return the hash to check against; None when the name is unknown, locked, closed or external."""
    found: str | None = connection.execute(
        text("SELECT password_hash FROM account WHERE name = :name AND disabled_at IS NULL"
             " AND (locked_until IS NULL OR locked_until <= now())"),
        {"name": name},
    ).scalar()  # fmt: skip
    return found


def _count_failure(connection: Connection, name: str) -> bool | None:
    """Count one failure; a locked account is not locked any longer by those who knock meanwhile.

    Return whether it locked the account, None when it was not counted against any.
    """
    locked: bool | None = connection.execute(
        statements.FAILED,
        {"name": name, "limit": FAILURES, "first": FIRST_LOCK_MIN, "longest": LONGEST_LOCK_MIN},
    ).scalar()
    return locked


def _refuse(connection: Connection, name: str) -> None:
    """Count a wrong password and write it down; what is done does not depend on whose name it is."""
    locked = _count_failure(connection, name)
    sign_ins.note_refused(connection, name, counted=locked is not None, locked=bool(locked))


def _enter(connection: Connection, name: str, stored: str, renewed: str) -> Row | None:
    """Clear the failures of an account whose password was right, unless something changed meanwhile."""
    return connection.execute(
        statements.ENTER, {"name": name, "stored": stored, "renewed": renewed}
    ).one_or_none()


def _end_strange(connection: Connection, account_id: int, token: str) -> None:
    """End the session that the browser held for another account: its cookie is about to be replaced."""
    if token:
        connection.execute(
            text("UPDATE account_session SET revoked_at = now() WHERE token_sha256 = :key"
                 " AND revoked_at IS NULL AND account_id <> :id AND kind = 'browser'"),
            {"key": digest(token), "id": account_id},
        )  # fmt: skip


def _place_external(
    connection: Connection, subject: str, name: str, display_name: str, placement: Placement
) -> Row | None:
    values = {
        "subject": subject,
        "name": name,
        "display": display_name,
        "role": str(placement.role),
        "unit": placement.unit_id or None,
        "scope": placement.scope_code or None,
    }
    try:
        with connection.begin_nested():
            return connection.execute(statements.EXTERNAL, values).one_or_none()
    except IntegrityError as error:
        raise BadValue(f"登录名 {name!r} 已属于另一个账户，请联系管理员") from error
