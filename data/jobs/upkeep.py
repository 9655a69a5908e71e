"""Clearing away what finished jobs left behind: their files after 30 days, their ended sessions after one."""

import logging
import shutil
import time
from typing import Final

from sqlalchemy import text

from data.database import Database
from data.settings import Settings
from projects.errors import StorageUnavailable

_log = logging.getLogger(__name__)

KEEP_DAYS: Final = 30


def safely(database: Database, settings: Settings) -> None:
    """Clean up; a database or disk that is away is tried again the next day."""
    try:
        removed = clean(database, settings)
    except (StorageUnavailable, OSError) as error:
        _log.warning("old job files were not cleared away: %s", error)
        return
    if removed:
        _log.info("files of %d old jobs cleared away", removed)


def clean(database: Database, settings: Settings) -> int:
    """Remove the folders of jobs over for 30 days; return how many.

    A folder whose job the table does not know (a backup was put back) goes by its own age. The rows stay:
    change sets name them.
    """
    folders = [f for f in (settings.data_dir / "jobs").glob("*") if f.name.isdigit() and f.is_dir()]
    with database.owning() as connection:
        connection.execute(_SESSIONS)
        over = {str(key): bool(old) for key, old in connection.execute(_OVER, {"days": KEEP_DAYS})}
    oldest = time.time() - KEEP_DAYS * 86_400
    gone = [f for f in folders if over.get(f.name, f.stat().st_mtime < oldest)]
    for folder in gone:
        shutil.rmtree(folder)
    return len(gone)


_OVER: Final = text(
    "SELECT id, coalesce(finished_at <= now() - make_interval(days => :days), false) FROM job"
)
_SESSIONS: Final = text(
    "DELETE FROM account_session WHERE kind = 'job'"
    " AND (revoked_at < now() - interval '1 day' OR expires_at < now() - interval '1 day')"
)
