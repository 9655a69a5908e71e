"""One joint meeting: its facts, the agenda, what was decided on each item, closing, the minutes."""

from dataclasses import replace
from typing import cast

import streamlit as st

from data.exports.request import ExportRequest, Language
from layers.html import element, escape
from projects.errors import UnknownRecord
from projects.filters import ProjectFilter
from projects.matters.checking import said_problems
from projects.matters.meetings import AgendaItem, Meeting
from projects.matters.model import MATTER_ZH, MatterKind, MatterState
from projects.matters.ports import Asked
from services import minutes_document
from views import marks, ways
from views.matters import address, draft_fields, meeting_form, pieces, reply_part
from views.notices import notice
from views.shell import Shell, guarded, in_plain_words

OFFERED = 30


def draw(shell: Shell, key: int) -> None:
    """Draw the meeting; one that is not this reader's is not told from one that is not there."""
    _ = shell.translate
    st.button(
        _("返回会议"), key="meeting-back", type="tertiary", icon=":material/arrow_back:", on_click=_back
    )
    try:
        meeting = shell.matters.meeting(key, address.today())
    except UnknownRecord:
        notice(_("没有找到 {n} 号会议，或者您的单位与它无关。请核对编号。").format(n=key), "info")
        return
    st.html(_head(shell, meeting))
    reply_part.draw_said()
    with st.container(horizontal=True, vertical_alignment="center", key="meeting-ways"):
        _minutes(shell, meeting)
        changing = _ways(shell, meeting)
    if changing:
        guarded(lambda: meeting_form.draw_change(shell, meeting), _)
    _agenda(shell, meeting)
    if _open(meeting):
        guarded(lambda: _adding(shell, meeting), _)


def _back() -> None:
    address.meetings.replace(meeting="", item="")


def _open(meeting: Meeting) -> bool:
    return meeting.may_change and meeting.closed_at is None


def _head(shell: Shell, meeting: Meeting) -> str:
    _ = shell.translate
    draft = meeting.draft
    rows = (
        (_("召集单位"), pieces.unit(meeting.unit, _)),
        (_("日期"), str(draft.held_on or _("未定"))),
        (_("地点"), draft.place or _("未填")),
        (_("主持人"), draft.chair or _("未填")),
        (_("参加单位和人员"), draft.attendees or _("未填")),
        (_("说明"), draft.note),
        (
            _("状态"),
            _("纪要已定：{who} {when}").format(who=meeting.closed_by, when=marks.when(meeting.closed_at))
            if meeting.closed_at
            else _("未结束"),
        ),
    )
    lines = (
        element("tr", element("th", escape(head)), element("td", escape(text))) for head, text in rows if text
    )
    title = element("h2", escape(draft.title), class_="atlas-title")
    return title + element("table", *lines, class_="atlas-facts")


def _minutes(shell: Shell, meeting: Meeting) -> None:
    """Draw the button for the minutes; those of a meeting that is not closed say that they are a draft."""
    _ = shell.translate
    request = ExportRequest.of(
        shell.settings, ProjectFilter(), language=cast(Language, shell.language), title=meeting.draft.title
    )
    final = meeting.closed_at is not None
    st.download_button(
        _("会议纪要（Word）") if final else _("会议纪要草稿（Word）"),
        data=lambda: minutes_document.document(meeting, request, _),
        file_name=minutes_document.file_name(meeting, request),
        mime=minutes_document.MEDIA_TYPE,
        key="meeting-minutes",
        icon=":material/description:",
        on_click="ignore",
    )


def _ways(shell: Shell, meeting: Meeting) -> bool:
    """Draw what may be done with the whole meeting; return whether its form is open."""
    if not _open(meeting):
        return False
    _ = shell.translate
    with st.popover(_("结束会议"), icon=":material/task_alt:"):
        left = sum(not item.decision for item in meeting.agenda)
        st.caption(
            _("结束后纪要不能再改。{n} 个议题还没有决定，会按原样退回，可列入下次会议。").format(n=left)
        )
        if st.button(_("确认结束"), key="meeting-close", type="primary"):
            with in_plain_words(_):
                shell.matters.close_meeting(meeting.id)
                reply_part.say(_("会议已结束，纪要已定。"))
                st.rerun()
    return st.toggle(_("修改会议信息"), key=f"meeting-{meeting.id}-open")


# ---- the agenda ----


def _agenda(shell: Shell, meeting: Meeting) -> None:
    _ = shell.translate
    st.html(element("h3", escape(_("议题（{n}）").format(n=len(meeting.agenda))), class_="atlas-heading"))
    if meeting.hidden:
        notice(_("另有 {n} 个议题与您的单位无关，这里不显示。").format(n=meeting.hidden), "info")
    if not meeting.agenda:
        st.caption(_("还没有议题。"))
    for item in meeting.agenda:
        st.html(box(shell, item))
        if _open(meeting):
            guarded(lambda item=item: _item_ways(shell, meeting, item), _)  # type: ignore[misc]


def box(shell: Shell, item: AgendaItem) -> str:
    """Return one item of the agenda with its decision as HTML."""
    _ = shell.translate
    matter = item.matter
    head = element(
        "p",
        f"{item.position}. ",
        ways.anchor(
            shell, _("{n} 号 {title}").format(n=matter.id, title=matter.title), "matters", matter=matter.id
        ),
        " ",
        marks.tag(_(MATTER_ZH[matter.kind])),
        " ",
        marks.tag(pieces.state_name(matter.state, _)),
        class_="atlas-rowhead",
    )
    lead = _("责任单位：{unit}").format(unit=pieces.unit(matter.lead_unit, _))
    about = element("p", pieces.subject(shell, matter), " · ", escape(lead), class_="atlas-muted")
    return element("div", head, about, _decided(shell, item), class_="atlas-rowbox")


def _decided(shell: Shell, item: AgendaItem) -> str:
    _ = shell.translate
    if not item.decision:
        return element("p", marks.tag(_("未作决定"), "warning"))
    told = element("b", escape(_("决定：")))
    lines = element("p", told, escape(item.decision), class_="atlas-matter-text")
    who = " · ".join(part for part in (item.decided_by, marks.when(item.decided_at)) if part)
    lines += element("p", escape(who), class_="atlas-muted")
    if item.follow_up is not None:
        follow = item.follow_up
        label = _("转为 {n} 号事项").format(n=follow.id)
        words = _("{unit}，期限 {day}").format(
            unit=pieces.unit(follow.lead_unit, _), day=follow.due_on or _("未定")
        )
        link = ways.anchor(shell, label, "matters", matter=follow.id)
        lines += element("p", link, "：", escape(words))
    elif item.follow_up_id is not None:
        lines += element("p", escape(_("转为 {n} 号事项").format(n=item.follow_up_id)))
    return lines


def _item_ways(shell: Shell, meeting: Meeting, item: AgendaItem) -> None:
    """Draw what may be done with an item; the form of one item is open at a time."""
    _ = shell.translate
    number = item.matter.id
    if item.decision:
        return
    opened = address.number("item", address.meetings) == number
    with st.container(horizontal=True, key=f"item-ways-{number}"):
        st.button(
            _("收起") if opened else _("写决定"),
            key=f"item-open-{number}",
            type="tertiary",
            icon=":material/gavel:",
            on_click=address.put_meeting,
            args=("item", "" if opened else str(number)),
        )
        if st.button(_("移出议程"), key=f"item-off-{number}", type="tertiary", icon=":material/close:"):
            shell.matters.take_off_agenda(meeting.id, number)
            st.rerun()
    if opened:
        _deciding(shell, meeting, item)


def _deciding(shell: Shell, meeting: Meeting, item: AgendaItem) -> None:
    """Draw the decision and, if it is to be followed up, the fields of the matter that it becomes."""
    _ = shell.translate
    key = f"decision-{meeting.id}-{item.matter.id}-"
    with st.container(border=True, key=key + "box"):
        st.text_area(_("决定"), key=key + "decision", height=90)
        if key + "follow" not in st.session_state:
            st.session_state[key + "follow"] = True
        if st.toggle(_("把决定变成一件事项，交单位办"), key=key + "follow"):
            matter = item.matter
            preset = draft_fields.Preset(
                MatterKind.SUPERVISION, matter.title, lead=matter.lead_unit, support=matter.support_units
            )
            draft_fields.draw(shell, key, preset, meeting.draft.area_code)
            st.caption(_("“情况和要求”空着时，用决定的原文。"))
        told = st.container()
        sent = st.button(_("保存决定"), key=key + "send", type="primary")
    if sent:
        with told, in_plain_words(_):
            _decide(shell, meeting, item, key)


def _decide(shell: Shell, meeting: Meeting, item: AgendaItem, key: str) -> None:
    _ = shell.translate
    decision = draft_fields.text(key, "decision")
    found = [_("决定：{what}").format(what=draft_fields.fault(one, _)) for one in said_problems(decision)]
    draft = None
    if st.session_state.get(key + "follow"):
        about = item.matter
        draft = draft_fields.typed(
            key,
            project_id=about.project_id,
            area_code="" if about.project_id else about.area_code,
            raised_unit=meeting.draft.unit_id,
            parent_id=about.id,
        )
        draft = replace(draft, detail=draft.detail or decision)
        found += draft_fields.wrong(draft, _, address.today())
    for sentence in found:
        notice(sentence, "error")
    if found:
        return
    number = shell.matters.decide(meeting.id, item.matter.id, decision, draft)
    draft_fields.forget(key)
    for name in ("decision", "follow"):
        st.session_state.pop(key + name, None)
    address.put_meeting("item", "")
    said = _("决定已保存，转为 {n} 号事项。").format(n=number) if number else _("决定已保存。")
    reply_part.say(said)
    st.rerun()


# ---- adding ----


def _adding(shell: Shell, meeting: Meeting) -> None:
    """Draw the search for matters: without words, those raised as items for a meeting."""
    _ = shell.translate
    st.html(element("h3", escape(_("列入议题")), class_="atlas-heading"))
    words = str(
        st.text_input(_("查找事项（标题或编号；空着则列出“联席会议议题”）"), key="agenda-find", max_chars=60)
        or ""
    ).strip()
    waiting = tuple(one for one in MatterState if one is not MatterState.CLOSED)
    asked = Asked(states=waiting, words=words, kinds=() if words else (MatterKind.MEETING_ITEM,))
    held = {item.matter.id for item in meeting.agenda}
    found = shell.matters.page(asked, address.today(), limit=OFFERED).items
    names = {
        one.id: _("{n} 号 {title}").format(n=one.id, title=one.title) for one in found if one.id not in held
    }
    if not names:
        st.caption(_("没有可列入的事项。"))
        return
    chosen = st.multiselect(
        _("事项"),
        list(names),
        key="agenda-add",
        format_func=lambda n: names.get(n, str(n)),
        placeholder=_("选一件或多件"),
    )
    if st.button(_("列入议程"), key="agenda-put", disabled=not chosen):
        shell.matters.put_on_agenda(meeting.id, [int(one) for one in chosen])
        reply_part.later("agenda-add", [])
        st.rerun()
