"""Clearing away what finished jobs left behind: their files and uploads after 30 days, sessions after one."""

import logging
import shutil
import time
from collections.abc import Collection
from pathlib import Path
from typing import Final

from sqlalchemy import text

from data.database import Database
from data.exports.pieces import clear_drafts
from data.settings import Settings
from data.store import counts, packs, rounds, sign_ins
from data.store.analysis import layers
from projects.errors import StorageUnavailable

_log = logging.getLogger(__name__)

KEEP_DAYS: Final = 30
UPLOADS: Final = "uploads"
"""Folder of what offices upload and what imports make of it, in the data folder."""


def safely(database: Database, settings: Settings) -> None:
    """Clean up; a database or disk that is away is tried again the next day."""
    try:
        removed = clean(database, settings)
        counts.look_after(database)
    except (StorageUnavailable, OSError) as error:
        _log.warning("old job files were not cleared away: %s", error)
        return
    if removed:
        _log.info("%d folders, uploads, layers, packs and lists that nobody needs cleared away", removed)


def clean(database: Database, settings: Settings) -> int:
    """Remove what nobody needs any more, and return how many files and folders that were.

    Those are the folders of jobs over for 30 days, the uploads only such jobs name, layers without a row,
    packs whose time is over, workbooks of old Monday lists, and what killed programs had not finished writing
    a day ago.

    What no job of the table names (a backup was put back, an upload was never handed in) goes by its own age.
    The rows stay: change sets name them.
    """
    folders = [f for f in (settings.files_dir / "jobs").glob("*") if f.name.isdigit() and f.is_dir()]
    with database.owning() as connection:
        connection.execute(_SESSIONS)
        sign_ins.clear_away(connection)
        over = {str(key): bool(old) for key, old in connection.execute(_OVER, {"days": KEEP_DAYS})}
        named = set(connection.scalars(_NAMED, {"days": KEEP_DAYS}))
    oldest = time.time() - KEEP_DAYS * 86_400
    gone = [f for f in folders if over.get(f.name, f.stat().st_mtime < oldest)]
    for folder in gone:
        shutil.rmtree(folder)
    cleared = layers.clear_away(database, settings.files_dir / "layers", oldest)
    for place in ("attachments", "layers", UPLOADS):
        cleared += clear_drafts(settings.files_dir / place, time.time() - 86_400)
    cleared += packs.clear_away(database, settings.files_dir / packs.PLACE)
    cleared += rounds.clear_away(database, settings.files_dir / rounds.PLACE)
    return len(gone) + cleared + _clean_uploads(settings.files_dir / UPLOADS, named, oldest)


def _clean_uploads(place: Path, named: Collection[str], oldest: float) -> int:
    """Remove the files older than ``oldest`` (seconds since 1970) that no job to come may ask for."""
    gone = 0
    for file in place.glob("*"):
        if file.is_file() and file.name not in named and file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)
            gone += 1
    return gone


_NAMED: Final = text("""
SELECT name FROM job, LATERAL (VALUES (arguments ->> 'file'), (result ->> 'preview'), (result ->> 'returned'))
       AS file (name)
 WHERE name IS NOT NULL AND (finished_at IS NULL OR finished_at > now() - make_interval(days => :days))""")
"""The uploads, previews and returned workbooks of jobs that wait, run, or ended within the days."""


_OVER: Final = text(
    "SELECT id, coalesce(finished_at <= now() - make_interval(days => :days), false) FROM job"
)
_SESSIONS: Final = text(
    "DELETE FROM account_session WHERE kind = 'job'"
    " AND (revoked_at < now() - interval '1 day' OR expires_at < now() - interval '1 day')"
)
