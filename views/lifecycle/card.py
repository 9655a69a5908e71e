"""The life cycle of one record: on its card, and what clashes while somebody fills in its form."""

from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.codes import MilestoneCode, Stage
from projects.fields import Document
from projects.lifecycle import key_lists
from projects.lifecycle.contradictions import Contradiction, find, sentence
from projects.lifecycle.ports import Timeline
from projects.lifecycle.steps import (
    PRELIMINARY,
    WEIGHTS,
    Milestones,
    Readiness,
    milestones_of,
    readiness,
    state_of,
)
from projects.lifecycle.yearly import yearly_class
from views import words
from views.lifecycle import address, approvals_part, pieces
from views.lifecycle.years_part import class_title, level_title
from views.shell import Shell

_STYLE: Final = """<style>
.atlas-step-done { color: #1f5a33; } .atlas-step-overdue { color: #7c1d1d; font-weight: 600; }
.atlas-step-planned { color: #1b4368; } .atlas-step-unknown { color: #6d7882; }
</style>"""


def draw(shell: Shell, project_id: str) -> None:
    """Draw the steps, the readiness, the yearly class, the lists and what clashes; nothing when not seen."""
    found = shell.schedule.timelines([project_id]).get(project_id)
    if found is not None:
        st.html(_STYLE + block(shell, found))


def block(shell: Shell, found: Timeline) -> str:
    """Return the life cycle of a record as HTML."""
    _ = shell.translate
    heading = element("h4", escape(_("进度")))
    facts = element("table", *_facts(shell, found), class_="atlas-facts")
    if not found.milestones:
        silent = element("p", escape(_("没有报过任何日期：按期与否未知。")), class_="atlas-unknown")
        implied = _clashes(shell, find(found.stage, {}, address.today()))
        return heading + facts + silent + implied + approvals_part.block(shell, found)
    ready = readiness(found.milestones, address.today())
    clashes = find(found.stage, found.milestones, address.today())
    return (
        heading
        + facts
        + _steps(shell, found.milestones)
        + _readiness(shell, ready)
        + _clashes(shell, clashes)
        + approvals_part.block(shell, found)
    )


def _facts(shell: Shell, found: Timeline) -> list[str]:
    _, now = shell.translate, address.today()
    yearly = yearly_class(found.stage, found.milestones, now.year)
    rows = [_row(_("{year} 年度类别").format(year=now.year), class_title(yearly, _))]
    lists = key_lists.parse(found.key_lists)
    if lists.found or lists.unread:
        named = [f"{one.year} {level_title(one.level, _)}" for one in lists.found]
        unread = [_("读不懂：{text}").format(text=text) for text in lists.unread]
        rows.append(_row(_("重点项目名单"), words.joined([*named, *unread], shell.language)))
    return rows


def _row(title: str, text: str) -> str:
    return element("tr", element("th", escape(title)), element("td", escape(text)))


def _steps(shell: Shell, milestones: Milestones) -> str:
    """Return every step with its days; preliminary steps and the main ones are named even when unknown."""
    _ = shell.translate
    always = (*PRELIMINARY, MilestoneCode.COMMENCEMENT, MilestoneCode.COMPLETION, MilestoneCode.COMMISSIONING)
    lines, unknown = [], []
    for code in MilestoneCode:
        if code not in milestones:
            unknown += [pieces.step_name(code, _)] if code in always else []
            continue
        dates = milestones[code]
        state = state_of(dates, address.today())
        days = pieces.joined(
            [
                _("计划 {day}").format(day=dates.planned) if dates.planned else "",
                _("实际 {day}").format(day=dates.actual) if dates.actual else "",
            ]
        )
        word = element("span", escape(pieces.step_state(state, _)), class_=f"atlas-step-{state}")
        lines.append(
            element(
                "tr",
                element("th", escape(pieces.step_name(code, _))),
                element("td", escape(days), " ", word),
            )
        )
    text = _("没有报过：{steps}").format(steps=words.joined(unknown, shell.language))
    silent = element("p", escape(text), class_="atlas-unknown") if unknown else ""
    return element("table", *lines, class_="atlas-facts") + silent


def _readiness(shell: Shell, ready: Readiness) -> str:
    """Return the readiness with its parts; what nobody reported is counted apart."""
    _ = shell.translate
    if ready.started:
        return element("p", escape(_("已开工，不再计算前期成熟度。")), class_="atlas-muted")
    text = _(
        "前期成熟度 {done} / 100（七步中完成 {n} 步）；另有 {unknown} 分属于没有报过的步骤，未知。"
    ).format(done=ready.done, n=ready.steps_done, unknown=ready.unknown)
    parts = words.joined(
        [
            f"{pieces.step_name(code, _)} {WEIGHTS[code]}：{pieces.step_state(state, _)}"
            for code, state in ready.parts.items()
        ],
        shell.language,
    )
    return element("p", escape(text)) + element("p", escape(parts), class_="atlas-muted")


def _clashes(shell: Shell, found: tuple[Contradiction, ...]) -> str:
    return "".join(
        element("p", escape("⚠ " + sentence(one, shell.language, shell.translate)), class_="atlas-flag")
        for one in found
    )


def draw_warnings(shell: Shell, document: Document) -> None:
    """Draw what clashes in a record as it is being filled in; it may be filed all the same, but is told."""
    found = warnings(document)
    if found:
        st.html(_clashes(shell, found))


def warnings(document: Document) -> tuple[Contradiction, ...]:
    """Return what clashes in a document today."""
    stage = str(document.get("stage") or Stage.UNKNOWN)
    return find(stage, milestones_of(document), address.today())
