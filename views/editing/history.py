"""The history of a record: who, when, why, old → new; one field or a whole version put back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.filing.changes import (
    Entry,
    FieldChange,
    HistoryStep,
    Kind,
    Operation,
    Request,
    State,
    difference,
    restoration,
    restored_from,
    revival,
)
from projects.filing.desk import Held
from views import marks, office_style, values, ways
from views.notices import notice
from views.shell import Shell, guarded

SHOWN: Final = 20
LONGEST_REASON: Final = 300
BASELINE: Final = "baseline"
"""Why the first step of a record that was loaded is there."""
WHOLE: Final = "whole"
FIELDS: Final = "fields"


def draw(shell: Shell) -> None:
    """Draw the history page of the record that the address names (``?history=ID``)."""
    _ = shell.translate
    office_style.draw()
    key = ways.asked("history", 40)
    st.html(element("h2", escape(_("历史")), class_="atlas-title"))
    if not shell.identity.signed_in:
        notice(_("请先登录，再看历史。"), "info")
        return
    if not key:
        notice(_("请从项目卡打开历史。"), "info")
        return
    ways.keep_address(shell, history=key)
    held = shell.desk.held(key)
    _head(shell, held)
    timeline(shell, key, limit=None, restoring=True)


def _head(shell: Shell, held: Held) -> None:
    _ = shell.translate
    name = str(held.document.get("name") or "")
    text = _("{name}（{id}）· 第 {version} 版").format(name=name, id=held.project_id, version=held.version)
    st.html(element("p", element("b", escape(text))))
    if held.merged_into_id:
        notice(_("这条记录已并入 {id}，地图和列表中不再单独出现；可以恢复。").format(id=held.merged_into_id))
        ways.link(shell, held.merged_into_id, "history", ":material/history:", history=held.merged_into_id)
    elif held.deleted:
        notice(_("这条记录已删除，地图和列表中不再出现；可以恢复。"))
    else:
        ways.link(shell, _("打开项目卡"), "map", ":material/map:", id=held.project_id)


def timeline(shell: Shell, project_id: str, *, limit: int | None = 5, restoring: bool = False) -> None:
    """Draw a record's versions, newest first: all on its own page, the newest few in the card.

    Steps that changed nothing an office fills in (an upkeep of the program) are left out.
    """
    _ = shell.translate
    steps = [step for step in shell.desk.history(project_id) if step.changes or step.change_set_id]
    if not steps:
        st.caption(_("没有改动记录：内容与载入时相同。"))
        return
    if restoring:
        guarded(lambda: _restore_panel(shell, project_id, steps), _)
    shown = steps[: limit or _shown(project_id)]
    newest = steps[0]
    for step in shown:
        st.html(step_html(shell, step))
        if restoring and step is not newest and shell.identity.edits:
            st.button(
                _("恢复到第 {n} 版…").format(n=step.version),
                key=f"restore-{step.history_id}",
                icon=":material/restore:",
                on_click=_ask,
                args=(project_id, step.history_id),
            )
    if limit is None and len(steps) > len(shown):
        st.button(_("再看更早的"), key="older-steps", on_click=_older, args=(project_id,))
    elif len(steps) > len(shown) or not restoring:
        ways.link(
            shell,
            _("全部 {n} 步历史").format(n=len(steps)),
            "history",
            ":material/history:",
            history=project_id,
        )


def _shown(project_id: str) -> int:
    return int(st.session_state.get(f"steps-{project_id}", SHOWN))


def _older(project_id: str) -> None:
    st.session_state[f"steps-{project_id}"] = _shown(project_id) + SHOWN


def step_html(shell: Shell, step: HistoryStep) -> str:
    """Return one version: who, when, why, then every field old → new."""
    _ = shell.translate
    who = escape(
        _("第 {version} 版 · {when} · {who}").format(
            version=step.version, when=marks.when(step.changed_at), who=_people(shell, step)
        )
    )
    source = (
        " "
        + ways.anchor(shell, _("{n} 号提交").format(n=step.change_set_id), "review", set=step.change_set_id)
        if step.change_set_id
        else ""
    )
    reason = _("载入时的内容") if step.reason == BASELINE else step.reason
    why = element("p", escape(_("理由：{words}").format(words=reason))) if reason else ""
    fresh = step.operation == Operation.INSERT
    return element(
        "div",
        element("p", marks.tag(marks.operation_words(step.operation, _)), " ", element("b", who), source),
        why,
        marks.diff_table(shell, own_changes(step), fresh=fresh),
        class_="atlas-time",
    )


def _people(shell: Shell, step: HistoryStep) -> str:
    """Return who made a version; for one that was reviewed, who filed it and who accepted it."""
    if step.filed_by in ("", step.changed_by):
        return step.changed_by
    return shell.translate("填报 {filer} · 审核 {decider}").format(
        filer=step.filed_by, decider=step.changed_by
    )


def own_changes(step: HistoryStep) -> list[FieldChange]:
    """Return a step's changes without the marks that a restore leaves of where a value came from."""
    return [
        replace(change, locator="") if restored_from(change.locator) is not None else change
        for change in step.changes
    ]


# ---- putting back ----


def _ask(project_id: str, history_id: int | None) -> None:
    st.session_state[f"restore-of-{project_id}"] = history_id


def _restore_panel(shell: Shell, project_id: str, steps: Sequence[HistoryStep]) -> None:
    """Draw what putting a version back would change, and file it with a reason."""
    _ = shell.translate
    _said(shell, project_id)
    held = shell.desk.held(project_id)
    asked = st.session_state.get(f"restore-of-{project_id}")
    step = next((s for s in steps if s.history_id == asked), None)
    if step is None and not gone(held):
        return
    title = _("恢复到第 {n} 版").format(n=step.version) if step else _("恢复这条记录")
    with st.container(border=True):
        st.html(element("h3", escape(title), class_="atlas-heading"))
        entry = _chosen(shell, held, step) if step else revival(held.project_id, held.version, held.document)
        _preview(shell, entry)
        _file(shell, held, entry, title)
        if step:
            st.button(_("不恢复了"), key="restore-cancel", on_click=_ask, args=(project_id, None))


def gone(held: Held) -> bool:
    """Return whether a record is deleted or merged into another."""
    return held.deleted or bool(held.merged_into_id)


def _chosen(shell: Shell, held: Held, step: HistoryStep) -> Entry:
    """Let the whole version or some of its fields be chosen; return the entry of the choice."""
    _ = shell.translate
    then = shell.desk.document_at(held.project_id, step.history_id)
    known = (held.project_id, held.version, held.document, then, step.history_id)
    names = {WHOLE: _("整条恢复"), FIELDS: _("只恢复部分字段")}
    how = st.radio(
        _("恢复什么"), list(names), format_func=lambda code: names[code], key="restore-how", horizontal=True
    )
    if how == WHOLE:
        return restoration(*known)
    paths = [change.path for change in difference(held.document, then)]
    picked = st.multiselect(
        _("字段"), paths, format_func=lambda path: values.title(shell, path), key="restore-fields"
    )
    return restoration(*known, paths=picked)


def _preview(shell: Shell, entry: Entry) -> None:
    """Show old → new of a restore; nothing to restore is said."""
    if not entry.changes:
        st.caption(shell.translate("没有选字段，或与现在的内容相同。"))
        return
    st.html(marks.diff_table(shell, [replace(change, locator="") for change in entry.changes]))


def _file(shell: Shell, held: Held, entry: Entry, title: str) -> None:
    _ = shell.translate
    reason = st.text_input(_("为什么恢复（写进历史）"), key="restore-reason", max_chars=LONGEST_REASON)
    if st.button(
        _("提交恢复"),
        key="restore-file",
        type="primary",
        disabled=not (reason.strip() and entry.changes),
        icon=":material/restore:",
    ):
        name = str(held.document.get("name") or held.project_id)
        request = Request(Kind.RESTORE, f"{title} · {name}", held.owner_unit_id, reason.strip(), (entry,))
        filed = shell.desk.file(request)
        _ask(held.project_id, None)
        st.session_state[f"restored-{held.project_id}"] = (filed.id, filed.state)
        st.rerun()


def _said(shell: Shell, project_id: str) -> None:
    """Say once what became of a restore."""
    filed = st.session_state.pop(f"restored-{project_id}", None)
    if filed is None:
        return
    _ = shell.translate
    words = _("已提交审核：{n} 号。") if filed[1] is State.SUBMITTED else _("已恢复，并记入历史：{n} 号。")
    notice(words.format(n=filed[0]), "info")
