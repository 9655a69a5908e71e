"""One finding: what it says, its files; for its writer the ways to finish, hand in or correct it."""

import streamlit as st

from layers.html import element, escape
from projects.attachments import SubjectKind, subject
from projects.errors import AtlasError
from projects.evaluation import Finding, FindingState
from views.editing import attachments
from views.evaluation import address, form_part, pieces
from views.notices import notice
from views.shell import Shell


def draw(shell: Shell, key: int) -> None:
    """Draw a finding; a draft of one's own with its form."""
    _ = shell.translate
    finding = shell.evaluations.get(key)
    st.button(
        _("返回清单"),
        key="finding-back",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=address.show,
    )
    if done := st.session_state.pop(form_part.SAID, ""):
        notice(done, "info")
    st.html(
        element("h3", escape(f"{finding.id} · {finding.draft.title}"), class_="atlas-heading")
        + element("p", pieces.tags(finding, _))
    )
    if finding.may_edit:
        _draft(shell, finding)
        return
    st.html(pieces.facts(shell, finding))
    st.html(pieces.text(finding))
    attachments.draw(shell, subject(SubjectKind.EVALUATION, finding.id))
    _correct(shell, finding)


def _draft(shell: Shell, finding: Finding) -> None:
    """Draw the form of a draft, its files, and the ways to hand it in or throw it away."""
    _ = shell.translate
    form_part.draw_change(shell, finding)
    attachments.draw(shell, subject(SubjectKind.EVALUATION, finding.id), editable=True)
    with st.container(horizontal=True, key="finding-ends"):
        with st.popover(_("提交评价"), icon=":material/send:"):
            st.caption(
                _("提交后内容和附件都不能再改；有关单位、其上级和管理员都能看到。未保存的修改不会提交。")
            )
            if st.button(_("确认提交"), key="finding-in", type="primary"):
                _end(shell, finding.id, handed_in=True)
        with st.popover(_("删除草稿"), icon=":material/delete:"):
            if st.button(_("确认删除草稿和附件"), key="finding-off"):
                _end(shell, finding.id, handed_in=False)


def _end(shell: Shell, key: int, *, handed_in: bool) -> None:
    """Hand a draft in or throw it away, and draw the page anew."""
    _ = shell.translate
    try:
        if handed_in:
            shell.evaluations.hand_in(key)
        else:
            shell.evaluations.drop(key)
    except AtlasError as error:
        notice(str(error), "error")
        return
    form_part.forget()
    said = _("{n} 号评价已提交。") if handed_in else _("{n} 号草稿已删除。")
    address.show(finding=str(key) if handed_in else "")
    st.session_state[form_part.SAID] = said.format(n=key)
    st.rerun()


def _correct(shell: Shell, finding: Finding) -> None:
    """Offer the writer of what was handed in to correct it with a further finding."""
    mine = shell.identity.evaluates and finding.written_by == shell.identity.name
    if mine and finding.state is FindingState.HANDED_IN and finding.replaced_by is None:
        st.button(
            shell.translate("更正（另写一条）"),
            key="finding-correct",
            icon=":material/edit_note:",
            on_click=address.show,
            kwargs={"new": "1", "replaces": str(finding.id)},
        )
