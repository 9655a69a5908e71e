"""A decision that is written by the worker: watched here, and told like one that was written at once."""

from typing import Final

import streamlit as st

from projects.filing.changes import Decision, State
from projects.work import Job, JobState
from views import job_panel, ways
from views.review import review_kept
from views.shell import Shell

KIND: Final = "decide"
AT_ONCE: Final = 500
"""Changes that are written while the reviewer waits (a second or so); more go to the worker."""


def submit(shell: Shell, key: int, title: str, remark: str) -> None:
    """Hand what was decided of a set to the worker; the decisions stay until they are written."""
    kept = review_kept.decisions(key)
    said = {str(i): text for i, text in review_kept.remarks(key).items() if text and i in kept}
    arguments = {
        "set": key,
        "accepted": [i for i, decision in kept.items() if decision is Decision.ACCEPTED],
        "rejected": [i for i, decision in kept.items() if decision is Decision.REJECTED],
        "remarks": said,
        "remark": remark,
        "seen": {str(entry): version for entry, version in review_kept.seen(key).items()},
    }
    words = shell.translate("审核 {n} 号：{title}").format(n=key, title=title)
    st.query_params["job"] = str(shell.jobs.submit(KIND, words, arguments))
    st.rerun()


def draw(shell: Shell, number: int) -> bool:
    """Draw the job in the address; return whether it is over, and the address then names its set again.

    Of a job that failed the panel says why, and the decisions are still there to be sent once more.
    """
    ways.keep_address(shell, set=ways.asked_number("set") or "", job=number)
    job = job_panel.draw(shell, number)
    if not job.over:
        return False
    del st.query_params["job"]
    if job.state is JobState.DONE and job.kind == KIND:
        st.query_params["set"] = str(_told(job))
    return True


def _told(job: Job) -> int:
    """Forget what is written now, and leave the sentence that says so for the set's page."""
    key = int(job.result["set"])
    review_kept.forget(key)
    said = int(job.result["accepted"]), int(job.result["rejected"]), State(str(job.result["state"]))
    st.session_state[f"said-{key}"] = said
    return key
