"""The form of a meeting: calling one, and changing one that has not been closed."""

from typing import Any, Final

import streamlit as st

from layers.html import element, escape
from projects.errors import Conflict
from projects.matters.checking import meeting_problems, tidy_meeting
from projects.matters.meetings import Meeting, MeetingDraft
from views.i18n import Translate
from views.matters import address, draft_fields, pieces, reply_part
from views.notices import notice
from views.shell import Shell, in_plain_words

_NEW: Final = "meeting-new-"
TEXTS: Final = ("place", "chair", "attendees", "note")


def draw_new(shell: Shell) -> None:
    """Draw the form of a new meeting."""
    _ = shell.translate
    st.button(
        _("返回会议"), key="meeting-back", type="tertiary", icon=":material/arrow_back:", on_click=_close
    )
    st.html(element("h2", escape(_("召集会议")), class_="atlas-title"))
    raisers = {one.id: one for one in shell.matters.raising_units()}
    if not raisers:
        notice(_("您的账号没有可以召集会议的单位。如有需要，请联系管理员。"), "info")
        return
    own = shell.identity.unit
    if st.session_state.get(_NEW + "unit") not in raisers:
        st.session_state[_NEW + "unit"] = own.id if own and own.id in raisers else next(iter(raisers))
    with st.form(_NEW + "form", border=True):
        st.selectbox(
            _("召集单位"),
            list(raisers),
            key=_NEW + "unit",
            format_func=lambda code: pieces.unit(raisers[str(code)], _),
        )
        _inputs(shell, _NEW, None)
        told = st.container()
        sent = st.form_submit_button(_("保存"), type="primary", key=_NEW + "send")
    if sent:
        with told, in_plain_words(_):
            _call(shell)


def _call(shell: Shell) -> None:
    _ = shell.translate
    unit_id = str(st.session_state.get(_NEW + "unit") or "")
    unit = next((one for one in shell.desk.units() if one.id == unit_id), None)
    draft = typed(_NEW, unit_id, unit.area_code if unit else "")
    if told(draft, _):
        return
    number = shell.matters.call_meeting(draft)
    _close()
    address.put_meeting("meeting", str(number))
    reply_part.say(_("已保存。下面选议题。"))
    st.rerun()


def _close() -> None:
    _forget(_NEW)
    address.meetings.replace(new="")


# ---- changing ----


def draw_change(shell: Shell, meeting: Meeting) -> None:
    """Draw the form of a meeting that stands; a change made meanwhile is told, not overwritten."""
    _ = shell.translate
    key = f"meeting-{meeting.id}-"
    version = int(st.session_state.setdefault(key + "version", meeting.version))
    with st.form(key + "form", border=True):
        _inputs(shell, key, meeting.draft)
        told_here = st.container()
        sent = st.form_submit_button(_("保存"), type="primary", key=key + "send")
    if sent:
        with told_here, in_plain_words(_):
            _change(shell, meeting, key, version)


def _change(shell: Shell, meeting: Meeting, key: str, version: int) -> None:
    _ = shell.translate
    draft = typed(key, meeting.draft.unit_id, meeting.draft.area_code)
    if told(draft, _):
        return
    try:
        shell.matters.change_meeting(meeting.id, version, draft)
    except Conflict as error:
        notice(str(error), "error")
        notice(_("请先看页面上方的最新内容；再点一次“保存”，以您填的为准。"), "info")
        st.session_state[key + "version"] = meeting.version
        return
    _forget(key)
    reply_part.later(key + "open", False)
    reply_part.say(_("已保存。"))
    st.rerun()


# ---- fields ----


def _inputs(shell: Shell, key: str, held: MeetingDraft | None) -> None:
    _ = shell.translate
    given: dict[str, Any] = {"title": held.title if held else "", "on": held.held_on if held else None}
    given |= {name: getattr(held, name) if held else "" for name in TEXTS}
    for name, value in given.items():
        if key + name not in st.session_state:
            st.session_state[key + name] = value
    st.text_input(_("会议名称"), key=key + "title", placeholder=_("例如：健康产业第三次联席会议"))
    left, right = st.columns(2)
    with left:
        st.date_input(_("会议日期（没有定就空着）"), key=key + "on", format="YYYY-MM-DD", value=None)
        st.text_input(_("主持人"), key=key + "chair")
    with right:
        st.text_input(_("地点"), key=key + "place")
        st.text_input(_("参加单位和人员"), key=key + "attendees")
    st.text_area(_("说明"), key=key + "note", height=80)


def typed(key: str, unit_id: str, area_code: str) -> MeetingDraft:
    """Return what the fields hold."""
    texts = {name: str(st.session_state.get(key + name) or "").strip() for name in ("title", *TEXTS)}
    held_on = st.session_state.get(key + "on")
    return MeetingDraft(unit_id=unit_id, area_code=area_code, held_on=held_on, **texts)


def told(draft: MeetingDraft, _: Translate) -> bool:
    """Tell everything that is wrong with a meeting as typed; return whether there was anything."""
    found = [draft_fields.fault(one, _) for one in meeting_problems(tidy_meeting(draft))]
    for sentence in found:
        notice(sentence, "error")
    return bool(found)


def _forget(key: str) -> None:
    for name in ("title", "on", "unit", "version", *TEXTS):
        st.session_state.pop(key + name, None)
