"""Figures that wait: accepted or sent back, one by one, by whoever decides for their unit."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.targets.model import Indicator, Report, ReportState
from views import marks
from views.notices import notice
from views.shell import Shell, guarded
from views.targets import report_words
from views.targets import target_words as tw

SHOWN: Final = 50
SAID: Final = "report-decided"


def draw(shell: Shell, unit_id: str, indicators: Mapping[str, Indicator]) -> None:
    """Draw the figures that wait for this person, oldest first; nothing when there are none."""
    _ = shell.translate
    told = st.session_state.pop(SAID, "")
    if told:
        notice(told, "info")
    found = shell.targets.reports((ReportState.SUBMITTED,), "", "", unit_id, SHOWN)
    mine = shell.targets.deciding(found)
    waiting = [report for report in reversed(found) if report.id in mine]
    if not waiting:
        return
    areas = shell.targets.area_names()
    title = _("等您审核的数（{n}）").format(n=shell.targets.waiting(unit_id))
    st.html(element("h3", escape(title), class_="atlas-heading"))
    for report in waiting:
        _one(shell, report, indicators, areas)


def _one(shell: Shell, report: Report, indicators: Mapping[str, Indicator], areas: Mapping[str, str]) -> None:
    _ = shell.translate
    found = indicators.get(report.indicator)
    name = found.name(shell.language) if found else report.indicator
    where = areas.get(report.area_code, report.area_code)
    with st.container(border=True, key=f"report-{report.id}"):
        st.html(
            element(
                "p",
                escape(f"{report.id} · {where} · {report_words.period(report)} · {name} "),
                element("b", escape(report_words.value(report, found, _))),
                class_="atlas-rowhead",
            )
            + element(
                "p",
                escape(f"{report.source_note} · {report.filed_by} {marks.when(report.filed_at)}"),
                class_="atlas-muted",
            )
            + _stands(shell, report, indicators)
        )
        remark = st.text_input(_("意见（退回时必填）"), key=f"report-remark-{report.id}", max_chars=300)
        with st.container(horizontal=True):
            accepts = st.button(_("通过"), key=f"report-accept-{report.id}", type="primary")
            refuses = st.button(_("退回"), key=f"report-reject-{report.id}")
        if accepts or refuses:
            guarded(lambda: _decide(shell, report, accepts, remark), _)


def _stands(shell: Shell, report: Report, indicators: Mapping[str, Indicator]) -> str:
    """Return the figure that an acceptance would replace, if one stands."""
    same = shell.targets.reports((ReportState.ACCEPTED,), report.indicator, report.area_code, "", SHOWN)
    old = next((one for one in same if one.period_to == report.period_to), None)
    if old is None:
        return ""
    text = shell.translate("现在通过的是 {value}（{n} 号）；通过后它留在记录里，由这个数更正。").format(
        value=report_words.value(old, indicators.get(report.indicator), shell.translate), n=old.id
    )
    return element("p", escape(text), class_="atlas-flag")


def _decide(shell: Shell, report: Report, accepts: bool, remark: str) -> None:
    _ = shell.translate
    state = shell.targets.decide(report.id, accepts, remark)
    st.session_state[SAID] = _("{n} 号填报：{state}。").format(
        n=report.id, state=tw.report_state_words(state, _)
    )
    st.rerun()
