"""The part of a project card that tells its matters; and the part of 我的单位 that tells those of a unit."""

from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.identity import OwnerUnit
from projects.matters.model import MATTER_ZH, Matter, MatterState, Timing
from projects.matters.ports import Asked, MatterCounts
from views import marks, ways
from views.matters import address, pieces
from views.shell import Shell

SHOWN: Final = 5
PRESSING: Final = (Timing.OVERDUE, Timing.DUE_SOON)
UNSETTLED: Final = tuple(one for one in MatterState if one is not MatterState.CLOSED)


def draw(shell: Shell, project_id: str) -> None:
    """Draw the matters of a record that are not closed, and the way to raise one."""
    _ = shell.translate
    asked = Asked(project_id=project_id, states=UNSETTLED)
    page = shell.matters.page(asked, address.today(), limit=SHOWN)
    if not (page.items or shell.identity.edits):
        return
    n = page.counts.matched
    st.html(element("h4", escape(_("事项（{n} 件未办结）").format(n=n))) + _listed(shell, page.items))
    with st.container(horizontal=True, gap="medium", key="card-matters"):
        ways.link(shell, _("全部事项"), "matters", ":material/assignment_late:", about=project_id)
        if shell.identity.edits:
            ways.link(shell, _("提出事项"), "matters", ":material/add:", new=1, about=project_id)


def draw_unit(shell: Shell, unit: OwnerUnit) -> None:
    """Draw what a unit has to answer that is due or late."""
    _ = shell.translate
    today = address.today()
    pressing = Asked(unit_id=unit.id, lead_only=True, timings=PRESSING)
    page = shell.matters.page(pressing, today, limit=SHOWN)
    st.html(element("h3", escape(_("事项")), class_="atlas-heading"))
    st.html(element("p", _sentence(shell, page.counts), class_="atlas-sum") + _listed(shell, page.items))
    if page.counts.matched > SHOWN:
        st.caption(_("另有 {n} 件到期或逾期，见“事项”。").format(n=page.counts.matched - SHOWN))
    ways.link(shell, _("本单位的事项"), "matters", ":material/assignment_late:", unit=unit.id)


def draw_overview(shell: Shell) -> None:
    """Draw how the matters of a reviewer's area stand, in one line."""
    _ = shell.translate
    counts = shell.matters.counts(Asked(states=UNSETTLED), address.today())
    words = _("{n} 件事项未办结，其中 {late} 件已逾期，{long} 件超过 30 天").format(
        n=f"{counts.matched:,}",
        late=f"{counts.by_timing.get(Timing.OVERDUE, 0):,}",
        long=f"{counts.long_open:,}",
    )
    link = ways.anchor(shell, _("看各单位"), "matters", show="units")
    st.html(element("p", escape(words), " · ", link, class_="atlas-sum"))


def _sentence(shell: Shell, counts: MatterCounts) -> str:
    """Return how many are late and how many are due, as HTML."""
    _ = shell.translate
    late, soon = (counts.by_timing.get(one, 0) for one in PRESSING)
    if not (late or soon):
        return escape(_("由本单位负责的事项没有逾期的，也没有七日内到期的。"))
    parts = [_("{n} 件已逾期").format(n=late)] if late else []
    parts += [_("{n} 件七日内到期").format(n=soon)] if soon else []
    words = _("由本单位负责：{what}。").format(what="，".join(parts))
    return marks.tag(words, "error" if late else "warning")


def _listed(shell: Shell, matters: tuple[Matter, ...]) -> str:
    """Return matters as a short list: title, due date, how late, who does it."""
    _, today = shell.translate, address.today()
    lines = (
        element(
            "li",
            pieces.title(shell, one),
            " ",
            pieces.due_tag(one, today, _),
            " ",
            element(
                "span",
                escape(f"{_(MATTER_ZH[one.kind])} · {pieces.unit(one.lead_unit, _)}"),
                class_="atlas-muted",
            ),
        )
        for one in matters
    )
    return element("ul", *lines, class_="atlas-plainlist") if matters else ""
