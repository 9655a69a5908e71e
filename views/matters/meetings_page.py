"""The page of joint meetings: called, their agenda, what was decided, the minutes."""

import streamlit as st

from layers.html import element, escape
from projects.matters.meetings import MeetingHead
from projects.matters.model import UnitName
from views import marks, ways
from views.matters import address, meeting_form, meeting_part, pieces, reply_part, style
from views.notices import notice
from views.shell import Shell, guarded

PAGE = 30


def draw(shell: Shell) -> None:
    """Draw the list of meetings, or the one that the address names."""
    _ = shell.translate
    style.draw()
    if not shell.identity.signed_in:
        notice(_("联席会议只给有关单位看：请先登录。"), "info")
        return
    reply_part.apply_later()
    address.meetings.take_over(shell)
    address.close_from_menu(address.meetings, "meeting", "new", "item")
    key = address.number("meeting", address.meetings)
    if key is not None:
        guarded(lambda: meeting_part.draw(shell, key), _)
    elif address.meetings.held()["new"]:
        guarded(lambda: meeting_form.draw_new(shell), _)
    else:
        guarded(lambda: _list(shell), _)
    held = address.meetings.held()
    own = {"meeting": held["meeting"], "item": held["item"]} if key else {"new": held["new"]}
    number = held["p"] if not key and held["p"] != "1" else ""
    ways.keep_address(shell, **own, p=number)


def _list(shell: Shell) -> None:
    _ = shell.translate
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="meetings-head"):
        st.html(element("h2", escape(_("联席会议")), class_="atlas-title"), width="content")
        if shell.identity.edits:
            st.button(
                _("召集会议"),
                key="meetings-new",
                icon=":material/add:",
                type="primary",
                on_click=address.put_meeting,
                args=("new", "1"),
            )
    reply_part.draw_said()
    number = address.meetings.page_number(10**6)
    found = shell.matters.meetings(limit=PAGE + 1, offset=(number - 1) * PAGE)
    if not found:
        st.caption(_("还没有您能看到的会议。"))
    else:
        st.html(_table(shell, found[:PAGE]))
    _turn(shell, number, more=len(found) > PAGE)


def _turn(shell: Shell, number: int, *, more: bool) -> None:
    """Draw the ways to earlier and later meetings."""
    _ = shell.translate
    with st.container(horizontal=True, key="meetings-turn"):
        for label, to, offered in ((_("较新的"), number - 1, number > 1), (_("较早的"), number + 1, more)):
            if offered:
                st.button(label, key=f"meetings-to-{to}", on_click=address.put_meeting, args=("p", str(to)))


def _table(shell: Shell, found: tuple[MeetingHead, ...]) -> str:
    _ = shell.translate
    heads = (
        (_("日期"), "atlas-day"),
        (_("会议"), ""),
        (_("召集单位"), "atlas-wide"),
        (_("议题"), "atlas-n"),
        (_("已决定"), "atlas-n"),
        (_("状态"), "atlas-wide"),
    )
    top = element("tr", *(element("th", escape(head), class_=kind) for head, kind in heads))
    body = (_row(shell, one, [kind for _head, kind in heads]) for one in found)
    whole = element("table", element("thead", top), element("tbody", *body), class_="atlas-matters")
    return element("div", whole, class_="atlas-scroll")


def _row(shell: Shell, one: MeetingHead, kinds: list[str]) -> str:
    _ = shell.translate
    cells = (
        escape(one.held_on or _("未定")),
        ways.anchor(shell, one.title, "meetings", meeting=one.id),
        escape(_unit(one.unit, shell)),
        escape(one.items),
        escape(one.decided),
        marks.tag(_("纪要已定"), "new") if one.closed_at else marks.tag(_("未结束")),
    )
    return element("tr", *(element("td", c, class_=kind) for c, kind in zip(cells, kinds, strict=True)))


def _unit(unit: UnitName, shell: Shell) -> str:
    return pieces.unit(unit, shell.translate)
