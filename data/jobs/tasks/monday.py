"""The job ``monday``: a round of Monday lists, with the rights of whoever ordered it.

Arguments: ``units`` (all that are asked for something when empty), ``due_on``, ``note``; or ``scheduled_for``
when the schedule ordered it. Run again after a power cut it returns what it has kept already, or begins anew.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from data.jobs.work import JsonObject, Work
from data.rounds.making import Maker, Wish
from data.store.rounds import PLACE, PostgisRounds
from projects.errors import BadValue
from projects.work import Progress


def run(work: Work, arguments: Mapping[str, Any], progress: Progress) -> JsonObject:
    """Make the round, whole or not at all, and return its number and counts."""
    kept = PostgisRounds(work.database, work.token, work.settings.files_dir / PLACE).of_job(work.job_id)
    if kept is not None:
        return {"round": kept}
    made = Maker(work.database, work.token, work.settings).make(wish_of(work, arguments), progress.step)
    sheets = len(made.sheets) - len(made.failed)
    return {
        "round": made.key,
        "sheets": sheets,
        "failed": len(made.failed),
        "not_asked": made.not_asked,
    }


def wish_of(work: Work, arguments: Mapping[str, Any]) -> Wish:
    """Return what a job's arguments ask for; raises ``BadValue`` for arguments no page of ours makes."""
    try:
        return Wish(
            unit_ids=tuple(str(unit) for unit in arguments.get("units") or ()),
            due_on=_day(arguments.get("due_on")),
            note=str(arguments.get("note") or ""),
            scheduled_for=_day(arguments.get("scheduled_for")),
            job_id=work.job_id,
        )
    except (TypeError, ValueError) as error:
        raise BadValue(f"周一清单的参数看不懂：{error}") from error


def _day(given: Any) -> date | None:
    return date.fromisoformat(str(given)) if given else None
