"""Sending what a reviewer decided, and taking back what was filed."""

from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.filing.changes import ChangeSetHead, Decision
from views import marks
from views.notices import notice
from views.plain import plain
from views.review import review_job, review_kept
from views.shell import Shell, guarded

LONGEST_REMARK: Final = 500


def draw(shell: Shell, head: ChangeSetHead) -> None:
    """Sum the decisions up, ask for a remark and send them; what is undecided stays in the queue."""
    _ = shell.translate
    kept, said = review_kept.decisions(head.id), review_kept.remarks(head.id)
    accepted = sum(d is Decision.ACCEPTED for d in kept.values())
    rejected = len(kept) - accepted
    text = _("接受 {a} 处，退回 {r} 处，未定 {u} 处（共 {n} 处）").format(
        a=accepted, r=rejected, u=head.fields - len(kept), n=head.fields
    )
    st.html(element("p", element("b", escape(text)), class_="atlas-sum", role="status"))
    remark = st.text_area(
        _("给填报单位的意见"), key=f"remark-{head.id}", max_chars=LONGEST_REMARK, height=80
    ).strip()
    silent = (
        rejected and not remark and not any(said.get(i) for i, d in kept.items() if d is Decision.REJECTED)
    )
    if silent:
        st.caption(_("退回要写明原因：写在某一项下面，或写在这里。"))
    if st.button(
        _("提交审核结果"),
        key="send-decisions",
        type="primary",
        disabled=not kept or bool(silent),
        icon=":material/gavel:",
    ):
        if len(kept) > review_job.AT_ONCE:
            guarded(lambda: review_job.submit(shell, head.id, head.title, remark), _)
        else:
            guarded(lambda: _send(shell, head.id, remark), _)


def _send(shell: Shell, key: int, remark: str) -> None:
    kept = dict(review_kept.decisions(key))
    said = {i: text for i, text in review_kept.remarks(key).items() if text and i in kept}
    with st.spinner(shell.translate("正在写入 {n} 处，请稍候…").format(n=len(kept))):
        filed = shell.desk.decide(key, kept, said, remark, review_kept.seen(key))
    review_kept.forget(key)
    accepted = sum(d is Decision.ACCEPTED for d in kept.values())
    st.session_state[f"said-{key}"] = (accepted, len(kept) - accepted, filed.state)
    st.rerun()


def said_once(shell: Shell, key: int) -> None:
    """Say once what a decision has done."""
    said = st.session_state.pop(f"said-{key}", None)
    if said:
        _ = shell.translate
        words = _("已处理：接受 {a} 处，已写入库；退回 {r} 处。现在的状态：{state}。")
        notice(words.format(a=said[0], r=said[1], state=marks.state_words(said[2], _)), "info")


def withdrawing(shell: Shell, key: int) -> None:
    """Let the filer take back what nobody has decided yet."""
    _ = shell.translate
    with st.popover(_("撤回这次提交"), icon=":material/undo:"):
        st.caption(plain(_("撤回后审核员不再看到它；库中什么也没有变。")))
        if st.button(_("确认撤回"), key=f"withdraw-{key}", type="primary"):
            guarded(lambda: _take_back(shell, key), _)


def _take_back(shell: Shell, key: int) -> None:
    shell.desk.withdraw(key)
    st.rerun()
