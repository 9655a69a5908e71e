"""The job ``decide``: what a reviewer decided of a large change set, written while the page is free.

Arguments: ``set``, ``accepted``, ``rejected`` (ids of changes), ``remarks`` (change id → words), ``remark``,
``seen`` (entry id → the version that was on the screen). Result: ``set``, ``state``, both numbers.
"""

from collections.abc import Mapping
from typing import Any

from data.jobs.work import JsonObject, Work
from data.store.desk import PostgisDesk
from projects.filing.changes import Decision
from projects.work import Progress


def run(work: Work, arguments: Mapping[str, Any], progress: Progress) -> JsonObject:
    """Decide with the rights of the account that asked, in one transaction.

    A run after a power cut decides the same once more, which changes nothing. Raises ``Conflict`` when a
    record moved on since it was looked at, ``NotAllowed`` where the set is not this account's to decide.
    """
    accepted, rejected = ([int(key) for key in arguments[name]] for name in ("accepted", "rejected"))
    decisions = dict.fromkeys(accepted, Decision.ACCEPTED) | dict.fromkeys(rejected, Decision.REJECTED)
    progress.step(0, len(decisions), "提交")
    filed = PostgisDesk(work.database, work.token).decide(
        int(arguments["set"]),
        decisions,
        _by_number(arguments.get("remarks")),
        str(arguments.get("remark") or ""),
        {entry: int(version) for entry, version in _by_number(arguments.get("seen")).items()},
    )
    return {
        "set": filed.id,
        "state": str(filed.state),
        "accepted": len(accepted),
        "rejected": len(rejected),
    }


def _by_number(given: Any) -> dict[int, Any]:
    """Return a mapping whose keys JSON has made text of."""
    return {int(key): value for key, value in dict(given or {}).items()}
