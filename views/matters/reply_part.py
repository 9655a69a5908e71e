"""Answering a matter: the words, the step, files with it; a refused answer or file loses nothing typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import streamlit as st

from layers.html import element, escape
from projects.attachments import SubjectKind, subject
from projects.errors import AtlasError, BadValue, NotAllowed, StorageUnavailable
from projects.matters.checking import said_problems
from projects.matters.model import STEPS, WAITING, Matter, MatterState
from views.i18n import Translate
from views.matters import address, draft_fields
from views.notices import notice
from views.shell import Shell, in_plain_words, why_not

_SAID: Final = "matter-said"
_REFUSED: Final = "matter-refused"
_SERIAL: Final = "matter-serial"
_LATER: Final = "matter-later"
WORDS_ONLY: Final = ""
"""An answer that is no step; a radio whose choice is None would show none chosen."""


class Upload(Protocol):
    """A file as the browser sent it."""

    name: str

    def getvalue(self) -> bytes:
        """Return its bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as typed; with the step ``REOPENED`` a closed matter is opened again by it."""

    text: str
    step: MatterState | None
    files: Sequence[Upload] = ()


def draw_said() -> None:
    """Tell once what the last press did, and which files were not kept."""
    if done := st.session_state.pop(_SAID, ""):
        notice(done, "info")
    for sentence in st.session_state.pop(_REFUSED, ()):
        notice(sentence)


def say(sentence: str) -> None:
    """Keep a sentence for the next run."""
    st.session_state[_SAID] = sentence


def later(key: str, value: object) -> None:
    """Set what a widget says at the next run; a browser keeps what it shows when a key is let go."""
    st.session_state.setdefault(_LATER, {})[key] = value


def apply_later() -> None:
    """Set what was put off; before any widget is drawn."""
    for key, value in st.session_state.pop(_LATER, {}).items():
        st.session_state[key] = value


def draw(shell: Shell, matter: Matter) -> None:
    """Draw the form for those who may answer or settle; of a closed one only while words are in it."""
    _ = shell.translate
    if not (matter.may_answer or matter.may_settle):
        st.caption(_("您可以看这件事项；答复由责任单位和配合单位写。"))
        return
    closed = matter.state is MatterState.CLOSED
    if closed:
        _tell_closed(matter, _)
        if not (matter.may_settle or _typed(matter)):
            return
    with st.form(f"matter-form-{matter.id}", border=True):
        st.html(element("h3", escape(_("写答复")), class_="atlas-heading"))
        st.text_area(
            _("答复"),
            key=_key(matter),
            height=130,
            label_visibility="collapsed",
            placeholder=_("办到哪一步、还缺什么、下一步和时间"),
        )
        step = None if closed else _step(shell, matter)
        files = _files(shell, matter)
        told = st.container()
        if closed and matter.may_settle:  # another key: who pressed the usual button did not ask for this
            step = MatterState.REOPENED
            sent = st.form_submit_button(_("重新打开并答复"), type="primary", key="matter-reopen")
        else:
            sent = st.form_submit_button(_("提交答复"), type="primary", key="matter-send")
    if sent:
        with told, in_plain_words(_):  # right above the button: below it a sentence would be out of sight
            _send(shell, matter, Answer(_typed(matter), step, files))


def _tell_closed(matter: Matter, _: Translate) -> None:
    if matter.may_settle:
        notice(_("这件事项已办结。还要补充的，写在下面，点“重新打开并答复”。"), "info")
        return
    words = _("这件事项已办结，不能再答复。只有提出单位（{unit}）和它的上级可以重新打开。").format(
        unit=matter.raised_unit.name
    )
    kept = _("您写的内容还在下面，重新打开后再点“提交答复”。") if _typed(matter) else ""
    notice(words + kept, "info")


def _step(shell: Shell, matter: Matter) -> MatterState | None:
    """Draw which step the answer is; whoever only raised it adds words."""
    _, me = shell.translate, shell.identity
    names: dict[str, str] = {
        MatterState.ANSWERED: _("答复完毕，等提出单位办结"),
        MatterState.IN_HAND: _("办理中，后面再答复"),
        WORDS_ONLY: _("只补充说明，状态不变"),
    }
    offered = [one for one in names if not one or (matter.may_handle and one in STEPS[matter.state])]
    above = me.reviews and matter.lead_unit.id != me.scope_code
    if above or matter.state not in WAITING:  # nobody answers for a unit below by a slip
        offered.reverse()
    if len(offered) == 1:
        st.caption(_("只补充说明，状态不变"))
        return None
    key = f"matter-step-{matter.id}-{matter.state}"  # another state offers other steps
    found = str(st.radio(_("这次答复后"), offered, key=key, format_func=names.__getitem__) or WORDS_ONLY)
    return MatterState(found) if found else None


def _files(shell: Shell, matter: Matter) -> Sequence[Upload]:
    """Draw the field for files; which are good is judged by what is in them, and told with the reason."""
    serial = st.session_state.setdefault(_SERIAL, 0)
    found: Sequence[Upload] = (
        st.file_uploader(
            shell.translate("随答复附文件（可空，每个不超过 {mb} MB）").format(
                mb=shell.settings.max_upload_mb
            ),
            accept_multiple_files=True,
            max_upload_size=shell.settings.max_upload_mb,
            key=f"matter-upload-{matter.id}-{serial}",
        )
        or ()
    )
    return found


def _key(matter: Matter) -> str:
    return f"matter-reply-{matter.id}"


def _typed(matter: Matter) -> str:
    return str(st.session_state.get(_key(matter)) or "").strip()


# ---- sending ----


def _send(shell: Shell, matter: Matter, answer: Answer) -> None:
    """Store an answer, then its files; draw the page anew when it is kept or the matter turned out closed."""
    _ = shell.translate
    if sentence := wrong(answer, _):
        notice(sentence, "error")
        return
    try:
        refused = store(shell, matter, answer)
    except BadValue as error:
        if answer.step is not MatterState.REOPENED and _now_closed(shell, matter):
            st.rerun()
        notice(str(error), "error")
        return
    later(_key(matter), "")
    st.session_state[_SERIAL] += 1
    st.session_state[_REFUSED] = refused
    kept = len(answer.files) - len(refused)
    say(_("答复已保存，附件 {n} 个。").format(n=kept) if answer.files else _("答复已保存。"))
    st.rerun()


def wrong(answer: Answer, _: Translate) -> str:
    """Return what is wrong with an answer, "" for nothing."""
    return "".join(draft_fields.fault(one, _) for one in said_problems(answer.text))


def store(shell: Shell, matter: Matter, answer: Answer) -> list[str]:
    """Store an answer and its files; return a sentence for each file that was not kept."""
    _ = shell.translate
    shell.matters.reply(matter.id, answer.text, answer.step)
    return [
        _("附件“{name}”没有保存：{why} 答复已保存。").format(name=upload.name, why=why)
        for upload in answer.files
        if (why := _kept(shell, matter, upload))
    ]


def _kept(shell: Shell, matter: Matter, upload: Upload) -> str:
    """Keep a file; return why it was not, "" when it was."""
    try:
        shell.office_files.add(subject(SubjectKind.MATTER, matter.id), upload.name, upload.getvalue())
    except (BadValue, NotAllowed, StorageUnavailable, OSError) as error:
        return why_not(error, shell.translate)
    return ""


def _now_closed(shell: Shell, matter: Matter) -> bool:
    """Return whether somebody closed the matter while the answer was being written."""
    try:
        found: Any = shell.matters.get(matter.id, address.today())[0]
    except AtlasError:
        return False
    return bool(found.state is MatterState.CLOSED)
