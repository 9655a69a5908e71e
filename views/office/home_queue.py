"""What a unit has in review and what was answered, and the reviewer's queue by unit."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.filing.changes import ChangeSetHead, State
from projects.identity import OwnerUnit
from views import marks, ways
from views.shell import Shell

ANSWERED: Final = (State.ACCEPTED, State.PARTLY_ACCEPTED, State.REJECTED)
SEEN: Final = "seen/"
"""Drafts under this word keep when somebody has read the answers of a unit."""
SHOWN: Final = 6


def answers(heads: Sequence[ChangeSetHead]) -> list[ChangeSetHead]:
    """Return what a reviewer answered, newest first; what was published at once is no answer."""
    return newest_first([h for h in heads if h.decided_at and h.decided_by not in ("", h.filed_by)])


def newest_first(heads: Sequence[ChangeSetHead]) -> list[ChangeSetHead]:
    """Return change sets by when they were decided (else filed), newest first."""
    return sorted(heads, key=lambda head: head.decided_at or head.created_at, reverse=True)


def seen_at(shell: Shell, unit: OwnerUnit) -> datetime:
    """Return when the answers of this unit were last marked as read, the beginning of time for never."""
    kept = shell.desk.draft(f"{SEEN}{unit.id}")
    text = str(kept.content.get("at") or "") if kept else ""
    return datetime.fromisoformat(text) if text else datetime.min.replace(tzinfo=UTC)


def draw_answers(
    shell: Shell, unit: OwnerUnit, answered: Sequence[ChangeSetHead], fresh: Sequence[ChangeSetHead]
) -> None:
    """Draw the newest answers with their remarks; those not read yet are marked."""
    _ = shell.translate
    st.html(element("h3", escape(_("审核答复")), class_="atlas-heading"))
    if not answered:
        st.caption(_("还没有答复。"))
        return
    st.html("".join(_answer(shell, head, head in fresh) for head in answered[:SHOWN]))
    if fresh:
        st.button(_("都看过了"), key="answers-seen", on_click=_mark_seen, args=(shell, unit))


def _mark_seen(shell: Shell, unit: OwnerUnit) -> None:
    shell.desk.save_draft(f"{SEEN}{unit.id}", None, {"at": datetime.now(UTC).isoformat()})


def _answer(shell: Shell, head: ChangeSetHead, new: bool) -> str:
    _ = shell.translate
    remark = element("p", escape(_("意见：{words}").format(words=head.remark))) if head.remark else ""
    return element(
        "div",
        marks.tag(marks.state_words(head.state, _), str(head.state)),
        " ",
        marks.tag(_("新"), "held") if new else "",
        " ",
        ways.anchor(shell, marks.head_line(head, _), "review", set=head.id),
        element("p", escape(f"{marks.when(head.decided_at)} · {head.decided_by}"), class_="atlas-muted"),
        remark,
        class_="atlas-rowbox",
    )


def draw_waiting(shell: Shell, waiting: Sequence[ChangeSetHead]) -> None:
    """Draw what waits for a reviewer, with its age."""
    _ = shell.translate
    st.html(element("h3", escape(_("正在审核")), class_="atlas-heading"))
    if not waiting:
        st.caption(_("没有等待审核的提交。"))
        return
    lines = (
        element(
            "div",
            ways.anchor(shell, marks.head_line(head, _), "review", set=head.id),
            element(
                "p", escape(_("已等 {age}").format(age=marks.age(head.created_at, _))), class_="atlas-muted"
            ),
            class_="atlas-rowbox",
        )
        for head in waiting[:SHOWN]
    )
    st.html("".join(lines))


def queue_by_unit(shell: Shell, waiting: Sequence[ChangeSetHead]) -> str:
    """Return a table of the queue by unit, the longest wait first."""
    _ = shell.translate
    groups: dict[str, list[ChangeSetHead]] = {}
    for head in waiting:
        groups.setdefault(head.unit_id, []).append(head)
    ordered = sorted(groups.values(), key=lambda heads: min(h.created_at for h in heads))
    titles = (_("单位"), _("提交"), _("记录"), _("改动"), _("冲突"), _("最久等待"))
    head_row = element("thead", element("tr", *(element("th", escape(t)) for t in titles)))
    rows = (
        element(
            "tr",
            element("td", ways.anchor(shell, heads[0].unit_name, "review", unit=heads[0].unit_id)),
            *(
                element("td", escape(cell))
                for cell in (
                    len(heads),
                    sum(h.entries for h in heads),
                    sum(h.fields for h in heads),
                    sum(h.conflicts for h in heads),
                    marks.age(min(h.created_at for h in heads), _),
                )
            ),
        )
        for heads in ordered
    )
    return element("table", head_row, *rows, class_="atlas-diff")
