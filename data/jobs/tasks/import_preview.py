"""The job that shows what an import would do, row by row; nothing is written to the library."""

from collections.abc import Mapping
from typing import Any

from data.jobs.tasks.import_files import importer_of, order_of, preview_result, return_rows
from data.jobs.work import Work
from projects.intake.cells import Outcome
from projects.intake.indicator_sheet import filings
from projects.work import Progress


def run(work: Work, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Plan the file and return the head of the plan; its rows lie in a file beside the upload.

    When nothing of the file can be taken over, the workbook to mend is made at once; a Monday list in which
    nothing was changed has come back all the same.
    """
    order = order_of(work, arguments)
    importer = importer_of(work, progress)
    plan = importer.preview(order)
    result = preview_result(work, plan) | {"arguments": dict(arguments)}
    if not plan.counts[Outcome.NEW] and not plan.counts[Outcome.UPDATED] and not filings(plan.figures):
        result["returned"] = return_rows(work, order, plan)
        result["round"] = importer.note_return(order, plan, work.job_id)
    return result
