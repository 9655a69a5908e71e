"""What was typed after a session had ended: kept in memory until the same person has signed in again.

The database keeps drafts for a session that is alive; one that has just ended cannot write. What it typed is
held here under the account that the database had named when the page was opened, and handed back to nobody
else. The memory is small and forgets after a working day; a restart of the server loses it.
"""

import time
from collections.abc import Mapping
from threading import Lock
from typing import Final, NamedTuple

from projects.fields import JsonValue

LASTS_S: Final = 12 * 3600
MOST: Final = 300


class Rescued(NamedTuple):
    """What was typed, against which version, and when (seconds since 1970)."""

    content: Mapping[str, JsonValue]
    base_version: int | None
    at: float


_held: Final[dict[tuple[int, str], Rescued]] = {}
_lock: Final = Lock()


def keep(account_id: int, subject: str, base_version: int | None, content: Mapping[str, JsonValue]) -> None:
    """Hold what an account typed about a subject; the oldest goes when there is too much."""
    with _lock:
        _held.pop((account_id, subject), None)
        while len(_held) >= MOST:
            _held.pop(next(iter(_held)))
        _held[account_id, subject] = Rescued(dict(content), base_version, time.time())


def take(account_id: int, subject: str) -> Rescued | None:
    """Return what was held for an account, once; None when there is nothing or it is too old."""
    with _lock:
        found = _held.pop((account_id, subject), None)
    return found if found and time.time() - found.at < LASTS_S else None
