"""「材料」: what leaves the building, made from the current filter or the basket and handed on by link."""

from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.errors import UnknownRecord
from projects.filters import ProjectFilter
from projects.packs import KIND
from projects.work import JobState
from views import job_panel, office_style, words
from views.map import filters
from views.notices import notice
from views.packs import frozen, made, order
from views.packs.address import ADDRESS, close, follow, number
from views.shell import Shell, guarded

LOOKED_AT: Final = 10
"""The newest jobs among which those under way are sought."""
STYLE: Final = """<style>
.st-key-pack-card .atlas-diff td { white-space: nowrap; }
.st-key-pack-card .atlas-diff td:first-child { white-space: normal; min-width: 12em; }
</style>"""


def draw(shell: Shell) -> None:
    """Draw the order or the work under way, the packs that were made, and the frozen editions."""
    _ = shell.translate
    office_style.draw()
    st.html(STYLE)
    for found in ADDRESS.take_over(shell):
        notice(words.param_issue(found, _))
    with st.sidebar:
        chosen = filters.draw_filters(shell)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="packs-head"):
        st.html(element("h2", escape(_("材料")), class_="atlas-title"), width="content")
        filters.draw_chips(shell, chosen)
    st.html(
        element(
            "p",
            escape(_("把当前筛选或选集做成一套能打印、能发出去的文件；各文件的条数相同，附清单和校验码。")),
            class_="atlas-muted",
        )
    )
    if shell.identity.signed_in:
        guarded(lambda: _own(shell, chosen), _)
    else:
        order.draw(shell, chosen)
    ADDRESS.write(shell, chosen)
    guarded(lambda: frozen.draw(shell), _)


def _own(shell: Shell, chosen: ProjectFilter) -> None:
    """Draw what is open (a job, a pack) before the form: on a phone nobody scrolls past fifteen boxes."""
    _ = shell.translate
    job = number("job")
    if job is not None:
        guarded(lambda: _work(shell, job), _)
    guarded(lambda: made.draw_open(shell), _)
    if job is None:
        guarded(lambda: order.draw(shell, chosen), _)
        guarded(lambda: _under_way(shell), _)
    guarded(lambda: made.draw_list(shell), _)


def _under_way(shell: Shell) -> None:
    """List the packs that are being made, each with the way back to its progress."""
    _ = shell.translate
    jobs = [job for job in shell.jobs.mine(KIND, LOOKED_AT) if not job.over]
    if jobs:
        st.html(element("h3", escape(_("正在做的")), class_="atlas-heading"))
    for job in jobs:
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key=f"pack-job-{job.id}"
        ):
            st.button(_("看进度"), key=f"pack-follow-{job.id}", on_click=follow, args=(job.id,))
            st.html(escape(f"{job.title} · {job_panel.state_words(job.state, _)}"), width="content")


def _work(shell: Shell, key: int) -> None:
    """Draw a job; when it is done its pack is opened."""
    _ = shell.translate
    try:
        job = job_panel.draw(shell, key)
    except UnknownRecord:
        ADDRESS.put(job="")
        raise
    if job.kind != KIND:
        ADDRESS.put(job="")
        raise UnknownRecord(str(key))
    if job.state is JobState.DONE:
        count = f"{int(job.result.get('records', 0)):,}"
        notice(_("做好了：{n} 条，各文件的条数已逐一核对。").format(n=count), "info")
        if ADDRESS.held()["pack"] == "":
            ADDRESS.put(pack=str(job.result.get("pack", "")))
    if job.over:
        st.button(
            _("再做一套"), key="packs-again", icon=":material/folder_zip:", on_click=close, args=("job",)
        )
