"""Point in time: base copies of the private server beside its archived log, and the way back to a moment."""

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from data import backup
from data.backups import making
from data.backups.files import Go
from data.cluster import Cluster, Report, archive
from data.database import Database
from data.rounds.weekly import office_now
from data.settings import Settings
from data.store import upkeep_runs
from projects.errors import BadValue
from projects.lifecycle.dispatch import OFFICE_TIME

_log = logging.getLogger(__name__)

EVERY: Final = timedelta(days=7)
KEEP: Final = 2
"""Base copies kept, with all of the log since the older one: the last seven days at least."""


def keep_base(database: Database, settings: Settings, go: Go, *, now: bool = False) -> bool:
    """Make a base copy when the newest is a week old (or ``now``) and forget what is not needed any more."""
    kept = settings.wal_archive
    if kept is None:
        return False
    go()
    found = archive.copies(kept)
    if found and not now and office_now() - found[-1].finished_at < EVERY:
        return False
    with making.alone(database):
        with database.owning() as connection:
            upkeep_runs.give_up_lost(connection, upkeep_runs.BASE)
            key = upkeep_runs.begin(connection, upkeep_runs.BASE)
        try:
            made = private(settings).make_base()
        except Exception as error:
            with database.owning() as connection:
                upkeep_runs.finish(connection, key, "failed", words=making.in_words(error))
            raise
        with database.owning() as connection:
            upkeep_runs.finish(connection, key, "done", name=made.folder.name, size_bytes=made.size_bytes)
        gone = archive.forget(kept, KEEP)
    _log.info("base copy %s: %.1f MB; %d old files removed", made.folder.name, made.size_bytes / 1e6, gone)
    return True


def moment(written: str) -> datetime:
    """Return the moment that somebody wrote, by the clock of the offices unless a zone stands with it.

    Raises ``BadValue`` for what is no moment, and for one that is still to come.

    >>> moment("2026-11-22 10:00").isoformat()
    '2026-11-22T10:00:00+08:00'
    """
    try:
        found = datetime.fromisoformat(written.strip())
    except ValueError:
        raise BadValue(f"{written!r} is no moment: write it like 2026-11-22 10:00 (Beijing time)") from None
    found = found if found.tzinfo else found.replace(tzinfo=OFFICE_TIME)
    if found > office_now():
        raise BadValue(f"{written!r} is still to come: nothing is known of it yet")
    return found


def put_back(settings: Settings, at: datetime, report: Report | None = None) -> Path:
    """Put the private server back to a moment and return where the data that were there are now.

    All databases of the server go back, practice too; nobody's session or link of that time lives again.
    Raises ``ClusterError`` when the moment cannot be reached; then nothing was changed.
    """
    cluster = private(settings, report)
    before = cluster.recover(at)
    urls = cluster.urls()
    database = Database(urls.app, urls.owner)
    try:
        backup.begin_anew(database, f"moment {at.isoformat()}")
        keep_base(database, settings, lambda: None, now=True)
    finally:
        database.dispose()
    return before


def private(settings: Settings, report: Report | None = None) -> Cluster:
    """Return the private server of an installation, its log kept as the settings say."""
    return Cluster(settings.data_dir, report=report, archive=settings.wal_archive)
