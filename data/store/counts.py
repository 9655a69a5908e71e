"""Upkeep of the counts kept beside the records (0026_counts_kept.sql); the owner's business."""

import logging

from sqlalchemy import text

from data.database import Database

_log = logging.getLogger(__name__)


def look_after(database: Database) -> int:
    """Add up what writers appended and return how many rows that saved.

    Counts that do not say what the records say are counted anew, with a warning: that is a fault to find.
    """
    with database.owning() as connection:
        connection.execute(text("SET LOCAL statement_timeout = '10min'"))
        saved = int(connection.scalar(text("SELECT tidy_counts()")) or 0)
        if not connection.scalar(text("SELECT counts_agree()")):
            _log.warning("the counts kept for the map did not agree with the records: counted anew")
            connection.execute(text("SELECT refresh_counts()"))
    return saved
