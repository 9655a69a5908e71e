"""The job that files an import as one change set, and hands back the rows that must be mended."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import text

from data.importers.office.run import Committed
from data.jobs.tasks.import_files import importer_of, order_of, preview_result, return_rows
from data.jobs.work import Work
from projects.intake.preview import head_of
from projects.work import Progress


def run(work: Work, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """File what the preview showed and return what became of it.

    A run after a power cut finds what the first one filed and files nothing again. A library that changed
    since the preview gives ``changed`` and a new preview, and nothing is filed.
    """
    order = order_of(work, arguments)
    importer = importer_of(work, progress)
    before = _filed_before(work)
    if before:
        plan = importer.preview(order)
        return head_of(plan) | before | {"returned": ""}
    expected = _fingerprint(work, arguments)
    done = importer.commit(order, str(arguments.get("reason") or ""), expected=expected, job_id=work.job_id)
    if done.changed:
        shown = preview_result(work, done.plan)
        again = {key: value for key, value in arguments.items() if key not in _OF_COMMIT}
        return shown | {"changed": True, "change_set": None, "state": "", "returned": "", "arguments": again}
    return head_of(done.plan) | _of(done) | {"returned": return_rows(work, order, done.plan)}


_OF_COMMIT: Final = ("preview_job", "reason", "choices")


def _of(done: Committed) -> dict[str, Any]:
    told: dict[str, Any] = {"reports": [[report.id, str(report.state)] for report in done.reports]}
    told["round"] = done.round_id
    if done.filed is None:
        return {"change_set": None, "state": "", **told}
    return {"change_set": done.filed.id, "state": str(done.filed.state), **told}


def _filed_before(work: Work) -> dict[str, Any] | None:
    """Return what an earlier run of this job filed."""
    with work.database.reading(work.token) as connection:
        row = connection.execute(_FILED, {"job": work.job_id}).one_or_none()
    return {"change_set": row.id, "state": row.state, "counts": row.counts} if row else None


def _fingerprint(work: Work, arguments: Mapping[str, Any]) -> str:
    """Return the mark of the preview that was shown; empty when there was none."""
    with work.database.reading(work.token) as connection:
        found = connection.execute(_SHOWN, {"job": arguments.get("preview_job")}).scalar()
    return str(found or "")


_FILED: Final = text(
    "SELECT id, state, counts FROM change_set WHERE job_id = :job AND filed_by = acting_name()"
)
_SHOWN: Final = text("SELECT result ->> 'fingerprint' FROM job WHERE id = CAST(:job AS integer)")
