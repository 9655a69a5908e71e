"""One matter: what it says, everything that was said about it, its files, and what may be done."""

from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.attachments import SubjectKind, subject
from projects.errors import UnknownRecord
from projects.matters.model import CHANGED_ZH, ENTRY_ZH, MATTER_ZH, Matter, MatterEntry, MatterKind, Timing
from views import marks, values, ways
from views.editing import attachments
from views.i18n import Translate
from views.matters import address, pieces, reply_part, settle_part
from views.notices import notice
from views.shell import Shell, guarded

MEETINGS: Final = ("agenda", "meeting")
"""Changes that name a meeting: put before it, or decided by it."""


def draw(shell: Shell, key: int) -> None:
    """Draw the matter with its history; one of others is as one that is not there."""
    _ = shell.translate
    _back(shell)
    try:
        matter, entries = shell.matters.get(key, address.today())
    except UnknownRecord:
        notice(_("没有找到 {n} 号事项，或者您的单位与它无关。请核对编号。").format(n=key), "info")
        return
    _title(shell, matter)
    reply_part.draw_said()
    left, right = st.columns([0.58, 0.42], gap="large")
    with left:
        if matter.detail:
            st.html(element("p", escape(matter.detail), class_="atlas-matter-text"))
        st.html(element("h3", escape(_("经过")), class_="atlas-heading") + history(shell, matter, entries))
        guarded(lambda: reply_part.draw(shell, matter), _)
    with right:
        st.html(_facts(shell, matter))
        guarded(lambda: _files(shell, matter), _)
        guarded(lambda: settle_part.draw(shell, matter), _)


def _back(shell: Shell) -> None:
    st.button(
        shell.translate("返回清单"),
        key="matter-back",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=address.put,
        args=("matter", ""),
    )


def _title(shell: Shell, matter: Matter) -> None:
    _ = shell.translate
    tags = [marks.tag(_(MATTER_ZH[matter.kind])), pieces.due_tag(matter, address.today(), _)]
    if matter.timing not in (Timing.ANSWERED, Timing.CLOSED):  # those say the state themselves
        tags.insert(1, marks.tag(pieces.state_name(matter.state, _), "submitted"))
    heading = _("{n} 号 {title}").format(n=matter.id, title=matter.title)
    st.html(element("h2", escape(heading), class_="atlas-title") + element("p", *" ".join(tags)))


def _facts(shell: Shell, matter: Matter) -> str:
    """Return what is known of a matter as a table; what nobody said is named as such."""
    _ = shell.translate
    day = escape(matter.due_on) if matter.due_on else escape(_("未定：不算按期，也不算逾期"))
    raised = _("{unit} · {who} · {day}").format(
        unit=pieces.unit(matter.raised_unit, _), who=matter.raised_by, day=matter.raised_on
    )
    rows = [
        (_("关于"), pieces.subject(shell, matter)),
        (_("提出单位"), escape(raised)),
        (_("责任单位"), escape(pieces.unit(matter.lead_unit, _))),
        (_("配合单位"), escape(pieces.units(matter.support_units, _) or _("没有"))),
        (_("期限"), day),
        (_("历时"), escape(_("{n} 天").format(n=matter.days_open))),
    ]
    if matter.parent_id is not None:
        label = _("{n} 号事项的决定").format(n=matter.parent_id)
        rows.append((_("来自"), ways.anchor(shell, label, "matters", matter=matter.parent_id)))
    lines = (element("tr", element("th", escape(head)), element("td", cell)) for head, cell in rows)
    return element("table", *lines, class_="atlas-facts")


def _files(shell: Shell, matter: Matter) -> None:
    """Draw the files; adding and taking away on request, beside those that come with a reply."""
    about = subject(SubjectKind.MATTER, matter.id)
    may = matter.may_answer or matter.may_settle
    editing = may and st.toggle(shell.translate("增减附件"), key=f"matter-files-{matter.id}")
    attachments.draw(shell, about, editable=editing)


# ---- history ----


def history(shell: Shell, matter: Matter, entries: tuple[MatterEntry, ...]) -> str:
    """Return all that happened as HTML, oldest first; what stands above it is not said twice."""
    return "".join(
        _entry(entry, shell, "" if entry.text == matter.detail else entry.text) for entry in entries
    )


def _entry(entry: MatterEntry, shell: Shell, text: str) -> str:
    _ = shell.translate
    head = " · ".join(
        part
        for part in (
            _(ENTRY_ZH[entry.kind]),
            pieces.unit(entry.unit, _),
            entry.written_by,
            marks.when(entry.written_at),
        )
        if part
    )
    lines = [element("p", element("b", escape(head)), " ", _step(entry, _))]
    if text:
        lines.append(element("p", escape(text), class_="atlas-matter-text"))
    lines += [element("p", _change(shell, name, pair)) for name, pair in entry.changed.items()]
    return element("div", *lines, class_="atlas-time")


def _step(entry: MatterEntry, _: Translate) -> str:
    """Return the step of the state, where there was one."""
    if entry.new_state is None or entry.new_state == entry.old_state:
        return ""
    new = pieces.state_name(entry.new_state, _)
    old = f"{pieces.state_name(entry.old_state, _)} → " if entry.old_state else ""
    return marks.tag(old + new, "submitted")


def _change(shell: Shell, name: str, pair: tuple[str, str]) -> str:
    """Return one changed field, old → new; an empty side is said."""
    _ = shell.translate
    field = _(CHANGED_ZH.get(name, name))
    if name in MEETINGS and not all(pair):
        words = _("{field}：{name}") if pair[1] else _("撤下：{name}")
        return escape(words.format(field=field, name=pair[1] or pair[0]))
    old, new = (_word(shell, name, text) for text in pair)
    return f"{escape(field)}：" + element("span", escape(old), class_="atlas-old") + " → " + escape(new)


def _word(shell: Shell, name: str, text: str) -> str:
    """Return one side of a change; a code is said as its name."""
    _ = shell.translate
    if name == "area_code" and text:
        return values.area_name(shell, text)
    if name == "kind" and text in set(MatterKind):
        return _(MATTER_ZH[MatterKind(text)])
    return text or _("未填")
