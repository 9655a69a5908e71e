"""Closing, reopening and changing a matter: for the unit that raised it and those above it."""

from typing import Final

import streamlit as st

from projects.errors import AtlasError, Conflict
from projects.matters.checking import said_problems
from projects.matters.model import STEPS, WAITING, Matter, MatterState
from views.matters import draft_fields, reply_part
from views.notices import notice
from views.shell import Shell, in_plain_words

_FORM: Final = "matter-change-"


def draw(shell: Shell, matter: Matter) -> None:
    """Draw what may be done, each with a reason that stays in the history."""
    _ = shell.translate
    if matter.may_handle and MatterState.IN_HAND in STEPS[matter.state] and matter.state in WAITING:
        st.button(
            _("接收，开始办理"),
            key="matter-take",
            icon=":material/play_arrow:",
            on_click=_take,
            args=(shell, matter),
        )
    if not matter.may_settle:
        return
    with st.container(horizontal=True, key="matter-settle"):
        if matter.state is MatterState.CLOSED:
            _move(shell, matter, MatterState.REOPENED, _("重新打开"), ":material/undo:")
        else:
            _move(shell, matter, MatterState.CLOSED, _("办结"), ":material/task_alt:")
            opened = st.toggle(_("修改内容"), key=f"{_FORM}open-{matter.id}")
    if matter.state is not MatterState.CLOSED and opened:
        _changing(shell, matter)


def _take(shell: Shell, matter: Matter) -> None:
    """Take a matter in hand; a refusal is told on the page."""
    try:
        shell.matters.move(matter.id, MatterState.IN_HAND, "")
    except AtlasError as error:
        reply_part.say(str(error))


def _move(shell: Shell, matter: Matter, new: MatterState, label: str, icon: str) -> None:
    _ = shell.translate
    with st.popover(label, icon=icon):
        why = str(st.text_input(_("原因或结论"), key=f"matter-why-{matter.id}-{new}") or "").strip()
        pressed = st.button(_("确认{what}").format(what=label), key=f"matter-move-{new}", type="primary")
        if not pressed:
            return
        if found := said_problems(why):
            notice(_("原因或结论：{what}").format(what=draft_fields.fault(found[0], _)), "error")
            return
        with in_plain_words(_):
            shell.matters.move(matter.id, new, why)
            reply_part.say(_("{n} 号事项：{what}，已记入经过。").format(n=matter.id, what=label))
            st.rerun()


# ---- changing ----


def _changing(shell: Shell, matter: Matter) -> None:
    """Draw the fields as they were when the form was opened; what changed meanwhile is not overwritten."""
    _ = shell.translate
    key = f"{_FORM}{matter.id}-"
    version = int(st.session_state.setdefault(key + "version", matter.version))
    with st.container(border=True, key=key + "box"):
        within = matter.area_code
        draft_fields.draw(shell, key, draft_fields.preset_of(matter), within)
        st.text_input(_("修改原因"), key=key + "why")
        if st.button(_("保存修改"), key=key + "send", type="primary"):
            with in_plain_words(_):
                _save(shell, matter, key, version)


def _save(shell: Shell, matter: Matter, key: str, version: int) -> None:
    _ = shell.translate
    draft = draft_fields.typed(
        key,
        project_id=matter.project_id,
        area_code="" if matter.project_id else matter.area_code,
        raised_unit=matter.raised_unit.id,
        parent_id=matter.parent_id,
    )
    why = draft_fields.text(key, "why")
    found = draft_fields.wrong(draft, _)
    found += [_("修改原因：{what}").format(what=draft_fields.fault(one, _)) for one in said_problems(why)]
    for sentence in found:
        notice(sentence, "error")
    if found:
        return
    try:
        shell.matters.change(matter.id, version, draft, why)
    except Conflict as error:
        notice(str(error), "error")
        st.button(
            _("以我填的为准（先看上面的最新内容）"),
            key=key + "anyway",
            on_click=st.session_state.__setitem__,
            args=(key + "version", matter.version),
        )
        return
    forget(matter.id)
    reply_part.say(_("修改已保存，原来的内容留在经过中。"))
    st.rerun()


def forget(number: int) -> None:
    """Let go of the change form of a matter."""
    key = f"{_FORM}{number}-"
    draft_fields.forget(key)
    st.session_state.pop(key + "version", None)
    reply_part.later(f"{_FORM}open-{number}", False)
