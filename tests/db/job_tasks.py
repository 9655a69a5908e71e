"""Tasks for tests of the queue: quick, slow, failing, and one that says whose hand it is."""

import errno
import os
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from data.jobs.tasks import Entry
from data.jobs.work import Work
from projects.errors import BadValue, StorageUnavailable
from projects.work import Progress

_HERE = "tests.db.job_tasks"
TASKS: Mapping[str, Entry] = {
    "count": Entry(_HERE, "count"),
    "who": Entry(_HERE, "who"),
    "refuse": Entry(_HERE, "refuse"),
    "break": Entry(_HERE, "break_down"),
    "die": Entry(_HERE, "die"),
    "away": Entry(_HERE, "away"),
    "full": Entry(_HERE, "full"),
    "no_json": Entry(_HERE, "no_json"),
    "wait": Entry(_HERE, "count", patient=True),
}


def count(work: Work, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Count to ``to``, a step every ``pause`` seconds, and leave a file that says how often it was begun."""
    begun = work.folder / "begun"
    begun.write_text(begun.read_text() + "x" if begun.exists() else "x")
    for number in range(arguments["to"]):
        progress.step(number, arguments["to"], f"数到 {number}")
        time.sleep(arguments.get("pause", 0))
    return {"counted": arguments["to"], "begun": len(begun.read_text())}


def who(work: Work, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Say as whom the database knows this task, and what it may do."""
    with work.database.reading(work.token) as connection:
        row = connection.execute(
            text("SELECT current_user AS role, acting_name() AS name, fileable_units() AS units")
        ).one()
    return {"role": row.role, "name": row.name, "units": row.units, "token": work.token}


def refuse(work: Work, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Find a value wrong."""
    raise BadValue("第 3 行：'abc' 不是数字")


def break_down(work: Work, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Have a fault."""
    return {"x": {}["secret of the program"]}


def die(work: Work, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Take the process with it."""
    os._exit(9)


def away(work: Work, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Meet a database that is away the first two times."""
    begun = work.folder / "begun"
    begun.write_text(begun.read_text() + "x" if begun.exists() else "x")
    if len(begun.read_text()) <= arguments["times"]:
        raise StorageUnavailable("the database does not answer")
    return {"begun": len(begun.read_text())}


def full(work: Work, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Meet a full disk."""
    raise OSError(errno.ENOSPC, "No space left on device", "/srv/secret/place")


def no_json(work: Work, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Return what is no JSON."""
    return {"x": object()}
