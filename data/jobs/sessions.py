"""Sessions for work without a browser: opened for an account, ended with the work.

A session says no more than the account may: a task is that person's hand, not the program's.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from sqlalchemy import text

from data.database import Database
from data.store.sessions import digest, new_token
from projects.errors import NotAllowed, StorageUnavailable

LASTS_HOURS: Final = 12
"""A killed worker's session ends after so long at the latest; the longest job must be over before."""


@contextmanager
def opened(database: Database, account_id: int, kind: str = "job") -> Iterator[str]:
    """Give a session token of an account for the time of the block (``kind``: ``job`` or ``command``).

    Raises ``NotAllowed`` when the account has been disabled since it asked for the work.
    """
    token = new_token()
    values = {"digest": digest(token), "account": account_id, "kind": kind, "hours": LASTS_HOURS}
    with database.owning() as connection:
        if connection.execute(_OPEN, values).rowcount != 1:
            raise NotAllowed("账号已停用，这项工作没有执行。请管理员启用账号后重新提交。")
    try:
        yield token
    finally:
        # A database that is away ends the session by its own clock.
        with suppress(StorageUnavailable), database.owning() as connection:
            connection.execute(_END, {"digest": digest(token)})


_OPEN: Final = text(
    "INSERT INTO account_session (token_sha256, account_id, kind, expires_at)"
    " SELECT :digest, id, :kind, now() + make_interval(hours => :hours) FROM account"
    " WHERE id = :account AND disabled_at IS NULL"
)
_END: Final = text("UPDATE account_session SET revoked_at = now() WHERE token_sha256 = :digest")
