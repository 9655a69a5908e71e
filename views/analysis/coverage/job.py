"""Distance coverage that a page cannot wait for: put into the queue, watched, and shown when it is done."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import streamlit as st

from gis.errors import BadInput
from projects.analysis.coverage.choosing import CoverageSettings, Show
from projects.analysis.coverage.results import Answer, of_json
from projects.errors import AtlasError
from projects.work import Job, JobState
from views import job_panel, ways
from views.analysis.coverage.asked import Asked
from views.analysis.coverage.settings import ADDRESS
from views.notices import notice
from views.shell import Shell

KIND: Final = "coverage"
WATCHED: Final = "coverage-watched"
"""Session key: number of a job that was opened by its number and is not over."""
LONGEST: Final = 12


def answer(shell: Shell, asked: Asked, settings: CoverageSettings) -> Answer | None:
    """Return the answer of the job that the address names when it is one to this very question.

    Otherwise draw what can be done, and return None. Raises BadInput when the job found that there is no
    honest answer.
    """
    _ = shell.translate
    if not shell.identity.signed_in:
        notice(_("地点很多或沿道路计算，需要在后台进行。请先登录，再点“开始计算”。"), "info")
        return None
    wanted = arguments(asked, settings)
    job = _job(shell)
    if job is not None and not job.over:
        job_panel.draw(shell, job.id)
        return None
    if job is not None and job.state is JobState.DONE and _same(job.result, wanted):
        return _found(job.result)
    if job is not None and job.state is JobState.DONE:
        notice(_("设置或条件改过了，下面的结果要重新计算。"), "info")
    elif job is not None:
        job_panel.draw(shell, job.id)
    _ask(shell, asked, wanted)
    return None


def adopt(shell: Shell) -> None:
    """Open a link that names nothing but a job with the filter and settings the job was asked with.

    These are known when it is done; until then the page watches it.
    """
    given = st.query_params.to_dict()
    number = ways.asked_number("job")
    bare = set(given) <= {"job", "lang"}
    if number is None or not (bare or st.session_state.get(WATCHED) == number):
        return
    job = None
    with suppress(AtlasError):  # told by the part that shows it
        job = shell.jobs.job(number)
    if job is None or job.kind != KIND:
        return
    known = job.result if job.state is JobState.DONE else {}
    st.session_state[WATCHED] = None if job.over else number
    own = dict(known.get("filter") or {}) | dict(known.get("settings") or {})
    language = {"lang": given["lang"]} if "lang" in given else {}
    st.query_params.from_dict({**own, **language, "show": str(Show.REACH), "job": str(number)})


def watched(shell: Shell) -> bool:
    """Return whether the address names a job that is not over: its settings are not known yet."""
    return shell.identity.signed_in and st.session_state.get(WATCHED) == ways.asked_number("job") is not None


def arguments(asked: Asked, settings: CoverageSettings) -> dict[str, Any]:
    """Return what the job is asked: it echoes them in its result."""
    own = settings.params()
    own.pop("show", None)
    return {"filter": asked.chosen.to_params(), "settings": own, "within": list(asked.within)}


def _job(shell: Shell) -> Job | None:
    text = ADDRESS.held()["job"]
    if not (text.isascii() and text.isdecimal() and len(text) < LONGEST):
        return None
    job = shell.jobs.job(min(int(text), ways.LARGEST_NUMBER))
    return job if job.kind == KIND else None


def _same(result: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(result.get(name) == value for name, value in wanted.items())


def _found(result: Mapping[str, Any]) -> Answer:
    if "refused" in result:
        values = {str(name): value for name, value in dict(result.get("values") or {}).items()}
        raise BadInput(str(result.get("words", "")), code=str(result["refused"]), **values)
    return of_json(result["answer"])


def _ask(shell: Shell, asked: Asked, wanted: Mapping[str, Any]) -> None:
    _ = shell.translate
    notice(_("地点很多或沿道路计算，需要几秒到几分钟，在后台进行，可以随时取消。"), "info")
    if st.button(_("开始计算"), icon=":material/play_arrow:", type="primary", key="coverage-start"):
        title = _("覆盖 · {area}").format(area=asked.frame_area)
        ADDRESS.put(job=str(shell.jobs.submit(KIND, title, wanted)))
        ADDRESS.write(shell, asked.chosen)  # a rerun begins with the address of this moment
        st.rerun()
