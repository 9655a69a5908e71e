"""Tokens of the open interface: whose they are, until when, last used; made and ended by administrators."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final, Protocol

import streamlit as st

from layers.html import clean_text, element, escape
from projects.errors import AtlasError
from projects.tokens import LONGEST_DAYS, SHORTEST_DAYS, USUAL_DAYS, ApiToken, ApiTokens
from views import marks
from views.i18n import Translate
from views.notices import notice

NEW: Final = "token_made"
"""Session key of the token just made: it is told once and kept nowhere."""


class TokensShell(Protocol):
    """What this part needs of the shell."""

    @property
    def tokens(self) -> ApiTokens:
        """The tokens, opened with the session's own."""
        ...

    @property
    def translate(self) -> Translate:
        """The page's language."""
        ...


def draw(shell: TokensShell, pick_unit: Callable[[str], str]) -> None:
    """Draw the tokens and the form for a new one; ``pick_unit`` draws a search for units under a key."""
    _ = shell.translate
    st.caption(
        _(
            "别的软件（QGIS、省平台）用令牌读开放接口，看到的是该单位浏览人员看得到的内容，不能改。"
            "令牌只存校验值，丢了就撤销重发。"
        )
    )
    _draw_made(_)
    found = shell.tokens.all()
    _draw_list(found, _)
    _draw_end(shell, found)
    st.html(element("h3", escape(_("新建令牌")), class_="atlas-heading"))
    unit = pick_unit("token")
    # Another key for the next one: the browser keeps what was typed under the same.
    key = f"token_title_{len(found)}"
    title = st.text_input(_("用途"), key=key, max_chars=80, placeholder=_("例如：规划科的 QGIS"))
    days = st.number_input(_("有效天数"), SHORTEST_DAYS, LONGEST_DAYS, value=USUAL_DAYS, key="token_days")
    if not st.button(_("生成令牌"), key="token_add", type="primary"):
        return
    if not unit:
        notice(_("请先选择令牌是哪个单位的。"))
        return
    _make(shell, unit, title, int(days))


def _draw_made(_: Translate) -> None:
    """Show the token just made until it is put away."""
    made = st.session_state.get(NEW)
    if made is None:
        return
    title, token = made
    notice(_("“{title}”的令牌只在这里显示一次，请现在交给使用的人。").format(title=title))
    st.code(token, language=None, wrap_lines=True)
    if st.button(_("已转交，不再显示"), key="token_put_away"):
        del st.session_state[NEW]
        st.rerun()


def _make(shell: TokensShell, unit: str, title: str, days: int) -> None:
    """Make a token and draw the page anew, or say why not and keep what was typed."""
    try:
        st.session_state[NEW] = (title.strip(), shell.tokens.make(unit, title, days))
    except AtlasError as error:
        notice(str(error), "error")
        return
    st.rerun()


def _draw_list(found: Sequence[ApiToken], _: Translate) -> None:
    rows = [
        {
            _("用途"): clean_text(one.title),
            _("单位"): clean_text(f"{one.unit_name} {one.unit_id}"),
            _("状态"): state_words(one, _),
            _("到期"): marks.when(one.expires_at),
            _("最近使用"): marks.when(one.last_used_at),
            _("由谁生成"): clean_text(one.created_by),
        }
        for one in found
    ]
    if rows:
        st.dataframe(rows, hide_index=True, width="stretch")
    else:
        st.caption(_("还没有令牌。"))


def _draw_end(shell: TokensShell, found: Sequence[ApiToken]) -> None:
    """Offer to end one of the living tokens."""
    _ = shell.translate
    living = {one.id: one for one in found if one.lives(datetime.now(UTC))}
    if not living:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="token_end"):
        chosen = st.selectbox(
            _("要撤销的令牌"),
            list(living),
            index=None,
            key="token_chosen",
            format_func=lambda key: (
                clean_text(f"{living[key].title} · {living[key].unit_name}") if key in living else str(key)
            ),
            placeholder=_("请选择"),
            width=420,
        )
        if st.button(_("撤销令牌"), key="token_revoke", disabled=chosen is None) and chosen is not None:
            _revoke(shell, int(chosen))


def _revoke(shell: TokensShell, key: int) -> None:
    try:
        shell.tokens.revoke(key)
    except AtlasError as error:
        notice(str(error), "error")
        return
    st.rerun()


def state_words(token: ApiToken, _: Translate) -> str:
    """Return whether a token still opens anything, in words."""
    if token.revoked_at is not None:
        return _("已撤销")
    return _("有效") if token.lives(datetime.now(UTC)) else _("已到期")
