"""Review: the queue with its ages, then one change set, decided by field, by record or all at once."""

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from layers.html import clean_text, element, escape
from projects.filing.changes import ChangeSetHead, State
from views import marks, office_style, ways
from views.notices import notice
from views.office import home_queue
from views.review import elsewhere, review_job, review_set
from views.shell import Shell

DECIDED: Final = (State.ACCEPTED, State.PARTLY_ACCEPTED, State.REJECTED, State.WITHDRAWN)
SHOWN: Final = 200


def draw(shell: Shell) -> None:
    """Draw the queue, or the change set that the address names."""
    _ = shell.translate
    office_style.draw()
    if not shell.identity.signed_in:
        notice(_("请先登录，再看审核。"), "info")
        return
    job = ways.asked_number("job")
    if job is not None and not review_job.draw(shell, job):
        return
    key = ways.asked_number("set")
    if key is None:
        _queue(shell)
        return
    ways.keep_address(shell, set=key)
    st.button(_("回到队列"), key="back-to-queue", icon=":material/arrow_back:", on_click=_leave)
    review_set.draw(shell, key)


def _leave() -> None:
    st.query_params.pop("set", None)


def _queue(shell: Shell) -> None:
    """Draw what waits (or what was decided) as a table; a click on a row opens it."""
    _ = shell.translate
    st.html(element("h2", escape(_("审核修改")), class_="atlas-title"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        part = st.segmented_control(
            _("看哪些"),
            ["waiting", "decided"],
            key="queue-part",
            default="waiting",
            format_func=lambda name: {"waiting": _("待审核"), "decided": _("已审核")}[name],
            label_visibility="collapsed",
        )
    unit = ways.asked("unit")
    ways.keep_address(shell, unit=unit)
    elsewhere.draw(shell)
    heads = shell.desk.queue(DECIDED if part == "decided" else (State.SUBMITTED,), unit)
    if unit:
        name = heads[0].unit_name if heads else unit
        st.html(element("p", escape(_("只看 {unit}").format(unit=name)), class_="atlas-chip"))
    if not heads:
        st.caption(_("没有等待审核的提交。") if part != "decided" else _("还没有审核过的提交。"))
        return
    ordered = in_order(heads) if part != "decided" else home_queue.newest_first(heads)
    _table(shell, ordered[:SHOWN], str(part))
    if len(ordered) > SHOWN:
        st.caption(_("只列出前 {n} 个，共 {all} 个。").format(n=SHOWN, all=len(ordered)))


def in_order(heads: Sequence[ChangeSetHead]) -> list[ChangeSetHead]:
    """Return the queue as it should be worked off: conflicts first, then the longest wait."""
    return sorted(heads, key=lambda head: (not head.conflicts, head.created_at, head.id))


def _table(shell: Shell, heads: Sequence[ChangeSetHead], part: str) -> None:
    """Draw change sets as rows; the whole row is the button."""
    _ = shell.translate
    key = f"queue-{part}-{shell.language}"

    def opened() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and rows[0] < len(heads):
            st.query_params["set"] = str(heads[rows[0]].id)

    st.dataframe(
        [_line(shell, head) for head in heads],
        hide_index=True,
        width="stretch",
        on_select=opened,
        selection_mode="single-row",
        key=key,
        height=min(len(heads) + 1, 16) * 35 + 3,
    )
    st.caption(_("勾选一行打开它。有冲突的排在最前，其余按等待时间。"))


def _line(shell: Shell, head: ChangeSetHead) -> dict[str, Any]:
    _ = shell.translate
    waits = head.state is State.SUBMITTED
    return {
        _("编号"): head.id,
        _("等待"): marks.age(head.created_at, _) if waits else marks.state_words(head.state, _),
        _("单位"): clean_text(head.unit_name),
        _("内容"): clean_text(head.title),
        _("来自"): marks.kind_words(head.kind, _),
        _("记录"): head.entries,
        _("改动"): head.fields,
        _("冲突"): head.conflicts,
        _("提交人"): clean_text(head.filed_by),
        _("提交时间"): marks.when(head.created_at),
    }
