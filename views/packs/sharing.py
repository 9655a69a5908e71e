"""Links to one pack for somebody without an account: made for some hours, counted, ended at any time."""

from datetime import UTC, datetime
from typing import Final

import streamlit as st

from layers.html import element, escape
from projects.errors import AtlasError
from projects.packs import MAX_SHARE_HOURS, Pack, PackShare
from services.pack.web.routes import shared_path
from views import marks
from views.notices import notice
from views.packs.links import absolute
from views.shell import Shell

NEW: Final = "packs-new-link"
"""Session key of the link just made: its token is told once and kept nowhere else."""
SAID: Final = "packs-link-said"


def draw(shell: Shell, pack: Pack) -> None:
    """Draw the way to make a link, the one just made, and those there are."""
    _ = shell.translate
    st.html(element("h3", escape(_("发给没有账户的人")), class_="atlas-heading"))
    st.caption(_("拿到链接的人不用登录就能下载这一套材料，看不到别的。"))
    if not pack.detail.get("public"):
        notice(_("这套是内部使用的：里面可能有联系人。要发出去，请另做一套“可以发出去”的。"))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="packs-share"):
        hours = st.number_input(
            _("有效小时数"),
            1,
            MAX_SHARE_HOURS,
            value=min(shell.settings.pack_share_hours, MAX_SHARE_HOURS),
            key="packs-hours",
            width=150,
        )
        st.button(
            _("生成链接"),
            key="packs-link",
            icon=":material/link:",
            on_click=_make,
            args=(shell, pack.id, int(hours)),
        )
    _told(shell, pack)
    for one in shell.packs.shares(pack.id):
        _line(shell, one)


def _make(shell: Shell, key: int, hours: int) -> None:
    """Make a link in a callback; what the database refuses is said on the page that follows."""
    try:
        made = shell.packs.share(key, hours)
    except AtlasError as error:
        st.session_state[SAID] = str(error)
        return
    st.session_state[NEW] = (key, made.share.id, made.token)


def _told(shell: Shell, pack: Pack) -> None:
    """Show the link just made, once, to be copied."""
    _ = shell.translate
    if said := st.session_state.pop(SAID, ""):
        notice(said, "error")
    made = st.session_state.get(NEW)
    if made is None or made[0] != pack.id:
        return
    notice(_("链接只在这里显示一次，请现在复制："), "info")
    st.code(absolute(shared_path(made[2])), language=None, wrap_lines=True)
    st.button(_("已复制，不再显示"), key="packs-link-away", on_click=lambda: st.session_state.pop(NEW, None))


def _line(shell: Shell, share: PackShare) -> None:
    """Draw one link: when made, until when, how often used; an open one can be ended."""
    _ = shell.translate
    is_open = share.open_at(datetime.now(UTC))
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"packs-share-{share.id}"
    ):
        st.html(
            marks.tag(state_words(shell, share, is_open=is_open), "accepted" if is_open else "rejected")
            + " "
            + escape(use_words(shell, share)),
            width="content",
        )
        if is_open:
            st.button(
                _("撤销链接"),
                key=f"packs-revoke-{share.id}",
                type="tertiary",
                on_click=_revoke,
                args=(shell, share.id),
            )


def _revoke(shell: Shell, key: int) -> None:
    try:
        shell.packs.revoke(key)
    except AtlasError as error:
        st.session_state[SAID] = str(error)
    made = st.session_state.get(NEW)
    if made is not None and made[1] == key:
        del st.session_state[NEW]


def state_words(shell: Shell, share: PackShare, *, is_open: bool) -> str:
    """Return whether a link still opens, in words."""
    _ = shell.translate
    if share.revoked_at is not None:
        return _("已撤销")
    return _("有效") if is_open else _("已到期")


def use_words(shell: Shell, share: PackShare) -> str:
    """Return when a link was made and ends, and how often it was used."""
    _ = shell.translate
    said = _("{made} 生成，{end} 到期，打开 {n} 次，下载 {m} 次").format(
        made=marks.when(share.created_at), end=marks.when(share.expires_at), n=share.opened, m=share.downloads
    )
    if share.last_opened_at is None:
        return said
    return said + _("，最近 {when}").format(when=marks.when(share.last_opened_at))
