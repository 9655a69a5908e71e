"""One change set under review: what it asks, record by record; decisions are kept while pages are turned."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.filing.changes import (
    ChangeRow,
    ChangeSet,
    ChangeSetHead,
    Decision,
    EntryRow,
    Kind,
    Operation,
    State,
)
from views import marks, values, ways
from views.i18n import Translate
from views.notices import notice
from views.review import place_thumb, review_kept, review_send
from views.shell import Shell, guarded

PAGE: Final = 10


def draw(shell: Shell, key: int) -> None:
    """Draw a change set with what this identity may do about it."""
    page = _page_number(key)
    found = shell.desk.change_set(key, limit=PAGE, offset=(page - 1) * PAGE)
    head = found.head
    _head(shell, head)
    review_send.said_once(shell, key)
    deciding = head.state is State.SUBMITTED and shell.identity.reviews
    if head.kind is Kind.CLAIM and deciding:
        guarded(lambda: _competing(shell, found), shell.translate)
    if deciding:
        _all_buttons(shell, head)
    for entry in found.entries:
        _entry(shell, key, entry, deciding)
    _turn(shell, key, head)
    if deciding:
        review_send.draw(shell, head)
    elif head.state is State.SUBMITTED and _own(shell, head):
        review_send.withdrawing(shell, key)


def _page_number(key: int) -> int:
    return max(1, int(st.session_state.get(f"review-page-{key}") or 1))


def _turn(shell: Shell, key: int, head: ChangeSetHead) -> None:
    pages = max(1, -(-head.entries // PAGE))
    if pages > 1:
        label = shell.translate("第几页（共 {n} 页）").format(n=pages)
        st.number_input(label, 1, pages, key=f"review-page-{key}", width=170)


def _own(shell: Shell, head: ChangeSetHead) -> bool:
    unit = shell.identity.unit
    return shell.identity.edits and unit is not None and unit.id == head.unit_id


# ---- head ----


def _head(shell: Shell, head: ChangeSetHead) -> None:
    _ = shell.translate
    filed = _("{who} 于 {when} 提交").format(who=head.filed_by, when=marks.when(head.created_at))
    waiting = head.state is State.SUBMITTED and marks.days_since(head.created_at)
    waits = _("已等 {age}").format(age=marks.age(head.created_at, _)) if waiting else ""
    lines = [
        element("h2", escape(marks.head_line(head, _)), class_="atlas-title"),
        element(
            "p",
            marks.tag(marks.state_words(head.state, _), str(head.state)),
            " ",
            escape("　".join(part for part in (filed, waits) if part)),
            class_="atlas-muted",
        ),
        element("p", escape(_("理由：{words}").format(words=head.reason or _("没有写理由")))),
    ]
    if head.decided_at:
        decided = _("{who} 于 {when} 审核").format(who=head.decided_by, when=marks.when(head.decided_at))
        remark = _("意见：{words}").format(words=head.remark) if head.remark else ""
        lines.append(element("p", escape("　".join(part for part in (decided, remark) if part))))
    if head.conflicts:
        words = _("有 {n} 处与库中现在的值冲突：提交之后别人改过。请逐项看清再定。").format(n=head.conflicts)
        lines.append(element("div", escape(words), class_="atlas-notice atlas-warning"))
    st.html("".join(lines))


def _competing(shell: Shell, found: ChangeSet) -> None:
    """Name other counties that claim the same record: a record goes to one of them."""
    _ = shell.translate
    wanted = {entry.project_id for entry in found.entries}
    others = [
        head
        for head in shell.desk.queue()
        if head.kind is Kind.CLAIM
        and head.id != found.head.id
        and wanted & {entry.project_id for entry in shell.desk.change_set(head.id).entries}
    ]
    for head in others:
        words = _("{unit} 也在认领同一条记录（{n} 号，理由：{reason}）。只能确认其中一个。")
        notice(words.format(unit=head.unit_name, n=head.id, reason=head.reason))
        ways.link(
            shell, _("打开 {n} 号").format(n=head.id), "review", ":material/compare_arrows:", set=head.id
        )


# ---- deciding for all ----


def _all_buttons(shell: Shell, head: ChangeSetHead) -> None:
    _ = shell.translate
    with st.container(horizontal=True, key="decide-all"):
        for label, decision, icon in (
            (_("全部接受（冲突除外）"), Decision.ACCEPTED, ":material/done_all:"),
            (_("全部退回（冲突除外）"), Decision.REJECTED, ":material/undo:"),
            (_("重新选择"), None, ":material/restart_alt:"),
        ):
            st.button(
                label, key=f"all-{decision}", icon=icon, on_click=_decide_all, args=(shell, head, decision)
            )


def _decide_all(shell: Shell, head: ChangeSetHead, decision: Decision | None) -> None:
    if decision is None:
        review_kept.decisions(head.id).clear()
        review_kept.remarks(head.id).clear()
    else:
        for entry in review_kept.every_entry(shell.desk, head.id, head.entries):
            review_kept.look(head.id, entry)
            review_kept.decide_record(head.id, entry.changes, decision)
    review_kept.forget_widgets(head.id)


# ---- one record ----


def _entry(shell: Shell, key: int, entry: EntryRow, deciding: bool) -> None:
    fresh = entry.operation is Operation.INSERT
    with st.container(border=True):
        st.html(_entry_head(shell, entry))
        open_fields = [change for change in entry.changes if change.decision is None]
        if deciding:
            review_kept.look(key, entry)
        if not deciding or not open_fields:
            st.html(change_table(shell, entry.changes, fresh=fresh))
            _thumbs(shell, entry)
            return
        quiet = [change for change in entry.changes if not change.conflicts]
        one_by_one = _record_choice(shell, key, entry)
        if quiet and not one_by_one:
            st.html(change_table(shell, quiet, fresh=fresh))
        for change in open_fields:
            if one_by_one or change.conflicts:
                _field(shell, key, change)
        _thumbs(shell, entry)


def _entry_head(shell: Shell, entry: EntryRow) -> str:
    _ = shell.translate
    operation = marks.operation_words(str(entry.operation), _)
    name = escape(f"{entry.label} {entry.project_id}".strip())
    if entry.project_id:
        name = ways.anchor(shell, f"{entry.label} {entry.project_id}".strip(), "map", id=entry.project_id)
    target = (
        " " + escape(_("→ 并入 {id}").format(id=entry.target_id))
        if entry.operation is Operation.MERGE and entry.target_id
        else ""
    )
    waits = any(change.decision is None for change in entry.changes)
    outdated = marks.tag(_("记录在提交之后有过改动"), "held") if entry.outdated and waits else ""
    return element(
        "p",
        marks.tag(operation, _OPERATION_LOOK.get(entry.operation, "")),
        " ",
        name,
        target,
        " ",
        outdated,
        class_="atlas-rowhead",
    )


_OPERATION_LOOK: Final = {
    Operation.INSERT: "new",
    Operation.UPDATE: "updated",
    Operation.DELETE: "rejected",
    Operation.MERGE: "held",
}


def _record_choice(shell: Shell, key: int, entry: EntryRow) -> bool:
    """Draw the decision for the whole record; return whether its fields are decided one by one."""
    _ = shell.translate
    names = {
        str(Decision.ACCEPTED): _("接受"),
        str(Decision.REJECTED): _("退回"),
        review_kept.ONE_BY_ONE: _("逐项"),
    }
    if not any(not change.conflicts for change in entry.changes):
        return True
    widget = f"rec-{key}-{entry.id}"
    if widget not in st.session_state:
        st.session_state[widget] = review_kept.record_state(key, entry.changes)
    st.segmented_control(
        _("这条记录"),
        list(names),
        key=widget,
        format_func=lambda code: names[code],
        label_visibility="collapsed",
        on_change=_record_chosen,
        args=(key, entry, widget),
    )
    return bool(st.session_state[widget] == review_kept.ONE_BY_ONE)


def _record_chosen(key: int, entry: EntryRow, widget: str) -> None:
    said = st.session_state[widget]
    if said != review_kept.ONE_BY_ONE:
        review_kept.decide_record(key, entry.changes, Decision(said) if said else None)
        for change in entry.changes:
            st.session_state.pop(f"fld-{key}-{change.id}", None)


def _field(shell: Shell, key: int, change: ChangeRow) -> None:
    """Draw one field with its decision, and a remark once it is sent back."""
    _ = shell.translate
    names = {str(Decision.ACCEPTED): _("接受"), str(Decision.REJECTED): _("退回")}
    widget = f"fld-{key}-{change.id}"
    if widget not in st.session_state:
        kept = review_kept.decisions(key).get(change.id)
        st.session_state[widget] = str(kept) if kept else None
    words, choice = st.columns([0.68, 0.32], vertical_alignment="center")
    words.html(change_table(shell, [change]))
    choice.segmented_control(
        values.title(shell, change.path),
        list(names),
        key=widget,
        format_func=lambda code: names[code],
        label_visibility="collapsed",
        on_change=_field_chosen,
        args=(key, change.id, widget),
    )
    if st.session_state[widget] == Decision.REJECTED:
        text = choice.text_input(
            _("意见"),
            value=review_kept.remarks(key).get(change.id, ""),
            key=f"fld-{key}-{change.id}-remark",
            max_chars=review_send.LONGEST_REMARK,
            placeholder=_("为什么退回（填报单位会看到）"),
            label_visibility="collapsed",
        )
        review_kept.remarks(key)[change.id] = text


def _field_chosen(key: int, change_id: int, widget: str) -> None:
    said = st.session_state[widget]
    if said:
        review_kept.decisions(key)[change_id] = Decision(said)
    else:
        review_kept.decisions(key).pop(change_id, None)


def change_table(shell: Shell, changes: Sequence[ChangeRow], *, fresh: bool = False) -> str:
    """Return fields old → new as a table, with the cell they came from, conflicts and earlier decisions."""
    return element("table", *(_change_line(shell, change, fresh) for change in changes), class_="atlas-diff")


def _change_line(shell: Shell, change: ChangeRow, fresh: bool) -> str:
    _ = shell.translate
    words = marks.change_words(shell, change.path, change.old, change.new, fresh=fresh)
    if change.conflicts:
        now = escape(_("现在是 {now}").format(now=values.words(shell, change.path, change.now)))
        words += element("div", marks.tag(_("冲突"), "conflict"), " ", element("b", now))
    if change.path.startswith("place/"):
        far = place_thumb.distance_words(shell, change.old, change.new)
        words += element("div", escape(far), class_="atlas-where") if far else ""
    return element(
        "tr",
        element("th", escape(values.title(shell, change.path))),
        element("td", words, _decided(change, _)),
        element("td", element("span", escape(change.locator), class_="atlas-where"), class_="atlas-cell"),
    )


def _decided(change: ChangeRow, _: Translate) -> str:
    if change.decision is None:
        return ""
    said = _("接受") if change.decision is Decision.ACCEPTED else _("退回")
    remark = escape(f" {change.remark}") if change.remark else ""
    return element("div", marks.tag(said, str(change.decision)), remark)


def _thumbs(shell: Shell, entry: EntryRow) -> None:
    """Draw a thumbnail for each moved place; one that cannot be drawn leaves the words."""
    county = next((str(c.now or c.new) for c in entry.changes if c.path == "county_code"), "")
    for change in entry.changes:
        if change.path.startswith("place/") and change.new is not None:
            place_thumb.draw(shell, change.old, change.new, county or _county(shell, entry))


def _county(shell: Shell, entry: EntryRow) -> str:
    if not entry.project_id:
        return ""
    return str(shell.desk.held(entry.project_id).document.get("county_code") or "")
