"""Where to build next: ``siting?ask=coverage&build=elderly_care&n=3&km=5&sites=grid`` over the filter's area.

Small questions are answered at once, for everybody; large ones by a job, for whoever is signed in.
"""

from typing import Final

import streamlit as st

from gis.errors import BadInput
from layers.html import element, escape
from projects.analysis.inputs import LayerInfo, LayerKind
from projects.analysis.siting.result import Result
from projects.work import JobState
from views import job_panel, office_style, ways, words
from views.analysis.exhibit import view as exhibit_view
from views.analysis.refusals import said as bad_words
from views.analysis.siting import asked as siting_asked
from views.analysis.siting import drafts as siting_drafts
from views.analysis.siting import exhibit as siting_exhibit
from views.analysis.siting import form as siting_form
from views.analysis.siting.asked import ADDRESS, KIND, Asked
from views.map import filters
from views.notices import notice
from views.shell import Shell, guarded

TITLE_LENGTH: Final = 80


def draw(shell: Shell) -> None:
    """Draw the whole page."""
    _ = shell.translate
    office_style.draw()
    for found in ADDRESS.take_over(shell):
        notice(words.param_issue(found, _))
    chosen = filters.ahead(shell)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="siting-head"):
        st.html(element("h2", escape(_("选址")), class_="atlas-title"), width="content")
        filters.draw_chips(shell, chosen)
    with st.sidebar:
        filters.draw_filters(shell)
    lead = _("下一处建在哪里，能服务最多的人？选出的点是模型的建议，供讨论，不是结论。")
    st.html(element("p", escape(lead), class_="atlas-muted"))
    layers = _layers(shell)
    settings = siting_form.draw(shell, siting_form.taken_over(shell, layers), layers)
    ADDRESS.write(shell, chosen)
    asked = Asked(shell, chosen, settings, layers)
    guarded(lambda: _answer(asked), _)


def _layers(shell: Shell) -> tuple[LayerInfo, ...]:
    kinds = {kind for several in siting_asked.LAYERS.values() for kind in several}
    return tuple(one for one in shell.analysis.layers(tuple(LayerKind)) if one.kind in kinds)


def _answer(asked: Asked) -> None:
    """Draw the answer, the job that works on it, or why there is none: never a number beside a failure."""
    _ = asked.shell.translate
    try:
        result = asked.at_once() or _from_job(asked)
    except BadInput as error:
        notice(bad_words.said(error, _), "info" if error.code == "siting_no_area" else "warning")
        return
    if result is not None:
        _show(asked, result)


def _from_job(asked: Asked) -> Result | None:
    """Return what a job found for this very question; draw how far it is, or offer to begin one."""
    shell, _ = asked.shell, asked.shell.translate
    key = ways.asked_number("job") or _number(ADDRESS.held()["job"])
    if siting_asked.job_of(shell, key) is None or key is None:
        _offer(asked)
        return None
    job = job_panel.draw(shell, key)
    if job.state is JobState.DONE and siting_asked.answers(job, asked):
        return siting_asked.outcome(job)
    if job.over:
        if job.state is JobState.DONE:
            notice(_("条件改过了，后台算好的结果是另一组条件的，没有显示。"), "info")
        _offer(asked)
    return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _offer(asked: Asked) -> None:
    """Offer a job, to whoever is signed in."""
    shell, _ = asked.shell, asked.shell.translate
    notice(_("这一问要算的路程很多（或沿道路计算），需要在后台算几分钟。"), "info")
    if not shell.identity.signed_in:
        notice(_("请先登录，再开始后台计算；不登录可以用乡镇驻地和直线距离试算。"), "info")
        return
    if st.button(_("开始计算"), key="siting-start", type="primary", icon=":material/play_arrow:"):
        frame = asked.frame
        title = _("选址：{what} · {area}").format(what=frame.building, area=frame.area)
        key = shell.jobs.submit(KIND, title[:TITLE_LENGTH], asked.arguments)
        ADDRESS.put(job=str(key))
        ADDRESS.write(shell, asked.chosen)
        st.rerun()


def _show(asked: Asked, result: Result) -> None:
    shell, frame = asked.shell, asked.frame
    made = siting_exhibit.exhibit(result, frame)
    exhibit_view.draw(shell, made, asked.chosen, key=KIND)
    _left_out(asked, result)
    if result.sites:
        guarded(lambda: siting_drafts.draw(shell, result, made, frame), shell.translate)


def _left_out(asked: Asked, result: Result) -> None:
    """Lead to the existing facilities that could not take part for want of a place."""
    n = sum(result.ground.kept_out.values())
    if n:
        label = asked.shell.translate("看位置不够精确、没有计入的 {n} 处").format(n=f"{n:,}")
        st.html(ways.anchor(asked.shell, label, "map", **siting_asked.vague(asked)))
