"""What becomes of a proposal: published or rejected as a whole by those over the area, or taken back."""

from collections.abc import Callable

import streamlit as st

from projects.errors import AtlasError
from projects.plans.editions import Edition, EditionKind, EditionState
from projects.plans.ports import Moved
from views.notices import notice
from views.plans import here
from views.plans.here import Here
from views.shell import Shell

SHOWN = 8


def draw(shell: Shell, where: Here, edition: Edition) -> None:
    """Draw where a proposal stands and what this reader may do with it; nothing for what is decided."""
    if edition.state is not EditionState.PROPOSED:
        return
    _ = shell.translate
    notice(_("这是一份提案，尚未公布；只有编制单位和审定人看得到。"), "scenario")
    _moved(shell, shell.editions.moved(edition.id))
    newest = where.newest.id if where.newest else None
    if newest != edition.base_id:
        notice(_("提案之后已有更新的一版公布，这份提案不能再公布；请退回或撤回，在最新一版上重新编制。"))
    with st.container(border=True, key="plans-decide"):
        if edition.base_id:
            st.button(
                _("与上一版逐项比较"),
                key="decide-compare",
                type="tertiary",
                icon=":material/difference:",
                on_click=here.leave_for,
                args=(where.kind,),
                kwargs={"edition": edition.id, "against": edition.base_id},
            )
        if where.rights.decide:
            _deciding(shell, edition)
        if shell.identity.edits:
            _withdrawing(shell, edition)


def _moved(shell: Shell, moved: Moved) -> None:
    """Say which records are not as the proposal has them."""
    _ = shell.translate
    if moved.hidden:
        names = "、".join(moved.hidden[:SHOWN])
        notice(
            _("提案之后有 {n} 个项目不再公开，不能公布：{names}。请退回，由编制单位重新编制。").format(
                n=len(moved.hidden), names=names
            ),
            "error",
        )
    if moved.changed:
        notice(_("提案之后有 {n} 个项目的资料改过；公布的是提案时的资料。").format(n=moved.changed))


def _deciding(shell: Shell, edition: Edition) -> None:
    _ = shell.translate
    remark = st.text_input(_("审定意见（退回时必填）"), key="decide-remark", max_chars=200)
    with st.container(horizontal=True):
        st.button(
            _("整版公布"),
            key="decide-publish",
            type="primary",
            on_click=_try,
            args=(edition.kind, _("已公布，内容从此不再改动。"), _decide(shell, edition.id, True, remark)),
        )
        st.button(
            _("整版退回"),
            key="decide-reject",
            disabled=not remark.strip(),
            on_click=_try,
            args=(edition.kind, _("已退回编制单位。"), _decide(shell, edition.id, False, remark)),
        )


def _decide(shell: Shell, key: int, publish: bool, remark: str) -> Callable[[], object]:
    return lambda: shell.editions.decide(key, publish=publish, remark=remark)


def _withdrawing(shell: Shell, edition: Edition) -> None:
    """Offer to take it back; whose it is the database knows."""
    _ = shell.translate
    unit = shell.identity.unit.id if shell.identity.unit else ""
    if edition.proposed_by != shell.identity.name and edition.unit_id != unit:
        return
    st.button(
        _("撤回提案"),
        key="decide-withdraw",
        on_click=_try,
        args=(edition.kind, _("已撤回。"), lambda: shell.editions.withdraw(edition.id)),
    )


def _try(kind: EditionKind, done: str, work: Callable[[], object]) -> None:
    """Do it in a callback; what came of it is said on the page that follows."""
    try:
        work()
        st.session_state[f"{kind}-said"] = (done, "info")
    except AtlasError as error:
        st.session_state[f"{kind}-said"] = (str(error), "error")
