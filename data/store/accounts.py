"""Accounts in the database: what an administrator does with them, on a page or at the command line.

``PostgisAccounts`` has one way to a connection, ``_as_administrator``, and that asks the database whether
the acting session is an administrator's; the functions below it are the command line's too, which acts as
owner.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from data import passwords
from data.database import Database, Row
from data.store import sign_ins
from data.store.sessions import check_places, live, looks_like_token, revoke_all
from projects.accounts import (
    OFFICE,
    Account,
    Placement,
    check_display,
    check_name,
    check_placement,
    clean_name,
)
from projects.errors import BadValue, NotAllowed, SignInNeeded, UnknownRecord
from projects.identity import OwnerUnit, Role, UnitKind
from projects.watch import Event, Way


class PostgisAccounts:
    """The ``Accounts`` of one session."""

    def __init__(self, database: Database, token: str) -> None:
        self._database = database
        self._token = token

    @contextmanager
    def _as_administrator(self) -> Iterator[tuple[Connection, str]]:
        """Open a transaction and give it out with the administrator's name, or raise before anything is read.

        The account's row is held until the end: nobody loses the role between the question and the deed.
        """
        if not looks_like_token(self._token):
            raise SignInNeeded("请先登录")
        with self._database.door() as connection:
            account_id = live(connection, self._token)
            if account_id is None:
                raise SignInNeeded("登录已过期，请重新登录；已填写的内容仍在页面上")
            row = connection.execute(_ACTING, {"id": account_id}).one()
            if row.role != Role.ADMINISTRATOR or row.must_change_password:
                raise NotAllowed("只有管理员可以管理账户")
            yield connection, row.name

    def all(self) -> tuple[Account, ...]:
        """Return every account in order of name."""
        with self._as_administrator() as (connection, _):
            return listed(connection)

    def add(self, name: str, display_name: str, placement: Placement) -> str:
        """Make an account and return its first password."""
        return self._with_password(lambda c, password: add(c, name, display_name, placement, password))

    def reset(self, name: str) -> str:
        """Return a new one-time password."""
        return self._with_password(lambda c, password: set_password(c, name, password))

    def unlock(self, name: str) -> None:
        """Lift a lock."""
        with self._as_administrator() as (connection, _):
            unlock(connection, name)

    def disable(self, name: str) -> None:
        """Close an account and end its sessions."""
        with self._as_administrator() as (connection, acting):
            _not_oneself(name, acting)
            disable(connection, name)

    def enable(self, name: str) -> None:
        """Open a closed account again."""
        with self._as_administrator() as (connection, _):
            enable(connection, name)

    def set_placement(self, name: str, placement: Placement) -> None:
        """Change role, unit and scope."""
        with self._as_administrator() as (connection, acting):
            _not_oneself(name, acting)
            set_placement(connection, name, placement)

    def find_units(self, words: str, limit: int = 30) -> tuple[OwnerUnit, ...]:
        """Return the units whose id begins with, or whose name holds the words."""
        with self._as_administrator() as (connection, _):
            return find_units(connection, words, limit)

    def unreviewed_units(self) -> tuple[OwnerUnit, ...]:
        """Return the units whose changes are published at once."""
        with self._as_administrator() as (connection, _):
            return _units(connection.execute(text(f"{_UNIT} WHERE NOT reviewed ORDER BY id")))

    def set_reviewed(self, unit_ids: Sequence[str], reviewed: bool) -> None:
        """Say whether the changes of these units wait for a reviewer."""
        with self._as_administrator() as (connection, _):
            for unit_id in unit_ids:
                set_reviewed(connection, unit_id, reviewed)

    def _with_password(self, deed: Callable[[Connection, str], None]) -> str:
        password = passwords.one_time()
        with self._as_administrator() as (connection, _):
            deed(connection, password)
        return password


def listed(connection: Connection) -> tuple[Account, ...]:
    """Return every account in order of name."""
    return tuple(_account(row) for row in connection.execute(_LISTED))


def find(connection: Connection, name: str) -> Account:
    """Return one account; raise ``UnknownRecord`` for a name nobody has."""
    wanted = clean_name(name)
    for account in listed(connection):
        if account.name == wanted:
            return account
    raise UnknownRecord(f"没有登录名为 {name[:60]!r} 的账户")


def add(connection: Connection, name: str, display_name: str, placement: Placement, password: str) -> None:
    """Make an account; its password must be changed at first use."""
    checked, placed = check_name(name), check_placement(placement)
    if checked == OFFICE:
        raise BadValue(f"登录名 {OFFICE} 由程序保留给本机办公室，请换一个")
    check_places(connection, placed)
    _refuse_merged(connection, placed)
    values = _places(placed) | {
        "name": checked,
        "display": check_display(display_name),
        "hash": passwords.hash_password(password),
    }
    try:
        with connection.begin_nested():
            connection.execute(_ADD, values)
    except IntegrityError as error:
        raise BadValue(f"登录名 {checked!r} 已有人使用，请换一个") from error


def set_password(connection: Connection, name: str, password: str) -> None:
    """Give an account a new one-time password: its sessions end, a lock is lifted."""
    row = _one(connection, name)
    if row.external_subject or row.name == OFFICE:
        raise BadValue(f"账户 {row.name!r} 不用本系统的密码登录，无需重置")
    _change(
        connection,
        "password_hash = :hash, must_change_password = true, failed_attempts = 0, locked_until = NULL",
        row.id,
        hash=passwords.hash_password(password),
    )
    revoke_all(connection, row.id)
    sign_ins.note(connection, Event.RESET, Way.PASSWORD, row.id)


def unlock(connection: Connection, name: str) -> None:
    """Lift a lock and forget the failures."""
    _change(connection, "failed_attempts = 0, locked_until = NULL", _one(connection, name).id)


def disable(connection: Connection, name: str) -> None:
    """Close an account and end its sessions; the last administrator stays."""
    row = _one(connection, name)
    _change(connection, "disabled_at = coalesce(disabled_at, now())", row.id)
    revoke_all(connection, row.id)
    sign_ins.note(connection, Event.ENDED, Way.PASSWORD, row.id)
    _somebody_administers(connection)


def enable(connection: Connection, name: str) -> None:
    """Open a closed account again; sessions that ended stay ended."""
    row = _one(connection, name)
    _change(connection, "disabled_at = NULL, failed_attempts = 0, locked_until = NULL", row.id)


def set_placement(connection: Connection, name: str, placement: Placement) -> None:
    """Change role, unit and scope; not of accounts for which an identity provider answers."""
    row, placed = _one(connection, name), check_placement(placement)
    if row.external_subject:
        raise BadValue(f"账户 {row.name!r} 的角色和单位由统一身份平台的分组决定，请在那里或在对照表中修改")
    if row.name == OFFICE:
        raise BadValue("本机办公室账户的角色不能修改；不需要时请关闭 SINGLE_OFFICE 或停用该账户")
    check_places(connection, placed)
    _refuse_merged(connection, placed)
    _change(connection, "role = :role, unit_id = :unit, scope_code = :scope", row.id, **_places(placed))
    _somebody_administers(connection)


def find_units(connection: Connection, words: str, limit: int = 30) -> tuple[OwnerUnit, ...]:
    """Return units by the beginning of their id or a part of one of their names, the broadest kinds first.

    Merged units, to which nobody is added any more, are not among them.
    """
    rows = connection.execute(_FIND, {"words": words.strip(), "limit": limit})
    return _units(rows)


def set_reviewed(connection: Connection, unit_id: str, reviewed: bool) -> None:
    """Say whether the changes of a unit wait for a reviewer."""
    done = connection.execute(
        text("UPDATE owner_unit SET reviewed = :reviewed WHERE id = :id"),
        {"id": unit_id, "reviewed": reviewed},
    )
    if done.rowcount != 1:
        raise UnknownRecord(f"没有代码为 {unit_id!r} 的单位")


def _refuse_merged(connection: Connection, placed: Placement) -> None:
    """Refuse a unit that was merged; who was placed there before goes on as one of its successor."""
    heir = connection.execute(_HEIR, {"id": placed.unit_id}).first()
    if heir is not None:
        raise BadValue(f"{heir.old} 已并入 {heir.name}（{heir.id}）：请选接续单位")


def _one(connection: Connection, name: str) -> Row:
    """Return an account's row and hold it until the transaction ends."""
    found = connection.execute(
        text("SELECT id, name, external_subject FROM account WHERE name = :name FOR UPDATE"),
        {"name": clean_name(name)},
    ).one_or_none()
    if found is None:
        raise UnknownRecord(f"没有登录名为 {name[:60]!r} 的账户")
    return found


def _change(connection: Connection, assignments: str, key: int, **values: object) -> None:
    connection.execute(text(f"UPDATE account SET {assignments} WHERE id = :id"), values | {"id": key})  # noqa: S608


def _places(placed: Placement) -> dict[str, object]:
    return {"role": str(placed.role), "unit": placed.unit_id or None, "scope": placed.scope_code or None}


def _not_oneself(name: str, acting: str) -> None:
    if clean_name(name) == acting:
        raise BadValue("不能停用自己的账户或修改自己的角色：请另一位管理员操作")


def _somebody_administers(connection: Connection) -> None:
    """Refuse what would leave no administrator who can sign in; two who try it on each other wait in line."""
    left = connection.execute(_ADMINISTRATORS).all()
    if not left:
        raise BadValue("这是最后一个管理员账户：请先设另一个管理员")


def _units(rows: Iterator[Row] | Sequence[Row] | Row) -> tuple[OwnerUnit, ...]:
    return tuple(
        OwnerUnit(r.id, UnitKind(r.kind), r.name, r.area_code, r.prefecture_code, r.province_code, r.reviewed)
        for r in rows
    )


def _account(row: Row) -> Account:
    return Account(
        row.id,
        row.name,
        row.display_name,
        Placement(Role(row.role), row.unit_id or "", row.scope_code or ""),
        row.place_name or "",
        row.must_change_password,
        row.external,
        row.locked_until,
        row.disabled_at,
        row.last_signed_in_at,
    )


_UNIT: Final = "SELECT id, kind, name, area_code, prefecture_code, province_code, reviewed FROM owner_unit"

_FIND: Final = text(
    f"{_UNIT} WHERE (starts_with(id, :words) OR strpos(name, :words) > 0"  # noqa: S608
    " OR id IN (SELECT unit_id FROM unit_alias WHERE strpos(alias, :words) > 0))"
    " AND id NOT IN (SELECT unit.id FROM unit WHERE successor_id IS NOT NULL)"
    " ORDER BY array_position(ARRAY['province', 'prefecture', 'county', 'zone', 'department'], kind), id"
    " LIMIT :limit"
)

_ACTING: Final = text("SELECT name, role, must_change_password FROM account WHERE id = :id FOR SHARE")

_LISTED: Final = text("""
SELECT a.id, a.name, a.display_name, a.role, a.unit_id, a.scope_code,
  concat_ws(' → ', u.name, heir.name) AS place_name,
  a.must_change_password, a.external_subject IS NOT NULL AS external, a.disabled_at, a.last_signed_in_at,
  CASE WHEN a.locked_until > now() THEN a.locked_until END AS locked_until
FROM account a LEFT JOIN owner_unit u ON u.id = coalesce(a.unit_id, a.scope_code)
  LEFT JOIN unit merged ON merged.id = u.id LEFT JOIN unit heir ON heir.id = merged.successor_id
 ORDER BY a.name
""")

_HEIR: Final = text("""
SELECT old.name AS old, heir.name, heir.id FROM unit old JOIN unit heir ON heir.id = old.successor_id
 WHERE old.id = :id
""")

_ADD: Final = text("""
INSERT INTO account (name, display_name, role, unit_id, scope_code, password_hash, must_change_password)
VALUES (:name, :display, :role, :unit, :scope, :hash, true)
""")

_ADMINISTRATORS: Final = text("""
SELECT id FROM account WHERE role = 'administrator' AND disabled_at IS NULL
  AND (password_hash IS NOT NULL OR external_subject IS NOT NULL) ORDER BY id FOR UPDATE
""")
