"""A piece of long work on a page: what, how far, stop it, what came of it; found again after a reload."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.work import Job, JobState
from views import marks, ways
from views.i18n import Translate
from views.notices import notice
from views.plain import plain
from views.shell import Shell, guarded

PAGES: Final[Mapping[str, str]] = {
    "import_preview": "import",
    "import_commit": "import",
    "geocode": "geocode",
    "decide": "review",
    "layer_read": "layers",
    "k_function": "clusters",
    "coverage": "coverage",
    "siting": "siting",
    "pack": "packs",
    "monday": "rounds",
}
"""Kind of job → the page on which it can be looked at."""
EVERY_S: Final = 1.5
"""Seconds between two looks at a running job."""


def draw(shell: Shell, key: int) -> Job:
    """Draw a job and return it as it stands; while it runs the panel looks again by itself."""
    job = shell.jobs.job(key)
    if job.over:
        _end(shell, job)
    else:
        guarded(lambda: _running(shell, key), shell.translate)
    return job


@st.fragment(run_every=EVERY_S)
def _running(shell: Shell, key: int) -> None:
    job = shell.jobs.job(key)
    if job.over:
        st.rerun()
    _ = shell.translate
    st.progress(job.share or 0.0, text=plain(progress_words(job, _)))
    if job.state is JobState.WAITING and not shell.jobs.worker_alive():
        notice(
            _(
                "后台程序没有运行，任务会一直等着。请管理员在服务器上运行 python -m data work；"
                "任务不会丢失，稍后回到本页即可。"
            )
        )
    st.button(
        _("取消"), key=f"cancel-{key}", icon=":material/cancel:", on_click=shell.jobs.cancel, args=(key,)
    )
    st.caption(_("可以离开本页，任务会继续；之后从「我的单位」的任务列表回来。"))


def progress_words(job: Job, _: Translate) -> str:
    """Return how far a job is: waiting, how much of how much, or how much so far."""
    if job.state is JobState.WAITING:
        return _("排队等待处理：{title}").format(title=job.title)
    done = f"{job.done_steps:,}"
    amount = f"{done} / {job.all_steps:,}" if job.all_steps else done
    return _("正在处理：{title} · {message} {amount}").format(
        title=job.title, message=_(job.message), amount=amount
    )


def _end(shell: Shell, job: Job) -> None:
    """Say how a job ended when it did not end well."""
    _ = shell.translate
    if job.state is JobState.FAILED:
        notice(
            _("没有做成：{message}").format(message=job.message or _("原因未知，请管理员查看日志")), "error"
        )
    elif job.state is JobState.CANCELLED:
        notice(_("已取消，什么也没有改动。"), "info")


def state_words(state: JobState, _: Translate) -> str:
    """Return where a job stands."""
    return {
        JobState.WAITING: _("排队中"),
        JobState.RUNNING: _("处理中"),
        JobState.DONE: _("完成"),
        JobState.FAILED: _("失败"),
        JobState.CANCELLED: _("已取消"),
    }[state]


def mine(shell: Shell, limit: int = 6) -> None:
    """List one's newest jobs; those of a page lead back to it."""
    _ = shell.translate
    st.html(element("h3", escape(_("我的任务")), class_="atlas-heading"))
    jobs = shell.jobs.mine(limit=limit)
    if not jobs:
        st.caption(_("没有任务。"))
        return
    st.html("".join(_line(shell, job) for job in jobs))


def _line(shell: Shell, job: Job) -> str:
    _ = shell.translate
    page = PAGES.get(job.kind)
    link = ways.anchor(shell, job.title, page, job=job.id) if page else escape(job.title)
    share = f" {job.share:.0%}" if job.share is not None and not job.over else ""
    code = {JobState.DONE: "accepted", JobState.FAILED: "rejected"}.get(job.state, "submitted")
    return element(
        "div",
        marks.tag(state_words(job.state, _) + share, code),
        " ",
        link,
        element("span", escape(f"　{marks.when(job.created_at)}"), class_="atlas-muted"),
        class_="atlas-rowbox",
    )
